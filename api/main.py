"""The JSON face of a ledger, and the one place where it and the pages meet."""

from __future__ import annotations

from importlib.metadata import version

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.routing import Route
from starlette.types import ASGIApp

from api import openapi, problems
from api.epcis_face import Epcis
from api.guard import Guard
from api.routers import (
    entries,
    epcis_capture,
    epcis_events,
    epcis_queries,
    log,
    lots,
    register,
    schemes,
    service,
    status,
    trials,
    writing,
)
from api.routers import scans as scan_routes
from ledger.errors import LedgerError
from ledger.event_repository import LedgerRepository
from ledger.operation.readiness import LATE_SECONDS
from ledger.scans.scans import Scans
from ledger.sequencer import Clock
from ledger.service import Ledger, utc_now

EPCIS = (epcis_capture.router, epcis_events.router, epcis_queries.router)


def create_app(
    ledger: Ledger,
    *,
    pages: ASGIApp | None = None,
    scans: Scans | None = None,
    clock: Clock = utc_now,
    resolver: str = "",
    late_seconds: int = LATE_SECONDS,
) -> FastAPI:
    """Return the application that serves a ledger; what is no path of the JSON face is a page's.

    Without ``scans`` none are counted and questions about bags are not limited. ``resolver``
    is what links on labels begin with, if not what the ledger itself says; ``late_seconds`` is how
    long an entry may wait for its checkpoint while the ledger still calls itself ready.

    Interactive documentation is left out: its pages would load scripts from other hosts.
    """
    entrance = writing.Entrance(ledger)
    parts = (
        entries.router,
        log.router,
        register.router,
        schemes.router,
        lots.router,
        scan_routes.router,
        status.router,
        trials.router,
        service.router,
        *EPCIS,
    )
    app = FastAPI(
        title=openapi.TITLE,
        version=version("rice-ledger"),
        routes=[writing.route(entrance), *(route for part in parts for route in part.routes)],
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        exception_handlers={
            LedgerError: problems.on_refusal,
            HTTPException: problems.on_http,
            RequestValidationError: problems.on_question,
        },
    )
    app.state.ledger, app.state.clock, app.state.scans = ledger, clock, scans
    app.state.resolver = resolver or ledger.config.resolver
    app.state.late_seconds = late_seconds
    app.state.epcis = Epcis(LedgerRepository(ledger.events), clock)
    app.openapi = lambda: openapi.describe(app)  # type: ignore[method-assign]
    own = {route.path.split("/")[1] for route in app.routes if isinstance(route, Route)}
    app.add_middleware(Guard, own=own, entrance=entrance, pages=pages)
    return app
