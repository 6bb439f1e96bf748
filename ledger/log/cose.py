"""COSE_Sign1: signed bytes in CBOR (RFC 9052 section 4.2), as W3C VC-JOSE-COSE 3.3 uses them.

Accepted: one tagged message with its payload inside, everything that is read under the signature,
in the one spelling that writing it again gives. Refused: detached payloads, unprotected headers,
any header parameter not listed below, which includes ``crit`` and whatever chooses its own key.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import cbor2

from ledger.errors import MalformedError
from ledger.log.keys import SigningKey
from ledger.log.statement import KEY_ID_LENGTH_MAX, STATEMENT_LENGTH_MAX, SignatureEntry

CREDENTIAL, PRESENTATION = "application/vc+cose", "application/vp+cose"

_CONTENT_TYPES = {CREDENTIAL: "application/vc", PRESENTATION: "application/vp"}
_ALG, _CONTENT_TYPE, _KID, _TYP = 1, 3, 4, 16
_ALGORITHMS: Mapping[int, str] = {
    -7: "ES256",
    -8: "EdDSA",
    -9: "ES256",
    -19: "Ed25519",
    -35: "ES384",
    -36: "ES512",
    -37: "PS256",
    -51: "ES384",
    -52: "ES512",
}
"""COSE numbers (RFC 9053, RFC 9864) and the JOSE names under which keys list what they verify."""

_TAG = 18
_DEPTH_MAX = 2
"""The array, and the empty header in it. What is signed are byte strings, read apart."""


@dataclass(frozen=True, slots=True)
class Sign1:
    """A message that obeys the profile. Nothing in it is verified yet."""

    typ: str
    payload: bytes
    signature: SignatureEntry


def parse_cose(data: bytes) -> Sign1:
    """Return the message that bytes spell, or refuse them."""
    if len(data) > STATEMENT_LENGTH_MAX:
        raise MalformedError("oversized", length=len(data), limit=STATEMENT_LENGTH_MAX)
    message = _decode(data)
    if not isinstance(message, cbor2.CBORTag) or message.tag != _TAG:
        raise MalformedError("malformed_credential", what="not a COSE_Sign1 message")
    parts = message.value
    if not isinstance(parts, list | tuple) or len(parts) != 4:  # noqa: PLR2004  (RFC 9052, 4.2)
        raise MalformedError("malformed_credential", what="not the four parts of COSE_Sign1")
    protected, unprotected, payload, signature = parts
    if not all(isinstance(part, bytes) and part for part in (protected, payload, signature)):
        raise MalformedError("malformed_credential", what="COSE_Sign1 with a part missing")
    if not isinstance(unprotected, Mapping) or unprotected:
        raise MalformedError("header_refused", what="anything that is not signed")
    alg, kid, typ = _read_header(protected)
    return Sign1(
        typ, payload, SignatureEntry(kid, alg, _signed_bytes(protected, payload), signature)
    )


def seal_cose(payload: bytes, *, typ: str, key: SigningKey, kid: str | None = None) -> bytes:
    """Return a message over ``payload``, which is a credential or presentation by ``typ``."""
    assert typ in _CONTENT_TYPES
    number = next(number for number, name in _ALGORITHMS.items() if name == key.alg)
    members = {
        _ALG: number,
        _CONTENT_TYPE: _CONTENT_TYPES[typ],
        _KID: (kid or key.public.kid).encode("ascii"),
        _TYP: typ,
    }
    protected = cbor2.dumps(members)
    signature = key.sign(_signed_bytes(protected, payload))
    return cbor2.dumps(cbor2.CBORTag(_TAG, [protected, {}, payload, signature]))


def _read_header(protected: bytes) -> tuple[str, str, str]:
    """Return algorithm, key and type of a protected header."""
    members = _decode(protected)
    if not isinstance(members, Mapping):
        raise MalformedError("header_refused", what="anything but members")
    for label in members:
        # True equals 1 in Python and is another label in CBOR.
        if type(label) is not int or label not in {_ALG, _CONTENT_TYPE, _KID, _TYP}:
            raise MalformedError("header_refused", what=str(label)[:40])
    alg, kid, typ = (members.get(label) for label in (_ALG, _KID, _TYP))
    if type(alg) is not int or alg not in _ALGORITHMS:
        raise MalformedError("header_refused", what=f"alg {alg}"[:40])
    if not isinstance(typ, str) or typ not in _CONTENT_TYPES:
        raise MalformedError("header_refused", what=f"typ {typ}"[:40])
    if members.get(_CONTENT_TYPE, _CONTENT_TYPES[typ]) != _CONTENT_TYPES[typ]:
        raise MalformedError("header_refused", what="content type")
    return _ALGORITHMS[alg], _read_kid(kid), typ


def _read_kid(kid: object) -> str:
    name = kid.decode("ascii", "replace") if isinstance(kid, bytes) else ""
    if not name.isascii() or not name.isprintable() or " " in name:
        name = ""
    if not 0 < len(name) <= KEY_ID_LENGTH_MAX:
        raise MalformedError("header_refused", what="nothing, or anything odd, as kid")
    return name


def _signed_bytes(protected: bytes, payload: bytes) -> bytes:
    """Return what is signed: Sig_structure without further data (RFC 9052 section 4.4)."""
    return cbor2.dumps(["Signature1", protected, b"", payload])


def _decode(data: bytes) -> Any:  # noqa: ANN401  (any CBOR value)
    """Return the value of CBOR in its one spelling.

    Writing it again refuses at one stroke what is spelled longer or without end, labels given
    twice, and anything left over.
    """
    try:
        value = cbor2.loads(data, max_depth=_DEPTH_MAX)
        again = cbor2.dumps(value)
    except (cbor2.CBORError, ValueError, TypeError, RecursionError) as error:
        raise MalformedError("malformed", what="CBOR") from error
    if again != data:
        raise MalformedError("malformed", what="CBOR that is not in its one spelling")
    return value
