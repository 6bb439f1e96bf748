"""A person at a terminal: a program on a terminal of its own, asked and answered line by line."""

from __future__ import annotations

import os
import select
import subprocess
import sys
from pathlib import Path

from tests.house import ROOT

SECONDS_MAX = 60
_RUN = "from ledger.cli.main import app; app()"


class Terminal:
    """``rice-ledger`` with words, running in a folder on a terminal of its own."""

    def __init__(self, folder: Path, *words: object, **environment: str) -> None:
        self.seen = ""
        self._terminal, end = os.openpty()
        self._run = subprocess.Popen(
            [sys.executable, "-c", _RUN, *map(str, words)],
            cwd=folder,
            env={"PYTHONPATH": str(ROOT), "LC_ALL": "C.UTF-8", **environment},
            stdin=end,
            stdout=end,
            stderr=end,
            start_new_session=True,  # without the terminal of whoever runs the tests
        )
        os.close(end)

    def waits_for(self, text: str) -> None:
        """Read on until a text was shown."""
        while text not in self.seen and self._read():
            pass
        assert text in self.seen, self.seen

    def types(self, line: str) -> None:
        """Type a line."""
        os.write(self._terminal, line.encode() + b"\n")

    def ends(self) -> int:
        """Read to the end; return the exit status."""
        while self._read():
            pass
        os.close(self._terminal)
        return self._run.wait(SECONDS_MAX)

    def _read(self) -> bool:
        """Read what is there; tell whether there may be more."""
        if not select.select([self._terminal], [], [], SECONDS_MAX)[0]:
            return False
        try:
            data = os.read(self._terminal, 65_536)
        except OSError:  # how Linux says that nobody holds the other end any more
            return False
        self.seen += data.decode(errors="replace")
        return bool(data)
