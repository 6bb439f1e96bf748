"""The cases about the mark on bags: what it may be put on, and how the rice was kept till then."""

from __future__ import annotations

from msgspec import structs

from ledger.rice import events
from tests.vectors import small_harvest as season
from tests.vectors.corrected_cases import corrected
from tests.vectors.scenes import BAGS_URI, Made, case, scene
from tests.vectors.small_harvest import Step, and_then, instead, on

OTHER_LOT = "L260410B"


def _filled_from(first: events.Packing) -> Made:
    """Return the scene in which the marked bags were filled from the bags of another lot."""
    filled = events.Repacking(
        event_id=season.event_id("repacking"),
        at="2026-04-10T15:00:00+07:00",
        inputs=((first.lot, season.BAGS),),
        lot=BAGS_URI,
        bags=season.BAGS,
        bag_g=season.BAG_G,
        packed_on=first.packed_on,
        best_before_on="2027-04-10",
        custody=first.custody,
        grant=season.packing().grant,
    )
    steps = instead(season.steps(), "packing", season.event(first, season.MILL))
    steps = instead(steps, "labels", season.event(filled, season.MILL))
    return scene(and_then(steps, Step("labels 2", on("04-10", 12), season.labels()))).made()


@case("filled-from-marked-bags")
def filled_from_marked_bags() -> Made:
    """The marked bags were filled from bags that carried the same mark and kept as long."""
    return _filled_from(season.packing(OTHER_LOT))


@case("filled-from-bags-without-mark_fail")
def filled_from_bags_without_mark() -> Made:
    """The marked bags were filled from bags that carried no mark."""
    return _filled_from(season.packing(OTHER_LOT, grant=""))


@case("filled-from-bags-that-keep-less_fail")
def filled_from_bags_that_keep_less() -> Made:
    """The bags are said to keep a day longer than those they were filled from."""
    return _filled_from(structs.replace(season.packing(OTHER_LOT), best_before_on="2027-04-09"))


@case("packed-by-mass-balance_fail")
def packed_by_mass_balance() -> Made:
    """Bags carry the mark by mass balance, where the scheme asks that rice be kept apart."""
    packed = season.event(season.packing(custody="mass_balance"), season.MILL)
    return scene(instead(season.steps(), "packing", packed)).made()


def _dried_less(*more: Step) -> Made:
    """Return the scene in which, before the packing, only 1 t turns out to have been dried."""
    drying = season.drying()
    less = structs.replace(
        drying,
        event_id=season.event_id("drying again"),
        inputs=(
            (season.uri(season.PADDY, "P1"), 600_000),
            (season.uri(season.PADDY, "P2"), 400_000),
        ),
        mass_g=860_000,
    )
    return scene(and_then(season.steps(), *corrected(drying, "04-05", less), *more)).made()


@case("packed-before-the-weights-fit_fail")
def packed_before_the_weights_fit() -> Made:
    """Since a correction more was milled than was dried, and the rice was marked all the same."""
    return _dried_less()


@case("packed-once-the-weights-fit")
def packed_once_the_weights_fit() -> Made:
    """Less was dried than first said; the milling was corrected too before any bag was marked."""
    milling = season.milling()
    less = structs.replace(
        milling,
        event_id=season.event_id("milling again"),
        inputs=((season.uri(season.PADDY, "SILO"), 860_000),),
    )
    return _dried_less(*corrected(milling, "04-06", less))


def _neighbour_packed(on_day: str) -> Made:
    """Return the scene in which another lot is marked, and the grant is suspended from 04-15."""
    other = structs.replace(
        season.packing(OTHER_LOT),
        at=f"2026-{on_day}T08:00:00+07:00",
        packed_on=f"2026-{on_day}",
        bags=4,
        inputs=((season.uri(season.RICE, "M1"), 100_000),),
    )
    change = season.change("CN-01", "suspended", "2026-04-15", season.ASSOCIATION)
    return scene(
        and_then(
            season.steps(),
            Step("change", on("04-14"), change),
            Step("other", on("04-16"), season.event(other, season.MILL)),
        )
    ).made()


@case("neighbour-packed-before-suspension")
def neighbour_packed_before_suspension() -> Made:
    """Another lot was marked under the grant on the last day before it was suspended."""
    return _neighbour_packed("04-14")


@case("neighbour-packed-while-suspended_fail")
def neighbour_packed_while_suspended() -> Made:
    """Another lot was marked under the grant on the first day on which it was suspended."""
    return _neighbour_packed("04-15")
