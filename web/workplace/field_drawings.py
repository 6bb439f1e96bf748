"""The pictures of a dossier as numbers: the water in the tubes, and emissions on one scale."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from ledger.field_book import Gauge
from ledger.rice.emission import Emission, Span

WIDTH, HEIGHT = 720, 220
LEFT, RIGHT, TOP, BOTTOM = 44, 8, 10, 24
BAR_WIDTH = 100
_TICK = timedelta(days=14)
_STEP_MM = 100


@dataclass(frozen=True, slots=True)
class Line:
    """The readings of one tube, corner by corner; ``style`` tells tubes apart without colour."""

    tube: str
    style: int
    points: str


@dataclass(frozen=True, slots=True)
class Shade:
    """A drainage: where it lies, its number, when it began and ended, how low the water stood."""

    x: float
    width: float
    number: int
    first: datetime
    last: datetime
    lowest_mm: int


@dataclass(frozen=True, slots=True)
class WaterChart:
    """The water of a season; the drainages shaded are those of the tube that proves the fewest."""

    lines: tuple[Line, ...]
    shades: tuple[Shade, ...]
    tube: str
    soil_y: float
    days: tuple[tuple[float, str], ...]
    levels: tuple[tuple[float, int], ...]


@dataclass(frozen=True, slots=True)
class Bar:
    """One side's emission: its length, and those of the ends of its range."""

    value: float
    low: float
    high: float


def draw_water(gauges: Sequence[Gauge]) -> WaterChart | None:
    """Return the chart of a season's readings; nothing where nobody read a tube twice."""
    read = [one for gauge in gauges for one in gauge.levels]
    if len({one.at for one in read}) <= 1:
        return None
    begin, end = min(one.at for one in read), max(one.at for one in read)
    low = min(*(one.level_mm for one in read), 0) // _STEP_MM * _STEP_MM
    high = -(-max(*(one.level_mm for one in read), 1) // _STEP_MM) * _STEP_MM

    def x(at: datetime) -> float:
        return round(LEFT + (at - begin) / (end - begin) * (WIDTH - LEFT - RIGHT), 1)

    def y(level_mm: int) -> float:
        share = (high - level_mm) / (high - low)
        return round(TOP + share * (HEIGHT - TOP - BOTTOM), 1)

    deciding = min((one for one in gauges if one.levels), key=lambda one: len(one.drained))
    shades = [
        Shade(
            x(first), round(x(last) - x(first), 1), at, first, last, _lowest(deciding, first, last)
        )
        for at, (first, last) in enumerate(deciding.drained, 1)
    ]
    ticks = [begin + _TICK * n for n in range((end - begin) // _TICK + 1)]
    return WaterChart(
        lines=tuple(
            Line(one.tube, at, " ".join(f"{x(each.at)},{y(each.level_mm)}" for each in one.levels))
            for at, one in enumerate(gauges)
        ),
        shades=tuple(shades),
        tube=deciding.tube,
        soil_y=y(0),
        days=tuple((x(at), at.date().isoformat()) for at in ticks),
        levels=tuple((y(mm), mm // 10) for mm in range(low, high + 1, _STEP_MM)),
    )


def _lowest(gauge: Gauge, first: datetime, last: datetime) -> int:
    return min(one.level_mm for one in gauge.levels if first <= one.at <= last)


def draw_pair(emission: Emission) -> tuple[Bar, Bar]:
    """Return the baseline and the season on one scale that begins at zero."""
    longest = max(emission.baseline.high_kg_co2e_per_ha, emission.project.high_kg_co2e_per_ha)

    def bar(side: Span) -> Bar:
        ends = (side.kg_co2e_per_ha, side.low_kg_co2e_per_ha, side.high_kg_co2e_per_ha)
        return Bar(
            *(round(float(end / longest) * BAR_WIDTH, 1) if longest else 0.0 for end in ends)
        )

    return bar(emission.baseline), bar(emission.project)
