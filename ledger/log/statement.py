"""A statement: signed bytes around an act, an event or an attestation (JWS, RFC 7515).

``parse_statement`` holds received bytes to our profile and says who claims to have signed; it looks
up no key. ``verify_signatures`` checks with keys the caller brings. The bytes are kept and hashed
as they came; nothing is ever written again to verify it.

Accepted: compact serialisation; and for acts that take several signers, general JSON serialisation
in canonical form, each signature under the same rules. Refused: anything else, any header member
not listed below, and above all a header that tries to choose its own key or algorithm.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from typing import Any

import msgspec

from ledger.errors import MalformedError, SignatureError
from ledger.log import encoding
from ledger.log.keys import PublicKey, SigningKey

ACT, EVENT, CREDENTIAL, PRESENTATION = "rice-act+jws", "epcis-event+jws", "vc+jwt", "vp+jwt"
SELECTIVE_CREDENTIAL, SELECTIVE_PRESENTATION = "vc+sd-jwt", "vp+sd-jwt"
KINDS = {ACT: "act", EVENT: "event", CREDENTIAL: "attestation"}
"""Statement types and the kind of entry each makes."""

STATEMENT_LENGTH_MAX = 60_000
HEADER_LENGTH_MAX = 1_024
HEADER_WITH_CERTIFICATES_LENGTH_MAX = 16_384
KEY_ID_LENGTH_MAX = 512
SIGNERS_MAX = 32

_ALGORITHMS = frozenset({"EdDSA", "Ed25519", "ES256", "PS256", "RS256"})
"""What any registered key may sign with; which of them counts, the key says (`keys`)."""
_WIDE_ALGORITHMS = frozenset({"ES384", "ES512"})
"""What signs credentials too, but nothing that makes an entry."""

_CONTENT_TYPES = {
    CREDENTIAL: "vc",
    PRESENTATION: "vp",
    SELECTIVE_CREDENTIAL: "vc",
    SELECTIVE_PRESENTATION: "vp",
}
"""What W3C VC-JOSE-COSE names as ``cty`` under each ``typ`` of its own (sections 3.1 and 3.2)."""
_CERTIFICATE_MEMBERS = frozenset({"x5c", "x5t#S256"})


class SignatureEntry(msgspec.Struct, frozen=True, gc=False):
    """One signature: the key it names, the algorithm it claims, what was signed."""

    kid: str
    alg: str
    signing_input: bytes
    signature: bytes
    certificates: tuple[bytes, ...] = ()
    """DER certificates from ``x5c``, leaf first. They are shown; they never choose the key."""


class Statement(msgspec.Struct, frozen=True, gc=False):
    """Received bytes that obey the profile. Nothing in it is verified yet."""

    data: bytes
    digest: bytes
    typ: str
    kind: str
    """The kind of entry it makes; empty if it makes none."""
    ledger: str | None
    payload: bytes
    signatures: tuple[SignatureEntry, ...]

    @property
    def signed_digests(self) -> tuple[bytes, ...]:
        """Return SHA-256 of each text that was signed, the same whichever signatures say so.

        ECDSA and RSA-PSS have many good signatures over one text: ``digest`` tells them apart,
        these do not, and so find a statement that was sent again under another signature.
        """
        return tuple(sha256(one.signing_input).digest() for one in self.signatures)


@dataclass(frozen=True, slots=True)
class _Header:
    alg: str
    typ: str
    kid: str
    ledger: str | None
    certificates: tuple[bytes, ...]


class _SignatureJson(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    protected: str
    signature: str


class _GeneralJson(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    payload: str
    signatures: tuple[_SignatureJson, ...]


def parse_statement(data: bytes, *, certificates: bool = False) -> Statement:
    """Return the statement that bytes spell, or refuse them.

    ``certificates`` lets headers carry ``x5c`` and ``x5t#S256``, as Vietnamese CA tokens write
    them.
    """
    statement = parse_jws(data, certificates=certificates)
    if statement.typ not in KINDS:
        raise MalformedError("header_refused", what=f"typ {statement.typ}")
    for one in statement.signatures:
        if one.alg not in _ALGORITHMS:
            raise MalformedError("header_refused", what=f"alg {one.alg}")
    return statement


def parse_jws(data: bytes, *, certificates: bool = False) -> Statement:
    """Return a statement, or what makes no entry (`secured`).

    That is presentations, SD-JWTs, and whatever a key of P-384 or P-521 signed.
    """
    # 1. Length, before anything is copied.
    if len(data) > STATEMENT_LENGTH_MAX:
        raise MalformedError("oversized", length=len(data), limit=STATEMENT_LENGTH_MAX)
    if data[:1] == b"{":
        return _parse_general(data, certificates=certificates)
    # 2. Three segments: no detached payload, no unsigned header, no signature left out.
    segments = data.split(b".")
    if len(segments) != 3 or not all(segments):  # noqa: PLR2004  (RFC 7515 section 7.1)
        raise MalformedError("malformed_statement", what="not three segments")
    protected, payload, signature = segments
    # 3. Header: strict base64url, strict JSON, allow-list.
    header = _read_header(protected, certificates)
    # 4. Payload and signature: strict base64url. Their meaning is for others to find.
    one = SignatureEntry(
        header.kid,
        header.alg,
        data[: len(protected) + 1 + len(payload)],
        encoding.decode_base64url(signature),
        header.certificates,
    )
    return Statement(
        data,
        sha256(data).digest(),
        header.typ,
        KINDS.get(header.typ, ""),
        header.ledger,
        encoding.decode_base64url(payload),
        (one,),
    )


def signer_of(data: bytes) -> str:
    """Return the key that a compact statement names; nothing where no such header can be read."""
    try:
        return _read_header(data.partition(b".")[0], False).kid  # noqa: FBT003  (the cache's key)
    except MalformedError:
        return ""


def verify_signatures(statement: Statement, keys: Mapping[str, PublicKey]) -> None:
    """Raise unless every signature is good under the key it names in ``keys``."""
    for one in statement.signatures:
        key = keys.get(one.kid)
        if key is None:
            raise SignatureError("key_not_known", kid=one.kid)
        key.verify(one.signing_input, one.signature, one.alg)


def seal(
    payload: bytes, *, typ: str, key: SigningKey, kid: str | None = None, ledger: str | None = None
) -> bytes:
    """Return compact signed bytes over ``payload``. Only acts and events carry ``ledger``."""
    protected = format_header(typ, key.alg, kid or key.public.kid, ledger)
    body = encoding.encode_base64url(payload)
    return join_compact(protected, body, key.sign(f"{protected}.{body}".encode("ascii")))


def seal_many(payload: bytes, *, keys: Sequence[SigningKey], ledger: str, typ: str = ACT) -> bytes:
    """Return an act signed by several keys, in general JSON serialisation (RFC 7515 7.2.1)."""
    body = encoding.encode_base64url(payload)
    signatures = []
    for key in keys:
        protected = format_header(typ, key.alg, key.public.kid, ledger)
        signatures.append((protected, key.sign(f"{protected}.{body}".encode("ascii"))))
    return join_general(body, signatures)


@lru_cache(maxsize=4096)
def format_header(typ: str, alg: str, kid: str, ledger: str | None) -> str:
    """Return the protected header of a statement, in base64url. Credentials carry no ``ledger``.

    A signer's headers are all alike, so each is kept.
    """
    assert typ in KINDS or typ in _CONTENT_TYPES
    assert (ledger is None) == (typ in _CONTENT_TYPES)
    members = {"alg": alg, "kid": kid, "typ": typ}
    members |= {"cty": _CONTENT_TYPES[typ]} if ledger is None else {"ledger": ledger}
    return encoding.encode_base64url(encoding.canonical_json(members))


def join_compact(protected: str, payload: str, signature: bytes) -> bytes:
    """Return a statement of one signer (RFC 7515 7.1), of parts in base64url and the signature."""
    return f"{protected}.{payload}.{encoding.encode_base64url(signature)}".encode("ascii")


def join_general(payload: str, signatures: Iterable[tuple[str, bytes]]) -> bytes:
    """Return a statement of several signers (RFC 7515 7.2.1): protected headers and signatures."""
    parts = [
        {"protected": protected, "signature": encoding.encode_base64url(signature)}
        for protected, signature in signatures
    ]
    return encoding.canonical_json({"payload": payload, "signatures": parts})


def join(payload: str, signatures: Sequence[tuple[str, bytes]]) -> bytes:
    """Return the statement of one signer, or of several."""
    if len(signatures) == 1:
        ((protected, signature),) = signatures
        return join_compact(protected, payload, signature)
    return join_general(payload, signatures)


def check_credential_claims(
    statement: Statement, *, controller: str | None = None
) -> dict[str, Any]:
    """Return the credential in a ``vc+jwt`` statement (W3C VC-JOSE-COSE section 3.1).

    The payload is the credential itself, and the key belongs to the issuer it speaks for. Whose it
    is, the DID URL in ``kid`` says; where ``kid`` is none, the caller who knows the key has to say
    so.
    """
    if statement.typ != CREDENTIAL:
        raise MalformedError("malformed_credential", what=f"typ is {statement.typ}")
    credential = check_document(encoding.parse_json(statement.payload, decimals=True))
    check_speaks_for(issuer_of(credential), statement.signatures[0].kid, controller)
    return credential


def check_document(claims: object) -> dict[str, Any]:
    """Return claims that are themselves the credential or presentation (section 1.1.2.1)."""
    if not isinstance(claims, dict) or "vc" in claims or "vp" in claims:
        raise MalformedError("malformed_credential", what="the payload is not a credential")
    return claims


def issuer_of(credential: Mapping[str, Any]) -> str:
    """Return who issued a credential; an ``iss`` has to agree."""
    issuer = credential.get("issuer")
    name = issuer.get("id") if isinstance(issuer, dict) else issuer
    if not isinstance(name, str) or credential.get("iss", name) != name:
        raise MalformedError("malformed_credential", what="issuer")
    return name


def check_speaks_for(issuer: str, kid: str, controller: str | None) -> None:
    """Raise unless the key that ``kid`` names, or the caller knows, is the issuer's."""
    subject, mark, _ = kid.partition("#")
    if subject.startswith("did:") and mark and controller in (None, subject):
        controller = subject
    if controller != issuer:
        raise MalformedError("malformed_credential", what="the key is not the issuer's")


