"""Labels for thermal printers that speak ZPL II, as pictures: the words too.

Words go as dots because printers lack Vietnamese letters, and because a picture reads back here as
it will be printed. ``^GFA`` takes 99,999 bytes, so a large picture goes in bands; rows are written
by the compression that the Programming Guide gives for it ("Alternative Data Compression Scheme").
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

import numpy as np
from numpy.typing import NDArray

from ledger.labels.bitmaps import Painter, Patch
from ledger.labels.prints import Print

LARGEST_FIELD_BYTES = 99_999

_RUN = re.compile(r"(.)\1+")
_REST_WHITE = re.compile(r"0{2,}\Z")
_REST_BLACK = re.compile(r"F{2,}\Z")
_ONES = "GHIJKLMNOPQRSTUVWXY"
_TWENTIES = "ghijklmnopqrstuvwxyz"
_TWENTY = 20
_MOST = len(_TWENTIES) * _TWENTY


class ZplWriter:
    """Writes the labels of a painter. What they have in common is spelled once."""

    def __init__(self, painter: Painter) -> None:
        self._painter = painter
        height, width = painter.fixed.shape
        self._start = f"^XA^PW{width}^LL{height}^LH0,0"
        self._fixed = "".join(fields(Patch(0, 0, painter.fixed)))

    def render(self, one: Print, copies: int = 1) -> bytes:
        """Return the commands that print one label so many times."""
        own = "".join(field for patch in self._painter.patches(one) for field in fields(patch))
        return f"{self._start}^PQ{copies}\n{self._fixed}{own}^XZ\n".encode("ascii")


def fields(patch: Patch) -> Iterator[str]:
    """Yield the fields that print a patch, none larger than a printer takes."""
    rows = np.packbits(patch.picture == 0, axis=1)
    most = LARGEST_FIELD_BYTES // rows.shape[1]
    for start in range(0, len(rows), most):
        band = rows[start : start + most]
        if band.any():
            place, size = f"{patch.left},{patch.top + start}", band.size
            spelled = "".join(_spelled(band))
            yield f"^FO{place}^GFA,{size},{size},{band.shape[1]},{spelled}^FS\n"


def _spelled(band: NDArray[np.uint8]) -> Iterator[str]:
    """Yield the rows of a band, a row like the one above as a colon."""
    above = b""
    for row in band:
        data = row.tobytes()
        yield ":" if data == above else _shortened(data.hex().upper())
        above = data


def _shortened(digits: str) -> str:
    """Return a row's digits with repetitions counted and what stays white or black cut off."""
    tail = ""
    for rest, sign in ((_REST_WHITE, ","), (_REST_BLACK, "!")):
        cut = rest.sub("", digits)
        if cut != digits:
            digits, tail = cut, sign
            break
    return _RUN.sub(lambda run: _counted(len(run[0]), run[1]), digits) + tail


@cache
def _counted(left: int, digit: str) -> str:
    """Return a digit after how often it comes: letters for 1 to 19, and for 20 to 400 by 20."""
    signs = ""
    while left:
        taken = min(left, _MOST)
        left -= taken
        twenties, ones = divmod(taken, _TWENTY)
        signs += (_TWENTIES[twenties - 1] if twenties else "") + (_ONES[ones - 1] if ones else "")
        signs += digit
    return signs
