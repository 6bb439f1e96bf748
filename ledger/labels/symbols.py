"""One QR symbol, drawn by the reference encoder at level Q.

The size of a module is fixed first and the symbol follows from it: at a fixed width a higher level
only makes modules smaller and reads worse. Symbols of a whole batch are `series`; both cut a
payload by the same rule, so both draw the same modules.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import qrcode
from qrcode.exceptions import DataOverflowError
from qrcode.util import MODE_8BIT_BYTE, MODE_ALPHA_NUM, QRData

from ledger.labels.refusals import MalformedError

Matrix = tuple[tuple[bool, ...], ...]
"""Rows from the top, modules from the left; true is dark. The quiet zone is not part of it."""

QUIET_ZONE = 4
"""Modules that stay white on every side (ISO/IEC 18004 section 6.3.8)."""

MODULE_UM = 750
"""The module printed unless another is asked for: GS1's target of 0.495 mm, times 1.5 for capture
by a camera."""

LEAST_MODULE_UM = 396
"""The smallest module that GS1 allows. Below `MODULE_UM` phones need more light and patience."""

DENSE_SIGNS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
"""Signs that QR packs two into eleven bits, by their values (ISO/IEC 18004 table 5)."""

_UM_PER_INCH = 25_400
_DENSE_TAIL = re.compile(r"(?:[0-9A-Z $%*+\-./:]{2})*\Z")


@dataclass(frozen=True, slots=True)
class Drawing:
    """How the modules of a payload are placed: what a symbol's format and size information say."""

    version: int
    mask: int


@dataclass(frozen=True, slots=True)
class Symbol:
    """A payload and the modules that say it."""

    payload: str
    matrix: Matrix
    drawing: Drawing

    @property
    def width_modules(self) -> int:
        """Modules on a side, with both quiet zones."""
        return len(self.matrix) + 2 * QUIET_ZONE


def draw_symbol(payload: str, drawing: Drawing | None = None) -> Symbol:
    """Return the QR symbol of a payload, level Q: the smallest, in its best mask, if none is given.

    The payload is cut where its dense signs begin, always by the same rule, so that all bags of a
    batch get symbols of one version: an encoder that weighs every cut afresh would not promise it.
    The dense signs are even in number, so that whatever ends the payload fills whole pairs.
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
        code.best_fit(start=drawing.version if drawing else None)
        drawing = drawing or Drawing(code.version, code.best_mask_pattern())
        code.mask_pattern = drawing.mask
        code.make(fit=False)
    except (DataOverflowError, ValueError) as error:
        raise MalformedError("symbol_too_long", length=len(payload)) from error
    matrix = tuple(tuple(bool(dark) for dark in row) for row in code.modules)
    return Symbol(payload, matrix, drawing)


def dots_per_module(dpi: int, module_um: float = MODULE_UM) -> int:
    """Return the whole dots a printer uses for one module: rounded up, never scaled.

    Half a micrometre is let go, so that what has been rounded up once stays as it is.
    """
    return max(1, -int(-(module_um - 0.5) * dpi // _UM_PER_INCH))
