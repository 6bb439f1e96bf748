"""What the ledger knows after its first *n* entries: typed facts, each under one key.

A fact is a fold over entries and nothing else: `rulebook.judge` reads facts, and returns the facts
that change. Where they are kept between two entries is the caller's affair (`store` keeps them as
rows, tests as a dictionary, `audit` rebuilds them from entry 0 and compares).

Keys are ``kind:id``. Masses are integer grams, areas integer square metres, moisture parts per
thousand; days are ISO dates; ``*_index`` is the index of an entry.
"""

from __future__ import annotations

from typing import Protocol, TypeVar

from msgspec import Struct, json

from ledger.rice.accreditation_facts import Accreditation, AccreditedBody
from ledger.rice.acts import BagRange, Jwk, LocalText, Settings
from ledger.rice.certificate_facts import (
    Attestation,
    Claimed,
    Covered,
    Granted,
    Relations,
    Scheme,
    Sold,
)
from ledger.rice.diary_facts import Applied, Diary, Signers
from ledger.rice.known import Fact as Fact  # noqa: PLC0414  (whoever wants facts wants this too)
from ledger.rice.known import Spell as Spell  # noqa: PLC0414
from ledger.rice.life_facts import Application, StatusPlace
from ledger.rice.paper_facts import Baseline, Contract, Erasures, Household, Inspection, Paper


class Founding(Fact, frozen=True, kw_only=True, tag="ledger"):
    """How this ledger began; there is exactly one."""

    origin: str
    name: LocalText
    host: str
    threshold: int
    root_kids: tuple[str, ...]
    settings: Settings

    @property
    def key(self) -> str:
        """Return the key of the founding fact."""
        return "ledger:"


class Role(Struct, frozen=True, gc=False, kw_only=True):
    """One office an actor holds: from a day on, until ended, perhaps for one scheme only."""

    role: str
    scheme: str = ""
    communes: tuple[str, ...] = ()
    from_on: str
    ended_on: str | None = None
    granted_by: str


class Actor(Fact, frozen=True, kw_only=True, tag="actor"):
    """An organisation: who it is, which offices it holds."""

    id: str
    did: str
    name: LocalText
    legal_id: str = ""
    gln: str = ""
    commune: str = ""
    licence_number: str = ""
    licence_from_on: str = ""
    licence_to_on: str = ""
    roles: tuple[Role, ...] = ()
    registered_index: int

    @property
    def key(self) -> str:
        """Return the key of this actor."""
        return f"actor:{self.id}"


class Reaffirmed(Struct, frozen=True, gc=False, kw_only=True):
    """Entries of a stolen key that its actor stood by: with which keys, when, by which entry."""

    entries: tuple[int, ...]
    kids: tuple[str, ...]
    recorded_at: str
    index: int


class Key(Fact, frozen=True, kw_only=True, tag="key"):
    """A public key and whose it is. ``actor`` is ``root`` for the founding keys.

    ``only`` and ``places`` are its bounds (`key_bounds`); empty, it has none.
    ``enrolled_by`` are the keys that brought it in. ``revoked_index`` is the entry that revoked it,
    ``dated_index`` the last one that said since when it is not to be believed.
    """

    kid: str
    actor: str
    jwk: Jwk
    admin: bool
    token: bool = False
    only: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    enrolled_by: tuple[str, ...] = ()
    enrolled_index: int
    enrolled_at: str
    not_after: str
    revoked_index: int | None = None
    invalid_from: str | None = None
    dated_index: int | None = None
    reason: str = ""
    reaffirmed: tuple[Reaffirmed, ...] = ()

    @property
    def key(self) -> str:
        """Return the key of this key."""
        return f"key:{self.kid}"

    def counts_at(self, moment: str) -> bool:
        """Tell whether it may sign at a moment (`encoding.format_time`), as far as is known now."""
        return self.revoked_index is None and self.not_after >= moment


class Did(Fact, frozen=True, kw_only=True, tag="did"):
    """Which actor a DID names, and what was seen at its domain if that is the actor's own.

    ``document`` is the SHA-256 of the newest snapshot, which entry ``snapshot_index`` carries.
    """

    did: str
    actor: str
    document: str = ""
    snapshot_index: int | None = None

    @property
    def key(self) -> str:
        """Return the key of this DID."""
        return f"did:{self.did}"


