"""One bag in a small and in a large ledger: its page, its verdict, and what a recall would find.

The ledger is the demo's season, so that a real journey lies behind the bag, and then other people's
rice, appended like any other, until it is as large as wanted. The bag has the same entries behind
it in both sizes.
"""

from __future__ import annotations

import http.client
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from urllib.parse import urlsplit

from msgspec import json
from rich.console import Console
from rich.progress import Progress

from ledger.demo import PROGRAMME, prepare
from ledger.keyring import SampleKeyring
from ledger.log.keys import PublicKey
from ledger.log.statement import SignatureEntry, parse_statement
from ledger.proof.bundle import lot_uri
from ledger.proof.trust import read_trust
from ledger.proof.verify import verify_bytes
from ledger.rice.acts import Scope
from ledger.rice.case import admitted
from ledger.rice.facts import Harvested, Key
from ledger.service import Ledger, utc_now
from tests.benchmarks.figures import Figure, Spent, in_turn, milliseconds, peak_mb, share, timed
from tests.benchmarks.over_http import served_at
from tests.benchmarks.tracing import traces
from tests.benchmarks.trade import Trade, accept

SMALL = 10_000
RESOLVER = "http://127.0.0.1"
SCANS = 40
TRACES = 20
AT_ONCE = 4_000
PUBLISH_EVERY = 100_000


@dataclass(frozen=True, slots=True)
class Bag:
    """The bag that is scanned, and the area whose paddy is traced."""

    path: str
    gtin: str
    lot: str
    serial: str
    area: str
    season: str


def scans(entries: int, folder: Path | None = None) -> Iterator[Figure]:
    """Yield the figures of one bag in a ledger of so many entries, and in a small one."""
    with tempfile.TemporaryDirectory(prefix="rice-benchmark-", dir=folder) as name:
        large, small = Path(name) / "large", Path(name) / "small"
        bag, grown = _build(large, small, entries)
        yield Figure(
            work="building the large ledger, statements signed meanwhile",
            size=entries,
            measured=f"{grown.wall_s:,.0f} s, {(entries - SMALL) / grown.wall_s:,.0f} /s",
            against=f"on disk {_size_mb(large):,} MB",
            peak_mb=peak_mb(),
        )
        yield _scan(small, large, bag, entries)
        yield from _look_up(small, large, bag, entries)
        area = Scope(kind="area", id=bag.area, season=bag.season)
        lot = Scope(kind="lot", id=lot_uri(bag.gtin, bag.lot))
        yield from traces(small, large, area, lot, entries)


def _build(large: Path, small: Path, entries: int) -> tuple[Bag, Spent]:
    """Make the ledger of the demo, grow it to the small size, copy it, grow it on."""
    ledger, demo = prepare(large, resolver=RESOLVER, progress=lambda *_: None)
    try:
        bag = _bag(ledger, demo.bag_url)
        trade = Trade.of(entries)
        registrar = SampleKeyring(PROGRAMME.origin).key(PROGRAMME.registrar)
        accept(ledger, list(trade.opening(registrar)))
        statements = trade.statements()
        with Progress(console=Console(stderr=True)) as progress:
            task = progress.add_task("other people's rice", total=entries, completed=ledger.size)
            told = partial(progress.update, task)
            _grow(ledger, statements, SMALL, told)
            ledger.publish()
            ledger.close()
            shutil.copytree(large, small)
            ledger = _open(large)
            grown = timed(partial(_grow, ledger, statements, entries, told))
        ledger.publish()
    finally:
        ledger.close()
    return bag, grown


def _grow(
    ledger: Ledger, statements: Iterator[bytes], entries: int, told: Callable[..., object]
) -> None:
    size = ledger.size
    while size < entries:
        parcel = list(islice(statements, min(AT_ONCE, entries - size)))
        accept(ledger, parcel)
        # Publishing hashes again what was added since: in steps, so that memory stays small.
        if size // PUBLISH_EVERY != (size + len(parcel)) // PUBLISH_EVERY:
            ledger.publish()
        size += len(parcel)
        told(completed=size)


