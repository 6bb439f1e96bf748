"""The book of printed labels: which bags have labels out, and which were spoiled.

It lies beside the ledger and not in it. That a printer jammed is nobody's statement, and a log that
is never erased is no place for it; which bags there are, the log says. A database file of its own,
because two clerks may print at once: each job is checked and recorded in one transaction, and no
bag gets two labels by accident.

A bag's label is not printed, then printed. A spoiled label was seen to be destroyed: its bag may be
printed again, with the same code. One that may be anywhere is cancelled in the ledger
(`VoidLabels`), where whoever scans it is told; it is never printed again.

Whoever deletes this file can print labels twice, and could before; nothing in the log changes, and
what gives a second label away is scans of one code in many places.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from ledger.labels.refusals import ConflictError, MalformedError, RefusedError
from ledger.log import encoding
from ledger.rice.facts import LabelBatch

PRINT_BOOK = "prints.db"
"""The name of the file in the ledger's folder."""

Range = tuple[int, int]
"""The first and last of some bags, both included."""

_TABLE = """
CREATE TABLE IF NOT EXISTS record (
    id INTEGER PRIMARY KEY,
    at TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('printed', 'spoiled')),
    batch TEXT NOT NULL,
    first INTEGER NOT NULL,
    last INTEGER NOT NULL CHECK (first <= last),
    why TEXT NOT NULL
) STRICT
"""


class State(StrEnum):
    """What became of a label."""

    PRINTED = "printed"
    SPOILED = "spoiled"


@dataclass(frozen=True, slots=True)
class Stretch:
    """Bags whose labels are in one state since one record.

    ``why`` is the layout they were printed on, or the reason that was given.
    """

    first: int
    last: int
    state: State
    at: str
    why: str


class PrintBook:
    """The book in one file, which is made when the first job is recorded."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def stretches(self, batch: str) -> list[Stretch]:
        """Return the bags of a batch that have or had labels, by number."""
        if not self._file.exists():
            return []
        with self._opened() as book:
            return _stretches(book, batch)

    def spoiled(self, batch: str, within: Range) -> list[Range]:
        """Return the bags that may be printed again; there must be some."""
        ranges = [
            (max(one.first, within[0]), min(one.last, within[1]))
            for one in self.stretches(batch)
            if one.state is State.SPOILED and one.first <= within[1] and one.last >= within[0]
        ]
        if not ranges:
            raise RefusedError("labels_not_spoiled", batch=batch)
        return ranges

    def check_printable(self, batch: str, ranges: Iterable[Range]) -> None:
        """Refuse bags that have a label."""
        _check_printable(self.stretches(batch), batch, ranges)

    def record_printed(
        self, batch: str, ranges: Sequence[Range], at: datetime, layout: str
    ) -> None:
        """Record a job, unless somebody printed one of its labels meanwhile.

        This comes before the file gets its name. Crash after it, and there are records and no
        labels: they are reported as spoiled. The other way round there would be labels that nobody
        knows of.
        """
        with self._opened() as book:
            _check_printable(_stretches(book, batch), batch, ranges)
            _record(book, State.PRINTED, batch, ranges, at, layout)

    def record_spoiled(self, batch: str, ranges: Sequence[Range], at: datetime, why: str) -> None:
        """Record that labels were spoiled and destroyed. Each must be out."""
        with self._opened() as book:
            known = [one for one in _stretches(book, batch) if one.state is State.PRINTED]
            for first, last in ranges:
                covered = sum(
                    min(one.last, last) - max(one.first, first) + 1
                    for one in known
                    if one.first <= last and one.last >= first
                )
                if covered < last - first + 1:
                    raise RefusedError("labels_not_printed", batch=batch, first=first, last=last)
            _record(book, State.SPOILED, batch, ranges, at, why)

    @contextmanager
    def _opened(self) -> Iterator[sqlite3.Connection]:
        """Open the file for one transaction, which no other writer gets into."""
        try:
            book = sqlite3.connect(self._file, isolation_level=None)
            try:
                book.execute("BEGIN IMMEDIATE")
                book.execute(_TABLE)
                yield book
                book.execute("COMMIT")
            finally:
                book.close()  # Undoes what was not committed.
        except sqlite3.Error as error:
            what = str(error)
            raise MalformedError(
                "print_book_unreadable", file=str(self._file), what=what
            ) from error


def not_cancelled(issued: LabelBatch, wanted: Iterable[Range]) -> list[Range]:
    """Return bags without those whose label is cancelled in the ledger; some must be left."""
    ranges = list(wanted)
    for void in issued.voided:
        ranges = [
            part
            for first, last in ranges
            for part in ((first, min(last, void.first - 1)), (max(first, void.last + 1), last))
            if part[0] <= part[1]
        ]
    if not ranges:
        raise RefusedError("labels_cancelled", batch=issued.id)
    return ranges


def overlay(records: Iterable[Stretch]) -> list[Stretch]:
    """Return what holds after records, oldest first: of each bag its last, by number."""
    held: list[Stretch] = []
    for new in records:
        kept = []
        for old in held:
            if old.first < new.first:
                kept.append(_cut(old, old.first, min(old.last, new.first - 1)))
            if old.last > new.last:
                kept.append(_cut(old, max(old.first, new.last + 1), old.last))
        held = [*kept, new]
    return sorted(held, key=lambda one: one.first)


def _cut(one: Stretch, first: int, last: int) -> Stretch:
    return Stretch(first, last, one.state, one.at, one.why)


def _check_printable(stretches: Sequence[Stretch], batch: str, ranges: Iterable[Range]) -> None:
    for first, last in ranges:
        for one in stretches:
            if one.state is State.SPOILED or one.last < first or one.first > last:
                continue
            of_these = max(first, one.first), min(last, one.last)
            raise ConflictError("labels_printed", **_details(batch, of_these, one.at))


def _stretches(book: sqlite3.Connection, batch: str) -> list[Stretch]:
    rows = book.execute(
        "SELECT first, last, state, at, why FROM record WHERE batch = ? ORDER BY id", (batch,)
    )
    return overlay(
        Stretch(first, last, State(state), at, why) for first, last, state, at, why in rows
    )


def _record(
    book: sqlite3.Connection,
    state: State,
    batch: str,
    ranges: Sequence[Range],
    at: datetime,
    why: str,
) -> None:
    moment = encoding.format_time(at)
    book.executemany(
        "INSERT INTO record (at, state, batch, first, last, why) VALUES (?, ?, ?, ?, ?, ?)",
        [(moment, state.value, batch, first, last, why) for first, last in ranges],
    )


def _details(batch: str, bags: Range, at: str) -> dict[str, str | int]:
    day = encoding.local_day(encoding.parse_time(at))
    return {"batch": batch, "first": bags[0], "last": bags[1], "day": day}