class Area(Fact, frozen=True, kw_only=True, tag="area"):
    """A coded planting area and the life of its code."""

    code: str
    manager: str
    commune: str
    area_m2: int
    households: int
    issued_on: str
    expires_on: str
    approved_output_g: int
    in_scheme: bool
    issuer: str
    spells: tuple[Spell, ...]
    inspections: tuple[Inspection, ...] = ()

    @property
    def key(self) -> str:
        """Return the key of this area."""
        return f"area:{self.code}"


class Harvested(Fact, frozen=True, kw_only=True, tag="harvested"):
    """Paddy harvested so far in one area and season, as mass at 14 % moisture."""

    area: str
    season: str
    mass14_g: int

    @property
    def key(self) -> str:
        """Return the key of this running total."""
        return f"harvested:{self.area}/{self.season}"


class Product(Fact, frozen=True, kw_only=True, tag="product"):
    """Goods with a GTIN. ``form`` is what kind of rice it is."""

    gtin: str
    form: str
    name: LocalText
    variety: str = ""
    bag_g: int = 0
    grade: str = ""
    owner: str

    @property
    def key(self) -> str:
        """Return the key of this product."""
        return f"product:{self.gtin}"


class Flag(Struct, frozen=True, kw_only=True):
    """A hold or recall set on a lot: by which entry, by whom, why.

    With ``bag_ranges`` only those bags are recalled, not the whole lot.
    """

    index: int
    actor: str
    reason: LocalText
    bag_ranges: tuple[BagRange, ...] = ()

    def range_of(self, batch: str, number: int) -> BagRange | None:
        """Return the range that a bag is in, if it is in one."""
        ranges = (one for one in self.bag_ranges if one.batch == batch)
        return next((one for one in ranges if one.first <= number <= one.last), None)


class Imbalance(Struct, frozen=True, kw_only=True):
    """An event that no longer fits since another was declared wrong.

    The entry, the rule it breaks now, and the entries that declared and corrected.
    """

    index: int
    rule: str
    causes: tuple[int, ...]


class Layer(Struct, frozen=True, kw_only=True):
    """What was put into a silo at one time, as far as it is still there."""

    left_g: int
    origin: dict[str, int]


class Lot(Fact, frozen=True, kw_only=True, tag="lot"):
    """An amount of rice that moves together.

    ``origin`` maps ``area/season`` to the grams of what is left that come from there. For paddy
    they are grams at 14 % moisture; for rice and by-products, grams as weighed. Their sum is the
    mass the lot can still account for. Bags on pallets and in containers are still of their lot:
    its grams are those not filled into other bags or destroyed, ``bags_left`` those not stacked.

    A silo drawn on in an ``order`` (``first_in``, ``last_in``) keeps its ``layers``, oldest first.
    """

    id: str
    form: str
    gtin: str
    maker: str
    holder: str
    consigned_to: str = ""
    variety: str = ""
    left_g: int
    brought_g: int
    origin: dict[str, int]
    custody: str
    born_on: str
    born_index: int
    bag_g: int = 0
    bags: int = 0
    bags_left: int = 0
    best_before_on: str = ""
    grant: str = ""
    held: tuple[Flag, ...] = ()
    recalled: tuple[Flag, ...] = ()
    bags_labelled: int = 0
    order: str = ""
    layers: tuple[Layer, ...] = ()
    unbalanced: tuple[Imbalance, ...] = ()

    @property
    def key(self) -> str:
        """Return the key of this lot."""
        return f"lot:{self.id}"


class Pallet(Fact, frozen=True, kw_only=True, tag="pallet"):
    """Bags of one lot under one serial shipping container code (its URI).

    ``container`` is the number of the one it stands in, ``ended_index`` the entry that took it
    apart.
    """

    sscc: str
    lot: str
    bags: int
    holder: str
    consigned_to: str = ""
    container: str = ""
    shipped_index: int | None = None
    ended_index: int | None = None

    @property
    def key(self) -> str:
        """Return the key of this pallet."""
        return f"pallet:{self.sscc}"


