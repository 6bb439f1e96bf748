"""What is to be signed: made of a kind and its fields, for the keys of those who have to sign it.

The payload is written here once and carried as bytes from then on (`log.draft`). What a ledger
knows (its origin and checkpoint, whose key is whose) is asked of a `Known`: a database that is at
hand, or a ledger at an address. It need not be believed: whoever signs is shown all of it.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Protocol, get_args
from urllib.parse import quote

from msgspec import Meta, Struct, ValidationError, convert

from ledger.dossier import dossier
from ledger.errors import CODES, LedgerError, MalformedError, NotFoundError, RefusedError, Words
from ledger.log import encoding
from ledger.log.checkpoint import Checkpoint
from ledger.log.draft import Draft, Signer, make_draft
from ledger.log.keys import PublicKey, admit_key
from ledger.log.statement import ACT, CREDENTIAL, EVENT, issuer_of
from ledger.log.status_list import StatusEntry
from ledger.rice import acts, anchors, credentials, profile
from ledger.rice.anchors import TYPE as ANCHOR
from ledger.rice.anchors import Accredited
from ledger.rice.case import ROOT, admitted
from ledger.rice.certificate_facts import (
    Scheme,
)
from ledger.rice.comparison import Metric
from ledger.rice.credentials import Attested
from ledger.rice.events import AnyEvent
from ledger.rice.facts import (
    Actor,
    Founding,
    Key,
    find,
)
from ledger.rice.kinds import event_kind
from ledger.rice.misspelling import explain
from ledger.rice.plain import tell_draft
from ledger.rice.schemes import Profile
from ledger.rice.status_places import PURPOSE, SECRET_LENGTH, draw_place, list_url
from ledger.rice.terms import (
    ACCREDITATION,
    ATTESTATION,
    AccreditedRole,
    ActorId,
    AreaCode,
    Certificate,
    Commune,
    Day,
    Grams,
    Season,
    Slug,
    Uri,
    check_distinct,
)
from ledger.store.store import Reading
from ledger.trial import foresee

CODES |= {
    "kind_unknown": Words(
        "Nothing of the kind {kind} can be said here. The kinds are listed in docs/events.md.",
        "Ở đây không có loại văn bản {kind}. Các loại được liệt kê trong docs/events.md.",
    ),
    "signer_wanted": Words(
        "Say whose key is to sign it, with --by.",
        "Hãy cho biết khóa của ai sẽ ký, bằng --by.",
    ),
    "computed_unfit": Words(
        "A {profile} over {areas} areas cannot state computed figures: what is computed is computed"
        " of one area, for attestations that confirm or state something of its season.",
        "{profile} cho {areas} vùng không thể nêu số liệu tính được: số liệu được tính cho một"
        " vùng, dùng cho văn bản xác nhận hoặc nêu kết quả của vụ đó.",
    ),
    "signer_keyless": Words(
        "{actor} has no key that counts now, or not this one: {kid}.",
        "{actor} không có khóa nào đang có giá trị, hoặc không phải khóa này: {kid}.",
    ),
    "signer_not_issuer": Words(
        "{actor} cannot sign a certificate of {issuer}. Its issuer signs it; change one of them.",
        "{actor} không ký được chứng nhận của {issuer}. Nơi cấp phải ký; hãy sửa một trong hai.",
    ),
    "signer_unclear": Words(
        "{actor} has several keys; name one: {choices}.",
        "{actor} có nhiều khóa; hãy nêu một khóa: {choices}.",
    ),
}

_ACTS = frozenset(str(kind.__struct_config__.tag) for kind in get_args(acts.AnyAct))
_ALGORITHMS = {"OKP": "EdDSA", "EC": "ES256", "RSA": "PS256"}


class Known(Protocol):
    """What a ledger says of itself and of those who speak in it."""

    def checkpoint(self) -> Checkpoint:
        """Return the last checkpoint."""

    def host(self) -> str:
        """Return the host that names its organisations."""

    def actor(self, actor: str) -> Actor:
        """Return an organisation, or refuse."""

    def keys(self, actor: str) -> list[Key]:
        """Return every key that an organisation has held, or the root."""

    def scheme(self, scheme: str) -> Scheme:
        """Return a scheme with all its versions, or refuse."""

    def metrics(self, area: str, season: str) -> Sequence[Metric]:
        """Return what the ledger computed of an area's season, or refuse."""


