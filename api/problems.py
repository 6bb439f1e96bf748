"""Every refusal as RFC 9457 problem details: one shape, one table from codes to HTTP.

A problem says what happened in both languages, under a code that never changes. Nothing is decided
here: the ledger refuses, and this module says so over HTTP.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from fastapi.exceptions import RequestValidationError
from msgspec import UNSET, Struct, UnsetType, json
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

import ledger.catalogue
import ledger.log.issuing  # noqa: F401  (its codes and its parts' are explained here too)
from ledger.errors import CODES, LedgerError, MalformedError, Words
from ledger.operation.asked import asked_in
from ledger.operation.journal import note_refusal, note_trouble
from ledger.rice.judge import RuleError
from ledger.rice.rulebook import RULES
from ledger.scans.refusals import TooManyError

MEDIA_TYPE = "application/problem+json"

_STATUS_OF_CODE = {
    "oversized": 413,
    "too_many": 413,
    "question_refused": 422,
    "writing_stopped": 503,
    "store_failed": 503,
    "checkpoint_late": 503,
}
"""Where a code says more than its class about what the sender should do; else the class decides."""

_RULES = {rule.code: rule for rule in RULES}
_encoder = json.Encoder()


class Bilingual(Struct, frozen=True, forbid_unknown_fields=True):
    """The same words in English and Vietnamese."""

    en: str
    vi: str


class Problem(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Why a request was not done (RFC 9457 section 3)."""

    type: str
    """Where this code is explained; relative to this server."""
    title: str
    """The code's words without the particulars of this case."""
    status: int
    detail: str
    """What happened, in the language asked for."""
    code: str
    """Permanent, never renamed or reused: what programs should look at."""
    words: Bilingual
    """What happened, in both languages."""
    accepted: Bilingual | UnsetType = UNSET
    """What the rule that objects would accept."""
    statement: str | UnsetType = UNSET
    """Base64 of the SHA-256 of the statement that was refused."""
    items: list[RefusedItem] | UnsetType = UNSET
    """Of statements that stand or fall together: those that were refused."""


