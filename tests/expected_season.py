"""A season's figures held against its ``expected.json``, which was computed by other means.

Masses agree to the gram, or to the unit in which they are stated; shares to their two digits.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from ledger.rice.figures import AreaFigures, SeasonFigures

AREA = (
    *("ha", "tickets", "yield_t_ha", "seed_kg_per_ha", "n_kg_per_ha"),
    *("pesticide_applications", "water_m3_per_ha", "straw_collected_pct"),
    *("packaging_returned_pct", "n_reduction_pct", "pesticide_reduction_pct"),
    *("water_reduction_pct", "cooperative", "in_scheme"),
)
SAME = (
    *("coded_ha", "scheme_ha", "certified_ha", "mean_yield_t_ha", "bags_packed"),
    *("export_share_pct", "wet_stock_14_kg", "silo_stock_14_kg", "milled_outputs_kg"),
    *("post_harvest_loss_pct", "straw_collected_pct", "packaging_returned_pct"),
    *("mechanised_full_pct", "linked_pct"),
)
TONNES = {
    "harvested_wet_t": "harvested_wet_g",
    "granted_t": "granted_g",
    "packed_t": "packed_g",
    "certified_t": "certified_g",
    "exported_t": "exported_g",
    "certified_exported_t": "certified_exported_g",
}
AREA_OTHERWISE = (
    *("season", "code", "commune_code", "harvested_wet_t", "harvested_14_kg", "harvested_14_t"),
    *("drainages_by_tube", "water_regime", "scaling_factor_sfw", "ghg"),
)
OTHERWISE = (
    *("certified_areas", "certified_ha_when_closed", "closed", "tickets_accepted"),
    *("harvested_14_t", "harvested_field_14_kg", "loss_by_stage_14_kg"),
)
EMISSIONS = {
    "ghg_certified_baseline_t_co2e": "certified_baseline_t_co2e",
    "ghg_certified_project_t_co2e": "certified_project_t_co2e",
}

WIDTH_MAX = 200
Found = Iterator[tuple[str, object, object]]


def differences(closed: SeasonFigures, expected: Mapping[str, Any]) -> list[str]:
    """Return every figure that is not the one expected, in words."""
    totals = expected["totals"]
    found = (
        *_areas(closed, totals["areas"], expected["tolerances"]),
        *_programme(closed, totals["programme"]),
        *_parts(closed, expected),
    )
    odd = ((what, ours, theirs) for what, ours, theirs in found if ours != theirs)
    return [f"{what}: {ours}, expected {theirs}"[:WIDTH_MAX] for what, ours, theirs in odd]


def short(lot: str) -> str:
    """Return the number at the end of a lot's name; of a silo, without its season."""
    return lot.rpartition("/")[2].removesuffix("-DX-2026")


def tonnes(mass_g: int) -> Decimal:
    """Return grams as tonnes."""
    return Decimal(mass_g) / 1_000_000


def _areas(
    closed: SeasonFigures, expected: list[dict[str, Any]], tolerances: Mapping[str, Any]
) -> Found:
    known: dict[str, AreaFigures] = {area.code: area for area in closed.areas}
    yield "areas", sorted(known), sorted(each["code"] for each in expected)
    for each in expected:
        area = known[each["code"]]
        yield f"{area.code} members", {*AREA, *AREA_OTHERWISE}, set(each)
        for name in AREA:
            yield f"{area.code} {name}", getattr(area, name), each[name]
        # At exactly half a kilogram the pack's own arithmetic may fall either way.
        is_near = abs(area.harvested_14_kg - each["harvested_14_kg"]) <= tolerances["kg"]
        yield f"{area.code} harvested", is_near, True
        in_tonnes = Decimal(area.harvested_14_kg) / 1000
        is_near = abs(in_tonnes - each["harvested_14_t"]) <= tolerances["t"]
        yield f"{area.code} harvested, t", is_near, True
        yield f"{area.code} wet", tonnes(area.harvested_wet_g), each["harvested_wet_t"]
        yield f"{area.code} commune", area.commune, each["commune_code"]
        yield f"{area.code} season", closed.season, each["season"]
        yield from _water_and_air(area, each)


