"""The labels of a job on their way to the printer: each bag with its symbol, in order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from ledger.labels.series import Bits, SymbolSeries, unpack
from ledger.labels.wording import Bag

_AT_ONCE = 1_000

Picture = NDArray[np.uint8]
"""Dots, row by row from the top: 0 is black, 255 is white."""


@dataclass(frozen=True, slots=True)
class Print:
    """A bag's label: what it says of this bag alone, and its symbol."""

    bag: Bag
    bits: Bits


def draw_prints(series: SymbolSeries, bags: Iterable[Bag]) -> Iterator[Print]:
    """Yield the labels of bags, their symbols drawn a thousand at a time."""
    bags = iter(bags)
    while chunk := list(islice(bags, _AT_ONCE)):
        drawn = series.draw([bag.serial for bag in chunk])
        for bag, bits in zip(chunk, drawn, strict=True):
            yield Print(bag, bits)


def symbol_picture(bits: Bits, width_modules: int, dots: int) -> Picture:
    """Return a symbol with its quiet zone, each module ``dots`` wide."""
    light = np.where(unpack(bits, width_modules), np.uint8(0), np.uint8(255))
    return light.repeat(dots, axis=1).repeat(dots, axis=0)  # Whole rows are copied faster.
