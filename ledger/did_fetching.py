"""Fetching the document of a DID at its own domain: once, when somebody is registered.

What is fetched is shown to a person and goes into a signed act (`rice.did_snapshots`); judging
never comes here. Whoever names a DID chooses where this program knocks, so it is kept from doing
anybody's errands: https only, no redirects, no address inside a private network, the address that
was checked is the one that is spoken to, and neither size nor time is theirs to choose.
"""

from __future__ import annotations

import http.client
import io
import socket
import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from urllib.parse import urlsplit

from ledger.errors import LedgerError, RefusedError
from ledger.rice.did_documents import SNAPSHOT_BYTES_MAX, document_url

SECONDS_MAX = 10.0
_HTTPS_PORT = 443
_CHUNK = 4_096
_ANSWER_BYTES_MAX = 4 * SNAPSHOT_BYTES_MAX
"""With headers, and however the content is cut into chunks."""
_REQUEST = (
    "GET {path} HTTP/1.1\r\nHost: {host}\r\nAccept: application/did+json, application/json\r\n"
    "Connection: close\r\n\r\n"
)

Address = IPv4Address | IPv6Address


_UNICAST = IPv6Network("2000::/3")
"""All that is handed out for use across networks (RFC 4291 section 2.4, IANA's registry)."""
_NOT_HOSTS = (
    IPv6Network("2001::/23"),  # IETF protocol assignments, Teredo among them (RFC 2928, RFC 4380)
    IPv6Network("2001:db8::/32"),  # documentation (RFC 3849)
    IPv6Network("3fff::/20"),  # documentation (RFC 9637)
)
_NAT64 = IPv6Network("64:ff9b::/96")
"""The well-known prefix of RFC 6052; that for local use, 64:ff9b:1::/48, leads anywhere."""


def is_public(address: Address) -> bool:
    """Tell whether an address is anybody's to reach, and not one inside somebody's network.

    An IPv6 address that stands for an IPv4 one, or leads through it, is as public as that.
    """
    if isinstance(address, IPv4Address):
        return address.is_global and not address.is_multicast
    inner = _inner(address)
    if inner is not None:
        return is_public(inner)
    return address in _UNICAST and not any(address in network for network in _NOT_HOSTS)


def _inner(address: IPv6Address) -> IPv4Address | None:
    """Return the IPv4 address in one that is mapped, 6to4 (RFC 3056) or NAT64's (RFC 6052)."""
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFF_FFFF)
    return address.ipv4_mapped or address.sixtofour


@dataclass(frozen=True, slots=True)
class Outside:
    """How the world is reached; a test has a small one of its own."""

    may_reach: Callable[[Address], bool] = is_public
    trusted: Callable[[], ssl.SSLContext] = ssl.create_default_context
    seconds_max: float = SECONDS_MAX


def fetch_document(did: str, outside: Outside | None = None) -> bytes:
    """Return what stands at a did:web DID, at most `SNAPSHOT_BYTES_MAX` bytes, or refuse it."""
    outside = outside or Outside()
    url = urlsplit(document_url(did))
    deadline = time.monotonic() + outside.seconds_max
    try:
        host, port = url.hostname or "", url.port or _HTTPS_PORT
        # The connection goes to the address that was looked at: a name looked up again could lead
        # elsewhere.
        address = _checked_address(host, port, outside)
        with (
            socket.create_connection((address, port), timeout=_left(deadline)) as plain,
            outside.trusted().wrap_socket(plain, server_hostname=host) as secured,
        ):
            secured.sendall(_REQUEST.format(path=url.path, host=url.netloc).encode("ascii"))
            answer = _read(secured, deadline)
        status, body = _open(answer)
    except LedgerError:
        raise
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise RefusedError("did_unreachable", did=did, what=type(error).__name__) from error
    if status != http.client.OK:  # a redirect is not followed
        raise RefusedError("did_unreachable", did=did, what=f"HTTP {status}")
    if len(body) > SNAPSHOT_BYTES_MAX:
        raise RefusedError("did_unreachable", did=did, what=f"> {SNAPSHOT_BYTES_MAX} B")
    return body


def _checked_address(host: str, port: int, outside: Outside) -> str:
    """Return one address of a host, once all of them are known to be public."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = [str(row[4][0]) for row in found]
    for address in addresses:
        if not outside.may_reach(ip_address(address)):
            raise RefusedError("did_address_refused", host=host, address=address)
    return addresses[0]


def _read(secured: ssl.SSLSocket, deadline: float) -> bytes:
    """Return what is sent until the end of it, of too much, or of the time."""
    data = b""
    while len(data) <= _ANSWER_BYTES_MAX:
        secured.settimeout(_left(deadline))
        chunk = secured.recv(_CHUNK)
        if not chunk:
            break
        data += chunk
    return data


def _open(answer: bytes) -> tuple[int, bytes]:
    """Return status and content of an answer that was read whole, or as far as it matters."""
    response = http.client.HTTPResponse(_Answer(answer))  # type: ignore[arg-type]  # as it reads
    response.begin()
    return response.status, response.read()


class _Answer:
    """What was read, in the place of the socket that it was read from."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    def makefile(self, _mode: str) -> io.BytesIO:
        """Return it as a file."""
        return io.BytesIO(self._data)


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left
