"""Sheets of labels as PDF, one page after another, for the label paper that stationers sell.

Measures are micrometres from the top left corner of the page. Nothing is scaled to fit: a symbol
that does not fit its label is refused, and words shrink to a legible least size, then are refused.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources
from typing import BinaryIO

from reportlab.lib.units import mm
from reportlab.lib.utils import simpleSplit
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from ledger.errors import MalformedError
from ledger.labels.symbols import MODULE_UM, Symbol, dark_runs, draw_symbol
from ledger.rice.labels import format_code


@dataclass(frozen=True, slots=True)
class Sheet:
    """A kind of label paper."""

    name: str
    columns: int
    rows: int
    label_width_um: int
    label_height_um: int
    margin_left_um: int
    margin_top_um: int
    pitch_x_um: int
    pitch_y_um: int
    page_width_um: int = 210_000
    page_height_um: int = 297_000

    @property
    def capacity(self) -> int:
        """Labels on a page."""
        return self.columns * self.rows


A4_3X8 = Sheet("a4-3x8", 3, 8, 70_000, 37_000, 0, 500, 70_000, 37_000)
A4_2X7 = Sheet("a4-2x7", 2, 7, 99_100, 38_100, 4_650, 15_150, 101_600, 38_100)
A4_2X4 = Sheet("a4-2x4", 2, 4, 99_100, 67_700, 4_650, 13_100, 101_600, 67_700)
SHEETS = {sheet.name: sheet for sheet in (A4_3X8, A4_2X7, A4_2X4)}


@dataclass(frozen=True, slots=True)
class BagLabel:
    """Everything printed on one bag's label."""

    payload: str
    serial: str
    number: int
    count: int
    goods: str
    net_mass_g: int
    lot: str
    packer: str
    packed: date
    best_before: date
    is_demo: bool


@dataclass(frozen=True, slots=True)
class _Line:
    """One line of a label: words, size in points, and whether they stand out."""

    words: str
    size_pt: float
    is_strong: bool = False

    @property
    def font(self) -> str:
        """The name under which the font is registered."""
        return _STRONG if self.is_strong else _PLAIN


_INSET_UM = (
    2_000  # With the quiet zone, dark modules stay 5 mm clear of an edge no printer reaches.
)
_LEAST_WORDS_UM = 20_000
_LEAST_SIZE_PT = 4.5
_LEADING = 1.35  # Vietnamese stacks two marks on a vowel.
_DESCENT = 0.3  # Of the size, below the baseline.
_PLAIN, _STRONG = "BagLabel", "BagLabelStrong"
_GRAMS_PER_KILOGRAM = 1_000


def render_sheets(
    labels: Iterable[BagLabel],
    sheet: Sheet,
    out: BinaryIO,
    skip: int = 0,
    progress: Callable[[int], object] | None = None,
) -> int:
    """Write the PDF of a job and return its pages. ``skip`` leaves used labels of page one free.

    The same job gives the same bytes: the file carries no time of printing.
    """
    if not 0 <= skip < sheet.capacity:
        raise MalformedError("sheet_skip", skip=skip, capacity=sheet.capacity)
    _register_fonts()
    size = (_points(sheet.page_width_um), _points(sheet.page_height_um))
    canvas = Canvas(out, pagesize=size, invariant=1, pageCompression=1)
    canvas.setTitle("Tem bao gạo")
    place = skip - 1
    for place, label in enumerate(labels, start=skip):
        row, column = divmod(place % sheet.capacity, sheet.columns)
        if place > skip and row == column == 0:
            canvas.showPage()
        left = sheet.margin_left_um + column * sheet.pitch_x_um
        top = sheet.margin_top_um + row * sheet.pitch_y_um
        _draw_label(canvas, sheet, label, left, top)
        if progress is not None:
            progress(place - skip + 1)
    if place < skip:
        raise MalformedError("sheet_empty")
    canvas.showPage()
    canvas.save()
    return place // sheet.capacity + 1


def format_mass(net_mass_g: int) -> str:
    """Return a net mass as Vietnamese labels write it: ``5 kg``, ``2,5 kg``, ``12.480 kg``."""
    kilograms, grams = divmod(net_mass_g, _GRAMS_PER_KILOGRAM)
    whole = f"{kilograms:,}".replace(",", ".")
    part = f",{grams:03}".rstrip("0") if grams else ""
    return f"{whole}{part} kg"


