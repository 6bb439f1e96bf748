"""The one door for writing: statements of many connections go to the ledger together.

The sequencer writes whole batches; asking it once for each connection would cost a change of
threads for each. What arrives within one turn of the event loop is handed over as one parcel, and
so is everything that gathers while earlier parcels are on their way.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from functools import partial

from ledger.errors import LedgerError
from ledger.readers import PARCEL_MAX
from ledger.sequencer import Answer, Receipt

PARCELS_AHEAD_MAX = 2
"""Parcels on their way at a time: one is written while others are read."""

Submit = Callable[[Sequence[bytes]], Future[list[Answer]]]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a statement, and whether it is in the log since now."""

    answer: Answer
    is_new: bool


_Waiting = tuple[bytes, asyncio.Future[Outcome]]
"""A statement and who waits to hear of it."""


class Door:
    """Takes statements to a ledger. Belongs to one event loop."""

    def __init__(self, submit: Submit, size: int) -> None:
        self._submit = submit
        self._size = size
        self._waiting: list[_Waiting] = []
        self._alone: list[_Waiting] = []
        self._parcels = 0
        self._is_due = False

    async def append(self, statement: bytes) -> Outcome:
        """Return what became of one statement."""
        loop = asyncio.get_running_loop()
        outcome: asyncio.Future[Outcome] = loop.create_future()
        self._waiting.append((statement, outcome))
        if not self._is_due and self._parcels < PARCELS_AHEAD_MAX:
            self._is_due = True
            loop.call_soon(self._hand_over)
        return await outcome

    def seen(self, answers: Sequence[Answer], size: int) -> list[Outcome]:
        """Return answers with whether each is new, given the size when its parcel set out."""
        outcomes = []
        for answer in answers:
            is_new = False
            if isinstance(answer, Receipt):
                is_new = answer.index >= size
                size = max(size, answer.index + 1)
            outcomes.append(Outcome(answer, is_new))
        self._size = max(self._size, size)
        return outcomes

    @property
    def size(self) -> int:
        """Return how many entries this door knows of."""
        return self._size

    def _hand_over(self) -> None:
        self._is_due = False
        while (self._alone or self._waiting) and self._parcels < PARCELS_AHEAD_MAX:
            parcel = self._next()
            size = self._size
            try:
                answers = asyncio.wrap_future(self._submit([data for data, _ in parcel]))
            except LedgerError as refusal:
                _tell_all(parcel, refusal)
                continue
            self._parcels += 1
            answers.add_done_callback(partial(self._tell, parcel, size))

    def _next(self) -> list[_Waiting]:
        if self._alone:
            return [self._alone.pop(0)]
        parcel, self._waiting = self._waiting[:PARCEL_MAX], self._waiting[PARCEL_MAX:]
        return parcel

    def _tell(self, parcel: list[_Waiting], size: int, done: asyncio.Future[list[Answer]]) -> None:
        self._parcels -= 1
        error = done.exception()
        if error is not None and not isinstance(error, LedgerError) and len(parcel) > 1:
            # A slip of ours over one statement took back the whole parcel. Its sender shall not
            # stop the others: each is asked again by itself.
            self._alone += parcel
        elif error is not None:
            _tell_all(parcel, error)
        else:
            for (_, waiting), outcome in zip(parcel, self.seen(done.result(), size), strict=True):
                if not waiting.done():  # a sender may have hung up meanwhile
                    waiting.set_result(outcome)
        self._hand_over()


def _tell_all(parcel: list[_Waiting], error: BaseException) -> None:
    for _, waiting in parcel:
        if not waiting.done():
            waiting.set_exception(error)
