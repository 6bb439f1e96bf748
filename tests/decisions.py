"""What offices decide in stories: each takes the cells of a line, and says what comes of it."""

from __future__ import annotations

from collections.abc import Callable

from ledger.rice import acts
from tests.world import SEASON, World, attested, lot


def _confirm(world: World, who: str, areas: str) -> str:
    codes = areas.split("+")
    return world.say(who, attested("conformity", who, "htx", *codes, ha=10 * len(codes)))


def _grant(world: World, who: str, areas: str) -> str:
    codes = areas.split("+")
    return world.say(who, attested("grant", who, "may", *codes, ha=10 * len(codes)))


def _decide(world: World, who: str, kind: str, areas: str, state: str, from_on: str) -> str:
    """Suspend, reinstate, reduce (``reduced:M2:GRAMS``) or withdraw a confirmation or a grant."""
    issuer = {"conformity": "xa", "grant": "hh"}[kind]
    state, *left = state.split(":")
    act = acts.ChangeAttestation(
        attestation=attested(kind, issuer, "", *areas.split("+")).id,
        state=state,  # type: ignore[arg-type]
        from_on=from_on,
        reason="other",
        remark=f"{state} #{world.size}",
        paper="1",
        decided_by=issuer,
        area_m2=int(left[0]) if left else 0,
        quota_g=int(left[1]) if left else 0,
    )
    return world.say(who, act)


def _verify(world: World, who: str, areas: str) -> str:
    codes = areas.split("+")
    return world.say(who, attested("ghg", who, "htx", *codes, ha=10 * len(codes)))


def _sell(world: World, who: str, name: str, mass: str, areas: str) -> str:
    """Certify the sale of a lot under the grant over some areas."""
    codes = areas.split("+")
    sale = attested(
        *("transaction", who, "may", *codes),
        ha=0,
        id=f"https://demo.rice.example/attestations/sale-{world.size}",
        lot=lot(name),
        sold_g=int(mass),
        licence=attested("grant", "hh", "", *codes).id,
        from_on=world.day,
    )
    return world.say(who, sale)


def _claim(world: World, who: str, area: str, mass_kg: str, statement: str) -> str:
    """Claim the reduction of an area, upon the emission statement over some areas."""
    act = acts.ClaimReduction(
        area=area,
        season=SEASON,
        statement=attested("ghg", "kiem", "", *statement.split("+")).id,
        reduction_kg=int(mass_kg),
        registry="VCS",
        number=f"#{world.size}",
    )
    return world.say(who, act)


def _relate(world: World, who: str, other: str) -> str:
    actor = who if who != "so" else "xa"
    return world.say(who, acts.DeclareRelation(actor=actor, other=other, kind="consultant"))


DECISIONS: dict[str, Callable[..., str]] = {
    "confirm": _confirm,
    "grant": _grant,
    "decide": _decide,
    "verify": _verify,
    "sell": _sell,
    "claim": _claim,
    "relate": _relate,
}
"""By the word a line begins with."""
