"""Who asked whom for an attestation: a certifier's queue begins here.

A credential ends it, or the certifier's word that it gives none.
"""

from __future__ import annotations

from msgspec import structs

from ledger.rice import acts
from ledger.rice.actors import Reason
from ledger.rice.case import CaseOf, Outcome
from ledger.rice.certificate_facts import (
    Scheme,
)
from ledger.rice.credentials import Attested
from ledger.rice.facts import (
    Area,
)
from ledger.rice.life_facts import Application, Declined


def taken_application(case: CaseOf[acts.Apply]) -> Reason:
    """The name of another application is used again."""
    known = case.find(Application, f"application:{case.body.application}")
    return {"application": case.body.application} if known else None


def unfit_application(case: CaseOf[acts.Apply]) -> Reason:
    """An application for what nobody can give, or for land that is not the speaker's to name.

    Tonnes are asked for of a mark, and only of one; whoever grows on the areas asks for the rest.
    """
    body = case.body
    edition = case.know(Scheme, f"scheme:{body.scheme}").on(case.recorded_on)
    profile = edition.profile(body.profile)
    if profile is None:
        return {"what": f"profile {body.profile}"}
    licenses = profile.effect == "licenses"
    if licenses != bool(body.quota_g):
        return {"what": "quota_g"}
    area_m2 = 0
    for code in body.areas:
        area = case.find(Area, f"area:{code}")
        if area is None or (not licenses and area.manager != case.speaker):
            return {"what": code}
        area_m2 += area.area_m2
    return {"what": f"{body.area_m2} m2 > {area_m2} m2"} if body.area_m2 > area_m2 else None


def unanswerable_application(case: CaseOf[Attested]) -> Reason:
    """A credential answers an application that is not there, was answered, or asks otherwise.

    Less may be given than was asked for: fewer areas, hectares or tonnes.
    """
    body = case.body
    if not body.application:
        return None
    asked = case.find(Application, f"application:{body.application}")
    is_fit = (
        asked is not None
        and asked.is_waiting
        and (asked.applicant, asked.certifier) == (case.actor_of(body.issued_to_did), case.speaker)
        and (asked.profile, asked.scheme, asked.season) == (body.profile, body.scheme, body.season)
        and set(body.areas) <= set(asked.areas)
        and body.area_m2 <= asked.area_m2
        and body.quota_g <= asked.quota_g
    )
    return None if is_fit else {"application": body.application}


def unfit_refusal(case: CaseOf[acts.DeclineApplication]) -> Reason:
    """An application is declined that is not there or was answered, or before it was made."""
    body = case.body
    asked = case.find(Application, f"application:{body.application}")
    is_open = asked is not None and asked.is_waiting
    is_dated = asked is not None and asked.applied_on <= body.decided_on <= case.recorded_on
    return None if is_open and is_dated else {"application": body.application}


def apply(case: CaseOf[acts.Apply], outcome: Outcome) -> None:
    """Keep an application."""
    act = case.body
    outcome.put(
        Application(
            id=act.application,
            applicant=case.speaker,
            certifier=act.certifier,
            profile=act.profile,
            scheme=act.scheme,
            areas=act.areas,
            season=act.season,
            area_m2=act.area_m2,
            quota_g=act.quota_g,
            applied_on=case.recorded_on,
            index=case.place.index,
        )
    )


def decline(case: CaseOf[acts.DeclineApplication], outcome: Outcome) -> None:
    """Keep that an application was declined, and why."""
    act = case.body
    asked = case.know(Application, f"application:{act.application}")
    said = Declined(
        on=act.decided_on,
        reason=act.reason,
        remark=act.remark,
        paper=act.paper,
        index=case.place.index,
    )
    outcome.put(structs.replace(asked, declined=said))


def answer(case: CaseOf[Attested], outcome: Outcome) -> None:
    """Keep which attestation an application was answered with."""
    if case.body.application:
        asked = case.know(Application, f"application:{case.body.application}")
        outcome.put(structs.replace(asked, attestation=case.body.id))
