"""Who vouches for whom, what a mark may stand on, and what becomes of both, as tables."""

from __future__ import annotations

import pytest
from msgspec import structs

from ledger.rice import acts, events
from ledger.rice.attestations import since, state_of
from ledger.rice.certificate_facts import (
    Attestation,
)
from ledger.rice.credentials import EMISSION_FIGURES
from ledger.rice.diary_facts import Signers
from ledger.rice.facts import (
    Lot,
)
from tests.tables import play
from tests.world import (
    SEASON,
    World,
    accreditation_changed,
    accredited,
    area,
    attested,
    did,
    kid_of,
    lot,
    offered,
    registration,
    role,
    season,
)

MILLED = """
    harvest  htx  A001  L1  40000  14.0  may                            ok
    receive  may  L1  40000  14.0  htx                                  ok
    mill  may  L1:40000  H1:20000,B1:6000  14.0  identity_preserved     ok
"""
BARE = """
    harvest  htx  A002  L2  40000  14.0  may                            ok
    receive  may  L2  40000  14.0  htx                                  ok
    mill  may  L2:40000  H2:20000,B2:6000  14.0  identity_preserved     ok
"""


def told(*tables: str) -> World:
    world = season()
    for table in tables:
        play(world, table)
    return world


def test_first_the_commune_confirms_then_the_owner_grants() -> None:
    told(
        """
        grant  hh  A001                                                 grant_not_confirmed
        confirm  hh  A001                                               issuer_not_accredited
        confirm  xa-khac  A001                                          issuer_not_accredited
        confirm  xa  A003                                               issuer_not_accredited
        confirm  xa  A009                                               scope_unknown
        confirm  xa  A001                                               ok
        confirm  xa  A001                                               said_before
        grant  xa  A001                                                 issuer_not_accredited
        grant  hh  A001+A002                                            grant_not_confirmed
        grant  hh  A001                                                 ok
        """
    )


def test_nobody_vouches_for_themselves() -> None:
    world = season()
    world.must("hh", accredited("confirmer", "hh", "htx"))
    play(world, "confirm  htx  A001  issuer_not_independent")
    world.must("so+htx-ban", registration("htx-ban", legal_id="htx"))
    world.must("hh", accredited("confirmer", "hh", "htx-ban"))
    play(world, "confirm  htx-ban  A001  issuer_not_independent")
    world.must("so+hh-xay", registration("hh-xay", role("packer"), legal_id="hh"))
    play(world, "confirm  xa  A001  ok")
    said = world.say("hh", attested("grant", "hh", "hh-xay", "A001"))
    assert said == "issuer_not_independent"


def test_an_emission_statement_is_the_verifiers() -> None:
    world = season()
    assert world.say("xa", attested("ghg", "xa", "htx", "A001")) == "issuer_not_accredited"
    assert world.say("kiem", attested("ghg", "kiem", "htx", "A001")) == "ok+water_unmeasured"
    assert world.say("xa", attested("conformity", "xa", "htx", "A001", ha=11)) == "scope_unknown"
    world.must("hh", accreditation_changed(accredited("verifier", "hh", "kiem"), "suspended"))
    assert world.say("kiem", attested("ghg", "kiem", "htx", "A002")) == "issuer_not_accredited"


def test_measuring_reporting_and_verifying_take_three_keys() -> None:
    """The cooperative's own key reports; a device of its reads the tubes; the verifier signs."""
    world = with_technician()
    world.must("doc", reading(world))
    world.must("htx", sowing(world))
    assert world.say("kiem", attested("ghg", "kiem", "htx", "A001")) == "ok"
    signers = world.find(Signers, f"signers:A001/{SEASON}")
    assert (list(signers.measured), list(signers.reported)) == ([kid_of("doc")], [kid_of("htx")])


def test_who_reads_the_tubes_writes_no_other_line() -> None:
    world = with_technician()
    world.must("doc", reading(world))
    world.must("doc", sowing(world))
    assert world.say("kiem", attested("ghg", "kiem", "htx", "A001")) == "keys_not_apart"
    assert world.refused.details["kid"] == kid_of("doc")
    # Other areas have diaries of their own; an attestation over both is held to both.
    assert world.say("kiem", attested("ghg", "kiem", "htx", "A002")) == "ok+water_unmeasured"
    world.must("htx", reading(world, area="A002"))
    world.must("htx", sowing(world, area="A001"))
    both = attested("ghg", "kiem", "htx", "A001", "A002", ha=20)
    assert world.say("kiem", both) == "keys_not_apart"
    assert world.say("xa", attested("conformity", "xa", "htx", "A001")) == "ok"


