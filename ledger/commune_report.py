"""The programme's figures of a season by commune, and of all communes, each with its entries.

What a commune reports each year: how much land takes part, what is certified, how rice was grown,
what was lost, and by how much less it gives off. Hectares are of codes in use on the day; certified
hectares and tonnes are `certified`'s; what a season adds up to over all communes is `closing`'s.

Loss is that of the whole chain, field to mill, drying and milling, as areas bear it, weighted by
what was cut on each: paddy that waits in a silo counts as if it were milled like the rest, where a
closed season counts it as not lost yet. What was exported carries no commune: containers mix them,
so that figure stands in the row for all.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from decimal import Decimal
from fractions import Fraction

from msgspec import Struct

from ledger.area_register import AreaStanding, area_register
from ledger.certified import certified
from ledger.closing import season_entries, season_record
from ledger.dossier import BEHIND
from ledger.rice import events
from ledger.rice.events import Drying, Event, FieldWork, Harvest, Milling
from ledger.rice.field_sums import straw_collected, total
from ledger.rice.rounding import half_up, near, percent
from ledger.rice.sums import areas_behind, season_figures
from ledger.store.store import Reading

_M2_PER_HECTARE = 10_000
_GRAMS_PER_TONNE = 1_000_000
_SEASONS = ("DX", "HT", "TD")
ALL = ""
"""What stands for the name of a commune in the row of all of them."""

UNITS: Mapping[str, str] = {
    "coded_ha": "ha",
    "coded_pct": "%",
    "checked_pct": "%",
    "scheme_ha": "ha",
    "confirmed_ha": "ha",
    "process_pct": "%",
    "granted_ha": "ha",
    "certified_pct": "%",
    "marked_t": "t",
    "sold_t": "t",
    "linked_pct": "%",
    "harvested_14_t": "t",
    "yield_t_ha": "t/ha",
    "seed_kg_per_ha": "kg/ha",
    "n_reduction_pct": "%",
    "pesticide_reduction_pct": "%",
    "water_reduction_pct": "%",
    "mechanised_full_pct": "%",
    "chain_loss_pct": "%",
    "straw_collected_pct": "%",
    "packaging_returned_pct": "%",
    "co2e_reduction_pct": "%",
    "export_share_pct": "%",
}
"""Every figure, in the order people read them, and its unit."""


class Figure(Struct, frozen=True, kw_only=True):
    """One number, or none where nothing was said that gives it; and the entries it follows from."""

    value: Decimal | None
    entries: tuple[int, ...] = ()


class CommuneRow(Struct, frozen=True, kw_only=True):
    """One commune's season; ``areas`` are the codes it is reckoned over."""

    season: str
    commune: str
    areas: tuple[str, ...]
    figures: Mapping[str, Figure]


class SeasonReport(Struct, frozen=True, kw_only=True):
    """A season by commune in order of their codes, the row of all communes last; as of one size."""

    size: int
    on: str
    season: str
    rows: tuple[CommuneRow, ...]

    def row(self, commune: str) -> CommuneRow | None:
        """Return the row of a commune, or of all."""
        return next((row for row in self.rows if row.commune == commune), None)


def seasons_of(year: int) -> tuple[str, ...]:
    """Return the seasons of a year, in order; winter-spring is named by the year it ends in."""
    return tuple(f"{name}-{year}" for name in _SEASONS)


def season_report(view: Reading, season: str, on: str) -> SeasonReport:
    """Return a season by commune, as it stands on a day."""
    books = _Books(view, season, on)
    communes = sorted({each.area.commune for each in books.standing})
    return SeasonReport(
        size=view.head().size,
        on=on,
        season=season,
        rows=tuple(books.row(commune) for commune in (*communes, ALL)),
    )


class _Books:
    """Everything said of a season, sorted by area."""

    def __init__(self, view: Reading, season: str, on: str) -> None:
        self.season = season
        self.standing = area_register(view, on)
        told = season_entries(view, season)
        self.record = season_record(view, season, told)
        self.closed = season_figures(self.record, on)
        self.certified = certified(view, on, season).rows
        self.of_area = _by_area(told, areas_behind(self.record))
        self.shipped = tuple(
            index
            for index, (_, event) in told.items()
            if isinstance(event, events.Loading | events.Shipping)
        )

    def row(self, commune: str) -> CommuneRow:
        """Return the figures of a commune, or of all."""
        own = [each for each in self.standing if commune in {ALL, each.area.commune}]
        sums = _Sums(self, own, commune)
        return CommuneRow(
            season=self.season,
            commune=commune,
            areas=tuple(sorted(each.area.code for each in own)),
            figures={name: sums.figure(name) for name in UNITS},
        )


def _by_area(
    told: Mapping[int, tuple[str, Event]], behind: Mapping[object, Collection[str]]
) -> Mapping[str, list[tuple[int, Event]]]:
    found: defaultdict[str, list[tuple[int, Event]]] = defaultdict(list)
    for index, (_, event) in told.items():
        if isinstance(event, FieldWork | Harvest):
            found[event.area].append((index, event))
        elif isinstance(event, Drying | Milling):
            for code in behind[event.event_id]:
                found[code].append((index, event))
    return found


