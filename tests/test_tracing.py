"""Tracing over a stored ledger, both ways, from everything a trace may begin with."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

import pytest
from msgspec import structs

from ledger.affected import Affected
from ledger.audit import audit
from ledger.errors import LedgerError, NotFoundError
from ledger.rice import events
from ledger.rice.acts import BagRange
from ledger.rice.scopes import read_scope
from ledger.service import Ledger
from ledger.tracing import check_ranges, claims_lost
from tests.kept import kept
from tests.tables import play, sscc
from tests.world import World, lot, season

NUMBER = "ZZDU2632040"
STORY = f"""
    day  2026-02-01
    sow  htx  A001  5                                            ok
    day  2026-02-10
    spray  htx  A001  Tilt Super® 300EC                          ok
    spray  htx-2  A003  Khác                                     ok
    day  2026-03-01
    harvest  htx  A001  L1  100000  14.0  may                    ok
    harvest  htx  A002  L2  100000  14.0  may                    ok
    harvest  htx-2  A003  L3  100000  14.0  may-2                ok
    receive  may  L1  100000  14.0  htx                          ok
    receive  may  L2  100000  14.0  htx                          ok
    receive  may-2  L3  100000  14.0  htx-2                      ok
    dry  may  L1:100000,L2:50000  S1  150000  14.0               ok
    mill  may  S1:100000  H1:60000,B1:10000,C1:8000,T1:20000  14.0  segregated  ok
    mill  may-2  L3:100000  H3:60000,C3:8000,T3:20000  14.0  identity_preserved  ok
    pack  may  H1:5000  P1  1000x5  segregated  -                ok
    pack  may  H1:10000  Q1  1000x10  segregated  -              ok
    pack  may-2  H3:5000  P3  1000x5  segregated  -              ok
    labels  may  P1  N1  600                                     ok
    labels  may  P1  N2  400                                     ok
    pallet  may  P1  1  300                                      ok
    pallet  may  P1  2  200                                      ok
    unpallet  may  2                                             ok
    day  2026-04-01
    load  may  1,Q1:40  {NUMBER}                                 ok
    send  may  {NUMBER}  mua  JP                                 ok
    day  2026-05-01
    arrive  mua  {NUMBER}  may  340                              ok
    day  2026-05-02
    load  may  P1:10  {NUMBER}                                   ok
