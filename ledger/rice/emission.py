"""How much a season of rice warms the air: IPCC 2019 Refinement, Volume 4, from stated inputs.

Methane of the field by equations 5.1 to 5.3, direct nitrous oxide of fertiliser (equation 11.1,
flooded rice), and what straw gives off when it is burned (equation 2.27). Soil carbon, fuel and the
mill are not reckoned here; how the water stood is `water`'s, which numbers are used `factors`'.

Everything is exact until it is stated, and rounded once there: emissions up, reductions down
(`rounding`). Only the power of equation 5.3 has no exact value; it has 50 significant digits.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from decimal import Context, Decimal
from fractions import Fraction

from msgspec import Struct

from ledger.errors import Words
from ledger.rice.factors import METHOD_VERSION, Factor, FactorSet, GwpSet
from ledger.rice.rounding import down, near, up

_POWERS = Context(prec=50)
_HECTARE_M2 = 10_000
_KILO = 1_000
_TONNE = 1_000_000
_N2O_OF_N = Fraction(44, 28)

Pick = Callable[[Factor], Decimal]
"""Which end of a factor is reckoned with."""
Amendment = tuple[Fraction, Decimal]
"""Tonnes of dry matter per hectare of something ploughed in, and its conversion factor CFOA."""


class Practice(Struct, frozen=True, kw_only=True):
    """How some land was farmed in a season: what the method asks for, as whole numbers.

    Grams are of the whole land, straw as dry matter; buried is straw of the crop before, ploughed
    in less or more than 30 days before cultivation; burned is straw of this crop. Days that nobody
    recorded are those of the factor set (table 5.11A).
    """

    area_m2: int
    season: str
    days: int | None
    regime: str
    preseason: str
    straw_lt_30_g: int
    straw_gt_30_g: int
    straw_burned_g: int
    n_g: int


class Choice(Struct, frozen=True, kw_only=True):
    """What a ledger has decided to reckon with: sets by their names, and the deduction."""

    factors: FactorSet
    gwp: GwpSet
    deduction_ppt: int
    warn_kg_per_ha: int
    warn_ppt: int


class Span(Struct, frozen=True, kw_only=True):
    """One side's emission, kg CO2e per hectare, with the ends of its uncertainty range."""

    kg_co2e_per_ha: Decimal
    low_kg_co2e_per_ha: Decimal
    high_kg_co2e_per_ha: Decimal
    ch4_kg_per_ha: Decimal
    n2o_kg_per_ha: Decimal
    sf_w: Decimal
    sf_p: Decimal
    sf_o: Decimal
    days: int
    regime: str


class Emission(Struct, frozen=True, kw_only=True):
    """A season beside its baseline, with everything that has to stand beside such a number.

    Tonnes are the stated kilograms per hectare times the hectares, so that anybody can add them up
    again. The claimable reduction is what the deduction for uncertainty leaves of the reduction.
    ``findings`` are codes of `FINDINGS`.
    """

    method: str
    method_version: str
    factor_set: str
    gwp_set: str
    baseline: Span
    project: Span
    reduction_kg_co2e_per_ha: Decimal
    reduction_pct: Decimal | None
    deduction_pct: Decimal
    claimable_t_co2e: Decimal
    baseline_t_co2e: Decimal
    project_t_co2e: Decimal
    findings: tuple[str, ...]


FINDINGS: Mapping[str, Words] = {
    "straw_within_factor": Words(
        "The factor was measured under the usual straw and pre-season water; it is scaled for"
        " neither.",
        "Hệ số đã đo với rơm rạ và nước trước vụ thông thường, không nhân thêm cho hai yếu tố đó.",
    ),
    "preseason_assumed": Words(
        "How the water stood before the season is unknown; the aggregated factor counts on both"
        " sides.",
        "Không rõ nước trước vụ; dùng hệ số gộp cho cả hai bên.",
    ),
    "period_assumed": Words(
        "Land preparation or harvest is not in the diary; the period is the default of the factor"
        " set.",
        "Nhật ký thiếu ngày làm đất hoặc thu hoạch; dùng số ngày mặc định của bộ hệ số.",
    ),
    "reduction_implausible": Words(
        "The reduction is larger than fields usually give: look into it before relying on it.",
        "Mức giảm lớn hơn thực tế thường gặp: cần xem lại trước khi dựa vào.",
    ),
}
"""What is worth knowing of a figure, in words."""


