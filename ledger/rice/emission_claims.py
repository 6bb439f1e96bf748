"""Emission statements: whose keys measured, reported and verified, and who claims what was saved.

Whatever its scheme calls it, an attestation that states any emission figure is held to the rule of
three keys (`Attested.states_emissions`); a reduction is claimed upon one that states what was
emitted before and what in this season (`credentials.EMISSIONS`).
"""

from __future__ import annotations

from decimal import Decimal
from itertools import combinations

from ledger.rice import acts
from ledger.rice.actors import Reason
from ledger.rice.attestations import standing
from ledger.rice.case import CaseOf, Outcome
from ledger.rice.certificate_facts import (
    Attestation,
    Claimed,
    Covered,
)
from ledger.rice.credentials import EMISSIONS, Attested
from ledger.rice.diary_facts import Signers
from ledger.rice.facts import (
    Area,
)
from ledger.rice.life import figures_on


def keys_not_apart(case: CaseOf[Attested]) -> Reason:
    """An emission is measured, reported or verified with one key in two of these places.

    That the verifier is another organisation follows: a key has one owner, only the manager of an
    area writes its diary, and nobody vouches for areas of its own (`not_independent`).
    """
    if not case.body.states_emissions:
        return None
    signers = _signers(case)
    measured = {kid for each in signers.values() for kid in each.measured}
    reported = {kid for each in signers.values() for kid in each.reported}
    verified = {key.kid for key in case.keys}
    for one, other in combinations((measured, reported, verified), 2):
        if shared := one & other:
            return {"kid": min(shared), "area": ", ".join(case.body.areas)}
    return None


def unmeasured(case: CaseOf[Attested]) -> Reason:
    """An emission is verified that nobody measured: the water regime is what is assumed."""
    if not case.body.states_emissions:
        return None
    signers = _signers(case)
    unread = [code for code in case.body.areas if not signers[code].measured]
    return {"area": ", ".join(unread)} if unread else None


def _signers(case: CaseOf[Attested]) -> dict[str, Signers]:
    """Return who signed the diary of each area of an attestation."""
    season = case.body.season
    return {
        code: case.find(Signers, f"signers:{code}/{season}") or Signers(area=code, season=season)
        for code in case.body.areas
    }


def unverified_claim(case: CaseOf[acts.ClaimReduction]) -> Reason:
    """A reduction is claimed without an emission statement in force over that area and season."""
    act = case.body
    known = case.find(Attestation, f"attestation:{act.statement}")
    fits = known is not None and act.area in known.areas and act.season == known.season
    if known is not None and fits and _is_in_force(case, known):
        return None
    return {"statement": act.statement, "origin": f"{act.area}/{act.season}"}


def claimed_twice(case: CaseOf[acts.ClaimReduction]) -> Reason:
    """The reduction of an area and season is claimed again."""
    act = case.body
    before = case.find(Claimed, f"claimed:{act.area}/{act.season}")
    if before is None:
        return None
    return {"origin": f"{act.area}/{act.season}", "registry": before.registry, "by": before.by}


def excessive_claim(case: CaseOf[acts.ClaimReduction]) -> Reason:
    """More is claimed than was verified for the area, or is left of what was; rounded down.

    Which hectares of its areas a statement verified it does not say, and two may verify the same
    ones; so what was claimed for the areas of any statement in force here is taken off what that
    one verified, whichever statement it was claimed upon.
    """
    act = case.body
    known = case.know(Attestation, f"attestation:{act.statement}")
    area_m2 = case.know(Area, f"area:{act.area}").area_m2
    bounds = [(_verified_kg(case, known, area_m2), 0)]
    bounds += [(_verified_kg(case, each), _claimed_kg(case, each)) for each in _statements(case)]
    verified_kg, before_kg = min(bounds, key=lambda bound: bound[0] - bound[1])
    if before_kg + act.reduction_kg <= verified_kg:
        return None
    claimed_kg = act.reduction_kg
    return {"claimed_kg": claimed_kg, "before_kg": before_kg, "verified_kg": verified_kg}


def _statements(case: CaseOf[acts.ClaimReduction]) -> list[Attestation]:
    """Return the emission statements in force over the area and season of a claim."""
    covered = case.know(Covered, f"covered:{case.body.area}/{case.body.season}")
    found = [case.know(Attestation, f"attestation:{each}") for each in covered.attestations]
    return [each for each in found if _is_in_force(case, each)]


def _is_in_force(case: CaseOf[acts.ClaimReduction], known: Attestation) -> bool:
    return (
        known.effect == "states"
        and reduction_kg_per_ha(known) is not None
        and standing(case.facts, known, case.recorded_on) == "granted"
    )


def _verified_kg(
    case: CaseOf[acts.ClaimReduction], known: Attestation, most_m2: int | None = None
) -> int:
    """Return the reduction of a statement, for so many square metres of it at most."""
    per_ha = reduction_kg_per_ha(known)
    assert per_ha is not None, "the claim rests on a verified reduction"
    area_m2 = figures_on(known, case.recorded_on)[0]
    return int(per_ha * min(area_m2, area_m2 if most_m2 is None else most_m2) / 10_000)


def _claimed_kg(case: CaseOf[acts.ClaimReduction], known: Attestation) -> int:
    """Return what was claimed for the areas of a statement, upon it or another one."""
    found = (case.find(Claimed, f"claimed:{code}/{known.season}") for code in known.areas)
    return sum(each.reduction_kg for each in found if each is not None)


def reduction_kg_per_ha(known: Attestation) -> Decimal | None:
    """Return baseline less project of an emission statement, in kg CO2e per hectare.

    Nothing is returned for an attestation that states no emissions.
    """
    stated = [known.figures.get(name, "").partition(" ") for name in EMISSIONS]
    if any(unit != "KGM" for _, _, unit in stated):
        return None
    baseline, project = (Decimal(value) for value, _, _ in stated)
    return baseline - project


def claim(case: CaseOf[acts.ClaimReduction], outcome: Outcome) -> None:
    """Keep that a reduction was claimed, so that nobody claims it again."""
    act = case.body
    outcome.put(
        Claimed(
            area=act.area,
            season=act.season,
            by=case.speaker,
            registry=act.registry,
            number=act.number,
            reduction_kg=act.reduction_kg,
            index=case.place.index,
        )
    )
