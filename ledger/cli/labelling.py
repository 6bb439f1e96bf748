"""Printing the labels of a lot: codes from the packer's key, every symbol read back first."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import typer

from ledger.cli import label_options as options
from ledger.cli.opening import Passphrases, opened, writing
from ledger.cli.options import HERE, Folder, PassphraseFile
from ledger.cli.speech import Speech
from ledger.errors import MalformedError, NotFoundError, RefusedError

if TYPE_CHECKING:
    from ledger.labels.jobs import Job
    from ledger.labels.print_book import Range
    from ledger.labels.wording import Bag, BatchWords
    from ledger.rice.facts import LabelBatch as Issued
    from ledger.rice.labels import LabelBatch
    from ledger.service import Ledger

_WIDEST_MODULE_MM = 100
_DISTANCE_PER_WIDTH = 10
"""A phone reads a symbol from about ten times its width."""


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    app.command()(label)


@dataclass(frozen=True, slots=True)
class _Labels:
    """What is printed: the batch, its secret and its words, and the bags that were asked for."""

    issued: Issued
    batch: LabelBatch
    secret: bytes
    words: BatchWords
    ranges: Sequence[Range]

    @property
    def count(self) -> int:
        return sum(last - first + 1 for first, last in self.ranges)

    def bags(self) -> Iterator[Bag]:
        from ledger.labels.wording import bags_of
        from ledger.rice.labels import labels_between

        for first, last in self.ranges:
            labels = labels_between(self.batch, self.secret, first, last)
            yield from bags_of(range(first, last + 1), labels)


@dataclass(frozen=True, slots=True)
class _Paper:
    """What it is printed on and how, as it was asked for."""

    form: options.Format
    layout: str
    module: float | None
    dpi: int | None
    skip: int
    used: Sequence[str]
    copies: int
    verify: options.Verify | None


def label(
    ctx: typer.Context,
    batch: options.Batch,
    *,
    keys: options.Keys,
    out: options.Out,
    ledger: Folder = HERE,
    first: options.First = 1,
    last: options.Last = None,
    spoiled: options.Spoiled = False,
    form: options.Form = options.Format.PDF,
    layout: options.Layout = "",
    skip: options.Skip = 0,
    used: options.Used = None,
    copies: options.Copies = 1,
    module: options.Module = None,
    dpi: options.PrinterDpi = None,
    verify: options.HowMany = None,
    resolver: options.Resolver = "",
    private: options.Private = False,
    passphrase_file: PassphraseFile = None,
) -> None:
    """Print the labels of a lot.

    Nothing is written unless the symbols were read back and say what they must. A bag's label is
    printed once, and again only after `prints spoil`; a cancelled one never is.
    """
    from ledger.keyring import Keyring
    from ledger.labels.batch_facts import told_of
    from ledger.labels.print_book import PRINT_BOOK, PrintBook, not_cancelled
    from ledger.service import utc_now

    speech: Speech = ctx.obj
    if module is not None and not 0 < module < _WIDEST_MODULE_MM:
        raise typer.BadParameter("--module is a width in mm")  # noqa: TRY003
    if form.is_pictures and (copies > 1 or skip or used):
        raise typer.BadParameter("--copies, --skip and --used are for paper")  # noqa: TRY003
    paper = _Paper(
        *(form, layout or form.usual_layout, module, int(dpi) if dpi else form.usual_dpi),
        *(skip, used or (), copies, verify),
    )
    with opened(ledger) as book:
        issued = issued_batch(book, batch)
        keyring = Keyring(keys, book.origin, Passphrases(speech, passphrase_file).ask)
        secret = keyring.secret(issued.issuer, f"labels/{issued.id}")
        _disclose(speech, book, issued, secret)
        with book.reading() as view:
            is_demo = book.origin.startswith("demo.")
            link_host = resolver or book.config.resolver
            rice, words = told_of(view, issued, link_host, is_demo=is_demo, is_private=private)
    prints = PrintBook(ledger / PRINT_BOOK)
    asked = _asked(issued, first, last)
    ranges = not_cancelled(issued, prints.spoiled(issued.id, asked) if spoiled else [asked])
    prints.check_printable(issued.id, ranges)
    labels = _Labels(issued, rice, secret, words, ranges)

    def record() -> None:
        prints.record_printed(issued.id, ranges, utc_now(), f"{paper.layout}, {form.value}")

    _print(speech, labels, paper, out, record)


def issued_batch(book: Ledger, batch: str) -> Issued:
    """Return the batch of labels of a lot."""
    from ledger.rice.facts import LabelBatch as Issued
    from ledger.rice.facts import find

    with book.reading() as view:
        issued = find(view, Issued, f"labels:{batch}")
    if issued is None:
        raise NotFoundError("labels_unknown", batch=batch)
    return issued


def _asked(issued: Issued, first: int, last: int | None) -> Range:
    """Return the bags that were asked for, which the batch must have."""
    last = last or issued.count
    for number in (first, last):
        if number > issued.count:
            raise MalformedError("code_beyond_batch", number=number, count=issued.count)
    if first > last:
        raise MalformedError("sheet_empty")
    return first, last


def _disclose(speech: Speech, book: Ledger, issued: Issued, secret: bytes) -> None:
    """Hand the secret to the ledger, which needs it to answer scans and refuses a wrong one."""
    from ledger.disclosures import LABELS

    with book.reading() as view:
        known = view.disclosure(LABELS, issued.id)
    if known is None:
        with speech.progress("committing") as move:
            book.disclose_labels(issued.id, secret, move)
    elif known[: len(secret)] != secret:
        raise RefusedError("labels_differ", batch=issued.id)


def _print(
    speech: Speech, labels: _Labels, paper: _Paper, out: Path, record: Callable[[], None]
) -> None:
    """Write a job; it is recorded after the last symbol was read back and before it has a name."""
    with speech.progress("printing") as move:
        job = _job(labels, paper, lambda done: move(done, labels.count))
        if paper.form.is_pictures:
            _write_pictures(job, paper.form, out, record)
        else:
            with writing(out) as file:
                (job.write_pdf if paper.form is options.Format.PDF else job.write_zpl)(file)
                record()
    speech.tell(
        speech.phrase(
            "labels_written",
            count=labels.count,
            lot=labels.issued.id,
            file=str(out),
            read=sum(map(job.chosen, range(labels.count))),
        )
    )
    _advise(speech, job)


def _job(labels: _Labels, paper: _Paper, progress: Callable[[int], object]) -> Job:
    from ledger.labels.gate import FULL_UP_TO, every, sample_of
    from ledger.labels.jobs import Job, set_up

    is_full = paper.verify is options.Verify.FULL or (
        paper.verify is None and labels.count <= FULL_UP_TO
    )
    module_um = None if paper.module is None else round(paper.module * 1000)
    series, design = set_up(labels.words, paper.layout, module_um, paper.dpi)
    return Job(
        *(series, design, labels.bags(), paper.dpi, paper.copies, paper.skip),
        used=_places(paper.used),
        chosen=every if is_full else sample_of(labels.count),
        progress=progress,
    )


def _places(texts: Sequence[str]) -> set[int]:
    """Return the places on a sheet somebody wrote as ``5`` or ``9-11``."""
    places: set[int] = set()
    for text in texts:
        first, _, last = text.partition("-")
        try:
            places |= {*range(int(first), int(last or first) + 1)}
        except ValueError as error:
            raise MalformedError("malformed", what=f"--used {text}") from error
    return places


def _write_pictures(job: Job, form: options.Format, out: Path, record: Callable[[], None]) -> None:
    """Write a file for each label, into the folder only after the last was read back."""
    out.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=out.parent, prefix=f"{out.name}.") as name:
        drawn = Path(name)
        pictures = job.pictures_png() if form is options.Format.PNG else job.pictures_svg()
        for bag, data in pictures:
            (drawn / f"{bag.number:07}-{bag.serial}.{form.value}").write_bytes(data)
        record()
        out.mkdir(exist_ok=True)
        for file in drawn.iterdir():
            file.replace(out / file.name)


def _advise(speech: Speech, job: Job) -> None:
    """Say how large the symbols are and what keeps them readable."""
    from ledger.labels.layouts import format_mm
    from ledger.labels.symbols import MODULE_UM

    panel_um = job.design.symbol_um
    speech.note(
        speech.phrase(
            "label_panel",
            panel=format_mm(round(panel_um, -1)),
            module=format_mm(job.design.module_um),
            distance=round(panel_um * _DISTANCE_PER_WIDTH / 10_000),
        )
    )
    if job.design.module_um < MODULE_UM:
        speech.note(speech.phrase("label_small", usual=format_mm(MODULE_UM)))
