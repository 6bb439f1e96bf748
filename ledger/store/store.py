"""Keeps and finds: entries, statements and what follows from them, in SQLite or PostgreSQL.

`Store.writing` is the only way in for entries: one transaction, one writer at a time over all
processes, the head moved by compare-and-swap. `Store.reading` is a snapshot and needs no lock.
What is read here is not believed: `audit` hashes it again.

Statements are SQLAlchemy Core's, run on plain tuples: an object per row would cost more than the
row itself.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain
from typing import Any

from sqlalchemy import (
    Connection,
    Engine,
    Executable,
    Select,
    Table,
    bindparam,
    delete,
    insert,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import SQLModel

from ledger.errors import ConflictError, CorruptedError, NotFoundError
from ledger.rice.facts import F, Fact, decode_fact
from ledger.store.engine import BUSY_MS, cause, failing, opening
from ledger.store.spelling import ROWS_PER_INSERT, Question, behind, one_and_many
from ledger.store.tables import SCHEMA_VERSION

HASH_LENGTH = 32
ROWS_AT_ONCE = 5_000
"""Rows held in memory while a whole table is streamed."""
KEYS_AT_ONCE = 10_000
"""Keys in one question; both databases take at least 32,766 parameters."""

EntryTuple = tuple[int, bytes, bytes, bytes]
"""index, leaf, leaf hash, warnings"""
StatementTuple = tuple[int, bytes, bytes]
"""index, digest, data"""
FactTuple = tuple[str, bytes, int]
"""key, body, index of the entry that last changed it"""
MentionTuple = tuple[str, int]
"""fact key, entry index"""
LinkTuple = tuple[str, str, int, int]
"""source lot, target lot, entry index, grams"""

_TABLES = SQLModel.metadata.tables
VERSION, ENTRY, STATEMENT, DISCLOSURE, FACT, MENTION, LINK, TILE, HEAD = (
    _TABLES[name]
    for name in (
        *("version", "entry", "statement", "disclosure"),
        *("fact", "mention", "link", "tile", "head"),
    )
)


@dataclass(frozen=True, slots=True)
class Head:
    """Where the log ends: size, hash of the last leaf, its time, and the tree's frontier."""

    size: int
    hash: bytes
    recorded: str
    frontier: tuple[bytes, ...]


EMPTY = Head(0, bytes(HASH_LENGTH), "", ())
"""The head of a log without entries; its hash is what entry 0 names as the one before it."""


@dataclass(slots=True)
class Addition:
    """Everything one transaction adds. ``head`` is where the log ends afterwards."""

    head: Head
    entries: list[EntryTuple] = field(default_factory=list)
    statements: list[StatementTuple] = field(default_factory=list)
    facts: dict[str, FactTuple] = field(default_factory=dict)
    mentions: list[MentionTuple] = field(default_factory=list)
    links: list[LinkTuple] = field(default_factory=list)
    unlinked: list[tuple[str, int]] = field(default_factory=list)
    tiles: dict[tuple[int, int], bytes] = field(default_factory=dict)


