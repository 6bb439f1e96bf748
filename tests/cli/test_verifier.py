from __future__ import annotations

import json
import shutil
from contextlib import closing
from hashlib import sha256
from pathlib import Path

from ledger.cli.exits import Exit
from ledger.cli.opening import opened
from ledger.errors import LedgerError
from ledger.keyring import SAMPLE_KEYS, SampleKeyring
from ledger.log.encoding import encode_base64
from tests.cli.talk import Rice, Told
from tests.conversation import BROWSER, ask
from tests.kept import kept
from tests.world import paper, season
from web.pages import make_pages
from web.verifier_page import make_verifier, paper_uri

ORIGIN = "demo.rice.example/dx-2026"


def test_the_checking_page_is_made_and_its_digest_published(
    rice: Rice, demo: Told, tmp_path: Path
) -> None:
    folder, page = tmp_path / "ledger", tmp_path / "verify.html"
    shutil.copytree(demo["folder"], folder)
    made = rice("verifier", "--trust", demo["trust"], "--out", page, "--issuer", "so-nnmt")
    assert made.exit_code == Exit.DONE, made.output
    digest = sha256(page.read_bytes()).hexdigest()
    assert digest in made.stderr
    fields = json.loads(made.stdout)
    assert fields["paper"] == f"urn:rice:paper:VERIFIER-{digest[:16]}"
    (tmp_path / "paper.json").write_text(made.stdout)
    key = SAMPLE_KEYS / "so-nnmt.json"
    said = rice(
        *("state", "present_paper", tmp_path / "paper.json", "--key", key, "--ledger", folder)
    )
    assert said.exit_code == Exit.DONE, said.output
    with opened(folder, SampleKeyring(ORIGIN).key("log")) as book:
        shown = ask(make_pages(book), "/verifier?lang=en", accept=BROWSER).text
        served = ask(make_pages(book), "/verify.html", accept=BROWSER)
    assert served.text == page.read_text("utf-8")
    assert "default-src 'none'" in served.headers["content-security-policy"]
    assert digest in shown
    assert "Department of Agriculture" in shown


def test_papers_beside_it_do_not_hide_who_published_it(tmp_path: Path) -> None:
    world = season()
    with closing(kept(world, tmp_path / "ledger")) as book:
        made = sha256(make_verifier(book.trust())).digest()
        taken, beside = paper_uri(made), [f"{paper_uri(made)[:-1]}-{n}" for n in range(120)]
        for name in [*beside, taken]:
            act = paper(paper=name, kind="verifier")
            assert not isinstance(book.append([world.sign("mua", act)])[0], LedgerError)
        act = paper(paper=f"{taken}-2", kind="verifier", digest=encode_base64(made))
        assert not isinstance(book.append([world.sign("kiem", act)])[0], LedgerError)
        book.publish()
        shown = ask(make_pages(book), "/verifier?lang=en", accept=BROWSER).text
    assert shown.count("Signed by") == 1


def test_the_same_trust_makes_the_same_page_and_none_is_overwritten(
    rice: Rice, demo: Told, tmp_path: Path
) -> None:
    pages = [tmp_path / name for name in ("one.html", "other.html")]
    for page in pages:
        assert rice("verifier", "--trust", demo["trust"], "--out", page).exit_code == Exit.DONE
    assert pages[0].read_bytes() == pages[1].read_bytes()
    again = rice("verifier", "--trust", demo["trust"], "--out", pages[0])
    assert "[file_taken]" in again.output
    none = rice("verifier", "--trust", demo["bundle"], "--out", tmp_path / "none.html")
    assert none.exit_code == Exit.UNREADABLE
    assert not (tmp_path / "none.html").exists()
