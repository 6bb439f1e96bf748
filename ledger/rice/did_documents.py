"""DID documents (W3C Controlled Identifiers 1.0), as did:web finds them: written, and held against.

`did_document` shows an actor from the register: every key twice, for JOSE and for Data Integrity.
Keys that no longer count stay in it, so that what they signed can still be named; they are marked
and stand in no relationship any more.

An actor may have a DID of a domain of its own. What stood there when it was registered is carried
into the ledger by `read_snapshot`, and nobody fetches it again to judge anything: what counts is
the keys enrolled here, and the snapshot may name no others.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import unquote

from ledger.errors import CODES, MalformedError, Words
from ledger.log import encoding, keys
from ledger.log.data_integrity import format_multikey
from ledger.log.methods import read_methods
from ledger.rice.case import jwk_members
from ledger.rice.facts import Actor, Key

SNAPSHOT_BYTES_MAX = 16_384
CODES |= {
    "did_address_refused": Words(
        "{host} is at {address}, which is not a public address. Nothing was fetched.",
        "{host} ở địa chỉ {address}, không phải địa chỉ công khai. Không tải gì cả.",
    ),
    "did_unreachable": Words(
        "The document of {did} could not be fetched: {what}. Ask for the file and give it here.",
        "Không tải được tài liệu của {did}: {what}. Hãy xin tệp rồi đưa vào đây.",
    ),
}

_CONTEXT = [
    "https://www.w3.org/ns/did/v1",
    "https://w3id.org/security/jwk/v1",
    "https://w3id.org/security/multikey/v1",
]
_METHOD = "did:web:"
_HOST = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:[0-9]{1,5})?", re.ASCII)
_KID = re.compile(r"[A-Za-z0-9_-]{43}", re.ASCII)
_SEGMENT = re.compile(r"[A-Za-z0-9_~-][A-Za-z0-9._~-]*", re.ASCII)
"""No segment begins with a dot, so no path leads anywhere else."""


def did_document(
    actor: Actor, held: Sequence[Key], revoked_at: Mapping[int, str], at: datetime
) -> dict[str, Any]:
    """Return the document of an actor (section 2) at a moment.

    ``revoked_at`` gives the time of the entry that revoked a key, by its index. A stolen key is
    marked from when it was stolen.
    """
    methods: list[dict[str, Any]] = []
    counting: list[str] = []
    for key in held:
        marks = {"expires": key.not_after}
        if key.revoked_index is not None:
            marks["revoked"] = min(revoked_at[key.revoked_index], key.invalid_from or "~")
        is_over = key.revoked_index is not None or encoding.parse_instant(key.not_after) < at
        for method in _methods(actor.did, keys.admit_key(jwk_members(key.jwk))):
            methods.append({**method, **marks})
            if not is_over:
                counting.append(method["id"])
    return _document(actor.did, methods, counting)


def ledger_document(host: str, log_key: keys.PublicKey) -> dict[str, Any]:
    """Return the document of the ledger itself: the key it signs its checkpoints with."""
    did = ledger_did(host)
    methods = _methods(did, log_key)
    return _document(did, methods, [method["id"] for method in methods])


def ledger_did(host: str) -> str:
    """Return the DID of a ledger at a host; a port is spelled ``%3A8443``."""
    return f"{_METHOD}{host}"


def actor_did(host: str, actor: str) -> str:
    """Return the DID that an actor has at a ledger's host, unless it brings its own."""
    return f"{ledger_did(host)}:actors:{actor}"


def document_url(did: str) -> str:
    """Return where a did:web DID has its document (did:web section 3.2)."""
    host, *path = did.removeprefix(_METHOD).split(":")
    host, segments = unquote(host), [unquote(part) for part in path]
    is_plain = _HOST.fullmatch(host) and all(_SEGMENT.fullmatch(part) for part in segments)
    if not did.startswith(_METHOD) or not is_plain:
        raise MalformedError("malformed", what=f"the DID {did}")
    return f"https://{host}/{'/'.join(segments or ['.well-known'])}/did.json"


def read_snapshot(data: bytes, did: str, at: datetime) -> frozenset[str]:
    """Return the ids of the keys with which a document lets its subject assert, or refuse it.

    The document has to be the DID's own. Every key that it names has to be one this ledger admits,
    in force, and stand under ``<did>#<thumbprint>``, as credentials here name it.
    """
    if len(data) > SNAPSHOT_BYTES_MAX:
        raise MalformedError("oversized", length=len(data), limit=SNAPSHOT_BYTES_MAX)
    document = encoding.parse_json(data, decimals=True)
    if not isinstance(document, dict) or document.get("id") != did:
        raise MalformedError("malformed", what=f"the document of {did}: its id is another")
    asserting = document.get("assertionMethod")
    if not isinstance(asserting, list) or not asserting:
        raise MalformedError("malformed", what=f"the document of {did}: no assertionMethod")
    methods = read_methods(data, at)
    for one in asserting:
        name = str(one.get("id") if isinstance(one, dict) else one)
        if (did + name if name.startswith("#") else name) not in methods:
            raise MalformedError("key_refused", why=f"{name} is not in force, or not of our kinds")
    kids = frozenset(method.key.kid for method in methods.values())
    for kid in sorted(kids):
        known = methods.get(f"{did}#{kid}")
        if known is None or known.key.kid != kid:
            raise MalformedError("key_refused", why=f"it does not stand under {did}#{kid}")
    return kids


def named_kids(document: str) -> frozenset[str]:
    """Return the ids of keys that a document in base64 names in its assertions, unchecked."""
    try:
        parsed = encoding.parse_json(encoding.decode_base64(document), decimals=True)
    except MalformedError:
        return frozenset()
    asserting = parsed.get("assertionMethod") if isinstance(parsed, dict) else None
    named = (
        one.get("id") if isinstance(one, dict) else one
        for one in (asserting if isinstance(asserting, list) else ())
    )
    kids = (name.rpartition("#")[2] for name in named if isinstance(name, str))
    return frozenset(kid for kid in kids if _KID.fullmatch(kid))


def _document(
    did: str, methods: Sequence[Mapping[str, Any]], counting: Sequence[str]
) -> dict[str, Any]:
    return {
        "@context": _CONTEXT,
        "id": did,
        "verificationMethod": methods,
        "assertionMethod": counting,
    }


def _methods(did: str, key: keys.PublicKey) -> list[dict[str, Any]]:
    """Return a key as the credentials here name it, and beside it as Data Integrity reads it."""
    methods = [
        {
            "id": f"{did}#{key.kid}",
            "type": "JsonWebKey",
            "controller": did,
            "publicKeyJwk": {**key.jwk, "kid": key.kid},
        }
    ]
    multibase = format_multikey(key)
    if multibase:
        methods.append(
            {
                "id": f"{did}#{key.kid}-multikey",
                "type": "Multikey",
                "controller": did,
                "publicKeyMultibase": multibase,
            }
        )
    return methods
