"""May this lot be moved or changed by this actor? Offices, possession, kinds of rice, custody.

Each function looks at one thing and returns why it refuses, or nothing. How much is `balance`'s,
pallets and containers are `units`'.
"""

from __future__ import annotations

from datetime import timedelta

from ledger.rice import acts, events
from ledger.rice.actors import Reason
from ledger.rice.case import Case, CaseOf
from ledger.rice.events import (
    AnyEvent,
    Arrival,
    Blending,
    Correction,
    Destruction,
    Dispatch,
    Dividing,
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
    Shipping,
    StockCount,
    Storing,
    Testing,
    Transporting,
    Unpalletising,
)
from ledger.rice.facts import Lot, Pallet, Product
from ledger.rice.lots import CUSTODY, births_of, draws_of, gtin_of
from ledger.rice.offices import Office, holds

_SKEW = timedelta(minutes=5)
_KEEPERS = ("cooperative", "trader", "mill", "packer", "exporter", "buyer")
_ROLES: dict[type[Event], tuple[str, ...]] = {
    Harvest: ("cooperative",),
    Receiving: ("trader", "mill", "packer", "exporter", "buyer", "cooperative"),
    Handover: ("cooperative", "trader", "mill", "packer", "exporter"),
    Transporting: (*_KEEPERS, "carrier"),
    Dividing: _KEEPERS,
    Drying: ("mill", "trader", "cooperative"),
    Storing: _KEEPERS,
    Sampling: _KEEPERS,
    Testing: ("laboratory",),
    Milling: ("mill",),
    Blending: ("mill", "packer", "exporter"),
    Reworking: ("mill", "packer"),
    Packing: ("packer",),
    Repacking: ("packer",),
    Palletising: ("packer", "exporter"),
    Unpalletising: ("packer", "exporter", "trader", "buyer"),
    Loading: ("packer", "exporter"),
    Shipping: ("exporter",),
    Dispatch: ("packer", "exporter", "trader", "buyer"),
    Arrival: ("packer", "exporter", "trader", "buyer"),
    Return: _KEEPERS,
    Destruction: _KEEPERS,
    StockCount: _KEEPERS,
}
_BULK = frozenset({"paddy", "head_rice", "broken", "bran", "husk"})
_RICE = frozenset({"head_rice", "broken"})
_PACKED = frozenset({"packed"})
_FORMS_IN: dict[type[Event], frozenset[str]] = {
    Handover: _BULK,
    Transporting: _BULK,
    Dividing: _BULK,
    Drying: frozenset({"paddy"}),
    Storing: _BULK,
    Sampling: _BULK,
    Milling: frozenset({"paddy"}),
    Blending: _RICE,
    Reworking: _RICE,
    Packing: _RICE,
    Repacking: _PACKED,
    Palletising: _PACKED,
    Loading: _PACKED,
    Return: _BULK,
}
_FORMS_OUT: dict[type[Event], frozenset[str]] = {
    Harvest: frozenset({"paddy"}),
    Dividing: _BULK,
    Drying: frozenset({"paddy"}),
    Storing: _BULK,
    Milling: frozenset({"head_rice", "broken", "bran", "husk"}),
    Blending: _RICE,
    Reworking: frozenset({"head_rice", "broken", "bran"}),
    Packing: _PACKED,
    Repacking: _PACKED,
}
STOPPED_MOVES = (Return, Destruction, Sampling)
"""What may be done to a lot on hold, or recalled: testing it and getting it out of the way."""


def outside_role(case: CaseOf[AnyEvent]) -> Reason:
    """An event is stated by somebody whose office is another."""
    body = case.body.wrong if isinstance(case.body, Correction) else case.body
    roles = roles_for(type(body))
    if holds(case.actor(case.speaker), Office(roles), case.recorded_on):
        return None
    return {"actor": case.speaker, "office": "|".join(roles)}


def roles_for(kind: type[Event]) -> tuple[str, ...]:
    """Return the roles one of which it takes to state an event of a kind."""
    return ("cooperative",) if issubclass(kind, FieldWork) else _ROLES[kind]


def event_in_future(case: CaseOf[AnyEvent]) -> Reason:
    """An event is said to happen after the log records it (five minutes are forgiven)."""
    at = case.body.declared_at if isinstance(case.body, Correction) else case.body.at
    ahead = events.instant(at) - case.place.recorded_at
    return {"at": at} if ahead > _SKEW else None


