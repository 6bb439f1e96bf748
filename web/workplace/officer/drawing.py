"""The map of communes and the bars of targets as numbers, measured here so that they can be tested.

There are no outlines of communes to draw, so each is a circle at its middle: as large as its coded
land, and filled like a clock up to the share that is certified. Shares are told by angle, not by
colour.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from web.words import COMMUNES, Commune

MAP_WIDTH = 420
BAR_WIDTH = 200
_MARGIN = 34
_RADIUS_MAX = 26.0
_RADIUS_MIN = 7.0
_LETTER = 7.0
"""How wide a letter of a name is taken to be; names are set at 13."""
_SPAN_MIN = 0.3
"""Degrees that the map shows at least, so that one commune does not fill it."""
_AROUND = 0.12
"""How much of its width the map shows beyond the middles of what is on it."""
_LINE = 15.0


@dataclass(frozen=True, slots=True)
class Place:
    """What is drawn of a commune: hectares with a code, and the share of the scheme's certified."""

    commune: str
    name: str
    hectares: Decimal
    share_pct: Decimal | None


@dataclass(frozen=True, slots=True)
class Circle:
    """A commune on the map. ``wedge`` is the path of what is certified; ``label`` where it fits."""

    place: Place
    number: int
    x: float
    y: float
    r: float
    wedge: str
    label_x: float
    label_y: float
    anchor: str


@dataclass(frozen=True, slots=True)
class Map:
    """Circles for communes with coded land, largest first, and dots for others that lie between."""

    width: int
    height: int
    dots: tuple[tuple[float, float], ...]
    circles: tuple[Circle, ...]


def draw_map(places: Sequence[Place]) -> Map:
    """Return the map; places are numbered in their order, which is that of the table beside it."""
    west, south, east, north = _frame(
        [COMMUNES[p.commune] for p in places if p.commune in COMMUNES]
    )
    scale = (MAP_WIDTH - 2 * _MARGIN) / (east - west)
    height = round((north - south) * scale + 2 * _MARGIN)

    def at(commune: Commune) -> tuple[float, float]:
        x = _MARGIN + (commune.lon - west) * scale
        return round(x, 1), round(_MARGIN + (north - commune.lat) * scale, 1)

    drawn = {each.commune: number for number, each in enumerate(places, 1)}
    others = (at(commune) for code, commune in COMMUNES.items() if code not in drawn)
    dots = tuple((x, y) for x, y in others if 0 <= x <= MAP_WIDTH and 0 <= y <= height)
    most = max((each.hectares for each in places), default=Decimal(1)) or Decimal(1)
    sized = [
        (each, drawn[each.commune], *at(COMMUNES[each.commune]), _radius(each.hectares / most))
        for each in places
        if each.commune in COMMUNES
    ]
    circles: list[Circle] = []
    taken = [(x - r, y - r, x + r, y + r) for _, _, x, y, r in sized]
    taken += [(x - 3, y - 3, x + 3, y + 3) for x, y in dots]
    for place, number, x, y, r in sorted(sized, key=lambda one: -one[4]):
        label = _label(place.name, (x, y, r), taken, height)
        wedge = _wedge(x, y, r, place.share_pct or Decimal(0))
        circles.append(Circle(place, number, x, y, r, wedge, *label))
    return Map(MAP_WIDTH, height, dots, tuple(circles))


def _frame(shown: Sequence[Commune]) -> tuple[float, float, float, float]:
    """Return where communes lie, or all of the city does: west, south, east, north."""
    framed = shown or tuple(COMMUNES.values())
    lons, lats = [one.lon for one in framed], [one.lat for one in framed]
    span = max(max(lons) - min(lons), max(lats) - min(lats), _SPAN_MIN) * (0.5 + _AROUND)
    middle = (max(lons) + min(lons)) / 2
    half_height = max(max(lats) - min(lats), _SPAN_MIN / 2) * (0.5 + _AROUND)
    centre = (max(lats) + min(lats)) / 2
    return middle - span, centre - half_height, middle + span, centre + half_height


def _radius(share: Decimal) -> float:
    """Return a radius whose circle is as large as a share of the largest, if it can be seen."""
    return round(max(_RADIUS_MIN, _RADIUS_MAX * math.sqrt(float(share))), 1)


def _wedge(x: float, y: float, r: float, share_pct: Decimal) -> str:
    """Return the path of a share, clockwise from the top; nothing of none, a whole disc of all."""
    part = min(max(float(share_pct) / 100, 0.0), 1.0)
    if not part:
        return ""
    if part == 1:
        return f"M{x},{y - r:.1f}a{r},{r} 0 1 1 0,{2 * r:.1f}a{r},{r} 0 1 1 0,{-2 * r:.1f}z"
    angle = 2 * math.pi * part
    end_x, end_y = x + r * math.sin(angle), y - r * math.cos(angle)
    return f"M{x},{y}L{x},{y - r:.1f}A{r},{r} 0 {int(part > 0.5)} 1 {end_x:.1f},{end_y:.1f}z"  # noqa: PLR2004  (half a turn)


_Box = tuple[float, float, float, float]


def _label(
    name: str, circle: tuple[float, float, float], taken: list[_Box], height: int
) -> tuple[float, float, str]:
    """Return where a name stands free of circles and other names; nowhere has no anchor.

    Without a place for it a commune is told by its number alone.
    """
    x, y, r = circle
    width = len(name) * _LETTER
    tries = (
        (x + r + 4, y + 5, "start", x + r + 4),
        (x - r - 4, y + 5, "end", x - r - 4 - width),
        (x, y + r + _LINE, "middle", x - width / 2),
        (x, y - r - 5, "middle", x - width / 2),
    )
    for label_x, label_y, anchor, left in tries:
        box = (left, label_y - _LINE + 3, left + width, label_y + 3)
        inside = left >= 0 and left + width <= MAP_WIDTH and box[1] >= 0 and box[3] <= height
        if inside and not any(_meet(box, other) for other in taken):
            taken.append(box)
            return round(label_x, 1), round(label_y, 1), anchor
    return x, y, ""


def _meet(one: _Box, other: _Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


@dataclass(frozen=True, slots=True)
class Bullet:
    """A figure on a scale from zero with its goals: lengths of the drawing, by year."""

    width: int
    length: float
    goals: Mapping[str, float]


def draw_bullet(value: Decimal | None, goals: Mapping[str, Decimal]) -> Bullet:
    """Return the bar of a figure and where its goals are; the scale reaches past all of them.

    A figure below zero has no bar: the number beside it tells it.
    """
    longest = _longest([*goals.values(), *([] if value is None else [value])])

    def at(amount: Decimal) -> float:
        return round(float(max(amount, Decimal(0)) / longest) * BAR_WIDTH, 1)

    return Bullet(
        width=BAR_WIDTH,
        length=at(value) if value is not None else 0.0,
        goals={year: at(goal) for year, goal in goals.items()},
    )


def _longest(amounts: Iterable[Decimal]) -> Decimal:
    return max([*amounts, Decimal(1)]) * Decimal("1.08")
