"""What is shared with those who have an address: a page in every language, and the file.

An address that was never given, one that ended and one that is over get the same answer.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Protocol

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp

from ledger.consignment.archive import plain
from ledger.consignment.shares import Shares
from ledger.errors import LedgerError, NotFoundError
from ledger.rice.terms import LocalText
from web.frame import SECURITY_HEADERS, Frame, SecureHeaders

SHARE = "/share"
HEADERS = {**SECURITY_HEADERS, "X-Robots-Tag": "noindex"}


class Sharing(Protocol):
    """What these pages ask of the ledger: where it lies."""

    folder: Path


class SharePages:
    """The pages of what is shared."""

    def __init__(self, book: Sharing, frame: Frame, clock: Callable[[], datetime]) -> None:
        self._book = book
        self._frame = frame
        self._clock = clock
        self.routes = [
            Route(f"{SHARE}/{{token}}", self.page),
            Route(f"{SHARE}/{{token}}/dossier.zip", self.file),
        ]

    def page(self, request: Request) -> Response:
        """Return what is shared under an address."""
        share = self._shares.named(request.path_params["token"], self._clock())
        told = share.told
        return self._frame.show(
            request,
            "share.html",
            told=told,
            sender=LocalText(vi=told.sender_vi, en=told.sender_en),
            products=[LocalText(vi=lot.product_vi, en=lot.product_en) for lot in told.lots],
            until=share.until.date().isoformat(),
            file=f"{SHARE}/{request.path_params['token']}/dossier.zip",
        )

    def file(self, request: Request) -> Response:
        """Return the file."""
        token, now = request.path_params["token"], self._clock()
        number = plain(self._shares.named(token, now).told.number)
        headers = {
            "Cache-Control": "no-store",
            "Content-Disposition": f'attachment; filename="dossier-{number}.zip"',
        }
        return Response(self._shares.file(token, now), 200, headers, "application/zip")

    def absent(self, request: Request, error: Exception) -> Response:
        """Return the one answer to every address that opens nothing."""
        is_ours = isinstance(error, LedgerError) and not isinstance(error, NotFoundError)
        key, status = ("cannot_share", 503) if is_ours else ("unshared", 404)
        return self._frame.show(request, "note.html", status, key=key, asks_code=False)

    @cached_property
    def _shares(self) -> Shares:
        return Shares(self._book.folder)


def make_shares(book: Sharing, clock: Callable[[], datetime]) -> ASGIApp:
    """Return the application that serves everything below ``/share``."""
    pages = SharePages(book, Frame(), clock)
    handlers = {HTTPException: pages.absent, LedgerError: pages.absent}
    return SecureHeaders(Starlette(routes=pages.routes, exception_handlers=handlers), HEADERS)
