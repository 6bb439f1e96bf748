"""What a device signs is what the ledger takes: statements, drafts, and keys it makes itself."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ledger.errors import LedgerError
from ledger.log import encoding
from ledger.log.draft import Signer, format_draft, make_draft, parse_draft
from ledger.log.keys import PublicKey, admit_key
from ledger.log.statement import (
    ACT,
    CREDENTIAL,
    EVENT,
    Statement,
    parse_statement,
    verify_signatures,
)
from ledger.rice import acts, profile
from ledger.rice.case import open_meaning
from tests.rice.sample_acts import ACTS
from tests.rice.sample_events import HARVEST
from tests.rice.test_plain import CERTIFICATE, CHECKPOINT, DRAFTS, draft_of
from tests.small_season import key_of
from tests.world import ORIGIN, written
from tests.writer.written import asked_of_node

HOLD = next(acts.write_act(act).decode() for act in ACTS if isinstance(act, acts.Hold))
WRITTEN_CHECKPOINT = {
    "origin": CHECKPOINT.origin,
    "size": CHECKPOINT.size,
    "root": encoding.encode_base64(CHECKPOINT.root),
}


def verified(data: str, jwks: list[dict[str, str]], subject: str = "") -> Statement:
    """Return a statement that Python reads and verifies with these keys."""
    statement = parse_statement(data.encode())
    keys: dict[str, PublicKey] = {}
    for jwk in jwks:
        key = admit_key(jwk)
        keys[subject + key.kid] = key
    assert [one.kid for one in statement.signatures] == list(keys)
    verify_signatures(statement, keys)
    return statement


@pytest.mark.parametrize("alg", ["EdDSA", "ES256"])
def test_a_key_is_made_and_keeps_its_secret(alg: str) -> None:
    (told,) = asked_of_node([["key", alg]])
    key = told["answer"]
    assert key["kid"] == key["named"] == admit_key(key["jwk"]).kid
    assert key["alg"] == alg
    assert key["secret"] == ["private", False]


@pytest.mark.parametrize("alg", ["EdDSA", "ES256"])
@pytest.mark.parametrize(
    ("typ", "payload"), [(ACT, HOLD), (EVENT, profile.write_event(HARVEST).decode())]
)
def test_a_statement_of_one_key_is_taken(typ: str, payload: str, alg: str) -> None:
    (told,) = asked_of_node([["seal", typ, payload, ORIGIN, [alg]]])
    statement = verified(told["answer"]["data"], told["answer"]["jwks"])
    assert (statement.typ, statement.ledger) == (typ, ORIGIN)
    assert statement.payload == payload.encode()
    assert statement.data.count(b".") == 2, "compact"


def test_an_act_of_several_keys_is_taken() -> None:
    algs = ["EdDSA", "ES256", "EdDSA"]
    (told,) = asked_of_node([["seal", ACT, HOLD, ORIGIN, algs]])
    statement = verified(told["answer"]["data"], told["answer"]["jwks"])
    assert statement.data[:1] == b"{"
    assert len(statement.signatures) == 3
    assert open_meaning(statement).body == acts.read_act(HOLD.encode())


def test_a_certificate_names_its_key_behind_its_issuer() -> None:
    payload = written(CERTIFICATE).decode()
    (told,) = asked_of_node([["seal", CREDENTIAL, payload, None, ["EdDSA"]]])
    jwks = told["answer"]["jwks"]
    statement = verified(told["answer"]["data"], jwks, f"{CERTIFICATE.issuer_did}#")
    assert statement.ledger is None
    assert open_meaning(statement).body == CERTIFICATE


def test_what_the_ledger_would_not_read_is_not_sealed() -> None:
    event = profile.write_event(HARVEST).decode()
    told = asked_of_node(
        [
            ["seal", EVENT, event, ORIGIN, ["EdDSA", "EdDSA"]],
            ["seal", EVENT, event, "two words", ["EdDSA"]],
            ["seal", ACT, "x" * 60_000, ORIGIN, ["EdDSA"]],
            ["seal", "vp+jwt", event, ORIGIN, ["EdDSA"]],
            ["seal", CREDENTIAL, "{}", None, ["EdDSA"]],
        ]
    )
    assert [one["refused"] for one in told] == [
        *("malformed_statement", "header_refused", "oversized"),
        *("header_refused", "malformed_credential"),
    ]


@pytest.mark.parametrize("name", ["Hold", "SignContract", "event 0", "certificate"])
def test_a_draft_is_made_and_written_as_python_does(name: str) -> None:
    draft = DRAFTS[name]
    jwks = [dict(slot.signer.key.jwk) for slot in draft.slots]
    payload, typ = draft.unsigned.payload.decode(), draft.unsigned.typ
    told = asked_of_node(
        [
            ["make", typ, payload, jwks, WRITTEN_CHECKPOINT, draft.purpose],
            ["parse", format_draft(draft).decode()],
        ]
    )
    assert told == [{"answer": format_draft(draft).decode()}] * 2


def test_a_draft_gathers_its_signatures() -> None:
    algs = ["EdDSA", "ES256"]
    (told,) = asked_of_node([["drafted", ACT, HOLD, WRITTEN_CHECKPOINT, "hold", algs]])
    answer = told["answer"]
    missing = [len(parse_draft(file.encode()).missing) for file in answer["files"]]
    assert missing == [2, 1, 0]
    assert answer["missing"] == []
    assert answer["told"] == ["draft_unsigned", "draft_signed", "draft_of_other_key"]
    verified(answer["data"], answer["jwks"])
    assert parse_draft(answer["files"][-1].encode()).statement() == answer["data"].encode()


def bent_drafts() -> list[bytes]:
    """Return drafts with a byte changed, or a member of another kind, absent, or too many."""
    draft = draft_of(HOLD.encode(), ACT, "hold", "one", "two").sign(key_of("one"))
    data = format_draft(draft)
    bent = [data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :] for at in range(0, len(data), 7)]
    value: dict[str, Any] = json.loads(data)
    others: tuple[Any, ...] = (None, 1, "", [], {}, [None])
    for name in value:
        bent += [encoding.canonical_json({**value, name: odd}) for odd in others]
        bent.append(encoding.canonical_json({each: value[each] for each in value if each != name}))
    bent.append(encoding.canonical_json({**value, "x": 1}))
    for odd in (-1, 2**53 - 1, "1", None):
        bent.append(encoding.canonical_json({**value, "checkpoint": {"root": "", "size": odd}}))
    return [*bent, data + b" ", b"x" * 120_001]


def test_drafts_are_refused_alike() -> None:
    bent = [data for data in bent_drafts() if data.isascii()]
    for data, told in zip(bent, asked_of_node([["parse", d.decode()] for d in bent]), strict=True):
        try:
            expected = {"answer": format_draft(parse_draft(data)).decode()}
        except LedgerError as refusal:
            expected = {"refused": refusal.code}
        assert told == expected, data


def test_signers_of_a_draft_may_sign_what_their_key_does() -> None:
    """A header that names another algorithm than its key has is refused."""
    key = key_of("one")
    signer = Signer(key.public, key.public.kid, "ES256")
    with pytest.raises(LedgerError) as refusal:
        make_draft(HOLD.encode(), typ=ACT, signers=[signer], checkpoint=CHECKPOINT, purpose="hold")
    written_draft = json.loads(format_draft(draft_of(HOLD.encode(), ACT, "hold")))
    head = {"alg": "ES256", "kid": key.public.kid, "ledger": ORIGIN, "typ": ACT}
    written_draft["signatures"][0]["protected"] = encoding.encode_base64url(
        encoding.canonical_json(head)
    )
    (told,) = asked_of_node([["parse", encoding.canonical_json(written_draft).decode()]])
    assert told == {"refused": refusal.value.code}