class Container(Fact, frozen=True, kw_only=True, tag="container"):
    """A freight container as it was last loaded, until it arrives; then it is empty."""

    number: str
    seal: str
    holder: str
    consigned_to: str = ""
    pallets: tuple[str, ...]
    bags: tuple[tuple[str, int], ...]
    loaded_index: int
    shipped_index: int | None = None
    is_empty: bool = False

    @property
    def key(self) -> str:
        """Return the key of this container."""
        return f"container:{self.number}"


class LabelSpan(Struct, frozen=True, kw_only=True):
    """Labels from a number to a number, both included, that an entry cancelled or put to use."""

    first: int
    last: int
    reason: str = ""
    index: int


class LabelBatch(Fact, frozen=True, kw_only=True, tag="labels"):
    """Codes printed for the bags of one lot, as a commitment to all of them.

    If they are ``waiting``, only those ``used`` are in use; those ``voided`` never are again.
    """

    id: str
    lot: str
    count: int
    bag_digits: int
    root: str
    issuer: str
    waiting: bool = False
    used: tuple[LabelSpan, ...] = ()
    voided: tuple[LabelSpan, ...] = ()
    index: int

    @property
    def key(self) -> str:
        """Return the key of this batch of labels."""
        return f"labels:{self.id}"


class MarkedBag(Fact, frozen=True, kw_only=True, tag="bag"):
    """That somebody marked a bag as sold or opened, or took the mark back."""

    batch: str
    number: int
    state: str
    on: str
    by: str
    unit: str = ""
    index: int

    @property
    def key(self) -> str:
        """Return the key of this bag."""
        return f"bag:{self.batch}/{self.number}"


class UnitMarks(Fact, frozen=True, kw_only=True, tag="marks"):
    """How many bags of a lot were marked as having come in one pallet or container."""

    unit: str
    lot: str
    bags: int

    @property
    def key(self) -> str:
        """Return the key of this count."""
        return f"marks:{self.unit}/{self.lot}"


class Lettering(Fact, frozen=True, kw_only=True, tag="lettering"):
    """The label batches issued for one lot, in order of entry; of their labels, how many void."""

    lot: str
    batches: tuple[str, ...]
    voided: int = 0

    @property
    def key(self) -> str:
        """Return the key of this list."""
        return f"lettering:{self.lot}"


class Said(Fact, frozen=True, kw_only=True, tag="said"):
    """That an event, credential or signed text was already taken, and where.

    An event said in place of one that was declared wrong ``stands_for`` that one's place.
    """

    id: str
    index: int
    stands_for: int | None = None

    @property
    def key(self) -> str:
        """Return the key of this mark."""
        return f"said:{self.id}"


class Promised(Fact, frozen=True, kw_only=True, tag="promised"):
    """That an event is still to come, by whom, in place of one that was declared wrong."""

    id: str
    actor: str
    stands_for: int

    @property
    def key(self) -> str:
        """Return the key under which the event will be said."""
        return f"said:{self.id}"


AnyFact = (
    Founding
    | Actor
    | Key
    | Did
    | Accreditation
    | AccreditedBody
    | Area
    | Harvested
    | Covered
    | Granted
    | Product
    | Scheme
    | Lot
    | Pallet
    | Container
    | Diary
    | Signers
    | Applied
    | Attestation
    | Sold
    | Claimed
    | Relations
    | Application
    | StatusPlace
    | LabelBatch
    | MarkedBag
    | UnitMarks
    | Lettering
    | Contract
    | Baseline
    | Paper
    | Household
    | Erasures
    | Said
    | Promised
)

F = TypeVar("F", bound=Fact)

_decoder: json.Decoder[AnyFact] = json.Decoder(AnyFact)
_encoder = json.Encoder(order="sorted")


class Facts(Protocol):
    """Where facts are read from while a statement is judged."""

    def get(self, key: str, /) -> Fact | None:
        """Return the fact under a key, or nothing."""


def find(facts: Facts, kind: type[F], key: str) -> F | None:
    """Return the fact under ``key`` if it is of this kind."""
    fact = facts.get(key)
    return fact if isinstance(fact, kind) else None


def encode_fact(fact: Fact) -> bytes:
    """Return the one spelling of a fact, for keeping and comparing."""
    return _encoder.encode(fact)


def decode_fact(data: bytes) -> Fact:
    """Return the fact that ``encode_fact`` wrote."""
    return _decoder.decode(data)
