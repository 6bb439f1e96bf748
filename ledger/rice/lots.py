"""What came from what: the lots an event names, and what it does to them.

Whether it may is `balance`'s. Mass may be lost, never gained.
"""

from __future__ import annotations

from typing import get_args

from msgspec import structs

from ledger.rice import acts
from ledger.rice.case import Case, CaseOf, Link, Outcome
from ledger.rice.events import (
    Draw,
    Drying,
    Event,
    Handover,
    Harvest,
    Milling,
    Packing,
    Palletising,
    Receiving,
    Shipping,
)
from ledger.rice.facts import Flag, Lot, Pallet, Product
from ledger.rice.mass import add, apportion, mass14_g, subtract, take

CUSTODY: tuple[str, ...] = get_args(acts.Custody)


def draws_of(body: Event) -> tuple[Draw, ...]:
    """Return the lots an event takes from, and how much: grams, or bags of a packed lot."""
    match body:
        case Drying(inputs=inputs) | Milling(inputs=inputs) | Packing(inputs=inputs):
            return inputs
        case Palletising(lot=lot, bags=bags):
            return ((lot, bags),)
        case Shipping(bags=loose):
            return loose
        case Handover(lot=lot, mass_g=mass_g):
            return ((lot, mass_g),)
    return ()


def births_of(body: Event) -> tuple[Draw, ...]:
    """Return the lots an event brings forth, and their grams."""
    match body:
        case Harvest(lot=lot, mass_g=mass_g) | Drying(lot=lot, mass_g=mass_g):
            return ((lot, mass_g),)
        case Milling(outputs=outputs):
            return outputs
        case Packing(lot=lot, bags=bags, bag_g=bag_g):
            return ((lot, bags * bag_g),)
    return ()


def gtin_of(lot_id: str) -> str:
    """Return the goods a lot's name begins with."""
    return lot_id.removeprefix("https://id.gs1.org/01/")[:14]


def input_g(body: Drying | Milling | Packing) -> int:
    """Return the grams a transformation takes in, as weighed."""
    return sum(mass_g for _, mass_g in body.inputs)


def counted_g(form: str, mass_g: int, moisture_ppt: int) -> int:
    """Return what a weighing counts for by origin: paddy at 14 % moisture, rice as weighed."""
    return mass14_g(mass_g, moisture_ppt) if form == "paddy" else mass_g


def harvest(case: CaseOf[Harvest], outcome: Outcome) -> None:
    """Open a lot of paddy, of one area and season, on its way to whoever takes it."""
    event = case.body
    outcome.put(
        Lot(
            id=event.lot,
            form="paddy",
            gtin=gtin_of(event.lot),
            maker=case.speaker,
            holder=case.speaker,
            consigned_to=case.actor_of(event.consigned_to),
            variety=event.variety,
            left_g=event.mass_g,
            brought_g=event.mass_g,
            origin={
                f"{event.area}/{event.season}": mass14_g(event.mass_g, event.moisture_ppt),
            },
            custody="identity_preserved",
            born_on=event.harvested_on,
            born_index=case.place.index,
        )
    )


def receive(case: CaseOf[Receiving], outcome: Outcome) -> None:
    """Move a lot to its receiver, as the receiver weighed it.

    A scale that shows more than was sent adds nothing to what the lot can account for.
    """
    event = case.body
    lot = case.know(Lot, f"lot:{event.lot}")
    now_g = counted_g(lot.form, event.mass_g, event.moisture_ppt)
    outcome.put(
        structs.replace(
            lot,
            holder=case.speaker,
            consigned_to="",
            left_g=event.mass_g,
            brought_g=event.mass_g,
            origin=apportion(min(now_g, sum(lot.origin.values())), lot.origin),
        )
    )


def hand_over(case: CaseOf[Handover], outcome: Outcome) -> None:
    """Send a lot on its way."""
    lot = case.know(Lot, f"lot:{case.body.lot}")
    outcome.put(structs.replace(lot, consigned_to=case.actor_of(case.body.consigned_to)))


def palletise(case: CaseOf[Palletising], outcome: Outcome) -> None:
    """Take bags of a lot onto a pallet."""
    event = case.body
    lot = case.know(Lot, f"lot:{event.lot}")
    outcome.put(structs.replace(lot, bags_left=lot.bags_left - event.bags))
    outcome.put(Pallet(sscc=event.pallet, lot=lot.id, bags=event.bags, holder=case.speaker))


