"""Stands before both faces: one line in the log and one measure for each request.

Plain ASGI, as all that stands on the hot path of writing.
"""

from __future__ import annotations

from time import perf_counter

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ledger.operation.asked import begin
from ledger.operation.journal import note_request, note_trouble
from ledger.operation.metrics import Metrics

_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class Watch:
    """Tells of every request what came of it, and neither who asked nor about what."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        asked, began, status = begin(scope), perf_counter(), 0

        async def send_watched(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, send_watched)
        except Exception as error:
            # Pages answer for a bug of ours and raise it once more; it is written down already.
            if not asked.reference:
                asked.reference = note_trouble(error, asked.route)
            if not status:
                raise
        finally:
            seconds = perf_counter() - began
            method = scope["method"] if scope["method"] in _METHODS else "other"
            self._metrics.requested(method, asked.route, status, seconds)
            told: dict[str, str | float] = {"ms": round(seconds * 1000, 1)}
            if asked.code:
                told["code"] = asked.code
            if asked.reference:
                told["reference"] = asked.reference
            note_request(method, asked.route, status, told)
