"""Audit against bare verifying, and audit of hashes against SHA-256 and a scan of the tables."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from functools import partial
from hashlib import sha256
from pathlib import Path

from ledger.audit import audit
from ledger.folder import DATABASE
from tests.benchmarks.figures import Figure, in_turn, peak_mb, rate, share
from tests.benchmarks.trade import accept, founded, signatures_of, taken, verify_bare

ROUNDS = 3


def audits(count: int) -> Iterator[Figure]:
    """Yield the figures of auditing a whole ledger, and its hashes only."""
    trade, statements = taken(count)
    signatures = signatures_of(statements, trade)
    with founded(trade) as ledger:
        accept(ledger, statements)
        ledger.publish()
        folder, vkey = ledger.folder, ledger.log_key
        yield _figure(
            "audit with signatures",
            len(statements),
            (partial(_audit, folder, vkey), partial(verify_bare, signatures)),
            ("bare verify", 0.8),
        )
        yield _figure(
            "audit of hashes only",
            len(statements),
            (partial(_audit, folder, vkey, hashes_only=True), partial(_scan, folder / DATABASE)),
            ("SHA-256 and table scan", 0.6),
        )


def _figure(
    work: str, size: int, works: tuple[partial[None], partial[None]], held_to: tuple[str, float]
) -> Figure:
    ours, theirs = in_turn(ROUNDS, *works)
    against, aim = held_to
    return Figure(
        work=work,
        size=size,
        measured=rate(size, ours.wall_s),
        against=f"{against} {rate(size, theirs.wall_s)}",
        ratio=share(theirs.wall_s, ours.wall_s),
        cpu_ratio=share(theirs.cpu_s, ours.cpu_s),
        at_least=aim,
        peak_mb=peak_mb(),
    )


def _audit(folder: Path, vkey: str, *, hashes_only: bool = False) -> None:
    report = audit(folder, vkey, hashes_only=hashes_only)
    assert report.ok, [finding.words.en for finding in report.findings]


def _scan(database: Path) -> None:
    """Read every entry and statement in order and hash both, as any audit of hashes must."""
    with closing(sqlite3.connect(database)) as connection:
        entries = connection.execute('SELECT * FROM entry ORDER BY "index"')
        statements = connection.execute('SELECT * FROM statement ORDER BY "index"')
        for entry, statement in zip(entries, statements, strict=True):
            sha256(b"\0" + entry[1]).digest()
            sha256(statement[2]).digest()
