"""The page at the weighbridge: scan or type one thing, and see at a glance what the ledger says.

What it says are the rules' words: every step that the thing is for is tried as if it were stated
now (`ledger.prospects`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from anyio import CapacityLimiter, to_thread
from msgspec import json
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ledger.errors import CODES, LedgerError, NotFoundError, Words
from ledger.holdings import Holdings
from ledger.log.encoding import local_day
from ledger.lot_claims import Claim, claim_of
from ledger.prospects import Prospect, Thing, prospects, receivable_g
from ledger.recognising import recognise
from ledger.rice.facts import Actor, Container, Founding, Lot, Pallet, Product, find
from ledger.store.store import Reading
from web.levels import NOBODYS
from web.workplace.actor_pages import ActorPages, Shown
from web.workplace.bodies import read_body
from web.workplace.decoding import PHOTO_LENGTH_MAX, decode
from web.workplace.frame import HOME, NO_STORE, WorkFrame

CODES |= {
    "unit_apart": Words(
        "This pallet was taken apart (entry {index}): its code has ended.",
        "Pallet này đã dỡ (mục {index}): mã của nó không còn dùng.",
    ),
    "unit_inside": Words(
        "This pallet stands in container {container}.",
        "Pallet này đang ở trong container {container}.",
    ),
    "already_sent": Words(
        "It has been sent on, and waits to be taken in.",
        "Hàng đã gửi đi, đang chờ bên nhận ghi.",
    ),
    "nothing_left": Words(
        "Nothing is left of it, or it is nothing that your offices handle.",
        "Không còn gì, hoặc không phải hàng mà tổ chức của bạn làm.",
    ),
}

PHOTOS_AT_ONCE = 2
"""Photos read at the same time by one process: one may be unpacked into some hundred megabytes."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What is told of a thing: whether it is good for anything, why not, and in figures."""

    thing: Thing
    serial: str
    is_awaited: bool
    is_own: bool
    steps: list[Prospect]
    refusal: LedgerError | None
    lot: Lot | None
    product: Product | None
    holder: Actor | None
    consignee: Actor | None
    claim: Claim | None
    most_g: int

    @property
    def is_good(self) -> bool:
        """Whether any step would be taken."""
        return self.refusal is None

    @property
    def container(self) -> str:
        """The container a pallet stands in, if it stands in one."""
        return self.thing.container if isinstance(self.thing, Pallet) else ""

    @property
    def bags(self) -> int:
        """How many bags are on a pallet."""
        return self.thing.bags if isinstance(self.thing, Pallet) else 0

    @property
    def possible(self) -> list[str]:
        """The steps that would be taken."""
        return [one.kind for one in self.steps if one.refusal is None]

    @property
    def cautions(self) -> list[str]:
        """What those steps would be warned of, each once."""
        return list(dict.fromkeys(code for one in self.steps for code in one.cautions))


class Scanning:
    """The page, and the reading of photos."""

    def __init__(
        self,
        pages: ActorPages,
        frame: WorkFrame,
        holdings: Holdings,
        clock: Callable[[], datetime],
        find_bag: Callable[[str], tuple[str, str]],
    ) -> None:
        self._pages = pages
        self._frame = frame
        self._holdings = holdings
        self._clock = clock
        self._find_bag = find_bag
        self._limiter = CapacityLimiter(PHOTOS_AT_ONCE)
        self.routes = [
            Route(f"{HOME}/decode", self.decode, methods=["POST"]),
            Route(f"{HOME}/{{actor}}/scan", self.scan),
        ]

    def scan(self, request: Request) -> Response:
        """Return the field, and the answer to what was scanned or typed into it."""
        typed = request.query_params.get("code", "").strip()

        def shown(view: Reading, actor: Actor) -> Shown:
            if not typed:
                return {"typed": "", "answer": None, "unknown": None}
            try:
                return {"typed": typed, "answer": self._answer(view, actor, typed), "unknown": None}
            except LedgerError as refusal:
                request.scope[NOBODYS] = True  # a code of nobody's is a guess, here as elsewhere
                return {"typed": typed, "answer": None, "unknown": refusal}

        return self._pages.show(request, "workplace/scan.html", shown)

    async def decode(self, request: Request) -> Response:
        """Return what the symbols in a photo say. Nothing of the photo is kept."""
        try:
            photo = await read_body(request, PHOTO_LENGTH_MAX)
            texts = await to_thread.run_sync(decode, photo, limiter=self._limiter)
        except LedgerError as refusal:
            return self._frame.refuse(request, refusal)
        return Response(json.encode({"texts": texts}), 200, NO_STORE, "application/json")

    def _answer(self, view: Reading, actor: Actor, typed: str) -> Answer:
        held = self._holdings.of(view, actor.id)
        found = recognise(view, typed, [*held.lots, *held.awaited_lots], self._find_bag)
        thing, now = found.thing, self._clock()
        steps = prospects(view, thing, actor, now)
        refused = [one.refusal for one in steps if one.refusal]
        is_good = any(one.refusal is None for one in steps)
        refusal = None if is_good else next(iter(refused), _out_of_reach(thing))
        lot = _lot_of(view, thing)
        on = local_day(now)
        founding = find(view, Founding, "ledger:")
        assert founding is not None, "a ledger begins with its founding"
        return Answer(
            thing=thing,
            serial=found.serial,
            is_awaited=thing.consigned_to == actor.id,
            is_own=thing.holder == actor.id,
            steps=steps,
            refusal=refusal,
            lot=lot,
            product=find(view, Product, f"product:{lot.gtin}") if lot else None,
            holder=find(view, Actor, f"actor:{thing.holder}"),
            consignee=find(view, Actor, f"actor:{thing.consigned_to}"),
            claim=claim_of(view, lot, held.grants, on) if lot else None,
            most_g=receivable_g(lot, founding.settings.tolerance_ppt) if lot else 0,
        )


def _lot_of(view: Reading, thing: Thing) -> Lot | None:
    """Return the lot that a thing is, or is full of; of a container with several, none."""
    match thing:
        case Lot():
            return thing
        case Pallet(lot=name):
            return find(view, Lot, f"lot:{name}")
        case Container():
            return None


def _out_of_reach(thing: Thing) -> LedgerError:
    """Return why nothing can be done with a thing that no step was tried on."""
    if isinstance(thing, Pallet) and thing.ended_index is not None:
        return NotFoundError("unit_apart", index=thing.ended_index)
    if isinstance(thing, Pallet) and thing.container:
        return NotFoundError("unit_inside", container=thing.container)
    if thing.consigned_to:
        return NotFoundError("already_sent")
    if isinstance(thing, Container) and thing.shipped_index is not None:
        return NotFoundError("already_sent")
    return NotFoundError("nothing_left")
