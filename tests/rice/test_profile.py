"""Events as EPCIS 2.0.1: one spelling each, valid by the standard's schema, closed."""

from __future__ import annotations

import json
from functools import cache
from typing import Any, get_args

import jsonschema_rs
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from ledger.errors import LedgerError, MalformedError
from ledger.log import encoding
from ledger.rice import epcis, events, profile
from ledger.rice.events import AnyEvent
from tests.bent import bent_json
from tests.conformance_data import load
from tests.rice.sample_events import (
    AT,
    CORRECTION,
    DRYING,
    EVENT_ID,
    EVENTS,
    GRANT,
    HANDOVER,
    HARVEST,
    LOADING,
    MILLING,
    PACKING,
    PALLETISING,
    READING,
    RECEIVING,
    RETURN,
    SHIPPING,
    SITE,
    SOWING,
    STORING,
    TESTING,
)
from tests.tables import sscc
from tests.world import did, lot


def spelled(value: object) -> bytes:
    return encoding.canonical_json(value)  # type: ignore[arg-type]


@cache
def schema() -> jsonschema_rs.Validator:
    """Return the schema of the standard; formats are checked, not only noted."""
    text = load("epcis-2.0.1/schema/epcis-json-schema.json")
    return jsonschema_rs.validator_for(text, validate_formats=True)


def test_there_is_an_example_of_every_event() -> None:
    assert {type(event) for event in EVENTS} == set(get_args(AnyEvent))


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: type(event).__name__)
def test_an_event_is_written_and_read_in_one_spelling(event: AnyEvent) -> None:
    payload = profile.write_event(event)
    assert profile.read_event(payload) == event
    assert payload == spelled(json.loads(payload))
    for other in (
        json.dumps(json.loads(payload), sort_keys=True).encode(),
        payload.replace(b'"type":', b'"type" :'),
        payload + b" ",
    ):
        with pytest.raises(LedgerError):
            profile.read_event(other)


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: type(event).__name__)
def test_an_event_is_epcis(event: AnyEvent) -> None:
    """Alone, as it is signed, and in a document, as it is exchanged."""
    value = json.loads(profile.write_event(event))
    schema().validate(value)
    inner = {name: member for name, member in value.items() if name != "@context"}
    document = {
        "@context": value["@context"],
        "type": "EPCISDocument",
        "schemaVersion": "2.0",
        "creationDate": AT,
        "epcisBody": {"eventList": [inner]},
    }
    schema().validate(document)
    assert not schema().is_valid({**value, "eventTime": "yesterday"})


OPTIONAL = {
    events.Harvest: {"destinationList", "bizTransactionList"},
    events.Correction: {"destinationList", "bizTransactionList", "errorDeclaration"},
    events.Shipping: {"bizTransactionList"},
    events.Loading: {"childEPCs", "childQuantityList"},
    events.Return: {"epcList", "quantityList"},
}


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: type(event).__name__)
def test_an_event_has_nothing_more_and_lacks_nothing(event: AnyEvent) -> None:
    value = json.loads(profile.write_event(event))
    for more in (
        {"note": "x"},
        {"recordTime": AT},
        {"rice:container": "ZZDU2632040"},
        {"bizTransactionList": [{"type": "po", "bizTransaction": "urn:x:1"}]},
        {"sourceList": [{"type": "owning_party", "source": did("htx")}]},
        {"disposition": "in_transit"},
        {"readPoint": {"id": SITE, "name": "x"}},
    ):
        if not more.keys() <= value.keys() | OPTIONAL.get(type(event), set()):
            with pytest.raises(MalformedError):
                profile.read_event(spelled({**value, **more}))
    may_lack = {"readPoint", "certificationInfo"} | OPTIONAL.get(type(event), set())
    for name in value.keys() - may_lack:
        less = {other: member for other, member in value.items() if other != name}
        with pytest.raises(LedgerError):
            profile.read_event(spelled(less))


def changed(event: AnyEvent, **members: Any) -> bytes:  # noqa: ANN401  (any JSON value)
    return spelled({**json.loads(profile.write_event(event)), **members})


def weighed(quantity: object) -> dict[str, Any]:
    return {"quantityList": [{"epcClass": lot("L1"), "quantity": quantity, "uom": "KGM"}]}


def moist(value: object, **more: object) -> dict[str, Any]:
    report = {"type": "Dimensionless", "value": value, "uom": "P1", **more}
    return {
        "sensorElementList": [{"sensorReport": [{**report, "rice:property": "rice:grainMoisture"}]}]
    }


def ilmd(event: AnyEvent, **members: object) -> dict[str, Any]:
    return {"ilmd": {**json.loads(profile.write_event(event))["ilmd"], **members}}


def diary(event: AnyEvent, **members: object) -> dict[str, Any]:
    name = "rice:diary"
    return {name: {**json.loads(profile.write_event(event))[name], **members}}


