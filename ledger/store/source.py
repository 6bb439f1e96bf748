"""Where a log can be read from whole: a database, or the files exported from one."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import Protocol

from ledger.errors import MalformedError
from ledger.log.merkle import HASH_LENGTH
from ledger.log.tiles import WIDTH, Tile, format_tile_path, parse_bundle, tile_width
from ledger.store.export import statements_path
from ledger.store.store import Reading

Row = tuple[bytes | None, bytes | None, bytes | None, bytes | None, bytes | None]
"""leaf, leaf hash, warnings, digest, statement; None where it is missing or not kept there"""


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


class ExportedLog:
    """A log in exported files."""

    def __init__(self, folder: Path, size: int) -> None:
        self._folder = folder
        self.size = size

    def rows(self, start: int, stop: int) -> list[Row]:
        """Return what is stored of each entry of a range."""
        rows: list[Row] = []
        for first in range(start, stop, WIDTH):
            bundle = Tile(None, first // WIDTH, tile_width(0, first // WIDTH, self.size))
            hashes = self.tile(0, bundle.index, bundle.width)
            leaves = self._bundle(format_tile_path(bundle), bundle.width)
            statements = self._bundle(statements_path(bundle), bundle.width)
            for at, (leaf, data) in enumerate(zip(leaves, statements, strict=True)):
                hashed = hashes[HASH_LENGTH * at : HASH_LENGTH * (at + 1)]
                digest = sha256(data).digest() if data is not None else None
                rows.append((leaf, hashed, None, digest, data))
        return rows

    def tile(self, level: int, index: int, width: int) -> bytes:
        """Return the hashes of a tile; fewer or none where they are missing."""
        try:
            return (self._folder / format_tile_path(Tile(level, index, width))).read_bytes()
        except OSError:
            return b""

    def _bundle(self, path: str, width: int) -> list[bytes | None]:
        """Return the entries of a file, or as many gaps when it is missing or cannot be read."""
        try:
            entries = parse_bundle((self._folder / path).read_bytes())
        except (OSError, MalformedError):
            entries = []
        return list(entries) if len(entries) == width else [None] * width
