"""One organisation's pages: found by the name in their path, filled from one snapshot."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from typing import Any, Protocol

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response

from ledger.errors import LedgerError, NotFoundError
from ledger.lists import lot_name
from ledger.rice.facts import Actor, find
from ledger.rice.plain import KINDS, MEMBERS
from ledger.rice.plain_words import VALUES
from ledger.store.store import Reading
from web.words import Voice
from web.workplace.frame import HOME, WorkFrame
from web.workplace.stock import short_name, shortened

Shown = dict[str, Any]
"""What a template is filled with."""


class Readable(Protocol):
    """What is asked of a ledger to show an organisation its pages."""

    origin: str

    def reading(self) -> AbstractContextManager[Reading]:
        """Give one snapshot of everything stored."""


class ActorPages:
    """Shows the pages of organisations."""

    def __init__(self, book: Readable, frame: WorkFrame, clock: Callable[[], datetime]) -> None:
        self._book = book
        self._frame = frame
        self._clock = clock

    @contextmanager
    def actor(self, request: Request) -> Iterator[tuple[Reading, Actor]]:
        """Give a snapshot and the organisation that a path names, or refuse it."""
        with self._book.reading() as view:
            yield view, actor_of(view, request)

    def show(
        self,
        request: Request,
        template: str,
        shown: Callable[[Reading, Actor], Shown],
        status: int = 200,
    ) -> Response:
        """Return a page of the organisation that a path names."""
        with self.actor(request) as (view, actor):
            filled = shown(view, actor)
            size = view.head().size
        tools: Shown = {
            "size": size,
            "made": round(self._clock().timestamp() * 1000),
            "words": MEMBERS,
            "kinds": KINDS,
            "values": VALUES,
            "short_name": short_name,
            "lot_page": lot_page,
            "tell": tell,
        }
        return self._frame.show(
            request, template, status, actor=actor, origin=self._book.origin, **tools, **filled
        )


def actor_of(view: Reading, request: Request) -> Actor:
    """Return the organisation that a path names, or refuse it."""
    name = request.path_params["actor"]
    actor = find(view, Actor, f"actor:{name}")
    if actor is None:
        raise NotFoundError("name_unknown", name=name[:64])
    return actor


def lot_page(actor: Actor, uri: str) -> str:
    """Return where an organisation sees a lot at work."""
    return f"{HOME}/{actor.id}/lots/{lot_name(uri)}"


def tell(refusal: LedgerError, voice: Voice) -> str | Markup:
    """Return a refusal with the short names of lots, as people at work speak of them."""
    return shortened(voice.refuse(refusal))
