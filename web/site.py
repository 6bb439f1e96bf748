"""Everything people see of a ledger: the public pages, and workplaces below ``/workplace``.

The two share one host and nothing else: the public pages know nobody and are open to scripts of
any origin, the workplaces have cookies and are open to none.
"""

from __future__ import annotations

from typing import Protocol

from starlette.types import ASGIApp, Receive, Scope, Send

from ledger.sequencer import Clock
from ledger.service import utc_now
from ledger.targets import Targets
from web.pages import Book, make_pages
from web.workplace.frame import HOME
from web.workplace.pages import Workbook, make_work


class Site(Book, Workbook, Protocol):
    """What all pages together ask of the ledger."""


def make_site(
    book: Site, *, resolver: str = "", clock: Clock = utc_now, targets: Targets | None = None
) -> ASGIApp:
    """Return the application that serves every page of a ledger.

    ``targets`` are the programme's, if they are not those of the plan.
    """
    return _Doors(
        make_pages(book, resolver=resolver, clock=clock),
        make_work(book, clock, resolver=resolver, targets=targets),
    )


class _Doors:
    """Leads to the public pages, or to the workplaces."""

    def __init__(self, public: ASGIApp, work: ASGIApp) -> None:
        self._public = public
        self._work = work

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        is_work = scope["type"] == "http" and scope["path"].split("/", 2)[1:2] == [HOME[1:]]
        await (self._work if is_work else self._public)(scope, receive, send)
