"""One ledger: what joins the log, the rules and the store, and alone has a clock and the log key.

`Ledger.create` founds one in a folder (`ledger.folder`), `Ledger.open` goes on with it. The log key
is handed in and never written here.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future
from contextlib import AbstractContextManager, suppress
from datetime import UTC, datetime
from pathlib import Path

from ledger.affected import Affected, trace
from ledger.archive import Archived, save_archive
from ledger.disclosures import Origin, derive_labels, erase, keep_origins, keep_private
from ledger.epcis.history import Recorded, history_document
from ledger.erasures import erase_again, remember, remembered
from ledger.errors import ConflictError, CorruptedError, LedgerError, NotFoundError
from ledger.event_index import EventIndex
from ledger.evidence import Published, build_bundle, find_serial
from ledger.folder import (
    CHECKPOINTS,
    CONFIG,
    DATABASE,
    Config,
    database_url,
    format_config,
    read_config,
)
from ledger.log import encoding, merkle
from ledger.log.checkpoint import open_checkpoint, parse_checkpoint, sign_checkpoint
from ledger.log.entry import Entry, parse_entry
from ledger.log.keys import SigningKey
from ledger.log.merkle import Frontier
from ledger.log.note import format_vkey, note_key, parse_note
from ledger.log.proof_file import TlogProof, format_proof
from ledger.log.statement import parse_statement, verify_signatures
from ledger.log.tiles import TileHashes, format_bundle, root_from_tiles
from ledger.lot_files import LotFiles
from ledger.lot_history import history_of
from ledger.lot_sheet import LotSheet, lot_sheet
from ledger.proof.trust import Trust, read_trust, write_trust
from ledger.proof.verdict import Notice, Verdict
from ledger.proof.verify import verify_bytes
from ledger.recalling import stopped_by
from ledger.rice.acts import BagRange, Found, Scope, offered_keys
from ledger.rice.case import Place, admitted, open_meaning
from ledger.rice.disclosed import Private
from ledger.rice.facts import LabelBatch as Issued
from ledger.rice.facts import find
from ledger.rice.judge import judge
from ledger.sequencer import Answer, Clock, Receipt, Sequencer, receipt_of
from ledger.status_lists import StatusLists
from ledger.store.checkpoints import Checkpoints, Signed
from ledger.store.export import export_log
from ledger.store.store import Reading, Store
from ledger.store.tree import recomputed_root
from ledger.tracing import Direction
from ledger.unsigned import Unsigned

FRESH_HOURS = 72
"""How old the log's word may be, for a reader who has not said otherwise."""
STEPS_IN_QUIET = 20
"""How many transactions of the index of events may follow each other while nothing is appended."""

Progress = Callable[[int, int], object]
"""Told how much of how much is done."""


def utc_now() -> datetime:
    """Return the machine's time; every other clock of the ledger is handed in."""
    return datetime.now(UTC)


