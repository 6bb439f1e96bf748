"""What an actor says happened: the critical tracking events of rice, as typed records.

Masses are grams, moisture parts per thousand of mass (wet basis), days ISO dates; ``at`` is the
actor's own claim of when, at +07:00. How events are spelled as EPCIS is `profile`'s; whether one
may happen is the rulebook's.
"""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from ledger.log import encoding

Draw = tuple[str, int]
"""A lot's URI and how much of it: grams, or bags where the record says so."""


class Event(Struct, frozen=True, kw_only=True):
    """What every event tells: its own name, when, and where (a place URI, or nothing)."""

    event_id: str
    at: str
    place: str = ""

    @property
    def on(self) -> str:
        """Return the day it happened, in local time."""
        return self.at[:10]


class Harvest(Event, frozen=True, kw_only=True):
    """Paddy of one area is cut and weighed; a lot begins, already on its way to a buyer."""

    lot: str
    mass_g: int
    moisture_ppt: int
    area: str
    season: str
    variety: str
    harvested_on: str
    consigned_to: str


class Receiving(Event, frozen=True, kw_only=True):
    """A lot is taken in over the weighbridge and changes hands."""

    lot: str
    mass_g: int
    moisture_ppt: int
    handed_over_by: str
    ticket: str


class Handover(Event, frozen=True, kw_only=True):
    """A holder sends a lot on to another actor, without a container."""

    lot: str
    mass_g: int
    consigned_to: str


class Drying(Event, frozen=True, kw_only=True):
    """Wet lots are dried into a lot, which may already hold paddy."""

    inputs: tuple[Draw, ...]
    lot: str
    mass_g: int
    moisture_ppt: int


class Milling(Event, frozen=True, kw_only=True):
    """Paddy becomes head rice, broken rice, bran and husk, and something is lost."""

    inputs: tuple[Draw, ...]
    outputs: tuple[Draw, ...]
    moisture_ppt: int
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


class Palletising(Event, frozen=True, kw_only=True):
    """Bags of one lot are stacked under one code."""

    pallet: str
    lot: str
    bags: int


class Shipping(Event, frozen=True, kw_only=True):
    """Pallets and loose bags leave in one container."""

    pallets: tuple[str, ...]
    bags: tuple[Draw, ...]
    consigned_to: str
    container: str
    seal: str
    country: str
    papers: tuple[tuple[str, str], ...]


AnyEvent = Harvest | Receiving | Handover | Drying | Milling | Packing | Palletising | Shipping


def instant(at: str) -> datetime:
    """Return an event's own time as an instant."""
    return encoding.parse_instant(at)
