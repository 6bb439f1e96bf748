"""Office files in whatever portions: each office its own, in any order, twice, with a report."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from ledger.demo import PROGRAMME, SEASON_FOLDER
from ledger.imports.tables import read_files, read_season
from ledger.intake import WAITING, Intake, Register, take_in
from ledger.keyring import SampleKeyring
from ledger.log.keys import SigningKey
from ledger.season import Season
from ledger.season.books import technician
from ledger.service import Ledger

EXPECTED: dict[str, Any] = json.loads((SEASON_FOLDER / "expected.json").read_text("utf-8"))
ALL = SampleKeyring(PROGRAMME.origin)
MILL = "luong-thuc-song-hau-xanh"
COOPERATIVES = ("htx-kenh-xang", "htx-lua-vang-co-do", "htx-dong-sen", "htx-bo-tre", "htx-rach-may")


class Some:
    """The keys of a few offices."""

    def __init__(self, *holders: str) -> None:
        self.holders = holders

    def __contains__(self, holder: str, /) -> bool:
        return holder in self.holders

    def key(self, holder: str, /) -> SigningKey:
        assert holder in self.holders, f"{holder} was asked to sign"
        return ALL.key(holder)

    def secret(self, holder: str, purpose: str, /) -> bytes:
        assert holder in self.holders, f"a secret of {holder} was asked for"
        return ALL.secret(holder, purpose)


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Ledger]:
    founding = Season({}, PROGRAMME, ALL).founding()
    ledger = Ledger.create(tmp_path / "book", ALL.key("log"), founding=founding)
    yield ledger
    ledger.close()


Take = Callable[..., Intake]


@pytest.fixture
def take(book: Ledger) -> Take:
    """Take in kinds of files of the season with the keys of some offices, or of all."""

    def take(*kinds: str, keys: Some | SampleKeyring = ALL) -> Intake:
        tables = read_season(SEASON_FOLDER)
        wanted = {kind: table for kind, table in tables.items() if kind in kinds or not kinds}
        return take_in(book, Season(wanted, PROGRAMME, keys, Register(book)))

    return take


REGISTER = ("organisations", "products", "planting_areas", "area_events")


def test_the_whole_season_in_one_go(take: Take) -> None:
    intake = take()
    assert intake.added == intake.accepted
    told = {(one.file, one.line, one.level) for one in intake.outcomes}
    levels = {"refuse": "refuse", "warn": "warn", "accept once": "info"}
    assert told == {
        (each["file"], each.get("line") or each["feature"], levels[each["expected"]])
        for each in EXPECTED["anomalies"] + EXPECTED["harmless"]
    }
    assert intake.refused_rows == 12
    assert intake.waiting_rows == 0


def test_importing_again_adds_nothing_and_says_the_same(take: Take, book: Ledger) -> None:
    first = take()
    size = book.size
    again = take()
    assert (again.added, book.size) == (0, size)
    assert again.accepted == first.accepted
    assert again.outcomes == first.outcomes


def test_each_office_alone_and_in_a_poor_order_comes_to_the_same(take: Take, book: Ledger) -> None:
    """The mill comes first and has to come back; in the end nothing is missing."""
    offices = set(Season(read_season(SEASON_FOLDER), PROGRAMME, ALL).books.organisations)
    others = sorted(offices - {MILL, *COOPERATIVES, PROGRAMME.registrar})
    take(*REGISTER, keys=ALL)
    mill, registrar = Some(MILL), Some(PROGRAMME.registrar)
    early = take("weigh_tickets", "drying", "milling", keys=mill)
    assert early.added == 0
    take(keys=registrar)
    for office in (*others, *COOPERATIVES, MILL):
        take(keys=Some(office, technician(office)))
    take("contracts", "contracts_private", "baselines", keys=ALL)
    for office in (*COOPERATIVES, *others, MILL):
        take(keys=Some(office, technician(office)))
    last = take()
    assert last.added == 0
    assert last.refused_rows == 12


def test_the_rows_of_others_wait_and_stop_nobody(take: Take) -> None:
    take(*REGISTER)
    take("contracts", "contracts_private")
    only = take("field_diary", "weigh_tickets", keys=Some("htx-bo-tre"))
    waiting = {one for one in only.outcomes if one.level == "wait"}
    assert only.waiting_rows == len(waiting)
    assert {one.code for one in waiting} == {WAITING}
    assert any("htx-kenh-xang" in one.words.en for one in waiting)
    assert not any("htx-bo-tre" in one.words.en for one in waiting)
    assert only.added > 0


def test_readings_wait_for_the_key_of_whoever_measured(take: Take) -> None:
    """The cooperative's own key writes its diary and reads no tube."""
    take(*REGISTER)
    readings = take("water_levels", keys=Some("htx-bo-tre"))
    assert readings.added == 0
    assert any("htx-bo-tre-ky-thuat" in one.words.en for one in readings.outcomes)
    assert take("water_levels", keys=Some(technician("htx-bo-tre"))).added > 0


