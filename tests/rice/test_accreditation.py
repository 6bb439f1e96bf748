"""Who may accredit whom, and what an accreditation is worth when it is suspended or ends."""

from __future__ import annotations

import pytest
from msgspec import structs

from ledger.rice import acts
from ledger.rice.accreditation import is_accredited
from tests.tables import play
from tests.world import (
    ELSEWHERE,
    HERE,
    SCHEME,
    World,
    accreditation_changed,
    accredited,
    attested,
    registration,
    role,
    scheme,
    season,
)

XA = accredited("confirmer", "hh", "xa", HERE)


def accrediting(world: World, actor: str, *communes: str) -> None:
    """Make an actor an accreditor under the scheme of the world."""
    office = role("accreditor", *communes, scheme=SCHEME)
    world.must("hh", acts.GrantRole(actor=actor, grant=office))


def ended(actor: str, name: str, scheme: str = "") -> acts.EndRole:
    return acts.EndRole(
        actor=actor,
        role=name,  # type: ignore[arg-type]
        scheme=scheme,
        ended_on="2026-03-01",
        reason="hết hạn",
    )


def test_an_accreditor_is_named_by_the_owner_and_accredits_in_its_communes() -> None:
    world = season()
    kiem_accredits = accredited("confirmer", "kiem", "xa-khac", ELSEWHERE)
    assert world.say("kiem", kiem_accredits) == "accreditor_not_entitled"
    accrediting(world, "kiem", ELSEWHERE)
    everywhere = accredited("confirmer", "kiem", "xa-khac")
    assert world.say("kiem", everywhere) == "accreditation_outside_jurisdiction"
    assert world.refused.details["commune"] == "*"
    both = accredited("confirmer", "kiem", "xa-khac", HERE, ELSEWHERE)
    assert world.say("kiem", both) == "accreditation_outside_jurisdiction"
    assert world.refused.details["commune"] == HERE
    assert world.say("kiem", kiem_accredits) == "ok"
    play(world, "confirm  xa-khac  A003  ok\nconfirm  xa-khac  A001  issuer_not_accredited")
    assert world.say("kiem", accredited("verifier", "kiem", "kiem", ELSEWHERE)) == (
        "accreditation_not_independent"
    )
    world.must("hh", ended("kiem", "accreditor", SCHEME))
    again = structs.replace(kiem_accredits, id=f"{kiem_accredits.id}-2")
    assert world.say("kiem", again) == "accreditor_not_entitled"
    play(world, "confirm  xa-khac  A003  said_before")


def test_nobody_accredits_themselves_under_any_name() -> None:
    world = season()
    assert world.say("hh", accredited("verifier", "hh", "hh")) == "accreditation_not_independent"
    world.must("so+hh-ban", registration("hh-ban", legal_id="hh"))
    related = accredited("verifier", "hh", "hh-ban")
    assert world.say("hh", related) == "accreditation_not_independent"
    assert world.say("hh", accredited("verifier", "hh", "nobody")) == "accredited_body_unknown"


def test_an_accreditation_is_under_a_scheme_that_exists_and_for_that_one_only() -> None:
    world = season()
    other = structs.replace(accredited("confirmer", "hh", "xa-khac", HERE), scheme=f"{SCHEME}-khac")
    assert world.say("hh", other) == "scheme_unknown"
    world.must("hh", scheme(scheme=f"{SCHEME}-khac"))
    assert world.say("hh", other) == "ok"
    play(world, "confirm  xa-khac  A001  issuer_not_accredited")


@pytest.mark.parametrize(
    ("from_on", "until_on", "said"),
    [
        ("2025-12-31", "2026-12-31", "accreditation_outside_dates"),
        ("2026-01-01", "2026-02-28", "accreditation_outside_dates"),
        ("2026-01-01", "2026-03-01", "ok"),
        ("2026-04-01", "2026-12-31", "ok"),
    ],
)
def test_an_accreditation_begins_in_office_and_is_not_over(
    from_on: str, until_on: str, said: str
) -> None:
    world = season()
    body = accredited("confirmer", "hh", "xa-khac", HERE)
    assert world.say("hh", structs.replace(body, from_on=from_on, until_on=until_on)) == said


