"""What is known of goods, of a pallet, and of the organisation behind a place: their sheets.

A product's sheet counts its lots by whether they may be used; it reads no more of them than
``LOTS_MAX``, and says so where there are more.
"""

from __future__ import annotations

from itertools import islice

from msgspec import Struct

from ledger.affected import parties
from ledger.errors import CODES, NotFoundError, Words
from ledger.proof.verdict import Party
from ledger.rice.digital_link import CANONICAL_HOST, format_path
from ledger.rice.facts import Actor, Lot, Pallet, Product, find
from ledger.rice.terms import LocalText
from ledger.store.store import Reading

CODES |= {
    "link_unlisted": Words(
        "Nothing is recorded here under {link}.",
        "Ở đây chưa ghi gì dưới {link}.",
    ),
    "link_type_unlisted": Words(
        "There is no link of the type {kind} for {link}.",
        "Không có liên kết loại {kind} cho {link}.",
    ),
}

RESOLVED_KEYS = ("00", "01", "414", "417")
"""Primary keys of GS1 Digital Links that may name something here: pallets, goods, places."""
LOTS_MAX = 2_000
"""Lots of one product that are counted: more would make a page wait for the disk."""
LOTS_SHOWN = 20

LOT_STATES = ("recalled", "recalled_in_part", "held", "free")
"""What may be said of a lot before anything else, the worst first."""


class LotLine(Struct, frozen=True, kw_only=True):
    """One lot of a product: since when, how many bags, whether it may be used."""

    lot: str
    born_on: str
    bags: int
    brought_g: int
    state: str


class ProductSheet(Struct, frozen=True, kw_only=True):
    """Goods with a GTIN: what they are, whose, and how many lots there are in each state.

    ``owner`` registered it, ``makers`` made the lots. ``lots`` are the youngest. If not
    ``is_whole``, there are more lots than were counted.
    """

    product: Product
    owner: Party
    makers: tuple[Party, ...]
    states: tuple[tuple[str, int], ...]
    lots: tuple[LotLine, ...]
    count: int
    is_whole: bool


class PalletSheet(Struct, frozen=True, kw_only=True):
    """A pallet: whose bags are on it, who has it or is sent it, or the container it stands in."""

    pallet: str
    lot: str
    product: LocalText
    bags: int
    mass_g: int
    maker: Party
    holder: Party
    sent_to: Party | None
    container: str
    is_apart: bool
    state: str


class Place(Struct, frozen=True, kw_only=True):
    """An organisation registered with a GLN, and the goods it registered."""

    actor: Actor
    products: tuple[Product, ...]


def product_sheet(view: Reading, gtin: str) -> ProductSheet:
    """Return everything worth telling of a product; raise `NotFoundError` if there is none."""
    product = find(view, Product, f"product:{gtin}")
    if product is None:
        raise NotFoundError("link_unlisted", link=f"(01) {gtin}")
    lots = view.every(Lot, "lot", f"{CANONICAL_HOST}{format_path(('01', gtin))}/10/")
    found = list(islice(lots, LOTS_MAX + 1))
    counted = [_line(lot) for lot in found[:LOTS_MAX]]
    counts = {state: sum(line.state == state for line in counted) for state in LOT_STATES}
    makers = list(dict.fromkeys(lot.maker for lot in found))
    named = parties(view, [product.owner, *makers])
    return ProductSheet(
        product=product,
        owner=named[product.owner],
        makers=tuple(named[maker] for maker in makers),
        states=tuple((state, count) for state, count in counts.items() if count),
        lots=tuple(sorted(counted, key=_youngest_first)[:LOTS_SHOWN]),
        count=len(counted),
        is_whole=len(found) <= LOTS_MAX,
    )


def pallet_sheet(view: Reading, name: str) -> PalletSheet:
    """Return what is on a pallet and where it is; raise `NotFoundError` if there is none."""
    pallet = find(view, Pallet, f"pallet:{name}")
    lot = find(view, Lot, f"lot:{pallet.lot}") if pallet else None
    if pallet is None or lot is None:
        raise NotFoundError("link_unlisted", link=name[:200])
    product = find(view, Product, f"product:{lot.gtin}")
    named = parties(view, [lot.maker, pallet.holder, pallet.consigned_to])
    return PalletSheet(
        pallet=name,
        lot=lot.id,
        product=product.name if product else LocalText(vi=lot.gtin, en=lot.gtin),
        bags=pallet.bags,
        mass_g=pallet.bags * lot.bag_g,
        maker=named[lot.maker],
        holder=named[pallet.holder],
        sent_to=named.get(pallet.consigned_to),
        container=pallet.container,
        is_apart=pallet.ended_index is not None,
        state=_state(lot),
    )


def places(view: Reading, gln: str) -> list[Place]:
    """Return the organisations registered with a GLN: one, none, or several that share it."""
    actors = [actor for actor in view.every(Actor, "actor") if actor.gln == gln]
    if not actors:
        return []
    goods: dict[str, list[Product]] = {actor.id: [] for actor in actors}
    for product in view.every(Product, "product"):
        goods.get(product.owner, []).append(product)
    return [Place(actor=actor, products=tuple(goods[actor.id])) for actor in actors]


def _line(lot: Lot) -> LotLine:
    return LotLine(
        lot=lot.id,
        born_on=lot.born_on,
        bags=lot.bags,
        brought_g=lot.brought_g,
        state=_state(lot),
    )


def _state(lot: Lot) -> str:
    if lot.recalled:
        is_whole = any(not flag.bag_ranges for flag in lot.recalled)
        return "recalled" if is_whole else "recalled_in_part"
    return "held" if lot.held else "free"


def _youngest_first(line: LotLine) -> tuple[int, str]:
    return -int(line.born_on.replace("-", "") or 0), line.lot
