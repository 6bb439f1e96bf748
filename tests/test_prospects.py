"""What may be done with a thing is what the rules would take, and the refusal is theirs."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import pytest

from ledger.errors import LedgerError, NotFoundError
from ledger.holdings import Holdings
from ledger.lot_claims import claim_of
from ledger.prospects import Prospect, Thing, prospects, receivable_g
from ledger.recent import Recent
from ledger.recognising import recognise
from ledger.rice.facts import Actor, Container, Lot, Pallet, find
from ledger.service import Ledger
from tests.kept import kept
from tests.tables import play, sscc
from tests.test_tracing import NUMBER
from tests.world import GTINS, LOCAL, World, lot, season

STORY = f"""
    day  2026-03-01
    harvest  htx  A001  L1  100000  14.0  may                    ok
    harvest  htx  A001  L2  50000  25.0  may                     ok
    harvest  htx-2  A003  L3  100000  14.0  may-2                ok
    receive  may  L1  100000  14.0  htx                          ok
    dry  may  L1:100000  S1  100000  14.0                        ok
    mill  may  S1:50000  H1:30000,B1:5000,C1:4000,T1:10000  14.0  segregated  ok
    pack  may  H1:5000  P1  1000x5  segregated  -                ok
    pack  may  H1:5000  P2  1000x5  segregated  -                ok
    hold  may  P2                                                ok
    pallet  may  P1  1  300                                      ok
    pallet  may  P1  2  300                                      ok
    pallet  may  P1  3  100                                      ok
    unpallet  may  3                                             ok
    load  may  1  {NUMBER}                                       ok
"""
NOW = datetime(2026, 3, 2, 12, tzinfo=LOCAL)


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    world: World = season()
    play(world, STORY)
    ledger = kept(world, tmp_path_factory.mktemp("tried") / "book")
    yield ledger
    ledger.close()


def tried(ledger: Ledger, kind: type[Thing], name: str, who: str) -> list[Prospect]:
    with ledger.reading() as view:
        thing, actor = find(view, kind, name), find(view, Actor, f"actor:{who}")
        assert thing is not None
        assert actor is not None
        return prospects(view, thing, actor, NOW)


def said(found: list[Prospect]) -> list[tuple[str, str]]:
    return [(one.kind, one.refusal.code if one.refusal else "ok") for one in found]


@pytest.mark.parametrize(
    ("kind", "name", "who", "expected"),
    [
        (Lot, "L2", "may", [("receiving", "ok")]),
        (Lot, "L3", "may", [("receiving", "not_consigned")]),
        (
            *(Lot, "S1", "may"),
            [(kind, "ok") for kind in ("milling", "storing", "drying", "handover", "return")],
        ),
        (Lot, "L1", "may", []),
        (Lot, "S1", "may-2", [("receiving", "not_consigned")]),
        (Lot, "P1", "may", [("palletising", "ok"), ("loading", "ok"), ("repacking", "ok")]),
        (
            *(Lot, "P2", "may"),
            [(kind, "lot_held") for kind in ("palletising", "loading", "repacking")],
        ),
        (Pallet, "2", "may", [("loading", "ok"), ("dispatch", "ok"), ("unpalletising", "ok")]),
        (Pallet, "1", "may", []),
        (Pallet, "2", "mua", [("arrival", "unit_not_held")]),
        (Container, NUMBER, "may", [("shipping", "ok")]),
    ],
)
def test_a_step_is_possible_where_the_rules_would_take_it(
    ledger: Ledger, kind: type[Thing], name: str, who: str, expected: list[tuple[str, str]]
) -> None:
    key = {
        Lot: lambda: f"lot:{lot(name)}",
        Pallet: lambda: f"pallet:{sscc(name)}",
        Container: lambda: f"container:{name}",
    }[kind]()
    assert said(tried(ledger, kind, key, who)) == expected


def test_what_comes_over_a_scale_may_be_a_little_more(ledger: Ledger) -> None:
    with ledger.reading() as view:
        on_its_way = find(view, Lot, f"lot:{lot('L2')}")
    assert on_its_way is not None
    assert receivable_g(on_its_way, 5) == 50_250


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("S1", f"lot:{lot('S1')}"),
        (" s1 ", f"lot:{lot('S1')}"),
        (lot("S1"), f"lot:{lot('S1')}"),
        (f"https://elsewhere.example/01/{GTINS['paddy']}/10/L3?17=270101", f"lot:{lot('L3')}"),
        ("L3", f"lot:{lot('L3')}"),
        (f"{GTINS['packed']}/P1", f"lot:{lot('P1')}"),
        (f"(01){GTINS['packed']}(10)P1", f"lot:{lot('P1')}"),
        (f"]C101{GTINS['packed']}10P1", f"lot:{lot('P1')}"),
        (f"]d201{GTINS['packed']}17270301\x1d10P1", f"lot:{lot('P1')}"),
        (sscc("2")[-18:], f"pallet:{sscc('2')}"),
        (f"(00){sscc('2')[-18:]}", f"pallet:{sscc('2')}"),
        (f"00{sscc('2')[-18:]}", f"pallet:{sscc('2')}"),
        (sscc("2"), f"pallet:{sscc('2')}"),
        (NUMBER, f"container:{NUMBER}"),
        (f"{NUMBER[:4].lower()} {NUMBER[4:10]}-{NUMBER[10:]}", f"container:{NUMBER}"),
    ],
)
def test_whatever_a_scanner_reads_leads_to_the_thing(
    ledger: Ledger, typed: str, expected: str
) -> None:
    with ledger.reading() as view:
        own = Holdings().of(view, "may").lots
        assert recognise(view, typed, own, ledger.find_bag).thing.key == expected


@pytest.mark.parametrize(
    "typed",
    [
        *("", "S9", "https://", "https://x", "http://x/01/1/10/2", "(01)1(10)2", "(00)1", "\x1d"),
        *("9" * 18, "0" * 4000, "ZZZZ0000000", "L" * 21, "'; --", "%00", "\ud800", "lot:", "é" * 9),
    ],
)
def test_nonsense_is_refused_in_words(ledger: Ledger, typed: str) -> None:
    with ledger.reading() as view, pytest.raises(LedgerError) as refusal:
        recognise(view, typed, Holdings().of(view, "may").lots, ledger.find_bag)
    assert refusal.value.words.vi
    assert refusal.value.http_status in {400, 404}


def test_a_lot_may_say_how_it_was_grown_only_where_all_of_it_is_covered(ledger: Ledger) -> None:
    with ledger.reading() as view:
        silo = find(view, Lot, f"lot:{lot('S1')}")
        assert silo is not None
        claim = claim_of(view, silo, (), "2026-03-02")
    assert not claim.is_covered
    assert claim.missing == ("A001/DX-2026",)


def test_an_organisation_is_told_what_it_said_last(ledger: Ledger) -> None:
    recent = Recent()
    with ledger.reading() as view:
        lines = recent.of(view, "may")
        assert recent.of(view, "may") == lines
        others = recent.of(view, "htx")
    assert [line.kind for line in lines[:3]] == ["loading", "unpalletising", "palletising"]
    assert lines[0].index > lines[1].index
    assert f"container:{NUMBER}" in lines[0].things
    assert {line.kind for line in others} >= {"harvest"}
    assert not {line.index for line in others} & {line.index for line in lines}


def test_nothing_is_found_of_nobody(ledger: Ledger) -> None:
    with ledger.reading() as view:
        assert Recent().of(view, "nobody") == []
        assert Holdings().of(view, "nobody").lots == []
        with pytest.raises(NotFoundError):
            recognise(view, "S1x", [], ledger.find_bag)
