"""How the rules on schemes and certificates are broken, as tables and by what no table says."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from msgspec import structs

from ledger.rice import acts
from tests.profiles import CONFORMITY
from tests.tables import play
from tests.world import World, attested, inspection, scheme, words

CONFIRMED = "confirm  xa  A001  ok\n"
CUT = """
    harvest  htx  A001  L1  10000  14.0  may  ok
    receive  may  L1  10000  14.0  htx  ok
"""
MILLED = (
    CUT + "mill  may  L1:10000  H1:5000,B1:1000,C1:1000,T1:2000  14.0  identity_preserved  ok\n"
)
PACKED = MILLED + "pack  may  H1:1000  P1  200x5  identity_preserved  -  ok\n"
MARKED = MILLED + CONFIRMED + "grant  hh  A001  ok\n"
"""What stories begin with."""

CERTIFYING_TABLES = {
    "scope_unknown": "confirm  xa  A009",
    "issuer_not_accredited": "confirm  xa-khac  A001",
    "grant_not_confirmed": "grant  hh  A001",
    "hectares_granted_twice": """
        confirm  xa  A001+A002  ok
        grant  hh  A001  ok
        grant  hh  A001+A002""",
    "licence_not_in_force": MILLED + "sell  hh  H1  1000  A001",
    "sale_not_covered": MARKED
    + """
        decide  xa  conformity  A001  suspended  2026-03-01  ok
        sell  hh  H1  1000  A001""",
    "lot_sold_with_mark": MARKED
    + """
        pack  may  H1:1000  P1  200x5  segregated  A001  ok
        sell  hh  P1  1000  A001""",
    "lot_sold_twice": MARKED
    + """
        sell  hh  H1  5000  A001  ok
        sell  hh  H1  501  A001""",
    "licence_overdrawn": """
        harvest  htx  A001  L1  100000  14.0  may  ok
        receive  may  L1  100000  14.0  htx  ok
        mill  may  L1:100000  H1:60000  14.0  segregated  ok
        confirm  xa  A001  ok
        grant  hh  A001  ok
        sell  hh  H1  30000  A001  ok
        sell  hh  H1  1  A001""",
    "claim_not_verified": "claim  htx  A001  1  A001",
    "reduction_claimed_twice": """
        verify  kiem  A001  ok+water_unmeasured
        claim  htx  A001  1  A001  ok
        claim  htx  A001  1  A001""",
    "claim_above_verified": """
        verify  kiem  A001  ok+water_unmeasured
        claim  htx  A001  49998  A001""",
    "attestation_unknown": "decide  xa  conformity  A001  withdrawn  2026-04-01",
    "change_before_start": CONFIRMED + "decide  xa  conformity  A001  withdrawn  2026-02-28",
    "attestation_over": CONFIRMED
    + """
        decide  xa  conformity  A001  withdrawn  2026-04-01  ok
        decide  xa  conformity  A001  reinstated  2026-05-01""",
    "change_unfit": CONFIRMED + "decide  xa  conformity  A001  reinstated  2026-05-01",
    "reduction_unfit": CONFIRMED + "decide  xa  conformity  A001  reduced:100001:0  2026-05-01",
    "suspension_overdue": CONFIRMED
    + """
        decide  xa  conformity  A001  suspended  2026-03-31  ok
        decide  xa  conformity  A001  reinstated  2026-10-01""",
    "grant_overdrawn": MARKED
    + """
        pack  may  H1:1000  P1  200x5  identity_preserved  A001  ok
        decide  hh  grant  A001  reduced:100000:999  2026-03-02""",
    "grant_not_in_force": MILLED + "pack  may  H1:1000  P1  200x5  segregated  A001",
    "mark_not_covered": MARKED
    + """
        decide  xa  conformity  A001  suspended  2026-03-01  ok
        pack  may  H1:1000  P1  200x5  segregated  A001""",
    "mark_of_other_bags": MARKED
    + """
        pack  may  H1:1000  P1  200x5  segregated  -  ok
        repack  may  P1:100  Q1  50x10  segregated  A001""",
    "mark_custody_refused": MARKED + "pack  may  H1:1000  P1  200x5  mass_balance  A001",
    "quota_exceeded": """
        harvest  htx  A001  L1  100000  14.0  may  ok
        receive  may  L1  100000  14.0  htx  ok
        mill  may  L1:100000  H1:60000  14.0  segregated  ok
        confirm  xa  A001  ok
        grant  hh  A001  ok
        pack  may  H1:40000  P1  6000x5  segregated  A001  ok
        pack  may  H1:1000  P2  1x5  segregated  A001""",
}


def _confirmed(**more: Any) -> Callable[[World], str]:  # noqa: ANN401  (members of an Attested)
    """Return how a confirmation of A001 is given that says something else than usual."""
    return lambda world: world.say("xa", attested("conformity", "xa", "htx", "A001", **more))


def _granted(**more: Any) -> Callable[[World], str]:  # noqa: ANN401  (as above)
    """Return how a grant over A001, which is confirmed, says something else than usual."""

    def say(world: World) -> str:
        play(world, CONFIRMED)
        return world.say("hh", attested("grant", "hh", "may", "A001", **more))

    return say


def _changed(attestation: str, state: str) -> acts.ChangeAttestation:
    return acts.ChangeAttestation(
        attestation=attestation,
        state=state,  # type: ignore[arg-type]
        from_on="2026-03-01",
        reason="other",
        paper="1",
        decided_by="xa",
    )


def _by_two(decision: str) -> Callable[[World], str]:
    """Return how one key does alone what the scheme's new version leaves to two."""

    def say(world: World) -> str:
        careful = structs.replace(CONFORMITY, two_persons=(decision,))
        world.must("hh", scheme(version="1.1.0", profiles=(careful,), from_on="2026-02-01"))
        given = attested("conformity", "xa", "htx", "A001", version="1.1.0")
        world.must("xa", given)
        state = "withdrawn" if decision == "withdraw" else "granted"
        return world.say("xa", _changed(given.id, state))

    return say


