"""May a lot be moved or changed like this? Possession, kinds of rice, mass, custody.

Each function looks at one thing and returns why it refuses, or nothing. What an accepted event does
is `lots`'.
"""

from __future__ import annotations

from datetime import timedelta

from ledger.rice import acts, events
from ledger.rice.actors import Reason
from ledger.rice.case import Case, CaseOf
from ledger.rice.events import (
    AnyEvent,
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
from ledger.rice.facts import Actor, Lot, Pallet, Product
from ledger.rice.lots import CUSTODY, births_of, counted_g, draws_of, gtin_of, input_g
from ledger.rice.mass import mass14_g
from ledger.rice.offices import Office, holds

_SKEW = timedelta(minutes=5)
_ROLES: dict[type[Event], tuple[str, ...]] = {
    Harvest: ("cooperative",),
    Receiving: ("trader", "mill", "packer", "exporter", "buyer"),
    Handover: ("cooperative", "trader", "mill"),
    Drying: ("mill", "trader"),
    Milling: ("mill",),
    Packing: ("packer",),
    Palletising: ("packer", "exporter"),
    Shipping: ("exporter",),
}
_FORMS_IN: dict[type[Event], frozenset[str]] = {
    Handover: frozenset({"paddy", "head_rice", "broken", "bran", "husk"}),
    Drying: frozenset({"paddy"}),
    Milling: frozenset({"paddy"}),
    Packing: frozenset({"head_rice", "broken"}),
    Palletising: frozenset({"packed"}),
    Shipping: frozenset({"packed"}),
}
_FORMS_OUT: dict[type[Event], frozenset[str]] = {
    Harvest: frozenset({"paddy"}),
    Drying: frozenset({"paddy"}),
    Milling: frozenset({"head_rice", "broken", "bran", "husk"}),
    Packing: frozenset({"packed"}),
}


def outside_role(case: CaseOf[AnyEvent]) -> Reason:
    """An event is stated by somebody whose office is another."""
    roles = _ROLES[type(case.body)]
    if holds(case.actor(case.speaker), Office(roles), case.recorded_on):
        return None
    return {"actor": case.speaker, "office": "|".join(roles)}


def event_in_future(case: CaseOf[AnyEvent]) -> Reason:
    """An event is said to happen after the log records it (five minutes are forgiven)."""
    ahead = events.instant(case.body.at) - case.place.recorded_at
    return {"at": case.body.at} if ahead > _SKEW else None


def unknown_lot(
    case: CaseOf[AnyEvent | acts.IssueLabels | acts.Hold | acts.ClearHold | acts.Recall],
) -> Reason:
    """A lot or pallet is used that does not exist yet."""
    body = case.body
    for lot_id in _named_lots(body):
        if case.find(Lot, f"lot:{lot_id}") is None:
            return {"lot": lot_id}
    for pallet in body.pallets if isinstance(body, Shipping) else ():
        if case.find(Pallet, f"pallet:{pallet}") is None:
            return {"lot": pallet}
    return None


def _named_lots(body: object) -> tuple[str, ...]:
    match body:
        case acts.Recall(lots=lots):
            return lots
        case Receiving(lot=lot) | acts.IssueLabels(lot=lot) | acts.Hold(lot=lot):
            return (lot,)
        case acts.ClearHold(lot=lot):
            return (lot,)
        case Event():
            return tuple(lot for lot, _ in draws_of(body))
    return ()


def unknown_hold(case: CaseOf[acts.ClearHold]) -> Reason:
    """A hold is cleared that the lot does not have."""
    lot = case.know(Lot, f"lot:{case.body.lot}")
    if any(flag.index == case.body.hold_index for flag in lot.held):
        return None
    return {"lot": lot.id, "index": case.body.hold_index}


def before_birth(case: CaseOf[AnyEvent]) -> Reason:
    """Something is done to a lot on a day before there was such a lot."""
    for lot_id in _named_lots(case.body):
        lot = case.know(Lot, f"lot:{lot_id}")
        if case.body.on < lot.born_on:
            return {"lot": lot_id, "born_on": lot.born_on, "on": case.body.on}
    return None


def unknown_product(case: CaseOf[Harvest | Drying | Milling | Packing]) -> Reason:
    """A lot is named after goods that are not registered, or of the wrong kind."""
    allowed = _FORMS_OUT[type(case.body)]
    forms = []
    for lot_id, _ in births_of(case.body):
        product = case.find(Product, f"product:{gtin_of(lot_id)}")
        if product is None or product.form not in allowed:
            return {"gtin": gtin_of(lot_id), "form": product.form if product else "-"}
        forms.append(product.form)
    return None if len(set(forms)) == len(forms) else {"gtin": gtin_of(lot_id), "form": forms[0]}


def other_bags(case: CaseOf[Packing]) -> Reason:
    """Bags are filled with another mass than their goods are registered with."""
    product = case.know(Product, f"product:{gtin_of(case.body.lot)}")
    if product.bag_g in {0, case.body.bag_g}:
        return None
    return {"gtin": product.gtin, "bag_g": case.body.bag_g, "registered_g": product.bag_g}


def wrong_form(case: CaseOf[AnyEvent]) -> Reason:
    """Something is done to a lot that cannot be done to that kind of rice."""
    for lot_id, _ in draws_of(case.body):
        lot = case.know(Lot, f"lot:{lot_id}")
        if lot.form not in _FORMS_IN[type(case.body)]:
            return {"lot": lot_id, "form": lot.form}
    return None


def taken_lot(case: CaseOf[AnyEvent]) -> Reason:
    """A lot or pallet begins under a name that is taken. Only a dried lot may be added to."""
    if isinstance(case.body, Palletising) and case.find(Pallet, f"pallet:{case.body.pallet}"):
        return {"lot": case.body.pallet}
    for lot_id, _ in births_of(case.body):
        lot = case.find(Lot, f"lot:{lot_id}")
        if lot is not None and not _is_added_to(case, lot):
            return {"lot": lot_id}
    return None


def _is_added_to(case: Case, lot: Lot) -> bool:
    """Tell whether a dryer run adds to a lot that is already in the silo, and is not its input."""
    body = case.body
    return (
        isinstance(body, Drying)
        and lot.holder == case.speaker
        and not lot.consigned_to
        and all(lot_id != lot.id for lot_id, _ in body.inputs)
    )


def not_the_holder(case: CaseOf[AnyEvent]) -> Reason:
    """Somebody moves or transforms a lot they do not hold."""
    for lot_id, _ in draws_of(case.body):
        lot = case.know(Lot, f"lot:{lot_id}")
        if lot.holder != case.speaker:
            return {"lot": lot_id, "holder": lot.holder, "actor": case.speaker}
        if lot.consigned_to:
            return {"lot": lot_id, "holder": lot.consigned_to, "actor": case.speaker}
    for pallet_id in case.body.pallets if isinstance(case.body, Shipping) else ():
        pallet = case.know(Pallet, f"pallet:{pallet_id}")
        if pallet.holder != case.speaker or pallet.shipped_index is not None:
            return {"lot": pallet_id, "holder": pallet.holder, "actor": case.speaker}
    return None


def not_consigned(case: CaseOf[Harvest | Receiving | Handover | Shipping]) -> Reason:
    """A lot is received that was not sent to the receiver, or not by whom it says."""
    if isinstance(case.body, Receiving):
        lot = case.know(Lot, f"lot:{case.body.lot}")
        sender = case.actor_of(case.body.handed_over_by)
        if lot.consigned_to == case.speaker and lot.holder == sender:
            return None
        return {"lot": lot.id, "consignee": lot.consigned_to or "-", "actor": case.speaker}
    known = case.actor_of(case.body.consigned_to)
    return None if known else {"lot": "-", "consignee": case.body.consigned_to, "actor": "-"}


def held_lot(case: CaseOf[AnyEvent]) -> Reason:
    """A lot on hold, or recalled, is used or shipped."""
    lots = [lot_id for lot_id, _ in draws_of(case.body)]
    if isinstance(case.body, Shipping):
        lots += [case.know(Pallet, f"pallet:{p}").lot for p in case.body.pallets]
    for lot_id in lots:
        lot = case.know(Lot, f"lot:{lot_id}")
        if lot.held or lot.recalled:
            return {"lot": lot_id}
    return None


def exceeds_lot(case: CaseOf[AnyEvent]) -> Reason:
    """More is taken out of a lot than is left in it."""
    for lot_id, wanted in draws_of(case.body):
        lot = case.know(Lot, f"lot:{lot_id}")
        left = lot.bags_left if lot.form == "packed" else lot.left_g
        if wanted > left:
            unit = 1 if lot.form == "packed" else 1000
            return {"lot": lot_id, "left": left // unit, "wanted": wanted // unit}
    if isinstance(case.body, Handover):
        lot = case.know(Lot, f"lot:{case.body.lot}")
        if case.body.mass_g != lot.left_g:
            return {
                "lot": lot.id,
                "left": lot.left_g // 1000,
                "wanted": case.body.mass_g // 1000,
            }
    return None


def vanishing_mass(case: CaseOf[Harvest | Receiving | Drying | Milling | Packing]) -> Reason:
    """So few grams that at 14 % moisture nothing is left to account for."""
    body = case.body
    match body:
        case Harvest() | Receiving() | Drying():
            weighed_g = body.mass_g
            accounted_g = [mass14_g(body.mass_g, body.moisture_ppt)]
        case Milling() | Packing():
            weighed_g = input_g(body)
            accounted_g = []
    if isinstance(body, Milling):
        accounted_g.append(_milled14_g(body))
    if isinstance(body, Drying | Milling | Packing):
        accounted_g.append(_taken14_g(case, body))
    return None if all(accounted_g) else {"mass_g": weighed_g}


def gained_mass(case: CaseOf[Receiving | Drying | Milling | Packing]) -> Reason:
    """More comes out than went in, beyond what two scales may differ by."""
    body = case.body
    if case.founding is None:
        return None
    tolerance_ppt = case.founding.settings.tolerance_ppt
    match body:
        case Receiving():
            lot = case.know(Lot, f"lot:{body.lot}")
            in_g = sum(lot.origin.values())
            out_g = counted_g(lot.form, body.mass_g, body.moisture_ppt)
        case Drying():
            in_g, out_g = _taken14_g(case, body), mass14_g(body.mass_g, body.moisture_ppt)
        case Milling():
            # The miller's own moisture may differ from the dryer's; the lower mass counts.
            in_g = min(_milled14_g(body), _taken14_g(case, body))
            out_g = sum(mass_g for _, mass_g in body.outputs) + body.loss_g
        case Packing():
            # A bag is filled from what is there: no scale tolerance turns 26 t into 29 t of bags.
            in_g, out_g, tolerance_ppt = _taken14_g(case, body), body.bags * body.bag_g, 0
    if out_g <= in_g + in_g * tolerance_ppt // 1000:
        return None
    return {"in_kg": in_g // 1000, "out_kg": out_g // 1000}


def excessive_recovery(case: CaseOf[Milling]) -> Reason:
    """More white rice comes out of the paddy than any mill can get."""
    if case.founding is None:
        return None
    return _recovery(case, case.founding.settings.white_reject_ppt)


def high_recovery(case: CaseOf[Milling]) -> Reason:
    """The white rice recovered is above what is usual."""
    if case.founding is None:
        return None
    return _recovery(case, case.founding.settings.white_warn_ppt)


def _recovery(case: CaseOf[Milling], limit_ppt: int) -> Reason:
    white_g = 0
    for lot_id, mass_g in case.body.outputs:
        form = case.know(Product, f"product:{gtin_of(lot_id)}").form
        white_g += mass_g if form in {"head_rice", "broken"} else 0
    # Paddy that is said to be dryer than it came from the silo would weigh more at 14 % moisture.
    paddy_g = min(_milled14_g(case.body), _taken14_g(case, case.body))
    if white_g * 1000 <= paddy_g * limit_ppt:
        return None
    # Half up, as a person rounds: 740.6 per thousand is said as 74.1 %.
    tenths = (2 * 1000 * white_g + paddy_g) // (2 * paddy_g)
    return {"recovery": f"{tenths // 10}.{tenths % 10}", "limit": limit_ppt // 10}


def strengthened_custody(case: CaseOf[Milling | Packing]) -> Reason:
    """A lot is said to be kept apart more strictly than what went into it."""
    said = case.body.custody
    inputs = [case.know(Lot, f"lot:{lot_id}") for lot_id, _ in case.body.inputs]
    weakest = max((lot.custody for lot in inputs), key=CUSTODY.index)
    origins = {name for lot in inputs for name in lot.origin}
    mixed = said == "identity_preserved" and len(origins) > 1
    if CUSTODY.index(said) >= CUSTODY.index(weakest) and not mixed:
        return None
    return {"custody": said, "model": "segregated" if mixed else weakest}


def unlicensed_export(case: CaseOf[Shipping]) -> Reason:
    """Rice is exported without an export licence in force that day."""
    actor = case.know(Actor, f"actor:{case.speaker}")
    if actor.licence_number and actor.licence_from_on <= case.body.on <= actor.licence_to_on:
        return None
    return {"actor": actor.id}


def overloaded_container(case: CaseOf[Shipping]) -> Reason:
    """A container holds more than it can carry."""
    limit = case.founding.settings.container_reject_g if case.founding else 0
    return _load(case, limit)


def heavy_container(case: CaseOf[Shipping]) -> Reason:
    """A container holds more than is usual."""
    limit = case.founding.settings.container_warn_g if case.founding else 0
    return _load(case, limit)


def _load(case: CaseOf[Shipping], limit_g: int) -> Reason:
    loads = list(case.body.bags)
    loads += [_on_pallet(case, pallet) for pallet in case.body.pallets]
    total_g = sum(bags * case.know(Lot, f"lot:{lot_id}").bag_g for lot_id, bags in loads)
    return {"net_kg": total_g // 1000, "limit_kg": limit_g // 1000} if total_g > limit_g else None


def _on_pallet(case: Case, pallet_id: str) -> Draw:
    pallet = case.know(Pallet, f"pallet:{pallet_id}")
    return pallet.lot, pallet.bags


def differing_receipt(case: CaseOf[Receiving]) -> Reason:
    """The mass received is not the mass that was sent; both stay on record."""
    sent_g = case.know(Lot, f"lot:{case.body.lot}").left_g
    if sent_g == case.body.mass_g:
        return None
    return {"sent_kg": sent_g // 1000, "received_kg": case.body.mass_g // 1000}


def _milled14_g(body: Milling) -> int:
    return mass14_g(input_g(body), body.moisture_ppt)


def _taken14_g(case: Case, body: Drying | Milling | Packing) -> int:
    """Return what the draws weigh by origin: paddy at 14 % moisture, rice as weighed."""
    taken_g = 0
    for lot_id, mass_g in body.inputs:
        lot = case.know(Lot, f"lot:{lot_id}")
        taken_g += sum(lot.origin.values()) * mass_g // lot.left_g
    return taken_g
