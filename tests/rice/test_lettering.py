"""Labels in use, cancelled and issued anew; bags marked sold or opened."""

from __future__ import annotations

import pytest

from ledger.rice import acts
from ledger.rice.facts import LabelBatch, Lettering, MarkedBag, Pallet
from tests.rice.label_sayings import labelled, mark, span, void
from tests.tables import play, sscc
from tests.world import World


def batch_of(world: World, name: str = "N1") -> LabelBatch:
    return world.find(LabelBatch, f"labels:{name}")


def state_of(world: World, number: int) -> str:
    return world.find(MarkedBag, f"bag:N1/{number}").state


def test_as_many_labels_are_issued_anew_as_were_cancelled() -> None:
    world = labelled()
    play(world, "labels  may  P1  N2  1  labels_outnumber_bags")
    world.must("may", void(span(3, 4), span(9, 9)))
    assert [(one.first, one.last, one.reason) for one in batch_of(world).voided] == [
        (3, 4, "damaged"),
        (9, 9, "damaged"),
    ]
    play(world, "labels  may  P1  N2  4  labels_outnumber_bags")
    play(world, "labels  may  P1  N2  3  ok")
    play(world, "labels  may  P1  N3  1  labels_outnumber_bags")
    world.must("may", void(span(1, 1, "N2")))
    play(world, "labels  may  P1  N3  1  ok")
    lettering = next(fact for key, fact in world.facts.items() if key.startswith("lettering:"))
    assert isinstance(lettering, Lettering)
    assert (lettering.batches, lettering.voided) == (("N1", "N2", "N3"), 4)


def test_a_label_is_cancelled_once_and_by_its_packer() -> None:
    world = labelled()
    assert world.say("may", void(span(200, 201))) == "bags_unknown"
    assert world.say("may", void(span(1, 1, "N9"))) == "bags_unknown"
    assert world.say("may-2", void(span(1, 1))) == "labels_not_own"
    assert world.say("mua", void(span(1, 1))) == "office_not_held"
    world.must("may", void(span(5, 9)))
    for first, last in ((5, 8), (1, 5), (9, 20), (6, 7)):
        assert world.say("may", void(span(first, last))) == "labels_voided"
        used = acts.ActivateLabels(bag_ranges=(span(first, last),))
        assert world.say("may", used) == "labels_voided"
    assert world.say("may", mark(4, 5)) == "labels_voided"
    assert world.say("may", void(span(1, 4), span(10, 10))) == "ok"


def test_labels_that_wait_are_put_to_use() -> None:
    world = labelled()
    assert not batch_of(world).waiting
    world.must("may", void(span(1, 50)))
    waiting = acts.IssueLabels(
        batch="N2",
        lot=batch_of(world).lot,
        count=50,
        number_digits=4,
        root="A" * 43 + "=",
        waiting=True,
    )
    world.must("may", waiting)
    world.must("may", acts.ActivateLabels(bag_ranges=(span(1, 20, "N2"),)))
    batch = batch_of(world, "N2")
    assert batch.waiting
    assert [(one.first, one.last) for one in batch.used] == [(1, 20)]


def test_a_bag_is_sold_then_opened() -> None:
    world = labelled()
    assert world.say("may", mark(7, at="2026-03-01T17:00:00Z")) == "act_in_future"
    assert world.say("may", mark(201)) == "bags_unknown"
    world.must("may", mark(6, 7))
    assert [state_of(world, number) for number in (6, 7)] == ["sold", "sold"]
    assert world.say("may", mark(7, at="2026-03-01T03:00:00Z")) == "bag_mark_unfit"
    world.must("may", mark(7, state="opened"))
    for state in ("sold", "opened", "unsold"):
        again = mark(7, state=state, at="2026-03-01T04:00:00Z")
        assert world.say("may", again) == "bag_mark_unfit"
    world.must("may", mark(8, state="opened"))
    assert world.say("may", mark(9, state="unsold")) == "bag_mark_unfit"


def test_a_sale_is_taken_back_for_ten_days_by_who_said_so() -> None:
    world = labelled()
    world.must("may", mark(6, 7))
    play(
        world,
        """
        pallet  may  P1  1  10  ok
        dispatch  may  1  mua  ok
        """,
    )
    unit = next(fact for fact in world.facts.values() if isinstance(fact, Pallet)).sscc
    assert world.say("mua", mark(8, unit=unit)) == "bag_not_own"
    play(world, "arrive  mua  1  may  10  ok")
    assert world.say("mua", mark(8)) == "bag_not_own"
    assert world.say("mua", mark(8, unit=unit)) == "ok"
    assert world.say("mua", mark(7, state="unsold", unit=unit)) == "bag_mark_unfit"
    other = unit.replace("00/", "00/1")[:-1]
    assert world.say("mua", mark(9, unit=other)) == "bag_not_own"
    box = "urn:epc:id:bic:CSQU3054383"
    assert world.say("mua", mark(9, unit=box)) == "bag_not_own"
    world.day = "2026-03-11"
    world.must("may", mark(7, state="unsold", at="2026-03-11T02:00:00Z"))
    assert state_of(world, 7) == "unsold"
    world.must("may", mark(7, at="2026-03-11T03:00:00Z"))
    world.day = "2026-03-12"
    assert world.say("may", mark(6, state="unsold", at="2026-03-12T02:00:00Z")) == "bag_mark_unfit"


@pytest.mark.parametrize("numbers", [(2, 1), (3, 3)])
def test_numbers_are_in_order(numbers: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="numbers are not in order"):
        mark(*numbers)
    assert labelled().say("may", mark()) == "malformed_act"


def test_no_more_bags_are_marked_than_came_in_the_unit() -> None:
    """Which bags came on a pallet nobody records; how many did is known."""
    world = labelled()
    play(world, "pallet  may  P1  1  3  ok\ndispatch  may  1  mua  ok\narrive  mua  1  may  3  ok")
    unit = sscc("1")
    world.must("mua", mark(8, 9, unit=unit))
    assert world.say("mua", mark(10, 11, unit=unit)) == "unit_overmarked"
    # A bag that was counted is not counted again; whoever packed is held to no unit.
    world.must("mua", mark(8, state="opened", unit=unit))
    world.must("mua", mark(10, unit=unit))
    assert world.say("mua", mark(11, unit=unit)) == "unit_overmarked"
    world.must("may", mark(*range(20, 40)))
    world.must("may", mark(*range(40, 60), unit=unit))


def test_loose_bags_are_marked_by_who_holds_their_container() -> None:
    world = labelled()
    play(
        world,
        """
        load  may  P1:20  CSQU3054383  ok
        send  may  CSQU3054383  mua  JP  ok
        """,
    )
    box = "urn:epc:id:bic:CSQU3054383"
    assert world.say("mua", mark(8, unit=box)) == "bag_not_own"
    play(world, "arrive  mua  CSQU3054383  may  20  ok")
    assert world.say("mua", mark(8, unit=box)) == "ok"


def test_ranges_are_in_order() -> None:
    for ranges in ((span(5, 9), span(9, 10)), (span(5, 9), span(1, 2))):
        with pytest.raises(ValueError, match="bag_ranges are not in order"):
            void(*ranges)
    assert labelled().say("may", void()) == "malformed_act"
