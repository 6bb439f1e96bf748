"""Events of the ledger, asked for as EPCIS asks: by query, by name, by what they are about."""

from __future__ import annotations

from urllib.parse import unquote

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.epcis_face import (
    Behind,
    Epcis,
    EpcisRoute,
    answered,
    asks,
    collection,
    discovered,
    paging,
    pairs,
    read_listing,
    says_json,
)
from api.openapi import PROBLEM
from api.problems import AddressError
from ledger.epcis.ports import (
    RESOURCES,
    SIMPLE_QUERY,
    About,
    format_name_token,
    parse_name_token,
    query_document,
)
from ledger.epcis.query import COLUMNS, KEYS, Query, read_parameters
from ledger.errors import NotFoundError
from ledger.log import encoding

router = APIRouter(tags=["epcis"], route_class=EpcisRoute)

_ASKED = asks(
    *COLUMNS,
    *KEYS,
    *("GE_eventTime", "LT_eventTime", "GE_recordTime", "LT_recordTime"),
    *("EXISTS_errorDeclaration", "EQ_bizTransaction_po", "EQ_source_possessing_party"),
    *("EQ_destination_possessing_party", "orderBy", "orderDirection"),
    *("eventCountLimit", "maxEventCount", "perPage", "nextPageToken"),
)


@router.options(
    "/events",
    operation_id="discover_events",
    summary="Which EPCIS is spoken here",
    status_code=204,
    responses={204: {"description": "In headers."}, **PROBLEM},
)
def discover_events() -> Response:
    """Tell versions, and how things are named."""
    return discovered("OPTIONS, GET, HEAD, POST")


@router.get(
    "/events",
    operation_id="find_events",
    summary="Events that answer a question",
    responses={200: says_json("An EPCISQueryDocument, a page of it."), **PROBLEM},
    openapi_extra=_ASKED,
)
def find_events(request: Request, epcis: Behind) -> Response:
    """Return the events that answer a query of the standard; several values are joined by `|`.

    `recordTime` is when the log recorded an event. `Link: rel=next` leads on.
    """
    return documented(request, epcis, read_parameters(pairs(request)))


@router.get(
    "/events/{event:path}",
    operation_id="get_event",
    summary="One event, with its declaration if it was a slip",
    responses={200: says_json("An EPCISQueryDocument."), **PROBLEM},
)
def get_event(request: Request, epcis: Behind, event: str) -> Response:
    """Return an event by its name, percent-encoded, and what was declared of it."""
    name = unquote(event)
    asked = request.url.query
    if asked and name.startswith("ni:"):
        name = f"{name}?{unquote(asked)}"  # hash names end so, and clients forget to encode it
    elif asked:
        read_listing(request)
    if not name or "|" in name:
        raise AddressError("address_unknown", path=request.url.path)
    ordered = [("orderBy", "recordTime"), ("orderDirection", "ASC")]
    found = epcis.repository.find(read_parameters([("EQ_eventID", name), *ordered]))
    if not found.events:
        raise NotFoundError("name_unknown", name=name[:200])
    at = encoding.format_time(epcis.clock())
    return answered(request, query_document(found.events, SIMPLE_QUERY, at))


def _list_members(request: Request, epcis: Behind) -> Response:
    """Return the members of a resource, in order."""
    resource = request.url.path.removeprefix("/")
    listing = read_listing(request)
    after = parse_name_token(listing.token) if listing.token else ""
    names = epcis.repository.listed(resource, after, listing.page + 1)
    shown = names[: listing.page]
    token = format_name_token(shown[-1]) if len(names) > listing.page else ""
    return collection(request, shown, paging(request, token, listing.page, epcis.clock()))


def _get_member(request: Request, epcis: Behind, name: str) -> Response:
    """Return what can be asked about a member: its events."""
    epcis.repository.check_known(_about(request, name))
    return collection(request, ["events"], {})


def _find_events_about(request: Request, epcis: Behind, name: str) -> Response:
    """Return the events about a member that also answer the query."""
    about = _about(request, name)
    return documented(request, epcis, read_parameters(pairs(request)), about)


def _about(request: Request, name: str) -> About:
    return request.url.path.split("/", 2)[1], unquote(name)


for _resource in RESOURCES:
    router.add_api_route(
        f"/{_resource}",
        _list_members,
        operation_id=f"list_{_resource}",
        summary=f"{_resource} that events speak of",
        responses={200: says_json("A Collection of names."), **PROBLEM},
        openapi_extra=asks("perPage", "nextPageToken"),
    )
    router.add_api_route(
        f"/{_resource}/{{name}}",
        _get_member,
        operation_id=f"get_{_resource}",
        summary=f"What can be asked about one of the {_resource}",
        responses={200: says_json("A Collection of what lies below."), **PROBLEM},
    )
    router.add_api_route(
        f"/{_resource}/{{name}}/events",
        _find_events_about,
        operation_id=f"find_{_resource}_events",
        summary=f"Events about one of the {_resource}",
        responses={200: says_json("An EPCISQueryDocument, a page of it."), **PROBLEM},
        openapi_extra=_ASKED,
    )


def documented(
    request: Request,
    epcis: Epcis,
    query: Query,
    about: About | None = None,
    name: str = SIMPLE_QUERY,
) -> Response:
    """Return the answer to a query as a document, with the headers that lead on."""
    found = epcis.repository.find(query, about)
    now = epcis.clock()
    in_body = found.token if epcis.token_in_body else ""
    body = query_document(found.events, name, encoding.format_time(now), in_body)
    return answered(request, body, headers=paging(request, found.token, query.page, now))