def unknown_lot(
    case: CaseOf[AnyEvent | acts.IssueLabels | acts.Hold | acts.ClearHold | acts.Recall],
) -> Reason:
    """A lot is used that does not exist yet."""
    for lot_id in named_lots(case.body):
        if case.find(Lot, f"lot:{lot_id}") is None:
            return {"lot": lot_id}
    return None


def named_lots(body: object) -> tuple[str, ...]:
    """Return the lots that must exist already for something to be said of them."""
    match body:
        case FieldWork():
            return ()
        case acts.Hold(lots=lots) | acts.ClearHold(lots=lots) | acts.Recall(lots=lots):
            return lots
        case acts.IssueLabels(lot=lot):
            return (lot,)
        case (
            Receiving(lot=lot)
            | Transporting(lot=lot)
            | Testing(lot=lot)
            | StockCount(lot=lot)
            | Harvest(lot=lot, continues=True)
        ):
            return (lot,)
        case Event():
            return tuple(lot for lot, _ in draws_of(body))
    return ()


def unknown_hold(case: CaseOf[acts.ClearHold]) -> Reason:
    """A hold is cleared that a lot does not have."""
    for lot_id in case.body.lots:
        lot = case.know(Lot, f"lot:{lot_id}")
        if all(flag.index != case.body.hold_index for flag in lot.held):
            return {"lot": lot_id, "index": case.body.hold_index}
    return None


def before_birth(case: CaseOf[AnyEvent]) -> Reason:
    """Something is done to a lot on a day before there was such a lot."""
    if isinstance(case.body, Harvest):  # a co-operative's own days may come in any order
        return None
    for lot_id in named_lots(case.body):
        lot = case.know(Lot, f"lot:{lot_id}")
        if case.body.on < lot.born_on:
            return {"lot": lot_id, "born_on": lot.born_on, "on": case.body.on}
    return None


def unknown_product(
    case: CaseOf[
        Harvest | Dividing | Drying | Storing | Milling | Blending | Reworking | Packing | Repacking
    ],
) -> Reason:
    """A lot is named after goods that are not registered, or of the wrong kind."""
    allowed = _FORMS_OUT[type(case.body)]
    forms = []
    for lot_id, _ in births_of(case.body):
        product = case.find(Product, f"product:{gtin_of(lot_id)}")
        if product is None or product.form not in allowed:
            return {"gtin": gtin_of(lot_id), "form": product.form if product else "-"}
        forms.append(product.form)
    is_once = isinstance(case.body, Dividing) or len(set(forms)) == len(forms)
    return None if is_once else {"gtin": gtin_of(lot_id), "form": forms[0]}


def other_bags(case: CaseOf[Packing | Repacking]) -> Reason:
    """Bags are filled with another mass than their goods are registered with."""
    product = case.know(Product, f"product:{gtin_of(case.body.lot)}")
    if product.bag_g in {0, case.body.bag_g}:
        return None
    return {"gtin": product.gtin, "bag_g": case.body.bag_g, "registered_g": product.bag_g}


def wrong_form(case: CaseOf[AnyEvent]) -> Reason:
    """Something is done to a lot that cannot be done to that kind of rice, or in that unit."""
    body = case.body
    for lot_id in named_lots(body):
        lot = case.know(Lot, f"lot:{lot_id}")
        if isinstance(body, Destruction | StockCount):
            # Bags are counted and bulk is weighed.
            fits = (lot.form == "packed") == bool(body.bags)
        else:
            fits = lot.form in _FORMS_IN.get(type(body), _BULK | _PACKED)
        if isinstance(body, Storing | Dividing):
            fits = fits and all(gtin_of(born) == lot.gtin for born, _ in births_of(body))
        if not fits:
            return {"lot": lot_id, "form": lot.form}
    return None


def taken_lot(case: CaseOf[AnyEvent]) -> Reason:
    """A lot begins under a name that is taken. Only a harvest, a dryer or a silo adds to a lot."""
    for lot_id, _ in births_of(case.body):
        lot = case.find(Lot, f"lot:{lot_id}")
        if lot is not None and not _is_added_to(case, lot):
            return {"lot": lot_id}
    return None


