"""Office files into the ledger: every row with what became of it, in the order of the files.

What the statements only commit to is kept beside the log as they are accepted, and so is the digest
of the row that each was made from.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass
from itertools import islice

from ledger.disclosures import Origin
from ledger.errors import LedgerError, Words
from ledger.imports.rows import Row
from ledger.imports.tables import Table
from ledger.rice.facts import Fact
from ledger.row_outcomes import (
    RowOutcome,
    outcome_of_caution,
    outcome_of_notice,
    outcome_of_refusal,
    outcome_of_row,
    outcome_of_unknown_area,
)
from ledger.season import Season, Waiting
from ledger.sequencer import Answer, Receipt
from ledger.service import Ledger
from ledger.unsigned import Unsigned

WAITING = "waiting_for_office"
AT_ONCE, AHEAD = 1_024, 7
"""Statements signed in one go, and how many such goes may wait to be recorded: two batches'."""


@dataclass(frozen=True, slots=True)
class Intake:
    """A season taken in: how many statements were made, stand, and are new; what was refused."""

    statements: int
    accepted: int
    added: int
    refused_rows: int
    waiting_rows: int
    outcomes: tuple[RowOutcome, ...]


class Register:
    """What a ledger knows, one snapshot for each question: rows are read before any is written."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def get(self, key: str, /) -> Fact | None:
        """Return the fact under a key, or nothing."""
        with self._ledger.reading() as view:
            return view.get(key)

    def facts_of(self, kind: str, after: str = "", limit: int = 100) -> list[Fact]:
        """Return facts of one kind in order of their keys."""
        with self._ledger.reading() as view:
            return view.facts_of(kind, after, limit)


def take_in(
    ledger: Ledger, season: Season, progress: Callable[[int, int], None] | None = None
) -> Intake:
    """Append everything a season's files say; return what became of each row that was not plain.

    A row may make several statements. The first refusal is the row's; what follows from a refused
    statement is refused with it and not told again. Of a row that also waits for another office's
    key, a refusal is not told: it may be good once that office has spoken.
    """
    before, statements, accepted = ledger.size, 0, 0
    outcomes = _Outcomes(season)
    origins: list[Origin] = []
    for rows, answers in _appended(ledger, season.drafts()):
        for row, answer in zip(rows, answers, strict=True):
            outcomes.add_answer(row, answer)
            if isinstance(answer, Receipt):
                accepted += 1
                origins += outcomes.origin(row, answer)
        statements += len(rows)
        if progress is not None:
            progress(statements, season.count)
    for waiting in season.waiting:
        outcomes.add_waiting(waiting)
    ledger.disclose_private(season.private())
    ledger.disclose_origins(origins)
    told = outcomes.told()
    return Intake(
        statements=statements,
        accepted=accepted,
        added=ledger.size - before,
        refused_rows=sum(one.level == "refuse" for one in told),
        waiting_rows=sum(one.level == "wait" for one in told),
        outcomes=told,
    )


def _appended(
    ledger: Ledger, drafts: Iterable[tuple[Unsigned, Row | None]]
) -> Iterator[tuple[list[Row | None], list[Answer]]]:
    """Yield rows with the answers to what they say: the next are signed while some are recorded.

    No more of them are held at once than that takes, however many a season has.
    """
    ahead: deque[tuple[list[Row | None], Future[list[Answer]]]] = deque()
    rest = iter(drafts)
    while some := list(islice(rest, AT_ONCE)):
        answers = ledger.submit([draft for draft, _ in some])
        ahead.append(([row for _, row in some], answers))
        if len(ahead) > AHEAD:
            rows, answers = ahead.popleft()
            yield rows, answers.result()
    for rows, answers in ahead:
        yield rows, answers.result()


class _Outcomes:
    """What is told of the rows, gathered answer by answer."""

    def __init__(self, season: Season) -> None:
        tables = season.tables.values()
        self._tables = {id(row): table for table in tables for row in table.rows}
        self._notices: list[RowOutcome] = []
        self._refused: dict[int, RowOutcome] = {}
        self._waiting: dict[int, RowOutcome] = {}
        self._warned: list[RowOutcome] = []
        for table in tables:
            self._add_notices(table)

    def told(self) -> tuple[RowOutcome, ...]:
        """Return everything there is to tell, in the order of the files."""
        refused = (one for row, one in self._refused.items() if row not in self._waiting)
        told = [*self._notices, *self._waiting.values(), *refused, *self._warned]
        return tuple(sorted(told, key=lambda one: (one.file, one.sheet, one.line)))

    def origin(self, row: Row | None, receipt: Receipt) -> list[Origin]:
        """Return which row a statement was made from; of private files nothing."""
        if row is None or not row.digest:
            return []
        kind = self._tables[id(row)].kind
        return [(receipt.digest, f"{kind} {row.line} {row.digest}")]

    def _add_notices(self, table: Table) -> None:
        """Add what was odd about rows when they were read."""
        self._notices += map(outcome_of_notice, table.notices)

    def add_waiting(self, waiting: Waiting) -> None:
        """Add a row that nobody here can sign, or that is about land that nobody knows."""
        row = waiting.row
        if row is None or id(row) in self._waiting:
            return
        if waiting.office:
            words = Words(
                f"This waits for the key of {waiting.office}.",
                f"Dòng này chờ khóa của {waiting.office}.",
            )
            told = outcome_of_row(self._tables[id(row)], row, "wait", WAITING, words)
            self._waiting[id(row)] = told
        else:
            self._waiting[id(row)] = outcome_of_unknown_area(self._tables[id(row)], row)

    def add_answer(self, row: Row | None, answer: Answer) -> None:
        """Add why a row's statement was refused, or what whoever relies on it should know."""
        if row is None or id(row) in self._refused:
            return
        if isinstance(answer, LedgerError):
            self._refused[id(row)] = outcome_of_refusal(self._tables[id(row)], row, answer)
            return
        for caution in answer.warnings:
            self._warned.append(outcome_of_caution(self._tables[id(row)], row, caution))
