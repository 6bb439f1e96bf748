"""The public pages: a bag's verdict behind its GS1 Digital Link, the code form, and the files.

``make_pages(ledger)`` returns an ASGI application to be mounted at the root of a host,
below every more particular route: paths of Digital Links end in its catch-all, which reads the raw
path, because decoding first would cut a lot ``A/B`` in two. The pages need no script, ask no other
host for anything, and say so in their content policy.

Judging is the ledger's: a page shows the verdict it is given.
"""

from __future__ import annotations

from typing import Protocol
from urllib.parse import urlencode

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from ledger.errors import LedgerError, MalformedError, NotFoundError
from ledger.proof.verdict import Verdict
from ledger.rice.digital_link import KEYS, DigitalLink, format_path, parse_raw_path
from ledger.rice.labels import parse_serial, read_code
from web.bag_page import bag_path, headline, lay_out
from web.frame import STATIC, Frame, SecureHeaders
from web.trace_pages import TracePages, Traces
from web.words import Voice, choose_language

_STATUS = {"unknown_code": 404, "mistyped": 400}


class Bags(Protocol):
    """What the pages ask of the ledger. Both raise `NotFoundError` for a code nobody issued."""

    def judge(self, gtin: str, lot: str, serial: str) -> Verdict:
        """Return the verdict on a bag, now."""

    def find_bag(self, serial: str) -> tuple[str, str]:
        """Return the GTIN and the lot of the bag with that serial."""


class Book(Bags, Traces, Protocol):
    """What all pages together ask of the ledger."""


def make_pages(book: Book) -> ASGIApp:
    """Return the application that serves the public pages."""
    frame = Frame()
    traces = TracePages(book, frame)
    pages = _Pages(book, frame, traces)
    served = Starlette(
        routes=[
            Route("/", pages.front),
            Route("/check", pages.check),
            Route("/robots.txt", _robots),
            Route("/static/{name}", _static),
            *traces.routes,
            Route("/{path:path}", pages.link),
        ],
        exception_handlers={
            HTTPException: pages.on_http,
            LedgerError: pages.on_refusal,
            Exception: pages.on_trouble,
        },
    )
    # Outside of everything: Starlette's own middleware would not guard the page of a crash.
    return SecureHeaders(served)


