from __future__ import annotations

import gzip
from typing import Any

import pytest

from ledger.errors import MalformedError
from ledger.log import encoding
from ledger.log import status_list as lists
from tests.conformance_data import load

EMPTY = bytes(lists.BITS_MIN // 8)


def entry_of(index: object, purpose: str = "revocation") -> dict[str, object]:
    return {
        "type": "BitstringStatusListEntry",
        "statusPurpose": purpose,
        "statusListIndex": index,
    }


def subject_of(encoded: object, purpose: str = "revocation") -> dict[str, object]:
    return {"type": "BitstringStatusList", "statusPurpose": purpose, "encodedList": encoded}


def test_published_lists() -> None:
    for case in load("jws-vc/bitstring-status-list.json")["decode"]:
        bits = lists.decode_status_list(case["encodedList"])
        assert len(bits) == case["bytes"]
        assert all(lists.is_set(bits, index) for index in case["set_indexes"])
        assert not any(lists.is_set(bits, index) for index in case.get("clear_indexes", []))
        assert bits == lists.set_bits(bytes(len(bits)), case["set_indexes"])
        assert lists.decode_status_list(lists.encode_status_list(bits)) == bits


def test_published_refusals() -> None:
    cases = load("jws-vc/bitstring-status-list.json")["errors"]
    assert cases
    for case in cases:
        entry = entry_of(case["statusListIndex"], case.get("entry_purpose", "revocation"))
        subject = subject_of(case["encodedList"], case.get("list_purpose", "revocation"))
        with pytest.raises(MalformedError):
            lists.check_status(entry, subject)


def test_a_status_is_read_from_both_spellings_of_its_index() -> None:
    encoded = lists.encode_status_list(lists.set_bits(EMPTY, [94_567]))
    for index in ("94567", 94_567):
        assert lists.check_status(entry_of(index), subject_of(encoded))
    for index in ("94566", 94_568):
        assert not lists.check_status(entry_of(index), subject_of(encoded))


@pytest.mark.parametrize("index", ["+5", "05", "5.0", "5e0", " 5", "", 5.0, True, None, -1])
def test_other_spellings_of_an_index_are_refused(index: object) -> None:
    with pytest.raises(MalformedError):
        lists.check_status(entry_of(index), subject_of(lists.encode_status_list(EMPTY)))


def test_a_status_of_another_type_is_refused() -> None:
    good: tuple[dict[str, Any], dict[str, Any]] = (
        entry_of("5"),
        subject_of(lists.encode_status_list(EMPTY)),
    )
    assert not lists.check_status(*good)
    for entry, subject in [
        (good[0] | {"type": "StatusList2021Entry"}, good[1]),
        (good[0], good[1] | {"type": "StatusList2021"}),
        (good[0], good[1] | {"encodedList": None}),
    ]:
        with pytest.raises(MalformedError):
            lists.check_status(entry, subject)


def test_a_list_that_inflates_without_end_stops() -> None:
    bomb = gzip.compress(bytes(lists.BYTES_MAX + 1))
    assert len(bomb) < 20_000
    with pytest.raises(MalformedError):
        lists.decode_status_list("u" + encoding.encode_base64url(bomb))


def test_nothing_follows_a_list() -> None:
    packed = gzip.compress(EMPTY)
    lists.decode_status_list("u" + encoding.encode_base64url(packed))
    for more in (b"\0", packed):
        with pytest.raises(MalformedError):
            lists.decode_status_list("u" + encoding.encode_base64url(packed + more))
