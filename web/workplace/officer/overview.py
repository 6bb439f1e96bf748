"""The programme at a glance: the map, targets beside what is, and the entries behind a number."""

from __future__ import annotations

import re
from decimal import Decimal
from urllib.parse import unquote

from msgspec import json
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ledger.area_register import STATES, area_register
from ledger.commune_report import ALL, UNITS, SeasonReport
from ledger.errors import NotFoundError
from ledger.log import encoding
from ledger.log.entry import parse_entry
from ledger.log.statement import parse_statement
from ledger.rice.case import open_meaning
from ledger.rice.kinds import kind_of
from ledger.rice.plain import KINDS
from ledger.store.store import Reading
from ledger.targets import YEARS, Target, goals, is_reached
from web.words import COMMUNES
from web.workplace.frame import HOME
from web.workplace.officer.drawing import Place, draw_bullet, draw_map
from web.workplace.officer.office import (
    Here,
    ProgrammePages,
    asked_commune,
    asked_season,
    known_seasons,
)
from web.workplace.words import WorkVoice

GEOJSON = "application/geo+json"
_EXACT = json.Encoder(decimal_format="number")
_ON_MAP = ("coded_ha", "scheme_ha", "confirmed_ha", "granted_ha", "certified_pct", "marked_t")
_ENTRIES_AT_ONCE = 100
_DAYS = ("harvested_on", "inspected_on", "on", "from_on", "issued_on", "seller_signed_on")
_SUBJECTS = ("area", "lot", "contract", "attestation", "number", "actor", "pallet", "container")


