"""Boards: what stands in silos, what went into and out of each batch, what there is by claim."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ledger.holdings import Holdings
from ledger.log.encoding import local_day
from ledger.rice.attestations import uncovered
from ledger.rice.events import Event, Milling
from ledger.rice.facts import Actor, Lot
from ledger.rice.lots import TRANSFORMATIONS, births_of, draws_of, gtin_of
from ledger.rice.mass import mass14_g
from ledger.store.store import Reading
from ledger.tracing import Told, told_of
from web.workplace.actor_pages import ActorPages, Shown
from web.workplace.frame import HOME
from web.workplace.today import loaded_of, stock_of

BATCHES_MAX = 60
SILO_WIDTH, SILO_HEIGHT = 120, 160
_AREAS_MAX = 5


@dataclass(frozen=True, slots=True)
class Band:
    """A layer of a silo as it is drawn: where, how high, and what it is of."""

    y: float
    height: float
    left_g: int
    areas: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Silo:
    """A lot of paddy as it stands: its bands from the top down, its origins, its claim."""

    lot: Lot
    bands: tuple[Band, ...]
    origins: tuple[tuple[str, int], ...]
    more_origins: int
    is_covered: bool


@dataclass(frozen=True, slots=True)
class Flow:
    """One lot that went into a batch or came out of it."""

    lot: str
    amount: int
    mass_g: int
    form: str


@dataclass(frozen=True, slots=True)
class Batch:
    """What went into one event and what came out; ``paddy14_g`` is what a milling started with."""

    index: int
    kind: str
    on: str
    inputs: tuple[Flow, ...]
    outputs: tuple[Flow, ...]
    in_g: int
    out_g: int
    loss_g: int
    paddy14_g: int
    white_g: int

    @property
    def share_ppt(self) -> int:
        """What came out of what went in, in parts per thousand, half up."""
        return _share_ppt(self.out_g, self.in_g)

    @property
    def white_ppt(self) -> int:
        """White rice of paddy at 14 % moisture."""
        return _share_ppt(self.white_g, self.paddy14_g)


class Boards:
    """The boards of an organisation."""

    def __init__(
        self, pages: ActorPages, holdings: Holdings, clock: Callable[[], datetime]
    ) -> None:
        self._pages = pages
        self._holdings = holdings
        self._clock = clock
        self.routes = [
            Route(f"{HOME}/{{actor}}/silos", self.silos),
            Route(f"{HOME}/{{actor}}/batches", self.batches),
            Route(f"{HOME}/{{actor}}/stock", self.stock),
        ]

    def silos(self, request: Request) -> Response:
        """Return every silo as it stands."""

        def shown(view: Reading, actor: Actor) -> Shown:
            lots = self._holdings.of(view, actor.id).lots
            own = [lot for lot in lots if lot.form == "paddy" and lot.maker == actor.id]
            return {"silos": draw_silos(view, own, local_day(self._clock())), "width": SILO_WIDTH}

        return self._pages.show(request, "workplace/silos.html", shown)

    def batches(self, request: Request) -> Response:
        """Return the newest batches behind what is in stock."""

        def shown(view: Reading, actor: Actor) -> Shown:
            lots = self._holdings.of(view, actor.id).lots
            own = [lot for lot in lots if lot.maker == actor.id]
            return {"batches": batches_of(view, own)}

        return self._pages.show(request, "workplace/batches.html", shown)

    def stock(self, request: Request) -> Response:
        """Return every lot in stock, by form and claim, and the containers being prepared."""

        def shown(view: Reading, actor: Actor) -> Shown:
            held = self._holdings.of(view, actor.id)
            on = local_day(self._clock())
            bare = set(uncovered(view, {o for lot in held.lots for o in lot.origin}, on))
            covered = {
                lot.id
                for lot in held.lots
                if (lot.grant if lot.form == "packed" else bare.isdisjoint(lot.origin))
            }
            listed = [lot for lot in held.lots if lot.form != "packed" or lot.bags_left]
            return {
                "stock": stock_of(view, held, on),
                "loaded": loaded_of(view, held),
                "lots": listed,
                "covered": covered,
                "asked_form": request.query_params.get("form", ""),
            }

        return self._pages.show(request, "workplace/stock.html", shown)


def draw_silos(view: Reading, lots: Iterable[Lot], on: str) -> list[Silo]:
    """Return silos on one scale: the fullest reaches the top; what went in first lies lowest."""
    silos = sorted(lots, key=lambda lot: -lot.left_g)
    fullest_g = max((lot.left_g for lot in silos), default=1) or 1
    bare = set(uncovered(view, {origin for lot in silos for origin in lot.origin}, on))
    return [_silo(lot, fullest_g, bare) for lot in silos]


def _silo(lot: Lot, fullest_g: int, bare: set[str]) -> Silo:
    layers = [(layer.left_g, layer.origin) for layer in lot.layers] or [(lot.left_g, lot.origin)]
    bands, filled_g = [], 0
    for left_g, origin in layers:
        filled_g += left_g
        y = SILO_HEIGHT - filled_g * SILO_HEIGHT / fullest_g
        height = left_g * SILO_HEIGHT / fullest_g
        areas = tuple(sorted({name.partition("/")[0] for name in origin}))
        bands.append(Band(round(y, 1), round(height, 1), left_g, areas))
    by_area: defaultdict[str, int] = defaultdict(int)
    for name, mass_g in lot.origin.items():
        by_area[name] += mass_g
    origins = sorted(by_area.items(), key=lambda pair: -pair[1])
    return Silo(
        lot=lot,
        bands=tuple(reversed(bands)),
        origins=tuple(origins[:_AREAS_MAX]),
        more_origins=max(0, len(origins) - _AREAS_MAX),
        is_covered=bool(lot.origin) and bare.isdisjoint(lot.origin),
    )


def batches_of(view: Reading, lots: Iterable[Lot]) -> list[Batch]:
    """Return the events that made lots or drew on them, newest first, but for those undone."""
    told = told_of(view, [lot.key for lot in lots])
    events = {index: event for listed in told.values() for index, event in listed}
    made = [(index, event) for index, event in events.items() if isinstance(event, TRANSFORMATIONS)]
    newest = sorted(made, key=_when, reverse=True)[:BATCHES_MAX]
    named = {name for _, event in newest for name, _ in (*draws_of(event), *births_of(event))}
    known = view.facts([f"lot:{name}" for name in sorted(named)])
    found = {lot.id: lot for lot in known.values() if isinstance(lot, Lot)}
    return [_batch(index, event, found) for index, event in newest]


def _when(told: Told) -> tuple[str, int]:
    return told[1].at, told[0]


def _batch(index: int, event: Event, lots: dict[str, Lot]) -> Batch:
    inputs = tuple(_drawn(name, amount, lots.get(name)) for name, amount in draws_of(event))
    outputs = tuple(
        Flow(name, mass_g, mass_g, lots[name].form if name in lots else gtin_of(name))
        for name, mass_g in births_of(event)
    )
    in_g = sum(flow.mass_g for flow in inputs)
    is_milling = isinstance(event, Milling)
    return Batch(
        index=index,
        kind=type(event).__name__.lower(),
        on=event.on,
        inputs=inputs,
        outputs=outputs,
        in_g=in_g,
        out_g=sum(flow.mass_g for flow in outputs),
        loss_g=getattr(event, "loss_g", 0),
        paddy14_g=mass14_g(in_g, event.moisture_ppt) if isinstance(event, Milling) else 0,
        white_g=sum(
            flow.mass_g for flow in outputs if is_milling and flow.form in {"head_rice", "broken"}
        ),
    )


def _drawn(name: str, amount: int, lot: Lot | None) -> Flow:
    if lot is None:
        return Flow(name, amount, amount, gtin_of(name))
    return Flow(name, amount, amount * lot.bag_g if lot.form == "packed" else amount, lot.form)


def _share_ppt(part_g: int, whole_g: int) -> int:
    return (2 * 1000 * part_g + whole_g) // (2 * whole_g) if whole_g else 0
