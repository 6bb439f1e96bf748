"""The life of an attestation: which change may follow which, and what it comes to on every day."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise, product

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from ledger.rice import acts, events
from ledger.rice.accounts import accumulate_draws, draw_of
from ledger.rice.certificate_facts import (
    Attestation,
)
from ledger.rice.events import Packing
from ledger.rice.life import (
    FOLLOWS,
    figures_on,
    known_at,
    since,
    stage_of,
    state_of,
    suspension_due,
)
from ledger.rice.life_facts import Application, StatusPlace, Turn
from ledger.rice.reasons import REASONS
from ledger.rice.status_places import PLACES, draw_place, list_url, number_of
from ledger.rice.terms import ReasonCode
from tests.profiles import CONFORMITY, GRANT
from tests.rice.life_sayings import (
    CONFIRMATION,
    FIRST,
    LIST,
    SECOND,
    application,
    change,
    declined,
    placed,
)
from tests.tables import play
from tests.world import (
    World,
    accreditation_changed,
    accredited,
    attested,
    did,
    lot,
    registration,
    scheme,
    season,
)


def confirmed(*changes: str) -> World:
    """Return a world in which A001 is confirmed, and then decided about: ``STATE DAY``."""
    world = season()
    world.must("xa", CONFIRMATION)
    for line in changes:
        state, _, day = line.partition(" ")
        world.must("xa", _change(state, day))
    return world


def _change(state: str, day: str, **more: object) -> acts.ChangeAttestation:
    if state == "reduced":
        more = {"area_m2": 90_000, **more}
    return change(state, day, **more)


STAGES = [stage for stage in FOLLOWS if stage != "pending"]
"""Pending is what another person has to decide, in `test_certifying`."""


def known(world: World) -> Attestation:
    return world.find(Attestation, f"attestation:{CONFIRMATION.id}")


def test_every_reason_has_words() -> None:
    assert set(REASONS) == set(ReasonCode.__args__)  # type: ignore[attr-defined]


@pytest.mark.parametrize(("before", "after"), [*product(STAGES, STAGES)])
def test_one_change_follows_another_as_the_table_says(before: str, after: str) -> None:
    lives = {
        "granted": [],
        "suspended": ["suspended 2026-03-02"],
        "reinstated": ["suspended 2026-03-02", "reinstated 2026-03-03"],
        "reduced": ["reduced 2026-03-02"],
        "withdrawn": ["withdrawn 2026-03-02"],
        "superseded": [],
    }
    world = confirmed(*lives[before])
    next_one = structs.replace(CONFIRMATION, id=f"{CONFIRMATION.id}-2", number="2")
    world.must("xa", next_one)
    if before == "superseded":
        world.must("xa", change("superseded", "2026-03-02", successor=next_one.id))
    more = {"successor": next_one.id} if after == "superseded" else {}
    less = {"area_m2": 80_000} if after == "reduced" else {}
    said = world.say("xa", _change(after, "2026-04-01", **more, **less))
    if after in FOLLOWS[before]:
        assert said == "ok"
        assert stage_of(known(world), "2026-04-01") == after
    else:
        is_final = before in {"withdrawn", "superseded"}
        assert said == ("attestation_over" if is_final else "change_unfit")


def test_states_day_by_day() -> None:
    world = confirmed("suspended 2026-04-01", "reinstated 2026-05-01", "reduced 2026-06-01")
    days = {
        "2026-02-28": ("pending", "pending", "2026-03-01"),
        "2026-03-01": ("granted", "granted", "2026-03-01"),
        "2026-04-01": ("suspended", "suspended", "2026-04-01"),
        "2026-05-01": ("granted", "reinstated", "2026-05-01"),
        "2026-06-01": ("granted", "reduced", "2026-06-01"),
        "2026-12-31": ("granted", "reduced", "2026-06-01"),
        "2027-01-01": ("expired", "expired", "2026-12-31"),
    }
    of = known(world)
    assert {day: (state_of(of, day), stage_of(of, day), since(of, day)) for day in days} == days
    assert [figures_on(of, day)[0] for day in ("2026-05-31", "2026-06-01")] == [100_000, 90_000]


def test_a_change_counts_from_its_day_whenever_it_is_recorded() -> None:
    """Withdrawn from before the suspension: what was recorded earlier is overtaken."""
    world = confirmed("suspended 2026-05-01")
    world.day = "2026-06-01"
    assert world.say("xa", change("withdrawn", "2026-04-01")) == "ok"
    assert stage_of(known(world), "2026-04-01") == "withdrawn"
    assert stage_of(known(world), "2026-05-02") == "withdrawn"
    assert world.say("xa", change("withdrawn", "2026-03-15")) == "attestation_over"


def test_a_change_in_between_must_leave_what_came_after_in_order() -> None:
    world = confirmed("suspended 2026-05-01", "reinstated 2026-06-01")
    assert world.say("xa", change("reinstated", "2026-05-15")) == "change_unfit"
    assert world.say("xa", _change("reduced", "2026-05-15")) == "change_unfit"
    assert world.say("xa", change("suspended", "2026-04-15")) == "ok"
    assert since(known(world), "2026-05-15") == "2026-04-15", "one suspension, from an earlier day"


def test_what_expired_can_still_be_withdrawn_from_a_day_on_which_it_was_not() -> None:
    world = confirmed()
    world.day = "2027-02-01"
    assert world.say("xa", change("withdrawn", "2027-01-01")) == "attestation_over"
    assert world.refused.details["state"] == "expired"
    assert world.say("xa", change("withdrawn", "2026-12-31")) == "ok"
    assert state_of(known(world), "2027-02-01") == "withdrawn"


def test_only_the_issuer_decides_and_says_who_decided() -> None:
    world = confirmed()
    assert world.say("hh", change("suspended")) == "office_not_held"
    assert world.say("htx", change("suspended")) == "office_not_held"
    assert world.say("xa", change("suspended", decided_by="nobody")) == "decider_unknown"
    assert world.say("xa", change("suspended", decided_by="hh")) == "ok"
    assert known(world).spells[-1].decided_by == "hh"


@pytest.mark.parametrize(
    ("members", "code"),
    [
        ({"state": "reduced"}, "malformed_act"),
        ({"state": "suspended", "area_m2": 1}, "malformed_act"),
        ({"state": "superseded"}, "malformed_act"),
        ({"state": "withdrawn", "successor": CONFIRMATION.id}, "malformed_act"),
        ({"state": "suspended", "quota_g": 1}, "malformed_act"),
        ({"state": "granted"}, "change_unfit"),
        ({"state": "suspended", "reason": "because"}, "malformed_act"),
        ({"state": "reduced", "area_m2": 100_001}, "reduction_unfit"),
        ({"state": "reduced", "area_m2": 100_000}, "reduction_unfit"),
        ({"state": "reduced", "area_m2": 90_000, "quota_g": 1}, "reduction_unfit"),
        ({"state": "reduced", "area_m2": 90_000}, "ok"),
    ],
)
def test_a_reduction_leaves_less(members: Mapping[str, object], code: str) -> None:
    world = confirmed()
    fields: dict[str, object] = dict(members)
    state = str(fields.pop("state"))
    try:
        body = change(state, "2026-04-01", **fields)
    except ValueError:
        assert code == "malformed_act"
        return
    assert world.say("xa", body) == code


def test_reductions_only_go_down_in_order_of_their_days() -> None:
    world = season()
    play(world, "confirm  xa  A001  ok\ngrant  hh  A001  ok")
    play(
        world,
        """
        decide  hh  grant  A001  reduced:100000:20000  2026-06-01     ok
        decide  hh  grant  A001  reduced:100000:25000  2026-07-01     reduction_unfit
        decide  hh  grant  A001  reduced:100000:15000  2026-05-01     reduction_unfit
        decide  hh  grant  A001  reduced:100000:25000  2026-05-01     ok
        decide  hh  grant  A001  reduced:90000:0  2026-08-01          reduction_unfit
        decide  hh  grant  A001  reduced:90000:20000  2026-08-01      ok
        """,
    )


def test_a_reduced_grant_is_drawn_to_what_is_left() -> None:
    world = season()
    play(
        world,
        """
        confirm  xa  A001                                               ok
        grant  hh  A001                                                 ok
        harvest  htx  A001  L1  100000  14.0  may                       ok
        receive  may  L1  100000  14.0  htx                             ok
        mill  may  L1:100000  H1:60000  14.0  segregated                ok
        pack  may  H1:10000  P1  2000x5  segregated  A001               ok
        day  2026-03-03
        decide  hh  grant  A001  reduced:100000:15000  2026-03-03       ok
        pack  may  H1:10000  P2  1001x5  segregated  A001               quota_exceeded
        day  2026-03-02
        pack  may  H1:10000  P2  1001x5  segregated  A001               ok
        day  2026-03-04
        pack  may  H1:10000  P3  1x5  segregated  A001                  quota_exceeded
        decide  hh  grant  A001  reduced:100000:9999  2026-03-04        ok+grant_overdrawn
        """,
    )


def test_what_was_packed_before_and_is_recorded_late_is_held_to_what_is_left() -> None:
    """Else a packer would date bags back once the grant is reduced."""
    world = season()
    play(
        world,
        """
        confirm  xa  A001                                               ok
        grant  hh  A001                                                 ok
        harvest  htx  A001  L1  100000  14.0  may                       ok
        receive  may  L1  100000  14.0  htx                             ok
        mill  may  L1:100000  H1:60000  14.0  segregated                ok
        day  2026-03-05
        decide  hh  grant  A001  reduced:100000:10000  2026-03-04       ok
        """,
    )

    def pack(bags: int) -> str:
        packing = events.Packing(
            event_id=world.event_id(),
            at="2026-03-03T09:00:00+07:00",
            inputs=((lot("H1"), bags * 5),),
            lot=lot("P1"),
            bags=bags,
            bag_g=5,
            packed_on="2026-03-03",
            best_before_on="2027-03-03",
            custody="segregated",
            grant=attested("grant", "hh", "may", "A001").id,
        )
        return world.say("may", packing)

    assert pack(2_001) == "quota_exceeded"
    assert pack(2_000) == "ok"


def test_a_successor_is_like_what_it_replaces_and_in_force() -> None:
    world = confirmed()
    like = structs.replace(
        CONFIRMATION, id=f"{CONFIRMATION.id}-2", number="2", areas=("A001", "A002")
    )
    later = structs.replace(like, id=f"{CONFIRMATION.id}-3", from_on="2026-06-01")
    other = attested("ghg", "kiem", "htx", "A001")
    for who, body in (("xa", like), ("xa", later), ("kiem", other)):
        world.must(who, body)
    for name in (other.id, later.id, "https://demo.rice.example/attestations/none"):
        assert (
            world.say("xa", change("superseded", "2026-05-01", successor=name)) == "successor_unfit"
        )
    assert world.say("xa", change("superseded", "2026-05-01", successor=like.id)) == "ok"
    assert known(world).spells[-1].successor == like.id
    assert state_of(known(world), "2026-05-01") == "superseded"


def test_a_grant_that_was_replaced_gives_its_hectares_back() -> None:
    world = season()
    play(world, "confirm  xa  A001  ok\ngrant  hh  A001  ok")
    first = attested("grant", "hh", "may", "A001")
    again = structs.replace(first, id=f"{first.id}-2", number="2", from_on="2026-04-01")
    assert world.say("hh", again) == "hectares_granted_twice"
    small = structs.replace(again, area_m2=10_000)
    assert world.say("hh", small) == "hectares_granted_twice"
    play(world, "decide  hh  grant  A001  reduced:90000:27000  2026-04-01  ok")
    assert world.say("hh", small) == "ok"


def test_a_suspension_has_a_term() -> None:
    world = confirmed("suspended 2026-03-31")
    assert suspension_due(known(world), "2026-05-01", 6) == "2026-09-30"
    assert suspension_due(known(world), "2026-03-30", 6) == ""
    assert world.say("xa", change("withdrawn", "2026-09-30")) == "ok"


def test_a_life_is_known_as_an_earlier_log_knew_it() -> None:
    world = confirmed("suspended 2026-04-01", "withdrawn 2026-03-02")
    of = known(world)
    granted, suspended, withdrawn = (turn.index for turn in of.spells)
    assert known_at(of, granted) is None
    states = {}
    for size in (suspended, withdrawn, withdrawn + 1):
        then = known_at(of, size)
        assert then is not None
        states[size] = state_of(then, "2026-04-01")
    assert list(states.values()) == ["granted", "suspended", "withdrawn"]


DAYS = [f"2026-0{month}-{day:02}" for month in (4, 5) for day in (1, 10, 20)]


@given(st.lists(st.tuples(st.sampled_from(sorted(FOLLOWS)[2:]), st.sampled_from(DAYS)), max_size=6))
def test_whatever_is_accepted_reads_as_a_life_in_order(tried: list[tuple[str, str]]) -> None:
    """In the order of days every change follows from the one before, up to the first final one."""
    world = confirmed()
    for number, (state, day) in enumerate(tried):
        if state != "superseded":
            less = {"area_m2": 90_000 - number} if state == "reduced" else {}
            world.say("xa", change(state, day, **less))
    turns: list[Turn] = sorted(known(world).spells, key=lambda turn: (turn.from_on, turn.index))
    for before, after in pairwise(turns):
        if not FOLLOWS[before.state]:
            assert stage_of(known(world), "2026-06-01") == before.state
            break
        assert after.state in FOLLOWS[before.state]
    figures = [figures_on(known(world), day)[0] for day in DAYS]
    assert figures == sorted(figures, reverse=True)


def test_an_application_waits_until_a_credential_answers_it() -> None:
    world = season()
    world.must("htx", application())
    asked = world.find(Application, f"application:{FIRST}")
    assert (asked.applicant, asked.certifier, asked.attestation) == ("htx", "xa", "")
    less = structs.replace(CONFIRMATION, area_m2=90_000, application=FIRST)
    assert world.say("xa", structs.replace(less, application=SECOND)) == "application_unanswerable"
    more = structs.replace(less, areas=("A001", "A002"))
    assert world.say("xa", more) == "application_unanswerable"
    assert world.say("xa", less) == "ok"
    assert world.find(Application, f"application:{FIRST}").attestation == less.id
    assert known(world).application == FIRST
    again = structs.replace(less, id=f"{less.id}-2")
    assert world.say("xa", again) == "application_unanswerable"


def test_only_the_certifier_that_is_asked_declines_and_only_once() -> None:
    world = season()
    assert world.say("xa", declined()) == "application_undeclinable"
    world.must("htx", application())
    assert world.say("htx", declined()) == "office_not_held"
    assert world.say("hh", declined()) == "office_not_held"
    assert world.say("xa", declined(decided_on="2026-02-28")) == "application_undeclinable"
    assert world.say("xa", declined(decided_on="2026-03-02")) == "application_undeclinable"
    assert world.say("xa", declined(remark="thiếu nhật ký")) == "ok"
    kept = world.find(Application, f"application:{FIRST}").declined
    assert kept is not None
    assert (kept.on, kept.reason, kept.paper) == ("2026-03-01", "records_differ", "9")
    assert world.say("xa", declined(paper="10")) == "application_undeclinable"


def test_what_was_declined_is_not_granted_and_what_was_granted_is_not_declined() -> None:
    world = season()
    world.must("htx", application())
    world.must("xa", declined())
    late = structs.replace(CONFIRMATION, application=FIRST)
    assert world.say("xa", late) == "application_unanswerable"
    world.must("htx", application(SECOND))
    world.must("xa", structs.replace(CONFIRMATION, application=SECOND))
    assert world.say("xa", declined(SECOND)) == "application_undeclinable"


def test_who_may_apply_for_what() -> None:
    world = season()
    assert world.say("may", application()) == "office_not_held"
    assert world.say("htx-2", application()) == "application_unfit"
    assert world.say("htx", application(certifier="nobody")) == "decider_unknown"
    assert world.say("htx", application(scheme="https://x.example/none")) == "scheme_unknown"
    assert world.say("htx", application(area_m2=100_001)) == "application_unfit"
    assert world.say("htx", application(profile="blessing")) == "application_unfit"
    assert world.say("htx", application(quota_g=1)) == "application_unfit"
    mark = application(profile="grant", certifier="hh", quota_g=30_000)
    assert world.say("htx", mark) == "office_not_held"
    assert world.say("may", mark) == "ok"


def test_who_applies_follows_from_what_the_scheme_in_force_makes_of_it() -> None:
    """A kind's name says nothing: here what is called `grant` confirms, and `label` licenses."""
    world = season()
    named = (
        structs.replace(CONFORMITY, id="grant"),
        structs.replace(GRANT, id="label", needs=("grant",)),
    )
    asked = application(profile="label", certifier="hh", quota_g=30_000)
    assert world.say("may", asked) == "application_unfit"
    world.must("hh", scheme(version="2.0.0", profiles=named, from_on="2026-03-02"))
    assert world.say("may", asked) == "application_unfit"
    world.day = "2026-03-02"
    assert world.say("htx", asked) == "office_not_held"
    assert world.say("may", application(profile="grant", quota_g=30_000)) == "office_not_held"
    assert world.say("may", asked) == "ok"
    assert world.say("htx", application(SECOND, profile="grant")) == "ok"
    old = application(f"{SECOND[:-1]}3")
    assert world.say("htx", old) == "application_unfit"