class Overview:
    """The pages that anybody may read: the ledger is open, and so is what it adds up to."""

    def __init__(self, office: ProgrammePages) -> None:
        self._office = office
        base = f"{HOME}/{{actor}}/programme"
        self.routes = [
            Route(base, self.map),
            Route(f"{base}/communes.geojson", self.geojson),
            Route(f"{base}/targets", self.targets),
            Route(f"{base}/behind", self.behind),
        ]

    def map(self, request: Request) -> Response:
        """Return the map of communes by certified share, and its table."""
        office = self._office
        with office.opened(request) as here:
            known = known_seasons(here.view, office.clock())
            season = asked_season(request, known)
            report = here.report(season)
            voice = office.frame.voice_of(request)
            rows = [row for row in report.rows if row.commune != ALL]
            overdue = sum(each.due == "overdue" for each in area_register(here.view, here.on))
            return office.show(
                request,
                here,
                "map.html",
                drawn=draw_map([_place(voice, report, row.commune) for row in rows]),
                report=report,
                rows=rows,
                whole=report.row(ALL),
                columns=_ON_MAP,
                units=UNITS,
                seasons=known,
                season=season,
                overdue=overdue,
            )

    def geojson(self, request: Request) -> Response:
        """Return the communes with their figures and states as points (RFC 7946).

        Each stands at its middle; there is nothing of a household, and no outline of an area.
        """
        office = self._office
        with office.opened(request) as here:
            season = asked_season(request, known_seasons(here.view, office.clock()))
            data = _EXACT.encode(communes_geojson(here, season))
        headers = {
            "Content-Disposition": f'attachment; filename="communes-{season}.geojson"',
            "Cache-Control": "no-store",
        }
        return Response(data, headers=headers, media_type=GEOJSON)

    def targets(self, request: Request) -> Response:
        """Return what was to be reached beside what is, of one commune or all."""
        office = self._office
        with office.opened(request) as here:
            known = known_seasons(here.view, office.clock())
            season, commune = asked_season(request, known), asked_commune(request)
            report = here.report(season)
            row = report.row(commune)
            bars = []
            for target in office.targets.targets:
                figure = row.figures[target.figure] if row else None
                value = figure.value if figure else None
                asked = goals(target, commune)
                reached = _reached(target, value, commune)
                bars.append((target, figure, asked, draw_bullet(value, asked), reached))
            return office.show(
                request,
                here,
                "targets.html",
                bars=bars,
                years=YEARS,
                source=office.targets.source,
                report=report,
                communes=[each.commune for each in report.rows if each.commune != ALL],
                commune=commune,
                seasons=known,
                season=season,
            )

    def behind(self, request: Request) -> Response:
        """Return the entries that a figure follows from, and what each says."""
        office = self._office
        with office.opened(request) as here:
            known = known_seasons(here.view, office.clock())
            season, commune = request.query_params.get("season", ""), asked_commune(request)
            name = request.query_params.get("figure", "")
            row = here.report(season).row(commune) if season in known else None
            if row is None or name not in row.figures:
                raise NotFoundError("figure_unlisted", name=name[:40])
            figure = row.figures[name]
            pages = max(1, -(-len(figure.entries) // _ENTRIES_AT_ONCE))
            page = _page(request.query_params.get("page", ""), pages)
            first = (page - 1) * _ENTRIES_AT_ONCE
            listed = figure.entries[first : first + _ENTRIES_AT_ONCE]
            return office.show(
                request,
                here,
                "behind.html",
                name=name,
                unit=UNITS[name],
                figure=figure,
                row=row,
                entries=told_entries(here.view, listed),
                page=page,
                pages=pages,
            )


def _place(voice: WorkVoice, report: SeasonReport, commune: str) -> Place:
    row = report.row(commune)
    assert row is not None, "the communes of a report are its rows"
    hectares = row.figures["coded_ha"].value or Decimal(0)
    return Place(commune, voice.commune(commune), hectares, row.figures["certified_pct"].value)


def _reached(target: Target, value: Decimal | None, commune: str) -> dict[str, bool]:
    """Return for each year with a goal whether it is reached; nothing where there is no figure."""
    if value is None:
        return {}
    return {year: is_reached(target, value, goal) for year, goal in goals(target, commune).items()}


def _page(asked: str, pages: int) -> int:
    number = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 7 else 1  # noqa: PLR2004
    return min(max(number, 1), pages)


def told_entries(view: Reading, indexes: tuple[int, ...]) -> list[dict[str, object]]:
    """Return entries as a list tells them: what kind of thing was said, of what, and when."""
    recorded = {
        index: encoding.format_time(parse_entry(leaf).recorded_at)
        for index, leaf, *_ in view.entries_at(indexes)
    }
    told = []
    for index, _, data in view.statements_at(indexes):
        meaning = open_meaning(parse_statement(data))
        body = meaning.body
        said_on = next((str(getattr(body, n)) for n in _DAYS if getattr(body, n, "")), "")
        named = next(
            (str(getattr(body, name)) for name in _SUBJECTS if getattr(body, name, "")), ""
        )
        told.append(
            {
                "index": index,
                "kind": KINDS[kind_of(meaning)],
                "about": unquote(re.split(r"[/:]", named)[-1]),
                "said_on": said_on[:10],
                "recorded_at": recorded.get(index, ""),
            }
        )
    return told


def communes_geojson(here: Here, season: str) -> dict[str, object]:
    """Return every commune of the city as a feature: hectares by state, and what is certified."""
    report = here.report(season)
    by_state: dict[tuple[str, str], int] = {}
    counted: dict[str, int] = {}
    for each in area_register(here.view, here.on):
        commune = each.area.commune
        counted[commune] = counted.get(commune, 0) + 1
        by_state[commune, each.state] = by_state.get((commune, each.state), 0) + each.area.area_m2
    features = []
    for code, place in COMMUNES.items():
        row = report.row(code)
        figures = {name: row.figures[name].value if row else 0 for name in _ON_MAP}
        states = {
            f"{state}_ha": Decimal(by_state.get((code, state), 0)) / 10_000 for state in STATES
        }
        properties = {
            "code": code,
            "name_vi": place.vi,
            "name_en": place.en,
            "season": season,
            "as_of": here.on,
            "log_size": report.size,
            "areas": counted.get(code, 0),
            **figures,
            **states,
            "status": _status(
                row.figures["certified_pct"].value if row else None, counted.get(code)
            ),
        }
        point = {"type": "Point", "coordinates": [place.lon, place.lat]}
        features.append(
            {"type": "Feature", "id": code, "geometry": point, "properties": properties}
        )
    return {"type": "FeatureCollection", "features": features}


def _status(share_pct: Decimal | None, areas: int | None) -> str:
    if not areas:
        return "none"
    if share_pct is None:
        return "coded"
    if not share_pct:
        return "in_scheme"
    return "certified" if share_pct >= 100 else "partly_certified"  # noqa: PLR2004  (per cent)
