"""What the ledger knows of the life of attestations: applications, turns, places in status lists.

`life` says what they come to on a day.
"""

from __future__ import annotations

from msgspec import Struct

from ledger.rice.known import Fact, Spell


class Turn(Spell, frozen=True, kw_only=True):
    """A step in the life of an attestation; ``reason`` is one of the codes of `reasons`.

    ``reduced`` says to how many square metres and grams, ``superseded`` by which attestation.
    """

    remark: str = ""
    paper: str = ""
    decided_by: str = ""
    area_m2: int = 0
    quota_g: int = 0
    successor: str = ""


class Declined(Struct, frozen=True, kw_only=True):
    """That a certifier gave nothing, from which day, and why: a code of `reasons`, and a paper."""

    on: str
    reason: str
    remark: str = ""
    paper: str
    index: int


class Application(Fact, frozen=True, kw_only=True, tag="application"):
    """Somebody asked a certifier for an attestation.

    ``attestation`` or ``declined`` is the answer, once one is given.
    """

    id: str
    applicant: str
    certifier: str
    profile: str
    scheme: str
    areas: tuple[str, ...]
    season: str
    area_m2: int
    quota_g: int = 0
    applied_on: str
    attestation: str = ""
    declined: Declined | None = None
    index: int

    @property
    def is_waiting(self) -> bool:
        """Whether nobody has answered it."""
        return not self.attestation and self.declined is None

    @property
    def key(self) -> str:
        """Return the key of this application."""
        return f"application:{self.id}"


class StatusPlace(Fact, frozen=True, kw_only=True, tag="status"):
    """The place of an attestation in a status list: one bit, and nobody else's."""

    list: str
    place: int
    attestation: str

    @property
    def key(self) -> str:
        """Return the key of this place; those of one list stand together."""
        return f"status:{self.list}#{self.place}"
