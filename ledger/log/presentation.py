"""Presentations: credentials that somebody holds, handed over together (W3C VC-JOSE-COSE 3.1).

Nothing of a presentation goes into the log; an office that receives one takes the credentials out.
Only enclosed ``application/vc+jwt`` credentials are opened. Others are named, never judged: what
was not checked is unknown, not good.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ledger.errors import MalformedError
from ledger.log import encoding
from ledger.log.keys import PublicKey
from ledger.log.statement import (
    CREDENTIAL,
    PRESENTATION,
    Statement,
    parse_jws,
    parse_statement,
    verify_signatures,
)

_DATA = "data:"
_MEDIA_TYPE = f"application/{CREDENTIAL}"


@dataclass(frozen=True, slots=True)
class Enclosed:
    """One credential of a presentation; ``statement`` is None for a form not spoken here."""

    media_type: str
    statement: Statement | None


def open_presentation(data: bytes, keys: Mapping[str, PublicKey]) -> tuple[Enclosed, ...]:
    """Return the credentials in a signed presentation; those spoken here are verified too."""
    presentation = parse_jws(data)
    if presentation.typ != PRESENTATION:
        raise MalformedError("header_refused", what=f"typ {presentation.typ}")
    verify_signatures(presentation, keys)
    claims = encoding.parse_json(presentation.payload, decimals=True)
    if not isinstance(claims, dict) or "vc" in claims or "vp" in claims:
        raise MalformedError("malformed_credential", what="the payload is not a presentation")
    if "VerifiablePresentation" not in _as_list(claims.get("type")):
        raise MalformedError("malformed_credential", what="not a presentation by its type")
    if "iss" in claims and claims["iss"] != claims.get("holder"):
        raise MalformedError("malformed_credential", what="iss is not the holder")
    credentials = _as_list(claims.get("verifiableCredential", []))
    return tuple(_open_enclosed(credential, keys) for credential in credentials)


def _open_enclosed(credential: object, keys: Mapping[str, PublicKey]) -> Enclosed:
    if not isinstance(credential, dict) or _as_list(credential.get("type")) != [
        "EnvelopedVerifiableCredential"
    ]:
        raise MalformedError("malformed_credential", what="not an enveloped credential")
    url = credential.get("id")
    media_type, comma, body = str(url).removeprefix(_DATA).partition(",")
    if not isinstance(url, str) or not url.startswith(_DATA) or not comma or not body:
        raise MalformedError("malformed_credential", what="an envelope with nothing in it")
    if media_type != _MEDIA_TYPE:
        return Enclosed(media_type, None)
    statement = parse_statement(body.encode())
    verify_signatures(statement, keys)
    return Enclosed(media_type, statement)


def _as_list(value: object) -> list[object]:
    return value if isinstance(value, list) else [value]
