"""Schemes as their owners published them, and what has been certified under them so far."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import unquote

from fastapi import APIRouter, Query
from starlette.responses import Response

from api import shapes
from api.openapi import PROBLEM, says, sends
from api.parameters import Here, Paged, cut
from api.routers.log import ANYBODY
from ledger.certified import Certified, certified
from ledger.errors import NotFoundError
from ledger.log import encoding
from ledger.rice.certificate_facts import (
    Scheme,
)
from ledger.rice.facts import (
    Actor,
    find,
)
from ledger.rice.schemes import write_scheme
from ledger.rice.terms import CALENDAR_DAY

_DAY = rf"^({CALENDAR_DAY})?$"

router = APIRouter(tags=["register"])


@router.get(
    "/certified",
    operation_id="get_certified",
    summary="Hectares and tonnes certified",
    responses={200: says(Certified, "By season and commune, with the entries."), **PROBLEM},
)
def get_certified(
    ledger: Here,
    *,
    season: Annotated[
        str, Query(description="A season; all without.", pattern=r"^((DX|HT|TD)-20[0-9]{2})?$")
    ] = "",
    on: Annotated[
        str, Query(description="A day; that of the last entry without.", pattern=_DAY)
    ] = "",
) -> Response:
    """Return what is certified as of a day, with the entries behind every figure."""
    with ledger.reading() as view:
        day = on or encoding.local_day(encoding.parse_time(view.head().recorded))
        return shapes.shown(certified(view, day, season))


@router.get(
    "/schemes",
    operation_id="list_schemes",
    summary="Schemes",
    responses={200: says(shapes.Schemes, "In order of their ids."), **PROBLEM},
)
def list_schemes(ledger: Here, page: Paged) -> Response:
    """Return every scheme with all its versions: kinds of attestation, criteria, quotas."""
    after = f"scheme:{page.after}" if page.after else ""
    with ledger.reading() as view:
        facts = view.facts_of("scheme", after, page.limit + 1)
    rows, has_more = cut([fact for fact in facts if isinstance(fact, Scheme)], page)
    headers = page.link(rows[-1].id) if has_more else {}
    return shapes.shown(shapes.Schemes(schemes=rows), headers=headers)


@router.get(
    "/schemes/{name}",
    operation_id="get_scheme",
    summary="One scheme as UNTP publishes schemes",
    responses={200: sends("application/ld+json", "A ConformityScheme of UNTP 0.7.0."), **PROBLEM},
)
def get_scheme(
    ledger: Here,
    name: str,
    *,
    version: Annotated[str, Query(description="One of its versions; the newest otherwise.")] = "",
) -> Response:
    """Return a scheme by its id (percent-encoded), in one version."""
    wanted = unquote(name)
    with ledger.reading() as view:
        scheme = find(view, Scheme, f"scheme:{wanted}")
        owner = find(view, Actor, f"actor:{scheme.owner}") if scheme else None
    if scheme is None or owner is None:
        raise NotFoundError("name_unknown", name=wanted)
    named = version or scheme.editions[-1].version
    edition = next((each for each in scheme.editions if each.version == named), None)
    if edition is None:
        raise NotFoundError("name_unknown", name=f"{wanted} {named}")
    party = {"id": owner.did, "name": owner.name.vi}
    document = write_scheme(scheme.id, party, edition, scheme.id)
    return Response(document, 200, {**ANYBODY}, "application/ld+json")
