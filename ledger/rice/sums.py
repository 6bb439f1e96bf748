"""How a season went, added up from what was said: see `figures` for what comes out.

Worked out from what was said, event by event, whenever it is asked for; nothing here is kept. Sums
are exact and each figure is rounded once, half up, where it is stated. Mass at 14 % moisture is
W x (1000 - m) / 860 with moisture in parts per thousand; drying water is not loss.

Which events belong to a season, and who said them, the caller has found out. What an area's water
and straw did to the air is not reckoned here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from msgspec import Struct

from ledger.rice import events
from ledger.rice.attestations import state_of
from ledger.rice.events import (
    Drying,
    Event,
    FieldWork,
    Harvest,
    Loading,
    Milling,
    Packing,
    Palletising,
    Receiving,
    Shipping,
    Storing,
)
from ledger.rice.facts import Area, Attestation, Lot
from ledger.rice.figures import (
    AreaFigures,
    BatchFigures,
    ContainerFigures,
    GrantFigures,
    MillFigures,
    PackedFigures,
    SeasonFigures,
    SiloFigures,
    Totals,
)
from ledger.rice.life import figures_on
from ledger.rice.lots import births_of, draws_of, gtin_of
from ledger.rice.mass import BASE_PPT
from ledger.rice.paper_facts import Baseline, Contract

_DRY = 1000 - BASE_PPT
_KILO = 1_000
_TONNE = 1_000_000
_HECTARE_M2 = 10_000


class SeasonRecord(Struct, frozen=True, kw_only=True):
    """What a season's figures rest on: facts as they are now, and events in order of entry.

    ``said`` has each event with its speaker, those left out that were declared wrong.
    """

    season: str
    areas: Sequence[Area]
    lots: Mapping[str, Lot]
    forms: Mapping[str, str]
    attestations: Sequence[Attestation]
    baselines: Mapping[str, Baseline]
    contracts: Sequence[Contract]
    said: Sequence[tuple[str, Event]]


def season_figures(record: SeasonRecord, on: str) -> SeasonFigures:
    """Return what a season adds up to; ``on`` is the day whose certified hectares are asked for."""
    books = _Books(record)
    areas = tuple(_area(books, area) for area in sorted(record.areas, key=lambda area: area.code))
    return SeasonFigures(
        season=record.season,
        areas=areas,
        totals=_totals(books, areas, on),
        mills=tuple(_mill(books, mill) for mill in sorted({mill for mill, _ in books.milled})),
        silos=tuple(_silo(books, lot) for lot in books.silos),
        milling=tuple(_batch(books, event) for _, event in books.milled),
        packed_lots=tuple(_packed(books, event) for event in books.filled),
        grants=tuple(_grant(each) for each in record.attestations if each.profile == "grant"),
        containers=tuple(books.shipped),
    )


def half_up(part: int, whole: int, digits: int) -> Decimal:
    """Return a quotient rounded once, half up, with so many digits after the point."""
    scaled = (2 * part * 10**digits + whole) // (2 * whole)
    return Decimal(scaled).scaleb(-digits)


def percent(part: int, whole: int) -> Decimal | None:
    """Return a share in per cent with two digits, half up; of nothing there is none."""
    return half_up(100 * part, whole, 2) if whole else None


class _Books:
    """The events of a season sorted into what each figure asks for.

    ``dry`` masses are grams times parts per thousand of what is not water: exact until divided.
    """

    def __init__(self, record: SeasonRecord) -> None:
        self.record = record
        self.work: dict[str, list[FieldWork]] = defaultdict(list)
        self.cut: dict[str, list[Harvest]] = defaultdict(list)
        self.dried: list[tuple[str, Drying]] = []
        self.milled: list[tuple[str, Milling]] = []
        self.filled: list[Packing] = []
        self.shipped: list[ContainerFigures] = []
        self.silos: dict[str, None] = {}
        self.areas_in: dict[object, tuple[str, ...]] = {}
        self._moisture: dict[str, int] = {}
        self._undrawn: dict[str, int] = {}
        self._left: dict[str, int] = defaultdict(int)
        self._grown: dict[str, set[str]] = defaultdict(set)
        self._stacked: dict[str, tuple[str, int]] = {}
        self._loaded: dict[str, Loading] = {}
        for speaker, event in record.said:
            self._sort(speaker, event)
        self.certified = certified_areas(record.attestations, record.season)

    @property
    def wet_stock_dry(self) -> int:
        """Return what stands on slips and was not dried yet."""
        return sum(left * (1000 - self._moisture[lot]) for lot, left in self._undrawn.items())

    @property
    def dried_in_dry(self) -> int:
        """Return what dryers took in."""
        return sum(self.taken_dry(event) for _, event in self.dried)

    def taken_dry(self, event: Drying) -> int:
        """Return what a dryer took in, by the moisture of each slip."""
        return sum(g * (1000 - self._moisture.get(lot, BASE_PPT)) for lot, g in event.inputs)

    def _sort(self, speaker: str, event: Event) -> None:
        match event:
            case FieldWork(area=area):
                self.work[area].append(event)
            case Harvest(area=area, lot=lot):
                self.cut[area].append(event)
                self._moisture[lot] = event.moisture_ppt
                self._undrawn[lot] = self._undrawn.get(lot, 0) + event.mass_g
            case Receiving(lot=lot):
                self._moisture[lot] = event.moisture_ppt
            case Drying(lot=lot):
                self.dried.append((speaker, event))
                self.silos[lot] = None
            case Storing(lot=lot):
                self.silos[lot] = None
            case Milling():
                self.milled.append((speaker, event))
            case Packing():
                self.filled.append(event)
            case Palletising():
                self._stacked[event.pallet] = (event.lot, event.bags)
            case Loading(container=number):
                self._loaded[number] = event
            case Shipping(container=number) if number in self._loaded:
                self.shipped.append(self._container(self._loaded[number], event.country))
        self._move(event)

    def _move(self, event: Event) -> None:
        """Follow which areas are in which lot; a silo that was emptied begins anew."""
        grown: set[str] = {event.area} if isinstance(event, Harvest) else set()
        for lot, amount in draws_of(event):
            grown |= self._grown[lot]
            self._left[lot] -= amount
            if lot in self._undrawn:
                self._undrawn[lot] = max(0, self._undrawn[lot] - amount)
        for lot, mass_g in births_of(event):
            if self._left[lot] <= 0:
                self._left[lot], self._grown[lot] = 0, set()
            self._left[lot] += mass_g
            self._grown[lot] |= grown
        if births_of(event):
            self.areas_in[event.event_id] = tuple(sorted(grown))

    def _container(self, load: Loading, country: str) -> ContainerFigures:
        stacked = [self._stacked[pallet] for pallet in load.pallets if pallet in self._stacked]
        lots = self.record.lots
        bags = [(lots[lot], bags) for lot, bags in (*load.bags, *stacked) if lot in lots]
        return ContainerFigures(
            container=load.container,
            net_g=sum(lot.bag_g * bags for lot, bags in bags),
            marked_g=sum(lot.bag_g * bags for lot, bags in bags if lot.grant),
            country=country,
        )


def certified_areas(attestations: Iterable[Attestation], season: str, on: str = "") -> set[str]:
    """Return the areas of a season whose process was confirmed and for which a mark was granted.

    On a day, only what was in force that day counts; without one, whatever was accepted.
    """
    confirmed: set[str] = set()
    granted: set[str] = set()
    for each in attestations:
        if each.season != season or (on and state_of(each, on) != "granted"):
            continue
        if each.profile == "conformity":
            confirmed.update(each.areas)
        elif each.profile == "grant":
            granted.update(each.areas)
    return confirmed & granted


def _area(books: _Books, area: Area) -> AreaFigures:
    work, cut = books.work[area.code], books.cut[area.code]
    m2, base = area.area_m2, books.record.baselines.get(area.code)
    nitrogen_g = _sum(work, "n_g")
    water_l = _sum(work, "water_l")
    sprayings = sum(isinstance(each, events.Spraying) for each in work)
    field_dry, cut_dry = _dry(_reaped(work)), _dry(cut)
    return AreaFigures(
        code=area.code,
        cooperative=area.manager,
        commune=area.commune,
        in_scheme=area.in_scheme,
        ha=half_up(m2, _HECTARE_M2, 4),
        tickets=len(cut),
        harvested_wet_g=sum(each.mass_g for each in cut),
        harvested_14_kg=_kg14(cut_dry),
        field_14_kg=_kg14(field_dry),
        field_to_mill_14_kg=_kg14(field_dry - cut_dry),
        yield_t_ha=half_up(cut_dry * _HECTARE_M2, _DRY * _TONNE * m2, 3),
        seed_kg_per_ha=_per_ha(_sum(work, "seed_g"), m2),
        n_kg_per_ha=_per_ha(nitrogen_g, m2),
        pesticide_applications=sprayings,
        water_m3_per_ha=_per_ha(water_l, m2),
        straw_collected_pct=_straw_collected(work),
        packaging_returned_pct=percent(_sum(work, "returned_g"), _sum(work, "bought_g")),
        n_reduction_pct=_cut_by(base.n_g_per_ha if base else 0, nitrogen_g, m2),
        pesticide_reduction_pct=_cut_by(base.sprayings if base else 0, sprayings, _HECTARE_M2),
        water_reduction_pct=_cut_by(base.water_l_per_ha if base else 0, water_l, m2),
        fully_mechanised=_is_mechanised(work),
    )


def _totals(books: _Books, areas: Sequence[AreaFigures], on: str) -> Totals:
    record, work = books.record, [each for of in books.work.values() for each in of]
    cut = [each for of in books.cut.values() for each in of]
    m2 = {area.code: area.area_m2 for area in record.areas}
    scheme_m2 = sum(area.area_m2 for area in record.areas if area.in_scheme)
    on_day = certified_areas(record.attestations, record.season, on)
    field_dry, cut_dry = _dry(_reaped(work)), _dry(cut)
    dried_dry, milled_dry = _dry(e for _, e in books.dried), _milled_dry(books.milled)
    out_g = _made_g(books.milled)
    silo_dry, wet_dry = dried_dry - milled_dry, books.wet_stock_dry
    packed_g, exported_g = _bags_g(books.filled), sum(each.net_g for each in books.shipped)
    certified_exported_g = sum(each.marked_g for each in books.shipped)
    grants = [each for each in record.attestations if each.profile == "grant"]
    by_machine_m2 = sum(m2[area.code] for area in areas if area.fully_mechanised)
    return Totals(
        coded_ha=half_up(sum(m2.values()), _HECTARE_M2, 4),
        scheme_ha=half_up(scheme_m2, _HECTARE_M2, 4),
        certified_ha=_ha(m2, books.certified),
        certified_areas=tuple(sorted(books.certified)),
        certified_ha_on=_ha(m2, on_day),
        on=on,
        tickets=len(cut),
        harvested_wet_g=sum(each.mass_g for each in cut),
        harvested_14_kg=_kg14(cut_dry),
        mean_yield_t_ha=half_up(cut_dry * _HECTARE_M2, _DRY * _TONNE * sum(m2.values()), 3)
        if m2
        else Decimal(0),
        granted_g=sum(each.quota_g for each in grants),
        bags_packed=sum(each.bags for each in books.filled),
        packed_g=packed_g,
        certified_g=_bags_g(each for each in books.filled if each.grant),
        exported_g=exported_g,
        certified_exported_g=certified_exported_g,
        export_share_pct=percent(certified_exported_g, exported_g),
        field_14_kg=_kg14(field_dry),
        wet_stock_14_kg=_kg14(wet_dry),
        silo_stock_14_kg=_kg14(silo_dry),
        milled_outputs_kg=int(half_up(out_g, _KILO, 0)),
        post_harvest_loss_pct=percent(field_dry - out_g * _DRY - silo_dry - wet_dry, field_dry),
        field_to_mill_14_kg=_kg14(field_dry - cut_dry),
        drying_loss_14_kg=_kg14(books.dried_in_dry - dried_dry),
        milling_loss_14_kg=_kg14(milled_dry - out_g * _DRY),
        straw_collected_pct=_straw_collected(work),
        packaging_returned_pct=percent(_sum(work, "returned_g"), _sum(work, "bought_g")),
        mechanised_full_pct=percent(by_machine_m2, sum(m2.values())),
        linked_pct=percent(sum(each.area_m2 for each in record.contracts), scheme_m2),
    )


def _mill(books: _Books, mill: str) -> MillFigures:
    dried = [event for who, event in books.dried if who == mill]
    milled = [(who, event) for who, event in books.milled if who == mill]
    in_dry, out_dry = sum(books.taken_dry(event) for event in dried), _dry(dried)
    milled_dry, made_g = _milled_dry(milled), _made_g(milled)
    return MillFigures(
        mill=mill,
        dried_in_14_kg=_kg14(in_dry),
        dried_out_14_kg=_kg14(out_dry),
        drying_loss_14_kg=_kg14(in_dry - out_dry),
        milled_in_14_kg=_kg14(milled_dry),
        milled_out_kg=int(half_up(made_g, _KILO, 0)),
        milling_loss_14_kg=_kg14(milled_dry - made_g * _DRY),
    )


def _silo(books: _Books, lot_id: str) -> SiloFigures:
    lot = books.record.lots[lot_id]
    drawn = (g for _, event in books.milled for source, g in event.inputs if source == lot_id)
    return SiloFigures(lot=lot_id, in_g=lot.brought_g, milled_g=sum(drawn), closing_g=lot.left_g)


def _batch(books: _Books, event: Milling) -> BatchFigures:
    made = {books.record.forms.get(gtin_of(lot), ""): (lot, g) for lot, g in event.outputs}
    head, head_g = made.get("head_rice", (event.outputs[0][0], 0))
    white_g = head_g + made.get("broken", ("", 0))[1]
    paddy_dry = sum(mass_g for _, mass_g in event.inputs) * (1000 - event.moisture_ppt)
    areas = books.areas_in[event.event_id]
    return BatchFigures(
        lot=head,
        silos=tuple(lot for lot, _ in event.inputs),
        paddy_14_kg=_kg14(paddy_dry),
        white_recovery_pct=half_up(100 * white_g * _DRY, paddy_dry, 2),
        head_g=head_g,
        areas=areas,
        all_areas_certified=books.certified.issuperset(areas),
    )


def _packed(books: _Books, event: Packing) -> PackedFigures:
    return PackedFigures(
        lot=event.lot,
        net_g=event.bags * event.bag_g,
        bags=event.bags,
        grant=event.grant,
        areas=books.areas_in[event.event_id],
    )


def _grant(each: Attestation) -> GrantFigures:
    return GrantFigures(
        number=each.number,
        quota_g=each.quota_g,
        used_g=each.drawn_g,
        left_g=figures_on(each, each.until_on)[1] - each.drawn_g,
    )


def _is_mechanised(work: Sequence[FieldWork]) -> bool:
    """Tell whether land, sowing, every spraying and every harvest line were done by machine."""
    needed = (events.LandPreparation, events.Sowing, events.Reaping)
    done = [each for each in work if isinstance(each, (*needed, events.Spraying))]
    kinds = {type(each) for each in done}
    return kinds.issuperset(needed) and all(getattr(each, "by_machine", False) for each in done)


def _straw_collected(work: Iterable[FieldWork]) -> Decimal | None:
    """Return the share of this crop's straw that was collected."""
    straw = [each for each in work if isinstance(each, events.StrawHandling)]
    straw = [each for each in straw if each.straw_of == "this_crop"]
    collected = sum(each.collected_g for each in straw)
    left = sum(each.buried_lt_30_g + each.buried_gt_30_g + each.burned_g for each in straw)
    return percent(collected, collected + left)


