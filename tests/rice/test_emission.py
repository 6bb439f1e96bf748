"""What rice gives off: published numbers, properties, and what stands beside a figure."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Struct, structs

from ledger.rice.emission import (
    FINDINGS,
    Choice,
    Practice,
    burned_kg,
    daily_ch4_kg_per_ha,
    direct_n2o_kg,
    field_ch4_kg,
    organic_scaling,
    season_emission,
)
from ledger.rice.factors import FACTOR_SETS, GWP_SETS, Factor, FactorSet
from ledger.rice.field_sums import choice_of
from ledger.rice.limits import Settings
from ledger.rice.rounding import down, near, up
from tests.conformance_data import load

DEFAULT = choice_of(Settings())
BASELINE = Practice(
    area_m2=10_000,
    season="DX-2026",
    days=100,
    regime="continuous",
    preseason="non_flooded_lt_180",
    straw_lt_30_g=2_800_000,
    straw_gt_30_g=0,
    straw_burned_g=1_300_000,
    n_g=104_500,
)
PROJECT = structs.replace(
    BASELINE, days=105, regime="multiple", straw_lt_30_g=500_000, straw_burned_g=0, n_g=78_000
)
REGIMES = ("continuous", "single", "multiple")
PRESEASONS = ("non_flooded_lt_180", "non_flooded_gt_180", "flooded_gt_30", "unknown")
INPUTS = ("days", "straw_lt_30_g", "straw_gt_30_g", "straw_burned_g", "n_g")

practices = st.builds(
    Practice,
    area_m2=st.integers(1, 10**8),
    season=st.sampled_from(("DX-2026", "HT-2026", "TD-2026")),
    days=st.integers(1, 366),
    regime=st.sampled_from(REGIMES),
    preseason=st.sampled_from(PRESEASONS),
    straw_lt_30_g=st.integers(0, 10**10),
    straw_gt_30_g=st.integers(0, 10**10),
    straw_burned_g=st.integers(0, 10**10),
    n_g=st.integers(0, 10**9),
)


def examples() -> dict[str, dict[str, Any]]:
    """Return the published examples by their ids, their numbers as decimals."""
    read = load("mrv/worked-examples.json")["examples"]
    return {each["id"]: each for each in read}


def number(value: float | str) -> Decimal:
    """Return a number of the file as it is written there."""
    return Decimal(str(value))


def is_near(ours: Fraction, example: dict[str, Any], key: str) -> bool:
    """Tell whether a figure is the published one within its tolerance."""
    off = abs(ours - Fraction(number(example["result"][key])))
    return off <= Fraction(number(example["tolerance"]))


def published_ch4_kg(example: dict[str, Any]) -> Fraction:
    """Return the methane of an example by equations 5.1 and 5.2."""
    said = {name: number(value) for name, value in example["inputs"].items()}
    daily = daily_ch4_kg_per_ha(said["EFc"], said["SFw"], said["SFp"], Fraction(said["SFo"]))
    return field_ch4_kg(daily, int(said["days"]), int(said["area_ha"]) * 10_000)


def test_the_published_methane_of_a_rainfed_crop() -> None:
    example = examples()["T1"]
    ch4_kg = published_ch4_kg(example)
    assert ch4_kg == Fraction(number(example["intermediate"]["kg_CH4"]))
    co2e_t = ch4_kg * example["inputs"]["GWP_CH4"] / 1000
    assert is_near(co2e_t, example, "t_CO2e")
    assert near(co2e_t, 4) == number(example["result"]["t_CO2e"])


def test_the_published_default_of_the_world() -> None:
    example = examples()["T2"]
    co2e_g = published_ch4_kg(example) * example["inputs"]["GWP_CH4"] * 1000
    assert is_near(co2e_g, example, "g_CO2e_per_ha")


@pytest.mark.parametrize("name", ["T3", "T4"])
def test_the_published_scaling_of_straw(name: str) -> None:
    example = examples()[name]
    said = example["inputs"]
    amendments = [
        (Fraction(each["ROA_t_per_ha"]), number(each["CFOA"])) for each in said["amendments"]
    ]
    found = organic_scaling(amendments, number(said["exponent"]))
    assert is_near(found, example, "SFo")
    assert near(found, 4) == number(example["intermediate"]["SFo_unrounded"])


def test_the_published_nitrous_oxide_of_draining() -> None:
    example = examples()["T7"]
    said = {name: number(value) for name, value in example["inputs"].items()}
    n_g = int(said["N_kg"]) * 1000
    more = direct_n2o_kg(n_g, said["EF1FR_drained"]) - direct_n2o_kg(n_g, said["EF1FR_flooded"])
    assert is_near(more, example, "kg_N2O_per_kg_N")


def test_every_published_example_is_tried() -> None:
    assert set(examples()) == {"T1", "T2", "T3", "T4", "T7"}


def test_burned_straw_gives_off_both_gases() -> None:
    assert burned_kg(1_000_000, Decimal("0.80"), Decimal("2.7")) == Fraction(216, 100)
    assert burned_kg(1_000_000, Decimal("0.80"), Decimal("0.07")) == Fraction(56, 1000)


def test_no_straw_scales_by_exactly_one() -> None:
    assert organic_scaling([], Decimal("0.59")) == 1


def test_a_figure_worked_out_by_hand() -> None:
    """1.22 x 100 x 28, and 104.5 kg N at 0.003, no straw: rounded only at the end."""
    bare = structs.replace(BASELINE, straw_lt_30_g=0, straw_burned_g=0)
    found = season_emission(bare, bare, DEFAULT).baseline
    assert found.ch4_kg_per_ha == Decimal("122.000")
    exact = Fraction(3416) + Fraction(1045, 10) * Fraction(3, 1000) * Fraction(44, 28) * 265
    assert found.kg_co2e_per_ha == up(exact, 2) == Decimal("3546.56")
    assert {found.sf_w, found.sf_p, found.sf_o} == {Decimal(1)}


@given(practices, practices)
def test_emissions_go_up_reductions_down_and_ranges_hold_the_figure(
    before: Practice, now: Practice
) -> None:
    found = season_emission(before, now, DEFAULT)
    for side in (found.baseline, found.project):
        assert side.low_kg_co2e_per_ha <= side.kg_co2e_per_ha <= side.high_kg_co2e_per_ha
        assert side.kg_co2e_per_ha > 0
        assert side.low_kg_co2e_per_ha >= 0
    less = found.baseline.kg_co2e_per_ha - found.project.kg_co2e_per_ha
    assert abs(found.reduction_kg_co2e_per_ha - less) <= Decimal("0.02")
    assert found.reduction_pct is not None
    land = Fraction(now.area_m2, 10_000)
    stated_kg = max(Fraction(found.reduction_kg_co2e_per_ha), Fraction(0)) * land
    assert 0 <= found.claimable_t_co2e <= stated_kg * 85 / 100 / 1000
    assert set(found.findings) <= set(FINDINGS)


@given(practices, st.sampled_from(INPUTS), st.integers(1, 10**6))
def test_more_of_any_input_never_gives_off_less(practice: Practice, name: str, more: int) -> None:
    larger = structs.replace(practice, **{name: getattr(practice, name) + more})
    found = season_emission(practice, larger, DEFAULT)
    assert found.project.kg_co2e_per_ha >= found.baseline.kg_co2e_per_ha
    assert found.reduction_kg_co2e_per_ha <= 0
    assert found.claimable_t_co2e == 0


@given(practices)
def test_draining_gives_off_less_methane_and_no_less_nitrous_oxide(practice: Practice) -> None:
    sides = [
        season_emission(practice, structs.replace(practice, regime=regime), DEFAULT).project
        for regime in REGIMES
    ]
    methane = [side.ch4_kg_per_ha for side in sides]
    assert methane == sorted(methane, reverse=True)
    oxide = [side.n2o_kg_per_ha for side in sides]
    assert oxide == sorted(oxide)


@given(practices, st.integers(2, 50))
def test_a_hectare_is_a_hectare_whatever_the_land(practice: Practice, times: int) -> None:
    wider = structs.replace(
        practice,
        area_m2=practice.area_m2 * times,
        **{name: getattr(practice, name) * times for name in INPUTS if name != "days"},
    )
    found = season_emission(practice, wider, DEFAULT)
    assert structs.asdict(found.baseline) == structs.asdict(found.project)


def test_no_number_is_a_float() -> None:
    def leaves(value: object) -> Iterator[object]:
        if isinstance(value, Struct):
            value = [getattr(value, name) for name in value.__struct_fields__]
        if isinstance(value, dict):
            value = list(value.values())
        if isinstance(value, list | tuple):
            for each in value:
                yield from leaves(each)
        else:
            yield value

    found = [season_emission(BASELINE, PROJECT, DEFAULT), *FACTOR_SETS.values(), *GWP_SETS.values()]
    assert {type(leaf) for leaf in leaves(found)} == {int, str, bool, Decimal}


def test_the_figure_carries_what_it_was_reckoned_with() -> None:
    usual = season_emission(BASELINE, PROJECT, DEFAULT)
    assert (usual.method, usual.factor_set, usual.gwp_set) == (
        "IPCC 2019 Tier 1",
        "IPCC-2019-SEA",
        "AR5",
    )
    assert usual.deduction_pct == 15
    other = Settings(factor_set="VN-SOUTH-VO2020", gwp_set="AR6-CCTS", deduction_ppt=0)
    local = season_emission(BASELINE, PROJECT, choice_of(other))
    assert (local.method, local.factor_set, local.gwp_set) == (
        "IPCC 2019 Tier 2",
        "VN-SOUTH-VO2020",
        "AR6-CCTS",
    )
    assert usual.findings == ()


def test_a_factor_of_local_practice_is_not_scaled_for_straw_and_says_so() -> None:
    choice = choice_of(Settings(factor_set="VN-SOUTH-VO2020"))
    unknown = structs.replace(BASELINE, preseason="unknown")
    found = season_emission(unknown, structs.replace(unknown, season="HT-2026"), choice)
    assert found.baseline.sf_o == found.project.sf_o == found.project.sf_p == 1
    assert found.findings == ("straw_within_factor",)
    assert found.baseline.ch4_kg_per_ha == up(Fraction(172) + Fraction(2808, 1000), 3)
    assert found.project.ch4_kg_per_ha == up(Fraction(280) + Fraction(2808, 1000), 3)


def test_water_that_is_unknown_counts_on_both_sides_and_is_told() -> None:
    before = structs.replace(BASELINE, preseason="unknown")
    found = season_emission(before, structs.replace(PROJECT, preseason="unknown"), DEFAULT)
    assert found.baseline.sf_p == found.project.sf_p == Decimal("1.22")
    assert found.findings == ("preseason_assumed",)


@pytest.mark.parametrize(
    ("settings", "findings"),
    [
        (Settings(), ()),
        (Settings(reduction_warn_kg_per_ha=5_000), ("reduction_implausible",)),
        (Settings(reduction_warn_ppt=600), ("reduction_implausible",)),
    ],
)
def test_a_reduction_fields_do_not_give_is_told(
    settings: Settings, findings: tuple[str, ...]
) -> None:
    assert season_emission(BASELINE, PROJECT, choice_of(settings)).findings == findings


@pytest.mark.parametrize(("ppt", "kept"), [(0, 1000), (150, 850), (1000, 0)])
def test_the_deduction_is_taken_off_what_may_be_claimed(ppt: int, kept: int) -> None:
    found = season_emission(BASELINE, PROJECT, choice_of(Settings(deduction_ppt=ppt)))
    stated = Fraction(found.reduction_kg_co2e_per_ha)
    assert found.claimable_t_co2e == down(stated * kept / 1_000_000, 3)
    usual = season_emission(BASELINE, PROJECT, DEFAULT)
    assert found.reduction_kg_co2e_per_ha == usual.reduction_kg_co2e_per_ha


@pytest.mark.parametrize("factors", FACTOR_SETS.values(), ids=str)
def test_every_factor_lies_in_its_range(factors: FactorSet) -> None:
    named = {name: getattr(factors, name) for name in factors.__struct_fields__}
    listed = [
        each for value in named.values() if isinstance(value, dict) for each in value.values()
    ]
    listed += [value for value in named.values() if isinstance(value, Factor)]
    assert all(each.low <= each.value <= each.high for each in listed)
    assert set(factors.sf_w) == set(factors.ef1_fr) == set(REGIMES)
    assert set(factors.sf_p) == set(PRESEASONS)


def test_errors_propagate_as_the_guidelines_say() -> None:
    """One factor with a range of its own: the range of the figure is that of the factor."""
    fixed = {
        name: Factor(value.value, value.value, value.value)
        for name, value in DEFAULT.factors.sf_w.items()
    }
    factors = structs.replace(
        DEFAULT.factors,
        sf_w=fixed,
        sf_p={name: Factor(Decimal(1), Decimal(1), Decimal(1)) for name in PRESEASONS},
    )
    choice = structs.replace(DEFAULT, factors=factors)
    assert isinstance(choice, Choice)
    bare = structs.replace(BASELINE, straw_lt_30_g=0, straw_burned_g=0, n_g=0)
    found = season_emission(bare, bare, choice).baseline
    assert found.low_kg_co2e_per_ha == Decimal(83 * 28)
    assert found.high_kg_co2e_per_ha == Decimal(181 * 28)


@pytest.mark.parametrize(
    ("exact", "towards_more", "towards_less", "nearest"),
    [
        (Fraction(1, 8), "0.13", "0.12", "0.13"),
        (Fraction(-1, 8), "-0.12", "-0.13", "-0.12"),
        (Fraction(5), "5.00", "5.00", "5.00"),
    ],
)
def test_rounding_has_a_direction(
    exact: Fraction, towards_more: str, towards_less: str, nearest: str
) -> None:
    found = (str(up(exact, 2)), str(down(exact, 2)), str(near(exact, 2)))
    assert found == (towards_more, towards_less, nearest)
