"""A ledger that is killed, or whose disk fails, loses no entry it has answered for."""

from __future__ import annotations

import signal
import sqlite3
from collections.abc import Iterator
from contextlib import suppress
from multiprocessing import get_context
from multiprocessing.context import ForkServerContext
from pathlib import Path

import pytest
from sqlalchemy import Connection, event
from sqlalchemy.exc import OperationalError

from ledger.audit import audit
from ledger.errors import CorruptedError
from ledger.rice.judge import judge
from ledger.sequencer import Receipt
from ledger.service import Ledger
from tests.killed import append_until_killed
from tests.small_season import Clock, founding, harvest, key_of, opening

KILLS = 50


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = Ledger.create(tmp_path / "ledger", key_of("log"), founding=founding(), clock=Clock())
    made.append(opening())
    made.close()
    return tmp_path / "ledger"


@pytest.fixture
def ledger(folder: Path) -> Iterator[Ledger]:
    made = Ledger.open(folder, key_of("log"), clock=Clock())
    yield made
    made.close()


def test_no_answered_entry_is_lost_when_the_process_is_killed(folder: Path) -> None:
    answered: dict[int, bytes] = {}
    processes = get_context("forkserver")  # imports once, so that a process is cheap to lose
    processes.set_forkserver_preload(["tests.killed"])
    for cycle in range(KILLS):
        answered |= _appended_until_killed(processes, folder, cycle)
    assert len(answered) > KILLS
    ledger = Ledger.open(folder, key_of("log"), clock=Clock())
    with ledger.reading() as view:
        found = view.places(answered.values())
    assert {index: digest for digest, index in found.items()} == answered
    ledger.publish()
    vkey = ledger.log_key
    ledger.close()
    report = audit(folder, vkey)
    assert (report.ok, report.findings) == (True, [])


def _appended_until_killed(
    processes: ForkServerContext, folder: Path, cycle: int
) -> dict[int, bytes]:
    """Return what a process was answered for before it was killed in the middle of its work."""
    answers, theirs = processes.Pipe(duplex=False)
    worker = processes.Process(
        target=append_until_killed, args=(str(folder), 10_000 * cycle, theirs)
    )
    worker.start()
    theirs.close()
    assert answers.recv() is None
    heard = [answers.recv() for _ in range(cycle % 7)]
    worker.kill()
    with suppress(EOFError):  # what was cut off was never said
        while True:
            heard.append(answers.recv())
    worker.join()
    assert worker.exitcode == -signal.SIGKILL
    answers.close()
    worker.close()
    return dict(heard)


def _is_writing(connection: Connection) -> bool:
    return bool(connection.get_execution_options().get("is_writing"))


def _disk_failure() -> OperationalError:
    return OperationalError("COMMIT", None, sqlite3.OperationalError("disk I/O error"))


def test_a_commit_that_fails_before_it_is_kept_stops_the_writing(ledger: Ledger) -> None:
    size = ledger.size

    def fail(connection: Connection) -> None:
        if _is_writing(connection):
            raise _disk_failure()

    event.listen(ledger.store.engine, "commit", fail)
    with pytest.raises(CorruptedError) as failed:
        ledger.append([harvest(1)])
    assert failed.value.code == "store_failed"
    event.remove(ledger.store.engine, "commit", fail)
    # The disk may say yes the next time: nothing is written until the ledger is opened again.
    with pytest.raises(CorruptedError) as stopped:
        ledger.append([harvest(1)])
    assert stopped.value.code == "writing_stopped"
    assert ledger.size == size
    _goes_on(ledger.folder, size)


def test_a_commit_that_is_kept_but_reported_failed_loses_only_the_receipt(
    ledger: Ledger,
) -> None:
    size = ledger.size

    def commit_and_fail(connection: Connection) -> None:
        if _is_writing(connection):
            connection.exec_driver_sql("COMMIT")
            raise _disk_failure()

    event.listen(ledger.store.engine, "commit", commit_and_fail)
    with pytest.raises(CorruptedError):
        ledger.append([harvest(1)])
    event.remove(ledger.store.engine, "commit", commit_and_fail)
    with pytest.raises(CorruptedError) as stopped:
        ledger.submit([harvest(2)])
    assert stopped.value.code == "writing_stopped"
    assert ledger.size == size + 1
    _goes_on(ledger.folder, size)


def _goes_on(folder: Path, size: int) -> None:
    """Open again: the statement gets its receipt, whether or not it had landed."""
    again = Ledger.open(folder, key_of("log"), clock=Clock())
    answer = again.append([harvest(1)])[0]
    assert isinstance(answer, Receipt)
    assert answer.index == size
    assert again.size == size + 1
    again.publish()
    vkey = again.log_key
    again.close()
    assert audit(folder, vkey).ok


def test_a_slip_of_ours_stops_one_sender_and_not_the_log(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slip(meaning: object, place: object, facts: object, past: object) -> object:
        assert getattr(getattr(meaning, "body", None), "mass_g", 0) != 13, "a slip"
        return judge(meaning, place, facts, past)  # type: ignore[arg-type]

    monkeypatch.setattr("ledger.sequencer.judge", slip)
    good = ledger.submit([harvest(1)])
    bad = ledger.submit([harvest(2), harvest(3, mass_g=13)])
    late = ledger.submit([harvest(4)])
    with pytest.raises(AssertionError, match="a slip"):
        bad.result()
    first, last = good.result()[0], late.result()[0]
    assert isinstance(first, Receipt)
    assert isinstance(last, Receipt)
    assert last.index == first.index + 1
    ledger.publish()


def test_a_changed_tile_is_never_signed_over(ledger: Ledger) -> None:
    ledger.append([harvest(1)])
    with ledger.store.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE tile SET hashes = zeroblob(length(hashes))")
    with pytest.raises(CorruptedError) as refused:
        ledger.publish()
    assert refused.value.code in {"tile_differs", "past_differs"}
    assert ledger.published().size == 1


def test_a_changed_entry_is_never_signed_over(ledger: Ledger) -> None:
    ledger.append([harvest(1)])
    with ledger.store.engine.begin() as connection:
        connection.exec_driver_sql(
            'UPDATE entry SET leaf = CAST(replace(leaf, "event", "act") AS BLOB) WHERE "index" = 7'
        )
    with pytest.raises(CorruptedError) as refused:
        ledger.publish()
    assert (refused.value.code, refused.value.details) == ("entry_differs", {"index": 7})
