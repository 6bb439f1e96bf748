"""Gathers the evidence for one bag: the entries its verdict rests on, proofs, and a signed state.

Reads one snapshot, and of it only what a published checkpoint covers, so that a bundle is the same
for everybody who asks at that checkpoint. The cost follows the number of entries behind the bag,
never the size of the log.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from ledger.errors import LedgerError, NotFoundError
from ledger.log import encoding
from ledger.log.checkpoint import Checkpoint
from ledger.log.entry import parse_entry
from ledger.log.keys import SigningKey
from ledger.log.merkle import prove_inclusion
from ledger.log.note import sign_note
from ledger.log.statement import parse_statement
from ledger.log.tiles import TileHashes
from ledger.proof.bundle import (
    Bundle,
    BundleEntry,
    State,
    first_subjects,
    format_state,
    gather,
    lot_uri,
    write_bundle,
)
from ledger.rice.case import Meaning, open_meaning
from ledger.rice.facts import Facts, Lettering, find
from ledger.rice.facts import LabelBatch as Issued
from ledger.rice.labels import LabelBatch, Membership, label_at, parse_serial, prove_membership
from ledger.store.store import Reading

SECRET_LENGTH = 32


@dataclass(frozen=True, slots=True)
class Published:
    """A checkpoint as published: what it says and the note that says it."""

    checkpoint: Checkpoint
    note: str


class Source(Facts, Protocol):
    """One snapshot of a log and of what was made of it; a `Reading` of the store is one."""

    def mentions(self, keys: Collection[str], size: int) -> Mapping[str, tuple[int, ...]]:
        """Return the entries below ``size`` that changed each fact, oldest first."""

    def entries_at(self, indexes: Collection[int]) -> Iterable[tuple[int, bytes, bytes, bytes]]:
        """Return index, leaf, leaf hash and warnings of entries."""

    def statements_at(self, indexes: Collection[int]) -> Iterable[tuple[int, bytes, bytes]]:
        """Return index, digest and bytes of statements, in order."""

    def tile(self, level: int, index: int, width: int) -> bytes:
        """Return the hashes of a tile."""

    def disclosure(self, kind: str, name: str) -> bytes | None:
        """Return what was disclosed under a name: the secret and shelf of a label batch."""


def build_bundle(
    source: Source,
    published: Published,
    log_key: SigningKey,
    at: datetime,
    *,
    gtin: str,
    lot: str,
    serial: str,
) -> bytes:
    """Return the bundle of one bag at a published checkpoint; ``at`` is the log's clock.

    Raises `NotFoundError` for a serial that no batch of that lot has.
    """
    size = published.checkpoint.size
    batch, number, membership = _membership(source, gtin, lot, serial)
    read = _Reader(source)
    first = first_subjects(gtin, lot, batch, number)
    subjects, meanings = gather(first, lambda wanted: source.mentions(list(wanted), size), read)
    shelf = _Shelf()
    hashes = TileHashes(size, source.tile)
    entries = [
        read.entry(index, [shelf.place(node) for node in prove_inclusion(index, size, hashes)])
        for index in sorted(meanings)
    ]
    state = State(
        origin=published.checkpoint.origin,
        size=size,
        # A clock that was set back may not make the log sign before what it has recorded.
        signed_at=max(encoding.format_time(at), *(entry.recorded for entry in entries)),
        entries=subjects,
    )
    return write_bundle(
        Bundle(
            gtin=gtin,
            lot=lot,
            serial=serial,
            batch=batch,
            number=number,
            salt=encoding.encode_base64(membership.salt),
            path=tuple(encoding.encode_base64(node) for node in membership.path),
            checkpoint=published.note,
            state=sign_note(format_state(state), state.origin, log_key),
            hashes=tuple(shelf.hashes),
            entries=tuple(entries),
        )
    )


class _Reader:
    """Reads entries once: what they say, and the parts of them that a bundle carries."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._parts: dict[int, tuple[str, str, str]] = {}

    def __call__(self, indexes: Iterable[int]) -> Mapping[int, Meaning]:
        """Return what entries say."""
        wanted = sorted(indexes)
        leaves = {row[0]: row[1] for row in self._source.entries_at(wanted)}
        meanings = {}
        for index, _, data in self._source.statements_at(wanted):
            entry = parse_entry(leaves[index])
            meanings[index] = open_meaning(parse_statement(data))
            previous = encoding.encode_base64(entry.previous)
            recorded = encoding.format_time(entry.recorded_at)
            self._parts[index] = (previous, recorded, data.decode())
        return meanings

    def entry(self, index: int, proof: Sequence[int]) -> BundleEntry:
        """Return an entry as a bundle carries it, with the places of its proof's hashes."""
        previous, recorded, statement = self._parts[index]
        return BundleEntry(
            index=index,
            previous=previous,
            recorded=recorded,
            statement=statement,
            proof=tuple(proof),
        )


class _Shelf:
    """Tree hashes, each kept once; neighbours in a tree share most of their paths."""

    def __init__(self) -> None:
        self.hashes: list[str] = []
        self._places: dict[bytes, int] = {}

    def place(self, node: bytes) -> int:
        """Return where a hash stands, putting it there if it is new."""
        if node not in self._places:
            self._places[node] = len(self.hashes)
            self.hashes.append(encoding.encode_base64(node))
        return self._places[node]


def find_serial(reading: Reading, serial: str) -> tuple[str, str]:
    """Return the GTIN and lot of the bag with that serial; raise `NotFoundError` if none has it."""
    serial = parse_serial(serial)
    after = ""
    while page := reading.facts_of("labels", after):
        for issued in page:
            if isinstance(issued, Issued):
                batch = LabelBatch.of_lot(issued.lot, issued.count)
                if _number(reading, batch, issued.id, serial) is not None:
                    return batch.gtin, batch.lot
        after = page[-1].key
    raise NotFoundError("code_unknown", serial=serial)


def _number(source: Source, batch: LabelBatch, name: str, serial: str) -> int | None:
    """Return the bag number of a serial that a batch did issue."""
    # First what costs nothing: most batches have no bag of that number, and a shelf is large.
    try:
        number = batch.number_of(serial)
    except LedgerError:
        return None
    disclosed = source.disclosure("labels", name)
    if disclosed is None:
        return None
    issued = label_at(batch, disclosed[:SECRET_LENGTH], number).serial
    return number if issued == serial else None


def _membership(source: Source, gtin: str, lot: str, serial: str) -> tuple[str, int, Membership]:
    """Return a serial's batch and bag number, and the proof that it is of that batch."""
    serial = parse_serial(serial)
    lettering = find(source, Lettering, f"lettering:{lot_uri(gtin, lot)}")
    for name in lettering.batches if lettering else ():
        issued = find(source, Issued, f"labels:{name}")
        disclosed = source.disclosure("labels", name)
        if issued is None or disclosed is None:
            continue
        batch = LabelBatch(gtin=gtin, lot=lot, count=issued.count)
        number = _number(source, batch, name, serial)
        if number is not None:
            secret, shelf = disclosed[:SECRET_LENGTH], disclosed[SECRET_LENGTH:]
            return name, number, prove_membership(batch, secret, shelf, number)
    raise NotFoundError("code_unknown", serial=serial)