def _cut_by(before: int, now: int, m2: int) -> Decimal | None:
    """Return by how much less than a baseline, which is per hectare; ``now`` is for the land."""
    if not before:
        return None
    return percent(before * m2 - now * _HECTARE_M2, before * m2)


def _reaped(work: Iterable[FieldWork]) -> list[events.Reaping]:
    return [each for each in work if isinstance(each, events.Reaping)]


def _sum(work: Iterable[FieldWork], member: str) -> int:
    return sum(getattr(each, member, 0) for each in work)


def _dry(weighed: Iterable[events.Reaping | Harvest | Drying]) -> int:
    return sum(each.mass_g * (1000 - each.moisture_ppt) for each in weighed)


def _milled_dry(milled: Iterable[tuple[str, Milling]]) -> int:
    return sum(
        mass_g * (1000 - event.moisture_ppt) for _, event in milled for _, mass_g in event.inputs
    )


def _made_g(milled: Iterable[tuple[str, Milling]]) -> int:
    return sum(mass_g for _, event in milled for _, mass_g in event.outputs)


def _bags_g(filled: Iterable[Packing]) -> int:
    return sum(each.bags * each.bag_g for each in filled)


def _kg14(dry: int) -> int:
    return int(half_up(dry, _DRY * _KILO, 0))


def _per_ha(amount: int, m2: int) -> Decimal:
    return half_up(amount * _HECTARE_M2, _KILO * m2, 2)


def _ha(m2: Mapping[str, int], codes: Iterable[str]) -> Decimal:
    return half_up(sum(m2.get(code, 0) for code in codes), _HECTARE_M2, 4)
