"""What all addresses of EPCIS have in common: negotiation, discovery, paging, troubles.

Follows EPCIS 2.0.1 section 12 (REST bindings). The standard's exceptions stand in the ``type`` of a
problem; the code and the words in two languages are the house's own.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Any, NoReturn, cast
from urllib.parse import parse_qsl, urlencode

from fastapi import Depends
from fastapi.routing import APIRoute
from msgspec import Struct, json
from starlette.requests import Request
from starlette.responses import Response

from api.problems import Bilingual, Problem, UnsupportedError, answer, language_of, tell
from api.problems import trouble_of as our_trouble
from ledger.epcis.documents import CONTEXT_URL
from ledger.epcis.exceptions import Trouble, trouble_of
from ledger.epcis.ports import Desk, Repository
from ledger.epcis.query import PAGE, PAGE_MAX
from ledger.epcis.refusals import AcceptError, NotServedError, QueryError, UnsignedError
from ledger.errors import LedgerError, MalformedError
from ledger.log import encoding

JSON, LINKED = "application/json", "application/ld+json"
CAPTURE_LIMIT = 500
"""Events in one document. As statements they fit into one request to a ledger."""
FILE_SIZE_LIMIT = 8_000_000
TOKEN_LIFE = timedelta(days=365)
"""Tokens hold the whole question and end with nothing but the program; a date must be named."""

_VERSION = {"2.0.0", "2.0.1", "2.0", "2"}
_FORMATS = {"Always_GS1_Digital_Link", "No_Preference"}
DISCOVERY = {
    "GS1-EPCIS-Version": "2.0.1",
    "GS1-EPCIS-Min": "2.0.0",
    "GS1-EPCIS-Max": "2.0.1",
    "GS1-CBV-Version": "2.0.0",
    "GS1-CBV-Min": "2.0.0",
    "GS1-CBV-Max": "2.0.0",
    "GS1-EPC-Format": "Always_GS1_Digital_Link",
    "GS1-CBV-XML-Format": "Never_Translates",
    "GS1-Vendor-Version": "1",
    "GS1-Extensions": "rice=https://ns.rice.example/rice/v1/",
}
CAPTURING = {
    "GS1-EPCIS-Capture-Limit": str(CAPTURE_LIMIT),
    "GS1-EPCIS-Capture-File-Size-Limit": str(FILE_SIZE_LIMIT),
    "GS1-Capture-Error-Behaviour": "rollback",
}
_NO_STORE = {"Cache-Control": "no-store", "Vary": "Accept"}


@dataclass(frozen=True, slots=True)
class Epcis:
    """Who answers behind these addresses; without a desk nothing is taken."""

    repository: Repository
    clock: Callable[[], datetime]
    desk: Desk | None = None
    token_in_body: bool = False

    @property
    def taking(self) -> Desk:
        """Return the desk, or refuse: a ledger takes nothing that is not signed."""
        if self.desk is None:
            raise UnsignedError("epcis_unsigned")
        return self.desk


async def _epcis(request: Request) -> Epcis:
    return cast("Epcis", request.app.state.epcis)


Behind = Annotated[Epcis, Depends(_epcis)]


class EpcisRoute(APIRoute):
    """A route whose troubles are told as EPCIS tells them, and whose answers are negotiated."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return the handler."""
        handle = super().get_route_handler()

        async def handled(request: Request) -> Response:
            try:
                check_wishes(request)
                return await handle(request)
            except LedgerError as refusal:
                return refused(request, refusal)
            except Exception as error:  # noqa: BLE001  our slip, told as one
                return refused(request, our_trouble(request, error))

        return handled


def refused(request: Request, refusal: LedgerError) -> Response:
    """Return a refusal as a problem of EPCIS."""
    language = language_of(request)
    trouble = trouble_of(refusal)
    tell(request, refusal)
    return answer(problem_of(trouble, language), language)


def problem_of(trouble: Trouble, language: str) -> Problem:
    """Return a trouble as it travels. Clients show its title, so it says what happened."""
    said = trouble.vi if language == "vi" else trouble.en
    return Problem(
        type=f"epcisException:{trouble.exception}",
        title=said,
        status=trouble.status,
        detail=f"{trouble.event}: {said}" if trouble.event else said,
        code=trouble.code,
        words=Bilingual(trouble.en, trouble.vi),
    )


def check_wishes(request: Request) -> None:
    """Refuse what asks for another version, or for names in another form."""
    headers = request.headers
    for name, offered in (
        ("gs1-epcis-version", _VERSION),
        ("gs1-epc-format", _FORMATS),
    ):
        asked = headers.get(name)
        if asked is not None and asked not in offered:
            raise AcceptError(
                "epcis_not_acceptable", offered=", ".join(sorted(offered)), asked=asked
            )
    media_type(request)


