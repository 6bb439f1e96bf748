"""What the programme has certified: hectares and tonnes by season and commune, and the entries why.

Hectares are under a sustainable process while a confirmation of theirs is in force; tonnes are
certified once bags are filled, or rice is sold, under a grant. What a stolen key attested is
disputed: it is not in force, and certifies neither. A lot of several communes counts in
each with its own grams. The cost follows attestations and what was packed under them, not the log.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from decimal import Decimal

from msgspec import Struct

from ledger.rice.attestations import is_stolen, standing
from ledger.rice.certificate_facts import (
    Attestation,
)
from ledger.rice.events import Packing
from ledger.rice.facts import (
    Area,
    Lot,
)
from ledger.store.store import Reading
from ledger.tracing import find_all, told_of

_M2_PER_HECTARE = 10_000


class Amount(Struct, frozen=True, kw_only=True):
    """An amount, and the entries it follows from."""

    value: Decimal | int
    unit: str
    entries: tuple[int, ...]


class Row(Struct, frozen=True, kw_only=True):
    """What was certified of one commune's rice of one season.

    ``scheme`` are the hectares that take part, ``confirmed`` those whose process is confirmed on
    the day, ``granted`` those of them for which a mark is granted too, all of the area's code and
    each once; ``marked`` is rice in bags with the mark that were not destroyed, ``sold`` rice sold
    in bulk under a grant.
    """

    season: str
    commune: str
    scheme: Amount
    confirmed: Amount
    granted: Amount
    marked: Amount
    sold: Amount


class Certified(Struct, frozen=True, kw_only=True):
    """Rows in order of season and commune, at one size of the log and as of one day."""

    size: int
    on: str
    rows: tuple[Row, ...]


def certified(view: Reading, on: str, season: str = "") -> Certified:
    """Return what is certified on a day, of one season or of all."""
    areas = {area.code: area for area in view.every(Area, "area")}
    known = [
        each
        for each in view.every(Attestation, "attestation")
        if season in {"", each.season} and each.effect in {"covers", "licenses", "transacts"}
    ]
    undisputed = [each for each in known if not is_stolen(view, each)]
    tonnes = list(_tonnes(view, undisputed))
    places = {(each.season, areas[code].commune) for each in known for code in each.areas}
    places |= {(origin.partition("/")[2], _commune(areas, origin)) for origin, *_ in tonnes}
    rows = []
    for in_season, commune in sorted(places):
        here = {code: area for code, area in areas.items() if area.commune == commune}
        valid = [
            each
            for each in undisputed
            if each.season == in_season and standing(view, each, on) == "granted"
        ]
        own = [
            each
            for each in tonnes
            if each[0].partition("/")[2] == in_season and each[0].partition("/")[0] in here
        ]
        rows.append(_row(in_season, commune, here, valid, own))
    return Certified(size=view.head().size, on=on, rows=tuple(rows))


_Tonnes = tuple[str, str, int, int]
"""An origin, whether its grams were marked or sold, how many, and the entry."""


def _row(
    season: str,
    commune: str,
    areas: Mapping[str, Area],
    valid: Iterable[Attestation],
    tonnes: Iterable[_Tonnes],
) -> Row:
    behind: dict[str, dict[str, set[int]]] = {"covers": {}, "licenses": {}, "transacts": {}}
    for each in valid:
        for code in areas.keys() & each.areas:
            indexes = {each.index, *(spell.index for spell in each.spells)}
            behind[each.effect].setdefault(code, set()).update(indexes)
    confirmed = behind["covers"]
    granted = {
        code: indexes | confirmed[code]
        for code, indexes in behind["licenses"].items()
        if code in confirmed
    }
    scheme = {
        code: {spell.index for spell in area.spells}
        for code, area in areas.items()
        if area.in_scheme
    }
    amounts = list(tonnes)
    return Row(
        season=season,
        commune=commune,
        scheme=_hectares(areas, scheme),
        confirmed=_hectares(areas, confirmed),
        granted=_hectares(areas, granted),
        marked=_grams(amounts, "marked"),
        sold=_grams(amounts, "sold"),
    )


def _hectares(areas: Mapping[str, Area], behind: Mapping[str, set[int]]) -> Amount:
    area_m2 = sum(areas[code].area_m2 for code in behind)
    entries = sorted(set().union(*behind.values())) if behind else []
    return Amount(value=Decimal(area_m2) / _M2_PER_HECTARE, unit="ha", entries=tuple(entries))


def _grams(tonnes: Iterable[_Tonnes], kind: str) -> Amount:
    own = [each for each in tonnes if each[1] == kind]
    entries = tuple(sorted({each[3] for each in own}))
    return Amount(value=sum(each[2] for each in own), unit="g", entries=entries)


def _tonnes(view: Reading, known: Collection[Attestation]) -> Iterator[_Tonnes]:
    """Yield the rice that carries a mark, where it is now, and what was sold in bulk; by origin."""
    for each in known:
        for origin, mass_g in each.sold_from.items():
            yield origin, "sold", mass_g, each.index
    grants = {each.key: each.id for each in known if each.effect == "licenses"}
    told = (one for listed in told_of(view, grants).values() for one in listed)
    waiting = {event.lot for _, event in told if isinstance(event, Packing)}
    seen: set[str] = set()
    while waiting:
        seen |= waiting
        lots = find_all(view, Lot, (f"lot:{lot}" for lot in sorted(waiting)))
        marked = {lot.id: lot for lot in lots.values() if lot.grant in grants.values()}
        for lot in marked.values():
            for origin, mass_g in lot.origin.items():
                yield origin, "marked", mass_g, lot.born_index
        # Bags that were opened and filled into others carry the same mark on.
        waiting = {target for _, target, *_ in view.links_from(marked)} - seen


def _commune(areas: Mapping[str, Area], origin: str) -> str:
    return areas[origin.partition("/")[0]].commune
