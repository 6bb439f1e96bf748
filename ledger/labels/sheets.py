"""Labels as PDF, one page after another: sheets of label paper, or a roll with a label a page.

What all labels have in common is written once, as a form that every label draws. Nothing is scaled
to fit, and the file asks the printer not to.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import BinaryIO

from ledger.labels import fonts
from ledger.labels.design import UM_PER_INCH, Design, Text
from ledger.labels.layouts import free_places
from ledger.labels.pdf_file import PdfFile, number
from ledger.labels.prints import Print
from ledger.labels.series import Bits
from ledger.labels.symbols import QUIET_ZONE

_TITLE = "Tem bao gạo"
_POINTS_PER_UM = 72 / UM_PER_INCH
_PLAIN, _STRONG, _FIXED = "F0", "F1", "L0"


def render_sheets(
    prints: Iterable[Print],
    design: Design,
    out: BinaryIO,
    skip: int = 0,
    used: Collection[int] = (),
    copies: int = 1,
) -> int:
    """Write the PDF of a job and return its pages.

    ``skip`` leaves used labels at the beginning of page one free, ``used`` others there, counted
    from 1. Copies of a label follow each other. The same job gives the same bytes.
    """
    layout = design.layout
    places = free_places(layout, skip, used)
    size = (_points(layout.page_width_um), _points(layout.page_height_um))
    file = PdfFile(out, _TITLE, size)
    pens = _embed(file, design)
    modules = _ModulePaths(design)
    content: list[bytes] = []
    page = 0
    for one in prints:
        path = modules.path(one.bits)
        own = b"".join(pens[text.is_strong].show(text) for text in design.varying(one.bag))
        for _ in range(copies):
            at_page, place = divmod(next(places), layout.capacity)
            if at_page > page:
                file.add_page(b"".join(content))
                content.clear()
                page = at_page
            left, top = layout.corner_um(place)
            moved = f"{number(_points(left))} {number(size[1] - _points(top))}"
            content += (b"q 1 0 0 1 ", moved.encode(), b" cm/", _FIXED.encode(), b" Do\n")
            content += (own, path, b"Q\n")
    assert content, "there is a label to print"
    file.add_page(b"".join(content))
    file.close()
    return page + 1


class _Pen:
    """Shows words in an embedded font."""

    def __init__(self, name: str, glyphs: dict[str, int]) -> None:
        self._name = name
        self._codes = {letter: f"{glyph:04x}" for letter, glyph in glyphs.items()}

    def show(self, text: Text) -> bytes:
        """Return the operators that show words in their place (ISO 32000-1 section 9.4)."""
        codes = "".join([self._codes[letter] for letter in text.words])
        left, up = number(_points(text.left_um)), number(-_points(text.baseline_um))
        size = number(_points(text.size_um))
        return f"BT/{self._name} {size} Tf {left} {up} Td<{codes}>Tj ET\n".encode()


def _embed(file: PdfFile, design: Design) -> dict[bool, _Pen]:
    """Write the fonts with the letters of this job, and what all labels have in common."""
    said = "".join(text.words for text in design.fixed)
    letters = sorted({*said, *design.words.letters_of_varying_lines})
    pens, named = {}, ""
    for name, font, is_strong in ((_PLAIN, fonts.plain(), False), (_STRONG, fonts.strong(), True)):
        subset = font.subset(letters)
        named += f"/{name} {file.add_font(font, subset)} 0 R"
        pens[is_strong] = _Pen(name, subset.glyphs)
    layout = design.layout
    side = _points(design.symbol_um)
    left, top = _points(design.symbol_left_um), _points(design.symbol_top_um)
    corners = (left, -top - side, side, side)
    panel = f"1 g {' '.join(number(value) for value in corners)} re f 0 g\n".encode()
    words = b"".join(pens[text.is_strong].show(text) for text in design.fixed)
    box = (0.0, -_points(layout.label_height_um), _points(layout.label_width_um), 0.0)
    file.set_resources(named, {_FIXED: file.add_form(box, named, panel + words)})
    return pens


class _ModulePaths:
    """Draws symbols as one filled shape each: rectangles of neighbouring modules.

    One shape, because lines show between shapes that only touch. What a byte of modules draws in
    its place is worked out beforehand, so that a symbol is put together by looking up.
    """

    def __init__(self, design: Design) -> None:
        module = number(_points(design.module_um))
        left, up = _points(design.symbol_left_um), -_points(design.symbol_top_um)
        self._start = f"{module} 0 0 -{module} {number(left)} {number(up)} cm\n".encode()
        rows, row_bytes = design.width_modules, -(-design.width_modules // 8)
        runs = [_runs(value) for value in range(256)]
        self._paths = [
            "".join(f"{8 * column + x} {y} {length} 1 re\n" for x, length in of_value).encode()
            for y in range(QUIET_ZONE, rows - QUIET_ZONE)
            for column in range(row_bytes)
            for of_value in runs
        ]
        self._places = range(0, len(self._paths), 256)

    def path(self, bits: Bits) -> bytes:
        """Return the operators that fill a symbol's dark modules."""
        inner = bits[QUIET_ZONE:-QUIET_ZONE].tobytes()
        paths = self._paths
        drawn = [
            paths[place + value] for place, value in zip(self._places, inner, strict=True) if value
        ]
        return b"".join((self._start, *drawn, b"f\n"))


def _runs(value: int) -> list[tuple[int, int]]:
    """Return the dark stretches in eight modules as place and length."""
    signs = f"{value:08b}"
    runs = []
    x = 0
    while (x := signs.find("1", x)) >= 0:
        end = signs.find("0", x)
        length = (8 if end < 0 else end) - x
        runs.append((x, length))
        x += length
    return runs


def _points(um: float) -> float:
    return um * _POINTS_PER_UM
