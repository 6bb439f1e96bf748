"""Dossiers kept for those who have their address: `shares.db` beside the ledger.

An address holds 160 random bits; the file keeps their SHA-256, so that whoever reads the file still
has no address. A share ends on its day or when its maker ends it, and its file is deleted then. It
is no part of audits, archives, exports or proofs: everything in a dossier is recorded in the
ledger, and can be made again. Whoever can change the file can hand out another dossier under an
address that was given away; what is in it proves itself or does not, as everywhere.
"""

from __future__ import annotations

import hashlib
import secrets
import sqlite3
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated

from msgspec import Meta, Struct, json

from ledger.errors import CODES, ConflictError, MalformedError, NotFoundError, Words
from ledger.log import encoding
from ledger.store.aside import opened

CODES |= {
    "shares_full": Words(
        "Too many files are shared already. End some that are no longer needed.",
        "Đã chia sẻ quá nhiều tệp. Hãy kết thúc bớt những tệp không cần nữa.",
    ),
    "share_unknown": Words(
        "Nothing is shared under this address, or no longer.",
        "Không có gì được chia sẻ ở địa chỉ này, hoặc đã hết hạn.",
    ),
    "share_large": Words(
        "The dossier has {length} bytes; at most {limit} are shared.",
        "Bộ hồ sơ có {length} byte; chỉ chia sẻ tối đa {limit}.",
    ),
}

SHARES = "shares.db"
"""The name of the file in the ledger's folder."""
DAYS_MAX = 180
FILE_LENGTH_MAX = 32_000_000
ALL_LENGTH_MAX = 1_000_000_000
SHARES_MAX = 300
OF_ONE_MAX = 50
_TOKEN_BYTES = 20
_ID_LENGTH = 16

_TABLE = """
CREATE TABLE IF NOT EXISTS share (
    digest TEXT PRIMARY KEY,
    actor TEXT NOT NULL,
    begun TEXT NOT NULL,
    until TEXT NOT NULL,
    told BLOB NOT NULL,
    file BLOB NOT NULL
) STRICT
"""


class SharedLot(Struct, frozen=True, forbid_unknown_fields=True):
    """A lot as the page of a share tells of it."""

    code: str
    product_vi: str
    product_en: str
    bags: int
    mass_g: int


class Told(Struct, frozen=True, forbid_unknown_fields=True):
    """What the page of a share tells: of whom, what it is about, and what is in the file."""

    kind: str
    number: str
    sender_vi: str
    sender_en: str
    seal: str
    lots: tuple[SharedLot, ...]
    files: tuple[tuple[str, int], ...]
    digest: Annotated[str, Meta(min_length=64, max_length=64)]


@dataclass(frozen=True, slots=True)
class Share:
    """A share as it is kept; ``id`` names it to its maker and opens nothing."""

    id: str
    actor: str
    begun: datetime
    until: datetime
    told: Told


class Shares:
    """The shares of one ledger."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / SHARES

    def begin(self, actor: str, told: Told, file: bytes, at: datetime, days: int) -> str:
        """Keep a dossier for so many days; return the last part of its address."""
        if not 1 <= days <= DAYS_MAX:
            raise MalformedError("malformed", what=f"1 to {DAYS_MAX} days")
        if len(file) > FILE_LENGTH_MAX:
            raise MalformedError("share_large", length=len(file), limit=FILE_LENGTH_MAX)
        token = secrets.token_hex(_TOKEN_BYTES)
        begun, until = (encoding.format_time(one) for one in (at, at + timedelta(days=days)))
        with opened(self._file, _TABLE) as book:
            self._forget(book, at)
            count, length, own = book.execute(
                "SELECT count(*), coalesce(sum(length(file)), 0), coalesce(sum(actor = ?), 0)"
                " FROM share",
                (actor,),
            ).fetchone()
            is_full = count >= SHARES_MAX or own >= OF_ONE_MAX
            if is_full or length + len(file) > ALL_LENGTH_MAX:
                raise ConflictError("shares_full")
            row = (_digest(token), actor, begun, until, json.encode(told), file)
            book.execute("INSERT INTO share VALUES (?, ?, ?, ?, ?, ?)", row)
        return token

    def named(self, token: str, at: datetime) -> Share:
        """Return a share by its address; wrong, ended and over are told alike."""
        return _share(self._row(token, at, "digest, actor, begun, until, told"))

    def file(self, token: str, at: datetime) -> bytes:
        """Return the dossier under an address."""
        (file,) = self._row(token, at, "file")
        assert isinstance(file, bytes), "a column of bytes"
        return file

    def of(self, actor: str, at: datetime) -> list[Share]:
        """Return what an organisation shares, newest first."""
        if not self._file.exists():
            return []
        with opened(self._file, _TABLE) as book:
            self._forget(book, at)
            rows = book.execute(
                "SELECT digest, actor, begun, until, told FROM share WHERE actor = ?"
                " ORDER BY begun DESC",
                (actor,),
            ).fetchall()
        return [_share(row) for row in rows]

    def end(self, actor: str, name: str) -> None:
        """End a share of an organisation, by its id; its file is deleted."""
        with opened(self._file, _TABLE) as book:
            # An id is hexadecimal, so nothing in it is a pattern.
            gone = book.execute(
                "DELETE FROM share WHERE actor = ? AND substr(digest, 1, ?) = ?",
                (actor, _ID_LENGTH, name),
            )
            if not gone.rowcount:
                raise NotFoundError("share_unknown")

    def _row(self, token: str, at: datetime, columns: str) -> tuple[object, ...]:
        if not self._file.exists() or not self._file.stat().st_size:
            raise NotFoundError("share_unknown")
        with opened(self._file, _TABLE, to_write=False) as book:
            row = book.execute(
                f"SELECT {columns} FROM share WHERE digest = ? AND until > ?",  # noqa: S608  (ours)
                (_digest(token), encoding.format_time(at)),
            ).fetchone()
        if row is None:
            raise NotFoundError("share_unknown")
        return tuple(row)

    @staticmethod
    def _forget(book: sqlite3.Connection, at: datetime) -> None:
        book.execute("DELETE FROM share WHERE until <= ?", (encoding.format_time(at),))


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def _share(row: tuple[object, ...]) -> Share:
    digest, actor, begun, until, told = row
    assert isinstance(told, bytes), "a column of bytes"
    return Share(
        id=str(digest)[:_ID_LENGTH],
        actor=str(actor),
        begun=encoding.parse_time(str(begun)),
        until=encoding.parse_time(str(until)),
        told=json.decode(told, type=Told),
    )
