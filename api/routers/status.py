"""How attestations stand, on any day and at any size of the log, and what rests on them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from urllib.parse import unquote

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from api import shapes
from api.openapi import PROBLEM, says, sends
from api.parameters import Count, Here, Paged, cut
from api.routers.log import ANYBODY
from api.routers.lots import LINKS_MAX
from ledger.errors import MalformedError
from ledger.log import encoding
from ledger.rice.terms import CALENDAR_DAY
from ledger.standing import Impact, Standing, ending_before, impact_of, standing_of, waiting_for

router = APIRouter(tags=["status"])

LIST_HEADERS = {"Cache-Control": "max-age=60", **ANYBODY}
DAY = rf"^({CALENDAR_DAY})$"
MAY_BE_DAY = rf"^({CALENDAR_DAY})?$"

On = Annotated[str, Query(pattern=MAY_BE_DAY, description="On this day; today if not given.")]


@router.get(
    "/attestations/{name}/status",
    operation_id="get_status",
    summary="How an attestation stands",
    responses={200: says(Standing, "Its state, since when, and its life."), **PROBLEM},
)
def get_status(
    request: Request,
    ledger: Here,
    name: str,
    on: On = "",
    at_size: Annotated[
        Count | None, Query(ge=0, description="As the first so many entries tell it.")
    ] = None,
) -> Response:
    """Return the state of an attestation, or of an application, as of a day and a log size."""
    with ledger.reading() as view:
        standing = standing_of(view, unquote(name), on or _today(request), at_size)
    return shapes.shown(standing)


@router.get(
    "/attestations/{name}/impact",
    operation_id="get_impact",
    summary="What rests on an attestation",
    responses={200: says(Impact, "Marked lots, and everything that came of them."), **PROBLEM},
)
def get_impact(
    request: Request,
    ledger: Here,
    name: str,
    on: On = "",
    limit: Annotated[
        Count, Query(ge=1, le=LINKS_MAX, description="Follow at most so many links.")
    ] = LINKS_MAX,
) -> Response:
    """Return lots, containers, labels and masses that rest on an attestation."""
    with ledger.reading() as view:
        impact = impact_of(view, unquote(name), on or _today(request), limit)
    return shapes.shown(impact)


@router.get(
    "/applications",
    operation_id="list_applications",
    summary="Applications that wait for an answer",
    responses={200: says(shapes.Applications, "Oldest first."), **PROBLEM},
)
def list_applications(
    ledger: Here,
    page: Paged,
    certifier: Annotated[str, Query(description="Whom they ask, by actor id.")] = "",
) -> Response:
    """Return the queue of a certifier, or of all."""
    with ledger.reading() as view:
        waiting = waiting_for(view, certifier)
    after = encoding.parse_count(page.after) if page.after else -1
    rows, has_more = cut([one for one in waiting if one.index > after], page)
    headers = page.link(str(rows[-1].index)) if has_more else {}
    return shapes.shown(shapes.Applications(applications=rows), headers=headers)


@router.get(
    "/expiring",
    operation_id="list_expiring",
    summary="What ends by a day",
    responses={200: says(shapes.Endings, "The first to end first."), **PROBLEM},
)
def list_expiring(
    request: Request,
    ledger: Here,
    before: Annotated[str, Query(pattern=DAY, description="The last day looked at.")],
) -> Response:
    """Return attestations, suspensions, roles, licences, keys and area codes that end by a day."""
    today = _today(request)
    with ledger.reading() as view:
        endings = ending_before(view, today, before)
    return shapes.shown(shapes.Endings(today=today, before=before, endings=endings))


@router.get(
    "/status/suspension/{number}",
    operation_id="get_status_list",
    summary="A status list that anybody's tools read",
    responses={
        200: sends("application/vc+jwt", "A BitstringStatusListCredential, signed by the log."),
        **PROBLEM,
    },
)
def get_status_list(
    ledger: Here,
    number: str,
    timestamp: Annotated[
        str, Query(max_length=40, description="As of this moment (XML Schema dateTimeStamp).")
    ] = "",
) -> Response:
    """Return a W3C Bitstring Status List of what is suspended, withdrawn, replaced or disputed.

    It is a view of the log and valid for two days at most; a list for a past moment says what was
    in force then, by what is recorded now.
    """
    at: datetime | None = None
    if timestamp:
        try:
            at = encoding.parse_instant(timestamp)
        except MalformedError as error:
            raise MalformedError("malformed", what="timestamp") from error
    body = ledger.status_list(encoding.parse_count(number), at)
    return Response(body, 200, LIST_HEADERS, "application/vc+jwt")


def _today(request: Request) -> str:
    return encoding.local_day(request.app.state.clock())
