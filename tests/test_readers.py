"""Statements read in child processes are the same as those read here, whatever becomes of them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from unittest.mock import patch

import pytest

from ledger.audit import audit
from ledger.errors import LedgerError
from ledger.log.keys import EcdsaSigningKey, Ed25519SigningKey, PublicKey, SigningKey
from ledger.readers import BACKLOG_MIN, PARCEL_MAX, Readers
from ledger.reading import Opened, open_statement
from ledger.rice import acts
from ledger.rice.anchors import Accredited
from ledger.rice.credentials import Attested
from ledger.rice.labels import LabelBatch
from ledger.sequencer import Receipt
from ledger.service import Ledger
from ledger.store.source import ExportedLog, FolderFiles, StoredLog
from ledger.unsigned import Labelling, Unsigned, sealed
from tests.small_season import (
    AREA,
    ORIGIN,
    PADDY,
    SEASON,
    Clock,
    founding,
    harvest,
    key_of,
    lot,
    opening,
    registration,
)

HARVESTS = [harvest(number) for number in range(BACKLOG_MIN + 2 * PARCEL_MAX)]
WAIT_S = 60


def registered(kids: Collection[str]) -> list[PublicKey]:
    keys = [key_of(name).public for name in ("htx", "so")]
    return [key for key in keys if key.kid in kids]


def read(readers: Readers, statements: Sequence[bytes | Unsigned]) -> list[Opened | LedgerError]:
    return [one for reading in readers.read_all(statements) for one in reading.result(WAIT_S)]


def told(one: Opened | LedgerError) -> object:
    """Return what two readings of the same bytes have in common."""
    return one if isinstance(one, Opened) else (type(one), one.code, one.details)


def until(holds: Callable[[], object]) -> None:
    end = time.monotonic() + WAIT_S
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.01)


def bent(data: bytes) -> bytes:
    """Return a statement with the signature of another."""
    return data[: data.rindex(b".")] + HARVESTS[-1][HARVESTS[-1].rindex(b".") :]


@pytest.fixture
def readers() -> Iterator[Readers]:
    """Give readers with two children that have started."""
    with closing(Readers(registered, children=2)) as made:
        read(made, HARVESTS)
        until(lambda: len(made.children) == 2)
        yield made


def test_a_child_tells_what_a_thread_would(readers: Readers) -> None:
    odd = [
        bent(HARVESTS[0]),
        b"",
        b"not a statement",
        HARVESTS[1][:-1] + b"=",
        harvest(1, signer="a stranger"),
        registration("moi", ("mill",), "so"),
        founding(),
    ]
    mixed = HARVESTS[: PARCEL_MAX - 10] + odd + HARVESTS[:PARCEL_MAX]
    with closing(Readers(registered, children=0)) as alone:
        here = read(alone, mixed)
        assert not alone.children
    for one, other in zip(read(readers, mixed), here, strict=True):
        assert told(one) == told(other)
    refused = [one.code for one in here if isinstance(one, LedgerError)]
    assert refused == ["signature_bad", *["malformed_statement"] * 2, "malformed"]
    verified = [one.is_verified for one in here if isinstance(one, Opened)]
    assert verified.count(False) == 1  # the stranger's


class Token:
    """A key that only its device can use."""

    alg = "ES256"

    def __init__(self) -> None:
        self._inside = EcdsaSigningKey.from_number(7)
        self.public = self._inside.public
        self.asked = 0

    def sign(self, message: bytes) -> bytes:
        self.asked += 1
        return self._inside.sign(message)


def drafts(key: SigningKey) -> list[Unsigned]:
    """Return a parcel of drafts, most of them signed with a key."""
    batch = LabelBatch(PADDY, "L1", 100)
    agreed = acts.SignBaseline(
        area=AREA,
        season=SEASON,
        scheme="https://demo.rice.example/schemes/x",
        cooperative="htx",
        verifier="so",
        signed_on="2026-01-01",
        seed_g_per_ha=1,
        n_g_per_ha=1,
        sprayings=1,
        water_l_per_ha=1,
        straw_buried_lt_30_g_per_ha=0,
        straw_buried_gt_30_g_per_ha=0,
        straw_burned_g_per_ha=0,
        regime="continuous",
        preseason="unknown",
        days=100,
    )
    read = [open_statement(data, {}).meaning.body for data in HARVESTS[: PARCEL_MAX - 5]]
    return [
        *(
            Unsigned(body, (key,), ORIGIN)
            for body in read
            if not isinstance(body, Attested | Accredited)
        ),
        Unsigned(agreed, (key_of("so"), key), ORIGIN),
        Unsigned(Labelling("L1", lot(1), batch, bytes(32)), (key,), ORIGIN),
        Unsigned(b"{}", (key,), ORIGIN, f"did:web:demo.rice.example#{key.public.kid}"),
        Unsigned(acts.RevokeKey(kid="", invalid_from="", reason="lost"), (key,), ORIGIN),
    ]


@pytest.mark.parametrize("key", [key_of("htx"), EcdsaSigningKey.from_number(7), Token()])
def test_a_draft_makes_the_same_statement_wherever_it_is_signed(
    readers: Readers, key: SigningKey
) -> None:
    made = drafts(key)
    with closing(Readers(registered, children=0)) as alone:
        here = read(alone, made)
    there = read(readers, made)
    for one, other, draft in zip(there, here, made, strict=True):
        assert told(one) == told(other)
        if isinstance(one, Opened):
            assert one.meaning.statement.data == sealed(draft)
    assert [one.code for one in here if isinstance(one, LedgerError)] == [
        "malformed_credential",
        "malformed_act",
    ]


def test_a_child_signs_unless_the_key_is_a_device(readers: Readers) -> None:
    token, lent = Token(), key_of("htx")
    with patch.object(Ed25519SigningKey, "sign", side_effect=AssertionError("signed here")):
        plain = [one for one in drafts(lent) if len(one.keys) == 1 and one.kid is None][:-1]
        assert all(isinstance(one, Opened) for one in read(readers, plain))
    count = len(drafts(token))
    read(readers, drafts(token))
    assert token.asked == count


def test_drafts_of_a_lost_child_are_signed_by_others(readers: Readers) -> None:
    made = drafts(key_of("htx"))
    readings = [readers.read(made) for _ in range(20)]
    for child in readers.children:
        os.kill(child, signal.SIGKILL)
    for reading in readings:
        for one, draft in zip(reading.result(WAIT_S), made, strict=True):
            if isinstance(one, Opened):
                assert one.meaning.statement.data == sealed(draft)
        assert sum(isinstance(one, Opened) for one in reading.result()) == len(made) - 2


def test_a_short_list_starts_no_child() -> None:
    with closing(Readers(registered, children=2)) as made:
        for first in range(0, len(HARVESTS), PARCEL_MAX):
            read(made, HARVESTS[first : first + PARCEL_MAX])
        assert not made._children


def test_what_a_lost_child_leaves_is_read_by_others(readers: Readers) -> None:
    readings = [readers.read(HARVESTS[:PARCEL_MAX]) for _ in range(20)]
    os.kill(readers.children[0], signal.SIGKILL)
    for reading in readings:
        assert all(isinstance(one, Opened) for one in reading.result(WAIT_S))
    until(lambda: len(readers.children) == 1)
    readings = [readers.read(HARVESTS[:PARCEL_MAX]) for _ in range(20)]
    os.kill(readers.children[0], signal.SIGKILL)
    for reading in readings:
        assert all(isinstance(one, Opened) for one in reading.result(WAIT_S))
    until(lambda: not readers.children)
    assert all(isinstance(one, Opened) for one in read(readers, HARVESTS))


def test_where_no_child_can_be_started_threads_do_without(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    with closing(Readers(registered, children=2)) as made:
        assert all(isinstance(one, Opened) for one in read(made, HARVESTS))
        assert not made._children


def test_a_child_that_ends_at_once_is_done_without(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "true")
    with closing(Readers(registered, children=2)) as made:
        assert all(isinstance(one, Opened) for one in read(made, HARVESTS))
        until(lambda: all(child.is_lost for child in made._children))
        assert all(isinstance(one, Opened) for one in read(made, HARVESTS))


def test_a_key_that_comes_in_with_one_statement_verifies_the_next() -> None:
    newcomer = registration("htx", ("cooperative",), "so")
    with closing(Readers(lambda kids: [], children=0)) as made:  # noqa: ARG005
        (before,) = read(made, HARVESTS[:1])
        assert isinstance(before, Opened)
        assert not before.is_verified
    with closing(Readers(registered, children=0)) as made:
        made._find_keys = lambda kids: [key_of("so").public]  # noqa: ARG005
        first, after = read(made, [newcomer]) + read(made, HARVESTS[:1])
        assert isinstance(first, Opened)
        assert isinstance(after, Opened)
        assert (first.is_verified, after.is_verified) == (True, True)


def test_children_end_with_a_parent_that_is_killed() -> None:
    script = (
        "import sys, time; from tests import test_readers as t; "
        "made = t.Readers(t.registered, children=2); t.read(made, t.HARVESTS); "
        "t.until(lambda: len(made.children) == 2); print(*made.children, flush=True); "
        "time.sleep(60)"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", script],
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[1],
    )
    assert parent.stdout is not None
    children = [int(pid) for pid in parent.stdout.readline().split()]
    assert len(children) == 2
    parent.kill()
    parent.wait()
    parent.stdout.close()
    until(lambda: not any(is_running(pid) for pid in children))


def is_running(pid: int) -> bool:
    """Whether a process is there and has not ended, even if nobody has looked at how it did."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def test_a_long_list_is_answered_in_order_and_audited(tmp_path: Path) -> None:
    ledger = Ledger.create(tmp_path / "a", key_of("log"), founding=founding(), clock=Clock())
    statements = [*opening(), *HARVESTS]
    statements[700] = bent(statements[700])
    statements[1_000] = statements[999]
    answers = ledger.append(statements)
    refused = {at: one.code for at, one in enumerate(answers) if isinstance(one, LedgerError)}
    assert refused == {700: "signature_bad"}
    indexes = [one.index for one in answers if isinstance(one, Receipt)]
    # Entry 0 is the founding; the bent one has no place, the one said twice has one.
    assert indexes == [*range(1, 1_000), *range(999, len(statements) - 1)]
    again = ledger.append(statements)
    assert [told_answer(one) for one in again] == [told_answer(one) for one in answers]
    ledger.publish()
    vkey, size = ledger.log_key, ledger.size
    ledger.export(tmp_path / "export")
    with ledger.reading() as view:
        kept, written = StoredLog(view), ExportedLog(FolderFiles(tmp_path / "export"), size)
        for start, stop in ((0, size), (0, 1), (255, 257), (300, 301), (700, 1_030)):
            rows = [(*row[:2], *row[3:]) for row in kept.rows(start, stop)]
            assert [(*row[:2], *row[3:]) for row in written.rows(start, stop)] == rows
    ledger.close()
    # The files of an export hold 256 entries each, whatever number is read together.
    for place in ("a", "export"):
        assert not audit(tmp_path / place, vkey).findings


def told_answer(one: Receipt | LedgerError) -> object:
    return one if isinstance(one, Receipt) else (one.code, one.details)
