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

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path

from ledger.log.tiles import WIDTH, Tile, format_bundle, format_tile_path, tiles_of
from ledger.store.checkpoints import Signed
from ledger.store.store import Reading

CHECKPOINT, CHECKPOINTS, STATEMENTS = "checkpoint", "checkpoints", "statements"

Files = Mapping[str, Callable[[], bytes]]
"""What is in each file, by its path, read when it is asked for."""


def export_log(
    view: Reading,
    signed: Sequence[Signed],
    folder: Path,
    progress: Callable[[int, int], object],
) -> None:
    """Write the log as far as it is published; ``progress`` is told how many files are done.

    The checkpoint comes last: whoever finds it finds everything it speaks of.
    """
    files = log_files(view, signed)
    for done, (path, content) in enumerate(files.items(), 1):
        _write(folder / path, content())
        progress(done, len(files))


def log_files(view: Reading, signed: Sequence[Signed]) -> Files:
    """Return the files of the published log, the checkpoint last."""
    if not signed:
        return {}
    last = signed[-1]
    files: dict[str, Callable[[], bytes]] = {}
    for tile in tiles_of(last.size):
        assert tile.level is not None
        files[format_tile_path(tile)] = partial(view.tile, tile.level, tile.index, tile.width)
    for bundle in bundles_of(last.size):
        files[format_tile_path(bundle)] = partial(_entries, view, bundle)
        files[statements_path(bundle)] = partial(_statements, view, bundle)
    for one in signed:
        files[checkpoint_path(one.size)] = one.cosigned.encode
    files[CHECKPOINT] = last.cosigned.encode
    return files


def log_paths(size: int, checkpoints: Iterable[int]) -> Iterator[str]:
    """Yield the paths of a log of that size, of which checkpoints of those sizes were signed."""
    yield from map(format_tile_path, tiles_of(size))
    for bundle in bundles_of(size):
        yield from (format_tile_path(bundle), statements_path(bundle))
    yield from map(checkpoint_path, checkpoints)
    yield CHECKPOINT


def bundles_of(size: int) -> Iterator[Tile]:
    """Yield the entry bundles of a log, each as wide as it is at that size."""
    for first in range(0, size, WIDTH):
        yield Tile(None, first // WIDTH, min(WIDTH, size - first))


def checkpoint_path(size: int) -> str:
    """Return the path of the checkpoint of one size."""
    return f"{CHECKPOINTS}/{size}"


def statements_path(bundle: Tile) -> str:
    """Return the path of the statements whose entries are in a bundle."""
    return format_tile_path(bundle).replace("tile/entries/", f"{STATEMENTS}/", 1)


def _entries(view: Reading, bundle: Tile) -> bytes:
    first = bundle.index * WIDTH
    return format_bundle([row[1] for row in view.entries(first, first + bundle.width)])


def _statements(view: Reading, bundle: Tile) -> bytes:
    first = bundle.index * WIDTH
    return format_bundle([row[2] for row in view.statements(first, first + bundle.width)])


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
