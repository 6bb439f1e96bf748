"""What no browser sends: the workplaces answer it in words, and go on answering others."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter
from urllib.parse import urlsplit

import httpx
import pytest
from starlette.types import ASGIApp, Message

from ledger.errors import LedgerError
from ledger.rice.labels import SERIAL_LENGTH, check_character
from ledger.scans.scans import Scans
from ledger.scans.settings import ScanSettings
from ledger.service import Ledger
from tests.drawn import serving
from tests.small_season import Clock, founding, key_of, opening
from web.scan_watch import watched
from web.site import make_site

ACTOR = "htx"


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    folder, clock = Path(tmp_path_factory.mktemp("hostile")) / "ledger", Clock()
    made = Ledger.create(folder, key_of("log"), founding=founding(), clock=clock)
    assert not [one for one in made.append(opening()) if isinstance(one, LedgerError)]
    yield made
    made.close()


@pytest.fixture(scope="module")
def client(ledger: Ledger) -> Iterator[httpx.Client]:
    with serving(make_site(ledger)) as address, httpx.Client(base_url=address) as made:
        yield made


@pytest.mark.parametrize("digits", [20, 5_000])
@pytest.mark.parametrize(
    "path", [f"{ACTOR}/correct/", f"boxes/{'0' * 32}/", f"{ACTOR}/programme/reports/"]
)
def test_a_number_that_nobody_can_hold_names_no_page(
    client: httpx.Client, path: str, digits: int
) -> None:
    for end in ("", "/all", "/all.pdf"):
        assert client.get(f"/workplace/{path}{'9' * digits}{end}").status_code == 404


def test_scripts_of_other_origins_read_no_workplace_and_nothing_shared(
    ledger: Ledger, tmp_path: Path
) -> None:
    pages = watched(make_site(ledger), Scans(tmp_path, ScanSettings(), Clock()))
    with serving(pages) as address, httpx.Client(base_url=address) as visitor:
        for path in ("/workplace", f"/workplace/{ACTOR}", "/workplace/none/at/all", "/share/none"):
            assert "access-control-allow-origin" not in visitor.get(path).headers, path
        for path in ("/", "/check", "/staff"):
            answer = visitor.get(path)
            assert answer.headers["access-control-allow-origin"] == "*", path
            assert answer.headers["content-security-policy"]


def test_codes_are_guessed_no_faster_at_a_workplace_than_elsewhere(
    ledger: Ledger, tmp_path: Path
) -> None:
    settings = ScanSettings(misses_per_minute=3)
    pages = watched(make_site(ledger), Scans(tmp_path, settings, Clock()))
    codes = [f"{text}{check_character(text)}" for text in ("0" * 14 + end for end in "23456")]
    with serving(pages) as address, httpx.Client(base_url=address) as visitor:

        def answers(codes: list[str]) -> list[int]:
            path = f"/workplace/{ACTOR}/scan"
            return [visitor.get(path, params={"code": code}).status_code for code in codes]

        assert all(len(code) == SERIAL_LENGTH for code in codes)
        assert answers(["L1"] * 5) == [200] * 5  # lots have numbers that everybody knows
        assert answers(codes) == [200] * 3 + [429] * 2


def test_a_photo_in_thousands_of_pieces_takes_no_longer_than_one(ledger: Ledger) -> None:
    began = perf_counter()
    sent = [b"x" * 100] * 60_000
    assert asyncio.run(_status(make_site(ledger), "/workplace/decode", sent)) == 400
    assert perf_counter() - began < 6  # put together piece by piece it is some hundred times that


async def _status(site: ASGIApp, path: str, pieces: list[bytes]) -> int:
    """Return the status of what is sent to a path in so many pieces."""
    left = iter(pieces)
    statuses: list[int] = []

    async def receive() -> Message:
        piece = next(left, None)
        return {"type": "http.request", "body": piece or b"", "more_body": piece is not None}

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            statuses.append(message["status"])

    scope = {
        "type": "http",
        "method": "POST",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "headers": [],
    }
    await site(scope, receive, send)
    return statuses[0]


@pytest.mark.parametrize("method", ["OPTIONS", "GET"])
def test_a_request_about_the_server_and_no_path_is_answered(
    client: httpx.Client, method: str
) -> None:
    at = urlsplit(str(client.base_url))
    with socket.create_connection((at.hostname, at.port)) as line:
        line.sendall(f"{method} * HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
        status = line.makefile("rb").readline().split()[1]
    assert status.startswith(b"4") or status == b"200"
