"""Who speaks in a season and for which ledger: keys, the programme, signed statements."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from typing import Protocol

from ledger.imports.rows import Row
from ledger.log.keys import SigningKey
from ledger.rice.acts import LocalText
from ledger.rice.did_documents import actor_did


class Keyring(Protocol):
    """Where the offices' keys are; only their holders have one."""

    def __contains__(self, holder: str, /) -> bool:
        """Tell whether this holder's key is here."""

    def key(self, holder: str, /) -> SigningKey:
        """Return the key of a holder."""

    def secret(self, holder: str, purpose: str, /) -> bytes:
        """Return 32 bytes that only this holder's key gives, for one purpose."""


@dataclass(frozen=True, slots=True)
class Programme:
    """What the files do not say: the ledger's name and the scheme they are kept under."""

    origin: str
    host: str
    name: LocalText
    scheme: str
    scheme_name: LocalText
    season: str
    root_keys: tuple[str, ...]
    threshold: int
    registrar: str
    scheme_owner: str
    scheme_document: bytes = b""

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


def derive(seed: bytes, purpose: str) -> bytes:
    """Return 32 bytes that only the holder of a key's seed can make, for one purpose."""
    return hmac.new(seed, f"rice-ledger/{purpose}".encode(), hashlib.sha256).digest()
