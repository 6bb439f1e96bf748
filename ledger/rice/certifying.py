"""May this be vouched for, by this body, under this scheme? And what an accepted attestation adds.

What each kind of attestation must state, who may sign it and what it rests on, its profile says
(`schemes`); independence and the land are asked of every one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from ledger.log import encoding
from ledger.rice import acts, quotas
from ledger.rice.accreditation import is_accredited
from ledger.rice.actors import Reason
from ledger.rice.anchors import Accredited
from ledger.rice.areas import months_after
from ledger.rice.attestations import draw, standing, uncovered
from ledger.rice.case import Case, CaseOf, Outcome
from ledger.rice.certificate_facts import (
    Attestation,
    Covered,
    Granted,
    Relations,
    Scheme,
    Sold,
)
from ledger.rice.credentials import Attested
from ledger.rice.editions import edition_of, profile_in, profile_of
from ledger.rice.facts import (
    Actor,
    Area,
    Facts,
    Lot,
    find,
)
from ledger.rice.life_facts import Turn
from ledger.rice.mass import apportion
from ledger.rice.offices import is_same_person
from ledger.rice.schemes import Edition, Profile

_OF_BASELINES = ("verifier",)
"""Who signs how rice was grown before, with the cooperative."""


def unknown_scheme(case: CaseOf[Attested | Accredited | acts.SignBaseline | acts.Apply]) -> Reason:
    """Something is said under a scheme that nobody published here."""
    known = case.find(Scheme, f"scheme:{case.body.scheme}")
    return None if known else {"scheme": case.body.scheme}


def taken_version(case: CaseOf[acts.PublishScheme]) -> Reason:
    """A version of a scheme that is published already."""
    act = case.body
    known = case.find(Scheme, f"scheme:{act.scheme}")
    taken = known is not None and any(each.version == act.version for each in known.editions)
    return {"scheme": act.scheme, "version": act.version} if taken else None


def unknown_profile(case: CaseOf[Attested]) -> Reason:
    """A kind of attestation that the scheme does not know, or knew in another version only."""
    body, edition = case.body, edition_of(case)
    if body.version == edition.version and edition.profile(body.profile) is not None:
        return None
    return {
        "profile": f"{body.profile}/{body.version}",
        "known": ", ".join(each.id for each in edition.profiles),
        "version": edition.version,
    }


def unfit_attestation(case: CaseOf[Attested]) -> Reason:
    """What an attestation states is not what attestations of its kind state."""
    body, effect = case.body, profile_of(case).effect
    stated = {
        "certified-area": bool(body.area_m2),
        "certified-white-rice": bool(body.quota_g),
        "sold-rice": bool(body.sold_g),
        "assessedProduct": bool(body.lot),
        "evidence": bool(body.licence),
        "conformityCertificate": body.certificate is not None,
    }
    for name, is_there in stated.items():
        if name in _STATED[effect]:
            if not is_there:
                return {"profile": body.profile, "member": name, "is_there": "-"}
        elif is_there and name not in _MAY_STATE[effect]:
            return {"profile": body.profile, "member": name, "is_there": "+"}
    return None


_STATED = {
    "covers": {"certified-area"},
    "states": {"certified-area"},
    "licenses": {"certified-area", "certified-white-rice"},
    "transacts": {"sold-rice", "assessedProduct", "evidence"},
    "refers": {"conformityCertificate"},
}
"""What an attestation must state, by the effect of its profile."""
_MAY_STATE = {
    "covers": {"conformityCertificate"},
    "states": {"assessedProduct", "conformityCertificate"},
    "licenses": {"conformityCertificate"},
    "transacts": {"certified-area", "conformityCertificate"},
    "refers": {"certified-area"},
}


def foreign_issuer(case: CaseOf[Attested | Accredited]) -> Reason:
    """A credential signed with a key that is not its issuer's."""
    controller = case.meaning.statement.signatures[0].kid.rpartition("#")[0]
    issuer = case.actor_of(case.body.issuer_did)
    if controller == case.body.issuer_did and issuer and issuer == case.speaker:
        return None
    return {"issuer": case.body.issuer_did, "actor": case.speaker}


def unaccredited(case: CaseOf[Attested | acts.SignBaseline]) -> Reason:
    """An attestation by somebody not accredited for that scheme, or not for that place."""
    body = case.body
    if isinstance(body, acts.SignBaseline):
        return _lacking(case, body.verifier, _OF_BASELINES, (body.area,))
    return _lacking(case, case.speaker, profile_in(case.facts, body).signers, body.areas)


