"""How far a grant was drawn on, lot by lot: which lots were within it, and which are beyond.

A packing draws its bags' mass on the grant it names, in the order of the log; a corrected packing
stands in the place of the wrong one. Lots filled from packed bags draw nothing more.
"""

from __future__ import annotations

from collections.abc import Iterable

from ledger.rice.events import Packing


def accumulate_draws(packings: Iterable[tuple[int, Packing]]) -> dict[str, int]:
    """Return for each lot how many grams were drawn once it was packed; packings by their place."""
    drawn_g = 0
    reached: dict[str, int] = {}
    for _, packing in sorted(packings, key=lambda placed: placed[0]):
        drawn_g += packing.bags * packing.bag_g
        reached[packing.lot] = drawn_g
    return reached
