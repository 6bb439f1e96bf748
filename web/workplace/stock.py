"""What an organisation can choose from in its forms: its lots and units, land, goods, others."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import unquote

from ledger.holdings import Holdings
from ledger.rice.certificate_facts import Attestation
from ledger.rice.facts import Actor, Area, Container, Lot, Pallet, Product
from ledger.store.store import Reading

_MAY, _SEPTEMBER, _DECEMBER = 5, 9, 12
_NAMED = re.compile(
    r"https://id\.gs1\.org/(?:01/[0-9]{14}/10|00)/([A-Za-z0-9%._~-]+[A-Za-z0-9%_~-])"
)


@dataclass(frozen=True, slots=True)
class Choices:
    """Everything the forms of one organisation offer."""

    lots: list[Lot]
    awaited: list[Lot]
    pallets: list[Pallet]
    units: list[Pallet | Container]
    containers: list[Container]
    areas: list[Area]
    products: list[Product]
    actors: list[Actor]
    grants: list[Attestation]


def choices_of(view: Reading, actor: Actor, holdings: Holdings) -> Choices:
    """Return what one organisation may name: its own lots first."""
    held = holdings.of(view, actor.id)
    return Choices(
        lots=[lot for lot in held.lots if not lot.consigned_to],
        awaited=held.awaited_lots,
        pallets=[one for one in held.pallets if not (one.consigned_to or one.container)],
        units=[*held.awaited_pallets, *held.awaited_containers],
        containers=[one for one in held.containers if one.shipped_index is None],
        areas=held.areas,
        products=list(view.every(Product, "product")),
        actors=[one for one in view.every(Actor, "actor") if one.id != actor.id],
        grants=held.grants,
    )


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


def season_of(day: str) -> str:
    """Return the season whose paddy is most likely cut on a day; a form begins with it."""
    year, month = int(day[:4]), int(day[5:7])
    if month == _DECEMBER:
        return f"DX-{year + 1}"
    return f"{'DX' if month < _MAY else 'HT' if month < _SEPTEMBER else 'TD'}-{year}"


def short_name(uri: str) -> str:
    """Return the number people know a lot or a pallet by."""
    return unquote(uri.rpartition("/")[2])


def shortened(text: str) -> str:
    """Return a sentence with lots and pallets called by their numbers alone."""
    return _NAMED.sub(lambda found: unquote(found[1]), text)


def bags_of(view: Reading, container: Container) -> list[tuple[str, int]]:
    """Return the bags in a container: those stacked on its pallets, and those that lie loose."""
    keys = [f"pallet:{name}" for name in container.pallets]
    stacked = [one for one in view.facts(keys).values() if isinstance(one, Pallet)]
    return [*container.bags, *((pallet.lot, pallet.bags) for pallet in stacked)]
