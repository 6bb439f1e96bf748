"""The file of sightings: beside the ledger, not part of it, and short-lived.

``scans.db`` is no part of audits, archives, exports or proofs, and is not to be backed up. A row
says that at one bag, on one day, in one province or country, a device was seen; the mark in it
(`scans.tokens`) is good for counting within a week. Rows lie in the order of their keys, so that
not even their order tells an hour. Whoever can change the file can make a page warn, or not;
whoever reads it learns on which days which bags were scanned.

Writing never holds up a page: sightings wait in a short queue, and what finds it full is dropped
and counted, as is what the file does not take.
"""

from __future__ import annotations

import logging
import os
import queue
import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from pathlib import Path

from ledger.errors import CorruptedError
from ledger.scans.counting import Sighting

SCANS = "scans.db"
QUEUE_MAX = 1_000
BATCH_MAX = 500
QUIET_SECONDS = 60.0
"""How long the writer may sleep before it looks whether a day has ended."""

_VIET_NAM = timedelta(hours=7)
_BUSY_SECONDS = 5.0
_READING_SECONDS = 0.05
"""How long a page waits for the count before it goes without."""
_SCHEMA = """
PRAGMA journal_mode = WAL;
PRAGMA synchronous = NORMAL;
PRAGMA secure_delete = ON;
CREATE TABLE IF NOT EXISTS sighting (
    lot TEXT NOT NULL,
    bag INTEGER NOT NULL,
    period INTEGER NOT NULL,
    token INTEGER NOT NULL,
    day TEXT NOT NULL,
    place TEXT NOT NULL,
    PRIMARY KEY (lot, bag, period, token)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS sighting_day ON sighting (day);
CREATE TABLE IF NOT EXISTS dropped (
    day TEXT PRIMARY KEY,
    scans INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
"""
_ADD = "INSERT OR IGNORE INTO sighting VALUES (?, ?, ?, ?, ?, ?)"
_DROP = """
INSERT INTO dropped VALUES (?, ?) ON CONFLICT (day) DO UPDATE SET scans = scans + excluded.scans
"""
_OF_BAG = "SELECT period, token, day, place FROM sighting WHERE lot = ? AND bag = ?"
_ALL = "SELECT lot, bag, period, token, day, place FROM sighting ORDER BY lot, bag"
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class SeenBag:
    """A bag by its lot and number, and what was seen of it."""

    lot: str
    bag: int
    sightings: tuple[Sighting, ...]


def viet_nam_day(at: datetime) -> date:
    """Return the day in Viet Nam, which is all that is kept of a moment."""
    return (at + _VIET_NAM).date()


