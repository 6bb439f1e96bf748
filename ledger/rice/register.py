"""What a log says of those who speak in it: keys, actors, accreditations, schemes, settings.

A register is a fold over entries in order, like every fact, but it needs no lot and no harvest:
whoever wants only the register judges only the `STATEMENTS` below. `views` spells it as the files
that go into an archive; each is RFC 8785 canonical JSON and follows from the entries alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from operator import attrgetter
from typing import Any

from msgspec import Struct, json, to_builtins

from ledger.log.statement import parse_statement
from ledger.rice import acts
from ledger.rice.accreditation_facts import Accreditation, AccreditedBody
from ledger.rice.anchors import Accredited
from ledger.rice.attachments import Attachment, attachments_of
from ledger.rice.case import Body, Place, open_meaning
from ledger.rice.certificate_facts import (
    Scheme,
)
from ledger.rice.facts import (
    Actor,
    Did,
    Fact,
    Founding,
    Key,
    find,
)
from ledger.rice.judge import judge
from ledger.rice.schemes import Profile
from ledger.rice.trust_acts import ChangeAccreditation, Reaffirm, RecoverKey, SnapshotDid

STATEMENTS = (
    acts.Found,
    acts.ChangeSettings,
    acts.RegisterActor,
    acts.GrantRole,
    acts.EndRole,
    acts.EnrolKey,
    acts.RevokeKey,
    acts.PublishScheme,
    Accredited,
    ChangeAccreditation,
    SnapshotDid,
    RecoverKey,
    Reaffirm,
)
"""What changes the register. Its rules ask for facts of these kinds and no others."""
_KEPT = (Founding, Actor, Key, Did, Scheme, Accreditation, AccreditedBody)

KEYS, ACTORS, SCHEMES = "keys.json", "actors.json", "schemes.json"
SETTINGS, ATTACHMENTS, ACCREDITATIONS = "settings.json", "attachments.json", "accreditations.json"
VIEWS = (ACCREDITATIONS, ACTORS, ATTACHMENTS, KEYS, SCHEMES, SETTINGS)

_encoder = json.Encoder(order="sorted")


class Published(Struct, frozen=True, kw_only=True):
    """One version of a scheme as its owner published it."""

    scheme: str
    version: str
    owner: str
    name: acts.LocalText
    custody: tuple[str, ...]
    profiles: tuple[Profile, ...]
    document: str
    from_on: str
    index: int


class Register:
    """The register after the entries taken so far; reads like any other source of facts."""

    def __init__(self) -> None:
        self.facts: dict[str, Fact] = {}
        self.schemes: list[Published] = []
        self.attachments: list[Attachment] = []

    def get(self, key: str, /) -> Fact | None:
        """Return the fact under a key, if it is of the register and known."""
        return self.facts.get(key)

    def read(self, index: int, recorded_at: datetime, statement: bytes) -> None:
        """Take an entry nobody has judged; refuse what the rules of this ledger refuse."""
        meaning = open_meaning(parse_statement(statement))
        puts: Mapping[str, Fact] = {}
        if isinstance(meaning.body, STATEMENTS):
            puts = judge(meaning, Place(index, recorded_at), self).puts
        self.take(index, meaning.body, puts)

    def take(self, index: int, body: Body, puts: Mapping[str, Fact]) -> None:
        """Take an entry that was judged: what it says, and the facts it changes."""
        for key, fact in puts.items():
            if isinstance(fact, _KEPT):
                self.facts[key] = fact
        if isinstance(body, acts.PublishScheme):
            self.schemes.append(_published(index, body, puts))
        self.attachments += attachments_of(index, body)

    def views(self) -> dict[str, bytes]:
        """Return the register as files, by name."""
        keys = [fact for fact in self.facts.values() if isinstance(fact, Key)]
        actors = [fact for fact in self.facts.values() if isinstance(fact, Actor)]
        accredited = [fact for fact in self.facts.values() if isinstance(fact, Accreditation)]
        founding = find(self, Founding, "ledger:")
        lists: dict[str, tuple[str, Iterable[Struct]]] = {
            ACCREDITATIONS: ("accreditations", sorted(accredited, key=attrgetter("index"))),
            ACTORS: ("actors", sorted(actors, key=attrgetter("registered_index", "id"))),
            ATTACHMENTS: ("attachments", self.attachments),
            KEYS: ("keys", sorted(keys, key=attrgetter("enrolled_index", "kid"))),
            SCHEMES: ("schemes", self.schemes),
        }
        views = {
            file: _encoder.encode({name: [_plain(item) for item in items]})
            for file, (name, items) in lists.items()
        }
        return views | {SETTINGS: _encoder.encode({"ledger": founding and _plain(founding)})}


def _published(index: int, act: acts.PublishScheme, puts: Mapping[str, Fact]) -> Published:
    scheme = puts[f"scheme:{act.scheme}"]
    assert isinstance(scheme, Scheme)
    return Published(
        scheme=act.scheme,
        version=act.version,
        owner=scheme.owner,
        name=act.name,
        custody=act.custody,
        profiles=act.profiles,
        document=act.document,
        from_on=act.from_on,
        index=index,
    )


def _plain(item: Struct) -> dict[str, Any]:
    """Return the members of a fact without the tag that tells facts apart in the store."""
    members: dict[str, Any] = to_builtins(item)
    members.pop("fact", None)
    return members
