"""The tree cut into files, as c2sp.org/tlog-tiles: hash tiles, entry bundles, and their paths.

A tile holds up to 256 hashes of one level, where each level up stands for 256 times as many
entries. A full tile never changes; a partial one only grows, so the widest state of a tile holds
every narrower one as its beginning, and only that is kept.

`TileHashes` reads subtree hashes out of tiles for proofs. It believes the tiles it is given; put
`VerifiedTiles` between it and tiles that come from elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from ledger.errors import MalformedError, ProofError
from ledger.log import encoding, merkle
from ledger.log.merkle import HASH_LENGTH, Frontier, leaf_hash, node_hash

HEIGHT = 8
"""Levels of the tree in one tile."""
WIDTH = 256
"""Hashes in a full tile, entries in a full bundle: 2 to the power of `HEIGHT`."""
LEVEL_MAX = 63
ENTRY_LENGTH_MAX = 65_535

ReadTile = Callable[[int, int, int], bytes]
"""Returns the first ``width`` hashes of the tile (level, index), as one run of bytes."""


@dataclass(frozen=True, slots=True)
class Tile:
    """The name of a tile, or of an entry bundle where ``level`` is None."""

    level: int | None
    index: int
    width: int = WIDTH


def format_tile_path(tile: Tile) -> str:
    """Return the path below the log's prefix, such as ``tile/0/x001/x234/067.p/5``."""
    assert 1 <= tile.width <= WIDTH
    level = "entries" if tile.level is None else tile.level
    partial = "" if tile.width == WIDTH else f".p/{tile.width}"
    return f"tile/{level}/{_format_index(tile.index)}{partial}"


def parse_tile_path(path: str) -> Tile:
    """Return the tile a path names; a path that ``format_tile_path`` would not write is refused."""
    head, _, rest = path.removeprefix("tile/").partition("/")
    digits, partial, width = rest.partition(".p/")
    index = digits.replace("x", "").replace("/", "")
    tile = Tile(
        level=None if head == "entries" else encoding.parse_count(head),
        index=encoding.parse_count(index.lstrip("0") or "0"),
        width=encoding.parse_count(width) if partial else WIDTH,
    )
    if not 1 <= tile.width <= WIDTH or (tile.level or 0) > LEVEL_MAX:
        raise MalformedError("malformed", what="tile path")
    if format_tile_path(tile) != path:
        raise MalformedError("malformed", what="tile path")
    return tile


def tile_width(level: int, index: int, size: int) -> int:
    """Return how many hashes a tile has in a tree of that size: 0 to 256."""
    return max(0, min(WIDTH, (size >> HEIGHT * level) - index * WIDTH))


