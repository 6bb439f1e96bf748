"""What the ledger knows of papers: contracts, baselines, papers shown, households enrolled.

Of what is private it knows salted digests (`disclosed`); what they stand for lies beside the log.
"""

from __future__ import annotations

from msgspec import Struct

from ledger.rice.known import Fact


class Inspection(Struct, frozen=True, kw_only=True):
    """What the authority found at a planting area one day; ``kids`` are the keys that say so."""

    on: str
    result: str
    report: str
    diary_kept: bool
    packaging_collected: bool
    kids: tuple[str, ...]
    index: int


class Contract(Fact, frozen=True, kw_only=True, tag="contract"):
    """A linkage contract that both parties signed."""

    id: str
    seller: str
    buyer: str
    season: str
    areas: tuple[str, ...]
    area_m2: int
    variety: str = ""
    document: str = ""
    price: str = ""
    bonus: str = ""
    advance: str = ""
    index: int

    @property
    def key(self) -> str:
        """Return the key of this contract."""
        return f"contract:{self.id}"


class Baseline(Fact, frozen=True, kw_only=True, tag="baseline"):
    """How rice was grown on an area before, as its cooperative and a verifier signed it."""

    area: str
    season: str
    scheme: str
    cooperative: str
    verifier: str
    seed_g_per_ha: int
    n_g_per_ha: int
    sprayings: int
    water_l_per_ha: int
    straw_buried_lt_30_g_per_ha: int
    straw_buried_gt_30_g_per_ha: int
    straw_burned_g_per_ha: int
    regime: str
    preseason: str
    days: int
    index: int

    @property
    def key(self) -> str:
        """Return the key of this baseline."""
        return f"baseline:{self.area}/{self.season}"


class Paper(Fact, frozen=True, kw_only=True, tag="paper"):
    """A paper that somebody showed: the digest tells it from any other."""

    id: str
    kind: str
    issuer: str
    issued_on: str
    concerns: str = ""
    digest: str
    shown_by: str
    index: int

    @property
    def key(self) -> str:
        """Return the key of this paper."""
        return f"paper:{self.id}"


class Household(Fact, frozen=True, kw_only=True, tag="household"):
    """A household that grows rice on an area, under a random reference."""

    id: str
    area: str
    name: str
    phone: str = ""
    land: str
    index: int

    @property
    def key(self) -> str:
        """Return the key of this household on this area."""
        return f"household:{self.id}/{self.area}"


class Erasures(Fact, frozen=True, kw_only=True, tag="erasures"):
    """How many private fields an actor has said were deleted, and never whose."""

    actor: str
    fields: int

    @property
    def key(self) -> str:
        """Return the key of this count."""
        return f"erasures:{self.actor}"
