"""What forms offer."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from web.workplace.stock import season_of, seasons_about


@pytest.mark.parametrize(
    ("day", "season"),
    [
        ("2026-02-20", "DX-2026"),
        ("2026-07-30", "HT-2026"),
        ("2026-10-15", "TD-2026"),
        ("2026-12-01", "DX-2027"),
    ],
)
def test_a_harvest_begins_with_the_season_that_is_cut(day: str, season: str) -> None:
    assert season_of(day) == season
    assert season in seasons_about(datetime.fromisoformat(f"{day}T05:00:00").replace(tzinfo=UTC))
