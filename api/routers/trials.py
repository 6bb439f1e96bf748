"""What would become of a payload, asked before anybody signs it. Nothing is recorded."""

from __future__ import annotations

from typing import Any, cast

from anyio import to_thread
from fastapi import APIRouter
from msgspec import ValidationError, convert
from starlette.requests import Request
from starlette.responses import Response

from api import shapes
from api.openapi import PROBLEM, says
from api.parameters import Here
from api.problems import Problem, UnsupportedError, language_of, problem_of
from api.routers.writing import read_body
from ledger.errors import MalformedError
from ledger.log import encoding
from ledger.sequencer import Clock
from ledger.trial import Trial, try_payload

JSON = "application/json"
BODY_LENGTH_MAX = 100_000

router = APIRouter(tags=["writing"])

_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {JSON: {"schema": {"$ref": "#/components/schemas/TrialQuestion"}}},
    }
}


@router.post(
    "/trials",
    operation_id="try_statement",
    summary="What would become of a statement",
    responses={200: says(shapes.TrialAnswer, "What the rules say now."), **PROBLEM},
    openapi_extra=_BODY,
)
async def try_statement(request: Request, ledger: Here) -> Response:
    """Judge a payload as if the keys named had signed it now. Only advice: others may be first."""
    announced = request.headers.get("content-length", "").encode("latin-1")
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type != JSON:
        raise UnsupportedError("media_type_refused", type=media_type or "-", accepted=JSON)
    asked = _read(await read_body(announced, request.receive, BODY_LENGTH_MAX))
    payload = encoding.decode_base64url(asked.payload)
    clock = cast("Clock", request.app.state.clock)

    def judged() -> Trial:
        with ledger.reading() as view:
            return try_payload(view, asked.typ, payload, asked.kids, clock())

    return shapes.shown(_told(await to_thread.run_sync(judged), language_of(request)))


def _read(body: bytes) -> shapes.TrialQuestion:
    try:
        return convert(encoding.parse_json(body), shapes.TrialQuestion)
    except ValidationError as error:
        raise MalformedError("malformed", what="typ, payload, kids") from error


def _told(trial: Trial, language: str) -> shapes.TrialAnswer:
    def problems(refusals: tuple[Any, ...]) -> list[Problem]:
        return [problem_of(one, language) for one in refusals]

    return shapes.TrialAnswer(
        accepted=trial.refusal is None,
        cautions=problems(trial.cautions),
        slips=problems(trial.slips),
        refusal=problem_of(trial.refusal, language) if trial.refusal else None,
    )
