"""Who may say what: the office each act needs, and who grants and ends offices."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, get_args

from msgspec import Struct

from ledger.rice import acts
from ledger.rice.accreditation_facts import Accreditation
from ledger.rice.actors import Reason, is_countersigned
from ledger.rice.case import ROOT, Case, CaseOf
from ledger.rice.certificate_facts import (
    Attestation,
    Scheme,
)
from ledger.rice.facts import (
    Actor,
    Area,
    Facts,
    Key,
    Lot,
    Role,
    find,
)
from ledger.rice.life_facts import Application
from ledger.rice.terms import RoleName
from ledger.rice.trust_acts import ChangeAccreditation, Reaffirm, RecoverKey, SnapshotDid

SCHEME_ROLES = frozenset({"accreditor"})
"""Roles that mean nothing without a scheme, and that its owner grants."""


class Office(Struct, frozen=True):
    """A role an actor must hold to say something, where, for which scheme, perhaps who alone."""

    roles: tuple[str, ...]
    commune: str = ""
    scheme: str = ""
    actor: str = ""


REGISTRAR = Office(("registrar",))

Needed = Office | str | None
"""An office, the one actor who may speak, or nothing because a later rule refuses anyway."""


def holds(actor: Actor | None, office: Office, on: str) -> bool:
    """Tell whether an actor holds one of the roles on a day, with jurisdiction and scheme."""
    return next(held(actor, office, on), None) is not None


def held(actor: Actor | None, office: Office, on: str) -> Iterator[Role]:
    """Yield the roles of an actor that put it in an office on a day."""
    if actor is None or office.actor not in {"", actor.id}:
        return
    for role in actor.roles:
        if (
            role.role in office.roles
            and role.from_on <= on
            and (role.ended_on is None or on < role.ended_on)
            and (not office.commune or not role.communes or office.commune in role.communes)
            and (not office.scheme or role.scheme == office.scheme)
        ):
            yield role


def owning(scheme: Scheme) -> Office:
    """Return what it takes to speak for a scheme: being its owner, and still in that office."""
    return Office(("scheme_owner",), actor=scheme.owner)


def is_same_person(one: Actor, other: Actor) -> bool:
    """Tell whether two actors are one organisation, or two names of one legal person."""
    return one.id == other.id or (bool(one.legal_id) and one.legal_id == other.legal_id)


def outside_office(case: CaseOf[acts.AnyAct]) -> Reason:
    """Something is said by an actor who does not hold the office for it."""
    if isinstance(case.body, acts.AnyAgreement):
        for actor_id, party in _offices_of_parties(case.body):
            if not holds(case.actor(actor_id), party, case.recorded_on):
                return {"actor": actor_id, "office": "|".join(party.roles)}
        return None
    if is_countersigned(case.body):
        return _not_countersigned(case)
    needs = _NEEDS.get(type(case.body))
    needed = needs(case) if needs else None
    if needed is None or needed == case.speaker:
        return None
    if isinstance(needed, str):
        return {"actor": case.speaker, "office": needed}
    if case.speaker == ROOT and "registrar" in needed.roles:
        return None
    if holds(case.actor(case.speaker), needed, case.recorded_on):
        return None
    parts = ["|".join(needed.roles), needed.scheme, needed.commune, needed.actor]
    office = " / ".join(filter(None, parts))
    return {"actor": case.speaker, "office": office}


def _not_countersigned(case: CaseOf[Any]) -> Reason:
    """Return whose signature is missing where an actor and its registrar sign together."""
    actor = case.body.actor
    others = case.speakers - {actor}
    above = _registrar_over(case, actor)
    if actor in case.speakers and len(others) == 1:
        (other,) = others
        entitled = isinstance(above, Office) and holds(case.actor(other), above, case.recorded_on)
        if other == ROOT or entitled:
            return None
    registrar = above if isinstance(above, str) else "registrar"
    return {"actor": ", ".join(sorted(case.speakers)), "office": f"{actor} + {registrar}"}


def unscoped_role(case: CaseOf[acts.RegisterActor | acts.GrantRole]) -> Reason:
    """An accreditor's role without a scheme, or another role with one."""
    if isinstance(case.body, acts.RegisterActor):
        grants = case.body.roles
        scoped = [grant.role for grant in grants if grant.role in SCHEME_ROLES or grant.scheme]
        return {"role": scoped[0]} if scoped else None
    grant = case.body.grant
    known = case.find(Scheme, f"scheme:{grant.scheme}") is not None
    return {"role": grant.role} if (grant.role in SCHEME_ROLES) != known else None


def self_granted(case: CaseOf[acts.RegisterActor | acts.GrantRole]) -> Reason:
    """An actor gives an office to itself, under this name or another of the same legal person."""
    granter = case.actor(case.speaker)
    if granter is None:  # the root holds no office but the one it was founded with
        return None
    if isinstance(case.body, acts.RegisterActor):
        role = case.body.roles[0].role if case.body.roles else ""
        same = bool(granter.legal_id) and granter.legal_id == case.body.legal_id
    else:
        role = case.body.grant.role
        same = is_same_person(granter, case.know(Actor, f"actor:{case.body.actor}"))
    return {"actor": granter.id, "role": role} if same and role else None


