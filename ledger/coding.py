"""Bytes compressed for whoever can read that, by ``Accept-Encoding`` (RFC 9110 section 12.5.3).

Brotli is a sixth smaller than gzip here; browsers take it over https and from their own machine.
"""

from __future__ import annotations

import gzip
from typing import Literal

import brotli

Coding = Literal["br", "gzip", ""]

_PARTS_MAX = 16
_BROTLI_AT_ONCE = 5
"""Milliseconds for an answer; a twentieth more bytes than at the strongest, which takes half a
second for the evidence of a bag from a silo."""


def coding_for(accepted: str) -> Coding:
    """Return the tightest coding that a header accepts by name; none if it names none of ours."""
    named = set()
    for part in accepted.split(",", _PARTS_MAX)[:_PARTS_MAX]:
        name, _, weight = part.partition(";")
        # Weight 0 says no, in any of its spellings: q=0, q=0.0.
        if weight.strip().removeprefix("q=").strip("0.") or not weight.strip():
            named.add(name.strip().lower())
    return "br" if "br" in named else "gzip" if "gzip" in named else ""


def encode(coding: Coding, content: bytes) -> bytes:
    """Return content in a coding, fast enough to be done for every answer."""
    if coding == "br":
        return bytes(brotli.compress(content, quality=_BROTLI_AT_ONCE))
    return gzip.compress(content, mtime=0) if coding else content


def encode_to_keep(coding: Coding, content: bytes) -> bytes:
    """Return content in a coding, as small as can be: for files that are sent again and again."""
    return bytes(brotli.compress(content)) if coding == "br" else encode(coding, content)
