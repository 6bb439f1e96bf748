"""Events found by what they say: the index is caught up from the log, asked, and worked out again.

`EventIndex.catch_up` reads the entries behind the index and adds what follows from them. Whoever
publishes does it now and then, and every question does it first, so that an answer speaks of every
entry that was in the log when it was asked for.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import count

from ledger.epcis.facets import Facets, facets_of, milliseconds
from ledger.epcis.query import ANYTHING, Position, Query
from ledger.epcis.refusals import LargeError
from ledger.errors import NotFoundError
from ledger.log.encoding import decode_base64url, format_time, parse_time
from ledger.log.entry import parse_entry
from ledger.log.statement import parse_statement
from ledger.store import events as rows
from ledger.store.events import EventTuple, KeyTuple, Order, Wanted
from ledger.store.store import Reading, Store

_EVENT = b"\nkind event\n"
"""How the leaf of an event says so."""
ENTRIES_AT_ONCE = 1_000
"""Entries in one transaction of catching up."""

RESOURCES = {
    "bizSteps": "step",
    "bizLocations": "location",
    "readPoints": "read_point",
    "dispositions": "disposition",
    "eventTypes": "type",
}
"""What can be listed, and the facet it is a value of."""


@dataclass(frozen=True, slots=True)
class Found:
    """One event as it was signed, and where and when it was recorded."""

    index: int
    recorded: str
    payload: bytes


@dataclass(frozen=True, slots=True)
class Page:
    """Some of the events that answer a question; ``token`` leads to those after them."""

    events: list[Found]
    token: str = ""


class EventIndex:
    """What events of a store can be found by."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def catch_up(self, steps_max: int | None = None) -> None:
        """Add what follows from the entries behind the index, all of them or so many steps.

        Each transaction moves the index's own head; another process that was quicker has done the
        same work, and this one goes on behind it.
        """
        for _ in count() if steps_max is None else range(steps_max):
            with self._store.reading() as view:
                start, size = rows.indexed_size(view), view.head().size
                stop = min(start + ENTRIES_AT_ONCE, size)
                if start >= stop:
                    return
                events, keys = rows_of(view, start, stop)
            rows.follow(self._store, start, stop, events, keys)

    def find(self, query: Query) -> Page:
        """Return the events that answer a question, a page of them."""
        self.catch_up()
        wanted = _wanted(query)
        shown = query.after.shown if query.after else 0
        left = query.page if query.limit is None else min(query.page, query.limit - shown)
        if left <= 0:
            return Page([])
        column = "happened_ms" if query.order_by == "eventTime" else "recorded_ms"
        after = (query.after.at, query.after.index) if query.after else None
        with self._store.reading() as view:
            if query.refused_above is not None and rows.has_more(view, wanted, query.refused_above):
                raise LargeError("epcis_query_large", limit=query.refused_above)
            found = rows.find(view, wanted, Order(column, query.descending, after), left + 1)
            events = _events(view, [index for _, index in found[:left]])
        if len(found) <= left or (query.limit is not None and shown + left >= query.limit):
            return Page(events)
        return Page(events, query.token(Position(*found[left - 1], shown + left)))

    def names(self, kinds: Collection[str], after: str, limit: int) -> list[str]:
        """Return the names of goods, single ones and lots, in order."""
        self.catch_up()
        with self._store.reading() as view:
            return rows.names(view, kinds, after, limit)

    def values(self, facet: str, after: str, limit: int) -> list[str]:
        """Return the values of a facet, in order."""
        self.catch_up()
        with self._store.reading() as view:
            return rows.values(view, facet, after, limit)

    def check_known(self, resource: str, name: str) -> None:
        """Refuse a name under which no event is found."""
        self.catch_up()
        with self._store.reading() as view:
            if resource == "epcs":
                is_known = rows.has_name(view, ANYTHING, name)
            else:
                is_known = rows.has_value(view, RESOURCES[resource], name)
        if not is_known:
            raise NotFoundError("name_unknown", name=name[:200])

    def about(self, names: Collection[str], kinds: Collection[str]) -> list[Found]:
        """Return the events that name one of these things in one of these lists, oldest first."""
        self.catch_up()
        with self._store.reading() as view:
            return _events(view, rows.entries_of(view, kinds, names))


def rows_of(view: Reading, start: int, stop: int) -> tuple[list[EventTuple], list[KeyTuple]]:
    """Return what follows from the entries of a range, which were read strictly before."""
    recorded = {
        row[0]: _recorded_ms(row[1]) for row in view.entries(start, stop) if _EVENT in row[1]
    }
    events: list[EventTuple] = []
    keys: list[KeyTuple] = []
    for index, _, data in view.statements(start, stop):
        if index in recorded:
            facets = facets_of(_payload(data))
            events.append(_row(index, recorded[index], facets))
            keys += [(kind, name, index) for kind, name in facets.keys]
    return events, keys


def differences(view: Reading) -> Iterator[tuple[str, str]]:
    """Yield table and key of what is in the index and does not follow from the log, or is missing.

    What the index does not speak of yet is not missing. The log itself must have been found sound.
    """
    size = rows.indexed_size(view)
    end = view.head().size
    if size > end:
        yield rows.EVENT_HEAD.name, str(size)
    for index in rows.outside(view, min(size, end)):
        yield rows.EVENT.name, str(index)
    for start in range(0, min(size, end), ENTRIES_AT_ONCE):
        stop = min(start + ENTRIES_AT_ONCE, size, end)
        events, keys = rows_of(view, start, stop)
        for event in set(events) ^ set(rows.stored_events(view, start, stop)):
            yield rows.EVENT.name, str(event[0])
        for key in set(keys) ^ rows.stored_keys(view, start, stop):
            yield rows.EVENT_KEY.name, str(key)


def _row(index: int, recorded_ms: int, facets: Facets) -> EventTuple:
    return (
        index,
        facets.event_id,
        int(facets.is_declaration),
        facets.type,
        facets.action,
        facets.step,
        facets.disposition,
        facets.read_point,
        facets.location,
        facets.transformation,
        facets.happened_ms,
        recorded_ms,
    )


def _recorded_ms(leaf: bytes) -> int:
    """Return the log's time of an entry, without reading the rest of its leaf."""
    _, _, behind = leaf.partition(b"\nrecorded ")
    return _moment_ms(behind[: behind.index(b"\n")])


@lru_cache(maxsize=1024)
def _moment_ms(text: bytes) -> int:
    """Return a time of the log; the entries of a batch have it in common."""
    return milliseconds(parse_time(text.decode("ascii")))


def _payload(data: bytes) -> bytes:
    """Return what a statement says; only the general form has to be read whole."""
    if data.startswith(b"{"):
        return parse_statement(data).payload
    return decode_base64url(data.split(b".", 2)[1])


def _events(view: Reading, indexes: list[int]) -> list[Found]:
    """Return events in the order of the indexes."""
    recorded = {row[0]: parse_entry(row[1]).recorded_at for row in view.entries_at(indexes)}
    data = {index: signed for index, _, signed in view.statements_at(indexes)}
    return [
        Found(index, format_time(recorded[index]), parse_statement(data[index]).payload)
        for index in indexes
    ]


def _wanted(query: Query) -> Wanted:
    bound = query.bounds.get
    return Wanted(
        values=query.values,
        names=[(match.kinds, match.names) for match in query.matches],
        happened_from_ms=bound("GE_eventTime"),
        happened_before_ms=bound("LT_eventTime"),
        recorded_from_ms=bound("GE_recordTime"),
        recorded_before_ms=bound("LT_recordTime"),
        is_declaration=query.is_declaration,
    )
