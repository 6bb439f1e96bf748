"""Presentations: credentials that somebody holds, handed over together (W3C VC-JOSE-COSE).

Nothing of a presentation goes into the log; an office that receives one takes the credentials out.
Each of these is signed by its own issuer and judged apart: whether the presentation around them
stands, ``secured`` says, and whoever hands over three certificates has done so even if one of them
does not stand. Of a form not read here only the name is told: what was not checked is unknown, not
good.
"""

from __future__ import annotations

from dataclasses import dataclass

from ledger.errors import LedgerError, MalformedError
from ledger.log.methods import Methods
from ledger.log.secured import Secured, as_list, check_secured, parse_secured

_DATA = "data:"
_READ = {
    "application/vc+jwt": "application/vc+jwt",
    "application/vc+sd-jwt": "application/vc+sd-jwt",
    "application/vc+cose;base64": "application/vc+cose",
}
"""What stands before the comma of a ``data:`` URL, and the media type of what follows."""


@dataclass(frozen=True, slots=True)
class Enclosed:
    """One credential of a presentation. It stands if it was read and nothing speaks against it."""

    media_type: str
    secured: Secured | None
    refusal: LedgerError | None


def open_enclosed(secured: Secured, methods: Methods) -> tuple[Enclosed, ...]:
    """Return the credentials in a presentation, each judged; raise if anything else is in it."""
    if not secured.is_presentation:
        raise MalformedError("header_refused", what=f"typ {secured.media_type}")
    envelopes = as_list(secured.claims.get("verifiableCredential", []))
    return tuple(_judge(*_unfold(envelope), methods) for envelope in envelopes)


def _unfold(envelope: object) -> tuple[str, str]:
    """Return media type and body of a credential in its envelope; nothing else is presented."""
    if not isinstance(envelope, dict) or as_list(envelope.get("type")) != [
        "EnvelopedVerifiableCredential"
    ]:
        raise MalformedError("malformed_credential", what="not an enveloped credential")
    url = envelope.get("id")
    media_type, comma, body = str(url).removeprefix(_DATA).partition(",")
    if not isinstance(url, str) or not url.startswith(_DATA) or not comma or not body:
        raise MalformedError("malformed_credential", what="an envelope with nothing in it")
    return media_type, body


def _judge(media_type: str, body: str, methods: Methods) -> Enclosed:
    if media_type not in _READ:
        return Enclosed(media_type, None, None)
    try:
        secured = parse_secured(body.encode())
        if secured.media_type != _READ[media_type]:
            raise MalformedError("header_refused", what=f"typ {secured.media_type}")
    except LedgerError as refusal:
        return Enclosed(media_type, None, refusal)
    try:
        check_secured(secured, methods)
    except LedgerError as refusal:
        return Enclosed(media_type, secured, refusal)
    return Enclosed(media_type, secured, None)
