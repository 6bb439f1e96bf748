from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from ledger.cli.exits import Exit
from ledger.cli.opening import opened
from ledger.keyring import SAMPLE_KEYS
from ledger.rice.facts import Lot, find
from tests.cli.talk import Rice, Told

MILL = SAMPLE_KEYS / "luong-thuc-song-hau-xanh.json"
LOT = "https://id.gs1.org/01/09521234000303/10/L260411A"
SCOPE = "area:VN-CTOR-0001/DX-2026"


@pytest.fixture
def book(demo: Told, tmp_path: Path) -> Path:
    """A demo of our own, to recall things in."""
    shutil.copytree(demo["folder"], tmp_path / "book")
    return tmp_path / "book"


def entries(folder: Path) -> int:
    with opened(folder) as ledger:
        return ledger.size


def lot_of(folder: Path, name: str = LOT) -> Lot:
    with opened(folder) as ledger, ledger.reading() as view:
        found = find(view, Lot, f"lot:{name}")
    assert found is not None
    return found


def test_a_mock_recall_says_how_long_it_took_and_records_nothing(rice: Rice, demo: Told) -> None:
    size = entries(demo["folder"])
    words = ("recall", "--scope", SCOPE, "--mock", "--ledger", demo["folder"])
    told = rice(*words)
    assert told.exit_code == Exit.DONE
    assert "s from the question to the list. Nothing was recorded." in told.stderr
    assert "ZZDU2699023" in told.stdout
    answered = json.loads(rice(*words, "--json").stdout)
    assert 0 <= answered["milliseconds"] < 60_000
    assert answered["affected"]["scope"]["id"] == "VN-CTOR-0001"
    assert LOT in {row["lot"] for row in answered["affected"]["lots"]}
    assert entries(demo["folder"]) == size


def test_the_diary_is_told_in_words(rice: Rice, demo: Told) -> None:
    back = ("affected", "L260411A", "--back", "--ledger", demo["folder"])
    told = rice("--lang", "vi", *back).stdout
    assert "bón phân" in told
    assert "gặt" in told
    assert "waterreading" not in told
    assert "Lots: " in rice("--lang", "en", *back).stdout


def test_the_list_is_written_for_spreadsheets(rice: Rice, demo: Told, tmp_path: Path) -> None:
    files = ("--csv", tmp_path / "a.csv", "--xlsx", tmp_path / "a.xlsx")
    told = rice("affected", "L260411A", "--ledger", demo["folder"], *files)
    assert told.exit_code == Exit.DONE
    assert (tmp_path / "a.csv").read_bytes().startswith(b"\xef\xbb\xbfWhat,Name,")
    assert (tmp_path / "a.xlsx").read_bytes().startswith(b"PK")
    out = rice("affected", "L260411A", "--ledger", demo["folder"], "--csv", "-")
    assert out.stdout_bytes == (tmp_path / "a.csv").read_bytes()
    back = rice("affected", "labels:L260411A", "--back", "--json", "-l", demo["folder"])
    assert {row["season"] for row in json.loads(back.stdout)["areas"]} == {"DX-2026"}


def test_a_recall_is_shown_signed_and_recorded(rice: Rice, book: Path) -> None:
    words = ("recall", "--scope", SCOPE, "--ledger", book, "--key", MILL)
    why = ("--reason", "Dư lượng", "--reason-en", "Residue", "--contact", "0292 000 000")
    size = entries(book)
    for missing in (words, (*words, "--reason", "x"), (*words, *why)):
        told = rice(*missing)
        assert (told.exit_code, "[option_wanted]" in told.stderr) == (Exit.NO, True)
    keyless = rice("recall", "--scope", SCOPE, "-l", book, *why)
    assert (keyless.exit_code, "--key" in keyless.stderr) == (Exit.NO, True)
    assert entries(book) == size
    told = rice(*words, *why, "--yes")
    assert told.exit_code == Exit.DONE, told.output
    assert "L260411A" in told.stdout
    assert f"Entry {size}" in told.stdout
    (flag,) = lot_of(book).recalled
    assert (flag.index, flag.reason.en) == (size, "Residue")
    again = rice(*words, *why, "--yes", "--json")
    assert json.loads(again.stdout)["receipt"]["index"] == size


def test_bags_are_recalled_by_number(rice: Rice, book: Path) -> None:
    words = ("recall", "--ledger", book, "--key", MILL, "--reason", "x", "--contact", "y", "--yes")
    for scope, bags, code in (
        (SCOPE, "5-9", "bags_not_there"),
        ("labels:L260411A", "5-6001", "bags_not_there"),
        ("labels:L260411A", "9-5", "malformed"),
        ("labels:L260411A", "five", "malformed"),
    ):
        told = rice(*words, "--scope", scope, "--bags", bags)
        assert (told.exit_code != Exit.DONE, f"[{code}]" in told.stderr) == (True, True)
    ranges = ("--bags", "12", "--bags", "5-9")
    told = rice(*words, "--scope", "labels:L260411A", *ranges)
    assert told.exit_code == Exit.DONE, told.output
    (flag,) = lot_of(book).recalled
    assert [(one.first, one.last) for one in flag.bag_ranges] == [(5, 9), (12, 12)]


def test_a_hold_is_set_and_cleared(rice: Rice, book: Path) -> None:
    key = ("--ledger", book, "--key", MILL, "--reason", "chờ thử nghiệm")
    size = entries(book)
    told = rice("hold", "--scope", "lot:09521234000303/L260411A", *key, "--yes")
    assert told.exit_code == Exit.DONE, told.output
    assert [flag.index for flag in lot_of(book).held] == [size]
    cleared = rice("clear-hold", size, *key, "--json")
    assert json.loads(cleared.stdout)["receipt"]["index"] == size + 1
    assert lot_of(book).held == ()
    for entry in (size, 0):
        gone = rice("clear-hold", entry, *key)
        assert (gone.exit_code, "[no_hold_there]" in gone.stderr) == (Exit.NO, True)


def test_lots_of_others_are_named_and_left_to_them(rice: Rice, book: Path) -> None:
    why = ("--ledger", book, "--reason", "x", "--contact", "y", "--yes")
    grower = SAMPLE_KEYS / "htx-kenh-xang.json"
    told = rice("recall", "--scope", SCOPE, *why, "--key", grower)
    assert told.exit_code == Exit.DONE, told.output
    assert "are for others to stop" in told.stderr
    assert "09521234000303/L260411A" in told.stderr
    assert lot_of(book).recalled == ()
    stranger = rice("recall", "--scope", SCOPE, *why, "--key", SAMPLE_KEYS / "demo-kome-jp.json")
    assert (stranger.exit_code, "[nothing_to_stop]" in stranger.stderr) == (Exit.NO, True)