def test_who_is_suspended_does_not_vouch_until_reinstated() -> None:
    world = season()
    world.must("hh", accreditation_changed(XA, "suspended", "2026-03-02"))
    play(
        world,
        """
        confirm  xa  A001                                               ok
        day  2026-03-02
        confirm  xa  A002                                               issuer_not_accredited
        """,
    )
    world.must("hh", accreditation_changed(XA, "granted", "2026-03-03"))
    play(
        world,
        """
        confirm  xa  A002                                               issuer_not_accredited
        day  2026-03-03
        confirm  xa  A002                                               ok
        """,
    )


def test_who_was_withdrawn_is_accredited_anew_or_not_at_all() -> None:
    world = season()
    world.must("hh", accreditation_changed(XA, "withdrawn"))
    assert world.say("hh", accreditation_changed(XA, "granted")) == "accreditation_unknown"
    play(world, "confirm  xa  A001  issuer_not_accredited")
    assert world.say("hh", XA) == "said_before"
    assert world.say("hh", structs.replace(XA, id=f"{XA.id}-2")) == "ok"
    play(world, "confirm  xa  A001  ok")


def test_what_is_over_is_no_accreditation() -> None:
    world = season()
    world.day = "2027-01-01"
    body = structs.replace(attested("ghg", "kiem", "htx", "A001"), until_on="2027-12-31")
    assert world.say("kiem", body) == "issuer_not_accredited"


def test_an_accreditation_is_changed_by_who_gave_it_in_office_or_by_the_owner() -> None:
    world = season()
    accrediting(world, "kiem")
    given = accredited("confirmer", "kiem", "xa-khac", ELSEWHERE)
    world.must("kiem", given)
    assert world.say("xa", accreditation_changed(XA, "suspended")) == "office_not_held"
    assert world.say("kiem", accreditation_changed(XA, "suspended")) == "office_not_held"
    assert world.say("kiem", accreditation_changed(given, "suspended")) == "ok"
    world.must("hh", ended("kiem", "accreditor", SCHEME))
    assert world.say("kiem", accreditation_changed(given, "granted")) == "office_not_held"
    world.must("so", ended("hh", "scheme_owner"))
    assert world.say("hh", accreditation_changed(given, "withdrawn")) == "ok"
    unknown = accredited("confirmer", "hh", "nobody")
    assert world.say("hh", accreditation_changed(unknown, "granted")) == "accreditation_unknown"


def test_the_mark_is_decided_on_by_its_owner_or_by_whom_it_accredits_for_that() -> None:
    world = season()
    play(world, "confirm  xa  A001  ok\ngrant  kiem  A001  issuer_not_accredited")
    world.must("hh", accredited("decision_body", "hh", "kiem"))
    play(world, "grant  kiem  A001  ok")


def test_the_one_question() -> None:
    world = season()

    def asked(actor: str, role_name: str, commune: str = HERE, on: str = "2026-03-01") -> bool:
        return is_accredited(world.facts, actor, role_name, SCHEME, commune, on)

    assert asked("xa", "confirmer")
    assert asked("xa", "confirmer", "")
    assert not asked("xa", "confirmer", ELSEWHERE)
    assert not asked("xa", "verifier")
    assert not asked("xa", "confirmer", on="2025-12-31")
    assert not asked("xa", "confirmer", on="2027-01-01")
    assert asked("kiem", "verifier", ELSEWHERE)
    assert asked("lab", "laboratory")
    assert asked("hh", "scheme_owner")
    assert not asked("so", "scheme_owner")
    assert not asked("nobody", "confirmer")
    assert not is_accredited(world.facts, "xa", "confirmer", "urn:x", HERE, "2026-03-01")
