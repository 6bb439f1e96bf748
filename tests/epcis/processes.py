"""A ledger and a gateway before it, each a process of its own, as an organisation runs them."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

from ledger.keyring import format_key, make_key
from ledger.service import Ledger
from tests.house import ROOT
from tests.small_season import founding, harvest, key_of, opening

_PROGRAM = "from ledger.cli.main import app; app()"
_ADDRESS = re.compile(rb"(http://127\.0\.0\.1:[0-9]+)")


@contextmanager
def running(*words: object) -> Iterator[str]:
    """Run ``rice-ledger`` with words that serve something; give its address; stop it."""
    environment = {**os.environ, "LC_ALL": "en_US.UTF-8", "PYTHONUNBUFFERED": "1"}
    # Nobody reads the pipe meanwhile: a line for each request would fill it.
    environment |= {"RICE_LEDGER_LOG_LEVEL": "warning", "RICE_LEDGER_LOG_FORMAT": "text"}
    with subprocess.Popen(
        [sys.executable, "-c", _PROGRAM, *map(str, words)],
        cwd=ROOT,
        env=environment,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stderr is not None
        try:
            # Variables that are no settings are told first, among them those of a test run.
            lines = iter(process.stderr.readline, b"")
            found = next(filter(None, map(_ADDRESS.search, lines)), None)
            assert found, f"{words} ended without an address"
            yield found[1].decode()
        finally:
            process.terminate()
            process.stderr.read()


@contextmanager
def season(folder: Path, *gateway_options: str) -> Iterator[tuple[str, str]]:
    """Give the addresses of a ledger with nine lots on their way to a mill, and of its gateway."""
    for holder in ("log", "nha-may"):
        made = make_key(holder, sha256(holder.encode()).digest(), "EdDSA", sample=True)
        (folder / f"{holder}.json").write_bytes(format_key(made))
    ledger = Ledger.create(folder / "book", key_of("log"), founding=founding())
    ledger.append([*opening(), *map(harvest, range(1, 10))])
    ledger.close()
    with (
        running(
            *("serve", "--ledger", folder / "book", "--log-key", folder / "log.json"),
            *("--port", 0),
        ) as book,
        running(
            *("gateway", "--ledger-url", book, "--key", folder / "nha-may.json", "--port", 0),
            *("--file", folder / "gateway.db", *gateway_options),
        ) as gateway,
    ):
        yield book, gateway
