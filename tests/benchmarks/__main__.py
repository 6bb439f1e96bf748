"""Measures what must be fast: ``python -m tests.benchmarks`` from the checkout.

Every figure is a ratio against something bare in the same run, because the speed of a machine says
nothing. Works are named on the command line, or all are run.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from msgspec import json
from rich.console import Console

from tests.benchmarks import (
    appending,
    auditing,
    figures,
    importing,
    inspecting,
    labelling,
    over_http,
    scanning,
    starting,
)
from tests.benchmarks.figures import Figure

Benchmark = Callable[[], Iterator[Figure]]


def main() -> None:
    """Run the benchmarks asked for, and show each figure as it is known."""
    options = _options()
    benchmarks = _benchmarks(options)
    chosen = [name for name in benchmarks if not options.works or name in options.works]
    if len(chosen) == 1:
        made = list(_shown(benchmarks[chosen[0]]()))
    else:
        made = [figure for name in chosen for figure in _run_alone(name, options)]
    if options.json:
        print(json.format(json.encode(made)).decode())
    elif options.markdown:
        print(figures.markdown(made), end="")
    else:
        Console().print(figures.table(made))


def _run_alone(name: str, options: argparse.Namespace) -> list[Figure]:
    """Return the figures of one benchmark, run in a process of its own: its memory is its own."""
    sizes = [f"--{size}={getattr(options, size)}" for size in ("statements", "entries", "bags")]
    command = [sys.executable, "-m", "tests.benchmarks", name, "--json", *sizes]
    command += ["--quick"] if options.quick else []
    command += ["--folder", str(options.folder)] if options.folder else []
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE)
    return json.decode(done.stdout, type=list[Figure])


def _shown(measured: Iterator[Figure]) -> Iterator[Figure]:
    console = Console(stderr=True)
    for figure in measured:
        console.print("  ".join(cell for cell in figures.cells(figure) if cell))
        yield figure


def _benchmarks(options: argparse.Namespace) -> Mapping[str, Benchmark]:
    count: int = options.statements
    return {
        "append": lambda: appending.append_to_sqlite(count),
        "append-postgres": lambda: appending.append_to_postgres(count),
        "http": lambda: over_http.one_by_one(count),
        "http-batches": lambda: over_http.in_batches(count),
        "import": lambda: importing.imports(quick=options.quick),
        "audit": lambda: auditing.audits(count),
        "scan": lambda: scanning.scans(options.entries, options.folder),
        "labels": lambda: labelling.labels(options.bags),
        "lot-files": inspecting.lot_files,
        "symbols": labelling.symbols,
        "print": lambda: labelling.sheets(2_000 if options.quick else 20_000),
        "start": starting.start,
    }


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("works", nargs="*", help="which to run; all when none is named")
    parser.add_argument("--quick", action="store_true", help="small sizes, to see that all runs")
    parser.add_argument("--statements", type=int, help="to append, send and audit")
    parser.add_argument("--entries", type=int, help="in the large ledger of the scan benchmark")
    parser.add_argument("--bags", type=int, help="in the batch of labels")
    parser.add_argument("--folder", type=Path, help="where large ledgers are built, then removed")
    parser.add_argument("--json", action="store_true", help="print figures as JSON")
    parser.add_argument("--markdown", action="store_true", help="print figures for a document")
    options = parser.parse_args()
    for name, whole, quick in (
        ("statements", 20_000, 2_000),
        ("entries", 1_000_000, 20_000),
        ("bags", 1_000_000, 20_000),
    ):
        if getattr(options, name) is None:
            setattr(options, name, quick if options.quick else whole)
    return options


if __name__ == "__main__":
    main()
