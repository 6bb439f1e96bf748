"""Has statements read (`reading`) ahead of the one that judges them: in threads and in children.

Drafts are signed there too, but for those whose key is not in memory. A child is told a signing key
over the line that is its alone, when the first draft that takes it comes.

Threads wait for the interpreter's lock whenever the judge holds it. So where more statements gather
than a moment's work, child processes are started, one for each processor, and take parcels from
one line. Short commands never start any.

A child only ever says yes: what it could not read, or found badly signed, is read again here, so a
refusal is the same wherever it was found. A child that is lost costs its parcels a second reading,
and when none is left threads go on. Children end when the line to them closes, which the system
does for a process that was killed.
"""

from __future__ import annotations

import os
import pickle
import socket
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable, Collection, Iterable, Sequence
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, field

from ledger.errors import CorruptedError, LedgerError
from ledger.log.keys import MemoryKey, PublicKey, SigningKey
from ledger.log.statement import signer_of
from ledger.reading import (
    BUFFER_BYTES,
    PROTOCOL,
    READY,
    Opened,
    Sent,
    Told,
    asked,
    brought_keys,
    hear,
    is_signed,
    open_statement,
)
from ledger.unsigned import Unsigned, sealed

PARCEL_MAX = 128
"""Statements of a long list that are best read together."""
PARCEL_MIN = 16
"""Fewer are not worth the way to a child."""
BACKLOG_MIN = 1_000
"""Statements waiting to be read when children are started: more than a tenth of a second's work."""
AHEAD_MAX = 2
"""Parcels at one child: one is read while the next is on its way."""
KEYS_KEPT_MAX = 65_536

Read = list[Opened | LedgerError]
FindKeys = Callable[[Collection[str]], Iterable[PublicKey]]
"""Returns those of the keys, by thumbprint, that are registered."""

_CHILD = (
    "import sys; sys.path[:] = sys.argv[2:]; "
    "from ledger.reading import serve; serve(int(sys.argv[1]))"
)


@dataclass(frozen=True, slots=True)
class _Parcel:
    """Statements and drafts in order, and where what was read of them is awaited."""

    statements: Sequence[bytes | Unsigned]
    reading: Future[Read] = field(default_factory=Future)

    @property
    def signers(self) -> dict[str, SigningKey]:
        """Return the keys that sign its drafts, by name."""
        drafts = (one for one in self.statements if isinstance(one, Unsigned))
        return {key.public.kid: key for draft in drafts for key in draft.keys}

    @property
    def may_travel(self) -> bool:
        """Tell whether a child could read it, and whether that is worth the way."""
        if len(self.statements) < PARCEL_MIN:
            return False
        return all(isinstance(key, MemoryKey) for key in self.signers.values())