def organic_scaling(amendments: Iterable[Amendment], exponent: Decimal) -> Fraction:
    """Return SFo = (1 + sum of ROA x CFOA)^exponent (equation 5.3), to 50 significant digits."""
    base = 1 + sum(roa_t_per_ha * Fraction(cfoa) for roa_t_per_ha, cfoa in amendments)
    quotient = _POWERS.divide(Decimal(base.numerator), Decimal(base.denominator))
    return Fraction(_POWERS.power(quotient, exponent))


def daily_ch4_kg_per_ha(ef_c: Decimal, sf_w: Decimal, sf_p: Decimal, sf_o: Fraction) -> Fraction:
    """Return EF = EFc x SFw x SFp x SFo (equation 5.2), kg CH4 per hectare and day."""
    return Fraction(ef_c) * Fraction(sf_w) * Fraction(sf_p) * sf_o


def field_ch4_kg(daily_kg_per_ha: Fraction, days: int, area_m2: int) -> Fraction:
    """Return CH4 = EF x t x A (equation 5.1), kg, for so many days and square metres."""
    return daily_kg_per_ha * days * area_m2 / _HECTARE_M2


def direct_n2o_kg(n_g: int, ef1_fr: Decimal) -> Fraction:
    """Return N2O = N x EF1FR x 44/28 (equation 11.1), kg, of so many grams of nitrogen."""
    return Fraction(n_g, _KILO) * Fraction(ef1_fr) * _N2O_OF_N


def burned_kg(straw_g: int, burned_share: Decimal, gas_g_per_kg: Decimal) -> Fraction:
    """Return M x Cf x Gef / 1000 (equation 2.27), kg of a gas, of so many grams of dry straw."""
    return Fraction(straw_g, _KILO) * Fraction(burned_share) * Fraction(gas_g_per_kg) / _KILO


def season_emission(baseline: Practice, project: Practice, choice: Choice) -> Emission:
    """Return what a season gives off beside its baseline; both are stated per hectare."""
    before, now = _Reckoned(baseline, choice), _Reckoned(project, choice)
    less = before.co2e - now.co2e
    less_kg_per_ha, was, now_is = down(less, 2), before.span(), now.span()
    claimable_kg_per_ha = max(Fraction(less_kg_per_ha), Fraction(0)) * (
        1 - Fraction(choice.deduction_ppt, 1000)
    )
    t_per_kg_per_ha = Fraction(project.area_m2, _HECTARE_M2 * _KILO)
    return Emission(
        method=choice.factors.method,
        method_version=METHOD_VERSION,
        factor_set=choice.factors.name,
        gwp_set=choice.gwp.name,
        baseline=was,
        project=now_is,
        reduction_kg_co2e_per_ha=less_kg_per_ha,
        reduction_pct=down(100 * less / before.co2e, 2) if before.co2e else None,
        deduction_pct=near(Fraction(choice.deduction_ppt, 10), 1),
        claimable_t_co2e=down(claimable_kg_per_ha * t_per_kg_per_ha, 3),
        baseline_t_co2e=near(Fraction(was.kg_co2e_per_ha) * t_per_kg_per_ha, 3),
        project_t_co2e=near(Fraction(now_is.kg_co2e_per_ha) * t_per_kg_per_ha, 3),
        findings=tuple(_findings(before, now, choice)),
    )


