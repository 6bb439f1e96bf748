from __future__ import annotations

import pytest

from ledger.cli import written
from ledger.errors import MalformedError


@pytest.mark.parametrize("text", ["2026-03-04", "04/03/2026", "4/3/2026"])
def test_a_day_is_read_as_it_is_written_here(text: str) -> None:
    assert written.day_of(text, "--on") == "2026-03-04"


@pytest.mark.parametrize("text", ["31/02/2026", "03/24/2026", "2026-3-4", "soon", ""])
def test_what_is_no_day_is_told_with_its_option(text: str) -> None:
    with pytest.raises(MalformedError, match=r"--before .*24/03/2026") as caught:
        written.day_of(text, "--before")
    assert "--before" in caught.value.words.vi


@pytest.mark.parametrize(
    ("text", "square_metres"), [("96.08", 960_800), ("96,08", 960_800), ("12", 120_000)]
)
def test_an_amount_may_have_a_comma(text: str, square_metres: int) -> None:
    assert written.whole_of(text, 10_000, "--ha") == square_metres


@pytest.mark.parametrize(
    "text", ["1.234,5", "1,234.5", "1e3", "-1", "\u0661", "12.50001", "NaN", "", "1_0"]
)
def test_what_is_no_amount_is_told_with_its_option(text: str) -> None:
    with pytest.raises(MalformedError, match="--ha"):
        written.whole_of(text, 10_000, "--ha")


def test_seasons_and_moments() -> None:
    assert written.season_of("DX-2026") == "DX-2026"
    with pytest.raises(MalformedError, match=r"DX2026 .*DX-2026"):
        written.season_of("DX2026")
    assert written.moment_of("2026-05-01T00:00:00Z", "--at").day == 1
    with pytest.raises(MalformedError, match="--at"):
        written.moment_of("01/05/2026", "--at")