class Reading:
    """One snapshot of a store. Facts asked for one at a time are kept: it is a rice `Facts`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._known: dict[str, Fact | None] = {}

    def head(self) -> Head:
        """Return where the log ends."""
        return _head(self._all(select(HEAD)))

    def get(self, key: str, /) -> Fact | None:
        """Return the fact under a key, or nothing."""
        if key not in self._known:
            self._known[key] = self.facts([key]).get(key)
        return self._known[key]

    def facts(self, keys: Collection[str]) -> dict[str, Fact]:
        """Return those of the facts that are known, by key."""
        return {key: decode_fact(body) for key, body in self._pick(_FACTS, keys)}

    def facts_of(self, kind: str, after: str = "", limit: int = 100) -> list[Fact]:
        """Return facts of one kind in order of their keys, from behind the key ``after``."""
        first, end = max(f"{kind}:", after), f"{kind};"  # the sign after the colon
        query = select(FACT.c.body).where(FACT.c.key > first, FACT.c.key < end)
        if kind == "ledger":
            query = select(FACT.c.body).where(FACT.c.key == "ledger:", FACT.c.key > after)
        return [decode_fact(row[0]) for row in self._all(query.order_by(FACT.c.key).limit(limit))]

    def every(self, kind: type[F], name: str, prefix: str = "") -> Iterator[F]:
        """Yield the facts of a kind, or those whose names begin with a prefix, in their order."""
        begin = after = f"{name}:{prefix}"
        length = 100 if prefix else 1_000
        while after.startswith(begin) and (page := self.facts_of(name, after, length)):
            found = (fact for fact in page if fact.key.startswith(begin))
            yield from (fact for fact in found if isinstance(fact, kind))
            after = page[-1].key

    def places(self, digests: Collection[bytes]) -> dict[bytes, int]:
        """Return the index of each statement that is in the log, by its digest."""
        return dict(self._pick(_PLACES, digests))

    def entry(self, index: int) -> EntryTuple:
        """Return one entry as it is stored."""
        for row in self.entries(index, index + 1):
            return row
        raise NotFoundError("entry_unknown", index=index)

    def statement(self, index: int) -> bytes:
        """Return the bytes somebody signed, by their place in the log."""
        for _, _, data in self.statements(index, index + 1):
            return data
        raise NotFoundError("entry_unknown", index=index)

    def entries(self, start: int, stop: int) -> Iterator[EntryTuple]:
        """Yield the entries of a range, in order; a gap is the reader's to notice."""
        return self._range(ENTRY, start, stop)

    def statements(self, start: int, stop: int) -> Iterator[StatementTuple]:
        """Yield the statements of a range, in order; a gap is the reader's to notice."""
        return self._range(STATEMENT, start, stop)

    def entries_at(self, indexes: Collection[int]) -> list[EntryTuple]:
        """Return those entries, in order."""
        return sorted(self._pick(_ENTRIES_AT, indexes))

    def statements_at(self, indexes: Collection[int]) -> list[StatementTuple]:
        """Return those statements, in order."""
        return sorted(self._pick(_STATEMENTS_AT, indexes))

    def mentions(self, keys: Collection[str], size: int) -> dict[str, tuple[int, ...]]:
        """Return which of the first ``size`` entries changed each fact, oldest first."""
        found: dict[str, list[int]] = {key: [] for key in keys}
        for key, index in sorted(self._pick(_MENTIONS, keys)):
            if index < size:
                found[key].append(index)
        return {key: tuple(indexes) for key, indexes in found.items()}

    def changed_keys(self, kinds: Collection[str], start: int, stop: int) -> list[str]:
        """Return the keys of the facts of some kinds that entries of a range changed, in order."""
        query = select(MENTION.c.fact_key).distinct()
        inside = MENTION.c.entry_index >= start, MENTION.c.entry_index < stop
        keys = (row[0] for row in self._all(query.where(*inside)))
        return sorted(key for key in keys if key.partition(":")[0] in kinds)

    def links_from(self, lots: Collection[str]) -> list[LinkTuple]:
        """Return what became of lots, one step on."""
        return sorted(self._pick(_LINKS_FROM, lots), key=_entry_first)

    def links_to(self, lots: Collection[str]) -> list[LinkTuple]:
        """Return what lots were made of, one step back."""
        return sorted(self._pick(_LINKS_TO, lots), key=_entry_first)

    def tile(self, level: int, index: int, width: int) -> bytes:
        """Return the first ``width`` hashes of a tile; fewer where it has not grown so wide."""
        query = select(TILE.c.hashes).where(TILE.c.level == level, TILE.c.index == index)
        rows = self._all(query)
        return bytes(rows[0][0][: width * HASH_LENGTH]) if rows else b""

    def disclosure(self, kind: str, name: str) -> bytes | None:
        """Return a private thing, or nothing when it was never disclosed or is deleted."""
        mine = (DISCLOSURE.c.kind == kind, DISCLOSURE.c.id == name)
        rows = self._all(select(DISCLOSURE.c.body).where(*mine))
        return bytes(rows[0][0]) if rows else None

    def ask(self, query: Executable, values: Mapping[str, Any] | None = None) -> Sequence[Any]:
        """Return the rows that answer a question somebody else has put together."""
        return self._all(query, values)

    def disclosures(self, kind: str, prefix: str = "") -> list[tuple[str, bytes]]:
        """Return private things of a kind whose name begins so, with their names, in order."""
        mine = (DISCLOSURE.c.kind == kind, DISCLOSURE.c.id.startswith(prefix, autoescape=True))
        query = select(DISCLOSURE.c.id, DISCLOSURE.c.body).where(*mine).order_by(DISCLOSURE.c.id)
        return [(name, bytes(body)) for name, body in self._all(query)]

    def table(self, table: Table) -> Iterator[tuple[Any, ...]]:
        """Yield every row of a table in the order of its key, for whoever compares it whole."""
        keys = list(table.primary_key.columns)
        places = [list(table.c).index(key) for key in keys]
        query = select(table).order_by(*keys).limit(ROWS_AT_ONCE)
        rows = self._all(query)
        while rows:
            yield from rows
            last = [rows[-1][place] for place in places]
            rows = self._all(query.where(behind(keys, last)))

    def joined(self, start: int, stop: int) -> list[Any]:
        """Return leaf, leaf hash, warnings, digest and data where entry and statement are there."""
        return list(self._stream(_JOINED, start, stop))

    def outside(self, table: Table, size: int) -> list[int]:
        """Return the places of entries, or statements, beyond the end of the log."""
        place = table.c.index
        query = select(place).where((place < 0) | (place >= size)).order_by(place).limit(100)
        return [row[0] for row in self._all(query)]

    def _range(self, table: Table, start: int, stop: int) -> Iterator[Any]:
        return self._stream(_RANGES[table.name], start, stop)

    def _stream(self, query: Executable, start: int, stop: int) -> Iterator[Any]:
        """Yield rows by place, as the driver's own tuples: these are the long reads."""
        for first in range(start, stop, ROWS_AT_ONCE):
            bounds = {"start": first, "stop": min(first + ROWS_AT_ONCE, stop)}
            with failing():
                result = self._connection.execute(query, bounds)
                assert result.cursor is not None
                rows = result.cursor.fetchall()
                result.close()
            yield from rows

    def _pick(self, question: Question, keys: Collection[Any]) -> Iterator[Any]:
        """Yield the rows a question finds under any of the keys, as the driver's own tuples."""
        # PostgreSQL has no text with a zero byte in it, so nothing can be under such a key.
        wanted = [key for key in keys if not (isinstance(key, str) and "\0" in key)]
        for first in range(0, len(wanted), KEYS_AT_ONCE):
            part = tuple(wanted[first : first + KEYS_AT_ONCE])
            asked = question.spell(self._connection.dialect, len(part))
            with failing():
                result = self._connection.exec_driver_sql(asked, part)
                assert result.cursor is not None
                rows = result.cursor.fetchall()
                result.close()
            yield from rows

    def _all(self, query: Executable, values: Mapping[str, Any] | None = None) -> Sequence[Any]:
        try:
            return self._connection.execute(query, values).fetchall()
        except SQLAlchemyError as error:
            raise CorruptedError("store_failed", what=cause(error)) from error


