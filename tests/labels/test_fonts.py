from __future__ import annotations

import io

import pytest
from fontTools.ttLib import TTFont

from ledger.errors import MalformedError
from ledger.labels import fonts
from ledger.labels.fonts import Font

VOWELS = "aàáảãạăằắẳẵặâầấẩẫậeèéẻẽẹêềếểễệiìíỉĩịoòóỏõọôồốổỗộơờớởỡợuùúủũụưừứửữựyỳýỷỹỵđ"


@pytest.mark.parametrize("font", [fonts.plain(), fonts.strong()], ids=["plain", "strong"])
def test_every_vietnamese_letter_is_in_the_font(font: Font) -> None:
    font.check_letters(VOWELS + VOWELS.upper())
    font.check_letters("0123456789 ABCDEFGHJKMNPQRSTVWXYZ-“”.,:/()%&\u00a0")


@pytest.mark.parametrize(
    ("words", "shown"), [("Gạo 米", "米"), ("a\u0007", "U+0007"), ("a\u20dd", "\u20dd")]
)
def test_a_letter_that_is_not_there_is_named(words: str, shown: str) -> None:
    with pytest.raises(MalformedError) as refusal:
        fonts.plain().check_letters(words)
    assert refusal.value.code == "font_letter_missing"
    assert refusal.value.details == {"letter": shown, "words": words}


def test_a_subset_has_its_letters_and_gives_the_same_bytes_again() -> None:
    subset = fonts.plain().subset("Gạo thế")
    assert set(subset.glyphs) == set("Gạo thế")
    assert fonts.plain().subset("thếGạo ").data == subset.data
    assert len(subset.data) < len(fonts.plain().data) / 10
    opened = TTFont(io.BytesIO(subset.data))
    names = opened.getGlyphOrder()
    widths = opened["hmtx"].metrics
    for letter, glyph in subset.glyphs.items():
        assert widths[names[glyph]][0] == fonts.plain().advances[letter]


def test_an_outline_moves_from_letter_to_letter() -> None:
    font = fonts.plain()
    assert font.outline(" ") == ""
    assert font.width("GG", 10.0) == 2 * font.width("G", 10.0)
    assert font.outline("GG").startswith(font.outline("G"))
