from __future__ import annotations

import io
from dataclasses import replace
from functools import cache

import numpy as np
import pypdfium2  # type: ignore[import-untyped]
import pytest

from ledger.errors import MalformedError
from ledger.labels.design import arrange
from ledger.labels.gate import LOWEST_DPI, read_symbols
from ledger.labels.layouts import LAYOUTS, Layout, layout_named
from ledger.labels.prints import symbol_picture
from ledger.labels.sheets import render_sheets
from ledger.labels.wording import BatchWords
from ledger.rice.labels import format_code
from tests.label_samples import LONG, USUAL, payload, prints

COUNT = 26
GRIDS = [
    layout_named("2x5,label=90x40,at=10x20,pitch=95x50"),
    layout_named("1x1,label=80x60,page=80x60"),
]
PAPERS = {**LAYOUTS, "grid": GRIDS[0], "own roll": GRIDS[1]}


@cache
def pdf(
    layout: Layout,
    words: BatchWords = USUAL,
    count: int = COUNT,
    skip: int = 0,
    used: tuple[int, ...] = (),
    copies: int = 1,
) -> bytes:
    out = io.BytesIO()
    design = arrange(words, layout, 45)
    pages = render_sheets(prints(count), design, out, skip, used, copies)
    assert len(pypdfium2.PdfDocument(out.getvalue())) == pages
    return out.getvalue()


def printed(data: bytes) -> list[list[bytes]]:
    """Return what the symbols say, page by page, as the coarsest printer would print them."""
    pages = pypdfium2.PdfDocument(data)
    return [read_symbols(np.array(page.render(scale=LOWEST_DPI / 72).to_pil())) for page in pages]


@pytest.mark.parametrize("layout", PAPERS.values(), ids=PAPERS)
@pytest.mark.parametrize("words", [USUAL, LONG], ids=["usual", "long"])
def test_every_symbol_reads_back_from_the_page_itself(layout: Layout, words: BatchWords) -> None:
    read = printed(pdf(layout, words))
    expected = [payload(one) for one in prints(COUNT)]
    for page, said in enumerate(read):
        there = expected[page * layout.capacity : (page + 1) * layout.capacity]
        assert sorted(said) == sorted(there)
    assert sum(map(len, read)) == COUNT


def test_a_symbol_on_the_page_is_drawn_to_the_dot() -> None:
    """A printer of 203.2 dots to an inch puts a module of 1.5 mm on exactly twelve of them."""
    page = pypdfium2.PdfDocument(pdf(LAYOUTS["a6"], count=1))[0]
    # A hair less, or rounding up would give the picture one more row and stretch it.
    drawn = np.array(page.render(scale=(203.2 - 1e-4) / 72).to_pil().convert("L"))
    design = arrange(USUAL, LAYOUTS["a6"], 45)
    top, left = (round(um / 125) for um in (design.symbol_top_um, design.symbol_left_um))
    expected = symbol_picture(prints(1)[0].bits, 45, 12)
    assert np.array_equal(drawn[top : top + 540, left : left + 540], expected)


@pytest.mark.parametrize("layout", PAPERS.values(), ids=PAPERS)
def test_a_label_says_what_a_buyer_compares(layout: Layout) -> None:
    page = pypdfium2.PdfDocument(pdf(layout, count=1))[0]
    words = " ".join(page.get_textpage().get_text_range().split())
    for expected in (
        "Mẫu / demo",
        "Gạo thơm OM18 phát thải thấp",
        "Khối lượng tịnh 5 kg",
        "Lô DX26-0001",
        "Đóng gói 22/03/2026",
        "HSD 22/03/2027",
        "Bao 1 / 1.000",
        "HTX Nông nghiệp Kênh Xáng",
        "Nhãn Gạo phát thải thấp, số QD-DX26-001",
        format_code(prints(1)[0].bag.serial),
        "gao.example.vn",
    ):
        assert expected in words, expected


def test_only_a_demo_says_demo_and_only_the_mark_says_mark() -> None:
    plain = replace(USUAL, is_demo=False, mark="")
    page = pypdfium2.PdfDocument(pdf(LAYOUTS["a4-3x8"], plain, 1))[0]
    words = page.get_textpage().get_text_range()
    assert "demo" not in words
    assert "Nhãn" not in words


def test_used_labels_stay_white() -> None:
    data = pdf(LAYOUTS["a4-2x4"], count=3, skip=2, used=(4, 6))
    picture = np.array(pypdfium2.PdfDocument(data)[0].render(scale=1).to_pil().convert("L"))
    height, width = picture.shape
    is_white = [
        picture[row * height // 4 : (row + 1) * height // 4][
            :, column * width // 2 : (column + 1) * width // 2
        ].min()
        == 255
        for row in range(4)
        for column in range(2)
    ]
    assert is_white == [True, True, False, True, False, True, False, True]


def test_copies_of_a_label_follow_each_other() -> None:
    read = printed(pdf(LAYOUTS["roll-100x50"], count=3, copies=2))
    assert read == [[payload(one)] for one in prints(3) for _ in range(2)]


def test_pages_have_the_size_of_the_paper_and_ask_not_to_be_scaled() -> None:
    for name, size_mm in (("a4-3x8", (210, 297)), ("roll-100x75", (100, 75))):
        data = pdf(LAYOUTS[name], count=1)
        width, height = pypdfium2.PdfDocument(data)[0].get_size()
        assert (width, height) == pytest.approx([mm * 72 / 25.4 for mm in size_mm], abs=0.01)
        assert b"/PrintScaling/None" in data


def test_the_same_job_gives_the_same_bytes() -> None:
    assert pdf(LAYOUTS["a4-3x8"]) == pdf.__wrapped__(LAYOUTS["a4-3x8"])


@pytest.mark.parametrize(("skip", "code"), [(24, "sheet_skip"), (-1, "sheet_skip")])
def test_a_sheet_that_has_no_such_place(skip: int, code: str) -> None:
    with pytest.raises(MalformedError) as refusal:
        pdf(LAYOUTS["a4-3x8"], skip=skip)
    assert refusal.value.code == code
