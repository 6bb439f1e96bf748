"""A proof inside a JSON document, as W3C Data Integrity with cryptosuite eddsa-jcs-2022.

Our own statements are JWS; other people's credentials may carry such a proof besides. It is over
canonical JSON (RFC 8785), so members may come in any order.

Whether the key may speak for the document's issuer is a separate question, and the caller's.
"""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from ledger.errors import MalformedError, SignatureError
from ledger.log import encoding
from ledger.log.keys import PublicKey, SigningKey, admit_key, ed25519_jwk, p256_jwk

CRYPTOSUITE = "eddsa-jcs-2022"

_BASE58 = "z"
_ED25519_PREFIX, _P256_PREFIX = bytes.fromhex("ed01"), bytes.fromhex("8024")
"""The multicodecs of public keys."""
_EVEN_Y = 2
"""A compressed point begins with 2 if its y is even, else with 3 (SEC 1 section 2.3.3)."""


def format_multikey(key: PublicKey) -> str | None:
    """Return an Ed25519 key as ``z6Mk…`` or a P-256 key as ``zDn…``; RSA has no such form.

    Controlled Identifiers section 2.2.2.
    """
    jwk = key.jwk
    if jwk["kty"] == "OKP":
        data = _ED25519_PREFIX + encoding.decode_base64url(jwk["x"])
    elif jwk["kty"] == "EC":
        sign = _EVEN_Y + (encoding.decode_base64url(jwk["y"])[-1] & 1)
        data = _P256_PREFIX + bytes([sign]) + encoding.decode_base64url(jwk["x"])
    else:
        return None
    return _BASE58 + encoding.encode_base58(data)


def parse_multikey(text: str) -> PublicKey:
    """Return the Ed25519 or P-256 key of a Multikey; keys of other types are refused."""
    data = _decode_multibase(text)
    if data.startswith(_ED25519_PREFIX):
        return admit_key(ed25519_jwk(data.removeprefix(_ED25519_PREFIX)))
    if data.startswith(_P256_PREFIX):
        return admit_key(p256_jwk(data.removeprefix(_P256_PREFIX)))
    raise MalformedError("key_refused", why="neither Ed25519 nor P-256 among Multikeys")


def add_proof(
    document: Mapping[str, Any], options: Mapping[str, Any], key: SigningKey
) -> dict[str, Any]:
    """Return the document with a proof; ``options`` are the proof without its value."""
    signature = key.sign(_signed_bytes(document, options))
    value = _BASE58 + encoding.encode_base58(signature)
    return {**document, "proof": {**options, "proofValue": value}}


def check_proof(document: Mapping[str, Any], keys: Mapping[str, PublicKey]) -> None:
    """Raise unless a document's one proof is good under the verification method it names."""
    options = document.get("proof")
    if not isinstance(options, Mapping):
        raise MalformedError("malformed", what="document without one proof")
    unproved = {name: value for name, value in document.items() if name != "proof"}
    value = options.get("proofValue")
    options = {name: member for name, member in options.items() if name != "proofValue"}
    expected = ("DataIntegrityProof", CRYPTOSUITE, "assertionMethod")
    given = tuple(options.get(name) for name in ("type", "cryptosuite", "proofPurpose"))
    if given != expected or not isinstance(value, str):
        raise MalformedError("malformed", what="proof of another kind")
    if "@context" in options:
        # The document may name further contexts after those of the proof. They are not signed.
        unproved["@context"] = _signed_context(unproved.get("@context"), options["@context"])
    method = options.get("verificationMethod")
    key = keys.get(method) if isinstance(method, str) else None
    if key is None:
        raise SignatureError("key_not_known", kid=str(method))
    key.verify(_signed_bytes(unproved, options), _decode_multibase(value), "Ed25519")


def _signed_bytes(document: Mapping[str, Any], options: Mapping[str, Any]) -> bytes:
    # Section 3.3.4: the hash of the proof's options first, then that of the document.
    return b"".join(sha256(encoding.canonical_json(part)).digest() for part in (options, document))


def _signed_context(document: object, proof: object) -> object:
    held, signed = (part if isinstance(part, list) else [part] for part in (document, proof))
    if held[: len(signed)] != signed:
        raise MalformedError("malformed", what="document in another context than its proof")
    return proof


def _decode_multibase(text: str) -> bytes:
    if not text.startswith(_BASE58):
        raise MalformedError("malformed", what="multibase")
    return encoding.decode_base58(text[1:])
