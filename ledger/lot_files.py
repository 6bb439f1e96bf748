"""Gathers what goes into a lot file: facts and states of one lot as the last checkpoint has them.

Facts are those of the end of the log, so a file is only made while the last checkpoint is at that
end. Digests take a millisecond of processor time each, on purpose (`proof.lot_file`): they are
made after the snapshot was let go, on all processors, and are the same in every file of a batch.
"""

from __future__ import annotations

import hmac
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from msgspec import structs

from ledger.affected import parties, trace
from ledger.errors import CODES, ConflictError, NotFoundError, Words
from ledger.evidence import Published
from ledger.label_states import BatchState, batches_of
from ledger.log import encoding
from ledger.log.entry import parse_entry
from ledger.log.keys import SigningKey
from ledger.proof.lot_file import (
    SALT_BYTES,
    Batch,
    LotFacts,
    Stop,
    Voided,
    code_digest,
    digests_hash,
    write_lot_file,
)
from ledger.proof.verdict import StopKind
from ledger.recalling import notice
from ledger.rice.acts import Scope
from ledger.rice.facts import Flag, Lot, Product, find
from ledger.rice.labels import SECRET_LENGTH_BYTES, LabelBatch, labels_between
from ledger.store.store import Reading

CODES |= {
    "labels_secret_missing": Words(
        "The ledger was not given the secret of batch {batch}. The packer hands it over by printing"
        " the labels: rice-ledger label {batch}.",
        "Sổ chưa có khóa bí mật của đợt {batch}. Bên đóng gói giao khóa khi in tem: rice-ledger"
        " label {batch}.",
    ),
}

_SALT_TAG = "rice-ledger/lot-file@v1"
_AT_ONCE = 250


@dataclass(frozen=True, slots=True)
class Gathered:
    """What a lot file will say, without its digests, and the secrets that those follow from."""

    origin: str
    facts: LotFacts
    secrets: tuple[bytes, ...]


def gather_lot(view: Reading, published: Published, at: datetime, lot: str) -> Gathered:
    """Return what is to be signed of a lot at a published checkpoint; ``at`` is the log's clock."""
    size = published.checkpoint.size
    if view.head().size != size:
        raise ConflictError("head_moved", size=size)
    known = find(view, Lot, f"lot:{lot}")
    if known is None:
        raise NotFoundError("name_unknown", name=lot)
    product = find(view, Product, f"product:{known.gtin}")
    batches = batches_of(view, lot)
    if product is None or not batches:
        raise NotFoundError("labels_unknown", batch=lot)
    secrets = tuple(_secret(view, state) for state in batches)
    rice = LabelBatch.of_lot(lot, batches[0].issued.count)
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
        batches=tuple(map(_batch, batches, secrets)),
        stops=tuple(_stops(view, known)),
    )
    return Gathered(published.checkpoint.origin, facts, secrets)


def seal_lot(gathered: Gathered, key: SigningKey, progress: Callable[[int, int], object]) -> bytes:
    """Return the lot file; ``progress`` is told how many of how many digests are made."""
    facts = gathered.facts
    of = sum(batch.count for batch in facts.batches)
    done = 0
    digests = []
    for batch, secret in zip(facts.batches, gathered.secrets, strict=True):
        parts: list[bytes] = []
        for part in _digests(facts.rice_batch(batch), secret, encoding.decode_base64(batch.salt)):
            parts += part
            done += len(part)
            progress(done, of)
        digests.append(b"".join(parts))
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
        salt=encoding.encode_base64(_salt(issued.id, secret)),
        voided=tuple(
            Voided(first=span.first, last=span.last, reason=span.reason) for span in state.voided
        ),
        waiting=state.waiting,
        sold=state.sold,
        opened=state.opened,
    )


def _salt(batch: str, secret: bytes) -> bytes:
    """Return a salt that nobody could know before the first file of a batch was made."""
    return hmac.digest(secret, f"{_SALT_TAG}\n{batch}\n".encode(), sha256)[:SALT_BYTES]


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
