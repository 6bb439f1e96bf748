"""How much rice of how much land may carry the mark, and what other grants over it have taken.

Which hectares of an area a grant means it does not say. So all grants of a scheme that are linked
by the areas of a season count together: what they give, and what was drawn on those that are over,
may not exceed what the scheme allows for all the land they name. What was drawn is on the market,
whatever became of its grant.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from msgspec import Struct

from ledger.rice.actors import Reason
from ledger.rice.case import CaseOf
from ledger.rice.certificate_facts import Attestation, Granted, Scheme
from ledger.rice.credentials import Attested
from ledger.rice.editions import profile_of
from ledger.rice.facts import Area, Facts, find
from ledger.rice.life import figures_on, state_of
from ledger.rice.schemes import Quota


class Land(Struct, frozen=True):
    """Areas that grants of one scheme link, in square metres, and the grams taken of them."""

    area_m2: int
    taken_g: int


def granted_twice(case: CaseOf[Attested]) -> Reason:
    """The mark is granted for hectares that other grants in force have taken already.

    All grants that share an area with this one may together not exceed the land they name.
    """
    body = case.body
    if profile_of(case).effect != "licenses":
        return None
    shared = [
        grant
        for grant in _grants_over(case.facts, body.scheme, body.season, body.areas)
        if _is_open(grant, body.from_on)
    ]
    codes = {*body.areas, *(code for grant in shared for code in grant.areas)}
    land_m2 = _area_m2(case.facts, codes)
    taken_m2 = sum(figures_on(grant, body.from_on)[0] for grant in shared)
    if not shared or taken_m2 + body.area_m2 <= land_m2:
        return None
    first = min(shared, key=lambda grant: grant.index)
    return {"grant": first.number, "taken_ha": taken_m2 // 10_000, "land_ha": land_m2 // 10_000}


def excessive_quota(case: CaseOf[Attested]) -> Reason:
    """A licence gives more rice than its hectares can have yielded, by its scheme."""
    body, quota = case.body, profile_of(case).quota
    if quota is None or body.quota_g <= quota.most_g(body.area_m2):
        return None
    most_g = quota.most_g(body.area_m2)
    return {"stated_kg": body.quota_g // 1000, "most_kg": most_g // 1000}


def taken_before(case: CaseOf[Attested]) -> Reason:
    """A licence gives rice that other grants over the same land gave, or that was drawn on them."""
    body, quota = case.body, profile_of(case).quota
    if quota is None:
        return None
    days = (case.recorded_on, body.from_on)
    land = _land(case.facts, body.scheme, body.season, body.areas, days)
    most_g = quota.most_g(land.area_m2)
    if land.taken_g + body.quota_g <= most_g:
        return None
    return {
        "stated_kg": body.quota_g // 1000,
        "taken_kg": land.taken_g // 1000,
        "most_kg": most_g // 1000,
        "land_ha": land.area_m2 // 10_000,
    }


def left_g(facts: Facts, grant: Attestation, drawn_on: str, recorded_on: str) -> int:
    """Return what can be drawn on a grant on a day by what is recorded on another, in grams.

    What was packed before a reduction, and is recorded after it, is held to what was left by it.
    What is recorded once the grant is over is held to what others over its land have left.
    """
    left = min(figures_on(grant, on)[1] for on in (drawn_on, recorded_on)) - grant.drawn_g
    if _is_open(grant, recorded_on):
        return left
    land = _land(facts, grant.scheme, grant.season, grant.areas, (recorded_on,))
    return min(left, _quota(facts, grant).most_g(land.area_m2) - land.taken_g)


def _quota(facts: Facts, grant: Attestation) -> Quota:
    scheme = find(facts, Scheme, f"scheme:{grant.scheme}")
    profile = scheme and scheme.profile_of(grant)
    quota = profile.quota if profile else None
    assert quota is not None, "a licence has a quota"
    return quota


def _land(
    facts: Facts, scheme: str, season: str, areas: Collection[str], days: Collection[str]
) -> Land:
    """Return the land that is linked to areas by grants, and what these take of it."""
    codes, waiting = set(areas), set(areas)
    grants: dict[str, Attestation] = {}
    while waiting:
        found = {each.id: each for each in _grants_over(facts, scheme, season, waiting)}
        waiting = {code for each in found.values() for code in each.areas} - codes
        codes |= waiting
        grants |= found
    taken_g = sum(_taken_g(grant, days) for grant in grants.values())
    return Land(_area_m2(facts, codes), taken_g)


def _taken_g(grant: Attestation, days: Collection[str]) -> int:
    """Return what a grant that is open on one of the days can come to; of others, what was drawn.

    A reduction gives nothing back that was drawn before.
    """
    open_g = (figures_on(grant, on)[1] for on in days if _is_open(grant, on))
    return max(grant.drawn_g, *open_g, 0)


def _grants_over(
    facts: Facts, scheme: str, season: str, areas: Collection[str]
) -> Iterator[Attestation]:
    """Yield the grants of a scheme that name one of the areas for a season, each once."""
    seen: set[str] = set()
    for code in sorted(areas):
        granted = find(facts, Granted, f"granted:{code}/{season}")
        for name in granted.attestations if granted else ():
            grant = find(facts, Attestation, f"attestation:{name}")
            if grant is not None and grant.scheme == scheme and name not in seen:
                seen.add(name)
                yield grant


def _is_open(grant: Attestation, on: str) -> bool:
    """Tell whether a grant holds its hectares: suspended it still does, it may be reinstated."""
    return state_of(grant, on) not in {"withdrawn", "superseded", "expired"}


def _area_m2(facts: Facts, codes: Collection[str]) -> int:
    areas = (find(facts, Area, f"area:{code}") for code in codes)
    return sum(area.area_m2 for area in areas if area is not None)
