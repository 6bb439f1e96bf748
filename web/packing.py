"""Pages in fewer bytes, for whoever can read that."""

from __future__ import annotations

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ledger.coding import Coding, coding_for, encode

_LEAST_BYTES = 500
"""What is shorter goes in one packet anyway."""


class Packed:
    """Compresses answers that come whole; one that comes in parts, or is packed, goes as it is."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and its answer back in a coding that was asked for."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        coding = coding_for(Headers(scope=scope).get("accept-encoding", ""))
        begun: list[Message] = []

        async def send_packed(message: Message) -> None:
            if message["type"] == "http.response.start":
                begun.append(message)
                return
            if begun:
                start = begun.pop()
                message = _packed(start, message, coding)
                await send(start)
            await send(message)

        await self._app(scope, receive, send_packed)


def _packed(start: Message, message: Message, coding: Coding) -> Message:
    """Return the body in a coding where that can be done, and say so in the headers."""
    body = message.get("body", b"")
    headers = MutableHeaders(scope=start)
    if len(body) < _LEAST_BYTES or message.get("more_body") or "content-encoding" in headers:
        return message
    headers.add_vary_header("Accept-Encoding")
    if not coding:
        return message
    packed = encode(coding, body)
    headers["Content-Encoding"] = coding
    headers["Content-Length"] = str(len(packed))
    return {**message, "body": packed}
