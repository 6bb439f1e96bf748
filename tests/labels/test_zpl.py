from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.labels.bitmaps import Painter, Patch
from ledger.labels.design import arrange
from ledger.labels.gate import read_symbols
from ledger.labels.layouts import LAYOUTS
from ledger.labels.prints import Picture
from ledger.labels.zpl import LARGEST_FIELD_BYTES, ZplWriter, fields
from tests.label_samples import LONG, payload, prints

LABEL = re.compile(
    r"\^XA\^PW(\d+)\^LL(\d+)\^LH0,0\^PQ(\d+)\n((?:\^FO\d+,\d+\^GFA,[^^]+\^FS\n)*)\^XZ\n"
)
FIELD = re.compile(r"\^FO(\d+),(\d+)\^GFA,(\d+),(\d+),(\d+),([^^]+)\^FS\n")
TIMES = {sign: count for count, sign in enumerate("GHIJKLMNOPQRSTUVWXY", start=1)} | {
    sign: 20 * count for count, sign in enumerate("ghijklmnopqrstuvwxyz", start=1)
}


def unspelled(text: str, row_bytes: int) -> list[str]:
    """Return the rows that a printer reads: hexadecimal digits, two to a byte."""
    rows: list[str] = []
    row, times = "", 0
    for sign in text:
        if sign == ":":
            assert not row
            rows.append(rows[-1])
        elif sign in ",!":
            rows.append(row.ljust(2 * row_bytes, "0" if sign == "," else "F"))
            row = ""
        elif sign in TIMES:
            times += TIMES[sign]
        else:
            row, times = row + sign * (times or 1), 0
            if len(row) == 2 * row_bytes:
                rows.append(row)
                row = ""
    assert (row, times) == ("", 0)
    return rows


def lay(picture: Picture, commands: str) -> None:
    """Print fields on a label as a printer does: black stays black."""
    for left, top, size, total, row_bytes, text in FIELD.findall(commands):
        assert int(size) == int(total) <= LARGEST_FIELD_BYTES
        rows = unspelled(text, int(row_bytes))
        assert all(len(row) == 2 * int(row_bytes) for row in rows)
        assert len(rows) * int(row_bytes) == int(size)
        dots = np.unpackbits(np.array([[*bytes.fromhex(row)] for row in rows], np.uint8), axis=1)
        height, width = dots.shape
        over = picture[int(top) : int(top) + height, int(left) : int(left) + width]
        over[dots[: over.shape[0], : over.shape[1]] == 1] = 0
        assert not dots[:, over.shape[1] :].any(), "only padding hangs over"
        assert over.shape[0] == height


def printed(commands: bytes) -> tuple[Picture, int]:
    """Return the label that a printer makes of commands, and how many of it."""
    label = LABEL.fullmatch(commands.decode("ascii"))
    assert label is not None, "nothing else is sent"
    width, height, copies, inner = label.groups()
    picture = np.full((int(height), int(width)), 255, np.uint8)
    lay(picture, inner)
    return picture, int(copies)


@pytest.mark.parametrize(
    ("name", "dpi"),
    [("roll-100x50", 203), ("roll-100x75", 300), ("roll-100x150", 203), ("roll-100x150", 300)],
)
def test_a_printer_makes_the_same_label_and_it_reads_back(name: str, dpi: int) -> None:
    painter = Painter(arrange(LONG, LAYOUTS[name], 45, dpi=dpi), dpi)
    writer = ZplWriter(painter)
    for one in prints(3):
        picture, copies = printed(writer.render(one, 2))
        assert copies == 2
        assert np.array_equal(picture, painter.paint(one))
        assert read_symbols(picture) == [payload(one)]


def test_a_large_picture_goes_in_bands() -> None:
    black = np.zeros((1_772, 1_181), np.uint8)
    bands = list(fields(Patch(0, 0, black)))
    assert len(bands) == 3
    picture = np.full_like(black, 255)
    lay(picture, "".join(bands))
    assert not picture.any()


def test_what_is_white_is_not_sent() -> None:
    assert list(fields(Patch(5, 7, np.full((300, 300), 255, np.uint8)))) == []


@given(
    rows=st.lists(st.binary(min_size=60, max_size=60), min_size=1, max_size=5),
    fills=st.lists(st.tuples(st.integers(0, 4), st.integers(0, 480), st.booleans()), max_size=6),
)
def test_any_picture_survives_the_spelling(
    rows: list[bytes], fills: list[tuple[int, int, bool]]
) -> None:
    dots = np.unpackbits(np.array([[*row] for row in rows], np.uint8), axis=1)
    for row, start, is_black in fills:
        dots[row % len(rows), start:] = is_black
    picture = np.where(dots == 1, np.uint8(0), np.uint8(255))
    again = np.full_like(picture, 255)
    lay(again, "".join(fields(Patch(0, 0, picture))))
    assert np.array_equal(again, picture)


def test_the_example_of_the_guide() -> None:
    """A frame of 24 x 3 dots, in the plain spelling and in ours."""
    assert unspelled("FFFFFF800001FFFFFF", 3) == ["FFFFFF", "800001", "FFFFFF"]
    assert unspelled("!8J01!", 3) == ["FFFFFF", "800001", "FFFFFF"]
    frame = np.zeros((3, 24), np.uint8)
    frame[1, 1:-1] = 255
    assert list(fields(Patch(40, 40, frame))) == ["^FO40,40^GFA,9,9,3,!8J01!^FS\n"]
