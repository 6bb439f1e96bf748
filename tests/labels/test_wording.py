from __future__ import annotations

import pytest

from ledger.errors import MalformedError
from ledger.labels.wording import code_line, format_mass, link_start
from tests.label_samples import BATCH, USUAL, bags


@pytest.mark.parametrize(
    ("grams", "text"),
    [
        (5_000, "5 kg"),
        (2_500, "2,5 kg"),
        (12_480_000, "12.480 kg"),
        (50, "0,05 kg"),
        (1_005, "1,005 kg"),
    ],
)
def test_mass_is_written_as_in_viet_nam(grams: int, text: str) -> None:
    assert format_mass(grams) == text


def test_every_letter_of_the_varying_lines_is_foreseen() -> None:
    foreseen = set(USUAL.letters_of_varying_lines)
    for bag in bags(1, 1_000):
        assert set(USUAL.number_line(bag.number).words + code_line(bag.serial).words) <= foreseen


def test_the_link_of_a_bag_is_its_start_and_its_serial() -> None:
    bag = next(bags(1, 1))
    resolver = "https://gao.example.vn"
    assert link_start(BATCH, resolver) + bag.serial == BATCH.link(bag.serial, resolver)
    with pytest.raises(MalformedError):
        link_start(BATCH, "gao")
