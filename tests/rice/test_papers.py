"""Contracts, baselines, inspections, papers and households: who signs, and what they speak of."""

from __future__ import annotations

import unicodedata
from dataclasses import replace

import pytest
from msgspec import structs

from ledger.rice import acts, events
from ledger.rice.areas import months_after
from ledger.rice.disclosed import FIELDS, Private, is_committed, parse_private, signed_digest
from ledger.rice.facts import Area
from ledger.rice.paper_facts import Baseline, Contract, Erasures, Household, Paper
from ledger.rice.terms import contract_uri, number_of, paper_uri
from tests.world import (
    ELSEWHERE,
    World,
    accredited,
    area,
    attested,
    baseline,
    contract,
    did,
    household,
    inspection,
    lot,
    paper,
    registration,
    season,
)

SALT = bytes(range(32))


@pytest.mark.parametrize(
    ("who", "said"),
    [
        ("htx+may", "ok"),
        ("may+htx", "ok"),
        ("htx", "parties_unsigned"),
        ("may", "parties_unsigned"),
        ("htx+may+may-2", "parties_unsigned"),
        ("htx+may-2", "parties_unsigned"),
        ("htx-2+may", "parties_unsigned"),
        ("htx+stranger", "key_unknown"),
    ],
)
def test_a_contract_takes_the_signatures_of_its_two_parties(who: str, said: str) -> None:
    assert season().say(who, contract()) == said


@pytest.mark.parametrize(
    ("who", "said"),
    [
        ("htx+kiem", "ok"),
        ("htx", "parties_unsigned"),
        ("kiem", "parties_unsigned"),
        ("htx+xa", "parties_unsigned"),
    ],
)
def test_a_baseline_takes_the_cooperative_and_the_verifier(who: str, said: str) -> None:
    assert season().say(who, baseline()) == said


def test_two_may_not_say_together_what_one_says() -> None:
    world = season()
    assert world.say("xa+xa-khac", inspection()) == "one_speaker"
    assert world.say("htx+may", household()) == "one_speaker"


def test_a_contract_is_about_land_that_its_seller_manages() -> None:
    world = season()
    assert world.say("htx+may", contract("1", "A009")) == "area_unknown"
    assert world.say("htx+may", contract("1", "A001", "A003")) == "area_not_managed"
    assert world.say("htx+may", contract("1", area_m2=100_001)) == "worked_above_area"
    assert world.say("htx+may", contract("1", "A001", "A002", area_m2=200_000)) == "ok"


def test_a_contract_is_between_a_cooperative_and_a_buyer() -> None:
    world = season()
    assert world.say("may-2+may", contract(seller="may-2")) == "office_not_held"
    assert world.say("htx+lab", contract(buyer="lab")) == "office_not_held"
    assert world.say("htx+lai", contract(buyer="lai")) == "ok"


def test_nothing_is_dated_ahead() -> None:
    world = season()
    late = "2026-03-02"
    assert world.say("htx+may", contract(buyer_signed_on=late)) == "act_in_future"
    assert world.say("htx+kiem", baseline(signed_on=late)) == "act_in_future"
    assert world.say("may", paper(issued_on=late)) == "act_in_future"
    erasure = acts.RecordErasure(kind="household", fields=1, erased_on=late, reason="asked")
    assert world.say("htx", erasure) == "act_in_future"


def test_a_number_is_used_once() -> None:
    world = season()
    for who, act, other in (
        ("htx+may", contract(), contract(variety="OM18")),
        ("htx+kiem", baseline(), baseline(days=101)),
        ("xa", inspection(), structs.replace(inspection(), result="fail")),
        ("may", paper(), paper(concerns="XK-2")),
        ("htx", household(), structs.replace(household(), phone="")),
    ):
        assert world.say(who, act) == "ok"
        assert world.say(who, act) == "said_before"
        assert world.say(who, other) == "number_taken"
    assert world.say("htx", household(code="A002")) == "ok", "one household, two areas"
    assert world.say("xa", inspection("A002")) == "ok", "reports are numbered for each area"


