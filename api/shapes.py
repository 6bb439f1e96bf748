"""What the JSON face answers, as closed records: one definition encodes and describes.

Facts (`ledger.rice.facts`) are shown as they are kept. Digests and hashes are padded base64, as in
an entry; in an address they are lower-case hex.
"""

from __future__ import annotations

from typing import Annotated

from msgspec import UNSET, Meta, Struct, UnsetType, json
from starlette.responses import Response

from api.problems import Bilingual, Problem, bilingual
from ledger.affected import Moved
from ledger.log import encoding
from ledger.rice.accreditation_facts import Accreditation
from ledger.rice.case import Caution
from ledger.rice.certificate_facts import (
    Attestation,
    Scheme,
)
from ledger.rice.facts import (
    Actor,
    Area,
    Key,
    Lot,
)
from ledger.rice.life_facts import Application
from ledger.rice.rulebook import RULES
from ledger.scans import notes
from ledger.sequencer import Receipt as Taken
from ledger.standing import Ending
from ledger.tracing import ClaimLost

_WARNINGS = {rule.code: rule.refused for rule in RULES}
_encoder = json.Encoder()
_NO_STORE = {"Cache-Control": "no-store"}


class Shape(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Anything answered as JSON."""


class LinkTypes(Shape, frozen=True, kw_only=True):
    """A vocabulary that link types are of."""

    namespace: str
    prefix: str
    profile: str


class ResolverDescription(Shape, frozen=True, kw_only=True, rename="camel"):
    """What a GS1-Conformant Resolver says of itself."""

    name: str
    resolver_root: str
    supported_primary_keys: list[str]
    supported_link_type: list[LinkTypes]
    link_type_default_can_be_linkset: bool
    json_ld_context_location: str


class Warned(Shape, frozen=True, kw_only=True):
    """What a rule thinks worth telling whoever relies on a statement."""

    code: str
    words: Bilingual


class Receipt(Shape, frozen=True, kw_only=True):
    """Where a statement stands. The same bytes sent again get the same receipt."""

    index: int
    statement: str
    """Base64 of the SHA-256 of the statement."""
    leaf_hash: str
    recorded_at: str
    warnings: list[Warned]
    proof: str
    """Where the proof can be fetched once a checkpoint covers the entry."""


class Answered(Shape, frozen=True, kw_only=True):
    """One line of the answer to many statements: a receipt or a problem."""

    status: int
    receipt: Receipt | UnsetType = UNSET
    problem: Problem | UnsetType = UNSET


class TrialQuestion(Shape, frozen=True, kw_only=True):
    """What would be signed, and by which keys."""

    typ: Annotated[str, Meta(max_length=40)]
    """Of the statement: `rice-act+jws`, `epcis-event+jws`, `vc+jwt`."""
    payload: Annotated[str, Meta(max_length=80_000)]
    """In base64url, without padding."""
    kids: Annotated[list[Annotated[str, Meta(max_length=512)]], Meta(min_length=1, max_length=32)]
    """As headers would name the keys: their thumbprints, of a credential behind a DID and `#`."""


class TrialAnswer(Shape, frozen=True, kw_only=True):
    """What would become of it as things stand; nothing is recorded, and nothing promised."""

    accepted: bool
    cautions: list[Problem]
    """What rules would warn of."""
    slips: list[Problem]
    """What no rule refuses, and whoever signs is unlikely to mean."""
    refusal: Problem | None
    """Why `POST /entries` would refuse it."""


class Entry(Shape, frozen=True, kw_only=True):
    """A place in the log."""

    index: int
    kind: str
    recorded_at: str
    leaf: str
    """The leaf's text: what the tree hashes."""
    leaf_hash: str
    statement: str
    """Base64 of the SHA-256 of the statement."""
    warnings: list[Warned]
    data: str | UnsetType = UNSET
    """The signed bytes, where they may be shown."""


class Entries(Shape, frozen=True, kw_only=True):
    """A run of entries, oldest first."""

    size: int
    entries: list[Entry]


class Consistency(Shape, frozen=True, kw_only=True):
    """Proof that the log of one size begins the log of another (RFC 6962 section 2.1.2)."""

    old: int
    new: int
    hashes: list[str]


class Actors(Shape, frozen=True, kw_only=True):
    """Organisations, in order of their ids."""

    actors: list[Actor]


class ActorShown(Shape, frozen=True, kw_only=True):
    """An organisation and every key it has held."""

    actor: Actor
    keys: list[Key]


class Accreditations(Shape, frozen=True, kw_only=True):
    """Who may vouch, and what became of it, in order of their ids."""

    accreditations: list[Accreditation]


class Areas(Shape, frozen=True, kw_only=True):
    """Planting areas, in order of their codes."""

    areas: list[Area]


class Schemes(Shape, frozen=True, kw_only=True):
    """Schemes, in order of their ids."""

    schemes: list[Scheme]


class Lots(Shape, frozen=True, kw_only=True):
    """Lots, in order of their names."""

    lots: list[Lot]


class LotShown(Shape, frozen=True, kw_only=True):
    """A lot as it is now, and the entries that changed it, oldest first."""

    lot: Lot
    entries: list[int]
    claims_lost: list[ClaimLost]
    """Where rice in it lost its claim, and by which lots."""


class Trace(Shape, frozen=True, kw_only=True):
    """What a lot came from (back) or what became of it (forward)."""

    lot: str
    direction: str
    lots: list[str]
    """Every lot, pallet and container reached, nearest first."""
    links: list[Moved]
    is_whole: bool
    """Whether there is nothing beyond the limit."""


class Attestations(Shape, frozen=True, kw_only=True):
    """Attestations, in order of their ids."""

    attestations: list[Attestation]


class AttestationShown(Shape, frozen=True, kw_only=True):
    """An attestation, and the entries that made or changed it, oldest first."""

    attestation: Attestation
    entries: list[int]


class Applications(Shape, frozen=True, kw_only=True):
    """Applications that wait for an answer, oldest first."""

    applications: list[Application]


class Endings(Shape, frozen=True, kw_only=True):
    """What ends from today until a day, both included, the first to end first."""

    today: str
    before: str
    endings: list[Ending]


class Health(Shape, frozen=True, kw_only=True):
    """That the server answers, and which ledger it serves."""

    ledger: str


class Readiness(Shape, frozen=True, kw_only=True):
    """How far the log and its checkpoint are."""

    ledger: str
    size: int
    published_size: int
    behind_since: str | None
    """When the oldest entry without a checkpoint was recorded."""


class ScanNoted(Shape, frozen=True, kw_only=True):
    """Where a bag was seen. It proves nothing about the bag in hand and changes no verdict."""

    code: str
    devices: int
    """Told apart roughly and within a week; one that comes again later may count again."""
    places: list[str]
    """Provinces (ISO 3166-2) or countries (ISO 3166-1); empty where no place is known."""
    since: str
    title: Bilingual
    words: Bilingual
    about: Bilingual


class ScansShown(Shape, frozen=True, kw_only=True):
    """A verdict's headline, and what is due beside it."""

    headline: str
    is_counted: bool
    note: ScanNoted | None


def scan_note(note: notes.ScanNote) -> ScanNoted:
    """Return a note as it travels."""
    return ScanNoted(
        code=note.code,
        devices=note.devices,
        places=list(note.places),
        since=note.since.isoformat(),
        title=bilingual(note.title),
        words=bilingual(note.text),
        about=bilingual(note.about),
    )


def receipt(taken: Taken) -> Receipt:
    """Return a receipt as it travels."""
    return Receipt(
        index=taken.index,
        statement=encoding.encode_base64(taken.digest),
        leaf_hash=encoding.encode_base64(taken.leaf_hash),
        recorded_at=encoding.format_time(taken.recorded_at),
        warnings=warned(taken.warnings),
        proof=f"/entries/{taken.index}/proof",
    )


def warned(cautions: tuple[Caution, ...]) -> list[Warned]:
    """Return warnings with their words."""
    return [
        Warned(code=one.code, words=bilingual(_WARNINGS[one.code].fill(dict(one.details))))
        for one in cautions
    ]


def encode(shape: Struct) -> bytes:
    """Return a shape as JSON."""
    return _encoder.encode(shape)


def shown(shape: Struct, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """Return a shape as an answer that nobody keeps, unless ``headers`` say otherwise."""
    return Response(_encoder.encode(shape), status, _NO_STORE | (headers or {}), "application/json")
