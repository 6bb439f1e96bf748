"""Who vouches: which attestations are accepted, what they cover, and what became of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from msgspec import structs

from ledger.log import encoding
from ledger.rice import acts
from ledger.rice.accreditation import is_accredited
from ledger.rice.actors import Reason
from ledger.rice.anchors import Accredited
from ledger.rice.areas import state_on
from ledger.rice.case import Case, CaseOf, Outcome
from ledger.rice.credentials import Attested
from ledger.rice.events import Blending, Drying, Milling, Packing, Repacking, Reworking, Storing
from ledger.rice.facts import (
    Actor,
    Area,
    Attestation,
    Covered,
    Facts,
    Granted,
    Lot,
    Product,
    Scheme,
    Spell,
    find,
)
from ledger.rice.key_life import is_disputed
from ledger.rice.lots import gtin_of
from ledger.rice.offices import is_same_person

_ROLES: Mapping[str, tuple[str, ...]] = {
    "conformity": ("confirmer",),
    "ghg": ("verifier",),
    "grant": ("scheme_owner", "decision_body"),
}
"""The roles in one of which an attestation of each profile is given."""


def state_of(attestation: Attestation, on: str) -> str:
    """Return granted, suspended or withdrawn; or pending and expired, outside its period."""
    if on < attestation.from_on:
        return "pending"
    spell = state_on(attestation.spells, on)
    state = spell.state if spell else "pending"
    return "expired" if state == "granted" and on > attestation.until_on else state


def standing(facts: Facts, attestation: Attestation, on: str) -> str:
    """Return the state of an attestation; or disputed, where its key was stolen by then."""
    recorded_at = encoding.parse_time(attestation.recorded_at)
    if is_disputed(facts, attestation.kid, attestation.index, recorded_at):
        return "disputed"
    return state_of(attestation, on)


def since(attestation: Attestation, on: str) -> str:
    """Return the day from which the state of ``state_of`` holds."""
    state = state_of(attestation, on)
    if state == "expired":
        return attestation.until_on
    spell = state_on(attestation.spells, on)
    return spell.from_on if spell else attestation.from_on


def uncovered(facts: Facts, origins: Iterable[str], on: str, scheme: str = "") -> list[str]:
    """Return the origins (``area/season``) that no conformity in force covers on a day.

    A mark needs conformity with its own ``scheme``: what another one asks for, its owner decides.
    """
    return [origin for origin in origins if not _is_covered(facts, origin, on, scheme)]


def _is_covered(facts: Facts, origin: str, on: str, scheme: str) -> bool:
    covered = find(facts, Covered, f"covered:{origin}")
    for attestation_id in covered.attestations if covered else ():
        attestation = find(facts, Attestation, f"attestation:{attestation_id}")
        if attestation is None or attestation.profile != "conformity":
            continue
        if scheme in {"", attestation.scheme} and standing(facts, attestation, on) == "granted":
            return True
    return False


def unknown_scheme(case: CaseOf[Attested | Accredited | acts.SignBaseline]) -> Reason:
    """An attestation, accreditation or baseline under a scheme that nobody published here."""
    known = case.find(Scheme, f"scheme:{case.body.scheme}")
    return None if known else {"scheme": case.body.scheme}


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
        issuer, profile, codes = body.verifier, "ghg", [body.area]
    else:
        issuer, profile, codes = case.speaker, body.profile, list(body.areas)
    roles = _ROLES[profile]
    if _may_vouch(case.facts, issuer, roles, body.scheme, codes, case.recorded_on):
        return None
    return {"actor": issuer, "role": "|".join(roles)}


def resting_on(body: Attested) -> list[str]:
    """Return the key of the accreditations it takes; a grant is mostly its owner's, without any."""
    return [] if body.profile == "grant" else [f"accredited:{body.issuer_did}/{body.scheme}"]


def was_accredited(facts: Facts, attestation: Attestation, on: str) -> bool:
    """Tell whether an issuer could give its attestation on a day, by what is known of it now."""
    roles = _ROLES[attestation.profile]
    where = attestation.areas
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
    """Nobody attests for themselves: not their own areas, not their own legal person."""
    if isinstance(case.body, acts.SignBaseline):
        issuer, subjects = case.know(Actor, f"actor:{case.body.verifier}"), {case.body.cooperative}
    else:
        issuer = case.know(Actor, f"actor:{case.speaker}")
        subjects = {case.actor_of(case.body.issued_to_did)}
        subjects |= {case.know(Area, f"area:{code}").manager for code in case.body.areas}
    for subject_id in sorted(subjects):
        if is_same_person(issuer, case.know(Actor, f"actor:{subject_id}")):
            return {"issuer": issuer.id, "subject": subject_id}
    return None


