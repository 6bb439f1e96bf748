"""What is open about an area's season: everything a certifier has to look into before vouching.

A doubt is no refusal. It names what is missing or does not agree, and the entries it follows from.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from ledger.dossier import Dossier
from ledger.errors import Detail
from ledger.field_book import FieldBook
from ledger.rice import acts
from ledger.rice.areas import months_after, state_on
from ledger.rice.facts import Area, Founding, find
from ledger.store.store import Reading


class Doubt(Struct, frozen=True, kw_only=True):
    """Something to look into: a code with its details, and the entries behind it."""

    code: str
    details: dict[str, Detail] = {}
    entries: tuple[int, ...] = ()


def doubts(view: Reading, area: Area, found: Dossier, book: FieldBook, on: str) -> list[Doubt]:
    """Return what is open about an area's season on a day."""
    return [
        *_of_figures(found),
        *_of_diary(found, book),
        *_of_code(area, on),
        *_of_inspection(view, area, on),
    ]


def _of_figures(found: Dossier) -> Iterator[Doubt]:
    for asked in found.asked:
        criterion = asked.criterion.id
        if asked.is_met is None:
            yield Doubt(code="not_computed", details={"criterion": criterion})
        elif not asked.is_met:
            yield Doubt(code="not_met", details={"criterion": criterion})
    for one in found.stated:
        if one.differs:
            details: dict[str, Detail] = {
                "number": one.number,
                "metric": one.metric,
                "stated": one.stated,
                "computed": one.computed or "",
            }
            yield Doubt(code="differs", details=details, entries=(one.entry,))
    for code in found.emission.findings if found.emission else ():
        yield Doubt(code=code, entries=found.emission_entries[-1:])
    if found.baseline_index is None:
        yield Doubt(code="no_baseline")


def _of_diary(found: Dossier, book: FieldBook) -> Iterator[Doubt]:
    for kept in book.kept:
        if kept.is_missing:
            yield Doubt(code="diary_missing", details={"kind": kept.kind})
    reporting = {one.key for one in found.reported_by}
    if any(one.key in reporting for one in found.measured_by):
        yield Doubt(code="measured_by_reporter", entries=found.water_entries[:1])


def _of_code(area: Area, on: str) -> Iterator[Doubt]:
    spell = state_on(area.spells, on)
    if spell is not None and spell.state != "active":
        yield Doubt(
            code=f"code_{spell.state}", details={"since": spell.from_on}, entries=(spell.index,)
        )
    if area.expires_on < on:
        yield Doubt(code="code_expired", details={"since": area.expires_on})


def _of_inspection(view: Reading, area: Area, on: str) -> Iterator[Doubt]:
    founding = find(view, Founding, "ledger:")
    settings = founding.settings if founding else acts.Settings()
    last = max(area.inspections, key=lambda one: (one.on, one.index), default=None)
    if last is not None and last.result == "fail":
        yield Doubt(code="inspection_failed", details={"on": last.on}, entries=(last.index,))
    seen_on = last.on if last else area.issued_on
    if months_after(seen_on, settings.inspection_months) < on:
        entries = (last.index,) if last else ()
        yield Doubt(code="inspection_overdue", details={"on": seen_on}, entries=entries)
