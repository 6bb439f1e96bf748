"""What every act is made of: the record itself, and keys as they are offered.

The acts are in `acts`, and those about trust in `trust_acts`; both are spelled by `acts.write_act`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal

from msgspec import Meta, Struct

from ledger.rice.terms import KindName, Moment, Uri


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
    ``only`` are the kinds of statement it may sign, and ``places`` where its events have to happen;
    without them it may sign whatever its actor may say.
    """

    jwk: Jwk
    admin: bool
    not_after: Moment
    token: bool = False
    only: Annotated[tuple[KindName, ...], Meta(max_length=100)] = ()
    places: Annotated[tuple[Uri, ...], Meta(max_length=50)] = ()

    @property
    def is_bounded(self) -> bool:
        """Tell whether it may sign less than its actor may say."""
        return bool(self.only or self.places)

    def __post_init__(self) -> None:
        """Refuse a token of a kind that has nothing more to sign with, and bounds out of order."""
        if self.token and self.jwk.kty != "RSA":
            raise ValueError("token is of an RSA key")  # noqa: TRY003  (becomes malformed_act)
        if self.admin and self.is_bounded:
            raise ValueError("an admin key has no bounds")  # noqa: TRY003  (as above)
        _check_rising(self.only, "only")
        _check_rising(self.places, "places")


def _check_rising(names: Sequence[str], member: str) -> None:
    if list(names) != sorted(set(names)):
        raise ValueError(f"{member} is out of order, or names one twice")  # noqa: TRY003, EM102
