"""Fetching a document from a real server on this machine, and from where nobody may send us."""

from __future__ import annotations

import json
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from ledger.did_fetching import Outside, fetch_document, is_public
from ledger.errors import LedgerError
from ledger.rice.did_documents import SNAPSHOT_BYTES_MAX

OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/did+json\r\n"
Answer = Callable[[str], list[bytes]]
"""What a server sends, piece by piece, to whoever asks with these lines."""


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for this machine, with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "localhost.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    path.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return path


class Server:
    """An https server on this machine that says what it is told to, once for each caller."""

    def __init__(self, certificate: Path, answer: Answer) -> None:
        self.asked: list[str] = []
        self._answer = answer
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(certificate)
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.did = f"did:web:localhost%3A{self._socket.getsockname()[1]}"
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop serving."""
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._thread.join()

    def _serve(self) -> None:
        while True:
            try:
                plain, _ = self._socket.accept()
            except OSError:
                return
            try:
                with self._context.wrap_socket(plain, server_side=True) as caller:
                    self.asked.append(caller.recv(4_096).decode())
                    for piece in self._answer(self.asked[-1]):
                        caller.sendall(piece)
            except OSError:
                continue  # the caller has heard enough


@pytest.fixture
def serve(certificate: Path) -> Iterator[Callable[[Answer], Server]]:
    """Start servers that stop when the test ends."""
    servers: list[Server] = []

    def start(answer: Answer) -> Server:
        servers.append(Server(certificate, answer))
        return servers[-1]

    yield start
    for server in servers:
        server.close()


@pytest.fixture
def here(certificate: Path) -> Outside:
    """An outside that is this machine alone."""

    def trusted() -> ssl.SSLContext:
        return ssl.create_default_context(cafile=str(certificate))

    return Outside(lambda address: address.is_loopback, trusted, 2.0)


def test_a_document_is_fetched_as_it_stands(
    serve: Callable[[Answer], Server], here: Outside
) -> None:
    body = json.dumps({"id": "did:web:x"}, indent=3).encode()
    server = serve(lambda _: [OK, f"Content-Length: {len(body)}\r\n\r\n".encode(), body])
    assert fetch_document(server.did, here) == body
    assert fetch_document(f"{server.did}:actors:cn", here) == body
    first, second = (asked.splitlines()[0] for asked in server.asked)
    assert first == "GET /.well-known/did.json HTTP/1.1"
    assert second == "GET /actors/cn/did.json HTTP/1.1"


def test_a_document_in_chunks(serve: Callable[[Answer], Server], here: Outside) -> None:
    pieces = [OK, b"Transfer-Encoding: chunked\r\n\r\n", b"2\r\n{}\r\n", b"0\r\n\r\n"]
    assert fetch_document(serve(lambda _: pieces).did, here) == b"{}"


def _endless(_: str) -> list[bytes]:
    return [OK + b"\r\n", *[b"x" * 4_096] * 100]


@pytest.mark.parametrize(
    "answer",
    [
        lambda _: [b"HTTP/1.1 302 Found\r\nLocation: https://localhost/x\r\n\r\n"],
        lambda _: [b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"],
        lambda _: [OK, b"Content-Length: 5\r\n\r\n", b"{}"],
        lambda _: [OK + b"\r\n", b"x" * (SNAPSHOT_BYTES_MAX + 1)],
        _endless,
        lambda _: [b"not http at all"],
        lambda _: [],
    ],
    ids=["redirect", "missing", "cut short", "too long", "endless", "other", "nothing"],
)
def test_anything_else_is_refused(
    answer: Answer, serve: Callable[[Answer], Server], here: Outside
) -> None:
    with pytest.raises(LedgerError) as refusal:
        fetch_document(serve(answer).did, here)
    assert refusal.value.code == "did_unreachable"


def test_a_slow_server_does_not_hold_us(
    serve: Callable[[Answer], Server], certificate: Path
) -> None:
    release = threading.Event()

    def drip(_: str) -> list[bytes]:
        release.wait(5)
        return []

    outside = Outside(
        lambda _: True, lambda: ssl.create_default_context(cafile=str(certificate)), 0.3
    )
    try:
        with pytest.raises(LedgerError) as refusal:
            fetch_document(serve(drip).did, outside)
        assert refusal.value.code == "did_unreachable"
        assert refusal.value.details["what"] == "TimeoutError"
    finally:
        release.set()


def test_a_certificate_that_nobody_vouches_for_is_refused(
    serve: Callable[[Answer], Server],
) -> None:
    server = serve(lambda _: [OK + b"\r\n{}"])
    with pytest.raises(LedgerError) as refusal:
        fetch_document(server.did, Outside(lambda _: True))
    assert refusal.value.code == "did_unreachable"
    assert server.asked == []


def test_nobody_sends_us_into_a_private_network(serve: Callable[[Answer], Server]) -> None:
    server = serve(lambda _: [OK + b"\r\n{}"])
    for did in (server.did, server.did.replace("localhost", "127.0.0.1")):
        with pytest.raises(LedgerError) as refusal:
            fetch_document(did)
        assert refusal.value.code == "did_address_refused"
    assert server.asked == []


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.216.34", True),
        ("2606:2800:220:1::1", True),
        ("127.0.0.1", False),
        ("10.0.0.1", False),
        ("172.16.0.1", False),
        ("192.168.1.1", False),
        ("169.254.169.254", False),
        ("100.64.0.1", False),
        ("0.1.2.3", False),
        ("224.0.0.1", False),
        ("::1", False),
        ("fe80::1", False),
        ("fd00::1", False),
        ("::ffff:127.0.0.1", False),
        ("::ffff:169.254.169.254", False),
        ("::ffff:93.184.216.34", True),
        ("::ffff:224.0.0.1", False),
        ("::127.0.0.1", False),
        ("::", False),
        ("0.0.0.0", False),  # noqa: S104  (nothing listens here)
        ("255.255.255.255", False),
        ("240.0.0.1", False),
        ("198.18.0.1", False),
        ("fe80::1%eth0", False),
        ("fec0::1", False),
        ("ff02::1", False),
        ("ff0e::1", False),
        ("100::1", False),
        ("64:ff9b::7f00:1", False),
        ("64:ff9b::a9fe:a9fe", False),
        ("64:ff9b::a00:1", False),
        ("64:ff9b::5db8:d822", True),
        ("64:ff9b:1::5db8:d822", False),
        ("64:ff9b:1:ffff::a00:1", False),
        ("2002:7f00:1::1", False),
        ("2002:a9fe:a9fe::", False),
        ("2002:c0a8:101::1", False),
        ("2002:e000:1::1", False),
        ("2002:5db8:d822::1", True),
        ("2001::1", False),
        ("2001:0:5db8:d822:0:0:a247:27dd", False),
        ("2001:10::1", False),
        ("2001:20::1", False),
        ("2001:db8::1", False),
        ("3fff::1", False),
        ("4000::1", False),
        ("2001:4860:4860::8888", True),
    ],
)
def test_which_addresses_are_public(address: str, public: bool) -> None:  # noqa: FBT001  (a table)
    assert is_public(ip_address(address)) is public
