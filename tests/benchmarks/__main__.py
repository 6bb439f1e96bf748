"""Measures what must be fast: ``python -m tests.benchmarks`` from the checkout.

Every figure is a ratio against something bare in the same run, because the speed of a machine says
nothing. Works are named on the command line, or all are run.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from msgspec import json
from rich.console import Console

from tests.benchmarks import (
    appending,
    auditing,
    figures,
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
    console = Console(stderr=options.json or options.markdown)
    made: list[Figure] = []
    for name, benchmark in _benchmarks(options).items():
        if not options.works or name in options.works:
            console.print(name, style="bold")
            made += _shown(console, benchmark())
    if options.json:
        print(json.format(json.encode(made)).decode())
    elif options.markdown:
        print(figures.markdown(made), end="")
    else:
        console.print(figures.table(made))


def _shown(console: Console, measured: Iterator[Figure]) -> Iterator[Figure]:
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
        "audit": lambda: auditing.audits(count),
        "scan": lambda: scanning.scans(options.entries, options.folder),
        "labels": lambda: labelling.labels(options.bags),
        "symbols": labelling.symbols,
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
