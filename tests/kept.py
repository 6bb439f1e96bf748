"""A told story as a ledger in a folder, for tests of what is read from one."""

from __future__ import annotations

from pathlib import Path

from ledger.errors import LedgerError
from ledger.service import Ledger
from tests.world import World, key_of


def kept(world: World, folder: Path) -> Ledger:
    """Return a ledger in which everything that the world accepted was said, at the same times."""
    (at, first), *rest = world.taken
    now = [at]
    ledger = Ledger.create(folder, key_of("log"), founding=first, clock=lambda: now[0])
    for at, data in rest:
        now[0] = at
        (answer,) = ledger.append([data])
        assert not isinstance(answer, LedgerError), answer
    ledger.publish()
    return ledger
