"""The cases in which an event behind the bag was declared wrong after it was recorded."""

from __future__ import annotations

from msgspec import structs

from ledger.rice import events
from tests.vectors import small_harvest as season
from tests.vectors.scenes import Made, case, scene
from tests.vectors.small_harvest import Step, and_then, on


def corrected(wrong: events.AnyLotEvent, day: str, right: events.AnyLotEvent | None) -> list[Step]:
    """Return the declaration that an event is wrong, and what takes its place, if anything."""
    ids = (right.event_id,) if right else ()
    declared = events.Correction(
        event_id=wrong.event_id,
        at=wrong.at,
        wrong=wrong,
        declared_at=f"2026-{day}T09:00:00+07:00",
        reason="incorrect_data" if ids else "did_not_occur",
        corrected_by=ids,
    )
    steps = [Step(f"declare {wrong.event_id}", on(day, 3), season.event(declared, season.MILL))]
    if right:
        steps.append(
            Step(f"correct {wrong.event_id}", on(day, 4), season.event(right, season.MILL))
        )
    return steps


@case("slip-corrected")
def slip_corrected() -> Made:
    """The mill had typed 24.0 % moisture where its meter showed 24.5 %: the dryer still fits."""
    wrong = season.receiving(1, season.GROWER_1, 3_000_000)
    right = structs.replace(wrong, event_id=season.event_id("slip again"), moisture_ppt=245)
    return scene(and_then(season.steps(), *corrected(wrong, "04-15", right))).made()


@case("correction-upsets-the-weights_fail")
def correction_upsets_the_weights() -> Made:
    """Only 1 t was weighed where the slip said 3 t, and the dryer's books were left as they are."""
    wrong = season.receiving(1, season.GROWER_1, 3_000_000)
    right = structs.replace(wrong, event_id=season.event_id("slip again"), mass_g=1_000_000)
    return scene(and_then(season.steps(), *corrected(wrong, "04-15", right))).made()


@case("harvest-never-happened_fail")
def harvest_never_happened() -> Made:
    """The receipt of one slip is declared not to have occurred: its paddy was never at the mill."""
    wrong = season.receiving(2, season.GROWER_2, 2_000_000)
    return scene(and_then(season.steps(), *corrected(wrong, "04-15", None))).made()


@case("weights-corrected-throughout")
def weights_corrected_throughout() -> Made:
    """The slip and what the dryer made of it are both corrected: the books balance again."""
    slip = season.receiving(1, season.GROWER_1, 3_000_000)
    light = structs.replace(slip, event_id=season.event_id("slip again"), mass_g=2_900_000)
    drying = season.drying()
    (first, _), second = drying.inputs
    less = structs.replace(
        drying,
        event_id=season.event_id("drying again"),
        inputs=((first, 2_900_000), second),
        mass_g=4_200_000,
    )
    return scene(
        and_then(
            season.steps(),
            *corrected(slip, "04-15", light),
            *corrected(drying, "04-16", less),
        )
    ).made()


@case("neighbour-corrected")
def neighbour_corrected() -> Made:
    """A milling nobody asks about had taken more from the silo than it first said, and may."""
    more = season.milling("M2", taken_g=2_000_000, head_g=1_200_000)
    again = structs.replace(
        more,
        event_id=season.event_id("milling again"),
        inputs=((more.inputs[0][0], 2_500_000),),
    )
    return scene(
        and_then(
            season.steps(),
            Step("milling 2", on("04-02"), season.event(more, season.MILL)),
            *corrected(more, "04-15", again),
        )
    ).made()


@case("neighbour-upset-by-correction")
def neighbour_upset_by_correction() -> Made:
    """Our milling is corrected to have taken more: a neighbour's no longer fits, ours does."""
    ours = season.milling()
    more = structs.replace(
        ours,
        event_id=season.event_id("milling again"),
        inputs=((ours.inputs[0][0], 1_400_000),),
    )
    neighbour = season.milling("M2", taken_g=3_000_000, head_g=1_800_000)
    return scene(
        and_then(
            season.steps(),
            Step("milling 2", on("04-02"), season.event(neighbour, season.MILL)),
            *corrected(ours, "04-15", more),
        )
    ).made()
