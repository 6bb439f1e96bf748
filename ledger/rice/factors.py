"""Named sets of emission factors and of warming potentials: numbers from print, under their names.

Each value stands with the range its table gives; a figure is only as good as the name of the set
beside it. Which sets a ledger reckons with is a setting, carried by acts (`limits`); what is done
with the numbers is `emission`'s.

Tables are those of the IPCC 2019 Refinement, Volume 4, Chapters 2, 5 and 11 (`IPCC-2019-SEA`, for
South-East Asia), and of Vo et al. 2020, Climate 8(6):74 (`VN-SOUTH-VO2020`, southern Viet Nam).
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Literal

from msgspec import Struct

FactorSetName = Literal["IPCC-2019-SEA", "VN-SOUTH-VO2020"]
GwpSetName = Literal["AR5", "AR6", "AR6-CCTS"]

METHOD_VERSION = "IPCC 2019 Refinement, Volume 4"


class Factor(Struct, frozen=True):
    """A factor with the ends of its range; where print gives no range, both are its value."""

    value: Decimal
    low: Decimal
    high: Decimal


class FactorSet(Struct, frozen=True, kw_only=True):
    """What a season's emission is reckoned with.

    ``ef_ch4`` is kg CH4 per hectare and day, by the kind of season (``DX``, ``HT``, ``TD``);
    ``ef1_fr`` kg N2O-N per kg N; ``days`` the cultivation period where dates are missing; the
    burning factors grams per kilogram of dry matter burned, of which ``burned_share`` does burn.

    ``includes_practice``: the factor was measured under the straw and the pre-season water usual in
    the country, so it is scaled for neither, before or now.
    """

    name: FactorSetName
    method: str
    ef_ch4: Mapping[str, Factor]
    sf_w: Mapping[str, Factor]
    sf_p: Mapping[str, Factor]
    cfoa_lt_30: Factor
    cfoa_gt_30: Factor
    exponent: Factor
    ef1_fr: Mapping[str, Factor]
    burned_share: Decimal
    burned_ch4_g_per_kg: Decimal
    burned_n2o_g_per_kg: Decimal
    days: int
    includes_practice: bool = False


class GwpSet(Struct, frozen=True):
    """What a kilogram of each gas warms over 100 years, in kilograms of CO2."""

    name: GwpSetName
    ch4: Decimal
    n2o: Decimal


def _factor(value: str, low: str = "", high: str = "") -> Factor:
    return Factor(Decimal(value), Decimal(low or value), Decimal(high or value))


_SEA = FactorSet(
    name="IPCC-2019-SEA",
    method="IPCC 2019 Tier 1",
    ef_ch4=dict.fromkeys(("DX", "HT", "TD"), _factor("1.22", "0.83", "1.81")),  # table 5.11
    sf_w={  # table 5.12
        "continuous": _factor("1.00", "0.73", "1.27"),
        "single": _factor("0.71", "0.53", "0.94"),
        "multiple": _factor("0.55", "0.41", "0.72"),
    },
    sf_p={  # table 5.13; what is not known takes the row for all regimes together
        "non_flooded_lt_180": _factor("1.00", "0.88", "1.12"),
        "non_flooded_gt_180": _factor("0.89", "0.80", "0.99"),
        "flooded_gt_30": _factor("2.41", "2.13", "2.73"),
        "unknown": _factor("1.22", "1.08", "1.37"),
    },
    cfoa_lt_30=_factor("1.00", "0.85", "1.17"),  # table 5.14, straw
    cfoa_gt_30=_factor("0.19", "0.11", "0.28"),
    exponent=_factor("0.59", "0.54", "0.64"),  # equation 5.3
    ef1_fr={  # table 11.1
        "continuous": _factor("0.003", "0", "0.010"),
        "single": _factor("0.005", "0", "0.016"),
        "multiple": _factor("0.005", "0", "0.016"),
    },
    burned_share=Decimal("0.80"),  # tables 2.5 and 2.6, rice residue
    burned_ch4_g_per_kg=Decimal("2.7"),
    burned_n2o_g_per_kg=Decimal("0.07"),
    days=102,  # table 5.11A
)

FACTOR_SETS: Mapping[str, FactorSet] = {
    "IPCC-2019-SEA": _SEA,
    # Which crop of the year is "early", "middle" and "late" is an inference; no ranges are given.
    "VN-SOUTH-VO2020": FactorSet(
        name="VN-SOUTH-VO2020",
        method="IPCC 2019 Tier 2",
        ef_ch4={"DX": _factor("1.72"), "HT": _factor("2.80"), "TD": _factor("3.58")},
        sf_w=_SEA.sf_w,
        sf_p=_SEA.sf_p,
        cfoa_lt_30=_SEA.cfoa_lt_30,
        cfoa_gt_30=_SEA.cfoa_gt_30,
        exponent=_SEA.exponent,
        ef1_fr=_SEA.ef1_fr,
        burned_share=_SEA.burned_share,
        burned_ch4_g_per_kg=_SEA.burned_ch4_g_per_kg,
        burned_n2o_g_per_kg=_SEA.burned_n2o_g_per_kg,
        days=_SEA.days,
        includes_practice=True,
    ),
}
GWP_SETS: Mapping[str, GwpSet] = {
    "AR5": GwpSet("AR5", Decimal(28), Decimal(265)),
    "AR6": GwpSet("AR6", Decimal("27.0"), Decimal(273)),
    "AR6-CCTS": GwpSet("AR6-CCTS", Decimal("29.8"), Decimal("273.0")),
}
