"""Papers, photos, maps: what a statement commits to by a digest and does not carry itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from msgspec import Struct

from ledger.rice import acts, events
from ledger.rice.case import Body
from ledger.rice.disclosed import FIELDS


class Attachment(Struct, frozen=True, kw_only=True):
    """A digest, the entry that commits to it, and what the thing belongs to."""

    index: int
    kind: str
    of: str
    digest: str


class _Member(NamedTuple):
    """A member that is a digest, and the one that names what it belongs to."""

    name: str
    of: str


SALTED = frozenset({"boundary", *FIELDS["household"], *FIELDS["contract"]})
"""Kinds whose digest is over a salt and the thing: nobody without the salt can compare them."""

ATTACHED: Mapping[type[Body], tuple[_Member, ...]] = {
    acts.PublishScheme: (_Member("document", "scheme"),),
    acts.RegisterArea: (_Member("boundary", "area"),),
    acts.SignContract: (
        _Member("document", "contract"),
        *(_Member(name, "contract") for name in FIELDS["contract"]),
    ),
    acts.PresentPaper: (_Member("digest", "paper"),),
    acts.EnrolHousehold: tuple(_Member(name, "household") for name in FIELDS["household"]),
    events.Destruction: (_Member("evidence", "lot"),),
    events.Testing: (_Member("report", "lot"),),
}
"""Which members of which statements are digests of attachments; the member is the kind."""


def attachments_of(index: int, body: Body) -> tuple[Attachment, ...]:
    """Return what the statement of an entry commits to."""
    members = ATTACHED.get(type(body))
    if members is None:
        return ()
    return tuple(
        Attachment(
            index=index,
            kind=member.name,
            of=getattr(body, member.of),
            digest=getattr(body, member.name),
        )
        for member in members
        if getattr(body, member.name)
    )
