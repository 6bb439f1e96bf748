"""The names of private fields that were erased, in a file beside the database.

A backup made before an erasure still holds what was erased, and knows nothing of the erasure. This
file does: it is written before a field is deleted, is not part of a backup, and is read when one is
restored and when a server starts. It holds names of households and contracts, never what was said
of them. Whoever deletes it can have an old backup bring back what was erased.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from msgspec import MsgspecError, json

from ledger.disclosures import forget_again
from ledger.errors import CorruptedError
from ledger.folder import ERASED
from ledger.store.store import Store

Name = tuple[str, str]
"""Kind, and the name a field is kept under."""


def remember(folder: Path, kind: str, names: Sequence[str]) -> None:
    """Write down that fields are about to be erased. A crash after this has them erased later."""
    lines = b"".join(json.encode((kind, name)) + b"\n" for name in names)
    opened = os.open(folder / ERASED, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        os.write(opened, lines)
        os.fsync(opened)
    finally:
        os.close(opened)


def remembered(folder: Path) -> list[Name]:
    """Return the fields that were erased; a last line that was cut off erased nothing."""
    try:
        data = (folder / ERASED).read_bytes()
    except FileNotFoundError:
        return []
    whole = data[: data.rfind(b"\n") + 1]
    try:
        return [json.decode(line, type=Name) for line in whole.splitlines()]
    except MsgspecError as error:
        raise CorruptedError("store_failed", what=f"{ERASED}: {error}") from error


def erase_again(store: Store, names: Sequence[Name]) -> int:
    """Erase once more what a database still holds of them; return how many fields there were."""
    return forget_again(store, names) if names else 0
