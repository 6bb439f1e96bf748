"""What is told of one row of an office file, and of which of its cells."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from ledger.errors import LedgerError, Words
from ledger.imports.cells import written_value
from ledger.imports.kinds import KINDS
from ledger.imports.notices import Notice
from ledger.imports.remedies import REMEDIES
from ledger.imports.rows import Row
from ledger.imports.tables import Table
from ledger.rice.case import Caution
from ledger.rice.judge import RuleError
from ledger.rice.rulebook import RULES

_RULES = {rule.code: rule for rule in RULES}
_FIELDS: Mapping[str, tuple[str, ...]] = {
    "area_unknown": ("area", "areas"),
    "area_not_active": ("harvested_on",),
    "area_not_managed": ("area", "areas", "cooperative"),
    "season_unfit": ("harvested_on",),
    "yield_above_limit": ("wet_g",),
    "yield_high": ("wet_g",),
    "worked_above_area": ("area_m2",),
    "number_taken": ("number", "report", "area"),
    "contract_unknown": ("contract",),
    "contract_unfit": ("contract",),
    "act_in_future": ("inspected_on", "issued_on", "signed_on", "buyer_signed_on"),
    "inspection_overdue": ("areas",),
    "inspection_due": ("areas",),
    "exceeds_lot": ("from_silo_1_g", "from_batch_1_g", "bags"),
    "mass_gained": ("bags", "paddy_out_g", "head_g"),
    "recovery_above_limit": ("head_g",),
    "recovery_high": ("head_g",),
    "recovery_low": ("head_g",),
    "quota_exceeded": ("grant",),
    "grant_not_in_force": ("grant",),
    "mark_not_covered": ("grant",),
    "issuer_not_accredited": ("issuer",),
    "issuer_not_independent": ("issuer",),
    "lot_taken": ("number", "lot"),
    "not_consigned": ("delivered_by", "buyer"),
}
"""Which cell of a row a rule is about: the first that the row has. Of others it is all of it."""


@dataclass(frozen=True, slots=True)
class RowOutcome:
    """What became of one row: refused, taken with a warning, waiting, or worth a remark.

    ``field`` is the heading of the cell it is about and ``read`` what stood there, if it is about
    one cell; ``accepted`` says what would have passed.
    """

    file: str
    line: int
    sheet: str
    level: str
    code: str
    words: Words
    accepted: Words | None = None
    field: str = ""
    read: str = ""


def outcome_of_notice(notice: Notice) -> RowOutcome:
    """Return what was odd about a row when it was read."""
    return RowOutcome(
        file=notice.file,
        line=notice.line,
        sheet=notice.sheet,
        level=notice.level,
        code=notice.code,
        words=notice.words,
        accepted=REMEDIES.get(notice.code),
        field=notice.field,
        read=notice.read,
    )


def outcome_of_refusal(table: Table, row: Row, refusal: LedgerError) -> RowOutcome:
    """Return why a row's statement may not stand."""
    accepted = refusal.accepted if isinstance(refusal, RuleError) else None
    return outcome_of_row(table, row, "refuse", refusal.code, refusal.words, accepted)


def outcome_of_caution(table: Table, row: Row, caution: Caution) -> RowOutcome:
    """Return what whoever relies on a row's statement should know."""
    rule, details = _RULES[caution.code], dict(caution.details)
    words, accepted = rule.refused.fill(details), rule.accepted.fill(details)
    return outcome_of_row(table, row, "warn", rule.code, words, accepted)


def outcome_of_unknown_area(table: Table, row: Row) -> RowOutcome:
    """Return that a row is about land that nobody knows."""
    rule, area = _RULES["area_unknown"], {"area": getattr(row, "area", "")}
    words, accepted = rule.refused.fill(area), rule.accepted.fill(area)
    return outcome_of_row(table, row, "refuse", rule.code, words, accepted)


def outcome_of_row(
    table: Table, row: Row, level: str, code: str, words: Words, accepted: Words | None = None
) -> RowOutcome:
    """Return what is told of a row, with the cell it is about."""
    field, read = _cell(table.kind, row, code)
    return RowOutcome(
        file=table.file,
        line=row.line,
        sheet=row.sheet,
        level=level,
        code=code,
        words=words,
        accepted=accepted,
        field=field,
        read=read,
    )


def _cell(kind: str, row: Row, code: str) -> tuple[str, str]:
    """Return heading and value of the cell that a rule is about; of a private file neither."""
    known = KINDS[kind]
    columns = {column.field: column for column in known.columns}
    for field in _FIELDS.get(code, ()):
        if field in columns and not known.private:
            column, value = columns[field], getattr(row, field)
            if column.form.scale > 1 and isinstance(value, int):
                value = Decimal(value) / column.form.scale
            return column.heading, written_value(value)
    return "", ""
