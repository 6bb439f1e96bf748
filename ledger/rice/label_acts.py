"""Acts about labels once they are issued: put to use, cancelled; and bags marked sold or opened.

They are acts like those in `acts`, and spelled by `acts.write_act`. Labels are named by the numbers
of their bags, never by their codes: whoever reads the act could print those.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Annotated, Literal

from msgspec import Meta

from ledger.rice.act import Act
from ledger.rice.scopes import BagRanges, check_ranges
from ledger.rice.terms import BatchName, Count, Moment


class ActivateLabels(Act, frozen=True, kw_only=True, tag="activate_labels"):
    """Labels that were waiting are in use from now on: they stick to bags."""

    bag_ranges: BagRanges

    def __post_init__(self) -> None:
        """Refuse ranges that overlap or are out of order."""
        check_ranges(self.bag_ranges)


class VoidLabels(Act, frozen=True, kw_only=True, tag="void_labels"):
    """Labels are cancelled for good; as many may be issued anew for the same lot."""

    bag_ranges: BagRanges
    reason: Literal["misprinted", "damaged", "lost", "stolen"]

    def __post_init__(self) -> None:
        """Refuse ranges that overlap or are out of order."""
        check_ranges(self.bag_ranges)


UnitOrNone = Annotated[
    str, Meta(pattern=r"\A(https://id\.gs1\.org/00/[0-9]{18}|urn:epc:id:bic:[A-Z]{4}[0-9]{7})?\Z")
]


class MarkBags(Act, frozen=True, kw_only=True, tag="mark_bags", omit_defaults=True):
    """Single bags were sold to a consumer, or opened; ``unsold`` takes a mark back.

    Whoever did not pack them says in which pallet or container (``unit``) bags of the lot came.
    """

    batch: BatchName
    numbers: Annotated[tuple[Count, ...], Meta(min_length=1, max_length=500)]
    state: Literal["sold", "opened", "unsold"]
    marked_at: Moment
    unit: UnitOrNone = ""

    def __post_init__(self) -> None:
        """Refuse numbers that are out of order, or given twice."""
        if any(before >= after for before, after in pairwise(self.numbers)):
            raise ValueError("numbers are not in order")  # noqa: TRY003  (becomes malformed_act)
