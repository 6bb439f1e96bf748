"""How fast programs may ask about bags: under the same limits as people (`ledger.scans.limits`)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import Depends
from starlette.requests import Request

from ledger.errors import NotFoundError
from ledger.scans.scans import Scans


async def _scans(request: Request) -> Scans | None:
    scans: Scans | None = request.app.state.scans
    return scans


Counted = Annotated[Scans | None, Depends(_scans)]


async def admitted(request: Request, scans: Counted, serial: str) -> AsyncIterator[None]:
    """Let a question about a bag in, unless somebody asks too fast or guesses."""
    if scans is None:
        yield
        return
    peer = request.client.host if request.client else ""
    visitor = scans.visitor(request.headers.raw, peer, request.method)
    scans.limits.admit(visitor, serial)
    is_known = True
    try:
        yield
    except NotFoundError:
        is_known = False
        raise
    finally:
        scans.limits.answered(visitor, is_known=is_known)
