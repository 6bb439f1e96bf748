"""The tables: what is true, and what follows from it.

Truth is `EntryRow`, `StatementRow` and `DisclosureRow`. Everything else is a projection, written
in the transaction of the entry it follows from; `audit` rebuilds the projections from entry 0.
The projection events are searched by (`EventRow`, `EventKeyRow`) follows later, as far as
`EventHeadRow` says (docs/decisions/0006).

What each table is trusted for: whoever changes an entry, a statement or a projection is found out
by `audit`; whoever deletes a disclosure takes the private words with it and harms no hash. Until an
audit has run, someone who can delete rows of `mention` can hide a revocation from a bundle, though
not forge one.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, Text
from sqlmodel import Field, SQLModel

SCHEMA_VERSION = 2
"""Raised with every change of the tables below; a store of another version is not opened."""

_KEY_TEXT = Text().with_variant(Text(collation="C"), "postgresql")
"""Text compared by its bytes, so that both databases page through keys in the same order."""

_WHOLE = BigInteger().with_variant(Integer, "sqlite")
"""Grams and places outgrow 32 bits; SQLite's own integers have 64."""

_CLUSTERED = {"sqlite_with_rowid": False}
"""Rows live in the primary key's own tree: one look-up instead of two."""


def _place() -> Column[int]:
    """Return a key column whose values are ours to give: no sequence counts entries."""
    return Column(_WHOLE, primary_key=True, autoincrement=False)


class VersionRow(SQLModel, table=True):
    """Which version of these tables a database holds, and for which ledger."""

    __tablename__ = "version"

    version: int = Field(sa_column=_place())
    origin: str


class EntryRow(SQLModel, table=True):
    """Truth: one leaf of the log, its RFC 6962 leaf hash, and what the rules warned of."""

    __tablename__ = "entry"

    index: int = Field(sa_column=_place())
    leaf: bytes
    leaf_hash: bytes
    warnings: bytes


class StatementRow(SQLModel, table=True):
    """Truth: the bytes somebody signed, as they were received, at their place in the log."""

    __tablename__ = "statement"

    index: int = Field(sa_column=_place())
    digest: bytes = Field(unique=True)
    data: bytes


class DisclosureRow(SQLModel, table=True):
    """Private things that statements only commit to. May be deleted without touching a hash."""

    __tablename__ = "disclosure"
    __table_args__ = _CLUSTERED

    kind: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    body: bytes


class FactRow(SQLModel, table=True):
    """Projection: a fact as it is now, under ``kind:id``, and the entry that last changed it."""

    __tablename__ = "fact"
    __table_args__ = _CLUSTERED

    key: str = Field(sa_column=Column(_KEY_TEXT, primary_key=True))
    body: bytes
    entry_index: int = Field(sa_type=_WHOLE)


class MentionRow(SQLModel, table=True):
    """Projection: which entries changed which fact. ``said`` facts change once and have none."""

    __tablename__ = "mention"
    __table_args__ = (Index("mention_by_entry", "entry_index"), _CLUSTERED)

    fact_key: str = Field(sa_column=Column(_KEY_TEXT, primary_key=True))
    entry_index: int = Field(sa_column=_place())


class LinkRow(SQLModel, table=True):
    """Projection: so much of one lot went into another."""

    __tablename__ = "link"
    __table_args__ = (Index("link_by_target", "target"), _CLUSTERED)

    source: str = Field(sa_column=Column(_KEY_TEXT, primary_key=True))
    target: str = Field(sa_column=Column(_KEY_TEXT, primary_key=True))
    entry_index: int = Field(sa_column=_place())
    mass_g: int = Field(sa_type=_WHOLE)


class TileRow(SQLModel, table=True):
    """Projection: the hashes of one tile of the tree, as wide as it has grown."""

    __tablename__ = "tile"

    level: int = Field(sa_column=_place())
    index: int = Field(sa_column=_place())
    hashes: bytes


class HeadRow(SQLModel, table=True):
    """Projection: where the log ends. One row; moved only by compare-and-swap."""

    __tablename__ = "head"

    id: int = Field(sa_column=_place())
    size: int = Field(sa_type=_WHOLE)
    hash: bytes
    recorded: str
    frontier: bytes


class EventRow(SQLModel, table=True):
    """Projection: what an event of the log can be asked for by its value."""

    __tablename__ = "event"
    __table_args__ = (
        Index("event_by_id", "event_id"),
        Index("event_by_transformation", "transformation"),
        Index("event_by_record", "recorded_ms", "entry_index"),
        *(
            Index(f"event_by_{'_'.join(first) or 'time'}", *first, "happened_ms", "entry_index")
            for first in (
                (),
                ("type",),
                ("step",),
                ("disposition",),
                ("read_point",),
                ("location",),
            )
        ),
    )

    entry_index: int = Field(sa_column=_place())
    event_id: str = Field(sa_type=_KEY_TEXT)
    is_declaration: int
    type: str = Field(sa_type=_KEY_TEXT)
    action: str = Field(sa_type=_KEY_TEXT)
    step: str = Field(sa_type=_KEY_TEXT)
    disposition: str = Field(sa_type=_KEY_TEXT)
    read_point: str = Field(sa_type=_KEY_TEXT)
    location: str = Field(sa_type=_KEY_TEXT)
    transformation: str = Field(sa_type=_KEY_TEXT)
    happened_ms: int = Field(sa_type=_WHOLE)
    recorded_ms: int = Field(sa_type=_WHOLE)


class EventKeyRow(SQLModel, table=True):
    """Projection: under which names, in which of its lists, an event of the log is found."""

    __tablename__ = "event_key"
    __table_args__ = _CLUSTERED

    kind: str = Field(sa_column=Column(_KEY_TEXT, primary_key=True))
    name: str = Field(sa_column=Column(_KEY_TEXT, primary_key=True))
    entry_index: int = Field(sa_column=_place())


class EventHeadRow(SQLModel, table=True):
    """Projection: how many entries of the log the two tables above speak of. One row."""

    __tablename__ = "event_head"

    id: int = Field(sa_column=_place())
    size: int = Field(sa_type=_WHOLE)
