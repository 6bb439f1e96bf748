"""A ledger behind a real server, and the mill's gateway before it behind another."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from api.epcis_face import Epcis
from api.gateway import create_gateway_app
from api.main import create_app
from ledger.gateway.office import Office
from ledger.gateway.remote import RemoteLedger
from ledger.gateway.shelf import Shelf
from ledger.service import Ledger
from tests.api.conftest import serving
from tests.small_season import ORIGIN, Clock, founding, harvest, key_of, opening


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Ledger]:
    """A ledger in which a cooperative has sent lots 1 to 9 to the mill."""
    ledger = Ledger.create(
        tmp_path / "book",
        key_of("log"),
        founding=founding(),
        clock=Clock(datetime(2026, 3, 10, 8, tzinfo=UTC)),
    )
    ledger.append([*opening(), *map(harvest, range(1, 10))])
    ledger.publish()
    yield ledger
    ledger.close()


@pytest.fixture
def ledger(book: Ledger) -> Iterator[httpx.Client]:
    """A client of the ledger itself."""
    with serving(create_app(book)) as client:
        yield client


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[Shelf]:
    """What the gateway keeps."""
    kept = Shelf(tmp_path / "gateway.db")
    yield kept
    kept.close()


@pytest.fixture
def office(ledger: httpx.Client, shelf: Shelf) -> Iterator[Office]:
    """The mill's desk."""
    remote = RemoteLedger(str(ledger.base_url))
    desk = Office(remote, shelf, key_of("nha-may"), origin=remote.origin(), clock=Clock())
    assert remote.origin() == ORIGIN
    yield desk
    desk.close()
    remote.close()


@pytest.fixture
def gateway(ledger: httpx.Client, office: Office) -> Iterator[httpx.Client]:
    """A client of the mill's gateway."""
    remote = RemoteLedger(str(ledger.base_url))
    with serving(create_gateway_app(Epcis(remote, Clock(), office))) as client:
        yield client
    remote.close()
