"""From an affected list to the acts that stop it, and from such an act back to its list."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ledger.affected import Affected, parties, trace
from ledger.errors import NotFoundError
from ledger.log.encoding import local_day
from ledger.log.entry import parse_entry
from ledger.log.statement import parse_statement
from ledger.proof.verdict import Notice, StopKind
from ledger.rice import acts
from ledger.rice.acts import BagRange, LocalText
from ledger.rice.case import open_meaning
from ledger.rice.facts import Flag, Key, LabelBatch, Lot, find
from ledger.rice.offices import lacking_to_stop
from ledger.rice.terms import STOPPED_LOTS_MAX
from ledger.store.store import Reading


@dataclass(frozen=True, slots=True)
class Stoppable:
    """The lots of a list that an actor may stop, and those that are for others to stop.

    A bag is recalled as soon as any lot behind it is; but a lot that nobody stopped itself can
    still be shipped, so others must stop theirs.
    """

    own: tuple[str, ...]
    others: tuple[str, ...]


def stoppable(view: Reading, affected: Affected, actor: str, on: str) -> Stoppable:
    """Return which lots of a list an actor may stop on a day."""
    own: list[str] = []
    others: list[str] = []
    for row in affected.lots:
        lot = find(view, Lot, f"lot:{row.lot}")
        may = lot is not None and lacking_to_stop(view, actor, lot, on) is None
        (own if may else others).append(row.lot)
    return Stoppable(tuple(own), tuple(others))


def holds(affected: Affected, lots: Sequence[str], reason: LocalText) -> Iterator[acts.Hold]:
    """Yield the acts that put lots of a list on hold."""
    for part in _parts(lots):
        yield acts.Hold(lots=part, reason=reason, scope=affected.scope)


def recalls(
    view: Reading,
    affected: Affected,
    lots: Sequence[str],
    reason: LocalText,
    contact: str,
    ranges: Sequence[BagRange] = (),
) -> Iterator[acts.Recall]:
    """Yield the acts that call lots of a list back, of some perhaps only bags by number."""
    named = [(one, find(view, LabelBatch, f"labels:{one.batch}")) for one in ranges]
    for part in _parts(lots):
        yield acts.Recall(
            lots=part,
            reason=reason,
            contact=contact,
            scope=affected.scope,
            bag_ranges=tuple(one for one, batch in named if batch and batch.lot in part),
        )


def stopped_by(view: Reading, index: int) -> tuple[Notice, Affected]:
    """Return what a hold or recall says, and everything that came of the lots it names."""
    meaning = open_meaning(parse_statement(view.statement(index)))
    body = meaning.body
    if not isinstance(body, acts.Hold | acts.Recall):
        raise NotFoundError("entry_unknown", index=index)
    key = find(view, Key, f"key:{meaning.kids[0]}")
    assert key is not None, "only a known key's act is in the log"
    ranges = body.bag_ranges if isinstance(body, acts.Recall) else ()
    flag = Flag(index=index, actor=key.actor, reason=body.reason, bag_ranges=ranges)
    scope = body.scope or acts.Scope(kind="lot", id=body.lots[0])
    kind: StopKind = "recall" if isinstance(body, acts.Recall) else "hold"
    return notice(view, kind, flag), trace(view, scope, starts=body.lots, ranges=ranges)


def notice(view: Reading, kind: StopKind, flag: Flag) -> Notice:
    """Return a hold or recall as readers see it."""
    body = open_meaning(parse_statement(view.statement(flag.index))).body
    return Notice(
        kind=kind,
        by=parties(view, [flag.actor])[flag.actor],
        reason=flag.reason,
        contact=body.contact if isinstance(body, acts.Recall) else "",
        bags=tuple((one.first, one.last) for one in flag.bag_ranges),
        on=local_day(parse_entry(view.entry(flag.index)[1]).recorded_at),
        entry=flag.index,
    )


def _parts(lots: Sequence[str]) -> Iterator[tuple[str, ...]]:
    for first in range(0, len(lots), STOPPED_LOTS_MAX):
        yield tuple(lots[first : first + STOPPED_LOTS_MAX])
