"""The tables events are searched by: filled behind the log, asked by values, names and times.

They follow from the log and are trusted for completeness only: who can delete their rows can hide
an event from a search, though not from the log, until `audit` compares. Filling is a transaction of
its own, so that appending never waits for an index; of two processes that fill at once the second
finds the work done.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    bindparam,
    func,
    insert,
    select,
    tuple_,
    union_all,
    update,
)
from sqlmodel import SQLModel

from ledger.store.store import Reading, Store

_TABLES = SQLModel.metadata.tables
EVENT, EVENT_KEY, EVENT_HEAD = (_TABLES[name] for name in ("event", "event_key", "event_head"))

ROWS_PER_STATEMENT = 1_000

EventTuple = tuple[int, str, int, str, str, str, str, str, str, str, int, int]
"""A row of `event`, in the order of its columns."""
KeyTuple = tuple[str, str, int]
"""kind, name, entry index"""

_EVENT_NAMES = [column.name for column in EVENT.c]
_KEY_NAMES = [column.name for column in EVENT_KEY.c]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which events are asked for; every condition must hold."""

    values: Mapping[str, Collection[str]] = field(default_factory=dict)
    """Column of `event`, and the values it may have."""
    names: Sequence[tuple[Collection[str], Collection[str]]] = ()
    """Kinds and names: the event is found under one of these names in one of these lists."""
    happened_from_ms: int | None = None
    happened_before_ms: int | None = None
    recorded_from_ms: int | None = None
    recorded_before_ms: int | None = None
    is_declaration: bool | None = None

    @property
    def is_narrow(self) -> bool:
        """Whether a condition finds few events, in an order that is not that of their time."""
        recorded = (self.recorded_from_ms, self.recorded_before_ms)
        return bool(self.names) or recorded != (None, None)


@dataclass(frozen=True, slots=True)
class Order:
    """By which column events are ordered, and where to go on."""

    column: str
    descending: bool
    after: tuple[int, int] | None = None


def indexed_size(view: Reading) -> int:
    """Return how many entries of the log can be searched."""
    size: int = view.ask(select(EVENT_HEAD.c.size))[0][0]
    return size


def follow(
    store: Store, start: int, stop: int, events: Sequence[EventTuple], keys: Sequence[KeyTuple]
) -> bool:
    """Add the rows of the entries of a range; return whether nobody else has been there.

    A crash before the commit leaves nothing; after it, the head says what is there.
    """
    with store.following() as connection:
        moved = connection.execute(
            update(EVENT_HEAD).where(EVENT_HEAD.c.size == start).values(size=stop)
        )
        if moved.rowcount != 1:
            return False
        for table, names, rows in ((EVENT, _EVENT_NAMES, events), (EVENT_KEY, _KEY_NAMES, keys)):
            for first in range(0, len(rows), ROWS_PER_STATEMENT):
                part = rows[first : first + ROWS_PER_STATEMENT]
                connection.execute(
                    insert(table), [dict(zip(names, row, strict=True)) for row in part]
                )
    return True


def find(view: Reading, wanted: Wanted, order: Order, limit: int) -> list[tuple[int, int]]:
    """Return what events are ordered by, and their entries, as far as ``limit``."""
    by: ColumnElement[Any] = EVENT.c[order.column]
    if wanted.is_narrow:
        # Few rows are found first and sorted then; walking along an index of the time would look
        # at every event there is.
        by = _unindexed(by, is_named=True)
    columns = (by, EVENT.c.entry_index)
    query = select(*columns).where(*_conditions(wanted))
    if order.after is not None:
        here, last = tuple_(*columns), tuple_(*order.after)
        query = query.where(here < last if order.descending else here > last)
    query = query.order_by(*(one.desc() if order.descending else one for one in columns))
    return [(at, index) for at, index in view.ask(query.limit(limit))]


def has_more(view: Reading, wanted: Wanted, limit: int) -> bool:
    """Return whether more than so many events are found; no more than that are looked at."""
    inner = select(EVENT.c.entry_index).where(*_conditions(wanted)).limit(limit + 1).subquery()
    count: int = view.ask(select(func.count()).select_from(inner))[0][0]
    return count > limit


def values(view: Reading, column: str, after: str, limit: int) -> list[str]:
    """Return the values a column has, in order; each costs one look-up, however often it stands."""
    of = EVENT.c[column]
    return _each(view, [select(func.min(of)).where(of > bindparam("last"))], after, limit)


