"""A partner who cannot sign captures through the organisation's gateway, and reads back."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import jsonschema_rs
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.epcis_face import CAPTURE_LIMIT, FILE_SIZE_LIMIT, Epcis
from api.gateway import create_gateway_app
from api.main import create_app
from ledger.audit import audit
from ledger.epcis import identifiers
from ledger.epcis.ports import Job
from ledger.gateway.office import Office
from ledger.gateway.remote import RemoteLedger
from ledger.gateway.shelf import Shelf, Signed
from ledger.log.keys import EcdsaSigningKey
from ledger.service import Ledger
from tests import conformance_data
from tests.api.conftest import serving
from tests.gateway.partner import alone, document, events_of, outcome, receiving
from tests.small_season import ORIGIN, Clock, key_of

NOWHERE = 99
"""The number of a lot nobody has harvested."""
PROCEED = {"GS1-Capture-Error-Behaviour": "proceed"}


def captured(client: httpx.Client, *events: dict[str, Any], **headers: str) -> dict[str, Any]:
    """Return the job of a document, once it has ended."""
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    answer = client.post("/capture", json=document(*events), headers=sent)
    assert answer.status_code == 202, answer.text
    assert not answer.content
    return outcome(client, answer.headers["location"])


def test_a_document_lands_signed_by_the_organisation(
    gateway: httpx.Client, ledger: httpx.Client, book: Ledger
) -> None:
    job = captured(gateway, receiving(1), receiving(2))
    assert (job["success"], job["errors"], job["captureErrorBehaviour"]) == (True, [], "rollback")
    found = events_of(gateway.get("/events?EQ_bizStep=receiving"))
    assert [one["quantityList"][0]["epcClass"][-2:] for one in found] == ["L2", "L1"]
    assert found == events_of(ledger.get("/events?EQ_bizStep=cbv:BizStep-receiving"))
    book.publish()
    assert audit(book.folder, book.log_key).ok
    schema = conformance_data.load("epcis-2.0.1/schema/epcis-json-schema.json")
    for target in ("/events", "/events?perPage=1", "/epcs/x/events", "/bizSteps/receiving/events"):
        shown = gateway.get(target).json()
        assert jsonschema_rs.validator_for(schema, validate_formats=True).is_valid(shown), target


def test_the_same_document_again_changes_nothing(gateway: httpx.Client, book: Ledger) -> None:
    captured(gateway, receiving(1))
    size = book.size
    again = captured(gateway, receiving(1))
    assert (again["success"], book.size) == (True, size)


def test_with_rollback_none_lands_unless_all_do(gateway: httpx.Client, book: Ledger) -> None:
    size = book.size
    job = captured(gateway, receiving(1), receiving(NOWHERE), receiving(3))
    assert (job["success"], book.size) == (False, size)
    assert [one["code"] for one in job["errors"]] == ["lot_unknown"], job["errors"]
    told = job["errors"][0]
    assert told["type"] == "epcisException:ValidationException"
    assert told["words"]["vi"] != told["words"]["en"]
    unread = captured(gateway, receiving(1), receiving(2, **{"rice:cte": "rice:dancing"}))
    assert (unread["success"], book.size) == (False, size)
    assert [one["code"] for one in unread["errors"]] == ["malformed_event"]


def test_with_proceed_those_land_that_may(gateway: httpx.Client, book: Ledger) -> None:
    size = book.size
    wrong = [receiving(NOWHERE), receiving(3, **{"rice:cte": "rice:dancing"})]
    job = captured(gateway, receiving(1), *wrong, receiving(4), **PROCEED)
    assert (job["success"], job["captureErrorBehaviour"], book.size) == (False, "proceed", size + 2)
    assert [one["code"] for one in job["errors"]] == ["malformed_event", "lot_unknown"]


def test_one_event_is_in_the_ledger_when_it_is_answered(gateway: httpx.Client) -> None:
    name = "urn:uuid:6f0e2a1c-5f0a-4c0e-9a53-7f3a4b8c1d01"
    first = gateway.post("/events", json=alone(receiving(1, eventID=name)))
    assert first.status_code == 201, first.text
    assert first.headers["location"] == f"/events/{quote(name, safe='')}"
    (found,) = events_of(gateway.get(first.headers["location"]))
    assert found["eventID"] == name
    assert re.fullmatch(r"2026-03-10T08:\d\d:\d\d\.\d{3}Z", found["recordTime"])
    again = gateway.post("/events", json=alone(receiving(1, eventID=name)))
    other = gateway.post("/events", json=alone(receiving(2, eventID=name)))
    for answer in (again, other):
        assert answer.status_code == 409
        assert answer.json()["type"] == "epcisException:ResourceAlreadyExistsException"


def test_what_a_rule_refuses_is_never_answered_as_if_it_were_there(gateway: httpx.Client) -> None:
    answer = gateway.post("/events", json=alone(receiving(NOWHERE)))
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (400, "lot_unknown")
    assert problem["type"] == "epcisException:ValidationException"
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_name_of_another_kind_is_found_by_it(gateway: httpx.Client) -> None:
    name = "ni:///sha-256;9a3c?ver=CBV2.0"
    assert captured(gateway, receiving(1, eventID=name))["success"]
    for target in (f"/events/{quote(name, safe='')}", f"/events/{name}"):
        (found,) = events_of(gateway.get(target))
        assert found["eventID"] == identifiers.event(name)
    assert gateway.get("/events/urn:uuid:nothing").status_code == 404


def test_a_slip_is_declared_and_both_stay_readable(gateway: httpx.Client) -> None:
    name = "urn:uuid:6f0e2a1c-5f0a-4c0e-9a53-7f3a4b8c1d02"
    wrong = receiving(1, eventID=name)
    assert captured(gateway, wrong)["success"]
    declared = {"declarationTime": "2026-03-02T08:00:00+07:00", "reason": "did_not_occur"}
    assert captured(gateway, {**wrong, "errorDeclaration": declared})["success"]
    first, second = events_of(gateway.get(f"/events/{name}"))
    assert "errorDeclaration" not in first
    assert second["errorDeclaration"]["reason"] == "did_not_occur"
    slips = events_of(gateway.get("/events?EXISTS_errorDeclaration"))
    assert [one["eventID"] for one in slips] == [name]
    sound = events_of(gateway.get("/events?EXISTS_errorDeclaration=false&EQ_bizStep=receiving"))
    assert [one["eventID"] for one in sound] == [name]
    again = gateway.post("/events", json=alone({**wrong, "errorDeclaration": declared}))
    assert again.status_code == 409


def test_capture_jobs_are_listed_newest_first_and_page_by_page(gateway: httpx.Client) -> None:
    jobs = [captured(gateway, receiving(number)) for number in (1, 2, 3)]
    first = gateway.get("/capture?perPage=2")
    assert first.json() == [jobs[2], jobs[1]]
    second = gateway.get(first.links["next"]["url"])
    assert second.json() == [jobs[0]]
    assert "next" not in second.links
    assert gateway.get("/capture/0123").status_code == 404


def test_pages_are_read_through_the_gateway_by_link(gateway: httpx.Client) -> None:
    captured(gateway, *(receiving(number) for number in range(1, 6)))
    target, found = "/events?EQ_bizStep=receiving&perPage=2", []
    while target:
        answer = gateway.get(target)
        found += [one["eventID"] for one in events_of(answer)]
        assert "nextPageToken" not in answer.json()
        target = answer.links.get("next", {}).get("url", "")
    assert len(set(found)) == len(found) == 5
    names, target = [], "/epcs?perPage=4"
    while target:
        answer = gateway.get(target)
        names += answer.json()["member"]
        target = answer.links.get("next", {}).get("url", "")
    assert len(names) == 9


def test_a_named_query_is_kept_asked_and_forgotten(gateway: httpx.Client) -> None:
    captured(gateway, receiving(1), receiving(2))
    query = {"EQ_bizStep": ["receiving"], "orderDirection": "ASC"}
    kept = gateway.post("/queries", json={"name": "weighed", "query": query})
    assert (kept.status_code, kept.headers["location"]) == (201, "/queries/weighed")
    assert gateway.post("/queries", json={"name": "weighed", "query": {}}).status_code == 409
    assert gateway.get("/queries/weighed").json() == {"name": "weighed", "query": query}
    listed = gateway.get("/queries").json()["member"]
    assert [one["name"] for one in listed] == ["SimpleEventQuery", "weighed"]
    page = gateway.get("/queries/weighed/events?perPage=1")
    assert page.json()["epcisBody"]["queryResults"]["queryName"] == "weighed"
    rest = gateway.get(page.links["next"]["url"])
    assert len(events_of(page)) == len(events_of(rest)) == 1
    assert gateway.get("/queries/weighed/events?EQ_action=ADD").status_code == 400
    assert gateway.get("/queries/weighed/subscriptions").status_code == 501
    assert gateway.delete("/queries/weighed").status_code == 204
    gone = gateway.get("/queries/weighed/events")
    assert (gone.status_code, gone.json()["type"]) == (404, "epcisException:NoSuchNameException")
    assert gateway.delete("/queries/SimpleEventQuery").status_code == 404


def test_a_query_that_cannot_be_asked_is_not_kept(gateway: httpx.Client) -> None:
    bodies: list[Any] = [
        *({"name": "a"}, {"name": "a", "query": {"foo": []}}, {"name": "a/b", "query": {}}, [], 7),
        *({"name": "a", "query": {"GT_quantity": 3}}, {"name": "a", "query": {}, "more": 1}),
    ]
    for body in bodies:
        answer = gateway.post("/queries", json=body)
        assert answer.status_code == 400, body
        assert answer.json()["type"].startswith("epcisException:")


def test_what_the_ledger_refuses_the_gateway_passes_on(gateway: httpx.Client) -> None:
    many = gateway.get("/events?maxEventCount=1")
    assert (many.status_code, many.json()["type"]) == (413, "epcisException:QueryTooLargeException")
    odd = gateway.get("/events?foo=1")
    assert (odd.status_code, odd.json()["type"]) == (400, "epcisException:QueryParameterException")
    absent = gateway.get("/bizSteps/packing")
    assert (absent.status_code, absent.json()["type"]) == (
        404,
        "epcisException:NoSuchResourceException",
    )
    assert gateway.get("/bizSteps/receiving/events").status_code == 200


def test_too_much_at_once_is_refused(gateway: httpx.Client) -> None:
    many = gateway.post("/capture", json=document(*[receiving(1)] * (CAPTURE_LIMIT + 1)))
    assert many.status_code == 413
    assert many.json()["type"] == "epcisException:CaptureLimitExceededException"
    headers = {"content-type": "application/json"}
    long = gateway.post("/capture", content=b" " * (FILE_SIZE_LIMIT + 1), headers=headers)
    assert (long.status_code, long.json()["code"]) == (413, "oversized")
    fits = gateway.post("/capture", json=document(*[receiving(1)] * CAPTURE_LIMIT))
    assert fits.status_code == 202


WISHES: list[tuple[str, dict[str, str], int]] = [
    ("GET", {"accept": "application/ld+json"}, 200),
    ("GET", {"accept": "application/json, application/ld+json"}, 200),
    ("GET", {"accept": "application/json;q=0.1, application/ld+json;q=0.9"}, 200),
    ("GET", {"accept": "text/html, application/*;q=0.5"}, 200),
    ("GET", {"accept": "application/xml"}, 406),
    ("GET", {"accept": "application/json;q=0"}, 406),
    ("GET", {"gs1-epcis-version": "1.2"}, 406),
    ("GET", {"gs1-epcis-version": "2.0"}, 200),
    ("GET", {"gs1-epc-format": "Always_EPC_URN"}, 406),
    ("GET", {"gs1-epc-format": "Always_GS1_Digital_Link"}, 200),
    ("POST", {"content-type": "application/xml"}, 415),
    ("POST", {"content-type": ""}, 415),
    ("POST", {"content-type": "application/ld+json; charset=utf-8"}, 202),
]


def test_only_what_is_spoken_here_is_answered(gateway: httpx.Client) -> None:
    for method, headers, status in WISHES:
        path = "/events" if method == "GET" else "/capture"
        body = json.dumps(document(receiving(1))) if method == "POST" else None
        answer = gateway.request(method, path, headers=headers, content=body)
        assert answer.status_code == status, (headers, answer.text)
        wanted = headers.get("accept", "")
        linked = wanted == "application/ld+json" or wanted.endswith("q=0.9")
        if status == 200 and wanted:
            expected = "application/ld+json" if linked else "application/json"
            assert answer.headers["content-type"] == expected
        if status >= 400:
            assert answer.json()["type"].startswith("epcisException:")


def test_a_behaviour_nobody_knows_is_refused(gateway: httpx.Client) -> None:
    headers = {"GS1-Capture-Error-Behaviour": "hope"}
    answer = gateway.post("/capture", json=document(receiving(1)), headers=headers)
    assert answer.status_code == 400


def test_only_who_shows_the_token_speaks_for_the_organisation(
    ledger: httpx.Client, office: Office
) -> None:
    remote = RemoteLedger(str(ledger.base_url))
    app = create_gateway_app(Epcis(remote, Clock(), office), token="b\u00ed m\u1eadt")
    with serving(app) as client:
        closed = client.get("/events")
        assert (closed.status_code, closed.headers["www-authenticate"]) == (401, "Bearer")
        assert closed.json()["type"] == "epcisException:SecurityException"
        wrong = {"authorization": "Bearer other"}
        assert client.post("/capture", json=document(), headers=wrong).status_code == 401
        right = {b"authorization": "Bearer b\u00ed m\u1eadt".encode()}
        assert client.get("/events", headers=right).status_code == 200
    remote.close()


def test_jobs_outlive_the_gateway_and_a_ledger_that_is_away(book: Ledger, tmp_path: Path) -> None:
    size = book.size
    away = RemoteLedger("http://127.0.0.1:9")
    shelf = Shelf(tmp_path / "kept.db")
    office = Office(away, shelf, key_of("nha-may"), origin=ORIGIN, clock=Clock())
    with serving(create_gateway_app(Epcis(away, Clock(), office))) as client:
        answer = client.post("/capture", json=document(receiving(1)))
        location = answer.headers["location"]
        assert client.get(location).json()["running"]
        unsaid = client.post("/events", json=alone(receiving(2)))
        assert (unsaid.status_code, unsaid.json()["code"]) == (503, "ledger_unreachable")
        assert client.get("/events").status_code == 503
    office.close()
    shelf.close()
    with serving(create_app(book)) as ledger:
        there = RemoteLedger(str(ledger.base_url))
        shelf = Shelf(tmp_path / "kept.db")
        office = Office(there, shelf, key_of("nha-may"), origin=ORIGIN, clock=Clock())
        with serving(create_gateway_app(Epcis(there, Clock(), office))) as client:
            assert outcome(client, location)["success"]
        office.close()
        shelf.close()
        there.close()
    away.close()
    assert book.size == size + 1


def test_a_job_cut_off_before_its_answer_is_sent_again_and_lands_once(
    gateway: httpx.Client, shelf: Shelf, book: Ledger
) -> None:
    job = captured(gateway, receiving(1))
    size = book.size
    kept = shelf.job(job["captureID"])
    statements = [book.statement(size - 1)]
    # As if the machine had stopped after sending and before keeping what was answered.
    shelf._change("DELETE FROM job")
    pending = [Signed("urn:uuid:x", one) for one in statements]
    shelf.add_job(Job(id=kept.id, created_at=kept.created_at, together=True), pending)
    captured(gateway, receiving(2))
    assert shelf.job(kept.id).finished_at
    assert not shelf.job(kept.id).troubles
    assert book.size == size + 1


def test_a_key_the_ledger_does_not_know_is_told(ledger: httpx.Client, shelf: Shelf) -> None:
    remote = RemoteLedger(str(ledger.base_url))
    stranger = EcdsaSigningKey.from_number(7)
    office = Office(remote, shelf, stranger, origin=ORIGIN, clock=Clock())
    with serving(create_gateway_app(Epcis(remote, Clock(), office))) as client:
        job = captured(client, receiving(1))
        assert [one["code"] for one in job["errors"]] == ["key_unknown"]
    office.close()
    remote.close()


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4)
    ),
    max_leaves=12,
)


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_whatever_comes_in_nothing_breaks(gateway: httpx.Client, data: st.DataObject) -> None:
    event: dict[str, Any] = receiving(data.draw(st.integers(1, 9)))
    for _ in range(data.draw(st.integers(0, 3))):
        name = data.draw(
            st.sampled_from([*event, "ilmd", "parentID", "rice:x", "errorDeclaration"])
        )
        event[name] = data.draw(JSON | st.sampled_from(list(event.values())))
    body: Any = document(event)
    if data.draw(st.booleans()):
        body = data.draw(JSON | st.just(alone(event)))
    text = json.dumps(body).encode()
    cut = data.draw(st.integers(0, len(text)) | st.just(len(text)))
    path = data.draw(st.sampled_from(["/capture", "/events", "/queries"]))
    headers = {"content-type": "application/json"}
    answer = gateway.post(path, content=text[:cut], headers=headers)
    assert answer.status_code < 500, answer.text
    if answer.status_code == 202:
        job = outcome(gateway, answer.headers["location"])
        assert all(one["status"] < 500 for one in job["errors"]), job
    if answer.status_code >= 400:
        assert answer.json()["type"].startswith("epcisException:")


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    resource=st.sampled_from(["events", "epcs", "bizSteps", "queries", "capture", "eventTypes"]),
    rest=st.text(max_size=20),
    below=st.sampled_from(["", "/events", "/subscriptions", "/x"]),
    asked=st.dictionaries(st.sampled_from(["EQ_bizStep", "MATCH_epc", "perPage", "nextPageToken"])
                          | st.text(max_size=8), st.text(max_size=20), max_size=3),
)  # fmt: skip
def test_whatever_is_asked_nothing_breaks(
    gateway: httpx.Client, resource: str, rest: str, below: str, asked: dict[str, str]
) -> None:
    path = f"/{resource}/{quote(rest, safe='')}{below}"
    answer = gateway.get(path, params={k: v.encode("utf-8", "replace") for k, v in asked.items()})
    assert answer.status_code < 500 or below == "/subscriptions", answer.text