def _is_added_to(case: Case, lot: Lot) -> bool:
    """Tell whether an event adds to a lot that is still where it was, and is not its input."""
    body = case.body
    if lot.holder != case.speaker or lot.consigned_to:
        return False
    match body:
        case Harvest(area=area, season=season, variety=variety, continues=True):
            fits = set(lot.origin) <= {f"{area}/{season}"} and lot.variety == variety
            return fits and lot.order in {"", "mixed"}
        case Drying(inputs=inputs):
            return lot.order in {"", "mixed"} and all(each != lot.id for each, _ in inputs)
        case Storing(inputs=inputs, order=order):
            return lot.order == order and all(each != lot.id for each, _ in inputs)
    return False


def not_the_holder(case: CaseOf[AnyEvent]) -> Reason:
    """Somebody moves, counts or transforms a lot they do not hold."""
    body = case.body
    if isinstance(body, Receiving | Testing | Harvest):
        return None
    for lot_id in named_lots(body):
        lot = case.know(Lot, f"lot:{lot_id}")
        if isinstance(body, Transporting) and case.speaker in {
            lot.consigned_to,
            case.actor_of(body.carried_by),
        }:
            continue
        if lot.holder != case.speaker:
            return {"lot": lot_id, "holder": lot.holder, "actor": case.speaker}
        if lot.consigned_to and not isinstance(body, Transporting):
            return {"lot": lot_id, "holder": lot.consigned_to, "actor": case.speaker}
    return None


def not_consigned(
    case: CaseOf[
        Harvest | Receiving | Handover | Transporting | Shipping | Dispatch | Return | Arrival
    ],
) -> Reason:
    """A lot is received that was not sent to the receiver, or goes to somebody unknown."""
    match case.body:
        case Receiving(lot=lot_id, handed_over_by=giver):
            lot = case.know(Lot, f"lot:{lot_id}")
            if lot.consigned_to == case.speaker and lot.holder == case.actor_of(giver):
                return None
            return {"lot": lot.id, "consignee": lot.consigned_to or "-", "actor": case.speaker}
        case Arrival(handed_over_by=named) | Transporting(carried_by=named):
            pass
        case Harvest(consigned_to=""):
            return None
        case other:
            named = other.consigned_to
    return None if case.actor_of(named) else {"lot": "-", "consignee": named, "actor": "-"}


def held_lot(case: CaseOf[AnyEvent]) -> Reason:
    """A lot on hold, or recalled, is used or shipped."""
    body = case.body
    if isinstance(body, STOPPED_MOVES):
        return None
    lots = [lot_id for lot_id, _ in draws_of(body)]
    pallets = body.pallets if isinstance(body, Loading | Dispatch) else ()
    lots += [case.know(Pallet, f"pallet:{pallet_id}").lot for pallet_id in pallets]
    for lot_id in lots:
        lot = case.know(Lot, f"lot:{lot_id}")
        if lot.held or lot.recalled:
            return {"lot": lot_id}
    return None


def strengthened_custody(
    case: CaseOf[Milling | Blending | Reworking | Packing | Repacking],
) -> Reason:
    """A lot is said to be kept apart more strictly than what went into it."""
    said = case.body.custody
    inputs = [case.know(Lot, f"lot:{lot_id}") for lot_id, _ in case.body.inputs]
    weakest = max((lot.custody for lot in inputs), key=CUSTODY.index)
    origins = {name for lot in inputs for name in lot.origin}
    mixed = said == "identity_preserved" and len(origins) > 1
    if CUSTODY.index(said) >= CUSTODY.index(weakest) and not mixed:
        return None
    return {"custody": said, "model": "segregated" if mixed else weakest}


def other_mark(case: CaseOf[Repacking]) -> Reason:
    """Bags filled from others carry a mark, or keep longer, than those they were filled from."""
    for lot_id, _ in case.body.inputs:
        lot = case.know(Lot, f"lot:{lot_id}")
        if case.body.grant not in {"", lot.grant}:
            return {"lot": lot_id, "what": "certificationInfo"}
        if case.body.best_before_on > lot.best_before_on:
            return {"lot": lot_id, "what": "cbvmda:bestBeforeDate"}
    return None
