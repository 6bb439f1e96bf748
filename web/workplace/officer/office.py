"""What the pages of an office have in common: whose they are, the day, and a season's figures."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from anyio import CapacityLimiter
from starlette.requests import Request
from starlette.responses import Response

from ledger.commune_report import ALL, SeasonReport, season_report
from ledger.errors import CODES, NotFoundError, Words
from ledger.log import encoding
from ledger.rice.facts import Actor, Harvested
from ledger.rice.offices import Office, held, holds
from ledger.rice.paper_facts import Contract
from ledger.store.store import Reading
from ledger.targets import Targets
from web.words import COMMUNES
from web.workplace.actor_pages import Readable, actor_of
from web.workplace.frame import HOME, WorkFrame
from web.workplace.officer.sheet import spell
from web.workplace.signed_in import SignedIn
from web.workplace.stock import seasons_about

CODES |= {
    "programme_not_theirs": Words(
        "“{name}” is neither an authority nor the owner of a scheme: these pages are for those.",
        "“{name}” không phải cơ quan quản lý hay chủ đề án: các trang này dành cho các đơn vị đó.",
    ),
    "figure_unlisted": Words(
        "There is no figure called “{name}” for that commune and season.",
        "Không có số liệu “{name}” cho xã và vụ đó.",
    ),
}

AUTHORITY = Office(("authority",))
PROGRAMME = Office(("authority", "scheme_owner"))
"""Who may open these pages."""
SEASON_ORDER = {"DX": 0, "HT": 1, "TD": 2}
AT_ONCE = 2
"""Files of offices read at the same time by one process."""
_KEPT = 8
"""Seasons whose figures are kept: those somebody is looking at."""


@dataclass(frozen=True, slots=True)
class Here:
    """One request of an office: its snapshot, who it is, the day, and the figures of a season."""

    view: Reading
    actor: Actor
    on: str
    report: Callable[[str], SeasonReport]

    @property
    def communes(self) -> tuple[str, ...]:
        """Return where the office has jurisdiction; none named is everywhere."""
        roles = list(held(self.actor, PROGRAMME, self.on))
        if any(not role.communes for role in roles):
            return ()
        return tuple(sorted({commune for role in roles for commune in role.communes}))

    @property
    def base(self) -> str:
        """Return the address that the pages of this office begin with."""
        return f"{HOME}/{self.actor.id}/programme"


class ProgrammePages:
    """One ledger's pages of offices: reads a request, and fills a page from one snapshot."""

    def __init__(
        self,
        book: Readable,
        frame: WorkFrame,
        clock: Callable[[], datetime],
        *,
        signed: SignedIn,
        targets: Targets,
    ) -> None:
        self.book = book
        self.frame = frame
        self.clock = clock
        self.signed = signed
        self.targets = targets
        self._lock = threading.Lock()
        self.limiter = CapacityLimiter(AT_ONCE)
        self._reports: OrderedDict[tuple[int, str, str], SeasonReport] = OrderedDict()

    @contextmanager
    def opened(self, request: Request) -> Iterator[Here]:
        """Give what a request is about; refuse who is no office."""
        with self.book.reading() as view:
            actor = actor_of(view, request)
            on = encoding.local_day(self.clock())
            if not holds(actor, PROGRAMME, on):
                raise NotFoundError("programme_not_theirs", name=actor.id)
            yield Here(view, actor, on, lambda season: self._report(view, season, on))

    def show(
        self,
        request: Request,
        here: Here,
        template: str,
        status: int = 200,
        **shown: Any,  # noqa: ANN401  (whatever its template names)
    ) -> Response:
        """Return a page of an office."""
        tools: dict[str, Any] = {"base": here.base, "on": here.on, "spell": spell}
        return self.frame.show(
            request,
            f"workplace/officer/{template}",
            status,
            actor=here.actor,
            origin=self.book.origin,
            **tools,
            **shown,
        )

    def _report(self, view: Reading, season: str, on: str) -> SeasonReport:
        """Return a season's figures: of one size of the log and one day they stay what they are."""
        name = (view.head().size, season, on)
        with self._lock:
            if name in self._reports:
                self._reports.move_to_end(name)
                return self._reports[name]
        made = season_report(view, season, on)
        with self._lock:
            self._reports[name] = made
            while len(self._reports) > _KEPT:
                self._reports.popitem(last=False)
        return made


def known_seasons(view: Reading, now: datetime) -> list[str]:
    """Return the seasons that something was said of, or that run now; the latest first."""
    cut = {each.season for each in view.every(Harvested, "harvested")}
    agreed = {each.season for each in view.every(Contract, "contract")}
    running = set() if cut | agreed else {seasons_about(now)[0]}
    return sorted(cut | agreed | running, key=_latest_first)


def _latest_first(season: str) -> tuple[int, int]:
    name, _, year = season.partition("-")
    return -int(year), -SEASON_ORDER.get(name, 0)


def asked_season(request: Request, known: list[str]) -> str:
    """Return the season that is asked for, or the latest one."""
    asked = request.query_params.get("season", "")
    return asked if asked in known else known[0]


def asked_commune(request: Request, name: str = "commune") -> str:
    """Return the commune that is asked for; one that is on no list is none."""
    asked = request.query_params.get(name, "")
    return asked if asked in COMMUNES else ALL
