"""Pages about more than one bag: what came of something, a recall, one lot; made to be printed.

Nothing is decided here: the pages show what the ledger traced. A list that is too long for a page
says so, and how to get it whole.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, Protocol
from urllib.parse import quote, urlencode

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ledger.affected import Affected
from ledger.errors import MalformedError, NotFoundError
from ledger.lists import lot_name, pallet_name, write_csv, write_xlsx
from ledger.lot_sheet import LotSheet
from ledger.proof.verdict import Notice
from ledger.rice.acts import BagRange, Scope
from ledger.rice.scopes import KINDS, read_scope, write_scope
from ledger.tracing import ClaimLost, Direction
from web.frame import Frame
from web.words import Voice, choose_language

LINKS_MAX = 10_000

_FILES = {
    "csv": ("text/csv; charset=utf-8", write_csv),
    "xlsx": (
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        write_xlsx,
    ),
}


class Traces(Protocol):
    """What these pages ask of the ledger; each raises `NotFoundError` for what is not there."""

    def affected(
        self,
        scope: Scope,
        direction: Direction = "forward",
        *,
        ranges: Sequence[BagRange] = (),
        links_max: int | None = None,
    ) -> Affected:
        """Return what became of what a scope stands for, or what it came from."""

    def stopped_by(self, index: int) -> tuple[Notice, Affected]:
        """Return what a hold or recall says, and everything that came of the lots it names."""

    def lot_sheet(self, name: str) -> LotSheet:
        """Return everything worth telling of a lot."""


class TracePages:
    """The pages of one ledger that follow rice."""

    def __init__(self, traces: Traces, frame: Frame) -> None:
        self._traces = traces
        self._frame = frame

    @property
    def routes(self) -> list[Route]:
        """Return where these pages are."""
        return [
            Route("/affected", self.affected),
            Route("/affected.{form}", self.file),
            Route("/recall/{entry}", self.recall),
        ]

    def affected(self, request: Request) -> Response:
        """Return the affected list of what was asked about, or the question."""
        text = _asked(request)
        if not text:
            return self._ask(request, "")
        try:
            found = self._trace(request, text)
        except (MalformedError, NotFoundError) as refusal:
            return self._ask(request, text, refusal)
        return self._frame.show(request, "affected.html", found=found, notice=None, **_TOOLS)

    def file(self, request: Request) -> Response:
        """Return the whole affected list as a file for a spreadsheet."""
        form = request.path_params["form"]
        if form not in _FILES:
            return self._frame.note(request, "elsewhere", 404)
        try:
            found = self._trace(request, _asked(request), links_max=None)
        except (MalformedError, NotFoundError) as refusal:
            return self._ask(request, _asked(request), refusal)
        media_type, write = _FILES[form]
        headers = {
            "Content-Disposition": f'attachment; filename="affected.{form}"',
            "Cache-Control": "no-store",
        }
        data = write(found, _language(request))
        return Response(data, headers=headers, media_type=media_type)

    def recall(self, request: Request) -> Response:
        """Return the page of a recall or hold: why, by whom, and everything it is about."""
        entry = request.path_params["entry"]
        # An entry has one name; more digits than these no log will ever have.
        if not (entry.isascii() and entry.isdigit() and str(int(entry[:16])) == entry):
            return self._frame.note(request, "elsewhere", 404)
        try:
            notice, found = self._traces.stopped_by(int(entry))
        except NotFoundError:
            return self._frame.note(request, "norecall", 404)
        return self._frame.show(request, "affected.html", found=found, notice=notice, **_TOOLS)

    def lot(self, request: Request, name: str) -> Response:
        """Return the page of one lot."""
        sheet = self._traces.lot_sheet(name)
        scope = write_scope(sheet.forward.scope)
        return self._frame.show(request, "lot.html", sheet=sheet, scope=scope, **_TOOLS)

    def _trace(self, request: Request, text: str, links_max: int | None = LINKS_MAX) -> Affected:
        direction: Direction = "back" if request.query_params.get("back") else "forward"
        return self._traces.affected(read_scope(text), direction, links_max=links_max)

    def _ask(
        self, request: Request, text: str, refusal: MalformedError | NotFoundError | None = None
    ) -> Response:
        """Return the question, with what could not be answered."""
        kind, _, name = text.partition(":")
        status = refusal.http_status if refusal else 200
        return self._frame.show(
            request, "trace.html", status, refusal=refusal, kind=kind, name=name, kinds=KINDS
        )


def _asked(request: Request) -> str:
    """Return the scope that is asked about: whole, or its kind and its name apart."""
    scope = request.query_params.get("scope", "").strip()
    name = request.query_params.get("name", "").strip()
    return scope or (name and f"{request.query_params.get('kind', '')}:{name}")


def _language(request: Request) -> Literal["vi", "en"]:
    """Return the language of a file's headings, which know two: the nearest one."""
    asked = request.query_params.get("lang")
    return Voice(choose_language(asked, request.headers.get("accept-language", ""))).nearest


def affected_path(scope: str, voice: Voice, form: str = "", *, back: bool = False) -> str:
    """Return where a list is, as a page or a file, in the language of whoever asks."""
    query = {"scope": scope, **({"back": "1"} if back else {}), "lang": voice.language}
    return f"/affected{form and '.' + form}?{urlencode(query)}"


def lot_path(uri: str) -> str:
    """Return the page of a lot; its name is the path already."""
    return quote(uri.removeprefix("https://id.gs1.org"), safe="/%")


def lot_file_path(uri: str) -> str:
    """Return where the file that checks a lot's codes without a network is fetched."""
    return "/lots/{}/{}/lotfile".format(*lot_path(uri).removeprefix("/01/").split("/10/", 1))


def _lost_by(lost: ClaimLost) -> str:
    """Return the numbers of the lots without a claim."""
    return ", ".join(lot_name(uri).partition("/")[2] for uri in lost.lost_by)


_TOOLS: dict[str, Any] = {
    "lost_by": _lost_by,
    "affected_path": affected_path,
    "lot_path": lot_path,
    "lot_file_path": lot_file_path,
    "lot_name": lot_name,
    "pallet_name": pallet_name,
    "write_scope": write_scope,
}
