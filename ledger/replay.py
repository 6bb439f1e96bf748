"""The log worked out again from entry 0: what `audit` compares with, and `rebuild` writes down.

The steps are those of `audit`: nothing stored is believed but statements, and those only once they
are signed, stand where their leaf says, and are accepted by the rulebook.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import closing
from datetime import datetime
from functools import lru_cache
from hashlib import sha256
from itertools import chain
from typing import Any

from msgspec import Struct

from ledger.errors import LedgerError, SignatureError
from ledger.findings import Report
from ledger.log import encoding
from ledger.log.checkpoint import open_checkpoint
from ledger.log.entry import NO_ENTRY, format_leaf, parse_entry
from ledger.log.keys import PublicKey
from ledger.log.merkle import leaf_hash
from ledger.log.note import NoteKey
from ledger.log.statement import parse_statement
from ledger.log.tiles import new_tiles, root_from_tiles
from ledger.readers import Read, Readers
from ledger.reading import Opened, brought_keys, is_signed
from ledger.rice.case import Meaning, Place, admitted, open_meaning
from ledger.rice.facts import Fact, Key
from ledger.rice.judge import Decision, judge
from ledger.rice.register import Register
from ledger.store.projections import encode_warnings, links_of, mentions_of
from ledger.store.source import Row, Source
from ledger.store.store import (
    LinkTuple,
)

CHUNK = 512
"""Entries taken from the source at once: whole bundles of exported files."""
CHUNKS_AHEAD = 8
"""Chunks that are read while an earlier one is judged."""
LONG_CHUNK = 8 * CHUNK
"""Entries read at once when only hashes are wanted."""

Progress = Callable[[int, int], object]
"""Told how many entries of how many are done."""


class _Seen(Struct, frozen=True):
    """A statement looked at on its own: its digest, what it says, or why it says nothing."""

    digest: bytes | None
    meaning: Meaning | None = None
    is_verified: bool = False
    refusal: LedgerError | None = None
    is_withheld: bool = False

    @property
    def kind(self) -> str | None:
        """Return which kind of entry it makes, if it was understood."""
        return self.meaning.statement.kind if self.meaning else None


class Replay:
    """The log worked out so far: facts as the entries have left them, and which did so last."""

    def __init__(self, key: NoteKey, source: Source, *, hashes_only: bool) -> None:
        self.report = Report(source.size)
        self.is_sound = True
        self.facts: dict[str, Fact] = {}
        self.changed_at: dict[str, int] = {}
        self.mentions: dict[str, list[int]] = {}
        self.links: list[LinkTuple] = []
        self.unlinked: set[tuple[str, int]] = set()
        self.tiles: dict[tuple[int, int], bytes] = {}
        self.warnings: dict[int, bytes] = {}
        self.register = Register()
        self.report.attachments = self.register.attachments
        self.end: tuple[bytes, str] = (NO_ENTRY, "")
        self.origin = key.name
        self._key = key
        self._source = source
        self._hashes_only = hashes_only
        self._previous: tuple[bytes, ...] = (NO_ENTRY,)
        self._keys: dict[str, PublicKey] = {}

    def told(self, key: str, /) -> Sequence[int]:
        """Return the entries so far that changed a fact."""
        return self.mentions.get(key, ())

    def entry(self, index: int, /) -> tuple[Place, Meaning]:
        """Return an earlier entry, read once more."""
        ((leaf, _, _, _, data),) = self._source.rows(index, index + 1)
        assert leaf is not None  # it was there when its turn came
        assert data is not None
        return Place(index, parse_entry(leaf).recorded_at), open_meaning(parse_statement(data))

    def run(self, progress: Progress | None = None) -> None:
        """Go through all entries; readers look at statements ahead of the one that judges."""
        size = self._source.size
        if self._hashes_only:
            for first in range(0, size, LONG_CHUNK):
                rows = self._source.rows(first, min(first + LONG_CHUNK, size))
                if not self._take_hashes(first, rows):
                    self._take(first, rows, map(_digest_only, rows))
                if progress:
                    progress(first + len(rows), size)
            return
        waiting: deque[tuple[int, Sequence[Row], list[Future[Read]]]] = deque()
        with closing(Readers(self._registered)) as readers:
            for first in range(0, size + CHUNK * CHUNKS_AHEAD, CHUNK):
                if first < size:
                    rows = self._source.rows(first, min(first + CHUNK, size))
                    statements = [row[4] or b"" for row in rows]
                    waiting.append((first, rows, readers.read_all(statements)))
                if waiting and waiting[0][0] <= first - CHUNK * CHUNKS_AHEAD:
                    begin, taken, readings = waiting.popleft()
                    read = chain.from_iterable(reading.result() for reading in readings)
                    self._take(begin, taken, map(_seen, taken, read))
                    if progress:
                        progress(begin + len(taken), size)
        if progress:
            progress(size, size)

    def root(self, size: int) -> bytes:
        """Return the root of the tree at a size, as the entries give it."""
        return root_from_tiles(size, self._own_tile)

    def check_tiles(self) -> None:
        """Compare every tile with the one that follows from the leaves."""
        for (level, index), hashes in self.tiles.items():
            if self._source.tile(level, index, len(hashes) // 32) != hashes:
                self.report.add("tile_differs", level=level, index=index)

    def left_over(self, places: Iterator[Any]) -> Iterator[tuple[int, int]]:
        """Yield the tiles that no entry has made."""
        return (place for place in map(tuple, places) if place not in self.tiles)

    def check_checkpoint(self, note: str, size: int, root: bytes) -> None:
        """Check one signed checkpoint: its signature, what it says, the tree at that size."""
        try:
            said = open_checkpoint(note, [self._key])
        except LedgerError:
            self.report.add("checkpoint_unsigned", size=size)
            return
        if size > self._source.size:
            self.report.add("past_differs", size=self._source.size, signed=size)
        elif (said.size, said.root) != (size, root) or self.root(size) != root:
            self.report.add("root_differs", size=size)

    def _own_tile(self, level: int, index: int, width: int) -> bytes:
        return self.tiles.get((level, index), b"")[: 32 * width]

    def _registered(self, kids: Collection[str]) -> list[PublicKey]:
        """Return those of the keys that the entries so far have enrolled."""
        return [key for kid in kids if (key := self._keys.get(kid)) is not None]

    def _take(self, first: int, rows: Sequence[Row], looked: Iterable[_Seen]) -> None:
        """Put a chunk in order: leaves, clock and statements, then signatures and rules."""
        hashes = []
        for index, (row, seen) in enumerate(zip(rows, looked, strict=True), first):
            recorded = self._chain(index, row, seen)
            hashes.append(self._previous[0])
            self.report.withheld += seen.is_withheld
            if not self._hashes_only and self.is_sound:
                self.is_sound = recorded is not None and self._fold(index, row, seen, recorded)
        self.tiles |= new_tiles(first, hashes, self._own_tile)

    def _take_hashes(self, first: int, rows: Sequence[Row]) -> bool:
        """Take a chunk in which nothing is wrong, at the least cost; tell whether it was one."""
        hashes: list[bytes] = []
        origin, previous, last = self._key.name, self._previous[0], self.end[1]
        for index, (leaf, stored_hash, _, stored_digest, data) in enumerate(rows, first):
            if leaf is None or data is None:
                return False
            hashed, digest = leaf_hash(leaf), sha256(data).digest()
            recorded, kind = _said_in(leaf)
            if (
                hashed != stored_hash
                or digest != stored_digest
                or leaf != format_leaf(origin, index, previous, recorded, kind, digest)
                or recorded < last
            ):
                return False
            hashes.append(hashed)
            previous, last = hashed, recorded
        self._previous, self.end = (previous,), (previous, last)
        self.tiles |= new_tiles(first, hashes, self._own_tile)
        return True

    def _chain(self, index: int, row: Row, seen: _Seen) -> str | None:
        """Check where an entry stands; return the log's time, or None if anything is wrong."""
        # 1. The one leaf that fits here.
        leaf, stored_hash, _, stored_digest, _ = row
        if leaf is None:
            self._previous = (stored_hash or NO_ENTRY,)
            self.report.add("entry_missing", index=index)
            return None
        digest, kind, before = seen.digest or NO_ENTRY, seen.kind, self._previous
        recorded, said_kind = _said_in(leaf)
        hashed = leaf_hash(leaf)
        fitting = format_leaf(self._key.name, index, before[0], recorded, kind or said_kind, digest)
        self._previous = (hashed,)
        if not (leaf == fitting and hashed == stored_hash and seen.digest == stored_digest):
            # What differs is named as closely as it can be told. Of two hashes of a changed entry
            # the next one may follow either, and is not blamed for it.
            self._previous = (hashed, stored_hash or NO_ENTRY)
            others = (
                format_leaf(self._key.name, index, one, recorded, kind or said_kind, digest)
                for one in before[1:]
            )
            if leaf not in others or hashed != stored_hash or seen.digest != stored_digest:
                self.report.add(_difference(row, hashed, seen), index=index)
                return None
        # 2. The clock.
        if recorded < self.end[1]:
            self.report.add("time_backwards", index=index)
            return None
        self.end = (hashed, recorded)
        return recorded

    def _fold(self, index: int, row: Row, seen: _Seen, recorded: str) -> bool:
        """Judge one statement and fold it in; tell whether all that follows has a ground."""
        # 3. and 4. What it says and who signed it.
        if seen.is_withheld:
            return False
        if seen.refusal is not None or seen.meaning is None:
            code = seen.refusal.code if seen.refusal else "-"
            self.report.add(_refused(seen.refusal), index=index, rule=code)
            return False
        try:
            is_verified = seen.is_verified or is_signed(seen.meaning, self._keys_of(seen.meaning))
            # 5. The rulebook.
            decision = judge(seen.meaning, Place(index, _instant(recorded)), self.facts, self)
        except LedgerError as refusal:
            self.report.add(_refused(refusal), index=index, rule=refusal.code)
            return False
        assert is_verified  # the rulebook has refused what no registered key has signed
        self._put(index, decision)
        self.register.take(index, seen.meaning.body, decision.puts)
        self.report.judged += 1
        if decision.warnings:
            self.warnings[index] = encode_warnings(decision.warnings)
        if row[2] not in (None, encode_warnings(decision.warnings)):
            self.report.add("warnings_differ", index=index)
        return True

    def _put(self, index: int, decision: Decision) -> None:
        self.facts.update(decision.puts)
        self.changed_at.update(dict.fromkeys(decision.puts, index))
        for fact in decision.puts.values():
            if isinstance(fact, Key) and fact.kid not in self._keys:
                self._keys[fact.kid] = admitted(fact)
        for key, at in mentions_of(decision.puts, index):
            self.mentions.setdefault(key, []).append(at)
        self.links += links_of(decision.links, index)
        self.unlinked.update(decision.unlinked)

    def _keys_of(self, meaning: Meaning) -> dict[str, PublicKey]:
        return self._keys | brought_keys(meaning)


