"""The workplaces: pages on which people say what happened, signed on the device they hold.

``make_work(book, clock)`` returns an ASGI application for everything below ``/workplace``. Nothing
is decided and nothing is written here: what a person signs goes to ``POST /entries`` like
everybody's, and a page is addressed by the organisation it is for, because what it shows is the
open ledger's. Which organisations a device may sign for only the device knows
(``web/static/workplace/device.js``).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp

from ledger.desk import is_certifier
from ledger.errors import CODES, LedgerError, NotFoundError, Words
from ledger.holdings import Holdings
from ledger.log.encoding import local_day
from ledger.recent import Recent
from ledger.rice.facts import Actor, Founding, find
from ledger.rice.offices import holds
from ledger.service import Ledger
from ledger.store.store import Reading
from ledger.targets import Targets, plan_targets
from web.frame import SecureHeaders
from web.packing import Packed
from web.workplace.actor_pages import ActorPages, Readable, Shown
from web.workplace.boards import Boards
from web.workplace.certify import Certifying
from web.workplace.deciding import Deciding
from web.workplace.enrolment import Enrolment
from web.workplace.forms import form_of
from web.workplace.frame import HEADERS, HOME, WorkFrame
from web.workplace.imports import Imports
from web.workplace.jobs import Jobs
from web.workplace.labels import Labels
from web.workplace.lot_pages import LotPages
from web.workplace.officer.office import PROGRAMME
from web.workplace.officer.pages import programme_routes
from web.workplace.offline import Offline
from web.workplace.recall_room import RecallRoom
from web.workplace.scanning import Scanning
from web.workplace.sessions import Sessions
from web.workplace.shipments import Shipments
from web.workplace.steps import BY_KIND
from web.workplace.stock import choices_of
from web.workplace.today import today_of

CODES |= {
    "step_unknown": Words(
        "There is no form for {name}. Choose a step on the first page of your organisation.",
        "Không có biểu mẫu cho {name}. Hãy chọn một việc ở trang đầu của tổ chức.",
    ),
}


_MAKERS = ("cooperative", "trader", "mill", "packer", "exporter")
"""Who keeps office files, prints labels and sends goods."""


class Workbook(Readable, Protocol):
    """What all workplaces together ask of the ledger."""

    def find_bag(self, serial: str) -> tuple[str, str]:
        """Return the GTIN and lot of the bag with a serial that somebody typed."""

    def secret_for(self, purpose: str) -> bytes:
        """Return 32 secret bytes that only this ledger's server knows."""


class Workplace:
    """The pages that every organisation has."""

    def __init__(
        self,
        book: Workbook,
        frame: WorkFrame,
        pages: ActorPages,
        holdings: Holdings,
        clock: Callable[[], datetime],
    ) -> None:
        self._book = book
        self._frame = frame
        self._pages = pages
        self._holdings = holdings
        self._recent = Recent()
        self._clock = clock
        self.routes = [
            Route(HOME, self.start),
            Route(f"{HOME}/queue", self.queue),
            Route(f"{HOME}/{{actor}}", self.home),
            Route(f"{HOME}/{{actor}}/do/{{kind}}", self.step),
        ]

    def start(self, request: Request) -> Response:
        """Return the door: the organisations of this device, and how it becomes one of theirs."""
        with self._book.reading() as view:
            founding = find(view, Founding, "ledger:")
            actors = list(view.every(Actor, "actor"))
        assert founding is not None, "a ledger begins with its founding"
        shown: Shown = {"actors": actors, "ledger": founding.name, "origin": self._book.origin}
        return self._frame.show(request, "workplace/start.html", **shown)

    def queue(self, request: Request) -> Response:
        """Return the page of what a device has signed; what stands on it only the device knows."""
        return self._frame.show(request, "workplace/queue.html", origin=self._book.origin)

    def home(self, request: Request) -> Response:
        """Return an organisation's first page: what is there to do now."""

        def shown(view: Reading, actor: Actor) -> Shown:
            roles = {role.role for role in actor.roles}
            return {
                "today": today_of(view, actor, self._holdings, self._recent, self._clock()),
                "choices": choices_of(view, actor, self._holdings),
                "is_office": holds(actor, PROGRAMME, local_day(self._clock())),
                "makes_goods": not roles.isdisjoint(_MAKERS),
                "certifies": is_certifier(view, actor),
            }

        return self._pages.show(request, "workplace/home.html", shown)

    def step(self, request: Request) -> Response:
        """Return the form of one step."""
        step = BY_KIND.get(request.path_params["kind"])
        if step is None:
            raise NotFoundError("step_unknown", name=request.path_params["kind"][:40])

        def shown(view: Reading, actor: Actor) -> Shown:
            named = request.query_params.get("lot", "")
            form = form_of(view, actor, step, self._holdings, self._clock(), named)
            asked = ("lot", "unit", "into", "container")
            return form | {f"asked_{name}": request.query_params.get(name, "") for name in asked}

        return self._pages.show(request, "workplace/step.html", shown)


def make_work(
    book: Ledger,
    clock: Callable[[], datetime],
    *,
    resolver: str = "",
    targets: Targets | None = None,
) -> ASGIApp:
    """Return the application that serves the workplaces; ``clock`` says which season it is.

    ``targets`` are the programme's, if they are not those of the plan.
    """
    frame = WorkFrame()
    pages, holdings = ActorPages(book, frame, clock), Holdings()
    troubles = _Troubles(frame)
    sessions = Sessions(book, frame, clock)
    jobs = Jobs(frame, sessions.actor_of)
    aims = targets or plan_targets()
    parts = (
        Enrolment(book, frame),
        Offline(book, frame),
        sessions,
        jobs,
        Scanning(pages, frame, holdings, clock, book.find_bag),
        Boards(pages, holdings, clock),
        LotPages(pages, holdings, clock),
        RecallRoom(pages, holdings, clock),
        Imports(book, frame, clock),
        Labels(book, frame, clock, jobs, sessions.actor_of),
        Shipments(book, frame, clock, jobs, sessions.actor_of),
        Certifying(book, frame, clock),
        Deciding(book, frame, clock, resolver),
        Workplace(book, frame, pages, holdings, clock),
    )
    offices = programme_routes(book, frame, clock, signed=sessions.actor_of, targets=aims)
    served = Starlette(
        routes=[*(route for part in parts for route in part.routes), *offices],
        exception_handlers={
            HTTPException: troubles.on_http,
            LedgerError: troubles.on_refusal,
            Exception: troubles.on_trouble,
        },
    )
    return SecureHeaders(Packed(served), HEADERS)


class _Troubles:
    """What is shown where a page cannot be."""

    def __init__(self, frame: WorkFrame) -> None:
        self._frame = frame

    async def on_http(self, request: Request, error: Exception) -> Response:
        """Return the page for a path or method that is not served."""
        assert isinstance(error, HTTPException)
        key = "work.method" if error.status_code == 405 else "work.elsewhere"  # noqa: PLR2004 RFC 9110
        return self._frame.show(request, "workplace/note.html", error.status_code, key=key)

    async def on_refusal(self, request: Request, error: Exception) -> Response:
        """Return the page for what is not there or cannot be read."""
        assert isinstance(error, LedgerError)
        shown: Shown = {"key": "work.elsewhere", "refusal": error}
        return self._frame.show(request, "workplace/note.html", error.http_status, **shown)

    async def on_trouble(self, request: Request, _error: Exception) -> Response:
        """Return the page for a fault of ours."""
        return self._frame.show(request, "workplace/note.html", 500, key="work.trouble")
