"""The evidence for one bag: every entry its verdict rests on, and proof that none is left out.

```text
bundle       "rice-ledger/bundle@v1"
gtin lot serial          what was scanned
batch number salt path   that the serial is one the label batch committed to
checkpoint               the log's signed note of size and root
state                    the log's signed note: which entries speak of each subject (below)
hashes                   tree hashes, each once; proofs name them by position
entries                  index, previous, recorded, statement, proof; oldest first
```

An entry is not carried as text: it follows from the five things that differ, so no two parts of a
bundle can disagree about it. Which subjects a bundle must speak of follows from the entries
themselves (`subjects_of`), the same way when it is gathered and when it is judged.

A tree cannot prove absence. The state note is the log's signature on the full list of entries for
every subject in the bundle; a log that leaves one out has signed a lie that any auditor can show.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import pairwise
from typing import Annotated, Literal

from msgspec import Meta, Struct, ValidationError, json

from ledger.errors import MalformedError
from ledger.log import encoding
from ledger.log.entry import NO_ENTRY, Entry
from ledger.log.statement import Statement
from ledger.rice import acts
from ledger.rice.anchors import Accredited
from ledger.rice.case import Meaning
from ledger.rice.credentials import Attested
from ledger.rice.did_documents import named_kids
from ledger.rice.digital_link import CANONICAL_HOST, format_path
from ledger.rice.events import (
    Arrival,
    Correction,
    Dispatch,
    FieldWork,
    Handover,
    Harvest,
    Loading,
    Palletising,
    Receiving,
    Return,
    Shipping,
    Transporting,
)
from ledger.rice.lots import Filling, Transformation, births_of, gtin_of
from ledger.rice.terms import BatchName, Count, Digest, Gtin
from ledger.rice.trust_acts import ChangeAccreditation, Reaffirm, RecoverKey, SnapshotDid

STATE_HEADER = "rice-ledger/state@v1"
MAXIMUM_BYTES = 16_000_000

Index = Annotated[int, Meta(ge=0, le=2**53 - 1)]


class BundleEntry(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One entry: what the log added to a statement, and the hashes that lead to the root."""

    index: Index
    previous: Digest
    recorded: str
    statement: str
    proof: tuple[Index, ...]