class Writing(Reading):
    """The one transaction that may add to the log. ``before`` is where the log ends until then."""

    def __init__(self, connection: Connection, inserts: Mapping[str, tuple[str, str]]) -> None:
        super().__init__(connection)
        self._inserts = inserts
        # PostgreSQL lets only one writer hold this row; SQLite lets only one writer begin at all.
        self.before = _head(self._all(select(HEAD).with_for_update()))

    def add(self, added: Addition) -> None:
        """Write everything a batch adds, and move the head from where this transaction found it."""
        self._many("entry", added.entries)
        self._many("statement", added.statements)
        # Rows of one page are written one after another where they come in the order of the key.
        self._many("fact", sorted(added.facts.values()))
        self._many("mention", sorted(added.mentions))
        self._many("link", added.links)
        self._unlink(added.unlinked)
        self._many("tile", [(*place, hashes) for place, hashes in added.tiles.items()])
        self._move(added.head)

    def disclose(self, things: list[tuple[str, str, bytes]]) -> None:
        """Keep private things (kind, name, body), or replace them; of one named twice, the last."""
        once = {thing[:2]: thing for thing in things}  # PostgreSQL replaces no row twice at once
        with self._scrubbing():
            self._many("disclosure", list(once.values()))

    def forget(self, kind: str, names: Collection[str]) -> None:
        """Delete private things."""
        with self._scrubbing():
            for name in names:
                mine = (DISCLOSURE.c.kind == kind, DISCLOSURE.c.id == name)
                self._connection.execute(delete(DISCLOSURE).where(*mine))
            if self._connection.dialect.name == "sqlite":
                for step in _REWRITING:
                    self._connection.exec_driver_sql(step)

    @contextmanager
    def _scrubbing(self) -> Iterator[None]:
        """Have SQLite overwrite what it moves or deletes of private things; elsewhere it costs."""
        if self._connection.dialect.name != "sqlite":
            yield
            return
        self._connection.exec_driver_sql("PRAGMA secure_delete=ON")
        yield
        self._connection.exec_driver_sql("PRAGMA secure_delete=OFF")

    def _unlink(self, links: Collection[tuple[str, int]]) -> None:
        """Delete the links from a lot or unit that an entry made."""
        for source, index in links:
            made = LINK.c.source == source, LINK.c.entry_index == index
            self._connection.execute(delete(LINK).where(*made))

    def _move(self, head: Head) -> None:
        moved = self._connection.execute(
            update(HEAD)
            .where(HEAD.c.size == self.before.size, HEAD.c.hash == self.before.hash)
            .values(
                size=head.size,
                hash=head.hash,
                recorded=head.recorded,
                frontier=b"".join(head.frontier),
            )
        )
        if moved.rowcount != 1:
            raise ConflictError("head_moved", size=self.before.size)

    def _many(self, name: str, rows: list[Any]) -> None:
        one, many = self._inserts[name]
        whole = len(rows) - len(rows) % ROWS_PER_INSERT
        for first in range(0, whole, ROWS_PER_INSERT):
            values = chain.from_iterable(rows[first : first + ROWS_PER_INSERT])
            self._connection.exec_driver_sql(many, tuple(values))
        if whole < len(rows):
            self._connection.exec_driver_sql(one, rows[whole:])