class Register:
    """What the ledger in a database knows."""

    def __init__(self, view: Reading, checkpoint: Checkpoint) -> None:
        self._view = view
        self._checkpoint = checkpoint

    def checkpoint(self) -> Checkpoint:
        """Return the last checkpoint."""
        return self._checkpoint

    def host(self) -> str:
        """Return the host that names its organisations."""
        founding = find(self._view, Founding, "ledger:")
        assert founding is not None, "a ledger has been founded"
        return founding.host

    def actor(self, actor: str) -> Actor:
        """Return an organisation, or refuse."""
        found = find(self._view, Actor, f"actor:{actor}")
        if found is None:
            raise NotFoundError("name_unknown", name=actor)
        return found

    def keys(self, actor: str) -> list[Key]:
        """Return every key that an organisation has held, or the root."""
        if actor != ROOT:
            self.actor(actor)
        return [key for key in self._view.every(Key, "key") if key.actor == actor]

    def scheme(self, scheme: str) -> Scheme:
        """Return a scheme with all its versions, or refuse."""
        found = find(self._view, Scheme, f"scheme:{scheme}")
        if found is None:
            raise NotFoundError("name_unknown", name=scheme)
        return found

    def metrics(self, area: str, season: str) -> Sequence[Metric]:
        """Return what the ledger computed of an area's season, or refuse."""
        return dossier(self._view, area, season).metrics

    def foresee(self, draft: Draft, now: datetime) -> list[LedgerError]:
        """Return what is likely to go wrong with a draft."""
        return foresee(self._view, draft, now)


_Number = Annotated[str, Meta(pattern=r"\A\S{1,80}\Z")]
"""As on the paper, 210/XN-UBND for instance; with spaces in it nobody would find it again."""


class _Figure(Struct, frozen=True, forbid_unknown_fields=True):
    value: Decimal | int
    unit: Annotated[str, Meta(pattern=r"\A[A-Z0-9]{2,3}\Z")]


