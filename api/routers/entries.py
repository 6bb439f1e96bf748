"""Writing statements, and reading the entries they became."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from hashlib import sha256
from typing import Annotated, Any, cast

from anyio import to_thread
from fastapi import APIRouter, Query
from fastapi.routing import APIRoute
from msgspec import UNSET
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from api import problems, shapes
from api.door import Door, Outcome
from api.openapi import PROBLEM, says, sends
from api.parameters import Count, Here, Index, Limit
from api.problems import RefusedItem, UnsupportedError
from ledger.errors import ConflictError, LedgerError, MalformedError, NotFoundError
from ledger.log import encoding
from ledger.log.entry import parse_entry
from ledger.log.statement import STATEMENT_LENGTH_MAX
from ledger.sequencer import receipt_of
from ledger.service import Ledger
from ledger.store.store import Reading

ONE = ("application/jose", "application/jose+json", "application/vc+jwt", "text/plain")
ONE_OR_ANY = (*ONE, "application/octet-stream")
MANY = ("application/jsonl", "application/x-ndjson")
BODY_LENGTH_MAX = 32_000_000
ITEMS_MAX = 10_000
_SHOWN_KINDS = frozenset({"act", "attestation"})
"""Acts in office and attestations are a public register; events are shown inside bundles."""
_HEX_LENGTH = 64


class LeanRoute(APIRoute):
    """A route whose handler takes the request itself: nothing is solved or validated before it."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return the endpoint as it is."""
        return cast("Callable[[Request], Coroutine[Any, Any, Response]]", self.endpoint)


writing = APIRouter(tags=["writing"], route_class=LeanRoute)
router = APIRouter(tags=["entries"])

