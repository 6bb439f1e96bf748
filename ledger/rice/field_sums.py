"""What one area's season adds up to: inputs, water, straw, losses, yield, and what it gives off.

Worked out from the lines of its diary, the readings of its tubes, its harvests and its signed
baseline, whenever it is asked for. Per hectare means of the area's code, not of what was worked.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction

from msgspec import Struct

from ledger.rice import events
from ledger.rice.emission import Choice, Emission, Practice, season_emission
from ledger.rice.events import Drying, FieldWork, Harvest, Milling
from ledger.rice.factors import FACTOR_SETS, GWP_SETS
from ledger.rice.facts import Area
from ledger.rice.figures import AreaFigures
from ledger.rice.limits import Settings
from ledger.rice.lots import gtin_of
from ledger.rice.mass import BASE_PPT
from ledger.rice.paper_facts import Baseline
from ledger.rice.rounding import half_up, near, percent, up
from ledger.rice.water import WaterRegime, water_regime

DRY = 1000 - BASE_PPT
KILO = 1_000
TONNE = 1_000_000
HECTARE_M2 = 10_000


class Processed(Struct, frozen=True, kw_only=True):
    """What dryers and mills made of the paddy of an area, with whatever it was mixed with.

    ``*_dry`` are grams times parts per thousand of what is not water; ``made_g`` is everything that
    came out of the mill, ``white_g`` the head and broken rice of it.
    """

    dried_in_dry: int = 0
    dried_out_dry: int = 0
    milled_dry: int = 0
    made_g: int = 0
    white_g: int = 0


class Grown(Struct, frozen=True, kw_only=True):
    """One area's season: what was said of it, and what became of its paddy."""

    area: Area
    season: str
    work: Sequence[FieldWork]
    cut: Sequence[Harvest]
    baseline: Baseline | None
    processed: Processed


def choice_of(settings: Settings) -> Choice:
    """Return what a ledger reckons emissions with."""
    return Choice(
        factors=FACTOR_SETS[settings.factor_set],
        gwp=GWP_SETS[settings.gwp_set],
        deduction_ppt=settings.deduction_ppt,
        warn_kg_per_ha=settings.reduction_warn_kg_per_ha,
        warn_ppt=settings.reduction_warn_ppt,
    )


def area_figures(grown: Grown, choice: Choice) -> AreaFigures:
    """Return what an area's season adds up to."""
    area, work, cut, base = grown.area, grown.work, grown.cut, grown.baseline
    m2, done = area.area_m2, grown.processed
    nitrogen_g, water_l = total(work, "n_g"), total(work, "water_l")
    sprayings = sum(isinstance(each, events.Spraying) for each in work)
    field_dry, cut_dry = dry(reaped(work)), dry(cut)
    straw, water = straw_of(work, "this_crop"), water_of(grown)
    emission = emission_of(grown, choice)
    return AreaFigures(
        code=area.code,
        cooperative=area.manager,
        commune=area.commune,
        in_scheme=area.in_scheme,
        ha=half_up(m2, HECTARE_M2, 4),
        tickets=len(cut),
        harvested_wet_g=sum(each.mass_g for each in cut),
        harvested_14_kg=kg14(cut_dry),
        field_14_kg=kg14(field_dry),
        field_to_mill_14_kg=kg14(field_dry - cut_dry),
        field_to_mill_pct=percent(field_dry - cut_dry, field_dry),
        drying_loss_pct=percent(done.dried_in_dry - done.dried_out_dry, done.dried_in_dry),
        milling_loss_pct=percent(done.milled_dry - done.made_g * DRY, done.milled_dry),
        post_harvest_loss_pct=_lost(field_dry, cut_dry, done),
        yield_t_ha=half_up(cut_dry * HECTARE_M2, DRY * TONNE * m2, 3),
        seed_kg_per_ha=_per_ha(total(work, "seed_g"), m2),
        n_kg_per_ha=_per_ha(nitrogen_g, m2),
        p2o5_kg_per_ha=_per_ha(total(work, "p2o5_g"), m2),
        k2o_kg_per_ha=_per_ha(total(work, "k2o_g"), m2),
        pesticide_applications=sprayings,
        water_m3_per_ha=_per_ha(water_l, m2),
        straw_collected_g=total(straw, "collected_g"),
        straw_incorporated_g=_buried_g(straw),
        straw_burned_g=total(straw, "burned_g"),
        straw_collected_pct=straw_collected(work),
        packaging_returned_pct=percent(total(work, "returned_g"), total(work, "bought_g")),
        n_reduction_pct=_cut_by(base.n_g_per_ha if base else 0, nitrogen_g, m2),
        pesticide_reduction_pct=_cut_by(base.sprayings if base else 0, sprayings, HECTARE_M2),
        water_reduction_pct=_cut_by(base.water_l_per_ha if base else 0, water_l, m2),
        mechanised_pct=_mechanised(work),
        fully_mechanised=_is_mechanised(work),
        water=water,
        sf_w=choice.factors.sf_w[water.regime].value,
        emission=emission,
        co2e_kg_per_kg_rice=_per_kg_rice(grown, emission) if emission else None,
    )


