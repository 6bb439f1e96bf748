"""What a gateway keeps: capture jobs with the statements still to be sent, and named queries.

One small SQLite file. It is trusted by the partners who ask what became of their documents:
whoever changes it can tell them of a capture that did not happen, or send again what was signed
before, which the ledger knows. It holds signed statements and no key; losing it loses jobs, and
nothing that is in the ledger.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from msgspec import json

from ledger.epcis.exceptions import Trouble
from ledger.epcis.ports import Job
from ledger.epcis.refusals import KnownError
from ledger.errors import CorruptedError, NotFoundError

_SCHEMA = """
CREATE TABLE IF NOT EXISTS job (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    created TEXT NOT NULL,
    finished TEXT NOT NULL,
    together INTEGER NOT NULL,
    pending BLOB NOT NULL,
    troubles BLOB NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS job_running ON job (number) WHERE finished = '';
CREATE TABLE IF NOT EXISTS query (name TEXT PRIMARY KEY, body BLOB NOT NULL) STRICT;
"""
_JOB = "SELECT id, created, finished, together, troubles FROM job"
_JOBS_BEHIND = """
SELECT id, created, finished, together, troubles FROM job
WHERE number < (SELECT number FROM job WHERE id = ?) ORDER BY number DESC LIMIT ?
"""
_ADD = """
INSERT INTO job (id, created, finished, together, pending, troubles) VALUES (?, ?, ?, ?, ?, ?)
"""
_FINISH = "UPDATE job SET finished = ?, troubles = ?, pending = x'' WHERE id = ?"
_PENDING = "SELECT id, together, pending FROM job WHERE finished = '' ORDER BY number LIMIT 1"

_troubles = json.Decoder(tuple[Trouble, ...])
_signed = json.Decoder(list[tuple[str, str]])
_members = json.Decoder(dict[str, Any])


@dataclass(frozen=True, slots=True)
class Signed:
    """A statement to be sent, and the event it speaks of."""

    event: str
    statement: bytes


@dataclass(frozen=True, slots=True)
class Pending:
    """What is left to do of a job."""

    job: str
    together: bool
    signed: tuple[Signed, ...]


class Shelf:
    """The file."""

    def __init__(self, path: Path) -> None:
        self._lock = threading.Lock()
        with _failing():
            path.parent.mkdir(parents=True, exist_ok=True)
            self._connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
            self._connection.execute("PRAGMA synchronous=FULL")
            self._connection.executescript(_SCHEMA)

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    def add_job(self, job: Job, signed: Sequence[Signed]) -> None:
        """Keep a new job with what it has to send."""
        pending = [(one.event, one.statement.decode("ascii")) for one in signed]
        self._change(
            _ADD,
            *(job.id, job.created_at, job.finished_at, int(job.together)),
            json.encode(pending),
            json.encode(job.troubles),
        )

    def finish_job(self, name: str, finished: str, troubles: Sequence[Trouble]) -> None:
        """Keep what became of a job; its statements are needed no more."""
        self._change(_FINISH, finished, json.encode(troubles), name)

    def pending(self) -> Pending | None:
        """Return the oldest job that is not finished."""
        rows = self._rows(_PENDING)
        if not rows:
            return None
        name, together, data = rows[0]
        signed = tuple(Signed(event, text.encode()) for event, text in _signed.decode(data))
        return Pending(name, bool(together), signed)

    def jobs(self, after: str, limit: int) -> list[Job]:
        """Return jobs, newest first, from behind one of them."""
        if not after:
            return [_job(*row) for row in self._rows(f"{_JOB} ORDER BY number DESC LIMIT ?", limit)]
        return [_job(*row) for row in self._rows(_JOBS_BEHIND, after, limit)]

    def job(self, name: str) -> Job:
        """Return one job."""
        rows = self._rows(f"{_JOB} WHERE id = ?", name)
        if not rows:
            raise NotFoundError("name_unknown", name=name[:80])
        return _job(*rows[0])

    def queries(self) -> dict[str, dict[str, Any]]:
        """Return the named queries, by name."""
        rows = self._rows("SELECT name, body FROM query ORDER BY name")
        return {name: _members.decode(body) for name, body in rows}

    def keep_query(self, name: str, body: bytes) -> None:
        """Keep a query under a name that is free."""
        added = self._change("INSERT OR IGNORE INTO query (name, body) VALUES (?, ?)", name, body)
        if added != 1:
            raise KnownError("epcis_query_taken", name=name)

    def drop_query(self, name: str) -> None:
        """Forget a query."""
        if self._change("DELETE FROM query WHERE name = ?", name) != 1:
            raise NotFoundError("epcis_query_unknown", name=name[:80])

    def _rows(self, query: str, *values: str | int) -> list[Any]:
        with _failing(), self._lock:
            return self._connection.execute(query, values).fetchall()

    def _change(self, statement: str, *values: str | int | bytes) -> int:
        with _failing(), self._lock:
            return self._connection.execute(statement, values).rowcount


def _job(name: str, created: str, finished: str, together: int, troubles: bytes) -> Job:
    return Job(
        id=name,
        created_at=created,
        finished_at=finished,
        together=bool(together),
        troubles=_troubles.decode(troubles),
    )


@contextmanager
def _failing() -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise CorruptedError("store_failed", what=str(error)) from error
