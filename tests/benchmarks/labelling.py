"""A million bags: commitment, proofs, symbols, and what judging one bag costs."""

from __future__ import annotations

import time
from collections.abc import Iterator
from hashlib import sha256

import qrcode
from msgspec import structs

from ledger.keyring import SampleKeyring
from ledger.labels.symbols import draw_symbol
from ledger.lot_files import Gathered, seal_lot
from ledger.proof.offline import judge_code
from ledger.proof.trust import read_trust
from ledger.rice.labels import (
    LabelBatch,
    check_membership,
    commit,
    labels_between,
    prove_membership,
)
from tests.benchmarks.figures import Figure, in_turn, milliseconds, peak_mb, rate, share
from tests.vectors_lotfile.cases import scene

GTIN, LOT = "09521234000303", "P1"
PROOFS = 500
SYMBOLS = 100
LOT_BAGS = 1_000
_SECRET = sha256(b"labels of a benchmark").digest()


def labels(count: int) -> Iterator[Figure]:
    """Yield the figures of a batch of so many bags."""
    batch = LabelBatch(GTIN, LOT, count)
    began = time.perf_counter()
    commitment = commit(batch, _SECRET)
    taken_s = time.perf_counter() - began
    yield Figure(
        work="label commitment: serials, salts, tree",
        size=count,
        measured=f"{taken_s:.1f} s, {rate(count, taken_s)}, keeps {len(commitment.shelf):,} B",
        against="no row per bag",
        peak_mb=peak_mb(),
    )
    numbers = [1 + count * at // PROOFS for at in range(PROOFS)]

    def prove() -> None:
        for number in numbers:
            prove_membership(batch, _SECRET, commitment.shelf, number)

    members = [prove_membership(batch, _SECRET, commitment.shelf, number) for number in numbers]

    def check() -> None:
        for member in members:
            check_membership(commitment.root, batch, member)

    proving, checking = in_turn(5, prove, check)
    proof_s = proving.wall_s / PROOFS
    yield Figure(
        work="membership proof of one bag, ms",
        size=count,
        measured=milliseconds(proof_s),
        against=f"checking it {milliseconds(checking.wall_s / PROOFS)}",
        ratio=round(proof_s * 1000, 2),
        cpu_ratio=round(proving.cpu_s / PROOFS * 1000, 2),
        at_most=1.0,
    )


def lot_files(count: int = LOT_BAGS) -> Iterator[Figure]:
    """Yield the figures of a lot file of so many bags, and of one code held against it."""
    made = scene()
    said = structs.replace(made.facts.batches[0], batch="P1", count=count)
    facts = structs.replace(made.facts, gtin=GTIN, lot=LOT, bags=count, batches=(said,))
    gathered = Gathered(made.origin, facts, (_SECRET,))
    key = SampleKeyring(made.origin).key("log")
    files: list[bytes] = []
    labels = list(labels_between(LabelBatch(GTIN, LOT, count), _SECRET, 1, count))

    def bare() -> None:
        for label in labels:
            sha256(label.serial.encode()).digest()

    slow, fast = in_turn(1, lambda: files.append(seal_lot(gathered, key, lambda *_: None)), bare)
    yield Figure(
        work="lot file: a digest for every bag",
        size=count,
        measured=f"{rate(count, slow.wall_s)}, {slow.cpu_s / count * 1000:.2f} CPU ms each,"
        f" {len(files[0]):,} B",
        against=f"SHA-256 bare {rate(count, fast.wall_s)}",
    )
    trust, code = read_trust(made.made().trust), labels[-1].serial
    checked, _ = in_turn(20, lambda: judge_code(files[0], code, trust, made.at), lambda: None)
    yield Figure(work="one code checked offline", size=count, measured=milliseconds(checked.wall_s))


def symbols(count: int = SYMBOLS) -> Iterator[Figure]:
    """Yield the figure of drawing QR symbols of one batch."""
    batch = LabelBatch(GTIN, LOT, 1_000_000)
    links = [
        batch.link(label.serial, "https://demo.rice.example")
        for label in labels_between(batch, _SECRET, 1, count)
    ]

    def draw() -> None:
        for link in links:
            draw_symbol(link)

    def draw_one_by_one() -> None:
        for link in links:
            code = qrcode.QRCode(error_correction=qrcode.ERROR_CORRECT_Q, border=0)
            code.add_data(link)
            code.make()
            code.get_matrix()

    ours, theirs = in_turn(3, draw, draw_one_by_one)
    yield Figure(
        work="QR matrices of a batch",
        size=count,
        measured=rate(count, ours.wall_s),
        against=f"qrcode one by one {rate(count, theirs.wall_s)}",
        ratio=share(theirs.wall_s, ours.wall_s),
        cpu_ratio=share(theirs.cpu_s, ours.cpu_s),
        at_least=300,
    )