def _harvest(world: World, area_code: str, number: str, who: str = "htx") -> str:
    event = events.Harvest(
        event_id=world.event_id(),
        at="2026-03-01T08:00:00+07:00",
        lot=lot(f"L{world.size}"),
        mass_g=1_000,
        moisture_ppt=140,
        area=area_code,
        season="DX-2026",
        variety="OM5451",
        harvested_on="2026-03-01",
        consigned_to=did("may"),
        contract=contract_uri(number) if number else "",
    )
    return world.say(who, event)


def test_a_harvest_names_a_contract_of_its_own() -> None:
    world = season()
    assert _harvest(world, "A001", "HĐ-1") == "contract_unknown"
    assert world.refused.details["contract"] == "HĐ-1"
    world.must("htx+may", contract())
    world.must("htx+may", contract("HĐ-2", season="HT-2026"))
    assert _harvest(world, "A001", "HĐ-1") == "ok"
    assert _harvest(world, "A002", "HĐ-1") == "contract_unfit", "another area"
    assert _harvest(world, "A001", "HĐ-2") == "contract_unfit", "another season"
    assert _harvest(world, "A003", "HĐ-1", "htx-2") == "contract_unfit", "another seller"
    assert _harvest(world, "A002", "") == "ok", "paddy may be sold without"


def test_a_baseline_is_signed_by_an_accredited_stranger() -> None:
    world = season()
    assert world.say("htx+xa", baseline(verifier="xa")) == "issuer_not_accredited"
    assert world.say("kiem+xa", baseline(cooperative="kiem", verifier="xa")) == "office_not_held"
    assert world.say("htx+kiem", baseline(scheme="https://x.example/y")) == "scheme_unknown"
    assert world.say("htx-2+kiem", baseline(cooperative="htx-2")) == "area_not_managed"
    world.must("so+em", registration("em", legal_id="htx"))
    world.must("hh", accredited("verifier", "hh", "em"))
    assert world.say("htx+em", baseline(verifier="em")) == "issuer_not_independent"
    assert world.say("htx+kiem", baseline()) == "ok"


def test_an_authority_inspects_in_its_own_commune() -> None:
    world = season()
    assert world.say("xa-khac", inspection()) == "office_not_held"
    assert world.say("htx", inspection()) == "office_not_held"
    assert world.say("xa", inspection("A009")) == "area_unknown"
    assert world.say("xa", inspection()) == "ok"
    (found,) = world.find(Area, "area:A001").inspections
    assert (found.on, found.result, found.report) == ("2026-02-01", "pass", "BB-1")


@pytest.mark.parametrize(
    ("inspected_on", "from_on", "said"),
    [
        ("", "2026-10-01", "ok"),
        ("", "2026-10-02", "ok+inspection_due"),
        ("", "2026-11-01", "ok+inspection_due"),
        ("", "2026-11-02", "inspection_overdue"),
        ("2025-10-20", "2026-10-02", "ok+inspection_due"),
        ("2026-02-01", "2026-11-02", "ok"),
        ("2026-02-01", "2027-02-02", "inspection_overdue"),
    ],
)
def test_a_decision_rests_on_an_inspection_within_the_year(
    inspected_on: str, from_on: str, said: str
) -> None:
    """The code of A001 was issued on 2025-11-01, upon an inspection."""
    world = season()
    if inspected_on:
        world.must("xa", inspection(on=inspected_on))
    decision = attested("conformity", "xa", "htx", "A001")
    decision = structs.replace(decision, from_on=from_on, until_on=from_on)
    assert world.say("xa", decision) == said


def test_only_what_was_seen_before_a_decision_counts_for_it() -> None:
    world = season()
    world.day = "2026-12-01"
    world.must("xa", inspection(on="2026-11-20"))
    late = structs.replace(attested("conformity", "xa", "htx", "A001"), from_on="2026-11-10")
    assert world.say("xa", late) == "inspection_overdue"


