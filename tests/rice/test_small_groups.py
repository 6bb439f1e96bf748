"""Nobody can work out a figure of fewer than so many, whatever they add and subtract."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.rice.small_groups import Shown, shown

PEOPLE = [f"h{number}" for number in range(14)]
TABLES = st.dictionaries(
    st.sampled_from("ABCDEF"), st.frozensets(st.sampled_from(PEOPLE), max_size=9), max_size=6
)


def is_in_span(vectors: list[list[int]], wanted: list[int]) -> bool:
    """Tell whether some sum of multiples of what is told gives what is wanted."""
    rows = [[Fraction(value) for value in row] for row in vectors]
    goal = [Fraction(value) for value in wanted]
    for place in range(len(goal)):
        pivot = next((row for row in rows if row[place]), None)
        if pivot is None:
            continue
        rows.remove(pivot)
        pivot = [value / pivot[place] for value in pivot]
        rows = [[a - row[place] * b for a, b in zip(row, pivot, strict=True)] for row in rows]
        goal = [a - goal[place] * b for a, b in zip(goal, pivot, strict=True)]
    return not any(goal)


def told(table: dict[str, frozenset[str]], may: Shown) -> list[list[int]]:
    """Return what is told as sums over cells."""
    names = sorted(table)
    cells = [[int(one == name) for one in names] for name in names if name in may.cells]
    return cells + ([[1] * len(names)] if may.total else [])


@given(table=TABLES, least=st.integers(2, 7))
def test_no_sum_of_what_is_told_is_about_too_few(
    table: dict[str, frozenset[str]], least: int
) -> None:
    may = shown(table, least)
    names = sorted(table)
    vectors = told(table, may)
    for size in range(1, len(names) + 1):
        for some in combinations(names, size):
            people = frozenset().union(*(table[name] for name in some))
            wanted = [int(name in some) for name in names]
            if 0 < len(people) < least:
                assert not is_in_span(vectors, wanted), (some, may)


@given(table=TABLES, least=st.integers(2, 7))
def test_what_nobody_can_take_apart_is_shown(table: dict[str, frozenset[str]], least: int) -> None:
    may = shown(table, least)
    filled = {name: group for name, group in table.items() if group}
    assert may.cells <= filled.keys()
    assert may.total == (len(frozenset().union(*filled.values())) >= least)
    if all(len(group) >= least for group in filled.values()) and filled:
        assert may == Shown(cells=frozenset(filled), total=True)


@pytest.mark.parametrize(
    ("sizes", "cells", "total"),
    [
        ({"A": 5}, "A", True),
        ({"A": 4}, "", False),
        ({"A": 3, "B": 1}, "", False),
        ({"A": 3, "B": 2}, "", True),
        ({"A": 9, "B": 2}, "", True),
        ({"A": 9, "B": 6, "C": 2}, "A", True),
        ({"A": 9, "B": 6, "C": 2, "D": 3}, "AB", True),
        ({"A": 9, "B": 0}, "A", True),
        ({}, "", False),
    ],
)
def test_the_smallest_cells_are_hidden_first(
    sizes: dict[str, int], cells: str, *, total: bool
) -> None:
    groups = {name: {f"{name}{one}" for one in range(size)} for name, size in sizes.items()}
    assert shown(groups, 5) == Shown(cells=frozenset(cells), total=total)


def test_somebody_in_two_cells_counts_once() -> None:
    groups = {"A": {"a", "b", "c"}, "B": {"a", "b", "c"}}
    assert shown(groups, 5) == Shown(cells=frozenset(), total=False)
