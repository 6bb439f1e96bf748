"""Commands as a person runs them, each in a process of its own: no test has imported for them."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from ledger.cli.exits import Exit
from ledger.keyring import SAMPLE_KEYS
from tests.cli.talk import Told, Words
from tests.cli.terminal import Terminal
from tests.house import ROOT

KEY = SAMPLE_KEYS / "hiep-hoi-gao-xanh.json"
CHANGE = ("change-attestation", "CN-DX26-001", "--to", "suspended", "--reason", "complaint")
APPLY = (
    *("apply", "--certifier", "ubnd-thanh-an", "--profile", "conformity", "--season", "DX-2026"),
    *("--scheme", "https://x.example/s", "--area", "VN-CTOR-0001", "--ha", "1"),
)
ASKED: list[tuple[Words, str]] = [
    ((*CHANGE, "--key", KEY), "--paper"),
    ((*CHANGE, "--paper", "1"), "--key"),
    (APPLY, "--key"),
    (("clear-hold", "1", "--key", KEY), "--reason"),
    (("clear-hold", "1", "--reason", "x"), "--key"),
    (("hold", "--scope", "lot:L260411A", "--reason", "x"), "--key"),
    (("recall", "--scope", "area:VN-CTOR-0001/DX-2026", "--reason", "x"), "--contact"),
    ((*CHANGE, "--paper", "1", "--key", KEY), "--yes"),
    (("attest", "sign", "paper.draft", "--key", KEY), "--yes"),
]


@pytest.mark.parametrize(("words", "option"), ASKED, ids=lambda value: value[0])
def test_an_option_that_is_wanted_is_named(demo: Told, words: Words, option: str) -> None:
    run = fresh(demo["folder"], *words)
    assert run.returncode in {Exit.NO, Exit.USAGE}, run.stderr
    assert option in run.stderr
    assert "Traceback" not in run.stderr


def fresh(folder: Path, *words: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", "from ledger.cli.main import app; app()", *map(str, words)],
        cwd=folder,
        env={"PYTHONPATH": str(ROOT), "LC_ALL": "en_US.UTF-8", "RICE_LEDGER_FOLDER": str(folder)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


ABSENT: list[tuple[Words, Exit, str]] = [
    (("status", "CN-DX26-001", "-l", "ledger.json"), Exit.ABSENT, "RICE_LEDGER_FOLDER"),
    (("status", "CN-DX26-001", "-l", "http://x.example"), Exit.ABSENT, "http://x.example is an"),
    (("publish", "-l", "https://x.example"), Exit.ABSENT, "https://x.example is an"),
    (("status", "CN-DX26-001", "--at-size", "99999"), Exit.ABSENT, "entries are published"),
    (("import", "no.csv", "--keys", SAMPLE_KEYS), Exit.ABSENT, "no.csv"),
    (("import", "ledger.json", "--keys", "nowhere"), Exit.ABSENT, "nowhere"),
    (("verify", "trust.json", "--trust", "trust.json"), Exit.UNREADABLE, "evidence"),
    (("attest", "submit", "paper.draft", "--to", "http://127.0.0.1:9"), Exit.NO, "Signatures"),
    (("attest", "prepare", "present_paper", "paper.json", "--by", "x", "--out", "x", "-l", "http://127.0.0.1:9"),
     Exit.ABSENT, "does not answer"),
    (("applications", "--certifier", "khong-co"), Exit.ABSENT, "rice-ledger actors"),
    (("certified", "DX-2025"), Exit.DONE, "Nothing is certified for DX-2025"),
    (("dossier", "VN-CTOR-0001", "HT-2026"), Exit.DONE, "Nothing has been recorded of VN-CTOR"),
    (("template", "phieu_can", "--out", "x.csv"), Exit.UNREADABLE, "weigh_tickets"),
    (("status", "CN-DX26-001", "--on", "31/13/2026"), Exit.UNREADABLE, "--on"),
]  # fmt: skip


@pytest.mark.parametrize(("words", "status", "said"), ABSENT, ids=lambda value: str(value)[:40])
def test_what_is_not_there_is_named(demo: Told, words: Words, status: Exit, said: str) -> None:
    run = fresh(demo["folder"], *words)
    assert run.returncode == status, run.stderr
    assert said in run.stdout + run.stderr


def test_the_names_that_other_commands_take_are_listed(demo: Told) -> None:
    assert "htx-kenh-xang\t" in fresh(demo["folder"], "actors").stdout
    told = fresh(demo["folder"], "schemes").stdout
    assert "https://demo.rice.example/schemes/low-emission-rice 1.0.0: " in told
    assert "conformity\t" in told
    for what in ("actors", "schemes"):
        assert json.loads(fresh(demo["folder"], what, "--json").stdout)


def test_a_table_breaks_no_id_and_loses_no_column(demo: Told) -> None:
    there = {"RICE_LEDGER_FOLDER": str(demo["folder"]), "COLUMNS": "80"}
    words = ("--lang", "en", "dossier", "VN-CTOR-0001", "DX-2026")
    person = Terminal(demo["folder"], *words, **there)
    assert person.ends() == Exit.DONE
    (line,) = (line for line in person.seen.splitlines() if "Measured" in line)
    assert line.split()[-2:] == ["NYK814cHlnixdHc0j9c4bBpxb_HhG8tPvAAxvgFqQJE", "171"]


@pytest.fixture(autouse=True)
def _draft(demo: Told) -> None:
    """Give the demo a draft that nobody has signed."""
    draft = demo["folder"] / "paper.draft"
    if not draft.exists():
        fields = demo["folder"] / "paper.json"
        fields.write_text(
            '{"paper":"urn:rice:paper:7","kind":"invoice","issuer":"hiep-hoi-gao-xanh",'
            f'"issued_on":"2026-03-01","digest":"{"A" * 43}="}}'
        )
        words = ("attest", "prepare", "present_paper", fields, "--by", "hiep-hoi-gao-xanh")
        assert fresh(demo["folder"], *words, "--out", draft).returncode == Exit.DONE
