"""How a season went, added up from what was said: see `figures` for what comes out.

Worked out from what was said, event by event, whenever it is asked for; nothing here is kept. Sums
are exact and each figure is rounded once, half up, where it is stated. Mass at 14 % moisture is
W x (1000 - m) / 860 with moisture in parts per thousand; drying water is not loss.

Which events belong to a season, and who said them, the caller has found out. One area's season is
`field_sums`'.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from msgspec import Struct

from ledger.rice.attestations import state_of
from ledger.rice.certificate_facts import (
    Attestation,
)
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
from ledger.rice.facts import (
    Area,
    Lot,
)
from ledger.rice.field_sums import (
    DRY,
    HECTARE_M2,
    KILO,
    TONNE,
    Grown,
    area_figures,
    choice_of,
    dry,
    hectares,
    kg14,
    paddy_dry,
    processed,
    reaped,
    straw_collected,
    taken_dry,
    total,
)
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
from ledger.rice.limits import Settings
from ledger.rice.lots import births_of, draws_of, gtin_of
from ledger.rice.paper_facts import Baseline, Contract
from ledger.rice.rounding import half_up, near, percent


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
    settings: Settings
    said: Sequence[tuple[str, Event]]


def season_figures(record: SeasonRecord, on: str) -> SeasonFigures:
    """Return what a season adds up to; ``on`` is the day whose certified hectares are asked for."""
    books = _Books(record)
    choice = choice_of(record.settings)
    areas = tuple(
        area_figures(_grown(books, area), choice)
        for area in sorted(record.areas, key=lambda area: area.code)
    )
    return SeasonFigures(
        season=record.season,
        areas=areas,
        totals=_totals(books, areas, on),
        mills=tuple(_mill(books, mill) for mill in sorted({mill for mill, _ in books.milled})),
        silos=tuple(_silo(books, lot) for lot in books.silos),
        milling=tuple(_batch(books, event) for _, event in books.milled),
        packed_lots=tuple(_packed(books, event) for event in books.filled),
        grants=tuple(_grant(each) for each in record.attestations if each.effect == "licenses"),
        containers=tuple(books.shipped),
    )


def areas_behind(record: SeasonRecord) -> Mapping[object, tuple[str, ...]]:
    """Return the areas whose rice an event that made a lot had in hand, by the event's id."""
    return _Books(record).areas_in


class _Books:
    """The events of a season sorted into what each figure asks for.

    ``dry`` masses are grams times parts per thousand of what is not water: exact until divided.
    """

    def __init__(self, record: SeasonRecord) -> None:
        self.record = record
        self.grants = {each.id for each in record.attestations if each.effect == "licenses"}
        self.work: dict[str, list[FieldWork]] = defaultdict(list)
        self.cut: dict[str, list[Harvest]] = defaultdict(list)
        self.dried: list[tuple[str, Drying]] = []
        self.milled: list[tuple[str, Milling]] = []
        self.filled: list[Packing] = []
        self.shipped: list[ContainerFigures] = []
        self.silos: dict[str, None] = {}
        self.areas_in: dict[object, tuple[str, ...]] = {}
        self.moisture_ppt: dict[str, int] = {}
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
        return sum(left * (1000 - self.moisture_ppt[lot]) for lot, left in self._undrawn.items())

    @property
    def dried_in_dry(self) -> int:
        """Return what dryers took in."""
        return sum(taken_dry(event, self.moisture_ppt) for _, event in self.dried)

    def _sort(self, speaker: str, event: Event) -> None:
        match event:
            case FieldWork(area=area):
                self.work[area].append(event)
            case Harvest(area=area, lot=lot):
                self.cut[area].append(event)
                self.moisture_ppt[lot] = event.moisture_ppt
                self._undrawn[lot] = self._undrawn.get(lot, 0) + event.mass_g
            case Receiving(lot=lot):
                self.moisture_ppt[lot] = event.moisture_ppt
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
            marked_g=sum(lot.bag_g * bags for lot, bags in bags if lot.grant in self.grants),
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
        if each.effect == "covers":
            confirmed.update(each.areas)
        elif each.effect == "licenses":
            granted.update(each.areas)
    return confirmed & granted


def _grown(books: _Books, area: Area) -> Grown:
    """Return one area's season, with the dryings and millings that drew on its paddy."""

    def drew(event: Drying | Milling) -> bool:
        return area.code in books.areas_in[event.event_id]

    return Grown(
        area=area,
        season=books.record.season,
        work=books.work[area.code],
        cut=books.cut[area.code],
        baseline=books.record.baselines.get(area.code),
        processed=processed(
            (event for _, event in books.dried if drew(event)),
            (event for _, event in books.milled if drew(event)),
            books.moisture_ppt,
            books.record.forms,
        ),
    )


