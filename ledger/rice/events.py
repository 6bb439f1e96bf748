"""What an actor says happened: the critical tracking events of rice, as typed records.

Masses are grams, moisture parts per thousand of mass (wet basis), areas square metres, water
litres, levels millimetres from the soil surface; days are ISO dates; ``at`` is the actor's own
claim of when, at +07:00. How events are spelled as EPCIS is `profile`'s; whether one may happen is
the rulebook's.
"""

from __future__ import annotations

from datetime import datetime
from typing import get_args

from msgspec import Struct

from ledger.log import encoding

Draw = tuple[str, int]
"""A lot's URI and how much of it: grams, or bags where the record says so."""


class Event(Struct, frozen=True, gc=False, kw_only=True):
    """What every event tells: its own name, when, and where (a place URI, or nothing)."""

    event_id: str
    at: str
    place: str = ""

    @property
    def on(self) -> str:
        """Return the day it happened, in local time."""
        return self.at[:10]


class FieldWork(Event, frozen=True, kw_only=True):
    """A line of the farm diary: something done to one area in one season."""

    area: str
    season: str


class LandPreparation(FieldWork, frozen=True, kw_only=True):
    """The land is ploughed and levelled."""

    worked_m2: int
    by_machine: bool


class Sowing(FieldWork, frozen=True, kw_only=True):
    """Seed is sown on part of an area or all of it."""

    worked_m2: int
    by_machine: bool
    variety: str
    seed_class: str
    seed_g: int


class Fertilising(FieldWork, frozen=True, kw_only=True):
    """Fertiliser is spread; what it holds is said in grams of N, P2O5 and K2O."""

    by_machine: bool
    product: str
    composition: str
    mass_g: int
    n_g: int
    p2o5_g: int
    k2o_g: int


class Spraying(FieldWork, frozen=True, kw_only=True):
    """A pesticide is sprayed; ``wait_days`` is its pre-harvest interval."""

    worked_m2: int
    by_machine: bool
    product: str
    ingredient: str
    dose: str
    wait_days: int


class Irrigation(FieldWork, frozen=True, kw_only=True):
    """Water is pumped in."""

    worked_m2: int
    by_machine: bool
    water_l: int


class Drainage(FieldWork, frozen=True, kw_only=True):
    """Water is let out."""

    worked_m2: int
    by_machine: bool


class WaterReading(FieldWork, frozen=True, kw_only=True):
    """The water in a field tube is read: so far above the soil, or below where negative."""

    tube: str
    level_mm: int
    source: str


class StrawHandling(FieldWork, frozen=True, kw_only=True):
    """What became of straw, dry matter: of the crop before, or of this one.

    Ploughed in less or more than 30 days before the next cultivation (IPCC 2019 table 5.14).
    """

    straw_of: str
    by_machine: bool
    collected_g: int
    buried_lt_30_g: int
    buried_gt_30_g: int
    burned_g: int


class PackagingReturn(FieldWork, frozen=True, kw_only=True):
    """Pesticide packaging bought in the season, and given back as waste."""

    bought_g: int
    returned_g: int


class Reaping(FieldWork, frozen=True, kw_only=True):
    """Paddy is cut and weighed at the field. It makes no lot: `Harvest` does."""

    worked_m2: int
    by_machine: bool
    variety: str
    mass_g: int
    moisture_ppt: int


class Harvest(Event, frozen=True, kw_only=True):
    """Paddy of one area is cut and weighed; a lot begins, or grows by another day's harvest.

    It is already on its way when it is sent to a buyer at once (``consigned_to``).
    """

    lot: str
    mass_g: int
    moisture_ppt: int
    area: str
    season: str
    variety: str
    harvested_on: str
    consigned_to: str = ""
    contract: str = ""
    continues: bool = False


class Receiving(Event, frozen=True, kw_only=True):
    """A lot is taken in over the weighbridge and changes hands."""

    lot: str
    mass_g: int
    moisture_ppt: int
    handed_over_by: str
    ticket: str


class Handover(Event, frozen=True, kw_only=True):
    """A holder sends a whole lot on to another actor, without a container."""

    lot: str
    mass_g: int
    consigned_to: str


class Transporting(Event, frozen=True, kw_only=True):
    """A lot on its way is carried: by truck or boat, by whom."""

    lot: str
    mass_g: int
    carried_by: str
    vehicle: str


class Dividing(Event, frozen=True, kw_only=True):
    """One lot is divided into several of the same goods, to be sent or stored apart."""

    inputs: tuple[Draw, ...]
    outputs: tuple[Draw, ...]


class Drying(Event, frozen=True, kw_only=True):
    """Wet lots are dried into a lot, which may already hold paddy."""

    inputs: tuple[Draw, ...]
    lot: str
    mass_g: int
    moisture_ppt: int


class Storing(Event, frozen=True, kw_only=True):
    """Lots are put into a silo, itself a lot that is drawn on in the order stated.

    ``order`` is ``mixed`` (every draw has a share of all), ``first_in`` or ``last_in``.
    """

    inputs: tuple[Draw, ...]
    lot: str
    mass_g: int
    order: str


