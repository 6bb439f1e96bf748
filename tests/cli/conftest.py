"""A demo made once by the command line, and a terminal to talk to it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from ledger.cli.main import app
from ledger.keyring import SAMPLE_KEYS
from tests.cli.places import Place
from tests.cli.talk import Rice, Told

SPOKEN = {"LC_ALL": "en_US.UTF-8", "RICE_LEDGER_PASSPHRASE": "", "RICE_LEDGER_FOLDER": "."}


@pytest.fixture(scope="session")
def rice() -> Rice:
    """Run ``rice-ledger`` with words; a traceback is never an answer."""

    def run(*words: object, given: str | bytes | None = None, **environment: str) -> Any:  # noqa: ANN401
        result = CliRunner().invoke(
            app, [str(word) for word in words], input=given, env={**SPOKEN, **environment}
        )
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    return run


@pytest.fixture(scope="session")
def demo(rice: Rice, tmp_path_factory: pytest.TempPathFactory) -> Told:
    """What ``rice-ledger demo --json`` says of a demo; tests only read it."""
    folder = tmp_path_factory.mktemp("demo") / "book"
    result = rice("demo", "--dir", folder, "--no-serve", "--json")
    assert result.exit_code == 0, result.output
    told: Told = json.loads(result.stdout)
    return {**told, "folder": folder}


@pytest.fixture
def book(rice: Rice, tmp_path: Path) -> Path:
    """A ledger that was only founded, with sample keys."""
    roots = [SAMPLE_KEYS / f"root-{number}.json" for number in (1, 2, 3)]
    options = [word for root in roots for word in ("--root-key", root)]
    result = rice(
        *("init", tmp_path / "book", "--origin", "demo.rice.example/cli", "--name", "Sổ thử"),
        *("--host", "demo.rice.example", "--resolver", "http://127.0.0.1:8000", *options),
        *("--log-key", SAMPLE_KEYS / "log.json"),
    )
    assert result.exit_code == 0, result.output
    return tmp_path / "book"


@pytest.fixture
def server(rice: Rice, tmp_path: Path) -> Place:
    (tmp_path / "server").mkdir()
    return Place(rice, tmp_path / "server")


@pytest.fixture
def desk(rice: Rice, tmp_path: Path) -> Place:
    (tmp_path / "desk").mkdir()
    return Place(rice, tmp_path / "desk")