class Readers:
    """Reads statements for one judge, with at most so many child processes."""

    def __init__(self, find_keys: FindKeys, *, children: int | None = None) -> None:
        self._find_keys = find_keys
        self._keys: dict[str, PublicKey] = {}
        self._lock = threading.Lock()
        self._for_threads = threading.Condition(self._lock)
        self._for_children = threading.Condition(self._lock)
        self._short: deque[_Parcel] = deque()
        self._long: deque[_Parcel] = deque()
        self._unread = 0
        self._threads: list[threading.Thread] = []
        self._children: list[_Child] = []
        self._ready = 0
        self._closing = False
        processors = _processors()
        self._threads_max = processors + 1
        # On a single processor a child would only add the way to it.
        self._children_max = (processors if processors > 1 else 0) if children is None else children

    def read(self, statements: Sequence[bytes | Unsigned]) -> Future[Read]:
        """Return what each statement says, in order, or why it is refused.

        Drafts are signed first. Signatures are verified with the keys that are known when a
        statement is read.
        """
        parcel = _Parcel(statements)
        may_travel = parcel.may_travel
        with self._lock:
            self._unread += len(statements)
            if may_travel:
                self._long.append(parcel)
                self._for_children.notify()
            else:
                self._short.append(parcel)
            if not self._ready or self._short:
                self._for_threads.notify()
            if len(self._threads) < self._threads_max:
                self._threads.append(_started(self._run, f"reading {len(self._threads)}"))
            if self._unread >= BACKLOG_MIN and not self._children:
                self._start_children()
        return parcel.reading

    def read_all(self, statements: Sequence[bytes | Unsigned]) -> list[Future[Read]]:
        """Do as `read` in as many parcels as the statements make, one after another."""
        starts = range(0, len(statements), PARCEL_MAX)
        return [self.read(statements[first : first + PARCEL_MAX]) for first in starts]

    @property
    def children(self) -> list[int]:
        """Return the process ids of the children that have started and are still there."""
        with self._lock:
            there = [one for one in self._children if one.is_ready and not one.is_lost]
        return [child.pid for child in there]

    def close(self) -> None:
        """Let go of threads and children. Nobody may be waiting for an answer any more."""
        with self._lock:
            self._closing = True
            self._for_threads.notify_all()
            self._for_children.notify_all()
        for child in self._children:
            child.end()
        for thread in self._threads:
            thread.join()

    def keys_of(self, parcel: _Parcel) -> list[PublicKey]:
        """Return the keys that statements name, as far as they are known."""
        signed = (one for one in parcel.statements if isinstance(one, bytes))
        named = {signer_of(data).rpartition("#")[2] for data in signed} | parcel.signers.keys()
        self._look_up(named)
        return [key for kid in named if (key := self._keys.get(kid)) is not None]

    def take_for(self, child: _Child) -> _Parcel | None:
        """Return the next parcel for a child when there is one; nothing when it is to end."""
        with self._lock:
            self._for_children.wait_for(
                lambda: (
                    self._closing
                    or child.is_lost
                    or (self._long and len(child.parcels) < AHEAD_MAX)
                )
            )
            if self._closing or child.is_lost:
                return None
            parcel = self._long.popleft()
            child.parcels.append(parcel)
            return parcel

    def welcome(self, child: _Child) -> None:
        """Give parcels to a child from now on: it has started."""
        with self._lock:
            child.is_ready = True
            self._ready += 1

    def hear(self, child: _Child, told: Sequence[Told | None]) -> None:
        """Answer the first parcel of a child with what it told."""
        with self._lock:
            parcel = child.parcels.popleft()
            self._for_children.notify_all()
        self._answer(parcel, told)

    def lose(self, child: _Child) -> None:
        """Give to threads what a child leaves unread; if it was the last one, everything."""
        with self._lock:
            child.is_lost = True
            self._ready -= child.is_ready
            self._short.extend(child.parcels)
            child.parcels.clear()
            self._for_threads.notify_all()
            self._for_children.notify_all()

    def _start_children(self) -> None:
        """Start the children; where the system gives none, threads do without."""
        with suppress(OSError):
            while len(self._children) < self._children_max:
                self._children.append(_Child(self))
        self._children_max = len(self._children)

    def _run(self) -> None:
        """Read parcels in this thread: short ones, and long ones while no child is there."""
        while True:
            with self._lock:
                self._for_threads.wait_for(
                    lambda: self._closing or self._short or (self._long and not self._ready)
                )
                if self._closing:
                    return
                parcel = (self._short or self._long).popleft()
            self._answer(parcel, [None] * len(parcel.statements))

    def _answer(self, parcel: _Parcel, told: Sequence[Told | None]) -> None:
        try:
            read = [
                self._open(one) if answer is None else self._heard(one, answer)
                for one, answer in zip(parcel.statements, told, strict=True)
            ]
        except Exception as error:  # noqa: BLE001  whatever it is, the sender must hear of it
            parcel.reading.set_exception(error)
        else:
            parcel.reading.set_result(read)
        with self._lock:
            self._unread -= len(parcel.statements)

    def _open(self, one: bytes | Unsigned) -> Opened | LedgerError:
        """Return a statement read in this thread."""
        data = one if isinstance(one, bytes) else sealed(one)
        try:
            opened = open_statement(data, self._keys)
            if not opened.is_verified and self._look_up(opened.meaning.kids):
                opened = open_statement(data, self._keys)
        except CorruptedError:
            raise
        except LedgerError as refusal:
            return refusal
        self._keep_brought(opened)
        return opened

    def _heard(self, one: bytes | Unsigned, told: Told) -> Opened | LedgerError:
        """Return a statement read by a child, once more verified here if a key has arrived."""
        opened = hear(told, one if isinstance(one, bytes) else b"")
        if not opened.is_verified:
            try:
                opened = Opened(opened.meaning, is_signed(opened.meaning, self._keys))
            except LedgerError as refusal:
                return refusal
        self._keep_brought(opened)
        return opened

    def _keep_brought(self, opened: Opened) -> None:
        """Keep the keys a statement brings: those who follow may be signed with them.

        It may yet be refused; then so is what they sign.
        """
        if opened.is_verified and (brought := brought_keys(opened.meaning)):
            self._keep(brought.values())

    def _look_up(self, kids: Collection[str]) -> bool:
        """Find registered keys that were not met before; tell whether there are any."""
        missing = [kid for kid in kids if kid not in self._keys]
        found = list(self._find_keys(missing)) if missing else []
        self._keep(found)
        return bool(found)

    def _keep(self, keys: Iterable[PublicKey]) -> None:
        if len(self._keys) > KEYS_KEPT_MAX:
            self._keys.clear()  # those in use are found again
        self._keys.update((key.kid, key) for key in keys)


