"""Serves a ledger of a benchmark in a process of its own: ``python -m tests.benchmarks.serve``.

Arguments are the ledger's folder, the number of an inherited listening socket, and whose key signs
checkpoints: ``small`` for the small season's log, ``demo`` for that of the demo.
"""

from __future__ import annotations

import signal
import socket
import sys
from pathlib import Path

import uvicorn

from api.main import create_app
from ledger.demo import PROGRAMME
from ledger.keyring import SampleKeyring
from ledger.service import Ledger, utc_now
from tests.benchmarks.trade import clock
from tests.small_season import key_of
from web.pages import make_pages


def serve(folder: Path, listening: socket.socket, whose: str) -> None:
    """Serve until told to stop."""
    is_demo = whose == "demo"
    key = SampleKeyring(PROGRAMME.origin).key("log") if is_demo else key_of("log")
    now = utc_now if is_demo else clock
    ledger = Ledger.open(folder, key, clock=now)
    app = create_app(ledger, pages=make_pages(ledger), clock=now)
    config = uvicorn.Config(
        app, log_config=None, access_log=False, lifespan="off", http="httptools"
    )
    try:
        uvicorn.Server(config).run([listening])
    finally:
        ledger.close()


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())  # so that the ledger is closed in order
    serve(Path(sys.argv[1]), socket.socket(fileno=int(sys.argv[2])), sys.argv[3])
