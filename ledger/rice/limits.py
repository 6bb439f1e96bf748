"""The limits in force: what acts carry so that an audit replays with the same ones."""

from __future__ import annotations

from msgspec import Struct

from ledger.rice.factors import FactorSetName, GwpSetName
from ledger.rice.terms import Days, Grams, Kilograms, Months, Share


class Settings(Struct, frozen=True, gc=False, forbid_unknown_fields=True, kw_only=True):
    """The limits in force, carried by the founding act so that an audit replays with them.

    Shares are parts per thousand. Defaults are those of the trade: a white recovery above 72 % of
    paddy at 14 % moisture is not possible, a container holds 30 t at the most.

    Emissions are reckoned with one set of factors and one of warming potentials (`factors`); the
    deduction is what uncertainty takes off a reduction that is to be claimed (VM0051 v1.1). A
    reduction above the two last figures is looked into, never refused.
    """

    yield_reject_g_m2: Grams = 1_100
    yield_warn_dx_g_m2: Grams = 900
    yield_warn_ht_g_m2: Grams = 750
    yield_warn_td_g_m2: Grams = 750
    white_reject_ppt: Share = 720
    white_warn_ppt: Share = 700
    white_low_ppt: Share = 550
    husk_low_ppt: Share = 160
    husk_high_ppt: Share = 240
    bran_low_ppt: Share = 60
    bran_high_ppt: Share = 140
    tolerance_ppt: Share = 5
    container_reject_g: Grams = 30_000_000
    container_warn_g: Grams = 26_500_000
    inspection_months: Months = 12
    inspection_warn_months: Months = 11
    factor_set: FactorSetName = "IPCC-2019-SEA"
    gwp_set: GwpSetName = "AR5"
    deduction_ppt: Share = 150
    reduction_warn_kg_per_ha: Kilograms = 12_000
    reduction_warn_ppt: Share = 850
    suspension_months: Months = 6
    key_days: Days = 366
