"""The tree worked out again from what is stored, before it is signed.

A batch grows tiles and a frontier from leaf hashes it has in memory. The code here shares no step
with that: it reads back entries and tiles and hashes them from below, by the definition.
"""

from __future__ import annotations

from ledger.errors import CorruptedError
from ledger.log.merkle import HASH_LENGTH, leaf_hash, root_of
from ledger.log.tiles import WIDTH, root_from_tiles, tile_width
from ledger.store.store import Reading


def recomputed_root(view: Reading, signed_size: int, size: int) -> bytes:
    """Return the root at ``size``, worked out from stored entries and tiles.

    Entries behind the signed size are hashed again, from the beginning of their tile, and so are
    all tiles above them. What lies before is vouched for by the root that was signed: the caller
    compares it.
    """
    first = signed_size - signed_size % WIDTH
    fresh = _hashed_entries(view, first, size)
    level = 0
    while fresh:
        first, inside = divmod(first, WIDTH)
        hashes = [*_stored_tile(view, level, first, size)[:inside], *fresh]
        fresh = []
        for at in range(0, len(hashes), WIDTH):
            tile, index = hashes[at : at + WIDTH], first + at // WIDTH
            if _stored_tile(view, level, index, size) != tile:
                raise CorruptedError("tile_differs", level=level, index=index)
            if len(tile) == WIDTH:
                fresh.append(root_of(tile))
        level += 1
    return root_from_tiles(size, view.tile)


def _hashed_entries(view: Reading, first: int, size: int) -> list[bytes]:
    hashes: list[bytes] = []
    for index, leaf, stored, _ in view.entries(first, size):
        hashed = leaf_hash(leaf)
        if index != first + len(hashes) or hashed != stored:
            raise CorruptedError("entry_differs", index=first + len(hashes))
        hashes.append(hashed)
    if len(hashes) != size - first:
        raise CorruptedError("entry_differs", index=first + len(hashes))
    return hashes


def _stored_tile(view: Reading, level: int, index: int, size: int) -> list[bytes]:
    """Return the hashes of a tile as wide as it is at this size."""
    data = view.tile(level, index, tile_width(level, index, size))
    return [data[at : at + HASH_LENGTH] for at in range(0, len(data), HASH_LENGTH)]