class _Child:
    """A process that reads parcels: one thread writes to it, one hears from it."""

    def __init__(self, readers: Readers) -> None:
        self.parcels: deque[_Parcel] = deque()
        self.is_ready = False
        self.is_lost = False
        self._readers = readers
        self._told: set[str] = set()
        self._lent: set[str] = set()
        ours, theirs = socket.socketpair()
        with theirs:
            try:
                self._process = subprocess.Popen(  # noqa: S603  (our own interpreter, our own code)
                    [sys.executable, "-c", _CHILD, str(theirs.fileno()), *sys.path],
                    pass_fds=[theirs.fileno()],
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                )
            except OSError:
                ours.close()
                raise
        self._line = ours
        self._threads = [_started(self._send, "to child"), _started(self._hear, "from child")]

    @property
    def pid(self) -> int:
        """Return the process id."""
        return self._process.pid

    def end(self) -> None:
        """End the process, whatever it is at."""
        self._process.kill()
        self._process.wait()
        for thread in self._threads:
            thread.join()
        self._line.close()

    def _send(self) -> None:
        while parcel := self._readers.take_for(self):
            try:
                keys = self._readers.keys_of(parcel)
            except Exception:  # noqa: BLE001  whoever reads it again meets the same, and tells
                keys = []
            unheard = [key for key in keys if key.kid not in self._told]
            sent: Sent = (
                [(dict(key.jwk), "RS256" in key.algorithms) for key in unheard],
                [
                    (key.secret, key.alg)
                    for kid, key in parcel.signers.items()
                    if kid not in self._lent and isinstance(key, MemoryKey)
                ],
                [asked(one) for one in parcel.statements],
            )
            self._told.update(key.kid for key in keys)
            self._lent.update(parcel.signers)
            with suppress(OSError):  # who hears from the child notices that it is lost
                self._line.sendall(pickle.dumps(sent, PROTOCOL))

    def _hear(self) -> None:
        with (
            suppress(EOFError, OSError, pickle.UnpicklingError),
            self._line.makefile("rb", BUFFER_BYTES) as told,
        ):
            if pickle.load(told) == READY:  # noqa: S301  (our own child wrote it)
                self._readers.welcome(self)
            while True:
                self._readers.hear(self, pickle.load(told))  # noqa: S301
        self._readers.lose(self)


def _started(run: Callable[[], None], name: str) -> threading.Thread:
    thread = threading.Thread(target=run, name=name, daemon=True)
    thread.start()
    return thread


def _processors() -> int:
    """Return how many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