class _Reckoned:
    """One side worked out: kilograms per hectare, exact."""

    def __init__(self, practice: Practice, choice: Choice) -> None:
        self.practice = practice
        self.choice = choice
        self.days = choice.factors.days if practice.days is None else practice.days
        self.field = self._field(_value)
        self.n2o = self._n2o(_value)
        self.burned_ch4, self.burned_n2o = self._burned()
        self.co2e = self._co2e(self.field + self.burned_ch4, self.n2o + self.burned_n2o)

    def span(self) -> Span:
        """Return this side as it is stated.

        The range is worked out by propagation of error (IPCC 2006 Volume 1, equations 3.1 and 3.2),
        for each direction by itself: factors multiplied add their relative uncertainties in
        quadrature, gases added their absolute ones. Inputs count as exact.
        """
        factors, practice = self.choice.factors, self.practice
        return Span(
            kg_co2e_per_ha=up(self.co2e, 2),
            low_kg_co2e_per_ha=down(max(self.co2e - self._margin(_low), Fraction(0)), 2),
            high_kg_co2e_per_ha=up(self.co2e + self._margin(_high), 2),
            ch4_kg_per_ha=up(self.field + self.burned_ch4, 3),
            n2o_kg_per_ha=up(self.n2o + self.burned_n2o, 4),
            sf_w=factors.sf_w[practice.regime].value,
            sf_p=self._sf_p.value,
            sf_o=near(self._sf_o(_value), 4),
            days=self.days,
            regime=practice.regime,
        )

    @property
    def _sf_p(self) -> Factor:
        factors = self.choice.factors
        return _ONE if factors.includes_practice else factors.sf_p[self.practice.preseason]

    def _sf_o(self, pick: Pick) -> Fraction:
        factors, practice = self.choice.factors, self.practice
        if factors.includes_practice:
            return Fraction(1)
        t_per_ha = Fraction(_HECTARE_M2, practice.area_m2 * _TONNE)
        amendments = (
            (practice.straw_lt_30_g * t_per_ha, pick(factors.cfoa_lt_30)),
            (practice.straw_gt_30_g * t_per_ha, pick(factors.cfoa_gt_30)),
        )
        return organic_scaling(amendments, pick(factors.exponent))

    def _field(self, pick: Pick) -> Fraction:
        factors, practice = self.choice.factors, self.practice
        daily = daily_ch4_kg_per_ha(
            pick(factors.ef_ch4[practice.season[:2]]),
            pick(factors.sf_w[practice.regime]),
            pick(self._sf_p),
            self._sf_o(pick),
        )
        return field_ch4_kg(daily, self.days, _HECTARE_M2)

    def _n2o(self, pick: Pick) -> Fraction:
        practice = self.practice
        n2o = direct_n2o_kg(practice.n_g, pick(self.choice.factors.ef1_fr[practice.regime]))
        return n2o * _HECTARE_M2 / practice.area_m2

    def _burned(self) -> tuple[Fraction, Fraction]:
        factors, practice = self.choice.factors, self.practice
        share, to_ha = factors.burned_share, Fraction(_HECTARE_M2, practice.area_m2)
        return (
            burned_kg(practice.straw_burned_g, share, factors.burned_ch4_g_per_kg) * to_ha,
            burned_kg(practice.straw_burned_g, share, factors.burned_n2o_g_per_kg) * to_ha,
        )

    def _co2e(self, ch4: Fraction, n2o: Fraction) -> Fraction:
        gwp = self.choice.gwp
        return ch4 * Fraction(gwp.ch4) + n2o * Fraction(gwp.n2o)

    def _margin(self, end: Pick) -> Fraction:
        """Return how far the ends of the factors on one side may carry the figure that way."""
        factors, practice = self.choice.factors, self.practice
        picked = (factors.ef_ch4[practice.season[:2]], factors.sf_w[practice.regime], self._sf_p)
        shares = [_off(Fraction(each.value), Fraction(end(each))) for each in picked]
        shares.append(_off(self._sf_o(_value), self._sf_o(end)))
        field = self._co2e(self.field, Fraction(0)) ** 2 * sum(share**2 for share in shares)
        soil = self._co2e(Fraction(0), self._n2o(end) - self.n2o) ** 2
        return _root(field + soil)


_ONE = Factor(Decimal(1), Decimal(1), Decimal(1))


def _value(factor: Factor) -> Decimal:
    return factor.value


def _low(factor: Factor) -> Decimal:
    return factor.low


def _high(factor: Factor) -> Decimal:
    return factor.high


def _off(value: Fraction, end: Fraction) -> Fraction:
    return (end - value) / value


def _root(square: Fraction) -> Fraction:
    quotient = _POWERS.divide(Decimal(square.numerator), Decimal(square.denominator))
    return Fraction(_POWERS.sqrt(quotient))


def _findings(before: _Reckoned, now: _Reckoned, choice: Choice) -> Iterable[str]:
    less = before.co2e - now.co2e
    if choice.factors.includes_practice:
        yield "straw_within_factor"
    elif "unknown" in {before.practice.preseason, now.practice.preseason}:
        yield "preseason_assumed"
    if now.practice.days is None:
        yield "period_assumed"
    if less > choice.warn_kg_per_ha or less * 1000 > before.co2e * choice.warn_ppt:
        yield "reduction_implausible"