def processed(
    dried: Iterable[Drying],
    milled: Iterable[Milling],
    moisture_ppt: Mapping[str, int],
    forms: Mapping[str, str],
) -> Processed:
    """Return what dryings and millings add up to.

    ``moisture_ppt`` is that of each lot dried, ``forms`` what kind of rice each GTIN is.
    """
    dryings, millings = list(dried), list(milled)
    made = [(forms.get(gtin_of(lot)), g) for event in millings for lot, g in event.outputs]
    return Processed(
        dried_in_dry=sum(taken_dry(event, moisture_ppt) for event in dryings),
        dried_out_dry=dry(dryings),
        milled_dry=sum(paddy_dry(event) for event in millings),
        made_g=sum(g for _, g in made),
        white_g=sum(g for form, g in made if form in {"head_rice", "broken"}),
    )


def taken_dry(event: Drying, moisture_ppt: Mapping[str, int]) -> int:
    """Return what a dryer took in, by the moisture of each lot."""
    return sum(g * (1000 - moisture_ppt.get(lot, BASE_PPT)) for lot, g in event.inputs)


def paddy_dry(event: Milling) -> int:
    """Return what a mill took in."""
    return sum(mass_g for _, mass_g in event.inputs) * (1000 - event.moisture_ppt)


def water_of(grown: Grown) -> WaterRegime:
    """Return the water regime that the tubes of an area prove."""
    readings = (each for each in grown.work if isinstance(each, events.WaterReading))
    return water_regime(readings, first_harvest_on(grown))


def first_harvest_on(grown: Grown) -> str:
    """Return the day an area was first cut in the season, by its diary or by a slip."""
    days = [each.on for each in reaped(grown.work)] + [each.harvested_on for each in grown.cut]
    return min(days, default="")


def emission_of(grown: Grown, choice: Choice) -> Emission | None:
    """Return what the season gives off beside its baseline; nothing unless one was signed.

    Water before the season is taken to have been the same on both sides.
    """
    base = grown.baseline
    if base is None:
        return None
    before = Practice(
        area_m2=HECTARE_M2,
        season=grown.season,
        days=base.days,
        regime=base.regime,
        preseason=base.preseason,
        straw_lt_30_g=base.straw_buried_lt_30_g_per_ha,
        straw_gt_30_g=base.straw_buried_gt_30_g_per_ha,
        straw_burned_g=base.straw_burned_g_per_ha,
        n_g=base.n_g_per_ha,
    )
    ploughed_in = straw_of(grown.work, "crop_before")
    now = Practice(
        area_m2=grown.area.area_m2,
        season=grown.season,
        days=_days(grown.work),
        regime=water_of(grown).regime,
        preseason=base.preseason,
        straw_lt_30_g=total(ploughed_in, "buried_lt_30_g"),
        straw_gt_30_g=total(ploughed_in, "buried_gt_30_g"),
        straw_burned_g=total(straw_of(grown.work, "this_crop"), "burned_g"),
        n_g=total(grown.work, "n_g"),
    )
    return season_emission(before, now, choice)


def straw_collected(work: Iterable[FieldWork]) -> Decimal | None:
    """Return the share of this crop's straw that was collected, in per cent."""
    straw = straw_of(work, "this_crop")
    collected = total(straw, "collected_g")
    return percent(collected, collected + _buried_g(straw) + total(straw, "burned_g"))


