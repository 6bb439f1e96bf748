"""Whether the server is well, what its codes mean, and what a reader needs to believe it."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api import problems, shapes
from api.openapi import PROBLEM, says, sends
from api.parameters import Here
from api.problems import Code, Codes, codes
from api.routers.log import ANYBODY
from ledger.catalogue import RESOLVED_KEYS
from ledger.errors import LedgerError, NotFoundError
from ledger.operation.readiness import check_ready, told_time
from ledger.rice.digital_link import resolver_root

router = APIRouter(tags=["service"])


@router.get(
    "/trust",
    operation_id="get_trust",
    summary="What a reader may pin",
    responses={200: sends("application/json", "A rice-ledger/trust@v1 file."), **PROBLEM},
)
def get_trust(ledger: Here) -> Response:
    """Return the trust file of this ledger.

    Fetched from here it is only as good as this server; compare it with one from elsewhere.
    """
    headers = {"Cache-Control": "max-age=60", **ANYBODY}
    return Response(ledger.trust(), 200, headers, "application/json")


@router.get(
    "/.well-known/gs1resolver",
    operation_id="get_resolver",
    summary="What the GS1 resolver here resolves",
    responses={200: says(shapes.ResolverDescription, "Its keys and link types."), **PROBLEM},
)
def get_resolver(request: Request, ledger: Here) -> Response:
    """Return the description file of the resolver that answers Digital Links here."""
    host, resolver = request.headers.get("host", ""), request.app.state.resolver
    root = resolver_root(resolver, request.scope["scheme"], host)
    described = shapes.ResolverDescription(
        name=f"Rice ledger {ledger.origin}",
        resolver_root=root or resolver or "/",
        supported_primary_keys=list(RESOLVED_KEYS),
        supported_link_type=[
            shapes.LinkTypes(
                namespace="https://ref.gs1.org/voc/",
                prefix="gs1:",
                profile="https://ref.gs1.org/voc/?show=linktypes",
            )
        ],
        link_type_default_can_be_linkset=False,
        json_ld_context_location="https://ref.gs1.org/standards/resolver/linkset-context",
    )
    return shapes.shown(described, headers=ANYBODY)


@router.get(
    "/problems",
    operation_id="list_problems",
    summary="Every code and what it means",
    responses={200: says(Codes, "Rules in order of precedence, then the others."), **PROBLEM},
)
def list_problems() -> Response:
    """Return every code there is."""
    return shapes.shown(Codes(codes()))


@router.get(
    "/problems/{code}",
    operation_id="get_problem",
    summary="One code",
    responses={200: says(Code, "What it means."), **PROBLEM},
)
def get_problem(code: str) -> Response:
    """Return what a code means, and for a rule what it accepts."""
    found = next((one for one in codes() if one.code == code), None)
    if found is None:
        raise NotFoundError("name_unknown", name=code)
    return shapes.shown(found)


@router.get(
    "/health/live",
    operation_id="get_health",
    summary="Whether the server answers",
    responses={200: says(shapes.Health, "It does.")},
)
async def get_health(ledger: Here) -> Response:
    """Return at once, whatever the database does."""
    return shapes.shown(shapes.Health(ledger=ledger.origin))


@router.get(
    "/health/ready",
    operation_id="get_readiness",
    summary="Whether the ledger can be relied on now",
    responses={
        200: says(shapes.Readiness, "It writes, the database answers, the checkpoint keeps up."),
        **PROBLEM,
    },
)
def get_readiness(request: Request, ledger: Here) -> Response:
    """Return how far the log and its checkpoint are, or 503 with the code of what is not well."""
    state = request.app.state
    try:
        progress = check_ready(ledger, state.clock(), state.late_seconds)
    except LedgerError as refusal:
        problems.tell(request, refusal)
        language = problems.language_of(request)
        return problems.answer(problems.problem_of(refusal, language, status=503), language)
    return shapes.shown(
        shapes.Readiness(
            ledger=ledger.origin,
            size=progress.size,
            published_size=progress.published_size,
            behind_since=told_time(progress.waiting_since),
        )
    )
