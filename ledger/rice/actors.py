"""Who: organisations, and which key each held when."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from msgspec import structs

from ledger.errors import Detail
from ledger.log import encoding
from ledger.rice import acts
from ledger.rice.case import ROOT, Body, Case, CaseOf, Outcome, admitted
from ledger.rice.facts import Actor, Did, Founding, Key, Role
from ledger.rice.trust_acts import Reaffirm, RecoverKey, SnapshotDid

Reason = Mapping[str, Detail] | None
"""Why a rule refuses, as the details of its words; nothing when it does not."""


def unknown_key(case: Case) -> Reason:
    """A signature by a key that is neither registered nor being enrolled."""
    kids = case.meaning.kids
    if len(case.keys) == len(kids):  # each is registered
        return None
    known = {key.kid for key in case.keys} | case.offered
    return next(({"kid": kid} for kid in kids if kid not in known), None)


def unproved_key(
    case: CaseOf[acts.Found | acts.RegisterActor | acts.EnrolKey | RecoverKey],
) -> Reason:
    """A key is to be enrolled that did not sign: nobody has shown to hold it."""
    missing = case.offered.difference(case.meaning.kids)
    return {"kid": min(missing)} if missing else None


def ended_key(case: Case) -> Reason:
    """A key that was revoked, or has passed its last day, signs."""
    now = encoding.format_time(case.place.recorded_at)
    for key in case.keys:
        if key.revoked_index is not None:
            return {"kid": key.kid, "since": f"#{key.revoked_index}"}
        if now > key.not_after:
            return {"kid": key.kid, "since": key.not_after}
    return None


def mixed_speakers(case: Case) -> Reason:
    """Keys of more than one actor, or of none, sign what one actor says."""
    if len(case.speakers) == 1 or isinstance(case.body, acts.Found | acts.AnyAgreement):
        return None
    if len(case.speakers) == 2 and is_countersigned(case.body):  # noqa: PLR2004  (actor and registrar)
        return None
    return {"actors": ", ".join(sorted(case.speakers)) or "-"}


def missing_quorum(case: Case) -> Reason:
    """The root speaks with fewer keys than it was founded with."""
    founding = case.founding
    if ROOT not in case.speakers or founding is None:
        return None
    signed = sum(key.actor == ROOT for key in case.keys)
    if signed >= founding.threshold:
        return None
    return {"signed": signed, "threshold": founding.threshold}


def few_root_keys(case: CaseOf[acts.Found | acts.RevokeKey]) -> Reason:
    """A threshold that the root keys cannot meet, from the start or once this one is revoked."""
    if isinstance(case.body, acts.Found):
        threshold, left = case.body.threshold, len(case.body.keys)
    else:
        founding = case.founding
        if founding is None or case.body.kid not in founding.root_kids:
            return None
        threshold = founding.threshold
        others = [case.know(Key, f"key:{kid}") for kid in founding.root_kids]
        left = sum(not key.reason and key.kid != case.body.kid for key in others)
    return {"threshold": threshold, "keys": left} if threshold > left else None


def foreign_subject(
    case: CaseOf[
        acts.GrantRole
        | acts.EndRole
        | acts.EnrolKey
        | SnapshotDid
        | RecoverKey
        | acts.RegisterArea
        | acts.PresentPaper
        | acts.DeclareRelation
    ],
) -> Reason:
    """An act about an actor that is not registered."""
    match case.body:
        case acts.RegisterArea(manager=subject) | acts.PresentPaper(issuer=subject):
            pass
        case acts.DeclareRelation(other=subject) if case.actor(case.body.actor):
            pass
        case other:
            subject = other.actor
    if case.actor(subject) or (isinstance(case.body, acts.EnrolKey) and subject == ROOT):
        return None
    return {"actor": subject}


def taken_name(
    case: CaseOf[acts.Found | acts.RegisterActor | acts.EnrolKey | RecoverKey],
) -> Reason:
    """An actor, DID or key that already stands in the register."""
    body = case.body
    if isinstance(body, acts.RegisterActor):
        if case.actor(body.actor) or body.actor == ROOT:
            return {"name": body.actor}
        if case.actor_of(body.did):
            return {"name": body.did}
    for kid in sorted(case.offered):
        if case.find(Key, f"key:{kid}"):
            return {"name": kid}
    return None


def not_an_admin(
    case: CaseOf[
        acts.EnrolKey
        | acts.RevokeKey
        | Reaffirm
        | SnapshotDid
        | acts.RegisterActor
        | acts.GrantRole
        | acts.EndRole
    ],
) -> Reason:
    """Keys, actors and roles are decided with a key that is not its actor's admin key."""
    for key in case.keys:
        if not key.admin and key.actor != ROOT:
            return {"kid": key.kid}
    return None


def unknown_revocation(case: CaseOf[acts.RevokeKey]) -> Reason:
    """A key is revoked that nobody enrolled, or that was revoked before.

    Whoever stole a key could revoke it first, and harmlessly; so a revoked key may still turn out
    to have been stolen, or stolen earlier than was said, and never later.
    """
    key = case.find(Key, f"key:{case.body.kid}")
    if key is not None and (key.revoked_index is None or _is_stolen_earlier(key, case.body)):
        return None
    return {"kid": case.body.kid}


