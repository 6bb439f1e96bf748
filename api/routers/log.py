"""The log as files, exactly as c2sp.org/tlog-tiles lays them out."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from api.openapi import PROBLEM, sends
from api.parameters import Here
from api.problems import AddressError
from ledger.errors import MalformedError
from ledger.log.tiles import parse_tile_path

router = APIRouter(tags=["log"])

ANYBODY = {"Access-Control-Allow-Origin": "*", "Cross-Origin-Resource-Policy": "cross-origin"}
CHECKPOINT_HEADERS = {"Cache-Control": "max-age=5", **ANYBODY}
TILE_HEADERS = {"Cache-Control": "public, max-age=31536000, immutable", **ANYBODY}


@router.get(
    "/checkpoint",
    operation_id="get_checkpoint",
    summary="The signed size and root of the log",
    responses={200: sends("text/plain", "A c2sp.org/tlog-checkpoint."), **PROBLEM},
)
def get_checkpoint(ledger: Here) -> Response:
    """Return the last checkpoint, with the cosignatures gathered so far."""
    return Response(ledger.checkpoint(), 200, CHECKPOINT_HEADERS, "text/plain; charset=utf-8")


@router.get(
    "/tile/{path:path}",
    operation_id="get_tile",
    summary="A tile of the tree, or a bundle of entries",
    responses={
        200: sends("application/octet-stream", "Hashes, or entries each after its length."),
        **PROBLEM,
    },
)
def get_tile(ledger: Here, path: str) -> Response:
    """Return `tile/<L>/<N>[.p/<W>]` or `tile/entries/<N>[.p/<W>]` as far as it is published."""
    try:
        tile = parse_tile_path(f"tile/{path}")
    except MalformedError as error:
        raise AddressError("address_unknown", path=f"/tile/{path}") from error
    if tile.level is None:
        data = ledger.entry_bundle(tile.index, tile.width)
    else:
        data = ledger.tile(tile.level, tile.index, tile.width)
    return Response(data, 200, TILE_HEADERS, "application/octet-stream")