def test_a_place_in_a_status_list_is_one_attestations_own() -> None:
    world = season()
    world.must("xa", placed(7))
    assert world.find(StatusPlace, f"status:{LIST}#7").attestation == CONFIRMATION.id
    assert world.say("xa", placed(7, of="A002")) == "status_place_taken"
    assert world.say("xa", placed(7, purpose="revocation", of="A002")) == "status_place_unfit"
    assert world.say("xa", placed(8, url=f"{LIST}0000", of="A002")) == "status_place_unfit"
    assert world.say("xa", placed(8, url=f"{LIST}x", of="A002")) == "status_place_unfit"
    elsewhere = placed(7, url="https://certifier.example/status/3", purpose="revocation", of="A002")
    assert world.say("xa", elsewhere) == "ok"


def test_places_are_drawn_apart_and_say_nothing_of_order() -> None:
    secret = bytes(32)
    taken: dict[int, str] = {}
    for number in range(3_000):
        name = f"{CONFIRMATION.id}-{number}"
        place = draw_place(secret, name, taken.__contains__)
        assert 0 <= place < PLACES
        assert place == draw_place(secret, name, taken.__contains__), "the same draw again"
        assert taken.setdefault(place, name) == name
    places = list(taken)
    assert sum(a < b for a, b in pairwise(places)) in range(1_350, 1_650)
    other = [draw_place(b"x" * 32, name, lambda _: False) for name in taken.values()]
    assert sum(a == b for a, b in zip(places, other, strict=True)) < 5