@pytest.mark.parametrize("name", sorted(EMISSION_FIGURES))
@pytest.mark.parametrize(("profile", "who"), [("ghg", "kiem"), ("conformity", "xa")])
def test_every_statement_of_an_emission_figure_takes_three_keys(
    name: str, profile: str, who: str
) -> None:
    """Whatever else it states, and whatever its scheme calls it."""
    world = with_technician()
    world.must("doc", reading(world))
    world.must("doc", sowing(world))
    other = {"seed-rate": "78.5 KGM"}
    stated = attested(profile, who, "htx", "A001", figures={name: "10 P1"} | other)
    assert world.say(who, stated) == "keys_not_apart"
    assert world.say(who, structs.replace(stated, figures=other)) == "ok"


def test_a_reading_declared_wrong_makes_nobody_a_measurer() -> None:
    """The cooperative read once with its own key, takes it back, and reads again with the other."""
    world = with_technician()
    world.must("htx", sowing(world))
    first, second = reading(world), reading(world)
    world.must("htx", first)
    world.must("htx", second)
    ghg = attested("ghg", "kiem", "htx", "A001")
    assert world.say("kiem", ghg) == "keys_not_apart"
    again = structs.replace(first, event_id=world.event_id())
    world.must("htx", taken_back(first, again.event_id))
    assert world.say("kiem", ghg) == "keys_not_apart"  # the second still stands
    world.must("doc", again)
    world.must("htx", taken_back(second))
    signers = world.find(Signers, f"signers:A001/{SEASON}")
    assert list(signers.measured) == [kid_of("doc")]
    assert world.say("kiem", ghg) == "ok"


def test_when_all_readings_are_taken_back_nobody_measured() -> None:
    world = with_technician()
    only = reading(world)
    world.must("doc", only)
    world.must("htx", taken_back(only))
    assert world.find(Signers, f"signers:A001/{SEASON}").measured == {}
    assert world.say("kiem", attested("ghg", "kiem", "htx", "A001")) == "ok+water_unmeasured"


def test_a_grower_that_is_also_a_verifier_verifies_nothing_of_its_own() -> None:
    """So the verifier is always another organisation than whoever measured and reported."""
    world = with_technician()
    world.must("doc", reading(world))
    world.must("hh", accredited("verifier", "hh", "htx"))
    said = world.say("htx", attested("ghg", "htx", "htx", "A001"))
    assert said == "issuer_not_independent"
    assert world.say("kiem", reading(world)) == "event_office_not_held"
    assert world.say("htx-2", reading(world)) == "area_not_managed"


def with_technician() -> World:
    world = season()
    world.must("htx+doc", acts.EnrolKey(actor="htx", key=offered("doc", admin=False)))
    return world


def reading(world: World, area: str = "A001") -> events.WaterReading:
    return events.WaterReading(
        event_id=world.event_id(),
        at="2026-02-01T07:00:00+07:00",
        area=area,
        season=SEASON,
        tube="urn:rice:tube:A",
        level_mm=-50,
        source="manual",
    )


def sowing(world: World, area: str = "A001") -> events.Sowing:
    return events.Sowing(
        event_id=world.event_id(),
        at="2026-02-01T07:00:00+07:00",
        area=area,
        season=SEASON,
        worked_m2=100_000,
        by_machine=True,
        variety="OM5451",
        seed_class="xác nhận",
        seed_g=800_000,
    )


def taken_back(wrong: events.WaterReading, *corrected_by: str) -> events.Correction:
    return events.Correction(
        event_id=wrong.event_id,
        at=wrong.at,
        wrong=wrong,
        declared_at="2026-02-02T07:00:00+07:00",
        reason="incorrect_data" if corrected_by else "did_not_occur",
        corrected_by=corrected_by,
    )


def test_a_credential_is_its_issuers_own() -> None:
    world = season()
    body = attested("conformity", "xa", "htx", "A001")
    assert world.say("kiem", body, kid=f"{did('xa')}#{kid_of('kiem')}") == "issuer_not_signer"
    assert world.say("kiem", body) == "malformed_credential"
    assert world.say("xa", structs.replace(body, issued_to_did=did("x"))) == "scope_unknown"


