"""Who may speak, where rice grows, and who vouches for it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Annotated, Any
from urllib.parse import unquote

from fastapi import APIRouter, Path, Query
from msgspec import json
from starlette.requests import Request
from starlette.responses import Response

from api import shapes
from api.openapi import PROBLEM, says, sends
from api.parameters import ROWS_MAX, Here, Page, Paged, cut
from api.routers.log import ANYBODY
from ledger.dids import document_of, keys_of
from ledger.dossier import Dossier, dossier
from ledger.errors import NotFoundError
from ledger.log.note import parse_vkey
from ledger.rice.accreditation_facts import Accreditation
from ledger.rice.certificate_facts import (
    Attestation,
)
from ledger.rice.did_documents import ledger_document
from ledger.rice.facts import (
    Actor,
    Area,
    F,
    Fact,
    Founding,
    find,
)
from ledger.store.store import Reading

router = APIRouter(tags=["register"])


@router.get(
    "/actors",
    operation_id="list_actors",
    summary="Organisations",
    responses={200: says(shapes.Actors, "In order of their ids."), **PROBLEM},
)
def list_actors(ledger: Here, page: Paged) -> Response:
    """Return the organisations registered here."""
    with ledger.reading() as view:
        actors, headers = _listed(view, Actor, "actor", page)
    return shapes.shown(shapes.Actors(actors=actors), headers=headers)


@router.get(
    "/actors/{actor}",
    operation_id="get_actor",
    summary="One organisation and its keys",
    responses={200: says(shapes.ActorShown, "The organisation."), **PROBLEM},
)
def get_actor(ledger: Here, actor: str) -> Response:
    """Return an organisation, its offices, and every key it has held."""
    with ledger.reading() as view:
        found = _actor(view, actor)
        keys = keys_of(view, actor)
    return shapes.shown(shapes.ActorShown(actor=found, keys=keys))


@router.get(
    "/actors/{actor}/did.json",
    operation_id="get_did_document",
    summary="An organisation's DID document",
    responses={200: sends("application/did+json", "As did:web finds it."), **PROBLEM},
)
def get_did_document(request: Request, ledger: Here, actor: str) -> Response:
    """Return the keys of an organisation in the form that other credential tools read."""
    with ledger.reading() as view:
        document = document_of(view, actor, request.app.state.clock())
    return _document(document)


@router.get(
    "/.well-known/did.json",
    operation_id="get_ledger_did_document",
    summary="The ledger's own DID document",
    responses={200: sends("application/did+json", "As did:web finds it."), **PROBLEM},
)
def get_ledger_did_document(ledger: Here) -> Response:
    """Return the key of the log in the form that other credential tools read."""
    with ledger.reading() as view:
        founding = find(view, Founding, "ledger:")
    assert founding is not None, "a ledger begins with its founding"
    key = parse_vkey(ledger.log_key).public
    assert key is not None, "the log signs with Ed25519"
    return _document(ledger_document(founding.host, key))


@router.get(
    "/accreditations",
    operation_id="list_accreditations",
    summary="Who may vouch",
    responses={200: says(shapes.Accreditations, "In order of their ids."), **PROBLEM},
)
def list_accreditations(
    ledger: Here,
    page: Paged,
    *,
    scheme: Annotated[str, Query(description="The scheme it is under.")] = "",
    actor: Annotated[str, Query(description="The accredited body, by actor id.")] = "",
    role: Annotated[str, Query(description="What it is for, such as confirmer.")] = "",
) -> Response:
    """Return accreditations with their lives; each condition given narrows the list."""

    def is_wanted(one: Accreditation) -> bool:
        return scheme in {"", one.scheme} and actor in {"", one.actor} and role in {"", one.role}

    with ledger.reading() as view:
        every = _every(view, Accreditation, "accreditation", page.after)
        found = list(islice(filter(is_wanted, every), page.limit + 1))
    rows, has_more = cut(found, page)
    headers = page.link(rows[-1].id) if has_more else {}
    return shapes.shown(shapes.Accreditations(accreditations=rows), headers=headers)


@router.get(
    "/areas",
    operation_id="list_areas",
    summary="Planting areas",
    responses={200: says(shapes.Areas, "In order of their codes."), **PROBLEM},
)
def list_areas(ledger: Here, page: Paged) -> Response:
    """Return the planting areas registered here, each with the life of its code."""
    with ledger.reading() as view:
        areas, headers = _listed(view, Area, "area", page)
    return shapes.shown(shapes.Areas(areas=areas), headers=headers)


@router.get(
    "/areas/{code}",
    operation_id="get_area",
    summary="One planting area",
    responses={200: says(Area, "The area and the life of its code."), **PROBLEM},
)
def get_area(ledger: Here, code: str) -> Response:
    """Return a planting area."""
    with ledger.reading() as view:
        area = find(view, Area, f"area:{code}")
    if area is None:
        raise NotFoundError("name_unknown", name=code)
    return shapes.shown(area)


@router.get(
    "/areas/{code}/dossier/{season}",
    operation_id="get_dossier",
    summary="An area's season as the ledger computed it",
    responses={200: says(Dossier, "Figures, each with the entries behind it."), **PROBLEM},
)
def get_dossier(
    ledger: Here,
    code: str,
    season: Annotated[
        str,
        Path(description="A season.", pattern=r"^(DX|HT|TD)-20[0-9]{2}$", examples=["DX-2026"]),
    ],
) -> Response:
    """Return what whoever vouches for an area's season has to see, worked out from its entries."""
    with ledger.reading() as view:
        return shapes.shown(dossier(view, code, season))


