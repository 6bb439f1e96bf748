"""The door takes statements of many connections together, and each sender hears of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from concurrent.futures import Future
from datetime import UTC, datetime
from hashlib import sha256

import pytest

from api.door import PARCELS_AHEAD_MAX, Door, Outcome
from ledger.errors import ConflictError, CorruptedError, LedgerError, MalformedError
from ledger.readers import PARCEL_MAX
from ledger.sequencer import Answer, Receipt


class Line:
    """A ledger that answers when it is told to."""

    def __init__(self) -> None:
        self.parcels: list[tuple[Sequence[bytes], Future[list[Answer]]]] = []
        self.places: dict[bytes, int] = {}

    def submit(self, statements: Sequence[bytes]) -> Future[list[Answer]]:
        answers: Future[list[Answer]] = Future()
        self.parcels.append((statements, answers))
        return answers

    def answer_all(self) -> None:
        for statements, answers in self.parcels:
            answers.set_result([self._answer(data) for data in statements])
        self.parcels.clear()

    def _answer(self, data: bytes) -> Answer:
        if data.startswith(b"bad"):
            return MalformedError("malformed", what="bad")
        index = self.places.setdefault(data, len(self.places))
        digest = sha256(data).digest()
        return Receipt(index, digest, digest, datetime(2026, 3, 1, tzinfo=UTC), ())


async def turn() -> None:
    """Let everything that is ready happen."""
    for _ in range(5):
        await asyncio.sleep(0)


async def send(door: Door, *statements: bytes) -> list[asyncio.Task[Outcome]]:
    tasks = [asyncio.create_task(door.append(data)) for data in statements]
    await turn()
    return tasks


def test_what_arrives_together_travels_together() -> None:
    async def scene() -> None:
        line = Line()
        door = Door(line.submit, 0)
        tasks = await send(door, *(b"%d" % number for number in range(PARCEL_MAX + 6)))
        assert [len(statements) for statements, _ in line.parcels] == [PARCEL_MAX, 6]
        waiting = await send(door, b"a", b"b", b"c")
        assert len(line.parcels) == PARCELS_AHEAD_MAX, "those gather until a parcel is back"
        line.answer_all()
        await turn()
        assert [list(statements) for statements, _ in line.parcels] == [[b"a", b"b", b"c"]]
        line.answer_all()
        outcomes = await asyncio.gather(*tasks, *waiting)
        indexes = [one.answer.index for one in outcomes if isinstance(one.answer, Receipt)]
        assert indexes == list(range(PARCEL_MAX + 9))
        assert all(outcome.is_new for outcome in outcomes)

    asyncio.run(scene())


def test_each_sender_hears_of_its_own() -> None:
    async def scene() -> None:
        line = Line()
        line.places = {b"known": 0}
        door = Door(line.submit, 1)
        tasks = await send(door, b"new", b"bad", b"known", b"new")
        tasks[1].cancel()  # a sender hangs up
        line.answer_all()
        first, _, known, again = await asyncio.gather(*tasks, return_exceptions=True)
        assert isinstance(first, Outcome)
        assert isinstance(known, Outcome)
        assert isinstance(again, Outcome)
        assert [one.is_new for one in (first, known, again)] == [True, False, False]
        assert first.answer == again.answer

    asyncio.run(scene())


@pytest.mark.parametrize(
    "trouble", [ConflictError("head_moved", size=1), CorruptedError("writing_stopped", what="-")]
)
def test_a_trouble_reaches_everybody_who_waits(trouble: LedgerError) -> None:
    async def scene() -> None:
        line = Line()
        door = Door(line.submit, 0)
        tasks = await send(door, b"a", b"b")
        line.parcels.pop()[1].set_exception(trouble)
        heard = await asyncio.gather(*tasks, return_exceptions=True)
        assert heard == [trouble, trouble]
        later = await send(door, b"c")
        line.answer_all()
        assert (await later[0]).is_new

    asyncio.run(scene())


def test_a_slip_over_one_statement_does_not_stop_the_others() -> None:
    async def scene() -> None:
        line = Line()
        door = Door(line.submit, 0)
        tasks = await send(door, b"a", b"slip", b"b")
        line.parcels.pop()[1].set_exception(TypeError("a slip of ours"))
        await turn()
        while line.parcels:
            statements, answers = line.parcels.pop(0)
            assert len(statements) == 1, "each is asked again by itself"
            if statements == [b"slip"]:
                answers.set_exception(TypeError("a slip of ours"))
            else:
                answers.set_result([line._answer(statements[0])])
            await turn()
        first, slip, last = await asyncio.gather(*tasks, return_exceptions=True)
        assert isinstance(slip, TypeError)
        assert isinstance(first, Outcome)
        assert isinstance(last, Outcome)
        assert first.is_new
        assert last.is_new

    asyncio.run(scene())


def test_a_line_that_is_closed_is_heard_of_at_once() -> None:
    async def scene() -> None:
        def submit(_statements: Sequence[bytes]) -> Future[list[Answer]]:
            raise CorruptedError("writing_stopped", what="closed")

        (task,) = await send(Door(submit, 0), b"a")
        with pytest.raises(CorruptedError):
            await task

    asyncio.run(scene())
