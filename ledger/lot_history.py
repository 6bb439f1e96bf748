"""Which events tell the history of a lot: what it was made of, and what happened to it since.

Of the lots behind it, those events count that made them or moved them, and of the land they grew on
the diary of that season. What else became of them is the history of other lots. The cost follows
the answer: one question for each step back.
"""

from __future__ import annotations

from collections.abc import Iterable

from ledger.epcis.facets import GROWN, WORKED, facets_of
from ledger.epcis.query import ANYTHING
from ledger.event_index import EventIndex, Found

_MADE = ("outputQuantityList", "outputEPCList")
_USED = ("inputQuantityList", "inputEPCList")
_MOVED = ("quantityList", "childQuantityList", "epcList")


def history_of(events: EventIndex, lot: str) -> list[Found]:
    """Return the events of a lot's history, oldest first."""
    found: dict[int, Found] = {}
    lots, edge = {lot}, {lot}
    while edge:
        making = events.about(edge, _MADE)
        found |= {one.index: one for one in (*making, *events.about(edge, _MOVED))}
        edge = _named(making, _USED) - lots
        lots |= edge
    own = events.about([lot], ANYTHING)
    found |= {one.index: one for one in own}
    # Pallets the lot stands on, and what those stand in, carry it further.
    carriers, edge = set[str](), _named(own, ("parentID",))
    while edge:
        carried = events.about(edge, ANYTHING)
        found |= {one.index: one for one in carried}
        carriers |= edge
        edge = _named(carried, ("parentID",)) - carriers
    grown = _named(found.values(), (GROWN,))
    found |= {one.index: one for one in events.about(grown, (WORKED,))}
    return [found[index] for index in sorted(found)]


def _named(events: Iterable[Found], kinds: Iterable[str]) -> set[str]:
    wanted = frozenset(kinds)
    return {name for one in events for kind, name in facets_of(one.payload).keys if kind in wanted}
