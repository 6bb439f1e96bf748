"""What handlers are given: the ledger, numbers in their one spelling, a place to go on reading."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, TypeVar, cast
from urllib.parse import urlencode

from fastapi import Depends, Path, Query
from pydantic import BeforeValidator
from starlette.requests import Request

from ledger.errors import MalformedError
from ledger.log import encoding
from ledger.rice.facts import Fact
from ledger.service import Ledger

ROWS_MAX = 1_000

T = TypeVar("T")
F = TypeVar("F", bound=Fact)


def _read_count(text: object) -> object:
    if not isinstance(text, str):
        return text
    try:
        return encoding.parse_count(text)
    except MalformedError as error:
        raise ValueError(error.words.en) from error


async def _ledger(request: Request) -> Ledger:
    return cast("Ledger", request.app.state.ledger)


Here = Annotated[Ledger, Depends(_ledger)]
Count = Annotated[int, BeforeValidator(_read_count)]
Index = Annotated[Count, Path(description="The entry's number, from 0.", examples=[0])]
Gtin = Annotated[
    str, Path(description="GTIN-14 of the goods.", pattern=r"^\d{14}$", examples=["09521234000303"])
]
LotCode = Annotated[
    str,
    Path(description="The lot as in its GS1 Digital Link, percent-encoded.", examples=["L260411A"]),
]
Limit = Annotated[Count, Query(ge=1, le=ROWS_MAX, description="At most so many.")]
After = Annotated[
    str,
    Query(
        max_length=400,
        pattern=r"^[^\x00]*$",
        description="Go on after this one; `Link: rel=next` names it for you.",
    ),
]


@dataclass(frozen=True, slots=True)
class Page:
    """Where to go on reading in a list ordered by its keys, and how far."""

    after: str
    limit: int
    path: str
    query: tuple[tuple[str, str], ...]

    def link(self, last: str) -> dict[str, str]:
        """Return the header that leads on after ``last`` (RFC 8288 section 3)."""
        query = urlencode([*self.query, ("after", last), ("limit", str(self.limit))])
        return {"Link": f'<{self.path}?{query}>; rel="next"'}


async def _page(request: Request, after: After = "", limit: Limit = 100) -> Page:
    query = request.query_params.multi_items()
    kept = tuple(pair for pair in query if pair[0] not in {"after", "limit"})
    return Page(after, limit, request.url.path, kept)


Paged = Annotated[Page, Depends(_page)]


def cut(rows: Sequence[T], page: Page) -> tuple[list[T], bool]:
    """Return the rows of a page out of one more than it holds, and whether there are others."""
    return list(rows[: page.limit]), len(rows) > page.limit
