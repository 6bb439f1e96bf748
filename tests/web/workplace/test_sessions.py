"""Who signs in, how long that lasts, and what does not sign anybody in."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from msgspec import structs
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from ledger.errors import LedgerError
from ledger.log.possession import POSSESSION, SESSION, prove_possession
from ledger.rice import acts
from ledger.service import Ledger
from tests.drawn import serving
from tests.small_season import Clock, founding, key_of, offered, opening, sealed
from web.frame import is_secure, root_of
from web.workplace.frame import WorkFrame
from web.workplace.sessions import COOKIE, NONCE_SECONDS, SESSION_SECONDS, Sessions
from web.workplace.signed_in import check_signed_in

ACTOR = "htx"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def ledger(tmp_path: Path, clock: Clock) -> Iterator[Ledger]:
    made = Ledger.create(tmp_path / "ledger", key_of("log"), founding=founding(), clock=clock)
    refused = [one for one in made.append(opening()) if isinstance(one, LedgerError)]
    assert not refused
    yield made
    made.close()


@contextmanager
def client_of(ledger: Ledger, clock: Clock) -> Iterator[httpx.Client]:
    sessions = Sessions(ledger, WorkFrame(), clock)

    def who(request: Request) -> PlainTextResponse:
        return PlainTextResponse(sessions.actor_of(request) or "nobody")

    def act(request: Request) -> PlainTextResponse:
        try:
            return PlainTextResponse(check_signed_in(request, sessions.actor_of))
        except LedgerError as refusal:
            return PlainTextResponse(refusal.code)

    acted = Route("/workplace/{actor}/acted", act, methods=["POST"])
    app = Starlette(routes=[Route("/workplace/who", who), acted, *sessions.routes])
    with serving(app) as address, httpx.Client(base_url=address) as client:
        yield client


@pytest.fixture
def client(ledger: Ledger, clock: Clock) -> Iterator[httpx.Client]:
    with client_of(ledger, clock) as made:
        yield made


def proof_of(client: httpx.Client, ledger: Ledger, key: str = ACTOR, typ: str = SESSION) -> str:
    nonce = client.get("/workplace/session").json()["nonce"]
    signed = prove_possession(key_of(key), holder=ACTOR, ledger=ledger.origin, nonce=nonce, typ=typ)
    return json.dumps({"actor": ACTOR, "nonce": nonce, "proof": signed.decode()})


def test_a_registered_key_signs_in_for_its_organisation_and_out_again(
    client: httpx.Client, ledger: Ledger
) -> None:
    assert client.get("/workplace/who").text == "nobody"
    answer = client.post("/workplace/session", content=proof_of(client, ledger))
    assert answer.status_code == 200, answer.text
    assert "httponly" in answer.headers["set-cookie"].lower()
    assert "samesite=strict" in answer.headers["set-cookie"].lower()
    assert client.get("/workplace/who").text == ACTOR
    assert client.delete("/workplace/session").status_code == 204
    assert client.get("/workplace/who").text == "nobody"


@pytest.mark.parametrize(("scheme", "told"), [("http", False), ("https", True)])
def test_who_came_by_tls_is_known_behind_a_proxy_that_ends_it(scheme: str, *, told: bool) -> None:
    headers = [(b"host", b"so.example"), (b"x-forwarded-proto", scheme.encode())]
    scope = {"type": "http", "scheme": "http", "path": "/", "query_string": b"", "headers": headers}
    assert is_secure(Request(scope)) is told  # a cookie that is set then goes by TLS alone
    assert root_of(Request(scope)) == f"{scheme}://so.example"


def test_it_lasts_half_an_hour_and_no_longer_than_its_key(
    client: httpx.Client, ledger: Ledger, clock: Clock
) -> None:
    client.post("/workplace/session", content=proof_of(client, ledger))
    clock.now += timedelta(seconds=SESSION_SECONDS + 1)
    assert client.get("/workplace/who").text == "nobody"
    client.post("/workplace/session", content=proof_of(client, ledger))
    assert client.get("/workplace/who").text == ACTOR
    revoked = acts.RevokeKey(kid=key_of(ACTOR).public.kid, reason="lost")
    (answer,) = ledger.append([sealed(revoked, ACTOR)])
    assert not isinstance(answer, LedgerError)
    assert client.get("/workplace/who").text == "nobody"


def test_every_process_of_a_ledger_knows_who_is_signed_in(
    client: httpx.Client, ledger: Ledger, clock: Clock
) -> None:
    client.post("/workplace/session", content=proof_of(client, ledger))
    with client_of(ledger, clock) as other:
        other.cookies.set(COOKIE, client.cookies[COOKIE], path="/workplace")
        assert other.get("/workplace/who").text == ACTOR


def test_a_proof_signs_in_once_and_soon(client: httpx.Client, ledger: Ledger, clock: Clock) -> None:
    proof = proof_of(client, ledger)
    assert client.post("/workplace/session", content=proof).status_code == 200
    again = client.post("/workplace/session", content=proof)
    assert again.json()["code"] == "session_refused"
    late = proof_of(client, ledger)
    clock.now += timedelta(seconds=NONCE_SECONDS + 1)
    assert client.post("/workplace/session", content=late).json()["code"] == "session_refused"


def test_other_keys_and_other_proofs_sign_nobody_in(client: httpx.Client, ledger: Ledger) -> None:
    stranger = client.post("/workplace/session", content=proof_of(client, ledger, key="stranger"))
    assert stranger.json()["code"] == "session_refused"
    for_a_registrar = client.post(
        "/workplace/session", content=proof_of(client, ledger, typ=POSSESSION)
    )
    assert for_a_registrar.json()["code"] == "possession_refused"
    own_nonce = json.loads(proof_of(client, ledger)) | {"nonce": "1.2.3"}
    refused = client.post("/workplace/session", content=json.dumps(own_nonce))
    assert refused.json()["code"] == "session_refused"
    assert client.get("/workplace/who").text == "nobody"


def test_a_key_for_some_kinds_of_work_signs_nobody_in(client: httpx.Client, ledger: Ledger) -> None:
    key = structs.replace(offered(key_of("dryer"), admin=False), only=("drying",))
    (answer,) = ledger.append([sealed(acts.EnrolKey(actor=ACTOR, key=key), ACTOR, "dryer")])
    assert not isinstance(answer, LedgerError)
    refused = client.post("/workplace/session", content=proof_of(client, ledger, key="dryer"))
    assert refused.json()["code"] == "session_refused"


def test_a_cookie_is_no_nonce(client: httpx.Client, ledger: Ledger) -> None:
    client.post("/workplace/session", content=proof_of(client, ledger))
    said, _, mac = client.cookies[COOKIE].strip('"').rpartition("|")
    asked = json.loads(proof_of(client, ledger)) | {"nonce": f"{said}.{mac}"}
    answer = client.post("/workplace/session", content=json.dumps(asked))
    assert answer.json()["code"] == "session_refused"


@pytest.mark.parametrize(
    ("site", "is_let_in"),
    [("same-origin", True), ("none", True), ("same-site", False), ("cross-site", False)],
)
def test_a_page_of_another_host_acts_for_nobody_who_is_signed_in(
    client: httpx.Client, ledger: Ledger, site: str, *, is_let_in: bool
) -> None:
    headers = {"Sec-Fetch-Site": site}
    answer = client.post("/workplace/session", content=proof_of(client, ledger), headers=headers)
    assert (answer.status_code == 200) is is_let_in
    client.post("/workplace/session", content=proof_of(client, ledger))
    answer = client.post(f"/workplace/{ACTOR}/acted", headers=headers)
    assert answer.text == (ACTOR if is_let_in else "sent_from_elsewhere")


@pytest.mark.parametrize(
    "body",
    [b"", b"[]", b"\xff", b'{"actor":1}', b'{"actor":"htx"}', b"{" * 9_000, b"x" * 20_000],
)
def test_nonsense_is_refused_in_words(client: httpx.Client, body: bytes) -> None:
    answer = client.post("/workplace/session", content=body)
    assert answer.status_code == 400
    assert answer.json()["words"]["vi"]


@pytest.mark.parametrize("place", range(4))
def test_a_bent_cookie_is_nobodys(client: httpx.Client, ledger: Ledger, place: int) -> None:
    client.post("/workplace/session", content=proof_of(client, ledger))
    parts = client.cookies[COOKIE].strip('"').split("|")
    parts[place] = parts[place][:-1] + ("0" if parts[place][-1] != "0" else "1")
    client.cookies.clear()
    client.cookies.set(COOKIE, "|".join(parts), path="/workplace")
    assert client.get("/workplace/who").text == "nobody"