def tiles_of(size: int) -> Iterator[Tile]:
    """Yield the hash tiles of a tree, lowest level first, each as wide as it is at that size."""
    level = 0
    while count := size >> HEIGHT * level:
        for index in range(-(-count // WIDTH)):
            yield Tile(level, index, tile_width(level, index, size))
        level += 1


def new_tiles(
    old_size: int, leaf_hashes: Sequence[bytes], read_tile: ReadTile
) -> dict[tuple[int, int], bytes]:
    """Return, by level and index, the tiles that change when leaves are added, each at its widest.

    At most one tile a level is read, and only where the old tree ends inside it.
    """
    tiles: dict[tuple[int, int], bytes] = {}
    level, first, added = 0, old_size, list(leaf_hashes)
    while added:
        index, held = divmod(first, WIDTH)
        row = [*(_split(read_tile(level, index, held), held) if held else ()), *added]
        added = []
        for start in range(0, len(row), WIDTH):
            hashes = row[start : start + WIDTH]
            tiles[level, index + start // WIDTH] = b"".join(hashes)
            if len(hashes) == WIDTH:
                added.append(_tile_root(hashes))
        level, first = level + 1, index
    return tiles


class TileHashes:
    """Reads subtree hashes (`merkle.ReadSubtree`) out of the tiles of a tree of one size."""

    def __init__(self, size: int, read_tile: ReadTile) -> None:
        self._size = size
        self._read_tile = read_tile
        self._rows: dict[tuple[int, int], list[list[bytes]]] = {}

    def __call__(self, level: int, index: int) -> bytes:
        """Return the hash of the full subtree (level, index)."""
        tile_level, height = divmod(level, HEIGHT)
        tile_index, offset = divmod(index << height, WIDTH)
        rows = self._rows.get((tile_level, tile_index))
        if rows is None:
            width = tile_width(tile_level, tile_index, self._size)
            data = self._read_tile(tile_level, tile_index, width)
            rows = self._rows[tile_level, tile_index] = [_split(data, width)]
        # Only every eighth level is in a tile; those between are hashed from it, once.
        while len(rows) <= height:
            rows.append(_parents(rows[-1]))
        return rows[height][offset >> height]


class VerifiedTiles:
    """Reads tiles (`ReadTile`) of a tree of one size and hands out none that its root denies.

    Every byte of a tile that is handed out has been hashed up to the root:

    1. The partial tiles, one a level at most, are together the right edge of the tree: the full
       subtrees in them are all that the root is made of.
    2. A full tile hashes to one entry of the tile above it, which is verified first.
    """

    def __init__(self, root: bytes, size: int, read_tile: ReadTile) -> None:
        self._size = size
        self._read_tile = read_tile
        self._verified: dict[tuple[int, int], bytes] = {}
        self._verify_edge(root)

    def __call__(self, level: int, index: int, width: int) -> bytes:
        """Return the first ``width`` hashes of a tile."""
        data = self._tile(level, index)
        assert width * HASH_LENGTH <= len(data)
        return data[: width * HASH_LENGTH]

    def _verify_edge(self, root: bytes) -> None:
        # 1. From the lowest level up, which is from the right end of the tree to the left.
        edge: list[bytes] = []
        level = 0
        while count := self._size >> HEIGHT * level:
            index, width = divmod(count, WIDTH)
            if width:
                data = self._read_tile(level, index, width)
                peaks = Frontier()
                for node in _split(data, width):
                    peaks.append(node)
                edge = peaks.hashes + edge
                self._verified[level, index] = data
            level += 1
        if Frontier(self._size, edge).root() != root:
            raise ProofError("proof_refused", what="tiles at the end of the tree")

    def _tile(self, level: int, index: int) -> bytes:
        if (level, index) not in self._verified:
            # 2. A tile that is not at the edge is full, and has a hash in the tile above.
            assert tile_width(level, index, self._size) == WIDTH
            data = self._read_tile(level, index, WIDTH)
            above = self._tile(level + 1, index // WIDTH)
            start = index % WIDTH * HASH_LENGTH
            if _tile_root(_split(data, WIDTH)) != above[start : start + HASH_LENGTH]:
                raise ProofError("proof_refused", what=format_tile_path(Tile(level, index)))
            self._verified[level, index] = data
        return self._verified[level, index]


def format_bundle(entries: Sequence[bytes]) -> bytes:
    """Return an entry bundle: each entry after its length as two bytes, big-endian."""
    assert len(entries) <= WIDTH
    assert all(len(entry) <= ENTRY_LENGTH_MAX for entry in entries)
    return b"".join(len(entry).to_bytes(2, "big") + entry for entry in entries)


def parse_bundle(data: bytes) -> list[bytes]:
    """Return the 1 to 256 entries of a bundle."""
    entries = []
    start = 0
    while start < len(data):
        body = start + 2
        start = body + int.from_bytes(data[start:body], "big")
        entries.append(data[body:start])
    if start != len(data) or not 1 <= len(entries) <= WIDTH:
        raise MalformedError("malformed", what="entry bundle")
    return entries


def check_bundle(entries: Sequence[bytes], hashes: bytes) -> None:
    """Raise unless the entries of a bundle are those whose hashes are in the tile of level 0."""
    if b"".join(map(leaf_hash, entries)) != hashes:
        raise ProofError("proof_refused", what="entry bundle")


def root_from_tiles(size: int, read_tile: ReadTile) -> bytes:
    """Return the root of the tree whose tiles these are."""
    return merkle.root_at(size, TileHashes(size, read_tile))


def _format_index(index: int) -> str:
    # Groups of three digits, all but the last marked with x.
    digits = f"{index:03d}"
    digits = digits.zfill(-(-len(digits) // 3) * 3)
    groups = [digits[start : start + 3] for start in range(0, len(digits), 3)]
    return "/".join([f"x{group}" for group in groups[:-1]] + groups[-1:])


def _split(data: bytes, width: int) -> list[bytes]:
    if len(data) != width * HASH_LENGTH:
        raise ProofError("proof_refused", what="a tile of another length")
    return [data[start : start + HASH_LENGTH] for start in range(0, len(data), HASH_LENGTH)]


def _parents(row: Sequence[bytes]) -> list[bytes]:
    return [node_hash(row[n], row[n + 1]) for n in range(0, len(row) - 1, 2)]


def _tile_root(row: list[bytes]) -> bytes:
    assert len(row) == WIDTH
    while len(row) > 1:
        row = _parents(row)
    return row[0]
