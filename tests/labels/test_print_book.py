from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.errors import LedgerError
from ledger.labels.print_book import (
    PRINT_BOOK,
    PrintBook,
    Range,
    State,
    Stretch,
    not_cancelled,
    overlay,
)
from ledger.rice.facts import LabelBatch, LabelSpan

AT = datetime(2026, 3, 22, 20, 0, tzinfo=UTC)  # the 23rd in Viet Nam
A4 = "a4-2x4, pdf"


@pytest.fixture
def book(tmp_path: Path) -> PrintBook:
    return PrintBook(tmp_path / PRINT_BOOK)


def states(book: PrintBook, batch: str = "L1") -> list[tuple[int, int, str]]:
    return [(one.first, one.last, one.state.value) for one in book.stretches(batch)]


def refused(book: PrintBook, what: str, ranges: list[Range]) -> str:
    before = states(book)
    does = {
        "print": book.record_printed,
        "spoil": book.record_spoiled,
    }
    with pytest.raises(LedgerError) as refusal:
        does[what]("L1", ranges, AT, A4)
    assert states(book) == before, "a refusal records nothing"
    return refusal.value.code


def test_a_label_is_printed_once_until_it_is_spoiled(book: PrintBook) -> None:
    assert states(book) == []
    book.check_printable("L1", [(1, 100)])
    book.record_printed("L1", [(1, 100)], AT, A4)
    assert refused(book, "print", [(101, 110), (100, 100)]) == "labels_printed"
    book.record_spoiled("L1", [(7, 8), (12, 12)], AT, "kẹt giấy")
    assert book.spoiled("L1", (1, 100)) == [(7, 8), (12, 12)]
    assert book.spoiled("L1", (8, 11)) == [(8, 8)]
    assert refused(book, "print", [(7, 9)]) == "labels_printed"
    book.record_printed("L1", [(7, 8)], AT, A4)
    assert states(book)[-2:] == [(12, 12, "spoiled"), (13, 100, "printed")]
    assert refused(book, "print", [(7, 8)]) == "labels_printed"


def test_only_what_is_out_can_be_spoiled(book: PrintBook) -> None:
    book.record_printed("L1", [(1, 10), (21, 30)], AT, A4)
    assert refused(book, "spoil", [(10, 11)]) == "labels_not_printed"
    book.record_spoiled("L1", [(3, 3)], AT, "")
    assert refused(book, "spoil", [(3, 4)]) == "labels_not_printed"
    with pytest.raises(LedgerError) as refusal:
        book.spoiled("L1", (4, 10))
    assert refusal.value.code == "labels_not_spoiled"


def test_what_the_ledger_cancelled_is_left_out() -> None:
    spans = tuple(LabelSpan(first=a, last=b, index=9) for a, b in ((3, 4), (9, 20), (1, 1)))
    issued = LabelBatch(
        id="L1", lot="", count=30, bag_digits=4, root="", issuer="may", voided=spans, index=8
    )
    assert not_cancelled(issued, [(1, 30)]) == [(2, 2), (5, 8), (21, 30)]
    assert not_cancelled(issued, [(4, 5), (20, 21)]) == [(5, 5), (21, 21)]
    with pytest.raises(LedgerError) as refusal:
        not_cancelled(issued, [(3, 4), (10, 12)])
    assert refusal.value.code == "labels_cancelled"


def test_batches_are_apart_and_a_refusal_names_bags_and_day(book: PrintBook) -> None:
    book.record_printed("L1", [(1, 10)], AT, A4)
    book.record_printed("L2", [(1, 10)], AT, A4)
    with pytest.raises(LedgerError) as refusal:
        book.check_printable("L1", [(5, 20)])
    details = {"batch": "L1", "first": 5, "last": 10, "day": "2026-03-23"}
    assert refusal.value.details == details


def test_two_clerks_cannot_print_the_same_bag(tmp_path: Path) -> None:
    one, other = (PrintBook(tmp_path / PRINT_BOOK) for _ in range(2))
    one.check_printable("L1", [(1, 8)])
    other.check_printable("L1", [(8, 16)])
    one.record_printed("L1", [(1, 8)], AT, A4)
    with pytest.raises(LedgerError) as refusal:
        other.record_printed("L1", [(8, 16)], AT, A4)
    assert refusal.value.code == "labels_printed"
    assert states(other) == [(1, 8, "printed")]


def test_a_file_that_is_none_is_refused(tmp_path: Path) -> None:
    file = tmp_path / PRINT_BOOK
    file.write_bytes(b"not a database, by any reading of it" * 40)
    with pytest.raises(LedgerError) as refusal:
        PrintBook(file).stretches("L1")
    assert refusal.value.code == "print_book_unreadable"
    with pytest.raises(LedgerError):
        PrintBook(tmp_path / "nowhere" / PRINT_BOOK).record_printed("L1", [(1, 1)], AT, A4)


@given(st.lists(st.tuples(st.integers(1, 30), st.integers(0, 10), st.sampled_from(State))))
def test_the_last_record_of_a_bag_holds(records: list[tuple[int, int, State]]) -> None:
    stretches = [
        Stretch(first, first + more, state, str(place), "")
        for place, (first, more, state) in enumerate(records)
    ]
    bag_by_bag: dict[int, tuple[State, str]] = {}
    for one in stretches:
        for number in range(one.first, one.last + 1):
            bag_by_bag[number] = (one.state, one.at)
    held = overlay(stretches)
    told = {
        number: (one.state, one.at) for one in held for number in range(one.first, one.last + 1)
    }
    assert told == bag_by_bag
    assert [one.first for one in held] == sorted(one.first for one in held)
    assert sum(one.last - one.first + 1 for one in held) == len(bag_by_bag)
