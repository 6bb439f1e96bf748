"""The figures of the demo's season are those of ``expected.json``, computed by other means."""

from __future__ import annotations

import copy
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
from ledger.log.statement import parse_statement, seal
from ledger.rice import events, profile
from ledger.rice.case import open_meaning
from ledger.rice.figures import Figures, SeasonFigures
from ledger.rice.sums import half_up, percent
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


def test_a_line_declared_wrong_no_longer_counts(book: Ledger, closed: SeasonFigures) -> None:
    """The last test of this book: the cooperative takes back one line of its diary."""
    with book.reading() as view:
        indexes = view.mentions(["diary:VN-CTOR-0001/DX-2026"], view.head().size)
        (lines,) = indexes.values()
        said = [parse_statement(data) for _, _, data in view.statements_at(lines)]
    bodies = [open_meaning(each).body for each in said]
    wrong = next(each for each in bodies if isinstance(each, events.Fertilising))
    correction = events.Correction(
        event_id=wrong.event_id,
        at=wrong.at,
        wrong=wrong,
        declared_at="2026-03-01T08:00:00+07:00",
        reason="did_not_occur",
        corrected_by=(),
    )
    key = SampleKeyring(PROGRAMME.origin).key("htx-kenh-xang")
    payload = profile.write_event(correction)
    data = seal(payload, typ="epcis-event+jws", key=key, ledger=PROGRAMME.origin)
    (answer,) = book.append([data])
    assert isinstance(answer, Receipt), answer
    with book.reading() as view:
        after = close_season(view, "DX-2026", PROGRAMME_TOTALS["closed"])
    was, now = closed.areas[0], after.areas[0]
    m2 = int(was.ha * 10_000)
    less = Decimal(wrong.n_g) * 10 / m2
    assert abs(was.n_kg_per_ha - now.n_kg_per_ha - less) <= Decimal("0.01")
    assert after.areas[1:] == closed.areas[1:]
    assert after.totals == closed.totals
