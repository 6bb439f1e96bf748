"""Ranges of bag numbers: what is left between them, and how numbers become ranges."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from ledger.label_states import _between, _runs, size_of

COUNT = 40
RANGES = st.lists(st.tuples(st.integers(1, COUNT), st.integers(1, COUNT)).map(sorted), max_size=6)


@given(RANGES)
def test_what_is_in_no_range_is_between_them(ranges: list[list[int]]) -> None:
    named = [(first, last) for first, last in ranges]
    within = {number for first, last in named for number in range(first, last + 1)}
    between = list(_between(named, COUNT))
    left = [number for first, last in between for number in range(first, last + 1)]
    assert left == sorted({*range(1, COUNT + 1)} - within)
    assert size_of(between) == len(left)


@given(st.sets(st.integers(1, COUNT)))
def test_numbers_as_ranges_are_the_same_numbers(numbers: set[int]) -> None:
    runs = list(_runs(numbers))
    assert [one for first, last in runs for one in range(first, last + 1)] == sorted(numbers)
    assert all(after[0] > before[1] + 1 for before, after in pairwise(runs))
