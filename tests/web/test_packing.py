"""Pages are sent packed to whoever can unpack them, and come out as they were."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response, StreamingResponse
from starlette.routing import Route

from tests.verdicts import PATH, Bench
from web.packing import Packed
from web.pages import make_pages
from web.static_files import BAG_SCRIPT, JUDGE, STATIC

LONG = "<p>gạo</p>" * 200


def _long(_request: Request) -> Response:
    return HTMLResponse(LONG, headers={"Vary": "Accept-Language"})


def _short(_request: Request) -> Response:
    return HTMLResponse("<p>gạo</p>")


def _parts(_request: Request) -> Response:
    async def parts() -> AsyncIterator[str]:
        for _ in range(3):
            yield LONG

    return StreamingResponse(parts())


APP = Packed(
    Starlette(routes=[Route("/long", _long), Route("/short", _short), Route("/parts", _parts)])
)


def fetch(path: str, accepted: str, app: object = APP) -> httpx.Response:
    async def fetched() -> httpx.Response:
        transport = httpx.ASGITransport(app)  # type: ignore[arg-type]  # any application
        async with httpx.AsyncClient(transport=transport, base_url="http://a") as client:
            return await client.get(path, headers={"accept-encoding": accepted})

    return asyncio.run(fetched())


@pytest.mark.parametrize(
    ("accepted", "coding"), [("gzip, br", "br"), ("gzip", "gzip"), ("identity", None), ("", None)]
)
def test_a_page_comes_out_as_it_was(accepted: str, coding: str | None) -> None:
    answer = fetch("/long", accepted)
    assert answer.text == LONG
    assert answer.headers.get("content-encoding") == coding
    assert answer.headers["vary"] == "Accept-Language, Accept-Encoding"
    sent = int(answer.headers["content-length"])
    assert (sent < 200) == bool(coding)


@pytest.mark.parametrize(("path", "text"), [("/short", "<p>gạo</p>"), ("/parts", LONG * 3)])
def test_what_is_short_or_comes_in_parts_goes_as_it_is(path: str, text: str) -> None:
    answer = fetch(path, "br")
    assert answer.text == text
    assert "content-encoding" not in answer.headers


@pytest.mark.parametrize("coding", ["br", "gzip"])
def test_files_are_packed_once(coding: str) -> None:
    answer = fetch(f"/static/{JUDGE}", coding, make_pages(Bench()))
    assert answer.content == STATIC[JUDGE].content
    assert answer.headers["content-encoding"] == coding
    assert int(answer.headers["content-length"]) == len(STATIC[JUDGE].packed[coding])  # type: ignore[index]
    assert answer.headers["vary"] == "Accept-Encoding"


def test_what_a_first_page_loads_stays_small() -> None:
    page = fetch(PATH, "br", make_pages(Bench()))
    loaded = [STATIC[name].packed["br"] for name in ("style.css", BAG_SCRIPT, JUDGE)]
    words = [STATIC[f"words/{language}.json"].packed["br"] for language in ("vi", "zh")]
    whole = int(page.headers["content-length"]) + sum(map(len, [*loaded, max(words, key=len)]))
    assert whole < 90_000
