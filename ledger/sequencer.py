"""Decides the order: takes waiting statements together, judges them in turn, writes them at once.

Statements go through two stages. *Reading* needs no order and no facts: parse, understand, verify
the signatures; `readers` do it while earlier batches are judged and written. *Sequencing* is one
thread: facts are read once for the batch, the rulebook judges each statement on what those before
it changed, and one transaction writes everything.

A statement's signature is verified before it is judged, with keys that are named by the hash of
themselves; whether such a key counts, and for whom, is the rulebook's question.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import Future, wait
from dataclasses import dataclass, field
from datetime import datetime
from time import perf_counter

from ledger.errors import ConflictError, CorruptedError, LedgerError
from ledger.log.encoding import format_time, parse_time
from ledger.log.entry import format_leaf, parse_entry
from ledger.log.keys import PublicKey
from ledger.log.merkle import Frontier, leaf_hash
from ledger.log.statement import Statement, parse_statement
from ledger.log.tiles import new_tiles
from ledger.readers import PARCEL_MAX, Read, Readers
from ledger.reading import Opened, brought_keys, is_signed
from ledger.rice.case import Caution, Meaning, Place, admitted, open_meaning
from ledger.rice.facts import Fact, Key, encode_fact
from ledger.rice.judge import Decision, fact_keys, judge
from ledger.rice.sayings import said_ids
from ledger.store.projections import decode_warnings, encode_warnings, links_of, mentions_of
from ledger.store.store import Addition, EntryTuple, Head, Store, Writing
from ledger.unsigned import Unsigned

BATCH_MAX = 4_000
"""Statements in one transaction, unless one sender wants more of them to land together.

Digests and names fall anywhere in their tables, so that every batch writes most pages of them.
"""
PARCELS_AHEAD_MAX = 64
"""Parcels of one list that wait at a time: memory stays small however long the list is."""
FACTS_KEPT_MAX = 50_000

Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a sender gets: where the statement stands, and what the rules warn of."""

    index: int
    leaf_hash: bytes
    digest: bytes
    recorded_at: datetime
    warnings: tuple[Caution, ...]


Answer = Receipt | LedgerError


def receipt_of(row: EntryTuple) -> Receipt:
    """Return the receipt of an entry as it is stored."""
    index, leaf, hashed, warnings = row
    entry = parse_entry(leaf)
    return Receipt(
        index, hashed, entry.statement_digest, entry.recorded_at, decode_warnings(warnings)
    )


@dataclass(frozen=True, slots=True)
class _Parcel:
    """Statements of one sender that keep their order, and perhaps stand or fall together."""

    readings: list[Future[Read]]
    together: bool
    count: int
    arrived: float = field(default_factory=perf_counter)
    answers: Future[list[Answer]] = field(default_factory=Future)

    def read(self) -> Read:
        """Return its statements as they were read."""
        return [one for reading in self.readings for one in reading.result()]


