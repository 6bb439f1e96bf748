"""What every answer goes through: which face a path belongs to, HEAD, guarding headers, troubles.

Plain ASGI: it stands on the hot path of writing, where a request object costs more than the work.
"""

from __future__ import annotations

from collections.abc import Collection

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.problems import on_trouble
from ledger.operation.asked import asked_in

Header = tuple[bytes, bytes]

WRITING = "/entries"

SECURITY_HEADERS: tuple[Header, ...] = (
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
)
"""Nothing here is a page: no answer may load, run or frame anything."""


class Guard:
    """Stands before the JSON face, and hands what is not its to the pages."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        own: Collection[str],
        entrance: ASGIApp | None = None,
        pages: ASGIApp | None = None,
    ) -> None:
        self._app = app
        self._entrance = entrance
        self._own = frozenset(own)
        self._pages = pages

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        raw_path = scope.get("raw_path") or scope["path"].encode()
        # The root is a page, but whoever asks for its options is a program.
        is_discovery = scope["method"] == "OPTIONS" and raw_path == b"/"
        is_own = _first_segment(raw_path) in self._own - {""} or is_discovery
        if self._pages is not None and not is_own:
            await self._pages(scope, receive, send)
            return
        is_head = scope["method"] == "HEAD"
        is_writing = scope["method"] == "POST" and raw_path == WRITING.encode()
        # Routes match the path as it was sent: a lot `A%2FB` is one segment, and no path has a
        # second spelling. HEAD is GET without the content (RFC 9110 section 9.3.2).
        scope = {
            **scope,
            "path": raw_path.decode("latin-1"),
            "method": "GET" if is_head else scope["method"],
        }
        # Writing is the busiest path, and has no need of the framework.
        app = self._entrance if is_writing and self._entrance else self._app
        has_begun = False

        async def send_guarded(message: Message) -> None:
            nonlocal has_begun
            if message["type"] == "http.response.start":
                has_begun = True
                message["headers"] = [*message["headers"], *SECURITY_HEADERS]
            elif is_head:
                message = {**message, "body": b""}
            await send(message)

        try:
            await app(scope, receive, send_guarded)
        except Exception as error:
            if has_begun:
                raise
            answer = await on_trouble(Request(scope), error)
            await answer(scope, receive, send_guarded)
        finally:
            asked = asked_in(scope)
            if is_writing:
                asked.route = WRITING
            elif (route := scope.get("route")) is not None:
                asked.route = route.path


def _first_segment(raw_path: bytes) -> str:
    return raw_path.split(b"/", 2)[1].decode("latin-1") if b"/" in raw_path else ""