def _is_stolen_earlier(key: Key, act: acts.RevokeKey) -> bool:
    """Tell whether an act says that a revoked key was stolen before anybody said so."""
    if act.reason != "compromised" or act.invalid_from is None:
        return False
    if key.invalid_from is None:
        return True
    return encoding.parse_instant(act.invalid_from) < encoding.parse_instant(key.invalid_from)


def change_settings(case: CaseOf[acts.ChangeSettings], outcome: Outcome) -> None:
    """Keep other limits from this entry on."""
    founding = case.know(Founding, "ledger:")
    outcome.put(structs.replace(founding, settings=case.body.settings))


def found(case: CaseOf[acts.Found], outcome: Outcome) -> None:
    """Keep how the ledger began, and its root keys."""
    act = case.body
    outcome.put(
        Founding(
            origin=act.origin,
            name=act.name,
            host=act.host,
            threshold=act.threshold,
            root_kids=enrol(case, outcome, ROOT, act.keys),
            settings=act.settings,
        )
    )


def register(case: CaseOf[acts.RegisterActor], outcome: Outcome) -> None:
    """Keep an organisation with its first keys and offices."""
    act = case.body
    enrol(case, outcome, act.actor, act.keys)
    outcome.put(Did(did=act.did, actor=act.actor))
    licence = act.licence
    outcome.put(
        Actor(
            id=act.actor,
            did=act.did,
            name=act.name,
            legal_id=act.legal_id,
            gln=act.gln,
            commune=act.commune,
            licence_number=licence.number if licence else "",
            licence_from_on=licence.from_on if licence else "",
            licence_to_on=licence.to_on if licence else "",
            roles=tuple(_role(grant, case.speaker) for grant in act.roles),
            registered_index=case.place.index,
        )
    )


def grant_role(case: CaseOf[acts.GrantRole], outcome: Outcome) -> None:
    """Add an office to an actor's."""
    actor = case.know(Actor, f"actor:{case.body.actor}")
    roles = (*actor.roles, _role(case.body.grant, case.speaker))
    outcome.put(structs.replace(actor, roles=roles))


def end_role(case: CaseOf[acts.EndRole], outcome: Outcome) -> None:
    """End an office an actor holds."""
    act = case.body
    actor = case.know(Actor, f"actor:{act.actor}")
    roles = tuple(
        structs.replace(role, ended_on=act.ended_on)
        if (role.role, role.scheme, role.ended_on) == (act.role, act.scheme, None)
        else role
        for role in actor.roles
    )
    outcome.put(structs.replace(actor, roles=roles))


def enrol_key(case: CaseOf[acts.EnrolKey], outcome: Outcome) -> None:
    """Keep another key of an actor, or of the root."""
    (kid,) = enrol(case, outcome, case.body.actor, (case.body.key,))
    if case.body.actor == ROOT:
        founding = case.know(Founding, "ledger:")
        outcome.put(structs.replace(founding, root_kids=(*founding.root_kids, kid)))


def revoke_key(case: CaseOf[acts.RevokeKey], outcome: Outcome) -> None:
    """Mark a key as no longer counting, or bring its last moment forward.

    Of a key that was revoked before, only the moment of its theft is brought back.
    """
    act = case.body
    key = case.know(Key, f"key:{act.kid}")
    if act.valid_until is not None:
        outcome.put(structs.replace(key, not_after=act.valid_until, reason=act.reason))
        return
    outcome.put(
        structs.replace(
            key,
            revoked_index=case.place.index if key.revoked_index is None else key.revoked_index,
            invalid_from=act.invalid_from,
            dated_index=case.place.index if act.invalid_from else None,
            reason=act.reason,
        )
    )


def _role(grant: acts.RoleGrant, granted_by: str) -> Role:
    return Role(
        role=grant.role,
        scheme=grant.scheme,
        communes=grant.communes,
        from_on=grant.from_on,
        granted_by=granted_by,
    )


def is_countersigned(body: Body) -> bool:
    """Tell whether an act takes an actor and a registrar together: one more admin key.

    Were one of them enough, a thief of an admin key could not be got rid of, and a registrar could
    speak for anybody.
    """
    return isinstance(body, acts.EnrolKey) and body.key.admin and body.actor != ROOT


def enrol(
    case: Case, outcome: Outcome, actor_id: str, offered: tuple[acts.NewKey, ...]
) -> tuple[str, ...]:
    """Keep keys of an actor and return their ids; none lasts longer than the settings allow.

    Only root keys end when they say: a ledger whose root had ended could not be mended.
    """
    last = _last_moment(case)
    by = tuple(key.kid for key in case.keys)
    kids = []
    for new in offered:
        kid = admitted(new).kid
        kids.append(kid)
        outcome.put(
            Key(
                kid=kid,
                actor=actor_id,
                jwk=new.jwk,
                admin=new.admin,
                token=new.token,
                only=new.only,
                places=new.places,
                enrolled_by=by,
                enrolled_index=case.place.index,
                enrolled_at=encoding.format_time(case.place.recorded_at),
                not_after=new.not_after if actor_id == ROOT else min(new.not_after, last),
            )
        )
    return tuple(kids)


def _last_moment(case: Case) -> str:
    """Return the last moment that a key enrolled now may have."""
    settings = case.founding.settings if case.founding else acts.Settings()
    last = case.place.recorded_at + timedelta(days=settings.key_days)
    return encoding.format_time(last).partition(".")[0] + "Z"
