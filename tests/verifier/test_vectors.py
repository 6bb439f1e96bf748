"""Every vector judged in JavaScript, by Node and by Chromium, to the very bytes of its verdict."""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from ledger.log import encoding
from ledger.proof.trust import read_trust
from ledger.proof.verdict import write_verdict
from ledger.proof.verify import verify_bytes
from tests.drawn import serving
from tests.vectors import make
from tests.verifier.node import judged_by_node

ROOT = Path(__file__).parents[2]
FOLDERS = sorted(path for path in make.FOLDER.iterdir() if (path / "bundle.json").exists())
TYPICAL = make.FOLDER / "one-bag"
SAMPLED = 7
"""Of the bent bundles, Python judges one in so many: Node took the same for all before it."""


@pytest.fixture(scope="module")
def by_node() -> dict[str, dict[str, Any]]:
    answers = judged_by_node({"folder": str(folder)} for folder in FOLDERS)
    return {folder.name: answer for folder, answer in zip(FOLDERS, answers, strict=True)}


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_node_judges_a_vector_as_python_does(
    folder: Path, by_node: dict[str, dict[str, Any]]
) -> None:
    assert by_node[folder.name]["verdict"] == (folder / "verdict.json").read_text("utf-8")


def test_chromium_judges_every_vector_as_python_does(desk_page: Page) -> None:
    with serving(_pages()) as address:
        desk_page.goto(f"{address}/judge.html")
        desk_page.wait_for_function("window.isReady")
        judged = desk_page.evaluate("judgeAll()")
    digests = {name: answer["digest"] for name, answer in judged.items()}
    assert digests == {
        folder.name: b64encode(sha256((folder / "verdict.json").read_bytes()).digest()).decode()
        for folder in FOLDERS
    }


def test_a_bent_bundle_is_judged_alike_and_never_as_the_whole_one() -> None:
    data = (TYPICAL / "bundle.json").read_bytes()
    places = list(range(len(data)))
    (answer,) = judged_by_node([{"folder": str(TYPICAL), "bent": places}])
    whole = sha256((TYPICAL / "verdict.json").read_bytes()).hexdigest()
    assert [at for at in places if answer["digests"][at] == whole] == []
    trust = read_trust((TYPICAL / "trust.json").read_bytes())
    moment = encoding.parse_time((TYPICAL / "at.txt").read_text().rstrip("\n"))
    for at in places[::SAMPLED]:
        bent = data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]
        verdict = write_verdict(verify_bytes(bent, trust, moment))
        assert answer["digests"][at] == sha256(verdict).hexdigest(), f"byte {at}"


def _pages() -> Starlette:
    """Return a site with the modules where a ledger has them, the rules, and the vectors."""
    verifier = ROOT / "web" / "static" / "verifier"
    return Starlette(
        routes=[
            Route("/judge.html", _file(Path(__file__).parent / "judge.html")),
            Route("/vectors.json", lambda _request: JSONResponse(_vectors())),
            Route(
                "/static/verifier/proof/rules.json", _file(ROOT / "ledger" / "proof" / "rules.json")
            ),
            Mount("/static/verifier", StaticFiles(directory=verifier)),
        ]
    )


def _file(path: Path) -> Any:  # noqa: ANN401  (an endpoint, as Starlette takes it)
    def answer(_request: Request) -> Response:
        return FileResponse(path)

    return answer


def _vectors() -> dict[str, dict[str, str]]:
    return {
        folder.name: {
            "bundle": b64encode((folder / "bundle.json").read_bytes()).decode(),
            "trust": (folder / "trust.json").read_text("utf-8"),
            "at": (folder / "at.txt").read_text().rstrip("\n"),
        }
        for folder in FOLDERS
    }
