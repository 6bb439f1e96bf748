"""Office files into the ledger: every row with what became of it, in the order of the files."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from ledger.errors import LedgerError, Words
from ledger.imports.rows import Row
from ledger.imports.tables import Table
from ledger.rice.judge import RuleError
from ledger.rice.rulebook import RULES
from ledger.season import Season
from ledger.service import Ledger

_WORDS = {rule.code: rule.refused for rule in RULES}


@dataclass(frozen=True, slots=True)
class RowOutcome:
    """What became of one row: refused, taken with a warning, or worth a remark."""

    file: str
    line: int
    sheet: str
    level: str
    code: str
    words: Words
    accepted: Words | None


@dataclass(frozen=True, slots=True)
class Intake:
    """A season taken in: how many statements stand, were known before, or were refused."""

    statements: int
    accepted: int
    refused_rows: int
    outcomes: tuple[RowOutcome, ...]


def take_in(
    ledger: Ledger, season: Season, progress: Callable[[int, int], None] | None = None
) -> Intake:
    """Append everything a season's files say; return what became of each row that was not plain.

    A row may make several statements. The first refusal is the row's; what follows from a refused
    statement is refused with it and not told again.
    """
    said = list(season.statements())
    told = (lambda done: progress(done, len(said))) if progress else None
    answers = ledger.append([one.data for one in said], progress=told)
    files = {id(row): table.file for table in season.tables.values() for row in table.rows}
    outcomes = [outcome for table in season.tables.values() for outcome in _notices(table)]
    refused: set[int] = set()
    for one, answer in zip(said, answers, strict=True):
        if one.row is None or id(one.row) in refused:
            continue
        if isinstance(answer, LedgerError):
            refused.add(id(one.row))
            accepted = answer.accepted if isinstance(answer, RuleError) else None
            outcomes.append(_outcome(files, one.row, "refuse", answer.code, answer.words, accepted))
            continue
        for caution in answer.warnings:
            words = _WORDS[caution.code].fill(dict(caution.details))
            outcomes.append(_outcome(files, one.row, "warn", caution.code, words, None))
    return Intake(
        statements=len(said),
        accepted=sum(not isinstance(answer, LedgerError) for answer in answers),
        refused_rows=sum(outcome.level == "refuse" for outcome in outcomes),
        outcomes=tuple(sorted(outcomes, key=lambda one: (one.file, one.sheet, one.line))),
    )


def _outcome(
    files: dict[int, str], row: Row, level: str, code: str, words: Words, accepted: Words | None
) -> RowOutcome:
    return RowOutcome(files[id(row)], row.line, row.sheet, level, code, words, accepted)


def _notices(table: Table) -> Iterable[RowOutcome]:
    for notice in table.notices:
        yield RowOutcome(
            file=notice.file,
            line=notice.line,
            sheet=notice.sheet,
            level=notice.level,
            code=notice.code,
            words=notice.words,
            accepted=None,
        )
