"""Counting the scans of one server: who looks at which bag, and what to say of it.

`Scans` is what pages and the JSON face ask. It holds the settings, the limits, the salt and the
file, and fails at nothing: where counting is off or broken there is no note.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime
from pathlib import Path

from msgspec import Struct

from ledger.proof.verdict import Bag
from ledger.rice.digital_link import format_identity
from ledger.scans.counting import Seen, Sighting, count, is_due
from ledger.scans.limits import ScanLimits
from ledger.scans.notes import ScanNote, note_of
from ledger.scans.scan_log import SCANS, ScanLog, SeenBag, forget, viet_nam_day
from ledger.scans.settings import ScanSettings, read_settings
from ledger.scans.tokens import DeviceTokens
from ledger.scans.visitor import RawHeaders, Visitor, visitor_of


class HotBag(Struct, frozen=True, kw_only=True):
    """A bag that was seen on more devices, in more places, than one bag well can be."""

    lot: str
    bag: int
    seen: Seen


class Scans:
    """The scans of one server."""

    def __init__(self, folder: Path, settings: ScanSettings, clock: Callable[[], datetime]) -> None:
        self.settings = settings
        self.limits = ScanLimits(settings)
        self._clock = clock
        self._tokens = DeviceTokens(settings.salt_days)
        self._log: ScanLog | None = None
        if settings.counting:
            self._log = ScanLog(folder / SCANS, settings.keep_days, self._today)
        else:
            forget(folder / SCANS)

    @classmethod
    def open(cls, folder: Path, clock: Callable[[], datetime]) -> Scans:
        """Begin to count for the ledger in a folder, as its ``scans.json`` says."""
        return cls(folder, read_settings(folder), clock)

    def close(self) -> None:
        """Write what waits, and end."""
        if self._log is not None:
            self._log.close()

    def visitor(self, raw: RawHeaders, peer: str, method: str) -> Visitor:
        """Return who asks."""
        return visitor_of(raw, peer, method, self.settings)

    def look(self, bag: Bag, visitor: Visitor) -> ScanNote | None:
        """Count that somebody looks at a bag's page; return what to say beside its verdict."""
        if self._log is not None and visitor.is_counted:
            lot, on = lot_of(bag), self._today()
            period, token = self._tokens.mark(visitor, f"{lot} {bag.number}", on)
            self._log.add(lot, bag.number, Sighting(period, token, on, visitor.place))
        return self.note(bag)

    def note(self, bag: Bag) -> ScanNote | None:
        """Return what to say of a bag, if anything is due."""
        if self._log is None:
            return None
        on = self._today()
        seen = count(self._log.of(lot_of(bag), bag.number), on, self.settings.days)
        return note_of(seen, on) if seen is not None and is_due(seen, self.settings) else None

    @property
    def waiting(self) -> int:
        """Return how many scans wait to be written."""
        return self._log.waiting if self._log else 0

    @property
    def dropped(self) -> int:
        """Return how many scans were dropped and not yet written down as such."""
        return self._log.dropped if self._log else 0

    def flush(self) -> None:
        """Wait until what was looked at is written."""
        if self._log is not None:
            self._log.flush()

    def _today(self) -> date:
        return viet_nam_day(self._clock())


def hot_bags(bags: Iterable[SeenBag], on: date, settings: ScanSettings) -> list[HotBag]:
    """Return the bags whose pages warn on a day, those in most places and on most devices first."""
    hot = []
    for one in bags:
        seen = count(one.sightings, on, settings.days)
        if seen is not None and is_due(seen, settings):
            hot.append(HotBag(lot=one.lot, bag=one.bag, seen=seen))
    return sorted(hot, key=lambda each: (-len(each.seen.places), -each.seen.devices, each.lot))


def lot_of(bag: Bag) -> str:
    """Return the lot of a bag as the ledger names it."""
    return format_identity(("01", bag.gtin), ("10", bag.lot))
