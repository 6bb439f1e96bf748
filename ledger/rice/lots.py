"""What came from what: the lots an event names, and what it does to them.

Whether it may is `possession`'s and `balance`'s. Mass may be lost, never gained.
"""

from __future__ import annotations

from typing import get_args

from msgspec import structs

from ledger.rice import acts
from ledger.rice.case import Case, CaseOf, Link, Outcome
from ledger.rice.events import (
    Blending,
    Destruction,
    Dividing,
    Draw,
    Drying,
    Event,
    FieldWork,
    Handover,
    Harvest,
    Loading,
    Milling,
    Packing,
    Palletising,
    Receiving,
    Repacking,
    Return,
    Reworking,
    Sampling,
    StockCount,
    Storing,
    Testing,
    Transporting,
)
from ledger.rice.facts import Flag, LabelBatch, Layer, Lot, Product
from ledger.rice.mass import add, apportion, mass14_g, subtract, take
from ledger.rice.terms import Custody

CUSTODY: tuple[str, ...] = get_args(Custody)

Transformation = Dividing | Drying | Storing | Milling | Blending | Reworking | Packing | Repacking
"""Lots become other lots."""
TRANSFORMATIONS: tuple[type[Event], ...] = get_args(Transformation)
Filling = Packing | Repacking
"""Bags are filled."""

_FAILED = acts.LocalText(vi="Mẫu thử không đạt", en="A sample did not conform")


def draws_of(body: Event) -> tuple[Draw, ...]:
    """Return the lots an event takes from, and how much: grams, or bags of a packed lot."""
    match body:
        case FieldWork():  # half of what is said of a season
            return ()
        case (
            Dividing(inputs=draws)
            | Drying(inputs=draws)
            | Storing(inputs=draws)
            | Milling(inputs=draws)
            | Blending(inputs=draws)
            | Reworking(inputs=draws)
            | Packing(inputs=draws)
            | Repacking(inputs=draws)
            | Loading(bags=draws)
            | Return(lots=draws)
        ):
            return draws
        case Palletising(lot=lot, bags=bags):
            return ((lot, bags),)
        case Handover(lot=lot, mass_g=mass_g) | Sampling(lot=lot, mass_g=mass_g):
            return ((lot, mass_g),)
        case Destruction(lot=lot, mass_g=mass_g, bags=bags):
            return ((lot, mass_g or bags),)
    return ()


def births_of(body: Event) -> tuple[Draw, ...]:
    """Return the lots an event brings forth, and their grams."""
    match body:
        case FieldWork():
            return ()
        case (
            Harvest(lot=lot, mass_g=mass_g)
            | Drying(lot=lot, mass_g=mass_g)
            | Storing(lot=lot, mass_g=mass_g)
            | Blending(lot=lot, mass_g=mass_g)
        ):
            return ((lot, mass_g),)
        case Dividing(outputs=outputs) | Milling(outputs=outputs) | Reworking(outputs=outputs):
            return outputs
        case Packing(lot=lot, bags=bags, bag_g=bag_g) | Repacking(lot=lot, bags=bags, bag_g=bag_g):
            return ((lot, bags * bag_g),)
    return ()


def gtin_of(lot_id: str) -> str:
    """Return the goods a lot's name begins with."""
    return lot_id.removeprefix("https://id.gs1.org/01/")[:14]


def input_g(case: Case, body: Transformation) -> int:
    """Return the grams a transformation takes in, as weighed."""
    return sum(grams_of(case, draw) for draw in body.inputs)


def grams_of(case: Case, draw: Draw) -> int:
    """Return the grams of a draw, which counts bags where the lot is packed."""
    lot = case.know(Lot, f"lot:{draw[0]}")
    return draw[1] * lot.bag_g if lot.form == "packed" else draw[1]


def counted_g(form: str, mass_g: int, moisture_ppt: int) -> int:
    """Return what a weighing counts for by origin: paddy at 14 % moisture, rice as weighed."""
    return mass14_g(mass_g, moisture_ppt) if form == "paddy" else mass_g


def draw(lot: Lot, draw_g: int) -> tuple[dict[str, int], Lot]:
    """Return what goes with ``draw_g`` out of a lot by origin, and the lot as it is then.

    A silo with an order gives its oldest layers first, or its newest; any other lot is one mixture.
    """
    if not lot.layers:
        part = take(lot.origin, draw_g, lot.left_g)
        left_g, origin = lot.left_g - draw_g, subtract(lot.origin, part)
        return part, structs.replace(lot, left_g=left_g, origin=origin)
    layers, parts, wanted_g = list(lot.layers), [], draw_g
    while wanted_g:
        at = 0 if lot.order == "first_in" else -1
        layer = layers[at]
        taken_g = min(wanted_g, layer.left_g)
        part = take(layer.origin, taken_g, layer.left_g)
        parts.append(part)
        wanted_g -= taken_g
        layers[at] = Layer(left_g=layer.left_g - taken_g, origin=subtract(layer.origin, part))
        if not layers[at].left_g:
            del layers[at]
    drawn = add(parts)
    return drawn, structs.replace(
        lot,
        left_g=lot.left_g - draw_g,
        origin=subtract(lot.origin, drawn),
        layers=tuple(layers),
    )


