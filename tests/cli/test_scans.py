from __future__ import annotations

import csv
import json
from datetime import timedelta
from pathlib import Path

import pytest

from ledger.scans.counting import Sighting
from ledger.scans.scan_log import SCANS, ScanLog, viet_nam_day
from ledger.service import utc_now
from tests.cli.talk import Rice

LOT = "https://id.gs1.org/01/09521234000303/10/L260408A"
TODAY = viet_nam_day(utc_now())
FIRST = TODAY - timedelta(days=9)


@pytest.fixture
def counted(book: Path) -> Path:
    """A ledger at which bag 412 was seen on 12 devices in 3 provinces, and bag 7 on one."""
    log = ScanLog(book / SCANS, 90, lambda: TODAY)
    for token in range(12):
        place = ("VN-CT", "VN-SG", "VN-HN")[token % 3]
        log.add(LOT, 412, Sighting(1, token, FIRST if token == 0 else TODAY, place))
    log.add(LOT, 7, Sighting(1, 1, TODAY, "VN-CT"))
    log.close()
    return book


def test_the_packer_sees_which_bags_are_hot(rice: Rice, counted: Path) -> None:
    told = rice("scans", "--hot", "--ledger", counted)
    assert told.exit_code == 0
    assert told.stdout.split("\t") == [
        *("09521234000303/L260408A", "412", "12", "3", "VN-CT VN-HN VN-SG"),
        *(FIRST.isoformat(), f"{TODAY.isoformat()}\n"),
    ]


def test_programs_and_spreadsheets_get_the_same(rice: Rice, counted: Path, tmp_path: Path) -> None:
    told = rice("scans", "--hot", "--ledger", counted, "--json")
    assert json.loads(told.stdout) == {
        "lot": LOT,
        "bag": 412,
        "seen": {
            "devices": 12,
            "places": ["VN-CT", "VN-HN", "VN-SG"],
            "first_on": FIRST.isoformat(),
            "last_on": TODAY.isoformat(),
        },
    }
    file = tmp_path / "hot.csv"
    assert rice("scans", "--hot", "--ledger", counted, "--csv", file).exit_code == 0
    with file.open(encoding="utf-8-sig", newline="") as opened:
        headings, row = csv.reader(opened)
    assert headings[:3] == ["Lot", "Bag", "Devices"]
    assert row[:3] == ["09521234000303/L260408A", "412", "12"]
    assert rice("scans", "--hot", "--ledger", counted, "--csv", file).exit_code == 6


def test_settings_say_what_is_hot(rice: Rice, counted: Path) -> None:
    (counted / "scans.json").write_text('{"devices": 13}')
    told = rice("--lang", "en", "scans", "--hot", "--ledger", counted)
    assert "No bag was seen on more devices" in told.stdout


def test_a_summary_says_how_much_was_counted(rice: Rice, counted: Path) -> None:
    told = rice("--lang", "en", "scans", "--ledger", counted)
    assert "Bags seen in the last 90 days: 2. Scans that were not written: 0." in told.stdout
    told = rice("scans", "--ledger", counted, "--json")
    assert json.loads(told.stdout) == {
        "bags": 2,
        "counting": True,
        "kept_days": 90,
        "not_written": 0,
    }


def test_nothing_was_scanned_yet(rice: Rice, book: Path) -> None:
    assert rice("scans", "--ledger", book, "--json").exit_code == 0
    assert rice("scans", "--hot", "--ledger", book, "--json").stdout == ""


def test_what_cannot_be_read_is_said(rice: Rice, book: Path) -> None:
    (book / SCANS).write_bytes(b"no database" * 500)
    told = rice("scans", "--ledger", book)
    assert told.exit_code == 7
    assert "scan_file_unreadable" in told.stderr
    (book / "scans.json").write_text('{"devise": 3}')
    told = rice("scans", "--ledger", book)
    assert told.exit_code == 5
    assert "scan_settings_unreadable" in told.stderr
