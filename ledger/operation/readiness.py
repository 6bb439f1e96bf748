"""Whether a ledger can be relied on now: each part is asked, and the one that cannot says why."""

from __future__ import annotations

from datetime import datetime, timedelta

from msgspec import Struct

from ledger.errors import CODES, CorruptedError, Words
from ledger.log import encoding
from ledger.sequencer import receipt_of
from ledger.service import Ledger

CODES |= {
    "checkpoint_late": Words(
        "The last checkpoint covers {signed} of {size} entries, and the oldest of the others has"
        " waited for {seconds} seconds. Look at the server's log, its disk and its key.",
        "Mốc kiểm mới nhất gồm {signed} trong {size} mục; mục chờ lâu nhất đã đợi {seconds} giây."
        " Hãy xem nhật ký máy chủ, ổ đĩa và khóa của sổ.",
    ),
}

LATE_SECONDS = 60
"""How long an entry may wait for its checkpoint before something is wrong with signing."""


class Progress(Struct, frozen=True, kw_only=True):
    """How far the log and its checkpoint are."""

    size: int
    published_size: int
    waiting_since: datetime | None
    """When the oldest entry without a checkpoint was recorded."""
    signed_until: datetime | None
    """When the youngest entry with a checkpoint was recorded."""

    def waited_seconds(self, now: datetime) -> float:
        """Return for how long the oldest entry without a checkpoint has waited."""
        return (now - self.waiting_since).total_seconds() if self.waiting_since else 0.0


def progress_of(ledger: Ledger) -> Progress:
    """Return how far a ledger is; a database that does not answer is refused."""
    published = ledger.published().size
    with ledger.reading() as view:
        size = view.head().size
        oldest = receipt_of(view.entry(published)).recorded_at if published < size else None
        youngest = None
        if 0 < published <= size:
            youngest = receipt_of(view.entry(published - 1)).recorded_at
    return Progress(
        size=size, published_size=published, waiting_since=oldest, signed_until=youngest
    )


def check_ready(ledger: Ledger, now: datetime, late_seconds: int = LATE_SECONDS) -> Progress:
    """Return how far a ledger is that can be relied on; refuse, by the code of what cannot.

    1. Writing has not stopped.
    2. The database answers, and is no older than what was signed.
    3. The last checkpoint is signed with the log's key.
    4. No entry has waited too long for its own.
    """
    # 1.
    ledger.sequencer.check_writing()
    # 2.
    progress = progress_of(ledger)
    size, signed = progress.size, progress.published_size
    if size < signed:
        raise CorruptedError("past_differs", size=size, signed=signed)
    # 3.
    ledger.check_signed()
    # 4.
    waited = progress.waited_seconds(now)
    if timedelta(seconds=waited) > timedelta(seconds=late_seconds):
        raise CorruptedError("checkpoint_late", signed=signed, size=size, seconds=int(waited))
    return progress


def told_time(at: datetime | None) -> str | None:
    """Return a moment as it is written, if there is one."""
    return None if at is None else encoding.format_time(at)
