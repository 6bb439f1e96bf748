"""The one door: what comes in, what is answered."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from typing import Any

import httpx
import pytest

from ledger.log import encoding
from ledger.log.statement import STATEMENT_LENGTH_MAX
from ledger.rice import acts
from ledger.service import Ledger
from tests.small_season import ORIGIN, harvest, key_of, lot, offered, sealed

JOSE, LINES = {"content-type": "application/jose"}, {"content-type": "application/jsonl"}


def send(client: httpx.Client, data: bytes, **headers: str) -> httpx.Response:
    return client.post("/entries", content=data, headers=JOSE | headers)


def send_lines(client: httpx.Client, lines: list[bytes], query: str = "") -> httpx.Response:
    return client.post(f"/entries{query}", content=b"\n".join(lines) + b"\n", headers=LINES)


def quoted(data: bytes) -> bytes:
    return b'"' + data + b'"'


def told(response: httpx.Response) -> list[dict[str, Any]]:
    return [json.loads(line) for line in response.text.splitlines()]


def test_a_statement_gets_a_receipt_and_the_same_again(client: httpx.Client) -> None:
    size = client.get("/health/ready").json()["size"]
    first, second = send(client, harvest(1)), send(client, harvest(1))
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json() == second.json()
    assert first.headers["location"] == f"/entries/{size}"
    receipt = first.json()
    digest = sha256(harvest(1)).digest()
    assert receipt["index"] == size
    assert receipt["statement"] == encoding.encode_base64(digest)
    assert client.get(f"/receipts/{digest.hex()}").json() == receipt
    entry = client.get(first.headers["location"]).json()
    assert entry["leaf_hash"] == receipt["leaf_hash"]
    assert "data" not in entry, "an event is shown in bundles, not by its place"


@pytest.mark.parametrize(
    "media_type", ["application/jose; charset=utf-8", "application/octet-stream", "text/plain"]
)
def test_the_bytes_may_come_under_several_names(client: httpx.Client, media_type: str) -> None:
    answer = client.post("/entries", content=harvest(1), headers={"content-type": media_type})
    assert answer.status_code == 201


def test_an_act_of_several_signers_is_one_statement(client: httpx.Client) -> None:
    act = acts.EnrolKey(actor="htx", key=offered(key_of("phone"), admin=False))
    data = sealed(act, "htx", "phone")
    assert data.startswith(b"{")
    assert send(client, data).status_code == 201
    # As one of many lines it is the very object that was signed.
    assert told(send_lines(client, [data]))[0]["status"] == 200


@pytest.mark.parametrize(
    ("data", "status", "code"),
    [
        (b"", 400, "malformed_statement"),
        (b"a.b", 400, "malformed_statement"),
        (b"\xff\xfe.\x00.\x01", 400, "malformed"),
        (sealed(acts.EndRole(actor="htx", role="cooperative", scheme="", ended_on="2026-03-01",
                             reason="-"), "htx"), 409, "office_not_held"),
        (sealed(acts.RegisterProduct(gtin="08936000000028", form="bran",
                                     name=acts.LocalText(vi="Cám", en="Bran")),
                "nha-may", origin="demo.rice.example/other"), 409, "other_ledger"),
        (sealed(acts.RegisterProduct(gtin="08936000000028", form="bran",
                                     name=acts.LocalText(vi="Cám", en="Bran")), "nobody"),
         409, "key_unknown"),
        (harvest(1)[:-1] + b"B", 400, "malformed"),
        (harvest(1)[:-86] + b"A" * 86, 403, "signature_bad"),
    ],
    ids=["nothing", "two-segments", "bytes", "office", "replay", "unknown-key", "stray-bits",
         "bent"],
)  # fmt: skip
def test_what_may_not_stand_is_answered_with_its_reason(
    client: httpx.Client, data: bytes, status: int, code: str
) -> None:
    size = client.get("/health/ready").json()["size"]
    answer = send(client, data)
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (status, code)
    assert problem["statement"] == encoding.encode_base64(sha256(data).digest())
    assert ("accepted" in problem) == (status == 409)
    assert client.get("/health/ready").json()["size"] == size


def test_a_revoked_key_no_longer_counts(client: httpx.Client) -> None:
    act = acts.RevokeKey(kid=key_of("htx").public.kid, reason="lost")
    assert send(client, sealed(act, "so")).status_code == 201
    refused = send(client, harvest(1))
    assert (refused.status_code, refused.json()["code"]) == (409, "key_ended")
    document = client.get("/actors/htx/did.json").json()
    assert document["assertionMethod"] == []
    assert all("revoked" in method for method in document["verificationMethod"])


def test_the_shape_of_a_problem_is_pinned(client: httpx.Client) -> None:
    data = sealed(acts.Hold(lots=(lot(9),), reason=acts.LocalText(vi="Chờ", en="Wait")), "nobody")
    kid = key_of("nobody").public.kid
    answer = send(client, data, **{"accept-language": "vi-VN, en;q=0.8"})
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["content-language"] == "vi"
    assert answer.json() == {
        "type": "/problems/key_unknown",
        "title": "Không ai trong sổ có khóa ….",
        "status": 409,
        "detail": f"Không ai trong sổ có khóa {kid}.",
        "code": "key_unknown",
        "words": {
            "en": f"Nobody here has the key {kid}.",
            "vi": f"Không ai trong sổ có khóa {kid}.",
        },
        "accepted": {
            "en": "A signature by a key that is registered in this ledger.",
            "vi": "Chữ ký bằng khóa đã đăng ký trong sổ này.",
        },
        "statement": encoding.encode_base64(sha256(data).digest()),
    }


def test_many_are_answered_line_by_line_and_a_bad_one_stops_nobody(client: httpx.Client) -> None:
    lines = [quoted(harvest(1)), b'"a.b"', b"", b"{}", b"12", quoted(harvest(2))]
    lines += [quoted(harvest(1)), b'"\\u0061.b.c"']
    answer = send_lines(client, lines)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/jsonl"
    items = told(answer)
    assert [item["status"] for item in items] == [201, 400, 400, 400, 400, 201, 200, 400]
    assert items[0]["receipt"] == items[6]["receipt"]
    assert items[5]["receipt"]["index"] == items[0]["receipt"]["index"] + 1
    assert items[1]["problem"]["code"] == "malformed_statement"


def test_together_none_lands_unless_all_do(client: httpx.Client) -> None:
    size = client.get("/health/ready").json()["size"]
    refused = send_lines(
        client, [quoted(harvest(1)), b'"a.b"', quoted(harvest(2))], "?together=true"
    )
    problem = refused.json()
    assert (refused.status_code, problem["code"]) == (409, "refused_together")
    assert [item["number"] for item in problem["items"]] == [2]
    assert problem["items"][0]["problem"]["code"] == "malformed_statement"
    assert client.get("/health/ready").json()["size"] == size
    landed = send_lines(client, [quoted(harvest(1)), quoted(harvest(2))], "?together=true")
    assert [item["status"] for item in told(landed)] == [201, 201]
    odd = send_lines(client, [quoted(harvest(3))], "?together=yes")
    assert (odd.status_code, odd.json()["code"]) == (422, "question_refused")


def test_what_is_too_long_is_not_read(client: httpx.Client) -> None:
    longest = b"a" * STATEMENT_LENGTH_MAX
    assert send(client, longest).status_code == 400
    announced = send(client, longest + b"a")
    assert (announced.status_code, announced.json()["code"]) == (413, "oversized")
    chunks = (b"a" * 10_000 for _ in range(7))
    streamed = client.post("/entries", content=chunks, headers=JOSE)
    assert streamed.status_code == 413
    item = told(send_lines(client, [quoted(longest + b"a")]))[0]
    assert (item["status"], item["problem"]["code"]) == (413, "oversized")
    many = send_lines(client, [b'""'] * 10_001)
    assert (many.status_code, many.json()["code"]) == (413, "too_many")


@pytest.mark.parametrize("media_type", ["application/json", "multipart/form-data", ""])
def test_another_kind_of_body_is_not_read(client: httpx.Client, media_type: str) -> None:
    headers = {"content-type": media_type} if media_type else {}
    answer = client.post("/entries", content=harvest(1), headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (415, "media_type_refused")
    assert "application/jose" in answer.json()["detail"]


def test_many_connections_get_places_of_their_own(client: httpx.Client) -> None:
    statements = [harvest(number) for number in range(1, 65)]
    with ThreadPoolExecutor(16) as senders:
        answers = list(senders.map(lambda data: send(client, data), statements))
    assert {answer.status_code for answer in answers} == {201}
    indexes = {answer.json()["index"] for answer in answers}
    assert len(indexes) == len(statements)
    for data, answer in zip(statements, answers, strict=True):
        assert answer.json()["statement"] == encoding.encode_base64(sha256(data).digest())


def test_a_ledger_that_stopped_writing_says_so(
    client: httpx.Client, small_ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(small_ledger.sequencer, "_closing", True)
    one, many = send(client, harvest(1)), send_lines(client, [quoted(harvest(1))])
    assert (one.status_code, one.json()["code"]) == (503, "writing_stopped")
    assert (many.status_code, many.json()["code"]) == (503, "writing_stopped")
    assert client.get("/checkpoint").text.startswith(ORIGIN)
