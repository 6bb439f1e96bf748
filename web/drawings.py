"""Pictures as numbers: what the templates draw as SVG, measured here so that it can be tested."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from ledger.rice.acts import LocalText
from web.words import COMMUNES, Commune

SKETCH_SIDE = 220
BAR_WIDTH = 100
FLOW_HEIGHT = 16

_MARGIN = 12


@dataclass(frozen=True, slots=True)
class Dot:
    """A commune on the sketch; ``mark`` is its number in the list, or 0."""

    x: float
    y: float
    mark: int


@dataclass(frozen=True, slots=True)
class Sketch:
    """All communes as dots, those of this rice numbered and last, so that they lie on top."""

    side: int
    dots: tuple[Dot, ...]


@dataclass(frozen=True, slots=True)
class Bar:
    """A range in tonnes per hectare; ``low`` and ``high`` are lengths of the drawing."""

    low_t: Decimal
    high_t: Decimal
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Bars:
    """The emission pair on one scale, by whom, and for how many areas.

    ``named`` is what the certificates name of how it was reckoned, by the figure that names it;
    empty where no certificate does.
    """

    before: Bar
    now: Bar
    issuers: tuple[LocalText, ...]
    areas: int
    named: dict[str, tuple[str, ...]]


def draw_sketch(marks: Sequence[tuple[int, str]]) -> Sketch | None:
    """Return the sketch with these communes numbered; None if none of them is on it."""
    numbered = {code: mark for mark, code in marks if code in COMMUNES}
    if not numbered:
        return None
    # At 10 degrees north a degree of longitude is 1.5 % the shorter: too little to see here.
    west = min(commune.lon for commune in COMMUNES.values())
    north = max(commune.lat for commune in COMMUNES.values())
    span = max(
        max(commune.lon for commune in COMMUNES.values()) - west,
        north - min(commune.lat for commune in COMMUNES.values()),
    )
    scale = (SKETCH_SIDE - 2 * _MARGIN) / span

    def dot(code: str, commune: Commune) -> Dot:
        x = _MARGIN + (commune.lon - west) * scale
        y = _MARGIN + (north - commune.lat) * scale
        return Dot(round(x, 1), round(y, 1), numbered.get(code, 0))

    dots = [dot(code, commune) for code, commune in COMMUNES.items()]
    # The largest share has number 1 and is drawn last.
    return Sketch(SKETCH_SIDE, tuple(sorted(dots, key=lambda dot: (dot.mark > 0, -dot.mark))))


def draw_bars(
    before_kg: Sequence[Decimal],
    now_kg: Sequence[Decimal],
    issuers: tuple[LocalText, ...],
    areas: int,
    named: dict[str, tuple[str, ...]],
) -> Bars:
    """Return two ranges on one scale that begins at zero: a cut axis would flatter."""
    longest = max(*before_kg, *now_kg, Decimal(1))

    def bar(values: Sequence[Decimal]) -> Bar:
        low, high = min(values), max(values)
        return Bar(
            low / 1000,
            high / 1000,
            round(float(low / longest) * BAR_WIDTH, 1),
            round(float(high / longest) * BAR_WIDTH, 1),
        )

    return Bars(bar(before_kg), bar(now_kg), issuers, areas, named)


def draw_flow(masses_g: Sequence[int]) -> tuple[str, ...]:
    """Return the pieces of a stream, each as wide as its mass and narrowing to the next.

    A piece is the corners of a polygon; the widest mass fills the drawing.
    """
    widest = max(masses_g, default=1)
    widths = [round(mass_g / widest * BAR_WIDTH, 1) for mass_g in masses_g]
    return tuple(
        f"0,0 {top},0 {bottom},{FLOW_HEIGHT} 0,{FLOW_HEIGHT}"
        for top, bottom in zip(widths, [*widths[1:], *widths[-1:]], strict=True)
    )
