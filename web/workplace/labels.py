"""Labels at a workplace: issued by a device's signature, printed here, used, cancelled, marked.

The server draws the secret of a batch and works out its root (`ledger.label_preparations`); the
device signs the act. What is printed is recorded in the book of prints beside the ledger.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Protocol

from anyio import to_thread
from msgspec import Meta, Struct, json
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ledger.errors import LedgerError, NotFoundError
from ledger.folder import Config
from ledger.label_preparations import Asked, Preparations
from ledger.label_states import BatchState, batches_of, left_to_issue, size_of
from ledger.labels.layouts import LAYOUTS, SYMBOL
from ledger.labels.print_book import PRINT_BOOK, PrintBook
from ledger.lists import lot_name
from ledger.printing import Printer, Run, Wanted, run_of
from ledger.rice.facts import Actor, Lot, find
from ledger.rice.facts import LabelBatch as Issued
from ledger.rice.plain import KINDS
from ledger.store.store import Reading, Store
from web.frame import root_of
from web.workplace.actor_pages import Readable, actor_of
from web.workplace.bodies import read_body
from web.workplace.frame import HOME, NO_STORE, WorkFrame
from web.workplace.jobs import Jobs, Made, Progress
from web.workplace.signed_in import SignedIn, check_signed_in, decoded
from web.workplace.stock import short_name

_BODY_MAX = 20_000
_LOTS_SHOWN = 200
_DEMO = "demo."


class _Preparing(Struct, frozen=True, forbid_unknown_fields=True):
    lot: Annotated[str, Meta(max_length=200)]
    count: Annotated[int, Meta(ge=0, le=100_000_000)] = 0
    waiting: bool = False


class _Spoiled(Struct, frozen=True, forbid_unknown_fields=True):
    batch: Annotated[str, Meta(max_length=60)]
    ranges: Annotated[
        tuple[tuple[Annotated[int, Meta(ge=1)], Annotated[int, Meta(ge=1)]], ...],
        Meta(min_length=1, max_length=500),
    ]
    why: Annotated[str, Meta(min_length=1, max_length=80)]


class LabelBook(Readable, Protocol):
    """What these pages ask of the ledger."""

    folder: Path
    config: Config
    store: Store


class Labels:
    """The pages of labels."""

    def __init__(
        self,
        book: LabelBook,
        frame: WorkFrame,
        clock: Callable[[], datetime],
        jobs: Jobs,
        signed: SignedIn,
    ) -> None:
        self._book = book
        self._frame = frame
        self._clock = clock
        self._jobs = jobs
        self._signed = signed
        here = f"{HOME}/{{actor}}/labels"
        self.routes = [
            Route(here, self.page),
            Route(f"{here}/prepared", self.prepare, methods=["POST"]),
            Route(f"{here}/settled", self.settle, methods=["POST"]),
            Route(f"{here}/printed", self.print, methods=["POST"]),
            Route(f"{here}/spoiled", self.spoil, methods=["POST"]),
            Route(f"{here}/book/{{batch}}", self.stretches),
        ]

    def page(self, request: Request) -> Response:
        """Return the packed lots of an organisation, or one of them with its labels."""
        self._preparations.settle(self._clock())
        asked = request.query_params.get("lot", "")
        with self._book.reading() as view:
            actor = actor_of(view, request)
            shown: dict[str, Any] = {"actor": actor, "origin": self._book.origin, "lot": None}
            if asked:
                shown |= _of_lot(view, actor, asked)
            else:
                shown["lots"] = _packed_by(view, actor)
        layouts = [*LAYOUTS, SYMBOL]
        tools: dict[str, Any] = {
            "short_name": short_name,
            "size_of": size_of,
            "layouts": layouts,
            "kinds": KINDS,
        }
        return self._frame.show(request, "workplace/labels.html", **tools, **shown)

    async def prepare(self, request: Request) -> Response:
        """Begin to draw a batch's secret and to work out its root."""
        try:
            actor = check_signed_in(request, self._signed)
            asked = decoded(await read_body(request, _BODY_MAX), _Preparing)
        except LedgerError as refusal:
            return self._frame.refuse(request, refusal)

        def work(_folder: Path, progress: Progress) -> Made:
            wanted = Asked(actor, asked.lot, asked.count, asked.waiting)
            payload = self._preparations.prepare(wanted, self._clock(), progress)
            return Made({"payload": payload.decode()})

        return self._begun(request, actor, "preparing", lot_name(asked.lot)[:60], work)

    def settle(self, _request: Request) -> Response:
        """Take up the secrets of batches recorded since; whoever asks, it does no harm."""
        settled = self._preparations.settle(self._clock())
        return Response(json.encode({"settled": settled}), 200, NO_STORE, "application/json")

    async def print(self, request: Request) -> Response:
        """Begin to print labels; what cannot be printed is refused at once."""
        try:
            actor = check_signed_in(request, self._signed)
            wanted = decoded(await read_body(request, _BODY_MAX), Wanted)
            run = await to_thread.run_sync(self._run, actor, wanted, self._printer(request))
        except LedgerError as refusal:
            return self._frame.refuse(request, refusal)

        def work(folder: Path, progress: Progress) -> Made:
            made = run.write(self._prints, folder, self._clock(), progress)
            facts = {"count": made.count, "read_back": made.read_back}
            return Made(facts, made.file, made.name, made.media_type)

        return self._begun(request, actor, "printing", wanted.batch, work)

    async def spoil(self, request: Request) -> Response:
        """Record that labels were spoiled and destroyed: their bags may be printed again."""
        try:
            actor = check_signed_in(request, self._signed)
            said = decoded(await read_body(request, _BODY_MAX), _Spoiled)
            await to_thread.run_sync(self._spoil, actor, said)
        except LedgerError as refusal:
            return self._frame.refuse(request, refusal)
        return self._told(said.batch)

    def stretches(self, request: Request) -> Response:
        """Return which bags of a batch have or had labels."""
        try:
            actor = check_signed_in(request, self._signed)
            batch = request.path_params["batch"]
            with self._book.reading() as view:
                _check_issuer(_issued(view, batch), actor)
        except LedgerError as refusal:
            return self._frame.refuse(request, refusal)
        return self._told(batch)

    def _run(self, actor: str, wanted: Wanted, printer: Printer) -> Run:
        """Return a job that can be printed."""
        self._preparations.settle(self._clock())
        with self._book.reading() as view:
            _check_issuer(_issued(view, wanted.batch), actor)
            return run_of(view, printer, wanted)

    def _spoil(self, actor: str, said: _Spoiled) -> None:
        with self._book.reading() as view:
            _check_issuer(_issued(view, said.batch), actor)
        self._prints.record_spoiled(said.batch, said.ranges, self._clock(), said.why)

    def _told(self, batch: str) -> Response:
        data = json.encode({"stretches": self._prints.stretches(batch)})
        return Response(data, 200, NO_STORE, "application/json")

    def _begun(
        self,
        request: Request,
        actor: str,
        kind: str,
        title: str,
        work: Callable[[Path, Progress], Made],
    ) -> Response:
        try:
            return self._jobs.begun(request, self._jobs.begin(actor, kind, title, work))
        except LedgerError as refusal:
            return self._frame.refuse(request, refusal)

    def _printer(self, request: Request) -> Printer:
        """Return what printing needs; links begin with this host where no other is configured."""
        resolver = self._book.config.resolver or root_of(request)
        return Printer(self._prints, resolver, is_demo=self._book.origin.startswith(_DEMO))

    @cached_property
    def _preparations(self) -> Preparations:
        return Preparations(self._book.folder, self._book.store)

    @cached_property
    def _prints(self) -> PrintBook:
        return PrintBook(self._book.folder / PRINT_BOOK)