def ship(case: CaseOf[Shipping], outcome: Outcome) -> None:
    """Take loose bags from their lots and mark pallets as gone."""
    for lot_id, bags in case.body.bags:
        lot = case.know(Lot, f"lot:{lot_id}")
        outcome.put(structs.replace(lot, bags_left=lot.bags_left - bags))
    for pallet_id in case.body.pallets:
        pallet = case.know(Pallet, f"pallet:{pallet_id}")
        outcome.put(structs.replace(pallet, shipped_index=case.place.index))


def hold(case: CaseOf[acts.Hold], outcome: Outcome) -> None:
    """Flag a lot as not to be moved."""
    lot = case.know(Lot, f"lot:{case.body.lot}")
    outcome.put(structs.replace(lot, held=(*lot.held, _flag(case, case.body.reason))))


def clear_hold(case: CaseOf[acts.ClearHold], outcome: Outcome) -> None:
    """Take one flag from a lot."""
    lot = case.know(Lot, f"lot:{case.body.lot}")
    held = tuple(flag for flag in lot.held if flag.index != case.body.hold_index)
    outcome.put(structs.replace(lot, held=held))


def recall(case: CaseOf[acts.Recall], outcome: Outcome) -> None:
    """Flag lots as called back, for good."""
    flag = _flag(case, case.body.reason)
    for lot_id in case.body.lots:
        lot = case.know(Lot, f"lot:{lot_id}")
        outcome.put(structs.replace(lot, recalled=(*lot.recalled, flag)))


def _flag(case: Case, reason: acts.LocalText) -> Flag:
    return Flag(index=case.place.index, actor=case.speaker, reason=reason)


def transform(case: CaseOf[Drying | Milling | Packing], outcome: Outcome) -> None:
    """Draw from every input, then divide what was drawn among the outputs by their mass."""
    event = case.body
    inputs, parts = [], []
    for lot_id, draw_g in event.inputs:
        lot = case.know(Lot, f"lot:{lot_id}")
        part = take(lot.origin, draw_g, lot.left_g)
        inputs.append(lot)
        parts.append(part)
        outcome.put(
            structs.replace(lot, left_g=lot.left_g - draw_g, origin=subtract(lot.origin, part))
        )
    drawn = add(parts)
    births = births_of(event)
    whole_g = input_g(event)
    for lot_id, mass_g in births:
        brought_g = mass_g
        if isinstance(event, Drying):
            # Paddy can be dried again and again: what two scales may differ by must not add up.
            brought_g = min(mass14_g(mass_g, event.moisture_ppt), sum(drawn.values()))
        outcome.put(_born(case, event, lot_id, inputs, apportion(brought_g, drawn), mass_g))
        for source_id, draw_g in event.inputs:
            outcome.links.append(Link(source_id, lot_id, mass_g * draw_g // whole_g))


def _born(
    case: Case,
    event: Drying | Milling | Packing,
    lot_id: str,
    inputs: list[Lot],
    origin: dict[str, int],
    mass_g: int,
) -> Lot:
    """Return the lot an event brings forth, or the dried lot it adds to."""
    before = case.find(Lot, f"lot:{lot_id}")
    varieties = {lot.variety for lot in [*inputs, *([before] if before else [])]}
    variety = varieties.pop() if len(varieties) == 1 else "mixed"
    if before is not None:
        origin = add([before.origin, origin])
    if isinstance(event, Drying):
        weakest = max((lot.custody for lot in inputs), key=CUSTODY.index)
        custody = "segregated" if weakest == CUSTODY[0] and len(origin) > 1 else weakest
    else:
        custody = event.custody
    if before is not None:
        return structs.replace(
            before,
            left_g=before.left_g + mass_g,
            brought_g=before.brought_g + mass_g,
            origin=origin,
            variety=variety,
            custody=max(before.custody, custody, key=CUSTODY.index),
        )
    packed = event if isinstance(event, Packing) else None
    return Lot(
        id=lot_id,
        form=case.know(Product, f"product:{gtin_of(lot_id)}").form,
        gtin=gtin_of(lot_id),
        maker=case.speaker,
        holder=case.speaker,
        variety=variety,
        left_g=mass_g,
        brought_g=mass_g,
        origin=origin,
        custody=custody,
        born_on=packed.packed_on if packed else event.on,
        born_index=case.place.index,
        bag_g=packed.bag_g if packed else 0,
        bags=packed.bags if packed else 0,
        bags_left=packed.bags if packed else 0,
        best_before_on=packed.best_before_on if packed else "",
        grant=packed.grant if packed else "",
    )