def test_the_mark_is_for_the_packer_the_areas_and_the_days_it_was_granted_for() -> None:
    told(
        MILLED,
        BARE,
        """
        confirm  xa  A001+A002                                          ok
        pack  may  H1:1000  P1  200x5  segregated  A001                 grant_not_in_force
        grant  hh  A001                                                 ok
        pack  may  H2:1000  P1  200x5  segregated  A001                 mark_not_covered
        pack  may  H1:500,H2:500  P1  200x5  segregated  A001           mark_not_covered
        pack  may  H1:1000  P1  200x5  controlled_blending  A001        mark_custody_refused
        pack  may  H1:1000  P1  200x5  segregated  A001                 ok
        hand over  may  H1  19000  may-2                                ok
        receive  may-2  H1  19000  14.0  may                            ok
        pack  may-2  H1:1000  P2  200x5  segregated  A001               grant_not_in_force
        pack  may-2  H1:1000  P2  200x5  segregated  -                  ok
        """,
    )


def test_a_grant_is_drawn_to_the_gram_and_no_further() -> None:
    """The grant is for 30,000 g."""
    world = told(
        """
        confirm  xa  A001                                               ok
        grant  hh  A001                                                 ok
        harvest  htx  A001  L1  100000  14.0  may                       ok
        receive  may  L1  100000  14.0  htx                             ok
        mill  may  L1:100000  H1:60000  14.0  segregated                ok
        pack  may  H1:20000  P1  4000x5  segregated  A001               ok
        pack  may  H1:20000  P2  2001x5  segregated  A001               quota_exceeded
        pack  may  H1:20000  P2  2000x5  segregated  A001               ok
        pack  may  H1:1000  P3  1x5  segregated  A001                   quota_exceeded
        pack  may  H1:1000  P3  1x5  segregated  -                      ok
        """
    )
    grant = world.find(Attestation, f"attestation:{attested('grant', 'hh', '', 'A001').id}")
    assert (grant.drawn_g, grant.quota_g) == (30_000, 30_000)
    assert world.find(Lot, f"lot:{lot('P2')}").grant == grant.id


def test_a_decision_is_suspended_reinstated_and_withdrawn_by_its_issuer() -> None:
    world = told(
        MILLED,
        """
        confirm  xa  A001                                               ok
        grant  hh  A001                                                 ok
        decide  may  grant  A001  suspended  2026-03-02                 office_not_held
        decide  xa  grant  A001  suspended  2026-03-02                  office_not_held
        decide  hh  grant  A009  suspended  2026-03-02                  attestation_unknown
        decide  hh  grant  A001  suspended  2026-03-02                  ok
        pack  may  H1:1000  P1  200x5  segregated  A001                 ok
        day  2026-03-02
        pack  may  H1:1000  P2  200x5  segregated  A001                 grant_not_in_force
        decide  hh  grant  A001  reinstated  2026-03-04                    ok
        day  2026-03-03
        pack  may  H1:1000  P2  200x5  segregated  A001                 grant_not_in_force
        day  2026-03-04
        pack  may  H1:1000  P2  200x5  segregated  A001                 ok
        decide  xa  conformity  A001  suspended  2026-03-05             ok
        day  2026-03-05
        pack  may  H1:1000  P3  200x5  segregated  A001                 mark_not_covered
        decide  xa  conformity  A001  reinstated  2026-03-06               ok
        day  2026-03-06
        pack  may  H1:1000  P3  200x5  segregated  A001                 ok
        decide  hh  grant  A001  withdrawn  2026-03-03                  ok
        decide  hh  grant  A001  reinstated  2026-03-07                 attestation_over
        pack  may  H1:1000  P4  200x5  segregated  A001                 grant_not_in_force
        """,
    )
    grant = world.find(Attestation, f"attestation:{attested('grant', 'hh', '', 'A001').id}")
    days = {
        "2026-02-28": "pending",
        "2026-03-01": "granted",
        "2026-03-02": "suspended",
        "2026-03-03": "withdrawn",
        "2026-03-04": "withdrawn",
        "2027-03-04": "withdrawn",
    }
    assert {day: state_of(grant, day) for day in days} == days
    assert since(grant, "2026-03-06") == "2026-03-03"


