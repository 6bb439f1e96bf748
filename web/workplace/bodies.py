"""What pages send: read with a limit, never past it."""

from __future__ import annotations

from starlette.requests import Request

from ledger.errors import MalformedError


async def read_body(request: Request, limit: int, code: str = "oversized") -> bytes:
    """Return a body; one that is too long is refused with a code before it is read to its end.

    Its pieces are put together once: a body in thousands of them must not be copied for each.
    """
    announced = request.headers.get("content-length", "")
    length = int(announced[:20]) if announced.isascii() and announced.isdigit() else 0
    if length > limit:
        raise MalformedError(code, length=length, limit=limit)
    chunks: list[bytes] = []
    length = 0
    async for chunk in request.stream():
        chunks.append(chunk)
        length += len(chunk)
        if length > limit:
            raise MalformedError(code, length=length, limit=limit)
    return b"".join(chunks)
