"""The one door for writing: signed statements come in, receipts and problems go out.

`Entrance` is plain ASGI and stands before the framework (`guard`): between a request and the
ledger there is only what HTTP needs.
"""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from anyio import to_thread
from fastapi.routing import APIRoute
from msgspec import UNSET
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from api import problems, shapes
from api.door import Door, Outcome
from api.openapi import PROBLEM, RECEIPT, says
from api.problems import Problem, RefusedItem, UnsupportedError
from ledger.errors import ConflictError, LedgerError, MalformedError
from ledger.log import encoding
from ledger.log.statement import STATEMENT_LENGTH_MAX
from ledger.service import Ledger

ONE = (
    "application/jose",
    "application/jose+json",
    "application/vc+jwt",
    "text/plain",
    "application/octet-stream",
)
MANY = ("application/jsonl", "application/x-ndjson")
BODY_LENGTH_MAX = 32_000_000
ITEMS_MAX = 10_000

_ONE = {name.encode(): name for name in ONE}
_MANY = {name.encode(): name for name in MANY}

_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            **{
                media_type: {"schema": {"type": "string", "maxLength": STATEMENT_LENGTH_MAX}}
                for media_type in ONE
            },
            **{
                media_type: {
                    "schema": {
                        "type": "string",
                        "description": f"At most {ITEMS_MAX:,} lines: a compact JWS as a JSON"
                        " string, or a general JWS as the very JSON object that was signed.",
                    }
                }
                for media_type in MANY
            },
        },
    },
    "parameters": [
        {
            "name": "together",
            "in": "query",
            "description": "Of many statements: record none unless all are accepted.",
            "schema": {"type": "boolean", "default": False},
        }
    ],
}


class Entrance:
    """Where statements come in. Belongs to one event loop once the first has come."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._opened: Door | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, before the framework is asked."""
        request = Request(scope, receive)
        try:
            response = await self.answer(request)
        except LedgerError as refusal:
            response = await problems.on_refusal(request, refusal)
        await response(scope, receive, send)

    async def answer(self, request: Request) -> Response:
        """Record statements. The same bytes sent again get the same receipt."""
        headers = dict(request.scope["headers"])
        media_type = headers.get(b"content-type", b"").partition(b";")[0].strip().lower()
        announced = headers.get(b"content-length", b"")
        if media_type in _ONE:
            data = await read_body(announced, request.receive, STATEMENT_LENGTH_MAX)
            return _one(request, data, await self._door.append(data))
        if media_type in _MANY:
            data = await read_body(announced, request.receive, BODY_LENGTH_MAX)
            return await self._many(request, data, _MANY[media_type])
        told = media_type.decode("latin-1") or "-"
        raise UnsupportedError("media_type_refused", type=told, accepted=", ".join([*ONE, *MANY]))

    @property
    def _door(self) -> Door:
        if self._opened is None:
            self._opened = Door(self._ledger.submit, self._ledger.size)
        return self._opened

    async def _many(self, request: Request, body: bytes, media_type: str) -> Response:
        together = _read_together(request.query_params.get("together", "false"))
        lines = body.removesuffix(b"\n").split(b"\n")
        if len(lines) > ITEMS_MAX:
            raise MalformedError("too_many", count=len(lines), limit=ITEMS_MAX)
        statements = [_read_line(line) for line in lines]
        door = self._door
        size = door.size
        answers = await to_thread.run_sync(
            lambda: self._ledger.append(statements, together=together)
        )
        outcomes = door.seen(answers, size)
        language = problems.language_of(request)
        told = [
            _answered(data, outcome, language)
            for data, outcome in zip(statements, outcomes, strict=True)
        ]
        if together and any(isinstance(answer, LedgerError) for answer in answers):
            return _refused_together(told, language)
        lines = list(map(shapes.encode, told))
        return Response(b"\n".join([*lines, b""]), 200, {"Cache-Control": "no-store"}, media_type)


def route(entrance: Entrance) -> APIRoute:
    """Return the entrance as the framework lists and describes it."""
    return APIRoute(
        "/entries",
        entrance.answer,
        methods=["POST"],
        tags=["writing"],
        operation_id="send_statements",
        summary="Send one signed statement, or many",
        status_code=201,
        responses={
            201: says(shapes.Receipt, "Recorded: the receipt of one statement.", RECEIPT),
            200: {
                "description": "One statement that was already there: its receipt. Many: one line"
                " for each, in order.",
                "content": {
                    "application/json": {"schema": {"$ref": "#/components/schemas/Receipt"}},
                    "application/jsonl": {"schema": {"$ref": "#/components/schemas/Answered"}},
                },
            },
            **PROBLEM,
        },
        openapi_extra=_BODY,
    )


def _one(request: Request, data: bytes, outcome: Outcome) -> Response:
    if isinstance(outcome.answer, LedgerError):
        language = problems.language_of(request)
        problems.tell(request, outcome.answer)
        return problems.answer(_problem(data, outcome.answer, language), language)
    receipt = shapes.receipt(outcome.answer)
    if not outcome.is_new:
        return shapes.shown(receipt)
    return shapes.shown(receipt, 201, {"Location": f"/entries/{receipt.index}"})


def _problem(data: bytes, refusal: LedgerError, language: str) -> Problem:
    digest = encoding.encode_base64(sha256(data).digest())
    return problems.problem_of(refusal, language, statement=digest)


def _answered(data: bytes, outcome: Outcome, language: str) -> shapes.Answered:
    if isinstance(outcome.answer, LedgerError):
        problem = _problem(data, outcome.answer, language)
        return shapes.Answered(status=problem.status, problem=problem)
    receipt = shapes.receipt(outcome.answer)
    return shapes.Answered(status=201 if outcome.is_new else 200, receipt=receipt)


def _refused_together(told: list[shapes.Answered], language: str) -> Response:
    items = [
        RefusedItem(number=number, problem=one.problem)
        for number, one in enumerate(told, 1)
        if one.problem is not UNSET and one.problem.code != "refused_together"
    ]
    refusal = ConflictError("refused_together", number=items[0].number)
    return problems.answer(problems.problem_of(refusal, language, items=items), language)


def _read_line(line: bytes) -> bytes:
    """Return the statement a line holds; what is none of either form is left to be refused."""
    if line.startswith(b'"') and line.endswith(b'"') and b"\\" not in line:
        return line[1:-1]
    return line


async def read_body(announced: bytes, receive: Receive, limit: int) -> bytes:
    """Return the body; one that is too long is refused before it is read to its end."""
    # Twenty digits are enough to be too long; reading thousands of them is work, or refused.
    length = int(announced[:20]) if announced.isdigit() else 0
    if length > limit:
        raise MalformedError("oversized", length=length, limit=limit)
    chunks: list[bytes] = []
    length, has_more = 0, True
    while has_more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise MalformedError("malformed", what="a body that breaks off")
        chunks.append(message.get("body", b""))
        length += len(chunks[-1])
        if length > limit:
            raise MalformedError("oversized", length=length, limit=limit)
        has_more = message.get("more_body", False)
    return b"".join(chunks)


def _read_together(text: str) -> bool:
    if text not in {"true", "false"}:
        raise MalformedError("question_refused", what="together: true, false")
    return text == "true"