class _Pages:
    """The pages of one ledger."""

    def __init__(self, bags: Bags, frame: Frame, traces: TracePages) -> None:
        self._bags = bags
        self._frame = frame
        self._traces = traces

    def front(self, request: Request) -> Response:
        """Return the front page: what this is, and the form for a typed code."""
        return self._frame.show(request, "front.html")

    def check(self, request: Request) -> Response:
        """Return the way to the bag whose code was typed, or what is wrong with the code."""
        typed = request.query_params.get("code", "").strip()
        if not typed:
            return _see_other(request, "/")
        try:
            serial = read_code(typed)
        except MalformedError as error:
            return self._mistyped(request, error, typed)
        try:
            gtin, lot = self._bags.find_bag(serial)
        except NotFoundError:
            return self._headline(request, "unknown_code", 404, typed=typed)
        return _see_other(request, bag_path(gtin, lot, serial))

    def link(self, request: Request) -> Response:
        """Return the page of what a Digital Link names."""
        raw_path: bytes = request.scope["raw_path"]
        link = _read_link(raw_path)
        serial = link.get("21")
        if link.identifier != "01" or serial is None:
            return self._no_bag(request, link)
        try:
            parse_serial(serial)
        except MalformedError as error:
            return self._unspelled(request, link, error)
        if raw_path != link.path.encode():
            return _moved(request, link.path)
        lot = link.get("10")
        if lot is not None:
            return self._verdict(request, self._bags.judge(link.value, lot, serial))
        gtin, lot = self._bags.find_bag(serial)
        if gtin != link.value:
            return self._headline(request, "unknown_code", 404)
        return _see_other(request, bag_path(gtin, lot, serial))

    def _no_bag(self, request: Request, link: DigitalLink) -> Response:
        """Return the page of the lot that a link names, or what to do with another link."""
        if link.identifier == "01" and link.get("10") is not None and link.get("21") is None:
            if request.scope["raw_path"] != link.path.encode():
                return _moved(request, link.path)
            try:
                return self._traces.lot(request, link.identity)
            except NotFoundError:
                pass  # nobody here made it: its link may be another company's
        return self._frame.note(request, "nobag", 404)

    async def on_http(self, request: Request, error: Exception) -> Response:
        """Return the page for a path or a method that is not served."""
        assert isinstance(error, HTTPException)
        key = "method" if error.status_code == 405 else "elsewhere"  # noqa: PLR2004 named by RFC 9110
        return self._frame.note(request, key, error.status_code, error.headers)

    async def on_refusal(self, request: Request, error: Exception) -> Response:
        """Return the page for what cannot be read, is not there, or cannot be checked now."""
        assert isinstance(error, LedgerError)
        if isinstance(error, NotFoundError):
            return self._headline(request, "unknown_code", 404)
        if isinstance(error, MalformedError):
            return self._frame.note(request, "unreadable", 400, refusal=error)
        return await self.on_trouble(request, error)

    async def on_trouble(self, request: Request, error: Exception) -> Response:
        """Return the page that says neither good nor bad: we are at fault, not the bag."""
        status = 503 if isinstance(error, LedgerError) else 500
        return self._headline(request, "cannot_check", status)

    def _verdict(self, request: Request, verdict: Verdict) -> Response:
        if verdict.headline in _STATUS:
            return self._headline(request, verdict.headline, _STATUS[verdict.headline])
        page = lay_out(verdict, _voice(request))
        return self._frame.show(request, "bag.html", page=page, verdict=verdict, bag=verdict.bag)

    def _unspelled(self, request: Request, link: DigitalLink, error: MalformedError) -> Response:
        """Return where a serial in another spelling leads, or why it is none of ours."""
        serial = link.get("21") or ""
        try:
            meant = read_code(serial)
        except MalformedError:
            # Another issuer's serials need not look like ours: not known here, not wrong.
            if error.code == "code_mistyped":
                return self._mistyped(request, error, serial)
            return self._headline(request, "unknown_code", 404)
        named = [(name, meant if name == "21" else value) for name, value in link.named]
        return _moved(request, format_path(*named))

    def _mistyped(self, request: Request, error: MalformedError, typed: str) -> Response:
        return self._headline(request, "mistyped", 400, refusal=error, typed=typed)

    def _headline(
        self,
        request: Request,
        code: str,
        status: int,
        refusal: LedgerError | None = None,
        typed: str = "",
    ) -> Response:
        voice = _voice(request)
        return self._frame.show(
            request,
            "headline.html",
            status,
            headline=headline(code, voice),
            refusal=refusal,
            typed=typed,
        )


def _read_link(raw_path: bytes) -> DigitalLink:
    """Return what a path names. A slash at its end is nobody's fault and is overlooked."""
    try:
        return parse_raw_path(raw_path.removesuffix(b"/"))
    except MalformedError as error:
        first = raw_path.split(b"/")[1].decode("ascii", "replace")
        if error.code == "link_no_key" and first not in KEYS:
            raise HTTPException(404) from error
        raise


def _voice(request: Request) -> Voice:
    asked = request.query_params.get("lang")
    return Voice(choose_language(asked, request.headers.get("accept-language", "")))


def _moved(request: Request, path: str) -> Response:
    """Lead from another spelling of a path to the one it has."""
    return RedirectResponse(_with_query(request, path), 301)


def _see_other(request: Request, path: str) -> Response:
    """Lead to what was asked for, in the language asked for."""
    asked = request.query_params.get("lang")
    query = f"?{urlencode({'lang': asked})}" if asked else ""
    return RedirectResponse(path + query, 303, {"Cache-Control": "no-store"})


def _with_query(request: Request, path: str) -> str:
    return f"{path}?{request.url.query}" if request.url.query else path


def _robots(_request: Request) -> Response:
    """Ask crawlers to leave bags alone: a bag's address is for whoever holds the bag."""
    return PlainTextResponse("User-agent: *\nDisallow: /01/\nDisallow: /check\n")


def _static(request: Request) -> Response:
    """Return a file by its name; under its version it may be kept for good."""
    file = STATIC.get(request.path_params["name"])
    if file is None:
        raise HTTPException(404)
    kept = request.query_params.get("v") == file.version
    age = "public, max-age=31536000, immutable" if kept else "no-cache"
    return Response(file.content, media_type=file.media_type, headers={"Cache-Control": age})
