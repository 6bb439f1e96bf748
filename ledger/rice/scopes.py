"""A scope as people write it: ``area:VN-CTOR-0001/DX-2026``, ``labels:L260410A``.

The kind stands before the colon, the season of an area or an input behind the last slash. Lots and
pallets are named by their GS1 Digital Link or by what is in it (``09521234000303/L260410A``, or the
18 digits of an SSCC), a container by its number, or of its loadings one: ``CSQU3054383/412``, the
entry that loaded it; an attestation by its id, or by the number on the paper.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Annotated, get_args
from urllib.parse import unquote

from msgspec import Meta, Struct, ValidationError, convert

from ledger.errors import CODES, MalformedError, Words
from ledger.rice.digital_link import CANONICAL_HOST, format_path
from ledger.rice.terms import BatchName, Count, ScopeKind

CODES |= {
    "scope_unreadable": Words(
        "{what} names nothing that can be traced. Write, for example, area:VN-CTOR-0001/DX-2026,"
        " input:NAME/DX-2026, lot:GTIN/LOT, pallet:SSCC, container:NUMBER, labels:BATCH or"
        " attestation:NUMBER.",
        "{what} không chỉ thứ gì truy được. Hãy viết, ví dụ, area:VN-CTOR-0001/DX-2026,"
        " input:TÊN/DX-2026, lot:GTIN/LÔ, pallet:SSCC, container:SỐ, labels:ĐỢT hoặc"
        " attestation:SỐ.",
    ),
}

KINDS: tuple[str, ...] = get_args(ScopeKind)


class Scope(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """What was asked about when lots were stopped: where the trouble began, in one name.

    An area, or an input (a fertiliser or pesticide) used on areas, in one season or in all; a lot,
    a pallet, a container, a batch of labels. It is the speaker's word; the lots are what counts.
    """

    kind: ScopeKind
    id: Annotated[str, Meta(min_length=1, max_length=200, pattern=r"\A[^\x00-\x1f]+\Z")]
    season: Annotated[str, Meta(pattern=r"\A((DX|HT|TD)-20[0-9]{2})?\Z")] = ""

    def __post_init__(self) -> None:
        """Refuse a season of something that is not grown."""
        if self.season and self.kind not in {"area", "input"}:
            raise ValueError("season is of an area or input")  # noqa: TRY003  (becomes malformed_act)


class BagRange(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Bags of one batch of labels by their numbers, the first and the last included."""

    batch: BatchName
    first: Count
    last: Count

    def __post_init__(self) -> None:
        """Refuse a range that ends before it begins."""
        if self.last < self.first:
            raise ValueError("last is below first")  # noqa: TRY003  (becomes malformed_act)


BagRanges = Annotated[tuple[BagRange, ...], Meta(min_length=1, max_length=500)]


def check_ranges(ranges: Sequence[BagRange]) -> None:
    """Raise `ValueError`, which a reader turns into a refusal, unless ranges are in order."""
    for before, after in pairwise(ranges):
        if (before.batch, before.last) >= (after.batch, after.first):
            raise ValueError("bag_ranges are not in order")  # noqa: TRY003  (as above)


_SEASON = re.compile(r"\A(?:DX|HT|TD)-20[0-9]{2}\Z")
_LOT = re.compile(r"\A([0-9]{14})/(.+)\Z")
_SSCC = re.compile(r"\A(?:\(00\))?([0-9]{18})\Z")


def read_scope(text: str) -> Scope:
    """Return the scope that a text names, or refuse it."""
    kind, _, name = text.strip().partition(":")
    season = ""
    if kind in {"area", "input"}:
        before, _, last = name.rpartition("/")
        if before and _SEASON.match(last):
            name, season = before, last
    try:
        named = {"kind": kind, "id": _full(kind, name), "season": season}
        return convert(named, Scope)
    except ValidationError as error:
        raise MalformedError("scope_unreadable", what=text) from error


def write_scope(scope: Scope) -> str:
    """Return a scope as ``read_scope`` reads it."""
    return f"{scope.kind}:{scope.id}" + (f"/{scope.season}" if scope.season else "")


def _full(kind: str, name: str) -> str:
    """Return the whole name of a lot or pallet that is named in short."""
    if kind == "lot" and (found := _LOT.match(name)):
        return CANONICAL_HOST + format_path(("01", found[1]), ("10", unquote(found[2])))
    if kind == "pallet" and (found := _SSCC.match(name)):
        return CANONICAL_HOST + format_path(("00", found[1]))
    return name