@router.get(
    "/attestations",
    operation_id="list_attestations",
    summary="Attestations",
    responses={200: says(shapes.Attestations, "In order of their ids."), **PROBLEM},
)
def list_attestations(
    ledger: Here,
    page: Paged,
    *,
    number: Annotated[str, Query(description="The number on the paper.")] = "",
    scheme: Annotated[str, Query(description="The scheme it was given under.")] = "",
    area: Annotated[str, Query(description="An area it speaks of.")] = "",
    issuer: Annotated[str, Query(description="Who vouches, by actor id.")] = "",
    issued_to: Annotated[str, Query(description="For whom, by actor id.")] = "",
) -> Response:
    """Return attestations; each condition given narrows the list."""

    def is_wanted(one: Attestation) -> bool:
        return (
            number in {"", one.number}
            and scheme in {"", one.scheme}
            and (not area or area in one.areas)
            and issuer in {"", one.issuer}
            and issued_to in {"", one.issued_to}
        )

    found: list[Attestation] = []
    with ledger.reading() as view:
        for one in _every(view, Attestation, "attestation", page.after):
            if is_wanted(one):
                found.append(one)
            if len(found) > page.limit:
                break
    rows, has_more = cut(found, page)
    headers = page.link(rows[-1].id) if has_more else {}
    return shapes.shown(shapes.Attestations(attestations=rows), headers=headers)


@router.get(
    "/attestations/{name}",
    operation_id="get_attestation",
    summary="One attestation and its life",
    responses={200: says(shapes.AttestationShown, "The attestation."), **PROBLEM},
)
def get_attestation(ledger: Here, name: str) -> Response:
    """Return an attestation by its id (percent-encoded) or by the number on the paper."""
    wanted = unquote(name)
    with ledger.reading() as view:
        found = find(view, Attestation, f"attestation:{wanted}") or next(
            (one for one in _every(view, Attestation, "attestation") if one.number == wanted), None
        )
        if found is None:
            raise NotFoundError("name_unknown", name=wanted)
        entries = view.mentions([found.key], view.head().size)[found.key]
    return shapes.shown(shapes.AttestationShown(attestation=found, entries=list(entries)))


def _document(document: Mapping[str, Any]) -> Response:
    headers = {"Cache-Control": "max-age=60", **ANYBODY}
    return Response(json.encode(document), 200, headers, "application/did+json")


def _actor(view: Reading, actor: str) -> Actor:
    found = find(view, Actor, f"actor:{actor}")
    if found is None:
        raise NotFoundError("name_unknown", name=actor)
    return found


def _every(view: Reading, kind: type[F], prefix: str, after: str = "") -> Iterator[F]:
    """Yield the facts of a kind in order of their keys, from behind one of them."""
    last = f"{prefix}:{after}" if after else ""
    while rows := view.facts_of(prefix, last, ROWS_MAX):
        for fact in rows:
            assert isinstance(fact, kind)
            yield fact
        last = rows[-1].key


def _listed(
    view: Reading, kind: type[F], prefix: str, page: Page
) -> tuple[list[F], dict[str, str]]:
    """Return a page of facts of one kind, and the header that leads on."""
    after = f"{prefix}:{page.after}" if page.after else ""
    facts: list[Fact] = view.facts_of(prefix, after, page.limit + 1)
    rows, has_more = cut([fact for fact in facts if isinstance(fact, kind)], page)
    last = rows[-1].key.removeprefix(f"{prefix}:") if rows else ""
    return rows, page.link(last) if has_more else {}
