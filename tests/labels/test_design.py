from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.errors import MalformedError
from ledger.labels.design import LEAST_SIZE_PT, UM_PER_POINT, Design, Text, arrange
from ledger.labels.layouts import LAYOUTS, SYMBOL, Layout, layout_named
from ledger.labels.symbols import MODULE_UM
from ledger.labels.wording import Bag, BatchWords
from tests.label_samples import LONG, USUAL, bags

WIDTH = 45
A4_3X8 = LAYOUTS["a4-3x8"]
WORDS = st.text("Gạo thơm Ơ Ữ ẫ WMijl", min_size=1, max_size=70).map(lambda text: f"G{text}o")


def texts(design: Design, bag: Bag) -> list[Text]:
    return [*design.fixed, *design.varying(bag)]


def check_on_the_label(design: Design) -> None:
    """Every word is on the label, beside or below the panel of the symbol, and legible."""
    layout = design.layout
    assert design.symbol_left_um >= 0
    assert design.symbol_top_um >= 0
    assert design.symbol_left_um + design.symbol_um <= layout.label_width_um
    assert design.symbol_top_um + design.symbol_um <= layout.label_height_um
    widest = Bag(10**6 - 1, "W" * 16)
    for text in (*texts(design, next(bags(1, 1))), *design.varying(widest)):
        right = text.left_um + text.font.width(text.words, text.size_um)
        assert right <= layout.label_width_um - 1_900, text.words
        assert text.baseline_um + 0.25 * text.size_um <= layout.label_height_um
        assert text.baseline_um - text.size_um >= 0
        is_beside = text.left_um >= design.symbol_left_um + design.symbol_um
        is_below = text.baseline_um - text.size_um >= design.symbol_top_um + design.symbol_um
        assert is_beside or is_below, text.words
    assert all(text.size_um > LEAST_SIZE_PT * UM_PER_POINT - 1 for text in design.fixed)


def check_apart(design: Design) -> None:
    """No line touches the one above."""
    lines = sorted(texts(design, next(bags(1, 1))), key=lambda text: text.baseline_um)
    for above, below in pairwise(lines):
        assert below.baseline_um - above.baseline_um >= below.size_um


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS)
@pytest.mark.parametrize("words", [USUAL, LONG], ids=["usual", "long"])
@pytest.mark.parametrize("dpi", [None, 203, 300])
def test_every_paper_holds_the_words(layout: Layout, words: BatchWords, dpi: int | None) -> None:
    design = arrange(words, layout, WIDTH, dpi=dpi)
    assert design.module_um >= MODULE_UM
    check_on_the_label(design)
    check_apart(design)


@given(goods=WORDS, packer=WORDS, count=st.integers(1, 10**6))
@settings(max_examples=40, deadline=None)
def test_words_fit_or_are_refused(goods: str, packer: str, count: int) -> None:
    words = replace(USUAL, goods=goods, packer=packer, count=count)
    try:
        design = arrange(words, A4_3X8, WIDTH)
    except MalformedError as refusal:
        assert refusal.code == "label_words_too_long"  # noqa: PT017  (either outcome is right)
        return
    check_on_the_label(design)
    check_apart(design)


def test_more_room_gives_larger_words_and_modules() -> None:
    small, large = (arrange(USUAL, LAYOUTS[name], WIDTH) for name in ("a4-3x8", "a6"))
    assert large.fixed[0].size_um > 2 * small.fixed[0].size_um
    assert (small.module_um, large.module_um) == (750, 1_500)


def test_a_module_is_whole_dots_of_the_printer_and_never_smaller_than_asked() -> None:
    for dpi, dots in ((203, 6), (300, 9), (600, 18)):
        module_um = arrange(USUAL, A4_3X8, WIDTH, dpi=dpi).module_um
        assert module_um * dpi / 25_400 == pytest.approx(dots)
    assert arrange(USUAL, A4_3X8, WIDTH).module_um == MODULE_UM


def test_a_larger_symbol_falls_back_to_the_usual_module_unless_another_was_asked_for() -> None:
    paper = LAYOUTS["roll-100x75"]
    assert arrange(USUAL, paper, 73).module_um == 1_000
    assert arrange(USUAL, paper, 77).module_um == 750
    with pytest.raises(MalformedError):
        arrange(USUAL, paper, 77, module_um=1_000)


def test_the_symbol_alone_is_as_large_as_it_comes() -> None:
    design = arrange(USUAL, SYMBOL, WIDTH, dpi=203)
    assert design.layout.label_width_um == round(45 * 6 * 25_400 / 203)
    assert texts(design, next(bags(1, 1))) == []


def test_a_long_line_is_broken_into_even_parts() -> None:
    design = arrange(USUAL, A4_3X8, WIDTH)
    goods = [text.words for text in design.fixed if text.is_strong][1:3]
    assert goods == ["Gạo thơm OM18", "phát thải thấp"]


def test_marks_apart_from_their_vowel_are_one_letter_on_paper() -> None:
    apart = replace(USUAL, goods="Ga\u0323o the\u0302\u0301 thơm")
    assert arrange(apart, A4_3X8, WIDTH).fixed[1].words == "Gạo thế thơm"


@pytest.mark.parametrize(
    ("changed", "paper", "modules", "module_um", "code"),
    [
        ({}, "a4-3x8", 61, None, "symbol_too_large"),
        ({}, "a4-3x8", WIDTH, 1_000, "symbol_too_large"),
        ({}, "a4-3x7", WIDTH, 395, "module_too_small"),
        ({}, "1x1,label=57x40", WIDTH, None, "symbol_leaves_no_words"),
        ({"goods": "Gạo thơm " * 30}, "a4-3x8", WIDTH, None, "label_words_too_long"),
        ({"packer": "W" * 80}, "a4-3x8", WIDTH, None, "label_words_too_long"),
        ({"goods": "Gạo 米"}, "a6", WIDTH, None, "font_letter_missing"),
        ({"packer": "HTX\u200fA"}, "a6", WIDTH, None, "font_letter_missing"),
        ({"lot": "L\n1"}, "a6", WIDTH, None, "font_letter_missing"),
    ],
)
def test_what_does_not_fit_is_refused(
    changed: dict[str, str], paper: str, modules: int, module_um: int | None, code: str
) -> None:
    with pytest.raises(MalformedError) as refusal:
        arrange(replace(USUAL, **changed), layout_named(paper), modules, module_um)  # type: ignore[arg-type]
    assert refusal.value.code == code
    assert all(len(str(detail)) > 0 for detail in refusal.value.details.values())
