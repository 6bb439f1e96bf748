"""What follows when an event is declared wrong: everything derived from it is worked out again.

The entries that speak of the lots, pallets and containers concerned are folded once more in their
order: without the wrong event, and with the one that stands for it in its place. Nothing is taken
from the log. An event that no longer fits changes only what is there to be changed, and the lots it
touches are marked as unbalanced, with the rule it breaks now and the entries to blame.

Three kinds are told apart. *Affected* are the lots and units the wrong event speaks of, and all
that came of them; these may change. *Behind* them are the lots that affected ones were made of;
those are worked out again only to know how they stood in between. The rest is read as it is now.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from msgspec import structs

from ledger.rice import lettering, lots, units
from ledger.rice.case import Body, Case, CaseOf, Meaning, Outcome, Place, bodies_of, open_case
from ledger.rice.corrections import touched
from ledger.rice.events import (
    Correction,
    Event,
    Loading,
    Palletising,
    Unpalletising,
)
from ledger.rice.facts import Container, Fact, Imbalance, Lot, Pallet, Said, find
from ledger.rice.fitting import as_far_as_there
from ledger.rice.lots import Transformation, births_of, draws_of
from ledger.rice.rulebook import RULES

LOT_FOLDS: tuple[Callable[[CaseOf[Any], Outcome], None], ...] = (
    lots.harvest,
    lots.receive,
    lots.hand_over,
    lots.note,
    lots.transform,
    lots.lose,
    lots.count,
    lots.give_back,
    lots.hold,
    lots.clear_hold,
    lots.recall,
    units.palletise,
    units.unpalletise,
    units.load,
    units.ship,
    units.dispatch,
    units.arrive,
    lettering.issue,
)
"""What statements do to lots, pallets and containers, and to nothing else that is worked out."""

_FOLDS_OF: dict[type[Body], list[Callable[[CaseOf[Any], Outcome], None]]] = {}
for _fold in LOT_FOLDS:
    for _kind in bodies_of(_fold):
        _FOLDS_OF.setdefault(_kind, []).append(_fold)

_BALANCE_CODES = frozenset(
    {
        *("lot_unknown", "unit_unknown", "event_before_lot", "lot_unfit", "lot_taken"),
        *("unit_taken", "not_holder", "unit_not_held", "not_consigned", "exceeds_lot"),
        *("mass_too_small", "mass_gained", "recovery_above_limit", "counted_above_books"),
        *("custody_strengthened", "container_overloaded", "mark_not_covered"),
        *("mark_of_other_bags", "labels_outnumber_bags"),
    }
)
_DRAW_CODES = frozenset({"lot_unknown", "not_holder", "exceeds_lot"})
_BALANCE_RULES = tuple(rule for rule in RULES if rule.code in _BALANCE_CODES)
_DRAW_RULES = tuple(rule for rule in RULES if rule.code in _DRAW_CODES)
"""Rules an event may come to break when another is corrected; and those of them that can be told
without the lots it makes, of which the evidence for one bag need not speak."""


class Refolding:
    """Facts in which some lots and units are worked out again; they are read as others are."""

    def __init__(self, case: Case, wrong: str, starts: Iterable[str]) -> None:
        self._case = case
        self._wrong = wrong
        self._known: dict[str, Fact] = {}
        self._causes = {case.place.index}
        self._opened: dict[int, tuple[Place, Meaning]] = {}
        self._starts = frozenset(starts)
        self._affected = self._what_came_of(self._starts)
        self._anew = self._affected | self._what_is_behind(self._affected)

    def get(self, key: str, /) -> Fact | None:
        """Return a fact as far as it is worked out again; others as they are."""
        return self._known.get(key) if key in self._anew else self._case.facts.get(key)

    def run(self, place: int, amend: Callable[[], None] | None = None) -> Iterator[Fact]:
        """Fold all entries again, with ``amend`` at a place; yield the facts that are other now.

        Lots and units the wrong event speaks of are yielded in any case: it is said of them.
        """
        entries = sorted((self._place_of(index), index) for index in self._entries())
        for at, index in entries:
            if amend is not None and at > place:
                amend()
                amend = None
            self._again(index)
        if amend is not None:
            amend()
        for key in sorted(self._affected):
            before, now = self._case.facts.get(key), self._known.get(key)
            if now is None and before is not None:
                now = _emptied(before)
            if now is not None and (now != before or key in self._starts):
                yield now

    def fold(self, case: Case) -> None:
        """Do what a statement does to lots and units, as far as they are there."""
        fitted = as_far_as_there(case.body, self)
        if fitted is None:
            return
        case = structs.replace(case, body=fitted, facts=self)
        outcome = Outcome()
        if isinstance(fitted, Transformation) and not self._makes_known(fitted):
            lots.draw_inputs(case, outcome)  # type: ignore[arg-type]  # its body is one
        else:
            for fold in _FOLDS_OF.get(type(fitted), ()):
                fold(case, outcome)
        self._known |= {key: fact for key, fact in outcome.puts.items() if key in self._anew}

    def _again(self, index: int) -> None:
        place, meaning = self._entry(index)
        case = open_case(meaning, place, self)
        objection = self._objection(case) if isinstance(meaning.body, Event) else ""
        self.fold(case)
        if objection:
            self._mark(case.body, index, objection)

    def _objection(self, case: Case) -> str:
        """Return the rule that an event affected by the correction breaks now."""
        if not touched(case.body) & self._affected:  # type: ignore[arg-type]  # an event
            return ""
        rules = _BALANCE_RULES
        if isinstance(case.body, Transformation) and not self._makes_known(case.body):
            rules = _DRAW_RULES
        for rule in rules:
            details = rule.check(case) if type(case.body) in rule.about else None
            # A lot that is read as it is now is there already, with all that will come of it.
            if details is not None and not (
                rule.code == "lot_taken" and f"lot:{details['lot']}" not in self._anew
            ):
                return rule.code
        return ""

    def _mark(self, body: Body, index: int, rule: str) -> None:
        """Mark what an event made, or else what it moves, as unbalanced."""
        assert isinstance(body, Event)
        made = {f"lot:{lot}" for lot, _ in births_of(body)}
        for key in (made or touched(body)) & self._affected:
            lot = find(self, Lot, key)
            if lot is not None:
                found = Imbalance(index=index, rule=rule, causes=tuple(sorted(self._causes)))
                self._known[key] = structs.replace(lot, unbalanced=(*lot.unbalanced, found))

    def _makes_known(self, body: Transformation) -> bool:
        return any(f"lot:{lot}" in self._anew for lot, _ in births_of(body))

    def _entry(self, index: int) -> tuple[Place, Meaning]:
        if index not in self._opened:
            self._opened[index] = self._case.past.entry(index)
        return self._opened[index]

    def _entries(self) -> set[int]:
        """Return the entries to fold again: all that speak of what is worked out again."""
        indexes = {index for key in self._anew for index in self._case.past.told(key)}
        return {index for index in indexes if self._counts(self._entry(index)[1].body, index)}

    def _counts(self, body: Body, index: int) -> bool:
        if isinstance(body, Correction):
            self._causes.add(index)
            return False
        return not (isinstance(body, Event) and self._is_wrong(body.event_id))

    def _is_wrong(self, event_id: str) -> bool:
        declared = find(self._case.facts, Said, f"said:{event_id}/declared")
        return event_id == self._wrong or declared is not None

    def _place_of(self, index: int) -> int:
        """Return the place of an entry in the order of folding: that of the event it stands for."""
        body = self._entry(index)[1].body
        if not isinstance(body, Event):
            return index
        said = find(self._case.facts, Said, f"said:{body.event_id}")
        return index if said is None or said.stands_for is None else said.stands_for

    def _what_came_of(self, starts: frozenset[str]) -> frozenset[str]:
        """Return lots and units, and everything that came of them."""
        found: set[str] = set()
        edge = set(starts)
        while edge:
            found |= edge
            bodies = [self._entry(i)[1].body for key in edge for i in self._case.past.told(key)]
            onward = {key for body in bodies for key in self._onward(body, found)}
            edge = {key for key in onward - found if self._case.facts.get(key) is not None}
        return frozenset(found)

    def _onward(self, body: Body, found: set[str]) -> Iterator[str]:
        """Yield the lots and units that an event makes of those found, or puts them into."""
        if not isinstance(body, Event) or isinstance(body, Correction):
            return
        if any(f"lot:{lot}" in found for lot, _ in draws_of(body)):
            yield from (f"lot:{lot}" for lot, _ in births_of(body))
            if isinstance(body, Palletising | Loading):
                yield from touched(body)
        elif isinstance(body, Loading) and touched(body) & found:
            # What else is in the container stands or falls with how it was loaded.
            yield from (key for key in touched(body) if not key.startswith("lot:"))
        elif isinstance(body, Unpalletising) and touched(body) & found:
            pallet = find(self._case.facts, Pallet, f"pallet:{body.pallet}")
            if pallet is not None:  # its bags went back to their lot
                yield f"lot:{pallet.lot}"

    def _what_is_behind(self, affected: frozenset[str]) -> frozenset[str]:
        """Return the lots that affected lots were made of, back to the field."""
        found: set[str] = set()
        edge = {key for key in affected if key.startswith("lot:")}
        while edge:
            found |= edge
            behind: set[str] = set()
            for index in {i for key in edge for i in self._case.past.told(key)}:
                body = self._entry(index)[1].body
                if isinstance(body, Transformation) and _makes(body, found):
                    behind |= {f"lot:{lot}" for lot, _ in body.inputs}
            edge = behind - found
        return frozenset(found)


def _makes(body: Transformation, found: set[str]) -> bool:
    return any(f"lot:{lot}" in found for lot, _ in births_of(body))


def _emptied(fact: Fact) -> Fact:
    """Return a lot or unit that never came to be, as what is left of it: nothing."""
    match fact:
        case Lot():
            return structs.replace(
                fact, left_g=0, origin={}, layers=(), bags=0, bags_left=0, unbalanced=()
            )
        case Pallet():
            return structs.replace(fact, bags=0)
        case Container():
            return structs.replace(fact, pallets=(), bags=(), is_empty=True)
    return fact
