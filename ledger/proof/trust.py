"""What the reader brings: the log to believe, its founding, its witnesses, and how old is too old.

Nothing in a bundle can add to this. A trust file is canonical JSON; its ``policy`` is the text of a
c2sp.org/tlog-policy, so the keys can be handed to any other tool.
"""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, Struct, ValidationError, json

from ledger.errors import MalformedError
from ledger.log import encoding
from ledger.log.policy import Policy, parse_policy
from ledger.rice.terms import Digest


class Trust(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Pinned keys and a limit of age."""

    trust: Literal["rice-ledger/trust@v1"] = "rice-ledger/trust@v1"
    founding: Digest
    """SHA-256 of the founding statement: entry 0 and no other begins this ledger."""
    policy: Annotated[str, Meta(max_length=20_000)]
    fresh_hours: Annotated[int, Meta(ge=1, le=8_784)]

    def logs(self) -> Policy:
        """Return the policy in force."""
        return parse_policy(self.policy)


def read_trust(data: bytes) -> Trust:
    """Return the trust a file spells, or refuse it."""
    encoding.check_canonical(data)
    try:
        trust = json.decode(data, type=Trust)
    except ValidationError as error:
        raise MalformedError("trust_unreadable", what=str(error)) from error
    if not trust.logs().logs:
        raise MalformedError("trust_unreadable", what="a policy without a log")
    return trust


def write_trust(trust: Trust) -> bytes:
    """Return the one spelling of a trust file."""
    return json.encode(trust, order="sorted")
