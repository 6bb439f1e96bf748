"""Bag numbers as a lot file spells them: short, whether all of a lot is meant or bags all over it.

Nothing if there are none, else base64 of a byte that says how and then

```text
0   lengths: how many numbers from 1 on are not meant, how many then are, and so on; the last are.
    Each is seven bits a byte, the lowest first, the top bit set on all bytes but its last.
1   bits: number n is bit (n - 1) mod 8, from the lowest, of byte (n - 1) div 8; up to the last
    number that is meant.
```

Bits are written where that takes fewer bytes, so that numbers have one spelling: 50,000 bags all
over a lot of a million take 127 kB, and no million bags take more than 167 kB.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from ledger.errors import CODES, MalformedError, Words
from ledger.log import encoding

CODES |= {
    "lot_file_unreadable": Words(
        "This is no lot file as this version writes them: {what}.",
        "Đây không phải tệp lô theo cách bản này ghi: {what}.",
    ),
}

Range = tuple[int, int]
"""The first and the last of some numbers in a row."""

_LENGTHS, _BITS = b"\0", b"\1"
_LENGTH_BYTES_MAX = 4
"""As many as the largest batch takes."""


def spell_numbers(ranges: Iterable[Range]) -> str:
    """Return the text of numbers; ranges are in order and do not overlap."""
    joined = list(_joined(ranges))
    if not joined:
        return ""
    bits_bytes = (joined[-1][1] + 7) // 8
    lengths = _write_lengths(joined)
    data = _BITS + _write_bits(joined) if bits_bytes < len(lengths) else _LENGTHS + lengths
    return encoding.encode_base64(data)


def read_numbers(text: str, count: int) -> tuple[Range, ...]:
    """Return the numbers from 1 to ``count`` that a text spells, or refuse it."""
    if not text:
        return ()
    data = encoding.decode_base64(text)
    read = _read_bits if data[:1] == _BITS else _read_lengths
    ranges = tuple(_joined(read(data[1:])))
    if not ranges or ranges[-1][1] > count or spell_numbers(ranges) != text:
        raise _unreadable()
    return ranges


def _joined(ranges: Iterable[Range]) -> Iterator[Range]:
    """Yield ranges with those that touch made one."""
    begun: Range | None = None
    for first, last in ranges:
        if begun is not None and first <= begun[1] + 1:
            begun = begun[0], last
            continue
        if begun is not None:
            yield begun
        begun = first, last
    if begun is not None:
        yield begun


def _write_lengths(ranges: Sequence[Range]) -> bytes:
    written = bytearray()
    reached = 0
    for first, last in ranges:
        for length in (first - reached - 1, last - first + 1):
            left = length
            while left > 0x7F:  # noqa: PLR2004 seven bits
                written.append(left & 0x7F | 0x80)
                left >>= 7
            written.append(left)
        reached = last
    return bytes(written)


def _read_lengths(data: bytes) -> Iterator[Range]:
    reached = 0
    lengths = _lengths(data)
    for between in lengths:
        first = reached + between + 1
        reached = first + next(lengths, 0) - 1
        if reached < first:
            raise _unreadable()
        yield first, reached


def _lengths(data: bytes) -> Iterator[int]:
    length, place = 0, 0
    for byte in data:
        length |= (byte & 0x7F) << 7 * place
        place += 1
        if byte < 0x80:  # noqa: PLR2004 the last byte of a length
            yield length
            length, place = 0, 0
        elif place == _LENGTH_BYTES_MAX:
            raise _unreadable()
    if place:
        raise _unreadable()


def _write_bits(ranges: Sequence[Range]) -> bytes:
    last = ranges[-1][1]
    digits = bytearray(b"0" * last)
    for begin, end in ranges:
        digits[begin - 1 : end] = b"1" * (end - begin + 1)
    # A number is written with its highest digit first.
    digits.reverse()
    return int(digits, 2).to_bytes((last + 7) // 8, "little")


def _read_bits(data: bytes) -> Iterator[Range]:
    digits = f"{int.from_bytes(data, 'little'):b}"[::-1]
    for found in re.finditer("1+", digits):
        yield found.start() + 1, found.end()


def _unreadable() -> MalformedError:
    return MalformedError("lot_file_unreadable", what="bag numbers that are spelled otherwise")