def level(event: AnyEvent, **members: object) -> dict[str, Any]:
    (element,) = json.loads(profile.write_event(event))["sensorElementList"]
    return {
        "sensorElementList": [
            {**element, "sensorReport": [{**element["sensorReport"][0], **members}]}
        ]
    }


def declaration(**members: object) -> dict[str, Any]:
    said = json.loads(profile.write_event(CORRECTION))["errorDeclaration"]
    return {"errorDeclaration": {**said, **members}}


REFUSED: dict[str, bytes] = {
    "a mass as text": changed(HARVEST, **weighed("10")),
    "finer than a gram": changed(HARVEST, **weighed(0.0001)),
    "half a gram": changed(HARVEST, **weighed(1.0005)),
    "nothing weighed": changed(HARVEST, **weighed(0)),
    "less than nothing": changed(HARVEST, **weighed(-1)),
    "more rice than there is": changed(HARVEST, **weighed(10**12 + 1)),
    "no unit": changed(HARVEST, quantityList=[{"epcClass": lot("L1"), "quantity": 1}]),
    "two lots where one is meant": changed(HARVEST, quantityList=weighed(1)["quantityList"] * 2),
    "a lot that is no lot": changed(
        HARVEST, quantityList=[{"epcClass": did("L1"), "quantity": 1, "uom": "KGM"}]
    ),
    "a bag in place of a lot": changed(
        HARVEST,
        quantityList=[{"epcClass": lot("L1").replace("/10/", "/21/"), "quantity": 1, "uom": "KGM"}],
    ),
    "moisture finer than 0.1 %": changed(HARVEST, **moist(25.31)),
    "moisture above 40 %": changed(HARVEST, **moist(40.1)),
    "moisture as text": changed(HARVEST, **moist("25.3")),
    "moisture with a maker's note": changed(HARVEST, **moist(25.3, deviceID="urn:x:1")),
    "no moisture": changed(HARVEST, sensorElementList=[]),
    "a harvest that ends tomorrow": changed(
        HARVEST, **ilmd(HARVEST, **{"rice:harvestEndDate": "2026-03-02"})
    ),
    "a day that is not": changed(HARVEST, **ilmd(HARVEST, **{"rice:harvestEndDate": "2026-02-29"})),
    "a season that is not": changed(HARVEST, **ilmd(HARVEST, **{"rice:season": "XX-2026"})),
    "variety that is not NFC": changed(HARVEST, **ilmd(HARVEST, **{"rice:variety": "Đa\u0300i"})),
    "a harvest with a bag": changed(
        HARVEST, **ilmd(HARVEST, **{"rice:netWeight": {"rice:value": 5, "rice:unitCode": "KGM"}})
    ),
    "an hour that is not": changed(HARVEST, eventTime="2026-03-01T24:00:00+07:00"),
    "another time zone": changed(HARVEST, eventTime="2026-03-01T08:00:00+00:00"),
    "a day of the event that is not": changed(HARVEST, eventTime="2026-02-30T08:00:00+07:00"),
    "another action": changed(HARVEST, action="OBSERVE"),
    "another step": changed(HARVEST, bizStep="receiving"),
    "an event we do not know": changed(HARVEST, **{"rice:cte": "rice:polishing"}),
    "a type we do not read": changed(HARVEST, type="AssociationEvent"),
    "another context": changed(HARVEST, **{"@context": ["https://example.org/", {}]}),
    "an owner where a holder is meant": changed(
        HARVEST, destinationList=[{"type": "owning_party", "destination": did("may")}]
    ),
    "a receipt without its ticket": changed(
        RECEIVING, bizTransactionList=[{"type": "po", "bizTransaction": "urn:x:1"}]
    ),
    "a lot drawn on twice": changed(
        DRYING,
        inputQuantityList=[{"epcClass": lot("L1"), "quantity": 1, "uom": "KGM"}] * 2,
    ),
    "nothing drawn on": changed(DRYING, inputQuantityList=[]),
    "a custody model of our own": changed(MILLING, **{"rice:custodyModel": "trust_me"}),
    "a part of a bag": changed(
        PACKING, outputQuantityList=[{"epcClass": lot("P1"), "quantity": 1.5}]
    ),
    "bags in kilograms": changed(
        PACKING, outputQuantityList=[{"epcClass": lot("P1"), "quantity": 1, "uom": "KGM"}]
    ),
    "bags that weigh nothing": changed(
        PACKING, **ilmd(PACKING, **{"rice:netWeight": {"rice:value": 0, "rice:unitCode": "KGM"}})
    ),
    "packed on another day": changed(PACKING, **ilmd(PACKING, **{"rice:packDate": "2026-02-28"})),
    "best before it was packed": changed(
        PACKING, **ilmd(PACKING, **{"cbvmda:bestBeforeDate": "2026-02-28"})
    ),
    "two marks": changed(PACKING, certificationInfo=[GRANT, GRANT + "2"]),
    "a pallet with a wrong check digit": changed(
        PALLETISING, parentID=sscc("1")[:-1] + str((int(sscc("1")[-1]) + 1) % 10)
    ),
    "a pallet taken apart": changed(PALLETISING, action="DELETE"),
    "a pallet loaded twice": changed(LOADING, childEPCs=[sscc("1"), sscc("1")]),
    "loose bags of a lot twice": changed(
        LOADING, childQuantityList=[{"epcClass": lot("P1"), "quantity": 3}] * 2
    ),
    "an empty list of pallets": changed(LOADING, childEPCs=[]),
    "an empty container": changed(structs.replace(LOADING, pallets=()), childQuantityList=[]),
    "a container with a wrong check digit": changed(LOADING, parentID="urn:epc:id:bic:ZZDU2632041"),
    "a pallet where a container is meant": changed(LOADING, parentID=sscc("1")),
    "two containers at once": changed(SHIPPING, epcList=["urn:epc:id:bic:ZZDU2632040"] * 2),
    "hectares in kilograms": changed(
        SOWING, **diary(SOWING, **{"rice:workedArea": {"rice:value": 1, "rice:unitCode": "KGM"}})
    ),
    "finer than a square metre": changed(
        SOWING,
        **diary(SOWING, **{"rice:workedArea": {"rice:value": 1.00001, "rice:unitCode": "HAR"}}),
    ),
    "a field work about goods": changed(SOWING, epcList=[sscc("1")]),
    "a level finer than a millimetre": changed(READING, **level(READING, value=-15.55)),
    "a level above the dike": changed(READING, **level(READING, value=500.1)),
    "a level in metres": changed(READING, **level(READING, uom="P1")),
    "a reading of nobody": changed(
        READING,
        sensorElementList=[
            {"sensorReport": level(READING)["sensorElementList"][0]["sensorReport"]}
        ],
    ),
    "a silo that takes in more than is put into it": changed(
        STORING, outputQuantityList=[{"epcClass": lot("S1"), "quantity": 1, "uom": "KGM"}]
    ),
    "a test that both holds and does not": changed(TESTING, disposition="non_conformant"),
    "nothing is returned": changed(structs.replace(RETURN, pallets=()), quantityList=[]),
    "a correction by nothing": changed(CORRECTION, **declaration(correctiveEventIDs=[])),
    "a correction by itself": changed(CORRECTION, **declaration(correctiveEventIDs=[EVENT_ID])),
    "what did not occur, corrected": changed(CORRECTION, **declaration(reason="did_not_occur")),
    "a correction for no reason": changed(CORRECTION, **declaration(reason="other")),
    "a country that is not": changed(SHIPPING, **{"rice:destinationCountry": "Japan"}),
    "a harvest that weighs no number": changed(
        HARVEST, quantityList=[{"epcClass": lot("L1"), "quantity": "sNaN", "uom": "KGM"}]
    ),
    "more rice than any number is": changed(
        HARVEST, quantityList=[{"epcClass": lot("L1"), "quantity": "1e999999999", "uom": "KGM"}]
    ),
    "an event that is a list": b"[]",
    "no event": b"",
    "half an event": profile.write_event(HARVEST)[:-20],
}