def _draw_label(canvas: Canvas, sheet: Sheet, label: BagLabel, left_um: int, top_um: int) -> None:
    """Draw one label: the symbol at the left, the words beside it."""
    symbol = draw_symbol(label.payload)
    side_um = symbol.width_modules * MODULE_UM
    words_width = sheet.label_width_um - 2 * _INSET_UM - side_um
    if side_um > sheet.label_height_um or words_width < _LEAST_WORDS_UM:
        raise MalformedError(
            "symbol_too_large", width=side_um // 1000 + 1, height=sheet.label_height_um // 1000
        )
    symbol_top = top_um + (sheet.label_height_um - side_um) // 2
    _draw_symbol(canvas, sheet, symbol, left_um + _INSET_UM, symbol_top)
    words_left = left_um + _INSET_UM + side_um
    _draw_words(canvas, sheet, _lines(label), (words_left, top_um, words_width))


def _draw_symbol(canvas: Canvas, sheet: Sheet, symbol: Symbol, left_um: int, top_um: int) -> None:
    """Draw the modules as one filled shape on a white panel."""
    module = _points(MODULE_UM)
    side = module * symbol.width_modules
    left = _points(left_um)
    top = _points(sheet.page_height_um - top_um)
    canvas.setFillGray(1)
    canvas.rect(left, top - side, side, side, stroke=0, fill=1)
    canvas.setFillGray(0)
    path = canvas.beginPath()
    for x, y, length in dark_runs(symbol):
        path.rect(left + x * module, top - (y + 1) * module, length * module, module)
    canvas.drawPath(path, stroke=0, fill=1)


def _lines(label: BagLabel) -> list[_Line]:
    """Return the words of a label, in the order a buyer compares them with the bag."""
    host = label.payload.split("/")[2]
    lines = [
        _Line(label.goods, 9, is_strong=True),
        _Line(f"Khối lượng tịnh {format_mass(label.net_mass_g)}", 7.5),
        _Line(f"Lô {label.lot}", 7),
        _Line(f"Đóng gói {label.packed:%d/%m/%Y}", 7),
        _Line(f"HSD {label.best_before:%d/%m/%Y}", 7),
        _Line(f"Bao {_grouped(label.number)} / {_grouped(label.count)}", 7),
        _Line(f"Cơ sở đóng gói: {label.packer}", 7),
        _Line(format_code(label.serial), 9, is_strong=True),
        _Line(f"Kiểm tra: {host}", 6.5),
    ]
    if label.is_demo:
        lines.insert(0, _Line("Mẫu / demo", 7.5, is_strong=True))
    return lines


def _draw_words(
    canvas: Canvas, sheet: Sheet, lines: list[_Line], place_um: tuple[int, int, int]
) -> None:
    """Draw lines centred in the height of the label, all smaller by one factor if they must be."""
    left_um, top_um, width_um = place_um
    lines = [part for line in lines for part in _wrap(line, _points(width_um))]
    height = sum(line.size_pt for line in lines) * _LEADING
    scale = min(1.0, (_points(sheet.label_height_um) - 2 * mm) / height)
    middle = sheet.page_height_um - top_um - sheet.label_height_um // 2
    baseline = _points(middle) + height * scale / 2
    for line in lines:
        size_pt = line.size_pt * scale
        if size_pt < _LEAST_SIZE_PT:
            raise MalformedError("label_words_too_long", words=line.words)
        baseline -= size_pt * _LEADING
        canvas.setFont(line.font, size_pt)
        canvas.drawString(_points(left_um), baseline + size_pt * _DESCENT, line.words)


def _wrap(line: _Line, width: float) -> list[_Line]:
    """Return a line broken between words; a word wider than its label shrinks to the width."""
    parts = simpleSplit(line.words, line.font, line.size_pt, width)
    widest: float = max(pdfmetrics.stringWidth(part, line.font, line.size_pt) for part in parts)
    size_pt = line.size_pt * min(1.0, width / widest)
    return [_Line(part, size_pt, line.is_strong) for part in parts]


def _grouped(count: int) -> str:
    return f"{count:,}".replace(",", ".")


def _points(um: int) -> float:
    return um / 1000 * float(mm)


@cache
def _register_fonts() -> None:
    """Make the font known: drawn for Vietnamese, so that every marked vowel is in it."""
    files = resources.files("fontpkg_be_vietnam_pro") / "files"
    for name, file_name in ((_PLAIN, "BeVietnamPro-Regular"), (_STRONG, "BeVietnamPro-SemiBold")):
        with resources.as_file(files / f"{file_name}.ttf") as file:
            pdfmetrics.registerFont(TTFont(name, str(file)))
