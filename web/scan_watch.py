"""Scans around the pages: limits before them, the line beside a verdict, devices of staff.

``watched(pages, scans)`` is the application of the pages with both. Pages that are not watched show
no line and know no limits.
"""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ledger.errors import LedgerError
from ledger.proof.verdict import Verdict
from ledger.rice.labels import read_code
from ledger.scans.notes import ScanNote
from ledger.scans.refusals import TooManyError
from ledger.scans.scans import Scans
from ledger.scans.visitor import STAFF_COOKIE, Visitor, is_staff_token
from web.frame import Frame, SecureHeaders, is_secure
from web.levels import NOBODYS
from web.resolver import refused
from web.workplace.frame import HOME

STAFF_PATH = "/staff"
STAFF_SECONDS = 90 * 24 * 3600

_KEY = "rice-ledger.scans"
_NOT_FOUND = 404
_CODE_PAGES = {"check", "v", "staff"}


def watched(pages: ASGIApp, scans: Scans) -> ASGIApp:
    """Return the pages with their scans counted and limited."""
    return _Watched(pages, scans, Frame())


def seen_by(request: Request, verdict: Verdict) -> ScanNote | None:
    """Count that a bag's page is looked at; return what to say beside its verdict."""
    scans, visitor = request.scope.get(_KEY, (None, None))
    if scans is None or visitor is None or verdict.bag is None:
        return None
    note: ScanNote | None = scans.look(verdict.bag, visitor)
    return note


def counts_of(request: Request) -> int:
    """Return for how many days scans of this page are kept; 0 if they are not counted."""
    scans, _ = request.scope.get(_KEY, (None, None))
    return scans.settings.keep_days if scans and scans.settings.counting else 0


class _Watched:
    """Stands before the pages."""

    def __init__(self, pages: ASGIApp, scans: Scans, frame: Frame) -> None:
        self._pages = pages
        self._scans = scans
        self._frame = frame

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._pages(scope, receive, send)
            return
        visitor = visitor_in(scope, self._scans)
        scope = {**scope, _KEY: (self._scans, visitor)}
        bag = _bag_typed(scope) if _is_at_work(scope) else _bag_asked(scope["path"])
        if bag is None:
            await self._pages(scope, receive, send)
            return
        try:
            self._scans.limits.admit(visitor, bag)
        except TooManyError as refusal:
            await SecureHeaders(self._busy(Request(scope), refusal))(scope, receive, send)
            return
        is_staff_page = scope["path"] == STAFF_PATH
        page = SecureHeaders(self._staff(Request(scope))) if is_staff_page else self._pages
        await self._answer(page, visitor, scope, receive, send)

    async def _answer(
        self, page: ASGIApp, visitor: Visitor, scope: Scope, receive: Receive, send: Send
    ) -> None:
        """Answer, and take note of whether the code was known."""
        is_known = True

        async def send_noted(message: Message) -> None:
            nonlocal is_known
            if message["type"] == "http.response.start":
                is_known = message["status"] != _NOT_FOUND
            await send(message)

        try:
            await page(scope, receive, send_noted)
        finally:
            is_known = is_known and NOBODYS not in scope
            self._scans.limits.answered(visitor, is_known=is_known)

    def _busy(self, request: Request, refusal: TooManyError) -> Response:
        response = refused(request, refusal) or self._frame.note(
            request, "busy", refusal.http_status, refusal=refusal
        )
        response.headers["Retry-After"] = str(refusal.seconds)
        return response

    def _staff(self, request: Request) -> Response:
        """Have a device of staff known by a cookie of its own, or say that its link is not good."""
        token = request.query_params.get("token", "")
        if not is_staff_token(token, self._scans.settings):
            return self._frame.note(request, "nostaff", 404)
        response = self._frame.note(request, "staff", 200)
        response.set_cookie(
            STAFF_COOKIE,
            token,
            max_age=STAFF_SECONDS,
            secure=is_secure(request),
            httponly=True,
            samesite="strict",
        )
        return response


def _bag_asked(path: str) -> str | None:
    """Return the serial that a path names, empty if it names a code in another way, else nothing.

    Codes are asked for by the form, by themselves, and by the key 21 of Digital Links.
    """
    first, *rest = path.strip("/").split("/")
    if "21" in rest[:-1]:
        return rest[len(rest) - rest[-2::-1].index("21") - 1]
    return (rest or [""])[0] if first in _CODE_PAGES else None


def _is_at_work(scope: Scope) -> bool:
    """Return whether a path is that of a scan at a workplace."""
    path: str = scope["path"]
    first, *rest = path.strip("/").split("/")
    return first == HOME[1:] and rest[1:] == ["scan"]


def _bag_typed(scope: Scope) -> str | None:
    """Return the serial that is typed into a scan at work: lots and pallets are not guessed at."""
    try:
        return read_code(Request(scope).query_params.get("code", "").strip())
    except LedgerError:
        return None


def visitor_in(scope: Scope, scans: Scans) -> Visitor:
    """Return who sends a request."""
    peer = (scope.get("client") or ("", 0))[0]
    return scans.visitor(scope["headers"], peer, scope["method"])
