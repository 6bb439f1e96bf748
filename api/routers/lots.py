"""What came from what, and the evidence for one bag."""

from __future__ import annotations

import re
from hashlib import sha256
from typing import Annotated, Literal
from urllib.parse import unquote

from fastapi import APIRouter, Depends, Query
from starlette.requests import Request
from starlette.responses import Response

from api import shapes
from api.admission import admitted, admitted_to_lot
from api.openapi import PROBLEM, says, sends
from api.parameters import Count, Gtin, Here, LotCode, Paged, cut
from api.routers.log import ANYBODY
from ledger.affected import Affected, Moved
from ledger.coding import coding_for, encode
from ledger.errors import NotFoundError
from ledger.proof.bundle import read_bundle
from ledger.proof.transport import pack
from ledger.rice.facts import Lot, find
from ledger.rice.scopes import read_scope
from ledger.tracing import claims_lost, follow

router = APIRouter(tags=["lots"])

LINKS_MAX = 10_000
_ODD = re.compile(r"[^A-Za-z0-9._-]")


@router.get(
    "/lots",
    operation_id="list_lots",
    summary="Lots",
    responses={200: says(shapes.Lots, "In order of their names."), **PROBLEM},
)
def list_lots(
    ledger: Here,
    page: Paged,
    uri: Annotated[
        str,
        Query(
            description="The one lot of this name, a canonical GS1 Digital Link.",
            examples=["https://id.gs1.org/01/09521234000303/10/L260411A"],
            pattern=r"^[^\x00]*$",
        ),
    ] = "",
) -> Response:
    """Return lots, or the one that is named."""
    with ledger.reading() as view:
        if uri:
            named = find(view, Lot, f"lot:{uri}")
            if named is None:
                raise NotFoundError("name_unknown", name=uri)
            return shapes.shown(shapes.Lots(lots=[named]))
        after = f"lot:{page.after}" if page.after else ""
        facts = view.facts_of("lot", after, page.limit + 1)
    lots, has_more = cut([fact for fact in facts if isinstance(fact, Lot)], page)
    headers = page.link(lots[-1].id) if has_more else {}
    return shapes.shown(shapes.Lots(lots=lots), headers=headers)


@router.get(
    "/lots/{gtin}/{lot}",
    operation_id="get_lot",
    summary="One lot",
    responses={200: says(shapes.LotShown, "The lot as it is now."), **PROBLEM},
)
def get_lot(ledger: Here, gtin: Gtin, lot: LotCode) -> Response:
    """Return a lot as it is now, and the entries that changed it."""
    key = f"lot:{_uri(gtin, lot)}"
    with ledger.reading() as view:
        found = find(view, Lot, key)
        if found is None:
            raise NotFoundError("name_unknown", name=_uri(gtin, lot))
        entries = view.mentions([key], view.head().size)[key]
        lost = claims_lost(view, found.id)
    return shapes.shown(shapes.LotShown(lot=found, entries=list(entries), claims_lost=lost))


@router.get(
    "/lots/{gtin}/{lot}/trace",
    operation_id="trace_lot",
    summary="Where a lot came from, or where it went",
    responses={200: says(shapes.Trace, "Links between lots, nearest first."), **PROBLEM},
)
def trace_lot(
    ledger: Here,
    gtin: Gtin,
    lot: LotCode,
    direction: Annotated[
        Literal["back", "forward"], Query(description="Towards the field, or the buyer.")
    ] = "back",
    limit: Annotated[Count, Query(ge=1, le=LINKS_MAX, description="At most so many.")] = LINKS_MAX,
) -> Response:
    """Follow a lot back to the fields or forward to the bags."""
    uri = _uri(gtin, lot)
    with ledger.reading() as view:
        if find(view, Lot, f"lot:{uri}") is None:
            raise NotFoundError("name_unknown", name=uri)
        route = follow(view, [uri], direction, limit)
    links = [
        Moved(source=source, target=target, index=index, mass_g=mass_g)
        for source, target, index, mass_g in route.links
    ]
    ends = [link.source if direction == "back" else link.target for link in links]
    return shapes.shown(
        shapes.Trace(
            lot=uri,
            direction=direction,
            lots=list(dict.fromkeys(ends)),
            links=links,
            is_whole=route.is_whole,
        )
    )


@router.get(
    "/lots/{gtin}/{lot}/epcis",
    operation_id="get_lot_epcis",
    summary="The history of a lot for other systems",
    responses={
        200: sends("application/ld+json", "An EPCISDocument with master data."),
        **PROBLEM,
    },
)
def get_lot_epcis(ledger: Here, gtin: Gtin, lot: LotCode) -> Response:
    """Return every event behind a lot and of the lot itself, with what their names mean."""
    name = _ODD.sub("_", f"{gtin}-{unquote(lot)}")
    headers = {
        "Cache-Control": "no-store",
        "Content-Disposition": f'attachment; filename="{name}.epcis.json"',
        **ANYBODY,
    }
    body = ledger.epcis_history(_uri(gtin, lot))
    return Response(body, 200, headers, "application/ld+json")


