"""What may be known of private things: sums over enough of those they belong to, and no more.

Prices of contracts lie beside the log. They are read here for an authority that has shown who it
is, for its own communes, as means that no subtraction takes apart (`rice.small_groups`). What
households spent and earned is in no ledger: an office that asked them sends its file, gets the sums
of it, and nothing is kept.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ledger.commune_report import ALL
from ledger.errors import CODES, LedgerError, MalformedError, NotFoundError, Words
from ledger.imports.farm_accounts import FIGURES, KIND, FarmAccount, read_accounts, sum_accounts
from ledger.private_sums import contract_means
from ledger.rice.disclosed import FIELDS
from ledger.rice.facts import Area
from ledger.rice.offices import held, holds
from ledger.rice.small_groups import GROUP_MIN
from web.workplace.bodies import read_body
from web.workplace.frame import HOME
from web.workplace.imports import check_unpacked
from web.workplace.officer.office import (
    AUTHORITY,
    Here,
    ProgrammePages,
    asked_season,
    known_seasons,
)

CODES |= {
    "accounts_large": Words(
        "The file has {length} bytes; {limit} are enough for the accounts of a city.",
        "Tệp có {length} byte; {limit} là đủ cho cả thành phố.",
    ),
    "accounts_seasons": Words(
        "The file is about {count} seasons; at most {limit} are added up at a time. Look at the"
        " column of seasons, or send the years one after the other.",
        "Tệp có {count} vụ; mỗi lần chỉ cộng tối đa {limit} vụ. Hãy xem lại cột vụ, hoặc gửi lần"
        " lượt từng năm.",
    ),
}

_FILE_BYTES_MAX = 8_000_000
_SEASONS_MAX = 30
_UNITS = {"price": "đ/kg", "bonus": "đ/kg", "advance": "đ/ha"}


class PrivatePages:
    """The pages of private sums."""

    def __init__(self, office: ProgrammePages) -> None:
        self._office = office
        base = f"{HOME}/{{actor}}/programme"
        self.routes = [
            Route(f"{base}/prices", self.prices),
            Route(f"{base}/accounts", self.accounts),
            Route(f"{base}/accounts/sums", self.sums, methods=["POST"]),
        ]

    def prices(self, request: Request) -> Response:
        """Return what contracts promise on the mean, to an authority that has signed in."""
        office = self._office
        with office.opened(request) as here:
            if office.signed(request) != here.actor.id or not _is_authority(here):
                return office.frame.show(
                    request,
                    "workplace/sign_in.html",
                    403,
                    actor=here.actor,
                    origin=office.book.origin,
                )
            known = known_seasons(here.view, office.clock())
            season = asked_season(request, known)
            communes = _jurisdiction(here)
            means = [
                each
                for each in contract_means(here.view, season)
                if not communes or each.commune in communes
            ]
            return office.show(
                request,
                here,
                "prices.html",
                means={(each.commune, each.field): each for each in means},
                rows=sorted({each.commune for each in means}, key=lambda one: (one == ALL, one)),
                fields=FIELDS["contract"],
                units=_UNITS,
                least=GROUP_MIN,
                seasons=known,
                season=season,
            )

    def accounts(self, request: Request) -> Response:
        """Return the form that takes a file of accounts, and says what stands in it."""
        office = self._office
        with office.opened(request) as here:
            return office.show(
                request, here, "accounts.html", columns=KIND.columns, least=GROUP_MIN
            )

    async def sums(self, request: Request) -> Response:
        """Return what a file of accounts comes to, as a part of a page; nothing is kept of it."""
        office = self._office
        try:
            data = await read_body(request, _FILE_BYTES_MAX, "accounts_large")
            shown = await to_thread.run_sync(self._summed, request, data, limiter=office.limiter)
        except LedgerError as refusal:
            return office.frame.refuse(request, refusal)
        return office.frame.show(
            request,
            "workplace/officer/accounts_sums.html",
            figures=FIGURES,
            least=GROUP_MIN,
            **shown,
        )

    def _summed(self, request: Request, data: bytes) -> dict[str, Any]:
        """Return what a file comes to, by season; a file of an office has a handful of them."""
        with self._office.opened(request) as here:
            check_unpacked(data)
            table = read_accounts(data)
            commune_of = {area.code: area.commune for area in here.view.every(Area, "area")}
        rows = table.of(FarmAccount)
        seasons: defaultdict[str, list[FarmAccount]] = defaultdict(list)
        for row in rows:
            seasons[row.season].append(row)
        if len(seasons) > _SEASONS_MAX:
            raise MalformedError("accounts_seasons", count=len(seasons), limit=_SEASONS_MAX)
        return {
            "sums": [(each, sum_accounts(seasons[each], commune_of)) for each in sorted(seasons)],
            "left_out": sorted({each.line for each in table.notices if each.level == "refuse"}),
            "elsewhere": sum(row.area not in commune_of for row in rows),
        }


def _is_authority(here: Here) -> bool:
    return holds(here.actor, AUTHORITY, here.on)


def _jurisdiction(here: Here) -> frozenset[str]:
    """Return the communes an authority may ask about, none for all: scheme ownership adds none."""
    roles = list(held(here.actor, AUTHORITY, here.on))
    if not roles:
        raise NotFoundError("programme_not_theirs", name=here.actor.id)
    if any(not role.communes for role in roles):
        return frozenset()
    return frozenset(commune for role in roles for commune in role.communes)
