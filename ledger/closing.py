"""A season's books closed: gathers what a ledger says of one season, and adds it up.

What belongs to a season is what grew in it: from each area's harvests forward through every lot,
pallet and container that has some of it. The cost follows the season, not the log.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TypeVar

from ledger.log.statement import parse_statement
from ledger.rice.attestations import is_stolen
from ledger.rice.case import open_meaning
from ledger.rice.certificate_facts import (
    Attestation,
    Covered,
    Granted,
)
from ledger.rice.events import Correction, Event, Loading, Palletising
from ledger.rice.facts import (
    Area,
    Fact,
    Founding,
    Key,
    Lot,
    Product,
    find,
)
from ledger.rice.figures import SeasonFigures
from ledger.rice.limits import Settings
from ledger.rice.lots import births_of
from ledger.rice.paper_facts import Baseline, Contract
from ledger.rice.sums import SeasonRecord, season_figures
from ledger.store.store import Reading

F = TypeVar("F", bound=Fact)


def close_season(view: Reading, season: str, on: str) -> SeasonFigures:
    """Return the figures of a season as the ledger stands; ``on`` is a day, see `Totals`."""
    return season_figures(season_record(view, season, season_entries(view, season)), on)


def season_record(
    view: Reading, season: str, told: Mapping[int, tuple[str, Event]]
) -> SeasonRecord:
    """Return what a season's figures rest on; ``told`` are its entries (`season_entries`)."""
    areas = list(view.every(Area, "area"))
    origins = {area.code: f"{area.code}/{season}" for area in areas}
    said = [*told.values()]
    born = {f"lot:{lot}" for _, event in said for lot, _ in births_of(event)}
    baselines = {
        code: find(view, Baseline, f"baseline:{origin}") for code, origin in origins.items()
    }
    return SeasonRecord(
        season=season,
        areas=areas,
        lots={fact.id: fact for fact in view.facts(born).values() if isinstance(fact, Lot)},
        forms={goods.gtin: goods.form for goods in view.every(Product, "product")},
        attestations=_attestations(view, origins.values()),
        baselines={code: known for code, known in baselines.items() if known},
        contracts=[each for each in view.every(Contract, "contract") if each.season == season],
        settings=settings_of(view),
        said=said,
    )


def settings_of(view: Reading) -> Settings:
    """Return the limits in force, as the founding or the last change of them has it."""
    founding = find(view, Founding, "ledger:")
    return founding.settings if founding else Settings()


def season_entries(view: Reading, season: str) -> dict[int, tuple[str, Event]]:
    """Return the events of a season with their speakers, by entry, less those declared wrong."""
    size = view.head().size
    origins = [f"{area.code}/{season}" for area in view.every(Area, "area")]
    wanted = {f"{kind}:{origin}" for origin in origins for kind in ("diary", "harvested")}
    seen: set[str] = set()
    found: dict[int, tuple[str, Event]] = {}
    wrong: set[str] = set()
    while wanted:
        seen |= wanted
        mentioned = {i for indexes in view.mentions(wanted, size).values() for i in indexes}
        wanted = set()
        for index, _, data in view.statements_at(mentioned - found.keys()):
            meaning = open_meaning(parse_statement(data))
            body = meaning.body
            if isinstance(body, Correction):
                wrong.add(body.event_id)
            elif isinstance(body, Event):
                key = find(view, Key, f"key:{meaning.kids[0]}")
                found[index] = (key.actor if key else "", body)
                wanted.update(_makes(body))
        wanted -= seen
    return {index: found[index] for index in sorted(found) if found[index][1].event_id not in wrong}


def _makes(event: Event) -> Iterator[str]:
    """Yield the facts that lead on from an event towards the buyer."""
    for lot, _ in births_of(event):
        yield f"lot:{lot}"
    if isinstance(event, Palletising):
        yield f"pallet:{event.pallet}"
    elif isinstance(event, Loading):
        yield f"container:{event.container}"


def _attestations(view: Reading, origins: Iterable[str]) -> list[Attestation]:
    """Return the decisions on a season, in order of entry, but for those by a stolen key."""
    lists = [f"{kind}:{origin}" for origin in origins for kind in ("covered", "granted")]
    ids = {
        f"attestation:{each}"
        for known in view.facts(lists).values()
        if isinstance(known, Covered | Granted)
        for each in known.attestations
    }
    found = (fact for fact in view.facts(ids).values() if isinstance(fact, Attestation))
    return sorted(
        (each for each in found if not is_stolen(view, each)), key=lambda each: each.index
    )
