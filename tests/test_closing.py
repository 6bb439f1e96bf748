"""The figures of the demo's season are those of ``expected.json``, computed by other means.

Masses agree to the gram, or to the unit in which they are stated; shares to their two digits.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from msgspec import to_builtins

from ledger.closing import close_season
from ledger.demo import PROGRAMME, SEASON_FOLDER
from ledger.imports.tables import read_season
from ledger.intake import take_in
from ledger.keyring import SampleKeyring
from ledger.rice.figures import Figures, SeasonFigures
from ledger.rice.sums import half_up, percent
from ledger.season import Season
from ledger.service import Ledger

EXPECTED: dict[str, Any] = json.loads(
    (SEASON_FOLDER / "expected.json").read_text(encoding="utf-8"), parse_float=Decimal
)
PROGRAMME_TOTALS: dict[str, Any] = EXPECTED["totals"]["programme"]


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    keyring = SampleKeyring(PROGRAMME.origin)
    season = Season(read_season(SEASON_FOLDER), PROGRAMME, keyring)
    folder = tmp_path_factory.mktemp("season") / "book"
    ledger = Ledger.create(folder, keyring.key("log"), founding=season.founding())
    take_in(ledger, season)
    yield ledger
    ledger.close()


@pytest.fixture(scope="module")
def closed(book: Ledger) -> SeasonFigures:
    with book.reading() as view:
        return close_season(view, "DX-2026", PROGRAMME_TOTALS["closed"])


def short(lot: str) -> str:
    return lot.rpartition("/")[2].removesuffix("-DX-2026")


def tonnes(mass_g: int) -> Decimal:
    return Decimal(mass_g) / 1_000_000


@pytest.mark.parametrize("expected", EXPECTED["totals"]["areas"], ids=lambda area: area["code"])
def test_every_figure_of_an_area(closed: SeasonFigures, expected: dict[str, Any]) -> None:
    (area,) = (each for each in closed.areas if each.code == expected["code"])
    assert area.cooperative == expected["cooperative"]
    assert (area.commune, area.in_scheme) == (expected["commune_code"], expected["in_scheme"])
    assert area.ha == expected["ha"]
    assert area.tickets == expected["tickets"]
    assert tonnes(area.harvested_wet_g) == expected["harvested_wet_t"]
    assert area.harvested_14_kg == expected["harvested_14_kg"]
    for name in (
        *("yield_t_ha", "seed_kg_per_ha", "n_kg_per_ha", "pesticide_applications"),
        *("water_m3_per_ha", "straw_collected_pct", "packaging_returned_pct"),
        *("n_reduction_pct", "pesticide_reduction_pct", "water_reduction_pct"),
    ):
        assert getattr(area, name) == expected[name], name


def test_every_area_is_there(closed: SeasonFigures) -> None:
    codes = [area["code"] for area in EXPECTED["totals"]["areas"]]
    assert [area.code for area in closed.areas] == codes
    assert closed.season == EXPECTED["season"]


SAME = {
    *("coded_ha", "scheme_ha", "certified_ha", "mean_yield_t_ha", "bags_packed"),
    *("export_share_pct", "wet_stock_14_kg", "silo_stock_14_kg", "milled_outputs_kg"),
    *("post_harvest_loss_pct", "straw_collected_pct", "packaging_returned_pct"),
    *("mechanised_full_pct", "linked_pct"),
}
TONNES = {
    "harvested_wet_t": "harvested_wet_g",
    "granted_t": "granted_g",
    "packed_t": "packed_g",
    "certified_t": "certified_g",
    "exported_t": "exported_g",
    "certified_exported_t": "certified_exported_g",
}
OTHERWISE = {
    *("certified_areas", "certified_ha_when_closed", "closed", "tickets_accepted"),
    *("harvested_14_t", "harvested_field_14_kg", "loss_by_stage_14_kg"),
}
WITH_EMISSIONS = {"ghg_certified_baseline_t_co2e", "ghg_certified_project_t_co2e"}
"""What takes a method of emissions, which this ledger does not reckon yet."""


def test_every_total_of_the_programme(closed: SeasonFigures) -> None:
    totals, expected = closed.totals, PROGRAMME_TOTALS
    assert {*SAME, *TONNES, *OTHERWISE, *WITH_EMISSIONS} == set(expected)
    for name in SAME:
        assert getattr(totals, name) == expected[name], name
    for name, ours in TONNES.items():
        assert tonnes(getattr(totals, ours)) == expected[name], name
    assert list(totals.certified_areas) == expected["certified_areas"]
    assert (totals.certified_ha_on, totals.on) == (
        expected["certified_ha_when_closed"],
        expected["closed"],
    )
    assert totals.tickets == expected["tickets_accepted"]
    assert Decimal(totals.harvested_14_kg) / 1000 == expected["harvested_14_t"]
    assert totals.field_14_kg == expected["harvested_field_14_kg"]
    stages = expected["loss_by_stage_14_kg"]
    assert totals.field_to_mill_14_kg == stages["field_to_mill"]
    assert (totals.drying_loss_14_kg, totals.milling_loss_14_kg) == (
        stages["drying"],
        stages["milling"],
    )


def test_losses_add_up_by_area_and_by_mill(closed: SeasonFigures) -> None:
    """Each is rounded once to the kilogram, so a sum of them may be off by half for each."""
    by_area = sum(area.field_to_mill_14_kg for area in closed.areas)
    assert abs(by_area - closed.totals.field_to_mill_14_kg) <= len(closed.areas) // 2
    (mill,) = closed.mills
    assert mill.drying_loss_14_kg == closed.totals.drying_loss_14_kg
    assert mill.milling_loss_14_kg == closed.totals.milling_loss_14_kg
    assert mill.milled_out_kg == closed.totals.milled_outputs_kg


def test_every_silo(closed: SeasonFigures) -> None:
    found = {
        short(silo.lot): {
            "in_kg": silo.in_g // 1000,
            "milled_kg": silo.milled_g // 1000,
            "closing_kg": silo.closing_g // 1000,
        }
        for silo in closed.silos
    }
    assert found == EXPECTED["silos"]


def test_every_milling(closed: SeasonFigures) -> None:
    found = {
        short(batch.lot): {
            "silos": [short(silo) for silo in batch.silos],
            "paddy_14_kg": batch.paddy_14_kg,
            "white_recovery_pct": batch.white_recovery_pct,
            "areas": list(batch.areas),
            "head_kg": batch.head_g // 1000,
            "all_areas_certified": batch.all_areas_certified,
        }
        for batch in closed.milling
    }
    assert found == EXPECTED["milling"]


def test_every_packed_lot(closed: SeasonFigures) -> None:
    found = {
        short(lot.lot): {
            "net_kg": lot.net_g // 1000,
            "bags": lot.bags,
            "labelled": bool(lot.grant),
            "claim": bool(lot.grant),
            "grant": short(lot.grant),
            "areas": list(lot.areas),
        }
        for lot in closed.packed_lots
    }
    assert found == EXPECTED["packed_lots"]


def test_every_grant(closed: SeasonFigures) -> None:
    found = {
        grant.number: {
            "quota_t": tonnes(grant.quota_g),
            "used_t": tonnes(grant.used_g),
            "left_t": tonnes(grant.left_g),
        }
        for grant in closed.grants
    }
    assert found == EXPECTED["grants"]


def test_every_container(closed: SeasonFigures) -> None:
    found = [
        {"container": each.container, "net_kg": each.net_g // 1000} for each in closed.containers
    ]
    assert found == list(EXPECTED["containers"].values())


def test_a_season_nobody_spoke_of_adds_up_to_nothing(book: Ledger) -> None:
    with book.reading() as view:
        empty = close_season(view, "HT-2026", "2026-06-30")
    assert (empty.totals.tickets, empty.totals.exported_g) == (0, 0)
    assert empty.totals.post_harvest_loss_pct is None
    assert (empty.mills, empty.silos, empty.milling, empty.packed_lots) == ((), (), (), ())


def test_no_figure_is_a_float(closed: SeasonFigures) -> None:
    def leaves(value: object) -> Iterator[object]:
        if isinstance(value, Figures):
            value = [getattr(value, name) for name in value.__struct_fields__]
        if isinstance(value, list | tuple):
            for each in value:
                yield from leaves(each)
        else:
            yield value

    kinds = {type(leaf) for leaf in leaves(closed)}
    assert kinds == {int, str, bool, Decimal, type(None)}
    assert isinstance(to_builtins(closed), dict)


@pytest.mark.parametrize(
    ("part", "whole", "digits", "rounded"),
    [
        (1, 8, 2, "0.13"),
        (1, 200, 2, "0.01"),
        (-1, 200, 2, "0.00"),
        (-1, 100, 2, "-0.01"),
        (2, 3, 0, "1"),
        (10, 5, 2, "2.00"),
    ],
)
def test_rounding_is_half_up_and_once(part: int, whole: int, digits: int, rounded: str) -> None:
    assert half_up(part, whole, digits) == Decimal(rounded)
    assert percent(1, 0) is None
