"""How a device becomes one of an organisation's: pages of keys, and what two devices exchange.

The administrator's device shows an invitation as a symbol, the new one makes its key, signs the act
that enrols it and leaves that in a box (`boxes`); the administrator compares a number on both
screens and signs as well. The server sees public keys only, and cannot exchange them: what is left
in a box is authenticated with a secret that stands in the symbol alone.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

from msgspec import json
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ledger.dids import keys_of
from ledger.errors import LedgerError, NotFoundError
from ledger.keyring import SAMPLE_KEYS
from ledger.rice.facts import Key
from ledger.rice.plain_words import VALUES
from web.workplace.actor_pages import Readable, actor_of
from web.workplace.bodies import read_body
from web.workplace.boxes import MESSAGE_LENGTH_MAX, Boxes
from web.workplace.frame import HOME, NO_STORE, WorkFrame
from web.workplace.steps import groups_of

_SAMPLES_OF = "demo."


class Enrolment:
    """The pages of keys."""

    def __init__(self, book: Readable, frame: WorkFrame) -> None:
        self._book = book
        self._frame = frame
        self._boxes = Boxes(time.monotonic)
        self.routes = [
            Route(f"{HOME}/join", self.join),
            Route(f"{HOME}/new", self.first),
            Route(f"{HOME}/sample-keys", self.samples),
            Route(f"{HOME}/boxes/{{name}}/{{number:count}}", self.box),
            Route(f"{HOME}/boxes/{{name}}", self.box, methods=["POST"]),
            Route(f"{HOME}/{{actor}}/keys", self.keys),
        ]

    def join(self, request: Request) -> Response:
        """Return the page that a new device opens from an invitation.

        The invitation stands behind the ``#``, which no browser sends anywhere.
        """
        return self._frame.show(request, "workplace/join.html", origin=self._book.origin)

    def first(self, request: Request) -> Response:
        """Return the page that makes an organisation's first keys, or opens a backup."""
        return self._frame.show(request, "workplace/first.html", origin=self._book.origin)

    def keys(self, request: Request) -> Response:
        """Return the keys of an organisation, and what invites another device."""
        with self._book.reading() as view:
            actor = actor_of(view, request)
            keys = keys_of(view, actor.id)
        groups = groups_of(tuple(role.role for role in actor.roles))
        shown: dict[str, Any] = {"actor": actor, "keys": keys, "groups": groups, "values": VALUES}
        shown |= {"origin": self._book.origin}
        return self._frame.show(request, "workplace/keys.html", **shown)

    def samples(self, request: Request) -> Response:
        """Return the published keys of a demo ledger; no other ledger has any."""
        if not self._book.origin.startswith(_SAMPLES_OF):
            return self._frame.refuse(request, NotFoundError("name_unknown", name="sample-keys"))
        with self._book.reading() as view:
            held = {key.kid: key for key in view.every(Key, "key")}
        return Response(
            json.encode(list(_samples(held))), headers=NO_STORE, media_type="application/json"
        )

    async def box(self, request: Request) -> Response:
        """Take a message for a box, or give the one that is there."""
        name = request.path_params["name"]
        try:
            if request.method == "POST":
                number = self._boxes.put(name, await read_body(request, MESSAGE_LENGTH_MAX))
                return Response(str(number), 201, NO_STORE, "text/plain")
            message = self._boxes.take(name, request.path_params["number"])
            if message is None:
                return Response(status_code=204, headers=NO_STORE)
            return Response(message, 200, NO_STORE, "application/octet-stream")
        except LedgerError as refusal:
            return self._frame.refuse(request, refusal)


def _samples(held: dict[str, Key]) -> Iterator[dict[str, object]]:
    """Yield each published key that an organisation holds here."""
    for file in sorted(SAMPLE_KEYS.glob("*.json")):
        written = json.decode(file.read_bytes())
        key = held.get(written["kid"])
        if key is not None:
            yield {"actor": key.actor, "jwk": written["jwk"], "kid": key.kid, "admin": key.admin}
