"""How fast programs may ask about bags: under the same limits as people (`ledger.scans.limits`)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated

from fastapi import Depends
from starlette.requests import Request

from api.parameters import Gtin, LotCode
from ledger.errors import NotFoundError
from ledger.scans.scans import Scans


async def _scans(request: Request) -> Scans | None:
    scans: Scans | None = request.app.state.scans
    return scans


Counted = Annotated[Scans | None, Depends(_scans)]


async def admitted(request: Request, scans: Counted, serial: str) -> AsyncIterator[None]:
    """Let a question about a bag in, unless somebody asks too fast or guesses."""
    async with _asked(request, scans, serial):
        yield


async def admitted_to_lot(
    request: Request, scans: Counted, gtin: Gtin, lot: LotCode
) -> AsyncIterator[None]:
    """Let a question in that takes work for all bags of a lot, unless somebody asks too fast."""
    async with _asked(request, scans, f"{gtin}/{lot}"):
        yield


@asynccontextmanager
async def _asked(request: Request, scans: Scans | None, name: str) -> AsyncIterator[None]:
    if scans is None:
        yield
        return
    peer = request.client.host if request.client else ""
    visitor = scans.visitor(request.headers.raw, peer, request.method)
    scans.limits.admit(visitor, name)
    is_known = True
    try:
        yield
    except NotFoundError:
        is_known = False
        raise
    finally:
        scans.limits.answered(visitor, is_known=is_known)
