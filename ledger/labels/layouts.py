"""Label paper: sheets that stationers sell, rolls, and grids of one's own.

Measures are micrometres from the top left corner of the page. A place is counted from 0, row by
row from the top; people count from 1.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from ledger.labels.refusals import MalformedError
from ledger.labels.symbols import MODULE_UM

A4_WIDTH_UM, A4_HEIGHT_UM = 210_000, 297_000


@dataclass(frozen=True, slots=True)
class Layout:
    """A kind of label paper.

    ``module_um`` is what the paper has room for, where the symbol leaves it; a larger symbol is
    drawn with the usual module instead.
    """

    name: str
    columns: int
    rows: int
    label_width_um: int
    label_height_um: int
    margin_left_um: int = 0
    margin_top_um: int = 0
    pitch_x_um: int = 0
    pitch_y_um: int = 0
    page_width_um: int = A4_WIDTH_UM
    page_height_um: int = A4_HEIGHT_UM
    module_um: int = MODULE_UM

    @property
    def capacity(self) -> int:
        """Labels on a page."""
        return self.columns * self.rows

    def corner_um(self, place: int) -> tuple[int, int]:
        """Return how far from the left and from the top the label at a place begins."""
        row, column = divmod(place, self.columns)
        return (
            self.margin_left_um + column * self.pitch_x_um,
            self.margin_top_um + row * self.pitch_y_um,
        )

    def check(self) -> None:
        """Refuse labels that lie on each other or leave the page."""
        for count, size, pitch in (
            (self.columns, self.label_width_um, self.pitch_x_um),
            (self.rows, self.label_height_um, self.pitch_y_um),
        ):
            if count > 1 and pitch < size:
                raise MalformedError("grid_overlaps", size=format_mm(size), pitch=format_mm(pitch))
        left, top = self.corner_um(self.capacity - 1)
        for reach, end in (
            (left + self.label_width_um, self.page_width_um),
            (top + self.label_height_um, self.page_height_um),
        ):
            if reach > end:
                raise MalformedError("grid_off_page", reach=format_mm(reach), end=format_mm(end))


def _single(name: str, width_um: int, height_um: int, module_um: int) -> Layout:
    """Return paper that is one label."""
    return Layout(
        *(name, 1, 1, width_um, height_um, 0, 0, width_um, height_um, width_um, height_um),
        module_um=module_um,
    )


_ALL = (
    Layout("a4-3x8", 3, 8, 70_000, 37_000, 0, 500, 70_000, 37_000),
    Layout("a4-3x7", 3, 7, 63_500, 38_100, 7_250, 15_150, 66_000, 38_100),
    Layout("a4-2x7", 2, 7, 99_100, 38_100, 4_650, 15_150, 101_600, 38_100),
    Layout("a4-2x4", 2, 4, 99_100, 67_700, 4_650, 13_100, 101_600, 67_700, module_um=1_000),
    _single("a6", 105_000, 148_000, 1_500),
    _single("roll-100x50", 100_000, 50_000, MODULE_UM),
    _single("roll-100x75", 100_000, 75_000, 1_000),
    _single("roll-100x150", 100_000, 150_000, 1_500),
)
LAYOUTS = {layout.name: layout for layout in _ALL}
SYMBOL = "symbol"
"""The name of a layout that has only the symbol with its quiet zone, as large as it comes."""

_MM = r"\d{1,3}(?:\.\d{1,3})?"
_GRID = re.compile(
    r"(?P<columns>[1-9]\d?)x(?P<rows>[1-9]\d?),label=(?P<label>{mm}x{mm})(?:,at=(?P<at>{mm}x{mm}))?"
    r"(?:,pitch=(?P<pitch>{mm}x{mm}))?(?:,page=(?P<page>{mm}x{mm}))?".replace("{mm}", _MM),
    re.ASCII,
)


def layout_named(text: str) -> Layout:
    """Return paper by its name, or a grid of one's own, in millimetres.

    ``3x8,label=70x37,at=0x0.5,pitch=70x37,page=210x297`` is three columns and eight rows; ``at`` is
    the corner of the first label (0x0 if not given), ``pitch`` leads from corner to corner (the
    size of a label), ``page`` is the paper (A4).
    """
    if text in LAYOUTS:
        return LAYOUTS[text]
    found = _GRID.fullmatch(text)
    if found is None:
        raise MalformedError("grid_unreadable", read=text[:80])
    label = _pair_um(found["label"])
    if 0 in label:
        raise MalformedError("grid_unreadable", read=text[:80])
    layout = Layout(
        *("grid", int(found["columns"]), int(found["rows"])),
        *label,
        *_pair_um(found["at"] or "0x0"),
        *_pair_um(found["pitch"] or found["label"]),
        *(_pair_um(found["page"]) if found["page"] else (A4_WIDTH_UM, A4_HEIGHT_UM)),
    )
    layout.check()
    return layout


def symbol_alone(width_um: int) -> Layout:
    """Return paper of the size of a symbol."""
    return _single(SYMBOL, width_um, width_um, MODULE_UM)


def free_places(layout: Layout, skip: int = 0, used: Collection[int] = ()) -> Iterator[int]:
    """Yield the places to print at, page after page without end.

    The first ``skip`` places of the first page are left free, and those in ``used``, counted from
    1. Later pages are fresh. A place beyond the first page is ``capacity`` and more.
    """
    if not 0 <= skip < layout.capacity:
        raise MalformedError("sheet_skip", skip=skip, capacity=layout.capacity)
    for place in used:
        if not 1 <= place <= layout.capacity:
            raise MalformedError("sheet_place", place=place, capacity=layout.capacity)
    first = [place for place in range(skip, layout.capacity) if place + 1 not in used]
    if not first:
        raise MalformedError("sheet_full")
    return _endless(first, layout.capacity)


def format_mm(um: float) -> str:
    """Return a length in millimetres, as short as it is exact to the micrometre."""
    return f"{um / 1000:.3f}".rstrip("0").rstrip(".")


def _endless(first: list[int], place: int) -> Iterator[int]:
    yield from first
    while True:
        yield place
        place += 1


def _pair_um(text: str) -> tuple[int, int]:
    left, right = text.split("x")
    return round(float(left) * 1000), round(float(right) * 1000)