@router.get(
    "/lots/{gtin}/{lot}/lotfile",
    operation_id="get_lot_file",
    summary="What checks the codes of a lot where there is no network",
    responses={
        200: sends("application/octet-stream", "A rice-ledger/lot-file@v1, docs/formats.md."),
        304: {"description": "The file named in `If-None-Match` is the newest there is."},
        **PROBLEM,
    },
    dependencies=[Depends(admitted_to_lot)],
)
def get_lot_file(request: Request, ledger: Here, gtin: Gtin, lot: LotCode) -> Response:
    """Return the signed file of a lot at the last checkpoint, to be kept on an inspector's phone.

    It is as of the last ten minutes or the last entry. It is refused with 409, to be asked for
    again, while entries are not published yet (`head_moved`) or another lot's digests are being
    made (`lot_file_in_turn`); and for good where a lot has very many labels and its digests were
    never made (`lot_file_unmade`). What checks a code against it must be trusted some other way.
    """
    body = ledger.published_lot_file(_uri(gtin, lot))
    tag = f'"{sha256(body).hexdigest()[:32]}"'
    name = _ODD.sub("_", f"{gtin}-{unquote(lot)}")
    headers = {
        "Cache-Control": "public, max-age=60",
        "Content-Disposition": f'attachment; filename="{name}.lot"',
        "ETag": tag,
        **ANYBODY,
    }
    if tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return Response(body, 200, headers, "application/octet-stream")


@router.get(
    "/trace",
    operation_id="trace",
    summary="What came of something, and where it is now",
    responses={200: says(Affected, "Rows of everything found."), **PROBLEM},
)
def trace(
    ledger: Here,
    scope: Annotated[
        str,
        Query(
            max_length=400,
            description="An area or input, with a season or without; a lot, a pallet, a container,"
            " a batch of labels.",
            examples=["area:VN-CTOR-0001/DX-2026", "container:ZZDU1616955"],
        ),
    ],
    direction: Annotated[
        Literal["back", "forward"], Query(description="Towards the field, or the buyer.")
    ] = "forward",
    limit: Annotated[
        Count, Query(ge=1, le=LINKS_MAX, description="Follow at most so many links.")
    ] = LINKS_MAX,
) -> Response:
    """Follow a scope forward to lots, pallets, containers and labels, or back to areas."""
    return shapes.shown(ledger.affected(read_scope(scope), direction, links_max=limit))


@router.get(
    "/bundles/{gtin}/{lot}/{serial}",
    operation_id="get_bundle",
    summary="The evidence for one bag",
    responses={
        200: sends("application/json", "A rice-ledger/bundle@v1, to be judged anywhere."),
        **PROBLEM,
    },
    dependencies=[Depends(admitted)],
)
def get_bundle(ledger: Here, gtin: Gtin, lot: LotCode, serial: str) -> Response:
    """Return everything needed to judge one bag, offline, as a file to keep."""
    name = _ODD.sub("_", f"{gtin}-{unquote(lot)}-{serial}")
    headers = {
        "Cache-Control": "no-store",
        "Content-Disposition": f'attachment; filename="{name}.bundle.json"',
        **ANYBODY,
    }
    body = ledger.bundle(gtin, unquote(lot), serial)
    return Response(body, 200, headers, "application/json")


@router.get(
    "/bundles/{gtin}/{lot}/{serial}/packed",
    operation_id="get_packed_bundle",
    summary="The evidence for one bag, for a phone",
    responses={
        200: sends("application/octet-stream", "A rice-ledger/packed@v1, docs/formats.md."),
        **PROBLEM,
    },
    dependencies=[Depends(admitted)],
)
def get_packed_bundle(
    request: Request, ledger: Here, gtin: Gtin, lot: LotCode, serial: str
) -> Response:
    """Return the same evidence in half as many bytes, to be written out before it is judged."""
    headers = {"Cache-Control": "no-store", "Vary": "Accept-Encoding"}
    body = pack(read_bundle(ledger.bundle(gtin, unquote(lot), serial)))
    coding = coding_for(request.headers.get("accept-encoding", ""))
    if coding:
        headers["Content-Encoding"] = coding
    return Response(encode(coding, body), 200, headers, "application/octet-stream")


def _uri(gtin: str, lot: str) -> str:
    """Return the name of a lot; the path carries it percent-encoded, as the name does."""
    return f"https://id.gs1.org/01/{gtin}/10/{lot}"