def role_not_held(case: CaseOf[acts.EndRole]) -> Reason:
    """An office is ended that the actor does not hold, or that has ended before."""
    act = case.body
    actor = case.know(Actor, f"actor:{act.actor}")
    open_roles = {(role.role, role.scheme) for role in actor.roles if role.ended_on is None}
    if (act.role, act.scheme) in open_roles:
        return None
    return {"actor": act.actor, "role": act.role}


def _registering(case: CaseOf[acts.RegisterActor]) -> Needed:
    return ROOT if any(grant.role == "registrar" for grant in case.body.roles) else REGISTRAR


def _granting(case: CaseOf[acts.GrantRole]) -> Needed:
    return _granter_of(case, case.body.grant.role, case.body.grant.scheme)


def _ending(case: CaseOf[acts.EndRole]) -> Needed:
    """Return who ends a role: whoever grants it; of a scheme, also an owner out of office."""
    scheme = case.find(Scheme, f"scheme:{case.body.scheme}")
    if scheme is not None and case.body.role in SCHEME_ROLES:
        return scheme.owner
    return _granter_of(case, case.body.role, case.body.scheme)


def _granter_of(case: Case, role: str, scheme_id: str) -> Needed:
    """Return who grants and ends a role: the scheme's owner, the root, or a registrar."""
    if role in SCHEME_ROLES:
        scheme = case.find(Scheme, f"scheme:{scheme_id}")
        return owning(scheme) if scheme else Office(("scheme_owner",))
    return ROOT if role == "registrar" else REGISTRAR


def _enrolling(case: CaseOf[acts.EnrolKey]) -> Needed:
    """Return who enrols a device's key: its actor. An admin key takes two (`is_countersigned`)."""
    return case.body.actor


def _revoking(case: CaseOf[acts.RevokeKey]) -> Needed:
    key = case.find(Key, f"key:{case.body.kid}")
    if key is None or key.actor == case.speaker:
        return None
    return _registrar_over(case, key.actor)


def _registrar_over(case: Case, actor_id: str) -> Needed:
    """Return who decides over an actor's keys in its place; over registrars, only the root."""
    actor = case.actor(actor_id)
    if actor_id == ROOT or (actor and any(role.role == "registrar" for role in actor.roles)):
        return ROOT
    return REGISTRAR


def _registering_area(case: CaseOf[acts.RegisterArea]) -> Needed:
    return Office(("authority",), commune=case.body.commune)


def _offices_of_parties(body: acts.AnyAgreement) -> tuple[tuple[str, Office], ...]:
    """Return who speaks together, each with the office it takes; a verifier takes none."""
    grower = Office(("cooperative",))
    if isinstance(body, acts.SignContract):
        return (body.seller, grower), (body.buyer, Office(("trader", "mill", "packer", "exporter")))
    return ((body.cooperative, grower),)


def _changing_area(case: CaseOf[acts.ChangeArea | acts.InspectArea]) -> Needed:
    area = case.find(Area, f"area:{case.body.area}")
    return Office(("authority",), commune=area.commune) if area else None


def _registering_product(_: CaseOf[acts.RegisterProduct]) -> Needed:
    return Office(("mill", "packer", "exporter"))


def _presenting(case: CaseOf[acts.PresentPaper]) -> Needed:
    """Return any organisation: an accredited body shows papers too, and holds no office."""
    return case.speaker if case.actor(case.speaker) else Office(get_args(RoleName))


def _publishing(case: CaseOf[acts.PublishScheme]) -> Needed:
    scheme = case.find(Scheme, f"scheme:{case.body.scheme}")
    return owning(scheme) if scheme else Office(("scheme_owner",))


def _applying(case: CaseOf[acts.Apply]) -> Needed:
    """Return who asks for what: for a licence, who packs; for anything else, who grows."""
    scheme = case.find(Scheme, f"scheme:{case.body.scheme}")
    profile = scheme and scheme.on(case.recorded_on).profile(case.body.profile)
    if not profile:
        return None
    return Office(("packer", "exporter") if profile.effect == "licenses" else ("cooperative",))


def _declining(case: CaseOf[acts.DeclineApplication]) -> Needed:
    asked = case.find(Application, f"application:{case.body.application}")
    return asked.certifier if asked else None


def _changing_attestation(case: CaseOf[acts.ChangeAttestation]) -> Needed:
    attestation = case.find(Attestation, f"attestation:{case.body.attestation}")
    return attestation.issuer if attestation else None


def _claiming(case: CaseOf[acts.ClaimReduction]) -> Needed:
    area = case.find(Area, f"area:{case.body.area}")
    return area.manager if area else None


