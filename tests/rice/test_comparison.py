"""Computed figures beside stated and asked ones: equal to the digits stated, or a finding."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

import pytest
from msgspec import structs

from ledger.rice.certificate_facts import Attestation
from ledger.rice.comparison import METRICS, Stated, ask, compare
from ledger.rice.schemes import Edition
from tests.profiles import CONFORMITY, PROFILES, SEED
from tests.rice.life_sayings import CONFIRMATION
from tests.world import SCHEME, season, words

COMPUTED: Mapping[str, Decimal | int | str | None] = {
    "seed_kg_per_ha": Decimal("84.25"),
    "straw_collected_pct": None,
    "water-regime": "single",
}


def stated(figures: dict[str, str], *areas: str) -> list[Stated]:
    world = season()
    world.must("xa", CONFIRMATION)
    known = world.find(Attestation, f"attestation:{CONFIRMATION.id}")
    known = structs.replace(known, figures=figures, areas=areas or ("A001",))
    return list(compare([known], COMPUTED))


@pytest.mark.parametrize(
    ("figure", "computed", "differs"),
    [
        ("84.25 KGM", "84.25", False),
        ("84.3 KGM", "84.3", False),
        ("84.2 KGM", "84.3", True),
        ("84 KGM", "84", False),
        ("84.250 KGM", "84.250", False),
        ("84.251 KGM", "84.250", True),
        ("84.25 P1", None, False),
    ],
)
def test_a_figure_is_compared_to_its_last_stated_digit(
    figure: str, computed: str | None, *, differs: bool
) -> None:
    (found,) = stated({"seed-rate": figure})
    assert (found.computed, found.differs) == (computed, differs)


def test_a_regime_is_compared_by_its_word_and_what_is_not_computed_by_nothing() -> None:
    found = stated({"water-regime": "multiple", "straw-collected": "80 P1", "score": "12 C62"})
    assert [(one.metric, one.computed, one.differs) for one in found] == [
        ("water-regime", "single", True),
        ("straw-collected", None, False),
    ]


def test_a_certificate_over_several_areas_is_compared_for_none() -> None:
    assert stated({"seed-rate": "10 KGM"}, "A001", "A002") == []


def test_what_is_asked_is_met_missed_or_not_computed() -> None:
    strict = structs.replace(SEED, threshold="70")
    unknown = structs.replace(SEED, id="profit-rate", unit="P1")
    profile = structs.replace(CONFORMITY, criteria=(SEED, strict, unknown))
    edition = Edition(
        version="1.0.0",
        name=words("x"),
        custody=("segregated",),
        profiles=(profile, *PROFILES[1:]),
        from_on="2026-01-01",
        index=0,
    )
    found = list(ask(SCHEME, edition, COMPUTED, "2026-03-01"))
    assert [(one.criterion.threshold, one.is_met) for one in found] == [
        ("100", True),
        ("70", False),
        ("100", None),
    ]
    assert not list(ask(SCHEME, edition, COMPUTED, "2030-01-01"))


def test_every_metric_has_a_figure_of_its_own() -> None:
    assert len({name for name, _ in METRICS.values()}) == len(METRICS)