class _Sums:
    """What one set of areas adds up to."""

    def __init__(self, books: _Books, own: Iterable[AreaStanding], commune: str) -> None:
        self.books = books
        self.commune = commune
        self.all = list(own)
        self.codes = {each.area.code for each in self.all}
        self.m2 = {each.area.code: each.area.area_m2 for each in self.all}
        self.told = [one for code in sorted(self.codes) for one in books.of_area.get(code, ())]
        self.work = [event for _, event in self.told if isinstance(event, FieldWork)]
        self.fields = [each for each in books.closed.areas if each.code in self.codes]

    def figure(self, name: str) -> Figure:
        """Return one figure with its entries."""
        if name in _LAND:
            return _LAND[name](self)
        if name in _CERTIFIED:
            return self._certified(*_CERTIFIED[name])
        value = _GROWN[name](self)
        return Figure(value=value, entries=self._behind(name) if value is not None else ())

    def in_use(self) -> list[AreaStanding]:
        """Return the areas whose code is in use on the day."""
        return [each for each in self.all if each.state == "active"]

    def _certified(self, member: str, divisor: int) -> Figure:
        rows = [row for row in self.books.certified if self.commune in {ALL, row.commune}]
        amounts = [getattr(row, member) for row in rows]
        value = sum((Decimal(each.value) for each in amounts), Decimal(0)) / divisor
        return Figure(value=value, entries=_merged(each.entries for each in amounts))

    def _behind(self, name: str) -> tuple[int, ...]:
        if name == "export_share_pct":
            return self.books.shipped
        kinds, with_baseline = _KINDS[name]
        entries = {index for index, event in self.told if isinstance(event, kinds)}
        if with_baseline:
            bases = self.books.record.baselines
            entries |= {bases[code].index for code in self.codes & bases.keys()}
        return tuple(sorted(entries))


def _merged(listed: Iterable[Iterable[int]]) -> tuple[int, ...]:
    return tuple(sorted({index for entries in listed for index in entries}))


def _hectares(areas: Iterable[AreaStanding]) -> Figure:
    listed = list(areas)
    value = half_up(sum(each.area.area_m2 for each in listed), _M2_PER_HECTARE, 4)
    return Figure(value=value, entries=_lives(listed))


def _lives(areas: Iterable[AreaStanding]) -> tuple[int, ...]:
    return _merged((spell.index for spell in each.area.spells) for each in areas)


def _coded(sums: _Sums) -> Figure:
    return _hectares(sums.in_use())


def _scheme(sums: _Sums) -> Figure:
    return _hectares(each for each in sums.in_use() if each.area.in_scheme)


def _coded_share(sums: _Sums) -> Figure:
    """Hectares in use of all that were ever given a code for the scheme, and are not over."""
    asked = [each for each in sums.all if each.area.in_scheme and each.state != "pending"]
    good = [each for each in asked if each.state == "active"]
    return Figure(value=_share(good, asked), entries=_lives(asked))


def _checked_share(sums: _Sums) -> Figure:
    used = sums.in_use()
    good = [each for each in used if each.due != "overdue"]
    seen = _merged((one.index for one in each.area.inspections) for each in used)
    return Figure(value=_share(good, used), entries=_merged([seen, _lives(used)]))


def _share_of_scheme(name: str) -> Callable[[_Sums], Figure]:
    """Return what share of the land that takes part some certified hectares are."""

    def share(sums: _Sums) -> Figure:
        part, scheme = sums.figure(name), sums.figure("scheme_ha")
        return Figure(
            value=_ratio(part.value, scheme.value), entries=_merged([part.entries, scheme.entries])
        )

    return share


def _linked_share(sums: _Sums) -> Figure:
    scheme = {each.area.code: each for each in sums.in_use() if each.area.in_scheme}
    contracts = [each for each in sums.books.record.contracts if scheme.keys() & set(each.areas)]
    linked = {code for each in contracts for code in each.areas} & scheme.keys()
    return Figure(
        value=_share([scheme[code] for code in linked], scheme.values()),
        entries=_merged([[each.index for each in contracts], _lives(scheme.values())]),
    )


def _share(part: Iterable[AreaStanding], whole: Iterable[AreaStanding]) -> Decimal | None:
    return percent(
        sum(each.area.area_m2 for each in part), sum(each.area.area_m2 for each in whole)
    )


def _ratio(part: Decimal | None, whole: Decimal | None) -> Decimal | None:
    """Return a share in per cent of two decimals."""
    return near(100 * Fraction(part or 0) / Fraction(whole), 2) if whole else None


