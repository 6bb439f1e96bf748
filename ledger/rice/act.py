"""What every act is made of: the record itself, names in two languages, keys as they are offered.

The acts are in `acts`, and those about trust in `trust_acts`; both are spelled by `acts.write_act`.
"""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from ledger.rice.terms import Moment, Text


class LocalText(Struct, frozen=True, forbid_unknown_fields=True):
    """The same words in Vietnamese and English."""

    vi: Text
    en: Text


class Jwk(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A public key as RFC 7517 members; admission is `log.keys.admit_key`'s."""

    kty: Literal["OKP", "EC", "RSA"]
    crv: str = ""
    x: str = ""
    y: str = ""
    n: str = ""
    e: str = ""


class Act(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag_field="act"):
    """Anything an actor does in office."""


class NewKey(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A key being enrolled; its holder proves possession by signing the same act."""

    jwk: Jwk
    admin: bool
    not_after: Moment
