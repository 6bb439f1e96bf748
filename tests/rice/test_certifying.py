"""Who may vouch for what under a scheme, to the last digit, and what is drawn, sold, claimed."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec import structs

from ledger.rice import acts
from ledger.rice.attestations import state_of
from ledger.rice.certificate_facts import (
    Attestation,
    Claimed,
    Scheme,
    Sold,
)
from ledger.rice.credentials import Attested
from ledger.rice.terms import Certificate
from tests.profiles import CONFORMITY, EMISSIONS, GRANT, PROFILES, REFERENCE, SALE
from tests.tables import play
from tests.world import SCHEME, SEASON, World, attested, lot, offered, scheme, season

RICE = """
    harvest  htx  A001  L1  100000  14.0  may                       ok
    receive  may  L1  100000  14.0  htx                             ok
    mill  may  L1:100000  H1:60000  14.0  segregated                ok
    confirm  xa  A001                                               ok
    grant  hh  A001                                                 ok
"""
PROOF = Certificate("SRP-2026/0042", f"zQm{'Y' * 44}")


def told(*tables: str) -> World:
    world = season()
    for table in tables:
        play(world, table)
    return world


def grant_of(world: World) -> Attestation:
    return world.find(Attestation, f"attestation:{attested('grant', 'hh', '', 'A001').id}")


def decided(
    given: str, state: str, from_on: str = "2026-03-01", *, by: str = "hh", area_m2: int = 0
) -> acts.ChangeAttestation:
    return acts.ChangeAttestation(
        attestation=given,
        state=state,  # type: ignore[arg-type]
        from_on=from_on,
        reason="second_decision" if state == "granted" else "other",
        paper="1",
        decided_by=by,
        area_m2=area_m2,
    )


def test_packing_and_sales_draw_on_one_account_and_stop_at_its_last_gram() -> None:
    """The grant is for 30,000 g."""
    world = told(
        RICE,
        """
        pack  may  H1:20000  P1  4000x5  segregated  A001               ok
        sell  hh  H1  10001  A001                                       licence_overdrawn
        sell  hh  H1  10000  A001                                       ok
        sell  hh  H1  1  A001                                           licence_overdrawn
        pack  may  H1:5  P2  1x5  segregated  A001                      quota_exceeded
        """,
    )
    assert grant_of(world).drawn_g == grant_of(world).quota_g == 30_000
    assert world.find(Sold, f"sold:{lot('H1')}").sold_g == 10_000


def test_a_sale_is_of_the_sellers_own_covered_rice() -> None:
    told(
        RICE,
        """
        sell  xa  H1  1  A001                                           issuer_not_accredited
        sell  hh  H9  1  A001                                           sale_not_covered
        decide  hh  grant  A001  suspended  2026-03-02                  ok
        sell  hh  H1  1  A001                                           ok
        day  2026-03-02
        sell  hh  H1  1  A001                                           licence_not_in_force
        decide  hh  grant  A001  reinstated  2026-03-03                    ok
        decide  xa  conformity  A001  suspended  2026-03-03             ok
        day  2026-03-03
        sell  hh  H1  1  A001                                           sale_not_covered
        """,
    )


def test_a_reduction_is_claimed_once_by_its_grower_upon_a_statement_in_force() -> None:
    """5,000 kg less for each of 10 ha, less 0.25 kg: 49,997 kg, rounded down."""
    world = told(
        """
        claim  htx  A001  1  A001                                       claim_not_verified
        confirm  xa  A001                                               ok
        verify  kiem  A001                                              ok+water_unmeasured
        claim  may  A001  1  A001                                       office_not_held
        claim  htx  A002  1  A001                                       claim_not_verified
        claim  htx  A009  1  A001                                       area_unknown
        claim  htx  A001  49998  A001                                   claim_above_verified
        claim  htx  A001  49997  A001                                   ok
        claim  htx  A001  1  A001                                       reduction_claimed_twice
        """
    )
    claimed = world.find(Claimed, "claimed:A001/DX-2026")
    assert (claimed.by, claimed.reduction_kg) == ("htx", 49_997)


def test_what_a_statement_verified_is_not_claimed_for_each_of_its_areas() -> None:
    """10 of the 20 ha of two areas were verified, the emission of each cut by 4,999.75 kg."""
    world = season()
    stated = attested("ghg", "kiem", "htx", "A001", "A002")
    world.must("kiem", stated)
    assert world.say("htx", claim(stated, 40_000)) == "ok"
    assert world.say("htx", claim(stated, 9_998, "A002")) == "claim_above_verified"
    assert world.refused.details == {
        "claimed_kg": 9_998,
        "before_kg": 40_000,
        "verified_kg": 49_997,
    }
    assert world.say("htx", claim(stated, 9_997, "A002")) == "ok"


def test_two_statements_over_the_same_land_are_not_claimed_one_after_the_other() -> None:
    world = season()
    first = attested("ghg", "kiem", "htx", "A001", "A002")
    second = structs.replace(first, id=f"{first.id}-again", number="again")
    world.must("kiem", first)
    world.must("kiem", second)
    world.must("htx", claim(first, 49_997))
    assert world.say("htx", claim(second, 1)) == "reduction_claimed_twice"
    assert world.say("htx", claim(second, 1, "A002")) == "claim_above_verified"
    # What was claimed stays claimed when the statement it rested on is withdrawn.
    world.must("kiem", decided(first.id, "withdrawn", by="kiem"))
    assert world.say("htx", claim(second, 1, "A002")) == "claim_above_verified"
    wider = attested("ghg", "kiem", "htx", "A001", "A002", ha=20)
    wider = structs.replace(wider, id=f"{first.id}-wider", number="wider")
    world.must("kiem", wider)
    assert world.say("htx", claim(wider, 1, "A002")) == "claim_above_verified"
    world.must("kiem", decided(second.id, "withdrawn", by="kiem"))
    assert world.say("htx", claim(wider, 49_998, "A002")) == "claim_above_verified"
    assert world.say("htx", claim(wider, 49_997, "A002")) == "ok"


def test_a_reduced_statement_verifies_less() -> None:
    world = season()
    stated = attested("ghg", "kiem", "htx", "A001")
    world.must("kiem", stated)
    world.must("kiem", decided(stated.id, "reduced", by="kiem", area_m2=50_000))
    assert world.say("htx", claim(stated, 24_999)) == "claim_above_verified"
    assert world.say("htx", claim(stated, 24_998)) == "ok"


def claim(stated: Attested, reduction_kg: int, area: str = "A001") -> acts.ClaimReduction:
    return acts.ClaimReduction(
        area=area,
        season=SEASON,
        statement=stated.id,
        reduction_kg=reduction_kg,
        registry="VCS",
        number=f"VCS-{area}-{reduction_kg}",
    )


def test_kin_do_not_vouch_for_each_other() -> None:
    told(
        """
        relate  may  nobody                                             actor_unknown
        relate  xa  htx                                                 ok
        confirm  xa  A001                                               issuer_not_independent
        """
    )
    world = told("relate  htx  kiem                                     ok")
    assert world.say("kiem", attested("ghg", "kiem", "htx", "A001")) == "issuer_not_independent"
    told("relate  so  htx  ok", "confirm  xa  A001  issuer_not_independent")
    foreign = acts.DeclareRelation(actor="xa", other="htx", kind="owner")
    assert season().say("may", foreign) == "office_not_held"


STATED: dict[str, tuple[dict[str, Any], str]] = {
    "a grant without tonnes": ({"quota_g": 0}, "attestation_unfit"),
    "a grant of a lot": ({"lot": lot("H1")}, "attestation_unfit"),
    "a grant that sells": ({"sold_g": 5}, "attestation_unfit"),
    "a grant with a certificate behind it": ({"certificate": PROOF}, "ok"),
    "all that the scheme gives": ({"quota_g": 50_000_000}, "ok"),
    "a gram more": ({"quota_g": 50_000_001}, "quota_above_scheme"),
    "a year": ({"until_on": "2027-03-01"}, "ok"),
    "a day more": ({"until_on": "2027-03-02"}, "validity_too_long"),
    "another version": ({"version": "1.0.1"}, "profile_unknown"),
    "another kind": ({"profile": "conformity", "quota_g": 0}, "issuer_not_accredited"),
}


@pytest.mark.parametrize("case", STATED)
def test_a_grant_states_what_grants_state(case: str) -> None:
    members, expected = STATED[case]
    world = told("confirm  xa  A001  ok")
    assert world.say("hh", attested("grant", "hh", "may", "A001", **members)) == expected


def test_a_reference_names_a_certificate_and_covers_nothing() -> None:
    world = season()
    named = attested("certificate", "xa", "htx", "A001", ha=0)
    assert world.say("xa", named) == "attestation_unfit"
    assert world.say("xa", structs.replace(named, certificate=PROOF)) == "ok"
    play(world, "grant  hh  A001  grant_not_confirmed")
    assert world.find(Attestation, f"attestation:{named.id}").certificate == PROOF


def test_a_scheme_decides_what_a_mark_rests_on() -> None:
    """In its next version a grant needs an emission statement too."""
    strict = structs.replace(GRANT, needs=("conformity", "ghg"))
    world = told("confirm  xa  A001+A002  ok", "grant  hh  A001  ok")
    profiles = (CONFORMITY, EMISSIONS, strict, SALE, REFERENCE)
    world.must("hh", scheme(version="2.0.0", profiles=profiles, from_on="2026-04-01"))
    world.day = "2026-04-01"
    grant = attested("grant", "hh", "may", "A002", from_on="2026-04-01")
    assert world.say("hh", grant) == "profile_unknown"
    grant = structs.replace(grant, version="2.0.0")
    assert world.say("hh", grant) == "grant_not_confirmed"
    verified = attested("ghg", "kiem", "htx", "A002", from_on="2026-04-01", version="2.0.0")
    world.must("kiem", verified)
    assert world.say("hh", grant) == "ok"
    assert grant_of(world).needs == ("conformity",)
    assert [each.version for each in world.find(Scheme, f"scheme:{SCHEME}").editions] == [
        "1.0.0",
        "2.0.0",
    ]


def test_two_persons_grant_and_withdraw() -> None:
    world = season()
    careful = structs.replace(GRANT, two_persons=("grant", "withdraw"))
    profiles = tuple(careful if each is GRANT else each for each in PROFILES)
    world.must("hh", scheme(version="1.1.0", profiles=profiles, from_on="2026-02-01"))
    world.must("hh+hh-2", acts.EnrolKey(actor="hh", key=offered("hh-2", admin=False)))
    world.must("xa", attested("conformity", "xa", "htx", "A001", version="1.1.0"))
    grant = attested("grant", "hh", "may", "A001", version="1.1.0")
    world.must("hh", grant)
    play(
        world,
        """
        harvest  htx  A001  L1  10000  14.0  may                        ok
        receive  may  L1  10000  14.0  htx                              ok
        mill  may  L1:10000  H1:6000  14.0  segregated                  ok
        pack  may  H1:1000  P1  200x5  segregated  A001                 grant_not_in_force
        """,
    )
    assert world.say("hh", decided(grant.id, "granted")) == "second_person_same"
    assert world.say("hh+hh-2", decided(grant.id, "granted")) == "second_person_same"
    assert world.say("may", decided(grant.id, "granted")) == "office_not_held"
    assert world.say("hh-2", decided(grant.id, "granted")) == "ok"
    play(world, "pack  may  H1:1000  P1  200x5  segregated  A001  ok")
    assert world.say("hh-2", decided(grant.id, "withdrawn")) == "second_person_missing"
    assert world.say("hh", decided(grant.id, "granted", "2026-03-02")) == "change_unfit"
    assert world.say("hh", decided(grant.id, "suspended")) == "ok"
    assert world.say("hh+hh-2", decided(grant.id, "withdrawn")) == "ok"
    assert state_of(grant_of(world), "2026-03-01") == "withdrawn"
