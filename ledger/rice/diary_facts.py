"""What the ledger knows of farm diaries: their lines, whose keys signed them, products used."""

from __future__ import annotations

from msgspec import field

from ledger.rice.known import Fact


class Diary(Fact, frozen=True, kw_only=True, tag="diary"):
    """The farm diary of one area and season: how many lines it has, and the last day of them."""

    area: str
    season: str
    lines: int
    last_on: str

    @property
    def key(self) -> str:
        """Return the key of this diary."""
        return f"diary:{self.area}/{self.season}"


class Signers(Fact, frozen=True, kw_only=True, tag="signers"):
    """Whose keys signed the readings and the other lines of one area's diary in a season.

    Each key stands with an entry it signed that was not declared wrong, so that this fact changes
    only where a key joins or leaves: evidence can show who measured without every reading.
    """

    area: str
    season: str
    measured: dict[str, int] = field(default_factory=dict)
    reported: dict[str, int] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """Return the key of this list."""
        return f"signers:{self.area}/{self.season}"


class Applied(Fact, frozen=True, kw_only=True, tag="applied"):
    """Where a fertiliser or pesticide was used in a season, by its name as folded for searching."""

    product: str
    season: str
    areas: tuple[str, ...]

    @property
    def key(self) -> str:
        """Return the key of this list."""
        return f"applied:{self.product}/{self.season}"
