"""One lot at work: what is left, what it may say, what happened; putting right what was said."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import unquote

from msgspec import structs, to_builtins
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ledger.errors import CODES, NotFoundError, Words
from ledger.holdings import Holdings
from ledger.log.encoding import local_day
from ledger.log.statement import parse_statement
from ledger.lot_claims import claim_of
from ledger.lot_sheet import lot_sheet
from ledger.prospects import prospects
from ledger.recent import kind_of
from ledger.rice.case import open_meaning
from ledger.rice.corrections import touched
from ledger.rice.digital_link import format_identity
from ledger.rice.events import Correction, Event
from ledger.rice.facts import Actor, Key, Lot, Pallet, Product, Said, find
from ledger.rice.lots import births_of, draws_of
from ledger.store.store import Reading
from ledger.tracing import told_of
from web.workplace.actor_pages import ActorPages, Shown
from web.workplace.forms import form_of
from web.workplace.frame import HOME
from web.workplace.steps import BY_KIND

CODES |= {
    "entry_not_correctable": Words(
        "Entry {index} is no event that this organisation could put right.",
        "Mục {index} không phải sự việc mà tổ chức này sửa được.",
    ),
    "event_declared": Words(
        "The event of entry {index} was declared wrong already.",
        "Sự việc ở mục {index} đã được khai báo sai rồi.",
    ),
}


@dataclass(frozen=True, slots=True)
class Moment:
    """One event of a lot's life: what, when, by whom, and how much of this lot."""

    index: int
    kind: str
    at: str
    by: Actor | None
    amount: int
    is_out: bool
    is_own: bool


class LotPages:
    """The pages of lots, and of corrections."""

    def __init__(
        self, pages: ActorPages, holdings: Holdings, clock: Callable[[], datetime]
    ) -> None:
        self._pages = pages
        self._holdings = holdings
        self._clock = clock
        self.routes = [
            Route(f"{HOME}/{{actor}}/lots/{{gtin}}/{{lot:path}}", self.lot),
            Route(f"{HOME}/{{actor}}/correct/{{entry:count}}", self.correct),
        ]

    def lot(self, request: Request) -> Response:
        """Return the page of one lot."""
        gtin, number = request.path_params["gtin"], request.path_params["lot"]
        name = format_identity(("01", gtin), ("10", unquote(number)))

        def shown(view: Reading, actor: Actor) -> Shown:
            sheet = lot_sheet(view, name)
            lot = find(view, Lot, f"lot:{name}")
            assert lot is not None, "its sheet was written"
            now = self._clock()
            grants = self._holdings.of(view, actor.id).grants
            return {
                "lot": lot,
                "sheet": sheet,
                "product": find(view, Product, f"product:{lot.gtin}"),
                "claim": claim_of(view, lot, grants, local_day(now)),
                "steps": prospects(view, lot, actor, now),
                "moments": moments_of(view, lot, actor),
                "pallets": [
                    pallet
                    for row in sheet.forward.pallets
                    if row.lot == lot.id
                    and (pallet := find(view, Pallet, f"pallet:{row.pallet}")) is not None
                    and pallet.ended_index is None
                ],
            }

        return self._pages.show(request, "workplace/lot.html", shown)

    def correct(self, request: Request) -> Response:
        """Return the form that declares an event wrong, filled with what was said."""
        index = request.path_params["entry"]

        def shown(view: Reading, actor: Actor) -> Shown:
            event, kind, payload = own_event(view, actor, index)
            step = BY_KIND[kind]
            form = form_of(view, actor, step, self._holdings, self._clock())
            said = {name: value for name, value in _members(event).items() if value != ""}
            lots = [
                lot for key in sorted(touched(event)) if (lot := find(view, Lot, key)) is not None
            ]
            return {
                **form,
                "asked_lot": "",
                "index": index,
                "event": event,
                "said": said,
                "payload": payload,
                "said_lots": lots,
            }

        return self._pages.show(request, "workplace/correct.html", shown)


def own_event(view: Reading, actor: Actor, index: int) -> tuple[Event, str, str]:
    """Return an event that an organisation stated and may declare wrong: its kind, its payload."""
    try:
        statement = parse_statement(view.statement(index))
    except NotFoundError as missing:
        raise NotFoundError("entry_not_correctable", index=index) from missing
    key = find(view, Key, f"key:{statement.signatures[0].kid}")
    if statement.kind != "event" or key is None or key.actor != actor.id:
        raise NotFoundError("entry_not_correctable", index=index)
    event = open_meaning(statement).body
    if not isinstance(event, Event) or isinstance(event, Correction):
        raise NotFoundError("entry_not_correctable", index=index)
    if find(view, Said, f"said:{event.event_id}/declared") is not None:
        raise NotFoundError("event_declared", index=index)
    return event, kind_of(statement.payload), statement.payload.decode()


def _members(event: Event) -> Mapping[str, object]:
    """Return the fields of an event as a form reads them."""
    members: dict[str, object] = to_builtins(structs.asdict(event))
    return members


def moments_of(view: Reading, lot: Lot, actor: Actor) -> list[Moment]:
    """Return what happened to a lot, oldest first, but for what was declared wrong."""
    told = told_of(view, [lot.key])[lot.key]
    signed = {
        index: parse_statement(data)
        for index, _, data in view.statements_at([index for index, _ in told])
    }
    keys = view.facts({f"key:{one.signatures[0].kid}" for one in signed.values()})
    moments = []
    for index, event in sorted(told, key=lambda one: (one[1].at, one[0])):
        key = keys.get(f"key:{signed[index].signatures[0].kid}")
        by = find(view, Actor, f"actor:{key.actor}") if isinstance(key, Key) else None
        drawn = dict(draws_of(event)).get(lot.id, 0)
        born = dict(births_of(event)).get(lot.id, 0)
        weighed = getattr(event, "mass_g", 0) if getattr(event, "lot", "") == lot.id else 0
        moments.append(
            Moment(
                index=index,
                kind=kind_of(signed[index].payload),
                at=event.at,
                by=by,
                amount=drawn or born or weighed,
                is_out=bool(drawn),
                is_own=by is not None and by.id == actor.id,
            )
        )
    return moments
