"""A ZIP file in one spelling, so that the same files are the same bytes (PKWARE APPNOTE 6.3).

Every file is stored as it is, in the order given, without a date; nothing stands before, between
or behind. Any program unpacks what `ZipWriter` writes. `ZipReader` reads nothing else: it writes
every header and the directory again and compares, which at one stroke refuses two directories,
names that differ from place to place, links, comments, hidden bytes and whatever is compressed.
So nothing can unpack into more than the file itself is long.

Compressing is left to others: two makers of Deflate give two spellings of the same files.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from struct import Struct
from typing import BinaryIO
from zlib import crc32

from ledger.errors import MalformedError

FILES_MAX = 1 << 20
"""The archive of a log of 80 million entries has fewer; a hostile one may not fill the memory."""
NAME_LENGTH_MAX = 100
PIECE = 1 << 20
"""Bytes in memory at once while a file is hashed."""

_LOCAL, _CENTRAL = Struct("<4s5H3I2H"), Struct("<4s6H3I5H2I")
_END, _END64, _LOCATOR64 = Struct("<4s4H2IH"), Struct("<4sQ2H2I4Q"), Struct("<4sIQI")
_LOCAL_MARK, _CENTRAL_MARK = b"PK\x03\x04", b"PK\x01\x02"
_END_MARK, _END64_MARK, _LOCATOR64_MARK = b"PK\x05\x06", b"PK\x06\x06", b"PK\x06\x07"
_VERSION, _VERSION64, _UNIX = 20, 45, 3 << 8
_STORED, _NO_TIME, _FIRST_DAY = 0, 0, 1 << 5 | 1
"""1980-01-01, the first day a ZIP file can name."""
_PLAIN_FILE = 0o100644 << 16
_SHORT_MAX, _LONG_MAX = 0xFFFF, 0xFFFF_FFFF
"""What says in a field of two or four bytes that the number stands in the 64-bit record."""
_NAME = re.compile(r"(?!.*(^|/)\.+(/|$))[A-Za-z0-9._-]+(/[A-Za-z0-9._-]+)*", re.ASCII)


@dataclass(frozen=True, slots=True)
class Member:
    """One file: where its header stands, and what is in it. ``crc`` is the one in the header."""

    name: str
    offset: int
    length: int
    crc: int
    digest: bytes
    is_whole: bool = True

    @property
    def start(self) -> int:
        """Return where the bytes of the file begin."""
        return self.offset + _LOCAL.size + len(self.name)


class ZipWriter:
    """Writes files one after the other; the directory comes with `close`."""

    def __init__(self, out: BinaryIO) -> None:
        self._out = out
        self._hashed = sha256()
        self._offset = 0
        self._members: list[Member] = []

    def add(self, name: str, data: bytes) -> bytes:
        """Write a file; return its SHA-256."""
        assert _NAME.fullmatch(name), name
        assert len(name) <= NAME_LENGTH_MAX
        assert len(data) < _LONG_MAX
        member = Member(name, self._offset, len(data), crc32(data), sha256(data).digest())
        self._write(_local_header(member))
        self._write(data)
        self._members.append(member)
        return member.digest

    def close(self) -> tuple[int, bytes]:
        """Write the directory; return length and SHA-256 of the whole. ``out`` stays open."""
        for piece in _directory(self._members, self._offset):
            self._write(piece)
        return self._offset, self._hashed.digest()

    def _write(self, data: bytes) -> None:
        self._out.write(data)
        self._hashed.update(data)
        self._offset += len(data)


class ZipReader:
    """The files of a ZIP file, every byte of which has been looked at."""

    def __init__(self, file: BinaryIO, progress: Callable[[int, int], object]) -> None:
        self._file = file
        self._members = {member.name: member for member in _read_members(file, progress)}

    def names(self) -> Iterable[str]:
        """Return the names of all files, in the order in which they stand."""
        return self._members

    def read(self, name: str, limit: int) -> bytes | None:
        """Return what is in a file; nothing where there is none, or a longer one."""
        member = self._members.get(name)
        if member is None or member.length > limit:
            return None
        self._file.seek(member.start)
        return self._file.read(member.length)

    def digest(self, name: str) -> bytes | None:
        """Return the SHA-256 of a file; nothing where there is none, or its checksum differs."""
        member = self._members.get(name)
        return member.digest if member and member.is_whole else None


def _read_members(file: BinaryIO, progress: Callable[[int, int], object]) -> list[Member]:
    """Return the files in order; refuse any byte that `ZipWriter` would not have written."""
    size = file.seek(0, 2)
    file.seek(0)
    members: dict[str, Member] = {}
    offset = 0
    while (head := file.read(_LOCAL.size))[:4] == _LOCAL_MARK:
        member = _read_member(file, offset, head, size)
        if member.name in members:
            raise MalformedError("archive_unreadable", what=f"{member.name} stands in it twice")
        if len(members) == FILES_MAX:
            raise MalformedError("archive_unreadable", what=f"more than {FILES_MAX} files")
        members[member.name] = member
        offset = member.start + member.length
        progress(offset, size)
    if not members:
        raise MalformedError("archive_unreadable", what="it does not begin with a file")
    file.seek(offset)
    for piece in _directory(members.values(), offset):
        if file.read(len(piece)) != piece:
            raise MalformedError("archive_unreadable", what="the list of files at its end differs")
    if file.read(1):
        raise MalformedError("archive_unreadable", what="something follows behind its end")
    progress(size, size)
    return list(members.values())


def _read_member(file: BinaryIO, offset: int, head: bytes, size: int) -> Member:
    """Read and hash one file; its header must be the one that would be written."""
    if len(head) < _LOCAL.size:
        raise MalformedError("archive_unreadable", what="it ends too early")
    *_, crc, _, length, name_length, _ = _LOCAL.unpack(head)
    spelled = file.read(min(name_length, NAME_LENGTH_MAX))
    name = spelled.decode("ascii", "replace")
    if not _NAME.fullmatch(name):
        raise MalformedError("archive_unreadable", what=f"the name {name!a}")
    if offset + _LOCAL.size + name_length + length > size:
        raise MalformedError("archive_unreadable", what=f"it ends inside {name}")
    hashed, counted, left = sha256(), 0, length
    while left:
        piece = file.read(min(PIECE, left))
        if not piece:
            raise MalformedError("archive_unreadable", what=f"it ends inside {name}")
        hashed.update(piece)
        counted = crc32(piece, counted)
        left -= len(piece)
    member = Member(name, offset, length, crc, hashed.digest(), counted == crc)
    if head + spelled != _local_header(member):
        raise MalformedError("archive_unreadable", what=f"the head of {name}")
    return member


def _local_header(member: Member) -> bytes:
    name = member.name.encode()
    return (
        _LOCAL.pack(
            *(_LOCAL_MARK, _VERSION, 0, _STORED, _NO_TIME, _FIRST_DAY),
            *(member.crc, member.length, member.length, len(name), 0),
        )
        + name
    )


def _directory(members: Iterable[Member], start: int) -> Iterator[bytes]:
    """Yield the central directory and the records that end the file, piece by piece."""
    count = size = 0
    for member in members:
        piece = _central_header(member)
        count, size = count + 1, size + len(piece)
        yield piece
    end = start + size
    if count >= _SHORT_MAX or size >= _LONG_MAX or start >= _LONG_MAX:
        made = (_UNIX | _VERSION64, _VERSION64)
        yield _END64.pack(
            _END64_MARK, _END64.size - 12, *made, 0, 0, count, count, size, start
        )  # APPNOTE 4.3.14.1: its own size does not count its first twelve bytes
        yield _LOCATOR64.pack(_LOCATOR64_MARK, 0, end, 1)
    short, long = min(count, _SHORT_MAX), (min(size, _LONG_MAX), min(start, _LONG_MAX))
    yield _END.pack(_END_MARK, 0, 0, short, short, *long, 0)


def _central_header(member: Member) -> bytes:
    name = member.name.encode()
    extra, version = b"", _VERSION
    if member.offset >= _LONG_MAX:
        extra, version = Struct("<2HQ").pack(1, 8, member.offset), _VERSION64
    return (
        _CENTRAL.pack(
            *(_CENTRAL_MARK, _UNIX | version, version, 0, _STORED, _NO_TIME, _FIRST_DAY),
            *(member.crc, member.length, member.length, len(name), len(extra), 0, 0, 0),
            *(_PLAIN_FILE, min(member.offset, _LONG_MAX)),
        )
        + name
        + extra
    )
