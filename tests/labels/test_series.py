from __future__ import annotations

import numpy as np
import pytest
import qrcode
from hypothesis import given, settings
from hypothesis import strategies as st
from qrcode.util import MODE_8BIT_BYTE, MODE_ALPHA_NUM, QRData

from ledger.labels.gate import read_symbols
from ledger.labels.prints import symbol_picture
from ledger.labels.series import SymbolSeries, pack, unpack
from ledger.labels.symbols import DENSE_SIGNS, QUIET_ZONE, draw_symbol
from ledger.labels.wording import link_start
from ledger.rice.labels import ALPHABET, LabelBatch
from tests.label_samples import START, series

SERIALS = st.text(ALPHABET, min_size=16, max_size=16)
HOSTS = st.from_regex(r"[a-z]{1,12}(\.[a-z]{2,9}){1,3}(:[0-9]{2,5})?", fullmatch=True)
LOTS = st.text("ABCXYZ0189-abcz/.", min_size=1, max_size=20)


def cut_by_hand(start: str, tail: str) -> list[QRData]:
    """The segments of a payload, found another way than `draw_symbol` finds them."""
    length = 0
    whole = start + tail
    while length + 2 <= len(whole) and all(sign in DENSE_SIGNS for sign in whole[-length - 2 :]):
        length += 2
    parts = [(whole[:-length], MODE_8BIT_BYTE), (whole[-length:], MODE_ALPHA_NUM)]
    return [QRData(text.encode(), mode=mode) for text, mode in parts if text]


def by_the_reference(series: SymbolSeries, tail: str) -> list[list[bool]]:
    code = qrcode.QRCode(
        version=series.drawing.version,
        error_correction=qrcode.ERROR_CORRECT_Q,
        mask_pattern=series.drawing.mask,
        border=QUIET_ZONE,
    )
    for segment in cut_by_hand(series.start, tail):
        code.add_data(segment, optimize=0)
    code.make(fit=False)
    return [[bool(dark) for dark in row] for row in code.get_matrix()]


@given(serials=st.lists(SERIALS, min_size=1, max_size=4))
@settings(max_examples=60, deadline=None)
def test_every_module_is_that_of_the_reference(serials: list[str]) -> None:
    drawn = unpack(series().draw(serials), series().width_modules)
    for serial, matrix in zip(serials, drawn, strict=True):
        assert matrix.tolist() == by_the_reference(series(), serial)


@given(host=HOSTS, lot=LOTS, serial=SERIALS)
@settings(max_examples=15, deadline=None)
def test_so_it_is_for_any_batch(host: str, lot: str, serial: str) -> None:
    batch = LabelBatch("09521234000303", lot, 1_000)
    made = SymbolSeries(link_start(batch, f"https://{host}"), 16)
    bits = made.draw([serial])[0]
    assert unpack(bits, made.width_modules).tolist() == by_the_reference(made, serial)
    read = read_symbols(symbol_picture(bits, made.width_modules, 6))
    assert read == [(made.start + serial).encode()]


@given(
    # Links are ASCII, serials 16 signs. `qrcode` cannot draw a block that is zero throughout, which
    # takes more zeros than a serial has.
    start=st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), max_size=60),
    tail=st.integers(1, 8).flatmap(
        lambda half: st.text(DENSE_SIGNS, min_size=2 * half, max_size=2 * half)
    ),
)
@settings(max_examples=15, deadline=None)
def test_so_it_is_for_any_beginning_and_any_dense_end(start: str, tail: str) -> None:
    made = SymbolSeries(start, len(tail))
    whole = draw_symbol(start + tail, made.drawing)
    assert np.array_equal(made.draw([tail])[0], pack(whole.matrix))


def test_one_bit_turns_over_the_same_modules_in_every_symbol() -> None:
    plain, one, other, both = unpack(
        series().draw(["0" * 16, "0" * 15 + "1", "1" + "0" * 15, "1" + "0" * 14 + "1"]),
        series().width_modules,
    )
    assert np.array_equal(plain ^ one ^ other, both)


@pytest.mark.parametrize("count", [0, 1, 2_500])
def test_symbols_come_in_order(count: int) -> None:
    serials = [f"{number:016}" for number in range(count)]
    drawn = series().draw(serials)
    assert drawn.shape == (count, 45, 6)
    for place in {0, count - 1} if count else ():
        symbol = draw_symbol(START + serials[place], series().drawing)
        assert np.array_equal(drawn[place], pack(symbol.matrix))