def straw_of(work: Iterable[FieldWork], crop: str) -> list[events.StrawHandling]:
    """Return what became of the straw of one crop: ``this_crop`` or ``crop_before``."""
    straw = [each for each in work if isinstance(each, events.StrawHandling)]
    return [each for each in straw if each.straw_of == crop]


def reaped(work: Iterable[FieldWork]) -> list[events.Reaping]:
    """Return the harvest lines of a diary."""
    return [each for each in work if isinstance(each, events.Reaping)]


def total(work: Iterable[FieldWork], member: str) -> int:
    """Return the sum of what lines of a diary say under one name."""
    return sum(getattr(each, member, 0) for each in work)


def dry(weighed: Iterable[events.Reaping | Harvest | Drying]) -> int:
    """Return masses as grams times parts per thousand of what is not water: exact."""
    return sum(each.mass_g * (1000 - each.moisture_ppt) for each in weighed)


def kg14(dry_mass: int) -> int:
    """Return kilograms at 14 % moisture, half up."""
    return int(half_up(dry_mass, DRY * KILO, 0))


def hectares(m2: Mapping[str, int], codes: Iterable[str]) -> Decimal:
    """Return the hectares of areas together."""
    return half_up(sum(m2.get(code, 0) for code in codes), HECTARE_M2, 4)


def _per_kg_rice(grown: Grown, emission: Emission) -> Decimal | None:
    """Return what a kilogram of milled white rice of the area stands for.

    All its paddy counts as milled like what was milled; before any was, there is no such figure.
    """
    milled = dry(grown.cut) * grown.processed.white_g
    if not milled:
        return None
    land = Fraction(grown.area.area_m2, HECTARE_M2)
    rice_kg = Fraction(milled, KILO * grown.processed.milled_dry)
    return up(Fraction(emission.project.kg_co2e_per_ha) * land / rice_kg, 3)


def _days(work: Iterable[FieldWork]) -> int | None:
    """Return the days from the first land preparation to the last harvest line, if both are."""
    lines = list(work)
    begun = min((e.on for e in lines if isinstance(e, events.LandPreparation)), default="")
    ended = max((e.on for e in reaped(lines)), default="")
    if not begun or ended <= begun:
        return None
    return (date.fromisoformat(ended) - date.fromisoformat(begun)).days


def _lost(field_dry: int, cut_dry: int, done: Processed) -> Decimal | None:
    """Return what was lost from the field to the mill's doors, in per cent of the harvest.

    The paddy was dried and milled among others': it bears the losses of those stages by its share.
    """
    if not field_dry:
        return None
    kept = Fraction(cut_dry, field_dry)
    if done.dried_in_dry:
        kept *= Fraction(done.dried_out_dry, done.dried_in_dry)
    if done.milled_dry:
        kept *= Fraction(done.made_g * DRY, done.milled_dry)
    return near(100 * (1 - kept), 2)


def _buried_g(straw: Iterable[FieldWork]) -> int:
    lines = list(straw)
    return total(lines, "buried_lt_30_g") + total(lines, "buried_gt_30_g")


def _per_ha(amount: int, m2: int) -> Decimal:
    return half_up(amount * HECTARE_M2, KILO * m2, 2)


def _cut_by(before: int, now: int, m2: int) -> Decimal | None:
    """Return by how much less than a baseline, which is per hectare; ``now`` is for the land."""
    if not before:
        return None
    return percent(before * m2 - now * HECTARE_M2, before * m2)


_MACHINES = (events.LandPreparation, events.Sowing, events.Spraying, events.Reaping)


def _is_mechanised(work: Sequence[FieldWork]) -> bool:
    """Tell whether land, sowing, every spraying and every harvest line were done by machine."""
    done = [each for each in work if isinstance(each, _MACHINES)]
    needed = {events.LandPreparation, events.Sowing, events.Reaping}
    return {type(each) for each in done} >= needed and all(each.by_machine for each in done)


def _mechanised(work: Sequence[FieldWork]) -> Decimal | None:
    """Return the share of hectares worked, of the same four kinds of work, by machine."""
    done = [each for each in work if isinstance(each, _MACHINES)]
    by_machine = sum(each.worked_m2 for each in done if each.by_machine)
    return percent(by_machine, sum(each.worked_m2 for each in done))
