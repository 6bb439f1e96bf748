"""The public pages: a bag's verdict behind its GS1 Digital Link, the code form, and the files.

``make_pages(ledger)`` returns an ASGI application to be mounted at the root of a host,
below every more particular route: paths of Digital Links end in its catch-all, which reads the raw
path, because decoding first would cut a lot ``A/B`` in two. Programs that follow one are answered
by ``resolver``. The pages are whole without a script, ask no other host for anything, and say so in
their content policy.

Judging is the ledger's: a page shows the verdict it is given. The one script there is has the
reader's own device judge the same evidence again.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol
from urllib.parse import urlencode

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from ledger.errors import LedgerError, MalformedError, NotFoundError
from ledger.operation.asked import NO_ROUTE, asked_in
from ledger.operation.journal import note_refusal, note_trouble
from ledger.rice.digital_link import KEYS, DigitalLink, format_identity, format_path, parse_raw_path
from ledger.rice.labels import parse_serial, read_code
from ledger.sequencer import Clock
from ledger.service import utc_now
from web.accepted import Accepted
from web.bag_page import bag_path, headline, lay_out
from web.certificates import CertificatePages
from web.frame import Frame, SecureHeaders
from web.goods_pages import GoodsPages
from web.levels import PAGES, Bags
from web.packing import Packed
from web.phone import hand_over
from web.resolver import METHODS, Resolver, asked_kind, check_attributes, refused
from web.scan_watch import counts_of, seen_by
from web.static_files import send_static
from web.trace_pages import TracePages, Traces
from web.verifier_pages import Trusted, VerifierPages
from web.words import Voice, choose_language

_STATUS = {"unknown_code": 404, "mistyped": 400}


class Book(Bags, Traces, Trusted, Protocol):
    """What all pages together ask of the ledger."""


def make_pages(book: Book, *, resolver: str = "", clock: Clock = utc_now) -> ASGIApp:
    """Return the application that serves the public pages.

    ``resolver`` is the address that Digital Links on labels begin with, if there is one; ``clock``
    says on which day a certificate is asked about.
    """
    frame = Frame()
    traces = TracePages(book, frame)
    pages = _Pages(book, frame, traces, resolver)
    served = Starlette(
        routes=[
            Route("/", pages.front),
            Route("/check", pages.check),
            Route("/robots.txt", _robots),
            Route("/static/{name:path}", send_static),
            Route("/v/{code}", pages.code),
            *traces.routes,
            *VerifierPages(book, frame).routes,
            *CertificatePages(book, frame, clock).routes,
            Route("/{path:path}", pages.link, methods=["GET", "OPTIONS"]),
        ],
        exception_handlers={
            HTTPException: pages.on_http,
            LedgerError: pages.on_refusal,
            Exception: pages.on_trouble,
        },
    )
    # Outside of everything: Starlette's own middleware would not guard the page of a crash.
    return SecureHeaders(_RouteTold(Packed(served), served.routes))


class _RouteTold:
    """Has whoever watches know which route a page was shown by."""

    def __init__(self, app: ASGIApp, routes: Iterable[BaseRoute]) -> None:
        self._app = app
        self._paths = {one.endpoint: one.path for one in routes if isinstance(one, Route)}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; the router leaves in the scope who did."""
        try:
            await self._app(scope, receive, send)
        finally:
            route = self._paths.get(scope["endpoint"]) if "endpoint" in scope else None
            asked_in(scope).route = route or NO_ROUTE


