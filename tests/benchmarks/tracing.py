"""Traces, affected lists and a mock recall in a large ledger against a small one.

What is asked about has the same rice behind and before it in both, so whatever costs more in the
large one is owed to its size.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path

from msgspec import json

from ledger.lists import write_csv, write_xlsx
from ledger.rice.acts import Scope
from ledger.rice.facts import Container
from ledger.rice.scopes import write_scope
from ledger.service import Ledger
from ledger.tracing import Direction, follow, start_lots
from tests.benchmarks.figures import Figure, in_turn, milliseconds, share

ROUNDS = 20
DRILLS = 5

Work = Callable[[Ledger], str]
"""Does something and says how much it found."""


def traces(small: Path, large: Path, area: Scope, lot: Scope, entries: int) -> Iterator[Figure]:
    """Yield the figures of tracing an area, a lot and a container, and of what a recall needs."""
    with ExitStack() as kept:
        ledgers = [Ledger.open(folder) for folder in (small, large)]
        for ledger in ledgers:
            kept.callback(ledger.close)
        box = _container(ledgers[0])
        works: dict[str, Work] = {
            "trace forward from an area": partial(_links, scope=area, direction="forward"),
            "trace forward from a lot": partial(_links, scope=lot, direction="forward"),
            "trace back from a lot": partial(_links, scope=lot, direction="back"),
            "trace back from a container": partial(_links, scope=box, direction="back"),
            "affected list of an area": partial(_rows, scope=area),
            "affected list of a container": partial(_rows, scope=box),
            "affected list of an area, as CSV and XLSX": partial(_files, scope=area),
        }
        for name, work in works.items():
            found = work(ledgers[1])
            assert found == work(ledgers[0]), name
            in_small, in_large = in_turn(ROUNDS, *(partial(work, one) for one in ledgers))
            yield Figure(
                work=f"{name}, {entries:,} entries vs 10,000",
                size=ROUNDS,
                measured=f"{milliseconds(in_large.wall_s)}, {found}",
                against=f"itself {milliseconds(in_small.wall_s)}",
                ratio=share(in_large.wall_s, in_small.wall_s),
                cpu_ratio=share(in_large.cpu_s, in_small.cpu_s),
                at_most=1.3,
            )
    in_small_s, in_large_s = (_drill(folder, area) for folder in (small, large))
    yield Figure(
        work=f"mock recall of an area by its own clock, {entries:,} entries vs 10,000",
        size=DRILLS,
        measured=milliseconds(in_large_s),
        against=f"itself {milliseconds(in_small_s)}",
        ratio=share(in_large_s, in_small_s),
    )


def _links(ledger: Ledger, scope: Scope, direction: Direction) -> str:
    with ledger.reading() as view:
        return f"{len(follow(view, start_lots(view, scope), direction).links):,} links"


def _rows(ledger: Ledger, scope: Scope) -> str:
    found = ledger.affected(scope)
    return f"{len(found.lots):,} lots, {len(found.containers):,} containers"


def _files(ledger: Ledger, scope: Scope) -> str:
    found = ledger.affected(scope)
    write_xlsx(found, "vi")
    return f"{len(write_csv(found, 'vi')):,} B of CSV"


def _drill(folder: Path, scope: Scope) -> float:
    """Return the seconds that a mock recall says it took; the median of several."""
    command = [sys.executable, "-c", "from ledger.cli.main import app; app()"]
    command += ["recall", "--scope", write_scope(scope), "--mock", "--json", "-l", str(folder)]
    told = [subprocess.run(command, check=True, stdout=subprocess.PIPE) for _ in range(DRILLS)]
    spent: list[float] = [json.decode(one.stdout)["milliseconds"] for one in told]
    return statistics.median(spent) / 1000


def _container(ledger: Ledger) -> Scope:
    with ledger.reading() as view:
        box = view.facts_of("container", limit=1)[0]
    assert isinstance(box, Container)
    return Scope(kind="container", id=box.number)
