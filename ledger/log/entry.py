"""The leaf: a statement's place in the log, as text with one spelling.

```text
rice-ledger/entry@v1
origin demo.rice.example/dx-2026
index 412
previous <base64 of the leaf hash of entry 411; 32 zero bytes for entry 0>
recorded 2026-03-02T08:40:00.000Z
kind event
statement <base64 of SHA-256 of the statement>
```

Every line ends in a line feed, the last one too. The entry's hash is its leaf hash in the tree, so
chain and tree share one hash and cannot disagree; proofs come only from the tree.
"""

from __future__ import annotations

import re
from binascii import b2a_base64
from dataclasses import dataclass
from datetime import datetime

from ledger.errors import CorruptedError, MalformedError
from ledger.log import encoding, merkle

HEADER = "rice-ledger/entry@v1"
_HEADER = HEADER.encode()
NO_ENTRY = bytes(32)
"""What entry 0 has in place of the hash of an entry before it."""

KINDS = frozenset({"act", "event", "attestation"})
ORIGIN_LENGTH_MAX = 255

_FIELDS = ("origin", "index", "previous", "recorded", "kind", "statement")
_ORIGIN = re.compile(r"[!-~]+", re.ASCII)


@dataclass(frozen=True, slots=True)
class Entry:
    """A statement's place: the log's name, a number from 0, what came before, when, which."""

    origin: str
    index: int
    previous: bytes
    recorded_at: datetime
    kind: str
    statement_digest: bytes

    @property
    def leaf_hash(self) -> bytes:
        """Return the hash that names this entry in the chain and in the tree."""
        return merkle.leaf_hash(format_entry(self))


def follow(
    previous: Entry | None, *, origin: str, recorded_at: datetime, kind: str, digest: bytes
) -> Entry:
    """Return the entry that comes after ``previous``, or entry 0.

    The log's clock may stand still; the caller holds it back where it would run backwards.
    """
    assert kind in KINDS
    assert len(digest) == merkle.HASH_LENGTH
    assert is_origin(origin)
    if previous is None:
        return Entry(origin, 0, NO_ENTRY, recorded_at, kind, digest)
    entry = Entry(origin, previous.index + 1, previous.leaf_hash, recorded_at, kind, digest)
    check_follows(previous, entry)
    return entry


def check_follows(previous: Entry | None, entry: Entry) -> None:
    """Raise unless ``entry`` stands right after ``previous`` in the same log, and no earlier."""
    if previous is None:
        chained = (entry.index, entry.previous) == (0, NO_ENTRY)
    else:
        chained = (
            entry.origin == previous.origin
            and entry.index == previous.index + 1
            and entry.previous == previous.leaf_hash
            and entry.recorded_at >= previous.recorded_at
        )
    if not chained:
        raise CorruptedError("chain_broken", index=entry.index)


def is_origin(text: str) -> bool:
    """Whether this can name a log: printable ASCII without a blank, as in a scheme-less URL."""
    return 0 < len(text) <= ORIGIN_LENGTH_MAX and _ORIGIN.fullmatch(text) is not None


def format_entry(entry: Entry) -> bytes:
    """Return the leaf's bytes."""
    return format_leaf(
        entry.origin,
        entry.index,
        entry.previous,
        encoding.format_time(entry.recorded_at),
        entry.kind,
        entry.statement_digest,
    )


def format_leaf(
    origin: str, index: int, previous: bytes, recorded: str, kind: str, digest: bytes
) -> bytes:
    """Return the leaf's bytes from parts already checked; ``recorded`` is a formatted time.

    Appending a batch and auditing a log call this for every entry, without an `Entry` between.
    """
    # Base64 comes with the line feed.
    return b"%b\norigin %b\nindex %d\nprevious %brecorded %b\nkind %b\nstatement %b" % (
        _HEADER,
        origin.encode(),
        index,
        b2a_base64(previous),
        recorded.encode(),
        kind.encode(),
        b2a_base64(digest),
    )


def parse_entry(leaf: bytes) -> Entry:
    """Return the entry a leaf spells; a leaf that ``format_entry`` would not write is refused."""
    try:
        lines = leaf.decode("ascii").split("\n")
    except UnicodeDecodeError as error:
        raise MalformedError("malformed", what="entry") from error
    values = [line.partition(" ")[2] for line in lines[1:-1]]
    if lines[0] != HEADER or len(values) != len(_FIELDS):
        raise MalformedError("malformed", what="entry")
    origin, index, previous, recorded, kind, statement = values
    entry = Entry(
        origin=origin,
        index=encoding.parse_count(index),
        previous=encoding.decode_base64(previous),
        recorded_at=encoding.parse_time(recorded),
        kind=kind,
        statement_digest=encoding.decode_base64(statement),
    )
    lengths = {len(entry.previous), len(entry.statement_digest)}
    if kind not in KINDS or lengths != {merkle.HASH_LENGTH} or not is_origin(origin):
        raise MalformedError("malformed", what="entry")
    # The names of the lines are checked by writing them again.
    if format_entry(entry) != leaf:
        raise MalformedError("malformed", what="entry")
    return entry
