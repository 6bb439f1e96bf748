"""Who may vouch: accreditations under a scheme, in which role, where and when, and their life.

`is_accredited` is the one question that every other rule asks.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import structs

from ledger.log import encoding
from ledger.rice.accreditation_facts import Accreditation, AccreditedBody
from ledger.rice.actors import Reason
from ledger.rice.anchors import Accredited
from ledger.rice.areas import state_on
from ledger.rice.case import CaseOf, Outcome
from ledger.rice.certificate_facts import (
    Scheme,
)
from ledger.rice.facts import (
    Actor,
    Facts,
    Role,
    Spell,
    find,
)
from ledger.rice.key_life import is_disputed, is_spell_disputed
from ledger.rice.offices import Office, held, holds, is_same_person, owning
from ledger.rice.trust_acts import ChangeAccreditation


def is_accredited(
    facts: Facts, actor_id: str, role: str, scheme_id: str, commune: str, on: str
) -> bool:
    """Tell whether an actor may vouch in a role under a scheme, for a commune, on a day.

    The owner of a scheme needs nobody's word to be its ``scheme_owner``, nor another role to be in
    that office. An empty ``commune`` asks about no place.
    """
    actor = find(facts, Actor, f"actor:{actor_id}")
    scheme = find(facts, Scheme, f"scheme:{scheme_id}")
    if actor is None or scheme is None:
        return False
    if role == "scheme_owner":
        return holds(actor, owning(scheme), on)
    return any(
        known.role == role
        and (not commune or not known.communes or commune in known.communes)
        and state_of(known, on) == "granted"
        and not _is_disputed(facts, known, on)
        for known in _given(facts, actor.did, scheme_id)
    )


def state_of(accreditation: Accreditation, on: str) -> str:
    """Return granted, suspended or withdrawn; or pending and expired, outside its period."""
    if on < accreditation.from_on:
        return "pending"
    spell = state_on(accreditation.spells, on)
    state = spell.state if spell else "pending"
    return "expired" if state == "granted" and on > accreditation.until_on else state


def unknown_body(case: CaseOf[Accredited]) -> Reason:
    """A body is accredited that is not registered here."""
    did = case.body.issued_to_did
    return None if case.actor_of(did) else {"did": did}


def not_entitled(case: CaseOf[Accredited]) -> Reason:
    """An accreditation by somebody who neither owns the scheme nor accredits for it today."""
    if _offices(case):
        return None
    return {"actor": case.speaker, "scheme": case.body.scheme}


def outside_jurisdiction(case: CaseOf[Accredited]) -> Reason:
    """An accreditation for communes, or for everywhere, beyond those of the accreditor."""
    if _covering(case):
        return None
    held = {code for office in _offices(case) for code in office.communes}
    beyond = min(set(case.body.communes) - held, default="*")
    return {"actor": case.speaker, "commune": beyond}


def outside_dates(case: CaseOf[Accredited]) -> Reason:
    """An accreditation that is over already, or from before its accreditor came into office."""
    since = min(office.from_on for office in _covering(case))
    body = case.body
    if since <= body.from_on and case.recorded_on <= body.until_on:
        return None
    return {"from_on": body.from_on, "until_on": body.until_on, "since": since}


def not_independent(case: CaseOf[Accredited]) -> Reason:
    """Nobody accredits themselves, under this name or another of the same legal person."""
    issuer = case.know(Actor, f"actor:{case.speaker}")
    body = case.know(Actor, f"actor:{case.actor_of(case.body.issued_to_did)}")
    if is_same_person(issuer, body):
        return {"issuer": issuer.id, "subject": body.id}
    return None


def unknown_accreditation(case: CaseOf[ChangeAccreditation]) -> Reason:
    """A change to an accreditation that is not in the ledger, or no longer changes."""
    known = case.find(Accreditation, f"accreditation:{case.body.accreditation}")
    if known is None or any(spell.state == "withdrawn" for spell in known.spells):
        return {"accreditation": case.body.accreditation}
    return None


def accredit(case: CaseOf[Accredited], outcome: Outcome) -> None:
    """Keep an accreditation, and that its body was given one more."""
    body, index = case.body, case.place.index
    outcome.put(
        Accreditation(
            id=body.id,
            number=body.number,
            actor=case.actor_of(body.issued_to_did),
            scheme=body.scheme,
            role=body.role,
            communes=body.communes,
            from_on=body.from_on,
            until_on=body.until_on,
            issuer=case.speaker,
            spells=(Spell(from_on=body.from_on, state="granted", index=index),),
            kid=case.meaning.kids[0],
            recorded_at=encoding.format_time(case.place.recorded_at),
            index=index,
        )
    )
    given = case.find(AccreditedBody, f"accredited:{body.issued_to_did}/{body.scheme}")
    ids = (*(given.accreditations if given else ()), body.id)
    outcome.put(AccreditedBody(did=body.issued_to_did, scheme=body.scheme, accreditations=ids))


def change(case: CaseOf[ChangeAccreditation], outcome: Outcome) -> None:
    """Keep what became of an accreditation."""
    act = case.body
    known = case.know(Accreditation, f"accreditation:{act.accreditation}")
    spell = Spell(
        from_on=act.from_on,
        state=act.state,
        reason=act.reason,
        kids=case.meaning.kids,
        recorded_at=encoding.format_time(case.place.recorded_at),
        index=case.place.index,
    )
    outcome.put(structs.replace(known, spells=(*known.spells, spell)))


def _is_disputed(facts: Facts, known: Accreditation, on: str) -> bool:
    """Tell whether a stolen key gave an accreditation, or reinstated it as it stands on a day."""
    if is_disputed(facts, known.kid, known.index, known.recorded_at):
        return True
    spell = state_on(known.spells, on)
    return spell is not None and is_spell_disputed(facts, spell)


def _given(facts: Facts, did: str, scheme: str) -> Iterator[Accreditation]:
    given = find(facts, AccreditedBody, f"accredited:{did}/{scheme}")
    for name in given.accreditations if given else ():
        known = find(facts, Accreditation, f"accreditation:{name}")
        if known is not None:
            yield known


def _offices(case: CaseOf[Accredited]) -> list[Role]:
    """Return the offices by which the speaker accredits under the scheme today."""
    scheme = case.know(Scheme, f"scheme:{case.body.scheme}")
    speaker = case.actor(case.speaker)
    accreditor = Office(("accreditor",), scheme=scheme.id)
    return [
        *held(speaker, owning(scheme), case.recorded_on),
        *held(speaker, accreditor, case.recorded_on),
    ]


def _covering(case: CaseOf[Accredited]) -> list[Role]:
    """Return those of the offices that reach as far as the accreditation."""
    asked = set(case.body.communes)
    return [
        office
        for office in _offices(case)
        if not office.communes or (asked and asked <= set(office.communes))
    ]
