"""However a partner spells an event, it becomes the one payload we sign, or is refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from copy import deepcopy
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.epcis import documents, identifiers
from ledger.epcis.normal import normal_form
from ledger.epcis.prefixes import OWN
from ledger.epcis.refusals import EpcisError
from ledger.errors import MalformedError
from ledger.log.statement import parse_statement
from ledger.rice import profile
from ledger.rice.events import AnyEvent
from tests import small_season
from tests.api import one_bag
from tests.rice.sample_events import EVENTS

RICE = OWN["rice"]
CONTEXT = ["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld", {"rice": RICE}]
PAYLOADS = [
    parse_statement(data).payload
    for data in (
        *(small_season.harvest(1), small_season.receiving(1), small_season.drying((1,), 2)),
        *one_bag.story()[5:-1],
    )
]
RECEIVING = parse_statement(small_season.receiving(1)).payload

Event = dict[str, Any]
Spelling = Callable[[Event], Event]


def read(payload: bytes) -> Event:
    event: Event = documents.read_json(payload)
    return event


def plain(event: Event) -> Event:
    return event


def reversed_members(event: Event) -> Event:
    return dict(reversed(event.items()))


def long_words(event: Event) -> Event:
    event["bizStep"] = f"https://ref.gs1.org/cbv/BizStep-{event['bizStep']}"
    if "disposition" in event:
        event["disposition"] = f"cbv:Disp-{event['disposition']}"
    for kind, start in (("sourceList", "cbv:SDT-"), ("bizTransactionList", "cbv:BTT-")):
        for one in event.get(kind, []):
            one["type"] = start + one["type"]
    return event


def own_prefix(event: Event) -> Event:
    text = json.dumps(event, default=float).replace('"rice:', '"r:')
    changed: Event = json.loads(text)
    changed["@context"] = [CONTEXT[0], {"r": RICE}]
    return changed


def whole_names(event: Event) -> Event:
    text = json.dumps({k: v for k, v in event.items() if k != "@context"}, default=float)
    changed: Event = json.loads(text.replace('"rice:', f'"{RICE}'))
    return {**changed, "@context": CONTEXT[0]}


def utc(event: Event) -> Event:
    moment = datetime.fromisoformat(event["eventTime"]).astimezone(timezone(timedelta(0)))
    event["eventTime"] = moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    event["eventTimeZoneOffset"] = "-05:00"
    return event


def other_host(event: Event) -> Event:
    text = json.dumps(event, default=float)
    changed: Event = json.loads(
        text.replace("https://id.gs1.org/01/0", "https://dl.mill.vn/gs1/01/")
    )
    return changed


def urns(event: Event) -> Event:
    def lgtin(uri: str) -> str:
        _, _, _, _, gtin, _, lot = uri.split("/")
        return f"urn:epc:class:lgtin:{gtin[1:8]}.{gtin[0]}{gtin[8:13]}.{lot}"

    for name in ("quantityList", "inputQuantityList", "outputQuantityList"):
        for one in event.get(name, []):
            one["epcClass"] = lgtin(one["epcClass"])
    return event


def tonnes(event: Event) -> Event:
    for name in ("quantityList", "inputQuantityList", "outputQuantityList"):
        for one in event.get(name, []):
            if one.get("uom") == "KGM":
                one["quantity"], one["uom"] = one["quantity"] / 1000, "TNE"
    return event


def more_said(event: Event) -> Event:
    event["recordTime"] = "2026-04-01T00:00:00Z"
    event["epcList" if event["type"] == "ObjectEvent" else "inputEPCList"] = []
    if "readPoint" in event:
        event["bizLocation"] = event["readPoint"]
    event["eventID"] = (
        event["eventID"].replace("urn:uuid:", "urn:uuid:").upper().replace("URN:UUID:", "urn:uuid:")
    )
    return event


SPELLINGS = [
    *(plain, reversed_members, long_words, utc, urns, tonnes, more_said),
    *(other_host, own_prefix, whole_names),
]


@given(st.sampled_from(PAYLOADS), st.lists(st.sampled_from(SPELLINGS), unique=True))
def test_every_spelling_gives_the_same_payload(payload: bytes, spellings: list[Spelling]) -> None:
    event = read(payload)
    prefixes = [one for one in spellings if one in {own_prefix, whole_names}]
    for spelling in [one for one in SPELLINGS if one in spellings]:
        if spelling in prefixes[1:] or (spelling is other_host and urns in spellings):
            continue
        event = spelling(event)
    text = json.dumps(event, default=float).encode()
    again = documents.read_event(text)
    assert normal_form(again) == payload
    profile.read_event(payload)


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: type(event).__name__)
def test_every_event_of_the_profile_is_its_own_normal_form(event: AnyEvent) -> None:
    payload = profile.write_event(event)
    assert normal_form(documents.read_event(payload)) == payload


def test_a_declaration_names_the_event_it_is_about_however_that_is_spelled() -> None:
    said = normal_form(read(RECEIVING) | {"eventID": "urn:x-mill:17"})
    declared = read(RECEIVING) | {"eventID": "urn:x-mill:17"}
    declared["errorDeclaration"] = {
        "declarationTime": "2026-03-02T01:00:00.5Z",
        "reason": "https://ref.gs1.org/cbv/ER-did_not_occur",
    }
    normal = json.loads(normal_form(declared))
    assert normal.pop("errorDeclaration") == {
        "declarationTime": "2026-03-02T08:00:00+07:00",
        "reason": "did_not_occur",
        "correctiveEventIDs": [],
    }
    assert normal == json.loads(said)
    nameless = {name: value for name, value in declared.items() if name != "eventID"}
    assert (
        json.loads(normal_form(nameless))["eventID"]
        == json.loads(normal_form({k: v for k, v in nameless.items() if k != "errorDeclaration"}))[
            "eventID"
        ]
    )


def test_the_context_may_stand_on_the_document() -> None:
    event = read(RECEIVING)
    del event["@context"]
    assert normal_form(event, CONTEXT) == RECEIVING


def test_an_event_without_a_name_gets_one_that_follows_from_it() -> None:
    event = read(RECEIVING)
    del event["eventID"]
    named = normal_form(event)
    assert named == normal_form(utc(deepcopy(event)))
    name = json.loads(named)["eventID"]
    assert name == identifiers.event(name)
    event["quantityList"][0]["quantity"] += 1
    assert json.loads(normal_form(event))["eventID"] != name


def test_a_name_of_another_kind_gives_one_that_can_be_asked_for_by_it() -> None:
    event = read(RECEIVING)
    event["eventID"] = "ni:///sha-256;abc?ver=CBV2.0"
    assert json.loads(normal_form(event))["eventID"] == identifiers.event(event["eventID"])


def change(**members: Any) -> Spelling:  # noqa: ANN401
    def changed(event: Event) -> Event:
        event |= members
        return {name: value for name, value in event.items() if value is not None}

    return changed


def quantity(**members: Any) -> Spelling:  # noqa: ANN401
    def changed(event: Event) -> Event:
        event["quantityList"][0] |= members
        return event

    return changed


@pytest.mark.parametrize(
    ("spelling", "code", "told"),
    [
        (change(**{"rice:cte": None}), "epcis_step_missing", "rice:cte"),
        (change(**{"rice:cte": "rice:dancing"}), "malformed_event", "rice:dancing"),
        (change(**{"@context": CONTEXT[0]}), "epcis_prefix", "rice"),
        (change(**{"@context": {"rice": "https://other.example/"}}), "epcis_prefix_taken", RICE),
        (change(**{"rice:colour": "gold"}), "malformed_event", "rice:colour"),
        (change(**{"x:colour": "gold"}), "epcis_prefix", "x:colour"),
        (change(eventTime="2026-02-30T00:00:00+07:00"), "epcis_time", "2026-02-30"),
        (change(eventTime="0001-01-01T00:00:00Z"), "malformed_event", ""),
        (change(eventTime="0001-01-01T00:00:00+14:00"), "epcis_time", "0001"),
        (change(bizStep="shipping"), "malformed_event", "rice:receiving"),
        (change(bizLocation={"id": "https://id.example.vn/loc/other"}), "malformed_event", "bizL"),
        (change(sensorElementList=None), "malformed_event", "grainMoisture"),
        (quantity(uom="LTR"), "epcis_unit", "LTR"),
        (quantity(uom="GRM", quantity=documents.read_json(b"0.5")), "epcis_unit", "0.5"),
        (quantity(quantity=documents.read_json(b"1.23456")), "epcis_number", "quantity"),
        (quantity(quantity=2**60), "epcis_number", ""),
        (quantity(epcClass="urn:epc:class:lgtin:4012345.01234.1"), "epcis_identifier", "epcClass"),
        (quantity(epcClass="urn:epc:id:moon:1.2"), "epcis_identifier", "moon"),
        (quantity(epcClass="https://id.gs1.org/01/08936000000012/10/L1"), "epcis_identifier", "01"),
        (quantity(epcClass="https://example.vn/rice"), "malformed_event", ""),
    ],
    ids=lambda one: one if isinstance(one, str) else "",
)
def test_what_this_ledger_cannot_say_is_refused_with_what_is_wrong(
    spelling: Spelling, code: str, told: str
) -> None:
    with pytest.raises(MalformedError) as refused:
        normal_form(spelling(read(RECEIVING)))
    assert refused.value.code == code
    assert told in refused.value.words.en
    assert refused.value.words.vi


def test_a_word_may_be_spelled_in_both_names_of_the_vocabulary() -> None:
    for start in ("gs1:", "https://gs1.org/voc/", "https://ref.gs1.org/voc/"):
        event = read(RECEIVING)
        event["sensorElementList"][0]["sensorReport"][0]["type"] = f"{start}Dimensionless"
        assert normal_form(event) == RECEIVING


def test_what_custody_a_lot_is_under_may_carry_our_prefix() -> None:
    payload = PAYLOADS[-1]
    event = read(payload)
    event["rice:custodyModel"] = "rice:segregated"
    assert normal_form(event) == payload


@pytest.mark.parametrize(
    ("uri", "name"),
    [
        ("urn:epc:class:lgtin:4012345.012345.998877", "01/04012345123456/10/998877"),
        ("urn:epc:class:lgtin:4012345.012345.A%2FB", "01/04012345123456/10/A%2FB"),
        ("urn:epc:idpat:sgtin:4012345.012345.*", "01/04012345123456"),
        ("urn:epc:id:sgtin:0614141.107346.2017", "01/10614141073464/21/2017"),
        ("urn:epc:id:sscc:0614141.1234567890", "00/106141412345678908"),
        ("urn:epc:id:sgln:0614141.07346.1234", "414/0614141073467/254/1234"),
        ("urn:epc:id:sgln:9521234.10002.0", "414/9521234100027"),
        ("urn:epc:id:pgln:9521234.10002", "417/9521234100027"),
        ("urn:epc:id:gdti:0614141.12345.006847", "253/0614141123452006847"),
        ("urn:epc:id:grai:0614141.12345.400", "8003/00614141123452400"),
        ("urn:epc:id:giai:0614141.12345400", "8004/061414112345400"),
        ("urn:epc:id:ginc:0614141.xyz3311cba", "401/0614141xyz3311cba"),
        ("urn:epc:id:gsrn:0614141.1234567890", "8018/061414112345678902"),
        ("urn:epc:id:gsrnp:0614141.1234567890", "8017/061414112345678902"),
        ("https://r.example.vn/x/01/9521234000303/10/A%2fB", "01/09521234000303/10/A%2FB"),
        ("https://dl.example.vn/8003/00614141123452400", "8003/00614141123452400"),
        ("HTTPS://ID.EXAMPLE/01/09521234000303/10/L1?17=270322", "01/09521234000303/10/L1"),
    ],
)
def test_names_of_gs1_have_one_spelling(uri: str, name: str) -> None:
    # The URNs are worked examples of GS1's Tag Data Standard 2.0, section 6.3.
    assert identifiers.thing(uri, "epcClass") == f"https://id.gs1.org/{name}"


def test_a_bag_is_named_without_its_lot_and_other_names_stay() -> None:
    bag = "https://r.example.vn/01/09521234000303/10/L1/21/7K3M"
    assert identifiers.instance(bag, "epcList") == "https://id.gs1.org/01/09521234000303/21/7K3M"
    for own in (
        "https://id.example.vn/loc/9d1f6c",
        "did:web:a.example",
        "urn:epc:id:bic:CSQU3054383",
    ):
        assert identifiers.instance(own, "readPoint") == own


@pytest.mark.parametrize(
    "uri",
    [
        *("urn:epc:id:sgtin:0614141", "urn:epc:id:sscc:06141a1.1234567890", "urn:epc:class:x:1.2"),
        *("urn:epc:id:sgtin:0614141.107346.", "https://id.gs1.org/01/1", "urn:epc:id:sgln:.."),
    ],
)
def test_a_name_with_a_slip_is_refused(uri: str) -> None:
    with pytest.raises(EpcisError) as refused:
        identifiers.thing(uri, "epcClass")
    assert refused.value.code == "epcis_identifier"
