"""An event is declared wrong, another takes its place, and all that came of it is told again."""

from __future__ import annotations

import pytest
from msgspec import structs

from ledger.rice import events
from ledger.rice.certificate_facts import (
    Attestation,
)
from ledger.rice.events import AnyEvent, Correction, Event
from ledger.rice.facts import (
    Container,
    Fact,
    Harvested,
    Lot,
    Pallet,
)
from tests.rice.test_lots import CUT, DRIED, MILLED, PACKED, told
from tests.tables import play, sscc
from tests.world import World, attested, lot, season


def stated(world: World, kind: type[Event], name: str) -> tuple[int, AnyEvent]:
    """Return the last event of a kind that speaks of a lot, and its entry."""
    for index, (_, meaning) in reversed(list(enumerate(world.entries))):
        if isinstance(meaning.body, kind) and f'"{lot(name)}"' in repr(meaning.body).replace(
            "'", '"'
        ):
            return index, meaning.body
    raise AssertionError(name)


def declare(world: World, who: str, wrong: AnyEvent, *ids: str) -> str:
    """Declare an event wrong; with names for those to come, its data were incorrect."""
    assert not isinstance(wrong, Correction)
    event = Correction(
        event_id=wrong.event_id,
        at=wrong.at,
        place=wrong.place,
        wrong=wrong,
        declared_at=f"{world.day}T09:00:00+07:00",
        reason="incorrect_data" if ids else "did_not_occur",
        corrected_by=ids,
    )
    return world.say(who, event)


def correct(world: World, who: str, wrong: AnyEvent, **members: object) -> str:
    """Declare an event wrong and state how it was."""
    name = world.event_id()
    assert declare(world, who, wrong, name) == "ok"
    return world.say(who, structs.replace(wrong, event_id=name, **members))


def known(world: World, name: str) -> Lot:
    return world.find(Lot, f"lot:{lot(name)}")


def lots_and_units(world: World) -> dict[str, Fact]:
    """Return what corrections may change, without the indexes of who said it when."""
    return {
        key: structs.replace(fact, born_index=0) if isinstance(fact, Lot) else fact
        for key, fact in world.facts.items()
        if isinstance(fact, Lot | Pallet | Container | Harvested)
    }


def test_a_mistyped_weight_is_put_right_and_everything_after_it() -> None:
    """It ends as if it had been typed right in the first place."""
    world = told(CUT, "dry  may  L1:9000,L2:10000  S1  16500  14.0  ok\n")
    _, wrong = stated(world, events.Harvest, "L1")
    assert correct(world, "htx", wrong, mass_g=10_040) == "ok"
    other = told(
        """
        harvest  htx  A001  L1  10040  25.0  may  ok
        harvest  htx  A001  L2  10000  25.0  may  ok
        receive  may  L1  10000  25.0  htx  ok+receipt_differs
        receive  may  L2  10000  25.0  htx  ok
        dry  may  L1:9000,L2:10000  S1  16500  14.0  ok
        """.replace("htx  A001  L2", "htx  A002  L2")
    )
    assert lots_and_units(world) == lots_and_units(other)


def test_what_no_longer_balances_is_marked_with_who_is_to_blame_and_mended_again() -> None:
    world = told(DRIED, "mill  may  S1:10000  H1:5500  14.0  segregated  ok\n")
    slip, wrong = stated(world, events.Receiving, "L1")
    name = world.event_id()
    assert declare(world, "may", wrong, name) == "ok"
    declared = world.size - 1
    assert not known(world, "L1").unbalanced
    drying, _ = stated(world, events.Drying, "L1")
    (found,) = known(world, "S1").unbalanced
    assert (found.index, found.rule, found.causes) == (drying, "not_holder", (declared,))
    # The slip said 10,000 where 1,000 were weighed: the dryer's book is wrong as well.
    right = structs.replace(wrong, event_id=name, mass_g=1_000)
    assert world.say("may", right) == "ok+receipt_differs"
    (found,) = known(world, "S1").unbalanced
    assert (found.rule, found.causes) == ("exceeds_lot", (declared, declared + 1))
    assert sum(known(world, "S1").origin.values()) < 10_000
    play(world, "mill  may  S1:100  H2:30  14.0  segregated  ok+recovery_low+lot_unbalanced")
    _, dryer = stated(world, events.Drying, "L1")
    said = correct(
        world, "may", dryer, inputs=((lot("L1"), 1_000), (lot("L2"), 10_000)), mass_g=9_590
    )
    assert said == "ok"
    # Now the mill has milled more than the silo ever held.
    assert not known(world, "S1").unbalanced
    (found,) = known(world, "H1").unbalanced
    assert found.rule == "exceeds_lot"
    _, milling = stated(world, events.Milling, "H1")
    assert correct(world, "may", milling, inputs=((lot("S1"), 9_000),)) == "ok"
    assert not any(fact.unbalanced for fact in world.facts.values() if isinstance(fact, Lot))
    assert slip < declared