def names(view: Reading, kinds: Collection[str], after: str, limit: int) -> list[str]:
    """Return the names that stand in lists of these kinds, in order, at the same cost."""
    name, kind = EVENT_KEY.c.name, EVENT_KEY.c.kind
    least = [
        select(func.min(name)).where(kind == one, name > bindparam("last")) for one in sorted(kinds)
    ]
    return _each(view, least, after, limit)


def has_value(view: Reading, column: str, value: str) -> bool:
    """Return whether any event has a value."""
    return bool(view.ask(select(EVENT.c.entry_index).where(EVENT.c[column] == value).limit(1)))


def has_name(view: Reading, kinds: Collection[str], name: str) -> bool:
    """Return whether any event has a name in one of these lists."""
    query = select(EVENT_KEY.c.entry_index).where(
        EVENT_KEY.c.name == name, EVENT_KEY.c.kind.in_(kinds)
    )
    return bool(view.ask(query.limit(1)))


def entries_of(view: Reading, kinds: Collection[str], named: Collection[str]) -> list[int]:
    """Return the entries of events that name one of these things in one of these lists."""
    query = select(EVENT_KEY.c.entry_index).where(
        EVENT_KEY.c.name.in_(named), EVENT_KEY.c.kind.in_(kinds)
    )
    return sorted({row[0] for row in view.ask(query)})


def stored_events(view: Reading, start: int, stop: int) -> list[EventTuple]:
    """Return the rows of `event` of a range of entries, in order."""
    place = EVENT.c.entry_index
    query = select(EVENT).where(place >= start, place < stop).order_by(place)
    return [tuple(row) for row in view.ask(query)]


def stored_keys(view: Reading, start: int, stop: int) -> set[KeyTuple]:
    """Return the rows of `event_key` of a range of entries."""
    place = EVENT_KEY.c.entry_index
    query = select(EVENT_KEY).where(place >= start, place < stop)
    return {tuple(row) for row in view.ask(query)}


def outside(view: Reading, size: int) -> list[int]:
    """Return entries the tables speak of beyond a size."""
    parts = [
        select(table.c.entry_index).where((table.c.entry_index >= size) | (table.c.entry_index < 0))
        for table in (EVENT, EVENT_KEY)
    ]
    return sorted({row[0] for row in view.ask(union_all(*parts).limit(100))})


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    is_named = bool(wanted.names)
    conditions: list[ColumnElement[bool]] = [
        _unindexed(EVENT.c[column], is_named).in_(sorted(accepted))
        for column, accepted in wanted.values.items()
    ]
    for kinds, named in wanted.names:
        found = select(EVENT_KEY.c.entry_index).where(
            EVENT_KEY.c.name.in_(sorted(named)), EVENT_KEY.c.kind.in_(sorted(kinds))
        )
        conditions.append(EVENT.c.entry_index.in_(found))
    happened = _unindexed(EVENT.c.happened_ms, is_named)
    recorded = _unindexed(EVENT.c.recorded_ms, is_named)
    if wanted.happened_from_ms is not None:
        conditions.append(happened >= wanted.happened_from_ms)
    if wanted.happened_before_ms is not None:
        conditions.append(happened < wanted.happened_before_ms)
    if wanted.recorded_from_ms is not None:
        conditions.append(recorded >= wanted.recorded_from_ms)
    if wanted.recorded_before_ms is not None:
        conditions.append(recorded < wanted.recorded_before_ms)
    if wanted.is_declaration is not None:
        conditions.append(EVENT.c.is_declaration == int(wanted.is_declaration))
    return conditions


def _unindexed(column: ColumnElement[Any], is_named: bool) -> ColumnElement[Any]:  # noqa: FBT001
    """Return a column that no index finds where a name finds fewer rows than any value does."""
    return func.coalesce(column, column) if is_named else column


def _each(view: Reading, least: Sequence[Select[Any]], after: str, limit: int) -> list[str]:
    """Return one value after the other: the least of those behind the last."""
    query = union_all(*least)
    found: list[str] = []
    while len(found) < limit:
        last = found[-1] if found else after
        behind = [row[0] for row in view.ask(query, {"last": last}) if row[0] is not None]
        if not behind:
            break
        found.append(min(behind))
    return found
