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

from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from typing import Annotated, Literal

from msgspec import Meta, Struct, ValidationError, json

from ledger.errors import MalformedError
from ledger.log import encoding
from ledger.rice import acts
from ledger.rice.acts import Digest
from ledger.rice.case import Meaning
from ledger.rice.credentials import Attested
from ledger.rice.events import (
    AnyEvent,
    Drying,
    Handover,
    Harvest,
    Milling,
    Packing,
    Palletising,
    Receiving,
    Shipping,
)

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
    gtin: acts.Gtin
    lot: Annotated[str, Meta(min_length=1, max_length=20)]
    serial: Annotated[str, Meta(min_length=1, max_length=20)]
    batch: str
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
    if header != STATE_HEADER or format_state(state) != text:
        raise MalformedError("bundle_unreadable", what="the state note")
    return state


def first_subjects(gtin: str, lot: str) -> set[str]:
    """Return the subjects a bag's evidence begins with."""
    uri = f"https://id.gs1.org/01/{gtin}/10/{lot}"
    return {"ledger:", f"lot:{uri}", f"lettering:{uri}"}


def gather(
    subjects: set[str],
    mentions: Callable[[Iterable[str]], Mapping[str, tuple[int, ...]]],
    read: Callable[[Iterable[int]], Mapping[int, Meaning]],
) -> tuple[dict[str, tuple[int, ...]], dict[int, Meaning]]:
    """Return every subject the evidence must speak of with its entries, and those entries.

    ``mentions`` gives the entries of each subject, ``read`` what entries say; both are asked for
    whole waves at once, and there are about as many waves as steps from the field to the bag.
    """
    known: dict[str, tuple[int, ...]] = {}
    meanings: dict[int, Meaning] = {}
    wanted = set(subjects)
    while wanted:
        known |= mentions(wanted)
        fresh = {index for subject in wanted for index in known[subject]} - meanings.keys()
        meanings |= read(fresh)
        # An entry read in an earlier wave may matter more now that one of its lots is wanted.
        wanted = {
            subject
            for meaning in meanings.values()
            for subject in subjects_of(meaning, known.keys())
        } - known.keys()
    return known, meanings


def subjects_of(meaning: Meaning, wanted: Container[str]) -> Iterator[str]:
    """Yield the subjects one must know to judge an entry, given those already wanted.

    An event that only draws from a wanted lot, to make lots nobody asked about, is needed for the
    balance alone: what it made is not followed.
    """
    for kid in meaning.kids:
        yield f"key:{kid}"
    if isinstance(meaning.body, acts.Act):
        yield from _subjects_of_act(meaning.body)
    elif isinstance(meaning.body, Attested):
        yield from _subjects_of_attestation(meaning.body)
    else:
        yield from _subjects_of_event(meaning.body, wanted)


def _subjects_of_attestation(body: Attested) -> Iterator[str]:
    yield f"attestation:{body.id}"
    yield f"scheme:{body.scheme}"
    yield f"did:{body.issued_to_did}"
    for code in body.areas:
        yield f"area:{code}"
        if body.profile == "grant":
            yield f"covered:{code}/{body.season}"


def _subjects_of_event(event: AnyEvent, wanted: Container[str]) -> Iterator[str]:
    match event:
        case Harvest():
            yield f"area:{event.area}"
            yield f"covered:{event.area}/{event.season}"
            yield f"product:{event.lot[22:36]}"
            yield f"did:{event.consigned_to}"
        case Receiving(handed_over_by=did) | Handover(consigned_to=did):
            yield f"did:{did}"
        case Drying(inputs=inputs, lot=lot) if f"lot:{lot}" in wanted:
            yield from _made_from(inputs, (lot,))
        case Milling(inputs=inputs, outputs=outputs):
            made = tuple(lot for lot, _ in outputs)
            if any(f"lot:{lot}" in wanted for lot in made):
                yield from _made_from(inputs, made)
        case Packing(inputs=inputs, lot=lot, grant=grant) if f"lot:{lot}" in wanted:
            yield from _made_from(inputs, (lot,))
            if grant:
                yield f"attestation:{grant}"
        case Palletising(pallet=pallet, lot=lot) if f"lot:{lot}" in wanted:
            yield f"pallet:{pallet}"
        case Shipping(consigned_to=did):
            yield f"did:{did}"


def _made_from(inputs: Iterable[tuple[str, int]], outputs: Iterable[str]) -> Iterator[str]:
    for lot, _ in inputs:
        yield f"lot:{lot}"
    for lot in outputs:
        yield f"product:{lot[22:36]}"


def _subjects_of_act(act: acts.AnyAct | acts.Act) -> Iterator[str]:
    match act:
        case acts.RegisterActor(actor=actor, did=did):
            yield f"actor:{actor}"
            yield f"did:{did}"
        case acts.GrantRole(actor=actor, grant=grant):
            yield f"actor:{actor}"
            if grant.scheme:
                yield f"scheme:{grant.scheme}"
        case acts.EndRole(actor=actor) | acts.EnrolKey(actor=actor):
            yield f"actor:{actor}"
        case acts.RegisterArea(area=area, manager=manager):
            yield f"area:{area}"
            yield f"actor:{manager}"
        case acts.ChangeAttestation(attestation=attestation):
            yield f"attestation:{attestation}"
        case acts.IssueLabels(batch=batch):
            yield f"labels:{batch}"
