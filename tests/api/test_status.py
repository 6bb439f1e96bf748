"""How attestations stand, over HTTP: for any day, for any size, and as a list for others' tools."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest

from api.main import create_app
from ledger.log.methods import read_methods
from ledger.log.secured import check_secured, parse_secured
from tests.api.conftest import serving
from tests.certified_season import GRANT, LOT, Season
from tests.vectors import small_harvest as season
from tests.vectors.small_harvest import on

LIST = "/status/suspension/1"


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Season]:
    made = Season(tmp_path / "book")
    yield made
    made.ledger.close()


@pytest.fixture
def web(book: Season) -> Iterator[httpx.Client]:
    with serving(create_app(book.ledger, clock=book.clock)) as client:
        yield client


def code(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


def test_a_state_by_id_or_number_on_a_day_and_at_a_size(book: Season, web: httpx.Client) -> None:
    index = book.change("CN-01", "suspended", "2026-04-20", on("04-20"))
    for name in (quote(GRANT, safe=""), "CN-01"):
        told = web.get(f"/attestations/{name}/status").json()
        assert (told["state"], told["is_in_force"], told["since"]) == (
            "suspended",
            False,
            "2026-04-20",
        )
    before = web.get("/attestations/CN-01/status?on=2026-04-19").json()
    assert before["state"] == "granted"
    unknown_yet = web.get(f"/attestations/CN-01/status?at_size={index}").json()
    assert (unknown_yet["state"], unknown_yet["size"]) == ("granted", index)
    assert code(web.get("/attestations/CN-01/status?at_size=1")) == (404, "not_recorded_then")
    assert code(web.get("/attestations/none/status")) == (404, "nothing_named")
    for question in ("on=2026-02-30", "on=today", "at_size=-1", "at_size=01"):
        answer = web.get(f"/attestations/CN-01/status?{question}")
        assert code(answer) == (422, "question_refused"), question


def test_an_impact_and_a_trace_of_an_attestation(book: Season, web: httpx.Client) -> None:
    book.change("CN-01", "suspended", "2026-04-20", on("04-20"))
    told = web.get("/attestations/CN-01/impact").json()
    assert [(one["lot"], one["valid_when"]) for one in told["lots"]] == [(LOT, "packed")]
    assert told["affected"]["labels"][0]["last"] == season.BAGS
    traced = web.get("/trace", params={"scope": "attestation:CN-01"}).json()
    assert traced["starts"] == [LOT]
    assert code(web.get("/attestations/none/impact")) == (404, "nothing_named")


def test_what_ends_and_who_waits(web: httpx.Client) -> None:
    told = web.get("/expiring?before=2026-10-30").json()
    assert told["endings"] == []
    kinds = {one["kind"] for one in web.get("/expiring?before=2099-12-31").json()["endings"]}
    assert {"attestation", "key", "area", "licence"} <= kinds
    assert code(web.get("/expiring")) == (422, "question_refused")
    assert web.get("/applications").json() == {"applications": []}
    assert web.get("/applications?certifier=x&limit=1").status_code == 200
    assert code(web.get("/applications?after=x")) == (400, "malformed")


def test_a_status_list_is_served_to_anybody(book: Season, web: httpx.Client) -> None:
    answer = web.get(LIST)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/vc+jwt"
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["cache-control"] == "max-age=60"
    document = web.get("/.well-known/did.json")
    assert document.headers["content-type"] == "application/did+json"
    assert document.json()["id"] == "did:web:demo.rice.example"
    check_secured(parse_secured(answer.content), read_methods(document.content, book.clock.now))


@pytest.mark.parametrize(
    ("path", "status", "wanted"),
    [
        (f"{LIST}?timestamp=2026-04-19T12:00:00Z", 200, ""),
        (f"{LIST}?timestamp=2026-04-19T19:00:00%2B07:00", 200, ""),
        (f"{LIST}?timestamp=2026-04-19", 400, "malformed"),
        (f"{LIST}?timestamp=yesterday", 400, "malformed"),
        (f"{LIST}?timestamp=2036-04-19T12:00:00Z", 404, "status_not_yet"),
        (f"{LIST}?timestamp=2016-04-19T12:00:00Z", 404, "status_not_yet"),
        ("/status/suspension/2", 404, "status_list_unknown"),
        ("/status/suspension/01", 400, "malformed"),
        ("/status/suspension/99999999999999999999", 400, "malformed"),
        ("/status/suspension/10000", 404, "status_list_unknown"),
        ("/status/revocation/1", 404, "address_unknown"),
    ],
)
def test_a_status_list_of_another_time_or_number(
    book: Season, web: httpx.Client, path: str, status: int, wanted: str
) -> None:
    book.change("CN-01", "suspended", "2026-04-20", on("04-20"))
    answer = web.get(path)
    assert answer.status_code == status, answer.text
    if wanted:
        assert answer.json()["code"] == wanted
