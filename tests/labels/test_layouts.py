from __future__ import annotations

from itertools import islice

import pytest

from ledger.errors import MalformedError
from ledger.labels.layouts import LAYOUTS, Layout, free_places, layout_named

A4_3X8 = LAYOUTS["a4-3x8"]


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS)
def test_labels_neither_leave_the_page_nor_overlap(layout: Layout) -> None:
    layout.check()
    assert layout_named(layout.name) is layout
    assert layout.margin_left_um >= 0
    assert layout.margin_top_um >= 0


@pytest.mark.parametrize(
    ("name", "labels", "label_mm"),
    [
        ("a4-3x8", 24, (70, 37)),
        ("a4-3x7", 21, (63.5, 38.1)),
        ("a4-2x7", 14, (99.1, 38.1)),
        ("a4-2x4", 8, (99.1, 67.7)),
        ("a6", 1, (105, 148)),
        ("roll-100x50", 1, (100, 50)),
        ("roll-100x75", 1, (100, 75)),
        ("roll-100x150", 1, (100, 150)),
    ],
)
def test_the_papers_of_the_trade(name: str, labels: int, label_mm: tuple[float, float]) -> None:
    layout = LAYOUTS[name]
    assert layout.capacity == labels
    assert (layout.label_width_um, layout.label_height_um) == tuple(mm * 1000 for mm in label_mm)


def test_sheets_stand_in_the_middle_of_the_page() -> None:
    for layout in LAYOUTS.values():
        left, top = layout.corner_um(layout.capacity - 1)
        right_margin = layout.page_width_um - left - layout.label_width_um
        bottom_margin = layout.page_height_um - top - layout.label_height_um
        assert right_margin == layout.margin_left_um, layout.name
        assert abs(bottom_margin - layout.margin_top_um) <= 100, layout.name


def test_a_grid_of_ones_own() -> None:
    grid = layout_named("3x8,label=64x33.9,at=7.2x12.5,pitch=66x33.9,page=210x297")
    assert (grid.columns, grid.rows, grid.capacity) == (3, 8, 24)
    assert grid.corner_um(0) == (7_200, 12_500)
    assert grid.corner_um(4) == (7_200 + 66_000, 12_500 + 33_900)
    plain = layout_named("2x2,label=100x140")
    assert plain.corner_um(3) == (100_000, 140_000)
    assert (plain.page_width_um, plain.page_height_um) == (210_000, 297_000)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "grid_unreadable"),
        ("a4-9x9", "grid_unreadable"),
        ("3x8", "grid_unreadable"),
        ("0x8,label=70x37", "grid_unreadable"),
        ("3x8,label=0x37", "grid_unreadable"),
        ("3x8,label=-70x37", "grid_unreadable"),
        ("3x8,label=70x37,pitch=70x37,at=0x0", "grid_unreadable"),
        ("3x8,label=70x37 ", "grid_unreadable"),
        ("3x8,label=1e1x37", "grid_unreadable"),
        ("٣x8,label=70x37", "grid_unreadable"),
        ("3x9,label=70x37", "grid_off_page"),
        ("3x8,label=70x37,at=1x0", "grid_off_page"),
        ("1x1,label=100x50,page=99x50", "grid_off_page"),
        ("3x8,label=70x37,pitch=69.999x37", "grid_overlaps"),
        ("3x8,label=60x37,pitch=60x36", "grid_overlaps"),
    ],
)
def test_a_grid_that_is_none(text: str, code: str) -> None:
    with pytest.raises(MalformedError) as refusal:
        layout_named(text)
    assert refusal.value.code == code


def test_used_places_are_left_free_on_the_first_page_only() -> None:
    sheet = LAYOUTS["a4-2x4"]
    assert list(islice(free_places(sheet), 10)) == [*range(10)]
    assert list(islice(free_places(sheet, skip=6), 4)) == [6, 7, 8, 9]
    assert list(islice(free_places(sheet, 1, {3, 8}), 7)) == [1, 3, 4, 5, 6, 8, 9]


@pytest.mark.parametrize(
    ("skip", "used", "code"),
    [
        (24, (), "sheet_skip"),
        (-1, (), "sheet_skip"),
        (0, (0,), "sheet_place"),
        (0, (25,), "sheet_place"),
        (2, range(3, 25), "sheet_full"),
    ],
)
def test_places_that_are_not_there(skip: int, used: tuple[int, ...], code: str) -> None:
    with pytest.raises(MalformedError) as refusal:
        free_places(A4_3X8, skip, used)
    assert refusal.value.code == code