class ScanLog:
    """The file of sightings, with a thread of its own that writes it."""

    def __init__(self, path: Path, keep_days: int, today: Callable[[], date]) -> None:
        self._path = path
        self._keep_days = keep_days
        self._today = today
        self._cleaned_on: date | None = None
        self._waiting: queue.Queue[tuple[str, int, Sighting] | None] = queue.Queue(QUEUE_MAX)
        self._dropped = 0
        self._counting = threading.Lock()
        self._is_failing = False
        self._is_closing = threading.Event()
        self._writer = threading.Thread(target=self._write_on, name="scans", daemon=True)
        self._writer.start()

    @property
    def dropped(self) -> int:
        """Return how many sightings were dropped and not yet written down as such."""
        return self._dropped

    @property
    def waiting(self) -> int:
        """Return how many sightings wait to be written."""
        return self._waiting.qsize()

    def add(self, lot: str, bag: int, sighting: Sighting) -> None:
        """Have a sighting written soon, or drop it; never wait."""
        try:
            self._waiting.put_nowait((lot, bag, sighting))
        except queue.Full:
            self._drop(1)

    def of(self, lot: str, bag: int) -> list[Sighting]:
        """Return what was seen of a bag; nothing rather than trouble."""
        try:
            with reading(self._path) as connection:
                rows = connection.execute(_OF_BAG, (lot, bag)).fetchall()
            return [_sighting(row) for row in rows]
        except (sqlite3.Error, ValueError):
            return []

    def flush(self) -> None:
        """Wait until everything that was added has been written or dropped."""
        self._waiting.join()

    def close(self) -> None:
        """Write what waits, then let go of the file."""
        self._is_closing.set()
        with suppress(queue.Full):
            self._waiting.put_nowait(None)
        self._writer.join()

    def _write_on(self) -> None:
        """Write until closed; a file that cannot be written is tried again with the next batch."""
        self._try([])
        while not (self._is_closing.is_set() and self._waiting.empty()):
            batch = self._next_batch()
            self._try([one for one in batch if one is not None])
            for _ in batch:
                self._waiting.task_done()

    def _try(self, rows: Sequence[tuple[str, int, Sighting]]) -> None:
        try:
            self._write(rows)
            self._is_failing = False
        except (sqlite3.Error, OSError) as error:
            self._drop(len(rows))
            if not self._is_failing:
                _log.warning("scans are not counted: %s", error)
            self._is_failing = True

    def _drop(self, count: int) -> None:
        with self._counting:
            self._dropped += count

    def _next_batch(self) -> list[tuple[str, int, Sighting] | None]:
        try:
            batch = [self._waiting.get(timeout=QUIET_SECONDS)]
        except queue.Empty:
            return []
        with suppress(queue.Empty):
            while len(batch) < BATCH_MAX:
                batch.append(self._waiting.get_nowait())
        return batch

    def _write(self, rows: Sequence[tuple[str, int, Sighting]]) -> None:
        """Write sightings, and once a day delete what is too old.

        A crash before the commit loses these sightings, one after it nothing.
        """
        today, dropped = self._today(), self._dropped
        if not (rows or dropped or today != self._cleaned_on):
            return
        with _writing(self._path) as connection:
            connection.execute("BEGIN IMMEDIATE")
            for lot, bag, one in rows:
                told = (lot, bag, one.period, one.token, one.day.isoformat(), one.place)
                connection.execute(_ADD, told)
            if dropped:
                connection.execute(_DROP, (today.isoformat(), dropped))
            connection.execute("COMMIT")
            self._drop(-dropped)
            if today != self._cleaned_on:
                clean(connection, today, self._keep_days)
                self._cleaned_on = today


def clean(connection: sqlite3.Connection, today: date, keep_days: int) -> None:
    """Delete what was kept long enough, and what a wrong clock wrote of days to come.

    Rows are overwritten, also in the journal.
    """
    first = (today - timedelta(days=keep_days - 1)).isoformat()
    last = (today + timedelta(days=1)).isoformat()
    for table in ("sighting", "dropped"):
        connection.execute(
            f"DELETE FROM {table} WHERE day < ? OR day > ?",  # noqa: S608  (two names of ours)
            (first, last),
        )
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def forget(path: Path) -> None:
    """Delete the file with its journal: whoever stops counting keeps nothing that was counted."""
    for ending in ("", "-wal", "-shm"):
        path.with_name(path.name + ending).unlink(missing_ok=True)


def read_all(path: Path) -> Iterator[SeenBag]:
    """Yield every bag in the file with what was seen of it."""
    with _failing(path), reading(path) as connection:
        rows = connection.execute(_ALL)
        for (lot, bag), group in groupby(rows, key=lambda row: (row[0], row[1])):
            yield SeenBag(lot, bag, tuple(_sighting(row[2:]) for row in group))


def read_dropped(path: Path) -> int:
    """Return how many sightings within the days that are kept were not written."""
    with _failing(path), reading(path) as connection:
        return int(connection.execute("SELECT coalesce(sum(scans), 0) FROM dropped").fetchone()[0])


@contextmanager
def reading(path: Path) -> Iterator[sqlite3.Connection]:
    """Give the file to read; it must be there."""
    uri = f"{path.absolute().as_uri()}?mode=ro"
    with closing(sqlite3.connect(uri, uri=True, timeout=_READING_SECONDS)) as connection:
        yield connection


@contextmanager
def _writing(path: Path) -> Iterator[sqlite3.Connection]:
    """Give the file to write; it is made if it is not there, for nobody else to read."""
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    connection = sqlite3.connect(path, timeout=_BUSY_SECONDS, isolation_level=None)
    with closing(connection):
        connection.executescript(_SCHEMA)
        yield connection


@contextmanager
def _failing(path: Path) -> Iterator[None]:
    try:
        yield
    except (sqlite3.Error, ValueError) as error:
        raise CorruptedError("scan_file_unreadable", file=str(path), what=str(error)) from error


def _sighting(row: tuple[int, int, str, str]) -> Sighting:
    period, token, day, place = row
    return Sighting(period, token, date.fromisoformat(day), place)
