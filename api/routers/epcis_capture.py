"""Capturing: documents and events come in. A ledger refuses them unsigned; a gateway signs them."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from anyio import to_thread
from fastapi import APIRouter
from msgspec import json
from starlette.requests import Request
from starlette.responses import Response

from api.epcis_face import (
    CAPTURE_LIMIT,
    CAPTURING,
    Behind,
    EpcisRoute,
    answered,
    asks,
    discovered,
    paging,
    problem_of,
    read_body,
    read_listing,
    says_json,
    takes_json,
)
from api.openapi import PROBLEM
from api.problems import language_of
from ledger.epcis.documents import Document, read_document, read_event
from ledger.epcis.ports import Job, format_name_token, parse_name_token
from ledger.epcis.refusals import EpcisError, LimitError
from ledger.errors import NotFoundError

router = APIRouter(tags=["epcis"], route_class=EpcisRoute)

_BEHAVIOURS = ("rollback", "proceed")
_HEADER = {
    "name": "GS1-Capture-Error-Behaviour",
    "in": "header",
    "required": False,
    "schema": {"type": "string", "enum": list(_BEHAVIOURS), "default": "rollback"},
}


@router.options(
    "/",
    operation_id="discover_epcis",
    summary="Which EPCIS is spoken here",
    status_code=204,
    responses={204: {"description": "In headers."}, **PROBLEM},
)
def discover() -> Response:
    """Tell versions, and how things are named."""
    return discovered("OPTIONS, GET, HEAD")


@router.options(
    "/capture",
    operation_id="discover_capture",
    summary="How much may be captured at once",
    status_code=204,
    responses={204: {"description": "In headers."}, **PROBLEM},
)
def discover_capture() -> Response:
    """Tell versions and limits."""
    return discovered("OPTIONS, GET, HEAD, POST", **CAPTURING)


@router.post(
    "/capture",
    operation_id="capture",
    summary="Capture a document of events",
    status_code=202,
    responses={202: {"description": "On its way; `Location` names the job."}, **PROBLEM},
    openapi_extra={
        **takes_json("An EPCISDocument or EPCISQueryDocument."),
        "parameters": [_HEADER],
    },
)
async def capture(request: Request, epcis: Behind) -> Response:
    """Take a document whose form is right; what the ledger says of it, the job tells.

    With `rollback`, the default, none of its events lands unless all do.
    """
    desk = epcis.taking
    behaviour = request.headers.get("gs1-capture-error-behaviour", "rollback")
    if behaviour not in _BEHAVIOURS:
        raise EpcisError("epcis_malformed", where=str(_HEADER["name"]), what=behaviour[:40])
    body = await read_body(request)

    def take() -> str:
        document = _read(body)
        return desk.capture(document, together=behaviour == "rollback")

    name = await to_thread.run_sync(take)
    return answered(request, b"", 202, {"Location": f"/capture/{name}", **CAPTURING})


@router.get(
    "/capture",
    operation_id="list_captures",
    summary="Capture jobs",
    responses={200: says_json("Newest first.", "array"), **PROBLEM},
    openapi_extra=asks("perPage", "nextPageToken"),
)
def list_captures(request: Request, epcis: Behind) -> Response:
    """Return capture jobs, newest first."""
    listing = read_listing(request)
    after = parse_name_token(listing.token) if listing.token else ""
    jobs = epcis.desk.jobs(after, listing.page + 1) if epcis.desk else []
    shown = [_told(one, language_of(request)) for one in jobs[: listing.page]]
    token = format_name_token(jobs[listing.page - 1].id) if len(jobs) > listing.page else ""
    headers = paging(request, token, listing.page, epcis.clock())
    return answered(request, json.encode(shown), headers=headers)


@router.get(
    "/capture/{job}",
    operation_id="get_capture",
    summary="What became of a document",
    responses={200: says_json("The job."), **PROBLEM},
)
def get_capture(request: Request, epcis: Behind, job: str) -> Response:
    """Return a capture job: whether it is running, and what was wrong."""
    if epcis.desk is None:
        raise NotFoundError("name_unknown", name=job[:80])
    told = _told(epcis.desk.job(job), language_of(request))
    return answered(request, json.encode(told))


@router.post(
    "/events",
    operation_id="record_event",
    summary="Capture one event, and wait for it",
    status_code=201,
    responses={201: {"description": "In the ledger; `Location` names it."}, **PROBLEM},
    openapi_extra=takes_json("One event with its own `@context`."),
)
async def record_event(request: Request, epcis: Behind) -> Response:
    """Take one event; it is in the ledger when this answers."""
    desk = epcis.taking
    body = await read_body(request)
    name = await to_thread.run_sync(lambda: desk.record(read_event(body)))
    return answered(request, b"", 201, {"Location": f"/events/{quote(name, safe='')}"})


def _read(body: bytes) -> Document:
    document = read_document(body)
    if not document.type.startswith("EPCIS"):
        raise EpcisError("epcis_malformed", where="/type", what=document.type[:80])
    if len(document.events) > CAPTURE_LIMIT:
        count = len(document.events)
        raise LimitError("epcis_capture_limit", count=count, limit=CAPTURE_LIMIT)
    return document


def _told(job: Job, language: str) -> dict[str, Any]:
    """Return a job as it travels."""
    told: dict[str, Any] = {
        "captureID": job.id,
        "createdAt": job.created_at,
        "running": job.is_running,
        "success": not job.troubles,
        "captureErrorBehaviour": "rollback" if job.together else "proceed",
        "errors": [problem_of(one, language) for one in job.troubles],
    }
    return told if job.is_running else {**told, "finishedAt": job.finished_at}
