"""How fast anybody may ask: so that no code can be guessed and no warehouse waits.

Each limit is a bucket that is full at the start and fills again evenly over a minute: the questions
of one address (600: a warehouse behind one address scans hundreds of bags a minute), those of one
address about one bag (60), and the unknown codes of one address (20). Nobody's questions count
against anybody else, so no bag's page can be kept from others by asking for it. Whoever has used
up a bucket waits seconds; devices of staff may ask for unknown codes as for others.

A code has at least 50 unpredictable bits. With 2^10 batches whose bag numbers are known, a guess
fits with 2^-40; 20 a minute are 2^23.3 a year, so an address finds one code in 100,000 years, and a
thousand addresses one in a century: the code of one bag, as printed on it for anybody to read.

Seconds come from a clock that nobody turns. What is here is never written. Whoever is even again,
after a minute at most, is forgotten when somebody asks a minute after the last were.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from math import ceil

from ledger.scans.refusals import TooManyError
from ledger.scans.settings import ScanSettings
from ledger.scans.visitor import Visitor

_MINUTE = 60.0
_KEPT_MAX = 100_000
_NAME_MAX = 40
"""A serial has 20 characters at most; what else is asked for may be as long as an address."""


class Bucket:
    """A limit per minute for each of many names, by the moment at which each will be even again.

    The generic cell rate algorithm: one number for each name, however much it asks.
    """

    def __init__(self, per_minute: int, clock: Callable[[], float]) -> None:
        self._cost = _MINUTE / per_minute
        self._clock = clock
        self._even: dict[str, float] = {}
        self._swept = clock()

    def wait(self, name: str) -> float:
        """Return for how many seconds there is nothing left for a name; 0 if there is."""
        now = self._clock()
        return max(0.0, self._even.get(name, now) + self._cost - now - _MINUTE)

    def take(self, name: str) -> None:
        """Take one for a name that need not wait."""
        now = self._clock()
        is_full = len(self._even) >= _KEPT_MAX and name not in self._even
        if is_full or now >= self._swept + _MINUTE:
            self._forget(now)
        self._even[name] = max(self._even.get(name, now), now) + self._cost

    def give_back(self, name: str) -> None:
        """Give back one that was taken."""
        if name in self._even:
            self._even[name] -= self._cost

    def _forget(self, now: float) -> None:
        """Forget who is even; and everybody, rather than grow, if too many are not."""
        self._swept = now
        self._even = {name: even for name, even in self._even.items() if even > now}
        if len(self._even) >= _KEPT_MAX:
            self._even.clear()


class ScanLimits:
    """The limits of one server. Belongs to one thread, as an event loop does."""

    def __init__(self, settings: ScanSettings, clock: Callable[[], float] = time.monotonic) -> None:
        self._addresses = Bucket(settings.address_per_minute, clock)
        self._bags = Bucket(settings.bag_per_minute, clock)
        self._misses = Bucket(settings.misses_per_minute, clock)
        self.refused = dict.fromkeys(("address", "bag", "misses"), 0)
        """How many questions each limit has refused since the server started."""

    def admit(self, visitor: Visitor, bag: str) -> None:
        """Take a question about a bag, or refuse it and say for how long.

        Until it is answered it counts as one about an unknown code: else many guesses at once would
        all be let in before the first was found wrong. So twenty questions of one address are
        answered at a time.
        """
        taken = self._taken(visitor, bag)
        for limit, bucket, name in taken:
            if (wait := bucket.wait(name)) > 0:
                self.refused[limit] += 1
                raise TooManyError(ceil(wait))
        for _, bucket, name in taken:
            bucket.take(name)

    def answered(self, visitor: Visitor, *, is_known: bool) -> None:
        """Take note of whether the code was one that somebody issued."""
        if is_known and not visitor.is_staff:
            self._misses.give_back(visitor.address)

    def _taken(self, visitor: Visitor, bag: str) -> list[tuple[str, Bucket, str]]:
        taken = [("address", self._addresses, visitor.address)]
        if bag:
            taken.append(("bag", self._bags, f"{visitor.address} {bag[:_NAME_MAX]}"))
        if not visitor.is_staff:
            taken.append(("misses", self._misses, visitor.address))
        return taken
