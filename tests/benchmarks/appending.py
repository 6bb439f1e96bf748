"""Bulk append against the same signatures verified bare, with the same cores."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from unittest.mock import patch

from ledger.folder import DATABASE
from tests import postgres
from tests.benchmarks.figures import Figure, median, peak_mb, rate, share, timed
from tests.benchmarks.trade import accept, founded, signatures_of, taken, verify_bare
from tests.postgres import fresh_database, running_server

AIM = 0.6
ROUNDS = 3


def append_to_sqlite(count: int) -> Iterator[Figure]:
    """Yield the figure of appending to SQLite, synchronous=FULL."""
    yield _figure("bulk append, SQLite, synchronous=FULL", count, _a_file)


def append_to_postgres(count: int) -> Iterator[Figure]:
    """Yield the figure of appending to PostgreSQL, fsync on."""
    # The tests' own server forgoes fsync; this one keeps all of PostgreSQL's promises.
    durable = ("--listen_addresses=", "--max_connections=60")
    with patch.object(postgres, "SETTINGS", durable), running_server() as server:
        yield _figure("bulk append, PostgreSQL, fsync on", count, lambda: fresh_database(server))


def _figure(work: str, count: int, database: Callable[[], AbstractContextManager[str]]) -> Figure:
    trade, statements = taken(count)
    signatures = signatures_of(statements, trade)
    appended, bare = [], []
    for _ in range(ROUNDS):
        with database() as address, founded(trade, address) as ledger:
            appended.append(timed(lambda: accept(ledger, statements)))
        bare.append(timed(lambda: verify_bare(signatures)))
    ours, theirs = median(appended), median(bare)
    return Figure(
        work=work,
        size=len(statements),
        measured=rate(len(statements), ours.wall_s),
        against=f"bare verify {rate(len(statements), theirs.wall_s)}",
        ratio=share(theirs.wall_s, ours.wall_s),
        cpu_ratio=share(theirs.cpu_s, ours.cpu_s),
        at_least=AIM,
        peak_mb=peak_mb(),
    )


@contextmanager
def _a_file() -> Iterator[str]:
    yield DATABASE