def harvest(case: CaseOf[Harvest], outcome: Outcome) -> None:
    """Open a lot of paddy of one area and season, or add another day's harvest to it."""
    event = case.body
    origin = {f"{event.area}/{event.season}": mass14_g(event.mass_g, event.moisture_ppt)}
    before = case.find(Lot, f"lot:{event.lot}") if event.continues else None
    if before is not None:
        outcome.put(
            structs.replace(
                before,
                consigned_to=case.actor_of(event.consigned_to),
                left_g=before.left_g + event.mass_g,
                brought_g=before.brought_g + event.mass_g,
                origin=add([before.origin, origin]),
            )
        )
        return
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
            origin=origin,
            custody="identity_preserved",
            born_on=event.harvested_on,
            born_index=case.place.index,
        )
    )


def receive(case: CaseOf[Receiving], outcome: Outcome) -> None:
    """Move a lot to its receiver, as the receiver weighed it.

    A scale that shows more than was sent adds nothing to what the lot can account for. What comes
    out of a silo's layers is mixed on its way.
    """
    event = case.body
    lot = case.know(Lot, f"lot:{event.lot}")
    now_g = counted_g(lot.form, event.mass_g, event.moisture_ppt)
    total_g = sum(lot.origin.values())
    outcome.put(
        structs.replace(
            lot,
            holder=case.speaker,
            consigned_to="",
            left_g=event.mass_g,
            brought_g=event.mass_g,
            origin=apportion(min(now_g, total_g), lot.origin) if total_g else {},
            order="",
            layers=(),
        )
    )


def hand_over(case: CaseOf[Handover], outcome: Outcome) -> None:
    """Send a lot on its way."""
    lot = case.know(Lot, f"lot:{case.body.lot}")
    outcome.put(structs.replace(lot, consigned_to=case.actor_of(case.body.consigned_to)))


def note(case: CaseOf[Transporting | Testing], outcome: Outcome) -> None:
    """Remember that something was said of a lot; a failed test puts it on hold."""
    lot = case.know(Lot, f"lot:{case.body.lot}")
    if isinstance(case.body, Testing) and not case.body.conforms:
        lot = structs.replace(lot, held=(*lot.held, _flag(case, _FAILED)))
    outcome.put(lot)


def lose(case: CaseOf[Sampling | Destruction], outcome: Outcome) -> None:
    """Take a sample, or what is destroyed, out of a lot."""
    ((lot_id, amount),) = draws_of(case.body)
    lot = case.know(Lot, f"lot:{lot_id}")
    _, left = draw(lot, grams_of(case, (lot_id, amount)))
    if lot.form == "packed":
        left = structs.replace(left, bags_left=lot.bags_left - amount)
    outcome.put(left)


def count(case: CaseOf[StockCount], outcome: Outcome) -> None:
    """Let the books follow what is there. More than the books say has no origin, and gets none."""
    event = case.body
    lot = case.know(Lot, f"lot:{event.lot}")
    if lot.form == "packed":
        missing = lot.bags_left - event.bags
        if missing > 0:
            _, lot = draw(lot, missing * lot.bag_g)
        outcome.put(structs.replace(lot, bags_left=event.bags))
        return
    if event.mass_g < lot.left_g:
        _, lot = draw(lot, lot.left_g - event.mass_g)
    elif lot.layers:
        newest = lot.layers[-1]
        more_g = newest.left_g + event.mass_g - lot.left_g
        lot = structs.replace(
            lot, layers=(*lot.layers[:-1], structs.replace(newest, left_g=more_g))
        )
    outcome.put(structs.replace(lot, left_g=event.mass_g))


def give_back(case: CaseOf[Return], outcome: Outcome) -> None:
    """Send lots back where they came from."""
    for lot_id, _ in case.body.lots:
        lot = case.know(Lot, f"lot:{lot_id}")
        outcome.put(structs.replace(lot, consigned_to=case.actor_of(case.body.consigned_to)))


def hold(case: CaseOf[acts.Hold], outcome: Outcome) -> None:
    """Flag lots as not to be moved."""
    flag = _flag(case, case.body.reason)
    for lot_id in case.body.lots:
        lot = case.know(Lot, f"lot:{lot_id}")
        outcome.put(structs.replace(lot, held=(*lot.held, flag)))


def clear_hold(case: CaseOf[acts.ClearHold], outcome: Outcome) -> None:
    """Take one flag from lots."""
    for lot_id in case.body.lots:
        lot = case.know(Lot, f"lot:{lot_id}")
        held = tuple(flag for flag in lot.held if flag.index != case.body.hold_index)
        outcome.put(structs.replace(lot, held=held))


