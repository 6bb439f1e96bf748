"""The QR symbols of a whole batch at once.

With version, level and mask fixed, a symbol is an affine function of its data bits over GF(2): the
Reed-Solomon code (ISO/IEC 18004 section 7.5) is linear, placement moves bits about, and the mask
adds the same modules to every symbol. Payloads that differ only in their last signs, two dense
signs to eleven bits, are therefore all the sum of one symbol and one pattern for each bit that is
set. The reference encoder draws that symbol and, by changing one bit at a time, those patterns; the
rest is exclusive or.

All symbols of a series have one mask, the best for its base. The standard asks an encoder to choose
the best for every symbol; a decoder reads the mask from the symbol and does not mind.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ledger.labels.symbols import DENSE_SIGNS, QUIET_ZONE, Matrix, Symbol, draw_symbol

Bits = NDArray[np.uint8]
"""Modules packed eight to a byte, the left one first, 1 is dark, with the quiet zone on all sides;
every row begins a byte. One symbol has the axes row, byte; many have one more before these."""

_PAIR_BITS = 11
_PAIRS = len(DENSE_SIGNS) ** 2
_WORD_BYTES = 8
_VALUES = np.zeros(256, dtype=np.uint16)
_VALUES[list(DENSE_SIGNS.encode("ascii"))] = np.arange(len(DENSE_SIGNS), dtype=np.uint16)


class SymbolSeries:
    """The symbols of all payloads that begin alike and end in ``length`` dense signs, even."""

    def __init__(self, start: str, length: int) -> None:
        assert length > 0, "there is something to tell the symbols apart"
        assert length % 2 == 0, "whatever varies fills whole pairs"
        self.start = start
        self.length = length
        base = draw_symbol(start + DENSE_SIGNS[0] * length)
        self.drawing = base.drawing
        self.width_modules = base.width_modules
        self.row_bytes = -(-base.width_modules // 8)
        plain = self._words(base)
        self._tables = [
            self._table([self._pattern(plain, pair, bit) for bit in range(_PAIR_BITS)])
            for pair in range(length // 2)
        ]
        self._tables[0] ^= plain

    def draw(self, tails: Sequence[str]) -> Bits:
        """Return the symbols of payloads by their ends; 4,000 at a time keep memory small."""
        signs = np.frombuffer("".join(tails).encode("ascii"), dtype=np.uint8)
        values = _VALUES[signs].reshape(len(tails), self.length // 2, 2)
        pairs = values[:, :, 0] * len(DENSE_SIGNS) + values[:, :, 1]
        words = self._tables[0][pairs[:, 0]]
        for place, table in enumerate(self._tables[1:], start=1):
            words ^= table[pairs[:, place]]
        rows = (self.width_modules, self.row_bytes)
        packed: Bits = words.view(np.uint8)[:, : rows[0] * rows[1]]
        return packed.reshape(len(tails), *rows)

    def _pattern(self, plain: NDArray[np.uint64], pair: int, bit: int) -> NDArray[np.uint64]:
        """Return the modules that turn over with one bit of one pair."""
        left, right = divmod(1 << bit, len(DENSE_SIGNS))
        tail = [DENSE_SIGNS[0]] * self.length
        tail[2 * pair : 2 * pair + 2] = DENSE_SIGNS[left], DENSE_SIGNS[right]
        symbol = draw_symbol(self.start + "".join(tail), self.drawing)
        assert symbol.width_modules == self.width_modules, "as long a payload is as large a symbol"
        return self._words(symbol) ^ plain

    def _table(self, patterns: Sequence[NDArray[np.uint64]]) -> NDArray[np.uint64]:
        """Return the sums of the patterns for every pair of signs, by the number QR gives it."""
        table = np.zeros((1 << _PAIR_BITS, len(patterns[0])), dtype=np.uint64)
        for bit, pattern in enumerate(patterns):
            table[1 << bit : 2 << bit] = table[: 1 << bit] ^ pattern
        return table[:_PAIRS].copy()

    def _words(self, symbol: Symbol) -> NDArray[np.uint64]:
        """Return a symbol's bits in one row, filled up to whole words."""
        packed = pack(symbol.matrix).reshape(-1)
        filled = np.zeros(-(-packed.size // _WORD_BYTES) * _WORD_BYTES, dtype=np.uint8)
        filled[: packed.size] = packed
        return filled.view(np.uint64)


def pack(matrix: Matrix) -> Bits:
    """Return a matrix as bits, with its quiet zone."""
    return np.packbits(np.pad(np.array(matrix, dtype=np.bool_), QUIET_ZONE), axis=1)


def unpack(bits: Bits, width_modules: int) -> NDArray[np.bool_]:
    """Return the modules of a symbol or of many, true is dark, with the quiet zone."""
    return np.unpackbits(bits, axis=-1)[..., :width_modules].astype(np.bool_)