class _Certificate(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The fields of an attestation as somebody writes them; ids and names come from the ledger.

    A licence that names no grams gets what its scheme calls usual for its hectares. ``computed``
    states what the ledger computed of the one area; what ``measures`` and ``scores`` give
    otherwise goes before it.
    """

    number: _Number
    profile: Slug
    scheme: Uri
    issuer: ActorId
    issued_to: ActorId
    areas: Annotated[tuple[AreaCode, ...], Meta(min_length=1, max_length=500)]
    season: Season
    from_on: Day
    until_on: Day
    area_m2: Annotated[int, Meta(ge=0, le=10**11)] = 0
    quota_g: Grams = 0
    lot: str = ""
    sold_g: Grams = 0
    licence: str = ""
    certificate: Certificate | None = None
    application: str = ""
    computed: bool = False
    measures: dict[str, _Figure] = {}
    scores: dict[str, str] = {}

    def __post_init__(self) -> None:
        """Refuse an area named twice."""
        check_distinct(self.areas, "areas")


class _Anchor(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The fields of an accreditation as somebody writes them; without communes, for everywhere."""

    number: _Number
    scheme: Uri
    role: AccreditedRole
    issuer: ActorId
    issued_to: ActorId
    communes: tuple[Commune, ...] = ()
    from_on: Day
    until_on: Day


@dataclass(frozen=True, slots=True)
class Content:
    """What is to be said: its bytes, what kind of statement they make, and who has to sign."""

    kind: str
    typ: str
    payload: bytes
    parties: tuple[str, ...] = ()
    """Those who sign unless others are named."""
    offered: tuple[acts.NewKey, ...] = ()
    """Keys that are being enrolled: each signs too, which proves that somebody has it."""
    issuer_did: str = ""
    event_id: str = ""


def write_content(
    kind: str, fields: Mapping[str, Any], missing: Mapping[str, str], known: Known | None = None
) -> Content:
    """Return what fields of a kind say: an act's, an event's, or those of an ``attestation``.

    ``missing`` gives an event what it lacks (``event_id``, ``at``). An attestation's fields are
    those of `_Certificate`, for which ``known`` is asked; or a whole credential.
    """
    if kind == ATTESTATION:
        return _certificate(fields, known)
    if kind == ACCREDITATION:
        return _accreditation(fields, known)
    if kind in _ACTS:
        return _act(kind, fields)
    if not profile.is_event_kind(kind):
        raise MalformedError("kind_unknown", kind=kind)
    return event_content(profile.event_named(kind, {**missing, **fields}))


def event_content(event: AnyEvent) -> Content:
    """Return what an event says."""
    payload = profile.write_event(event)
    return Content(event_kind(event, payload), EVENT, payload, event_id=event.event_id)


def draft_content(content: Content, keys: Sequence[Signer], checkpoint: Checkpoint) -> Draft:
    """Return the draft of a content for these signers, once it is known to be shown whole."""
    draft = make_draft(
        content.payload,
        typ=content.typ,
        signers=keys,
        checkpoint=checkpoint,
        purpose=content.kind,
    )
    tell_draft(draft)
    return draft


def signer(content: Content, key: PublicKey, alg: str) -> Signer:
    """Return how a key is named where it signs a content."""
    subject = f"{content.issuer_did}#" if content.typ == CREDENTIAL else ""
    return Signer(key, f"{subject}{key.kid}", alg)


def signers_of(
    content: Content, by: Sequence[str], known: Known, now: str, *, rs256: bool = False
) -> list[Signer]:
    """Return who signs a content: those named, else its parties; and every key being enrolled.

    A name is an actor's id, with ``/`` and a key's name where it has several. ``now`` is the time
    (`encoding.format_time`) at which keys have to count. ``rs256`` lets keys enrolled as tokens
    sign as old ones do.
    """
    names = tuple(by) or content.parties
    if not names:
        raise RefusedError("signer_wanted")
    held = [_key_of(known, name, now) for name in names]
    for one in held if content.issuer_did else ():
        if one.actor == ROOT or known.actor(one.actor).did != content.issuer_did:
            raise RefusedError("signer_not_issuer", actor=one.actor, issuer=content.issuer_did)
    found = {}
    signing: list[Key | acts.NewKey] = [*held, *content.offered]
    for key in signing:
        public = admitted(key)
        alg = "RS256" if rs256 and key.token else _ALGORITHMS[public.jwk["kty"]]
        found[public.kid] = signer(content, public, alg)
    return list(found.values())


def _key_of(known: Known, name: str, now: str) -> Key:
    """Return the one key of an actor that counts, or the one that was named.

    Beside keys of devices, the one admin key is meant.
    """
    actor, _, kid = name.partition("/")
    keys = [key for key in known.keys(actor) if key.counts_at(now) and kid in ("", key.kid)]
    if not keys:
        raise NotFoundError("signer_keyless", actor=actor, kid=kid or "-")
    admin = [key for key in keys if key.admin]
    if len(keys) > 1 and len(admin) == 1:
        return admin[0]
    if len(keys) > 1:
        choices = ", ".join(f"{actor}/{key.kid}" for key in keys)
        raise RefusedError("signer_unclear", actor=actor, choices=choices)
    return keys[0]


def _act(kind: str, fields: Mapping[str, Any]) -> Content:
    said = {**_with_plain_keys(fields), "act": kind}
    try:
        written: acts.Act = convert(said, acts.AnyAct)
    except ValidationError as error:
        raise MalformedError("malformed_act", what=explain(error, acts.AnyAct, said)) from error
    payload = acts.write_act(written)
    act = acts.read_act(payload)
    parties: tuple[str, ...] = ()
    if isinstance(act, acts.SignContract):
        parties = (act.seller, act.buyer)
    elif isinstance(act, acts.SignBaseline):
        parties = (act.cooperative, act.verifier)
    return Content(kind, ACT, payload, parties, acts.offered_keys(act))


def _with_plain_keys(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return fields whose keys have their required members only, as acts have them.

    ``rice-ledger key show`` says of a key what it is for, too.
    """
    plain = dict(fields)
    if isinstance(plain.get("key"), dict):
        plain["key"] = _plain_key(plain["key"])
    if isinstance(plain.get("keys"), list):
        plain["keys"] = [_plain_key(key) for key in plain["keys"]]
    return plain


def _plain_key(key: Any) -> Any:  # noqa: ANN401  (whatever JSON says)
    jwk = key.get("jwk") if isinstance(key, dict) else None
    if not isinstance(jwk, dict):
        return key
    return {**key, "jwk": dict(admit_key(jwk, legacy_rs256=True).jwk)}


def _certificate(fields: Mapping[str, Any], known: Known | None) -> Content:
    if "@context" in fields:
        payload = encoding.canonical_json(fields)
        kind = ACCREDITATION if ANCHOR in fields.get("type", ()) else ATTESTATION
        return Content(kind, CREDENTIAL, payload, issuer_did=issuer_of(fields))
    try:
        said = convert(fields, _Certificate, builtin_types=(Decimal,))
    except ValidationError as error:
        what = explain(error, _Certificate, fields)
        raise MalformedError("malformed_credential", what=what) from error
    if known is None:
        raise NotFoundError("name_unknown", name=said.issuer)
    issuer, holder, host = known.actor(said.issuer), known.actor(said.issued_to), known.host()
    edition = known.scheme(said.scheme).on(said.from_on)
    under = edition.profile(said.profile)
    if under is None:
        names = ", ".join(each.id for each in edition.profiles)
        raise MalformedError("malformed_credential", what=f"profile is none of {names}")
    name = f"https://{host}/attestations/{quote(said.number)}"
    attested = Attested(
        id=name,
        number=said.number,
        profile=said.profile,
        version=edition.version,
        scheme=said.scheme,
        issuer_did=issuer.did,
        issued_to_did=holder.did,
        areas=said.areas,
        season=said.season,
        from_on=said.from_on,
        until_on=said.until_on,
        area_m2=said.area_m2,
        quota_g=said.quota_g or (under.quota.usual_g(said.area_m2) if under.quota else 0),
        lot=said.lot,
        sold_g=said.sold_g,
        licence=said.licence,
        certificate=said.certificate,
        application=said.application,
        figures=(_computed(said, under, known) if said.computed else {})
        | {name: f"{Decimal(one.value):f} {one.unit}" for name, one in said.measures.items()}
        | said.scores,
        statuses=(_status_entry(host, name),),
    )
    payload = credentials.write_credential(
        attested,
        under,
        names={
            said.scheme: edition.name.vi,
            issuer.did: issuer.name.vi,
            holder.did: holder.name.vi,
            said.lot: said.lot.rpartition("/")[2],
        },
        area_uris={code: f"https://{host}/areas/{code}" for code in said.areas},
    )
    return Content(ATTESTATION, CREDENTIAL, payload, (said.issuer,), issuer_did=issuer.did)


def _computed(said: _Certificate, under: Profile, known: Known) -> dict[str, str]:
    """Return the figures the ledger computed that an attestation of this kind states."""
    if under.effect not in {"covers", "states"} or len(said.areas) > 1:
        raise MalformedError("computed_unfit", profile=said.profile, areas=len(said.areas))
    found = known.metrics(said.areas[0], said.season)
    return {each.metric: each.text for each in found if each.is_for(under)}


def _accreditation(fields: Mapping[str, Any], known: Known | None) -> Content:
    if "@context" in fields:
        return _certificate(fields, known)
    try:
        said = convert(fields, _Anchor)
    except ValidationError as error:
        what = explain(error, _Anchor, fields)
        raise MalformedError("malformed_credential", what=what) from error
    if known is None:
        raise NotFoundError("name_unknown", name=said.issuer)
    issuer, body = known.actor(said.issuer), known.actor(said.issued_to)
    accredited = Accredited(
        id=f"https://{known.host()}/accreditations/{quote(said.number)}",
        number=said.number,
        scheme=said.scheme,
        role=said.role,
        issuer_did=issuer.did,
        issued_to_did=body.did,
        communes=said.communes,
        from_on=said.from_on,
        until_on=said.until_on,
    )
    names = {
        said.scheme: known.scheme(said.scheme).name.vi,
        issuer.did: issuer.name.vi,
        body.did: body.name.vi,
    }
    payload = anchors.write_anchor(accredited, names)
    return Content(ACCREDITATION, CREDENTIAL, payload, (said.issuer,), issuer_did=issuer.did)


def _status_entry(host: str, attestation: str) -> StatusEntry:
    """Return a place in the first status list, drawn at random.

    A place that is taken already is refused when the attestation is recorded; another draft then
    draws another.
    """
    place = draw_place(secrets.token_bytes(SECRET_LENGTH), attestation, lambda _: False)
    return StatusEntry(list=list_url(host, 1), index=place, purpose=PURPOSE)
