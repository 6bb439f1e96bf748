"""A statement before the rulebook: what it says, who signed, where it would stand."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, Protocol, TypeVar, get_args, get_type_hints

from msgspec import Struct

from ledger.errors import Detail
from ledger.log import encoding
from ledger.log.keys import PublicKey, admit_key, thumbprint
from ledger.log.statement import Statement
from ledger.rice import acts, anchors, credentials, profile
from ledger.rice.acts import AnyAct
from ledger.rice.anchors import Accredited
from ledger.rice.credentials import Attested
from ledger.rice.events import AnyEvent
from ledger.rice.facts import Actor, Did, F, Fact, Facts, Founding, Key, find

Body = AnyAct | AnyEvent | Attested | Accredited
B_co = TypeVar("B_co", bound=Body, covariant=True)

_NONE: frozenset[str] = frozenset()
ROOT = "root"
"""The name under which the founding keys speak."""


class Place(Struct, frozen=True, gc=False):
    """Where a statement would stand: its index and the log's clock."""

    index: int
    recorded_at: datetime


class Link(Struct, frozen=True, gc=False):
    """So much of a lot went into another lot, or onto a pallet; or with it into a container."""

    source: str
    target: str
    mass_g: int


@dataclass(frozen=True, slots=True)
class Caution:
    """Something worth telling whoever relies on the statement."""

    code: str
    details: Mapping[str, Detail]


class Outcome(Struct, gc=False):
    """What an accepted statement changes, collected while it is folded in.

    ``unlinked`` are links from a lot or unit made by an earlier entry that hold no more.
    """

    puts: dict[str, Fact] = {}  # a Struct copies its empty defaults
    links: list[Link] = []
    unlinked: list[tuple[str, int]] = []

    def put(self, fact: Fact) -> None:
        """Keep a fact as it is from this entry on."""
        self.puts[fact.key] = fact


class Meaning(Struct, frozen=True, gc=False):
    """What a statement says, before anyone asks whether it may."""

    statement: Statement
    body: Body
    kids: tuple[str, ...]

    @property
    def offered(self) -> frozenset[str]:
        """Return the ids of the keys this statement would enrol."""
        if not isinstance(self.body, acts.Act):
            return _NONE
        return frozenset(thumbprint(jwk_members(new.jwk)) for new in acts.offered_keys(self.body))


class Past(Protocol):
    """The entries so far, for the few statements that must look at what others said."""

    def told(self, key: str, /) -> Sequence[int]:
        """Return the entries that changed a fact, oldest first."""

    def entry(self, index: int, /) -> tuple[Place, Meaning]:
        """Return where an entry stands and what it says."""


class _NoPast:
    def told(self, _key: str, /) -> Sequence[int]:
        return ()

    def entry(self, index: int, /) -> tuple[Place, Meaning]:
        raise AssertionError(index)


NO_PAST: Past = _NoPast()
"""The past of a ledger that begins."""


class CaseOf(Struct, Generic[B_co], frozen=True, gc=False):
    """Everything a rule may look at. Its parameter says what kind of statement it is about.

    ``speaker`` is the one actor whose keys signed; empty when there is none or more than one.
    """

    meaning: Meaning
    body: B_co
    place: Place
    facts: Facts
    founding: Founding | None
    keys: tuple[Key, ...]
    offered: frozenset[str]
    speakers: frozenset[str]
    speaker: str
    past: Past = NO_PAST

    @property
    def recorded_on(self) -> str:
        """Return the local day (UTC+07:00) on which the log would record this."""
        return encoding.local_day(self.place.recorded_at)

    def find(self, kind: type[F], key: str) -> F | None:
        """Return the fact under a key, if it is known and of this kind."""
        fact = self.facts.get(key)
        return fact if isinstance(fact, kind) else None

    def know(self, kind: type[F], key: str) -> F:
        """Return a fact that an earlier rule has found."""
        fact = self.facts.get(key)
        assert isinstance(fact, kind), key
        return fact

    def actor(self, actor_id: str) -> Actor | None:
        """Return an actor by its id."""
        return self.find(Actor, f"actor:{actor_id}")

    def actor_of(self, did: str) -> str:
        """Return the id of the actor a DID names, or nothing."""
        found = self.find(Did, f"did:{did}")
        return found.actor if found else ""


Case = CaseOf[Body]
"""A statement of any kind."""


def open_meaning(statement: Statement) -> Meaning:
    """Return what a statement says; refuse what no profile of this ledger spells."""
    if statement.kind == "act":
        body: Body = acts.read_act(statement.payload)
    elif statement.kind == "event":
        body = profile.read_event(statement.payload)
    else:
        body = anchors.read_anchor(statement) or credentials.read_attestation(statement)
    return Meaning(statement, body, _named_keys(statement))


def _named_keys(statement: Statement) -> tuple[str, ...]:
    """Return the ids of the keys a statement names; only a credential's stands behind a DID.

    Were anything before a ``#`` passed over elsewhere, one key under two names would make a quorum.
    """
    names = tuple(one.kid for one in statement.signatures)
    if statement.kind == "attestation":
        return tuple(name.rpartition("#")[2] for name in names)
    return names


def open_case(meaning: Meaning, place: Place, facts: Facts, past: Past = NO_PAST) -> Case:
    """Return the statement as a case: its known keys and who speaks by them."""
    offered = meaning.offered
    keys = tuple(
        [
            key
            for kid in meaning.kids
            if kid not in offered and (key := find(facts, Key, f"key:{kid}")) is not None
        ]
    )
    speakers = frozenset([key.actor for key in keys])
    return CaseOf(
        meaning=meaning,
        body=meaning.body,
        place=place,
        facts=facts,
        founding=find(facts, Founding, "ledger:"),
        keys=keys,
        offered=offered,
        speakers=speakers,
        speaker=next(iter(speakers)) if len(speakers) == 1 else "",
        past=past,
    )


def bodies_of(function: Callable[..., object]) -> frozenset[type[Body]]:
    """Return the kinds of statement that a function of a case is about, as its signature says."""
    (of,) = get_args(get_type_hints(function)["case"])
    return frozenset(get_args(of) or (of,))


def admitted(key: acts.NewKey | Key) -> PublicKey:
    """Return a key that is being enrolled, or was, as it may verify; or refuse it."""
    return admit_key(jwk_members(key.jwk), legacy_rs256=key.token)


def jwk_members(jwk: acts.Jwk) -> dict[str, str]:
    """Return the members of a public key that are present."""
    members = {"kty": jwk.kty, "crv": jwk.crv, "x": jwk.x, "y": jwk.y, "n": jwk.n, "e": jwk.e}
    return {name: value for name, value in members.items() if value}
