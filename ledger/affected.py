"""What a trace comes to: lots, pallets, containers and labels as rows, and where they are now.

The rows are the same for a terminal, a table in a file, JSON and a page. Towards the field they
end in areas with the lines of their diaries. Bags and masses on a row of a container are those of
the lots that the trace is about, not of everything in it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from msgspec import Struct

from ledger.log.statement import parse_statement
from ledger.proof.verdict import Party
from ledger.rice.acts import BagRange, LocalText, Scope
from ledger.rice.case import open_meaning
from ledger.rice.events import Arrival, Correction, FieldWork, Harvest, Loading, Shipping
from ledger.rice.facts import Actor, Area, Did, LabelBatch, Lettering, Lot, Pallet, Product
from ledger.rice.members import container, container_uri
from ledger.store.store import Reading
from ledger.tracing import Direction, Route, Told, find_all, follow, places_of, start_lots, told_of

_CONTAINER = container_uri("")


class Moved(Struct, frozen=True, kw_only=True):
    """So much of one lot went into another, onto a pallet or into a container, by which entry."""

    source: str
    target: str
    index: int
    mass_g: int


class LotRow(Struct, frozen=True, kw_only=True):
    """A lot: what it is, how much it brought and has left, who has it, whom it is sent to.

    ``bags_meant`` and ``meant_g`` are all of it, or the bags that were named by number.
    """

    lot: str
    form: str
    product: LocalText
    variety: str
    born_on: str
    brought_g: int
    left_g: int
    bag_g: int
    bags: int
    bags_left: int
    bags_meant: int
    meant_g: int
    maker: Party
    holder: Party
    sent_to: Party | None
    is_held: bool
    is_recalled: bool


class PalletRow(Struct, frozen=True, kw_only=True):
    """A pallet: whose bags are on it, who has it, and the container it stands in, if any."""

    pallet: str
    lot: str
    bags: int
    mass_g: int
    holder: Party
    sent_to: Party | None
    container: str
    is_apart: bool
    """Whether it was taken apart."""


class ContainerRow(Struct, frozen=True, kw_only=True):
    """One journey of a container: loaded by the entry ``index``, sent to a buyer, arrived.

    Days are empty, and there is no buyer, where it has not come so far.
    """

    container: str
    index: int
    seal: str
    loaded_on: str
    bags: int
    mass_g: int
    buyer: Party | None
    country: str
    shipped_on: str
    arrived_on: str


class LabelRow(Struct, frozen=True, kw_only=True):
    """The numbers of bags with labels of one batch."""

    batch: str
    lot: str
    first: int
    last: int


class DiaryLine(Struct, frozen=True, kw_only=True):
    """A line of the farm diary: what was done, when, with which product or variety."""

    index: int
    on: str
    work: str
    with_what: str


class AreaRow(Struct, frozen=True, kw_only=True):
    """An area and season that paddy came from, its manager, and its diary."""

    area: str
    season: str
    commune: str
    manager: Party | None
    lots: tuple[str, ...]
    diary: tuple[DiaryLine, ...]


class Affected(Struct, frozen=True, kw_only=True):
    """Everything a trace found in the first ``size`` entries, as rows.

    ``is_whole`` is false where it was cut short.
    """

    scope: Scope
    size: int
    direction: Direction
    starts: tuple[str, ...]
    lots: tuple[LotRow, ...]
    pallets: tuple[PalletRow, ...]
    containers: tuple[ContainerRow, ...]
    labels: tuple[LabelRow, ...]
    areas: tuple[AreaRow, ...]
    links: tuple[Moved, ...]
    is_whole: bool

    @property
    def bags(self) -> int:
        """Return how many bags of packed lots this is about."""
        return sum(row.bags_meant for row in self.lots)

    @property
    def bagged_g(self) -> int:
        """Return the mass of those bags."""
        return sum(row.bags_meant * row.bag_g for row in self.lots)

    @property
    def buyers(self) -> tuple[Party, ...]:
        """Return who was sent containers, each once."""
        named = {row.buyer.actor: row.buyer for row in self.containers if row.buyer}
        return tuple(named.values())


def trace(
    view: Reading,
    scope: Scope,
    direction: Direction = "forward",
    *,
    starts: Sequence[str] | None = None,
    ranges: Sequence[BagRange] = (),
    links_max: int | None = None,
) -> Affected:
    """Return what became of what a scope stands for, or what it came from.

    It begins with the lots of the scope unless others are given. ``ranges`` narrow the bags of the
    batches of labels they name.
    """
    starts = start_lots(view, scope) if starts is None else starts
    route = follow(view, starts, direction, links_max)
    rows = _Rows(view, route)
    forward = direction == "forward"
    return Affected(
        scope=scope,
        size=view.head().size,
        direction=direction,
        starts=route.starts,
        lots=tuple(rows.lots(ranges)),
        pallets=tuple(rows.pallets()) if forward else (),
        containers=tuple(rows.containers()) if forward else (),
        labels=tuple(rows.labels(ranges)) if forward else (),
        areas=() if forward else tuple(rows.areas()),
        links=tuple(
            Moved(source=source, target=target, index=index, mass_g=mass_g)
            for source, target, index, mass_g in route.links
        ),
        is_whole=route.is_whole,
    )


@dataclass(frozen=True)
class _Rows:
    """Makes rows of what is on a route; every kind of fact is read in one question."""

    view: Reading
    route: Route

    @cached_property
    def _lots(self) -> Mapping[str, Lot]:
        found = find_all(self.view, Lot, (f"lot:{name}" for name in self.route.names))
        return {lot.id: lot for lot in found.values()}

    @cached_property
    def _pallets(self) -> Mapping[str, Pallet]:
        found = find_all(self.view, Pallet, (f"pallet:{name}" for name in self.route.names))
        return {pallet.sscc: pallet for pallet in found.values()}

    @cached_property
    def _parties(self) -> Mapping[str, Party]:
        lots, pallets = self._lots.values(), self._pallets.values()
        ids = {actor for lot in lots for actor in (lot.maker, lot.holder, lot.consigned_to)}
        ids |= {actor for each in pallets for actor in (each.holder, each.consigned_to)}
        return parties(self.view, ids)

    def lots(self, ranges: Sequence[BagRange]) -> Iterator[LotRow]:
        """Yield the lots, in the order they were come upon."""
        named: defaultdict[str, int] = defaultdict(int)
        batches = find_all(self.view, LabelBatch, {f"labels:{one.batch}" for one in ranges})
        for one in ranges:
            issued = batches.get(f"labels:{one.batch}")
            named[issued.lot if issued else ""] += one.last - one.first + 1
        products = find_all(
            self.view, Product, {f"product:{lot.gtin}" for lot in self._lots.values()}
        )
        for lot in self._lots.values():
            product = products.get(f"product:{lot.gtin}")
            bags_meant = named.get(lot.id, lot.bags)
            yield LotRow(
                lot=lot.id,
                form=lot.form,
                product=product.name if product else LocalText(vi=lot.gtin, en=lot.gtin),
                variety=lot.variety,
                born_on=lot.born_on,
                brought_g=lot.brought_g,
                left_g=lot.left_g,
                bag_g=lot.bag_g,
                bags=lot.bags,
                bags_left=lot.bags_left,
                bags_meant=bags_meant,
                meant_g=bags_meant * lot.bag_g if lot.id in named else lot.brought_g,
                maker=self._parties[lot.maker],
                holder=self._parties[lot.holder],
                sent_to=self._parties.get(lot.consigned_to),
                is_held=bool(lot.held),
                is_recalled=bool(lot.recalled),
            )

    def pallets(self) -> Iterator[PalletRow]:
        """Yield the pallets, in the order they were come upon."""
        for pallet in self._pallets.values():
            yield PalletRow(
                pallet=pallet.sscc,
                lot=pallet.lot,
                bags=pallet.bags,
                mass_g=pallet.bags * self._lots[pallet.lot].bag_g,
                holder=self._parties[pallet.holder],
                sent_to=self._parties.get(pallet.consigned_to),
                container=pallet.container,
                is_apart=pallet.ended_index is not None,
            )

    def containers(self) -> Iterator[ContainerRow]:
        """Yield the journeys of containers, by number and then in the order of loading."""
        loads: defaultdict[tuple[str, int], list[tuple[str, int]]] = defaultdict(list)
        for source, target, index, mass_g in self.route.links:
            if target.startswith(_CONTAINER):
                loads[container(target), index].append((source, mass_g))
        numbers = {number for number, _ in loads}
        told = told_of(self.view, {f"container:{number}" for number in numbers})
        places = places_of(self.view, (one for listed in told.values() for one in listed))
        journeys = [
            (number, index, _journey(told[f"container:{number}"], places, index))
            for number, index in sorted(loads)
        ]
        dids = {ship.consigned_to for *_, (_, ship, _) in journeys if ship}
        known = find_all(self.view, Did, (f"did:{did}" for did in dids))
        buyers = parties(self.view, {did.actor for did in known.values()})
        for number, index, (loading, shipping, arrival) in journeys:
            load = loads[number, index]
            did = known.get(f"did:{shipping.consigned_to}") if shipping else None
            yield ContainerRow(
                container=number,
                index=index,
                seal=loading.seal if loading else "",
                loaded_on=loading.on if loading else "",
                bags=sum(mass_g // self._bag_g(source) for source, mass_g in load),
                mass_g=sum(mass_g for _, mass_g in load),
                buyer=buyers.get(did.actor) if did else None,
                country=shipping.country if shipping else "",
                shipped_on=shipping.on if shipping else "",
                arrived_on=arrival.on if arrival else "",
            )

    def labels(self, ranges: Sequence[BagRange]) -> Iterator[LabelRow]:
        """Yield the label batches of packed lots, a row for each range where some are named."""
        packed = [name for name, lot in self._lots.items() if lot.form == "packed"]
        lettered = find_all(self.view, Lettering, (f"lettering:{name}" for name in packed))
        names = [f"labels:{batch}" for each in lettered.values() for batch in each.batches]
        for issued in find_all(self.view, LabelBatch, names).values():
            named = [(one.first, one.last) for one in ranges if one.batch == issued.id]
            for first, last in named or [(1, issued.count)]:
                yield LabelRow(batch=issued.id, lot=issued.lot, first=first, last=last)

    def areas(self) -> Iterator[AreaRow]:
        """Yield the areas where the lots that were cut grew, in order of their codes."""
        cut = self._cut()
        areas = find_all(self.view, Area, {f"area:{area}" for area, _ in cut})
        managers = parties(self.view, {area.manager for area in areas.values()})
        diaries = told_of(self.view, {f"diary:{area}/{season}" for area, season in cut})
        for (code, season), lots in sorted(cut.items()):
            area = areas.get(f"area:{code}")
            yield AreaRow(
                area=code,
                season=season,
                commune=area.commune if area else "",
                manager=managers.get(area.manager) if area else None,
                lots=tuple(lots),
                diary=tuple(_lines(diaries[f"diary:{code}/{season}"])),
            )

    def _cut(self) -> Mapping[tuple[str, str], list[str]]:
        """Return the lots that were made of no other, by area and season."""
        made = {target for _, target, *_ in self.route.links}
        born = {lot.born_index: name for name, lot in self._lots.items() if name not in made}
        cut: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
        for index, _, data in self.view.statements_at(born):
            body = open_meaning(parse_statement(data)).body
            event = body.wrong if isinstance(body, Correction) else body
            if isinstance(event, Harvest):
                cut[event.area, event.season].append(born[index])
        return cut

    def _bag_g(self, source: str) -> int:
        pallet = self._pallets.get(source)
        return self._lots[pallet.lot if pallet else source].bag_g


def parties(view: Reading, ids: Iterable[str]) -> dict[str, Party]:
    """Return organisations as readers see them, by their ids; one not known by its id alone."""
    wanted = [each for each in ids if each]
    known = find_all(view, Actor, (f"actor:{each}" for each in wanted))
    found = {}
    for each in wanted:
        actor = known.get(f"actor:{each}")
        name = actor.name if actor else LocalText(vi=each, en=each)
        found[each] = Party(actor=each, name=name, commune=actor.commune if actor else "")
    return found


def _journey(
    told: Sequence[Told], places: Mapping[int, int], index: int
) -> tuple[Loading | None, Shipping | None, Arrival | None]:
    """Return the loading by an entry, and what became of that load until the next one."""
    loading: Loading | None = None
    shipping: Shipping | None = None
    arrival: Arrival | None = None
    for entry, event in sorted(told, key=lambda one: places[one[0]]):
        match event:
            case Loading():
                if loading is not None:
                    break
                if entry == index:
                    loading = event
            case Shipping() if loading is not None:
                shipping = event
            case Arrival() if loading is not None:
                arrival = event
    return loading, shipping, arrival


def _lines(told: Iterable[Told]) -> Iterator[DiaryLine]:
    for index, event in sorted(told, key=_when):
        if isinstance(event, FieldWork):
            yield DiaryLine(
                index=index,
                on=event.on,
                work=type(event).__name__.lower(),
                with_what=getattr(event, "product", "") or getattr(event, "variety", ""),
            )


def _when(entry: Told) -> tuple[str, int]:
    return entry[1].at, entry[0]
