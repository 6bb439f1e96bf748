"""QR symbols as matrices, and a matrix as PNG or SVG.

Symbols are drawn at level Q by the reference encoder. The size of a module is fixed first and the
symbol follows from it: at a fixed width a higher level only makes modules smaller and reads worse.
"""

from __future__ import annotations

import io
import re
from dataclasses import dataclass

import qrcode
from PIL import Image
from qrcode.exceptions import DataOverflowError
from qrcode.util import MODE_8BIT_BYTE, MODE_ALPHA_NUM, QRData

from ledger.errors import MalformedError

Matrix = tuple[tuple[bool, ...], ...]
"""Rows from the top, modules from the left; true is dark. The quiet zone is not part of it."""

QUIET_ZONE = 4
"""Modules that stay white on every side (ISO/IEC 18004 section 6.3.8)."""

MODULE_UM = 750
"""The smallest module printed: the target of 0.495 mm times 1.5 for capture by a camera."""

LARGEST_VERSION = 40
_UM_PER_INCH = 25_400
# Signs that QR packs two into eleven bits (ISO/IEC 18004 section 7.4.4).
_DENSE_TAIL = re.compile(r"[0-9A-Z $%*+\-./:]*\Z")


@dataclass(frozen=True, slots=True)
class Symbol:
    """A payload and the modules that say it."""

    payload: str
    matrix: Matrix

    @property
    def width_modules(self) -> int:
        """Modules on a side, with both quiet zones."""
        return len(self.matrix) + 2 * QUIET_ZONE


def draw_symbol(payload: str) -> Symbol:
    """Return the QR symbol of a payload, level Q.

    The payload is cut where its dense signs begin, always by the same rule, so that all bags of a
    batch get symbols of one version: an encoder that weighs every cut afresh would not promise it.
    """
    code = qrcode.QRCode(error_correction=qrcode.ERROR_CORRECT_Q, border=0)
    dense = _DENSE_TAIL.search(payload)
    assert dense is not None, "the tail may be empty, so it is always found"
    for text, mode in (
        (payload[: dense.start()], MODE_8BIT_BYTE),
        (payload[dense.start() :], MODE_ALPHA_NUM),
    ):
        if text:
            code.add_data(QRData(text.encode(), mode=mode), optimize=0)
    try:
        code.make(fit=True)
    except (DataOverflowError, ValueError) as error:
        raise MalformedError("symbol_too_long", length=len(payload)) from error
    return Symbol(payload, tuple(tuple(bool(dark) for dark in row) for row in code.modules))


def dots_per_module(dpi: int, module_um: int = MODULE_UM) -> int:
    """Return the whole dots a printer uses for one module: rounded up, never scaled."""
    return -(-module_um * dpi // _UM_PER_INCH)


def draw_bitmap(symbol: Symbol, dots: int) -> Image.Image:
    """Return the symbol with its quiet zone, each module ``dots`` wide, black on white."""
    width = symbol.width_modules
    small = Image.new("1", (width, width), 1)
    for y, row in enumerate(symbol.matrix, start=QUIET_ZONE):
        for x, dark in enumerate(row, start=QUIET_ZONE):
            if dark:
                small.putpixel((x, y), 0)
    return small.resize((width * dots, width * dots), Image.Resampling.NEAREST)


def render_png(symbol: Symbol, dpi: int = 300, module_um: int = MODULE_UM) -> bytes:
    """Return the symbol as PNG that prints at whole dots per module."""
    file = io.BytesIO()
    bitmap = draw_bitmap(symbol, dots_per_module(dpi, module_um))
    bitmap.save(file, "PNG", dpi=(dpi, dpi), optimize=True)
    return file.getvalue()


def render_svg(symbol: Symbol, module_um: int = MODULE_UM) -> str:
    """Return the symbol as SVG in millimetres, one path, readable inside any page."""
    width = symbol.width_modules
    size = f"{width * module_um / 1000:g}mm"
    runs = "".join(f"M{x} {y}h{length}v1h-{length}z" for x, y, length in dark_runs(symbol))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{size}" height="{size}" '
        f'viewBox="0 0 {width} {width}" shape-rendering="crispEdges">'
        f'<path fill="#fff" d="M0 0h{width}v{width}h-{width}z"/><path d="{runs}"/></svg>'
    )


def dark_runs(symbol: Symbol) -> list[tuple[int, int, int]]:
    """Return the dark stretches of every row as x, y, length, counted with the quiet zone."""
    runs = []
    for y, row in enumerate(symbol.matrix, start=QUIET_ZONE):
        text = "".join("#" if dark else " " for dark in row)
        runs += [
            (run.start() + QUIET_ZONE, y, run.end() - run.start())
            for run in re.finditer("#+", text)
        ]
    return runs