_EXAMPLE = {
    "index": 412,
    "statement": "BlHcMJncs6U0o4V+NZox29GdeZcDxP7Vy96dG92U3q8=",
    "leaf_hash": "w7GZ6QmQ7H3l8GqT0tY5m0lq9Jb1f2q2l3r5p6s7t8U=",
    "recorded_at": "2026-03-02T08:40:00.000Z",
    "warnings": [],
    "proof": "/entries/412/proof",
}
_BODY = {
    "requestBody": {
        "required": True,
        "content": {
            **{
                media_type: {"schema": {"type": "string", "maxLength": STATEMENT_LENGTH_MAX}}
                for media_type in ONE_OR_ANY
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


@writing.post(
    "/entries",
    operation_id="send_statements",
    summary="Send one signed statement, or many",
    status_code=201,
    responses={
        201: says(shapes.Receipt, "Recorded: the receipt of one statement.", _EXAMPLE),
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
async def send_statements(request: Request) -> Response:
    """Record statements. The same bytes sent again get the same receipt."""
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type in ONE_OR_ANY:
        return await _send_one(request)
    if media_type in MANY:
        return await _send_many(request, media_type)
    raise UnsupportedError(
        "media_type_refused", type=media_type or "-", accepted=", ".join([*ONE_OR_ANY, *MANY])
    )


async def _send_one(request: Request) -> Response:
    data = await _read_body(request, STATEMENT_LENGTH_MAX)
    outcome = await _door(request).append(data)
    if isinstance(outcome.answer, LedgerError):
        language = problems.language_of(request)
        digest = encoding.encode_base64(sha256(data).digest())
        problem = problems.problem_of(outcome.answer, language, statement=digest)
        return problems.answer(problem, language)
    receipt = shapes.receipt(outcome.answer)
    if not outcome.is_new:
        return shapes.shown(receipt)
    return shapes.shown(receipt, 201, {"Location": f"/entries/{receipt.index}"})


async def _send_many(request: Request, media_type: str) -> Response:
    together = _read_together(request.query_params.get("together", "false"))
    lines = (await _read_body(request, BODY_LENGTH_MAX)).removesuffix(b"\n").split(b"\n")
    if len(lines) > ITEMS_MAX:
        raise MalformedError("too_many", count=len(lines), limit=ITEMS_MAX)
    door, ledger = _door(request), cast("Ledger", request.app.state.ledger)
    statements = [_read_line(line) for line in lines]
    size = door.size
    answers = await to_thread.run_sync(lambda: ledger.append(statements, together=together))
    outcomes = door.seen(answers, size)
    language = problems.language_of(request)
    told = [
        _answered(data, outcome, language)
        for data, outcome in zip(statements, outcomes, strict=True)
    ]
    if together and any(isinstance(answer, LedgerError) for answer in answers):
        return _refused_together(told, language)
    body = b"\n".join(map(shapes.encode, told)) + b"\n"
    return Response(body, 200, {"Cache-Control": "no-store"}, media_type)


def _answered(data: bytes, outcome: Outcome, language: str) -> shapes.Answered:
    if isinstance(outcome.answer, LedgerError):
        digest = encoding.encode_base64(sha256(data).digest())
        problem = problems.problem_of(outcome.answer, language, statement=digest)
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


@router.get(
    "/entries",
    operation_id="list_entries",
    summary="Entries in order",
    responses={200: says(shapes.Entries, "Entries from `start` on."), **PROBLEM},
)
def list_entries(
    ledger: Here,
    start: Annotated[Count, Query(description="The first entry wanted.")] = 0,
    limit: Limit = 100,
) -> Response:
    """Return entries from a place on; `Link: rel=next` leads to those after them."""
    with ledger.reading() as view:
        size = view.head().size
        entries = list(_shown_entries(view, start, min(start + limit, size)))
    following = start + len(entries)
    headers = {}
    if entries and following < size:
        headers["Link"] = f'</entries?start={following}&limit={limit}>; rel="next"'
    return shapes.shown(shapes.Entries(size=size, entries=entries), headers=headers)


@router.get(
    "/entries/{index}",
    operation_id="get_entry",
    summary="One entry",
    responses={200: says(shapes.Entry, "The entry."), **PROBLEM},
)
def get_entry(ledger: Here, index: Index) -> Response:
    """Return an entry: its leaf, its statement where that may be shown, its warnings."""
    with ledger.reading() as view:
        entries = _shown_entries(view, index, index + 1)
    if not entries:
        raise NotFoundError("entry_unknown", index=index)
    return shapes.shown(entries[0])


@router.get(
    "/entries/{index}/proof",
    operation_id="get_proof",
    summary="Proof that an entry is in the log",
    responses={
        200: sends("text/plain", "A c2sp.org/tlog-proof under the last checkpoint."),
        **PROBLEM,
    },
)
def get_proof(ledger: Here, index: Index) -> Response:
    """Return the proof of an entry, once a checkpoint covers it."""
    headers = {"Cache-Control": "max-age=5", "Access-Control-Allow-Origin": "*"}
    return Response(ledger.tlog_proof(index), 200, headers, "text/plain; charset=utf-8")


@router.get(
    "/proofs/consistency",
    operation_id="get_consistency",
    summary="Proof that the log only grew",
    responses={200: says(shapes.Consistency, "The hashes, as RFC 6962 orders them."), **PROBLEM},
)
def get_consistency(
    ledger: Here,
    old: Annotated[Count, Query(description="The smaller size.")],
    new: Annotated[Count, Query(description="The larger size, at most the published one.")],
) -> Response:
    """Return the proof that the log of `new` entries begins with that of `old`."""
    published = ledger.published().size
    if new > published:
        raise NotFoundError("not_published", index=new, size=published)
    hashes = list(map(encoding.encode_base64, ledger.prove_consistency(old, new)))
    headers = {"Access-Control-Allow-Origin": "*"}
    return shapes.shown(shapes.Consistency(old=old, new=new, hashes=hashes), headers=headers)


@router.get(
    "/receipts/{digest}",
    operation_id="get_receipt",
    summary="The receipt of a statement",
    responses={200: says(shapes.Receipt, "The receipt.", _EXAMPLE), **PROBLEM},
)
def get_receipt(ledger: Here, digest: str) -> Response:
    """Return the receipt of a statement, by the lower-case hex of its SHA-256."""
    try:
        raw = bytes.fromhex(digest)
    except ValueError as error:
        raise MalformedError("question_refused", what="digest") from error
    if len(digest) != _HEX_LENGTH or raw.hex() != digest:
        raise MalformedError("question_refused", what="digest")
    index = ledger.find(raw)
    if index is None:
        raise NotFoundError("statement_unknown", digest=digest)
    return shapes.shown(shapes.receipt(ledger.receipt(index)))


def _shown_entries(view: Reading, start: int, stop: int) -> list[shapes.Entry]:
    data = {index: signed for index, _, signed in view.statements(start, stop)}
    entries = []
    for row in view.entries(start, stop):
        index, leaf, hashed, _ = row
        kind = parse_entry(leaf).kind
        taken = shapes.receipt(receipt_of(row))
        entries.append(
            shapes.Entry(
                index=index,
                kind=kind,
                recorded_at=taken.recorded_at,
                leaf=leaf.decode("ascii"),
                leaf_hash=encoding.encode_base64(hashed),
                statement=taken.statement,
                warnings=taken.warnings,
                data=data[index].decode("utf-8") if kind in _SHOWN_KINDS else UNSET,
            )
        )
    return entries


async def _read_body(request: Request, limit: int) -> bytes:
    """Return the body; one that is too long is refused before it is read to its end."""
    announced = request.headers.get("content-length", "")
    if announced.isdecimal() and int(announced) > limit:
        raise MalformedError("oversized", length=int(announced), limit=limit)
    body = bytearray()
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > limit:
                raise MalformedError("oversized", length=len(body), limit=limit)
    except ClientDisconnect as error:
        raise MalformedError("malformed", what="a body that breaks off") from error
    return bytes(body)


def _read_line(line: bytes) -> bytes:
    """Return the statement a line holds; what is none of either form is left to be refused."""
    if line.startswith(b'"') and line.endswith(b'"') and b"\\" not in line:
        return line[1:-1]
    return line


def _read_together(text: str) -> bool:
    if text not in {"true", "false"}:
        raise MalformedError("question_refused", what="together: true, false")
    return text == "true"


def _door(request: Request) -> Door:
    """Return the door of this application; it opens with the first statement."""
    state = request.app.state
    if state.door is None:
        state.door = Door(state.ledger.submit, state.ledger.size)
    return cast("Door", state.door)