def _totals(books: _Books, areas: Sequence[AreaFigures], on: str) -> Totals:
    record, work = books.record, [each for of in books.work.values() for each in of]
    cut = [each for of in books.cut.values() for each in of]
    m2 = {area.code: area.area_m2 for area in record.areas}
    scheme_m2 = sum(area.area_m2 for area in record.areas if area.in_scheme)
    on_day = certified_areas(record.attestations, record.season, on)
    field_dry, cut_dry = dry(reaped(work)), dry(cut)
    dried_dry, milled_dry = dry(e for _, e in books.dried), _milled_dry(books.milled)
    out_g = _made_g(books.milled)
    silo_dry, wet_dry = dried_dry - milled_dry, books.wet_stock_dry
    packed_g, exported_g = _bags_g(books.filled), sum(each.net_g for each in books.shipped)
    certified_exported_g = sum(each.marked_g for each in books.shipped)
    grants = [each for each in record.attestations if each.effect == "licenses"]
    certified = [area for area in areas if area.code in books.certified]
    by_machine_m2 = sum(m2[area.code] for area in areas if area.fully_mechanised)
    return Totals(
        coded_ha=half_up(sum(m2.values()), HECTARE_M2, 4),
        scheme_ha=half_up(scheme_m2, HECTARE_M2, 4),
        certified_ha=hectares(m2, books.certified),
        certified_areas=tuple(sorted(books.certified)),
        certified_ha_on=hectares(m2, on_day),
        on=on,
        tickets=len(cut),
        harvested_wet_g=sum(each.mass_g for each in cut),
        harvested_14_kg=kg14(cut_dry),
        mean_yield_t_ha=half_up(cut_dry * HECTARE_M2, DRY * TONNE * sum(m2.values()), 3)
        if m2
        else Decimal(0),
        granted_g=sum(each.quota_g for each in grants),
        bags_packed=sum(each.bags for each in books.filled),
        packed_g=packed_g,
        certified_g=_bags_g(each for each in books.filled if each.grant in books.grants),
        exported_g=exported_g,
        certified_exported_g=certified_exported_g,
        export_share_pct=percent(certified_exported_g, exported_g),
        field_14_kg=kg14(field_dry),
        wet_stock_14_kg=kg14(wet_dry),
        silo_stock_14_kg=kg14(silo_dry),
        milled_outputs_kg=int(half_up(out_g, KILO, 0)),
        post_harvest_loss_pct=percent(field_dry - out_g * DRY - silo_dry - wet_dry, field_dry),
        field_to_mill_14_kg=kg14(field_dry - cut_dry),
        drying_loss_14_kg=kg14(books.dried_in_dry - dried_dry),
        milling_loss_14_kg=kg14(milled_dry - out_g * DRY),
        straw_collected_pct=straw_collected(work),
        packaging_returned_pct=percent(total(work, "returned_g"), total(work, "bought_g")),
        mechanised_full_pct=percent(by_machine_m2, sum(m2.values())),
        linked_pct=percent(sum(each.area_m2 for each in record.contracts), scheme_m2),
        certified_baseline_t_co2e=_t_co2e(certified, "baseline"),
        certified_project_t_co2e=_t_co2e(certified, "project"),
    )


def _t_co2e(areas: Iterable[AreaFigures], side: Literal["baseline", "project"]) -> Decimal:
    """Return what areas with a baseline give off: the stated figures times the hectares."""
    kg = sum(
        Fraction(getattr(each.emission, side).kg_co2e_per_ha) * Fraction(each.ha)
        for each in areas
        if each.emission
    )
    return near(Fraction(kg, KILO), 3)


def _mill(books: _Books, mill: str) -> MillFigures:
    dried = [event for who, event in books.dried if who == mill]
    milled = [(who, event) for who, event in books.milled if who == mill]
    in_dry, out_dry = sum(taken_dry(event, books.moisture_ppt) for event in dried), dry(dried)
    milled_dry, made_g = _milled_dry(milled), _made_g(milled)
    return MillFigures(
        mill=mill,
        dried_in_14_kg=kg14(in_dry),
        dried_out_14_kg=kg14(out_dry),
        drying_loss_14_kg=kg14(in_dry - out_dry),
        milled_in_14_kg=kg14(milled_dry),
        milled_out_kg=int(half_up(made_g, KILO, 0)),
        milling_loss_14_kg=kg14(milled_dry - made_g * DRY),
    )


def _silo(books: _Books, lot_id: str) -> SiloFigures:
    lot = books.record.lots[lot_id]
    drawn = (g for _, event in books.milled for source, g in event.inputs if source == lot_id)
    return SiloFigures(lot=lot_id, in_g=lot.brought_g, milled_g=sum(drawn), closing_g=lot.left_g)


def _batch(books: _Books, event: Milling) -> BatchFigures:
    made = {books.record.forms.get(gtin_of(lot), ""): (lot, g) for lot, g in event.outputs}
    head, head_g = made.get("head_rice", (event.outputs[0][0], 0))
    milled = processed((), (event,), books.moisture_ppt, books.record.forms)
    areas = books.areas_in[event.event_id]
    return BatchFigures(
        lot=head,
        silos=tuple(lot for lot, _ in event.inputs),
        paddy_14_kg=kg14(milled.milled_dry),
        white_recovery_pct=half_up(100 * milled.white_g * DRY, milled.milled_dry, 2),
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


def _milled_dry(milled: Iterable[tuple[str, Milling]]) -> int:
    return sum(paddy_dry(event) for _, event in milled)


def _made_g(milled: Iterable[tuple[str, Milling]]) -> int:
    return sum(mass_g for _, event in milled for _, mass_g in event.outputs)


def _bags_g(filled: Iterable[Packing]) -> int:
    return sum(each.bags * each.bag_g for each in filled)
