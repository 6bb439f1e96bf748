"""Which holds and recalls concern one bag: of its lot, of its number, of anything behind it.

Which bags were opened to fill others is on no record: a recall of some bags of a lot is one of
everything that came of it, except of the lot's own other bags.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from ledger.errors import Detail
from ledger.proof.verdict import StopKind
from ledger.rice.facts import Flag, Lot

RULES = ("not_recalled", "bag_not_recalled", "not_held")
"""The checks that a stop fails."""


@dataclass(frozen=True, slots=True)
class Stop:
    """A hold or a recall that concerns the bag, and the check it fails."""

    kind: StopKind
    rule: str
    flag: Flag
    details: dict[str, Detail] = field(default_factory=dict)


def stops_of(lot: Lot, upstream: Iterable[Lot], batch: str, number: int) -> Iterator[Stop]:
    """Yield what stops the bag of this number and batch of labels, the lot's own stops first."""
    for known in (lot, *upstream):
        for flag in known.recalled:
            if known is not lot or not flag.bag_ranges:
                yield Stop("recall", "not_recalled", flag, {"lot": known.id})
            elif (named := flag.range_of(batch, number)) is not None:
                details: dict[str, Detail] = {
                    "lot": lot.id,
                    "first": named.first,
                    "last": named.last,
                }
                yield Stop("recall", "bag_not_recalled", flag, details)
        for flag in known.held:
            yield Stop("hold", "not_held", flag, {"lot": known.id})
