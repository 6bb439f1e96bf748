"""The published log as files: c2sp.org/tlog-tiles, and beside it the statements.

```text
checkpoint                       the last one, with its cosignatures
checkpoints/<size>               every one ever signed
tile/<level>/<index>[.p/<width>] hashes
tile/entries/<index>[…]          entries, 256 to a file
statements/<index>[…]            the signed statements, in the same packing and order
```

The statements are no part of C2SP's layout: a log mirrored without them can still be proved and
chained, only not replayed. Files may be served as they lie, to whoever may read every statement.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from ledger.log.tiles import Tile, format_bundle, format_tile_path, tiles_of
from ledger.store.checkpoints import Signed
from ledger.store.store import Reading

CHECKPOINT, CHECKPOINTS, STATEMENTS = "checkpoint", "checkpoints", "statements"


def export_log(
    view: Reading,
    signed: Sequence[Signed],
    folder: Path,
    progress: Callable[[int, int], object],
) -> None:
    """Write the log as far as it is published; ``progress`` is told how many files are done.

    The checkpoint comes last: whoever finds it finds everything it speaks of.
    """
    if not signed:
        return
    last = signed[-1]
    hashes = list(tiles_of(last.size))
    bundles = [Tile(None, tile.index, tile.width) for tile in hashes if tile.level == 0]
    count = len(hashes) + 2 * len(bundles) + len(signed) + 1
    done = 0
    for tile in hashes:
        assert tile.level is not None
        _write(folder / format_tile_path(tile), view.tile(tile.level, tile.index, tile.width))
        done += 1
        progress(done, count)
    for bundle in bundles:
        first = bundle.index * 256
        rows = view.entries(first, first + bundle.width)
        _write(folder / format_tile_path(bundle), format_bundle([row[1] for row in rows]))
        statements = view.statements(first, first + bundle.width)
        _write(folder / statements_path(bundle), format_bundle([row[2] for row in statements]))
        done += 2
        progress(done, count)
    for one in signed:
        _write(folder / CHECKPOINTS / str(one.size), one.cosigned.encode())
    _write(folder / CHECKPOINT, last.cosigned.encode())
    progress(count, count)


def statements_path(bundle: Tile) -> str:
    """Return the path of the statements whose entries are in a bundle."""
    return format_tile_path(bundle).replace("tile/entries/", f"{STATEMENTS}/", 1)


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
