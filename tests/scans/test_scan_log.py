from __future__ import annotations

import multiprocessing
import os
import signal
import sqlite3
import stat
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path

import pytest

from ledger.errors import CorruptedError
from ledger.scans import scan_log
from ledger.scans.counting import Sighting
from ledger.scans.scan_log import SCANS, ScanLog, read_all, read_dropped
from tests.scans.adding import add_until_killed

TODAY = date(2026, 6, 10)
LOT = "https://id.gs1.org/01/09521234000303/10/L260408A"


class Calendar:
    today = TODAY

    def __call__(self) -> date:
        return self.today


@pytest.fixture
def calendar() -> Calendar:
    return Calendar()


@pytest.fixture
def log(tmp_path: Path, calendar: Calendar) -> Iterator[ScanLog]:
    opened = ScanLog(tmp_path / SCANS, 90, calendar)
    yield opened
    opened.close()


def at(day: date, token: int = 1, place: str = "VN-CT") -> Sighting:
    return Sighting(day.toordinal() // 7, token, day, place)


def test_a_device_stands_once_for_each_bag_and_period(log: ScanLog) -> None:
    for _ in range(3):
        log.add(LOT, 7, at(TODAY))
    log.add(LOT, 7, at(TODAY, token=2))
    log.add(LOT, 8, at(TODAY))
    log.add(LOT, 7, at(TODAY - timedelta(days=7)))
    log.flush()
    assert len(log.of(LOT, 7)) == 3
    assert log.of(LOT, 8) == [at(TODAY)]
    assert log.of(LOT, 9) == []


def test_rows_lie_in_the_order_of_their_keys_and_not_of_arrival(
    log: ScanLog, tmp_path: Path
) -> None:
    for token in (5, 3, 9, 1):
        log.add(LOT, 7, at(TODAY, token=token))
    log.flush()
    with closing(sqlite3.connect(tmp_path / SCANS)) as connection:
        assert [row[0] for row in connection.execute("SELECT token FROM sighting")] == [1, 3, 5, 9]
        with pytest.raises(sqlite3.OperationalError):
            connection.execute("SELECT rowid FROM sighting")


def test_what_is_old_is_deleted_and_overwritten(
    log: ScanLog, tmp_path: Path, calendar: Calendar
) -> None:
    old = "https://id.gs1.org/01/09521234000303/10/OLDLOT"
    log.add(old, 7, at(TODAY))
    log.flush()
    calendar.today = TODAY + timedelta(days=89)
    log.add(LOT, 7, at(calendar.today))
    log.flush()
    assert log.of(old, 7)
    calendar.today = TODAY + timedelta(days=90)
    log.add(LOT, 8, at(calendar.today))
    log.flush()
    assert not log.of(old, 7)
    assert log.of(LOT, 7)
    assert not [file for file in tmp_path.iterdir() if b"OLDLOT" in file.read_bytes()]


def test_old_rows_go_without_a_single_scan(
    tmp_path: Path, calendar: Calendar, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scan_log, "QUIET_SECONDS", 0.02)
    log = ScanLog(tmp_path / SCANS, 90, calendar)
    log.add(LOT, 7, at(TODAY))
    log.flush()
    calendar.today = TODAY + timedelta(days=200)
    deadline = time.monotonic() + 20
    while log.of(LOT, 7):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    log.close()


def test_what_a_clock_gone_wrong_wrote_does_not_stay(log: ScanLog, calendar: Calendar) -> None:
    calendar.today = date(2099, 1, 1)
    log.add(LOT, 7, at(calendar.today))
    log.flush()
    assert log.of(LOT, 7)
    calendar.today = TODAY
    log.add(LOT, 8, at(TODAY))
    log.flush()
    assert not log.of(LOT, 7)
    assert log.of(LOT, 8)


def test_nobody_else_reads_the_file(log: ScanLog, tmp_path: Path) -> None:
    log.add(LOT, 7, at(TODAY))
    log.flush()
    assert stat.S_IMODE((tmp_path / SCANS).stat().st_mode) == 0o600


def test_a_file_that_is_none_holds_nobody_up_and_is_told(
    tmp_path: Path, calendar: Calendar
) -> None:
    file = tmp_path / SCANS
    file.write_bytes(b"not a database, " * 1000)
    log = ScanLog(file, 90, calendar)
    log.add(LOT, 7, at(TODAY))
    log.flush()
    assert log.of(LOT, 7) == []
    assert log.dropped == 1
    with pytest.raises(CorruptedError) as refused:
        list(read_all(file))
    assert refused.value.code == "scan_file_unreadable"
    file.unlink()
    log.add(LOT, 7, at(TODAY))
    log.flush()
    assert len(log.of(LOT, 7)) == 1
    assert (log.dropped, read_dropped(file)) == (0, 1)
    log.close()


def test_a_full_queue_drops_and_counts_at_once(
    tmp_path: Path, calendar: Calendar, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scan_log, "QUEUE_MAX", 10)
    with closing(sqlite3.connect(tmp_path / SCANS)) as blocking:
        log = ScanLog(tmp_path / SCANS, 90, calendar)
        log.flush()
        time.sleep(0.3)
        blocking.execute("BEGIN IMMEDIATE")  # a disk that does not answer
        begun = time.monotonic()
        for token in range(600):
            log.add(LOT, 7, at(TODAY, token=token))
        assert time.monotonic() - begun < 1
        assert log.dropped >= 600 - 2 * 10 - 1
        log.of(LOT, 7)
        assert time.monotonic() - begun < 2
        blocking.execute("ROLLBACK")
    log.flush()
    log.add(LOT, 8, at(TODAY))
    log.flush()
    assert len(log.of(LOT, 7)) + read_dropped(tmp_path / SCANS) == 600
    log.close()


def test_a_process_killed_while_it_writes_leaves_a_file_that_goes_on(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    for number in range(3):
        here, there = context.Pipe()
        process = context.Process(target=add_until_killed, args=(str(tmp_path), number, there))
        process.start()
        assert here.poll(60)
        here.recv()
        time.sleep(0.05)
        assert process.pid is not None
        os.kill(process.pid, signal.SIGKILL)
        process.join()
    log = ScanLog(tmp_path / SCANS, 90, Calendar())
    log.add(LOT, 7, at(TODAY))
    log.flush()
    assert len(log.of(LOT, 7)) == 1
    log.close()
    with closing(sqlite3.connect(tmp_path / SCANS)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    written = [one for one in read_all(tmp_path / SCANS) if one.bag != 7]
    assert written
    assert all(len(one.sightings) == 1 for one in written)