def _lacking(
    case: CaseOf[Attested | acts.SignBaseline],
    issuer: str,
    roles: Sequence[str],
    codes: Sequence[str],
) -> Reason:
    if _may_vouch(case.facts, issuer, roles, case.body.scheme, codes, case.recorded_on):
        return None
    return {"actor": issuer, "role": "|".join(roles)}


def resting_on(body: Attested) -> list[str]:
    """Return the key of the accreditations it takes; a licence is mostly its owner's own."""
    return [] if body.quota_g else [f"accredited:{body.issuer_did}/{body.scheme}"]


def was_accredited(facts: Facts, attestation: Attestation, on: str) -> bool:
    """Tell whether an issuer could give its attestation on a day, by what is known of it now."""
    scheme = find(facts, Scheme, f"scheme:{attestation.scheme}")
    if scheme is None:
        return False
    profile = scheme.profile_of(attestation)
    roles, where = profile.signers if profile else (), attestation.areas
    return _may_vouch(facts, attestation.issuer, roles, attestation.scheme, where, on)


def _may_vouch(
    facts: Facts, issuer: str, roles: Iterable[str], scheme: str, codes: Iterable[str], on: str
) -> bool:
    """Tell whether an actor holds one of the roles for each of the areas."""
    areas = (find(facts, Area, f"area:{code}") for code in codes)
    communes = {area.commune if area else "" for area in areas}
    return all(
        any(is_accredited(facts, issuer, role, scheme, commune, on) for role in roles)
        for commune in communes
    )


def unknown_scope(case: CaseOf[Attested]) -> Reason:
    """An attestation for areas that are not registered, or more hectares than they have."""
    area_m2 = 0
    for code in case.body.areas:
        area = case.find(Area, f"area:{code}")
        if area is None:
            return {"area": code}
        area_m2 += area.area_m2
    if case.body.area_m2 > area_m2:
        return {"area": f"{case.body.area_m2} m2 > {area_m2} m2"}
    known = case.actor_of(case.body.issued_to_did)
    return None if known else {"area": case.body.issued_to_did}


def not_independent(case: CaseOf[Attested | acts.SignBaseline]) -> Reason:
    """Nobody attests for themselves: not their own areas, their own legal person, their own kin.

    Only who manages an area writes its diary and measures its water, so that nobody attests to
    data of their own either.
    """
    if isinstance(case.body, acts.SignBaseline):
        issuer, subjects = case.know(Actor, f"actor:{case.body.verifier}"), {case.body.cooperative}
    else:
        issuer = case.know(Actor, f"actor:{case.speaker}")
        subjects = {case.actor_of(case.body.issued_to_did)}
        subjects |= {case.know(Area, f"area:{code}").manager for code in case.body.areas}
    related = case.find(Relations, f"related:{issuer.did}")
    for subject_id in sorted(subjects):
        if is_same_person(issuer, case.know(Actor, f"actor:{subject_id}")):
            return {"issuer": issuer.id, "subject": subject_id}
        if related is not None and subject_id in related.others:
            return {"issuer": issuer.id, "subject": subject_id}
    return None


def too_long(case: CaseOf[Attested]) -> Reason:
    """An attestation in force for longer than its scheme allows."""
    body, most = case.body, profile_of(case).longest_days
    days = (date.fromisoformat(body.until_on) - date.fromisoformat(body.from_on)).days + 1
    return {"days": days, "most": most} if days > most else None


def unmet_criterion(case: CaseOf[Attested]) -> Reason:
    """A figure that the scheme asks for is not stated, or is not what it asks."""
    body = case.body
    for criterion in profile_of(case).criteria_on(body.from_on):
        figure = body.figure(criterion.id, criterion.unit)
        if criterion.required and (figure is None or not criterion.is_met_by(figure)):
            return {
                "criterion": criterion.id,
                "relation": criterion.relation.replace("_", " "),
                "threshold": f"{criterion.threshold} {criterion.unit}",
                "stated": "-" if figure is None else f"{figure:f} {criterion.unit}",
            }
    return None


