"""Marks by which one device is counted once, and which nobody can turn back into a device.

A mark is 16 bits of HMAC-SHA-256 under a salt that lives in memory only and for a week at most;
then another is drawn, and no mark of before fits anything. The bag goes into the mark, so the same
phone at two bags has two marks that nothing joins.

Of the agent two bits count. With the salt at hand (it is in no file) each mark still fits
2^32 addresses x 4 / 2^16 = 2^18 pairs of IPv4 address and kind of agent. Without it, all of them.
What this costs: n devices at one bag within a week are counted n^2 / 2^17 too few (0.08 of a
device at 100), and behind one address at most four count. Both err towards silence; and whoever
sends a thousand invented agents from one address makes no bag look copied.
"""

from __future__ import annotations

import hmac
import secrets
import threading
from collections.abc import Callable
from datetime import date

from ledger.scans.visitor import Visitor

TOKEN_BYTES = 2
AGENT_KINDS = 4
_SALT_BYTES = 32


class DeviceTokens:
    """The salt of now, and what it makes of visitors."""

    def __init__(self, salt_days: int, draw: Callable[[int], bytes] = secrets.token_bytes) -> None:
        self._salt_days = salt_days
        self._draw = draw
        self._lock = threading.Lock()
        self._period = -1
        self._salt = b""

    def mark(self, visitor: Visitor, bag: str, on: date) -> tuple[int, int]:
        """Return the period of a day, and what a visitor at a bag is told by within it."""
        period, salt = self._salted(on)
        kind = hmac.digest(salt, visitor.agent.encode(), "sha256")[0] % AGENT_KINDS
        told = "\0".join((bag, visitor.address, str(kind))).encode()
        return period, int.from_bytes(hmac.digest(salt, told, "sha256")[:TOKEN_BYTES], "big")

    def _salted(self, on: date) -> tuple[int, bytes]:
        """Return the period and its salt. A clock that is put back gets no old salt back."""
        period = on.toordinal() // self._salt_days
        with self._lock:
            if period != self._period:
                self._period, self._salt = period, self._draw(_SALT_BYTES)
            return period, self._salt
