"""Making files that take their place at once or not at all, and knowing that nobody else is at it.

What is under way lies in a folder of its own that only its maker may read. Whoever is killed leaves
that folder, and whoever comes next clears it.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from itertools import count
from pathlib import Path

from ledger.errors import CODES, ConflictError, CorruptedError, Words

CODES |= {
    "work_under_way": Words(
        "Somebody else is at work in {folder}. Wait until they are done.",
        "Có người khác đang làm việc trong {folder}. Hãy chờ họ xong.",
    ),
    "ledger_in_use": Words(
        "{file} is in use. Stop the server first, and everything else that has the ledger open.",
        "{file} đang được dùng. Hãy dừng máy chủ và mọi chương trình đang mở sổ này trước.",
    ),
}

_JOURNALS = ("-wal", "-shm", "-journal")


@contextmanager
def workplace(folder: Path) -> Iterator[Path]:
    """Give an empty folder for what is under way; remove it in the end."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    held = os.open(folder, os.O_RDONLY)
    try:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise ConflictError("work_under_way", folder=str(folder)) from error
        for left in folder.iterdir():
            left.unlink()
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)
    finally:
        os.close(held)


def copy_database(source: Path, target: Path) -> None:
    """Write a whole copy of a SQLite file as it is at one moment, whoever writes to it meanwhile.

    Nothing of deleted rows is in the copy.
    """
    try:
        with closing(sqlite3.connect(f"{source.absolute().as_uri()}?mode=rw", uri=True)) as book:
            book.execute("VACUUM INTO ?", (str(target),))
    except sqlite3.Error as error:
        raise CorruptedError("store_failed", what=str(error)) from error


def check_unused(file: Path) -> None:
    """Refuse while anybody has a SQLite file open; what waits in its journal is moved into it.

    A file that is damaged is nobody's: whatever can be moved is, and the rest is left as it is.
    """
    if not file.exists():
        return
    try:
        with closing(sqlite3.connect(file, timeout=0, isolation_level=None)) as book:
            book.execute("PRAGMA locking_mode=EXCLUSIVE")
            mode = book.execute("PRAGMA journal_mode=DELETE").fetchone()[0]
    except sqlite3.OperationalError as error:
        if "locked" in str(error) or "busy" in str(error):
            raise ConflictError("ledger_in_use", file=str(file)) from error
    except sqlite3.DatabaseError:
        return
    else:
        if mode != "delete":
            raise ConflictError("ledger_in_use", file=str(file))


def put_in_place(new: Path, place: Path, why: str) -> Path | None:
    """Put a database where another may be; return under which name that one is kept.

    1. The old journal goes first: a new file must never be given another's.
    2. The old file gets a second name. A crash here leaves the old one where it was.
    3. The new one takes its place at once.
    """
    settle(new)
    kept = _free_name(place, why) if place.exists() else None
    for suffix in _JOURNALS:
        journal = place.with_name(f"{place.name}{suffix}")
        if journal.exists():
            journal.replace((kept or place).with_name(f"{(kept or place).name}{suffix}.kept"))
    if kept is not None:
        os.link(place, kept)
    new.replace(place)
    settle(place.parent)
    return kept


def settle(path: Path) -> None:
    """Have a file, or the names in a folder, survive the next power cut."""
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def _free_name(place: Path, why: str) -> Path:
    names = (place.with_name(f"{place.name}.before-{why}-{number}") for number in count(1))
    return next(name for name in names if not name.exists())
