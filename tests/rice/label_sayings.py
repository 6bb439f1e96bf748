"""How the rules on labels in use are broken: bags of P1 carry batch N1, and a mill says more."""

from __future__ import annotations

from collections.abc import Callable

from ledger.rice import acts
from tests.rice.certifying_sayings import PACKED
from tests.tables import play, sscc
from tests.world import World, season


def labelled(world: World | None = None) -> World:
    """Return a world in which the bags of a lot have labels, 1 to 200."""
    world = world or season()
    play(world, PACKED + "labels  may  P1  N1  200  ok")
    return world


def span(first: int, last: int, batch: str = "N1") -> acts.BagRange:
    return acts.BagRange(batch=batch, first=first, last=last)


def void(*ranges: acts.BagRange) -> acts.VoidLabels:
    return acts.VoidLabels(bag_ranges=ranges, reason="damaged")


def mark(
    *numbers: int, state: str = "sold", at: str = "2026-03-01T02:00:00Z", unit: str = ""
) -> acts.MarkBags:
    return acts.MarkBags(
        batch="N1",
        numbers=numbers,
        state=state,  # type: ignore[arg-type]
        marked_at=at,
        unit=unit,
    )


def _said_of_labels(who: str, *bodies: acts.AnyAct) -> Callable[[World], str]:
    def say(world: World) -> str:
        labelled(world)
        for body in bodies[:-1]:
            world.must("may", body)
        return world.say(who, bodies[-1])

    return say


def _overmarked(world: World) -> str:
    """Return how a buyer marks two bags of which one came."""
    labelled(world)
    play(world, "pallet  may  P1  1  1  ok\ndispatch  may  1  mua  ok\narrive  mua  1  may  1  ok")
    return world.say("mua", mark(7, 8, unit=sscc("1")))


LABEL_SAYINGS: dict[str, Callable[[World], str]] = {
    "labels_voided": _said_of_labels("may", void(span(3, 9)), void(span(9, 9))),
    "bag_not_own": _said_of_labels("mua", mark(7)),
    "unit_overmarked": _overmarked,
    "bag_mark_unfit": _said_of_labels("may", mark(7), mark(6, 7)),
}
