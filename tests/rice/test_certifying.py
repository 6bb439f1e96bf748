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
from ledger.rice.certifying import was_accredited
from ledger.rice.credentials import Attested
from ledger.rice.events import Packing
from ledger.rice.schemes import Quota
from ledger.rice.terms import Certificate
from tests.profiles import CONFORMITY, EMISSIONS, GRANT, PROFILES, REFERENCE, SALE
from tests.tables import play
from tests.world import (
    SCHEME,
    SEASON,
    World,
    attested,
    did,
    inspection,
    kid_of,
    lot,
    offered,
    scheme,
    season,
)

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
    given: str,
    state: str,
    from_on: str = "2026-03-01",
    *,
    by: str = "hh",
    area_m2: int = 0,
    quota_g: int = 0,
    successor: str = "",
) -> acts.ChangeAttestation:
    return acts.ChangeAttestation(
        attestation=given,
        state=state,  # type: ignore[arg-type]
        from_on=from_on,
        reason="second_decision" if state == "granted" else "other",
        paper="1",
        decided_by=by,
        area_m2=area_m2,
        quota_g=quota_g,
        successor=successor,
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


def test_a_version_recorded_since_changes_nothing_for_what_was_attested() -> None:
    """It is said to be in force from before; others sign, and nothing is called what it was."""
    world = told(RICE)
    given = (
        grant_of(world),
        world.find(Attestation, f"attestation:{attested('conformity', 'xa', 'htx', 'A001').id}"),
    )
    for version, changed in (
        ("1.1.0", (structs.replace(CONFORMITY, signers=("verifier",)), DEAR)),
        ("1.2.0", (structs.replace(CONFORMITY, id="process"),)),
    ):
        world.must("hh", scheme(version=version, profiles=changed, from_on="2026-01-01"))
        assert all(was_accredited(world.facts, each, "2026-03-01") for each in given)
    play(world, "pack  may  H1:1000  P1  200x5  segregated  A001  ok")
    play(world, "sell  hh  H1  1000  A001  profile_unknown")
    play(world, "confirm  xa  A002  profile_unknown")
    assert not was_accredited(world.facts, structs.replace(given[0], issuer="xa"), "2026-03-01")


DEAR = structs.replace(GRANT, quota=Quota(most_g_per_ha=3_000))
"""A licence for 3 kg/ha: 30,000 g for the 10 ha of an area."""


def dear(*tables: str) -> World:
    """Return a world under that scheme, with rice of A001 and what the tables tell."""
    world = season()
    profiles = tuple(DEAR if each is GRANT else each for each in PROFILES)
    world.must("hh", scheme(version="1.1.0", profiles=profiles, from_on="2026-02-01"))
    for code in ("A001", "A002"):
        world.must("xa", attested("conformity", "xa", "htx", code, version="1.1.0"))
    play(world, RICE.partition("confirm")[0])
    for table in tables:
        play(world, table)
    return world


def licence(number: int, quota_g: int, *areas: str, **more: Any) -> Attested:  # noqa: ANN401  (members of an Attested)
    """Return one of several grants over the same areas."""
    given = attested("grant", "hh", "may", *(areas or ("A001",)), version="1.1.0", **more)
    return structs.replace(
        given, id=f"{given.id}-{number}", number=f"grant {number}", quota_g=quota_g
    )


def packed(world: World, under: Attested, lot_name: str, grams: int) -> str:
    """Record what was packed under a grant on the first day."""
    event = Packing(
        event_id=world.event_id(),
        at="2026-03-01T08:00:00+07:00",
        inputs=((lot("H1"), grams),),
        lot=lot(lot_name),
        bags=grams // 5,
        bag_g=5,
        packed_on="2026-03-01",
        best_before_on="2027-06-30",
        custody="segregated",
        grant=under.id,
    )
    return world.say("may", event)


@pytest.mark.parametrize("end", ["withdrawn", "expired"])
def test_what_was_drawn_on_a_grant_that_is_over_is_not_granted_again(end: str) -> None:
    world = dear()
    first = licence(1, 30_000, until_on="2026-03-01" if end == "expired" else "2026-12-31")
    world.must("hh", first)
    assert packed(world, first, "P1", 20_000) == "ok"
    world.must("hh", sale(first, "H1", 1_000))
    if end == "withdrawn":
        world.must("hh", decided(first.id, "withdrawn", "2026-03-02"))
    world.day = "2026-03-02"
    second = licence(2, 9_001, from_on="2026-03-02")
    assert world.say("hh", second) == "quota_taken_before"
    assert world.refused.details == {
        "stated_kg": 9,
        "taken_kg": 21,
        "most_kg": 30,
        "land_ha": 10,
    }
    assert world.say("hh", structs.replace(second, quota_g=9_000)) == "ok"
    # What is recorded late on the first one would come on top of what the second gives.
    assert packed(world, first, "P2", 5) == "quota_exceeded"
    assert packed(world, second, "P2", 5) == "grant_not_in_force"


def test_a_reduction_gives_nothing_back_that_was_drawn() -> None:
    world = dear()
    first = licence(1, 30_000)
    world.must("hh", first)
    assert packed(world, first, "P1", 20_000) == "ok"
    world.must("hh", decided(first.id, "reduced", area_m2=10_000, quota_g=3_000))
    rest = licence(2, 10_001, ha=9)
    assert world.say("hh", rest) == "quota_taken_before"
    assert world.say("hh", structs.replace(rest, quota_g=10_000)) == "ok"


def test_a_successor_takes_what_its_predecessor_left() -> None:
    world = dear()
    first = licence(1, 15_000, ha=5)
    world.must("hh", first)
    second = licence(2, 15_000, ha=5)
    world.must("hh", second)
    assert packed(world, first, "P1", 10_000) == "ok"
    world.must("hh", decided(first.id, "superseded", "2026-03-02", successor=second.id))
    world.day = "2026-03-02"
    third = licence(3, 5_001, ha=5, from_on="2026-03-02")
    assert world.say("hh", third) == "quota_taken_before"
    assert world.say("hh", structs.replace(third, quota_g=5_000)) == "ok"
    assert packed(world, first, "P2", 5) == "quota_exceeded"


def test_grants_count_together_as_far_as_areas_link_them() -> None:
    """A withdrawn grant over two areas; one over the first; then one over the second."""
    world = dear()
    first = licence(1, 30_000, "A001", "A002")
    world.must("hh", first)
    assert packed(world, first, "P1", 30_000) == "ok"
    world.must("hh", decided(first.id, "withdrawn"))
    assert world.say("hh", licence(2, 20_000)) == "ok"
    assert world.say("hh", licence(3, 10_001, "A002")) == "quota_taken_before"
    assert world.refused.details["land_ha"] == 20
    assert world.say("hh", licence(3, 10_000, "A002")) == "ok"


def sale(under: Attested, of: str, sold_g: int) -> Attested:
    """Return a sale of a lot in bulk under a grant."""
    return attested(
        *("transaction", "hh", "may", "A001"),
        id=f"https://demo.rice.example/attestations/sale-{sold_g}",
        version="1.1.0",
        area_m2=0,
        lot=lot(of),
        sold_g=sold_g,
        licence=under.id,
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


def test_whoever_checked_does_not_decide() -> None:
    world = season()
    confirming = structs.replace(CONFORMITY, two_persons=("audit",))
    granting = structs.replace(GRANT, signers=("confirmer",), two_persons=("audit", "grant"))
    profiles = (confirming, EMISSIONS, granting, SALE, REFERENCE)
    world.must("hh", scheme(version="1.1.0", profiles=profiles, from_on="2026-02-01"))
    for device in ("xa-2", "xa-3", "xa-4"):
        enrolled = acts.EnrolKey(actor="xa", key=offered(device, admin=False))
        world.must(f"xa+{device}", enrolled)
    world.must("xa-2", inspection(on="2026-02-20"))
    confirmation = attested("conformity", "xa", "htx", "A001", version="1.1.0")
    grant = attested("grant", "xa", "may", "A001", version="1.1.0")

    def said(body: Attested, device: str) -> str:
        return world.say(device, body, kid=f"{did('xa')}#{kid_of(device)}")

    assert said(confirmation, "xa-2") == "auditor_decides"
    assert said(confirmation, "xa") == "ok"
    assert said(grant, "xa-2") == "auditor_decides"
    assert said(grant, "xa") == "auditor_decides"
    assert said(grant, "xa-3") == "ok"
    assert world.say("xa", decided(grant.id, "granted")) == "auditor_decides"
    assert world.say("xa-4", decided(grant.id, "granted")) == "ok"
    assert world.say("xa-2", decided(grant.id, "suspended", "2026-03-02")) == "ok"
    assert world.say("xa-2", decided(grant.id, "reinstated", "2026-03-03")) == "auditor_decides"
    assert world.say("xa", decided(confirmation.id, "suspended", "2026-03-02")) == "ok"


def test_who_checked_long_ago_may_decide() -> None:
    """The confirmation begins a year and a day after the inspection, which is good for a year."""
    world = season()
    confirming = structs.replace(CONFORMITY, two_persons=("audit",))
    world.must("hh", scheme(version="1.1.0", profiles=(confirming,), from_on="2026-02-01"))
    world.must("xa", inspection(on="2025-02-28"))
    late = attested("conformity", "xa", "htx", "A001", version="1.1.0")
    assert world.say("xa", structs.replace(late, from_on="2026-02-28")) == "auditor_decides"
    assert world.say("xa", late) == "ok"