class _Pages:
    """The pages of one ledger."""

    def __init__(self, book: Book, frame: Frame, traces: TracePages, root: str) -> None:
        self._bags: Bags = book
        self._frame = frame
        self._traces = traces
        self._goods = GoodsPages(book, frame)
        self._resolver = Resolver(book, frame, root)

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

    def code(self, request: Request) -> Response:
        """Return the page of a bag whose label names no GTIN, by its code alone."""
        typed = request.path_params["code"]
        try:
            serial = read_code(typed)
        except MalformedError as error:
            return self._mistyped(request, error, typed)
        if serial != typed:
            return _moved(request, f"/v/{serial}")
        gtin, lot = self._bags.find_bag(serial)
        return self._judged(request, gtin, lot, serial)

    def link(self, request: Request) -> Response:
        """Return what a Digital Link leads to: for a browser the page, without a detour."""
        if request.method == "OPTIONS":
            return Response(status_code=204, headers={"Allow": METHODS})
        raw_path: bytes = request.scope["raw_path"]
        prefix = PAGES if raw_path.startswith(f"{PAGES}/".encode()) else ""
        # A slash at the end is nobody's fault and is overlooked.
        path = raw_path[len(prefix) :].removesuffix(b"/")
        link = _read_link(path)
        spelled = _spelled(link)
        if path != spelled.encode():
            return _moved(request, prefix + spelled)
        check_attributes(request, link)
        accepted = Accepted.of(request)
        is_browsing = accepted.is_person and not accepted.linkset and not asked_kind(request)
        is_page = bool(prefix) or is_browsing
        response = self._page(request, link) if is_page else self._resolver.answer(request, link)
        response.headers.append("Link", self._resolver.linkset_link(request, link))
        response.headers["Vary"] = "Accept, Accept-Language"
        return response

    def _page(self, request: Request, link: DigitalLink) -> Response:
        """Return the page of what a link names."""
        serial = link.get("21")
        if link.identifier == "01" and serial is not None:
            return self._bag(request, link, serial)
        if link.identifier == "01" and (code := link.get("10")) is not None:
            name = format_identity(("01", link.value), ("10", code))
            try:
                return self._traces.lot(request, name)
            except NotFoundError as error:
                raise NotFoundError("link_unlisted", link=link.path[:200]) from error
        return self._goods.show(request, link)

    def _bag(self, request: Request, link: DigitalLink, serial: str) -> Response:
        """Return the verdict on a bag, or why its code is none of ours."""
        try:
            parse_serial(serial)
        except MalformedError as error:
            # Another issuer's serials need not look like ours: not known here, not wrong.
            if error.code == "code_mistyped":
                return self._mistyped(request, error, serial)
            return self._headline(request, "unknown_code", 404)
        lot = link.get("10")
        if lot is None:  # as events name bags
            gtin, lot = self._bags.find_bag(serial)
            if gtin != link.value:
                return self._headline(request, "unknown_code", 404)
        return self._judged(request, link.value, lot, serial)

    async def on_http(self, request: Request, error: Exception) -> Response:
        """Return the page for a path or a method that is not served."""
        assert isinstance(error, HTTPException)
        key = "method" if error.status_code == 405 else "elsewhere"  # noqa: PLR2004 named by RFC 9110
        return self._frame.note(request, key, error.status_code, error.headers)

    async def on_refusal(self, request: Request, error: Exception) -> Response:
        """Return the page for what cannot be read, is not there, or cannot be checked now."""
        assert isinstance(error, LedgerError)
        asked_in(request.scope).code = error.code
        as_data = refused(request, error)
        if as_data is not None:
            return as_data
        if error.code in {"link_unlisted", "link_type_unlisted"}:
            return self._frame.note(request, "unlisted", error.http_status, refusal=error)
        if isinstance(error, NotFoundError):
            return self._headline(request, "unknown_code", 404)
        if isinstance(error, MalformedError):
            return self._frame.note(request, "unreadable", 400, refusal=error)
        return await self.on_trouble(request, error)

    async def on_trouble(self, request: Request, error: Exception) -> Response:
        """Return the page that says neither good nor bad: we are at fault, not the bag."""
        asked = asked_in(request.scope)
        if isinstance(error, LedgerError):
            note_refusal(error, asked.route)
            return self._headline(request, "cannot_check", 503)
        asked.reference = note_trouble(error, asked.route)
        return self._headline(request, "cannot_check", 500, reference=asked.reference)

    def _judged(self, request: Request, gtin: str, lot: str, serial: str) -> Response:
        """Return the verdict on a bag, and what its reader's device needs to judge it again."""
        verdict = self._bags.judge(gtin, lot, serial)
        if verdict.headline in _STATUS:
            return self._headline(request, verdict.headline, _STATUS[verdict.headline])
        voice = _voice(request)
        seen, kept_days = seen_by(request, verdict), counts_of(request)
        return self._frame.show(
            request,
            "bag.html",
            page=lay_out(verdict, voice),
            verdict=verdict,
            bag=verdict.bag,
            phone=hand_over(gtin, lot, serial, verdict),
            seen=seen,
            kept_days=kept_days,
        )

    def _mistyped(self, request: Request, error: MalformedError, typed: str) -> Response:
        return self._headline(request, "mistyped", 400, refusal=error, typed=typed)

    def _headline(
        self,
        request: Request,
        code: str,
        status: int,
        refusal: LedgerError | None = None,
        typed: str = "",
        reference: str = "",
    ) -> Response:
        voice = _voice(request)
        if refusal is not None:
            asked_in(request.scope).code = refusal.code
        return self._frame.show(
            request,
            "headline.html",
            status,
            headline=headline(code, voice),
            refusal=refusal,
            typed=typed,
            reference=reference,
        )


def _read_link(path: bytes) -> DigitalLink:
    """Return what a path names; one that begins with no key is no link at all."""
    try:
        return parse_raw_path(path)
    except MalformedError as error:
        first = path[1:].partition(b"/")[0].decode("ascii", "replace")
        if error.code == "link_no_key" and first not in KEYS:
            raise HTTPException(404) from error
        raise


def _spelled(link: DigitalLink) -> str:
    """Return the one spelling of a link's path; people write serials in several."""
    try:
        meant = {"21": read_code(link.get("21") or "")} if link.identifier == "01" else {}
    except MalformedError:
        meant = {}
    return format_path(*((name, meant.get(name, value)) for name, value in link.named))


def _voice(request: Request) -> Voice:
    asked = request.query_params.get("lang")
    return Voice(choose_language(asked, request.headers.get("accept-language", "")))


def _moved(request: Request, path: str) -> Response:
    """Lead from another spelling of a path to the one it has."""
    query = request.scope["query_string"].decode("latin-1")
    return RedirectResponse(f"{path}?{query}" if query else path, 301)


def _see_other(request: Request, path: str) -> Response:
    """Lead to what was asked for, in the language asked for."""
    asked = request.query_params.get("lang")
    query = f"?{urlencode({'lang': asked})}" if asked else ""
    return RedirectResponse(path + query, 303, {"Cache-Control": "no-store"})


def _robots(_request: Request) -> Response:
    """Ask crawlers to leave bags alone: a bag's address is for whoever holds the bag."""
    closed = "".join(f"Disallow: {path}\n" for path in ("/01/", f"{PAGES}/", "/v/", "/check"))
    return PlainTextResponse(f"User-agent: *\n{closed}")
