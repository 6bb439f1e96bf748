"""A clerk states one thing, sees that it was wrong, and says how it was."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ledger.cli.exits import Exit
from ledger.keyring import SAMPLE_KEYS
from tests.cli.talk import Rice

MILL = SAMPLE_KEYS / "luong-thuc-song-hau-xanh.json"
SILO = "https://id.gs1.org/01/09521234000105/10/S4-DX-2026"


def spoken(rice: Rice, *words: object, given: object = None) -> tuple[int, list[dict[str, Any]]]:
    data = b"" if given is None else json.dumps(given).encode()
    result = rice(*words, "--json", given=data)
    return result.exit_code, [json.loads(line) for line in result.stdout.splitlines()]


@pytest.fixture
def folder(rice: Rice, tmp_path: Path) -> Path:
    folder = tmp_path / "demo"
    made = rice("demo", "--dir", folder, "--no-serve", "--json")
    assert made.exit_code == Exit.DONE, made.output
    return folder


def test_a_count_is_stated_corrected_and_taken_back(rice: Rice, folder: Path) -> None:
    at = ("--ledger", folder, "--key", MILL)
    code, (said,) = spoken(
        rice, "state", "stock_count", "-", *at, given={"lot": SILO, "mass_g": 15_000_000}
    )
    assert (code, said["receipt"]["warnings"]) == (Exit.DONE, ["count_differs"])
    code, (declared, right) = spoken(
        rice, "correct", said["event"], *at, "--with", "-", given={"mass_g": 15_700_000}
    )
    assert (code, declared["event"]) == (Exit.DONE, said["event"])
    assert right["receipt"]["warnings"] == ["count_differs"]
    code, (again,) = spoken(rice, "correct", said["event"], *at)
    assert (code, again["refused"]["code"]) == (Exit.NO, "said_before")
    code, (taken_back,) = spoken(rice, "correct", right["event"], *at)
    assert (code, taken_back["receipt"]["warnings"]) == (Exit.DONE, [])
    audited = rice("audit", folder)
    assert audited.exit_code == Exit.DONE, audited.output


@pytest.mark.parametrize(
    ("words", "given", "code", "exit_code"),
    [
        (("state", "polishing", "-"), {}, "kind_unknown", Exit.UNREADABLE),
        (("state", "stock_count", "-"), {"lot": SILO}, "malformed_event", Exit.UNREADABLE),
        (("state", "stock_count", "-"), {"weight": 1}, "malformed_event", Exit.UNREADABLE),
        (("state", "stock_count", "-"), [], "malformed_event", Exit.UNREADABLE),
        (("correct", "urn:uuid:none"), None, "event_unrecorded", Exit.ABSENT),
    ],
)
def test_what_cannot_be_stated(
    rice: Rice,
    demo: dict[str, str],
    words: tuple[str, ...],
    given: object,
    code: str,
    exit_code: Exit,
) -> None:
    result = rice(
        *words, "--ledger", demo["folder"], "--key", MILL, given=json.dumps(given).encode()
    )
    assert (result.exit_code, f"[{code}]" in result.stderr) == (exit_code, True), result.output
