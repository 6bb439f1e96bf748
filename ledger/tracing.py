"""Where rice went and what it came from: one walk, for the command line, the JSON face and pages.

A walk begins at the lots that a scope stands for and follows links: forward to lots, pallets and
containers, backward to lots and, from those that were cut, to areas and their diaries. It asks one
question for each step away from the beginning, so its cost follows the answer, not the log.

A silo is one lot for as long as it stands. Whatever was drawn from it counts as come from whatever
was put into it: the verdict on a bag (`proof.verify`) sees it so too, and a recall that is too wide
does less harm than one that is too narrow.

An event that was declared wrong counts for nothing here; whether its links are still there is not
this module's affair.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import islice
from typing import Literal

from msgspec import Struct

from ledger.errors import CODES, NotFoundError, Words
from ledger.log.statement import parse_statement
from ledger.rice import diary
from ledger.rice.accounts import accumulate_draws, draw_of
from ledger.rice.acts import BagRange, Scope
from ledger.rice.case import open_meaning
from ledger.rice.certificate_facts import (
    Attestation,
    Granted,
)
from ledger.rice.credentials import Attested
from ledger.rice.diary_facts import Applied
from ledger.rice.events import Correction, Event, Harvest, Loading, Packing
from ledger.rice.facts import (
    Area,
    Container,
    F,
    Harvested,
    LabelBatch,
    Lot,
    Pallet,
    Said,
    find,
)
from ledger.rice.lots import births_of
from ledger.rice.members import container_uri
from ledger.rice.scopes import write_scope
from ledger.store.projections import decode_warnings
from ledger.store.store import LinkTuple, Reading

CODES |= {
    "bags_not_there": Words(
        "Bags up to {last} cannot be told apart by {scope}. Name the batch of their labels"
        " (labels:BATCH) and numbers it has.",
        "Không tách được các bao đến số {last} theo {scope}. Hãy nêu đợt tem của chúng"
        " (labels:ĐỢT) và các số có trong đợt.",
    ),
    "not_recorded_then": Words(
        "{name} was not in the log at size {size}.",
        "Khi sổ có {size} mục, {name} chưa được ghi.",
    ),
}

Direction = Literal["back", "forward"]
Told = tuple[int, Event]
"""An event that still counts, and the entry that says it."""

_CONTAINER = container_uri("")
_CLAIM_LOST = "claim_lost"


class Route(Struct, frozen=True, kw_only=True):
    """The lots a walk began with, and the links it went along, nearest first."""

    starts: tuple[str, ...]
    links: tuple[LinkTuple, ...]
    is_whole: bool

    @property
    def names(self) -> tuple[str, ...]:
        """Return every lot, pallet and container on the way, those it began with first."""
        ends = (name for source, target, *_ in self.links for name in (source, target))
        return tuple(dict.fromkeys((*self.starts, *ends)))


class ClaimLost(Struct, frozen=True, kw_only=True):
    """Rice that carried a claim was put together with rice that did not, and which lots those were.

    ``step`` is what was done by the entry ``index``, ``made`` the lots it made or added to.
    """

    index: int
    step: str
    on: str
    made: tuple[str, ...]
    lost_by: tuple[str, ...]
    covered: tuple[str, ...]


def follow(
    view: Reading, starts: Sequence[str], direction: Direction, links_max: int | None = None
) -> Route:
    """Return the way from lots, whole unless it has more than ``links_max``."""
    taken = list(islice(walk(view, starts, direction), links_max and links_max + 1))
    is_whole = links_max is None or len(taken) <= links_max
    return Route(starts=tuple(starts), links=tuple(taken[:links_max]), is_whole=is_whole)


def walk(view: Reading, starts: Iterable[str], direction: Direction) -> Iterator[LinkTuple]:
    """Yield the links that lead on from lots, or back from them, nearest first and each once."""
    edge = set(starts)
    seen = set(edge)
    while edge:
        links = view.links_to(edge) if direction == "back" else view.links_from(edge)
        yield from links
        ends = {source if direction == "back" else target for source, target, *_ in links}
        edge = ends - seen
        seen |= edge


def start_lots(view: Reading, scope: Scope) -> list[str]:
    """Return the lots that a scope stands for; raise `NotFoundError` if nothing has that name."""
    match scope.kind:
        case "area":
            _know(view, Area, f"area:{scope.id}", scope)
            return _harvested_on(view, [scope.id], scope.season)
        case "input":
            return _grown_with(view, scope)
        case "lot":
            return [_know(view, Lot, f"lot:{scope.id}", scope).id]
        case "pallet":
            return [_know(view, Pallet, f"pallet:{scope.id}", scope).lot]
        case "labels":
            return [_know(view, LabelBatch, f"labels:{scope.id}", scope).lot]
        case "container":
            return _loaded_in(view, scope)
        case "attestation":
            return marked_lots(view, attestation_named(view, scope.id))


def attestation_named(view: Reading, name: str) -> Attestation:
    """Return an attestation by its id, or by the number on the paper, which takes a search."""
    found = find(view, Attestation, f"attestation:{name}")
    numbered = (one for one in view.every(Attestation, "attestation") if one.number == name)
    found = found or next(numbered, None)
    if found is None:
        raise NotFoundError("nothing_named", name=name[:200])
    return found


def marked_lots(view: Reading, of: Attestation) -> list[str]:
    """Return the packed lots whose mark rests on an attestation, oldest first.

    On a grant rests what was packed under it. On a confirmation or an emission statement, what was
    packed under any grant that names its areas and season, as far as rice from there is in it.
    """
    if of.effect == "licenses":
        return list(reached_by_lot(view, of))
    origins = {f"{code}/{of.season}" for code in of.areas}
    granted = find_all(view, Granted, (f"granted:{origin}" for origin in sorted(origins)))
    ids = {f"attestation:{each}" for fact in granted.values() for each in fact.attestations}
    grants = sorted(find_all(view, Attestation, ids).values(), key=lambda grant: grant.index)
    packed = (lot for grant in grants for lot in reached_by_lot(view, grant))
    lots = find_all(view, Lot, (f"lot:{lot}" for lot in packed))
    return [lot.id for lot in lots.values() if origins & set(lot.origin)]


def reached_by_lot(view: Reading, grant: Attestation) -> dict[str, int]:
    """Return how many grams of a grant were drawn once each lot was packed, oldest first."""
    told = told_of(view, [grant.key])[grant.key]
    places = places_of(view, told)
    draws = [draw_of(places[index], event) for index, event in told if isinstance(event, Packing)]
    mentioned = view.mentions([grant.key], view.head().size)[grant.key]
    for index, _, data in view.statements_at(set(mentioned) - places.keys()):
        body = open_meaning(parse_statement(data)).body
        if isinstance(body, Attested) and body.licence == grant.id:
            draws.append(draw_of(index, body))
    return accumulate_draws(draws)


def told_of(view: Reading, keys: Collection[str]) -> dict[str, list[Told]]:
    """Return the events that changed each fact, oldest first, but for those declared wrong."""
    mentioned = view.mentions(keys, view.head().size)
    events: dict[int, Event] = {}
    wrong: set[str] = set()
    for index, body in _events_at(view, {i for listed in mentioned.values() for i in listed}):
        if isinstance(body, Correction):
            wrong.add(body.event_id)
        else:
            events[index] = body
    stands = {index: event for index, event in events.items() if event.event_id not in wrong}
    return {
        key: [(index, stands[index]) for index in listed if index in stands]
        for key, listed in mentioned.items()
    }


def find_all(view: Reading, kind: type[F], keys: Iterable[str]) -> dict[str, F]:
    """Return those of the facts that are known and of this kind, by key, in the order asked for."""
    wanted = list(dict.fromkeys(keys))
    found = view.facts(wanted)
    return {key: fact for key in wanted if isinstance(fact := found.get(key), kind)}


def places_of(view: Reading, told: Iterable[Told]) -> dict[int, int]:
    """Return where events count in the order of things, by entry.

    An event said in place of one that was declared wrong counts in that one's place.
    """
    events = dict(told)
    known = find_all(view, Said, (f"said:{event.event_id}" for event in events.values()))
    moved = {mark.index: mark.stands_for for mark in known.values() if mark.stands_for is not None}
    return {index: moved.get(index, index) for index in events}


def claims_lost(view: Reading, lot: str) -> list[ClaimLost]:
    """Return where the rice in a lot lost its claim, as the log warned when it was recorded.

    What was put into a silo after the lot's rice had been taken out is no part of it.
    """
    mixings = _mixings_behind(view, lot)
    warned = {
        index: caution.details
        for index, _, _, warnings in view.entries_at(mixings)
        for caution in decode_warnings(warnings)
        if caution.code == _CLAIM_LOST
    }
    return [
        ClaimLost(
            index=index,
            step=type(mixings[index]).__name__.lower(),
            on=mixings[index].on,
            made=tuple(name for name, _ in births_of(mixings[index])),
            lost_by=tuple(str(details["lost_by"]).split(", ")),
            covered=tuple(str(details["covered"]).split(", ")),
        )
        for index, details in sorted(warned.items())
    ]


def _mixings_behind(view: Reading, lot: str) -> dict[int, Event]:
    """Return the events that made a lot and what it was made of, by entry; none that came later."""
    latest = {lot: view.head().size}
    opened: dict[int, Event] = {}
    places: dict[int, int] = {}
    found: set[int] = set()
    edge = {lot}
    while edge:
        links = view.links_to(edge)
        fresh = dict(_events_at(view, {index for _, _, index, _ in links} - opened.keys()))
        opened |= fresh
        places |= places_of(view, fresh.items())
        edge = set()
        for source, target, index, _ in links:
            if places[index] <= latest[target]:
                found.add(index)
                if places[index] > latest.get(source, -1):
                    latest[source] = places[index]
                    edge.add(source)
    return {index: opened[index] for index in found}


def _events_at(view: Reading, indexes: Collection[int]) -> Iterator[Told]:
    """Yield the events among entries."""
    for index, _, data in view.statements_at(indexes):
        body = open_meaning(parse_statement(data)).body
        if isinstance(body, Event):
            yield index, body


def check_ranges(view: Reading, scope: Scope, ranges: Sequence[BagRange]) -> None:
    """Refuse bags by number where the scope is no batch of labels, or one without them."""
    for one in ranges:
        issued = find(view, LabelBatch, f"labels:{one.batch}")
        if scope.kind != "labels" or issued is None or one.last > issued.count:
            raise NotFoundError("bags_not_there", last=one.last, scope=write_scope(scope))


def _know(view: Reading, kind: type[F], key: str, scope: Scope) -> F:
    known = find(view, kind, key)
    if known is None:
        raise NotFoundError("nothing_named", name=write_scope(scope))
    return known


def _harvested_on(view: Reading, areas: Iterable[str], season: str) -> list[str]:
    """Return the lots cut on areas, in one season or in all, oldest first."""
    keys = []
    for area in areas:
        if season:
            keys.append(f"harvested:{area}/{season}")
        else:
            keys += [fact.key for fact in view.every(Harvested, "harvested", f"{area}/")]
    cut = (entry for listed in told_of(view, keys).values() for entry in listed)
    lots = [event.lot for _, event in sorted(cut, key=_place) if isinstance(event, Harvest)]
    return list(dict.fromkeys(lots))


def _grown_with(view: Reading, scope: Scope) -> list[str]:
    """Return the lots cut where a product was used, in the season it was used in."""
    product = diary.folded(scope.id)
    if scope.season:
        used = [_know(view, Applied, f"applied:{product}/{scope.season}", scope)]
    else:
        used = list(view.every(Applied, "applied", f"{product}/"))
    if not used:
        raise NotFoundError("nothing_named", name=write_scope(scope))
    return [lot for each in used for lot in _harvested_on(view, _used_on(view, each), each.season)]


def _used_on(view: Reading, used: Applied) -> list[str]:
    """Return the areas whose diary still says that a product was used there."""
    diaries = told_of(view, [f"diary:{area}/{used.season}" for area in used.areas])
    return [
        area
        for area in used.areas
        if any(
            diary.folded(getattr(event, "product", "")) == used.product
            for _, event in diaries[f"diary:{area}/{used.season}"]
        )
    ]


def _loaded_in(view: Reading, scope: Scope) -> list[str]:
    """Return the lots in a container as it was loaded last, or by the entry that is named."""
    number, _, index = scope.id.partition("/")
    known = _know(view, Container, f"container:{number}", scope)
    loaded = index or str(known.loaded_index)
    for entry, event in told_of(view, [known.key])[known.key]:
        if isinstance(event, Loading) and str(entry) == loaded:
            stacked = find_all(view, Pallet, (f"pallet:{name}" for name in event.pallets))
            lots = [lot for lot, _ in event.bags] + [pallet.lot for pallet in stacked.values()]
            return list(dict.fromkeys(lots))
    raise NotFoundError("nothing_named", name=write_scope(scope))


def _place(entry: Told) -> int:
    return entry[0]
