"""The workplace of programme officers and communes: what is below an organisation's programme."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from starlette.routing import Route

from ledger.targets import Targets
from web.workplace.frame import WorkFrame
from web.workplace.officer.areas import AreaPages
from web.workplace.officer.office import Book, Office, Signed
from web.workplace.officer.overview import Overview
from web.workplace.officer.private import PrivatePages
from web.workplace.officer.reports import ReportPages


def programme_routes(
    book: Book,
    frame: WorkFrame,
    clock: Callable[[], datetime],
    *,
    signed: Signed,
    targets: Targets,
) -> list[Route]:
    """Return the routes of all pages of offices."""
    office = Office(book, frame, clock, signed=signed, targets=targets)
    pages = (Overview, AreaPages, ReportPages, PrivatePages)
    return [route for page in pages for route in page(office).routes]
