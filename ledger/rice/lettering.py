"""What is on the bags: label batches that can never outnumber the bags of their lot."""

from __future__ import annotations

from msgspec import structs

from ledger.rice import acts
from ledger.rice.actors import Reason
from ledger.rice.case import Case, Outcome
from ledger.rice.facts import LabelBatch, Lettering, Lot


def foreign_bags(case: Case) -> Reason:
    """Labels are issued for a lot that is not packed, or by somebody who did not pack it."""
    if not isinstance(case.body, acts.IssueLabels):
        return None
    lot = case.know(Lot, f"lot:{case.body.lot}")
    if lot.form == "packed" and lot.maker == case.speaker:
        return None
    return {"lot": lot.id, "maker": lot.maker}


def too_many_labels(case: Case) -> Reason:
    """More labels would be issued than the lot has bags."""
    if not isinstance(case.body, acts.IssueLabels):
        return None
    lot = case.know(Lot, f"lot:{case.body.lot}")
    left = lot.bags - lot.bags_labelled
    if case.body.count <= left and case.body.count <= 32**case.body.number_digits:
        return None
    return {"lot": lot.id, "left": left, "wanted": case.body.count}


def taken_batch(case: Case) -> Reason:
    """A batch of labels under a name that is taken."""
    body = case.body
    if isinstance(body, acts.IssueLabels) and case.find(LabelBatch, f"labels:{body.batch}"):
        return {"batch": body.batch}
    return None


def fold(case: Case, outcome: Outcome) -> None:
    """Add what an accepted act changes about labels."""
    if not isinstance(case.body, acts.IssueLabels):
        return
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
