"""Of which kind a statement is: an act's own name, an event's step, what a certificate does.

The names are public: keys are bounded by them, drafts name their purpose, and ``docs/events.md``
lists them.
"""

from __future__ import annotations

from ledger.log import encoding
from ledger.rice.acts import Act
from ledger.rice.anchors import Accredited
from ledger.rice.case import Meaning
from ledger.rice.credentials import Attested
from ledger.rice.events import AnyEvent, Correction
from ledger.rice.terms import ACCREDITATION, ATTESTATION, CORRECTION


def kind_of(meaning: Meaning) -> str:
    """Return the kind of what is said."""
    body = meaning.body
    if isinstance(body, Attested):
        return ATTESTATION
    if isinstance(body, Accredited):
        return ACCREDITATION
    if isinstance(body, Act):
        return str(type(body).__struct_config__.tag)
    return event_kind(body, meaning.statement.payload)


def event_kind(event: AnyEvent, payload: bytes) -> str:
    """Return the kind of an event (its ``rice:cte``); declaring one wrong is a kind of its own."""
    return CORRECTION if isinstance(event, Correction) else step_of(payload).removeprefix("rice:")


def step_of(payload: bytes) -> str:
    """Return the ``rice:cte`` that an event's payload spells."""
    return str(encoding.check_canonical(payload)["rice:cte"])