_LAND: Mapping[str, Callable[[_Sums], Figure]] = {
    "coded_ha": _coded,
    "coded_pct": _coded_share,
    "checked_pct": _checked_share,
    "scheme_ha": _scheme,
    "process_pct": _share_of_scheme("confirmed_ha"),
    "certified_pct": _share_of_scheme("granted_ha"),
    "linked_pct": _linked_share,
}
_CERTIFIED: Mapping[str, tuple[str, int]] = {
    "confirmed_ha": ("confirmed", 1),
    "granted_ha": ("granted", 1),
    "marked_t": ("marked", _GRAMS_PER_TONNE),
    "sold_t": ("sold", _GRAMS_PER_TONNE),
}


def _harvested(sums: _Sums) -> Decimal | None:
    kg = sum(each.harvested_14_kg for each in sums.fields)
    return Decimal(kg) / 1_000 if any(each.tickets for each in sums.fields) else None


def _yield(sums: _Sums) -> Decimal | None:
    cut = [each for each in sums.fields if each.tickets]
    kg = sum(each.harvested_14_kg for each in cut)
    m2 = sum(sums.m2[each.code] for each in cut)
    return half_up(kg * _M2_PER_HECTARE, 1_000 * m2, 3) if m2 else None


def _seed(sums: _Sums) -> Decimal | None:
    sown = {each.area for each in sums.work if isinstance(each, events.Sowing)}
    m2 = sum(sums.m2[code] for code in sown)
    seed_g = total(sums.work, "seed_g")
    return half_up(seed_g * _M2_PER_HECTARE, 1_000 * m2, 2) if m2 else None


def _less_than_before(
    before: str, now: Callable[[Iterable[FieldWork]], int], *, is_per_land: bool
) -> Callable[[_Sums], Decimal | None]:
    """Return by how much less than their baselines areas took, weighted by their hectares."""

    def less(sums: _Sums) -> Decimal | None:
        work: defaultdict[str, list[FieldWork]] = defaultdict(list)
        for each in sums.work:
            work[each.area].append(each)
        was = spent = 0
        for code, base in sums.books.record.baselines.items():
            if code in sums.codes and work[code]:
                m2 = sums.m2[code]
                was += getattr(base, before) * m2
                spent += now(work[code]) * (_M2_PER_HECTARE if is_per_land else m2)
        return percent(was - spent, was)

    return less


def _mechanised(sums: _Sums) -> Decimal | None:
    by_machine = sum(sums.m2[each.code] for each in sums.fields if each.fully_mechanised)
    return percent(by_machine, sum(sums.m2.values())) if sums.work else None


def _lost(sums: _Sums) -> Decimal | None:
    cut = [each for each in sums.fields if each.post_harvest_loss_pct is not None]
    kg = sum(each.field_14_kg for each in cut)
    lost = sum(
        (Fraction(each.post_harvest_loss_pct or 0) * each.field_14_kg for each in cut), Fraction(0)
    )
    return near(lost / kg, 2) if kg else None


def _co2e(sums: _Sums) -> Decimal | None:
    known = [(each, each.emission) for each in sums.fields if each.emission]
    was, now = (
        sum((Fraction(span) * Fraction(each.ha) for each, span in listed), Fraction(0))
        for listed in (
            [(each, emission.baseline.kg_co2e_per_ha) for each, emission in known],
            [(each, emission.project.kg_co2e_per_ha) for each, emission in known],
        )
    )
    return near(100 * (was - now) / was, 2) if was else None


def _exported(sums: _Sums) -> Decimal | None:
    return sums.books.closed.totals.export_share_pct if sums.commune == ALL else None


def _sprayings(work: Iterable[FieldWork]) -> int:
    return sum(isinstance(each, events.Spraying) for each in work)


_GROWN: Mapping[str, Callable[[_Sums], Decimal | None]] = {
    "harvested_14_t": _harvested,
    "yield_t_ha": _yield,
    "seed_kg_per_ha": _seed,
    "n_reduction_pct": _less_than_before(
        "n_g_per_ha", lambda work: total(work, "n_g"), is_per_land=True
    ),
    "pesticide_reduction_pct": _less_than_before("sprayings", _sprayings, is_per_land=False),
    "water_reduction_pct": _less_than_before(
        "water_l_per_ha", lambda work: total(work, "water_l"), is_per_land=True
    ),
    "mechanised_full_pct": _mechanised,
    "chain_loss_pct": _lost,
    "straw_collected_pct": lambda sums: straw_collected(sums.work),
    "packaging_returned_pct": lambda sums: percent(
        total(sums.work, "returned_g"), total(sums.work, "bought_g")
    ),
    "co2e_reduction_pct": _co2e,
    "export_share_pct": _exported,
}

_OF_AREA = {
    "harvested_14_t": "harvested_14_kg",
    "mechanised_full_pct": "fully_mechanised",
    "chain_loss_pct": "post_harvest_loss_pct",
}
_KINDS: Mapping[str, tuple[tuple[type[Event], ...], bool]] = {
    name: BEHIND[_OF_AREA.get(name, name)][1:]
    for name in _GROWN
    if _OF_AREA.get(name, name) in BEHIND
} | {"co2e_reduction_pct": ((*BEHIND["co2e_kg_per_kg_rice"][1],), True)}
