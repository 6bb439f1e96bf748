"""Other people's readers, as they are published, open our credentials and status lists."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from api.main import create_app
from tests.api.conftest import serving
from tests.certified_season import GRANT, Season
from tests.requirements import require
from tests.vectors.small_harvest import on

CLIENTS = Path(__file__).parent / "clients"


@pytest.fixture(scope="module")
def clients(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The clients in a folder of their own, at the versions of the lock file."""
    require(shutil.which("node") and shutil.which("npm"), "Node is needed: install nodejs and npm")
    folder = tmp_path_factory.mktemp("clients") / "clients"
    shutil.copytree(CLIENTS, folder)
    npm = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    installed = subprocess.run(npm, cwd=folder, capture_output=True, text=True, check=False)
    assert installed.returncode == 0, installed.stderr
    return folder


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Season]:
    made = Season(tmp_path / "book")
    yield made
    made.ledger.close()


@pytest.fixture
def web(book: Season) -> Iterator[httpx.Client]:
    with serving(create_app(book.ledger, clock=book.clock)) as client:
        yield client


def read(clients: Path, web: httpx.Client, number: str, moment: str = "") -> Any:  # noqa: ANN401
    """Return what the outside reader says of an attestation and of its place in the list."""
    (entry, *_) = web.get(f"/attestations/{number}").json()["entries"]
    ran = subprocess.run(
        ["node", "reader.mjs", str(web.base_url), str(entry), moment],
        cwd=clients,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert ran.returncode == 0, ran.stderr
    return json.loads(ran.stdout)


def test_jose_opens_a_credential_and_its_list_with_the_keys_as_published(
    clients: Path, web: httpx.Client
) -> None:
    told = read(clients, web, "CN-01")
    assert told["credential"] == {"alg": "EdDSA", "typ": "vc+jwt", "id": GRANT}
    assert told["list"] == {
        "alg": "EdDSA",
        "typ": "vc+jwt",
        "issuer": "did:web:demo.rice.example",
    }
    assert told["refuses_bent"] == [True, True]


def test_a_list_says_suspended_and_not_suspended_to_digital_bazaar(
    clients: Path, web: httpx.Client, book: Season
) -> None:
    def status(number: str, moment: str = "") -> Any:  # noqa: ANN401
        told = read(clients, web, number, moment)
        assert told["verified"] is True, told["why"]
        return told["status"]

    assert status("CN-01") == [False]
    book.change("CN-01", "suspended", "2026-04-20", on("04-20"))
    assert (status("CN-01"), status("XN-01")) == ([True], [False])
    assert status("CN-01", "2026-04-19T12:00:00Z") == [False]
    assert status("CN-01", "2026-04-20T01:00:00Z") == [True]
    book.change("CN-01", "reinstated", "2026-04-25", on("04-25"))
    assert status("CN-01") == [False]
    assert status("CN-01", "2026-04-24T12:00:00Z") == [True]
    book.change("XN-01", "withdrawn", "2026-04-10", on("04-26"))
    assert status("XN-01") == [True]


def test_a_reader_that_wants_one_issuer_for_both_says_so(clients: Path, web: httpx.Client) -> None:
    """What decision 9 tells such readers: the list is the ledger's, named by the issuer."""
    assert "do not match" in read(clients, web, "CN-01")["strict"]