def test_only_who_stated_an_event_declares_it_wrong_and_once() -> None:
    world = told(CUT)
    _, wrong = stated(world, events.Harvest, "L1")
    assert declare(world, "may", wrong) == "event_office_not_held"
    assert declare(world, "htx-2", wrong) == "event_not_own"
    assert declare(world, "htx", structs.replace(wrong, mass_g=1)) == "event_unknown"
    unheard = structs.replace(wrong, event_id=world.event_id())
    assert declare(world, "htx", unheard) == "event_unknown"
    _, other = stated(world, events.Harvest, "L2")
    assert declare(world, "htx", wrong, other.event_id) == "correction_taken"
    name = world.event_id()
    assert declare(world, "htx", wrong, name) == "ok"
    assert declare(world, "htx", wrong, world.event_id()) == "said_before"
    assert declare(world, "htx", other, name) == "correction_taken"
    right = structs.replace(wrong, event_id=name, mass_g=9_999)
    assert world.say("htx", right) == "ok"
    assert world.say("htx", structs.replace(right, mass_g=9_998)) == "said_before"


def test_an_event_in_place_of_another_obeys_the_rules_of_its_place() -> None:
    world = told(CUT)
    _, wrong = stated(world, events.Receiving, "L1")
    name = world.event_id()
    assert declare(world, "may", wrong, name) == "ok"
    right = structs.replace(wrong, event_id=name)
    assert world.say("may", structs.replace(right, mass_g=10_051)) == "mass_gained"
    assert world.say("may-2", structs.replace(right, mass_g=9_900)) == "event_promised"
    assert world.say("may", structs.replace(right, mass_g=9_900)) == "ok+receipt_differs"
    assert known(world, "L1").left_g == 9_900


def test_a_correction_can_be_corrected() -> None:
    world = told(CUT, "dry  may  L1:10000,L2:10000  S1  17400  14.0  ok\n")
    _, first = stated(world, events.Receiving, "L2")
    assert correct(world, "may", first, mass_g=9_990) == "ok+receipt_differs"
    assert known(world, "S1").unbalanced
    _, second = stated(world, events.Receiving, "L2")
    assert correct(world, "may", second, mass_g=10_000) == "ok"
    assert lots_and_units(world) == lots_and_units(told(DRIED))


def test_what_did_not_occur_leaves_nothing_to_claim() -> None:
    world = told(PACKED)
    _, wrong = stated(world, events.Harvest, "L1")
    assert declare(world, "htx", wrong) == "ok"
    assert (known(world, "L1").left_g, known(world, "L1").origin) == (0, {})
    total = world.find(Harvested, "harvested:A001/DX-2026")
    assert total.mass14_g == 0
    assert known(world, "S1").unbalanced
    origins = {name for key in ("S1", "H1", "P1") for name in known(world, key).origin}
    assert origins == {"A002/DX-2026"}


def test_a_grant_gets_back_what_wrongly_named_bags_had_drawn() -> None:
    world = told(
        """
        confirm  xa  A001+A002  ok
        grant  hh  A001+A002  ok
        """,
        PACKED.replace("segregated  -  ok", "segregated  A001+A002  ok"),
    )
    grant = f"attestation:{attested('grant', 'hh', '', 'A001', 'A002').id}"
    assert world.find(Attestation, grant).drawn_g == 1_000
    _, wrong = stated(world, events.Packing, "P1")
    assert correct(world, "may", wrong, bags=150) == "ok"
    assert world.find(Attestation, grant).drawn_g == 750
    assert known(world, "P1").bags_left == 150


def test_a_container_is_loaded_again_as_it_was() -> None:
    world = told(
        PACKED,
        """
        pallet  may  P1  1  100                                   ok
        pallet  may  P1  2  50                                    ok
        load  may  1,P1:10  ZZDU2632040                           ok
        send  may  ZZDU2632040  mua  JP                           ok
        arrive  mua  ZZDU2632040  may  150                        ok+arrival_differs
        """,
    )
    _, wrong = stated(world, events.Loading, "P1")
    both = (sscc("1"), sscc("2"))
    assert correct(world, "may", wrong, pallets=both, bags=()) == "ok"
    assert known(world, "P1").bags_left == 50
    for name in both:
        assert world.find(Pallet, f"pallet:{name}").holder == "mua"
    assert world.find(Container, "container:ZZDU2632040").pallets == both
    _, pallet = stated(world, events.Palletising, "P1")
    assert correct(world, "may", pallet, bags=60) == "ok"
    assert (known(world, "P1").bags_left, known(world, "P1").unbalanced) == (40, ())


def test_a_line_of_the_diary_is_declared_wrong() -> None:
    world = season()
    play(world, "sow  htx  A001  5  ok")
    _, meaning = world.entries[-1]
    assert isinstance(meaning.body, events.Sowing)
    assert correct(world, "htx", meaning.body, seed_g=90_000) == "ok"
    assert world.told("diary:A001/DX-2026") == [world.size - 3, world.size - 2, world.size - 1]