def _parse_general(data: bytes, *, certificates: bool) -> Statement:
    """Return a statement of several signers (RFC 7515 section 7.2.1), in canonical JSON."""
    encoding.check_canonical(data)
    try:
        parsed = msgspec.json.decode(data, type=_GeneralJson)
    except msgspec.ValidationError as error:
        raise MalformedError("malformed_statement", what="general serialisation") from error
    if not parsed.payload or not 1 <= len(parsed.signatures) <= SIGNERS_MAX:
        raise MalformedError("malformed_statement", what="no payload, or number of signatures")
    headers = [_read_header(one.protected.encode(), certificates) for one in parsed.signatures]
    first = headers[0]
    if first.typ != ACT:
        raise MalformedError("malformed_statement", what="only acts have several signers")
    if any((header.typ, header.ledger) != (first.typ, first.ledger) for header in headers):
        raise MalformedError("malformed_statement", what="signers disagree on what they sign")
    if len({header.kid for header in headers}) != len(headers):
        raise MalformedError("malformed_statement", what="a key signs twice")
    payload = encoding.decode_base64url(parsed.payload)
    signatures = tuple(
        SignatureEntry(
            header.kid,
            header.alg,
            f"{one.protected}.{parsed.payload}".encode("ascii"),
            _signature(one.signature),
            header.certificates,
        )
        for header, one in zip(headers, parsed.signatures, strict=True)
    )
    return Statement(
        data, sha256(data).digest(), ACT, KINDS[ACT], first.ledger, payload, signatures
    )


