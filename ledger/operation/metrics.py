"""What is measured of a server, as Prometheus reads it.

Labels are few and of closed sets: route templates, methods, statuses, codes of refusals. None names
a lot, a bag, an address or anybody. What can be read when it is asked for is read then; appending
pays for one look at a clock and two additions for each parcel of statements.
"""

from __future__ import annotations

from collections import Counter as Tally
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from ledger.errors import LedgerError
from ledger.operation.readiness import progress_of
from ledger.scans.scans import Scans
from ledger.sequencer import Answer
from ledger.service import Ledger

_APPEND_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
_REQUEST_SECONDS = (0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
_ACCEPTED = "accepted"


class Metrics:
    """The measures of one server process."""

    def __init__(self, ledger: Ledger, scans: Scans | None, clock: Callable[[], datetime]) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self.registry.register(_State(ledger, scans, clock))
        self._statements = Counter(
            "rice_ledger_statements",
            "Statements answered: accepted (also when sent again), or the code of the refusal.",
            ["answer"],
            registry=self.registry,
        )
        self._append_seconds = Histogram(
            "rice_ledger_append_seconds",
            "From handing a parcel of statements over to its answer.",
            buckets=_APPEND_SECONDS,
            registry=self.registry,
        )
        self._requests = Histogram(
            "rice_ledger_http_request_seconds",
            "Requests answered, by route template.",
            ["method", "route", "status"],
            buckets=_REQUEST_SECONDS,
            registry=self.registry,
        )
        self._by_label: dict[tuple[str, str, int], Histogram] = {}
        self._accepted = self._statements.labels(_ACCEPTED)

    def answered(self, answers: Sequence[Answer], seconds: float) -> None:
        """Count the answers to a parcel of statements."""
        self._append_seconds.observe(seconds)
        refused = Tally(one.code for one in answers if isinstance(one, LedgerError))
        if len(answers) > refused.total():
            self._accepted.inc(len(answers) - refused.total())
        for code, count in refused.items():
            self._statements.labels(code).inc(count)

    def requested(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count a request that was answered; whoever calls has methods of a closed set."""
        labels = method, route, status
        found = self._by_label.get(labels)
        if found is None:
            found = self._by_label[labels] = self._requests.labels(*labels)
        found.observe(seconds)


class _State(Collector):
    """What is read when somebody asks for it."""

    def __init__(self, ledger: Ledger, scans: Scans | None, clock: Callable[[], datetime]) -> None:
        self._ledger = ledger
        self._scans = scans
        self._clock = clock

    def describe(self) -> list[Metric]:
        """Return nothing: whoever registers this need not ask the database for names."""
        return []

    def collect(self) -> Iterator[Metric]:
        """Yield every measure that can be had; a database that does not answer yields that."""
        try:
            progress, is_up = progress_of(self._ledger), True
        except LedgerError:
            is_up = False
        yield _gauge("database_up", "Whether the database answers.", is_up)
        if is_up:
            now = self._clock()
            age = (now - progress.signed_until).total_seconds() if progress.signed_until else 0
            yield _gauge("entries", "Entries in the log.", progress.size)
            yield _gauge(
                "published_entries", "Entries under the last checkpoint.", progress.published_size
            )
            yield _gauge(
                "checkpoint_age_seconds",
                "Since the youngest entry under the last checkpoint was recorded.",
                age,
            )
            yield _gauge(
                "checkpoint_behind_seconds",
                "For how long the oldest entry without a checkpoint has waited.",
                progress.waited_seconds(now),
            )
        yield _gauge(
            "statements_waiting", "Statements in the line.", self._ledger.sequencer.waiting
        )
        yield from self._of_scans()

    def _of_scans(self) -> Iterator[Metric]:
        if self._scans is None:
            return
        yield _gauge("scans_waiting", "Scans to be written.", self._scans.waiting)
        yield _gauge("scans_dropped", "Scans that could not be written.", self._scans.dropped)
        refused = CounterMetricFamily(
            "rice_ledger_asked_too_fast", "Questions about bags over a limit.", labels=["limit"]
        )
        for limit, count in self._scans.limits.refused.items():
            refused.add_metric([limit], count)
        yield refused


def _gauge(name: str, help_text: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"rice_ledger_{name}", help_text, value=float(value))
