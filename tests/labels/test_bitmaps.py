from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from ledger.labels.bitmaps import Painter, render_png
from ledger.labels.design import arrange
from ledger.labels.gate import read_symbols
from ledger.labels.layouts import LAYOUTS, SYMBOL, Layout
from ledger.labels.prints import symbol_picture
from tests.label_samples import LONG, payload, prints

ROLLS = [layout for layout in LAYOUTS.values() if layout.capacity == 1]


@pytest.mark.parametrize("layout", ROLLS, ids=lambda layout: layout.name)
@pytest.mark.parametrize(("dpi", "dots"), [(203, 6), (300, 9), (600, 18)])
def test_a_label_in_dots_reads_back(layout: Layout, dpi: int, dots: int) -> None:
    painter = Painter(arrange(LONG, layout, 45, module_um=750, dpi=dpi), dpi)
    one = prints(1)[0]
    picture = painter.paint(one)
    height, width = picture.shape
    assert width == round(layout.label_width_um * dpi / 25_400)
    assert height == round(layout.label_height_um * dpi / 25_400)
    assert set(np.unique(picture)) == {0, 255}
    assert read_symbols(picture) == [payload(one)]
    symbol = next(painter.patches(one))
    assert np.array_equal(symbol.picture, symbol_picture(one.bits, 45, dots))
    bottom, right = symbol.top + 45 * dots, symbol.left + 45 * dots
    assert np.array_equal(picture[symbol.top : bottom, symbol.left : right], symbol.picture)


def test_words_stay_off_the_edges() -> None:
    for layout in ROLLS:
        picture = Painter(arrange(LONG, layout, 45, dpi=203), 203).paint(prints(1)[0])
        for edge in (picture[:4], picture[-4:], picture[:, :8], picture[:, -8:]):
            assert edge.min() == 255, layout.name


def test_labels_differ_in_symbol_number_and_code_only() -> None:
    painter = Painter(arrange(LONG, LAYOUTS["roll-100x75"], 45, dpi=203), 203)
    first, second = prints(2)
    is_changed = painter.paint(first) != painter.paint(second)
    for one in (first, second):
        for patch in painter.patches(one):
            height, width = patch.picture.shape
            is_changed[patch.top : patch.top + height, patch.left : patch.left + width] = False
    assert not is_changed.any()


def test_png_is_one_bit_to_a_dot_and_says_its_size() -> None:
    one = prints(1)[0]
    painter = Painter(arrange(LONG, SYMBOL, 45, dpi=203), 203)
    picture = Image.open(io.BytesIO(render_png(painter.paint(one), 203)))
    assert picture.size == (45 * 6, 45 * 6)
    assert picture.mode == "1"
    assert [round(value) for value in picture.info["dpi"]] == [203, 203]
    assert read_symbols(np.array(picture.convert("L"))) == [payload(one)]