def _relating(case: CaseOf[acts.DeclareRelation]) -> Needed:
    return case.body.actor if case.speaker == case.body.actor else REGISTRAR


def _changing_accreditation(case: CaseOf[ChangeAccreditation]) -> Needed:
    """Return who changes an accreditation: who gave it and still may, or the scheme's owner.

    The owner may so even out of office: nobody else could end what an accreditor gave who is gone.
    """
    known = case.find(Accreditation, f"accreditation:{case.body.accreditation}")
    scheme = case.find(Scheme, f"scheme:{known.scheme}") if known else None
    if known is None or scheme is None:
        return None
    if case.speaker == known.issuer != scheme.owner:
        return Office(("accreditor",), scheme=known.scheme, actor=known.issuer)
    return scheme.owner


def _reaffirming(case: CaseOf[Reaffirm]) -> Needed:
    key = case.find(Key, f"key:{case.body.kid}")
    return key.actor if key else None


def _snapshotting(case: CaseOf[SnapshotDid]) -> Needed:
    """Return who shows what stands at an actor's domain: the actor itself, or a registrar."""
    return case.speaker if case.speaker == case.body.actor else REGISTRAR


def _issuing_labels(
    _: CaseOf[acts.IssueLabels | acts.ActivateLabels | acts.VoidLabels],
) -> Needed:
    return Office(("packer",))


def _marking(_: CaseOf[acts.MarkBags]) -> Needed:
    return Office(("packer", "mill", "exporter", "trader", "buyer", "cooperative"))


def _holding(case: CaseOf[acts.Hold]) -> Needed:
    return _stopping(case, case.body.lots)


def _clearing(case: CaseOf[acts.ClearHold]) -> Needed:
    """Return who set the hold; a lot without it is refused by a later rule."""
    for lot_id in case.body.lots:
        lot = case.find(Lot, f"lot:{lot_id}")
        for flag in lot.held if lot else ():
            if flag.index == case.body.hold_index:
                return flag.actor
    return None


def _recalling(case: CaseOf[acts.Recall]) -> Needed:
    return _stopping(case, case.body.lots)


def _stopping(case: Case, lot_ids: Sequence[str]) -> Needed:
    """Return the office to stop lots that the speaker lacks for one of them."""
    for lot_id in lot_ids:
        lot = case.find(Lot, f"lot:{lot_id}")
        lacking = lot and lacking_to_stop(case.facts, case.speaker, lot, case.recorded_on)
        if lacking:
            return lacking
    return None


def lacking_to_stop(facts: Facts, actor_id: str, lot: Lot, on: str) -> Office | None:
    """Return the office an actor lacks to stop a lot; nothing if it made or holds it, or has it."""
    if actor_id in {lot.maker, lot.holder}:
        return None
    actor = find(facts, Actor, f"actor:{actor_id}")
    offices = [Office(("authority",), commune=commune) for commune in _communes_of(facts, lot)]
    return None if any(holds(actor, office, on) for office in offices) else offices[0]


def _communes_of(facts: Facts, lot: Lot) -> list[str]:
    """Return where a lot was grown and where those sit who made or hold it."""
    areas = [find(facts, Area, f"area:{origin.partition('/')[0]}") for origin in lot.origin]
    actors = [find(facts, Actor, f"actor:{actor_id}") for actor_id in (lot.maker, lot.holder)]
    return sorted({place.commune for place in (*areas, *actors) if place and place.commune}) or [""]


_NEEDS: Mapping[type[acts.Act], Callable[[CaseOf[Any]], Needed]] = {
    acts.ChangeSettings: lambda _: ROOT,
    acts.RegisterActor: _registering,
    acts.GrantRole: _granting,
    acts.EndRole: _ending,
    acts.EnrolKey: _enrolling,
    acts.RevokeKey: _revoking,
    acts.RegisterArea: _registering_area,
    acts.ChangeArea: _changing_area,
    acts.InspectArea: _changing_area,
    acts.PresentPaper: _presenting,
    acts.EnrolHousehold: lambda _: Office(("cooperative",)),
    acts.RecordErasure: lambda _: Office(get_args(RoleName)),
    acts.RegisterProduct: _registering_product,
    acts.PublishScheme: _publishing,
    acts.ClaimReduction: _claiming,
    acts.DeclareRelation: _relating,
    acts.Apply: _applying,
    acts.DeclineApplication: _declining,
    acts.ChangeAttestation: _changing_attestation,
    ChangeAccreditation: _changing_accreditation,
    SnapshotDid: _snapshotting,
    RecoverKey: lambda _: ROOT,
    Reaffirm: _reaffirming,
    acts.IssueLabels: _issuing_labels,
    acts.ActivateLabels: _issuing_labels,
    acts.VoidLabels: _issuing_labels,
    acts.MarkBags: _marking,
    acts.Hold: _holding,
    acts.ClearHold: _clearing,
    acts.Recall: _recalling,
}
"""What each act needs. A founding needs nothing; events and attestations have their own rules."""