def test_holds_recalls_and_labels_stay_on_what_is_told_again() -> None:
    world = told(
        PACKED,
        """
        labels  may  P1  N1  200                                  ok
        hold  may  P1                                             ok
        recall  may  H1                                           ok
        """,
    )
    _, wrong = stated(world, events.Receiving, "L1")
    assert correct(world, "may", wrong, moisture_ppt=249) == "ok"
    bags, rice = known(world, "P1"), known(world, "H1")
    assert (bags.bags_labelled, len(bags.held), len(rice.recalled)) == (200, 1, 1)


def test_bags_that_never_came_off_a_pallet_were_not_filled_again() -> None:
    world = told(
        PACKED,
        """
        pallet  may  P1  1  40                                    ok
        unpallet  may  1                                          ok
        repack  may  P1:200  Q1  100x10  segregated  -            ok
        """,
    )
    (opened,) = (
        meaning.body
        for _, meaning in world.entries
        if isinstance(meaning.body, events.Unpalletising)
    )
    assert declare(world, "may", opened) == "ok"
    assert known(world, "P1").bags_left == 0
    assert known(world, "Q1").unbalanced[0].rule == "exceeds_lot"


@pytest.mark.parametrize(
    "moved",
    [
        """
        unpallet  may  1                                          ok
        repack  may  P1:20  P2  20x5  segregated  -               ok
        """,
        """
        repack  may  P1:20  P2  20x5  segregated  -               ok
        load  may  1,P2:5  ZZDU2632040                            ok
        """,
    ],
)
def test_pallets_of_a_lot_that_never_was_are_passed_over(moved: str) -> None:
    """What came of its bags can be declared wrong after the lot itself was."""
    world = told(PACKED, "pallet  may  P1  1  50  ok", moved)
    play(world, "repack  may  P2:5  P3  5x5  segregated  -  ok")
    assert declare(world, "may", stated(world, events.Packing, "P1")[1]) == "ok"
    assert declare(world, "may", stated(world, events.Repacking, "P3")[1]) == "ok"
    assert known(world, "P3").bags == 0


def test_a_correction_gets_no_rice_out_from_under_a_recall_or_a_hold() -> None:
    world = told(PACKED, "hold  may  P1  ok\nrecall  may  P1  ok\n")
    _, packing = stated(world, events.Packing, "P1")
    assert correct(world, "may", packing, lot=lot("P9")) == "lot_held"
    world = told(MILLED, "test  lab  H1  fails  ok\n")
    _, milling = stated(world, events.Milling, "H1")
    assert isinstance(milling, events.Milling)
    others = tuple((name.replace("/H1", "/H9"), mass_g) for name, mass_g in milling.outputs)
    assert correct(world, "may", milling, outputs=others) == "lot_held"
    world = told(MILLED, "pack  may  H1:100  P1  20x5  segregated  -  ok\nhold  may  H1  ok\n")
    _, packing = stated(world, events.Packing, "P1")
    more = ((lot("H1"), 105),)
    assert correct(world, "may", packing, inputs=more, bags=21) == "lot_held"
    world = told(MILLED, "pack  may  H1:100  P1  20x5  segregated  -  ok\nhold  may  H1  ok\n")
    _, packing = stated(world, events.Packing, "P1")
    assert correct(world, "may", packing, bags=19) == "ok"


def test_a_promised_name_is_kept_for_who_promised_it_and_what() -> None:
    world = told(DRIED)
    _, wrong = stated(world, events.Receiving, "L1")
    name = world.event_id()
    assert declare(world, "may", wrong, name) == "ok"
    play(world, "sow  htx-2  A003  1  ok")
    sowing = world.entries[-1][1].body
    assert isinstance(sowing, events.Sowing)
    assert world.say("htx-2", structs.replace(sowing, event_id=name)) == "event_promised"
    count = events.StockCount(event_id=name, at=wrong.at, lot=lot("S1"), mass_g=1)
    assert world.say("may", count) == "event_promised"
    right = structs.replace(wrong, event_id=name, mass_g=9_990)
    assert world.say("may", right) == "ok+receipt_differs"


def test_what_is_made_of_unbalanced_rice_carries_no_mark_either() -> None:
    world = told(
        """
        confirm  xa  A001+A002  ok
        grant  hh  A001+A002  ok
        """,
        MILLED,
    )
    _, wrong = stated(world, events.Receiving, "L1")
    assert correct(world, "may", wrong, mass_g=1_000) == "ok+receipt_differs"
    silo, rice = known(world, "S1").unbalanced, known(world, "H1").unbalanced
    assert silo
    assert set(silo) <= set(rice)
    play(
        world,
        """
        divide  may  H1:1000  H4:500,H5:500                       ok+lot_unbalanced
        pack  may  H4:500  P5  10x5  segregated  A001+A002        mark_unbalanced
        """,
    )
