"""How a database is reached: one engine for each URL, its pragmas, and its troubles as ours."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import SQLAlchemyError

from ledger.errors import CorruptedError, LedgerError

BUSY_MS = 60_000
CACHE_KIB = 65_536
WAL_PAGES = 16_000
"""Pages gathered before they are moved to the database file: one page changed by many batches is
moved once."""


@contextmanager
def opening(url: str) -> Iterator[Engine]:
    """Give the engine of a URL; let go of it if what is behind it will not do."""
    engine = _engine(url)
    try:
        with failing():
            yield engine
    except LedgerError:
        engine.dispose()
        raise


@contextmanager
def failing() -> Iterator[None]:
    """Raise a trouble of the database as one of ours."""
    try:
        yield
    except SQLAlchemyError as error:
        raise CorruptedError("store_failed", what=cause(error)) from error


def cause(error: SQLAlchemyError) -> str:
    """Return a database's own words, without the statement and its values."""
    return str(getattr(error, "orig", None) or type(error).__name__)


def _engine(url: str) -> Engine:
    """Return the engine of a URL; positional parameters let rows be plain tuples."""
    if url.startswith("sqlite"):
        engine = create_engine(url, connect_args={"timeout": BUSY_MS / 1000})
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    return create_engine(url, paramstyle="format")


def _prepare_sqlite(connection: Any, _record: object) -> None:  # noqa: ANN401
    connection.isolation_level = None  # transactions begin where `_begin_sqlite` says, not before
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute(f"PRAGMA cache_size=-{CACHE_KIB}")
    connection.execute(f"PRAGMA wal_autocheckpoint={WAL_PAGES}")


def _begin_sqlite(connection: Connection) -> None:
    is_writing = connection.get_execution_options().get("is_writing", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if is_writing else "BEGIN")
