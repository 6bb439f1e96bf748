"""A dossier says what a closed season says of each area, and names the entries it rests on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from unittest.mock import patch

import pytest

from ledger.closing import close_season
from ledger.demo import PROGRAMME, SEASON_FOLDER
from ledger.dossier import BEHIND, Dossier, dossier
from ledger.errors import NotFoundError
from ledger.imports.tables import read_season
from ledger.intake import take_in
from ledger.keyring import SampleKeyring
from ledger.log.statement import parse_statement
from ledger.rice.case import open_meaning
from ledger.rice.comparison import REGIME
from ledger.rice.events import Harvest, Sowing, StrawHandling
from ledger.rice.paper_facts import Baseline
from ledger.season import Season
from ledger.service import Ledger
from ledger.store.store import Reading
from tests.kept import kept
from tests.tables import play
from tests.test_tracing import STORY
from tests.world import baseline, season

SEASON = "DX-2026"


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    keyring = SampleKeyring(PROGRAMME.origin)
    told = Season(read_season(SEASON_FOLDER), PROGRAMME, keyring)
    folder = tmp_path_factory.mktemp("dossier") / "book"
    ledger = Ledger.create(folder, keyring.key("log"), founding=told.founding())
    take_in(ledger, told)
    yield ledger
    ledger.close()


@pytest.fixture(scope="module")
def found(book: Ledger) -> Dossier:
    with book.reading() as view:
        return dossier(view, "VN-CTOR-0001", SEASON)


def test_a_dossier_and_the_closed_season_say_the_same(book: Ledger) -> None:
    with book.reading() as view:
        closed = close_season(view, SEASON, "2026-06-30")
        for area in closed.areas:
            shown = dossier(view, area.code, SEASON)
            assert {each.name for each in shown.figures} == set(BEHIND)
            for each in shown.figures:
                assert each.value == getattr(area, each.name), (area.code, each.name)
            assert (shown.water, shown.emission) == (area.water, area.emission)


def test_every_figure_names_the_entries_it_follows_from(book: Ledger, found: Dossier) -> None:
    behind = {each.name: each.entries for each in found.figures}
    with book.reading() as view:
        base = view.get(f"baseline:VN-CTOR-0001/{SEASON}")

        def kinds(name: str) -> set[type]:
            return {
                type(open_meaning(parse_statement(data)).body)
                for _, _, data in view.statements_at(behind[name])
            }

        assert kinds("seed_kg_per_ha") == {Sowing}
        assert kinds("yield_t_ha") == {Harvest}
        assert kinds("straw_burned_g") == {StrawHandling}
    assert isinstance(base, Baseline)
    assert found.baseline_index == base.index
    assert set(behind["n_reduction_pct"]) - set(behind["n_kg_per_ha"]) == {base.index}
    # The founding act is there for the settings it carries, and the baseline for its side.
    assert found.emission_entries[0] == 0
    assert {base.index, *behind["n_kg_per_ha"], *found.water_entries} <= {*found.emission_entries}
    assert all(each.entries for each in found.figures)


def test_three_keys_measured_reported_and_verified(found: Dossier) -> None:
    roles = (found.measured_by, found.reported_by, found.verified_by)
    assert [len(signers) for signers in roles] == [1, 1, 1]
    assert len({signer.key for signers in roles for signer in signers}) == 3
    actors = [signers[0].actor for signers in roles]
    assert actors == ["htx-kenh-xang", "htx-kenh-xang", "mrv-phu-sa"]


def test_certificates_of_the_season_state_what_was_computed(book: Ledger) -> None:
    """One area falls short of its scheme, and nobody certified it."""
    with book.reading() as view:
        certified, short = (dossier(view, f"VN-CTOR-{code}", SEASON) for code in ("0001", "0010"))
    assert {one.metric for one in certified.stated} >= {"seed-rate", "ghg-reduction", REGIME}
    assert not [one for one in certified.stated if one.computed is None or one.differs]
    assert {one.is_met for one in certified.asked} == {True}
    assert short.stated == ()
    missed = {one.criterion.id for one in short.asked if one.is_met is False}
    assert missed == {
        *("seed-rate", "nitrogen-reduction", "pesticide-reduction", "water-reduction"),
        *("straw-collected", "ghg-reduction"),
    }


def test_an_area_nobody_spoke_of_has_an_empty_dossier(book: Ledger) -> None:
    with book.reading() as view:
        empty = dossier(view, "VN-CTOR-0001", "HT-2026")
        with pytest.raises(NotFoundError):
            dossier(view, "VN-CTOR-9999", SEASON)
    assert (empty.emission, empty.measured_by, empty.reported_by) == (None, (), ())
    assert not any(each.entries for each in empty.figures)


class Counting:
    """How many statements and mentions were read."""

    def __init__(self) -> None:
        self.rows = 0

    def asked(self, folder: Path, *, more: int) -> int:
        """Return what a dossier of A001 reads in a ledger with ``more`` neighbours' lines."""
        world = season()
        play(world, STORY)
        world.must("htx+kiem", baseline("A001"))
        for number in range(more):
            world.must("htx-2", _line(world.event_id(), number))
        ledger = kept(world, folder)
        self.rows = 0
        pick = Reading._pick

        def counted(view: Reading, *question: object) -> Iterator[object]:
            for row in pick(view, *question):  # type: ignore[arg-type]
                self.rows += 1
                yield row

        with patch.object(Reading, "_pick", counted), ledger.reading() as view:
            dossier(view, "A001", SEASON)
        ledger.close()
        return self.rows


def _line(event_id: str, number: int) -> Sowing:
    return Sowing(
        event_id=event_id,
        at=f"2026-02-01T08:00:{number % 60:02d}+07:00",
        area="A003",
        season=SEASON,
        worked_m2=1_000,
        by_machine=False,
        variety="OM5451",
        seed_class="xác nhận",
        seed_g=1_000,
    )


def test_the_cost_follows_the_area_not_the_log(tmp_path: Path) -> None:
    counting = Counting()
    few = counting.asked(tmp_path / "few", more=1)
    many = counting.asked(tmp_path / "many", more=80)
    assert few == many > 0
