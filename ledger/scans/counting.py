"""How often a bag was seen, and whether that is worth a line beside its verdict.

Devices are counted, not scans. A device is told apart within one period of the salt only, so the
same phone may count again in the next: the count is of devices and periods, as the page explains.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from msgspec import Struct

from ledger.scans.settings import ScanSettings


class Sighting(Struct, frozen=True, order=True):
    """One device at one bag: the day it was first seen in a period, and where, if that is known."""

    period: int
    token: int
    day: date
    place: str = ""


class Seen(Struct, frozen=True, kw_only=True):
    """What sightings add up to, between two days."""

    devices: int
    places: tuple[str, ...]
    first_on: date
    last_on: date


def count(sightings: Iterable[Sighting], until: date, days: int) -> Seen | None:
    """Return what was seen within so many days up to a day; nothing if nothing was."""
    first = until - timedelta(days=days - 1)
    within = [one for one in sightings if first <= one.day <= until]
    if not within:
        return None
    return Seen(
        devices=len({(one.period, one.token) for one in within}),
        places=tuple(sorted({one.place for one in within if one.place})),
        first_on=min(one.day for one in within),
        last_on=max(one.day for one in within),
    )


def is_due(seen: Seen, settings: ScanSettings) -> bool:
    """Tell whether a bag was seen on more devices, in more places, than one bag well can be."""
    is_spread = seen.devices >= settings.devices and len(seen.places) >= settings.places
    return is_spread or seen.devices >= settings.devices_anywhere
