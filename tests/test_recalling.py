from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec import structs

from ledger.affected import Affected
from ledger.errors import NotFoundError
from ledger.recalling import holds, recalls, stoppable, stopped_by
from ledger.rice import acts
from ledger.rice.acts import BagRange
from ledger.rice.scopes import read_scope
from ledger.service import Ledger
from tests.kept import kept
from tests.tables import play
from tests.world import World, lot, season, words

STORY = """
    harvest  htx  A001  L1  100000  14.0  may                    ok
    receive  may  L1  100000  14.0  htx                          ok
    mill  may  L1:100000  H1:60000,B1:10000,C1:8000,T1:20000  14.0  segregated  ok
    pack  may  H1:5000  P1  1000x5  segregated  -                ok
    labels  may  P1  N1  1000                                    ok
    hand over  may  H1  55000  may-2                             ok
    receive  may-2  H1  55000  14.0  may                         ok
    pack  may-2  H1:5000  P2  1000x5  segregated  -              ok
"""
REASON = words("dư lượng")


@pytest.fixture(scope="module")
def world() -> World:
    world = season()
    play(world, STORY)
    return world


@pytest.fixture
def ledger(world: World, tmp_path: Path) -> Iterator[Ledger]:
    ledger = kept(world, tmp_path / "book")
    yield ledger
    ledger.close()


@pytest.fixture
def found(ledger: Ledger) -> Affected:
    return ledger.affected(read_scope("area:A001"))


@pytest.mark.parametrize(
    ("actor", "others"),
    [
        ("may", {"P2"}),
        ("may-2", {"L1", "B1", "C1", "T1", "P1"}),
        ("xa", set()),
        ("xa-khac", {"L1", "H1", "B1", "C1", "T1", "P1", "P2"}),
        ("nobody", {"L1", "H1", "B1", "C1", "T1", "P1", "P2"}),
    ],
)
def test_who_may_stop_which_lots(
    ledger: Ledger, found: Affected, actor: str, others: set[str]
) -> None:
    with ledger.reading() as view:
        lots = stoppable(view, found, actor, "2026-03-02")
    assert {name.rpartition("/")[2] for name in lots.others} == others
    assert {*lots.own, *lots.others} == {row.lot for row in found.lots}


def test_what_the_list_says_may_be_stopped_is_stopped(ledger: Ledger, world: World) -> None:
    found = ledger.affected(read_scope("area:A001"))
    for actor in ("may", "may-2", "xa"):
        with ledger.reading() as view:
            lots = stoppable(view, found, actor, "2026-03-02")
            told = list(recalls(view, found, lots.own, REASON, "1900"))
        answers = ledger.append([world.sign(actor, act) for act in told], together=True)
        assert [type(answer).__name__ for answer in answers] == ["Receipt"]


def test_a_long_list_is_several_acts_each_with_its_own_bags(
    ledger: Ledger, found: Affected
) -> None:
    names = tuple(lot(f"L{number}") for number in range(1200))
    ranges = (BagRange(batch="N1", first=3, last=4),)
    with ledger.reading() as view:
        told = list(recalls(view, found, (*names, lot("P1")), REASON, "1900", ranges))
    assert [len(act.lots) for act in told] == [500, 500, 201]
    assert [act.bag_ranges for act in told] == [(), (), ranges]
    assert {act.scope for act in told} == {found.scope}
    for act in told:
        assert acts.read_act(acts.write_act(act)) == act
    assert [len(act.lots) for act in holds(found, names, REASON)] == [500, 500, 200]


def test_the_page_of_a_recall_begins_with_its_lots(ledger: Ledger, world: World) -> None:
    act = acts.Recall(
        lots=(lot("H1"),),
        reason=REASON,
        contact="1900",
        scope=read_scope("area:A001/DX-2026"),
    )
    ledger.append([world.sign("xa", act)])
    with ledger.reading() as view:
        notice, found = stopped_by(view, world.size)
        for odd in (0, 10_000):
            with pytest.raises(NotFoundError):
                stopped_by(view, odd)
    assert (notice.kind, notice.by.actor, notice.contact) == ("recall", "xa", "1900")
    assert (notice.on, notice.entry, notice.bags) == ("2026-03-01", world.size, ())
    assert found.scope == act.scope
    assert [row.lot for row in found.lots] == [lot("H1"), lot("P1"), lot("P2")]
    bare = structs.replace(act, scope=None)
    ledger.append([world.sign("xa", bare)])
    assert ledger.stopped_by(world.size + 1)[1].scope == read_scope(f"lot:{lot('H1')}")
