"""A process that appends to a ledger until somebody kills it."""

from __future__ import annotations

from multiprocessing.connection import Connection
from pathlib import Path

from ledger.sequencer import Receipt
from ledger.service import Ledger
from tests.small_season import Clock, harvest, key_of


def append_until_killed(folder: str, number: int, answers: Connection) -> None:
    """Append harvests, three at a time; tell index and digest of each once it is answered for."""
    ledger = Ledger.open(Path(folder), key_of("log"), clock=Clock())
    answers.send(None)
    while True:
        for answer in ledger.append([harvest(number + at, mass_g=1_000) for at in range(3)]):
            assert isinstance(answer, Receipt), answer
            answers.send((answer.index, answer.digest))
        if number % 2:
            ledger.publish()
        number += 3
