"""A copy of a ledger in one file, made while it is served, and checked before it has its name.

It holds the database with what is kept in private beside the log, the book of printed labels, and
the small files that say what the ledger is: whoever has it reads all of it. Left out are the scans,
which the law has deleted; the log's key; and the signed checkpoints, which tell an old database
from a new one and are never brought back. The manifest names the SHA-256 of every file.
"""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from datetime import datetime
from hashlib import file_digest
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

from msgspec import Struct, json
from sqlalchemy.engine import make_url

from ledger.audit import audit_store
from ledger.errors import CODES, ConflictError, CorruptedError, RefusedError, Words
from ledger.folder import CHECKPOINTS, CONFIG, DATABASE, database_url, read_config
from ledger.log import encoding
from ledger.operation.workplace import copy_database, settle, workplace
from ledger.replay import Progress
from ledger.store.checkpoints import Checkpoints, Signed
from ledger.store.store import Store

CODES |= {
    "backup_elsewhere": Words(
        "This ledger's database is PostgreSQL, which makes its own backups: pg_dump --format=custom"
        " (docs/operations.md says how). Nothing was written.",
        "Cơ sở dữ liệu của sổ này là PostgreSQL, có cách sao lưu riêng: pg_dump --format=custom"
        " (xem docs/operations.md). Chưa ghi gì.",
    ),
    "copy_unsound": Words(
        "{file} does not hold what was signed: {finding}. It does not take any place.",
        "{file} không đúng với những gì đã ký: {finding}. Bản này không được đưa vào dùng.",
    ),
}

BACKUP = "rice-ledger/backup@v1"
MANIFEST = "manifest.json"
PRINTS, SCAN_SETTINGS, VKEY = "prints.db", "scans.json", "log.vkey"
FILES = (CONFIG, VKEY, SCAN_SETTINGS, PRINTS, DATABASE)
"""Everything a backup may hold besides its manifest; the database under one name always."""
_PIECE = 1 << 20
_LEVEL = 1
"""Of compression: a database becomes less than half as long, at the speed of a disk."""


class Manifest(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a backup is: of which log, how far it reaches, the SHA-256 of its files in hex."""

    backup: str
    origin: str
    size: int
    made_at: str
    tables: int
    files: dict[str, str]


@dataclass(frozen=True, slots=True)
class Made:
    """A backup that was made: entries in it, its length in bytes, its SHA-256."""

    size: int
    length: int
    digest: bytes


def back_up(
    folder: Path, file: Path, vkey: str, now: datetime, progress: Progress | None = None
) -> Made:
    """Write a backup of the ledger in a folder to a new file; nobody finds half of it.

    1. The checkpoints are read first: what is signed later need not be in the copy.
    2. The database is copied as it is at one moment, and the copy audited by its hashes.
    3. All is written to one file, which only then gets its name. A crash before leaves a folder
       ``<file>.part``, which the next backup to the same file clears.
    """
    if os.path.lexists(file):
        raise ConflictError("folder_taken", folder=str(file))
    database = database_file(folder)
    # 1.
    signed = read_checkpoints(folder)
    with workplace(file.with_name(f"{file.name}.part")) as work:
        # 2.
        copy_database(database, work / DATABASE)
        size, version, origin = checked(work / DATABASE, signed, vkey, progress)
        for name in FILES[:-1]:
            if (folder / name).is_file():
                copy = copy_database if name == PRINTS else shutil.copyfile
                copy(folder / name, work / name)
        # 3.
        manifest = Manifest(
            backup=BACKUP,
            origin=origin,
            size=size,
            made_at=encoding.format_time(now),
            tables=version,
            files={name: _digest(work / name).hex() for name in FILES if (work / name).exists()},
        )
        whole = work / "whole"
        _pack(whole, work, manifest)
        made = Made(size, whole.stat().st_size, _digest(whole))
        settle(whole)
        os.link(whole, file)  # unlike a renaming, this replaces nothing
        settle(file.parent)
    return made


def database_file(folder: Path) -> Path:
    """Return the SQLite file of the ledger in a folder; any other database is refused."""
    url = make_url(database_url(folder, read_config(folder).database))
    if not url.drivername.startswith("sqlite") or not url.database:
        raise RefusedError("backup_elsewhere")
    return Path(url.database)


def read_checkpoints(folder: Path) -> list[Signed]:
    """Return everything the log in a folder has signed."""
    checkpoints = Checkpoints(folder / CHECKPOINTS)
    try:
        return checkpoints.all()
    finally:
        checkpoints.close()


def checked(
    database: Path, signed: list[Signed], vkey: str, progress: Progress | None = None
) -> tuple[int, int, str]:
    """Return size, version of the tables and origin of a copy that holds what was signed."""
    store = Store.open(f"sqlite:///{database}", any_version=True)
    try:
        report = audit_store(store, signed, vkey, hashes_only=True, progress=progress)
        if not report.ok:
            first = report.findings[0]
            raise CorruptedError("copy_unsound", file=database.name, finding=first.code)
        return report.size, store.version, store.origin
    finally:
        store.close()


def _pack(whole: Path, work: Path, manifest: Manifest) -> None:
    descriptor = os.open(whole, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with (
        os.fdopen(descriptor, "wb") as out,
        ZipFile(out, "w", ZIP_DEFLATED, compresslevel=_LEVEL) as packed,
    ):
        data = json.format(json.encode(manifest, order="sorted"))
        packed.writestr(MANIFEST, data)
        for name in manifest.files:
            with (
                (work / name).open("rb") as source,
                packed.open(name, "w", force_zip64=True) as target,
            ):
                shutil.copyfileobj(source, target, _PIECE)


def _digest(path: Path) -> bytes:
    with path.open("rb") as file:
        return file_digest(file, "sha256").digest()
