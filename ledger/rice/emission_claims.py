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
)
from ledger.rice.credentials import EMISSIONS, Attested
from ledger.rice.diary_facts import Signers
from ledger.rice.facts import (
    Area,
)


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
    if known is not None and known.effect == "states" and reduction_kg_per_ha(known) is not None:
        fits = act.area in known.areas and act.season == known.season
        if fits and standing(case.facts, known, case.recorded_on) == "granted":
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
    """More is claimed than was verified for the hectares of the area; rounded down."""
    act = case.body
    known = case.know(Attestation, f"attestation:{act.statement}")
    per_ha = reduction_kg_per_ha(known)
    assert per_ha is not None, "the claim rests on a verified reduction"
    area_m2 = min(known.area_m2, case.know(Area, f"area:{act.area}").area_m2)
    verified_kg = int(per_ha * area_m2 / 10_000)
    if act.reduction_kg <= verified_kg:
        return None
    return {"claimed_kg": act.reduction_kg, "verified_kg": verified_kg}


_TWO = 2


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
