"""Who may vouch: UNTP 0.7.0 Digital Identity Anchors of register type ``accreditation``.

The owner of a scheme, or an accreditor it has named, states in such a credential that an
organisation is accredited under the scheme: in which role, for which communes, from when to when.
The scheme is the ``idScheme``; role and communes are URIs of the ``registrationScope``,
``<scheme>/role/<role>`` and ``<scheme>/commune/<code>``. No commune means everywhere.

`read_anchor` refuses a scope it does not understand: it may be a limit, and would be lost. Anchors
published before the 0.7.0 tag say ``schemeId`` for ``idScheme``; both are read, the latter written.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal, get_args

from msgspec import Meta, Struct, ValidationError, convert, field

from ledger.errors import MalformedError
from ledger.log import encoding
from ledger.log.statement import Statement, check_credential_claims
from ledger.rice.credentials import CONTEXTS
from ledger.rice.terms import AccreditedRole, Commune, ShortText, Text, Uri

TYPE = "DigitalIdentityAnchor"
_COMMUNES_MAX = 200


class Accredited(Struct, frozen=True, kw_only=True):
    """What an anchor says, in the ledger's words. Days are local days, both included."""

    id: str
    number: str
    scheme: str
    role: str
    issuer_did: str
    issued_to_did: str
    communes: tuple[str, ...]
    from_on: str
    until_on: str


class _Named(Struct, frozen=True):
    id: Uri
    name: Text


class _Subject(Struct, frozen=True, rename="camel"):
    id: Uri
    registered_name: Text
    registered_id: ShortText
    registered_date: str
    register_type: Literal["accreditation"]
    registration_scope: Annotated[tuple[Uri, ...], Meta(min_length=1, max_length=_COMMUNES_MAX + 1)]
    id_scheme: _Named | None = None
    scheme_id: _Named | None = None


class _Anchor(Struct, frozen=True, rename="camel"):
    context: tuple[str, ...] = field(name="@context")
    type: tuple[str, ...]
    id: Uri
    issuer: _Named
    valid_from: str
    valid_until: str
    name: Text
    credential_subject: _Subject


def read_anchor(statement: Statement) -> Accredited | None:
    """Return what a ``vc+jwt`` statement accredits, or refuse it; nothing if it is no anchor."""
    claims = check_credential_claims(statement)
    types = claims.get("type")
    if not isinstance(types, list) or TYPE not in types:
        return None
    try:
        anchor = convert(claims, _Anchor)
    except ValidationError as error:
        raise MalformedError("malformed_credential", what=str(error)) from error
    subject = anchor.credential_subject
    if anchor.context != CONTEXTS:
        raise MalformedError("malformed_credential", what="not a UNTP 0.7.0 identity anchor")
    if (subject.id_scheme is None) == (subject.scheme_id is None):
        raise MalformedError("malformed_credential", what="idScheme is needed, once")
    named = subject.id_scheme or subject.scheme_id
    assert named is not None
    role, communes = _scopes(named.id, subject.registration_scope)
    from_on, until_on = _local_day(anchor.valid_from), _local_day(anchor.valid_until)
    if until_on < from_on:
        raise MalformedError("malformed_credential", what="validUntil is before validFrom")
    return Accredited(
        id=anchor.id,
        number=subject.registered_id,
        scheme=named.id,
        role=role,
        issuer_did=anchor.issuer.id,
        issued_to_did=subject.id,
        communes=communes,
        from_on=from_on,
        until_on=until_on,
    )


def write_anchor(accredited: Accredited, names: Mapping[str, str]) -> bytes:
    """Return the payload of an anchor that says what ``accredited`` says.

    ``names`` gives the display name of both DIDs and of the scheme.
    """
    scheme = accredited.scheme
    return encoding.canonical_json(
        {
            "@context": list(CONTEXTS),
            "type": [TYPE, "VerifiableCredential"],
            "id": accredited.id,
            "issuer": _named("CredentialIssuer", accredited.issuer_did, names),
            "validFrom": f"{accredited.from_on}T00:00:00+07:00",
            "validUntil": f"{accredited.until_on}T23:59:59+07:00",
            "name": accredited.number,
            "credentialSubject": {
                "type": ["RegisteredIdentity"],
                "id": accredited.issued_to_did,
                "registeredName": names[accredited.issued_to_did],
                "registeredId": accredited.number,
                "registeredDate": accredited.from_on,
                "idScheme": _named("IdentifierScheme", scheme, names),
                "registrar": _named("Party", accredited.issuer_did, names),
                "registerType": "accreditation",
                "registrationScope": [
                    f"{scheme}/role/{accredited.role}",
                    *(f"{scheme}/commune/{code}" for code in accredited.communes),
                ],
            },
        }
    )


def _named(kind: str, uri: str, names: Mapping[str, str]) -> dict[str, Any]:
    return {"type": [kind], "id": uri, "name": names[uri]}


def _scopes(scheme: str, scopes: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    """Return the one role and the communes that scopes name."""
    roles, communes = set(), set()
    for scope in scopes:
        kind, _, value = scope.removeprefix(f"{scheme}/").partition("/")
        if kind == "role" and value in get_args(AccreditedRole):
            roles.add(value)
        elif kind == "commune" and _is_commune(value):
            communes.add(value)
        else:
            raise MalformedError("malformed_credential", what=f"the scope {scope}")
    if len(roles) != 1 or len(roles) + len(communes) != len(scopes):
        raise MalformedError("malformed_credential", what="not one role, or a scope twice")
    return roles.pop(), tuple(sorted(communes))


def _is_commune(code: str) -> bool:
    try:
        convert(code, Commune)
    except ValidationError:
        return False
    return True


def _local_day(moment: str) -> str:
    return encoding.local_day(encoding.parse_instant(moment))
