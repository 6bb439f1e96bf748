"""May so much be moved or made? Mass, recovery, and what a receipt differs by.

Each function looks at one thing and returns why it refuses, or nothing. What an accepted event does
is `lots`'.
"""

from __future__ import annotations

from ledger.rice.actors import Reason
from ledger.rice.case import Case, CaseOf
from ledger.rice.events import (
    AnyEvent,
    Blending,
    Dividing,
    Drying,
    Handover,
    Harvest,
    Milling,
    Packing,
    Receiving,
    Repacking,
    Return,
    Reworking,
    StockCount,
)
from ledger.rice.facts import Lot, Product
from ledger.rice.lots import (
    Transformation,
    births_of,
    counted_g,
    draw,
    draws_of,
    grams_of,
    gtin_of,
    input_g,
)
from ledger.rice.mass import mass14_g


def unbalanced_lot(case: CaseOf[AnyEvent]) -> Reason:
    """Something is done to a lot that no longer balances since an event was corrected."""
    for lot_id, _ in draws_of(case.body):
        for found in case.know(Lot, f"lot:{lot_id}").unbalanced:
            causes = ", ".join(f"#{index}" for index in found.causes)
            return {"lot": lot_id, "index": found.index, "rule": found.rule, "causes": causes}
    return None


def exceeds_lot(case: CaseOf[AnyEvent]) -> Reason:
    """More is taken out of a lot than is left in it, or less where all of it has to go."""
    whole = isinstance(case.body, Handover | Return)
    for lot_id, wanted in draws_of(case.body):
        lot = case.know(Lot, f"lot:{lot_id}")
        left = lot.bags_left if lot.form == "packed" else lot.left_g
        if wanted > left or (whole and wanted != left):
            unit = 1 if lot.form == "packed" else 1000
            return {"lot": lot_id, "left": left // unit, "wanted": wanted // unit}
    return None


def vanishing_mass(case: CaseOf[Harvest | Receiving | Drying | Milling | Packing]) -> Reason:
    """So few grams that at 14 % moisture nothing is left to account for."""
    body = case.body
    match body:
        case Harvest() | Receiving() | Drying():
            weighed_g = body.mass_g
            accounted_g = [mass14_g(body.mass_g, body.moisture_ppt)]
        case Milling() | Packing():
            weighed_g = input_g(case, body)
            accounted_g = []
    if isinstance(body, Milling):
        accounted_g.append(_milled14_g(case, body))
    if isinstance(body, Drying | Milling | Packing):
        accounted_g.append(_taken14_g(case, body))
    return None if all(accounted_g) else {"mass_g": weighed_g}


def gained_mass(
    case: CaseOf[
        Receiving | Dividing | Drying | Milling | Blending | Reworking | Packing | Repacking
    ],
) -> Reason:
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
            in_g = min(_milled14_g(case, body), _taken14_g(case, body))
            out_g = _made_g(body) + body.loss_g
        case Blending() | Reworking():
            in_g, out_g = _taken14_g(case, body), _made_g(body) + body.loss_g
        case Dividing():
            # What one scale has weighed is divided by the same one, before it dries or spills.
            in_g, out_g, tolerance_ppt = input_g(case, body), _made_g(body), 0
        case Packing() | Repacking():
            # A bag is filled from what is there: no scale tolerance turns 26 t into 29 t of bags.
            in_g, out_g, tolerance_ppt = _taken14_g(case, body), _made_g(body), 0
    if out_g <= in_g + in_g * tolerance_ppt // 1000:
        return None
    return {"in_kg": in_g // 1000, "out_kg": out_g // 1000}


def counted_above(case: CaseOf[StockCount]) -> Reason:
    """More is counted than the books say, beyond what two scales may differ by."""
    if case.founding is None:
        return None
    lot = case.know(Lot, f"lot:{case.body.lot}")
    if lot.form == "packed":
        left, counted, tolerance_ppt, unit = lot.bags_left, case.body.bags, 0, 1
    else:
        tolerance_ppt = case.founding.settings.tolerance_ppt
        left, counted, unit = lot.left_g, case.body.mass_g, 1000
    if counted <= left + left * tolerance_ppt // 1000:
        return None
    return {"lot": lot.id, "left": left // unit, "counted": counted // unit}


def counted_otherwise(case: CaseOf[StockCount]) -> Reason:
    """The books said another amount; the difference stays on record."""
    lot = case.know(Lot, f"lot:{case.body.lot}")
    if lot.form == "packed":
        left, counted, unit = lot.bags_left, case.body.bags, 1
    else:
        left, counted, unit = lot.left_g, case.body.mass_g, 1000
    if left == counted:
        return None
    return {"lot": lot.id, "left": left // unit, "counted": counted // unit}


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


def low_recovery(case: CaseOf[Milling]) -> Reason:
    """The white rice recovered is below what is usual."""
    if case.founding is None:
        return None
    limit_ppt = case.founding.settings.white_low_ppt
    white_g, paddy_g = _white_g(case), _paddy_g(case)
    if white_g * 1000 >= paddy_g * limit_ppt:
        return None
    return {"recovery": _percent(white_g, paddy_g), "limit": limit_ppt // 10}


def odd_by_products(case: CaseOf[Milling]) -> Reason:
    """Husk or bran is outside what a mill usually gets of paddy."""
    if case.founding is None:
        return None
    settings, paddy_g = case.founding.settings, _paddy_g(case)
    limits = {
        "husk": (settings.husk_low_ppt, settings.husk_high_ppt),
        "bran": (settings.bran_low_ppt, settings.bran_high_ppt),
    }
    for lot_id, mass_g in case.body.outputs:
        form = case.know(Product, f"product:{gtin_of(lot_id)}").form
        low_ppt, high_ppt = limits.get(form, (0, 1000))
        if not paddy_g * low_ppt <= mass_g * 1000 <= paddy_g * high_ppt:
            share = _percent(mass_g, paddy_g)
            return {"form": form, "share": share, "low": low_ppt // 10, "high": high_ppt // 10}
    return None


def _recovery(case: CaseOf[Milling], limit_ppt: int) -> Reason:
    white_g, paddy_g = _white_g(case), _paddy_g(case)
    if white_g * 1000 <= paddy_g * limit_ppt:
        return None
    return {"recovery": _percent(white_g, paddy_g), "limit": limit_ppt // 10}


def _white_g(case: CaseOf[Milling]) -> int:
    return sum(
        mass_g
        for lot_id, mass_g in case.body.outputs
        if case.know(Product, f"product:{gtin_of(lot_id)}").form in {"head_rice", "broken"}
    )


def _paddy_g(case: CaseOf[Milling]) -> int:
    """Paddy that is said to be dryer than it came from the silo would weigh more at 14 %."""
    return min(_milled14_g(case, case.body), _taken14_g(case, case.body))


def _percent(part_g: int, whole_g: int) -> str:
    """Return a share as a person rounds it, half up: 740.6 per thousand is said as 74.1 %."""
    tenths = (2 * 1000 * part_g + whole_g) // (2 * whole_g)
    return f"{tenths // 10}.{tenths % 10}"


def differing_receipt(case: CaseOf[Receiving]) -> Reason:
    """The mass received is not the mass that was sent; both stay on record."""
    sent_g = case.know(Lot, f"lot:{case.body.lot}").left_g
    if sent_g == case.body.mass_g:
        return None
    return {"sent_kg": sent_g // 1000, "received_kg": case.body.mass_g // 1000}


def _made_g(body: Transformation) -> int:
    return sum(mass_g for _, mass_g in births_of(body))


def _milled14_g(case: Case, body: Milling) -> int:
    return mass14_g(input_g(case, body), body.moisture_ppt)


def _taken14_g(case: Case, body: Transformation) -> int:
    """Return what the draws weigh by origin: paddy at 14 % moisture, rice as weighed."""
    taken_g = 0
    for each in body.inputs:
        lot = case.know(Lot, f"lot:{each[0]}")
        if lot.layers:
            taken_g += sum(draw(lot, grams_of(case, each))[0].values())
        else:
            taken_g += sum(lot.origin.values()) * grams_of(case, each) // lot.left_g
    return taken_g
