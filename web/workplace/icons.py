"""The house's icon as dots, for home screens: they want PNG, and the drawing of `icon.svg`."""

from __future__ import annotations

import io
from collections.abc import Iterator
from functools import cache

from PIL import Image, ImageDraw

_GREEN, _WHITE = (23, 105, 58), (255, 255, 255)
_GRID = 32
_FINE = 4
"""How many times finer it is drawn than shown, which smooths every edge."""
_CORNER, _STROKE = 7.0, 2.5
_SAFE = 0.8
"""Of an icon that a phone cuts to its own shape only the middle is sure to be seen."""
_STEPS = 40
_STEM = ((16.0, 27.0), (16.0, 13.0))
_LEFT = ((16.0, 19.0), (11.0, 19.0), (9.0, 16.0), (9.0, 12.0))
_LEFT_BACK = ((9.0, 12.0), (14.0, 12.0), (16.0, 15.0), (16.0, 19.0))
_RIGHT = ((16.0, 15.0), (21.0, 15.0), (23.0, 12.0), (23.0, 8.0))
_RIGHT_BACK = ((23.0, 8.0), (18.0, 8.0), (16.0, 11.0), (16.0, 15.0))
Point = tuple[float, float]


@cache
def icon(side: int, *, is_cut: bool = False) -> bytes:
    """Return the icon as PNG; one that ``is_cut`` by the phone fills its square."""
    length = side * _FINE
    unit = length / _GRID
    drawn = Image.new("RGBA", (length, length), (0, 0, 0, 0))
    brush = ImageDraw.Draw(drawn)
    square = (0, 0, length - 1, length - 1)
    brush.rounded_rectangle(square, 0 if is_cut else _CORNER * unit, fill=_GREEN)
    scale = unit * (_SAFE if is_cut else 1)
    for line in (_STEM, *_leaves()):
        _stroke(brush, [_placed(point, scale, length) for point in line], _STROKE * scale)
    data = io.BytesIO()
    drawn.resize((side, side), Image.Resampling.LANCZOS).save(data, "PNG", optimize=True)
    return data.getvalue()


def _placed(point: Point, scale: float, length: int) -> Point:
    middle = _GRID / 2
    return (
        length / 2 + (point[0] - middle) * scale,
        length / 2 + (point[1] - middle - 1.5) * scale,
    )


def _stroke(brush: ImageDraw.ImageDraw, line: list[Point], width: float) -> None:
    """Draw a line with round ends and joints."""
    brush.line(line, fill=_WHITE, width=round(width))
    half = width / 2
    for x, y in line:
        brush.ellipse((x - half, y - half, x + half, y + half), fill=_WHITE)


def _leaves() -> Iterator[list[Point]]:
    for curve in (_LEFT, _LEFT_BACK, _RIGHT, _RIGHT_BACK):
        yield [_on(curve, step / _STEPS) for step in range(_STEPS + 1)]


def _on(curve: tuple[Point, Point, Point, Point], share: float) -> Point:
    """Return a point of a cubic curve."""
    rest = 1 - share
    weights = (rest**3, 3 * rest**2 * share, 3 * rest * share**2, share**3)
    x = sum(weight * point[0] for weight, point in zip(weights, curve, strict=True))
    y = sum(weight * point[1] for weight, point in zip(weights, curve, strict=True))
    return (x, y)