def _packed_by(view: Reading, actor: Actor) -> list[tuple[Lot, int]]:
    """Return the packed lots of an organisation, newest first, each with the labels left."""
    lots = [lot for lot in view.every(Lot, "lot") if lot.form == "packed" and lot.maker == actor.id]
    lots.sort(key=lambda lot: lot.born_index, reverse=True)
    return [(lot, left_to_issue(view, lot.id)) for lot in lots[:_LOTS_SHOWN]]


def _of_lot(view: Reading, actor: Actor, name: str) -> dict[str, Any]:
    lot = find(view, Lot, f"lot:{name}")
    if lot is None or lot.form != "packed":
        raise NotFoundError("name_unknown", name=name[:200])
    batches: list[BatchState] = batches_of(view, name)
    is_own = lot.maker == actor.id
    return {"lot": lot, "left": left_to_issue(view, name), "batches": batches, "is_own": is_own}


def _issued(view: Reading, batch: str) -> Issued:
    issued = find(view, Issued, f"labels:{batch}")
    if issued is None:
        raise NotFoundError("labels_unknown", batch=batch[:60])
    return issued


def _check_issuer(issued: Issued, actor: str) -> None:
    """Refuse labels of others as if there were none."""
    if issued.issuer != actor:
        raise NotFoundError("labels_unknown", batch=issued.id)
