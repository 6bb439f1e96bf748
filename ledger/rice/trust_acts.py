"""What is done about trust: accreditations, DID documents, keys that were lost or stolen."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from ledger.rice.act import Act, NewKey
from ledger.rice.terms import (
    ActorId,
    Day,
    DocumentBytes,
    Kid,
    ShortText,
    Text,
    Uri,
    check_distinct,
)


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


class RecoverKey(Act, frozen=True, kw_only=True, tag="recover_key"):
    """The root gives an actor without an admin key a new one; the keys it lost end."""

    actor: ActorId
    key: NewKey
    lost: Annotated[tuple[Kid, ...], Meta(max_length=16)]

    def __post_init__(self) -> None:
        """Refuse a key that could not bring in others, and one that is lost twice."""
        check_distinct(self.lost, "lost")
        if not self.key.admin:
            raise ValueError("key is no admin key")  # noqa: TRY003  (becomes malformed_act)


class Reaffirm(Act, frozen=True, kw_only=True, tag="reaffirm"):
    """An actor stands by entries that a key of its own signed after it was stolen."""

    kid: Kid
    entries: Annotated[
        tuple[Annotated[int, Meta(ge=0, le=2**53 - 1)], ...], Meta(min_length=1, max_length=500)
    ]

    def __post_init__(self) -> None:
        """Refuse entries out of order, or named twice."""
        if list(self.entries) != sorted(set(self.entries)):
            raise ValueError("entries are not in order")  # noqa: TRY003  (becomes malformed_act)
