"""EPCIS 2.0.1 JSON is told from what is none, as the published schema tells it."""

from __future__ import annotations

import json
from copy import deepcopy
from functools import cache
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.epcis import documents, shapes
from ledger.epcis.refusals import EpcisError
from ledger.errors import MalformedError
from tests import conformance_data

FOLDER = "epcis-2.0.1"
SCHEMAS = ("epcis-json-schema", "query-schema")


@cache
def cases() -> list[dict[str, Any]]:
    return list(conformance_data.load(f"{FOLDER}/cases.json")["files"])


@cache
def probes() -> list[dict[str, Any]]:
    return list(conformance_data.load(f"{FOLDER}/probes.json")["probes"])


@cache
def published(name: str) -> jsonschema_rs.Draft7Validator:
    schema = conformance_data.load(f"{FOLDER}/schema/{name}.json")
    return jsonschema_rs.Draft7Validator(schema, validate_formats=True)


def is_read(data: bytes, schema: str) -> bool:
    read = documents.read_query if schema == "query-schema" else documents.read_document
    try:
        read(data)
    except EpcisError:
        return False
    return True


def is_taken(value: object, schema: str) -> bool:
    check = documents.check_query if schema == "query-schema" else documents.check_document
    try:
        check(value)
    except EpcisError:
        return False
    return True


def test_every_published_document_is_accepted_or_refused_as_it_should_be() -> None:
    assert len(cases()) == 89
    wrong = [
        case["file"]
        for case in cases()
        if is_read(conformance_data.read(f"{FOLDER}/{case['file']}"), case["schema"])
        != (case["expect"] == "valid")
    ]
    assert not wrong


def test_every_probe_is_accepted_or_refused_as_it_should_be() -> None:
    assert len(probes()) == 60
    wrong = [
        probe["name"]
        for probe in probes()
        if is_read(json.dumps(probe["document"]).encode(), SCHEMAS[0])
        != (probe["expect"] == "valid")
    ]
    assert not wrong


def test_a_refusal_names_a_place_that_is_wrong() -> None:
    for case in cases():
        if case["expect"] == "valid" or case["schema"] != SCHEMAS[0]:
            continue
        with pytest.raises(EpcisError) as refused:
            documents.read_document(conformance_data.read(f"{FOLDER}/{case['file']}"))
        assert refused.value.details["where"] in case["errors_at"], case["file"]


def test_without_formats_some_of_them_would_pass() -> None:
    lax = jsonschema_rs.Draft7Validator(shapes.DOCUMENTS, validate_formats=False)
    passed = [
        probe["name"]
        for probe in probes()
        if probe["expect"] == "invalid" and lax.is_valid(probe["document"])
    ]
    assert {"eventTime without offset", "extension without prefix"} <= set(passed)


@cache
def corpus() -> list[tuple[str, Any]]:
    """Return what there is to change: every file and probe, with the schema it belongs to."""
    files = [
        (case["schema"], json.loads(conformance_data.read(f"{FOLDER}/{case['file']}")))
        for case in cases()
    ]
    return files + [(SCHEMAS[0], probe["document"]) for probe in probes()]


def places(value: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:  # noqa: ANN401
    """Return every place in a document but its root."""
    inner = value.items() if isinstance(value, dict) else enumerate(value)
    found: list[tuple[str | int, ...]] = []
    for key, one in inner:
        found.append((*path, key))
        if isinstance(one, dict | list):
            found += places(one, (*path, key))
    return found


@cache
def members() -> list[str]:
    """Return every member name that occurs, and some that must not."""
    names = {
        str(place[-1])
        for _, value in corpus()
        for place in places(value)
        if isinstance(place[-1], str)
    }
    return sorted({*names, "cte", "rice:cte", "a b", "nextPageToken", "_:b"})


@cache
def leaves() -> list[Any]:
    """Return every value that occurs, and some that must not."""
    found = {
        json.dumps(_at(value, place))
        for _, value in corpus()
        for place in places(value)
        if len(json.dumps(_at(value, place))) < 200
    }
    odd = [
        "",
        "x",
        "urn:epcglobal:cbv:bizstep:shipping",
        "_:b",
        "transforming",
        0,
        -1.5,
        True,
        None,
    ]
    return [json.loads(one) for one in sorted(found)] + [*odd, [], {}, [{}], ["x", "x"]]


def _at(value: Any, place: tuple[str | int, ...]) -> Any:  # noqa: ANN401
    for key in place:
        value = value[key]
    return value


@settings(max_examples=1_500, deadline=None)
@given(st.data())
def test_we_and_the_published_schema_agree_on_whatever_somebody_changes(
    data: st.DataObject,
) -> None:
    schema, original = data.draw(st.sampled_from(corpus()))
    value = deepcopy(original)
    for _ in range(data.draw(st.integers(1, 3))):
        spots = places(value)
        if not spots:
            break
        spot = data.draw(st.sampled_from(spots))
        holder, key = _at(value, spot[:-1]), spot[-1]
        match data.draw(st.sampled_from(["drop", "change", "add", "move"])):
            case "drop":
                del holder[key]
            case "change":
                holder[key] = deepcopy(data.draw(st.sampled_from(leaves())))
            case "add" if isinstance(holder, dict):
                name = data.draw(st.sampled_from(members()))
                holder[name] = deepcopy(data.draw(st.sampled_from(leaves())))
            case _ if isinstance(holder, dict):
                holder[data.draw(st.sampled_from(members()))] = holder.pop(key)
            case _:
                holder.append(deepcopy(holder[key]))
    assert is_taken(value, schema) == published(schema).is_valid(value), json.dumps(value)[:2000]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"\xff", "malformed"),
        (b'{"type":"EPCISDocument","type":"EPCISDocument"}', "malformed"),
        (b"[]", "epcis_malformed"),
        (b"null", "epcis_malformed"),
        (b"{}", "epcis_malformed"),
        (b'{"type":7}', "epcis_malformed"),
        (b"[" * 5000, "malformed"),
    ],
    ids=["no-text", "twice", "list", "null", "empty", "number", "deep"],
)
def test_what_is_no_document_at_all_is_refused(data: bytes, code: str) -> None:
    with pytest.raises(MalformedError) as refused:
        documents.read_document(data)
    assert refused.value.code == code


def test_one_event_is_a_document_of_one_and_a_document_is_no_event() -> None:
    alone = next(
        one["document"] for one in probes() if one["name"] == "single event with its context"
    )
    assert documents.read_event(json.dumps(alone).encode()) == alone
    document = next(one["document"] for one in probes() if one["expect"] == "valid")
    with pytest.raises(EpcisError):
        documents.read_event(json.dumps(document).encode())


def test_text_in_another_normal_form_is_read_as_what_it_says() -> None:
    event = b'{"@context":{},"type":"urn:x","eventTime":"2026-03-01T00:00:00Z",'
    event += '"eventTimeZoneOffset":"+07:00","x:note":"Ca\u0302\u0300n"}'.encode()
    assert documents.read_event(event)["x:note"] == "C\u1ea7n"
