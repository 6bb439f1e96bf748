"""What JavaScript reads in a log, beside what Python does: the same is read, the same is refused.

Every case is put to both; whatever they answer differently is a fault. Good cases come from the
vectors, published and our own; most others are good ones with something bent.
"""

from __future__ import annotations

import json
import random
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from ledger.errors import LedgerError
from ledger.log import encoding, keys, merkle, note, statement
from ledger.log.checkpoint import open_checkpoint, open_cosignatures
from ledger.log.methods import read_methods
from ledger.log.policy import parse_policy
from tests.verifier.node import printed_by_node

RUNNER = Path(__file__).parent / "log.mjs"
FOLDERS = sorted(path.parent for path in Path(__file__).parents[1].glob("vectors/*/bundle.json"))
ORIGIN = "demo.rice.example/vectors"
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

Case = tuple[Any, ...]
"""A question, and what it is about."""


def b64(data: bytes) -> str:
    """Return bytes as questions carry them."""
    return b64encode(data).decode()


def _key_list(jwks: Iterable[tuple[str, dict[str, str], bool]]) -> dict[str, keys.PublicKey]:
    return {kid: keys.admit_key(jwk, legacy_rs256=legacy) for kid, jwk, legacy in jwks}


def _plain(value: Any) -> Any:  # noqa: ANN401  (any JSON value)
    """Return a value in which a number that kept its spelling can be told from others."""
    if isinstance(value, Decimal):
        return {"decimal": str(value)}
    if isinstance(value, list):
        return [_plain(member) for member in value]
    if isinstance(value, dict):
        return _by_name([name, _plain(member)] for name, member in value.items())
    return value


def _by_name(members: Iterable[list[Any]]) -> list[list[Any]]:
    """Return members in the order in which JavaScript sorts lists: as text, by UTF-16."""
    return sorted(members, key=lambda member: member[0].encode("utf-16-be"))


def _written(data: str, indent: int) -> str:
    value = encoding.parse_json(b64decode(data))
    text = encoding.exact_json(value)
    return json.dumps(json.loads(text), indent=1, ensure_ascii=False) if indent else text.decode()


def _instant(text: str) -> list[str]:
    moment = encoding.parse_instant(text)
    micros = (moment - EPOCH) // timedelta(microseconds=1)
    exact = abs(micros) < 8 * 10**15
    return [str(micros) if exact else "", encoding.format_time(moment), encoding.local_day(moment)]


def _inclusion(root: str, size: str, index: str, leaf: str, path: list[str]) -> bool:
    merkle.check_inclusion(
        b64decode(root), int(size), int(index), b64decode(leaf), [b64decode(p) for p in path]
    )
    return True


def _key(jwk: dict[str, str], legacy: bool, wide: bool) -> list[Any]:  # noqa: FBT001
    key = keys.admit_key(jwk, legacy_rs256=legacy, wide_curves=wide)
    return [key.kid, list(key.algorithms)]


def _verify(jwk: dict[str, str], legacy: bool, message: str, signature: str, alg: str) -> bool:  # noqa: FBT001
    key = keys.admit_key(jwk, legacy_rs256=legacy)
    key.verify(b64decode(message), b64decode(signature), alg)
    return True


def _methods(data: str, at: int) -> list[list[str | None]]:
    found = read_methods(b64decode(data), EPOCH + timedelta(milliseconds=at))
    return _by_name([name, known.key.kid, known.controller] for name, known in found.items())


def _statement(data: str) -> list[Any]:
    read = statement.parse_statement(b64decode(data))
    signed = [
        [one.kid, one.alg, b64(one.signing_input), b64(one.signature)] for one in read.signatures
    ]
    digests = [b64(digest) for digest in read.signed_digests]
    return [
        b64(read.digest),
        read.typ,
        read.kind,
        read.ledger,
        b64(read.payload),
        signed,
        digests,
    ]


def _signed(data: str, jwks: list[tuple[str, dict[str, str], bool]]) -> bool:
    read = statement.parse_statement(b64decode(data))
    statement.verify_signatures(read, _key_list(jwks))
    return True


def _claims(data: str) -> Any:  # noqa: ANN401  (any JSON value)
    return _plain(statement.check_credential_claims(statement.parse_statement(b64decode(data))))


def _note(text: str) -> list[Any]:
    read = note.parse_note(text)
    return [read.text, [[s.name, b64(s.key_id), b64(s.signature)] for s in read.signatures]]


