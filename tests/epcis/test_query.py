"""A question is read in every spelling, and never answered when it was not understood."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.epcis import query
from ledger.epcis.query import Match, Position, read_body, read_parameters
from ledger.epcis.refusals import QueryError
from ledger.errors import LedgerError
from ledger.log import encoding

LOT = "https://id.gs1.org/01/04012345123456/10/998877"


def test_values_are_joined_by_a_bar_and_spelled_in_any_way() -> None:
    read = read_parameters(
        [
            (
                "EQ_bizStep",
                "shipping|cbv:BizStep-receiving|https://ref.gs1.org/cbv/BizStep-packing",
            ),
            ("MATCH_anyEPCClass", f"urn:epc:class:lgtin:4012345.012345.998877|{LOT}"),
            ("EQ_bizTransaction_po", "urn:po:1"),
            ("EQ_eventID", "urn:uuid:6F0E2A1C-5F0A-4C0E-9A53-7F3A4B8C1D01"),
        ]
    )
    assert read.values == {
        "step": ("shipping", "receiving", "packing"),
        "event_id": ("urn:uuid:6f0e2a1c-5f0a-4c0e-9a53-7f3a4b8c1d01",),
    }
    assert read.matches == (
        Match(query.KEYS["MATCH_anyEPCClass"], (LOT,)),
        Match(("bizTransaction_po",), ("urn:po:1",)),
    )


def test_a_request_and_a_body_ask_the_same() -> None:
    body = {
        "@context": "https://ref.gs1.org/standards/epcis/2.0.0/query-schema.json",
        "EQ_bizStep": ["shipping", "receiving"],
        "GE_eventTime": "2026-03-02T15:40:00+07:00",
        "EXISTS_errorDeclaration": 1,
        "eventCountLimit": 5,
        "orderDirection": "ASC",
    }
    pairs = [
        ("EQ_bizStep", "shipping|receiving"),
        ("GE_eventTime", "2026-03-02T15:40:00 07:00"),
        ("EXISTS_errorDeclaration", "1"),
        ("eventCountLimit", "5"),
        ("orderDirection", "ASC"),
    ]
    asked, kept = read_parameters(pairs), read_body(body)
    assert (kept.values, kept.limit, kept.descending) == (asked.values, 5, False)
    assert kept.bounds == asked.bounds == {"GE_eventTime": 1772440800000}
    assert kept.is_declaration is asked.is_declaration is True


@pytest.mark.parametrize(
    "pairs",
    [
        [("foo", "1")],
        [("EQ_bizstep", "shipping")],
        [("GT_quantity", "5")],
        [("WD_readPoint", "urn:x")],
        [("EQ_bizStep", "shipping"), ("EQ_bizStep", "receiving")],
        [("EQ_bizStep", "")],
        [("EQ_bizStep", "shipping|")],
        [("EQ_action", "ADD\0")],
        [("EQ_action", "|".join(map(str, range(201))))],
        [("MATCH_epc", "urn:epc:id:sscc:1.1")],
        [("GE_eventTime", "yesterday")],
        [("GE_eventTime", "2026-03-02T15:40:00")],
        [("perPage", "0")],
        [("perPage", "-1")],
        [("perPage", "1e3")],
        [("perPage", "9" * 40)],
        [("maxEventCount", "5"), ("eventCountLimit", "5")],
        [("orderBy", "bizStep")],
        [("orderDirection", "SIDEWAYS")],
        [("EXISTS_errorDeclaration", "maybe")],
        [("nextPageToken", "")],
        [("nextPageToken", "AAAA")],
        [("nextPageToken", "not base64!")],
    ],
    ids=lambda pairs: "&".join(f"{name}={value[:20]}" for name, value in pairs),
)
def test_what_is_not_understood_is_refused(pairs: list[tuple[str, str]]) -> None:
    with pytest.raises(QueryError) as refused:
        read_parameters(pairs)
    assert refused.value.code == "epcis_query"


@pytest.mark.parametrize("body", [{"EQ_bizStep": "shipping"}, {"foo": ["x"]}, [], {"perPage": 3}])
def test_a_body_that_is_no_query_is_refused(body: Any) -> None:  # noqa: ANN401
    with pytest.raises(LedgerError):
        read_body(body)


def test_a_body_may_not_hide_two_values_in_one() -> None:
    with pytest.raises(QueryError):
        read_body({"EQ_stringValue": ["a|b"]})


def test_a_token_goes_on_with_its_own_question_and_no_other() -> None:
    asked = [("EQ_bizStep", "shipping"), ("perPage", "7")]
    token = read_parameters(asked).token(Position(5, 6, 7))
    following = read_parameters([("nextPageToken", token)])
    assert (following.values, following.after) == ({"step": ("shipping",)}, Position(5, 6, 7))
    assert following.page == query.PAGE
    assert read_parameters([*asked, ("nextPageToken", token)]).page == 7
    with pytest.raises(QueryError):
        read_parameters([("EQ_bizStep", "receiving"), ("nextPageToken", token)])


@given(st.text() | st.binary().map(encoding.encode_base64url))
def test_a_token_of_somebody_else_is_refused_or_asks_something(text: str) -> None:
    with suppress(QueryError):
        read_parameters([("nextPageToken", text)])


@given(
    st.lists(
        st.tuples(
            st.sampled_from(
                [*query.COLUMNS, *query.KEYS, "GE_eventTime", "perPage", "orderBy", "nextPageToken"]
            ),
            st.text(max_size=30),
        )
    )
)
def test_no_question_is_more_than_refused(pairs: list[tuple[str, str]]) -> None:
    with suppress(QueryError):
        read = read_parameters(pairs)
        assert json.loads(encoding.decode_base64url(read.token(Position(1, 2, 3))))
