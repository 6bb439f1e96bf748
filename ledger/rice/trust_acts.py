"""What is done about trust: accreditations and their life, documents of DIDs."""

from __future__ import annotations

from typing import Literal

from ledger.rice.act import Act
from ledger.rice.terms import ActorId, Day, DocumentBytes, ShortText, Text, Uri


class ChangeAccreditation(Act, frozen=True, kw_only=True, tag="change_accreditation"):
    """An accreditation is suspended, reinstated or withdrawn from a day on."""

    accreditation: Uri
    state: Literal["granted", "suspended", "withdrawn"]
    from_on: Day
    reason: Text
    paper: ShortText


class SnapshotDid(Act, frozen=True, kw_only=True, tag="snapshot_did"):
    """What stands now at the DID that an actor has at a domain of its own."""

    actor: ActorId
    document: DocumentBytes
