"""One lot's labels for a phone without a network: digests of its codes, and what was known of them.

```text
rice-ledger/lot-file@v1
<origin>
<bytes of digests after the note>
<canonical JSON: `LotFacts`>

— <origin> <the log's signature, as c2sp.org/signed-note>
<8 bytes for each label, batch by batch, in order of bag numbers>
```

A digest is the first 8 bytes of PBKDF2-HMAC-SHA-256 (RFC 8018 section 5.2) of the serial, salted
for its batch; WebCrypto has it too. The salt stands in the file, so the digest is slow on purpose:
docs/decisions/0010 has the arithmetic. The note names the SHA-256 of each batch's digests.

Which log to believe, and how old a file may be, is the reader's affair (`offline`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import pbkdf2_hmac, sha256
from typing import Annotated

from msgspec import Meta, Struct, ValidationError, json

from ledger.errors import CODES, MalformedError, Words
from ledger.log import encoding
from ledger.log.keys import SigningKey
from ledger.log.note import NOTE_LENGTH_MAX, Note, parse_note, sign_note
from ledger.proof.bundle import Index, lot_uri
from ledger.proof.marked import Range, read_numbers
from ledger.proof.verdict import Party, StopKind
from ledger.rice.acts import LocalText
from ledger.rice.labels import LabelBatch
from ledger.rice.scopes import BagRange, check_ranges
from ledger.rice.terms import BatchName, Count, Day, Digest, Grams, Gtin

CODES |= {
    "lot_file_oversized": Words(
        "Lot {lot} has more labels, or more marks on bags, than one file holds.",
        "Lô {lot} có nhiều tem, hoặc nhiều dấu trên bao, hơn một tệp chứa được.",
    ),
}

HEADER = "rice-ledger/lot-file@v1"
DIGEST_BYTES = 8
SALT_BYTES = 16
ITERATIONS = 1_000
LABELS_MAX = 8_000_000
MAXIMUM_BYTES = LABELS_MAX * DIGEST_BYTES + NOTE_LENGTH_MAX

_LINES = 4

DayOrNone = Annotated[str, Meta(pattern=r"\A([0-9]{4}-[0-9]{2}-[0-9]{2})?\Z")]
Numbers = Annotated[str, Meta(pattern=r"\A[A-Za-z0-9+/]*={0,2}\Z")]
"""Bag numbers as `marked` spells them."""
Salt = Annotated[str, Meta(pattern=r"\A[A-Za-z0-9+/]{22}==\Z")]


class _Part(Struct, frozen=True, kw_only=True):
    """A part of what the note says."""


class Voided(_Part, frozen=True, kw_only=True):
    """Labels that the packer cancelled."""

    first: Count
    last: Count
    reason: str


class Batch(_Part, frozen=True, kw_only=True):
    """A batch of labels: what its digests are, and which labels and bags are not as at first."""

    batch: BatchName
    count: Count
    digests: Digest
    salt: Salt
    voided: tuple[Voided, ...]
    waiting: Numbers
    sold: Numbers
    opened: Numbers

    def numbers(self, text: Numbers) -> tuple[Range, ...]:
        """Return the numbers that one of the last three spells."""
        return read_numbers(text, self.count)


class Stop(_Part, frozen=True, kw_only=True):
    """A hold or a recall of the lot or of anything behind it; of these bags only, if any."""

    kind: StopKind
    by: Party
    reason: LocalText
    contact: str
    on: Day
    entry: Index
    ranges: tuple[BagRange, ...]


class LotFacts(_Part, frozen=True, kw_only=True):
    """What the log signs of a lot: what is on the bags, their labels, who stopped them; as of when.

    ``checkpoint`` is the log's signed note at that time, ``founding`` the SHA-256 of entry 0's
    statement.
    """

    as_of: str
    checkpoint: str
    founding: Digest
    gtin: Gtin
    lot: Annotated[str, Meta(min_length=1, max_length=20)]
    product: LocalText
    variety: str
    grade: str
    packer: Party
    bag_g: Grams
    bags: Count
    packed_on: Day
    best_before_on: DayOrNone
    batches: Annotated[tuple[Batch, ...], Meta(min_length=1)]
    stops: tuple[Stop, ...]

    def rice_batch(self, batch: Batch) -> LabelBatch:
        """Return the public facts of a batch, which know how its codes are spelled."""
        return LabelBatch(self.gtin, self.lot, batch.count)


@dataclass(frozen=True, slots=True)
class LotFile:
    """A lot file that can be read; nothing is said about who signed it.

    ``note`` is the signed note, ``origin`` the log it names, ``digests`` those of each batch.
    """

    note: str
    origin: str
    facts: LotFacts
    digests: tuple[bytes, ...]

    def digest_at(self, batch: int, number: int) -> bytes:
        """Return the digest of a bag of a batch."""
        place = (number - 1) * DIGEST_BYTES
        return self.digests[batch][place : place + DIGEST_BYTES]

    def has_signed_digests(self) -> bool:
        """Tell whether the digests are those that the note names."""
        named = [batch.digests for batch in self.facts.batches]
        return named == [digests_hash(data) for data in self.digests]


def code_digest(salt: bytes, serial: str) -> bytes:
    """Return the truncated digest of a serial, slow to make on purpose."""
    return pbkdf2_hmac("sha256", serial.encode(), salt, ITERATIONS, DIGEST_BYTES)


def digests_hash(digests: bytes) -> str:
    """Return how the note names the digests of a batch."""
    return encoding.encode_base64(sha256(digests).digest())


def write_lot_file(
    facts: LotFacts, digests: Sequence[bytes], origin: str, key: SigningKey
) -> bytes:
    """Return the file of a lot, signed by the log of an origin."""
    data = b"".join(digests)
    note = sign_note(_format(origin, facts), origin, key).encode()
    if len(data) > LABELS_MAX * DIGEST_BYTES or len(note) > NOTE_LENGTH_MAX:
        raise MalformedError("lot_file_oversized", lot=facts.lot)
    return note + data


def read_lot_file(data: bytes) -> LotFile:
    """Return what a lot file says, or refuse it; who signed it is for `offline` to look at."""
    if len(data) > MAXIMUM_BYTES:
        raise MalformedError("lot_file_unreadable", what=f"larger than {MAXIMUM_BYTES} bytes")
    # The third line says where the note ends, so that digests may be any bytes.
    lines = data[:1_000].split(b"\n", 3)
    if len(lines) < _LINES or lines[0] != HEADER.encode():
        raise MalformedError("lot_file_unreadable", what="its first line")
    length = encoding.parse_count(lines[2][:20].decode("ascii", "replace"))
    if not 0 < len(data) - length <= NOTE_LENGTH_MAX:
        raise MalformedError("lot_file_unreadable", what="its length")
    note = _text(data[: len(data) - length])
    facts, origin = _parse(parse_note(note))
    _check(facts)
    if sum(batch.count for batch in facts.batches) * DIGEST_BYTES != length:
        raise MalformedError("lot_file_unreadable", what="its length")
    return LotFile(note, origin, facts, tuple(_split(data[len(data) - length :], facts.batches)))


def _text(data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        raise MalformedError("lot_file_unreadable", what="text that is not UTF-8") from error


def _parse(note: Note) -> tuple[LotFacts, str]:
    """Return what a note says and which origin it names, if it is spelled as `_format` does."""
    lines = note.text.split("\n")
    if len(lines) != _LINES + 1:
        raise MalformedError("lot_file_unreadable", what="its lines")
    encoding.check_canonical(lines[3].encode())
    try:
        facts = json.decode(lines[3], type=LotFacts)
    except ValidationError as error:
        raise MalformedError("lot_file_unreadable", what=str(error)) from error
    if _format(lines[1], facts) != note.text:
        raise MalformedError("lot_file_unreadable", what="its spelling")
    return facts, lines[1]


def _format(origin: str, facts: LotFacts) -> str:
    length = sum(batch.count for batch in facts.batches) * DIGEST_BYTES
    body = json.encode(facts, order="sorted").decode()
    return f"{HEADER}\n{origin}\n{length}\n{body}\n"


def _check(facts: LotFacts) -> None:
    """Refuse facts that do not fit each other."""
    lot_uri(facts.gtin, facts.lot)
    encoding.parse_time(facts.as_of)
    encoding.decode_base64(facts.founding)
    counts = {batch.batch: batch.count for batch in facts.batches}
    if len(counts) != len(facts.batches):
        raise MalformedError("lot_file_unreadable", what="a batch named twice")
    for batch in facts.batches:
        facts.rice_batch(batch)
        encoding.decode_base64(batch.salt)
        encoding.decode_base64(batch.digests)
        _check_in_order(((span.first, span.last) for span in batch.voided), batch.count)
        for numbers in (batch.waiting, batch.sold, batch.opened):
            batch.numbers(numbers)
    for stop in facts.stops:
        try:
            check_ranges(stop.ranges)
        except ValueError as error:
            raise MalformedError(
                "lot_file_unreadable", what="ranges that are not in order"
            ) from error
        if any(one.last > counts.get(one.batch, 0) for one in stop.ranges):
            raise MalformedError("lot_file_unreadable", what="a range of no batch")


def _check_in_order(ranges: Iterable[tuple[int, int]], count: int) -> None:
    reached = 0
    for first, last in ranges:
        if not reached < first <= last <= count:
            raise MalformedError(
                "lot_file_unreadable", what="ranges that are not in order, or beyond their batch"
            )
        reached = last


def _split(digests: bytes, batches: Iterable[Batch]) -> Iterable[bytes]:
    start = 0
    for batch in batches:
        end = start + batch.count * DIGEST_BYTES
        yield digests[start:end]
        start = end
