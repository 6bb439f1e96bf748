"""The dossier of a shipment: the same bytes for everybody, each file named, all of it checkable."""

from __future__ import annotations

import io
import sqlite3
import zipfile
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pypdfium2  # type: ignore[import-untyped]
import pytest
from typer.testing import CliRunner

from ledger.cli.main import app
from ledger.consignment.archive import MANIFEST, Packed, pack
from ledger.consignment.gathered import is_concerned
from ledger.consignment.paper import row, text, title, write_paper
from ledger.consignment.shares import DAYS_MAX, SHARES, SharedLot, Shares, Told
from ledger.epcis.documents import read_document
from ledger.errors import LedgerError, NotFoundError
from ledger.rice.facts import Container
from ledger.service import Ledger, utc_now
from tests.office_tools import COOPERATIVE, MILL, without_labels
from web.verifier_page import make_verifier

RICE = SharedLot("L1", "Gạo", "Rice", 1, 1)
TOLD = Told("lot", "L1", "Nơi gửi", "Sender", "", (RICE,), (), "0" * 64)


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    with without_labels(Path(tmp_path_factory.mktemp("desk")) / "ledger") as made:
        yield made


@pytest.fixture(scope="module")
def container(ledger: Ledger) -> Container:
    with ledger.reading() as view:
        return next(each for each in view.every(Container, "container") if each.pallets)


@pytest.fixture(scope="module")
def packed(ledger: Ledger, container: Container) -> Packed:
    return pack(ledger, container.number, utc_now(), make_verifier, lambda _done, _of: None)


@pytest.fixture(scope="module")
def files(packed: Packed) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(packed.data)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def test_the_same_log_at_the_same_moment_gives_the_same_bytes(
    ledger: Ledger, container: Container, packed: Packed
) -> None:
    at = packed.consignment.at
    again = pack(ledger, container.number, at, make_verifier, lambda _done, _of: None)
    assert again.data == packed.data


def test_the_manifest_names_every_file_with_its_digest(files: dict[str, bytes]) -> None:
    lines = files[MANIFEST].decode().splitlines()
    named = {name: digest for digest, _, name in (line.partition("  ") for line in lines)}
    assert named == {
        name: sha256(data).hexdigest() for name, data in files.items() if name != MANIFEST
    }


def test_every_bundle_in_it_is_judged_as_from_anywhere_else(
    files: dict[str, bytes], tmp_path: Path
) -> None:
    bundles = [name for name in files if "bundle-" in name]
    assert bundles
    (tmp_path / "trust.json").write_bytes(files["trust.json"])
    for name in bundles:
        (tmp_path / "bundle.json").write_bytes(files[name])
        asked = ["verify", str(tmp_path / "bundle.json"), "--trust", str(tmp_path / "trust.json")]
        done = CliRunner().invoke(app, [*asked, "--json"])
        assert '"integrity": "pass"' in done.output, done.output


def test_histories_are_epcis_and_attestations_are_the_signed_bytes(
    ledger: Ledger, files: dict[str, bytes]
) -> None:
    for name, data in files.items():
        if name.endswith("epcis.json"):
            assert read_document(data).events
        if name.endswith(".jws"):
            assert data == ledger.statement(int(Path(name).stem))
            assert files[name.replace(".jws", ".tlog-proof")]


def test_the_summary_says_what_is_in_the_container(
    files: dict[str, bytes], container: Container, packed: Packed
) -> None:
    paper = pypdfium2.PdfDocument(files["summary.pdf"])
    assert paper[0].get_size() == pytest.approx((595.28, 841.89), abs=0.1)
    said = "".join(page.get_textpage().get_text_range() for page in paper)
    for wanted in (container.seal, "Shipping dossier", "kg CO2e/ha", "GWP", "baseline", "IPCC"):
        assert wanted in said, wanted
    assert packed.consignment.bags == sum(pallet.bags for pallet in packed.consignment.pallets)


def test_only_those_concerned_have_it_made(ledger: Ledger, container: Container) -> None:
    with ledger.reading() as view:
        assert is_concerned(view, container.number, MILL)
        assert is_concerned(view, container.number, container.consigned_to)
        assert not is_concerned(view, container.number, COOPERATIVE)
        with pytest.raises(NotFoundError):
            is_concerned(view, "../ledger.db", MILL)


def test_letters_no_font_has_and_words_of_any_length_are_set_somehow() -> None:
    blocks = [title("米 = gạo"), text("x" * 5_000), row(("Nhãn", "Label"), *["dòng"] * 200)]
    paper = pypdfium2.PdfDocument(write_paper("Giấy", blocks, "chân trang"))
    assert len(paper) > 1
    assert "? = gạo" in paper[0].get_textpage().get_text_range()


def test_a_share_opens_until_it_is_over_and_never_by_its_id(tmp_path: Path) -> None:
    shares, now = Shares(tmp_path), utc_now()
    token = shares.begin(MILL, TOLD, b"dossier", now, 7)
    assert len(token) == 40
    assert token.encode() not in (tmp_path / SHARES).read_bytes()
    assert shares.file(token, now + timedelta(days=6)) == b"dossier"
    (share,) = shares.of(MILL, now)
    assert share.told == TOLD
    for wrong in (share.id, token[:-1], token.upper(), "", "é"):
        with pytest.raises(NotFoundError):
            shares.named(wrong, now)
    with pytest.raises(NotFoundError):
        shares.file(token, now + timedelta(days=7))


def test_whoever_looks_at_a_share_waits_for_nobody_who_writes(tmp_path: Path) -> None:
    shares, now = Shares(tmp_path), utc_now()
    token = shares.begin("mill", TOLD, b"dossier", now, 1)
    with closing(sqlite3.connect(tmp_path / SHARES, isolation_level=None)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        assert shares.named(token, now).told == TOLD
        assert shares.file(token, now) == b"dossier"


def test_an_ended_share_is_gone_and_others_cannot_end_it(tmp_path: Path) -> None:
    shares, now = Shares(tmp_path), utc_now()
    token = shares.begin(MILL, TOLD, b"a secret dossier", now, DAYS_MAX)
    (share,) = shares.of(MILL, now)
    with pytest.raises(NotFoundError):
        shares.end(COOPERATIVE, share.id)
    shares.end(MILL, share.id)
    with pytest.raises(NotFoundError):
        shares.named(token, now)
    assert b"a secret dossier" not in (tmp_path / SHARES).read_bytes()


def test_shares_are_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ledger.consignment.shares.OF_ONE_MAX", 2)
    shares, now = Shares(tmp_path), utc_now()
    for _ in range(2):
        shares.begin(MILL, TOLD, b"x", now, 1)
    with pytest.raises(LedgerError) as refused:
        shares.begin(MILL, TOLD, b"x", now, 1)
    assert refused.value.code == "shares_full"
    shares.begin(MILL, TOLD, b"x", now + timedelta(days=2), 1)  # those before are over
