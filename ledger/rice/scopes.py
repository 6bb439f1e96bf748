"""A scope as people write it: ``area:VN-CTOR-0001/DX-2026``, ``labels:L260410A``.

The kind stands before the colon, the season of an area or an input behind the last slash. Lots and
pallets are named by their GS1 Digital Link or by what is in it (``09521234000303/L260410A``, or the
18 digits of an SSCC), a container by its number, or of its loadings one: ``CSQU3054383/412``, the
entry that loaded it.
"""

from __future__ import annotations

import re
from typing import get_args
from urllib.parse import unquote

from msgspec import ValidationError, convert

from ledger.errors import CODES, MalformedError, Words
from ledger.rice.acts import Scope
from ledger.rice.digital_link import CANONICAL_HOST, format_path
from ledger.rice.terms import ScopeKind

CODES |= {
    "scope_unreadable": Words(
        "{what} names nothing that can be traced. Write, for example, area:VN-CTOR-0001/DX-2026,"
        " input:NAME/DX-2026, lot:GTIN/LOT, pallet:SSCC, container:NUMBER or labels:BATCH.",
        "{what} không chỉ thứ gì truy được. Hãy viết, ví dụ, area:VN-CTOR-0001/DX-2026,"
        " input:TÊN/DX-2026, lot:GTIN/LÔ, pallet:SSCC, container:SỐ hoặc labels:ĐỢT.",
    ),
}

KINDS: tuple[str, ...] = get_args(ScopeKind)

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
