"""A ledger at an address is asked, sent to, and not believed beyond what was sent."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from hashlib import sha256
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ledger.errors import LedgerError
from ledger.gateway.remote import RemoteLedger
from ledger.log import encoding
from ledger.log.statement import seal_many
from ledger.rice import acts
from ledger.service import Ledger
from tests.api.conftest import serving
from tests.small_season import NOT_AFTER, ORIGIN, harvest, key_of, offered, registration


@pytest.fixture
def remote(ledger: httpx.Client) -> Iterator[RemoteLedger]:
    with closing(RemoteLedger(str(ledger.base_url))) as made:
        yield made


def test_what_a_ledger_knows_is_the_same_from_afar(remote: RemoteLedger, book: Ledger) -> None:
    signed = book.published()
    checkpoint = remote.checkpoint()
    assert (checkpoint.origin, checkpoint.size) == (ORIGIN, signed.size)
    assert checkpoint.root == signed.root
    assert remote.host() == "demo.rice.example"
    assert remote.actor("htx").did.endswith(":htx")
    (key,) = remote.keys("htx")
    assert (key.kid, key.not_after) == (key_of("htx").public.kid, NOT_AFTER)
    roots = {key_of(f"root {number}").public.kid for number in (1, 2, 3)}
    assert {key.kid for key in remote.keys("root")} <= roots
    with pytest.raises(LedgerError, match="nobody"):
        remote.actor("nobody")


def test_statements_of_one_and_of_several_signers_are_delivered(
    remote: RemoteLedger, book: Ledger
) -> None:
    new = registration("trai", ("cooperative",), "so")
    act = acts.EnrolKey(actor="htx", key=offered(key_of("phone"), admin=False))
    several = seal_many(acts.write_act(act), keys=[key_of("htx"), key_of("phone")], ledger=ORIGIN)
    sent = [harvest(70), several, new]
    first = remote.deliver(sent, together=True)
    assert [one for one in first if isinstance(one, LedgerError)] == []
    assert remote.deliver(sent, together=False) == first
    for one, statement in zip(first, sent, strict=True):
        assert not isinstance(one, LedgerError)
        assert book.find(sha256(statement).digest()) == one.index
        assert one.record()["index"] == one.index
    again = remote.deliver([harvest(70, mass_g=5)], together=False)
    assert [one.code for one in again if isinstance(one, LedgerError)] == ["said_before"]


@contextmanager
def lying(answer: Callable[[bytes], bytes]) -> Iterator[RemoteLedger]:
    """A server that answers as it likes."""

    async def entries(request: Request) -> Response:
        return Response(answer(await request.body()), media_type="application/jsonl")

    app = Starlette(routes=[Route("/entries", entries, methods=["POST"])])
    with serving(app) as client, closing(RemoteLedger(str(client.base_url))) as remote:
        yield remote


def receipt(statement: bytes) -> dict[str, Any]:
    digest = encoding.encode_base64(sha256(statement).digest())
    return {
        "index": 7,
        "statement": digest,
        "leaf_hash": "A" * 43 + "=",
        "recorded_at": "2026-03-01T00:00:00.000Z",
        "warnings": [],
    }


@pytest.mark.parametrize(
    "line",
    [
        {"status": 201, "receipt": receipt(harvest(2))},
        {"status": 201},
        {"status": 201, "receipt": {}},
        {},
        [],
    ],
)
def test_a_receipt_for_something_else_is_none(line: object) -> None:
    answer = json.dumps(line).encode() + b"\n"
    for said in (answer, answer * 2, b"\xff\n", b'{"status":"\xff"}\n', b""):
        with lying(lambda _body, said=said: said) as remote:  # type: ignore[misc]
            with pytest.raises(LedgerError) as caught:
                remote.deliver([harvest(1)], together=False)
            assert caught.value.code == "ledger_unreachable"
