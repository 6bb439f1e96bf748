"""Names are found however they are typed, and near twins are told apart."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from web.words import COMMUNES
from web.workplace.officer.search import is_found

_PLACED = {"oà": "òa", "oá": "óa", "oả": "ỏa", "uỷ": "ủy", "uý": "úy"}
_NAMES = sorted(commune.vi for commune in COMMUNES.values())
_D = str.maketrans("đĐ", "dD")


def older(name: str) -> str:
    """Return a name with the tone mark where papers place it: Hòa for Hoà."""
    for newer, placed in _PLACED.items():
        name = name.replace(newer, placed)
    return name


def bare(name: str) -> str:
    """Return a name as people type it who have no Vietnamese keyboard."""
    parts = unicodedata.normalize("NFD", name.translate(_D))
    return "".join(sign for sign in parts if not unicodedata.combining(sign))


TYPED = st.sampled_from(
    [
        str.upper,
        str.lower,
        older,
        bare,
        lambda name: unicodedata.normalize("NFC", name),
        lambda name: unicodedata.normalize("NFD", name),
        lambda name: f"  {name.replace(' ', '   ')} ",
    ]
)


@given(name=st.sampled_from(_NAMES), ways=st.lists(TYPED, max_size=4))
def test_a_name_is_found_however_it_is_typed(name: str, ways: list) -> None:  # type: ignore[type-arg]
    typed = name
    for way in ways:
        typed = way(typed)
    assert is_found(typed, [name])
    assert is_found(typed, [unicodedata.normalize("NFD", name)])


@given(name=st.sampled_from(_NAMES), cut=st.data())
def test_a_part_that_stands_together_is_enough(name: str, cut: st.DataObject) -> None:
    letters = bare(name)
    first = cut.draw(st.integers(0, len(letters) - 1))
    last = cut.draw(st.integers(first + 1, len(letters)))
    assert is_found(letters[first:last], [name])


@pytest.mark.parametrize(
    ("asked", "other"),
    [
        ("Thạnh An", "Xã An Thạnh"),
        ("An Thạnh", "Xã Thạnh An"),
        ("Thới An Đông", "Xã Thới An Hội"),
        ("Vị Thanh 1", "Phường Vị Thanh"),
        ("Trường Long Tây", "Xã Trường Long"),
        ("x", "Phường Cái Răng"),
    ],
)
def test_near_twins_are_not_found_for_each_other(asked: str, other: str) -> None:
    assert not is_found(asked, [other])


def test_nothing_asked_finds_everything_and_every_name_its_own_unit_alone() -> None:
    assert is_found("", ["Xã Cờ Đỏ"])
    assert is_found(" - ", ["Xã Cờ Đỏ"])
    for name in _NAMES:
        found = [other for other in _NAMES if is_found(name, [other])]
        assert name in found
        assert all(bare(name).lower() in bare(other).lower() for other in found)
