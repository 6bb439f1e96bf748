"""What is on the bags: label batches that can never outnumber the bags of their lot."""

from __future__ import annotations

from msgspec import structs

from ledger.rice import acts
from ledger.rice.actors import Reason
from ledger.rice.case import CaseOf, Outcome
from ledger.rice.facts import LabelBatch, Lettering, Lot


def foreign_bags(case: CaseOf[acts.IssueLabels]) -> Reason:
    """Labels are issued for a lot that is not packed, or by somebody who did not pack it."""
    lot = case.know(Lot, f"lot:{case.body.lot}")
    if lot.form == "packed" and lot.maker == case.speaker:
        return None
    return {"lot": lot.id, "maker": lot.maker}


def too_many_labels(case: CaseOf[acts.IssueLabels]) -> Reason:
    """More labels would be issued than the lot has bags."""
    lot = case.know(Lot, f"lot:{case.body.lot}")
    left = lot.bags - lot.bags_labelled
    if case.body.count <= left and case.body.count <= 32**case.body.number_digits:
        return None
    return {"lot": lot.id, "left": left, "wanted": case.body.count}


def taken_batch(case: CaseOf[acts.IssueLabels]) -> Reason:
    """A batch of labels under a name that is taken."""
    known = case.find(LabelBatch, f"labels:{case.body.batch}")
    return {"batch": case.body.batch} if known else None


def unknown_bags(case: CaseOf[acts.Recall]) -> Reason:
    """Bags are recalled by numbers that no batch of labels of those lots has."""
    for one in case.body.bag_ranges:
        batch = case.find(LabelBatch, f"labels:{one.batch}")
        count = batch.count if batch and batch.lot in case.body.lots else 0
        if one.last > count:
            return {"batch": one.batch, "last": one.last, "count": count}
    return None


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
            index=case.place.index,
        )
    )
    before = case.find(Lettering, f"lettering:{act.lot}")
    batches = (*(before.batches if before else ()), act.batch)
    outcome.put(Lettering(lot=act.lot, batches=batches))
