"""Small files of SQLite beside a ledger: what is neither the log nor follows from it.

What is deleted in them is overwritten: they hold secrets, or what somebody was promised ends.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ledger.errors import CorruptedError


@contextmanager
def opened(file: Path, table: str, *, to_write: bool = True) -> Iterator[sqlite3.Connection]:
    """Open a file for one transaction; ``table`` is the SQL that makes its table.

    Whoever only reads keeps nobody from writing. Raises `CorruptedError` for a file that is none.
    """
    try:
        book = sqlite3.connect(file, isolation_level=None)
        try:
            book.execute("PRAGMA secure_delete = ON")
            book.execute("BEGIN IMMEDIATE" if to_write else "BEGIN")
            if to_write:
                book.execute(table)
            yield book
            book.execute("COMMIT")
        finally:
            book.close()  # Undoes what was not committed.
    except sqlite3.Error as error:
        raise CorruptedError("store_failed", what=f"{file.name}: {error}") from error
