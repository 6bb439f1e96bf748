"""DID documents of actors, as did:web finds them: every key twice, for JOSE and for Data Integrity.

A document is shown from the register, never fetched. Keys that no longer count stay in it, so that
what they signed can still be named; they are marked and stand in no relationship any more.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ledger.log.data_integrity import format_multikey
from ledger.log.keys import PublicKey
from ledger.log.note import parse_vkey
from ledger.rice.case import admitted
from ledger.rice.facts import Actor, Key

_CONTEXT = [
    "https://www.w3.org/ns/did/v1",
    "https://w3id.org/security/jwk/v1",
    "https://w3id.org/security/multikey/v1",
]


def did_document(
    actor: Actor, keys: Sequence[Key], revoked_at: Mapping[int, str]
) -> dict[str, Any]:
    """Return the document of an actor (Controlled Identifiers section 2).

    ``revoked_at`` gives the time of the entry that revoked a key, by its index.
    """
    methods: list[dict[str, Any]] = []
    counting: list[str] = []
    for key in keys:
        marks = {"expires": key.not_after}
        if key.revoked_index is not None:
            marks["revoked"] = revoked_at[key.revoked_index]
        for method in _methods(actor.did, key):
            methods.append({"controller": actor.did, **method, **marks})
            if key.revoked_index is None:
                counting.append(method["id"])
    return {
        "@context": _CONTEXT,
        "id": actor.did,
        "verificationMethod": methods,
        "assertionMethod": counting,
    }


def ledger_document(did: str, vkey: str) -> dict[str, Any]:
    """Return the document of a ledger itself: the key of its log signs what it derives from it."""
    public = parse_vkey(vkey).public
    assert public is not None, "a log signs with a key that is spoken here"
    methods = [{"controller": did, **one} for one in _spelled(did, public)]
    return {
        "@context": _CONTEXT,
        "id": did,
        "verificationMethod": methods,
        "assertionMethod": [method["id"] for method in methods],
    }


def _methods(did: str, key: Key) -> list[dict[str, Any]]:
    return _spelled(did, admitted(key))


def _spelled(did: str, key: PublicKey) -> list[dict[str, Any]]:
    """Return a key for JOSE, and where it can be for Data Integrity too."""
    kid, jwk = key.kid, dict(key.jwk)
    methods = [{"id": f"{did}#{kid}", "type": "JsonWebKey", "publicKeyJwk": jwk | {"kid": kid}}]
    multibase = format_multikey(key)
    if multibase:
        methods.append(
            {
                "id": f"{did}#{kid}-multikey",
                "type": "Multikey",
                "publicKeyMultibase": multibase,
            }
        )
    return methods