def _seen(row: Row, read: Opened | LedgerError) -> _Seen:
    """Return what was read of the statement of a row."""
    if isinstance(read, Opened):
        return _Seen(read.meaning.statement.digest, read.meaning, is_verified=read.is_verified)
    return _digest_only(row) if row[4] is None else _Seen(sha256(row[4]).digest(), refusal=read)


def _digest_only(row: Row) -> _Seen:
    """Look at a statement no further than its digest; one that is withheld has that of its leaf."""
    if row[4] is None:
        return _Seen(row[3], is_withheld=row[3] is not None)
    return _Seen(sha256(row[4]).digest())


def _said_in(leaf: bytes) -> tuple[str, str]:
    """Return the time and the kind a leaf seems to say; only writing it again tells."""
    return _words_of(leaf[leaf.rfind(b"\nrecorded ") : leaf.rfind(b"\nstatement ")])


@lru_cache(maxsize=1024)
def _words_of(lines: bytes) -> tuple[str, str]:
    """Return the values of two lines; the entries of a batch have them in common."""
    _, _, recorded = lines.partition(b" ")
    recorded, _, kind = recorded.partition(b"\nkind ")
    return recorded.decode("ascii", "replace"), kind.decode("ascii", "replace")


def _difference(row: Row, hashed: bytes, seen: _Seen) -> str:
    """Return what is wrong with an entry that is not the one that fits its place."""
    leaf, stored_hash, _, stored_digest, _ = row
    assert leaf is not None
    if seen.digest is None:
        return "statement_missing"
    if stored_hash != hashed:
        return "entry_differs"
    try:
        said = parse_entry(leaf)
    except LedgerError:
        return "entry_differs"
    is_same = said.statement_digest == seen.digest == stored_digest
    return "chain_broken" if is_same else "statement_differs"


def _refused(refusal: LedgerError | None) -> str:
    return "statement_unsigned" if isinstance(refusal, SignatureError) else "rule_broken"


@lru_cache(maxsize=64)
def _instant(recorded: str) -> datetime:
    return encoding.parse_time(recorded)
