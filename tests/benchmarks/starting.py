"""How long the command line takes to say anything."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections.abc import Iterator

from tests.benchmarks.figures import Figure, share

ROUNDS = 5


def start() -> Iterator[Figure]:
    """Yield the figure of the shortest command, against Python doing nothing."""
    ours, bare = [], []
    for _ in range(ROUNDS):
        ours.append(_seconds("-m", "ledger.cli.main", "--version"))
        bare.append(_seconds("-c", "pass"))
    taken_s, bare_s = statistics.median(ours), statistics.median(bare)
    yield Figure(
        work="rice-ledger --version",
        size=1,
        measured=f"{taken_s:.2f} s",
        against=f"python -c pass {bare_s:.2f} s",
        ratio=share(taken_s, bare_s),
    )


def _seconds(*arguments: str) -> float:
    began = time.perf_counter()
    subprocess.run([sys.executable, *arguments], check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - began
