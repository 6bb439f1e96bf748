"""Everything people see of a ledger: the public pages, and workplaces below ``/workplace``.

They share one host and nothing else: the public pages know nobody and are open to scripts of any
origin, the workplaces have cookies and are open to none, and what is shared below ``/share`` is for
those who have its address.
"""

from __future__ import annotations

from collections.abc import Mapping

from starlette.types import ASGIApp, Receive, Scope, Send

from ledger.sequencer import Clock
from ledger.service import Ledger, utc_now
from ledger.targets import Targets
from web.pages import make_pages
from web.share_pages import SHARE, make_shares
from web.workplace.frame import HOME
from web.workplace.pages import make_work


def make_site(
    book: Ledger, *, resolver: str = "", clock: Clock = utc_now, targets: Targets | None = None
) -> ASGIApp:
    """Return the application that serves every page of a ledger.

    ``targets`` are the programme's, if they are not those of the plan.
    """
    work = make_work(book, clock, resolver=resolver, targets=targets)
    others = {HOME[1:]: work, SHARE[1:]: make_shares(book, clock)}
    return _Doors(make_pages(book, resolver=resolver, clock=clock), others)


class _Doors:
    """Leads to the public pages, or by the first part of a path to others."""

    def __init__(self, public: ASGIApp, others: Mapping[str, ASGIApp]) -> None:
        self._public = public
        self._others = others

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        # `OPTIONS *` asks about the server and has no path (RFC 9110 section 7.1).
        path = scope["path"] if scope["type"] == "http" else ""
        first = path.removeprefix("/").partition("/")[0]
        await self._others.get(first, self._public)(scope, receive, send)