class Sequencer:
    """The one writer of a ledger in this process; other processes take turns with it."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self.answered: Callable[[Sequence[Answer], float], object] | None = None
        """Told the answers to each parcel, and in how many seconds they came."""
        self._known: dict[str, Fact | None] = {}
        self._head: Head | None = None
        self._stopped: LedgerError | None = None
        self._line: deque[_Parcel] = deque()
        self._arrival = threading.Condition()
        self._closing = False
        self._readers = Readers(self._registered)
        self._thread = threading.Thread(target=self._run, name="sequencing", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Answer everybody who is waiting, then stop."""
        with self._arrival:
            self._closing = True
            self._arrival.notify()
        self._thread.join()
        self._readers.close()

    @property
    def waiting(self) -> int:
        """Return how many statements are in the line."""
        with self._arrival:
            return sum(parcel.count for parcel in self._line)

    def check_writing(self) -> None:
        """Refuse if nothing is written any more."""
        if self._stopped is not None:
            raise self._stopped

    def submit(
        self, statements: Sequence[bytes | Unsigned], *, together: bool = False
    ) -> Future[list[Answer]]:
        """Put statements, or drafts of them, in the line; the future answers each, in order.

        With ``together`` none lands unless all do.
        """
        with self._arrival:
            self.check_writing()
            if self._closing:
                raise CorruptedError("writing_stopped", what="closed")
            readings = self._readers.read_all(statements)
            parcel = _Parcel(readings, together, len(statements))
            self._line.append(parcel)
            self._arrival.notify()
        return parcel.answers

    def append(
        self,
        statements: Sequence[bytes],
        *,
        together: bool = False,
        progress: Callable[[int], object] | None = None,
    ) -> list[Answer]:
        """Return the answers to statements, in order, when all of them have been judged.

        ``progress`` is told, now and then, how many have been.
        """
        if together:
            return self.submit(statements, together=True).result()
        answers: list[Answer] = []
        waiting: deque[Future[list[Answer]]] = deque()
        # Beyond the end of the list nothing is sent any more, but the last parcels are waited for.
        for first in range(0, len(statements) + PARCEL_MAX * PARCELS_AHEAD_MAX, PARCEL_MAX):
            if first < len(statements):
                waiting.append(self.submit(statements[first : first + PARCEL_MAX]))
            if waiting and first >= PARCEL_MAX * (PARCELS_AHEAD_MAX - 1):
                answers += waiting.popleft().result()
                if progress is not None:
                    progress(len(answers))
        return answers

    def _registered(self, kids: Collection[str]) -> list[PublicKey]:
        """Return those of the keys that the ledger knows, whether they still count or not."""
        with self._store.reading() as view:
            facts = view.facts([f"key:{kid}" for kid in kids]).values()
        return [admitted(fact) for fact in facts if isinstance(fact, Key)]

    def _run(self) -> None:
        while parcels := self._take():
            self._sequence(parcels)

    def _take(self) -> list[_Parcel]:
        """Return the parcels of the next batch; none when the line is closed and empty.

        Nobody waits for company: while one batch is written the next one gathers.
        """
        with self._arrival:
            self._arrival.wait_for(lambda: self._line or self._closing)
            taken: list[_Parcel] = []
            count = 0
            while self._line and (not taken or count + self._line[0].count <= BATCH_MAX):
                taken.append(self._line.popleft())
                count += taken[-1].count
            return taken

    def _sequence(self, parcels: list[_Parcel]) -> None:
        """Judge, write and answer one batch.

        1. Judging. A crash here leaves nothing: no sender has a receipt, each sends again.
        2. Writing, one transaction. A crash before its commit leaves nothing, as above.
        3. Commit. A crash after it loses only the receipts; sending again finds the entries.
        4. Answers.
        """
        try:
            self.check_writing()
            wait(reading for parcel in parcels for reading in parcel.readings)
            with self._store.writing() as writing:
                if writing.before != self._head or len(self._known) > FACTS_KEPT_MAX:
                    self._known = {}  # another process has written, or enough is enough
                batch = _Batch(writing, self._known, self._store.origin, self._clock())
                batch.prepare(parcels)
                answers = [batch.take(parcel) for parcel in parcels]
                self._head = batch.write()
        except Exception as error:  # noqa: BLE001  whatever it is, the senders must hear of it
            self._give_up(parcels, error)
            return
        for parcel, answer in zip(parcels, answers, strict=True):
            if isinstance(answer, Exception):
                parcel.answers.set_exception(answer)
            else:
                parcel.answers.set_result(answer)
                if self.answered is not None:
                    self.answered(answer, perf_counter() - parcel.arrived)

    def _give_up(self, parcels: list[_Parcel], error: Exception) -> None:
        """Tell the senders; unless the race was merely lost, write no more.

        Whether a commit that failed has arrived is known to nobody (a disk that failed to sync once
        may say yes the next time), so only opening the ledger again, which checks what is stored,
        may go on.
        """
        self._known, self._head = {}, None
        if not isinstance(error, ConflictError):
            self._stopped = CorruptedError("writing_stopped", what=str(error))
            self._stopped.__cause__ = error
        for parcel in parcels:
            parcel.answers.set_exception(error)


