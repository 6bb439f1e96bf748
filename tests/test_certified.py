"""What is certified adds up to what a closed season says, with every entry that it follows from."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from ledger.certified import Certified, Row, certified
from ledger.closing import close_season
from ledger.demo import PROGRAMME, SEASON_FOLDER
from ledger.imports.tables import read_season
from ledger.intake import take_in
from ledger.keyring import SampleKeyring
from ledger.log.statement import parse_statement
from ledger.rice import acts
from ledger.rice.case import open_meaning
from ledger.rice.events import Packing
from ledger.season import Season
from ledger.service import Ledger
from tests.kept import kept
from tests.tables import play
from tests.world import kid_of, season

SEASON = "DX-2026"
ON = "2026-06-30"


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    keyring = SampleKeyring(PROGRAMME.origin)
    told = Season(read_season(SEASON_FOLDER), PROGRAMME, keyring)
    folder = tmp_path_factory.mktemp("certified") / "book"
    ledger = Ledger.create(folder, keyring.key("log"), founding=told.founding())
    take_in(ledger, told)
    yield ledger
    ledger.close()


def test_a_season_is_certified_as_its_closing_says(book: Ledger) -> None:
    with book.reading() as view:
        closed = close_season(view, SEASON, ON)
        found = certified(view, ON, SEASON)
        before = certified(view, "2026-06-11", SEASON)
        packed = {
            index
            for row in found.rows
            for index in row.marked.entries
            if isinstance(open_meaning(parse_statement(_at(view, index))).body, Packing)
        }
    assert found == certified_in(book, ON, "")
    communes = {area.commune for area in closed.areas if area.in_scheme}
    assert {row.commune for row in found.rows} <= communes
    assert sum(row.granted.value for row in before.rows) == closed.totals.certified_ha
    assert sum(row.granted.value for row in found.rows) == closed.totals.certified_ha_on
    assert sum(row.marked.value for row in found.rows) == closed.totals.certified_g > 0
    marked = {each.lot for each in closed.packed_lots if each.grant}
    assert len(packed) == len(marked) == len({i for r in found.rows for i in r.marked.entries})
    # A confirmation withdrawn from 20 June takes its hectares out, and shows the entry that did it.
    (lost,) = (
        (was, now)
        for was, now in zip(before.rows, found.rows, strict=True)
        if was.confirmed.value != now.confirmed.value
    )
    assert lost[0].confirmed.value - lost[1].confirmed.value == Decimal("83.64")


def _at(view: object, index: int) -> bytes:
    ((_, _, data),) = view.statements_at([index])  # type: ignore[attr-defined]
    return bytes(data)


def certified_in(book: Ledger, on: str, in_season: str) -> Certified:
    with book.reading() as view:
        return certified(view, on, in_season)


def only_row(folder: Path, story: str, *stolen: str) -> Row:
    """Return what is certified after a story, and once the keys of some were stolen before it."""
    world = season()
    play(world, story)
    for name in stolen:
        since = "2026-03-01T00:00:00Z"
        act = acts.RevokeKey(kid=kid_of(name), reason="compromised", invalid_from=since)
        world.must("so", act)
    book = kept(world, folder)
    (row,) = certified_in(book, "2026-03-01", SEASON).rows
    if stolen:  # and the closing says the same
        with book.reading() as view:
            totals = close_season(view, SEASON, "2026-03-01").totals
        assert totals.certified_ha == totals.certified_ha_on == row.granted.value
        assert totals.certified_g == row.marked.value
    book.close()
    return row


STORY = """
    confirm  xa  A001+A002                                              ok
    grant  hh  A001                                                     ok
    harvest  htx  A001  L1  40000  14.0  may                            ok
    receive  may  L1  40000  14.0  htx                                  ok
    mill  may  L1:40000  H1:20000,B1:6000  14.0  identity_preserved     ok
    pack  may  H1:1000  P1  200x5  segregated  A001                     ok
    sell  hh  H1  2500  A001                                            ok
"""


def test_opened_bags_count_once_where_their_rice_is_now(tmp_path: Path) -> None:
    row = only_row(tmp_path / "packed", STORY)
    assert (row.marked.value, row.sold.value) == (1000, 2500)
    assert (row.confirmed.value, row.granted.value) == (Decimal(20), Decimal(10))
    assert len(row.sold.entries) == len(row.marked.entries) == 1
    again = "repack  may  P1:100  Q1  50x10  segregated  A001  ok"
    assert only_row(tmp_path / "again", STORY + again).marked.value == 1000
    plain = "repack  may  P1:100  Q1  50x10  segregated  -  ok"
    assert only_row(tmp_path / "plain", STORY + plain).marked.value == 500


def test_a_grant_without_a_confirmation_in_force_grants_no_hectares(tmp_path: Path) -> None:
    row = only_row(tmp_path, STORY + "decide  xa  conformity  A001+A002  suspended  2026-03-01  ok")
    assert (row.confirmed.value, row.granted.value) == (0, 0)
    assert row.granted.entries == ()


def test_what_a_stolen_key_attested_certifies_nothing(tmp_path: Path) -> None:
    def amounts(*stolen: str) -> list[Decimal | int]:
        row = only_row(tmp_path / "-".join(("of", *stolen)), STORY, *stolen)
        found = (row.confirmed, row.granted, row.marked, row.sold)
        assert all(bool(each.value) == bool(each.entries) for each in found)
        return [each.value for each in found]

    assert amounts() == [20, 10, 1000, 2500]
    assert amounts("hh") == [20, 0, 0, 0]
    assert amounts("xa") == [0, 0, 1000, 2500]
    assert amounts("may") == [20, 10, 1000, 2500]
