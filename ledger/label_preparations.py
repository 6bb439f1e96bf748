"""Labels that were prepared and not yet issued: secrets that wait for their act to be recorded.

A packer's key never reaches the server, so where labels are issued from a browser the secret of a
batch is drawn here and does not follow from a key. The device signs the act that commits to its
root; once the ledger holds that act, the secret becomes a disclosure like any other. What nobody
signs is forgotten after a week: a signed act may wait that long on a device without a network.

``preparations.db`` lies beside the ledger, because a restart between preparing and signing must
not lose the secret of labels that were issued. It is trusted like the disclosures in the database:
whoever reads it can print the labels of the batches in it. Restoring it from a backup is harmless.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from ledger.disclosures import LABELS, keep_labels
from ledger.errors import CODES, ConflictError, MalformedError, RefusedError, Words
from ledger.label_states import left_to_issue, next_batch_name
from ledger.log import encoding
from ledger.rice import acts
from ledger.rice.acts import IssueLabels
from ledger.rice.facts import LabelBatch as Issued
from ledger.rice.facts import Lot, find
from ledger.rice.labels import SECRET_LENGTH_BYTES, LabelBatch, commit
from ledger.store.aside import opened
from ledger.store.store import Reading, Store

CODES |= {
    "labels_of_another": Words(
        "Labels are issued by whoever packed the lot: {maker}.",
        "Tem do nơi đóng gói lô phát: {maker}.",
    ),
    "labels_left_fewer": Words(
        "{count} labels were asked for; {left} may still be issued for this lot.",
        "Yêu cầu {count} tem; lô này chỉ còn được phát {left} tem.",
    ),
    "preparations_full": Words(
        "Too many batches are prepared and not signed. Sign or wait: they are forgotten after a"
        " week.",
        "Có quá nhiều đợt tem đã chuẩn bị mà chưa ký. Hãy ký, hoặc chờ: sau một tuần sẽ bị xóa.",
    ),
}

PREPARATIONS = "preparations.db"
"""The name of the file in the ledger's folder."""
KEPT = timedelta(days=7)
UNSIGNED_MAX = 100

_TABLE = """
CREATE TABLE IF NOT EXISTS preparation (
    root TEXT PRIMARY KEY,
    batch TEXT NOT NULL,
    at TEXT NOT NULL,
    secret BLOB NOT NULL,
    shelf BLOB NOT NULL
) STRICT
"""

Progress = Callable[[int, int], object]


@dataclass(frozen=True, slots=True)
class Asked:
    """The labels that somebody wants to issue; all that are left if ``count`` is 0."""

    actor: str
    lot: str
    count: int = 0
    waiting: bool = False


class Preparations:
    """The prepared batches of one ledger."""

    def __init__(self, folder: Path, store: Store) -> None:
        self._file = folder / PREPARATIONS
        self._store = store

    def prepare(self, asked: Asked, now: datetime, progress: Progress) -> bytes:
        """Draw a secret and return the payload of the act that issues its labels, to be signed."""
        with self._store.reading() as view:
            batch, rice = _batch(view, asked)
        with opened(self._file, _TABLE) as book:
            (count,) = book.execute("SELECT count(*) FROM preparation").fetchone()
        if count >= UNSIGNED_MAX:
            raise ConflictError("preparations_full")
        secret = secrets.token_bytes(SECRET_LENGTH_BYTES)
        made = commit(rice, secret, lambda done: progress(done, rice.count))
        root = encoding.encode_base64(made.root)
        payload = acts.write_act(
            IssueLabels(
                batch=batch,
                lot=asked.lot,
                count=rice.count,
                number_digits=rice.number_length,
                root=root,
                waiting=asked.waiting,
            )
        )
        # Before anybody can sign it: a crash from here on leaves a secret too many, never too few.
        with opened(self._file, _TABLE) as book:
            row = (root, batch, encoding.format_time(now), secret, made.shelf)
            book.execute("INSERT INTO preparation VALUES (?, ?, ?, ?, ?)", row)
        return payload

    def settle(self, now: datetime) -> list[str]:
        """Disclose the secrets of batches that were issued, forget what is old; return the names.

        Of two batches prepared under one name only the one that was recorded has its root.
        """
        if not self._file.exists():
            return []
        with opened(self._file, _TABLE) as book:
            rows = book.execute("SELECT root, batch, at, secret, shelf FROM preparation").fetchall()
        settled, gone = [], []
        for root, batch, at, secret, shelf in rows:
            with self._store.reading() as view:
                issued = find(view, Issued, f"labels:{batch}")
                is_kept = issued is not None and view.disclosure(LABELS, batch) is not None
            if issued is not None:
                if issued.root == root and not is_kept:
                    keep_labels(self._store, batch, secret, shelf)
                    settled.append(batch)
                gone.append((root,))
            elif encoding.parse_time(at) + KEPT < now:
                gone.append((root,))
        if gone:
            # Crash before this, and they are settled again, which changes nothing.
            with opened(self._file, _TABLE) as book:
                book.executemany("DELETE FROM preparation WHERE root = ?", gone)
        return settled


def _batch(view: Reading, asked: Asked) -> tuple[str, LabelBatch]:
    """Return the name of the batch, and the labels in it."""
    left = left_to_issue(view, asked.lot)
    known = find(view, Lot, f"lot:{asked.lot}")
    assert known is not None, "labels are only left for a lot that is known"
    if known.maker != asked.actor:
        raise RefusedError("labels_of_another", maker=known.maker)
    if not left:
        raise RefusedError("labels_all_issued", lot=asked.lot)
    if asked.count > left:
        raise MalformedError("labels_left_fewer", count=asked.count, left=left)
    return next_batch_name(view, asked.lot), LabelBatch.of_lot(asked.lot, asked.count or left)