class Store:
    """A database of one ledger."""

    def __init__(self, engine: Engine, origin: str, version: int = SCHEMA_VERSION) -> None:
        self.engine = engine
        self.version = version
        self._writer = engine.execution_options(is_writing=True)
        self._reader = engine
        if engine.dialect.name == "postgresql":
            self._reader = engine.execution_options(
                isolation_level="REPEATABLE READ", postgresql_readonly=True
            )
        self.origin = origin

    @classmethod
    def create(cls, url: str, origin: str) -> Store:
        """Return a new store in an empty database."""
        with opening(url) as engine, engine.begin() as connection:
            SQLModel.metadata.create_all(connection, checkfirst=False)
            connection.execute(insert(VERSION).values(version=SCHEMA_VERSION, origin=origin))
            connection.execute(
                insert(HEAD).values(id=0, size=0, hash=EMPTY.hash, recorded="", frontier=b"")
            )
            connection.execute(insert(_TABLES["event_head"]).values(id=0, size=0))
        return cls(engine, origin)

    @classmethod
    def open(cls, url: str, *, any_version: bool = False) -> Store:
        """Return the store a database holds, if it has tables of this version.

        In every version the entries, statements and disclosures are the same.
        """
        with opening(url) as engine:
            with engine.begin() as connection:
                version, origin = connection.execute(select(VERSION)).one()
            if version != SCHEMA_VERSION and not any_version:
                raise CorruptedError("store_version", found=version, expected=SCHEMA_VERSION)
        return cls(engine, origin, version)

    def close(self) -> None:
        """Let go of all connections."""
        self.engine.dispose()

    @contextmanager
    def reading(self) -> Iterator[Reading]:
        """Give one snapshot: what is written meanwhile is not seen in it."""
        with failing(), self._reader.connect() as connection, connection.begin():
            yield Reading(connection)

    @contextmanager
    def writing(self) -> Iterator[Writing]:
        """Give the one transaction that may add; commit it unless something is raised inside.

        After a trouble of the database nobody knows whether a commit arrived: the caller stops
        writing, and looks at what is stored before it writes again.
        """
        with failing(), self._writer.connect() as connection:
            try:
                with connection.begin() as transaction:
                    yield Writing(connection, self._inserts)
                    transaction.commit()
            except SQLAlchemyError:
                connection.invalidate()  # nobody knows what state its transaction is in
                raise

    @contextmanager
    def following(self) -> Iterator[Connection]:
        """Give a transaction for what follows from the log later; it may not touch the log."""
        with failing(), self._writer.begin() as connection:
            yield connection

    def forget_traces(self) -> bool:
        """Leave nothing of deleted rows in a SQLite file; tell whether that could be done.

        It cannot while somebody reads what was there before. PostgreSQL's own VACUUM does the same.
        """
        if self.engine.dialect.name == "sqlite":
            connection = self.engine.raw_connection()  # no checkpoint inside a transaction
            try:
                cursor = connection.cursor()
                cursor.execute("PRAGMA busy_timeout=2000")
                busy = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
                cursor.execute(f"PRAGMA busy_timeout={BUSY_MS}")
            finally:
                connection.close()
            return not busy
        return True

    @cached_property
    def _inserts(self) -> dict[str, tuple[str, str]]:
        """The SQL that takes rows as plain tuples: one at a time, and many in a row."""
        dialect = self.engine.dialect
        build = postgresql.insert if dialect.name == "postgresql" else sqlite.insert
        statements: dict[str, Any] = {
            table.name: build(table) for table in (ENTRY, STATEMENT, MENTION, LINK)
        }
        for table, changing in (
            (FACT, ("body", "entry_index")),
            (TILE, ("hashes",)),
            (DISCLOSURE, ("body",)),
        ):
            put = build(table)
            statements[table.name] = put.on_conflict_do_update(
                index_elements=[column.name for column in table.primary_key],
                set_={name: put.excluded[name] for name in changing},
            )
        return {
            name: one_and_many(made.compile(dialect=dialect)) for name, made in statements.items()
        }


