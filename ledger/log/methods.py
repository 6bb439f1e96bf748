"""Whose key it is: verification methods, as issuers publish them (W3C Controlled Identifiers 1.0).

Read are a bare JWK, one verification method, and the document of an issuer such as a ``did.json``.
A bare JWK says nothing about whose it is; whoever hands it over answers for that. Where documents
come from, and whether to believe them, is the caller's to know: nothing is fetched here.

Curves P-384 and P-521 are admitted, because others sign with them; such a key makes no entry.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ledger.errors import MalformedError
from ledger.log import encoding
from ledger.log.data_integrity import parse_multikey
from ledger.log.keys import PublicKey, admit_key


@dataclass(frozen=True, slots=True)
class Method:
    """A key, and who speaks with it as far as that was said."""

    key: PublicKey
    controller: str | None


Methods = Mapping[str, Method]
"""By every name that a signature may call a key: its thumbprint, its URL, the name in its JWK."""


def read_methods(data: bytes, at: datetime) -> dict[str, Method]:
    """Return the keys in a file that count at a moment."""
    document = encoding.parse_json(data, decimals=True)
    if not isinstance(document, dict):
        raise MalformedError("key_refused", why="not a key, nor a document with keys")
    if "verificationMethod" in document or "assertionMethod" in document:
        return dict(_of_document(document, at))
    if "publicKeyJwk" in document or "publicKeyMultibase" in document:
        return _of_method(document, at)
    return _of_jwk(document, None)


def _of_document(document: Mapping[str, Any], at: datetime) -> Iterator[tuple[str, Method]]:
    """Yield the keys that a document lets make assertions, and that are its own subject's.

    Keys of kinds that are not admitted are left out, so that what they signed stays unknown.
    """
    subject = document.get("id")
    listed, asserting = (
        document.get(name, []) for name in ("verificationMethod", "assertionMethod")
    )
    if not isinstance(subject, str) or not all(isinstance(x, list) for x in (listed, asserting)):
        raise MalformedError("key_refused", why="not a document with keys")
    methods = {
        _absolute(method.get("id"), subject): method
        for method in (*listed, *asserting)
        if isinstance(method, dict)
    }
    for one in asserting:
        name = _absolute(one.get("id") if isinstance(one, dict) else one, subject)
        method = methods.get(name)
        if method is not None and method.get("controller") == subject:
            with suppress(MalformedError):
                yield from _of_method({**method, "id": name}, at).items()


def _of_method(method: Mapping[str, Any], at: datetime) -> dict[str, Method]:
    name, controller = method.get("id"), method.get("controller")
    if not isinstance(name, str) or not isinstance(controller, str):
        raise MalformedError("key_refused", why="a verification method without id or controller")
    ends = [method[mark] for mark in ("expires", "revoked") if method.get(mark) is not None]
    if any(not isinstance(end, str) or encoding.parse_instant(end) <= at for end in ends):
        raise MalformedError("key_refused", why="expired or revoked")
    jwk, multibase = method.get("publicKeyJwk"), method.get("publicKeyMultibase")
    if isinstance(jwk, dict):
        found = _of_jwk(jwk, controller)
    elif isinstance(multibase, str):
        key = parse_multikey(multibase)
        found = {key.kid: Method(key, controller)}
    else:
        raise MalformedError("key_refused", why="not the members of a known key type")
    return {name: next(iter(found.values())), **found}


def _of_jwk(jwk: Mapping[str, Any], controller: str | None) -> dict[str, Method]:
    """Return a key under its thumbprint, and under the name that its issuer gave it."""
    members = {member: value for member, value in jwk.items() if member != "kid"}
    known = Method(admit_key(members, wide_curves=True), controller)
    name = jwk.get("kid")
    return {name: known, known.key.kid: known} if isinstance(name, str) else {known.key.kid: known}


def _absolute(name: object, subject: str) -> str:
    """Return a method's URL; a document may leave out its own (section 2.2)."""
    text = name if isinstance(name, str) else ""
    return subject + text if text.startswith("#") else text