@pytest.mark.parametrize("case", REFUSED)
def test_refused(case: str) -> None:
    with pytest.raises(LedgerError) as refusal:
        profile.read_event(REFUSED[case])
    assert refusal.value.code in {"malformed_event", "malformed"}


@given(st.sampled_from(EVENTS), st.data())
def test_bent_events_are_refused_in_our_own_words_or_mean_something_else(
    event: AnyEvent, data: st.DataObject
) -> None:
    bent = bent_json(json.loads(profile.write_event(event)), data)
    try:
        payload = spelled(bent)
        read = profile.read_event(payload)
    except LedgerError:
        return
    assert profile.write_event(read) == payload


@given(st.integers(1, 10**15))
def test_every_whole_gram_has_one_spelling(mass_g: int) -> None:
    payload = profile.write_event(structs.replace(HANDOVER, mass_g=mass_g))
    assert profile.read_event(payload) == structs.replace(HANDOVER, mass_g=mass_g)
    assert payload == spelled(json.loads(payload))
    assert epcis.grams(epcis.kilograms(mass_g)) == mass_g


@given(st.integers(0, 400))
def test_every_tenth_of_a_per_cent_has_one_spelling(moisture_ppt: int) -> None:
    event = structs.replace(RECEIVING, moisture_ppt=moisture_ppt)
    assert profile.read_event(profile.write_event(event)) == event


def test_other_peoples_events_are_read_or_refused_never_crashed_on() -> None:
    for case in load("epcis-2.0.1/cases.json")["files"]:
        if case["file"].endswith((".json", ".jsonld")) and case["type"] != "query":
            value = load(f"epcis-2.0.1/{case['file']}")
            body = value.get("epcisBody", {}) if isinstance(value, dict) else {}
            listed = body.get("eventList", []) if isinstance(body, dict) else []
            for event in [value, *(listed if isinstance(listed, list) else [])]:
                with pytest.raises(LedgerError):
                    profile.read_event(spelled(event))
