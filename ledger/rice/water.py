"""The water regime of a season, from what was read in the field tubes.

A drainage is more than 3 days without standing water, that of the end of the season left out: none
is continuous flooding, one a single drainage, more are several (IPCC 2019 Refinement, Volume 4,
table 5.12; the 3 days of its notes). What no reading proves did not happen: without readings the
field was flooded all the time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Literal

from msgspec import Struct

from ledger.rice.events import WaterReading, instant

Regime = Literal["continuous", "single", "multiple"]
Reading = tuple[datetime, int]
"""When a tube was read, and how far above the soil the water stood, in millimetres."""

DRAINED_FOR = timedelta(days=3)
PROVES_FOR = timedelta(days=3)
"""Two readings further apart prove nothing of the time between them."""
TIER_OF_READINGS = 1
"""Records with proof: the first of the evidence tiers of VM0051 v1.1, box 1."""


class Tube(Struct, frozen=True, kw_only=True):
    """One tube's season: how often it was read, and how many drainages that proves."""

    tube: str
    readings: int
    drainages: int


class WaterRegime(Struct, frozen=True, kw_only=True):
    """The regime of an area in a season, and the tubes it follows from.

    ``evidence_tier`` is none where nobody read a tube: the regime is then only what is assumed.
    """

    regime: Regime
    evidence_tier: int | None
    tubes: tuple[Tube, ...]


def water_regime(readings: Iterable[WaterReading], harvested_on: str) -> WaterRegime:
    """Return the regime that readings prove, up to the day before the first harvest.

    ``harvested_on`` is that day of harvest, empty if there is none yet. Where tubes differ, the
    area takes the one with fewer drainages.
    """
    by_tube: dict[str, list[Reading]] = {}
    for each in readings:
        if not harvested_on or each.on < harvested_on:
            by_tube.setdefault(each.tube, []).append((instant(each.at), each.level_mm))
    tubes = tuple(
        Tube(tube=name, readings=len(levels), drainages=drainages(sorted(levels)))
        for name, levels in sorted(by_tube.items())
    )
    return WaterRegime(
        regime=regime_of(min((tube.drainages for tube in tubes), default=0)),
        evidence_tier=TIER_OF_READINGS if tubes else None,
        tubes=tubes,
    )


def regime_of(drainages_proved: int) -> Regime:
    """Return what so many drainages make of a season."""
    return ("continuous", "single", "multiple")[min(drainages_proved, 2)]


def drainages(readings: Sequence[Reading]) -> int:
    """Return how many drainages the readings of one tube prove, oldest first.

    A run of readings without standing water (at the soil or below) counts if its first and last are
    more than 3 days apart, and if the water came back later. A reading above the soil ends a run;
    so does a pause of more than 3 days.
    """
    return len(drained(readings))


def drained(readings: Sequence[Reading]) -> list[tuple[datetime, datetime]]:
    """Return when each drainage that counts began and ended, as the readings prove it."""
    flooded = [at for at, level_mm in readings if level_mm > 0]
    return [
        (first, last)
        for first, last in _dry_runs(readings)
        if last - first > DRAINED_FOR and flooded and last < flooded[-1]
    ]


def _dry_runs(readings: Sequence[Reading]) -> Iterator[tuple[datetime, datetime]]:
    """Yield when each run of readings without standing water began and ended."""
    first = last = None
    for at, level_mm in readings:
        if first and last and (level_mm > 0 or at - last > PROVES_FOR):
            yield first, last
            first = None
        if level_mm <= 0:
            first, last = first or at, at
    if first and last:
        yield first, last
