"""Append over HTTP: a server on one core, 64 connections kept alive from another process.

Each connection sends the statements of its own lots in order and waits for each receipt, as so many
weighbridges would. Only the loopback interface is used.
"""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from tests.benchmarks.figures import (
    Figure,
    Spent,
    median,
    milliseconds,
    processor_s,
    rate,
    share,
    timed,
)
from tests.benchmarks.trade import GROUP, Signature, Trade, founded, signatures_of, verify_bare

CONNECTIONS = 64
AIM = 0.35
ROUNDS = 3
LINES = 1_000
"""Statements in one request of the batch route."""
SECONDS_MAX = 120


def one_by_one(count: int) -> Iterator[Figure]:
    """Yield the figure of one statement per request."""
    trade = Trade.of(count)
    each = max(GROUP, count // CONNECTIONS)
    lists = [
        [_request(data) for data in islice(trade.statements(first, CONNECTIONS), each)]
        for first in range(CONNECTIONS)
    ]
    yield _figure("append over HTTP, 64 connections", trade, lists)


def in_batches(count: int) -> Iterator[Figure]:
    """Yield the figure of many statements per request, as JSON lines."""
    trade = Trade.of(count)
    statements = list(islice(trade.statements(), count // GROUP * GROUP))
    batches = [statements[at : at + LINES] for at in range(0, len(statements), LINES)]
    yield _figure("append over HTTP, 1,000 lines a request", trade, [list(map(_batch, batches))])


@dataclass(slots=True)
class Request:
    """The bytes of a request, the statements in them, and the status that says all went well."""

    data: bytes
    statements: list[bytes]
    status: int


@dataclass(slots=True)
class Sent:
    """What became of the requests: how long each took to be answered."""

    seconds: list[float] = field(default_factory=list)


def _figure(work: str, trade: Trade, lists: Sequence[Sequence[Request]]) -> Figure:
    statements = [data for one in lists for request in one for data in request.statements]
    signatures = signatures_of(statements, trade)
    served, bare, waits = [], [], Sent()
    for _ in range(ROUNDS):
        with founded(trade) as ledger:
            folder = ledger.folder
            ledger.publish()
            ledger.close()
            with _on_core(1), served_at(folder, "small", core=0) as (port, pid):
                served.append(_send_all(port, pid, lists, waits))
        bare.append(_verify_on_one_core(signatures))
    ours, theirs = median(served), median(bare)
    waits.seconds.sort()
    return Figure(
        work=work,
        size=len(statements),
        measured=f"{rate(len(statements), ours.wall_s)},"
        f" p99 {milliseconds(waits.seconds[len(waits.seconds) * 99 // 100])}",
        against=f"bare verify, one core {rate(len(statements), theirs.wall_s)}",
        ratio=share(theirs.wall_s, ours.wall_s),
        cpu_ratio=share(theirs.cpu_s, ours.cpu_s),
        at_least=AIM,
    )


@contextmanager
def served_at(folder: Path, whose: str, core: int | None = None) -> Iterator[tuple[int, int]]:
    """Serve a ledger in another process, on one core if asked; give its port and process id."""
    with socket.create_server(("127.0.0.1", 0), backlog=256) as listening:
        number = listening.fileno()
        command = [sys.executable, "-m", "tests.benchmarks.serve", str(folder), str(number), whose]
        server = subprocess.Popen(command, pass_fds=[number])
        port = listening.getsockname()[1]
        try:
            if core is not None:
                _pin(server.pid, core)
            _wait_until_ready(port)
            yield port, server.pid
        finally:
            server.terminate()
            server.wait(SECONDS_MAX)


def _send_all(port: int, pid: int, lists: Sequence[Sequence[Request]], waits: Sent) -> Spent:
    async def send() -> None:
        async with asyncio.timeout(SECONDS_MAX), asyncio.TaskGroup() as group:
            for requests in lists:
                group.create_task(_send(port, requests, waits))

    before = processor_s(pid)
    spent = timed(lambda: asyncio.run(send()))
    return Spent(spent.wall_s, processor_s(pid) - before)


async def _send(port: int, requests: Sequence[Request], waits: Sent) -> None:
    """Send requests over one connection, each when the one before is answered."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for request in requests:
        began = time.perf_counter()
        writer.write(request.data)
        head = await reader.readuntil(b"\r\n\r\n")
        length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r")[0])
        body = await reader.readexactly(length)
        waits.seconds.append(time.perf_counter() - began)
        refused = b'"problem"' in body
        assert int(head[9:12]) == request.status and not refused, (head, body[:500])  # noqa: PT018
    writer.close()
    await writer.wait_closed()


def _request(statement: bytes) -> Request:
    return Request(_post(statement, "application/jose"), [statement], 201)


def _batch(statements: list[bytes]) -> Request:
    lines = b"".join(b'"%s"\n' % data for data in statements)
    return Request(_post(lines, "application/jsonl"), statements, 200)


def _post(body: bytes, media_type: str) -> bytes:
    head = (
        "POST /entries HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        f"Content-Type: {media_type}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def _verify_on_one_core(signatures: Sequence[Signature]) -> Spent:
    with _on_core(0):
        return timed(lambda: verify_bare(signatures, threads=1))


@contextmanager
def _on_core(core: int) -> Iterator[None]:
    """Keep this process on one core for a while, where the system can and there are two."""
    if not hasattr(os, "sched_setaffinity"):
        yield
        return
    before = os.sched_getaffinity(0)
    _pin(0, core)
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


_CORES = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []


def _pin(pid: int, core: int) -> None:
    if _CORES:
        os.sched_setaffinity(pid, {_CORES[core % len(_CORES)]})


def _wait_until_ready(port: int) -> None:
    """Return when the server answers; it listens before it can."""
    with socket.create_connection(("127.0.0.1", port), SECONDS_MAX) as connection:
        connection.sendall(b"GET /checkpoint HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        assert connection.recv(1 << 16).startswith(b"HTTP/1.1 200")
