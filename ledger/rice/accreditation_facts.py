"""What the ledger knows of accreditations: each with its life, and which a body was given."""

from __future__ import annotations

from ledger.rice.known import Fact, Spell


class Accreditation(Fact, frozen=True, kw_only=True, tag="accreditation"):
    """That a body was accredited under a scheme in one role; without communes, everywhere."""

    id: str
    number: str
    actor: str
    scheme: str
    role: str
    communes: tuple[str, ...]
    from_on: str
    until_on: str
    issuer: str
    spells: tuple[Spell, ...]
    kid: str
    recorded_at: str
    index: int

    @property
    def key(self) -> str:
        """Return the key of this accreditation."""
        return f"accreditation:{self.id}"


class AccreditedBody(Fact, frozen=True, kw_only=True, tag="accredited"):
    """The accreditations that the body a DID names was given under one scheme, in order of entry.

    It is found by DID because a credential names its issuer so: what it rests on can be gathered
    before anybody has looked up who that is.
    """

    did: str
    scheme: str
    accreditations: tuple[str, ...]

    @property
    def key(self) -> str:
        """Return the key of this list."""
        return f"accredited:{self.did}/{self.scheme}"
