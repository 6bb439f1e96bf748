"""The certifier's workplace: its desk, the dossier of an area's season, and what to inspect.

Pages show what the ledger computed and what anybody may read; deciding is on pages of its own
(`deciding`). The rules of what is open, in doubt or drawn are the ledger's (`desk`, `doubts`,
`sampling`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, Protocol
from urllib.parse import unquote

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ledger.desk import LISTS, desk
from ledger.dossier import Dossier, dossier
from ledger.doubts import doubts
from ledger.errors import MalformedError
from ledger.field_book import areas_sown, evidence_tier, field_book, kind_of, lines_written
from ledger.log.encoding import local_day
from ledger.rice.certificate_facts import Scheme
from ledger.rice.comparison import METRICS, Asked, Stated
from ledger.rice.emission import FINDINGS
from ledger.rice.facts import Actor, Area, find
from ledger.rice.life_facts import Application
from ledger.rice.plain import KINDS
from ledger.sampling import Seed, draw, ticket
from ledger.store.checkpoints import Checkpoints, Signed
from ledger.store.store import Reading
from ledger.tracing import find_all
from web.drawings import draw_sketch
from web.words import Voice
from web.workplace.actor_pages import Readable, actor_of
from web.workplace.field_drawings import draw_pair, draw_water
from web.workplace.frame import HOME, WorkFrame

COUNT_MAX = 200
_WHATS = ("areas", "lines")


class Deskbook(Readable, Protocol):
    """What these pages ask of the ledger."""

    checkpoints: Checkpoints

    def published(self) -> Signed:
        """Return the last checkpoint."""


class Certifying:
    """Desk, dossier and sample of whoever vouches for rice."""

    def __init__(self, book: Deskbook, frame: WorkFrame, clock: Callable[[], datetime]) -> None:
        self._book = book
        self._frame = frame
        self._clock = clock
        below = f"{HOME}/{{actor}}/certify"
        self.routes = [
            Route(below, self.desk),
            Route(f"{below}/areas/{{code}}/{{season}}", self.dossier),
            Route(f"{below}/sample", self.sample),
        ]

    def desk(self, request: Request) -> Response:
        """Return what is on a certifier's desk: each row with its one next step."""
        narrowed = {name: request.query_params.get(name, "") for name in ("season", "commune")}
        with self._book.reading() as view:
            actor = actor_of(view, request)
            found = desk(view, actor.id, self._today(), **narrowed)
            parties = actors_of(view, {row.party for row in found.rows})
            schemes = schemes_of(view, {row.scheme for row in found.rows})
        return self._show(
            request,
            "workplace/certify/desk.html",
            actor=actor,
            desk=found,
            lists=LISTS,
            parties=parties,
            kind_name=_namer(schemes),
            narrowed=narrowed,
        )

    def dossier(self, request: Request) -> Response:
        """Return one page with everything there is about an area's season."""
        code, season = request.path_params["code"], request.path_params["season"]
        today = self._today()
        with self._book.reading() as view:
            actor = actor_of(view, request)
            found = dossier(view, code, season)
            area = find(view, Area, f"area:{code}")
            assert area is not None, "a dossier is of an area"
            book = field_book(view, area, season)
            contracts = [(one, party(view, one.buyer)) for one in book.contracts]
            shown: dict[str, Any] = {
                "area": area,
                "found": found,
                "book": book,
                "contracts": contracts,
                "doubts": doubts(view, area, found, book, today),
                "cooperative": party(view, area.manager),
                "parties": actors_of(view, _signing(found)),
                "waiting": _waiting(view, actor, code, season),
                "schemes": schemes_of(view, {one.scheme for one in found.asked}),
                "recorded": view.head().recorded,
            }
        return self._show(
            request,
            "workplace/certify/dossier.html",
            actor=actor,
            season=season,
            rows=_criteria(found),
            figures=[one for one in found.figures if one.name not in _COMPARED],
            water=draw_water(book.gauges),
            sketch=draw_sketch([(1, area.commune)]),
            pair=draw_pair(found.emission) if found.emission else None,
            finding_words=FINDINGS,
            kinds=KINDS,
            tool=_short,
            centimetres=_centimetres,
            **shown,
        )

    def sample(self, request: Request) -> Response:
        """Return what to inspect on site, drawn from a checkpoint's root and a day."""
        query = {name: value.strip() for name, value in request.query_params.items()}
        signed = self._checkpoint(query.get("size", ""))
        on = query.get("on", "") or self._today()
        _check_day(on)
        what = query.get("what", "areas")
        count = _count(query.get("n", "5"))
        if what not in _WHATS:
            raise MalformedError("malformed", what="what")
        with self._book.reading() as view:
            actor = actor_of(view, request)
            asked = desk(view, actor.id, self._today())
            area, season = query.get("area", ""), query.get("season", "")
            season = season or (asked.seasons[-1] if asked.seasons else "")
            commune = query.get("commune", "")
            names: Mapping[str, object] = {}
            if what == "areas":
                listed = areas_sown(view, season, commune, signed.size) if season else []
                names = find_all(view, Area, (f"area:{code}" for code in listed))
                names = {key.removeprefix("area:"): each for key, each in names.items()}
            elif area and season:
                names = lines_written(view, f"{area}/{season}", signed.size)
        of = f"{what} {area if what == 'lines' else commune or '-'} {season or '-'}"
        seed = Seed(origin=self._book.origin, size=signed.size, root=signed.root, on=on, of=of)
        drawn = [(name, ticket(seed, name)[:16], names[name]) for name in draw(seed, names, count)]
        return self._show(
            request,
            "workplace/certify/sample.html",
            actor=actor,
            seed=seed,
            drawn=drawn,
            population=len(names),
            what=what,
            count=count,
            season=season,
            commune=commune,
            area=area,
            desk=asked,
            kinds=KINDS,
            kind_of=kind_of,
        )

    def _checkpoint(self, size: str) -> Signed:
        if not size:
            return self._book.published()
        if not (size.isascii() and size.isdigit() and len(size) < 16):  # noqa: PLR2004 of any log
            raise MalformedError("malformed", what="size")
        return self._book.checkpoints.at(int(size))

    def _show(self, request: Request, template: str, **shown: Any) -> Response:  # noqa: ANN401  (for templates)
        return self._frame.show(request, template, origin=self._book.origin, **shown)

    def _today(self) -> str:
        return local_day(self._clock())


