"""The benchmark of imports runs, on the season that is here."""

from __future__ import annotations

from tests.benchmarks.importing import imports


def test_a_season_is_measured_whole_and_in_parts() -> None:
    whole, read, signed = imports(quick=True)
    assert whole.size == read.size == signed.size > 1_000
    for figure in (whole, read, signed):
        assert figure.ratio is not None
        assert figure.ratio > 0
        assert "/s" in figure.measured
