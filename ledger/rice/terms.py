"""The terms that acts, events and attestations are written in, each with its one spelling.

Days, codes, digests, masses: what is not spelled so is refused before anybody asks what it means.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import Annotated, Literal
from urllib.parse import quote, unquote

from msgspec import Meta, Struct

CALENDAR_DAY = (
    r"(?:(?:19|20)[0-9]{2}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])"
    r"|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)|02-(?:0[1-9]|1[0-9]|2[0-8]))"
    r"|(?:(?:19|20)(?:0[48]|[2468][048]|[13579][26])|2000)-02-29)"
)
"""A day of the calendar, leap days included. ``[0-9]``: ``\\d`` takes digits of other scripts."""
CLOCK_TIME = r"(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]"

ActorId = Annotated[str, Meta(pattern=r"\A[a-z0-9]+(-[a-z0-9]+)*\Z", max_length=64)]
Day = Annotated[str, Meta(pattern=rf"\A{CALENDAR_DAY}\Z")]
Moment = Annotated[str, Meta(pattern=rf"\A{CALENDAR_DAY}T{CLOCK_TIME}Z\Z")]
AreaCode = Annotated[str, Meta(pattern=r"\A[A-Z0-9-]{4,40}\Z")]
Season = Annotated[str, Meta(pattern=r"\A(DX|HT|TD)-20[0-9]{2}\Z")]
Commune = Annotated[str, Meta(pattern=r"\A[0-9]{5}\Z")]
Gtin = Annotated[str, Meta(pattern=r"\A[0-9]{14}\Z")]
LotUri = Annotated[
    str,
    Meta(
        pattern=r"\Ahttps://id\.gs1\.org/01/[0-9]{14}/10/"
        r"(?:[A-Za-z0-9._-]|%(?:2[125-9A-CF]|3[A-F])){1,20}\Z"
    ),
]
"""Escaped is only what a lot number may hold and a path may not, so that a lot has one name."""
Digest = Annotated[str, Meta(pattern=r"\A[A-Za-z0-9+/]{43}=\Z")]
DigestOrNone = Annotated[str, Meta(pattern=r"\A([A-Za-z0-9+/]{43}=)?\Z")]
Origin = Annotated[
    str, Meta(pattern=r"\A[a-z0-9][a-z0-9.-]*(:[0-9]+)?(/[A-Za-z0-9._~-]+)*\Z", max_length=200)
]
"""A URL without scheme or trailing slash, as c2sp.org/tlog-checkpoint names logs."""
Kid = Annotated[str, Meta(pattern=r"\A[A-Za-z0-9_-]{43}\Z")]
Text = Annotated[str, Meta(min_length=1, max_length=200)]
DocumentBytes = Annotated[str, Meta(pattern=r"\A[A-Za-z0-9+/]+={0,2}\Z", max_length=21_848)]
"""Padded base64 of at most 16,384 bytes that somebody else wrote."""
ShortText = Annotated[str, Meta(min_length=1, max_length=80)]
Uri = Annotated[str, Meta(pattern=r"\A(https://|urn:|did:)[\x21-\x7e]{1,250}\Z")]
_QUOTED = r"(?:[A-Za-z0-9._~-]|%[0-9A-F]{2}){1,200}\Z"
UriOrNone = Annotated[str, Meta(pattern=r"\A((https://|urn:|did:)[\x21-\x7e]{1,250})?\Z")]
ContractUri = Annotated[str, Meta(pattern=rf"\Aurn:rice:contract:{_QUOTED}")]
PaperUri = Annotated[str, Meta(pattern=rf"\Aurn:rice:paper:{_QUOTED}")]
HouseholdRef = Annotated[str, Meta(pattern=r"\A[A-Za-z0-9]{4,40}\Z")]
Grams = Annotated[int, Meta(ge=0, le=10**15)]
Kilograms = Annotated[int, Meta(ge=0, le=10**12)]
SquareMetres = Annotated[int, Meta(gt=0, le=10**11)]
Share = Annotated[int, Meta(ge=0, le=1000)]
Months = Annotated[int, Meta(ge=1, le=120)]
Days = Annotated[int, Meta(ge=1, le=366)]
Count = Annotated[int, Meta(gt=0, le=33_554_432)]
KindName = Annotated[str, Meta(pattern=r"\A[a-z][a-z_0-9]{0,39}\Z")]
ACCREDITATION, ATTESTATION, CORRECTION = "accreditation", "attestation", "correction"
"""Kinds of statement that are named neither by an act nor by a step (``rice:cte``)."""

Slug = Annotated[str, Meta(pattern=r"\A[a-z][a-z0-9]*(-[a-z0-9]+)*\Z", max_length=40)]
UnitCode = Annotated[str, Meta(pattern=r"\A[A-Z0-9]{2,3}\Z")]
"""UN/CEFACT Recommendation 20."""
DecimalText = Annotated[
    str, Meta(pattern=r"\A(0|[1-9][0-9]{0,11})(\.[0-9]{0,5}[1-9])?\Z", max_length=20)
]
"""A number with one spelling; JSON numbers have several, and none for many decimals."""

STOPPED_LOTS_MAX = 500
"""Lots that one act stops; a longer list is several acts."""
BatchName = Annotated[str, Meta(pattern=r"\A[A-Za-z0-9-]{1,40}\Z")]
StoppedLots = Annotated[tuple[LotUri, ...], Meta(min_length=1, max_length=STOPPED_LOTS_MAX)]

RoleName = Literal[
    "registrar",
    "authority",
    "scheme_owner",
    "accreditor",
    "cooperative",
    "trader",
    "mill",
    "packer",
    "exporter",
    "laboratory",
    "carrier",
    "buyer",
]
"""Offices: what an organisation may say because a registrar, or a scheme's owner, let it."""
AccreditedRole = Literal["confirmer", "verifier", "laboratory", "decision_body"]
"""What a body is accredited for under a scheme: to confirm conformity, to verify emissions, to
test, or to decide on the mark in the place of its owner."""
SignerRole = Literal["confirmer", "verifier", "laboratory", "decision_body", "scheme_owner"]
"""In what role attestations are signed: accredited, or as the owner of the scheme."""
ProductForm = Literal["paddy", "head_rice", "broken", "bran", "husk", "packed"]
ScopeKind = Literal["area", "input", "lot", "pallet", "container", "labels", "attestation"]
ReasonCode = Literal[
    "complaint",
    "records_differ",
    "process_not_followed",
    "quantity_differs",
    "false_statement",
    "mark_misused",
    "area_code_ended",
    "accreditation_ended",
    "key_compromised",
    "issued_wrongly",
    "holder_asked",
    "scope_changed",
    "second_decision",
    "put_right",
    "other",
]
"""Why an attestation changes. `reasons` has the words; codes are never renamed or reused."""
Custody = Literal[
    "identity_preserved", "segregated", "controlled_blending", "mass_balance", "book_and_claim"
]
"""ISO 22095:2020 names, strictest first; a lot's model may only move to the right."""


