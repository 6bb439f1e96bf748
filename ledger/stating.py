"""One event at a time: from its fields, or as a correction of one that was recorded."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta, timezone

from ledger.errors import CODES, NotFoundError, Words
from ledger.log.statement import parse_statement
from ledger.rice.case import open_meaning
from ledger.rice.events import AnyEvent, Correction, Event
from ledger.rice.facts import Said, find
from ledger.rice.profile import corrected
from ledger.store.store import Reading

CODES |= {
    "event_unrecorded": Words(
        "There is no event {event} that could be declared wrong.",
        "Không có sự việc {event} để khai báo sai.",
    ),
}

_LOCAL = timezone(timedelta(hours=7))


def local_time(now: datetime) -> str:
    """Return a moment as events spell it."""
    return now.astimezone(_LOCAL).isoformat(timespec="seconds")


def correction(
    view: Reading, event_id: str, now: datetime, fields: Mapping[str, object] | None
) -> list[AnyEvent]:
    """Return what declares an event wrong, and the event that stands for it.

    ``fields`` are those that were otherwise, with the ``event_id`` of the other event among them;
    none means that it did not occur. Raises `NotFoundError` for what was never recorded.
    """
    said = find(view, Said, f"said:{event_id}")
    if said is None:
        raise NotFoundError("event_unrecorded", event=event_id)
    wrong = open_meaning(parse_statement(view.statement(said.index))).body
    if not isinstance(wrong, Event) or isinstance(wrong, Correction):
        raise NotFoundError("event_unrecorded", event=event_id)
    right = [] if fields is None else [corrected(wrong, fields)]
    declaration = Correction(
        event_id=wrong.event_id,
        at=wrong.at,
        place=wrong.place,
        wrong=wrong,
        declared_at=local_time(now),
        reason="incorrect_data" if right else "did_not_occur",
        corrected_by=tuple(event.event_id for event in right),
    )
    return [declaration, *right]