def _inspected_and_decided(world: World) -> str:
    """Return how the office that confirms signs with the key that inspected."""
    apart = structs.replace(CONFORMITY, two_persons=("audit",))
    world.must("hh", scheme(version="1.1.0", profiles=(apart,), from_on="2026-02-01"))
    world.must("xa", inspection(on="2026-02-20"))
    return world.say("xa", attested("conformity", "xa", "htx", "A001", version="1.1.0"))


def _granted_again(world: World) -> str:
    """Withdraw a grant of all that the scheme allows once it was drawn on, and grant it again."""
    given = attested("grant", "hh", "may", "A001", quota_g=50_000_000)
    play(world, MILLED + CONFIRMED)
    world.must("hh", given)
    play(world, "pack  may  H1:1000  P1  200x5  identity_preserved  A001  ok")
    withdrawn = structs.replace(_changed(given.id, "withdrawn"), decided_by="hh")
    world.must("hh", structs.replace(withdrawn, from_on="2026-03-02"))
    world.day = "2026-03-02"
    again = structs.replace(given, id=f"{given.id}-2", number="again", from_on="2026-03-02")
    return world.say("hh", again)


CERTIFYING_SAYINGS: dict[str, Callable[[World], str]] = {
    "scheme_version_taken": lambda world: world.say("hh", scheme(name=words("Khác"))),
    "profile_unknown": _confirmed(version="1.0.1"),
    "attestation_unfit": _confirmed(area_m2=0),
    "validity_too_long": _confirmed(until_on="2027-03-02"),
    "criterion_not_met": _confirmed(figures={"seed-rate": "100.1 KGM"}),
    "quota_above_scheme": _granted(quota_g=50_000_001),
    "quota_taken_before": _granted_again,
    "second_person_missing": _by_two("withdraw"),
    "second_person_same": _by_two("grant"),
    "auditor_decides": _inspected_and_decided,
}
