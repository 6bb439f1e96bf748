from __future__ import annotations

import random
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.errors import MalformedError, ProofError
from ledger.log import merkle, tiles
from ledger.log.encoding import decode_base64
from ledger.log.tiles import Tile, TileHashes, VerifiedTiles
from tests.conformance_data import load

LARGE = 70_000
LEAVES = [sha256(index.to_bytes(4, "big")).digest() for index in range(LARGE)]


class Shelf:
    """Tiles in memory, one row a tile at its widest, as the store keeps them."""

    def __init__(self) -> None:
        self.rows: dict[tuple[int, int], bytes] = {}
        self.size = 0

    def read(self, level: int, index: int, width: int) -> bytes:
        return self.rows[level, index][: width * merkle.HASH_LENGTH]

    def add(self, leaves: list[bytes]) -> None:
        self.rows |= tiles.new_tiles(self.size, leaves, self.read)
        self.size += len(leaves)


def shelf_of(size: int) -> Shelf:
    shelf = Shelf()
    shelf.add(LEAVES[:size])
    return shelf


@pytest.mark.parametrize("size", [1, 255, 256, 257, 600, 65_536, LARGE])
def test_tiles_give_the_root_of_the_definition(size: int) -> None:
    shelf = shelf_of(size)
    assert tiles.root_from_tiles(size, shelf.read) == merkle.root_of(LEAVES[:size])


def test_a_tree_grown_in_any_steps_has_the_same_tiles() -> None:
    chance = random.Random(20261124)
    grown = Shelf()
    while grown.size < LARGE:
        step = chance.choice([1, 2, 100, 255, 256, 257, 5_000])
        grown.add(LEAVES[grown.size : min(grown.size + step, LARGE)])
    assert grown.rows == shelf_of(LARGE).rows


def test_tiles_are_as_many_and_as_wide_as_published() -> None:
    layout = load("c2sp/tile-layout.json")
    for case in layout["index_paths"]:
        path = f"tile/0/{case['path']}"
        assert tiles.format_tile_path(Tile(0, case["index"])) == path
        assert tiles.parse_tile_path(path) == Tile(0, case["index"])
    for case in layout["trees"]:
        named = list(tiles.tiles_of(case["size"]))
        for row in case["levels"]:
            widths = [tile.width for tile in named if tile.level == row["level"]]
            partial = [row["partial_width"]] if row["partial_width"] else []
            assert widths == [tiles.WIDTH] * row["full_tiles"] + partial
        assert {tile.level for tile in named} == {row["level"] for row in case["levels"]}


def test_published_log_of_fifteen_entries() -> None:
    log = load("c2sp/testlog-15.json")
    files = {path: decode_base64(body) for path, body in log["files"].items()}
    entries = [entry.encode() for entry in log["entries"]]
    shelf = Shelf()
    for size, entry in enumerate(entries, start=1):
        shelf.add([merkle.leaf_hash(entry)])
        hashes = shelf.read(0, 0, size)
        root = decode_base64(log["roots_base64"][str(size)])
        assert tiles.root_from_tiles(size, shelf.read) == root
        assert hashes == files[tiles.format_tile_path(Tile(0, 0, size))]
        bundle = files[tiles.format_tile_path(Tile(None, 0, size))]
        assert tiles.parse_bundle(bundle) == entries[:size]
        assert tiles.format_bundle(entries[:size]) == bundle
        tiles.check_bundle(entries[:size], hashes)
        with pytest.raises(ProofError):
            tiles.check_bundle([*entries[: size - 1], b"other"], hashes)
    seen = {tiles.format_tile_path(tiles.parse_tile_path(p)) for p in files if p != "checkpoint"}
    assert seen == files.keys() - {"checkpoint"}


def test_published_tree_of_three_hundred_entries() -> None:
    tree = load("c2sp/mirror-tree-300.json")
    shelf = Shelf()
    shelf.add([merkle.leaf_hash(f"record {index}".encode()) for index in range(tree["size"])])
    files = {tiles.parse_tile_path(path): decode_base64(b) for path, b in tree["files"].items()}
    assert files == {
        tile: shelf.read(tile.level or 0, tile.index, tile.width)
        for tile in tiles.tiles_of(tree["size"])
    }
    root = decode_base64(tree["root_base64"])
    assert tiles.root_from_tiles(300, VerifiedTiles(root, 300, shelf.read)) == root
    first = decode_base64(tree["root_of_first_256_base64"])
    assert tiles.root_from_tiles(256, shelf.read) == first