class Bundle(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Everything needed to judge one bag, offline."""

    bundle: Literal["rice-ledger/bundle@v1"] = "rice-ledger/bundle@v1"
    gtin: Gtin
    lot: Annotated[str, Meta(min_length=1, max_length=20)]
    serial: Annotated[str, Meta(min_length=1, max_length=20)]
    batch: BatchName
    number: Count
    salt: str
    path: tuple[Digest, ...]
    checkpoint: str
    state: str
    hashes: tuple[Digest, ...]
    entries: tuple[BundleEntry, ...]


class State(Struct, frozen=True, kw_only=True):
    """What the log signs beside a checkpoint: the entries of each subject at one size."""

    origin: str
    size: int
    signed_at: str
    entries: Mapping[str, tuple[int, ...]]


def read_bundle(data: bytes) -> Bundle:
    """Return the bundle a file spells, or refuse it."""
    if len(data) > MAXIMUM_BYTES:
        raise MalformedError("bundle_unreadable", what=f"larger than {MAXIMUM_BYTES} bytes")
    encoding.check_canonical(data)
    try:
        return json.decode(data, type=Bundle)
    except ValidationError as error:
        raise MalformedError("bundle_unreadable", what=str(error)) from error


def write_bundle(bundle: Bundle) -> bytes:
    """Return the one spelling of a bundle."""
    return json.encode(bundle, order="sorted")


def format_state(state: State) -> str:
    """Return the text of a state note; subjects in order of their bytes."""
    lines = [STATE_HEADER, state.origin, str(state.size), state.signed_at]
    lines += [
        " ".join([subject, *map(str, state.entries[subject])]) for subject in sorted(state.entries)
    ]
    return "\n".join(lines) + "\n"


def parse_state(text: str) -> State:
    """Return what a state note says; only the one spelling is read."""
    header, origin, size, signed_at, *rows = text.removesuffix("\n").split("\n") + [""] * 4
    entries: dict[str, tuple[int, ...]] = {}
    for row in filter(None, rows):
        subject, *indexes = row.split(" ")
        entries[subject] = tuple(encoding.parse_count(index) for index in indexes)
    state = State(
        origin=origin, size=encoding.parse_count(size), signed_at=signed_at, entries=entries
    )
    encoding.parse_time(signed_at)
    ordered = all(
        before < after
        for listed in entries.values()
        for before, after in pairwise((*listed, state.size))
    )
    if header != STATE_HEADER or not ordered or format_state(state) != text:
        raise MalformedError("bundle_unreadable", what="the state note")
    return state


def leaf_of(origin: str, item: BundleEntry, statement: Statement) -> Entry:
    """Return the entry of a log that a bundle's entry stands for."""
    return Entry(
        origin=origin,
        index=item.index,
        previous=encoding.decode_base64(item.previous),
        recorded_at=encoding.parse_time(item.recorded),
        kind=statement.kind,
        statement_digest=statement.digest,
    )


def may_follow(before: Entry | None, leaf: Entry) -> bool:
    """Tell whether an entry can stand after another, perhaps with some between them."""
    if before is None:
        return leaf.index > 0 or leaf.previous == NO_ENTRY
    if leaf.index == before.index + 1 and leaf.previous != before.leaf_hash:
        return False
    return leaf.index > before.index and leaf.recorded_at >= before.recorded_at


def lot_uri(gtin: str, lot: str) -> str:
    """Return how events name a lot of bags; refuse what GS1 cannot spell."""
    return CANONICAL_HOST + format_path(("01", gtin), ("10", lot))


def first_subjects(gtin: str, lot: str, batch: str, number: int) -> set[str]:
    """Return the subjects a bag's evidence begins with."""
    uri = lot_uri(gtin, lot)
    return {"ledger:", f"lot:{uri}", f"lettering:{uri}", f"bag:{batch}/{number}"}


def gather(
    subjects: set[str],
    mentions: Callable[[Iterable[str]], Mapping[str, tuple[int, ...]]],
    read: Callable[[Iterable[int]], Mapping[int, Meaning]],
) -> tuple[dict[str, tuple[int, ...]], dict[int, Meaning]]:
    """Return every subject the evidence must speak of with its entries, and those entries.

    ``mentions`` gives the entries of each subject, ``read`` what entries say; both are asked for
    whole waves at once, and there are about as many waves as steps from the field to the bag.

    What is behind a lot is followed once somebody asks about that lot. An event that only draws
    from a lot of ours, to make lots nobody asks about, is needed for the balance alone.
    """
    known: dict[str, tuple[int, ...]] = {}
    meanings: dict[int, Meaning] = {}
    behind: dict[str, list[Meaning]] = {}
    wanted = set(subjects)
    while wanted:
        known |= mentions(wanted)
        fresh = read({index for subject in wanted for index in known[subject]} - meanings.keys())
        meanings |= fresh
        named: set[str] = set()
        for meaning in fresh.values():
            named.update(subjects_of(meaning))
            for lot in _lots_made(meaning):
                behind.setdefault(f"lot:{lot}", []).append(meaning)
        for subject in behind.keys() & known.keys():
            for meaning in behind.pop(subject):
                named.update(_subjects_behind(meaning))
        wanted = named - known.keys()
    return known, meanings


def subjects_of(meaning: Meaning) -> Iterator[str]:
    """Yield the subjects one must know to judge an entry, whatever it is needed for."""
    for kid in meaning.kids:
        yield f"key:{kid}"
    match meaning.body:
        case acts.Act() as act:
            yield from _subjects_of_act(act)
        case Attested() as attested:
            yield from _subjects_of_attestation(attested)
        case Accredited(id=name, scheme=scheme, issued_to_did=did):
            yield f"accreditation:{name}"
            yield f"scheme:{scheme}"
            yield f"did:{did}"
        case Harvest() as event:
            yield f"area:{event.area}"
            yield f"covered:{event.area}/{event.season}"
            yield f"product:{gtin_of(event.lot)}"
            yield f"did:{event.consigned_to}"
            if event.contract:
                yield f"contract:{event.contract}"
        case (
            Receiving(handed_over_by=did)
            | Arrival(handed_over_by=did)
            | Transporting(carried_by=did)
            | Handover(consigned_to=did)
            | Shipping(consigned_to=did)
            | Dispatch(consigned_to=did)
            | Return(consigned_to=did)
        ):
            yield f"did:{did}"
        case Loading(container=number):
            yield f"container:{number}"
        case Correction(wrong=FieldWork(event_id=name)):
            # Who signed a diary changes where a line is declared wrong, so that line is needed.
            yield f"said:{name}"


def _lots_made(meaning: Meaning) -> Iterator[str]:
    """Yield the lots that an event makes, or stacks, out of something."""
    body = meaning.body
    if isinstance(body, Palletising):
        yield body.lot
    elif isinstance(body, Transformation):
        for lot, _ in births_of(body):
            yield lot


def _subjects_behind(meaning: Meaning) -> Iterator[str]:
    """Yield the subjects one must know to judge an event that made a lot of ours."""
    body = meaning.body
    if isinstance(body, Palletising):
        yield f"pallet:{body.pallet}"
    elif isinstance(body, Transformation):
        for lot, _ in body.inputs:
            yield f"lot:{lot}"
        for lot in _lots_made(meaning):
            yield f"product:{gtin_of(lot)}"
        if isinstance(body, Filling) and body.grant:
            yield f"attestation:{body.grant}"


def _subjects_of_attestation(body: Attested) -> Iterator[str]:
    yield f"attestation:{body.id}"
    yield f"scheme:{body.scheme}"
    yield f"accredited:{body.issuer_did}/{body.scheme}"
    yield f"did:{body.issued_to_did}"
    yield f"related:{body.issuer_did}"
    if body.licence:
        yield f"attestation:{body.licence}"
    if body.application:
        yield f"application:{body.application}"
    for status in body.statuses:
        yield f"status:{status.list}#{status.index}"
    for code in body.areas:
        yield f"area:{code}"
        yield f"claimed:{code}/{body.season}"
        if body.states_emissions:
            yield f"signers:{code}/{body.season}"
        if body.quota_g:  # a licence: only those have one
            yield f"covered:{code}/{body.season}"
            yield f"granted:{code}/{body.season}"


def _subjects_of_act(act: acts.Act) -> Iterator[str]:
    for kind, member in _NAMED_BY.get(type(act), ()):
        value = getattr(act, member)
        for name in value if isinstance(value, tuple) else (value,):
            if name:
                yield f"{kind}:{name}"
    match act:
        case acts.GrantRole(grant=grant) if grant.scheme:
            yield f"scheme:{grant.scheme}"
        case SnapshotDid(document=document):
            yield from (f"key:{kid}" for kid in named_kids(document))
        case acts.ClaimReduction(area=area, season=season):
            yield f"claimed:{area}/{season}"


_NAMED_BY: Mapping[type[acts.Act], tuple[tuple[str, str], ...]] = {
    acts.RegisterActor: (("actor", "actor"), ("did", "did")),
    acts.GrantRole: (("actor", "actor"),),
    acts.EndRole: (("actor", "actor"), ("scheme", "scheme")),
    acts.EnrolKey: (("actor", "actor"),),
    acts.RegisterArea: (("area", "area"), ("actor", "manager")),
    acts.SignContract: (("actor", "seller"), ("actor", "buyer"), ("area", "areas")),
    acts.ClaimReduction: (("area", "area"), ("attestation", "statement")),
    acts.DeclareRelation: (("actor", "actor"), ("actor", "other")),
    acts.Apply: (
        *(("application", "application"), ("actor", "certifier")),
        *(("area", "areas"), ("scheme", "scheme")),
    ),
    acts.DeclineApplication: (("application", "application"),),
    acts.ChangeAttestation: (
        *(("attestation", "attestation"), ("actor", "decided_by")),
        ("attestation", "successor"),
    ),
    ChangeAccreditation: (("accreditation", "accreditation"),),
    SnapshotDid: (("actor", "actor"),),
    RecoverKey: (("actor", "actor"), ("key", "lost")),
    Reaffirm: (("key", "kid"),),
    acts.IssueLabels: (("labels", "batch"),),
}
"""Of which kind of fact the members of an act name one, or several."""
