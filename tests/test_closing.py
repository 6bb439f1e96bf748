"""The figures of the demo's season are those of ``expected.json``, computed by other means."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from msgspec import Struct, structs, to_builtins

from ledger.closing import close_season
from ledger.demo import PROGRAMME, SEASON_FOLDER
from ledger.imports.tables import read_season
from ledger.intake import take_in
from ledger.keyring import SampleKeyring
from ledger.log.statement import parse_statement, seal, seal_many
from ledger.rice import acts, events, profile
from ledger.rice.case import open_meaning
from ledger.rice.figures import SeasonFigures
from ledger.rice.rounding import half_up, percent
from ledger.season import Season
from ledger.sequencer import Receipt
from ledger.service import Ledger
from tests.expected_season import differences

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


def test_every_figure_is_the_one_expected(closed: SeasonFigures) -> None:
    """Areas, totals, silos, millings, packed lots, grants and containers; each that differs."""
    assert differences(closed, EXPECTED) == []


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("totals", "areas", 3, "seed_kg_per_ha"), Decimal("83.27")),
        (("totals", "areas", 0, "straw_collected_pct"), None),
        (("totals", "areas", 4, "drainages_by_tube"), {"0005-A": 2, "0005-B": 2}),
        (("totals", "areas", 6, "scaling_factor_sfw"), Decimal("0.55")),
        (("totals", "areas", 9, "water_regime"), "single"),
        (("totals", "areas", 0, "ghg", "project_kg_co2e_per_ha"), Decimal("2662.11")),
        (("totals", "areas", 0, "ghg", "reduction_pct"), Decimal("65.60")),
        (("totals", "areas", 11, "ghg"), {}),
        (("totals", "programme", "ghg_certified_project_t_co2e"), Decimal("1756.227")),
        (("totals", "programme", "drying"), 60_947),
        (("silos", "S4", "closing_kg"), 15_751),
        (("milling", "XAY-011", "all_areas_certified"), True),
        (("packed_lots", "L260416B", "claim"), True),
        (("grants", "CN-DX26-001", "used_t"), Decimal("254.501")),
        (("containers", "XK26-001", "net_kg"), 25_001),
    ],
)
def test_a_figure_that_differs_is_named(
    closed: SeasonFigures, path: tuple[str | int, ...], value: object
) -> None:
    other = copy.deepcopy(EXPECTED)
    *way, name = path
    place: Any = other
    for step in way:
        place = place[step]
    (place["loss_by_stage_14_kg"] if name == "drying" else place)[name] = value
    assert len(differences(closed, other)) == 1


def test_losses_add_up_by_area_and_by_mill(closed: SeasonFigures) -> None:
    """Each is rounded once to the kilogram, so a sum of them may be off by half for each."""
    by_area = sum(area.field_to_mill_14_kg for area in closed.areas)
    assert abs(by_area - closed.totals.field_to_mill_14_kg) <= len(closed.areas) // 2
    (mill,) = closed.mills
    assert mill.drying_loss_14_kg == closed.totals.drying_loss_14_kg
    assert mill.milling_loss_14_kg == closed.totals.milling_loss_14_kg
    assert mill.milled_out_kg == closed.totals.milled_outputs_kg


def test_a_season_nobody_spoke_of_adds_up_to_nothing(book: Ledger) -> None:
    with book.reading() as view:
        empty = close_season(view, "HT-2026", "2026-06-30")
    assert (empty.totals.tickets, empty.totals.exported_g) == (0, 0)
    assert empty.totals.post_harvest_loss_pct is None
    assert (empty.mills, empty.silos, empty.milling, empty.packed_lots) == ((), (), (), ())


def test_no_figure_is_a_float(closed: SeasonFigures) -> None:
    def leaves(value: object) -> Iterator[object]:
        if isinstance(value, Struct):
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


def test_a_line_declared_wrong_no_longer_counts(book: Ledger, closed: SeasonFigures) -> None:
    """The cooperative takes back one line of its diary."""
    wrong = next(each for each in lines_of(book) if isinstance(each, events.Fertilising))
    take_back(book, wrong)
    after = close_again(book)
    was, now = closed.areas[0], after.areas[0]
    m2 = int(was.ha * 10_000)
    less = Decimal(wrong.n_g) * 10 / m2
    assert abs(was.n_kg_per_ha - now.n_kg_per_ha - less) <= Decimal("0.01")
    assert after.areas[1:] == closed.areas[1:]
    assert was.emission is not None
    assert now.emission is not None
    assert now.emission.project.n2o_kg_per_ha < was.emission.project.n2o_kg_per_ha
    assert now.emission.baseline == was.emission.baseline
    project = closed.totals.certified_project_t_co2e
    assert after.totals.certified_project_t_co2e < project
    assert structs.replace(after.totals, certified_project_t_co2e=project) == closed.totals


def test_readings_declared_wrong_prove_nothing(book: Ledger) -> None:
    """A tube whose low readings are taken back was always flooded, and so was its area."""
    low = [each for each in lines_of(book) if isinstance(each, events.WaterReading)]
    for each in low:
        if each.tube.endswith("-B") and each.level_mm <= 0:
            take_back(book, each)
    water = close_again(book).areas[0].water
    assert [tube.drainages for tube in water.tubes] == [3, 0]
    assert (water.regime, water.evidence_tier) == ("continuous", 1)


def test_other_settings_are_reckoned_with_from_then_on(book: Ledger) -> None:
    """The last test of this book: the root decides for other warming potentials."""
    keys = SampleKeyring(PROGRAMME.origin)
    act = acts.ChangeSettings(settings=acts.Settings(gwp_set="AR6", deduction_ppt=0))
    roots = [keys.key(name) for name in PROGRAMME.root_keys]
    data = seal_many(acts.write_act(act), keys=roots, ledger=PROGRAMME.origin)
    before = close_again(book).areas[2].emission
    (answer,) = book.append([data])
    assert isinstance(answer, Receipt), answer
    after = close_again(book).areas[2].emission
    assert before is not None
    assert after is not None
    assert (before.gwp_set, after.gwp_set) == ("AR5", "AR6")
    assert after.project.ch4_kg_per_ha == before.project.ch4_kg_per_ha
    assert after.project.kg_co2e_per_ha < before.project.kg_co2e_per_ha
    assert [str(each.deduction_pct) for each in (before, after)] == ["15.0", "0.0"]


def close_again(book: Ledger) -> SeasonFigures:
    with book.reading() as view:
        return close_season(view, "DX-2026", PROGRAMME_TOTALS["closed"])


def lines_of(book: Ledger) -> list[events.FieldWork]:
    """Return the diary of the first area, its readings too."""
    with book.reading() as view:
        indexes = view.mentions(["diary:VN-CTOR-0001/DX-2026"], view.head().size)
        (lines,) = indexes.values()
        said = [parse_statement(data) for _, _, data in view.statements_at(lines)]
    bodies = [open_meaning(each).body for each in said]
    return [each for each in bodies if isinstance(each, events.FieldWork)]


def take_back(book: Ledger, wrong: events.FieldWork) -> None:
    """Declare an event of the first area wrong; it did not happen at all."""
    correction = events.Correction(
        event_id=wrong.event_id,
        at=wrong.at,
        wrong=wrong,  # type: ignore[arg-type]  # it is one of the kinds there are
        declared_at="2026-03-01T08:00:00+07:00",
        reason="did_not_occur",
        corrected_by=(),
    )
    key = SampleKeyring(PROGRAMME.origin).key("htx-kenh-xang")
    payload = profile.write_event(correction)
    data = seal(payload, typ="epcis-event+jws", key=key, ledger=PROGRAMME.origin)
    (answer,) = book.append([data])
    assert isinstance(answer, Receipt), answer
