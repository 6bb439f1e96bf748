"""What lies behind the figures of an area's season: the diary, the readings, the papers.

A dossier says what it all comes to; this says what there is to look at, and what is missing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from msgspec import Struct

from ledger.dossier import Dossier, said_of_season
from ledger.rice.comparison import REGIME
from ledger.rice.events import FIELD_WORK, Event, Harvest, WaterReading, instant
from ledger.rice.facts import Area
from ledger.rice.paper_facts import Contract, Paper
from ledger.rice.profile import SPELLINGS
from ledger.rice.water import Reading as Level
from ledger.rice.water import drained
from ledger.store.store import Reading

KINDS: tuple[type[Event], ...] = (*FIELD_WORK, Harvest)
_NAMES = {spelling.record: spelling.cte for spelling in SPELLINGS} | {Harvest: "harvest"}
_ATTESTED, _ASSUMED = 3, 4
PERHAPS = frozenset({"spraying", "packaging_return", "drainage"})
"""What a good season may do without: the diary is whole without a line of these."""


class Kept(Struct, frozen=True, kw_only=True):
    """One kind of line of a diary: how many there are, from when to when, in which entries."""

    kind: str
    entries: tuple[int, ...]
    first_on: str
    last_on: str

    @property
    def is_missing(self) -> bool:
        """Whether a line is wanted and nobody wrote one."""
        return not self.entries and self.kind not in PERHAPS


class Gauged(Struct, frozen=True, kw_only=True):
    """A reading of a tube, and the entry that says it."""

    at: datetime
    level_mm: int
    entry: int


class Gauge(Struct, frozen=True, kw_only=True):
    """A tube with its readings, oldest first, and the drainages that they prove."""

    tube: str
    levels: tuple[Gauged, ...]
    drained: tuple[tuple[datetime, datetime], ...]


class FieldBook(Struct, frozen=True, kw_only=True):
    """Everything there is of an area's season beside its figures."""

    kept: tuple[Kept, ...]
    gauges: tuple[Gauge, ...]
    contracts: tuple[Contract, ...]
    papers: tuple[Paper, ...]


def field_book(view: Reading, area: Area, season: str) -> FieldBook:
    """Return the diary, readings and papers of an area's season."""
    origin = f"{area.code}/{season}"
    said = said_of_season(view, origin)
    events = {index: each.body for index, each in said.items() if isinstance(each.body, Event)}
    contracts = [
        one
        for one in view.every(Contract, "contract")
        if one.season == season and area.code in one.areas
    ]
    return FieldBook(
        kept=tuple(_kept(events)),
        gauges=tuple(_gauges(events)),
        contracts=tuple(contracts),
        papers=tuple(_papers(view, area, season)),
    )


def _kept(events: Mapping[int, Event]) -> Iterator[Kept]:
    for kind in KINDS:
        lines = {index: each for index, each in events.items() if isinstance(each, kind)}
        days = sorted(each.on for each in lines.values())
        yield Kept(
            kind=_NAMES[kind],
            entries=tuple(lines),
            first_on=days[0] if days else "",
            last_on=days[-1] if days else "",
        )


def _gauges(events: Mapping[int, Event]) -> Iterator[Gauge]:
    cut_on = min((each.on for each in events.values() if isinstance(each, Harvest)), default="")
    by_tube: dict[str, list[Gauged]] = {}
    for index, each in events.items():
        if isinstance(each, WaterReading) and not (cut_on and each.on >= cut_on):
            level = Gauged(at=instant(each.at), level_mm=each.level_mm, entry=index)
            by_tube.setdefault(each.tube, []).append(level)
    for tube, levels in sorted(by_tube.items()):
        levels.sort(key=lambda one: (one.at, one.level_mm))
        read: list[Level] = [(one.at, one.level_mm) for one in levels]
        yield Gauge(tube=tube, levels=tuple(levels), drained=tuple(drained(read)))


def _papers(view: Reading, area: Area, season: str) -> Iterator[Paper]:
    """Yield the papers somebody showed about an area or its season; each is known by its digest."""
    names = {area.code, f"{area.code}/{season}"}
    return (one for one in view.every(Paper, "paper") if one.concerns in names)


def kind_of(event: Event) -> str:
    """Return the name of an event's kind."""
    return _NAMES[type(event)]


def evidence_tier(metric: str, found: Dossier, entries: tuple[int, ...]) -> int | None:
    """Return the evidence tier of VM0051 v1.1, box 1, of a figure; none where nothing was recorded.

    Tubes that were read are records with proof (1), a signed line of the diary is the grower's
    word (3), and what is assumed is the average of a region (4). A figure of many inputs is only
    as good as the weakest of them.
    """
    water = found.water.evidence_tier or _ASSUMED
    if metric == REGIME:
        return water
    if not entries:
        return None
    return max(_ATTESTED, water) if "co2e" in metric or metric == "ghg-reduction" else _ATTESTED


def areas_sown(view: Reading, season: str, commune: str, size: int) -> list[str]:
    """Return the areas of a commune, or of all, with a diary in the first so many entries."""
    known = [
        area.code
        for area in view.every(Area, "area")
        if commune in {"", area.commune} and area.spells[0].index < size
    ]
    written = view.mentions([f"diary:{code}/{season}" for code in known], size)
    return [code for code in known if written.get(f"diary:{code}/{season}")]


def lines_written(view: Reading, origin: str, size: int) -> dict[str, Event]:
    """Return the lines of an area's season in the first so many entries, by the entry's number."""
    said = said_of_season(view, origin, size)
    return {str(index): each.body for index, each in said.items() if isinstance(each.body, Event)}
