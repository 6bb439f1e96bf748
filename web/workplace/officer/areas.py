"""The area register: what is overdue, the life of one code, and the forms that change it.

A form's statement is built and signed on the device. Of an outline the ledger gets a salted digest;
the server measures it, forgets it, and the office keeps the file.
"""

from __future__ import annotations

from anyio import to_thread
from msgspec import DecodeError, json
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ledger.area_register import STATES, AreaStanding, area_register, standing_of
from ledger.closing import settings_of
from ledger.errors import CODES, LedgerError, MalformedError, NotFoundError, Words
from ledger.imports import lands, sheets
from ledger.imports.rows import Polygon
from ledger.log import encoding
from ledger.rice.certificate_facts import Attestation
from ledger.rice.facts import Actor, Area, find
from ledger.rice.offices import Office, holds
from web.words import COMMUNES
from web.workplace.bodies import read_body
from web.workplace.frame import HOME
from web.workplace.officer.office import Here, ProgrammePages, asked_commune, known_seasons
from web.workplace.officer.search import is_found

CODES |= {
    "outline_large": Words(
        "The file of the outline has {length} bytes; {limit} are enough for one area.",
        "Tệp ranh giới có {length} byte; một vùng chỉ cần tối đa {limit}.",
    ),
    "outline_unreadable": Words(
        "This is not the outline of one area: a GeoJSON file with one closed polygon that does not"
        " cross itself, longitude first.",
        "Đây không phải ranh giới của một vùng: cần tệp GeoJSON có một đa giác khép kín, không tự"
        " cắt, kinh độ đứng trước.",
    ),
}

_OUTLINE_BYTES_MAX = 2_000_000
_YEARS_GIVEN = 5
"""For how long the form proposes a code; codes of the city run five years."""


class AreaPages:
    """The pages of planting areas."""

    def __init__(self, office: ProgrammePages) -> None:
        self._office = office
        base = f"{HOME}/{{actor}}/programme"
        self.routes = [
            Route(f"{base}/areas", self.register),
            Route(f"{base}/areas/new", self.new),
            Route(f"{base}/areas/{{code}}", self.area),
            Route(f"{base}/outline", self.outline, methods=["POST"]),
        ]

    def register(self, request: Request) -> Response:
        """Return the areas asked for, those overdue first."""
        office = self._office
        asked = {
            "q": request.query_params.get("q", "").strip()[:80],
            "commune": asked_commune(request),
            "state": request.query_params.get("state", ""),
            "due": request.query_params.get("due", ""),
            "season": request.query_params.get("season", ""),
        }
        with office.opened(request) as here:
            known = known_seasons(here.view, office.clock())
            season = asked["season"] if asked["season"] in known else ""
            every_area = area_register(here.view, here.on, season)
            names = {actor.id: actor for actor in here.view.every(Actor, "actor")}
            found = [each for each in every_area if _fits(each, asked, names)]
            return office.show(
                request,
                here,
                "areas.html",
                found=found,
                names=names,
                overdue=sum(each.due == "overdue" for each in every_area),
                asking=asked | {"season": season},
                seasons=known,
                states=STATES,
                communes=sorted({each.area.commune for each in every_area}),
            )

    def new(self, request: Request) -> Response:
        """Return the form that gives an area its code."""
        office = self._office
        with office.opened(request) as here:
            managers = [
                actor
                for actor in here.view.every(Actor, "actor")
                if any(role.role == "cooperative" for role in actor.roles)
            ]
            communes = here.communes or tuple(COMMUNES)
            until = f"{int(here.on[:4]) + _YEARS_GIVEN}{here.on[4:]}".replace("-02-29", "-02-28")
            return office.show(
                request, here, "new_area.html", managers=managers, communes=communes, until=until
            )

    def area(self, request: Request) -> Response:
        """Return one area: its life, its inspections, and the forms that add to them."""
        office = self._office
        code = request.path_params["code"]
        with office.opened(request) as here:
            area = find(here.view, Area, f"area:{code}")
            if area is None:
                raise NotFoundError("name_unknown", name=code[:64])
            decided = [
                each for each in here.view.every(Attestation, "attestation") if code in each.areas
            ]
            standing = standing_of(area, here.on, settings_of(here.view))
            return office.show(
                request,
                here,
                "area.html",
                area=area,
                standing=standing,
                manager=find(here.view, Actor, f"actor:{area.manager}"),
                spells=sorted(area.spells, key=lambda each: (each.from_on, each.index)),
                inspections=sorted(area.inspections, key=lambda each: each.on, reverse=True),
                decided=sorted(decided, key=lambda each: each.index),
                is_mine=_is_within(here, area),
            )

    async def outline(self, request: Request) -> Response:
        """Return how large an outline is, and its one spelling; nothing of it is kept."""
        try:
            data = await read_body(request, _OUTLINE_BYTES_MAX, "outline_large")
            limiter = self._office.limiter
            answer = await to_thread.run_sync(_measured, data, limiter=limiter)
        except LedgerError as refusal:
            return self._office.frame.refuse(request, refusal)
        headers = {"Cache-Control": "no-store"}
        return Response(json.encode(answer), headers=headers, media_type="application/json")


def _measured(data: bytes) -> dict[str, object]:
    polygons = read_outline(data)
    return {"area_m2": lands.area_m2(polygons), "outline": spell_outline(polygons)}


def read_outline(data: bytes) -> tuple[Polygon, ...]:
    """Return the outline in a GeoJSON file: a geometry, a feature, or a collection of one."""
    try:
        text = sheets.decode(data, "outline")
        kind = json.decode(text).get("type", "")
        if kind in ("Polygon", "MultiPolygon"):  # a list or record for a name is not hashable
            text = f'{{"type":"Feature","geometry":{text}}}'
        if kind != "FeatureCollection":
            text = f'{{"type":"FeatureCollection","features":[{text}]}}'
        (feature,) = sheets.features(text, "outline")
    except (MalformedError, DecodeError, AttributeError, ValueError, RecursionError) as error:
        raise MalformedError("outline_unreadable") from error
    if feature.polygons is None or not lands.is_drawable(feature.polygons):
        raise MalformedError("outline_unreadable")
    return feature.polygons


def spell_outline(polygons: tuple[Polygon, ...]) -> str:
    """Return an outline as its digest is made of, so that the file can be held against it later."""
    drawn = [[[[str(x), str(y)] for x, y in ring] for ring in polygon] for polygon in polygons]
    return encoding.canonical_json(drawn).decode()


def _fits(each: AreaStanding, asked: dict[str, str], names: dict[str, Actor]) -> bool:
    area, manager = each.area, names.get(each.area.manager)
    if asked["commune"] not in {"", area.commune} or asked["state"] not in {"", each.state}:
        return False
    if asked["due"] not in {"", each.due}:
        return False
    told = [area.code, area.manager]
    told += [manager.name.vi, manager.name.en] if manager else []
    commune = COMMUNES.get(area.commune)
    told += [area.commune, commune.vi, commune.en] if commune else [area.commune]
    return is_found(asked["q"], told)


def _is_within(here: Here, area: Area) -> bool:
    """Tell whether an area lies where the office may decide; the ledger asks again."""
    return holds(here.actor, Office(("authority",), commune=area.commune), here.on)
