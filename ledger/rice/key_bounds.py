"""What a key may sign: a phone at a weighbridge signs what is weighed there, and nothing else.

Who finds or steals such a phone has no more in hand than it was given. Bounds are set as a key is
enrolled, by an admin key, which has none.
"""

from __future__ import annotations

from ledger.rice.actors import Reason
from ledger.rice.case import Case, CaseOf
from ledger.rice.events import AnyEvent
from ledger.rice.kinds import kind_of


def other_kind(case: Case) -> Reason:
    """A key signs a kind of statement that it was not enrolled for."""
    for key in case.keys:
        if key.only and (kind := kind_of(case.meaning)) not in key.only:
            return {"kid": key.kid, "kind": kind}
    return None


def other_place(case: CaseOf[AnyEvent]) -> Reason:
    """A key signs an event that happened elsewhere than it was enrolled for, or nowhere."""
    for key in case.keys:
        if key.places and case.body.place not in key.places:
            return {"kid": key.kid, "place": case.body.place or "-"}
    return None
