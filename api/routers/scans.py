"""What a bag's page says beside its verdict, for programs."""

from __future__ import annotations

from urllib.parse import unquote

from fastapi import APIRouter, Depends
from starlette.responses import Response

from api import shapes
from api.admission import Counted, admitted
from api.openapi import PROBLEM, says
from api.parameters import Gtin, Here, LotCode
from ledger.errors import NotFoundError

router = APIRouter(tags=["lots"])


@router.get(
    "/scans/{gtin}/{lot}/{serial}",
    operation_id="get_scans",
    summary="Whether a bag was seen in several places",
    responses={
        200: says(shapes.ScansShown, "A note beside the verdict, if one is due."),
        **PROBLEM,
    },
    dependencies=[Depends(admitted)],
)
def get_scans(ledger: Here, scans: Counted, gtin: Gtin, lot: LotCode, serial: str) -> Response:
    """Return the headline of a bag's verdict and, apart from it, where the bag was seen.

    A note never changes the verdict. Counts below the thresholds are nobody's business: they would
    tell a buyer's neighbours when the bag was looked at. Asking is not counted.
    """
    verdict = ledger.judge(gtin, unquote(lot), serial)
    if verdict.bag is None:
        raise NotFoundError("code_unknown", serial=serial[:80])
    note = scans.note(verdict.bag) if scans else None
    return shapes.shown(
        shapes.ScansShown(
            headline=verdict.headline,
            is_counted=scans is not None and scans.settings.counting,
            note=shapes.scan_note(note) if note else None,
        )
    )
