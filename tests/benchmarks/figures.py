"""What a benchmark reports, and how works are timed so that a noisy machine hurts all alike."""

from __future__ import annotations

import os
import resource
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from msgspec import Struct
from rich.table import Table

Work = Callable[[], object]


class Figure(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One row of the table: a work, and what it was held against in the same run.

    ``ratio`` compares clocks on the wall, ``cpu_ratio`` processor seconds of the processes that
    worked: where others use the machine too, the second moves less.
    """

    work: str
    size: int
    measured: str
    against: str = ""
    ratio: float | None = None
    cpu_ratio: float | None = None
    at_least: float | None = None
    at_most: float | None = None
    peak_mb: int | None = None

    @property
    def aim(self) -> str:
        """Return what was hoped for, in the unit of the ratio."""
        if self.at_least is not None:
            return f"≥ {self.at_least:g}"
        return f"≤ {self.at_most:g}" if self.at_most is not None else ""

    @property
    def is_met(self) -> bool | None:
        """Return whether the ratio is what was hoped for; nothing where there is no aim."""
        if self.ratio is None or not self.aim:
            return None
        if self.at_least is not None:
            return self.ratio >= self.at_least
        return self.at_most is not None and self.ratio <= self.at_most


@dataclass(frozen=True, slots=True)
class Spent:
    """How long a work took: on the wall, and in processor seconds over threads and children."""

    wall_s: float
    cpu_s: float


def timed(work: Work) -> Spent:
    """Do a work once and return what it took."""
    cpu, wall = _all_processor_s(), time.perf_counter()
    work()
    return Spent(time.perf_counter() - wall, _all_processor_s() - cpu)


def _all_processor_s() -> float:
    """Return the processor seconds of this process and its children, gone or still there."""
    gone = resource.getrusage(resource.RUSAGE_CHILDREN)
    children = {
        int(pid)
        for file in Path("/proc/self/task").glob("*/children")
        for pid in file.read_text(encoding="ascii").split()
    }
    there_s = sum(map(processor_s, children))
    return time.process_time() + gone.ru_utime + gone.ru_stime + there_s


def in_turn(rounds: int, *works: Work) -> list[Spent]:
    """Do works one after another, round after round; return the median of each."""
    taken: list[list[Spent]] = [[] for _ in works]
    for _ in range(rounds):
        for times, work in zip(taken, works, strict=True):
            times.append(timed(work))
    return [median(times) for times in taken]


def median(times: Sequence[Spent]) -> Spent:
    """Return the medians of wall and processor time."""
    return Spent(
        statistics.median(one.wall_s for one in times),
        statistics.median(one.cpu_s for one in times),
    )


def peak_mb() -> int:
    """Return the most memory this process has held so far, in MB."""
    kib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return kib // (1_000_000 if sys.platform == "darwin" else 1_000)


def processor_s(pid: int) -> float:
    """Return the processor seconds another process has used; 0 where the system does not say."""
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii") as file:  # noqa: PTH123  a file of the kernel
            after_name = file.read().rpartition(")")[2].split()
    except FileNotFoundError:
        return 0.0
    return (int(after_name[11]) + int(after_name[12])) / os.sysconf("SC_CLK_TCK")


def rate(count: int, seconds: float) -> str:
    """Return how many a second, as a person reads it."""
    return f"{count / seconds:,.0f} /s"


def milliseconds(seconds: float) -> str:
    """Return a short time, as a person reads it."""
    return f"{seconds * 1000:,.2f} ms"


def share(part: float, whole: float) -> float | None:
    """Return a ratio with as many digits as it deserves."""
    return round(part / whole, 2) if whole else None


_HEADINGS = ("Work", "Size", "Measured", "Against, in the same run", "Ratio", "By CPU", "Aim")


def cells(figure: Figure) -> tuple[str, ...]:
    """Return a figure as the cells of a row."""
    return (
        figure.work,
        f"{figure.size:,}",
        figure.measured + (f", {figure.peak_mb:,} MB" if figure.peak_mb else ""),
        figure.against,
        _number(figure.ratio),
        _number(figure.cpu_ratio),
        figure.aim,
    )


def table(figures: Sequence[Figure]) -> Table:
    """Return the figures as a table for a terminal; what misses its aim is red."""
    made = Table(*_HEADINGS)
    for figure in figures:
        style = {True: "green", False: "red", None: ""}[figure.is_met]
        made.add_row(*cells(figure), style=style)
    return made


def markdown(figures: Sequence[Figure]) -> str:
    """Return the figures as a table for a document."""
    rows = [_HEADINGS, ("---",) * len(_HEADINGS), *map(cells, figures)]
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.2f}"