def test_an_office_needs_only_its_own_file(take: Take, book: Ledger) -> None:
    """What areas, goods and places are called is read from the ledger."""
    take(*REGISTER)
    take("contracts", "contracts_private")
    take("inspections")
    for kinds in (("field_diary",), ("water_levels",), ("weigh_tickets",), ("drying",)):
        assert take(*kinds).waiting_rows == 0
    for kinds in (("milling",), ("certifications",), ("packing",), ("pallets",), ("shipments",)):
        take(*kinds)
    alone = book.size
    rest = take()
    left = {"baselines", "documents", "farmers_private"}
    tables = read_season(SEASON_FOLDER)
    assert rest.added == book.size - alone == sum(len(tables[kind].rows) for kind in left)
    assert rest.refused_rows == 12


def test_land_that_nobody_knows_has_nobody_to_speak_for_it(take: Take) -> None:
    intake = take("field_diary")
    assert intake.statements == 0
    assert {one.code for one in intake.outcomes} == {"area_unknown"}
    assert intake.refused_rows == 449
    first = intake.outcomes[0]
    assert (first.field, first.read) == ("Mã vùng trồng", "VN-CTOR-0001")
    assert first.accepted is not None


CELLS = {
    "certifications.csv": ("Đơn vị ra quyết định", "htx-bo-tre"),
    "planting_areas.geojson": ("code", "VN-CTOR-0115"),
    "pallets.csv": ("SSCC", "095212340000001035"),
}


def test_a_report_says_where_what_was_read_and_what_would_pass(take: Take) -> None:
    outcomes = {(one.file, one.line): one for one in take().outcomes}
    for (file, _), one in outcomes.items():
        if file in CELLS:
            assert (one.field, one.read) == CELLS[file]
    assert all(one.accepted is not None for one in outcomes.values() if one.level == "refuse")
    yielded = outcomes["weigh_tickets.csv", 57]
    assert (yielded.field, yielded.read) == ("Khối lượng lúa tươi (kg)", "51760")
    drawn = outcomes["milling.csv", 23]
    assert (drawn.field, drawn.read) == ("Lúa từ silo 1 (kg)", "48200")
    suspended = outcomes["weigh_tickets.csv", 100]
    assert (suspended.field, suspended.read) == ("Ngày gặt", "2026-02-20")


def test_files_are_taken_by_themselves_or_by_the_folder(tmp_path: Path) -> None:
    (whole,) = read_files([SEASON_FOLDER])
    diary, slips = SEASON_FOLDER / "field_diary.csv", SEASON_FOLDER / "weigh_tickets.csv"
    (both,) = read_files([diary, slips])
    assert both == {kind: whole[kind] for kind in ("field_diary", "weigh_tickets")}
    papers = read_files([SEASON_FOLDER / "documents.csv"])
    assert papers == [{"documents": whole["documents"]}]
    march = tmp_path / "phieu-can-thang-3.csv"
    march.write_bytes(slips.read_bytes())
    first, second = read_files([slips, march])
    assert first["weigh_tickets"].rows == second["weigh_tickets"].rows