def test_an_address_of_a_list_has_one_spelling() -> None:
    assert (
        list_url("demo.rice.example%3A8443", 2)
        == "https://demo.rice.example:8443/status/suspension/2"
    )
    for number in (1, 9_999):
        assert number_of("demo.rice.example", list_url("demo.rice.example", number)) == number
    for last in ("0", "10000", "01", "x", "1/", ""):
        assert number_of("demo.rice.example", LIST[:-1] + last) is None


def test_lots_reach_so_far_into_a_grant_in_the_order_of_the_log() -> None:
    world = season()
    play(
        world,
        """
        confirm  xa  A001                                               ok
        grant  hh  A001                                                 ok
        harvest  htx  A001  L1  100000  14.0  may                       ok
        receive  may  L1  100000  14.0  htx                             ok
        mill  may  L1:100000  H1:60000  14.0  segregated                ok
        pack  may  H1:10000  P1  2000x5  segregated  A001               ok
        pack  may  H1:10000  P2  1000x5  segregated  A001               ok
        """,
    )
    key = f"attestation:{attested('grant', 'hh', '', 'A001').id}"
    said = [(index, world.entry(index)[1].body) for index in world.told(key)]
    reached = accumulate_draws(
        draw_of(index, body) for index, body in said if isinstance(body, Packing)
    )
    assert [grams for _, grams in sorted(reached.items())] == [10_000, 15_000]


def test_a_certifier_without_the_office_any_more_can_still_take_back_what_it_issued() -> None:
    world = season()
    world.must("so+viet", registration("viet", legal_id="viet"))
    given = accredited("confirmer", "hh", "viet")
    world.must("hh", given)
    body = structs.replace(attested("conformity", "viet", "htx", "A001"), issuer_did=did("viet"))
    world.must("viet", body)
    world.must("hh", accreditation_changed(given, "withdrawn"))
    withdrawn = change("withdrawn", attestation=body.id, decided_by="viet")
    assert world.say("viet", withdrawn) == "ok"
