"""Named queries: a question kept under a name, asked again as often as one likes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, unquote

from anyio import to_thread
from fastapi import APIRouter
from msgspec import json
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
    never,
    pairs,
    read_body,
    read_listing,
    says_json,
    takes_json,
)
from api.openapi import PROBLEM
from api.routers.epcis_events import documented
from ledger.epcis.documents import read_json
from ledger.epcis.ports import SIMPLE_QUERY
from ledger.epcis.query import read_body as read_query_body
from ledger.epcis.query import read_parameters
from ledger.epcis.refusals import QueryError
from ledger.errors import NotFoundError

router = APIRouter(tags=["epcis"], route_class=EpcisRoute)

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}", re.ASCII)
_SUBSCRIPTIONS = "/queries/{name}/subscriptions"


@router.options(
    "/queries",
    operation_id="discover_queries",
    summary="Which EPCIS is spoken here",
    status_code=204,
    responses={204: {"description": "In headers."}, **PROBLEM},
)
def discover_queries() -> Response:
    """Tell versions, and how things are named."""
    return discovered("OPTIONS, GET, HEAD, POST")


@router.get(
    "/queries",
    operation_id="list_queries",
    summary="Named queries",
    responses={200: says_json("A Collection of queries."), **PROBLEM},
)
def list_queries(request: Request, epcis: Behind) -> Response:
    """Return every named query."""
    read_listing(request)
    kept = [{"name": name, "query": query} for name, query in _queries(epcis).items()]
    return collection(request, kept, {})


@router.post(
    "/queries",
    operation_id="keep_query",
    summary="Keep a query under a name",
    status_code=201,
    responses={201: {"description": "Kept; `Location` names it."}, **PROBLEM},
    openapi_extra=takes_json('`{"name": …, "query": {"EQ_bizStep": ["shipping"]}}`'),
)
async def keep_query(request: Request, epcis: Behind) -> Response:
    """Keep a query under a name that is free."""
    desk = epcis.taking
    body = await read_body(request)

    def keep() -> str:
        name, query = _read(body)
        desk.keep_query(name, query)
        return name

    name = await to_thread.run_sync(keep)
    return answered(request, b"", 201, {"Location": f"/queries/{quote(name, safe='')}"})


@router.get(
    "/queries/{name}",
    operation_id="get_query",
    summary="One named query",
    responses={200: says_json("The query."), **PROBLEM},
)
def get_query(request: Request, epcis: Behind, name: str) -> Response:
    """Return what a named query asks."""
    asked = unquote(name)
    return answered(request, json.encode({"name": asked, "query": _query(epcis, asked)}))


@router.delete(
    "/queries/{name}",
    operation_id="drop_query",
    summary="Forget a named query",
    status_code=204,
    responses={204: {"description": "Forgotten."}, **PROBLEM},
)
def drop_query(epcis: Behind, name: str) -> Response:
    """Forget a named query."""
    epcis.taking.drop_query(unquote(name))
    return Response(None, 204, {"Cache-Control": "no-store"})


@router.get(
    "/queries/{name}/events",
    operation_id="run_query",
    summary="The events that answer a named query",
    responses={200: says_json("An EPCISQueryDocument, a page of it."), **PROBLEM},
    openapi_extra=asks("perPage", "nextPageToken"),
)
def run_query(request: Request, epcis: Behind, name: str) -> Response:
    """Ask a named query; only how far to read may be added."""
    read_listing(request)
    asked = unquote(name)
    kept = read_query_body(_query(epcis, asked))
    query = read_parameters([*kept.parameters, *pairs(request)])
    return documented(request, epcis, query, name=asked)


@router.get(
    _SUBSCRIPTIONS,
    operation_id="list_subscriptions",
    summary="Subscriptions: not offered",
    responses={501: {"description": "Not offered."}, **PROBLEM},
)
@router.post(
    _SUBSCRIPTIONS,
    operation_id="subscribe",
    summary="Subscribing: not offered",
    responses={501: {"description": "Not offered."}, **PROBLEM},
)
def subscriptions(name: str) -> Response:
    """Refuse: readers ask again from the last `recordTime` they have seen."""
    never(f"subscriptions to {unquote(name)[:80]}")


def _queries(epcis: Epcis) -> Mapping[str, Mapping[str, Any]]:
    return epcis.desk.queries() if epcis.desk else {SIMPLE_QUERY: {}}


def _query(epcis: Epcis, name: str) -> Mapping[str, Any]:
    found = _queries(epcis).get(name)
    if found is None:
        raise NotFoundError("epcis_query_unknown", name=name[:80])
    return found


def _read(body: bytes) -> tuple[str, Mapping[str, Any]]:
    told = read_json(body)
    if not isinstance(told, dict) or told.keys() != {"name", "query"}:
        raise QueryError("epcis_query", name="body", what="needs name and query, nothing else")
    name, query = told["name"], told["query"]
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise QueryError(
            "epcis_query", name="name", what="letters, digits, dot, hyphen, underscore"
        )
    read_query_body(query)  # what cannot be asked is not kept
    return name, query