class Ledger:
    """A ledger in a folder, open for reading and, with its log key, for signing."""

    def __init__(
        self, folder: Path, config: Config, log_key: SigningKey | None, clock: Clock
    ) -> None:
        self.folder = folder
        self.config = config
        self.origin = config.origin
        self.store = Store.open(database_url(folder, config.database))
        self.events = EventIndex(self.store)
        self.checkpoints = Checkpoints(folder / CHECKPOINTS)
        self._log_key = log_key
        self._clock = clock
        self._publishing = threading.Lock()
        self._lists = StatusLists()
        self._lot_files = LotFiles(self.store)
        try:
            self._check_past()
        except LedgerError:
            self.store.close()
            self.checkpoints.close()
            raise
        self.sequencer = Sequencer(self.store, clock)

    @classmethod
    def create(
        cls,
        folder: Path,
        log_key: SigningKey,
        *,
        founding: bytes,
        database: str = DATABASE,
        resolver: str = "",
        clock: Clock = utc_now,
    ) -> Ledger:
        """Found a ledger in a folder; its first checkpoint is signed at once.

        The configuration is written last: until then the folder is no ledger, and a crash leaves
        nothing that anybody was shown.
        """
        origin = check_founding(founding, clock())
        if (folder / CONFIG).exists() or (folder / CHECKPOINTS).exists():
            raise ConflictError("folder_taken", folder=str(folder))
        folder.mkdir(parents=True, exist_ok=True)
        config = Config(origin=origin, database=database, resolver=resolver)
        Store.create(database_url(folder, database), origin).close()
        Checkpoints.create(folder / CHECKPOINTS).close()
        ledger = cls(folder, config, log_key, clock)
        answer = ledger.append([founding])[0]
        assert isinstance(answer, Receipt), answer  # it was judged before anything was made
        ledger.publish()
        (folder / CONFIG).write_bytes(format_config(config))
        return ledger

    @classmethod
    def open(
        cls, folder: Path, log_key: SigningKey | None = None, *, clock: Clock = utc_now
    ) -> Ledger:
        """Go on with the ledger in a folder; without its key nothing can be published.

        Refuses a database that is older than the last checkpoint signed, or other.
        """
        return cls(folder, read_config(folder), log_key, clock)

    def close(self) -> None:
        """Answer whoever is waiting, then let go of everything."""
        self.sequencer.close()
        self.store.close()
        self.checkpoints.close()

    @property
    def log_key(self) -> str:
        """Return the verifier key (c2sp.org/signed-note) that readers pin."""
        return format_vkey(note_key(self.origin, self._signer().public))

    @property
    def size(self) -> int:
        """Return how many entries there are, published or not."""
        with self.store.reading() as view:
            return view.head().size

    def secret_for(self, purpose: str) -> bytes:
        """Return 32 secret bytes for the server's own use: a signature that nobody is shown."""
        text = f"rice-ledger/secret@v1\n{self.origin}\n{purpose}\n"
        return hashlib.sha256(self._signer().sign(text.encode())).digest()

    def append(
        self,
        statements: Sequence[bytes],
        *,
        together: bool = False,
        progress: Callable[[int], object] | None = None,
    ) -> list[Answer]:
        """Return a receipt or a refusal for each statement, in order.

        The same bytes sent again get the same receipt. With ``together`` none lands unless all do.
        ``progress`` is told, now and then, how many have been answered.
        """
        return self.sequencer.append(statements, together=together, progress=progress)

    def submit(
        self, statements: Sequence[bytes | Unsigned], *, together: bool = False
    ) -> Future[list[Answer]]:
        """Do as `append` without waiting; for whoever has other callers to serve meanwhile.

        Drafts are signed on the way.
        """
        return self.sequencer.submit(statements, together=together)

    def check_signed(self) -> None:
        """Refuse if the last checkpoint is not signed with the log's key."""
        key = note_key(self.origin, self._signer().public)
        open_checkpoint(self.published().note, [key])

    def publish(self) -> str:
        """Sign the log as it stands, unless that is done; return the last checkpoint.

        1. The root is worked out again from what is stored; it must continue the last signed one.
        2. Signing. A crash here leaves a note nobody has seen; the next one says the same.
        3. The note is kept, if no other process has kept one meanwhile. Only then is it shown.
        """
        signer = self._signer()
        with self._publishing:
            last = self.checkpoints.last()
            with self.store.reading() as view:
                head = view.head()
                if last is not None and last.size == head.size:
                    return last.cosigned
                signed_size = last.size if last else 0
                root = recomputed_root(view, signed_size, head.size)
                self._check_continues(view, last)
            if root != Frontier(head.size, head.frontier).root():
                raise CorruptedError("past_differs", size=head.size, signed=signed_size)
            note = sign_checkpoint(self.origin, head.size, root, signer)
            self.checkpoints.publish(Signed(head.size, root, note, note), last)
            return note

    def publish_every(
        self, seconds: float, stop: threading.Event, told: Callable[[int], object] | None = None
    ) -> None:
        """Publish whenever the log has grown, until told to stop; for a thread of its own.

        ``told`` is told the size of each new checkpoint. While the log grows the index of events
        gets a small share of the time, and more in quiet.
        """
        size = published = self.published().size
        while not stop.wait(seconds):
            with suppress(ConflictError):  # another process has signed the same, and was quicker
                self.publish()
            signed, published = published, self.published().size
            if told is not None and published != signed:
                told(published)
            before, size = size, self.size
            self.events.catch_up(STEPS_IN_QUIET if size == before else 1)

    def published(self) -> Signed:
        """Return the last checkpoint."""
        last = self.checkpoints.last()
        if last is None:
            raise NotFoundError("checkpoint_unknown", size=0)
        return last

    def checkpoint(self) -> str:
        """Return the last checkpoint with the cosignatures gathered so far."""
        return self.published().cosigned

    def add_cosignature(self, note: str) -> None:
        """Keep a cosigned copy of a checkpoint; whoever calls has checked the cosignatures."""
        text = parse_note(note).text
        old = self.checkpoints.at(parse_checkpoint(text).size)
        if not note.startswith(old.cosigned):
            raise ConflictError("checkpoint_moved", size=old.size)
        self.checkpoints.cosign(old, note)

    def reading(self) -> AbstractContextManager[Reading]:
        """Give one snapshot of everything stored; it is also where facts are read from."""
        return self.store.reading()

    def entry(self, index: int) -> Entry:
        """Return an entry."""
        with self.store.reading() as view:
            return parse_entry(view.entry(index)[1])

    def leaf(self, index: int) -> bytes:
        """Return an entry's bytes."""
        with self.store.reading() as view:
            return view.entry(index)[1]

    def receipt(self, index: int) -> Receipt:
        """Return the receipt of an entry."""
        with self.store.reading() as view:
            return receipt_of(view.entry(index))

    def statement(self, index: int) -> bytes:
        """Return the bytes somebody signed."""
        with self.store.reading() as view:
            return view.statement(index)

    def find(self, digest: bytes) -> int | None:
        """Return the entry of a statement, by its SHA-256."""
        with self.store.reading() as view:
            return view.places([digest]).get(digest)

    def mentions(self, key: str) -> tuple[int, ...]:
        """Return the entries that changed a fact, oldest first."""
        with self.store.reading() as view:
            return view.mentions([key], view.head().size)[key]

    def tlog_proof(self, index: int) -> str:
        """Return an entry's proof under the last checkpoint, as c2sp.org/tlog-proof."""
        signed = self.published()
        path = self.prove_inclusion(index, signed.size)
        return format_proof(TlogProof(index, tuple(path), signed.cosigned))

    def prove_inclusion(self, index: int, size: int) -> list[bytes]:
        """Return the audit path of an entry in the tree of a published size."""
        if not 0 <= index < size:
            raise NotFoundError("not_published", index=index, size=size)
        with self.store.reading() as view:
            return merkle.prove_inclusion(index, size, self._hashes(view, size))

    def prove_consistency(self, old: int, new: int) -> list[bytes]:
        """Return the proof that the tree of ``new`` entries begins with that of ``old``."""
        if not 0 <= old <= new:
            raise NotFoundError("not_published", index=old, size=new)
        with self.store.reading() as view:
            return merkle.prove_consistency(old, new, self._hashes(view, new))

    def tile(self, level: int, index: int, width: int) -> bytes:
        """Return the first ``width`` hashes of a tile, as far as it is published."""
        self._check_published(index * 256 + width << 8 * level)
        with self.store.reading() as view:
            return view.tile(level, index, width)

    def entry_bundle(self, index: int, width: int) -> bytes:
        """Return the first ``width`` entries of a bundle, as far as they are published."""
        self._check_published(index * 256 + width)
        with self.store.reading() as view:
            rows = view.entries(index * 256, index * 256 + width)
            return format_bundle([leaf for _, leaf, _, _ in rows])

    def affected(
        self,
        scope: Scope,
        direction: Direction = "forward",
        *,
        ranges: Sequence[BagRange] = (),
        links_max: int | None = None,
    ) -> Affected:
        """Return what became of what a scope stands for, or what it came from."""
        with self.store.reading() as view:
            return trace(view, scope, direction, ranges=ranges, links_max=links_max)

    def epcis_history(self, lot: str, at: datetime | None = None) -> bytes:
        """Return the history of a lot as an EPCIS document with master data, made now or then."""
        events = [Recorded(one.payload, one.recorded) for one in history_of(self.events, lot)]
        if not events:
            raise NotFoundError("nothing_named", name=lot[:200])
        with self.store.reading() as view:
            return history_document(events, view, encoding.format_time(at or self._clock()))

    def stopped_by(self, index: int) -> tuple[Notice, Affected]:
        """Return what a hold or recall says, and everything that came of the lots it names."""
        with self.store.reading() as view:
            return stopped_by(view, index)

    def lot_sheet(self, name: str) -> LotSheet:
        """Return everything worth telling of a lot."""
        with self.store.reading() as view:
            return lot_sheet(view, name)

    def disclose_labels(self, batch: str, secret: bytes, progress: Progress | None = None) -> None:
        """Keep the secret of a label batch, once it gives the root that was signed."""
        derive_labels(self.store, batch, secret, progress or _untold)

    def disclose_private(self, fields: Iterable[Private]) -> int:
        """Keep what statements only commit to, in rows that `erase` deletes; return how many."""
        return keep_private(self.store, fields)

    def disclose_origins(self, origins: Iterable[Origin]) -> None:
        """Keep which rows of office files statements were made from."""
        keep_origins(self.store, origins)

    def erase(self, kind: str, *of: str) -> int:
        """Delete what is private of households or contracts; return how many fields there were.

        No hash is touched: the log audits as before, and can no longer be asked what they said.
        """
        return erase(self.store, kind, of, lambda names: remember(self.folder, kind, names))

    def erase_again(self) -> int:
        """Erase what a restored database has brought back; return how many fields it was."""
        return erase_again(self.store, remembered(self.folder))

    def has_labels(self, batch: str) -> bool:
        """Tell whether a label batch was issued here."""
        with self.store.reading() as view:
            return find(view, Issued, f"labels:{batch}") is not None

    def bundle(self, gtin: str, lot: str, serial: str, at: datetime | None = None) -> bytes:
        """Return the evidence for one bag at the last checkpoint, as a file, made now or then."""
        last, when = self._last(), at or self._clock()
        with self.store.reading() as view:
            return build_bundle(view, last, self._signer(), when, gtin=gtin, lot=lot, serial=serial)

    def lot_file(self, lot: str, progress: Progress | None = None) -> bytes:
        """Return what checks the codes of a lot where there is no network, as of now."""
        self.publish()
        now, told = self._clock(), progress or _untold
        return self._lot_files.make(self._last(), self._signer(), now, lot, told)

    def published_lot_file(self, lot: str) -> bytes:
        """Return the same as of the last ten minutes, if all that is recorded is published."""
        return self._lot_files.hand_out(self._last(), self._signer(), self._clock(), lot)

    def status_list(self, number: int, at: datetime | None = None) -> bytes:
        """Return a list of what is suspended as a credential, for now or as of a past moment."""
        checkpoint = self._last().checkpoint
        with self.store.reading() as view:
            return self._lists.issue(view, checkpoint, self._signer(), number, self._clock(), at)

    def find_bag(self, serial: str) -> tuple[str, str]:
        """Return the GTIN and lot of the bag with a serial that somebody typed.

        Nothing is kept per bag, so every label batch is asked in turn: one hash each.
        """
        with self.store.reading() as view:
            return find_serial(view, serial)

    def trust(self) -> bytes:
        """Return a trust file that pins this log. A careful reader gets it from somebody else."""
        founding = parse_entry(self.leaf(0)).statement_digest
        return write_trust(
            Trust(
                founding=encoding.encode_base64(founding),
                policy=f"log {self.log_key}\nquorum none\n",
                fresh_hours=FRESH_HOURS,
            )
        )

    def judge(self, gtin: str, lot: str, serial: str) -> Verdict:
        """Return the server's own verdict on a bag, from the same bundle that readers get."""
        data = self.bundle(gtin, lot, serial)
        return verify_bytes(data, read_trust(self.trust()), self._clock())

    def export(self, folder: Path, progress: Progress | None = None) -> None:
        """Write what is published as files that any C2SP tool can read and `audit` can check."""
        with self.store.reading() as view:
            export_log(view, self.checkpoints.all(), folder, progress or _untold)

    def archive(self, path: Path, vkey: str, progress: Progress | None = None) -> Archived:
        """Write what is published as one file; ``vkey`` is the log's key, which signed it."""
        with self.store.reading() as view:
            signed = self.checkpoints.all()
            return save_archive(view, signed, vkey, path, progress or _untold)

    def _last(self) -> Published:
        """Return the last checkpoint, read, with the cosignatures gathered so far."""
        signed = self.published()
        return Published(parse_checkpoint(parse_note(signed.note).text), signed.cosigned)

    def _signer(self) -> SigningKey:
        if self._log_key is None:
            raise NotFoundError("log_key_missing", origin=self.origin)
        return self._log_key

    def _hashes(self, view: Reading, size: int) -> TileHashes:
        if size > view.head().size:
            raise NotFoundError("not_published", index=size, size=view.head().size)
        return TileHashes(size, view.tile)

    def _check_published(self, size: int) -> None:
        published = self.published().size
        if size > published:
            raise NotFoundError("not_published", index=size, size=published)

    def _check_past(self) -> None:
        """Refuse a database that does not continue what this log has signed."""
        last = self.checkpoints.last()
        if self.store.origin != self.origin:
            raise CorruptedError("past_differs", size=0, signed=last.size if last else 0)
        if last is None:
            return
        if self._log_key is not None:
            self.check_signed()
        with self.store.reading() as view:
            self._check_continues(view, last)

    def _check_continues(self, view: Reading, last: Signed | None) -> None:
        if last is None:
            return
        size = view.head().size
        try:
            differs = size < last.size or root_from_tiles(last.size, view.tile) != last.root
        except LedgerError as error:
            raise CorruptedError("past_differs", size=size, signed=last.size) from error
        if differs:
            raise CorruptedError("past_differs", size=size, signed=last.size)


def check_founding(data: bytes, now: datetime) -> str:
    """Return the origin of a ledger that could begin with this statement; refuse any other."""
    statement = parse_statement(data)
    meaning = open_meaning(statement)
    judge(meaning, Place(0, now), {})
    assert isinstance(meaning.body, Found)  # the rulebook lets nothing else come first
    keys = [admitted(new) for new in offered_keys(meaning.body)]
    verify_signatures(statement, {key.kid: key for key in keys})
    return meaning.body.origin


def _untold(_done: int, _of: int) -> None:
    """Tell nobody."""