def _water_and_air(area: AreaFigures, expected: Mapping[str, Any]) -> Found:
    drained = {tube.tube.rpartition(":")[2]: tube.drainages for tube in area.water.tubes}
    yield f"{area.code} drainages", drained, expected["drainages_by_tube"]
    yield f"{area.code} regime", area.water.regime, expected["water_regime"]
    yield f"{area.code} SFw", area.sf_w, expected["scaling_factor_sfw"]
    found, wanted = area.emission, expected["ghg"]
    if found is None or wanted is None:
        yield f"{area.code} emission", found, wanted
        return
    ours = {
        "baseline_regime": found.baseline.regime,
        "baseline_days": found.baseline.days,
        "project_days": found.project.days,
        "sfp": found.project.sf_p,
        "baseline_sfo": found.baseline.sf_o,
        "project_sfo": found.project.sf_o,
        "baseline_kg_co2e_per_ha": found.baseline.kg_co2e_per_ha,
        "project_kg_co2e_per_ha": found.project.kg_co2e_per_ha,
        "reduction_pct": found.reduction_pct,
    }
    # Held to the last digit: the conventions say which way each is rounded.
    yield f"{area.code} emission", ours, wanted


def _programme(closed: SeasonFigures, expected: dict[str, Any]) -> Found:
    totals, stages = closed.totals, expected["loss_by_stage_14_kg"]
    yield "totals", {*SAME, *TONNES, *OTHERWISE, *EMISSIONS}, set(expected)
    for name in SAME:
        yield name, getattr(totals, name), expected[name]
    for name, ours in TONNES.items():
        yield name, tonnes(getattr(totals, ours)), expected[name]
    for name, ours in EMISSIONS.items():
        yield name, getattr(totals, ours), expected[name]
    yield "certified_areas", list(totals.certified_areas), expected["certified_areas"]
    yield "closed", totals.on, expected["closed"]
    yield "certified then", totals.certified_ha_on, expected["certified_ha_when_closed"]
    yield "tickets", totals.tickets, expected["tickets_accepted"]
    yield "harvested", Decimal(totals.harvested_14_kg) / 1000, expected["harvested_14_t"]
    yield "field", totals.field_14_kg, expected["harvested_field_14_kg"]
    yield "field to mill", totals.field_to_mill_14_kg, stages["field_to_mill"]
    yield "drying", totals.drying_loss_14_kg, stages["drying"]
    yield "milling", totals.milling_loss_14_kg, stages["milling"]


def _parts(closed: SeasonFigures, expected: Mapping[str, Any]) -> Found:
    yield from _compared("silo", expected["silos"], dict(_silos(closed)))
    yield from _compared("milling", expected["milling"], dict(_milling(closed)))
    yield from _compared("packed", expected["packed_lots"], dict(_packed(closed)))
    yield from _compared("grant", expected["grants"], dict(_grants(closed)))
    containers = [(each.container, each.net_g // 1000) for each in closed.containers]
    wanted = [(each["container"], each["net_kg"]) for each in expected["containers"].values()]
    yield "containers", sorted(containers), sorted(wanted)


def _compared(what: str, expected: Mapping[str, Any], ours: Mapping[str, object]) -> Found:
    for name in sorted({*expected, *ours}):
        yield f"{what} {name}", ours.get(name), expected.get(name)


def _silos(closed: SeasonFigures) -> Iterator[tuple[str, object]]:
    for silo in closed.silos:
        yield (
            short(silo.lot),
            {
                "in_kg": silo.in_g // 1000,
                "milled_kg": silo.milled_g // 1000,
                "closing_kg": silo.closing_g // 1000,
            },
        )


def _milling(closed: SeasonFigures) -> Iterator[tuple[str, object]]:
    for batch in closed.milling:
        yield (
            short(batch.lot),
            {
                "silos": [short(silo) for silo in batch.silos],
                "paddy_14_kg": batch.paddy_14_kg,
                "white_recovery_pct": batch.white_recovery_pct,
                "areas": list(batch.areas),
                "head_kg": batch.head_g // 1000,
                "all_areas_certified": batch.all_areas_certified,
            },
        )


def _packed(closed: SeasonFigures) -> Iterator[tuple[str, object]]:
    for lot in closed.packed_lots:
        yield (
            short(lot.lot),
            {
                "net_kg": lot.net_g // 1000,
                "bags": lot.bags,
                "labelled": bool(lot.grant),
                "claim": bool(lot.grant),
                "grant": short(lot.grant),
                "areas": list(lot.areas),
            },
        )


def _grants(closed: SeasonFigures) -> Iterator[tuple[str, object]]:
    for grant in closed.grants:
        yield (
            grant.number,
            {
                "quota_t": tonnes(grant.quota_g),
                "used_t": tonnes(grant.used_g),
                "left_t": tonnes(grant.left_g),
            },
        )