def unconfirmed_grant(case: CaseOf[Attested]) -> Reason:
    """Something is attested for an area and season without what its profile rests on."""
    body, needs = case.body, profile_of(case).needs
    if not needs:
        return None
    origins = [f"{code}/{body.season}" for code in body.areas]
    missing = uncovered(case.facts, origins, body.from_on, _attestation(case))
    return {"origin": missing[0], "needs": ", ".join(needs)} if missing else None


def unusable_licence(case: CaseOf[Attested]) -> Reason:
    """Rice is sold under a licence that is not the seller's, not in force, or of other land."""
    body = case.body
    if not body.licence:
        return None
    licence = case.find(Attestation, f"attestation:{body.licence}")
    seller = case.actor_of(body.issued_to_did)
    if licence is None or licence.effect != "licenses" or licence.issued_to != seller:
        return {"grant": body.licence, "state": "unknown"}
    state = standing(case.facts, licence, body.from_on)
    return None if state == "granted" else {"grant": licence.number, "state": state}


def uncovered_sale(case: CaseOf[Attested]) -> Reason:
    """Rice is sold under a licence, but some of what is in the lot is not covered."""
    body = case.body
    if not body.licence:
        return None
    licence = case.know(Attestation, f"attestation:{body.licence}")
    lot = case.find(Lot, f"lot:{body.lot}")
    if lot is None:
        return {"origin": body.lot}
    named = {f"{code}/{licence.season}" for code in licence.areas}
    missing = [origin for origin in sorted(lot.origin) if origin not in named]
    missing += uncovered(case.facts, sorted(lot.origin), body.from_on, licence)
    return {"origin": missing[0]} if missing else None


def sold_with_mark(case: CaseOf[Attested]) -> Reason:
    """Bags are sold under the licence that they drew on when they were packed."""
    body = case.body
    if not body.licence or case.know(Lot, f"lot:{body.lot}").grant != body.licence:
        return None
    return {"lot": body.lot, "grant": body.licence}


