"""Numbers as people type them, against exact decimals."""

from __future__ import annotations

import random
import re
from decimal import Decimal

import pytest

from tests.web.workplace.device import asked_of_device
from web.workplace.words import LANGUAGES, WorkLanguage

KG = 1000
SCALES = (1, 10, 1000, 10_000)
WRITTEN: dict[WorkLanguage, dict[str, int | None]] = {
    "vi": {
        "12.480,5": 12_480_500,
        "12480,5": 12_480_500,
        "12 480,5": 12_480_500,
        "12\u202f480,5": 12_480_500,
        "1.234.567": 1_234_567_000,
        "1 234 567": 1_234_567_000,
        "0,125": 125,
        "0.125": 125,
        "25.5": 25_500,
        "-3,5": -3_500,
        "\u22123,5": -3_500,
        "  7  ": 7_000,
        "0": 0,
        "-0": 0,
        "007": 7_000,
        "1,2340": 1_234,
        "12,480.5": None,
        "1 234.567": None,
        "1.234 567": None,
        "1.23.456": None,
        "0.125.000": None,
        "1,2345": None,
        "1,": None,
        ",5": None,
        "1,2,3": None,
    },
    "en": {
        "12,480.5": 12_480_500,
        "1,234,567": 1_234_567_000,
        "25,5": 25_500,
        "0,125": 125,
        "12.480,5": None,
        "1.234.567": None,
        "1 234,567": None,
    },
}
NONSENSE = (
    *("", " ", ".", ",", "-", "--1", "+1", "1e3", "0x10", "Infinity", "NaN", "null", "1/2", "½"),
    *(
        "\uff11\uff12",
        "\u0661٢",
        "\u0967\u0968",
        "\U0001d7cf\U0001d7d0",
        "12kg",
        "12 kg",
        "<b>1</b>",
        "1\n2",
        "1\t2",
        "'1'",
        "1;DROP",
        "👍",
    ),
    *("9007199254740992", "9" * 400, "1" + ".000" * 300, "-" + "9" * 30, "1\u0000", "\ud800"),
)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_number_is_read_as_its_language_writes_it(language: WorkLanguage) -> None:
    written = WRITTEN[language]
    read = asked_of_device([["amount", text, KG] for text in written], language)
    assert dict(zip(written, read, strict=True)) == written


@pytest.mark.parametrize("language", LANGUAGES)
def test_nonsense_is_no_number(language: WorkLanguage) -> None:
    read = asked_of_device([["amount", text, KG] for text in NONSENSE], language)
    assert {text: one for text, one in zip(NONSENSE, read, strict=True) if one is not None} == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_written_is_what_is_read(language: WorkLanguage) -> None:
    """Whole numbers of units, written with and without groups: never one unit more or less."""
    drawn = random.Random(7)
    cases: list[tuple[str, int, int]] = []
    for _ in range(2_000):
        scale = drawn.choice(SCALES)
        units = drawn.randrange(10 ** drawn.randrange(1, 16)) * drawn.choice((1, 1, -1))
        cases.append(
            (written(units, scale, language, is_grouped=drawn.random() < 0.5), scale, units)
        )
    read = asked_of_device([["amount", text, scale] for text, scale, _ in cases], language)
    assert [
        (text, one, units)
        for (text, _, units), one in zip(cases, read, strict=True)
        if one != units
    ] == []


def written(units: int, scale: int, language: WorkLanguage, *, is_grouped: bool) -> str:
    exact = Decimal(units) / scale
    english = f"{exact:,f}" if is_grouped else f"{exact:f}"
    turned = {",": ".", ".": ","}
    if language == "vi":
        english = re.sub("[.,]", lambda sign: turned[sign[0]], english)
    return english


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_form_that_is_filled_again_says_the_same_amount(language: WorkLanguage) -> None:
    drawn = random.Random(8)
    cases = [(drawn.randrange(-5_000, 10**14), scale) for scale in SCALES for _ in range(200)]
    typed = asked_of_device([["typed", units, scale] for units, scale in cases], language)
    asked = [["amount", text, scale] for text, (_, scale) in zip(typed, cases, strict=True)]
    assert asked_of_device(asked, language) == [units for units, _ in cases]