def recall(case: CaseOf[acts.Recall], outcome: Outcome) -> None:
    """Flag lots, or some of their bags, as called back, for good."""
    flag = _flag(case, case.body.reason)
    ranges: dict[str, tuple[acts.BagRange, ...]] = {}
    for one in case.body.bag_ranges:
        lot_id = case.know(LabelBatch, f"labels:{one.batch}").lot
        ranges[lot_id] = (*ranges.get(lot_id, ()), one)
    for lot_id in case.body.lots:
        lot = case.know(Lot, f"lot:{lot_id}")
        named = structs.replace(flag, bag_ranges=ranges.get(lot_id, ()))
        outcome.put(structs.replace(lot, recalled=(*lot.recalled, named)))


def _flag(case: Case, reason: acts.LocalText) -> Flag:
    return Flag(index=case.place.index, actor=case.speaker, reason=reason)


def transform(case: CaseOf[Transformation], outcome: Outcome) -> None:
    """Draw from every input, then divide what was drawn among the outputs by their mass."""
    inputs, drawn = draw_inputs(case, outcome)
    bring_forth(case, inputs, drawn, outcome)


def draw_inputs(case: CaseOf[Transformation], outcome: Outcome) -> tuple[list[Lot], dict[str, int]]:
    """Take from every input; return the inputs as they were and what was drawn, by origin."""
    event = case.body
    inputs, parts = [], []
    for lot_id, amount in event.inputs:
        lot = case.know(Lot, f"lot:{lot_id}")
        part, left = draw(lot, grams_of(case, (lot_id, amount)))
        if isinstance(event, Repacking):
            left = structs.replace(left, bags_left=lot.bags_left - amount)
        inputs.append(lot)
        parts.append(part)
        outcome.put(left)
    return inputs, add(parts)


def bring_forth(
    case: CaseOf[Transformation], inputs: list[Lot], drawn: dict[str, int], outcome: Outcome
) -> None:
    """Divide what was drawn among the outputs."""
    event, births = case.body, births_of(case.body)
    drawn_g, made_g, whole_g = sum(drawn.values()), 0, input_g(case, event)
    for _, mass_g in births:
        made_g += mass14_g(mass_g, event.moisture_ppt) if isinstance(event, Drying) else mass_g
    for lot_id, mass_g in births:
        # What two scales may differ by must not add up, however often rice is dried or blended.
        counts_g = mass14_g(mass_g, event.moisture_ppt) if isinstance(event, Drying) else mass_g
        brought_g = counts_g if made_g <= drawn_g else counts_g * drawn_g // made_g
        origin = apportion(brought_g, drawn) if drawn_g else {}
        outcome.put(_born(case, event, lot_id, inputs, origin, mass_g))
        for source in event.inputs:
            share_g = mass_g * grams_of(case, source) // whole_g
            outcome.links.append(Link(source[0], lot_id, share_g))


def _born(
    case: Case,
    event: Transformation,
    lot_id: str,
    inputs: list[Lot],
    origin: dict[str, int],
    mass_g: int,
) -> Lot:
    """Return the lot an event brings forth, or the silo it adds to."""
    before = case.find(Lot, f"lot:{lot_id}")
    varieties = {lot.variety for lot in [*inputs, *([before] if before else [])]}
    variety = varieties.pop() if len(varieties) == 1 else "mixed"
    layer = Layer(left_g=mass_g, origin=origin)
    if before is not None:
        origin = add([before.origin, origin])
    custody = _custody_of(event, inputs, origin)
    order = event.order if isinstance(event, Storing) else ""
    is_layered = order in {"first_in", "last_in"}
    upset = [each for lot in inputs for each in lot.unbalanced]
    unbalanced = tuple(dict.fromkeys([*(before.unbalanced if before else ()), *upset]))
    if before is not None:
        return structs.replace(
            before,
            left_g=before.left_g + mass_g,
            brought_g=before.brought_g + mass_g,
            origin=origin,
            variety=variety,
            custody=max(before.custody, custody, key=CUSTODY.index),
            layers=(*before.layers, layer) if is_layered else (),
            unbalanced=unbalanced,
        )
    filled = event if isinstance(event, Filling) else None
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
        born_on=filled.packed_on if filled else event.on,
        born_index=case.place.index,
        bag_g=filled.bag_g if filled else 0,
        bags=filled.bags if filled else 0,
        bags_left=filled.bags if filled else 0,
        best_before_on=filled.best_before_on if filled else "",
        grant=filled.grant if filled else "",
        order=order,
        layers=(layer,) if is_layered else (),
        unbalanced=unbalanced,
    )


def _custody_of(event: Transformation, inputs: list[Lot], origin: dict[str, int]) -> str:
    """Return the model an event states; of a dryer or a silo, what becomes of those it takes in."""
    if not isinstance(event, Dividing | Drying | Storing):
        return event.custody
    weakest = max((lot.custody for lot in inputs), key=CUSTODY.index, default="mass_balance")
    return "segregated" if weakest == CUSTODY[0] and len(origin) > 1 else weakest
