"""What attestations do: what they cover on a day, what a mark may stand on, what became of them.

Which are accepted in the first place is `certifying`'s question.
"""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import structs

from ledger.rice import quotas
from ledger.rice.actors import Reason
from ledger.rice.case import Case, CaseOf, Outcome
from ledger.rice.certificate_facts import (
    Attestation,
    Covered,
    Scheme,
)
from ledger.rice.events import Blending, Drying, Milling, Packing, Repacking, Reworking, Storing
from ledger.rice.facts import (
    Facts,
    Lot,
    Product,
    find,
)
from ledger.rice.key_life import is_disputed, is_spell_disputed
from ledger.rice.life import since as since  # noqa: PLC0414  (part of what an attestation is)
from ledger.rice.life import stage_of, turn_on
from ledger.rice.life import state_of as state_of  # noqa: PLC0414  (the same)
from ledger.rice.lots import gtin_of


def standing(facts: Facts, attestation: Attestation, on: str, size: int | None = None) -> str:
    """Return the state of an attestation; or disputed, where its key was stolen by then.

    So it is while it is in force only by a change that a stolen key made, such as a reinstatement.
    With ``size`` a theft counts only if the first so many entries say so.
    """
    state = state_of(attestation, on)
    return "disputed" if _is_disputed(facts, attestation, on, state, size) else state


def stage(facts: Facts, attestation: Attestation, on: str, size: int | None = None) -> str:
    """Return the same, with what changed last told apart, for people (`life.stage_of`)."""
    state = state_of(attestation, on)
    is_disputed = _is_disputed(facts, attestation, on, state, size)
    return "disputed" if is_disputed else stage_of(attestation, on)


def is_stolen(facts: Facts, attestation: Attestation, size: int | None = None) -> bool:
    """Tell whether a stolen key signed an attestation, and nobody has stood by it since."""
    kid, index, recorded_at = attestation.kid, attestation.index, attestation.recorded_at
    return is_disputed(facts, kid, index, recorded_at, size)


def _is_disputed(
    facts: Facts, attestation: Attestation, on: str, state: str, size: int | None
) -> bool:
    if is_stolen(facts, attestation, size):
        return True
    turn = turn_on(attestation, on) if state == "granted" else None
    return turn is not None and is_spell_disputed(facts, turn, size)


def uncovered(
    facts: Facts, origins: Iterable[str], on: str, grant: Attestation | None = None
) -> list[str]:
    """Return the origins (``area/season``) that are not covered on a day.

    Under a ``grant``, each profile that its scheme asks for must be in force for every origin;
    without one it is enough that anybody accredited has confirmed the season, under any scheme.
    """
    return [origin for origin in origins if not _is_covered(facts, origin, on, grant)]


def _is_covered(facts: Facts, origin: str, on: str, grant: Attestation | None) -> bool:
    covered = find(facts, Covered, f"covered:{origin}")
    found = (
        find(facts, Attestation, f"attestation:{each}")
        for each in (covered.attestations if covered else ())
    )
    valid = [each for each in found if each is not None and standing(facts, each, on) == "granted"]
    if grant is None:
        return any(each.effect == "covers" for each in valid)
    return set(grant.needs) <= {each.profile for each in valid if each.scheme == grant.scheme}


def unusable_grant(case: CaseOf[Packing | Repacking]) -> Reason:
    """Bags are to carry a mark whose grant is not theirs, or not in force that day."""
    grant_id = case.body.grant
    if not grant_id:
        return None
    grant = case.find(Attestation, f"attestation:{grant_id}")
    if grant is None or grant.effect != "licenses" or grant.issued_to != case.speaker:
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
    missing += uncovered(case.facts, origins, case.body.packed_on, grant)
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
    allowed = case.know(Scheme, f"scheme:{grant.scheme}").on(case.body.packed_on).custody
    return None if case.body.custody in allowed else {"custody": case.body.custody}


def exceeded_quota(case: CaseOf[Packing]) -> Reason:
    """More rice would carry the mark than the grant allows."""
    if not case.body.grant:
        return None
    grant = case.know(Attestation, f"attestation:{case.body.grant}")
    wanted_g = case.body.bags * case.body.bag_g
    left_g = quotas.left_g(case.facts, grant, case.body.packed_on, case.recorded_on)
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


def fold(case: CaseOf[Packing], outcome: Outcome) -> None:
    """Add what was drawn from a grant."""
    if case.body.grant:
        draw(case, case.body.grant, case.body.bags * case.body.bag_g, outcome)


def draw(case: Case, grant_id: str, mass_g: int, outcome: Outcome) -> None:
    """Take grams from what a grant allows."""
    grant = case.know(Attestation, f"attestation:{grant_id}")
    outcome.put(structs.replace(grant, drawn_g=grant.drawn_g + mass_g))
