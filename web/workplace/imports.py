"""Office files at a workplace: dropped, tried row by row, mended, and handed back to be signed.

Nothing of a file is kept: it is read in memory, within bounds, and forgotten with the answer. What
goes into the ledger is signed on the device and sent to ``POST /entries`` like everything else.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any

from anyio import CapacityLimiter, to_thread
from msgspec import Meta, Struct
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ledger.dry_run import State, Tried, read_office_file, try_file
from ledger.errors import CODES, LedgerError, MalformedError, NotFoundError, Words
from ledger.imports.kinds import KINDS
from ledger.imports.sheets import is_workbook
from ledger.imports.templates import template
from web.workplace.actor_pages import Readable, actor_of
from web.workplace.bodies import read_body
from web.workplace.frame import HOME, NO_STORE, WorkFrame
from web.workplace.signed_in import decoded
from web.workplace.stock import seasons_about

CODES |= {
    "import_bundle_large": Words(
        "The workbook unpacks into {length} bytes; at most {limit} are read here. Save the one"
        " sheet as CSV, or take it in with rice-ledger import.",
        "Tệp Excel bung ra {length} byte; ở đây chỉ đọc tối đa {limit}. Hãy lưu riêng trang tính"
        " đó thành CSV, hoặc nhập bằng rice-ledger import.",
    ),
    "template_unknown": Words(
        "There is no empty file of the name {name}.",
        "Không có tệp mẫu tên {name}.",
    ),
}

FILE_LENGTH_MAX = 8_000_000
BODY_LENGTH_MAX = 12_000_000
UNPACKED_LENGTH_MAX = 64_000_000
AT_ONCE = 2
"""Files tried at the same time by one process: each takes a processor for some seconds."""
SHOWN_MAX = 100
"""Rows of one state on a page: nobody corrects more before trying again."""
TEMPLATES = tuple(name for name, kind in KINDS.items() if not kind.private)
_MEDIA = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "geojson": "application/geo+json",
}

_Text = Annotated[str, Meta(max_length=200)]


class _Cell(Struct, frozen=True, forbid_unknown_fields=True):
    sheet: _Text
    line: Annotated[int, Meta(ge=1, le=2_000_000)]
    heading: _Text
    text: Annotated[str, Meta(max_length=1_000)]


class _Sent(Struct, frozen=True, forbid_unknown_fields=True):
    """A file as the page sends it, with what was written over its cells."""

    name: Annotated[str, Meta(min_length=1, max_length=200)]
    season: Annotated[str, Meta(max_length=20)]
    file: Annotated[bytes, Meta(max_length=FILE_LENGTH_MAX)]
    mended: Annotated[tuple[_Cell, ...], Meta(max_length=5_000)] = ()
    kid: Annotated[str, Meta(max_length=100)] = ""


class Imports:
    """The page of office files."""

    def __init__(self, book: Readable, frame: WorkFrame, clock: Callable[[], datetime]) -> None:
        self._book = book
        self._frame = frame
        self._clock = clock
        self._limiter = CapacityLimiter(AT_ONCE)
        self.routes = [
            Route(f"{HOME}/{{actor}}/imports", self.page, methods=["GET"]),
            Route(f"{HOME}/{{actor}}/imports", self.tried, methods=["POST"]),
            Route(f"{HOME}/{{actor}}/imports/templates/{{name}}", self.template),
        ]

    def page(self, request: Request) -> Response:
        """Return the page on which a file is dropped."""
        with self._book.reading() as view:
            actor = actor_of(view, request)
        origin = self._book.origin
        shown: dict[str, Any] = {"actor": actor, "origin": origin, "file_kinds": TEMPLATES}
        seasons = seasons_about(self._clock())
        return self._frame.show(request, "workplace/imports.html", seasons=seasons, **shown)

    async def tried(self, request: Request) -> Response:
        """Try a file and return what would become of its rows; nothing of it is kept."""
        try:
            sent = decoded(await read_body(request, BODY_LENGTH_MAX), _Sent)
            tried = await to_thread.run_sync(self._try, request, sent, limiter=self._limiter)
        except LedgerError as refusal:
            return self._frame.refuse(request, refusal)
        payloads = [
            {
                "kind": one.kind,
                "line": tried.rows[one.row].line,
                "mass_g": one.mass_g,
                "payload": one.payload,
                "sheet": tried.rows[one.row].sheet,
                "typ": one.typ,
            }
            for one in tried.payloads
        ]
        shown: dict[str, Any] = {
            "tried": tried,
            "payloads": payloads,
            "states": [*State],
            "shown_max": SHOWN_MAX,
        }
        return self._frame.show(request, "workplace/imports_tried.html", **shown)

    def template(self, request: Request) -> Response:
        """Return an empty office file to fill in."""
        name = request.path_params["name"]
        kind, _, ending = name.rpartition(".")
        if kind not in TEMPLATES or ending not in _MEDIA:
            raise NotFoundError("template_unknown", name=name[:40])
        voice = self._frame.voice_of(request)
        data = template(kind, name, "vi" if voice.language == "vi" else "en")
        headers = {"Content-Disposition": f'attachment; filename="{name}"', **NO_STORE}
        return Response(data, 200, headers, _MEDIA[ending])

    def _try(self, request: Request, sent: _Sent) -> Tried:
        check_unpacked(sent.file)
        mended = {(cell.sheet, cell.line, cell.heading): cell.text for cell in sent.mended}
        table = read_office_file(sent.name, sent.file, mended)
        with self._book.reading() as view:
            return try_file(
                view, actor_of(view, request), table, sent.season, self._clock(), sent.kid
            )


def check_unpacked(content: bytes) -> None:
    """Refuse a workbook that unpacks into more than is read here, before it is unpacked."""
    if not is_workbook(content):
        return
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            length = sum(member.file_size for member in archive.infolist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise MalformedError("import_unreadable", file="XLSX", what="ZIP") from error
    if length > UNPACKED_LENGTH_MAX:
        raise MalformedError("import_bundle_large", length=length, limit=UNPACKED_LENGTH_MAX)
