"""What would become of a statement is said before anybody signs it, and comes true."""

from __future__ import annotations

from typing import Any

import httpx
import jsonschema_rs
import pytest
from msgspec import structs

from ledger.log import encoding
from ledger.log.statement import ACT, EVENT, parse_statement
from ledger.rice import acts
from ledger.service import Ledger
from tests.small_season import harvest, key_of, offered, sealed

JOSE = {"content-type": "application/jose"}


def question(data: bytes, **other: object) -> dict[str, Any]:
    """Return the question whether a statement would be taken, without its signatures."""
    statement = parse_statement(data)
    asked = {
        "typ": statement.typ,
        "payload": encoding.encode_base64url(statement.payload),
        "kids": [one.kid for one in statement.signatures],
    }
    return asked | other


def asked(client: httpx.Client, data: bytes, **other: object) -> dict[str, Any]:
    answer = client.post("/trials", json=question(data, **other))
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told


REVOCATION = acts.RevokeKey(kid=key_of("htx").public.kid, reason="ended")
STATEMENTS = {
    "an event": harvest(1),
    "an act of two keys": sealed(
        acts.EnrolKey(actor="htx", key=offered(key_of("phone"), admin=False)), "htx", "phone"
    ),
    "an office not held": sealed(
        acts.EndRole(actor="htx", role="cooperative", scheme="", ended_on="2026-03-01", reason="-"),
        "htx",
    ),
    "a key unknown": sealed(REVOCATION, "nobody"),
    "a quorum missing": sealed(acts.ChangeSettings(settings=acts.Settings()), "root 1"),
}


@pytest.mark.parametrize("name", STATEMENTS)
def test_what_is_foreseen_comes_true(client: httpx.Client, small_ledger: Ledger, name: str) -> None:
    data, size = STATEMENTS[name], small_ledger.size
    told = asked(client, data)
    assert small_ledger.size == size, "nothing is recorded"
    answer = client.post("/entries", content=data, headers=JOSE)
    assert told["accepted"] == (answer.status_code == 201)
    if told["accepted"]:
        assert told["refusal"] is None
        warned = [one["code"] for one in answer.json()["warnings"]]
        assert [one["code"] for one in told["cautions"]] == warned
        assert asked(client, data)["refusal"]["code"] in {"said_before", "name_taken"}
    else:
        refused = answer.json()
        del refused["statement"]
        assert told["refusal"] == refused


def test_a_slip_is_pointed_at(client: httpx.Client) -> None:
    told = asked(client, sealed(REVOCATION, "htx"))
    assert told["accepted"] is True
    assert [one["code"] for one in told["slips"]] == ["key_last"]


def test_a_bounded_key_is_told_before_it_signs(client: httpx.Client) -> None:
    device = structs.replace(offered(key_of("phone"), admin=False), only=("drainage",))
    enrolled = sealed(acts.EnrolKey(actor="htx", key=device), "htx", "phone")
    assert client.post("/entries", content=enrolled, headers=JOSE).status_code == 201
    told = asked(client, harvest(1), kids=[key_of("phone").public.kid])
    assert told["refusal"]["code"] == "key_out_of_bounds"


@pytest.mark.parametrize(
    ("other", "code"),
    [
        ({"typ": "vp+jwt"}, "header_refused"),
        ({"typ": ACT}, "malformed_act"),
        ({"payload": ""}, "malformed_statement"),
        ({"payload": "e30"}, "malformed_event"),
        ({"kids": ["x y"]}, "header_refused"),
        ({"kids": ["nobody"]}, "key_unknown"),
        ({"typ": EVENT, "kids": ["a", "b"]}, "malformed_statement"),
        ({"typ": ACT, "kids": ["a", "a"]}, "malformed_statement"),
    ],
)
def test_what_could_not_be_sent_is_a_refusal_foreseen(
    client: httpx.Client, other: dict[str, object], code: str
) -> None:
    told = asked(client, harvest(1), **other)
    assert (told["accepted"], told["refusal"]["code"]) == (False, code)


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"", 400, "malformed"),
        (b"[]", 400, "malformed"),
        (b'{"typ":"x","payload":"e30"}', 400, "malformed"),
        (b'{"typ":"x","payload":"e30","kids":[]}', 400, "malformed"),
        (b'{"typ":"x","payload":"e30","kids":["a"],"more":1}', 400, "malformed"),
        (b'{"typ":"x","payload":"e30","kids":["a"],"kids":["b"]}', 400, "malformed"),
        (b'{"typ":"x","payload":"e30=","kids":["a"]}', 400, "malformed"),
        (b'{"typ":"x","payload":7,"kids":["a"]}', 400, "malformed"),
        (b" " * 100_001, 413, "oversized"),
    ],
)
def test_a_question_that_is_none_is_refused(
    client: httpx.Client, body: bytes, status: int, code: str
) -> None:
    answer = client.post("/trials", content=body, headers={"content-type": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    other = client.post("/trials", content=body, headers={"content-type": "text/plain"})
    assert (other.status_code, other.json()["code"]) == (415, "media_type_refused")


def test_the_answer_is_what_the_description_says(client: httpx.Client) -> None:
    schemas = client.get("/openapi.json").json()["components"]
    schema = {"$ref": "#/components/schemas/TrialAnswer", "components": schemas}
    for data in STATEMENTS.values():
        assert jsonschema_rs.is_valid(schema, asked(client, data))