@dataclass(slots=True)
class _Undo:
    """How a batch stood before a parcel: rows, and facts with how each was known and changed."""

    entries: int = 0
    mentions: int = 0
    links: int = 0
    unlinked: int = 0
    puts: list[tuple[str, bool, Fact | None, tuple[Fact, int] | None]] = field(default_factory=list)


def _opened(index: int, leaf: bytes, data: bytes) -> tuple[Place, Meaning]:
    return Place(index, parse_entry(leaf).recorded_at), open_meaning(parse_statement(data))


class _Batch:
    """Statements judged one after another, each on what those before it changed.

    It is a rice `Facts`, and the `Past` of what it judges.
    """

    def __init__(
        self, writing: Writing, known: dict[str, Fact | None], origin: str, now: datetime
    ) -> None:
        self._writing = writing
        self._known = known
        self._origin = origin
        before = writing.before
        last = parse_time(before.recorded) if before.recorded else now
        # The log's clock never goes backwards, whatever the machine's does; and it is cut to what
        # an entry can say, so that an audit judges at the same instant.
        self._recorded = format_time(max(now, last))
        self._at = parse_time(self._recorded)
        self._size = before.size
        self._last_hash = before.hash
        self._added = Addition(before)
        self._changed: dict[str, tuple[Fact, int]] = {}
        self._receipts: dict[bytes, Receipt] = {}
        self._told: dict[str, tuple[int, ...]] = {}
        self._past: dict[int, tuple[Place, Meaning]] = {}
        self._mentioned: tuple[int, dict[str, list[int]]] = (0, {})
        self._undo = _Undo()

    def get(self, key: str, /) -> Fact | None:
        """Return a fact as the statements so far have left it."""
        try:
            return self._known[key]
        except KeyError:
            fact = self._known[key] = self._writing.facts([key]).get(key)
            return fact

    def told(self, key: str, /) -> Sequence[int]:
        """Return the entries that changed a fact, those of this batch too."""
        if key not in self._told:
            size = self._writing.before.size
            self._told[key] = self._writing.mentions([key], size)[key]
        mentions = self._added.mentions
        if self._mentioned[0] != len(mentions):
            here: dict[str, list[int]] = {}
            for name, index in mentions:
                here.setdefault(name, []).append(index)
            self._mentioned = len(mentions), here
        return (*self._told[key], *self._mentioned[1].get(key, ()))

    def entry(self, index: int, /) -> tuple[Place, Meaning]:
        """Return where an entry stands and what it says, as it is stored or will be."""
        at = index - self._writing.before.size
        if at >= 0:
            return _opened(index, self._added.entries[at][1], self._added.statements[at][2])
        if index not in self._past:
            leaf, data = self._writing.entry(index)[1], self._writing.statement(index)
            self._past[index] = _opened(index, leaf, data)
        return self._past[index]

    def prepare(self, parcels: Sequence[_Parcel]) -> None:
        """Read what the whole batch will ask for: earlier receipts, and facts."""
        readings = [reading for parcel in parcels for reading in parcel.readings]
        read = [one for part in readings if part.exception() is None for one in part.result()]
        opened = [one for one in read if isinstance(one, Opened)]
        wanted: set[str] = set()
        for one in opened:
            wanted |= fact_keys(one.meaning)
        wanted.difference_update(self._known)
        found = self._writing.facts(wanted)
        for key in wanted:
            self._known[key] = found.get(key)
        # Every entry has left a mark of what it said; so only where one is can it be an entry.
        said = [one.meaning for one in opened if self._is_said(one.meaning)]
        places = self._writing.places([meaning.statement.digest for meaning in said])
        for digest, index in places.items():
            self._receipts[digest] = receipt_of(self._writing.entry(index))

    def _is_said(self, meaning: Meaning) -> bool:
        return any(self._known.get(f"said:{name}") for name in said_ids(meaning))

    def take(self, parcel: _Parcel) -> list[Answer] | Exception:
        """Judge the statements of a parcel in order; undo all if together they may not land."""
        added = self._added
        undo = _Undo(len(added.entries), len(added.mentions), len(added.links), len(added.unlinked))
        self._undo = undo
        try:
            answers = [self._judge(one) for one in parcel.read()]
        except CorruptedError:
            raise
        except Exception as bug:  # noqa: BLE001  a slip of ours stops one sender, not the log
            self._take_back(undo)
            return bug
        refused = [at for at, answer in enumerate(answers) if isinstance(answer, LedgerError)]
        if parcel.together and refused:
            self._take_back(undo)
            return [
                answer
                if isinstance(answer, LedgerError)
                else ConflictError("refused_together", number=refused[0] + 1)
                for answer in answers
            ]
        return answers

    def write(self) -> Head:
        """Write what was accepted and return where the log then ends."""
        added, before = self._added, self._writing.before
        if not added.entries:
            return before
        hashes = [entry[2] for entry in added.entries]
        frontier = Frontier(before.size, before.frontier)
        for one in hashes:
            frontier.append(one)
        added.tiles = new_tiles(before.size, hashes, self._writing.tile)
        added.facts = {
            key: (key, encode_fact(fact), index) for key, (fact, index) in self._changed.items()
        }
        added.head = Head(frontier.size, hashes[-1], self._recorded, tuple(frontier.hashes))
        self._writing.add(added)
        return added.head

    def _judge(self, one: Opened | LedgerError) -> Answer:
        if isinstance(one, LedgerError):
            return one
        statement = one.meaning.statement
        earlier = self._receipts.get(statement.digest)
        if earlier is not None:
            return earlier
        place = Place(self._size, self._at)
        try:
            is_verified = one.is_verified or self._verify(one.meaning)
            decision = judge(one.meaning, place, self, self)
        except CorruptedError:
            raise
        except LedgerError as refusal:
            return refusal
        assert is_verified  # the rulebook has refused what no registered key has signed
        return self._add(statement, decision)

    def _verify(self, meaning: Meaning) -> bool:
        """Verify with keys that a statement earlier in this very batch may have brought."""
        found = brought_keys(meaning)
        for kid in meaning.kids:
            fact = self.get(f"key:{kid}")
            if isinstance(fact, Key):
                found[kid] = admitted(fact)
        return is_signed(meaning, found)

    def _add(self, statement: Statement, decision: Decision) -> Receipt:
        index, added, changed = self._size, self._added, self._changed
        leaf = format_leaf(
            self._origin,
            index,
            self._last_hash,
            self._recorded,
            statement.kind,
            statement.digest,
        )
        hashed = leaf_hash(leaf)
        added.entries.append((index, leaf, hashed, encode_warnings(decision.warnings)))
        added.statements.append((index, statement.digest, statement.data))
        for key, fact in decision.puts.items():
            self._undo.puts.append(
                (key, key in self._known, self._known.get(key), changed.get(key))
            )
            self._known[key] = fact
            changed[key] = (fact, index)
        added.mentions += mentions_of(decision.puts, index)
        added.links += links_of(decision.links, index)
        added.unlinked += decision.unlinked
        receipt = Receipt(index, hashed, statement.digest, self._at, decision.warnings)
        self._receipts[statement.digest] = receipt
        self._size += 1
        self._last_hash = hashed
        return receipt

    def _take_back(self, undo: _Undo) -> None:
        added = self._added
        for _, digest, _ in added.statements[undo.entries :]:
            del self._receipts[digest]
        del added.entries[undo.entries :], added.statements[undo.entries :]
        del added.mentions[undo.mentions :], added.links[undo.links :]
        del added.unlinked[undo.unlinked :]
        for key, was_known, known, changed in reversed(undo.puts):
            self._known[key] = known
            if not was_known:
                del self._known[key]
            if changed is None:
                del self._changed[key]
            else:
                self._changed[key] = changed
        before = self._writing.before
        self._size = before.size + len(added.entries)
        self._last_hash = added.entries[-1][2] if added.entries else before.hash
