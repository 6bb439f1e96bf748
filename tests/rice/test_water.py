"""What readings of a tube prove, as a table: days of the season, and centimetres of water."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.rice.events import WaterReading
from ledger.rice.water import drainages, regime_of, water_regime

FIRST = datetime.fromisoformat("2026-01-01T07:00:00+07:00")


def reading(day: str, level_cm: str, tube: str = "A") -> WaterReading:
    """Return a reading on a day of the season; ``4.5`` is noon, twelve hours past the fourth."""
    at = FIRST + timedelta(days=float(day))
    return WaterReading(
        event_id=f"urn:uuid:{UUID(int=1)}",
        at=at.isoformat(timespec="seconds"),
        area="A001",
        season="DX-2026",
        tube=f"urn:rice:tube:{tube}",
        level_mm=int(level_cm) * 10,
        source="manual",
    )


CASES = """
    nobody read it                      -                                             0
    always flooded                      0:5 3:4 6:3 9:5                               0
    dry for just three days             0:5 1:-2 4:-5 5:3                             0
    dry for an hour more                0:5 1:-2 3:-4 4.05:-5 5:3                     1
    at the soil is without water        0:5 1:0 3:0 5:0 6:2                           1
    a millimetre's worth above ends it  0:5 1:-2 3:1 5:-2 6:3                         0
    two times                           0:5 1:-2 3:-9 5:-5 6:3 9:-1 11:-4 13:-6 14:2  2
    the second is just three days       0:5 1:-2 3:-3 5:-5 6:3 8:-1 11:-4 12:1       1
    the end of the season               0:5 3:3 6:-2 8:-9 11:-15                      0
    water came back before the end      0:5 1:-2 4:-9 5:-5 6:3 9:-2 12:-9 13:-15      1
    dry from the start                  0:-2 3:-4 4:-6 5:2                            1
    too few readings                    0:5 1:-2 9:3                                  0
    a pause proves nothing              0:5 1:-2 4.5:-5 5:3                           0
    a pause of three days still does    0:5 1:-2 4:-5 7:-6 8:3                        1
    a pause cuts a run in two           0:5 1:-2 4:-2 5:-2 9:-2 12:-2 13:-2 14:3      2
    out of order                        6:3 5:-5 1:-2 0:5 3:-4                        1
"""


def cases() -> list[tuple[str, str, int]]:
    lines = [line.strip() for line in CASES.splitlines() if line.strip()]
    split = [[cell.strip() for cell in line.split("  ") if cell.strip()] for line in lines]
    return [(name, readings, int(found)) for name, readings, found in split]


def read_all(text: str, tube: str = "A") -> list[WaterReading]:
    pairs = [pair.split(":") for pair in text.split() if pair != "-"]
    return [reading(day, level, tube) for day, level in pairs]


@pytest.mark.parametrize(("name", "readings", "found"), cases(), ids=[each[0] for each in cases()])
def test_what_a_tube_proves(name: str, readings: str, found: int) -> None:
    regime = water_regime(read_all(readings), "")
    assert [tube.drainages for tube in regime.tubes] == ([found] if readings != "-" else [])
    assert regime.regime == regime_of(found)


TWICE = "0:5 1:-2 3:-9 5:-5 6:3 9:-1 11:-4 13:-6 14:2"
ONCE = "0:5 1:-2 3:-9 5:-5 6:3"


def test_the_area_takes_the_tube_with_fewer_drainages() -> None:
    found = water_regime([*read_all(TWICE, "A"), *read_all(ONCE, "B")], "")
    assert [(tube.tube[-1], tube.readings, tube.drainages) for tube in found.tubes] == [
        ("A", 9, 2),
        ("B", 5, 1),
    ]
    assert found.regime == "single"


def test_a_tube_read_too_rarely_makes_the_whole_area_flooded() -> None:
    assert water_regime([*read_all(TWICE), *read_all("0:5 9:-2", "B")], "").regime == "continuous"


def test_without_evidence_the_field_was_flooded_and_no_tier_is_named() -> None:
    found = water_regime([], "2026-03-01")
    assert (found.regime, found.evidence_tier, found.tubes) == ("continuous", None, ())
    assert water_regime(read_all(ONCE), "").evidence_tier == 1


def test_readings_count_up_to_the_day_before_the_harvest() -> None:
    assert water_regime(read_all(TWICE), "2026-01-16").regime == "multiple"
    # Cut on the day the water came back: what ran dry before it is the end of the season.
    assert water_regime(read_all(TWICE), "2026-01-15").regime == "single"
    assert water_regime(read_all(TWICE), "2026-01-01").evidence_tier is None


@given(st.lists(st.tuples(st.integers(0, 300), st.integers(-200, 200)), max_size=60))
def test_the_end_of_a_season_and_a_flooded_one_prove_no_drainage(
    levels: list[tuple[int, int]],
) -> None:
    readings = sorted((FIRST + timedelta(hours=12 * half), level) for half, level in levels)
    found = drainages(readings)
    assert 0 <= found <= len(readings) // 2
    last = readings[-1][0] if readings else FIRST
    dried = [(last + timedelta(days=day), -100) for day in range(1, 9)]
    assert drainages([*readings, *dried]) == found
    assert drainages([(at, abs(level) + 1) for at, level in readings]) == 0
