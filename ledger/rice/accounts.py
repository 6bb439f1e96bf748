"""How far a grant was drawn on, lot by lot: which lots were within it, and which are beyond.

A packing draws its bags' mass on the grant it names, a sale in bulk what was sold, in the order of
the log; a corrected packing stands in the place of the wrong one. Lots filled from packed bags draw
nothing more.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from ledger.rice.credentials import Attested
from ledger.rice.events import Packing


class Draw(NamedTuple):
    """Grams taken from a grant for a lot, at a place in the order of things."""

    place: int
    lot: str
    mass_g: int


def draw_of(place: int, body: Packing | Attested) -> Draw:
    """Return what a packing, or the certificate of a sale, drew."""
    if isinstance(body, Packing):
        return Draw(place, body.lot, body.bags * body.bag_g)
    return Draw(place, body.lot, body.sold_g)


def accumulate_draws(draws: Iterable[Draw]) -> dict[str, int]:
    """Return for each lot how many grams were drawn once it was drawn for the last time."""
    drawn_g = 0
    reached: dict[str, int] = {}
    for draw in sorted(draws):
        drawn_g += draw.mass_g
        reached[draw.lot] = drawn_g
    return reached
