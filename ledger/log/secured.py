"""Credentials and presentations of other houses, in the three forms of W3C VC-JOSE-COSE.

``parse_secured`` reads a JWS, an SD-JWT or a COSE_Sign1 message and says what it claims;
``check_secured`` says whether that stands, in this order:

1. The key is known, may use the algorithm, and the signature is its own.
2. By context and type this is a document of the W3C's data model, version 2.
3. A credential's issuer is whose key this is; a presentation's ``iss`` is its holder.

Whether the issuer may vouch for anything, and whether it has taken a credential back since, are
questions for others. Only ``vc+jwt`` makes an entry, under stricter rules (`statement`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, Literal

from ledger.errors import MalformedError, SignatureError
from ledger.log import encoding
from ledger.log.contexts import CREDENTIALS_V2
from ledger.log.cose import parse_cose
from ledger.log.methods import Method, Methods
from ledger.log.selective import parse_selective, reveal
from ledger.log.statement import (
    CREDENTIAL,
    PRESENTATION,
    SignatureEntry,
    check_document,
    check_speaks_for,
    issuer_of,
    parse_jws,
)

Form = Literal["jose", "sd-jwt", "cose"]

_COSE_SIGN1 = b"\xd2"
"""The tag that every COSE_Sign1 message begins with; no text begins with it."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SECONDS_MAX = 253_402_300_800
"""When the calendar's last year ends."""


@dataclass(frozen=True, slots=True)
class Secured:
    """A credential or presentation as it was read. Nothing in it is verified yet."""

    form: Form
    media_type: str
    claims: dict[str, Any]
    signature: SignatureEntry
    withheld: int = 0
    """How many digests stand for claims that were not shown, or for nothing."""

    @property
    def is_presentation(self) -> bool:
        """Whether this hands over credentials instead of being one."""
        return self.media_type.startswith("application/vp")


@dataclass(frozen=True, slots=True)
class Validity:
    """From when, and until before when; None where no end is named."""

    since: datetime | None
    until: datetime | None

    def holds(self, at: datetime) -> bool:
        """Whether a moment lies within."""
        return (self.since is None or self.since <= at) and (self.until is None or at < self.until)


def parse_secured(data: bytes) -> Secured:
    """Return what bytes spell: CBOR as it is or as base64, or one of the forms of text."""
    if data.startswith(_COSE_SIGN1):
        return _read_cose(data)
    text = data.strip()
    if b"~" in text:
        return _read_selective(text)
    if b"." in text:
        return _read_jws(text)
    return _read_cose(_decode_base64(text))


def check_secured(secured: Secured, methods: Methods) -> Method:
    """Return the key that signed, or raise."""
    # 1. The key and its signature.
    signature = secured.signature
    method = methods.get(signature.kid)
    if method is None:
        raise SignatureError("key_not_known", kid=signature.kid)
    method.key.verify(signature.signing_input, signature.signature, signature.alg)
    # 2. The document.
    claims = secured.claims
    kind = "VerifiablePresentation" if secured.is_presentation else "VerifiableCredential"
    if as_list(claims.get("@context"))[:1] != [CREDENTIALS_V2] or kind not in as_list(
        claims.get("type")
    ):
        raise MalformedError("malformed_credential", what=f"not a {kind} by its type")
    read_validity(claims)
    # 3. Who speaks.
    if secured.is_presentation:
        if "iss" in claims and claims["iss"] != claims.get("holder"):
            raise MalformedError("malformed_credential", what="iss is not the holder")
        return method
    issuer, controller = issuer_of(claims), method.controller
    if controller is None and not signature.kid.startswith("did:"):
        controller = issuer  # nobody said whose key it is but the one who handed it over
    check_speaks_for(issuer, signature.kid, controller)
    return method


def read_validity(claims: Mapping[str, Any]) -> Validity:
    """Return the narrower of what the document and its JWT claims say."""
    since = [_instant(claims, "validFrom"), _numeric_date(claims, "nbf")]
    until = [_instant(claims, "validUntil"), _numeric_date(claims, "exp")]
    return Validity(
        max((moment for moment in since if moment), default=None),
        min((moment for moment in until if moment), default=None),
    )


def as_list(value: object) -> list[object]:
    """Return what JSON-LD lets stand alone or in a list."""
    return value if isinstance(value, list) else [value]


def _read_jws(data: bytes) -> Secured:
    statement = parse_jws(data)
    if statement.typ not in {CREDENTIAL, PRESENTATION}:
        raise MalformedError("header_refused", what=f"typ {statement.typ}")
    claims = check_document(encoding.parse_json(statement.payload, decimals=True))
    return Secured("jose", f"application/{statement.typ}", claims, statement.signatures[0])


def _read_selective(data: bytes) -> Secured:
    statement, disclosures = parse_selective(data)
    revealed = reveal(statement.payload, disclosures)
    media_type, claims = f"application/{statement.typ}", check_document(revealed.claims)
    return Secured("sd-jwt", media_type, claims, statement.signatures[0], revealed.withheld)


def _read_cose(data: bytes) -> Secured:
    message = parse_cose(data)
    claims = check_document(encoding.parse_json(message.payload, decimals=True))
    return Secured("cose", message.typ, claims, message.signature)


def _decode_base64(text: bytes) -> bytes:
    """Return the bytes of base64, whose padding those who write these messages leave out."""
    padding = b"" if text.endswith(b"=") else b"=" * (-len(text) % 4)
    return encoding.decode_base64((text + padding).decode("ascii", "replace"))


def _instant(claims: Mapping[str, Any], name: str) -> datetime | None:
    text = claims.get(name)
    if text is not None and not isinstance(text, str):
        raise MalformedError("malformed_credential", what=name)
    return None if text is None else encoding.parse_instant(text)


def _numeric_date(claims: Mapping[str, Any], name: str) -> datetime | None:
    seconds = claims.get(name)
    if seconds is None:
        return None
    if type(seconds) not in {int, Decimal} or not 0 <= seconds < _SECONDS_MAX:
        raise MalformedError("malformed_credential", what=name)
    return _EPOCH + timedelta(milliseconds=int(seconds * 1000))