_REWRITING = (
    "CREATE TABLE disclosure_rest AS SELECT * FROM disclosure",
    "DELETE FROM disclosure",
    "INSERT INTO disclosure SELECT * FROM disclosure_rest ORDER BY kind, id",
    "DROP TABLE disclosure_rest",
)
"""Pages of a table keep what was moved within them; only a page that is let go is overwritten."""

_FACTS = Question(select(FACT.c.key, FACT.c.body), FACT.c.key)
_PLACES = Question(select(STATEMENT.c.digest, STATEMENT.c.index), STATEMENT.c.digest)


def _by_place(query: Select[Any], table: Table) -> Select[Any]:
    place = table.c.index
    inside = place >= bindparam("start"), place < bindparam("stop")
    return query.where(*inside).order_by(place)


_RANGES = {table.name: _by_place(select(table), table) for table in (ENTRY, STATEMENT)}
_JOINED = _by_place(
    select(*list(ENTRY.c)[1:], *list(STATEMENT.c)[1:]).join(
        STATEMENT, ENTRY.c.index == STATEMENT.c.index
    ),
    ENTRY,
)
_ENTRIES_AT = Question(select(ENTRY), ENTRY.c.index)
_STATEMENTS_AT = Question(select(STATEMENT), STATEMENT.c.index)
_MENTIONS = Question(select(MENTION), MENTION.c.fact_key)
_LINKS_FROM = Question(select(LINK), LINK.c.source)
_LINKS_TO = Question(select(LINK), LINK.c.target)


def _head(rows: Sequence[Any]) -> Head:
    if len(rows) != 1:
        raise CorruptedError("store_failed", what="head")
    _, size, last, recorded, frontier = rows[0]
    hashes = [frontier[at : at + HASH_LENGTH] for at in range(0, len(frontier), HASH_LENGTH)]
    return Head(size, last, recorded, tuple(hashes))


def _entry_first(link: LinkTuple) -> tuple[int, str, str]:
    return link[2], link[0], link[1]