def sold_twice(case: CaseOf[Attested]) -> Reason:
    """More of a lot is sold under licences than there was of it."""
    body = case.body
    if not body.licence:
        return None
    lot, sold = case.know(Lot, f"lot:{body.lot}"), case.find(Sold, f"sold:{body.lot}")
    left_g = lot.brought_g - (sold.sold_g if sold else 0)
    if body.sold_g <= left_g:
        return None
    return {"lot": body.lot, "left_kg": left_g // 1000, "wanted_kg": body.sold_g // 1000}


def overdrawn_licence(case: CaseOf[Attested]) -> Reason:
    """More rice is sold under a licence than it allows."""
    body = case.body
    if not body.licence:
        return None
    licence = case.know(Attestation, f"attestation:{body.licence}")
    left_g = quotas.left_g(case.facts, licence, body.from_on, case.recorded_on)
    if body.sold_g <= left_g:
        return None
    return {"grant": licence.number, "left_kg": left_g // 1000, "wanted_kg": body.sold_g // 1000}


def lone_withdrawal(case: CaseOf[acts.ChangeAttestation]) -> Reason:
    """What takes two persons to withdraw is withdrawn by one."""
    known = case.know(Attestation, f"attestation:{case.body.attestation}")
    if case.body.state != "withdrawn" or "withdraw" not in known.two_persons:
        return None
    signed = len(case.keys)
    return None if signed > 1 else {"number": known.number, "keys": signed}


def lone_grant(case: CaseOf[acts.ChangeAttestation]) -> Reason:
    """What takes two persons to grant is granted by the key that proposed it."""
    known = case.know(Attestation, f"attestation:{case.body.attestation}")
    if case.body.state != "granted" or "grant" not in known.two_persons:
        return None
    same = any(key.kid == known.kid for key in case.keys)
    return {"number": known.number, "kid": known.kid} if same else None


def auditor_decides(case: CaseOf[Attested | acts.ChangeAttestation]) -> Reason:
    """Whoever checked decides, where the scheme keeps the two apart (ISO/IEC 17065, 7.5 and 7.6).

    Checked has who inspected one of the areas in the months that an inspection is good for, or
    signed an attestation that the decision rests on.
    """
    body = case.body
    decided: Attested | Attestation
    terms: Profile | Attestation
    if isinstance(body, Attested):
        decided, terms = body, profile_in(case.facts, body)
    elif body.state in {"granted", "reinstated"}:
        decided = terms = case.know(Attestation, f"attestation:{body.attestation}")
    else:
        return None
    if "audit" not in terms.two_persons:
        return None
    deciding = {key.kid for key in case.keys}
    for code in decided.areas:
        for kid in _checked(case, code, decided, terms.needs):
            if kid in deciding:
                return {"kid": kid, "area": code, "number": decided.number}
    return None


def _checked(
    case: Case, code: str, decided: Attested | Attestation, needs: Sequence[str]
) -> Iterator[str]:
    """Yield the keys that inspected an area or signed what a decision on it rests on."""
    settings = case.founding.settings if case.founding else acts.Settings()
    for each in case.know(Area, f"area:{code}").inspections:
        if months_after(each.on, settings.inspection_months) >= decided.from_on:
            yield from each.kids
    covered = case.find(Covered, f"covered:{code}/{decided.season}")
    for attestation_id in covered.attestations if covered else ():
        found = case.know(Attestation, f"attestation:{attestation_id}")
        if found.scheme == decided.scheme and found.profile in needs:
            yield found.kid


def publish(case: CaseOf[acts.PublishScheme], outcome: Outcome) -> None:
    """Keep a scheme, or another version of it."""
    act = case.body
    edition = Edition(
        version=act.version,
        name=act.name,
        custody=act.custody,
        profiles=act.profiles,
        from_on=act.from_on,
        index=case.place.index,
    )
    known = case.find(Scheme, f"scheme:{act.scheme}")
    editions = (*(known.editions if known else ()), edition)
    outcome.put(Scheme(id=act.scheme, owner=case.speaker, editions=editions))


def attest(case: CaseOf[Attested], outcome: Outcome) -> None:
    """Keep an attestation, and for each area of it that it speaks of that season."""
    body = case.body
    made = _attestation(case)
    outcome.put(made)
    if body.licence:
        draw(case, body.licence, body.sold_g, outcome)
        sold = case.find(Sold, f"sold:{body.lot}")
        sold_g = body.sold_g + (sold.sold_g if sold else 0)
        outcome.put(Sold(lot=body.lot, sold_g=sold_g))
    for code in body.areas:
        if made.effect == "licenses":
            granted = case.find(Granted, f"granted:{code}/{body.season}")
            ids = (*(granted.attestations if granted else ()), body.id)
            outcome.put(Granted(area=code, season=body.season, attestations=ids))
        elif made.effect in {"covers", "states"}:
            covered = case.find(Covered, f"covered:{code}/{body.season}")
            ids = (*(covered.attestations if covered else ()), body.id)
            outcome.put(Covered(area=code, season=body.season, attestations=ids))


def _attestation(case: CaseOf[Attested]) -> Attestation:
    """Return what is kept of an attestation; proposed only, where it takes a second person."""
    body, profile, index = case.body, profile_of(case), case.place.index
    state = "pending" if "grant" in profile.two_persons else "granted"
    lot = case.find(Lot, f"lot:{body.lot}") if body.licence else None
    return Attestation(
        id=body.id,
        number=body.number,
        profile=body.profile,
        version=body.version,
        effect=profile.effect,
        needs=profile.needs,
        two_persons=profile.two_persons,
        kid=case.meaning.kids[0],
        recorded_at=encoding.format_time(case.place.recorded_at),
        scheme=body.scheme,
        issuer=case.speaker,
        issued_to=case.actor_of(body.issued_to_did),
        areas=body.areas,
        season=body.season,
        from_on=body.from_on,
        until_on=body.until_on,
        area_m2=body.area_m2,
        quota_g=body.quota_g,
        lot=body.lot,
        sold_g=body.sold_g,
        sold_from=apportion(body.sold_g, lot.origin) if lot and lot.origin else {},
        licence=body.licence,
        certificate=body.certificate,
        figures=body.figures,
        application=body.application,
        spells=(Turn(from_on=body.from_on, state=state, index=index),),
        index=index,
    )


def relate(case: CaseOf[acts.DeclareRelation], outcome: Outcome) -> None:
    """Keep that two organisations are related, for each of them."""
    act = case.body
    for one, other in ((act.actor, act.other), (act.other, act.actor)):
        did = case.know(Actor, f"actor:{one}").did
        before = case.find(Relations, f"related:{did}")
        others = {other, *(before.others if before else ())}
        outcome.put(Relations(did=did, others=tuple(sorted(others))))
