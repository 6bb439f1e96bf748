"""Who asks, as far as counting and limits need it: read from one request, and never kept.

An address and an agent live as long as the request. The browser is not asked where it is and is
given nothing to remember; only a device of staff brings a cookie, which it fetched itself.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address, ip_network

from ledger.scans.settings import ScanSettings

STAFF_COOKIE = "staff"
STAFF_HEADER = "rice-staff"

_PLACE = re.compile(r"[A-Z]{2}(-[A-Z0-9]{1,3})?")
"""A country or a part of one as ISO 3166 spells them: no town, no coordinates."""
_NOWHERE = {"XX", "ZZ"}
_PREFETCH = ("sec-purpose", "purpose", "x-purpose", "x-moz")
_ROBOT = re.compile(
    r"bot\b|bot/|crawl|spider|preview|facebookexternalhit|headless|lighthouse", re.IGNORECASE
)

RawHeaders = Iterable[tuple[bytes, bytes]]


@dataclass(frozen=True, slots=True)
class Visitor:
    """One who asks. ``place`` is empty where nobody trusted said where that is."""

    address: str
    agent: str
    place: str
    is_staff: bool
    is_counted: bool


def visitor_of(raw: RawHeaders, peer: str, method: str, settings: ScanSettings) -> Visitor:
    """Return who asks, from the headers of a request and the address that it came from."""
    headers = _Headers(raw)
    address, place = _network(peer), ""
    if _is_proxy(peer, settings):
        address = _network(headers.last(settings.address_header)) or address
        place = _place(headers.last(settings.place_header))
    agent = headers.last("user-agent", whole=True)
    is_staff = _is_staff(headers, settings)
    objects = headers.last("sec-gpc") == "1"
    is_seen = method == "GET" and _is_browser(agent) and _is_opened(headers)
    return Visitor(address, agent, place, is_staff, is_seen and not is_staff and not objects)


def is_staff_token(token: str, settings: ScanSettings) -> bool:
    """Tell whether a token is one that devices of staff are known by."""
    digest = hashlib.sha256(token.encode()).hexdigest()
    return any(hmac.compare_digest(digest, known) for known in settings.staff_tokens)


class _Headers:
    """The headers of a request, by their names in small letters."""

    def __init__(self, raw: RawHeaders) -> None:
        self._values: dict[str, list[str]] = {}
        for name, value in raw:
            self._values.setdefault(name.decode("latin-1").lower(), []).append(
                value.decode("latin-1")
            )

    def last(self, name: str, *, whole: bool = False) -> str:
        """Return the last member of a header: what the proxy next to us wrote (RFC 9110 5.3)."""
        values = self._values.get(name, [""])
        return values[-1] if whole else values[-1].rpartition(",")[2].strip()

    def cookie(self, name: str) -> str:
        """Return a cookie (RFC 6265 5.4)."""
        for pair in "; ".join(self._values.get("cookie", [])).split(";"):
            key, _, value = pair.strip().partition("=")
            if key == name:
                return value
        return ""


def _network(text: str) -> str:
    """Return an address as limits and tokens use it; of IPv6 the part that one line is given."""
    try:
        address = ip_address(text)
    except ValueError:
        return ""
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped:
            return str(address.ipv4_mapped)
        return str(ip_network((address, 64), strict=False))
    return str(address)


def _is_proxy(peer: str, settings: ScanSettings) -> bool:
    try:
        address = ip_address(peer)
    except ValueError:
        return False
    return any(address in ip_network(proxy) for proxy in settings.proxies)


def _place(text: str) -> str:
    place = text.upper()
    return place if _PLACE.fullmatch(place) and place not in _NOWHERE else ""


def _is_staff(headers: _Headers, settings: ScanSettings) -> bool:
    if not settings.staff_tokens:
        return False
    shown = headers.last(STAFF_HEADER), headers.cookie(STAFF_COOKIE)
    return any(token and is_staff_token(token, settings) for token in shown)


def _is_browser(agent: str) -> bool:
    """Tell a browser from what fetches pages by itself; every browser calls itself Mozilla."""
    return agent.startswith("Mozilla/") and not _ROBOT.search(agent)


def _is_opened(headers: _Headers) -> bool:
    """Tell a page that is opened from one fetched in advance, or by a page of somebody else.

    Else a stranger's page could have its visitors' phones make any bag look copied. Browsers too
    old to tell (Fetch Metadata) are believed.
    """
    return headers.last("sec-fetch-dest") in {"", "document"} and not _is_prefetch(headers)


def _is_prefetch(headers: _Headers) -> bool:
    return any(re.search("prefetch|preview", headers.last(name, whole=True)) for name in _PREFETCH)
