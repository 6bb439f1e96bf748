"""The events of a ledger as EPCIS shows them."""

from __future__ import annotations

from dataclasses import replace

from ledger.epcis import identifiers, words
from ledger.epcis.ports import About, Answered, shown
from ledger.epcis.query import ANYTHING, Match, Query
from ledger.event_index import RESOURCES, EventIndex


class LedgerRepository:
    """The `Repository` that a ledger's own index answers for."""

    def __init__(self, events: EventIndex) -> None:
        self._events = events

    def find(self, query: Query, about: About | None = None) -> Answered:
        """Return a page of the events that answer a question."""
        page = self._events.find(_narrowed(query, about) if about else query)
        return Answered(
            tuple(shown(found.payload, found.recorded) for found in page.events), page.token
        )

    def listed(self, resource: str, after: str, limit: int) -> list[str]:
        """Return the members of a resource, in order."""
        if resource == "epcs":
            return self._events.names(ANYTHING, after, limit)
        return self._events.values(RESOURCES[resource], after, limit)

    def check_known(self, about: About) -> None:
        """Refuse a name under which no event is found."""
        resource, name = about
        self._events.check_known(resource, _spelled(resource, name))


def _narrowed(query: Query, about: About) -> Query:
    resource, name = about
    spelled = _spelled(resource, name)
    if resource == "epcs":
        return replace(query, matches=(*query.matches, Match(ANYTHING, (spelled,))))
    facet = RESOURCES[resource]
    # Asked for another value as well, nothing has both.
    asked = query.values.get(facet, (spelled,))
    values = {**query.values, facet: tuple(one for one in asked if one == spelled)}
    return replace(query, values=values)


def _spelled(resource: str, name: str) -> str:
    if resource == "epcs":
        return identifiers.instance(name, "epc")
    if resource == "bizSteps":
        return words.bare(words.STEP, name)
    if resource == "dispositions":
        return words.bare(words.DISPOSITION, name)
    return name if resource == "eventTypes" else identifiers.thing(name, resource)