class Sampling(Event, frozen=True, kw_only=True):
    """Some of a lot is taken away to be tested."""

    lot: str
    mass_g: int
    sample: str


class Testing(Event, frozen=True, kw_only=True):
    """A laboratory says what came of a test; its report is known by a digest."""

    lot: str
    mass_g: int
    sample: str
    report: str
    conforms: bool


class Milling(Event, frozen=True, kw_only=True):
    """Paddy becomes head rice, broken rice, bran and husk, and something is lost."""

    inputs: tuple[Draw, ...]
    outputs: tuple[Draw, ...]
    moisture_ppt: int
    loss_g: int
    custody: str


class Blending(Event, frozen=True, kw_only=True):
    """Lots of rice are mixed into one."""

    inputs: tuple[Draw, ...]
    lot: str
    mass_g: int
    loss_g: int
    custody: str


class Reworking(Event, frozen=True, kw_only=True):
    """Rice goes through the mill again: polished, sorted, broken rice taken out."""

    inputs: tuple[Draw, ...]
    outputs: tuple[Draw, ...]
    loss_g: int
    custody: str


class Packing(Event, frozen=True, kw_only=True):
    """Rice is filled into bags; ``grant`` names the mark they carry, if any."""

    inputs: tuple[Draw, ...]
    lot: str
    bags: int
    bag_g: int
    packed_on: str
    best_before_on: str
    custody: str
    grant: str = ""


class Repacking(Event, frozen=True, kw_only=True):
    """Bags are opened and their rice filled into other bags; inputs are counted in bags."""

    inputs: tuple[Draw, ...]
    lot: str
    bags: int
    bag_g: int
    packed_on: str
    best_before_on: str
    custody: str
    grant: str = ""


class Palletising(Event, frozen=True, kw_only=True):
    """Bags of one lot are stacked under one code."""

    pallet: str
    lot: str
    bags: int


class Unpalletising(Event, frozen=True, kw_only=True):
    """A pallet is taken apart; its code ends."""

    pallet: str


class Loading(Event, frozen=True, kw_only=True):
    """Pallets and loose bags go into a container, which is sealed."""

    container: str
    pallets: tuple[str, ...]
    bags: tuple[Draw, ...]
    seal: str


class Shipping(Event, frozen=True, kw_only=True):
    """A sealed container leaves for a buyer."""

    container: str
    consigned_to: str
    country: str
    papers: tuple[tuple[str, str], ...]


class Dispatch(Event, frozen=True, kw_only=True):
    """Pallets leave for another actor without a container."""

    pallets: tuple[str, ...]
    consigned_to: str


class Arrival(Event, frozen=True, kw_only=True):
    """A container or pallets are taken in by whom they were sent to, and their bags counted."""

    units: tuple[str, ...]
    handed_over_by: str
    bags: int
    ticket: str


class Return(Event, frozen=True, kw_only=True):
    """Lots or pallets go back to whom they came from, and why."""

    lots: tuple[Draw, ...]
    pallets: tuple[str, ...]
    consigned_to: str
    reason: str


class Destruction(Event, frozen=True, kw_only=True):
    """Some of a lot is destroyed: so many grams, or bags where it is packed."""

    lot: str
    mass_g: int = 0
    bags: int = 0
    reason: str
    evidence: str


class StockCount(Event, frozen=True, kw_only=True):
    """A lot is weighed or counted as it stands, and the books follow."""

    lot: str
    mass_g: int = 0
    bags: int = 0


AnyFieldWork = (
    LandPreparation
    | Sowing
    | Fertilising
    | Spraying
    | Irrigation
    | Drainage
    | WaterReading
    | StrawHandling
    | PackagingReturn
    | Reaping
)
AnyLotEvent = (
    Harvest
    | Receiving
    | Handover
    | Transporting
    | Dividing
    | Drying
    | Storing
    | Sampling
    | Testing
    | Milling
    | Blending
    | Reworking
    | Packing
    | Repacking
    | Palletising
    | Unpalletising
    | Loading
    | Shipping
    | Dispatch
    | Arrival
    | Return
    | Destruction
    | StockCount
)
FIELD_WORK: tuple[type[FieldWork], ...] = get_args(AnyFieldWork)


class Correction(Event, frozen=True, kw_only=True):
    """An earlier event is declared wrong by whoever stated it (EPCIS 7.4.1.2).

    It has the wrong event's own name and time. ``corrected_by`` names the events, yet to come,
    that say how it was; none where it did not happen at all.
    """

    wrong: AnyFieldWork | AnyLotEvent
    declared_at: str
    reason: str
    corrected_by: tuple[str, ...]


AnyEvent = AnyFieldWork | AnyLotEvent | Correction


def instant(at: str) -> datetime:
    """Return an event's own time as an instant."""
    return encoding.parse_instant(at)