def test_what_is_over_cannot_carry_a_mark() -> None:
    world = told(
        MILLED,
        """
        confirm  xa  A001                                               ok
        grant  hh  A001                                                 ok
        day  2026-12-31
        pack  may  H1:1000  P1  200x5  segregated  A001                 ok
        day  2027-01-01
        pack  may  H1:1000  P2  200x5  segregated  A001                 grant_not_in_force
        """,
    )
    assert world.refused.details["state"] == "expired"
    grant = world.find(Attestation, f"attestation:{attested('grant', 'hh', '', 'A001').id}")
    assert since(grant, "2027-01-01") == "2026-12-31"


def test_a_blend_says_which_input_lost_the_claim() -> None:
    world = told(
        """
        confirm  xa  A001                                               ok
        grant  hh  A001                                                 ok
        harvest  htx  A001  L1  10000  14.0  may                        ok
        harvest  htx  A002  L2  10000  14.0  may                        ok
        receive  may  L1  10000  14.0  htx                              ok
        receive  may  L2  10000  14.0  htx                              ok
        mill  may  L1:4000,L2:4000  H1:4400  14.0  segregated           ok+claim_lost
        """
    )
    assert world.decision is not None
    assert dict(world.decision.warnings[0].details) == {
        "lost_by": lot("L2"),
        "covered": lot("L1"),
    }
    play(
        world,
        """
        pack  may  H1:1000  P1  200x5  segregated  A001                 mark_not_covered
        pack  may  H1:1000  P1  200x5  segregated  -                    ok
        dry  may  L1:1000  S1  1000  14.0                               ok
        dry  may  L2:1000  S1  1000  14.0                               ok+claim_lost
        """,
    )


def test_one_hectare_carries_the_mark_once() -> None:
    """Areas have ten hectares each; grants say how many they take of the areas they name."""
    world = told("confirm  xa  A001+A002  ok")

    def grant(number: str, ha: int, *areas: str) -> str:
        body = attested("grant", "hh", "may", *areas, ha=ha)
        return world.say("hh", structs.replace(body, id=f"{body.id}-{number}", number=number))

    assert grant("1", 6, "A001") == "ok"
    assert grant("2", 5, "A001") == "hectares_granted_twice"
    assert world.refused.details == {"grant": "1", "taken_ha": 6, "land_ha": 10}
    assert grant("2", 4, "A001") == "ok"
    assert grant("3", 1, "A001") == "hectares_granted_twice"
    assert grant("3", 11, "A001", "A002") == "hectares_granted_twice"
    assert grant("3", 10, "A001", "A002") == "ok"
    withdrawn = acts.ChangeAttestation(
        attestation=f"{attested('grant', 'hh', 'may', 'A001').id}-1",
        state="withdrawn",
        from_on="2026-03-01",
        reason="holder_asked",
        paper="9",
        decided_by="hh",
    )
    world.must("hh", withdrawn)
    assert grant("4", 6, "A001") == "ok"
    assert grant("5", 1, "A001") == "hectares_granted_twice"


def test_labels_never_outnumber_the_bags_of_who_packed_them() -> None:
    world = told(
        MILLED,
        """
        labels  may  H1  N1  10                                         labels_not_own
        labels  may  P1  N1  10                                         lot_unknown
        pack  may  H1:1000  P1  200x5  segregated  -                    ok
        labels  may-2  P1  N1  10                                       labels_not_own
        labels  lai  P1  N1  10                                         office_not_held
        labels  may  P1  N1  201                                        labels_outnumber_bags
        labels  may  P1  N1  150                                        ok
        labels  may  P1  N2  51                                         labels_outnumber_bags
        labels  may  P1  N2  50                                         ok
        labels  may  P1  N3  1                                          labels_outnumber_bags
        """,
    )
    assert world.find(Lot, f"lot:{lot('P1')}").bags_labelled == 200


def test_land_of_several_communes_is_confirmed_by_who_may_act_in_each() -> None:
    world = season()
    world.must("xa", area("A010"))
    body = attested("conformity", "xa", "htx", "A003", "A010", ha=20)
    assert world.say("xa", body) == "issuer_not_accredited"
    everywhere = registration("viet", legal_id="viet")
    world.must("so+viet", everywhere)
    world.must("hh", accredited("confirmer", "hh", "viet"))
    wide = attested("conformity", "viet", "htx", "A003", "A010", ha=20)
    assert world.say("viet", wide) == "ok"
