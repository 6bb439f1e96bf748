"""Where a certifier decides: it attests, declines, suspends, reinstates, reduces, withdraws.

The server writes what is to be signed (`ledger.drafting`) and hands it out as a draft. It signs
nothing: the device reads the draft, shows every word of it, signs those very bytes, and sends them.
A draft for two keys goes from one device to the other as a file, or through a box (`boxes`).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from hashlib import sha256
from typing import Annotated, Any, Literal

from msgspec import DecodeError, Meta, Struct, ValidationError, json
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ledger import dids
from ledger.dossier import dossier
from ledger.drafting import Register, draft_content, signers_of, write_content
from ledger.errors import LedgerError, MalformedError, NotFoundError
from ledger.labels.symbols import draw_symbol
from ledger.log.checkpoint import Checkpoint
from ledger.log.draft import format_draft
from ledger.log.encoding import format_time, local_day
from ledger.rice.certificate_facts import Attestation, Scheme
from ledger.rice.facts import Actor, Area, Founding, Key, find
from ledger.rice.life import FOLLOWS, figures_on
from ledger.rice.life_facts import Application
from ledger.rice.reasons import REASONS
from ledger.rice.schemes import Profile
from ledger.standing import impact_of, standing_of
from ledger.store.store import Reading
from ledger.tracing import attestation_named, find_all
from web.certificates import certificate_url, symbol_path
from web.trace_pages import lot_path
from web.workplace.actor_pages import actor_of
from web.workplace.bodies import read_body
from web.workplace.certify import Deskbook, actors_of
from web.workplace.frame import HOME, NO_STORE, WorkFrame
from web.workplace.words import WorkVoice

BODY_MAX = 65_536
LINKS_MAX = 10_000
DECLINING = (
    *("process_not_followed", "records_differ", "quantity_differs", "false_statement"),
    *("area_code_ended", "accreditation_ended", "holder_asked", "other"),
)


class _Wanted(Struct, frozen=True, forbid_unknown_fields=True):
    """What a device asks to have written for its signature, and for the keys that sign it."""

    kind: Literal["attestation", "decline_application", "change_attestation"]
    fields: dict[str, Any]
    by: Annotated[tuple[str, ...], Meta(min_length=1, max_length=4)]


_WANTED = json.Decoder(_Wanted, float_hook=Decimal)


class Deciding:
    """The pages on which a certifier decides, and its certificates on paper."""

    def __init__(
        self, book: Deskbook, frame: WorkFrame, clock: Callable[[], datetime], resolver: str
    ) -> None:
        self._book = book
        self._frame = frame
        self._clock = clock
        self._resolver = resolver
        below = f"{HOME}/{{actor}}/certify"
        self.routes = [
            Route(f"{below}/draft", self.draft, methods=["POST"]),
            Route(f"{below}/second", self.second),
            Route(f"{below}/applications/{{name}}", self.application),
            Route(f"{below}/attestations/{{name:path}}", self.attestation),
            Route(f"{below}/change/{{name:path}}", self.change),
        ]

    async def draft(self, request: Request) -> Response:
        """Return the draft of what a certifier is about to say: the exact bytes, unsigned."""
        try:
            body = await read_body(request, BODY_MAX)
            made = await run_in_threadpool(self._write, body, request.path_params["actor"])
        except LedgerError as refusal:
            return self._frame.refuse(request, refusal)
        return Response(made, 200, NO_STORE, "application/json")

    def second(self, request: Request) -> Response:
        """Return the page on which a second person reads a draft and signs it too."""
        with self._book.reading() as view:
            actor = actor_of(view, request)
        return self._show(request, "workplace/certify/second.html", actor=actor)

    def application(self, request: Request) -> Response:
        """Return the page on which an application is answered."""
        name = request.path_params["name"]
        today = self._today()
        with self._book.reading() as view:
            actor = actor_of(view, request)
            asked = find(view, Application, f"application:{name}")
            if asked is None or asked.certifier != actor.id:
                raise NotFoundError("name_unknown", name=name[:64])
            scheme = find(view, Scheme, f"scheme:{asked.scheme}")
            assert scheme is not None, "nobody applies under an unknown scheme"
            profile = scheme.on(today).profile(asked.profile)
            areas = list(find_all(view, Area, (f"area:{code}" for code in asked.areas)).values())
            shown: dict[str, Any] = {
                "application": asked,
                "scheme": scheme,
                "profile": profile,
                "areas": areas,
                "applicant": actors_of(view, {asked.applicant}).get(asked.applicant),
                "keys": keys_of(view, actor, self._clock()),
                "until_on": _until(today, profile),
                **_computed(view, profile, asked),
                "criteria": list(profile.criteria_on(today)) if profile else [],
                "usual_g": _usual_g(profile, asked),
            }
        return self._show(
            request,
            "workplace/certify/application.html",
            actor=actor,
            today=today,
            reasons={code: REASONS[code] for code in DECLINING},
            **shown,
        )

    def attestation(self, request: Request) -> Response:
        """Return a certificate as it is printed: one page, in both languages."""
        today = self._today()
        with self._book.reading() as view:
            actor = actor_of(view, request)
            known = attestation_named(view, request.path_params["name"])
            published = self._book.published().size
            size = published if known.index < published else view.head().size
            standing = standing_of(view, known.id, today, size)
            founding = find(view, Founding, "ledger:")
            scheme = find(view, Scheme, f"scheme:{known.scheme}")
            assert founding is not None, "nothing is attested before the founding"
            assert scheme is not None, "it was attested under a scheme"
            areas = find_all(view, Area, (f"area:{code}" for code in known.areas))
            digest = sha256(view.statement(known.index)).hexdigest()
        url = certificate_url(known.number, self._resolver, founding.host)
        symbol = draw_symbol(url)
        return self._show(
            request,
            "workplace/certify/certificate.html",
            actor=actor,
            known=known,
            standing=standing,
            scheme=scheme,
            profile=scheme.profile_of(known),
            areas=list(areas.values()),
            digest=digest,
            url=url,
            symbol=symbol_path(symbol),
            symbol_side=symbol.width_modules,
            both=(WorkVoice("vi"), WorkVoice("en")),
            size=size,
        )

    def change(self, request: Request) -> Response:
        """Return the page on which an attestation changes, with what rests on it."""
        today = self._today()
        with self._book.reading() as view:
            actor = actor_of(view, request)
            known = attestation_named(view, request.path_params["name"])
            if known.issuer != actor.id:
                raise NotFoundError("name_unknown", name=known.number)
            impact = impact_of(view, known.id, today, LINKS_MAX)
            keys = keys_of(view, actor, self._clock())
            figures = figures_on(known, today)
            others = _successors(view, known)
        return self._show(
            request,
            "workplace/certify/change.html",
            actor=actor,
            known=known,
            impact=impact,
            keys=keys,
            figures=figures,
            others=others,
            lot_path=lot_path,
            today=today,
            states=_next_states(known),
            reasons=REASONS,
        )

    def _write(self, body: bytes, actor: str) -> bytes:
        try:
            wanted = _WANTED.decode(body)
        except (DecodeError, ValidationError, RecursionError) as error:
            raise MalformedError("malformed", what=str(error)) from error
        if any(name.partition("/")[0] != actor for name in wanted.by):
            raise MalformedError("malformed", what="by")
        signed = self._book.published()
        checkpoint = Checkpoint(self._book.origin, signed.size, signed.root)
        with self._book.reading() as view:
            known = Register(view, checkpoint)
            content = write_content(wanted.kind, wanted.fields, {}, known)
            signers = signers_of(content, wanted.by, known, format_time(self._clock()))
            return format_draft(draft_content(content, signers, checkpoint))

    def _show(self, request: Request, template: str, **shown: Any) -> Response:  # noqa: ANN401  (for templates)
        return self._frame.show(request, template, origin=self._book.origin, **shown)

    def _today(self) -> str:
        return local_day(self._clock())


def keys_of(view: Reading, actor: Actor, now: datetime) -> list[Key]:
    """Return the keys with which an organisation may sign now."""
    at = format_time(now)
    return [key for key in dids.keys_of(view, actor.id) if key.counts_at(at)]


def _next_states(known: Attestation) -> list[str]:
    """Return the states that may follow what was said last."""
    return sorted(FOLLOWS[known.spells[-1].state])


def _successors(view: Reading, known: Attestation) -> list[Attestation]:
    """Return what might take the place of an attestation."""
    like = ("issuer", "issued_to", "profile", "scheme", "season")
    return [
        one
        for one in view.every(Attestation, "attestation")
        if one.id != known.id and all(getattr(one, x) == getattr(known, x) for x in like)
    ]


def _until(today: str, profile: Profile | None) -> str:
    """Return the last day an attestation may name that begins today."""
    days = profile.longest_days - 1 if profile else 0
    return (date.fromisoformat(today) + timedelta(days=min(days, 364))).isoformat()


def _computed(view: Reading, profile: Profile | None, asked: Application) -> dict[str, Any]:
    """Return whether the ledger can state figures by itself, and which, by their names."""
    may = profile is not None and profile.effect in {"covers", "states"} and len(asked.areas) == 1
    found = dossier(view, asked.areas[0], asked.season).metrics if may else ()
    return {"is_computed": may, "computed": {one.metric: one.text for one in found}}


def _usual_g(profile: Profile | None, asked: Application) -> int:
    """Return the grams to begin with: those asked for, at most what is usual for the land."""
    if profile is None or profile.quota is None:
        return 0
    usual_g = profile.quota.usual_g(asked.area_m2)
    return min(asked.quota_g, usual_g) if usual_g else asked.quota_g
