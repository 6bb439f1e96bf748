"""Who has what, kept up with the log: as if all were read, at the cost of what changed."""

from __future__ import annotations

import threading
from collections.abc import Collection
from pathlib import Path

from ledger.errors import LedgerError
from ledger.holdings import Held, Holdings
from ledger.rice.facts import Fact
from ledger.service import Ledger
from ledger.store.store import Reading
from tests.small_season import Clock, drying, founding, harvest, key_of, opening, receiving
from tests.tables import play
from tests.test_tracing import STORY
from tests.world import season

HARVESTS = 300


class Counting(Reading):
    """A snapshot that counts the facts it is asked for."""

    def __init__(self, view: Reading) -> None:
        super().__init__(view._connection)
        self.read = 0

    def facts(self, keys: Collection[str]) -> dict[str, Fact]:
        self.read += len(keys)
        return super().facts(keys)

    def facts_of(self, kind: str, after: str = "", limit: int = 100) -> list[Fact]:
        found = super().facts_of(kind, after, limit)
        self.read += len(found)
        return found


def test_what_is_kept_up_is_what_is_read_anew(tmp_path: Path) -> None:
    world = season()
    play(world, STORY)
    (at, first), *rest = world.taken
    now = [at]
    ledger = Ledger.create(tmp_path / "book", key_of("log"), founding=first, clock=lambda: now[0])
    followed = Holdings()
    seen = 0
    for at, data in rest:
        now[0] = at
        (answer,) = ledger.append([data])
        assert not isinstance(answer, LedgerError), answer
        for actor in ("htx", "htx-2", "may", "may-2", "mua"):
            with ledger.reading() as view:
                held = followed.of(view, actor)
                assert held == Holdings().of(view, actor)
            seen += len(held.lots)
    assert seen
    with ledger.reading() as view:
        mill, buyer = followed.of(view, "may"), followed.of(view, "mua")
    assert {lot.id.rpartition("/")[2] for lot in mill.lots} >= {"S1", "H1", "P1", "Q1"}
    assert "L1" not in {lot.id.rpartition("/")[2] for lot in mill.lots}  # all of it was dried
    assert [pallet.bags for pallet in buyer.pallets] == [300]
    assert [len(one.bags) for one in mill.containers] == [1]
    ledger.close()


def test_its_cost_follows_what_changed_and_what_is_held(tmp_path: Path) -> None:
    ledger = Ledger.create(tmp_path / "book", key_of("log"), founding=founding(), clock=Clock())
    say(ledger, *opening(), *(harvest(number) for number in range(1, HARVESTS + 1)))
    holdings = Holdings()
    assert read_of(ledger, holdings, "nha-may")[1] >= 2 * HARVESTS  # all there is, and what is told

    say(ledger, *(receiving(number) for number in range(1, HARVESTS + 1)))
    say(ledger, drying(tuple(range(1, HARVESTS + 1)), 1_000))
    held, read = read_of(ledger, holdings, "nha-may")
    assert [lot.id.rpartition("/")[2] for lot in held.lots] == ["L1000"]
    assert read <= HARVESTS + 2

    say(ledger, harvest(2_000))
    held, read = read_of(ledger, holdings, "nha-may")
    assert [lot.id.rpartition("/")[2] for lot in held.awaited_lots] == ["L2000"]
    assert read == 3, "the lot that changed, and the two that are told of"
    assert read_of(ledger, holdings, "nha-may")[1] == 2, "nothing has changed"
    ledger.close()


def test_many_threads_ask_one_index(tmp_path: Path) -> None:
    ledger = Ledger.create(tmp_path / "book", key_of("log"), founding=founding(), clock=Clock())
    say(ledger, *opening())
    holdings, found, wrong = Holdings(), list[Held](), list[str]()

    def ask() -> None:
        for _ in range(30):
            with ledger.reading() as view:
                size = view.head().size
                held = holdings.of(view, "nha-may")
            if len(held.awaited_lots) != size - 1 - len(opening()):
                wrong.append(f"{len(held.awaited_lots)} of {size}")
            found.append(held)

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for number in range(1, 61):
        say(ledger, harvest(number))
    for thread in threads:
        thread.join()
    assert (len(found), wrong) == (120, [])
    ledger.close()


def say(ledger: Ledger, *statements: bytes) -> None:
    for answer in ledger.append(statements):
        assert not isinstance(answer, LedgerError), answer


def read_of(ledger: Ledger, holdings: Holdings, actor: str) -> tuple[Held, int]:
    with ledger.reading() as view:
        counting = Counting(view)
        return holdings.of(counting, actor), counting.read
