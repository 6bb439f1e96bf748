"""Every vector judged in JavaScript, by Node and by Chromium, to the very bytes of its verdict."""

from __future__ import annotations

import json
import random
from base64 import b64encode
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from msgspec import structs
from playwright.sync_api import Page
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from ledger.log import encoding
from ledger.proof.trust import Trust, read_trust, write_trust
from ledger.proof.verdict import Verdict, write_verdict
from ledger.proof.verify import verify_bytes
from tests.drawn import serving
from tests.vectors import make
from tests.verifier.node import judged_by_node

ROOT = Path(__file__).parents[2]
FOLDERS = sorted(path for path in make.FOLDER.iterdir() if (path / "bundle.json").exists())
TYPICAL = make.FOLDER / "one-bag"
TRUST = read_trust((TYPICAL / "trust.json").read_bytes())
AT = encoding.parse_time((TYPICAL / "at.txt").read_text().rstrip("\n"))
SAMPLED = 11
"""Of the bundles with a byte bent, Node judges all and Python one in so many, to save time."""
CHANGED = 300
ODD_VALUES: tuple[Any, ...] = (
    *(None, True, False, 0, 1, -1, 24, 25, 2**53 - 1, 2**53, 0.5, "", "0", "\u0000", "Lu\u0301a"),
    *("\ud800", "x" * 21, "\U00020000" * 20, [], {}, [[]], [0], {"index": 0}, [None] * 2),
)


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


def test_a_bundle_with_a_byte_bent_is_judged_alike_and_never_as_the_whole_one() -> None:
    data = (TYPICAL / "bundle.json").read_bytes()
    job = {"folder": str(TYPICAL), "bent": list(range(len(data)))}
    with ThreadPoolExecutor(1) as pool:
        asked = pool.submit(judged_by_node, [job])
        sampled = {
            at: _digest(write_verdict(_judged(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :])))
            for at in range(0, len(data), SAMPLED)
        }
        (answer,) = asked.result()
    assert _digest((TYPICAL / "verdict.json").read_bytes()) not in answer["digests"]
    assert sampled == {at: answer["digests"][at] for at in sampled}


def test_a_bundle_with_a_member_changed_is_judged_alike(tmp_path: Path) -> None:
    chance = random.Random(1)
    bundles = [_with_a_change(chance) for _ in range(CHANGED)]
    _assert_alike(tmp_path, [(data, TRUST, AT) for data in bundles])


def test_every_trust_and_moment_is_judged_alike(tmp_path: Path) -> None:
    data = (TYPICAL / "bundle.json").read_bytes()
    signed_at = encoding.parse_time(
        json.loads((TYPICAL / "verdict.json").read_bytes())["signed_at"]
    )
    hours = timedelta(hours=TRUST.fresh_hours)
    instant = timedelta(milliseconds=1)
    skew = timedelta(minutes=5)
    others = (
        structs.replace(TRUST, founding=encoding.encode_base64(bytes(32))),
        structs.replace(TRUST, fresh_hours=1),
        structs.replace(TRUST, policy=TRUST.policy.replace("log ", "log\t")),
    )
    moments = (-skew - instant, -skew, timedelta(), hours, hours + instant, timedelta(days=400))
    cases = [(data, trust, AT) for trust in others]
    _assert_alike(tmp_path, cases + [(data, TRUST, signed_at + after) for after in moments])


def _assert_alike(folder: Path, cases: Sequence[tuple[bytes, Trust, datetime]]) -> None:
    """Have Node judge bundles under trust at a moment; its verdicts have to be Python's."""
    folders = []
    for number, (data, trust, at) in enumerate(cases):
        folders.append(folder / str(number))
        folders[-1].mkdir()
        (folders[-1] / "bundle.json").write_bytes(data)
        (folders[-1] / "trust.json").write_bytes(write_trust(trust))
        (folders[-1] / "at.txt").write_text(f"{encoding.format_time(at)}\n")
    answers = judged_by_node({"folder": str(one)} for one in folders)
    for (data, trust, at), answer in zip(cases, answers, strict=True):
        expected = write_verdict(verify_bytes(data, trust, at)).decode()
        assert answer["verdict"] == expected, data[:2_000]


def _with_a_change(chance: random.Random) -> bytes:
    """Return the typical bundle with one member left out, doubled, lent or replaced."""
    tree = json.loads((TYPICAL / "bundle.json").read_bytes())
    holder = chance.choice([tree, tree, *tree["entries"], tree["path"], tree["hashes"]])
    name = chance.choice(sorted(holder) if isinstance(holder, dict) else range(len(holder)))
    how = chance.randrange(5)
    if how == 0:
        del holder[name]
    elif how == 1 and isinstance(holder, dict):
        holder[f"{name}_"] = holder[name]
    elif how == 2:
        holder[name] = chance.choice(list(tree["entries"]))[chance.choice(["proof", "recorded"])]
    elif isinstance(holder[name], str) and how == 3:
        at = chance.randrange(len(holder[name]) + 1)
        put = chance.choice(["", "=", "\n", "A", "é"])
        holder[name] = holder[name][:at] + put + holder[name][at:]
    else:
        holder[name] = chance.choice(ODD_VALUES)
    text = json.dumps(tree, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return text.encode("utf-8", "surrogatepass")


def _judged(data: bytes) -> Verdict:
    return verify_bytes(data, TRUST, AT)


def _digest(data: bytes) -> str:
    return sha256(data).hexdigest()


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
