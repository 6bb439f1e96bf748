"""Gathers what goes into a lot file: facts and states of one lot as the last checkpoint has them.

Facts are those of the end of the log, so a file is only made while the last checkpoint is at that
end. Digests are slow on purpose (`proof.lot_file`): they are made after the snapshot was let go, on
all processors. They are the same in every file of a batch, so they are made once and kept beside
its secret. Whoever can change those that are kept can have the log sign that a label is unknown,
but not that an invented one was issued unless it is searched for as slowly as by anybody.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime

from msgspec import structs

from ledger.affected import parties, trace
from ledger.errors import CODES, ConflictError, NotFoundError, Words
from ledger.evidence import Published
from ledger.label_digests import DIGESTS, are_digests_of, salt_of
from ledger.label_states import BatchState, batches_of
from ledger.log import encoding
from ledger.log.entry import parse_entry
from ledger.log.keys import SigningKey
from ledger.proof.lot_file import (
    Batch,
    LotFacts,
    Stop,
    Voided,
    code_digest,
    digests_hash,
    write_lot_file,
)
from ledger.proof.marked import spell_numbers
from ledger.proof.verdict import StopKind
from ledger.recalling import notice
from ledger.rice.acts import Scope
from ledger.rice.facts import Flag, Lot, Product, find
from ledger.rice.labels import SECRET_LENGTH_BYTES, LabelBatch, labels_between
from ledger.store.store import Reading, Store

CODES |= {
    "labels_secret_missing": Words(
        "The ledger was not given the secret of batch {batch}. The packer hands it over by printing"
        " the labels: rice-ledger label {batch}.",
        "Sổ chưa có khóa bí mật của đợt {batch}. Bên đóng gói giao khóa khi in tem: rice-ledger"
        " label {batch}.",
    ),
    "lot_file_unmade": Words(
        "Lot {lot} has {count} labels whose digests were never made, more than are made while"
        " somebody waits. The office that runs the ledger makes them once: rice-ledger lotfile"
        " {lot}.",
        "Lô {lot} có {count} tem chưa được tính mã kiểm, nhiều hơn mức tính được trong lúc chờ."
        " Đơn vị giữ sổ tính một lần bằng lệnh: rice-ledger lotfile {lot}.",
    ),
    "lot_file_in_turn": Words(
        "The digests of another lot are being made. Ask again in a few seconds.",
        "Đang tính mã kiểm của lô khác. Hãy hỏi lại sau vài giây.",
    ),
}

WAITED_FOR_MAX = 20_000
"""Digests that are made for whoever asks over a network: some seconds of all processors, once."""
ASKED_EVERY_S = 600
"""Whoever asks again within ten minutes gets the same bytes, unless something was recorded."""

_AT_ONCE = 250
_HANDED_BYTES_MAX = 80_000_000
"""Files that are kept to be handed out again: at least one, since the largest is smaller."""


@dataclass(frozen=True, slots=True)
class Gathered:
    """What a lot file will say, without its digests, and the secrets that those follow from.

    ``kept`` are the digests of each batch where they were made before, else nothing.
    """

    origin: str
    facts: LotFacts
    secrets: tuple[bytes, ...]
    kept: tuple[bytes, ...]

    @property
    def missing(self) -> int:
        """How many digests are still to be made."""
        pairs = zip(self.facts.batches, self.kept, strict=True)
        return sum(batch.count for batch, kept in pairs if not kept)


Told = Callable[[int, int], object]


class LotFiles:
    """Makes the files of the lots of one ledger."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._making = threading.Lock()
        self._handed = _Handed()

    def make(
        self, published: Published, key: SigningKey, at: datetime, lot: str, progress: Told
    ) -> bytes:
        """Return the file of a lot as of now, however long that takes."""
        with self._store.reading() as view:
            gathered = gather_lot(view, published, at, lot)
        digests = make_digests(gathered, progress)
        self._keep(gathered, digests)
        return seal_lot(gathered, digests, key)

    def hand_out(self, published: Published, key: SigningKey, at: datetime, lot: str) -> bytes:
        """Return the file of a lot for whoever asks, who may be anybody and ask for anything.

        It is as of the last full ten minutes, or as of the last entry if that is later. Raises
        `ConflictError` rather than let many people have many digests made at once.
        """
        asked = datetime.fromtimestamp(at.timestamp() // ASKED_EVERY_S * ASKED_EVERY_S, UTC)
        with self._store.reading() as view:
            _check_published(view, published)
            handed = self._handed.get(published, asked, lot)
            if handed is not None:
                return handed
            gathered = gather_lot(view, published, asked, lot)
        digests = gathered.kept if not gathered.missing else self._made_for(gathered)
        file = seal_lot(gathered, digests, key)
        self._handed.keep(published, asked, lot, file)
        return file

    def _made_for(self, gathered: Gathered) -> Sequence[bytes]:
        """Return digests that are made while somebody waits; refuse to make many of them."""
        if gathered.missing > WAITED_FOR_MAX:
            named = gathered.facts.lot
            raise ConflictError("lot_file_unmade", lot=named, count=gathered.missing)
        if not self._making.acquire(blocking=False):
            raise ConflictError("lot_file_in_turn")
        try:
            digests = make_digests(gathered, lambda *_: None)
            self._keep(gathered, digests)
        finally:
            self._making.release()
        return digests

    def _keep(self, gathered: Gathered, digests: Sequence[bytes]) -> None:
        if gathered.missing:
            made = zip(gathered.facts.batches, digests, strict=True)
            with self._store.writing() as writing:
                writing.disclose([(DIGESTS, batch.batch, data) for batch, data in made])


class _Handed:
    """The files that were handed out as of one moment and checkpoint, to be handed out again."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._as_of: tuple[str, datetime] | None = None
        self._files: dict[str, bytes] = {}

    def get(self, published: Published, asked: datetime, lot: str) -> bytes | None:
        """Return the file of a lot, if it is kept."""
        with self._lock:
            return self._files.get(lot) if self._as_of == (published.note, asked) else None

    def keep(self, published: Published, asked: datetime, lot: str, file: bytes) -> None:
        """Keep a file, in the place of all of another moment, and of the oldest if need be."""
        with self._lock:
            if self._as_of != (published.note, asked):
                self._as_of, self._files = (published.note, asked), {}
            self._files[lot] = file
            while sum(map(len, self._files.values())) > _HANDED_BYTES_MAX:
                del self._files[next(iter(self._files))]


def _check_published(view: Reading, published: Published) -> None:
    """Refuse to speak of a log that has more entries than were published."""
    if view.head().size != published.checkpoint.size:
        raise ConflictError("head_moved", size=published.checkpoint.size)


def gather_lot(view: Reading, published: Published, at: datetime, lot: str) -> Gathered:
    """Return what is to be signed of a lot at a published checkpoint; ``at`` is the log's clock."""
    _check_published(view, published)
    size = published.checkpoint.size
    known = find(view, Lot, f"lot:{lot}")
    if known is None:
        raise NotFoundError("name_unknown", name=lot)
    product = find(view, Product, f"product:{known.gtin}")
    batches = batches_of(view, lot)
    if product is None or not batches:
        raise NotFoundError("labels_unknown", batch=lot)
    secrets = tuple(_secret(view, state) for state in batches)
    rice = LabelBatch.of_lot(lot, batches[0].issued.count)
    said = tuple(map(_batch, batches, secrets))
    facts = LotFacts(
        # A clock that was set back may not make the log sign before what it has recorded.
        as_of=max(encoding.format_time(at), encoding.format_time(_recorded(view, size - 1))),
        checkpoint=published.note,
        founding=encoding.encode_base64(parse_entry(view.entry(0)[1]).statement_digest),
        gtin=rice.gtin,
        lot=rice.lot,
        product=product.name,
        variety=known.variety or product.variety,
        grade=product.grade,
        packer=parties(view, [known.maker])[known.maker],
        bag_g=known.bag_g,
        bags=known.bags,
        packed_on=known.born_on,
        best_before_on=known.best_before_on,
        batches=said,
        stops=tuple(_stops(view, known)),
    )
    kept = (
        _kept(view, facts.rice_batch(batch), batch, secret)
        for batch, secret in zip(said, secrets, strict=True)
    )
    return Gathered(published.checkpoint.origin, facts, secrets, tuple(kept))


def make_digests(gathered: Gathered, progress: Told) -> tuple[bytes, ...]:
    """Return the digests of each batch; ``progress`` is told how many of how many are made."""
    done = 0
    digests = []
    for batch, secret, kept in zip(
        gathered.facts.batches, gathered.secrets, gathered.kept, strict=True
    ):
        parts = [kept]
        rice, salt = gathered.facts.rice_batch(batch), encoding.decode_base64(batch.salt)
        for part in () if kept else _digests(rice, secret, salt):
            parts += part
            done += len(part)
            progress(done, gathered.missing)
        digests.append(b"".join(parts))
    return tuple(digests)


def seal_lot(gathered: Gathered, digests: Sequence[bytes], key: SigningKey) -> bytes:
    """Return the lot file with these digests."""
    facts = gathered.facts
    batches = (
        structs.replace(batch, digests=digests_hash(data))
        for batch, data in zip(facts.batches, digests, strict=True)
    )
    whole = structs.replace(facts, batches=tuple(batches))
    return write_lot_file(whole, digests, gathered.origin, key)


def _digests(batch: LabelBatch, secret: bytes, salt: bytes) -> Iterator[Sequence[bytes]]:
    """Yield the digests of a batch, some at a time, in order; hashing lets other threads work."""

    def some(first: int) -> list[bytes]:
        last = min(first + _AT_ONCE - 1, batch.count)
        labels = labels_between(batch, secret, first, last)
        return [code_digest(salt, label.serial) for label in labels]

    with ThreadPoolExecutor(os.cpu_count()) as threads:
        yield from threads.map(some, range(1, batch.count + 1, _AT_ONCE))


def _kept(view: Reading, rice: LabelBatch, batch: Batch, secret: bytes) -> bytes:
    """Return the digests that were made before, if they are those of this batch and secret."""
    kept = view.disclosure(DIGESTS, batch.batch) or b""
    return kept if are_digests_of(rice, batch.batch, secret, kept) else b""


def _secret(view: Reading, state: BatchState) -> bytes:
    disclosed = view.disclosure("labels", state.issued.id)
    if disclosed is None:
        raise NotFoundError("labels_secret_missing", batch=state.issued.id)
    return disclosed[:SECRET_LENGTH_BYTES]


def _batch(state: BatchState, secret: bytes) -> Batch:
    issued = state.issued
    return Batch(
        batch=issued.id,
        count=issued.count,
        digests="",
        salt=encoding.encode_base64(salt_of(issued.id, secret)),
        voided=tuple(
            Voided(first=span.first, last=span.last, reason=span.reason) for span in state.voided
        ),
        waiting=spell_numbers(state.waiting),
        sold=spell_numbers(state.sold),
        opened=spell_numbers(state.opened),
    )


def _recorded(view: Reading, index: int) -> datetime:
    return parse_entry(view.entry(index)[1]).recorded_at


def _stops(view: Reading, lot: Lot) -> Iterator[Stop]:
    """Yield what stops a lot, each entry once: by its own flags, or by those of anything behind it.

    As in `proof.stops`, a recall of some bags of a lot behind it is one of everything made of them.
    """
    found: dict[tuple[int, StopKind], Flag] = {}
    behind = trace(view, Scope(kind="lot", id=lot.id), "back").lots
    for name in (lot.id, *(row.lot for row in behind if row.lot != lot.id)):
        known = find(view, Lot, f"lot:{name}")
        assert known is not None, "what is traced is known"
        recalled: list[tuple[StopKind, Flag]] = [("recall", flag) for flag in known.recalled]
        for kind, flag in (*recalled, *(("hold", flag) for flag in known.held)):
            whole = structs.replace(flag, bag_ranges=()) if name != lot.id else flag
            before = found.get((flag.index, kind))
            if before is None or before.bag_ranges:
                found[flag.index, kind] = whole
    for (index, kind), flag in sorted(found.items()):
        told = notice(view, kind, flag)
        yield Stop(
            kind=kind,
            by=told.by,
            reason=told.reason,
            contact=told.contact,
            on=told.on,
            entry=index,
            ranges=flag.bag_ranges,
        )
