"""The cases about labels once issued: in use, cancelled, issued anew; bags sold or opened."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import structs

from ledger.rice import acts, events
from tests.vectors import small_harvest as season
from tests.vectors.scenes import SECOND_KEY, Made, case, scene
from tests.vectors.small_harvest import Step, and_then, instead, on
from tests.vectors.sound_cases import PALLET, palletised

STRANGER = SECOND_KEY
"""Whose sample key it is: a trader, who packs bags of its own here."""


def _said(body: acts.AnyAct, day: str = "04-20", signer: str = season.MILL) -> Step:
    return Step(f"said on {day}", on(day), season.act(body, signer))


def _after(*steps: Step) -> Made:
    return scene(and_then(season.steps(), *steps)).made()


def _span(first: int, last: int, batch: str = season.LOT) -> acts.BagRange:
    return acts.BagRange(batch=batch, first=first, last=last)


def _void(first: int, last: int) -> acts.VoidLabels:
    return acts.VoidLabels(bag_ranges=(_span(first, last),), reason="stolen")


def _mark(state: str, numbers: Sequence[int] = (7,), day: str = "04-20") -> acts.MarkBags:
    return acts.MarkBags(
        batch=season.LOT,
        numbers=tuple(numbers),
        state=state,  # type: ignore[arg-type]
        marked_at=f"2026-{day}T09:00:00Z",
    )


def _waiting() -> list[Step]:
    return instead(season.steps(), "labels", season.labels(waiting=True))


def _joined(role: str) -> Step:
    """Return how another organisation joins."""
    names = season.words("Thu mua Kênh Ngang", "Kenh Ngang traders")
    joined = season.registration(STRANGER, names, (role,), season.REGISTRAR)
    return Step("another joins", on("04-11", 8), joined)


@case("label-voided")
def label_voided() -> Made:
    """The packer cancelled this label and its neighbours: the roll was stolen."""
    return _after(_said(_void(5, 9)))


@case("other-labels-voided")
def other_labels_voided() -> Made:
    """The packer cancelled labels of other bags of the lot, and issued as many anew."""
    again = season.labels(count=2, name="L260410C")
    return _after(_said(_void(8, 9)), Step("labels anew", on("04-20", 12), again))


@case("labelled-beyond-the-voided_fail")
def labelled_beyond_the_voided() -> Made:
    """One label was cancelled, and the log took two in its place: one more than there are bags."""
    again = season.labels(count=2, name="L260410C")
    return _after(_said(_void(8, 8)), Step("labels anew", on("04-20", 12), again))


@case("voided-twice_fail")
def voided_twice() -> Made:
    """The same labels were cancelled twice, to issue twice as many."""
    return _after(_said(_void(8, 9)), _said(_void(9, 9), "04-21"))


@case("voided-by-another-mill_fail")
def voided_by_another_mill() -> Made:
    """Somebody who did not pack the bags cancelled their labels; the log took it."""
    return _after(_joined("packer"), _said(_void(8, 9), signer=STRANGER))


@case("label-waiting")
def label_waiting() -> Made:
    """The labels wait for the packer to put them to use."""
    return scene(_waiting()).made()


@case("label-put-to-use")
def label_put_to_use() -> Made:
    """The labels waited, and the packer put bags 1 to 10 to use."""
    used = acts.ActivateLabels(bag_ranges=(_span(1, 10),))
    return scene(and_then(_waiting(), _said(used))).made()


@case("bag-sold")
def bag_sold() -> Made:
    """The mill sold this bag at its own counter."""
    return _after(_said(_mark("sold")))


@case("bag-sold-by-its-buyer")
def bag_sold_by_its_buyer() -> Made:
    """A pallet went to a trader, who sold a bag of it and names the pallet."""
    sent = events.Dispatch(
        event_id=season.event_id("dispatch"),
        at="2026-04-11T11:00:00+07:00",
        pallets=(PALLET,),
        consigned_to=season.did(STRANGER),
    )
    arrived = events.Arrival(
        event_id=season.event_id("arrival"),
        at="2026-04-12T11:00:00+07:00",
        units=(PALLET,),
        handed_over_by=season.did(season.MILL),
        bags=12,
        ticket="urn:rice:slip:PN-1",
    )
    sold = structs.replace(_mark("sold"), unit=PALLET)
    return _after(
        _joined("trader"),
        palletised(),
        Step("dispatch", on("04-11", 11), season.event(sent, season.MILL)),
        Step("arrival", on("04-12"), season.event(arrived, STRANGER)),
        _said(sold, signer=STRANGER),
    )


@case("bag-opened")
def bag_opened() -> Made:
    """The bag was sold, and later opened."""
    return _after(_said(_mark("sold", (7, 8))), _said(_mark("opened", day="04-21"), "04-21"))


@case("bag-not-sold-after-all")
def bag_not_sold_after_all() -> Made:
    """The mill took back the mark within ten days."""
    back = _mark("unsold", day="04-21")
    return _after(_said(_mark("sold")), _said(back, "04-21"))


@case("other-bags-sold")
def other_bags_sold() -> Made:
    """Other bags of the lot were sold; of them the bundle says nothing."""
    return _after(_said(_mark("sold", (6, 8))))


@case("bag-sold-by-a-stranger_fail")
def bag_sold_by_a_stranger() -> Made:
    """Somebody who never held the lot marked the bag as sold; the log took it."""
    return _after(_said(_mark("sold"), signer=season.GROWER_1))


@case("bag-sold-twice_fail")
def bag_sold_twice() -> Made:
    """The bag was marked as sold twice; the log took it."""
    return _after(_said(_mark("sold")), _said(_mark("sold", day="04-21"), "04-21"))


@case("number-of-another-bag_fail")
def number_of_another_bag() -> Made:
    """The bundle says that the serial is that of bag 8, of which nobody said that it was sold."""
    shown = scene(and_then(season.steps(), _said(_mark("sold"))))
    as_eight = shown.log.bundle(shown.signed, season.BAGGED, season.LOT, season.serial(8))
    bundle = shown.bundle()
    changed = {name: getattr(bundle, name) for name in ("serial", "salt", "path")}
    return shown.made(structs.replace(as_eight, **changed))
