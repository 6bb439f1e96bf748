"""A code and a lot file in, verdict out, with no network: was this label issued, and what then?

The steps, in order; the code below repeats the numbers. A step that fails ends the judgement.

1. The file is one that `lot_file` can read.
2. Its checkpoint is signed by a log the reader pinned, and by no witness of the reader's badly.
3. Its note is signed by that same log, for that same origin.
4. Its ledger began with the founding statement the reader pinned.
5. Its digests are those that the note names.
6. Enough of the reader's witnesses agree, and the file is not from a time to come.
7. The code is one, with a check character that fits; a link names the lot of the file.
8. The digest of the code stands where the bag number in it says.
9. What the log knew then: recalls, cancelled and waiting labels, holds, bags sold or opened.

What came after is unknown, and so is whatever the evidence for a bag shows (`verify`): the verdict
says so each time (`LIMITS`). A log that left something out has signed a lie about a checkpoint that
any auditor can replay.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from msgspec import json, structs

from ledger.errors import LedgerError, SignatureError
from ledger.log import encoding
from ledger.log.checkpoint import Checkpoint, open_checkpoint
from ledger.log.note import open_note
from ledger.proof.lot_file import Batch, LotFacts, LotFile, Stop, code_digest, read_lot_file
from ledger.proof.marked import Range
from ledger.proof.rules import LIMITS
from ledger.proof.trust import Trust
from ledger.proof.verdict import Notice, Party, Record
from ledger.rice.acts import LocalText
from ledger.rice.digital_link import parse_digital_link
from ledger.rice.labels import read_code

CLOCK_SKEW = timedelta(minutes=5)

_HOUR = timedelta(hours=1)


class OfflineBag(Record, frozen=True, kw_only=True):
    """What an inspector compares with the bag in hand; ``number`` is 0 where the code is unknown.

    ``count`` is how many labels the batch has.
    """

    gtin: str
    lot: str
    batch: str
    number: int
    count: int
    product: LocalText
    variety: str
    grade: str
    net_g: int
    packed_on: str
    best_before_on: str
    packer: Party


class OfflineVerdict(Record, frozen=True, kw_only=True):
    """What a file says of a code. ``headline`` and ``why`` are codes of rules.json.

    ``as_of`` is when the log spoke, ``age_hours`` how long ago that was; ``is_stale`` whether that
    is longer than the reader's trust allows. ``state`` says why a label was cancelled.
    """

    headline: str
    why: str = ""
    state: str = ""
    at: str
    as_of: str = ""
    age_hours: int = 0
    is_stale: bool = False
    origin: str = ""
    size: int = 0
    bag: OfflineBag | None = None
    notices: tuple[Notice, ...] = ()
    limits: tuple[str, ...] = tuple(LIMITS)


class _EndedError(Exception):
    """A step failed, and the verdict with it."""

    def __init__(self, headline: str, why: str) -> None:
        self.headline = headline
        self.why = why


@dataclass(frozen=True, slots=True)
class _Code:
    """A serial, and whether whoever gave it named this lot as well."""

    serial: str
    names_lot: bool


def judge_code(data: bytes, code: str, trust: Trust, at: datetime) -> OfflineVerdict:
    """Return the verdict on a typed code or a link; what cannot be read is judged, not raised."""
    verdict = OfflineVerdict(headline="", at=encoding.format_time(at))
    try:
        file, checkpoint = _open(data, trust)
        verdict = _dated(verdict, file, checkpoint, trust, at)
        _check_now(file, trust, at)
        named = _read_code(code, file.facts)
    except _EndedError as ended:
        return structs.replace(verdict, headline=ended.headline, why=ended.why)
    return _judge(file.facts, named, _find(file, named.serial), verdict)


def write_offline_verdict(verdict: OfflineVerdict) -> bytes:
    """Return the one spelling of a verdict, for vectors and for other programs."""
    return json.format(json.encode(verdict, order="sorted"), indent=1) + b"\n"


def _open(data: bytes, trust: Trust) -> tuple[LotFile, Checkpoint]:
    """Return a file and the checkpoint in it, once steps 1 to 5 hold."""
    # 1. One spelling: whatever is read here would be written the same.
    try:
        file = read_lot_file(data)
    except LedgerError as error:
        raise _EndedError("damaged", "unreadable") from error
    # 2. and 3. Keys inside a file are not trust: only the reader's policy opens its notes.
    policy = trust.logs()
    try:
        checkpoint = open_checkpoint(file.facts.checkpoint, policy.logs)
        policy.witnesses_of(file.facts.checkpoint)
        open_note(file.note, [key for key in policy.logs if key.name == checkpoint.origin])
        if file.origin != checkpoint.origin:
            raise SignatureError("note_not_signed")
    except LedgerError as error:
        raise _EndedError("damaged", "not_signed") from error
    # 4. Anyone can run a ledger under this name; only one began with this statement.
    if file.facts.founding != trust.founding:
        raise _EndedError("damaged", "other_ledger")
    # 5. The digests are not in the note, so that a file takes 8 bytes a bag and not 11.
    if not file.has_signed_digests():
        raise _EndedError("damaged", "digests_changed")
    return file, checkpoint


def _dated(
    verdict: OfflineVerdict, file: LotFile, checkpoint: Checkpoint, trust: Trust, at: datetime
) -> OfflineVerdict:
    age = at - encoding.parse_time(file.facts.as_of)
    return structs.replace(
        verdict,
        as_of=file.facts.as_of,
        age_hours=max(0, age // _HOUR),
        is_stale=age > timedelta(hours=trust.fresh_hours),
        origin=checkpoint.origin,
        size=checkpoint.size,
    )


def _check_now(file: LotFile, trust: Trust, at: datetime) -> None:
    # 6. Neither makes the file false; both keep it from saying anything.
    policy = trust.logs()
    if not policy.is_met_by(policy.witnesses_of(file.facts.checkpoint)):
        raise _EndedError("cannot_check", "witnesses_missing")
    if at - encoding.parse_time(file.facts.as_of) < -CLOCK_SKEW:
        raise _EndedError("cannot_check", "clock_behind")


def _read_code(code: str, facts: LotFacts) -> _Code:
    # 7. A slip is told apart from a lot or a label that is not there: it is worth typing again.
    try:
        if "://" not in code:
            return _Code(read_code(code), names_lot=False)
        link = parse_digital_link(code.strip())
        serial = read_code(link.get("21") or "")
    except LedgerError as error:
        why = "check_character" if error.code == "code_mistyped" else "no_code"
        raise _EndedError("mistyped", why) from error
    lot = link.get("10")
    if (link.identifier, link.value) != ("01", facts.gtin) or lot not in {None, facts.lot}:
        raise _EndedError("not_in_lot", "other_lot")
    return _Code(serial, names_lot=lot is not None)


def _find(file: LotFile, serial: str) -> tuple[Batch, int] | None:
    # 8. The number in the code says where to look: guessing at one bag helps with no other.
    for place, batch in enumerate(file.facts.batches):
        try:
            number = file.facts.rice_batch(batch).number_of(serial)
        except LedgerError:
            continue
        digest = code_digest(encoding.decode_base64(batch.salt), serial)
        if digest == file.digest_at(place, number):
            return batch, number
    return None


def _judge(
    facts: LotFacts, named: _Code, found: tuple[Batch, int] | None, verdict: OfflineVerdict
) -> OfflineVerdict:
    # 9. The first that fits, in the order of rules.json.
    stops = list(_stops_of(facts, named, found))
    batch, number = found or (facts.batches[0], 0)
    voided = next((one.reason for one in batch.voided if one.first <= number <= one.last), "")
    kinds = {stop.kind for stop in stops}
    ladder = (
        ("recalled", "recall" in kinds),
        ("not_in_lot", found is None),
        ("label_voided", bool(voided)),
        ("label_waiting", _is_in(batch.numbers(batch.waiting), number)),
        ("on_hold", "hold" in kinds),
        ("bag_opened", _is_in(batch.numbers(batch.opened), number)),
        ("bag_sold", _is_in(batch.numbers(batch.sold), number)),
    )
    headline = next((headline for headline, fits in ladder if fits), "issued")
    return structs.replace(
        verdict,
        headline=headline,
        why="no_such_label" if found is None else "",
        state=voided,
        bag=_bag(facts, batch, number) if found or stops else None,
        notices=tuple(map(_notice, stops)),
    )


def _stops_of(facts: LotFacts, named: _Code, found: tuple[Batch, int] | None) -> Iterator[Stop]:
    """Yield what stops a bag; one whose label is unknown is stopped as the lot that it names."""
    batch, number = (found[0].batch, found[1]) if found else ("", 0)
    for stop in facts.stops:
        is_all = not stop.ranges and (found is not None or named.names_lot)
        if is_all or any(
            one.batch == batch and one.first <= number <= one.last for one in stop.ranges
        ):
            yield stop


def _is_in(ranges: tuple[Range, ...], number: int) -> bool:
    return any(first <= number <= last for first, last in ranges)


def _bag(facts: LotFacts, batch: Batch, number: int) -> OfflineBag:
    return OfflineBag(
        gtin=facts.gtin,
        lot=facts.lot,
        batch=batch.batch,
        number=number,
        count=batch.count,
        product=facts.product,
        variety=facts.variety,
        grade=facts.grade,
        net_g=facts.bag_g,
        packed_on=facts.packed_on,
        best_before_on=facts.best_before_on,
        packer=facts.packer,
    )


def _notice(stop: Stop) -> Notice:
    return Notice(
        kind=stop.kind,
        by=stop.by,
        reason=stop.reason,
        contact=stop.contact,
        bags=tuple((one.first, one.last) for one in stop.ranges),
        on=stop.on,
        entry=stop.entry,
    )
