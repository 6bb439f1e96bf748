"""The workplace of programme officers and communes: what is below an organisation's programme."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from starlette.routing import Route

from ledger.targets import Targets
from web.workplace.actor_pages import Readable
from web.workplace.frame import WorkFrame
from web.workplace.officer.areas import AreaPages
from web.workplace.officer.office import ProgrammePages
from web.workplace.officer.overview import Overview
from web.workplace.officer.private import PrivatePages
from web.workplace.officer.reports import ReportPages
from web.workplace.signed_in import SignedIn


def programme_routes(
    book: Readable,
    frame: WorkFrame,
    clock: Callable[[], datetime],
    *,
    signed: SignedIn,
    targets: Targets,
) -> list[Route]:
    """Return the routes of all pages of offices."""
    office = ProgrammePages(book, frame, clock, signed=signed, targets=targets)
    pages = (Overview, AreaPages, ReportPages, PrivatePages)
    return [route for page in pages for route in page(office).routes]
