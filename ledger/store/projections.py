"""Which rows follow from an accepted statement; `audit` works them out again and compares."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from msgspec import Struct, json

from ledger.errors import Detail
from ledger.rice.case import Caution, Link
from ledger.store.store import LinkTuple, MentionTuple


class _Warned(Struct, frozen=True):
    code: str
    details: dict[str, Detail]


NO_WARNINGS = b"[]"
"""How nothing to warn of is spelled."""
_encoder = json.Encoder(order="sorted")
_decoder = json.Decoder(tuple[_Warned, ...])


def mentions_of(keys: Iterable[str], index: int) -> list[MentionTuple]:
    """Return which facts an entry changed. A ``said`` fact changes once and names its entry."""
    return [(key, index) for key in keys if not key.startswith("said:")]


def links_of(links: Sequence[Link], index: int) -> list[LinkTuple]:
    """Return what an entry moved between lots; two draws on one lot are one link."""
    if not links:
        return []
    masses: defaultdict[tuple[str, str], int] = defaultdict(int)
    for link in links:
        masses[link.source, link.target] += link.mass_g
    return [(source, target, index, mass_g) for (source, target), mass_g in masses.items()]


def encode_warnings(warnings: Sequence[Caution]) -> bytes:
    """Return the one spelling of what the rules warned of."""
    if not warnings:
        return NO_WARNINGS
    return _encoder.encode([_Warned(one.code, dict(one.details)) for one in warnings])


def decode_warnings(data: bytes) -> tuple[Caution, ...]:
    """Return the warnings that ``encode_warnings`` wrote."""
    if data == NO_WARNINGS:
        return ()
    return tuple(Caution(one.code, one.details) for one in _decoder.decode(data))
