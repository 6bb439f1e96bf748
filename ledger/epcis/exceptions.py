"""What each refusal is called in EPCIS 2.0.1 (section 12, table of exceptions), and its status.

A rule of the rice trade that objects is answered 400: a client takes 409 to mean that the event is
in the ledger already, and would never send it again.
"""

from __future__ import annotations

from msgspec import Struct

from ledger.epcis.refusals import (
    AcceptError,
    ClosedError,
    LargeError,
    LimitError,
    QueryError,
    RelayedError,
    UnsignedError,
)
from ledger.errors import (
    ConflictError,
    LedgerError,
    MalformedError,
    NotFoundError,
    RefusedError,
    SignatureError,
)

IMPLEMENTATION = "ImplementationException"
STATUS = {
    "ValidationException": 400,
    "QueryParameterException": 400,
    "SecurityException": 403,
    "NoSuchNameException": 404,
    "NoSuchResourceException": 404,
    "NotAcceptableException": 406,
    "ResourceAlreadyExistsException": 409,
    "QueryTooLargeException": 413,
    "CaptureLimitExceededException": 413,
    "UnsupportedMediaTypeException": 415,
}
"""The exceptions answered here; any other trouble is an ImplementationException."""

_OF_CODE = {
    "said_before": "ResourceAlreadyExistsException",
    "epcis_query_unknown": "NoSuchNameException",
    "media_type_refused": "UnsupportedMediaTypeException",
    "oversized": "CaptureLimitExceededException",
}
_OF_KIND: dict[type[LedgerError], str] = {
    QueryError: "QueryParameterException",
    LargeError: "QueryTooLargeException",
    LimitError: "CaptureLimitExceededException",
    UnsignedError: "SecurityException",
    ClosedError: "SecurityException",
    SignatureError: "SecurityException",
    AcceptError: "NotAcceptableException",
    NotFoundError: "NoSuchResourceException",
    ConflictError: "ResourceAlreadyExistsException",
    RefusedError: "ValidationException",
    MalformedError: "ValidationException",
}
_OF_STATUS = {
    400: "ValidationException",
    401: "SecurityException",
    403: "SecurityException",
    404: "NoSuchResourceException",
    409: "ValidationException",
    413: "CaptureLimitExceededException",
}
"""What a ledger behind the gateway answers, when nothing more is known of it."""


class Trouble(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A refusal as EPCIS tells it, about an event if it is about one."""

    exception: str
    status: int
    code: str
    en: str
    vi: str
    event: str = ""


def trouble_of(refusal: LedgerError, event: str = "") -> Trouble:
    """Return what a refusal is in EPCIS."""
    name = _name(refusal)
    status = 401 if isinstance(refusal, ClosedError) else STATUS.get(name, refusal.http_status)
    words = refusal.words
    return Trouble(
        exception=name, status=status, code=refusal.code, en=words.en, vi=words.vi, event=event
    )


def _name(refusal: LedgerError) -> str:
    if refusal.code in _OF_CODE:
        return _OF_CODE[refusal.code]
    if isinstance(refusal, RelayedError):
        return refusal.exception or _OF_STATUS.get(refusal.status, IMPLEMENTATION)
    return next(
        (name for kind, name in _OF_KIND.items() if isinstance(refusal, kind)), IMPLEMENTATION
    )
