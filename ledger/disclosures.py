"""What lies beside the log and may be deleted: secrets of labels, private fields, rows of origin.

Statements commit to all of it, so whatever is kept can be checked, and whatever is gone leaves no
hash behind that nobody can explain. Names of what is kept, by kind:

- ``labels``: a batch. Its secret, then its shelf.
- ``digests``: a batch. What `lot_files` hashed of its codes, which it can do again.
- ``household``, ``contract``: ``<which>/<field>``. A salt, then the field (`rice.disclosed`).
- ``erased``: ``<kind>/<which>/<field>``. Nothing: it was deleted, and the same office file read
  again does not bring it back.
- ``origin``: a statement, by its SHA-256 in hex. Kind, line and digest of the office's row it was
  made from.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import TypeVar

from ledger.errors import CODES, ConflictError, NotFoundError, RefusedError, Words
from ledger.label_digests import DIGESTS, are_digests_of
from ledger.log import encoding
from ledger.rice.disclosed import FIELDS, Private, is_committed, parse_private, signed_digest
from ledger.rice.facts import Facts, find
from ledger.rice.facts import LabelBatch as Issued
from ledger.rice.labels import SECRET_LENGTH_BYTES, LabelBatch, commit, is_shelf_of
from ledger.store.store import DISCLOSURE, Reading, Store

CODES |= {
    "traces_remain": Words(
        "{count} fields were deleted, but the database file still holds traces of them while"
        " somebody reads it. Erase once more when nobody does.",
        "Đã xóa {count} trường, nhưng tệp cơ sở dữ liệu còn lưu vết khi có người đang đọc."
        " Hãy xóa lại khi không ai đọc.",
    ),
}

LABELS, ERASED, ORIGIN = "labels", "erased", "origin"

Origin = tuple[bytes, str]
"""A statement's SHA-256, and what is said of the row it was made from."""

T = TypeVar("T")

_AT_ONCE = 5_000
_DIGEST_BYTES = 32


def derive_labels(
    store: Store, name: str, secret: bytes, progress: Callable[[int, int], object]
) -> None:
    """Keep the secret of a label batch, once it gives the root that was signed."""
    with store.reading() as view:
        issued = _issued(view, name)
        if view.disclosure(LABELS, name) is not None:
            return
    batch = LabelBatch.of_lot(issued.lot, issued.count)
    shelf = commit(batch, secret, lambda done: progress(done, batch.count)).shelf
    keep_labels(store, name, secret, shelf)


def keep_labels(store: Store, name: str, secret: bytes, shelf: bytes) -> None:
    """Keep the secret of a label batch with a shelf that was just made of it."""
    with store.writing() as writing:
        if not _is_secret_of(_issued(writing, name), secret + shelf):
            raise RefusedError("labels_differ", batch=name)
        writing.disclose([(LABELS, name, secret + shelf)])


def _issued(facts: Facts, name: str) -> Issued:
    issued = find(facts, Issued, f"labels:{name}")
    if issued is None:
        raise NotFoundError("labels_unknown", batch=name)
    return issued


def keep_private(store: Store, fields: Iterable[Private]) -> int:
    """Keep private fields that open a digest somebody signed; return how many.

    Others are passed over: their statement was refused, and whoever sent it was told. They are put
    in order, so that each page of the table is written once.
    """
    kept = 0
    for some in _batches(sorted(fields, key=lambda one: (one.kind, one.name))):
        with store.writing() as writing:
            erased = {name for name, _ in writing.disclosures(ERASED)}
            facts = writing.facts({f"{one.kind}:{one.of}" for one in some})
            good = [
                (one.kind, one.name, one.body)
                for one in some
                if _tombstone(one) not in erased and is_committed(facts, one)
            ]
            writing.disclose(good)
            kept += len(good)
    return kept


