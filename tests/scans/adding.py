"""A process that writes down sightings until somebody kills it."""

from __future__ import annotations

from datetime import date
from multiprocessing.connection import Connection
from pathlib import Path

from ledger.scans.counting import Sighting
from ledger.scans.scan_log import SCANS, ScanLog

TODAY = date(2026, 6, 10)


def add_until_killed(folder: str, number: int, answers: Connection) -> None:
    """Add one sighting for each of ever more bags; tell once the first is written."""
    log = ScanLog(Path(folder) / SCANS, 90, lambda: TODAY)
    bag = 1_000_000 * (number + 1)
    log.add("lot", bag, Sighting(1, 1, TODAY))
    log.flush()
    answers.send(None)
    while True:
        bag += 1
        log.add("lot", bag, Sighting(1, 1, TODAY))
        if bag % 100 == 0:
            log.flush()
