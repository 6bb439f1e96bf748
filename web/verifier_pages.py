"""The checking page that needs no server, and what was published about it.

Who gets it from the very server it is to check has gained little, so the page about it shows its
SHA-256 and the entries of the log in which somebody signed that digest.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from functools import lru_cache
from hashlib import sha256
from typing import Protocol

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ledger.log.encoding import encode_base64
from ledger.rice.facts import Actor, Fact, find
from ledger.rice.paper_facts import Paper
from ledger.rice.terms import LocalText
from ledger.store.store import Reading
from web.frame import Frame
from web.static_files import StaticFile, static_file
from web.verifier_page import content_policy, make_verifier, paper_uri


class Trusted(Protocol):
    """What these pages ask of the ledger."""

    def trust(self) -> bytes:
        """Return the trust file of the ledger."""

    def reading(self) -> AbstractContextManager[Reading]:
        """Give one snapshot of everything stored."""


class VerifierPages:
    """The checking page of one ledger, and the page about it."""

    def __init__(self, book: Trusted, frame: Frame) -> None:
        self._book = book
        self._frame = frame
        self.routes = [Route("/verify.html", self.file), Route("/verifier", self.about)]

    def file(self, request: Request) -> Response:
        """Return the checking page; it may run itself, which no other page may."""
        answer = _packed(make_verifier(self._book.trust())).answer(request)
        answer.headers["Content-Security-Policy"] = f"{content_policy()}; frame-ancestors 'none'"
        return answer

    def about(self, request: Request) -> Response:
        """Return what the checking page is for, its digest, and who published that."""
        digest = sha256(make_verifier(self._book.trust())).digest()
        return self._frame.show(
            request, "verifier.html", digest=digest.hex(), published=self._published(digest)
        )

    def _published(self, digest: bytes) -> list[tuple[LocalText, Paper]]:
        """Return the papers that stand for a file, each with the name of who showed it."""
        # Anybody may give a paper this name; only those count that stand for this very file.
        first = f"paper:{paper_uri(digest)}"
        wanted = encode_base64(digest)
        published = []
        with self._book.reading() as view:
            for paper in _papers_from(view, first):
                if isinstance(paper, Paper) and (paper.kind, paper.digest) == ("verifier", wanted):
                    actor = find(view, Actor, f"actor:{paper.shown_by}")
                    assert actor, "a paper is shown by an actor that is registered"
                    published.append((actor.name, paper))
        return published


def _papers_from(view: Reading, first: str) -> Iterator[Fact]:
    """Yield the facts whose keys begin so, however many were put beside one to hide it."""
    known = view.get(first)
    if known is not None:
        yield known
    after = first
    while page := view.facts_of("paper", after):
        for fact in page:
            if not fact.key.startswith(first):
                return
            yield fact
        after = page[-1].key


@lru_cache(maxsize=4)
def _packed(content: bytes) -> StaticFile:
    return static_file("verify.html", content)
