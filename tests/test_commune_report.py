"""What communes report adds up to what is certified and to a closed season, entry by entry."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from msgspec import json

from ledger.area_register import area_register, standing_of
from ledger.certified import certified
from ledger.closing import close_season, settings_of
from ledger.commune_report import ALL, UNITS, SeasonReport, season_report, seasons_of
from ledger.demo import PROGRAMME, SEASON_FOLDER
from ledger.errors import MalformedError
from ledger.imports.tables import read_season
from ledger.intake import take_in
from ledger.keyring import SampleKeyring
from ledger.log.statement import parse_statement
from ledger.private_sums import contract_means
from ledger.rice import events
from ledger.rice.case import open_meaning
from ledger.rice.facts import Area
from ledger.rice.rounding import percent
from ledger.rice.terms import contract_uri
from ledger.season import Season
from ledger.service import Ledger
from ledger.targets import FILE, Targets, goals, is_reached, plan_targets, read_targets
from web.workplace.words import WORK

SEASON = "DX-2026"
ON = "2026-06-30"


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    keyring = SampleKeyring(PROGRAMME.origin)
    told = Season(read_season(SEASON_FOLDER), PROGRAMME, keyring)
    folder = tmp_path_factory.mktemp("communes") / "book"
    ledger = Ledger.create(folder, keyring.key("log"), founding=told.founding())
    take_in(ledger, told)
    yield ledger
    ledger.close()


@pytest.fixture(scope="module")
def report(book: Ledger) -> SeasonReport:
    with book.reading() as view:
        return season_report(view, SEASON, ON)


def total(report: SeasonReport, name: str) -> Decimal:
    values = [row.figures[name].value for row in report.rows if row.commune != ALL]
    return sum((value for value in values if value is not None), Decimal(0))


@pytest.mark.parametrize(
    ("name", "member", "divisor"),
    [
        ("confirmed_ha", "confirmed", 1),
        ("granted_ha", "granted", 1),
        ("marked_t", "marked", 1_000_000),
        ("sold_t", "sold", 1_000_000),
    ],
)
def test_communes_add_up_to_what_is_certified(
    book: Ledger, report: SeasonReport, name: str, member: str, divisor: int
) -> None:
    with book.reading() as view:
        rows = certified(view, ON, SEASON).rows
    whole = report.row(ALL)
    assert whole is not None
    expected = sum((Decimal(getattr(row, member).value) for row in rows), Decimal(0)) / divisor
    assert total(report, name) == whole.figures[name].value == expected
    entries = {index for row in rows for index in getattr(row, member).entries}
    assert set(whole.figures[name].entries) == entries


def test_all_communes_say_what_a_closed_season_says(book: Ledger, report: SeasonReport) -> None:
    with book.reading() as view:
        closed = close_season(view, SEASON, ON).totals
    whole = report.row(ALL)
    assert whole is not None
    said = {name: figure.value for name, figure in whole.figures.items()}
    assert said["coded_ha"] == closed.coded_ha == total(report, "coded_ha")
    assert said["scheme_ha"] == closed.scheme_ha == total(report, "scheme_ha")
    assert said["granted_ha"] == closed.certified_ha_on
    assert said["harvested_14_t"] == Decimal(closed.harvested_14_kg) / 1_000
    for name in (
        *("straw_collected_pct", "packaging_returned_pct", "mechanised_full_pct", "linked_pct"),
        "export_share_pct",
    ):
        assert said[name] == getattr(closed, name), name


def test_a_commune_of_one_area_says_what_the_area_says(book: Ledger, report: SeasonReport) -> None:
    with book.reading() as view:
        areas = close_season(view, SEASON, ON).areas
    (area,) = (each for each in areas if each.commune == "31255")
    row = report.row("31255")
    assert row is not None
    assert row.areas == (area.code,)
    for name, member in (
        ("seed_kg_per_ha", "seed_kg_per_ha"),
        ("n_reduction_pct", "n_reduction_pct"),
        ("pesticide_reduction_pct", "pesticide_reduction_pct"),
        ("water_reduction_pct", "water_reduction_pct"),
        ("chain_loss_pct", "post_harvest_loss_pct"),
        ("straw_collected_pct", "straw_collected_pct"),
        ("yield_t_ha", "yield_t_ha"),
    ):
        assert row.figures[name].value == getattr(area, member), name
    emission = area.emission
    assert emission is not None
    was, now = emission.baseline.kg_co2e_per_ha, emission.project.kg_co2e_per_ha
    assert row.figures["co2e_reduction_pct"].value == percent(
        int(100 * (was - now)), int(100 * was)
    )


def test_every_number_has_its_entries_and_they_say_what_it_is_of(
    book: Ledger, report: SeasonReport
) -> None:
    for row in report.rows:
        for name, figure in row.figures.items():
            assert list(figure.entries) == sorted(set(figure.entries)), name
            assert (figure.value in {None, Decimal(0)}) or figure.entries, (row.commune, name)
            assert not figure.entries or figure.value is not None
    own = report.row("31231")
    assert own is not None
    with book.reading() as view:
        for name, kind in (
            ("seed_kg_per_ha", events.Sowing),
            ("straw_collected_pct", events.StrawHandling),
            ("packaging_returned_pct", events.PackagingReturn),
            ("harvested_14_t", events.Harvest),
        ):
            for _, _, data in view.statements_at(own.figures[name].entries):
                body = open_meaning(parse_statement(data)).body
                assert isinstance(body, kind)
                assert body.area in own.areas


def test_a_season_of_nothing_has_rows_and_no_figures(book: Ledger) -> None:
    with book.reading() as view:
        empty = season_report(view, "HT-2026", ON)
    whole = empty.row(ALL)
    assert whole is not None
    assert whole.figures["yield_t_ha"].value is None
    assert whole.figures["granted_ha"].value == 0
    assert seasons_of(2026) == ("DX-2026", "HT-2026", "TD-2026")


def test_the_register_begins_with_what_is_longest_overdue(book: Ledger) -> None:
    with book.reading() as view:
        settings = settings_of(view)
        (area,) = (one for one in view.every(Area, "area") if one.code == "VN-CTOR-0007")
        listed = area_register(view, "2026-12-01")
        none = area_register(view, "2026-12-01", "HT-2026")
    overdue = [each.due_on for each in listed if each.due == "overdue"]
    assert [each.due for each in listed] == ["overdue"] * 12 + ["soon", "later"]
    assert overdue == sorted(overdue)
    assert none == []
    days = ("2025-03-08", "2025-03-09", "2026-02-12", "2026-02-28", "2030-01-03", "2030-03-10")
    assert [standing_of(area, on, settings).state for on in days] == [
        *("pending", "active", "suspended", "active", "active", "expired")
    ]
    dues = ("2026-08-24", "2026-08-25", "2026-09-24", "2026-09-25", "2030-03-10")
    assert [standing_of(area, on, settings).due for on in dues] == [
        *("later", "soon", "soon", "overdue", "never")
    ]


def test_prices_of_too_few_sellers_are_told_to_nobody(book: Ledger) -> None:
    with book.reading() as view:
        told = contract_means(view, SEASON)
        loose = contract_means(view, SEASON, 4)
        kept = {name: body[32:].decode() for name, body in view.disclosures("contract")}
    assert told
    assert all(mean.value is None and not mean.sellers for mean in told)
    assert {mean.commune for mean in loose if mean.value is not None} == {ALL}
    (price,) = (each for each in loose if (each.commune, each.field) == (ALL, "price"))
    hectares = {"001": 8118, "002": 3013, "003": 14936, "004": 28046, "005": 15864}
    paid = {
        number: int(kept[f"{contract_uri(f'HĐLK-DX26-{number}')}/price"]) for number in hectares
    }
    mean = sum(paid[one] * hectares[one] for one in hectares) / sum(hectares.values())
    assert price.sellers == 4
    assert abs(float(price.value or 0) - mean) <= 0.5


def test_an_erased_price_does_not_count(tmp_path: Path) -> None:
    keyring = SampleKeyring(PROGRAMME.origin)
    kinds = ("organisations", "products", "planting_areas", "contracts", "contracts_private")
    tables = {kind: table for kind, table in read_season(SEASON_FOLDER).items() if kind in kinds}
    told = Season(tables, PROGRAMME, keyring)
    book = Ledger.create(tmp_path / "book", keyring.key("log"), founding=told.founding())
    take_in(book, told)
    with book.reading() as view:
        before = contract_means(view, SEASON, 2)
    assert book.erase("contract", contract_uri("HĐLK-DX26-004"))
    with book.reading() as view:
        after = contract_means(view, SEASON, 2)
    book.close()
    sellers = [
        next(m.sellers for m in means if (m.commune, m.field) == (ALL, "price"))
        for means in (before, after)
    ]
    assert sellers == [4, 3]


def test_every_target_is_of_a_figure_and_every_figure_has_words() -> None:
    plan = plan_targets()
    assert {target.figure for target in plan.targets} <= UNITS.keys()
    assert all(target.unit == UNITS[target.figure] for target in plan.targets)
    assert all(set(target.by) == {"2025", "2030"} for target in plan.targets)
    for words in WORK.values():
        assert {f"figure.{name}" for name in UNITS} <= words.keys()


def test_the_office_keeps_its_own_targets(tmp_path: Path) -> None:
    assert read_targets(tmp_path) == plan_targets()
    (hectares,) = (each for each in plan_targets().targets if each.figure == "scheme_ha")
    assert goals(hectares, ALL) == {"2025": 104_500, "2030": 170_877}
    assert goals(hectares, "31231") == {}
    own = {
        "source": {"vi": "Phụ lục 01", "en": "Appendix 01"},
        "targets": [
            {
                "figure": "scheme_ha",
                "item": "M1",
                "unit": "ha",
                "asks": "least",
                "by": {"2030": 170877},
                "sure": "unverified",
                "scope": "city",
                "communes": {"31231": {"2030": "2500.5"}},
            }
        ],
    }
    (tmp_path / FILE).write_bytes(json.encode(own))
    (target,) = read_targets(tmp_path).targets
    assert goals(target, "31231") == {"2030": Decimal("2500.5")}
    assert is_reached(target, Decimal("2500.5"), Decimal("2500.5"))
    (tmp_path / FILE).write_text('{"targets": []}')
    with pytest.raises(MalformedError) as refused:
        read_targets(tmp_path)
    assert refused.value.code == "targets_unreadable"


def test_more_and_less_are_meant_as_they_are_said() -> None:
    asked = {target.figure: target for target in plan_targets().targets}
    goal = Decimal(50)
    assert not is_reached(asked["mechanised_full_pct"], goal, goal)
    assert is_reached(asked["mechanised_full_pct"], Decimal("50.01"), goal)
    assert not is_reached(asked["chain_loss_pct"], goal, goal)
    assert is_reached(asked["chain_loss_pct"], Decimal("49.99"), goal)
    assert is_reached(asked["seed_kg_per_ha"], goal, goal)
    assert is_reached(asked["linked_pct"], goal, goal)
    assert isinstance(plan_targets(), Targets)
