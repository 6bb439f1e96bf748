"""What a statement commits to without saying it: private fields, each under a salt of its own.

The statement holds the digest; field and salt lie beside the log, where they may be deleted. Then
nobody can tell what was committed to: a salt has 32 bytes that only its holder's key gives.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from ledger.log import encoding
from ledger.rice.facts import Facts
from ledger.rice.paper_facts import Contract, Household

SALT_LENGTH = 32
HEADER = "rice-ledger/private@v1"

FIELDS: Mapping[str, tuple[str, ...]] = {
    "household": ("name", "phone", "land"),
    "contract": ("price", "bonus", "advance"),
}
"""What of each kind is private, as the facts call its digests."""


@dataclass(frozen=True, slots=True)
class Private:
    """One private field: of what kind of thing, of which, which field, its salt, what it says."""

    kind: str
    of: str
    field: str
    salt: bytes
    value: str

    @property
    def name(self) -> str:
        """Return the name it is kept under."""
        return f"{self.of}/{self.field}"

    @property
    def digest(self) -> str:
        """Return what a statement says of it."""
        value = unicodedata.normalize("NFC", self.value)
        lines = (
            HEADER,
            self.kind,
            self.of,
            self.field,
            encoding.encode_base64(self.salt),
            value,
        )
        text = "".join(f"{line}\n" for line in lines)
        return encoding.encode_base64(hashlib.sha256(text.encode()).digest())

    @property
    def body(self) -> bytes:
        """Return the bytes kept: the salt, then the field."""
        return self.salt + unicodedata.normalize("NFC", self.value).encode()


def parse_private(kind: str, name: str, body: bytes) -> Private:
    """Return the private field that is kept under a name; bytes that are no text open nothing."""
    of, _, field = name.rpartition("/")
    return Private(kind, of, field, body[:SALT_LENGTH], body[SALT_LENGTH:].decode(errors="replace"))


def signed_digest(facts: Facts, private: Private) -> str:
    """Return the digest that was signed for a private field, or nothing."""
    if private.field not in FIELDS.get(private.kind, ()):
        return ""
    fact = facts.get(f"{private.kind}:{private.of}")
    return str(getattr(fact, private.field)) if isinstance(fact, Contract | Household) else ""


def is_committed(facts: Facts, private: Private) -> bool:
    """Tell whether a private field is the one that was signed."""
    return signed_digest(facts, private) == private.digest
