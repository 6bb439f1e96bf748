"""What is on the bags: label batches that can never outnumber the bags of their lot."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from msgspec import structs

from ledger.log import encoding
from ledger.rice import acts
from ledger.rice.actors import Reason
from ledger.rice.case import CaseOf, Outcome
from ledger.rice.facts import (
    Container,
    LabelBatch,
    LabelSpan,
    Lettering,
    Lot,
    MarkedBag,
    Pallet,
    UnitMarks,
)

UNDO_DAYS = 10
"""Days in which whoever marked a bag as sold may take that back."""

_Ranged = acts.ActivateLabels | acts.VoidLabels


def foreign_bags(
    case: CaseOf[acts.IssueLabels | acts.ActivateLabels | acts.VoidLabels],
) -> Reason:
    """Labels are issued for a lot that is not packed, or dealt with by who did not pack it."""
    for lot_id in _lots_of(case):
        lot = case.know(Lot, f"lot:{lot_id}")
        if lot.form != "packed" or lot.maker != case.speaker:
            return {"lot": lot.id, "maker": lot.maker}
    return None


def _lots_of(
    case: CaseOf[acts.IssueLabels | acts.ActivateLabels | acts.VoidLabels],
) -> Iterator[str]:
    body = case.body
    if isinstance(body, acts.IssueLabels):
        yield body.lot
    else:
        yield from (case.know(LabelBatch, f"labels:{one.batch}").lot for one in body.bag_ranges)


def too_many_labels(case: CaseOf[acts.IssueLabels]) -> Reason:
    """More labels would be issued than the lot has bags; cancelled ones do not count."""
    lot = case.know(Lot, f"lot:{case.body.lot}")
    left = labels_left(lot, case.find(Lettering, f"lettering:{lot.id}"))
    if case.body.count <= left and case.body.count <= 32**case.body.number_digits:
        return None
    return {"lot": lot.id, "left": left, "wanted": case.body.count}


def labels_left(lot: Lot, lettering: Lettering | None) -> int:
    """Return how many labels may still be issued for a lot: one for each bag without a good one."""
    return lot.bags - lot.bags_labelled + (lettering.voided if lettering else 0)


def taken_batch(case: CaseOf[acts.IssueLabels]) -> Reason:
    """A batch of labels under a name that is taken."""
    known = case.find(LabelBatch, f"labels:{case.body.batch}")
    return {"batch": case.body.batch} if known else None


def unknown_bags(
    case: CaseOf[acts.Recall | acts.ActivateLabels | acts.VoidLabels | acts.MarkBags],
) -> Reason:
    """Bags are named by numbers that no batch of labels has; in a recall, none of its lots."""
    body = case.body
    if isinstance(body, acts.MarkBags):
        named = [(body.batch, number) for number in body.numbers[-1:]]
    else:
        named = [(one.batch, one.last) for one in body.bag_ranges]
    for name, last in named:
        batch = case.find(LabelBatch, f"labels:{name}")
        is_meant = batch is not None and (
            not isinstance(body, acts.Recall) or batch.lot in body.lots
        )
        count = batch.count if batch is not None and is_meant else 0
        if last > count:
            return {"batch": name, "last": last, "count": count}
    return None


def foreign_mark(case: CaseOf[acts.MarkBags]) -> Reason:
    """A bag is marked by who neither packed its lot nor holds a unit with bags of it."""
    lot = _marked_lot(case)
    if _marks_as_packer(case, lot) or _bags_in(case, lot.id):
        return None
    return {"lot": lot.id, "batch": case.body.batch}


def excessive_marks(case: CaseOf[acts.MarkBags]) -> Reason:
    """More bags are marked than the unit had of their lot: which ones it had, nobody records."""
    lot = _marked_lot(case)
    if _marks_as_packer(case, lot):
        return None
    most, wanted = _bags_in(case, lot.id), _marks_so_far(case, lot.id) + len(_fresh(case))
    return {"unit": case.body.unit, "bags": most, "wanted": wanted} if wanted > most else None


def _marked_lot(case: CaseOf[acts.MarkBags]) -> Lot:
    batch = case.know(LabelBatch, f"labels:{case.body.batch}")
    return case.know(Lot, f"lot:{batch.lot}")


def _marks_as_packer(case: CaseOf[acts.MarkBags], lot: Lot) -> bool:
    return case.speaker in {lot.maker, lot.holder}


def _bags_in(case: CaseOf[acts.MarkBags], lot_id: str) -> int:
    """Return how many bags of a lot came in the unit, if the speaker holds it; else none."""
    unit = case.body.unit
    if unit.startswith("urn:"):
        found = case.find(Container, f"container:{unit.rpartition(':')[2]}")
        if found is None or found.holder != case.speaker:
            return 0
        return sum(bags for lot, bags in found.bags if lot == lot_id)
    pallet = case.find(Pallet, f"pallet:{unit}")
    if pallet is None or (pallet.lot, pallet.holder) != (lot_id, case.speaker):
        return 0
    return pallet.bags


def _marks_so_far(case: CaseOf[acts.MarkBags], lot_id: str) -> int:
    known = case.find(UnitMarks, f"marks:{case.body.unit}/{lot_id}")
    return known.bags if known else 0


def _fresh(case: CaseOf[acts.MarkBags]) -> list[int]:
    """Return the bags that were not marked before as having come in this unit."""
    known = (
        (number, case.find(MarkedBag, f"bag:{case.body.batch}/{number}"))
        for number in case.body.numbers
    )
    return [number for number, bag in known if bag is None or bag.unit != case.body.unit]


def voided_labels(
    case: CaseOf[acts.ActivateLabels | acts.VoidLabels | acts.MarkBags],
) -> Reason:
    """Something is said of labels that are cancelled already."""
    body = case.body
    if isinstance(body, acts.MarkBags):
        named = [(body.batch, number, number) for number in body.numbers]
    else:
        named = [(one.batch, one.first, one.last) for one in body.bag_ranges]
    for name, first, last in named:
        batch = case.know(LabelBatch, f"labels:{name}")
        span = span_of(batch.voided, first, last)
        if span is not None:
            return {"batch": name, "first": span.first, "last": span.last}
    return None


def span_of(spans: Sequence[LabelSpan], first: int, last: int) -> LabelSpan | None:
    """Return the first span that shares a number with those from ``first`` to ``last``."""
    return next((one for one in spans if one.first <= last and first <= one.last), None)


def unfit_mark(case: CaseOf[acts.MarkBags]) -> Reason:
    """A bag is marked as what it is already, or a mark taken back too late or by another."""
    body = case.body
    for number in body.numbers:
        known = case.find(MarkedBag, f"bag:{body.batch}/{number}")
        state = known.state if known else "unsold"
        if body.state == "unsold":
            is_fit = state == "sold" and known is not None and _may_undo(case, known)
        else:
            is_fit = body.state != state != "opened"
        if not is_fit:
            return {"batch": body.batch, "number": number, "known": state}
    return None


def _may_undo(case: CaseOf[acts.MarkBags], known: MarkedBag) -> bool:
    days = (date.fromisoformat(case.recorded_on) - date.fromisoformat(known.on)).days
    return known.by == case.speaker and days <= UNDO_DAYS


def issue(case: CaseOf[acts.IssueLabels], outcome: Outcome) -> None:
    """Keep a batch of labels, and count its labels against the bags of the lot."""
    act = case.body
    lot = case.know(Lot, f"lot:{act.lot}")
    outcome.put(structs.replace(lot, bags_labelled=lot.bags_labelled + act.count))
    outcome.put(
        LabelBatch(
            id=act.batch,
            lot=act.lot,
            count=act.count,
            bag_digits=act.number_digits,
            root=act.root,
            issuer=case.speaker,
            waiting=act.waiting,
            index=case.place.index,
        )
    )
    before = case.find(Lettering, f"lettering:{act.lot}")
    batches = (*(before.batches if before else ()), act.batch)
    voided = before.voided if before else 0
    outcome.put(Lettering(lot=act.lot, batches=batches, voided=voided))


def activate(case: CaseOf[acts.ActivateLabels], outcome: Outcome) -> None:
    """Keep which labels are in use."""
    for name, spans in _spans(case, "").items():
        batch = case.know(LabelBatch, f"labels:{name}")
        outcome.put(structs.replace(batch, used=(*batch.used, *spans)))


def void(case: CaseOf[acts.VoidLabels], outcome: Outcome) -> None:
    """Keep which labels are cancelled, and let as many be issued anew."""
    freed: dict[str, int] = {}
    for name, spans in _spans(case, case.body.reason).items():
        batch = case.know(LabelBatch, f"labels:{name}")
        outcome.put(structs.replace(batch, voided=(*batch.voided, *spans)))
        count = sum(span.last - span.first + 1 for span in spans)
        freed[batch.lot] = freed.get(batch.lot, 0) + count
    for lot, count in freed.items():
        before = case.know(Lettering, f"lettering:{lot}")
        outcome.put(structs.replace(before, voided=before.voided + count))


def _spans(case: CaseOf[_Ranged], reason: str) -> dict[str, list[LabelSpan]]:
    """Return the spans that an act names, by batch."""
    spans: dict[str, list[LabelSpan]] = {}
    for one in case.body.bag_ranges:
        span = LabelSpan(first=one.first, last=one.last, reason=reason, index=case.place.index)
        spans.setdefault(one.batch, []).append(span)
    return spans


def mark(case: CaseOf[acts.MarkBags], outcome: Outcome) -> None:
    """Keep what became of single bags, and how many came in a unit that was named."""
    act, lot_id = case.body, _marked_lot(case).id
    if act.unit:
        bags = _marks_so_far(case, lot_id) + len(_fresh(case))
        outcome.put(UnitMarks(unit=act.unit, lot=lot_id, bags=bags))
    for number in act.numbers:
        outcome.put(
            MarkedBag(
                batch=act.batch,
                number=number,
                state=act.state,
                on=encoding.local_day(encoding.parse_instant(act.marked_at)),
                by=case.speaker,
                unit=act.unit,
                index=case.place.index,
            )
        )
