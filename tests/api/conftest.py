"""A small ledger, published, and the JSON face of it behind a real server."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
import uvicorn
from starlette.types import ASGIApp

from api.main import create_app
from ledger.errors import LedgerError
from ledger.service import Ledger
from tests.api import one_bag
from tests.small_season import Clock, founding, key_of, opening

NOW = datetime(2026, 3, 10, 8, tzinfo=UTC)


@pytest.fixture
def clock() -> Clock:
    """The clock of the ledger and of whoever asks whether it is ready."""
    return Clock(NOW)


@pytest.fixture
def small_ledger(database_url: str, tmp_path: Path, clock: Clock) -> Iterator[Ledger]:
    """A ledger that knows one lot from the field to its labelled bags."""
    ledger = Ledger.create(
        tmp_path / "ledger",
        key_of("log"),
        founding=founding(),
        database=database_url,
        clock=clock,
    )
    answers = ledger.append([*opening(), *one_bag.story()])
    assert not [str(answer) for answer in answers if isinstance(answer, LedgerError)]
    ledger.disclose_labels("P1", one_bag.SECRET)
    ledger.publish()
    yield ledger
    ledger.close()


@contextmanager
def serving(app: ASGIApp) -> Iterator[httpx.Client]:
    """Serve an application on a port of its own; give a client of it."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port = listening.getsockname()[1]
        server = uvicorn.Server(
            uvicorn.Config(app, log_config=None, lifespan="off", proxy_headers=False)
        )
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            transport = httpx.HTTPTransport(retries=5)
            address = f"http://127.0.0.1:{port}"
            with httpx.Client(base_url=address, transport=transport, timeout=20) as client:
                yield client
        finally:
            server.should_exit = True
            thread.join()


@pytest.fixture
def client(small_ledger: Ledger, clock: Clock) -> Iterator[httpx.Client]:
    """A client of the JSON face, with no pages beside it."""
    with serving(create_app(small_ledger, clock=clock)) as client:
        yield client
