"""The yearly report of a commune, or of all, as a page, a workbook and a PDF."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ledger.commune_report import ALL, SeasonReport, seasons_of
from ledger.errors import CODES, NotFoundError, Words
from ledger.rice.facts import Founding, find
from web.words import COMMUNES
from web.workplace.frame import HOME
from web.workplace.officer import sheet
from web.workplace.officer.office import Here, ProgrammePages, known_seasons

CODES |= {
    "report_unknown": Words(
        "There is no report {name}: choose a year and a commune from the list of reports.",
        "Không có báo cáo {name}: hãy chọn năm và xã trong danh sách báo cáo.",
    ),
}

_WHOLE = "all"
"""What an address calls all communes together."""
_FILES = {"xlsx": (sheet.XLSX, sheet.write_xlsx), "pdf": (sheet.PDF, sheet.write_pdf)}


class ReportPages:
    """What a commune reports each year, in one click."""

    def __init__(self, office: ProgrammePages) -> None:
        self._office = office
        base = f"{HOME}/{{actor}}/programme/reports"
        self.routes = [
            Route(base, self.listed),
            Route(f"{base}/{{year:count}}/{{commune}}.{{form}}", self.file),
            Route(f"{base}/{{year:count}}/{{commune}}", self.page),
        ]

    def listed(self, request: Request) -> Response:
        """Return which reports there are: each commune and year, in the forms they come in."""
        office = self._office
        with office.opened(request) as here:
            years = self._years(here)
            year = (
                int(asked)
                if (asked := request.query_params.get("year", "")) in map(str, years)
                else years[0]
            )
            reports = self._reports(here, year)
            communes = sorted({row.commune for each in reports for row in each.rows} - {ALL})
            return office.show(
                request,
                here,
                "reports.html",
                years=years,
                year=year,
                communes=communes,
                whole=_WHOLE,
                forms=tuple(_FILES),
            )

    def page(self, request: Request) -> Response:
        """Return one report as a page that prints."""
        office = self._office
        with office.opened(request) as here:
            year, commune, reports = self._asked(request, here)
            voice = office.frame.voice_of(request)
            return office.show(
                request,
                here,
                "report.html",
                sheet=sheet.year_sheet(voice, year, reports, commune),
                heads=sheet.heads,
                behind=sheet.behind,
                ledger=self._ledger(here, request),
                path=request.path_params["commune"],
                forms=tuple(_FILES),
            )

    def file(self, request: Request) -> Response:
        """Return a report as a file; that of all communes holds each of them as well."""
        office = self._office
        form = request.path_params["form"]
        if form not in _FILES:
            raise NotFoundError("report_unknown", name=form[:40])
        with office.opened(request) as here:
            year, commune, reports = self._asked(request, here)
            voice = office.frame.voice_of(request)
            wanted = [commune]
            if commune == ALL:
                wanted += sorted({row.commune for each in reports for row in each.rows} - {ALL})
            sheets = [sheet.year_sheet(voice, year, reports, each) for each in wanted]
            ledger = self._ledger(here, request)
        media_type, write = _FILES[form]
        name = f"{commune or _WHOLE}-{year}.{form}"
        headers = {
            "Content-Disposition": f'attachment; filename="{name}"',
            "Cache-Control": "no-store",
        }
        return Response(write(voice, sheets, ledger), headers=headers, media_type=media_type)

    def _asked(self, request: Request, here: Here) -> tuple[int, str, list[SeasonReport]]:
        year, named = request.path_params["year"], request.path_params["commune"]
        if year not in self._years(here) or named not in {_WHOLE, *COMMUNES}:
            raise NotFoundError("report_unknown", name=f"{year}/{named[:40]}")
        commune = ALL if named == _WHOLE else named
        return year, commune, self._reports(here, year)

    def _reports(self, here: Here, year: int) -> list[SeasonReport]:
        known = known_seasons(here.view, self._office.clock())
        return [here.report(season) for season in seasons_of(year) if season in known]

    def _years(self, here: Here) -> list[int]:
        known = known_seasons(here.view, self._office.clock())
        return sorted({int(season.partition("-")[2]) for season in known}, reverse=True)

    def _ledger(self, here: Here, request: Request) -> str:
        founding = find(here.view, Founding, "ledger:")
        assert founding is not None, "a ledger begins with its founding"
        return self._office.frame.voice_of(request).choose(founding.name)
