"""``rice-ledger serve`` as an operator starts it: a process of its own, asked over the network."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from tests.house import ROOT

SECONDS_MAX = 60
RUN = [sys.executable, "-c", "from ledger.cli.main import app; app()"]


def environment(**more: str) -> dict[str, str]:
    """Return what a command of ours needs from its environment, and nothing of this process's."""
    return {
        "PYTHONPATH": str(ROOT),
        "PATH": os.environ.get("PATH", ""),
        "LC_ALL": "en_US.UTF-8",
        **more,
    }


@dataclass
class Served:
    """A server that runs, and what it has told of itself so far."""

    process: subprocess.Popen[bytes]
    log: Path
    address: str = ""
    client: httpx.Client = field(default_factory=lambda: httpx.Client(timeout=20))

    def lines(self) -> list[dict[str, Any]]:
        """Return the events of the log; a line that is none fails the test."""
        return [json.loads(line) for line in self.log.read_text().splitlines()]

    def events(self, name: str) -> list[dict[str, Any]]:
        """Return the events of one name."""
        return [line for line in self.lines() if line["event"] == name]

    def get(self, path: str, **headers: str) -> httpx.Response:
        """Return what the server answers."""
        return self.client.get(f"{self.address}{path}", headers=headers)

    def stop(self) -> int:
        """Tell the server to end; return its exit status."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(SECONDS_MAX)


@contextmanager
def served(
    folder: Path, *options: object, log: str = "served", **variables: str
) -> Iterator[Served]:
    """Serve a ledger at a free port; what it tells goes to a file beside the ledger."""
    file = folder.parent / f"{log}.log"
    words = ["serve", "--ledger", folder, "--port", 0, *options]
    with file.open("wb") as out:
        process = subprocess.Popen(
            [*RUN, *map(str, words)],
            env=environment(**variables),
            stdin=subprocess.DEVNULL,
            stderr=out,
        )
    here = Served(process, file)
    try:
        _wait_until_served(here)
        yield here
    finally:
        here.client.close()
        if process.poll() is None:
            process.kill()
        process.wait(SECONDS_MAX)


def _wait_until_served(here: Served) -> None:
    deadline = time.monotonic() + SECONDS_MAX
    while True:
        assert here.process.poll() is None, here.log.read_text()
        assert time.monotonic() < deadline, here.log.read_text()
        begun = [
            json.loads(line)
            for line in here.log.read_text().splitlines(keepends=True)
            if line.endswith("\n") and '"start"' in line
        ]
        if begun:
            here.address = begun[0]["url"]
            return
        time.sleep(0.05)