def keep_origins(store: Store, origins: Iterable[Origin]) -> None:
    """Keep which row of which kind of office file statements were made from, put in order too."""
    for some in _batches(sorted(origins)):
        rows = [(ORIGIN, digest.hex(), told.encode()) for digest, told in some]
        with store.writing() as writing:
            writing.disclose(rows)


def erase(
    store: Store, kind: str, of: Iterable[str], remember: Callable[[list[str]], object]
) -> int:
    """Delete every private field of households or contracts; return how many there were.

    ``remember`` is told their names before any of them is deleted.
    """
    with store.writing() as writing:
        names = [name for one in of for name, _ in writing.disclosures(kind, f"{one}/")]
        if not names:
            return 0
        remember(names)
        writing.forget(kind, names)
        writing.disclose([(ERASED, f"{kind}/{name}", b"") for name in names])
    if not store.forget_traces():
        raise ConflictError("traces_remain", count=len(names))
    return len(names)


def forget_again(store: Store, erased: Iterable[tuple[str, str]]) -> int:
    """Delete what a database holds of fields that were erased, by kind and name; return how many.

    What the log has not committed to yet is passed over: nobody can bring it back either.
    """
    count = 0
    with store.writing() as writing:
        for kind, name in dict.fromkeys(erased):
            field = parse_private(kind, name, b"")
            if not signed_digest(writing.facts([f"{kind}:{field.of}"]), field):
                continue
            if writing.disclosure(kind, name) is not None:
                writing.forget(kind, [name])
                count += 1
            if writing.disclosure(ERASED, f"{kind}/{name}") is None:
                writing.disclose([(ERASED, f"{kind}/{name}", b"")])
    if count and not store.forget_traces():
        raise ConflictError("traces_remain", count=count)
    return count


def damaged(reading: Reading, facts: Facts) -> Iterator[str]:
    """Yield the name of everything kept that is not what was committed to.

    What was deleted is not missed: it may be.
    """
    for kind, name, body in reading.table(DISCLOSURE):
        if not _is_sound(reading, facts, kind, name, bytes(body)):
            yield name


def _is_sound(reading: Reading, facts: Facts, kind: str, name: str, body: bytes) -> bool:
    if kind == LABELS:
        issued = find(facts, Issued, f"labels:{name}")
        return issued is not None and _is_secret_of(issued, body)
    if kind == DIGESTS:
        return _are_made_of(reading, facts, name, body)
    if kind in FIELDS:
        return is_committed(facts, parse_private(kind, name, body))
    if kind == ERASED:
        of_kind, _, rest = name.partition("/")
        return not body and bool(signed_digest(facts, parse_private(of_kind, rest, b"")))
    if kind == ORIGIN and len(name) == 2 * _DIGEST_BYTES:
        return bool(reading.places([bytes.fromhex(name)]))
    return False


def _are_made_of(reading: Reading, facts: Facts, name: str, digests: bytes) -> bool:
    issued, disclosed = find(facts, Issued, f"labels:{name}"), reading.disclosure(LABELS, name)
    if issued is None or disclosed is None:
        return False
    batch = LabelBatch.of_lot(issued.lot, issued.count)
    return are_digests_of(batch, name, disclosed[:SECRET_LENGTH_BYTES], digests)


def _is_secret_of(issued: Issued, disclosed: bytes) -> bool:
    secret, shelf = disclosed[:SECRET_LENGTH_BYTES], disclosed[SECRET_LENGTH_BYTES:]
    batch = LabelBatch.of_lot(issued.lot, issued.count)
    return is_shelf_of(batch, encoding.decode_base64(issued.root), secret, shelf)


def _tombstone(field: Private) -> str:
    return f"{field.kind}/{field.name}"


def _batches(many: Iterable[T]) -> Iterator[list[T]]:
    """Yield so many at once that nobody waits long for a transaction to end."""
    rest = iter(many)
    while some := list(islice(rest, _AT_ONCE)):
        yield some
