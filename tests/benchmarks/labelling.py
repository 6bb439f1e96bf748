"""A million bags: commitment, proofs, symbols, and what judging one bag costs."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import date
from hashlib import sha256
from io import BytesIO
from itertools import islice

import qrcode

from ledger.labels.gate import Chosen, every, sample_of
from ledger.labels.jobs import Job, set_up
from ledger.labels.series import SymbolSeries
from ledger.labels.wording import Bag, BatchWords, bags_of, link_start, mark_words
from ledger.rice.labels import (
    SERIAL_LENGTH,
    LabelBatch,
    check_membership,
    commit,
    labels_between,
    prove_membership,
)
from tests.benchmarks.figures import Figure, Spent, in_turn, milliseconds, peak_mb, rate, share

GTIN, LOT = "09521234000303", "P1"
PROOFS = 500
SYMBOLS = 20_000
REFERENCE_SYMBOLS = 100
AT_ONCE = 1_000
ZPL_SHARE = 20
RESOLVER = "https://demo.rice.example"
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


def symbols(count: int = SYMBOLS) -> Iterator[Figure]:
    """Yield the figures of drawing QR symbols of one batch, what is worked out first included.

    The reference draws a few of them: how long it takes for one does not depend on how many.
    """
    batch = LabelBatch(GTIN, LOT, 1_000_000)
    start = link_start(batch, RESOLVER)
    serials = [label.serial for label in labels_between(batch, _SECRET, 1, count)]
    drawing = SymbolSeries(start, SERIAL_LENGTH).drawing

    def draw() -> None:
        series = SymbolSeries(start, SERIAL_LENGTH)
        for at in range(0, count, AT_ONCE):
            series.draw(serials[at : at + AT_ONCE])

    def draw_one_by_one(version: int | None, mask: int | None) -> None:
        for serial in serials[:REFERENCE_SYMBOLS]:
            level = qrcode.ERROR_CORRECT_Q
            code = qrcode.QRCode(version, level, border=0, mask_pattern=mask)
            code.add_data(start + serial)
            code.make(fit=version is None)
            code.get_matrix()

    ours, theirs, told = in_turn(
        3,
        draw,
        lambda: draw_one_by_one(None, None),
        lambda: draw_one_by_one(drawing.version, drawing.mask),
    )
    for against, spent in (("", theirs), (", told version and mask,", told)):
        yield Figure(
            work="QR matrices of a batch",
            size=count,
            measured=rate(count, ours.wall_s),
            against=f"qrcode one by one{against} {rate(REFERENCE_SYMBOLS, spent.wall_s)}",
            ratio=share(spent.wall_s / REFERENCE_SYMBOLS, ours.wall_s / count),
            cpu_ratio=share(spent.cpu_s / REFERENCE_SYMBOLS, ours.cpu_s / count),
            at_least=300 if spent is theirs else None,
        )


def sheets(count: int) -> Iterator[Figure]:
    """Yield the figures of printing so many labels, in thousands of labels a second."""
    batch = LabelBatch(GTIN, LOT, 1_000_000)
    words = BatchWords(
        link_start=link_start(batch, RESOLVER),
        count=batch.count,
        goods="Gạo thơm OM18 phát thải thấp",
        net_mass_g=5_000,
        lot=batch.lot,
        packer="HTX Nông nghiệp Kênh Xáng",
        packed=date(2026, 3, 22),
        best_before=date(2027, 3, 22),
        mark=mark_words("Gạo phát thải thấp", "QD-DX26-001"),
    )

    def bags() -> Iterator[Bag]:
        return bags_of(range(1, count + 1), labels_between(batch, _SECRET, 1, count))

    def write_pdf(chosen: Chosen) -> int:
        out = BytesIO()
        Job(*set_up(words, "a4-3x8"), bags(), chosen=chosen).write_pdf(out)
        return out.tell()

    def write_zpl() -> int:
        out = BytesIO()
        few = islice(bags(), count // ZPL_SHARE)
        Job(*set_up(words, "roll-100x50", dpi=203), few, dpi=203).write_zpl(out)
        return out.tell()

    sampled = sample_of(count)
    unread, some, full, zpl = in_turn(
        3,
        lambda: write_pdf(lambda _place: False),
        lambda: write_pdf(sampled),
        lambda: write_pdf(every),
        write_zpl,
    )
    pdf_bytes, zpl_bytes = write_pdf(sampled) // count, write_zpl() // (count // ZPL_SHARE)
    for read_back, spent in (("none", unread), ("a thousand", some), ("every one", full)):
        yield _printed(f"labels to PDF, {read_back} read back", count, spent, pdf_bytes)
    work = "labels to ZPL, every one read back"
    yield _printed(work, count // ZPL_SHARE, zpl, zpl_bytes, at_least=None)


def _printed(
    work: str, count: int, spent: Spent, size_bytes: int, at_least: float | None = 2.0
) -> Figure:
    return Figure(
        work=f"{work}, thousands /s",
        size=count,
        measured=f"{rate(count, spent.wall_s)}, {size_bytes:,} B each",
        against="one core",
        ratio=round(count / spent.wall_s / 1000, 2),
        cpu_ratio=round(count / spent.cpu_s / 1000, 2),
        at_least=at_least,
    )