def media_type(request: Request) -> str:
    """Return which of the two types of JSON is wanted most (RFC 9110 section 12.5.1)."""
    asked = request.headers.get("accept", "*/*")
    best, chosen = 0.0, ""
    for part in asked.split(","):
        name, _, parameters = part.strip().lower().partition(";")
        wanted = _RANGES.get(name.strip(), "")
        weight = _weight(parameters)
        if wanted and weight > best:
            best, chosen = weight, wanted
    if not chosen:
        raise AcceptError("epcis_not_acceptable", offered=f"{JSON}, {LINKED}", asked=asked[:80])
    return chosen


_RANGES = {"*/*": JSON, "application/*": JSON, JSON: JSON, LINKED: LINKED}


def _weight(parameters: str) -> float:
    for part in parameters.split(";"):
        name, _, value = part.partition("=")
        if name.strip() == "q":
            try:
                return float(value)
            except ValueError:
                return 0.0
    return 1.0


async def read_body(request: Request) -> bytes:
    """Return a JSON body; one that is too long is refused before it is read to its end."""
    told = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if told not in {JSON, LINKED}:
        raise UnsupportedError("media_type_refused", type=told or "-", accepted=f"{JSON}, {LINKED}")
    chunks: list[bytes] = []
    length = 0
    async for chunk in request.stream():
        length += len(chunk)
        if length > FILE_SIZE_LIMIT:
            raise MalformedError("oversized", length=length, limit=FILE_SIZE_LIMIT)
        chunks.append(chunk)
    return b"".join(chunks)


def pairs(request: Request) -> list[tuple[str, str]]:
    """Return the parameters of a request, strictly decoded."""
    raw = request.scope.get("query_string", b"")
    try:
        return parse_qsl(raw.decode("ascii"), keep_blank_values=True, errors="strict")
    except ValueError as error:
        raise QueryError("epcis_query", name="?", what="not UTF-8") from error


def answered(
    request: Request, body: bytes, status: int = 200, headers: Mapping[str, str] | None = None
) -> Response:
    """Return JSON under the name the client prefers."""
    kept = _NO_STORE | dict(headers or {})
    return Response(body, status, kept, media_type(request))


def collection(request: Request, members: Iterable[object], headers: Mapping[str, str]) -> Response:
    """Return a list of names."""
    body = {"@context": [CONTEXT_URL], "type": "Collection", "member": list(members)}
    return answered(request, json.encode(body), headers=headers)


def paging(request: Request, token: str, page: int, now: datetime) -> dict[str, str]:
    """Return the headers that lead on (RFC 8288 section 3); none on the last page."""
    if not token:
        return {}
    query = urlencode({"perPage": page, "nextPageToken": token})
    return {
        "Link": f'<{request.url.path}?{query}>; rel="next"',
        "GS1-Next-Page-Token-Expires": encoding.format_time(now + TOKEN_LIFE),
    }


class Listing(Struct, frozen=True):
    """How far to read a list, and from where on."""

    page: int
    token: str


def read_listing(request: Request) -> Listing:
    """Return what a request for a list may say: how far, and where to go on."""
    given = dict(pairs(request))
    odd = sorted(given.keys() - {"perPage", "nextPageToken"})
    if odd:
        raise QueryError("epcis_query", name=odd[0][:80], what="is no parameter here")
    try:
        page = encoding.parse_count(given.get("perPage", str(PAGE)))
    except LedgerError as error:
        raise QueryError("epcis_query", name="perPage", what="no count") from error
    if page < 1:
        raise QueryError("epcis_query", name="perPage", what="1 or more")
    return Listing(min(page, PAGE_MAX), given.get("nextPageToken", ""))


def discovered(methods: str, **more: str) -> Response:
    """Return the answer to OPTIONS: what is spoken here."""
    extra = {name.replace("_", "-"): value for name, value in more.items()}
    return Response(None, 204, {"Allow": methods, **DISCOVERY, **extra})


def says_json(description: str, kind: str = "object") -> dict[str, Any]:
    """Return the description of an answer in either type of JSON."""
    media = {"schema": {"type": kind}}
    return {"description": description, "content": {JSON: media, LINKED: media}}


def takes_json(description: str) -> dict[str, Any]:
    """Return the description of a body in either type of JSON."""
    media = {"schema": {"type": "object"}}
    body = {"required": True, "description": description, "content": {JSON: media, LINKED: media}}
    return {"requestBody": body}


def asks(*names: str) -> dict[str, Any]:
    """Return the description of parameters that are text."""
    return {
        "parameters": [
            {"name": name, "in": "query", "required": False, "schema": {"type": "string"}}
            for name in names
        ]
    }


def never(what: str) -> NoReturn:
    """Refuse a part of the standard that is not offered."""
    raise NotServedError("epcis_not_served", what=what)
