"""The file of a lot: what its digests cost, how large it is, and one code held against it."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256

from msgspec import structs

from ledger.keyring import SampleKeyring
from ledger.lot_files import Gathered, make_digests, seal_lot
from ledger.proof.offline import judge_code
from ledger.proof.trust import read_trust
from ledger.rice.labels import labels_between
from tests.benchmarks.figures import Figure, in_turn, milliseconds, rate
from tests.vectors_lotfile.cases import scene

BAGS = 1_000
CHECKS = 20
_SECRET = sha256(b"labels of a benchmark").digest()


def lot_files(count: int = BAGS) -> Iterator[Figure]:
    """Yield the figures of a lot file of so many bags."""
    made = scene()
    batch = structs.replace(made.facts.batches[0], count=count)
    facts = structs.replace(made.facts, bags=count, batches=(batch,))
    gathered = Gathered(made.origin, facts, (_SECRET,), (b"",))
    key = SampleKeyring(made.origin).key("log")
    serials = [one.serial for one in labels_between(facts.rice_batch(batch), _SECRET, 1, count)]
    files: list[bytes] = []

    def bare() -> None:
        for serial in serials:
            sha256(serial.encode()).digest()

    def whole() -> None:
        files.append(seal_lot(gathered, make_digests(gathered, lambda *_: None), key))

    slow, fast = in_turn(1, whole, bare)
    yield Figure(
        work="lot file: a slow digest for every bag",
        size=count,
        measured=f"{slow.cpu_s / count * 1000:.2f} CPU ms each, {len(files[0]):,} B",
        against=f"SHA-256 bare {rate(count, fast.wall_s)}",
    )
    trust = read_trust(made.made().trust)
    (checked,) = in_turn(CHECKS, lambda: judge_code(files[0], serials[-1], trust, made.at))
    yield Figure(
        work="one code checked against a lot file",
        size=count,
        measured=milliseconds(checked.wall_s),
    )