def unconfirmed_grant(case: CaseOf[Attested]) -> Reason:
    """The mark is granted for an area whose season nobody has confirmed."""
    if case.body.profile != "grant":
        return None
    origins = [f"{code}/{case.body.season}" for code in case.body.areas]
    missing = uncovered(case.facts, origins, case.body.from_on, case.body.scheme)
    return {"origin": missing[0]} if missing else None


def granted_twice(case: CaseOf[Attested]) -> Reason:
    """The mark is granted for hectares that other grants in force have taken already.

    Which hectares of an area a grant means it does not say; so all grants that share an area with
    this one may together not exceed the land they name.
    """
    body = case.body
    if body.profile != "grant":
        return None
    shared = {
        grant.id: grant
        for code in body.areas
        for grant in _grants_over(case, f"{code}/{body.season}")
        if grant.scheme == body.scheme and _is_open(grant, body.from_on)
    }
    codes = {*body.areas, *(code for grant in shared.values() for code in grant.areas)}
    land_m2 = sum(case.know(Area, f"area:{code}").area_m2 for code in codes)
    taken_m2 = sum(grant.area_m2 for grant in shared.values())
    if not shared or taken_m2 + body.area_m2 <= land_m2:
        return None
    first = min(shared.values(), key=lambda grant: grant.index)
    return {"grant": first.number, "taken_ha": taken_m2 // 10_000, "land_ha": land_m2 // 10_000}


def _grants_over(case: Case, origin: str) -> list[Attestation]:
    granted = case.find(Granted, f"granted:{origin}")
    ids = granted.attestations if granted else ()
    return [case.know(Attestation, f"attestation:{grant_id}") for grant_id in ids]


def _is_open(grant: Attestation, on: str) -> bool:
    """Tell whether a grant holds its hectares: suspended it still does, it may be reinstated."""
    return state_of(grant, on) not in {"withdrawn", "expired"}


def unknown_attestation(case: CaseOf[acts.ChangeAttestation]) -> Reason:
    """A change to an attestation that is not in the ledger, or no longer changes."""
    attestation = case.find(Attestation, f"attestation:{case.body.attestation}")
    if attestation is None or any(spell.state == "withdrawn" for spell in attestation.spells):
        return {"attestation": case.body.attestation}
    return None


def unusable_grant(case: CaseOf[Packing | Repacking]) -> Reason:
    """Bags are to carry a mark whose grant is not theirs, or not in force that day."""
    grant_id = case.body.grant
    if not grant_id:
        return None
    grant = case.find(Attestation, f"attestation:{grant_id}")
    if grant is None or grant.profile != "grant" or grant.issued_to != case.speaker:
        return {"grant": grant_id, "state": "unknown"}
    state = standing(case.facts, grant, case.body.packed_on)
    return None if state == "granted" else {"grant": grant.number, "state": state}


def uncovered_mark(case: CaseOf[Packing | Repacking]) -> Reason:
    """Bags are to carry the mark, but some of the rice in them is not covered."""
    if not case.body.grant:
        return None
    grant = case.know(Attestation, f"attestation:{case.body.grant}")
    origins = origins_of(case, case.body.inputs)
    granted = {f"{code}/{grant.season}" for code in grant.areas}
    missing = [origin for origin in origins if origin not in granted]
    missing += uncovered(case.facts, origins, case.body.packed_on, grant.scheme)
    return {"origin": missing[0]} if missing else None


def unbalanced_mark(case: CaseOf[Packing | Repacking]) -> Reason:
    """Bags are to carry the mark, but their rice no longer balances since a correction."""
    if not case.body.grant:
        return None
    for lot_id, _ in case.body.inputs:
        for found in case.know(Lot, f"lot:{lot_id}").unbalanced:
            return {"lot": lot_id, "index": found.index}
    return None


def unclaimable_custody(case: CaseOf[Packing | Repacking]) -> Reason:
    """Bags are to carry the mark under a custody model its scheme does not allow."""
    if not case.body.grant:
        return None
    grant = case.know(Attestation, f"attestation:{case.body.grant}")
    allowed = case.know(Scheme, f"scheme:{grant.scheme}").custody
    return None if case.body.custody in allowed else {"custody": case.body.custody}


def exceeded_quota(case: CaseOf[Packing]) -> Reason:
    """More rice would carry the mark than the grant allows."""
    if not case.body.grant:
        return None
    grant = case.know(Attestation, f"attestation:{case.body.grant}")
    wanted_g = case.body.bags * case.body.bag_g
    left_g = grant.quota_g - grant.drawn_g
    if wanted_g <= left_g:
        return None
    return {"grant": grant.number, "left_kg": left_g // 1000, "wanted_kg": wanted_g // 1000}


def lost_claim(
    case: CaseOf[Drying | Storing | Milling | Blending | Reworking | Packing | Repacking],
) -> Reason:
    """Covered rice is put together with rice that is not: together they carry no claim."""
    covered: list[str] = []
    bare: list[str] = []
    lot_ids = [lot_id for lot_id, _ in case.body.inputs]
    match case.body:
        case Drying(lot=silo) | Storing(lot=silo, order="mixed"):
            if case.find(Lot, f"lot:{silo}"):
                lot_ids.append(silo)
    for lot_id in lot_ids:
        lot = case.know(Lot, f"lot:{lot_id}")
        if not lot.origin:  # an empty silo has no claim to lose
            continue
        (bare if uncovered(case.facts, lot.origin, case.body.on) else covered).append(lot_id)
    if not covered or not bare:
        return None
    return {"lost_by": ", ".join(bare), "covered": ", ".join(covered)}


def mixed_variety(case: CaseOf[Packing | Repacking]) -> Reason:
    """Bags name a variety that is not the one the rice was harvested as."""
    named = case.know(Product, f"product:{gtin_of(case.body.lot)}").variety
    if not named:
        return None
    for lot_id, _ in case.body.inputs:
        lot = case.know(Lot, f"lot:{lot_id}")
        if lot.variety != named:
            return {"lot": lot_id, "variety": lot.variety, "named": named}
    return None


def origins_of(case: Case, draws: Iterable[tuple[str, int]]) -> list[str]:
    """Return every ``area/season`` that is in the lots drawn from."""
    return sorted({name for lot, _ in draws for name in case.know(Lot, f"lot:{lot}").origin})


def fold(case: Case, outcome: Outcome) -> None:
    """Add what an accepted statement changes about schemes and attestations."""
    index = case.place.index
    match case.body:
        case acts.PublishScheme() as act:
            outcome.put(
                Scheme(
                    id=act.scheme,
                    version=act.version,
                    owner=case.speaker,
                    name=act.name,
                    custody=act.custody,
                    index=index,
                )
            )
        case Attested() as body:
            _attest(case, body, outcome)
        case acts.ChangeAttestation() as act:
            known = case.know(Attestation, f"attestation:{act.attestation}")
            spell = Spell(from_on=act.from_on, state=act.state, reason=act.reason, index=index)
            outcome.put(structs.replace(known, spells=(*known.spells, spell)))
        case Packing(grant=grant_id) as event if grant_id:
            known = case.know(Attestation, f"attestation:{grant_id}")
            drawn_g = known.drawn_g + event.bags * event.bag_g
            outcome.put(structs.replace(known, drawn_g=drawn_g))


def _attest(case: Case, body: Attested, outcome: Outcome) -> None:
    """Keep an attestation, and for each area of it that it speaks of that season."""
    index = case.place.index
    outcome.put(
        Attestation(
            id=body.id,
            profile=body.profile,
            number=body.number,
            scheme=body.scheme,
            issuer=case.speaker,
            issued_to=case.actor_of(body.issued_to_did),
            areas=body.areas,
            season=body.season,
            from_on=body.from_on,
            until_on=body.until_on,
            area_m2=body.area_m2,
            quota_g=body.quota_g,
            figures=body.figures,
            spells=(Spell(from_on=body.from_on, state="granted", index=index),),
            kid=case.meaning.kids[0],
            recorded_at=encoding.format_time(case.place.recorded_at),
            index=index,
        )
    )
    for code in body.areas:
        if body.profile == "grant":
            granted = case.find(Granted, f"granted:{code}/{body.season}")
            ids = (*(granted.attestations if granted else ()), body.id)
            outcome.put(Granted(area=code, season=body.season, attestations=ids))
        else:
            covered = case.find(Covered, f"covered:{code}/{body.season}")
            ids = (*(covered.attestations if covered else ()), body.id)
            outcome.put(Covered(area=code, season=body.season, attestations=ids))