"""


@pytest.fixture(scope="module")
def world() -> World:
    world = season()
    play(world, STORY)
    return world


@pytest.fixture(scope="module")
def ledger(world: World, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    ledger = kept(world, tmp_path_factory.mktemp("traced") / "book")
    yield ledger
    ledger.close()


def forward(ledger: Ledger, scope: str) -> Affected:
    return ledger.affected(read_scope(scope))


def back(ledger: Ledger, scope: str) -> Affected:
    return ledger.affected(read_scope(scope), "back")


def names(found: Affected) -> set[str]:
    return {row.lot.rpartition("/")[2] for row in found.lots}


def test_from_an_area_to_the_buyers(ledger: Ledger) -> None:
    found = forward(ledger, "area:A001/DX-2026")
    assert names(found) == {"L1", "S1", "H1", "B1", "C1", "T1", "P1", "Q1"}
    assert [row.pallet for row in found.pallets] == [sscc("1"), sscc("2")]
    assert [row.is_apart for row in found.pallets] == [False, True]
    assert {(row.batch, row.first, row.last) for row in found.labels} == {
        ("N1", 1, 600),
        ("N2", 1, 400),
    }
    assert (found.bags, found.bagged_g) == (2000, 15_000)
    assert found.is_whole
    assert found.links == forward(ledger, "area:A001").links


def test_a_container_that_is_loaded_again_has_two_journeys(ledger: Ledger) -> None:
    first, second = forward(ledger, "area:A001").containers
    assert (first.container, first.bags, first.mass_g) == (NUMBER, 340, 300 * 5 + 40 * 10)
    assert (first.loaded_on, first.shipped_on, first.arrived_on) == (
        *("2026-04-01", "2026-04-01", "2026-05-01"),
    )
    assert first.buyer is not None
    assert (first.buyer.actor, first.country) == ("mua", "JP")
    assert (second.bags, second.loaded_on, second.shipped_on) == (10, "2026-05-02", "")
    assert second.buyer is None
    assert names(back(ledger, f"container:{NUMBER}")) == {"P1", "H1", "S1", "L1", "L2"}
    assert "Q1" in names(forward(ledger, f"container:{NUMBER}/{first.index}"))
    for odd in ("/1", "/x", "/-1"):
        with pytest.raises(NotFoundError):
            forward(ledger, f"container:{NUMBER}{odd}")


def test_where_things_are_now(ledger: Ledger) -> None:
    found = forward(ledger, f"lot:{lot('P1')}")
    (pallet, _) = found.pallets
    assert (pallet.holder.actor, pallet.container) == ("mua", "")
    (row,) = found.lots
    assert (row.holder.actor, row.bags, row.bags_left) == ("may", 1000, 690)


def test_from_a_pesticide_to_what_grew_with_it(ledger: Ledger) -> None:
    found = forward(ledger, "input:tilt super 300 EC/DX-2026")
    assert found.starts == (lot("L1"),)
    assert found.links == forward(ledger, "area:A001/DX-2026").links
    assert forward(ledger, "input:Tilt Super 300EC").starts == found.starts
    assert names(forward(ledger, "input:khac")) == {"L3", "H3", "C3", "T3", "P3"}


def test_from_a_pallet_or_labels_back_to_the_diary(ledger: Ledger) -> None:
    for scope in (f"pallet:{sscc('1')}", "labels:N2"):
        found = back(ledger, scope)
        assert [(row.area, row.lots) for row in found.areas] == [
            ("A001", (lot("L1"),)),
            ("A002", (lot("L2"),)),
        ]
        first, second = found.areas
        assert [(line.on, line.work, line.with_what) for line in first.diary] == [
            ("2026-02-01", "sowing", "OM5451"),
            ("2026-02-10", "spraying", "Tilt Super® 300EC"),
        ]
        assert first.manager is not None
        assert first.manager.actor == "htx"
        assert second.diary == ()
        assert not found.containers


def test_a_trace_can_be_cut_short_and_says_so(ledger: Ledger) -> None:
    whole = forward(ledger, "area:A001")
    for links in range(1, len(whole.links) + 2):
        cut = ledger.affected(read_scope("area:A001"), links_max=links)
        assert cut.links == whole.links[:links]
        assert cut.is_whole == (links >= len(whole.links))


@pytest.mark.parametrize(
    "scope",
    [
        *("area:A009", "area:A009/DX-2026", "input:nothing", "input:tilt/HT-2026", "labels:N9"),
        *("lot:09521234000303/P9", "pallet:095212340000000990", "container:ZZDU0000000"),
    ],
)
def test_nothing_of_that_name(ledger: Ledger, scope: str) -> None:
    with pytest.raises(NotFoundError):
        forward(ledger, scope)


def test_an_area_on_which_nothing_was_cut_yet(ledger: Ledger) -> None:
    found = forward(ledger, "area:A001/HT-2026")
    assert (found.starts, found.lots, found.links) == ((), (), ())


def test_bags_by_number(ledger: Ledger) -> None:
    scope = read_scope("labels:N1")
    found = ledger.affected(scope, ranges=(BagRange(batch="N1", first=5, last=9),))
    assert {(row.batch, row.first, row.last) for row in found.labels} == {
        ("N1", 5, 9),
        ("N2", 1, 400),
    }
    assert (found.bags, found.bagged_g) == (5, 25)
    (row,) = found.lots
    assert (row.bags, row.bags_meant, row.meant_g) == (1000, 5, 25)
    with ledger.reading() as view:
        check_ranges(view, scope, [BagRange(batch="N1", first=1, last=600)])
        for odd, batch, last in (
            (scope, "N1", 601),
            (scope, "N9", 1),
            (read_scope(f"lot:{lot('P1')}"), "N1", 1),
        ):
            with pytest.raises(LedgerError):
                check_ranges(view, odd, [BagRange(batch=batch, first=1, last=last)])


def test_links_of_pallets_and_containers_are_audited(world: World, tmp_path: Path) -> None:
    ledger = kept(world, tmp_path / "book")
    key = ledger.log_key
    assert audit(tmp_path / "book", key).ok
    with ledger.store.engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM link WHERE target LIKE 'urn:%'")
    ledger.close()
    assert {one.code for one in audit(tmp_path / "book", key).findings} == {"row_differs"}


def test_the_lot_that_lost_the_claim_is_named(tmp_path: Path) -> None:
    """Rice taken from the silo before the uncovered slip went in has lost nothing."""
    world = season()
    play(
        world,
        """
        harvest  htx  A001  L1  100000  14.0  may                    ok
        harvest  htx  A002  L2  100000  14.0  may                    ok
        receive  may  L1  100000  14.0  htx                          ok
        receive  may  L2  100000  14.0  htx                          ok
        confirm  xa  A001                                            ok
        dry  may  L1:100000  S1  100000  14.0                        ok
        mill  may  S1:10000  H1:6000  14.0  segregated               ok
        dry  may  L2:100000  S1  100000  14.0                        ok+claim_lost
        mill  may  S1:10000  H2:6000  14.0  segregated               ok
        pack  may  H1:5000  P1  1000x5  segregated  -                ok
        pack  may  H2:5000  P2  1000x5  segregated  -                ok
        """,
    )
    ledger = kept(world, tmp_path / "book")
    with ledger.reading() as view:
        assert claims_lost(view, lot("P1")) == []
        (lost,) = claims_lost(view, lot("P2"))
        assert claims_lost(view, lot("L2")) == []
    assert (lost.step, lost.on) == ("drying", "2026-03-01")
    assert lost.made == (lot("S1"),)
    assert lost.lost_by == (lot("L2"),)
    assert lost.covered == (lot("S1"),)
    ledger.close()


def test_what_was_declared_wrong_counts_for_nothing(tmp_path: Path) -> None:
    """A shipping and a harvest that were not so; what stands for them counts in their places."""
    world = season()
    play(world, STORY)
    shipped = _last(world, events.Shipping)
    _declare(world, "may", shipped, buyer := world.event_id())
    world.must("may", structs.replace(shipped, event_id=buyer, country="KR"))
    sprayed = _last(world, events.Spraying)
    _declare(world, "htx-2", sprayed)
    cut = _last(world, events.Harvest)
    _declare(world, "htx-2", cut)
    ledger = kept(world, tmp_path / "book")
    first, second = forward(ledger, "area:A001").containers
    assert (first.country, first.arrived_on) == ("KR", "2026-05-01")
    assert (second.country, second.shipped_on) == ("", "")
    assert forward(ledger, "area:A003").starts == ()
    assert forward(ledger, "input:khac").starts == ()
    (area,) = back(ledger, f"lot:{lot('P3')}").areas
    assert area.diary == ()
    ledger.close()


def test_a_claim_lost_by_what_stands_for_another(tmp_path: Path) -> None:
    world = season()
    play(
        world,
        """
        harvest  htx  A001  L1  100000  14.0  may                    ok
        harvest  htx  A002  L2  100000  14.0  may                    ok
        receive  may  L1  100000  14.0  htx                          ok
        receive  may  L2  100000  14.0  htx                          ok
        confirm  xa  A001                                            ok
        dry  may  L1:50000  S1  50000  14.0                          ok
        """,
    )
    dried = _last(world, events.Drying)
    play(
        world,
        """
        mill  may  S1:10000  H1:6000  14.0  segregated               ok
        pack  may  H1:5000  P1  1000x5  segregated  -                ok
        """,
    )
    _declare(world, "may", dried, name := world.event_id())
    mixed = ((lot("L1"), 50_000), (lot("L2"), 50_000))
    world.must("may", structs.replace(dried, event_id=name, inputs=mixed, mass_g=100_000))
    ledger = kept(world, tmp_path / "book")
    with ledger.reading() as view:
        (lost,) = claims_lost(view, lot("P1"))
    assert lost.lost_by == (lot("L2"),)
    ledger.close()


E = TypeVar("E", bound=events.Event)


def _last(world: World, kind: type[E]) -> E:
    found = [meaning.body for _, meaning in world.entries if isinstance(meaning.body, kind)]
    return found[-1]


def _declare(world: World, who: str, wrong: events.Event, *instead: str) -> None:
    assert isinstance(wrong, events.AnyFieldWork | events.AnyLotEvent)
    correction = events.Correction(
        event_id=wrong.event_id,
        at=wrong.at,
        wrong=wrong,
        declared_at=f"{world.day}T08:00:00+07:00",
        reason="incorrect_data" if instead else "did_not_occur",
        corrected_by=instead,
    )
    world.must(who, correction)