def _policy(text: str) -> list[Any]:
    policy = parse_policy(text)
    return [
        [[key.name, key.type, b64(key.raw)] for key in policy.logs],
        [[name, b64(key.id)] for name, key in policy.witnesses.items()],
        [[name, group.threshold, list(group.members)] for name, group in policy.groups.items()],
        policy.quorum,
    ]


def _checkpoint(signed: str, text: str) -> list[Any]:
    policy = parse_policy(text)
    checkpoint = open_checkpoint(signed, policy.logs)
    names = policy.witnesses_of(signed)
    return [
        *(checkpoint.origin, str(checkpoint.size), b64(checkpoint.root)),
        *(sorted(names), policy.is_met_by(names)),
    ]


def _cosigned(signed: str, text: str) -> list[list[str]]:
    times = open_cosignatures(signed, parse_policy(text).witnesses.values())
    return sorted([key.name, str(time)] for key, time in times.items())


QUESTIONS: dict[str, Callable[..., Any]] = {
    "json": lambda data, decimals: _plain(encoding.parse_json(b64decode(data), decimals=decimals)),
    "canonical": lambda data: _plain(encoding.check_canonical(b64decode(data))),
    "written": _written,
    "base64": lambda text: b64(encoding.decode_base64(text)),
    "base64url": lambda text: b64(encoding.decode_base64url(text)),
    "spelled": lambda data: [data, encoding.encode_base64url(b64decode(data))],
    "sha256": lambda data: b64(sha256(b64decode(data)).digest()),
    "sorted": sorted,
    "count": lambda text: str(encoding.parse_count(text)),
    "time": lambda text: encoding.format_time(encoding.parse_time(text)),
    "instant": _instant,
    "inclusion": _inclusion,
    "key": _key,
    "verify": _verify,
    "methods": _methods,
    "statement": _statement,
    "signed": _signed,
    "claims": _claims,
    "note": _note,
    "policy": _policy,
    "checkpoint": _checkpoint,
    "cosigned": _cosigned,
}


def _said_by_python(case: Case) -> dict[str, Any]:
    try:
        return {"answer": QUESTIONS[case[0]](*case[1:])}
    except LedgerError:
        return {"refused": True}


def compare(cases: Iterable[Case]) -> tuple[int, int]:
    """Put cases to both, fail where they differ; return how many were read and how many refused."""
    asked = list(cases)
    answers = json.loads(printed_by_node(RUNNER, given=json.dumps(asked)))
    refused = 0
    differing = []
    for case, answered in zip(asked, answers, strict=True):
        said = {"refused": True} if "refused" in answered else answered
        expected = json.loads(json.dumps(_said_by_python(case)))
        if said != expected:
            differing.append((case, answered, expected))
        refused += "refused" in answered
    assert not differing, differing[:8]
    return len(asked) - refused, refused


def bent_bytes(data: bytes, chance: random.Random, letters: bytes) -> bytes:
    """Return bytes with one to three of them changed, taken out, doubled or put in."""
    bent = bytearray(data)
    for _ in range(chance.choice((1, 1, 1, 2, 3))):
        at = chance.randrange(len(bent) or 1)
        match chance.randrange(5):
            case 0:
                bent[at : at + 1] = bytes([chance.choice(letters)])
            case 1:
                bent[at:at] = bytes([chance.choice(letters)])
            case 2:
                del bent[at : at + chance.choice((1, 1, 2, 5))]
            case 3:
                bent[at:at] = bent[at : at + chance.choice((1, 3, 20))]
            case _:
                bent[at : at + 1] = bytes([(bent[at] if bent else 0) ^ 1 << chance.randrange(8)])
    return bytes(bent)


@cache
def sealed_statements() -> tuple[bytes, ...]:
    """Return every statement of some of the vectors, each once."""
    found: dict[str, None] = {}
    for folder in FOLDERS[::9]:
        bundle = json.loads((folder / "bundle.json").read_bytes())
        found |= {entry["statement"]: None for entry in bundle["entries"]}
    return tuple(text.encode() for text in found)


def pieces(data: bytes) -> tuple[bytes, bytes, bytes]:
    """Return header, payload and signature of a compact statement, decoded."""
    header, payload, signature = map(encoding.decode_base64url, data.split(b"."))
    return header, payload, signature


def head_of(data: bytes) -> bytes:
    return b"" if data[:1] == b"{" else pieces(data)[0]


def joined(*pieces: bytes) -> bytes:
    return ".".join(map(encoding.encode_base64url, pieces)).encode()