def _signature(text: str) -> bytes:
    if not text:
        raise MalformedError("malformed_statement", what="an empty signature")
    return encoding.decode_base64url(text)


@lru_cache(maxsize=4096)
def _read_header(protected: bytes, certificates: bool) -> _Header:  # noqa: FBT001  (the cache's key)
    """Return a header that obeys the profile. A signer's headers are all alike, so it is kept."""
    raw = _header_bytes(protected, certificates=certificates)
    members = encoding.parse_json(raw)
    if not isinstance(members, dict):
        raise MalformedError("header_refused", what="anything but members")
    with_chain = certificates and not _CERTIFICATE_MEMBERS.isdisjoint(members)
    if not with_chain and len(raw) > HEADER_LENGTH_MAX:
        raise MalformedError("oversized", length=len(raw), limit=HEADER_LENGTH_MAX)
    typ = members.get("typ")
    if not isinstance(typ, str) or (typ not in KINDS and typ not in _CONTENT_TYPES):
        raise MalformedError("header_refused", what=f"typ {typ}")
    needed = {"alg", "typ", "kid", "cty" if typ in _CONTENT_TYPES else "ledger"}
    allowed = needed | (_CERTIFICATE_MEMBERS if certificates else set())
    if typ in {SELECTIVE_CREDENTIAL, SELECTIVE_PRESENTATION}:
        needed.remove("cty")  # these are other people's only, and they may leave it out
    for name in sorted(members.keys() - allowed):
        raise MalformedError("header_refused", what=name)
    for name in sorted(needed):
        if not _is_plain(members.get(name)):
            raise MalformedError("header_refused", what=f"nothing, or anything odd, as {name}")
    if "cty" in needed | members.keys() and members.get("cty") != _CONTENT_TYPES.get(typ):
        raise MalformedError("header_refused", what="cty")
    if members["alg"] not in _ALGORITHMS | _WIDE_ALGORITHMS:
        raise MalformedError("header_refused", what=f"alg {members['alg']}")
    chain = _read_certificates(members) if with_chain else ()
    return _Header(members["alg"], typ, members["kid"], members.get("ledger"), chain)


def _header_bytes(protected: bytes, *, certificates: bool) -> bytes:
    limit = HEADER_WITH_CERTIFICATES_LENGTH_MAX if certificates else HEADER_LENGTH_MAX
    if len(protected) > limit * 4 // 3 + 1:
        raise MalformedError("oversized", length=len(protected) * 3 // 4, limit=limit)
    return encoding.decode_base64url(protected)


def _is_plain(value: object) -> bool:
    """Whether this is text that no two readers can take for something else."""
    return (
        isinstance(value, str)
        and 0 < len(value) <= KEY_ID_LENGTH_MAX
        and value.isascii()
        and value.isprintable()
        and " " not in value
    )


def _read_certificates(members: Mapping[str, Any]) -> tuple[bytes, ...]:
    chain = members.get("x5c")
    if not isinstance(chain, list) or not chain or not all(isinstance(c, str) for c in chain):
        raise MalformedError("header_refused", what="x5c that is not a list of certificates")
    certificates = tuple(encoding.decode_base64(text) for text in chain)
    thumb = members.get("x5t#S256")
    if thumb is not None and thumb != encoding.encode_base64url(sha256(certificates[0]).digest()):
        raise MalformedError("header_refused", what="x5t#S256 of another certificate")
    return certificates
