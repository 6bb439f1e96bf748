"""The recall room: from a scope to everything that came of it, and to the acts that stop it.

Looking writes nothing: a mock recall is a list, and how long it took. What is signed is made of
that list on the device (`recalling.js`): as many acts of one scope as it takes.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from math import ceil

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ledger.affected import Affected, trace
from ledger.errors import LedgerError, MalformedError
from ledger.holdings import Holdings
from ledger.lists import lot_name, pallet_name
from ledger.log.encoding import local_day
from ledger.recalling import Stoppable, stoppable
from ledger.rice.acts import BagRange, LocalText, Scope
from ledger.rice.facts import Actor, LabelBatch, find
from ledger.rice.scopes import read_scope, write_scope
from ledger.rice.terms import STOPPED_LOTS_MAX
from ledger.store.store import Reading
from ledger.tracing import check_ranges
from web.trace_pages import affected_path, lot_path
from web.workplace.actor_pages import ActorPages, Shown
from web.workplace.frame import HOME
from web.workplace.stock import seasons_about

LISTED_MAX = 500
KINDS = ("lot", "area", "input", "container", "pallet", "labels")


@dataclass(frozen=True, slots=True)
class Standing:
    """A hold that an organisation set and has not cleared yet: by which entry, why, which lots."""

    index: int
    reason: LocalText
    lots: tuple[str, ...]


class RecallRoom:
    """The room of one organisation."""

    def __init__(
        self, pages: ActorPages, holdings: Holdings, clock: Callable[[], datetime]
    ) -> None:
        self._pages = pages
        self._holdings = holdings
        self._clock = clock
        self.routes = [Route(f"{HOME}/{{actor}}/recall", self.room)]

    def room(self, request: Request) -> Response:
        """Return the question, and once it is asked, what is affected and how it is stopped."""
        asked = _Asked(request)

        def shown(view: Reading, actor: Actor) -> Shown:
            room: Shown = {
                "about": asked,
                "kinds_of_scope": KINDS,
                "seasons": seasons_about(self._clock()),
                "holds": holds_of(view, actor, self._holdings),
                "found": None,
                "unknown": None,
                "affected_path": affected_path,
                "lot_path": lot_path,
                "lot_name": lot_name,
                "pallet_name": pallet_name,
                "listed_max": LISTED_MAX,
            }
            if not asked.name:
                return room
            try:
                return room | self._found(view, actor, asked)
            except LedgerError as refusal:
                return room | {"unknown": refusal}

        return self._pages.show(request, "workplace/recall.html", shown)

    def _found(self, view: Reading, actor: Actor, asked: _Asked) -> Shown:
        began = time.perf_counter()
        scope, ranges = asked.scope(), asked.ranges(view)
        check_ranges(view, scope, ranges)
        found = trace(view, scope, ranges=ranges)
        split = stoppable(view, found, actor.id, local_day(self._clock()))
        return {
            "found": found,
            "scope_text": write_scope(scope),
            "split": split,
            "stopping": stopping(found, split, ranges, view),
            # Rounded up: nothing is found in no time.
            "took_s": Decimal(ceil((time.perf_counter() - began) * 100)) / 100,
        }


class _Asked:
    """What a request asks about."""

    def __init__(self, request: Request) -> None:
        query = request.query_params
        self.kind = query.get("kind", "lot")
        self.name = query.get("name", "").strip()
        self.season = query.get("season", "")
        self.first = query.get("first", "").strip()
        self.last = query.get("last", "").strip()

    def scope(self) -> Scope:
        """Return the scope it names, or refuse it."""
        name = self.name
        if self.kind in {"area", "input"} and self.season:
            name = f"{name}/{self.season}"
        return read_scope(f"{self.kind}:{name}")

    def ranges(self, view: Reading) -> tuple[BagRange, ...]:
        """Return the bags it narrows a batch of labels to."""
        if self.kind != "labels" or not (self.first or self.last):
            return ()
        batch = find(view, LabelBatch, f"labels:{self.name}")
        first = self.first or "1"
        last = self.last or (str(batch.count) if batch else first)
        if not (first.isascii() and first.isdigit() and last.isascii() and last.isdigit()):
            raise MalformedError("scope_unreadable", what=f"{first}-{last}"[:60])
        low, high = int(first[:9]), int(last[:9])
        if not 1 <= low <= high:
            raise MalformedError("scope_unreadable", what=f"{first}-{last}"[:60])
        return (BagRange(batch=self.name, first=low, last=high),)


def stopping(
    found: Affected, split: Stoppable, ranges: Sequence[BagRange], view: Reading
) -> dict[str, object]:
    """Return what a device signs: the scope, and the organisation's own lots in acts of a size."""
    own = split.own
    named = {
        one.batch: issued.lot
        for one in ranges
        if (issued := find(view, LabelBatch, f"labels:{one.batch}")) is not None
    }
    parts = [
        own[first : first + STOPPED_LOTS_MAX] for first in range(0, len(own), STOPPED_LOTS_MAX)
    ]
    scope = {"kind": found.scope.kind, "id": found.scope.id}
    if found.scope.season:
        scope["season"] = found.scope.season
    return {
        "scope": scope,
        "parts": parts,
        "ranges": [
            {"batch": one.batch, "first": one.first, "last": one.last, "lot": named[one.batch]}
            for one in ranges
            if one.batch in named
        ],
    }


def holds_of(view: Reading, actor: Actor, holdings: Holdings) -> list[Standing]:
    """Return the holds an organisation set on what it has, newest first."""
    reasons: dict[int, LocalText] = {}
    lots: defaultdict[int, list[str]] = defaultdict(list)
    for lot in holdings.of(view, actor.id).lots:
        for flag in lot.held:
            if flag.actor == actor.id:
                reasons[flag.index] = flag.reason
                lots[flag.index].append(lot.id)
    return [Standing(index, reasons[index], tuple(lots[index])) for index in sorted(lots)[::-1]]
