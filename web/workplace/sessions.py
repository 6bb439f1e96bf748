"""Signing in to read what is private: a challenge signed by a registered key, then a short cookie.

There are no accounts. The server gives a nonce, the device signs it (`log.possession`), and the
cookie says for half an hour whose key that was. It is authenticated with a secret that follows from
the log's key, so that nothing is kept, and every process knows it; a key that is revoked or over
ends what was signed in with it at once. Writing never asks for a cookie.
"""

from __future__ import annotations

import hmac
import secrets
import threading
from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from msgspec import MsgspecError, json
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ledger.errors import CODES, LedgerError, MalformedError, RefusedError, Words
from ledger.log.encoding import format_time
from ledger.log.possession import LENGTH_MAX, SESSION, check_possession
from ledger.rice.facts import Actor, Key, find
from web.frame import is_secure
from web.workplace.actor_pages import Readable
from web.workplace.bodies import read_body
from web.workplace.frame import HOME, NO_STORE, WorkFrame
from web.workplace.signed_in import check_sender

COOKIE = "work-session"
NONCE_SECONDS = 120
SESSION_SECONDS = 1_800
_NONCES_MAX = 10_000
_SESSION, _NONCE = "session", "session nonce"
"""What texts are authenticated for, each with a secret of its own: none passes for another."""

CODES |= {
    "session_refused": Words(
        "This does not sign you in: {what}. Load the page again and sign once more.",
        "Chưa đăng nhập được: {what}. Hãy tải lại trang và ký lại.",
    ),
}


class Sealed(Readable, Protocol):
    """What sessions ask of the ledger."""

    def secret_for(self, purpose: str) -> bytes:
        """Return 32 secret bytes that only this ledger's server knows."""


class Sessions:
    """Who is signed in at one ledger."""

    def __init__(self, book: Sealed, frame: WorkFrame, clock: Callable[[], datetime]) -> None:
        self._book = book
        self._frame = frame
        self._clock = clock
        self._lock = threading.Lock()
        self._used: OrderedDict[str, None] = OrderedDict()
        self.routes = [
            Route(f"{HOME}/session", self.challenge, methods=["GET"]),
            Route(f"{HOME}/session", self.begin, methods=["POST"]),
            Route(f"{HOME}/session", self.end, methods=["DELETE"]),
        ]

    def actor_of(self, request: Request) -> str | None:
        """Return the organisation that a request is signed in for, if its key still counts."""
        parts = request.cookies.get(COOKIE, "").split("|")
        if len(parts) != 4 or not self._is_ours(_SESSION, "|".join(parts[:3]), parts[3]):  # noqa: PLR2004
            return None
        actor, kid, until = parts[:3]
        if int(until) < self._now():
            return None
        return actor if self._counts(actor, kid) else None

    def challenge(self, _request: Request) -> Response:
        """Return a nonce to sign; it is good for two minutes, and once."""
        text = f"{self._now()}.{secrets.token_hex(16)}"
        return _answer({"nonce": f"{text}.{self._mac(_NONCE, text)}"})

    async def begin(self, request: Request) -> Response:
        """Return the cookie of whoever signed a nonce."""
        try:
            check_sender(request)
            asked = await _read(request)
            actor, nonce = asked["actor"], asked["nonce"]
            self._check_nonce(nonce)
            key = check_possession(
                asked["proof"].encode(),
                holder=actor,
                ledger=self._book.origin,
                nonce=nonce,
                typ=SESSION,
            )
            if not self._counts(actor, key.kid):
                raise RefusedError("session_refused", what="key")
            self._spend(nonce)
        except LedgerError as refusal:
            return self._frame.refuse(request, refusal)
        said = f"{actor}|{key.kid}|{self._now() + SESSION_SECONDS}"
        answer = _answer({"actor": actor, "seconds": SESSION_SECONDS})
        answer.set_cookie(
            COOKIE,
            f"{said}|{self._mac(_SESSION, said)}",
            max_age=SESSION_SECONDS,
            path=HOME,
            secure=is_secure(request),
            httponly=True,
            samesite="strict",
        )
        return answer

    def end(self, _request: Request) -> Response:
        """Forget who is signed in."""
        answer = Response(status_code=204, headers=NO_STORE)
        answer.delete_cookie(COOKIE, path=HOME)
        return answer

    def _check_nonce(self, nonce: str) -> None:
        text, _, mac = nonce.rpartition(".")
        given_at = text.partition(".")[0]
        if not self._is_ours(_NONCE, text, mac) or int(given_at) + NONCE_SECONDS < self._now():
            raise RefusedError("session_refused", what="nonce")

    def _spend(self, nonce: str) -> None:
        """Take a nonce once; a proof that was seen on its way signs nobody else in."""
        with self._lock:
            if nonce in self._used:
                raise RefusedError("session_refused", what="nonce")
            self._used[nonce] = None
            while len(self._used) > _NONCES_MAX:
                self._used.popitem(last=False)

    def _counts(self, actor: str, kid: str) -> bool:
        with self._book.reading() as view:
            key = find(view, Key, f"key:{kid}")
            known = find(view, Actor, f"actor:{actor}")
        now = format_time(self._clock())
        return (
            known is not None
            and key is not None
            and key.actor == actor
            and not key.only  # a key for some kinds of work reads and prints nothing in private
            and key.counts_at(now)
        )

    def _mac(self, purpose: str, text: str) -> str:
        return hmac.digest(self._book.secret_for(purpose), text.encode(), "sha256").hex()

    def _is_ours(self, purpose: str, text: str, mac: str) -> bool:
        return hmac.compare_digest(self._mac(purpose, text).encode(), mac.encode())

    def _now(self) -> int:
        return int(self._clock().timestamp())


async def _read(request: Request) -> dict[str, str]:
    """Return the three texts of a request to sign in."""
    data = await read_body(request, LENGTH_MAX)
    try:
        asked = json.decode(data, type=dict[str, str])
    except (MsgspecError, UnicodeDecodeError) as error:
        raise MalformedError("malformed", what="JSON") from error
    if asked.keys() != {"actor", "nonce", "proof"} or not all(map(str.isascii, asked.values())):
        raise MalformedError("malformed", what="actor, nonce, proof")
    return asked


def _answer(said: object) -> Response:
    return Response(json.encode(said), 200, NO_STORE, "application/json")
