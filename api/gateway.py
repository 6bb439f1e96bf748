"""The HTTP face of a signing gateway: EPCIS and nothing else, for those who show the token."""

from __future__ import annotations

import secrets
from importlib.metadata import version

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from api import problems
from api.epcis_face import Epcis, refused
from api.guard import Guard
from api.routers import epcis_capture, epcis_events, epcis_queries
from ledger.epcis.refusals import ClosedError
from ledger.errors import LedgerError

_PARTS = (epcis_capture.router, epcis_events.router, epcis_queries.router)


class Doorkeeper:
    """Lets in who shows the token; without a token everybody who can reach the address."""

    def __init__(self, app: ASGIApp, *, token: str) -> None:
        self._app = app
        self._expected = f"Bearer {token}".encode() if token else b""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] == "http" and self._expected:
            shown = dict(scope["headers"]).get(b"authorization", b"")
            if not secrets.compare_digest(shown, self._expected):
                answer = refused(Request(scope), ClosedError("gateway_closed"))
                answer.headers["WWW-Authenticate"] = "Bearer"
                await answer(scope, receive, send)
                return
        await self._app(scope, receive, send)


def create_gateway_app(epcis: Epcis, *, token: str = "") -> FastAPI:
    """Return the application that takes an organisation's events and answers its questions."""
    app = FastAPI(
        title="Rice ledger: signing gateway",
        version=version("rice-ledger"),
        routes=[route for part in _PARTS for route in part.routes],
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        redirect_slashes=False,
        exception_handlers={
            LedgerError: problems.on_refusal,
            HTTPException: problems.on_http,
            RequestValidationError: problems.on_question,
        },
    )
    app.state.epcis = epcis
    # The last one added is the first one met.
    app.add_middleware(Doorkeeper, token=token)
    app.add_middleware(Guard, own=())
    return app
