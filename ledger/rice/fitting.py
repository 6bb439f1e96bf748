"""An event as far as what it speaks of is there, for when less is there than when it was stated.

Draws are cut to what is left, lots and units that never came to be are passed over. An event of
which nothing remains is nothing.
"""

from __future__ import annotations

from msgspec import structs

from ledger.rice import acts
from ledger.rice.case import Body
from ledger.rice.events import (
    AnyEvent,
    Arrival,
    Destruction,
    Dispatch,
    Draw,
    Handover,
    Harvest,
    Loading,
    Palletising,
    Receiving,
    Return,
    Sampling,
    Shipping,
    StockCount,
    Testing,
    Transporting,
    Unpalletising,
)
from ledger.rice.facts import Container, Facts, Lot, Pallet, find
from ledger.rice.lots import Transformation, draws_of
from ledger.rice.members import container


def as_far_as_there(body: Body, facts: Facts) -> Body | None:
    """Return what is left of a statement about lots and units; nothing if that is not enough."""
    if not isinstance(body, AnyEvent):
        return _act(body, facts)
    if isinstance(body, Transformation):
        return structs.replace(body, inputs=_draws(body.inputs, facts))
    if isinstance(body, Sampling | Destruction | Palletising | StockCount):
        return _amount(body, facts)
    if isinstance(body, Harvest | Receiving | Handover | Transporting | Testing):
        is_there = isinstance(body, Harvest) or _lot(facts, body.lot) is not None
        return body if is_there else None
    return _movement(body, facts)


def _act(body: Body, facts: Facts) -> Body | None:
    if isinstance(body, acts.Hold | acts.ClearHold | acts.Recall):
        there = tuple(lot for lot in body.lots if _lot(facts, lot) is not None)
        return structs.replace(body, lots=there)
    if isinstance(body, acts.IssueLabels):
        return None if _lot(facts, body.lot) is None else body
    return None


def _amount(
    body: Sampling | Destruction | Palletising | StockCount, facts: Facts
) -> AnyEvent | None:
    """Return an event with no more than is left."""
    lot = _lot(facts, body.lot)
    if lot is None:
        return None
    if isinstance(body, StockCount):
        return structs.replace(body, bags=min(body.bags, lot.bags_left)) if body.bags else body
    ((_, wanted),) = draws_of(body)
    amount = min(wanted, _left(facts, body.lot))
    if not amount:
        return None
    if isinstance(body, Palletising) or (isinstance(body, Destruction) and body.bags):
        return structs.replace(body, bags=amount)
    return structs.replace(body, mass_g=amount)


def _movement(body: AnyEvent, facts: Facts) -> AnyEvent | None:
    """Return a movement of the pallets and containers that are there."""
    match body:
        case Unpalletising(pallet=name):
            return body if _pallets(facts, (name,)) else None
        case Shipping(container=number):
            return None if find(facts, Container, f"container:{number}") is None else body
        case Loading(pallets=pallets, bags=bags):
            there = _pallets(facts, pallets)
            return structs.replace(body, pallets=there, bags=_draws(bags, facts))
        case Return(pallets=pallets, lots=lots):
            there = _pallets(facts, pallets)
            return structs.replace(body, pallets=there, lots=_draws(lots, facts))
        case Dispatch(pallets=pallets):
            return structs.replace(body, pallets=_pallets(facts, pallets))
        case Arrival(units=units):
            return structs.replace(
                body, units=tuple(name for name in units if _is_unit(facts, name))
            )
    return None


def _draws(draws: tuple[Draw, ...], facts: Facts) -> tuple[Draw, ...]:
    fitted = ((lot, min(amount, _left(facts, lot))) for lot, amount in draws)
    return tuple((lot, amount) for lot, amount in fitted if amount > 0)


def _lot(facts: Facts, lot_id: str) -> Lot | None:
    return find(facts, Lot, f"lot:{lot_id}")


def _left(facts: Facts, lot_id: str) -> int:
    lot = _lot(facts, lot_id)
    if lot is None:
        return 0
    return lot.bags_left if lot.form == "packed" else lot.left_g


def _pallets(facts: Facts, names: tuple[str, ...]) -> tuple[str, ...]:
    """Return the pallets that are there, with a lot whose bags they carry."""
    known = ((name, find(facts, Pallet, f"pallet:{name}")) for name in names)
    return tuple(name for name, one in known if one is not None and _lot(facts, one.lot))


def _is_unit(facts: Facts, name: str) -> bool:
    if name.startswith("urn:"):
        return find(facts, Container, f"container:{container(name)}") is not None
    return bool(_pallets(facts, (name,)))
