"""Who may ask for what is private: whoever signed in for the organisation of the page."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from msgspec import MsgspecError, json
from starlette.requests import Request

from ledger.errors import CODES, MalformedError, RefusedError, Words

CODES |= {
    "sign_in_wanted": Words(
        "Sign in for {actor} first: the device signs a number that the server draws.",
        "Hãy đăng nhập cho {actor} trước: máy của bạn ký một số do máy chủ rút.",
    ),
    "sent_from_elsewhere": Words(
        "A page of another site sent this in your name. Nothing was done; open the page here.",
        "Trang của một nơi khác đã gửi yêu cầu này thay bạn. Chưa làm gì; hãy mở trang ở đây.",
    ),
    "form_unread": Words(
        "What was sent is not what this page sends: {what}.",
        "Nội dung gửi lên không đúng như trang này gửi: {what}.",
    ),
}

T = TypeVar("T")

SignedIn = Callable[[Request], str | None]
"""Tells for which organisation a request is signed in (`web.workplace.sessions`)."""


def check_signed_in(request: Request, signed: SignedIn) -> str:
    """Return the organisation of a page, if the request is signed in for it."""
    check_sender(request)
    actor: str = request.path_params["actor"]
    if signed(request) != actor:
        raise RefusedError("sign_in_wanted", actor=actor[:64])
    return actor


def check_sender(request: Request) -> None:
    """Refuse what a browser says a page of another site sent, or of a neighbour in the domain.

    Cookies do not go with the first; with a neighbour's they do (SameSite knows sites, not hosts).
    Programs and old browsers say nothing, and are let in.
    """
    if request.headers.get("sec-fetch-site", "none") not in {"none", "same-origin"}:
        raise RefusedError("sent_from_elsewhere")


def decoded(body: bytes, kind: type[T]) -> T:
    """Return what a page sent, strictly."""
    try:
        return json.decode(body, type=kind)
    except (MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise MalformedError("form_unread", what=str(error)[:200]) from error
