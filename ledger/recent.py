"""What an organisation said last: the newest entries of each, kept up with the log in memory.

Whose an entry is follows from the key that signed it. `Recent` reads the statements recorded since
it was last asked, and of a long log, when it is asked first, only the newest: what it tells is a
reminder of today's work, not a search.
"""

from __future__ import annotations

import threading
from collections import defaultdict, deque
from datetime import timedelta, timezone

from msgspec import Struct, field, json

from ledger.errors import LedgerError
from ledger.log.encoding import local_day
from ledger.log.entry import parse_entry
from ledger.log.statement import parse_statement
from ledger.rice.case import open_meaning
from ledger.rice.corrections import touched
from ledger.rice.events import Correction, Event
from ledger.rice.facts import Key
from ledger.rice.possession import named_lots
from ledger.rice.terms import CORRECTION
from ledger.store.store import Reading

KEPT = 50
READ_MAX = 20_000
"""Entries that are read at most to catch up: more than a season's busiest day."""

_AT_ONCE = 1_000
_LOCAL = timezone(timedelta(hours=7))


class _Kind(Struct):
    cte: str = field(default="", name="rice:cte")
    act: str = ""


class Line(Struct, frozen=True, kw_only=True):
    """One entry: what was said, of which lots, pallets and containers, when by the local clock."""

    index: int
    kind: str
    on: str
    clock: str
    things: tuple[str, ...]
    event_id: str


class Recent:
    """The newest entries of every organisation, as far as some entry."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._size = 0
        self._entries: defaultdict[str, deque[int]] = defaultdict(lambda: deque(maxlen=KEPT))

    def of(self, view: Reading, actor: str) -> list[Line]:
        """Return what an organisation said last, newest first."""
        size = view.head().size
        with self._lock:
            self._catch_up(view, size)
            indexes = [index for index in self._entries.get(actor, ()) if index < size]
        recorded = {row[0]: parse_entry(row[1]).recorded_at for row in view.entries_at(indexes)}
        lines = []
        for index, _, data in view.statements_at(indexes):
            statement = parse_statement(data)
            body = open_meaning(statement).body
            event = body.wrong if isinstance(body, Correction) else body
            lines.append(
                Line(
                    index=index,
                    kind=CORRECTION if isinstance(body, Correction) else kind_of(statement.payload),
                    on=local_day(recorded[index]),
                    clock=f"{recorded[index].astimezone(_LOCAL):%H:%M}",
                    things=tuple(sorted(_things(event))),
                    event_id=body.event_id if isinstance(body, Event) else "",
                )
            )
        return lines[::-1]

    def _catch_up(self, view: Reading, size: int) -> None:
        start = max(self._size, size - READ_MAX)
        for first in range(start, size, _AT_ONCE):
            signed = [
                (index, _kid(data))
                for index, _, data in view.statements(first, min(first + _AT_ONCE, size))
            ]
            keys = view.facts({f"key:{kid}" for _, kid in signed if kid})
            for index, kid in signed:
                key = keys.get(f"key:{kid}")
                if isinstance(key, Key):
                    self._entries[key.actor].append(index)
        self._size = max(self._size, size)


def kind_of(payload: bytes) -> str:
    """Return what a statement is, as forms and dialogs call it."""
    said = json.decode(payload, type=_Kind)
    return said.cte.removeprefix("rice:") or said.act or "attestation"


def _kid(data: bytes) -> str:
    """Return the key that signed first; nothing where a statement was withheld."""
    try:
        name = parse_statement(data).signatures[0].kid
    except LedgerError:
        return ""
    return name.rpartition("#")[2]


def _things(body: object) -> set[str]:
    if isinstance(body, Event):
        return touched(body)
    return {f"lot:{name}" for name in named_lots(body)}
