"""What every statement must be whatever it says: first or not, for this ledger, said once."""

from __future__ import annotations

from ledger.rice import acts
from ledger.rice.actors import Reason
from ledger.rice.anchors import Accredited
from ledger.rice.case import Case, CaseOf, Meaning, Outcome
from ledger.rice.credentials import Attested
from ledger.rice.events import Correction, Event
from ledger.rice.facts import Product, Promised, Said


def said_ids(meaning: Meaning) -> tuple[str, ...]:
    """Return what makes a statement the same as another; sharing one is enough.

    ES256 signatures can be changed by anybody into another valid one, so a digest of the whole
    statement would let a second copy in. And anybody can leave out one of several signatures, so
    each signed text counts once: an office that was ended does not come back with fewer signers.
    """
    if isinstance(meaning.body, Correction):
        return (f"{meaning.body.event_id}/declared",)
    if isinstance(meaning.body, Event):
        return (meaning.body.event_id,)
    if isinstance(meaning.body, Attested | Accredited):
        return (meaning.body.id,)
    return tuple(digest.hex() for digest in meaning.statement.signed_digests)


def not_first(case: Case) -> Reason:
    """A founding act after the first entry, or another act before it."""
    founding = isinstance(case.body, acts.Found)
    first = case.place.index == 0
    return None if founding == first else {"index": case.place.index}


def other_ledger(case: Case) -> Reason:
    """A statement signed for another ledger."""
    statement = case.meaning.statement
    if statement.kind == "attestation":
        return None
    if isinstance(case.body, acts.Found):
        origin = case.body.origin
    else:
        origin = case.founding.origin if case.founding else ""
    return None if statement.ledger == origin else {"ledger": statement.ledger or "-"}


def said_before(case: Case) -> Reason:
    """A statement that was already taken."""
    for name in said_ids(case.meaning):
        said = case.find(Said, f"said:{name}")
        if said is not None:
            return {"index": said.index}
    return None


def taken_gtin(case: CaseOf[acts.RegisterProduct]) -> Reason:
    """Goods whose number is taken."""
    known = case.find(Product, f"product:{case.body.gtin}")
    return {"gtin": case.body.gtin} if known else None


def fold(case: Case, outcome: Outcome) -> None:
    """Mark the statement as said."""
    for name in said_ids(case.meaning):
        promised = case.find(Promised, f"said:{name}")
        stands_for = promised.stands_for if promised else None
        outcome.put(Said(id=name, index=case.place.index, stands_for=stands_for))


def register_product(case: CaseOf[acts.RegisterProduct], outcome: Outcome) -> None:
    """Keep the goods that got a number."""
    act = case.body
    outcome.put(
        Product(
            gtin=act.gtin,
            form=act.form,
            name=act.name,
            variety=act.variety,
            bag_g=act.bag_g,
            grade=act.grade,
            owner=case.speaker,
        )
    )
