"""What JavaScript reads in a statement is what Python reads, and it refuses the same."""

from __future__ import annotations

import json
from base64 import b64encode
from pathlib import Path
from typing import Any

from msgspec import Struct, structs

from ledger.errors import LedgerError
from ledger.log.statement import CREDENTIAL, SignatureEntry, Statement
from ledger.rice import acts, anchors, credentials, profile
from ledger.rice.case import Body
from ledger.rice.events import Correction
from tests.verifier.bent_statements import Bender, Json, Said, samples
from tests.verifier.node import printed_by_node

RUNNER = Path(__file__).with_name("read_statements.mjs")
BENT = 6_000


def test_every_statement_is_read_alike() -> None:
    said = samples()
    told = _told(said)
    read = [one["body"]["type"] for one in told if "body" in one]
    assert len(read) > len(said) - 10, "vectors have but few that cannot be read"
    assert len(set(read)) > 60
    assert read_in_javascript(said) == told


def test_bent_statements_are_refused_alike() -> None:
    bent = list(Bender(samples(), seed=20260410).bent(BENT))
    told = _told(bent)
    accepted = sum("body" in one for one in told)
    assert BENT // 20 < accepted < BENT * 9 // 10, accepted
    differing = [
        (one, here, there)
        for one, here, there in zip(bent, told, read_in_javascript(bent), strict=True)
        if here != there
    ]
    assert not differing, (len(differing), differing[0])


def _told(said: list[Said]) -> list[dict[str, Any]]:
    return [_in_python(one) for one in said]


def _in_python(said: Said) -> dict[str, Any]:
    try:
        return {"body": _dumped(_read(said))}
    except LedgerError as refusal:
        return {"refused": refusal.code}


def _read(said: Said) -> Body:
    if said.kind == "act":
        return acts.read_act(said.payload)
    if said.kind == "event":
        return profile.read_event(said.payload)
    signed = (SignatureEntry(said.kid, "EdDSA", b"", b""),)
    statement = Statement(b"", b"", CREDENTIAL, said.kind, None, said.payload, signed)
    return anchors.read_anchor(statement) or credentials.read_attestation(statement)


def _dumped(body: Body) -> dict[str, Any]:
    dumped: dict[str, Any] = {"type": type(body).__name__, **_members(body)}
    if isinstance(body, Correction):
        dumped["wrong"] = _dumped(body.wrong)
    return dumped


def _members(value: Json) -> Json:
    if isinstance(value, Struct):
        return {name: _members(each) for name, each in structs.asdict(value).items()}
    return [_members(each) for each in value] if isinstance(value, tuple) else value


def read_in_javascript(said: list[Said]) -> Json:
    """Return what Node answers for each statement, in order."""
    cases = [
        {"kind": one.kind, "payload": b64encode(one.payload).decode(), "kid": one.kid}
        for one in said
    ]
    return json.loads(printed_by_node(RUNNER, given=json.dumps(cases)))
