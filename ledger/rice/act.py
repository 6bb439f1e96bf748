"""What every act is made of: the record itself, and keys as they are offered.

The acts are in `acts`, and those about trust in `trust_acts`; both are spelled by `acts.write_act`.
"""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from ledger.rice.terms import Moment


class Jwk(Struct, frozen=True, gc=False, forbid_unknown_fields=True, omit_defaults=True):
    """A public key as RFC 7517 members; admission is `log.keys.admit_key`'s."""

    kty: Literal["OKP", "EC", "RSA"]
    crv: str = ""
    x: str = ""
    y: str = ""
    n: str = ""
    e: str = ""


class Act(Struct, frozen=True, gc=False, forbid_unknown_fields=True, kw_only=True, tag_field="act"):
    """Anything an actor does in office."""


class NewKey(
    Struct, frozen=True, gc=False, forbid_unknown_fields=True, kw_only=True, omit_defaults=True
):
    """A key being enrolled; its holder proves possession by signing the same act.

    Only an RSA key enrolled as ``token`` may sign RS256, because old tokens do nothing else.
    """

    jwk: Jwk
    admin: bool
    not_after: Moment
    token: bool = False

    def __post_init__(self) -> None:
        """Refuse a token of a kind that has nothing more to sign with."""
        if self.token and self.jwk.kty != "RSA":
            raise ValueError("token is of an RSA key")  # noqa: TRY003  (becomes malformed_act)