def test_an_emission_statement_needs_no_inspection() -> None:
    ghg = structs.replace(attested("ghg", "kiem", "htx", "A001"), from_on="2026-12-30")
    assert season().say("kiem", ghg) == "ok+water_unmeasured"


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        ("2025-11-01", 12, "2026-11-01"),
        ("2026-01-31", 1, "2026-02-28"),
        ("2024-02-29", 12, "2025-02-28"),
        ("2025-12-15", 11, "2026-11-15"),
        ("2025-12-15", 1, "2026-01-15"),
    ],
)
def test_months_go_by_the_calendar(day: str, months: int, later: str) -> None:
    assert months_after(day, months) == later


def test_a_paper_is_shown_by_an_organisation() -> None:
    world = season()
    assert world.say("may", paper(issuer="nobody")) == "actor_unknown"
    assert world.say("kiem", paper()) == "ok", "who is accredited needs no office"
    assert world.say("mua", paper("2")) == "ok"
    known = world.find(Paper, f"paper:{paper_uri('INV-1')}")
    assert (known.issuer, known.shown_by, known.concerns) == ("may", "kiem", "XK-1")


def test_households_are_enrolled_by_the_manager_of_their_area() -> None:
    world = season()
    assert world.say("htx-2", household()) == "area_not_managed"
    assert world.say("xa", household()) == "office_not_held"
    assert world.say("htx", household(code="A009")) == "area_unknown"
    assert world.say("htx", household()) == "ok"
    assert world.find(Household, "household:H17bd0058/A001").area == "A001"


def test_what_was_agreed_is_known() -> None:
    world = season()
    index = world.must("htx+may", contract("HĐLK/1", "A001", "A002", variety="OM18"))
    known = world.find(Contract, f"contract:{contract_uri('HĐLK/1')}")
    assert (known.seller, known.buyer, known.areas) == ("htx", "may", ("A001", "A002"))
    assert (known.variety, known.index, number_of(known.id)) == ("OM18", index, "HĐLK/1")
    world.must("htx+kiem", baseline())
    assert world.find(Baseline, "baseline:A001/DX-2026").n_g_per_ha == 104_500


def test_erasures_are_counted_and_nobody_is_named() -> None:
    world = season()
    for day, fields in (("2026-02-27", 3), ("2026-02-28", 2)):
        act = acts.RecordErasure(kind="household", fields=fields, erased_on=day, reason="asked")
        world.must("htx", act)
    assert world.find(Erasures, "erasures:htx").fields == 5


PRIVATE = Private("household", "H17bd0058/A001", "phone", SALT, "0900 000 036")


def test_a_private_field_opens_the_digest_that_was_signed() -> None:
    world = season()
    world.must("htx", structs.replace(household(), phone=PRIVATE.digest))
    assert signed_digest(world.facts, PRIVATE) == PRIVATE.digest
    assert is_committed(world.facts, PRIVATE)
    for other in (
        Private("household", "H17bd0058/A001", "name", SALT, PRIVATE.value),
        Private("household", "H17bd0058/A002", "phone", SALT, PRIVATE.value),
        Private("contract", "H17bd0058/A001", "phone", SALT, PRIVATE.value),
        Private("household", "H17bd0058/A001", "phone", SALT, "0900 000 037"),
        Private("household", "H17bd0058/A001", "phone", SALT[::-1], PRIVATE.value),
        Private("household", "H17bd0058/A001", "id", SALT, PRIVATE.value),
    ):
        assert not is_committed(world.facts, other)


def test_a_private_field_is_kept_in_one_spelling() -> None:
    together = Private("household", "x", "name", SALT, "Hoàng")
    apart = replace(together, value=unicodedata.normalize("NFD", together.value))
    assert apart.value != together.value
    assert apart.digest == together.digest
    assert apart.body == together.body
    assert parse_private("household", together.name, together.body) == together


def test_what_is_private_has_a_digest_in_its_act() -> None:
    for kind, act in (("household", household()), ("contract", contract())):
        assert set(FIELDS[kind]) <= {field.name for field in structs.fields(act)}


def test_an_area_elsewhere_has_its_own_authority() -> None:
    world = season()
    world.must("xa-khac", area("A010", "htx-2", commune=ELSEWHERE))
    assert world.say("xa", inspection("A010")) == "office_not_held"
    assert world.say("xa-khac", inspection("A010")) == "ok"
