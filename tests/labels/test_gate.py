from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from ledger.errors import RefusedError
from ledger.labels.gate import check_picture, read_back, read_symbols, sample_of
from ledger.labels.prints import Print, symbol_picture
from ledger.labels.wording import Bag
from tests.label_samples import START, payload, prints, series

DOTS = 6


def wiped(one: Print) -> Print:
    bits = one.bits.copy()
    bits[12:34] = 0
    return replace(one, bits=bits)


def test_a_job_passes_whole_and_in_order() -> None:
    job = prints(40)
    assert list(read_back(job, series(), DOTS)) == job


@pytest.mark.parametrize(
    "bad",
    [
        wiped(prints(2)[1]),
        replace(prints(2)[1], bits=prints(1)[0].bits),
        Print(Bag(2, prints(2)[1].bag.serial[:-1] + "0"), prints(2)[1].bits),
    ],
    ids=["does not read", "reads as another", "reads as more"],
)
def test_the_job_stops_at_a_symbol_that_does_not_read_and_names_its_bag(bad: Print) -> None:
    passed = read_back([prints(1)[0], bad], series(), DOTS)
    next(passed)
    with pytest.raises(RefusedError) as refusal:
        next(passed)
    assert refusal.value.code == "symbol_unread"
    assert refusal.value.details == {"number": 2, "payload": START + bad.bag.serial}
    assert "bag 2" in refusal.value.words.en


def test_the_gate_wants_one_symbol_and_no_more() -> None:
    one = prints(1)[0]
    picture = symbol_picture(one.bits, 45, DOTS)
    check_picture(picture, one, START)
    assert read_symbols(np.hstack([picture, picture])) == [payload(one)] * 2
    for other in (np.hstack([picture, picture]), np.full_like(picture, 255)):
        with pytest.raises(RefusedError):
            check_picture(other, one, START)


@pytest.mark.parametrize("count", [1, 2, 9, 10, 11, 999, 10_001, 1_000_000])
def test_a_sample_is_even_and_has_both_ends(count: int) -> None:
    chosen = sample_of(count, 10)
    places = [place for place in range(count) if chosen(place)]
    assert {places[0], places[-1]} == {0, count - 1}
    assert min(10, count) <= len(places) <= 11
    gaps = {later - before for before, later in pairwise(places[:-1])}
    assert not gaps or max(gaps) - min(gaps) <= 1


def test_what_is_not_in_the_sample_passes_unread() -> None:
    job = [prints(1)[0], *(wiped(one) for one in prints(3)[1:])]
    assert list(read_back(job, series(), DOTS, lambda place: place == 0)) == job
