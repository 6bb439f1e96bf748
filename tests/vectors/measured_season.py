"""What an emission statement on the small season takes: tube readings, a sowing, who verifies."""

from __future__ import annotations

from collections.abc import Mapping

from ledger.rice import acts, events
from tests.vectors.small_harvest import (
    AREA_1,
    GROWER_1,
    REGISTRAR,
    SEASON,
    TECHNICIAN,
    VERIFIER,
    Step,
    accreditation,
    act,
    credential,
    event,
    event_id,
    new_key,
    on,
    registration,
    words,
)


def reading(number: int, level_mm: int) -> events.WaterReading:
    """Return a reading of a tube on the first area."""
    return events.WaterReading(
        event_id=event_id(f"reading {number}"),
        at=f"2026-02-{number:02}T07:00:00+07:00",
        area=AREA_1,
        season=SEASON,
        tube="urn:rice:tube:0001-A",
        level_mm=level_mm,
        source="manual",
    )


def sowing() -> events.Sowing:
    """Return the sowing of the first area."""
    return events.Sowing(
        event_id=event_id("sowing"),
        at="2026-01-10T07:00:00+07:00",
        area=AREA_1,
        season=SEASON,
        worked_m2=100_000,
        by_machine=True,
        variety="OM5451",
        seed_class="xác nhận",
        seed_g=800_000,
    )


def verified(
    *readings_by: str, sown_by: str = GROWER_1, figures: Mapping[str, str] | None = None
) -> list[Step]:
    """Return what an emission statement on the first area takes, and the statement.

    ``readings_by`` are the holders who read the tube, one day after another; ``figures`` what is
    stated in the place of what was emitted before and since.
    """
    stated = {"figures": dict(figures)} if figures else {}
    name = words("MRV Phù Sa", "Phu Sa MRV")
    device = acts.EnrolKey(actor=GROWER_1, key=new_key(TECHNICIAN, admin=False))
    return [
        Step(
            VERIFIER,
            on("01-06"),
            registration(VERIFIER, name, (), REGISTRAR),
        ),
        Step("accredited", on("01-06", 11), accreditation(VERIFIER, "verifier")),
        Step("device", on("01-07"), act(device, GROWER_1, TECHNICIAN)),
        Step("sowing", on("01-10"), event(sowing(), sown_by)),
        *(
            Step(f"reading {day}", on(f"02-{day:02}"), event(reading(day, -50), holder))
            for day, holder in enumerate(readings_by, 1)
        ),
        Step(
            "emission",
            on("03-27"),
            credential("TT-01", "ghg", VERIFIER, GROWER_1, areas=(AREA_1,), **stated),  # type: ignore[arg-type]
        ),
    ]