class LocalText(Struct, frozen=True, gc=False, forbid_unknown_fields=True):
    """The same words in Vietnamese and English."""

    vi: Text
    en: Text


class Certificate(Struct, frozen=True, forbid_unknown_fields=True):
    """Another house's certificate: its number, and the digest of its file as multibase."""

    number: str
    digest: str


def contract_uri(number: str) -> str:
    """Return how statements name a linkage contract, by the number on its paper."""
    return f"urn:rice:contract:{quote(number, safe='')}"


def paper_uri(number: str) -> str:
    """Return how statements name a paper, by the number on it."""
    return f"urn:rice:paper:{quote(number, safe='')}"


def number_of(uri: str) -> str:
    """Return the number on the paper that a URI names."""
    return unquote(uri.rpartition(":")[2])


def check_quoted(uri: str) -> None:
    """Raise `ValueError`, which a reader turns into a refusal, if a number has a second spelling.

    What decodes to something that is spelled otherwise would be one paper under two names.
    """
    _, _, quoted = uri.rpartition(":")
    if quote(unicodedata.normalize("NFC", unquote(quoted)), safe="") != quoted:
        raise ValueError("a number has one spelling")  # noqa: TRY003  (becomes malformed_act)


def check_order(first: str, last: str, name: str) -> None:
    """Raise `ValueError`, which a reader turns into a refusal, if the last day is before the first.

    ISO days sort as text.
    """
    if last < first:
        raise ValueError(f"{name} is before {first}")  # noqa: TRY003, EM102  (becomes malformed_*)


def check_distinct(values: Sequence[object], name: str) -> None:
    """Raise `ValueError`, which a reader turns into a refusal, if something stands twice."""
    if len(set(values)) != len(values):
        raise ValueError(f"{name} names one twice")  # noqa: TRY003, EM102  (becomes malformed_act)