def party(view: Reading, name: str) -> Actor | None:
    """Return an organisation, if it is registered."""
    return find(view, Actor, f"actor:{name}")


def actors_of(view: Reading, names: set[str]) -> dict[str, Actor]:
    """Return organisations by their names."""
    found = find_all(view, Actor, (f"actor:{name}" for name in sorted(names)))
    return {one.id: one for one in found.values()}


def schemes_of(view: Reading, ids: set[str]) -> dict[str, Scheme]:
    """Return schemes by their ids."""
    found = find_all(view, Scheme, (f"scheme:{each}" for each in sorted(ids)))
    return {one.id: one for one in found.values()}


_COMPARED = {name for name, _ in METRICS.values()}


class Criterion:
    """A row of the dossier's table: what is asked, computed and stated, and how it is proved."""

    def __init__(self, asked: Asked, found: Dossier) -> None:
        self.asked = asked
        self.stated: list[Stated] = [
            one for one in found.stated if one.metric == asked.criterion.id
        ]
        name, _ = METRICS.get(asked.criterion.id, ("", ""))
        figure = next((one for one in found.figures if one.name == name), None)
        self.entries = figure.entries if figure else found.emission_entries
        if asked.computed is None:
            self.entries = ()
        self.tier = evidence_tier(asked.criterion.id, found, self.entries)


def _criteria(found: Dossier) -> list[Criterion]:
    return [Criterion(one, found) for one in found.asked]


def _signing(found: Dossier) -> set[str]:
    signers = (*found.measured_by, *found.reported_by, *found.verified_by)
    return {one.actor for one in signers}


def _waiting(view: Reading, actor: Actor, code: str, season: str) -> list[Application]:
    return [
        one
        for one in view.every(Application, "application")
        if one.is_waiting and one.certifier == actor.id and one.season == season
        if code in one.areas
    ]


def _namer(schemes: Mapping[str, Scheme]) -> Callable[[str, str], object]:
    """Return what finds the name of a kind of attestation, by its scheme; its id where unknown."""

    def name(scheme: str, profile: str) -> object:
        known = schemes.get(scheme)
        found = known.editions[-1].profile(profile) if known else None
        return found.name if found else None

    return name


def _short(name: str) -> str:
    """Return the part of a name that people use."""
    return unquote(name.rpartition(":")[2])


def _centimetres(mm: int, voice: Voice) -> str:
    return voice.number((Decimal(mm) / 10).normalize())


def _count(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:6]) <= COUNT_MAX):
        raise MalformedError("malformed", what="n")
    return int(text)


def _check_day(on: str) -> None:
    try:
        if datetime.fromisoformat(on).date().isoformat() == on:
            return
    except ValueError:
        pass
    raise MalformedError("malformed", what="on")
