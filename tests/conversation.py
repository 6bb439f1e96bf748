"""Asking an ASGI application, with the path exactly as it is written: no client tidies it first."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from urllib.parse import unquote

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Scope

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
"""What browsers accept."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back; ``raised`` is what the application let through after answering."""

    status: int
    headers: Headers
    text: str
    raised: Exception | None


def ask(app: ASGIApp, target: str, method: str = "GET", **headers: str) -> Answer:
    """Return the answer to a request; ``accept_language="en"`` is a header."""
    return _talk(app, target, method, headers, b"")


def post(app: ASGIApp, target: str, body: bytes, **headers: str) -> Answer:
    """Return the answer to a request that brings something."""
    return _talk(app, target, "POST", headers, body)


def _talk(app: ASGIApp, target: str, method: str, headers: dict[str, str], body: bytes) -> Answer:
    raw_path, _, query = target.partition("?")
    scope: Scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": unquote(raw_path),
        "raw_path": raw_path.encode(),
        "root_path": "",
        "query_string": query.encode(),
        "headers": [
            *([] if "host" in headers else [(b"host", b"127.0.0.1")]),
            *((name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()),
        ],
        "server": ("127.0.0.1", 80),
        "client": ("127.0.0.1", 50_000),
    }
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    raised: Exception | None = None
    try:
        asyncio.run(app(scope, receive, send))  # type: ignore[arg-type]  # a coroutine, as awaited
    except Exception as error:
        if not sent:
            raise
        raised = error
    content = b"".join(message.get("body", b"") for message in sent[1:])
    return Answer(sent[0]["status"], Headers(raw=sent[0]["headers"]), content.decode(), raised)


def browse(app: ASGIApp, target: str, method: str = "GET", **headers: str) -> Answer:
    """Return the answer that a browser gets."""
    return ask(app, target, method, **{"accept": BROWSER} | headers)
