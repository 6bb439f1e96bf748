"""Who: organisations, their offices, and which key each held when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from msgspec import structs

from ledger.errors import Detail
from ledger.log import encoding, keys
from ledger.rice import acts
from ledger.rice.case import ROOT, Case, Outcome, jwk_members
from ledger.rice.facts import Actor, Area, Attestation, Did, Founding, Key, Lot, Role, Scheme

Reason = Mapping[str, Detail] | None
"""Why a rule refuses, as the details of its words; nothing when it does not."""

SCHEME_ROLES = frozenset({"confirmer", "verifier"})
"""Roles that mean nothing without a scheme: holding one is being accredited for it."""


@dataclass(frozen=True, slots=True)
class Office:
    """A role an actor must hold to say something, where, and for which scheme."""

    roles: tuple[str, ...]
    commune: str = ""
    scheme: str = ""


def holds(actor: Actor | None, office: Office, on: str) -> bool:
    """Tell whether an actor holds one of the roles on a day, with jurisdiction and scheme."""
    return actor is not None and any(
        role.role in office.roles
        and role.from_on <= on
        and (role.ended_on is None or on < role.ended_on)
        and (not office.commune or not role.communes or office.commune in role.communes)
        and (not office.scheme or role.scheme == office.scheme)
        for role in actor.roles
    )


def unknown_key(case: Case) -> Reason:
    """A signature by a key that is neither registered nor being enrolled."""
    known = {key.kid for key in case.keys} | case.offered
    for kid in case.meaning.kids:
        if kid not in known:
            return {"kid": kid}
    return None


def unproved_key(case: Case) -> Reason:
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
    """Keys of more than one actor, or of none, sign one statement."""
    if len(case.speakers) == 1 or isinstance(case.body, acts.Found):
        return None
    return {"actors": ", ".join(sorted(case.speakers)) or "-"}


def missing_quorum(case: Case) -> Reason:
    """The root speaks with fewer keys than it was founded with."""
    founding = case.founding
    if case.speaker != ROOT or founding is None:
        return None
    signed = len(case.keys)
    if signed >= founding.threshold:
        return None
    return {"signed": signed, "threshold": founding.threshold}


def foreign_subject(case: Case) -> Reason:
    """An act about an actor that is not registered."""
    body = case.body
    if isinstance(body, acts.GrantRole | acts.EndRole | acts.EnrolKey):
        subject = body.actor
    elif isinstance(body, acts.RegisterArea):
        subject = body.manager
    else:
        return None
    return None if case.actor(subject) else {"actor": subject}


def taken_name(case: Case) -> Reason:
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


def outside_office(case: Case) -> Reason:
    """Something is said by an actor who does not hold the office for it."""
    needed = _needed(case)
    if needed is None or needed == case.speaker:
        return None
    if isinstance(needed, str):
        return {"actor": case.speaker, "office": needed}
    if case.speaker == ROOT and "registrar" in needed.roles:
        return None
    if holds(case.actor(case.speaker), needed, case.recorded_on):
        return None
    office = " / ".join(filter(None, ["|".join(needed.roles), needed.scheme, needed.commune]))
    return {"actor": case.speaker, "office": office}


def _needed(case: Case) -> Office | str | None:
    """Return the office an act needs, the one actor who may say it, or nothing.

    One line per act, in the order of `acts`; events and attestations have rules of their own.
    """
    match case.body:
        case acts.RegisterActor(roles=roles):
            registrars = any(grant.role == "registrar" for grant in roles)
            return ROOT if registrars else Office(("registrar",))
        case acts.GrantRole(grant=grant):
            return _grants(case, grant.role, grant.scheme)
        case acts.EndRole(role=role, scheme=scheme_id):
            return _grants(case, role, scheme_id)
        case acts.EnrolKey(actor=actor):
            return actor
        case acts.RevokeKey(kid=kid):
            key = case.find(Key, f"key:{kid}")
            own = key is not None and key.actor == case.speaker
            return case.speaker if own else Office(("registrar",))
        case acts.RegisterArea(commune=commune):
            return Office(("authority",), commune=commune)
        case acts.ChangeArea(area=code):
            area = case.find(Area, f"area:{code}")
            return Office(("authority",), commune=area.commune if area else "")
        case acts.RegisterProduct():
            return Office(("mill", "packer", "exporter"))
        case acts.PublishScheme(scheme=scheme_id):
            scheme = case.find(Scheme, f"scheme:{scheme_id}")
            return scheme.owner if scheme else Office(("scheme_owner",))
        case acts.ChangeAttestation(attestation=attestation_id):
            attestation = case.find(Attestation, f"attestation:{attestation_id}")
            return attestation.issuer if attestation else None
        case acts.IssueLabels():
            return Office(("packer",))
        case acts.Hold(lot=lot_id):
            return _steward(case, lot_id)
        case acts.ClearHold(lot=lot_id, hold_index=index):
            lot = case.find(Lot, f"lot:{lot_id}")
            flags = [flag for flag in lot.held if flag.index == index] if lot else []
            return flags[0].actor if flags else None
        case acts.Recall(lots=lots):
            return _steward(case, lots[0])
    return None


def _grants(case: Case, role: str, scheme_id: str) -> Office | str:
    """Return who grants and ends a role: the scheme's owner, the root, or a registrar."""
    if role in SCHEME_ROLES:
        scheme = case.find(Scheme, f"scheme:{scheme_id}")
        return scheme.owner if scheme else Office(("scheme_owner",))
    return ROOT if role == "registrar" else Office(("registrar",))


