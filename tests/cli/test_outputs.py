"""Results go to new files: what is there, such as somebody's only key, is never replaced."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ledger.cli.exits import Exit
from ledger.demo import SEASON_FOLDER
from ledger.keyring import SAMPLE_KEYS
from tests.cli.places import Place
from tests.cli.talk import Rice, Told, Words

COOP = SAMPLE_KEYS / "htx-kenh-xang.json"
PAPER = {
    "paper": "urn:rice:paper:7",
    "kind": "invoice",
    "issuer": "htx-kenh-xang",
    "issued_on": "2026-03-01",
    "digest": "A" * 43 + "=",
}
GIVEN = json.dumps(PAPER).encode()
PREPARE = ("attest", "prepare", "present_paper", "-", "--by", "htx-kenh-xang", "--out")
WRITING: list[Words] = [
    PREPARE,
    ("affected", "L260411A", "--csv"),
    ("affected", "L260411A", "--xlsx"),
    ("impact", "CN-DX26-001", "--csv"),
    ("trust",),
    ("lotfile", "L260411A", "--out"),
    ("epcis", "L260411A", "--out"),
    ("bundle", "00CVVWZJPJSSN1N0", "--out"),
    ("import", SEASON_FOLDER / "drying.csv", "--keys", SAMPLE_KEYS, "--dry-run", "--report"),
]


@pytest.mark.parametrize("words", WRITING, ids=lambda words: words[0])
def test_what_is_there_stays_and_no_folder_is_made(
    rice: Rice, demo: Told, tmp_path: Path, words: Words
) -> None:
    there = {"RICE_LEDGER_FOLDER": str(demo["folder"])}
    mine = tmp_path / "mine.csv"
    mine.write_bytes(b"my only key")
    taken = rice(*words, mine, given=GIVEN, **there)
    assert (taken.exit_code, "[file_taken]" in taken.stderr) == (Exit.TAKEN, True), taken.output
    assert mine.read_bytes() == b"my only key"
    nowhere = rice(*words, tmp_path / "no" / "x.csv", given=GIVEN, **there)
    assert (nowhere.exit_code, "[folder_missing]" in nowhere.stderr) == (Exit.ABSENT, True)
    assert not (tmp_path / "no").exists()


def test_a_template_leaves_both_its_files(rice: Rice, tmp_path: Path) -> None:
    help_file = tmp_path / "slips-help.csv"
    help_file.write_bytes(b"mine")
    result = rice("template", "weigh_tickets", "--out", tmp_path / "slips.csv")
    assert (result.exit_code, "[file_taken]" in result.stderr) == (Exit.TAKEN, True)
    assert help_file.read_bytes() == b"mine"
    assert not (tmp_path / "slips.csv").exists()


def test_an_archive_makes_no_folder(rice: Rice, demo: Told, tmp_path: Path) -> None:
    out = tmp_path / "no" / "book.zip"
    result = rice("export", out, "--ledger", demo["folder"])
    assert (result.exit_code, "[folder_missing]" in result.stderr) == (Exit.ABSENT, True)
    assert not out.parent.exists()


def test_a_signed_draft_is_not_lost(server: Place, demo: Told) -> None:
    draft = server.folder / "good.draft"
    prepare = (*PREPARE, draft, "--ledger", demo["folder"])
    server.does(*prepare, given=GIVEN)
    server.does("attest", "sign", draft, "--yes", "--key", COOP)
    signed = draft.read_bytes()
    assert server.refused(*prepare, given=GIVEN) == "file_taken"
    assert draft.read_bytes() == signed


def test_nothing_is_signed_or_sent_whose_result_has_no_place(server: Place, demo: Told) -> None:
    draft, mine = server.folder / "good.draft", server.folder / "mine"
    server.does(*PREPARE, draft, "--ledger", demo["folder"], given=GIVEN)
    mine.write_bytes(b"mine")
    sign = ("attest", "sign", draft, "--yes", "--key", COOP)
    assert server.refused(*sign, "--out", mine) == "file_taken"
    server.does(*sign)
    submit = ("attest", "submit", draft, "--to", demo["folder"], "--receipt", mine)
    assert server.refused(*submit) == "file_taken"
    assert mine.read_bytes() == b"mine"