def _scan(small: Path, large: Path, bag: Bag, entries: int) -> Figure:
    """Return the figure of the whole page of a bag, over HTTP."""
    taken: list[list[float]] = [[], []]
    with ExitStack() as kept:
        ports = [kept.enter_context(served_at(one, "demo"))[0] for one in (small, large)]
        connections = [http.client.HTTPConnection("127.0.0.1", port) for port in ports]
        for at in range(SCANS + 2):
            for times, connection in zip(taken, connections, strict=True):
                seconds = _get(connection, bag.path)
                if at >= 2:
                    times.append(seconds)
        for connection in connections:
            connection.close()
    in_small, in_large = map(statistics.median, taken)
    return Figure(
        work=f"page of a bag, {entries:,} entries vs {SMALL:,}",
        size=SCANS,
        measured=milliseconds(in_large),
        against=f"itself {milliseconds(in_small)}",
        ratio=share(in_large, in_small),
        at_most=1.3,
    )


def _get(connection: http.client.HTTPConnection, path: str) -> float:
    began = time.perf_counter()
    connection.request("GET", path, headers={"Accept": "text/html"})
    response = connection.getresponse()
    page = response.read()
    seconds = time.perf_counter() - began
    assert response.status == 200, page[:500]
    return seconds


def _look_up(small: Path, large: Path, bag: Bag, entries: int) -> Iterator[Figure]:
    """Yield the figures of bundle and verdict."""
    with ExitStack() as kept:
        ledgers = [_open(one) for one in (small, large)]
        for ledger in ledgers:
            kept.callback(ledger.close)
        in_small, in_large = in_turn(SCANS, *(partial(_bundle, one, bag) for one in ledgers))
        data = _bundle(ledgers[1], bag)
        yield Figure(
            work=f"evidence of a bag, {entries:,} entries vs {SMALL:,}",
            size=SCANS,
            measured=f"{milliseconds(in_large.wall_s)}, {len(data):,} B",
            against=f"itself {milliseconds(in_small.wall_s)}",
            ratio=share(in_large.wall_s, in_small.wall_s),
            cpu_ratio=share(in_large.cpu_s, in_small.cpu_s),
            at_most=1.3,
        )
        yield _verdict(ledgers[1], data)


def _verdict(ledger: Ledger, data: bytes) -> Figure:
    """Return the figure of judging a bundle against verifying its signatures bare."""
    trust, at = read_trust(ledger.trust()), utc_now()
    assert verify_bytes(data, trust, at).headline == "verified"
    signed = list(_signatures(ledger, data))

    def verify_signatures() -> None:
        for key, one in signed:
            key.verify(one.signing_input, one.signature, one.alg)

    ours, theirs = in_turn(TRACES, partial(verify_bytes, data, trust, at), verify_signatures)
    return Figure(
        work="verdict on a bundle",
        size=len(signed),
        measured=milliseconds(ours.wall_s),
        against=f"its signatures bare {milliseconds(theirs.wall_s)}",
        ratio=share(theirs.wall_s, ours.wall_s),
        cpu_ratio=share(theirs.cpu_s, ours.cpu_s),
    )


def _signatures(ledger: Ledger, bundle: bytes) -> Iterator[tuple[PublicKey, SignatureEntry]]:
    with ledger.reading() as view:
        for entry in json.decode(bundle)["entries"]:
            for one in parse_statement(entry["statement"].encode()).signatures:
                fact = view.get(f"key:{one.kid.rpartition('#')[2]}")
                assert isinstance(fact, Key)
                yield admitted(fact), one


def _bundle(ledger: Ledger, bag: Bag) -> bytes:
    return ledger.bundle(bag.gtin, bag.lot, bag.serial)


def _bag(ledger: Ledger, url: str) -> Bag:
    path = urlsplit(url).path
    _, _, gtin, _, lot, _, serial = path.split("/")
    with ledger.reading() as view:
        cut = view.facts_of("harvested", limit=1)[0]
    assert isinstance(cut, Harvested)
    return Bag(path, gtin, lot, serial, cut.area, cut.season)


def _open(folder: Path) -> Ledger:
    return Ledger.open(folder, SampleKeyring(PROGRAMME.origin).key("log"))


def _size_mb(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()) // 1_000_000
