"""Where a log can be read from whole: a database, or the files exported from one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import file_digest, sha256
from io import BufferedReader
from pathlib import Path
from typing import Protocol

from ledger.errors import MalformedError
from ledger.log.entry import parse_entry
from ledger.log.merkle import HASH_LENGTH
from ledger.log.tiles import (
    ENTRY_LENGTH_MAX,
    WIDTH,
    Tile,
    format_tile_path,
    parse_bundle,
    tile_width,
)
from ledger.store.export import statements_path
from ledger.store.store import Reading

Row = tuple[bytes | None, bytes | None, bytes | None, bytes | None, bytes | None]
"""leaf, leaf hash, warnings, digest, statement; None where it is missing or not kept there

A digest without a statement is the one that the leaf names: whoever wrote the files has withheld
the statement.
"""
BUNDLE_LENGTH_MAX = WIDTH * (2 + ENTRY_LENGTH_MAX)
"""No file of a log is longer."""


class Source(Protocol):
    """Where a log is audited from: a database, or a folder of exported files."""

    size: int

    def rows(self, start: int, stop: int) -> Sequence[Row]:
        """Return what is stored of each entry of a range."""

    def tile(self, level: int, index: int, width: int) -> bytes:
        """Return the hashes of a tile."""


class StoredLog:
    """A log in a database."""

    def __init__(self, view: Reading) -> None:
        self._view = view
        self.head = view.head()
        self.size = self.head.size

    def rows(self, start: int, stop: int) -> list[Row]:
        """Return what is stored of each entry of a range."""
        rows = self._view.joined(start, stop)
        if len(rows) == stop - start:  # as many places as rows: none is missing
            return rows
        entries = {row[0]: row[1:] for row in self._view.entries(start, stop)}
        statements = {row[0]: row[1:] for row in self._view.statements(start, stop)}
        return [
            (*entries.get(index, (None, None, None)), *statements.get(index, (None, None)))
            for index in range(start, stop)
        ]

    def tile(self, level: int, index: int, width: int) -> bytes:
        """Return the hashes of a tile; fewer or none where they are missing."""
        return self._view.tile(level, index, width)


class Files(Protocol):
    """Exported files, however they are packed."""

    def names(self) -> Iterable[str]:
        """Return the paths of all files, each from the top."""

    def read(self, name: str, limit: int) -> bytes | None:
        """Return what is in a file; nothing where there is none, or a longer one."""

    def digest(self, name: str) -> bytes | None:
        """Return the SHA-256 of a file; nothing where there is none, or it cannot be read."""


class FolderFiles:
    """Exported files in a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def names(self) -> list[str]:
        """Return the paths of all files, each from the top."""
        return sorted(
            path.relative_to(self._folder).as_posix()
            for path in self._folder.rglob("*")
            if path.is_symlink() or not path.is_dir()
        )

    def read(self, name: str, limit: int) -> bytes | None:
        """Return what is in a file; nothing where there is none, or a longer one."""
        try:
            with self._open(name) as file:
                data = file.read(limit + 1)
        except OSError:
            return None
        return data if len(data) <= limit else None

    def digest(self, name: str) -> bytes | None:
        """Return the SHA-256 of a file; nothing where there is none, or it cannot be read."""
        try:
            with self._open(name) as file:
                return file_digest(file, "sha256").digest()
        except OSError:
            return None

    def _open(self, name: str) -> BufferedReader:
        path = self._folder / name
        if not path.is_file():  # whatever else can be opened may never come to an end
            raise FileNotFoundError(name)
        return path.open("rb")


class ExportedLog:
    """A log in exported files."""

    def __init__(self, files: Files, size: int) -> None:
        self._files = files
        self.size = size

    def rows(self, start: int, stop: int) -> list[Row]:
        """Return what is stored of each entry of a range."""
        rows: list[Row] = []
        begin = start - start % WIDTH
        for first in range(begin, stop, WIDTH):
            bundle = Tile(None, first // WIDTH, tile_width(0, first // WIDTH, self.size))
            hashes = self.tile(0, bundle.index, bundle.width)
            leaves = self._bundle(format_tile_path(bundle), bundle.width)
            statements = self._bundle(statements_path(bundle), bundle.width)
            for at, (leaf, data) in enumerate(zip(leaves, statements, strict=True)):
                hashed = hashes[HASH_LENGTH * at : HASH_LENGTH * (at + 1)]
                if data == b"":
                    rows.append((leaf, hashed, None, _named_digest(leaf), None))
                else:
                    digest = sha256(data).digest() if data is not None else None
                    rows.append((leaf, hashed, None, digest, data))
        return rows[start - begin : stop - begin]

    def tile(self, level: int, index: int, width: int) -> bytes:
        """Return the hashes of a tile; fewer or none where they are missing."""
        path = format_tile_path(Tile(level, index, width))
        return self._files.read(path, WIDTH * HASH_LENGTH) or b""

    def _bundle(self, path: str, width: int) -> list[bytes | None]:
        """Return the entries of a file, or as many gaps when it is missing or cannot be read."""
        try:
            entries = parse_bundle(self._files.read(path, BUNDLE_LENGTH_MAX) or b"")
        except MalformedError:
            entries = []
        return list(entries) if len(entries) == width else [None] * width


def _named_digest(leaf: bytes | None) -> bytes | None:
    """Return the digest of the statement that a leaf names."""
    try:
        return parse_entry(leaf or b"").statement_digest
    except MalformedError:
        return None
