"""What other houses' issuers write, good and bad: documents, disclosures, messages."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import cbor2
import pytest

from ledger.errors import LedgerError
from ledger.log import encoding
from ledger.log.contexts import CREDENTIALS_V2, Contexts, read_context
from ledger.log.keys import EcdsaSigningKey, Ed25519SigningKey, SigningKey
from ledger.log.methods import Method, Methods, read_methods
from ledger.log.secured import check_secured, parse_secured
from ledger.log.statement import SELECTIVE_CREDENTIAL, seal
from tests.conformance_data import read

FOLDER = "jws-vc/w3c-vc-jose-cose/"
UNTP = "https://vocabulary.uncefact.org/untp/0.7.0/context/"
EXAMPLES = "https://www.w3.org/ns/credentials/examples/v2"
ED = Ed25519SigningKey.from_seed(bytes(range(32)))
ES = EcdsaSigningKey.from_number(20261124)
ISSUER = "https://srp.example"
AT = datetime(2026, 6, 1, tzinfo=UTC)
METHODS = {key.public.kid: Method(key.public, ISSUER) for key in (ED, ES)}


def contexts() -> Contexts:
    """Return the published contexts: the data model's, UNTP's, and that of the W3C's examples.

    The last is nothing but a catch-all vocabulary, which makes every word an example's.
    """
    examples = b'{"@context":{"@vocab":"https://www.w3.org/ns/credentials/examples#"}}'
    folder = "untp-0.7.0/context"
    return {
        CREDENTIALS_V2: read_context(CREDENTIALS_V2, read(f"{folder}/credentials-v2.jsonld")),
        UNTP: read_context(UNTP, read(f"{folder}/untp-0.7.0.jsonld")),
        EXAMPLES: read_context(EXAMPLES, examples),
    }


def document(**changes: Any) -> dict[str, Any]:  # noqa: ANN401  (any JSON value, None to leave out)
    """Return a certificate of another scheme."""
    members = {
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "type": ["VerifiableCredential"],
        "issuer": ISSUER,
        "validFrom": "2026-01-01T00:00:00+07:00",
        "validUntil": "2026-12-31T23:59:59+07:00",
        "credentialSubject": {"id": "did:web:htx.example", "level": 3, "score": 97.5},
        **changes,
    }
    return {name: value for name, value in members.items() if value is not None}


def disclosure(*parts: object) -> str:
    """Return salt, name and value, or salt and value, as a holder hands them over."""
    return encoding.encode_base64url(json.dumps(parts).encode())


def digest(spelled: str, algorithm: Callable[[bytes], Any] = sha256) -> str:
    """Return what an issuer signs in place of a disclosure."""
    return encoding.encode_base64url(algorithm(spelled.encode()).digest())


def selective(
    claims: dict[str, Any],
    *disclosures: str,
    key: SigningKey = ED,
    typ: str = SELECTIVE_CREDENTIAL,
) -> bytes:
    """Return an SD-JWT over claims as they are, whatever is disclosed beside it."""
    issued = seal(json.dumps(claims).encode(), typ=typ, key=key)
    return b"~".join([issued, *(spelled.encode() for spelled in disclosures), b""])


def sign1(
    protected: object,
    payload: object = b"{}",
    *,
    unprotected: object = None,
    key: SigningKey = ED,
    tag: int = 18,
) -> bytes:
    """Return a COSE_Sign1 message with a good signature, whatever its parts are."""
    header = protected if isinstance(protected, bytes) else cbor2.dumps(protected)
    signature = key.sign(cbor2.dumps(["Signature1", header, b"", payload]))
    parts = [header, {} if unprotected is None else unprotected, payload, signature]
    return cbor2.dumps(cbor2.CBORTag(tag, parts))


def published(*names: str) -> dict[str, Method]:
    """Return keys of the W3C's suite, whose secret parts are published too."""
    methods: dict[str, Method] = {}
    for name in names:
        methods |= read_methods(read(FOLDER + name), AT)
    return methods


def check_every_bit(data: bytes, methods: Methods, bits: Iterable[int] = range(8)) -> None:
    """Fail if a bit of any byte may be another: what stands must fall with each of them."""
    check_secured(parse_secured(data), methods)
    for position in range(len(data)):
        for bit in bits:
            bent = bytearray(data)
            bent[position] ^= 1 << bit
            try:
                check_secured(parse_secured(bytes(bent)), methods)
            except LedgerError:
                continue
            pytest.fail(f"bit {bit} of byte {position} is not covered")
