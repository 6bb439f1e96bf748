"""The gate before the printer: what is drawn is read back before anybody may print it.

A job passes only if an independent decoder finds exactly the payload in every symbol, at the
resolution of the printer. One that does not read stops the whole job: a roll with a gap in it is
noticed in the field, when it is too late. Of a big job it may be enough to read some.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

import zxingcpp

from ledger.labels.prints import Picture, Print, symbol_picture
from ledger.labels.refusals import RefusedError
from ledger.labels.series import SymbolSeries

LOWEST_DPI = 203
"""Thermal printers at a mill: six dots per module. What reads there reads on finer ones."""

FULL_UP_TO = 10_000
"""Labels of a job of which every symbol is read back, unless less is asked for."""

SAMPLE = 1_000
"""Symbols read back of a bigger job: if one in 300 did not read, few samples would miss it."""

Chosen = Callable[[int], bool]
"""Tells of a place in the job, counted from 0, whether its symbol is read back."""

_QR_ONLY = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)


def every(_place: int) -> bool:
    """Choose every label."""
    return True


def sample_of(count: int, wanted: int = SAMPLE) -> Chosen:
    """Choose so many labels evenly over a job, the first and the last among them."""
    return lambda place: place == count - 1 or place * wanted % count < wanted


def read_back(
    prints: Iterable[Print], series: SymbolSeries, dots: int, chosen: Chosen = every
) -> Iterator[Print]:
    """Pass labels on, each after its symbol was read back; raise at one that does not read."""
    for place, one in enumerate(prints):
        if chosen(place):
            check_picture(symbol_picture(one.bits, series.width_modules, dots), one, series.start)
        yield one


def check_picture(picture: Picture, one: Print, link_start: str) -> None:
    """Raise unless a picture has one symbol, and it reads as exactly the bag's link."""
    payload = link_start + one.bag.serial
    if read_symbols(picture) != [payload.encode()]:
        raise RefusedError("symbol_unread", number=one.bag.number, payload=payload)


def read_symbols(picture: Picture) -> list[bytes]:
    """Return what every QR symbol in a picture says, in no promised order."""
    return [found.bytes for found in zxingcpp.read_barcodes(picture, formats=_QR_ONLY)]