@pytest.mark.parametrize("size", [600, LARGE])
def test_proofs_come_out_of_verified_tiles(size: int) -> None:
    shelf = shelf_of(size)
    root = merkle.root_of(LEAVES[:size])
    read = TileHashes(size, VerifiedTiles(root, size, shelf.read))
    for index in {0, 1, 255, 256, 511, size // 2, size - 2, size - 1}:
        path = merkle.prove_inclusion(index, size, read)
        merkle.check_inclusion(root, size, index, LEAVES[index], path)
    for old in (1, 255, 256, 257, 300, 512, size - 1):
        path = merkle.prove_consistency(old, size, read)
        merkle.check_consistency(merkle.root_of(LEAVES[:old]), old, root, size, path)


@pytest.mark.parametrize("size", [600, 65_536, LARGE])
def test_a_flipped_bit_in_any_tile_is_refused_by_whoever_reads_it(size: int) -> None:
    shelf = shelf_of(size)
    root = merkle.root_of(LEAVES[:size])
    chance = random.Random(size)
    named = list(tiles.tiles_of(size))
    for tile in named:
        place = (tile.level or 0, tile.index)
        good = shelf.rows[place]
        position = chance.randrange(len(good))
        for spoilt in (0, position, len(good) - 1):
            bent = bytearray(good)
            bent[spoilt] ^= 1 << chance.randrange(8)
            shelf.rows[place] = bytes(bent)
            with pytest.raises(ProofError):
                VerifiedTiles(root, size, shelf.read)(*place, tile.width)
        shelf.rows[place] = good[:-1]
        with pytest.raises(ProofError):
            VerifiedTiles(root, size, shelf.read)(*place, tile.width)
        shelf.rows[place] = good
    verified = VerifiedTiles(root, size, shelf.read)
    assert all(
        verified(tile.level or 0, tile.index, tile.width) == shelf.rows[tile.level or 0, tile.index]
        for tile in named
    )


def test_tiles_of_another_tree_are_refused() -> None:
    shelf = shelf_of(600)
    with pytest.raises(ProofError):
        VerifiedTiles(merkle.root_of(LEAVES[:599]), 600, shelf.read)
    with pytest.raises(ProofError):
        VerifiedTiles(merkle.root_of(LEAVES[:600]), 599, shelf.read)


@given(
    level=st.none() | st.integers(0, tiles.LEVEL_MAX),
    index=st.integers(0, 2**63 - 1),
    width=st.integers(1, tiles.WIDTH),
)
def test_paths_read_back(level: int | None, index: int, width: int) -> None:
    tile = Tile(level, index, width)
    assert tiles.parse_tile_path(tiles.format_tile_path(tile)) == tile


@pytest.mark.parametrize(
    "path",
    [
        "",
        "tile/0",
        "tile/0/",
        "tile/0/67",
        "tile/0/0067",
        "tile/0/x000/067",
        "tile/0/001/067",
        "tile/0/x001/x067",
        "tile/00/067",
        "tile/64/067",
        "tile/-1/067",
        "tile/0/067/",
        "tile/0/067.p/0",
        "tile/0/067.p/256",
        "tile/0/067.p/01",
        "tile/0/067.p/",
        "tile/0/067.p/5.p/5",
        "tile/0/\u0660\u0660\u0660",
        "tile/data/000",
        "0/000",
        "/tile/0/000",
    ],
)
def test_other_paths_are_refused(path: str) -> None:
    with pytest.raises(MalformedError):
        tiles.parse_tile_path(path)


@given(st.lists(st.binary(max_size=300), min_size=1, max_size=tiles.WIDTH))
def test_bundles_read_back(entries: list[bytes]) -> None:
    assert tiles.parse_bundle(tiles.format_bundle(entries)) == entries


@pytest.mark.parametrize("data", [b"", b"\0", b"\0\2a", b"\0\1ab", b"\0\0" * 257])
def test_other_bundles_are_refused(data: bytes) -> None:
    with pytest.raises(MalformedError):
        tiles.parse_bundle(data)


def test_published_bundle() -> None:
    bundle = bytes.fromhex("00036f6e65000374776f00057468726565")
    assert tiles.parse_bundle(bundle) == [b"one", b"two", b"three"]
