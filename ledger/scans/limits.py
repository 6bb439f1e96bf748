"""How fast anybody may ask: so that no code can be guessed and no warehouse waits.

Each limit is a bucket that is full at the start and fills again evenly over a minute: the questions
of one address (600: a warehouse behind one address scans hundreds of bags a minute), those of one
address about one bag (60), and the unknown codes of one address (20). Nobody's questions count
against anybody else, so no bag's page can be kept from others by asking for it. Whoever has used
up a bucket waits seconds; devices of staff may ask for unknown codes as for others.

In IPv6 an address is the /64 that one line is given. A customer may be given a /48, which is 65,536
of them, so all of a /48 together have ten times what one address has.

A code has at least 50 unpredictable bits. With 2^10 batches whose bag numbers are known, a guess
fits with 2^-40; 20 a minute are 2^23.3 a year, so an address finds one code in 100,000 years, and a
hundred /48 or a thousand addresses one in a century: the code of one bag, as printed on it for
anybody to read.

Seconds come from a clock that nobody turns. What is here is never written. Whoever is even again,
after a minute at most, is forgotten when somebody asks a minute after the last were. Where more
ask than are kept, those are forgotten who have asked for nothing the longest, and nobody else.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from ipaddress import ip_network
from math import ceil

from ledger.scans.refusals import TooManyError
from ledger.scans.settings import ScanSettings
from ledger.scans.visitor import Visitor

_MINUTE = 60.0
_KEPT_MAX = 100_000
_SITE_PREFIX = 48
_ADDRESSES_IN_SITE = 10
"""How many addresses' worth of questions a whole site has."""
_NAME_MAX = 40
"""A serial has 20 characters at most; what else is asked for may be as long as an address."""


class Bucket:
    """A limit per minute for each of many names, by the moment at which each will be even again.

    The generic cell rate algorithm: one number for each name, however much it asks.
    """

    def __init__(self, per_minute: int, clock: Callable[[], float]) -> None:
        self._cost = _MINUTE / per_minute
        self._clock = clock
        # In the order in which names last asked.
        self._even: OrderedDict[str, float] = OrderedDict()
        self._swept = clock()

    def wait(self, name: str) -> float:
        """Return for how many seconds there is nothing left for a name; 0 if there is."""
        now = self._clock()
        if name in self._even:
            self._even.move_to_end(name)
        return max(0.0, self._even.get(name, now) + self._cost - now - _MINUTE)

    def take(self, name: str) -> None:
        """Take one for a name that need not wait."""
        now = self._clock()
        if now >= self._swept + _MINUTE:
            self._forget(now)
        self._even[name] = max(self._even.get(name, now), now) + self._cost
        self._even.move_to_end(name)
        if len(self._even) > _KEPT_MAX:
            self._even.popitem(last=False)

    def give_back(self, name: str) -> None:
        """Give back one that was taken."""
        if name in self._even:
            self._even[name] -= self._cost

    def _forget(self, now: float) -> None:
        """Forget who is even."""
        self._swept = now
        self._even = OrderedDict((name, even) for name, even in self._even.items() if even > now)


class ScanLimits:
    """The limits of one server. Belongs to one thread, as an event loop does."""

    def __init__(self, settings: ScanSettings, clock: Callable[[], float] = time.monotonic) -> None:
        self._addresses = Bucket(settings.address_per_minute, clock)
        self._bags = Bucket(settings.bag_per_minute, clock)
        self._misses = Bucket(settings.misses_per_minute, clock)
        self.refused = dict.fromkeys(("address", "bag", "misses"), 0)
        """How many questions each limit has refused since the server started."""
        self._sites = Bucket(settings.address_per_minute * _ADDRESSES_IN_SITE, clock)
        self._site_misses = Bucket(settings.misses_per_minute * _ADDRESSES_IN_SITE, clock)

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
            self._site_misses.give_back(_site(visitor.address))

    def _taken(self, visitor: Visitor, bag: str) -> list[tuple[str, Bucket, str]]:
        taken = [("address", self._addresses, visitor.address)]
        site = _site(visitor.address)
        if site:
            taken.append(("address", self._sites, site))
            if not visitor.is_staff:
                taken.append(("misses", self._site_misses, site))
        if bag:
            taken.append(("bag", self._bags, f"{visitor.address} {bag[:_NAME_MAX]}"))
        if not visitor.is_staff:
            taken.append(("misses", self._misses, visitor.address))
        return taken


def _site(address: str) -> str:
    """Return the /48 that a /64 is of; nothing of an address that stands for itself."""
    if ":" not in address:
        return ""
    return str(ip_network(address).supernet(new_prefix=_SITE_PREFIX))