def _steward(case: Case, lot_id: str) -> Office | str:
    """Return who may stop a lot: its maker, its holder, an authority."""
    lot = case.find(Lot, f"lot:{lot_id}")
    if lot is not None and case.speaker in (lot.maker, lot.holder):
        return case.speaker
    return Office(("authority",))


def unscoped_role(case: Case) -> Reason:
    """A certifier's role without a scheme, or another role with one."""
    grants: tuple[acts.RoleGrant, ...] = ()
    if isinstance(case.body, acts.RegisterActor):
        grants = case.body.roles
        scoped = [grant.role for grant in grants if grant.role in SCHEME_ROLES or grant.scheme]
        return {"role": scoped[0]} if scoped else None
    if isinstance(case.body, acts.GrantRole):
        grant = case.body.grant
        known = case.find(Scheme, f"scheme:{grant.scheme}") is not None
        if (grant.role in SCHEME_ROLES) != known:
            return {"role": grant.role}
    return None


def not_an_admin(case: Case) -> Reason:
    """Keys of an actor are enrolled or revoked with a key that is not its admin key."""
    if not isinstance(case.body, acts.EnrolKey | acts.RevokeKey) or case.speaker == ROOT:
        return None
    return None if all(key.admin for key in case.keys) else {"kid": case.keys[0].kid}


def unknown_revocation(case: Case) -> Reason:
    """A key is revoked that nobody enrolled, or that was revoked before."""
    if not isinstance(case.body, acts.RevokeKey):
        return None
    key = case.find(Key, f"key:{case.body.kid}")
    if key is None or key.revoked_index is not None:
        return {"kid": case.body.kid}
    return None


def fold(case: Case, outcome: Outcome) -> None:
    """Add what an accepted act changes about actors and keys."""
    index = case.place.index
    match case.body:
        case acts.Found() as act:
            kids = _enrol(case, outcome, ROOT, act.keys)
            outcome.put(
                Founding(
                    origin=act.origin,
                    name=act.name,
                    host=act.host,
                    threshold=act.threshold,
                    root_kids=kids,
                    settings=act.settings,
                )
            )
        case acts.RegisterActor() as act:
            _enrol(case, outcome, act.actor, act.keys)
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
                    registered_index=index,
                )
            )
        case acts.GrantRole(actor=actor_id, grant=grant):
            actor = case.know(Actor, f"actor:{actor_id}")
            roles = (*actor.roles, _role(grant, case.speaker))
            outcome.put(structs.replace(actor, roles=roles))
        case acts.EndRole() as act:
            actor = case.know(Actor, f"actor:{act.actor}")
            outcome.put(structs.replace(actor, roles=_ended(actor.roles, act)))
        case acts.EnrolKey(actor=actor_id, key=new):
            _enrol(case, outcome, actor_id, (new,))
        case acts.RevokeKey() as act:
            key = case.know(Key, f"key:{act.kid}")
            outcome.put(
                structs.replace(
                    key, revoked_index=index, invalid_from=act.invalid_from, reason=act.reason
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


def _ended(roles: tuple[Role, ...], act: acts.EndRole) -> tuple[Role, ...]:
    return tuple(
        structs.replace(role, ended_on=act.ended_on)
        if (role.role, role.scheme, role.ended_on) == (act.role, act.scheme, None)
        else role
        for role in roles
    )


def _enrol(
    case: Case, outcome: Outcome, actor_id: str, offered: tuple[acts.NewKey, ...]
) -> tuple[str, ...]:
    kids = []
    for new in offered:
        admitted = keys.admit_key(jwk_members(new.jwk))
        kids.append(admitted.kid)
        outcome.put(
            Key(
                kid=admitted.kid,
                actor=actor_id,
                jwk=new.jwk,
                admin=new.admin,
                enrolled_index=case.place.index,
                not_after=new.not_after,
            )
        )
    return tuple(kids)
