"""Every checkpoint this log has signed, in a small file of its own.

The file is never restored from a backup: it is what tells a database that was. Whoever can change
it can make the log sign two different pasts; whoever deletes it loses that protection and no data.

Rows are only added. A cosigned copy stands beside the note that was signed first.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from ledger.errors import ConflictError, CorruptedError, NotFoundError

_SCHEMA = """
CREATE TABLE checkpoint (
    size INTEGER PRIMARY KEY,
    root BLOB NOT NULL,
    note TEXT NOT NULL,
    cosigned TEXT NOT NULL
) STRICT
"""
_COLUMNS = "SELECT size, root, note, cosigned FROM checkpoint"
_ADD = """
INSERT INTO checkpoint (size, root, note, cosigned)
SELECT :size, :root, :note, :note
WHERE :before IS (SELECT max(size) FROM checkpoint)
"""
_COSIGN = "UPDATE checkpoint SET cosigned = :new WHERE size = :size AND cosigned = :old"


_Values = dict[str, int | bytes | str | None]


@dataclass(frozen=True, slots=True)
class Signed:
    """A checkpoint as it was signed, and the same with the cosignatures gathered since."""

    size: int
    root: bytes
    note: str
    cosigned: str


class Checkpoints:
    """The file of signed checkpoints."""

    def __init__(self, path: Path) -> None:
        # Whoever reads does not wait for a note that is being written.
        self._reading, self._changing = threading.Lock(), threading.Lock()
        with _failing():
            self._reader, self._writer = _opened(path), _opened(path)
            # A note that was shown to anybody must survive the next power cut.
            self._writer.execute("PRAGMA synchronous=EXTRA")

    @classmethod
    def create(cls, path: Path) -> Checkpoints:
        """Return the new, empty file; one that exists is refused."""
        if path.exists():
            raise ConflictError("folder_taken", folder=str(path))
        with _failing(), closing(sqlite3.connect(path)) as connection:
            connection.execute(_SCHEMA)
        return cls(path)

    def close(self) -> None:
        """Let go of the file."""
        self._reader.close()
        self._writer.close()

    def last(self) -> Signed | None:
        """Return the checkpoint signed last, or nothing."""
        rows = self._rows(f"{_COLUMNS} ORDER BY size DESC LIMIT 1")
        return rows[0] if rows else None

    def at(self, size: int) -> Signed:
        """Return the checkpoint of one size."""
        rows = self._rows(f"{_COLUMNS} WHERE size = ?", size)
        if not rows:
            raise NotFoundError("checkpoint_unknown", size=size)
        return rows[0]

    def all(self) -> list[Signed]:
        """Return every checkpoint ever signed, smallest first."""
        return self._rows(f"{_COLUMNS} ORDER BY size")

    def publish(self, signed: Signed, before: Signed | None) -> None:
        """Add a checkpoint if ``before`` still is the last one; a lost race is a conflict."""
        values: _Values = {
            "size": signed.size,
            "root": signed.root,
            "note": signed.note,
            "before": before.size if before else None,
        }
        self._change(_ADD, values, signed.size)

    def cosign(self, old: Signed, cosigned: str) -> None:
        """Replace the cosigned copy of a checkpoint if it still is the one the caller read."""
        values: _Values = {"new": cosigned, "old": old.cosigned, "size": old.size}
        self._change(_COSIGN, values, old.size)

    def _rows(self, query: str, *values: int) -> list[Signed]:
        with _failing(), self._reading:
            return [Signed(*row) for row in self._reader.execute(query, values)]

    def _change(
        self, statement: str, values: dict[str, int | bytes | str | None], size: int
    ) -> None:
        with _failing(), self._changing:
            changed = self._writer.execute(statement, values)
        if changed.rowcount != 1:
            raise ConflictError("checkpoint_moved", size=size)


def _opened(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(
        f"{path.absolute().as_uri()}?mode=rw",
        uri=True,
        isolation_level=None,
        check_same_thread=False,
    )


@contextmanager
def _failing() -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise CorruptedError("store_failed", what=str(error)) from error
