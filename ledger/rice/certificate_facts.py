"""What the ledger knows of certificates: schemes, attestations, what they cover, sell and claim."""

from __future__ import annotations

from ledger.rice.known import Fact
from ledger.rice.life_facts import Turn
from ledger.rice.schemes import Edition, Profile, edition_on
from ledger.rice.terms import Certificate, LocalText


class Covered(Fact, frozen=True, kw_only=True, tag="covered"):
    """Confirmations and emission statements for one area and season, in order of entry."""

    area: str
    season: str
    attestations: tuple[str, ...]

    @property
    def key(self) -> str:
        """Return the key of this list."""
        return f"covered:{self.area}/{self.season}"


class Granted(Fact, frozen=True, kw_only=True, tag="granted"):
    """The grants of a mark that name one area and season, in order of entry."""

    area: str
    season: str
    attestations: tuple[str, ...]

    @property
    def key(self) -> str:
        """Return the key of this list."""
        return f"granted:{self.area}/{self.season}"


class Scheme(Fact, frozen=True, kw_only=True, tag="scheme"):
    """A published conformity scheme in all its versions, in order of entry."""

    id: str
    owner: str
    editions: tuple[Edition, ...]

    @property
    def name(self) -> LocalText:
        """Return its name in the version published last."""
        return self.editions[-1].name

    def on(self, day: str) -> Edition:
        """Return the version in force on a day."""
        return edition_on(self.editions, day)

    def profile_of(self, attestation: Attestation) -> Profile | None:
        """Return the profile of an attestation in the version that it was accepted under.

        A version recorded since changes nothing for it, from whichever day it is in force.
        """
        versions = (one for one in self.editions if one.version == attestation.version)
        edition = next(versions, None)
        return edition.profile(attestation.profile) if edition else None

    @property
    def key(self) -> str:
        """Return the key of this scheme."""
        return f"scheme:{self.id}"


class Attestation(Fact, frozen=True, kw_only=True, tag="attestation"):
    """What a certifier vouched for, and what later became of it.

    ``effect``, ``needs`` and ``two_persons`` are its profile's in the version of the scheme it
    names: a scheme published later changes nothing for it. ``kid`` is the key that signed it.
    ``sold_from`` maps ``area/season`` to its grams of what a transaction sold.
    Hectares and tonnes are those first granted; `life.figures_on` says what is left of them.
    """

    id: str
    profile: str
    version: str
    effect: str
    needs: tuple[str, ...] = ()
    two_persons: tuple[str, ...] = ()
    kid: str
    recorded_at: str
    number: str
    scheme: str
    issuer: str
    issued_to: str
    areas: tuple[str, ...]
    season: str
    from_on: str
    until_on: str
    area_m2: int
    quota_g: int = 0
    drawn_g: int = 0
    lot: str = ""
    sold_g: int = 0
    sold_from: dict[str, int] = {}  # noqa: RUF012  (a Struct copies its empty defaults)
    licence: str = ""
    certificate: Certificate | None = None
    figures: dict[str, str]
    application: str = ""
    spells: tuple[Turn, ...]
    index: int

    @property
    def key(self) -> str:
        """Return the key of this attestation."""
        return f"attestation:{self.id}"


class Sold(Fact, frozen=True, kw_only=True, tag="sold"):
    """How much of one lot transactions have spoken of, in grams."""

    lot: str
    sold_g: int

    @property
    def key(self) -> str:
        """Return the key of this running total."""
        return f"sold:{self.lot}"


class Claimed(Fact, frozen=True, kw_only=True, tag="claimed"):
    """That the emission reduction of one area and season was claimed as a credit, and where."""

    area: str
    season: str
    by: str
    registry: str
    number: str
    reduction_kg: int
    index: int

    @property
    def key(self) -> str:
        """Return the key of this claim."""
        return f"claimed:{self.area}/{self.season}"


class Relations(Fact, frozen=True, kw_only=True, tag="related"):
    """The actors that the one with a DID is related to, by somebody's own or a registrar's word."""

    did: str
    others: tuple[str, ...]

    @property
    def key(self) -> str:
        """Return the key of this list."""
        return f"related:{self.did}"
