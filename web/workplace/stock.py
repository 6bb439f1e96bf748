"""What an organisation can choose from in its forms: lots, areas, goods, other organisations."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from ledger.lists import lot_name
from ledger.rice.certificate_facts import Attestation
from ledger.rice.facts import Actor, Area, F, Lot, Product
from ledger.store.store import Reading

_PAGE = 1_000


@dataclass(frozen=True, slots=True)
class Choices:
    """Everything the forms of one organisation offer."""

    lots: list[Lot]
    awaited: list[Lot]
    areas: list[Area]
    products: list[Product]
    actors: list[Actor]
    grants: list[Attestation]


def choices_of(view: Reading, actor: Actor) -> Choices:
    """Return what one organisation may name: its own lots first."""
    lots = [lot for lot in every(view, Lot, "lot") if lot.left_g or lot.bags_left]
    return Choices(
        lots=[lot for lot in lots if lot.holder == actor.id],
        awaited=[lot for lot in lots if lot.consigned_to == actor.id],
        areas=[area for area in every(view, Area, "area") if area.manager == actor.id],
        products=list(every(view, Product, "product")),
        actors=[one for one in every(view, Actor, "actor") if one.id != actor.id],
        grants=[
            one
            for one in every(view, Attestation, "attestation")
            if one.effect == "licenses" and one.issued_to == actor.id
        ],
    )


def every(view: Reading, kind: type[F], prefix: str) -> Iterator[F]:
    """Yield every fact of a kind, in the order of its key."""
    last = ""
    while rows := view.facts_of(prefix, last, _PAGE):
        yield from (row for row in rows if isinstance(row, kind))
        last = rows[-1].key


def seasons_about(now: datetime) -> list[str]:
    """Return the seasons somebody may be recording now: those of this year, and those beside it.

    Winter-spring (DX) is named by the year it ends in.
    """
    year = now.year
    return [
        *(f"{kind}-{year}" for kind in ("DX", "HT", "TD")),
        f"DX-{year + 1}",
        f"TD-{year - 1}",
    ]


def short_name(uri: str) -> str:
    """Return the number people know a lot by."""
    return lot_name(uri).partition("/")[2]
