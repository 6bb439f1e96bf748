"""What a lot may say of how it was grown: the mark on it, or the marks it could still carry."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from ledger.rice.attestations import standing, uncovered
from ledger.rice.certificate_facts import Attestation
from ledger.rice.facts import Facts, Lot, find
from ledger.rice.quotas import left_g


class GrantLeft(Struct, frozen=True, kw_only=True):
    """A grant of the mark, where it stands, and how much of its quota nobody has drawn yet."""

    id: str
    number: str
    season: str
    state: str
    quota_g: int
    drawn_g: int
    left_g: int


class Claim(Struct, frozen=True, kw_only=True):
    """Whether every gram of a lot comes from where somebody accredited has confirmed the season.

    ``missing`` are the origins (``area/season``) nobody confirmed. ``mark`` is the grant a packed
    lot is sold under, ``grants`` those under which a loose one could be packed.
    """

    is_covered: bool
    missing: tuple[str, ...]
    mark: GrantLeft | None
    grants: tuple[GrantLeft, ...]


def claim_of(facts: Facts, lot: Lot, grants: Iterable[Attestation], on: str) -> Claim:
    """Return what a lot may say on a day, of an organisation's grants."""
    missing = uncovered(facts, sorted(lot.origin), on)
    marked = find(facts, Attestation, f"attestation:{lot.grant}") if lot.grant else None
    usable = [grant for grant in grants if lot.form != "packed" and _fits(facts, grant, lot, on)]
    return Claim(
        is_covered=bool(lot.origin) and not missing,
        missing=tuple(missing),
        mark=quota_of(facts, marked, on) if marked else None,
        grants=tuple(quota_of(facts, grant, on) for grant in usable),
    )


def quota_of(facts: Facts, grant: Attestation, on: str) -> GrantLeft:
    """Return where a grant stands on a day, and what can still be packed under it."""
    return GrantLeft(
        id=grant.id,
        number=grant.number,
        season=grant.season,
        state=standing(facts, grant, on),
        quota_g=grant.quota_g,
        drawn_g=grant.drawn_g,
        left_g=max(0, left_g(facts, grant, on, on)),
    )


def _fits(facts: Facts, grant: Attestation, lot: Lot, on: str) -> bool:
    granted = {f"{code}/{grant.season}" for code in grant.areas}
    return (
        bool(lot.origin)
        and set(lot.origin) <= granted
        and not uncovered(facts, lot.origin, on, grant)
    )
