"""Pallets and containers: who has them, what is in them, and what events do to them."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import structs

from ledger.rice.actors import Reason
from ledger.rice.case import Case, CaseOf, Link, Outcome
from ledger.rice.events import (
    Arrival,
    Dispatch,
    Draw,
    Loading,
    Palletising,
    Return,
    Shipping,
    Unpalletising,
)
from ledger.rice.facts import Actor, Container, Lot, Pallet
from ledger.rice.members import container, container_uri

HOME = "VN"
"""Where rice has to leave for its shipping to be an export (ISO 3166)."""


def unknown_unit(
    case: CaseOf[Unpalletising | Loading | Shipping | Dispatch | Arrival | Return],
) -> Reason:
    """A pallet or container is used that does not exist yet, or no longer."""
    for name in _pallets_of(case.body):
        pallet = case.find(Pallet, f"pallet:{name}")
        if pallet is None or pallet.ended_index is not None:
            return {"lot": name}
    for number in _containers_of(case.body):
        found = case.find(Container, f"container:{number}")
        if found is None or found.is_empty:
            return {"lot": container_uri(number)}
    return None


def taken_unit(case: CaseOf[Palletising | Loading]) -> Reason:
    """A pallet begins under a name that is taken, or a container is loaded that is not empty."""
    if isinstance(case.body, Palletising):
        taken = case.find(Pallet, f"pallet:{case.body.pallet}") is not None
        return {"lot": case.body.pallet} if taken else None
    found = case.find(Container, f"container:{case.body.container}")
    if found is None or found.is_empty:
        return None
    return {"lot": container_uri(found.number)}


def foreign_unit(
    case: CaseOf[Unpalletising | Loading | Shipping | Dispatch | Arrival | Return],
) -> Reason:
    """A pallet or container is moved by somebody who does not have it."""
    body = case.body
    if isinstance(body, Arrival):
        return _not_sent_here(case, body)
    for name in _pallets_of(body):
        pallet = case.know(Pallet, f"pallet:{name}")
        inside = container_uri(pallet.container) if pallet.container else ""
        elsewhere = inside or pallet.consigned_to
        if pallet.holder != case.speaker or elsewhere:
            return {"lot": name, "holder": elsewhere or pallet.holder, "actor": case.speaker}
    for number in _containers_of(body):
        found = case.know(Container, f"container:{number}")
        if found.holder != case.speaker or found.consigned_to:
            holder = found.consigned_to or found.holder
            return {"lot": container_uri(number), "holder": holder, "actor": case.speaker}
    return None


def _not_sent_here(case: Case, body: Arrival) -> Reason:
    giver = case.actor_of(body.handed_over_by)
    units: list[tuple[str, Pallet | Container]] = [
        (name, case.know(Pallet, f"pallet:{name}")) for name in _pallets_of(body)
    ]
    units += [
        (container_uri(number), case.know(Container, f"container:{number}"))
        for number in _containers_of(body)
    ]
    for name, found in units:
        if found.consigned_to != case.speaker or found.holder != giver:
            holder = found.consigned_to or found.holder
            return {"lot": name, "holder": holder, "actor": case.speaker}
    return None


def unlicensed_export(case: CaseOf[Shipping]) -> Reason:
    """Rice is exported without an export licence in force that day."""
    actor = case.know(Actor, f"actor:{case.speaker}")
    if case.body.country == HOME:
        return None
    if actor.licence_number and actor.licence_from_on <= case.body.on <= actor.licence_to_on:
        return None
    return {"actor": actor.id}


def overloaded_container(case: CaseOf[Loading]) -> Reason:
    """A container holds more than it can carry."""
    limit = case.founding.settings.container_reject_g if case.founding else 0
    return _load(case, limit)


def heavy_container(case: CaseOf[Loading]) -> Reason:
    """A container holds more than is usual."""
    limit = case.founding.settings.container_warn_g if case.founding else 0
    return _load(case, limit)


def _load(case: CaseOf[Loading], limit_g: int) -> Reason:
    loads = bags_in(case, case.body.pallets, case.body.bags)
    total_g = sum(bags * case.know(Lot, f"lot:{lot_id}").bag_g for lot_id, bags in loads)
    return {"net_kg": total_g // 1000, "limit_kg": limit_g // 1000} if total_g > limit_g else None


def recalled_load(case: CaseOf[Shipping]) -> Reason:
    """A container leaves with bags of a lot that is on hold or recalled since it was loaded."""
    found = case.know(Container, f"container:{case.body.container}")
    for lot_id, _ in bags_in(case, found.pallets, found.bags):
        lot = case.know(Lot, f"lot:{lot_id}")
        if lot.held or lot.recalled:
            return {"lot": lot_id}
    return None


def differing_arrival(case: CaseOf[Arrival]) -> Reason:
    """Not as many bags arrive as were sent; both figures stay on record."""
    sent = sum(bags for _, bags in _sent(case, case.body))
    return None if sent == case.body.bags else {"sent": sent, "received": case.body.bags}


def _sent(case: Case, body: Arrival) -> list[Draw]:
    loads = bags_in(case, _pallets_of(body), ())
    for number in _containers_of(body):
        found = case.know(Container, f"container:{number}")
        loads += bags_in(case, found.pallets, found.bags)
    return loads


def bags_in(case: Case, pallets: Iterable[str], loose: Iterable[Draw]) -> list[Draw]:
    """Return the lots and bags on pallets, and loose beside them."""
    stacked = (case.know(Pallet, f"pallet:{name}") for name in pallets)
    return [*loose, *((pallet.lot, pallet.bags) for pallet in stacked)]


def _pallets_of(body: object) -> tuple[str, ...]:
    match body:
        case Unpalletising(pallet=pallet):
            return (pallet,)
        case Loading(pallets=pallets) | Dispatch(pallets=pallets) | Return(pallets=pallets):
            return pallets
        case Arrival(units=units):
            return tuple(name for name in units if not name.startswith("urn:"))
    return ()


def _containers_of(body: object) -> tuple[str, ...]:
    match body:
        case Shipping(container=number):
            return (number,)
        case Arrival(units=units):
            return tuple(container(name) for name in units if name.startswith("urn:"))
    return ()


def palletise(case: CaseOf[Palletising], outcome: Outcome) -> None:
    """Take bags of a lot onto a pallet."""
    event = case.body
    lot = case.know(Lot, f"lot:{event.lot}")
    outcome.put(structs.replace(lot, bags_left=lot.bags_left - event.bags))
    outcome.put(Pallet(sscc=event.pallet, lot=lot.id, bags=event.bags, holder=case.speaker))
    outcome.links.append(Link(lot.id, event.pallet, event.bags * lot.bag_g))


def unpalletise(case: CaseOf[Unpalletising], outcome: Outcome) -> None:
    """Take a pallet apart. The bags go back to their lot where its holder has them."""
    pallet = case.know(Pallet, f"pallet:{case.body.pallet}")
    lot = case.know(Lot, f"lot:{pallet.lot}")
    bags = pallet.bags if lot.holder == case.speaker else 0
    outcome.put(structs.replace(lot, bags_left=lot.bags_left + bags))
    outcome.put(structs.replace(pallet, ended_index=case.place.index))


def load(case: CaseOf[Loading], outcome: Outcome) -> None:
    """Put pallets and loose bags into a container."""
    event = case.body
    inside = container_uri(event.container)
    for lot_id, bags in event.bags:
        lot = case.know(Lot, f"lot:{lot_id}")
        outcome.put(structs.replace(lot, bags_left=lot.bags_left - bags))
        outcome.links.append(Link(lot_id, inside, bags * lot.bag_g))
    for name in event.pallets:
        pallet = case.know(Pallet, f"pallet:{name}")
        outcome.put(structs.replace(pallet, container=event.container))
        bag_g = case.know(Lot, f"lot:{pallet.lot}").bag_g
        outcome.links.append(Link(name, inside, pallet.bags * bag_g))
    outcome.put(
        Container(
            number=event.container,
            seal=event.seal,
            holder=case.speaker,
            pallets=event.pallets,
            bags=event.bags,
            loaded_index=case.place.index,
        )
    )


def ship(case: CaseOf[Shipping], outcome: Outcome) -> None:
    """Send a container, and the pallets in it, on their way."""
    found = case.know(Container, f"container:{case.body.container}")
    consignee, index = case.actor_of(case.body.consigned_to), case.place.index
    outcome.put(structs.replace(found, consigned_to=consignee, shipped_index=index))
    for name in found.pallets:
        pallet = case.know(Pallet, f"pallet:{name}")
        outcome.put(structs.replace(pallet, shipped_index=index))
    for lot_id, _ in found.bags:
        outcome.put(case.know(Lot, f"lot:{lot_id}"))  # its journey goes on


def dispatch(case: CaseOf[Dispatch | Return], outcome: Outcome) -> None:
    """Send pallets on their way, or back."""
    for name in case.body.pallets:
        pallet = case.know(Pallet, f"pallet:{name}")
        consignee = case.actor_of(case.body.consigned_to)
        outcome.put(structs.replace(pallet, consigned_to=consignee, shipped_index=case.place.index))


def arrive(case: CaseOf[Arrival], outcome: Outcome) -> None:
    """Take pallets in; empty a container of the pallets in it."""
    pallets = list(_pallets_of(case.body))
    for number in _containers_of(case.body):
        found = case.know(Container, f"container:{number}")
        outcome.put(structs.replace(found, holder=case.speaker, consigned_to="", is_empty=True))
        pallets += found.pallets
        for lot_id, _ in found.bags:
            outcome.put(case.know(Lot, f"lot:{lot_id}"))
    for name in pallets:
        pallet = case.know(Pallet, f"pallet:{name}")
        outcome.put(structs.replace(pallet, holder=case.speaker, consigned_to="", container=""))