class RefusedItem(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One refused statement among several that were sent together."""

    number: int
    """Which one, counted from 1."""
    problem: Problem


class Code(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A code and what it means; ``{names}`` in the words stand for the particulars of a case."""

    code: str
    words: Bilingual
    accepted: Bilingual | UnsetType = UNSET
    warns: bool | UnsetType = UNSET
    """Of rules: whether it merely warns."""


class Codes(Struct, frozen=True, forbid_unknown_fields=True):
    """Every code there is."""

    codes: list[Code]


class UnsupportedError(LedgerError):
    """A body of a kind that is not read."""

    http_status: ClassVar[int] = 415


class MethodError(LedgerError):
    """A method that an address does not take."""

    http_status: ClassVar[int] = 405


class AddressError(LedgerError):
    """An address where nothing is."""

    http_status: ClassVar[int] = 404


class TroubleError(LedgerError):
    """Our own bug; the log has the particulars, the sender does not."""

    http_status: ClassVar[int] = 500


def status_of(refusal: LedgerError) -> int:
    """Return the HTTP status of a refusal."""
    return _STATUS_OF_CODE.get(refusal.code, refusal.http_status)


def problem_of(
    refusal: LedgerError,
    language: str,
    *,
    statement: str | UnsetType = UNSET,
    items: list[RefusedItem] | UnsetType = UNSET,
    status: int | None = None,
) -> Problem:
    """Return the problem that says a refusal, with the status of its code unless one is given."""
    words = refusal.words
    return Problem(
        type=f"/problems/{refusal.code}",
        title=_in(language, _template(refusal.code).fill({})),
        status=status or status_of(refusal),
        detail=_in(language, words),
        code=refusal.code,
        words=bilingual(words),
        accepted=bilingual(refusal.accepted) if isinstance(refusal, RuleError) else UNSET,
        statement=statement,
        items=items,
    )


def answer(problem: Problem, language: str, headers: Mapping[str, str] | None = None) -> Response:
    """Return the HTTP answer that carries a problem."""
    sent = {"Content-Language": language, "Vary": "Accept-Language", "Cache-Control": "no-store"}
    return Response(
        _encoder.encode(problem), problem.status, sent | dict(headers or {}), MEDIA_TYPE
    )


def codes() -> list[Code]:
    """Return every code: the rules in order of precedence, then those that belong to no rule."""
    rules = [
        Code(
            code=rule.code,
            words=bilingual(rule.refused),
            accepted=bilingual(rule.accepted),
            warns=rule.warns,
        )
        for rule in RULES
    ]
    return rules + [Code(code=code, words=bilingual(words)) for code, words in CODES.items()]


def bilingual(words: Words) -> Bilingual:
    """Return words as they travel."""
    return Bilingual(words.en, words.vi)


def language_of(request: Request) -> str:
    """Return ``vi`` or ``en``, whichever is preferred (RFC 9110 section 12.5.4); else ``en``."""
    best, language = 0.0, "en"
    for part in request.headers.get("accept-language", "").split(","):
        tag, _, quality = part.partition(";")
        name = tag.strip().lower().partition("-")[0]
        try:
            weight = float(quality.strip().removeprefix("q=") or "1")
        except ValueError:
            continue
        if name in {"en", "vi"} and weight > best:
            best, language = weight, name
    return language


def tell(request: Request, refusal: LedgerError) -> None:
    """Have whoever watches know why a request is refused; write down what is our side's."""
    asked = asked_in(request.scope)
    asked.code = refusal.code
    if status_of(refusal) >= 500 and not isinstance(refusal, TroubleError):  # noqa: PLR2004  ours
        note_refusal(refusal, asked.route)


def trouble_of(request: Request, error: Exception) -> TroubleError:
    """Return what a bug of ours is told as; the log has its particulars under a reference."""
    asked = asked_in(request.scope)
    if (route := request.scope.get("route")) is not None:
        asked.route = route.path
    asked.reference = note_trouble(error, asked.route)
    return TroubleError("trouble", reference=asked.reference)


async def on_refusal(request: Request, error: Exception) -> Response:
    """Answer what the ledger refuses."""
    assert isinstance(error, LedgerError)
    language = language_of(request)
    tell(request, error)
    headers = {"Retry-After": str(error.seconds)} if isinstance(error, TooManyError) else None
    return answer(problem_of(error, language), language, headers)


async def on_http(request: Request, error: Exception) -> Response:
    """Answer what no handler was found for."""
    assert isinstance(error, HTTPException)
    headers = dict(error.headers or {})
    path, language = request.url.path, language_of(request)
    refusal: LedgerError = AddressError("address_unknown", path=path)
    if error.status_code == 405:  # noqa: PLR2004  RFC 9110 section 15.5.6
        headers["Allow"] = ", ".join(_methods(request))
        refusal = MethodError(
            "method_refused", path=path, method=request.method, allowed=headers["Allow"]
        )
    tell(request, refusal)
    return answer(problem_of(refusal, language), language, headers)


async def on_question(request: Request, error: Exception) -> Response:
    """Answer parameters that are not of their kind; the first one is told."""
    assert isinstance(error, RequestValidationError)
    first = error.errors()[0]
    name, language = str(first["loc"][-1]), language_of(request)
    refusal = MalformedError("question_refused", what=f"{name}: {first['msg']}")
    tell(request, refusal)
    return answer(problem_of(refusal, language), language)


async def on_trouble(request: Request, error: Exception) -> Response:
    """Answer for a bug of ours."""
    refusal, language = trouble_of(request, error), language_of(request)
    tell(request, refusal)
    return answer(problem_of(refusal, language), language)


def _methods(request: Request) -> list[str]:
    """Return what an address takes; two routes may share one."""
    path: str = request.scope["path"]
    routes = [one for one in request.app.routes if isinstance(one, Route)]
    taken = {name for one in routes if one.path_regex.match(path) for name in one.methods or ()}
    return sorted(taken | {"HEAD"} if "GET" in taken else taken)


def _template(code: str) -> Words:
    rule = _RULES.get(code)
    return rule.refused if rule else CODES[code]


def _in(language: str, words: Words) -> str:
    return words.vi if language == "vi" else words.en
