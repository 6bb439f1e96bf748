"""The gate before the printer: what is drawn is read back before anybody may print it.

A job passes only if an independent decoder finds exactly the payload in every symbol, at the
resolution of the printer. One that does not read stops the whole job: a roll with a gap in it is
noticed in the field, when it is too late.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import zxingcpp
from PIL import Image

from ledger.errors import RefusedError
from ledger.labels.symbols import Symbol, dots_per_module, draw_bitmap

LOWEST_DPI = 203
"""Thermal printers at a mill: six dots per module. What reads there reads on finer ones."""

_QR_ONLY = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)


def check_job(
    symbols: Iterable[Symbol],
    dpi: int = LOWEST_DPI,
    progress: Callable[[int], object] | None = None,
) -> int:
    """Return how many symbols were read back; raise at the first that does not say its payload."""
    count = 0
    dots = dots_per_module(dpi)
    for count, symbol in enumerate(symbols, start=1):
        check_bitmap(draw_bitmap(symbol, dots), symbol.payload)
        if progress is not None:
            progress(count)
    return count


def check_bitmap(bitmap: Image.Image, payload: str) -> None:
    """Raise unless a drawn symbol reads as exactly this payload."""
    if read_symbols(bitmap) != [payload.encode()]:
        raise RefusedError("symbol_unread", payload=payload)


def read_symbols(picture: Image.Image) -> list[bytes]:
    """Return what every QR symbol in a picture says, in no promised order."""
    found = zxingcpp.read_barcodes(picture.convert("L"), formats=_QR_ONLY)
    return [symbol.bytes for symbol in found]
