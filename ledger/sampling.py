"""What to inspect on site, drawn so that nobody chose it and anybody can draw it again.

The seed is the root of a published checkpoint and a day: whoever kept the diary could not know the
root, and whoever inspects cannot change it. Each candidate gets a ticket, the SHA-256 of the seed
and its name; the lowest tickets win. A larger sample therefore holds the smaller one, and needs no
computer beyond one that can hash.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from msgspec import Struct

from ledger.log.encoding import encode_base64

FORMAT = "rice-ledger/sample@v1"


class Seed(Struct, frozen=True, kw_only=True):
    """What a draw follows from: a ledger, its checkpoint, a day, and what is drawn from."""

    origin: str
    size: int
    root: bytes
    on: str
    of: str

    @property
    def text(self) -> str:
        """Return the seed as it is hashed, a line for each part."""
        root = encode_base64(self.root)
        return f"{FORMAT}\n{self.origin}\n{self.size}\n{root}\n{self.on}\n{self.of}\n"


def ticket(seed: Seed, name: str) -> str:
    """Return a candidate's ticket, in hexadecimal."""
    return hashlib.sha256(f"{seed.text}{name}".encode()).hexdigest()


def draw(seed: Seed, names: Iterable[str], count: int) -> list[str]:
    """Return so many of the names as they were drawn, or all if there are fewer."""
    return sorted(set(names), key=lambda name: (ticket(seed, name), name))[:count]
