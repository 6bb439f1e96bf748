"""Who speaks in a season and for which ledger: keys, the programme, signed statements."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from typing import Protocol

from ledger.errors import CODES, MalformedError, NotFoundError, Words
from ledger.imports.rows import Row
from ledger.log import encoding
from ledger.log.keys import SigningKey
from ledger.rice import acts
from ledger.rice.acts import LocalText
from ledger.rice.did_documents import actor_did
from ledger.rice.schemes import Profile

CODES |= {
    "key_wanted": Words(
        "This takes a secret that follows from the key of {holder}, so it is made where that key"
        " is: with rice-ledger import, on the office's own computer.",
        "Việc này cần bí mật sinh từ khóa của {holder}, nên phải làm ở nơi giữ khóa: bằng"
        " rice-ledger import trên máy của đơn vị.",
    ),
}


class KeyWantedError(NotFoundError):
    """What is to be made takes a key that is not here."""


class Keyring(Protocol):
    """Where the offices' keys are; only their holders have one."""

    def __contains__(self, holder: str, /) -> bool:
        """Tell whether this holder's key is here."""

    def key(self, holder: str, /) -> SigningKey:
        """Return the key of a holder."""

    def secret(self, holder: str, purpose: str, /) -> bytes:
        """Return 32 bytes that only this holder's key gives, for one purpose."""


class NoKeys:
    """A place where nobody's key is, such as a server: what takes none can still be made."""

    def __contains__(self, _holder: str, /) -> bool:
        """Tell that no key is here."""
        return False

    def key(self, holder: str, /) -> SigningKey:
        """Refuse."""
        raise KeyWantedError("key_wanted", holder=holder)

    def secret(self, holder: str, _purpose: str, /) -> bytes:
        """Refuse."""
        raise KeyWantedError("key_wanted", holder=holder)


@dataclass(frozen=True, slots=True)
class Programme:
    """What the files do not say: the ledger's name and the schemes they are kept under.

    Decisions of the season are made under the scheme ``published``; the owner of it publishes
    ``also_published`` beside it.
    """

    origin: str
    host: str
    name: LocalText
    season: str
    root_keys: tuple[str, ...]
    threshold: int
    registrar: str
    scheme_owner: str
    published: acts.PublishScheme
    also_published: tuple[acts.PublishScheme, ...] = ()

    @property
    def scheme(self) -> str:
        """Return the scheme that the season's decisions are made under."""
        return self.published.scheme

    def profile(self, name: str) -> Profile:
        """Return a kind of attestation of that scheme; the scheme must have it."""
        return next(each for each in self.published.profiles if each.id == name)

    def did(self, actor: str) -> str:
        """Return the DID of an actor of this ledger."""
        return actor_did(self.host, actor)


@dataclass(frozen=True, slots=True)
class Said:
    """A signed statement and the row it was made from; no row for what the files leave unsaid."""

    at: str
    data: bytes
    row: Row | None = None
    kind: str = ""


def read_scheme(data: bytes, text: bytes) -> acts.PublishScheme:
    """Return the act that publishes a scheme: its file, and the owner's text it commits to.

    The file is JSON with the members of the act, less ``act`` and ``document``.
    """
    members = encoding.parse_json(data)
    if not isinstance(members, dict):
        raise MalformedError("malformed_act", what="a scheme is a JSON object")
    document = encoding.encode_base64(hashlib.sha256(text).digest())
    payload = {**members, "act": "publish_scheme", "document": document}
    act = acts.read_act(encoding.canonical_json(payload))
    assert isinstance(act, acts.PublishScheme), "the tag says so"
    return act


def derive(seed: bytes, purpose: str) -> bytes:
    """Return 32 bytes that only the holder of a key's seed can make, for one purpose."""
    return hmac.new(seed, f"rice-ledger/{purpose}".encode(), hashlib.sha256).digest()
