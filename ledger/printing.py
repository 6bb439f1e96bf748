"""Printing labels where a secret is disclosed: which bags, on which paper, and the book of prints.

A job's file is written aside, every symbol or a sample of them read back, then the book records the
bags, and only then may anybody have the file: there are never labels that nobody knows of.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal

from msgspec import Meta, Struct

from ledger.disclosures import LABELS
from ledger.errors import CODES, MalformedError, NotFoundError, RefusedError, Words
from ledger.labels.batch_facts import told_of
from ledger.labels.gate import FULL_UP_TO, every, sample_of
from ledger.labels.jobs import Job, set_up
from ledger.labels.print_book import PrintBook, Range, not_cancelled
from ledger.labels.wording import Bag, BatchWords, bags_of
from ledger.rice.facts import LabelBatch as Issued
from ledger.rice.facts import find
from ledger.rice.labels import SECRET_LENGTH_BYTES, LabelBatch, labels_between
from ledger.store.store import Reading
from ledger.store.zip_file import ZipWriter

CODES |= {
    "labels_secret_elsewhere": Words(
        "The secret of batch {batch} is not here yet. Open the page of labels again in a minute; if"
        " it stays so, the labels were issued elsewhere: print them there.",
        "Chưa có bí mật của đợt tem {batch} ở đây. Hãy mở lại trang tem sau một phút; nếu vẫn vậy"
        " thì tem được phát ở nơi khác: hãy in ở đó.",
    ),
    "labels_too_many": Words(
        "{count} labels are too many for one job here; print at most {limit} at a time.",
        "{count} tem là quá nhiều cho một lần in ở đây; mỗi lần in tối đa {limit} tem.",
    ),
}

LABELS_MAX = 20_000
COPIES_MAX = 4
_MEDIA = {
    "pdf": ("pdf", "application/pdf"),
    "zpl": ("zpl", "application/octet-stream"),
    "svg": ("zip", "application/zip"),
    "png": ("zip", "application/zip"),
}
_USUAL_DPI = {"zpl": 203, "png": 300}

Count = Annotated[int, Meta(ge=1, le=100_000_000)]


class Wanted(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What somebody wants printed, and on what."""

    batch: Annotated[str, Meta(min_length=1, max_length=60)]
    first: Count = 1
    last: Count | None = None
    spoiled: bool = False
    form: Literal["pdf", "zpl", "svg", "png"] = "pdf"
    layout: Annotated[str, Meta(max_length=120)] = "a4-2x4"
    copies: Annotated[int, Meta(ge=1, le=COPIES_MAX)] = 1
    skip: Annotated[int, Meta(ge=0, le=1_000)] = 0
    dpi: Literal[203, 300, 600] | None = None


@dataclass(frozen=True, slots=True)
class Printed:
    """A job's file: where it is, what it is called, and how many labels it holds."""

    file: Path
    name: str
    media_type: str
    count: int
    read_back: int


@dataclass(frozen=True, slots=True)
class Printer:
    """What a job needs to know of the ledger."""

    book: PrintBook
    resolver: str
    is_demo: bool


def bags_to_print(printer: Printer, issued: Issued, wanted: Wanted) -> list[Range]:
    """Return the bags of a job; each must be printable."""
    last = wanted.last or issued.count
    for number in (wanted.first, last):
        if number > issued.count:
            raise MalformedError("code_beyond_batch", number=number, count=issued.count)
    if wanted.first > last:
        raise MalformedError("sheet_empty")
    asked = (wanted.first, last)
    book = printer.book
    spoiled = book.spoiled(issued.id, asked) if wanted.spoiled else [asked]
    ranges = not_cancelled(issued, spoiled)
    book.check_printable(issued.id, ranges)
    count = _size(ranges)
    if count > LABELS_MAX:
        raise MalformedError("labels_too_many", count=count, limit=LABELS_MAX)
    return ranges


@dataclass(frozen=True, slots=True)
class Run:
    """A job whose bags are known: what is left is drawing them."""

    issued: Issued
    batch: LabelBatch
    words: BatchWords
    secret: bytes
    ranges: list[Range]
    wanted: Wanted

    @property
    def count(self) -> int:
        """How many bags get a label."""
        return _size(self.ranges)

    def write(
        self, book: PrintBook, folder: Path, now: datetime, progress: Callable[[int, int], object]
    ) -> Printed:
        """Write the file into a folder and record it; nothing is kept of one that does not read."""
        wanted, count = self.wanted, self.count
        dpi = wanted.dpi or _USUAL_DPI.get(wanted.form)
        series, design = set_up(self.words, wanted.layout, None, dpi)
        bags = _bags(self.batch, self.secret, self.ranges)
        job = Job(
            *(series, design, bags, dpi, wanted.copies, wanted.skip),
            chosen=every if count <= FULL_UP_TO else sample_of(count),
            progress=lambda done: progress(done, count),
        )
        ending, media_type = _MEDIA[wanted.form]
        name = f"tem-{_plain(self.issued.id)}-{self.ranges[0][0]}-{self.ranges[-1][1]}.{ending}"
        file = folder / "labels"
        with file.open("wb") as out:
            if wanted.form == "pdf":
                job.write_pdf(out)
            elif wanted.form == "zpl":
                job.write_zpl(out)
            else:
                _write_pictures(job, wanted.form, ZipWriter(out))
        try:
            told = f"{wanted.layout}, {wanted.form}"
            book.record_printed(self.issued.id, self.ranges, now, told)
        except Exception:
            file.unlink()
            raise
        return Printed(file, name, media_type, count, sum(map(job.chosen, range(count))))


def run_of(view: Reading, printer: Printer, wanted: Wanted) -> Run:
    """Return a job with everything that the ledger knows of it; refuse what cannot be printed."""
    issued, secret = batch_with_secret(view, wanted.batch)
    ranges = bags_to_print(printer, issued, wanted)
    batch, words = told_of(view, issued, printer.resolver, is_demo=printer.is_demo)
    return Run(issued, batch, words, secret, ranges, wanted)


def batch_with_secret(view: Reading, batch: str) -> tuple[Issued, bytes]:
    """Return a batch of labels and the secret they follow from."""
    issued = find(view, Issued, f"labels:{batch}")
    if issued is None:
        raise NotFoundError("labels_unknown", batch=batch)
    disclosed = view.disclosure(LABELS, batch)
    if disclosed is None:
        raise RefusedError("labels_secret_elsewhere", batch=batch)
    return issued, disclosed[:SECRET_LENGTH_BYTES]


def _bags(batch: LabelBatch, secret: bytes, ranges: Sequence[Range]) -> Iterator[Bag]:
    for first, last in ranges:
        yield from bags_of(range(first, last + 1), labels_between(batch, secret, first, last))


def _write_pictures(job: Job, form: str, archive: ZipWriter) -> None:
    pictures = job.pictures_png() if form == "png" else job.pictures_svg()
    for bag, data in pictures:
        archive.add(f"{bag.number:07}-{bag.serial}.{form}", data)
    archive.close()


def _size(ranges: Sequence[Range]) -> int:
    return sum(last - first + 1 for first, last in ranges)


def _plain(name: str) -> str:
    """Return a name as any file system takes it."""
    return "".join(sign if sign.isascii() and sign.isalnum() else "-" for sign in name)
