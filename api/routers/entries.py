"""The entries statements became, receipts, and proofs."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from msgspec import UNSET
from starlette.responses import Response

from api import shapes
from api.openapi import PROBLEM, RECEIPT, says, sends
from api.parameters import Count, Here, Index, Limit
from api.routers.log import ANYBODY
from ledger.errors import MalformedError, NotFoundError
from ledger.log import encoding
from ledger.log.entry import parse_entry
from ledger.log.statement import parse_statement
from ledger.sequencer import receipt_of
from ledger.store.store import Reading

_SHOWN_KINDS = frozenset({"act", "attestation"})
"""Acts in office and attestations are a public register; events are shown inside bundles."""
_HEX_LENGTH = 64
_SIGNED_TYPES = ("application/jose", "application/jose+json", "application/vc+jwt")
"""One signature, several, and a credential."""


router = APIRouter(tags=["entries"])


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
        # Asked for the last number there is, no database could count to the one behind it.
        entries = _shown_entries(view, index, min(index + 1, view.head().size))
    if not entries:
        raise NotFoundError("entry_unknown", index=index)
    return shapes.shown(entries[0])


@router.get(
    "/entries/{index}/statement",
    operation_id="get_statement",
    summary="A statement as it was signed",
    responses={
        200: sends(_SIGNED_TYPES, "The bytes that the entry's digest is of."),
        **PROBLEM,
    },
)
def get_statement(ledger: Here, index: Index) -> Response:
    """Return an act or an attestation byte for byte; events are shown inside bundles."""
    with ledger.reading() as view:
        if index >= view.head().size or parse_entry(view.entry(index)[1]).kind not in _SHOWN_KINDS:
            raise NotFoundError("entry_unknown", index=index)
        data = view.statement(index)
    return Response(data, 200, {"Cache-Control": "max-age=60", **ANYBODY}, _media_type(data))


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
    responses={200: says(shapes.Receipt, "The receipt.", RECEIPT), **PROBLEM},
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


def _media_type(data: bytes) -> str:
    signed = parse_statement(data)
    if len(signed.signatures) > 1:
        return "application/jose+json"
    return "application/vc+jwt" if signed.typ == "vc+jwt" else "application/jose"


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
