"""Printing the labels of a lot: codes from the packer's key, every symbol read back first."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from enum import StrEnum
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ledger.cli.opening import Passphrases, opened, write_bytes
from ledger.cli.options import HERE, Folder, PassphraseFile
from ledger.cli.speech import Speech
from ledger.errors import MalformedError, NotFoundError, RefusedError

if TYPE_CHECKING:
    from ledger.labels.sheets import BagLabel
    from ledger.rice.facts import LabelBatch as Issued
    from ledger.service import Ledger


class Paper(StrEnum):
    """Label sheets that stationers sell, as columns x rows."""

    A4_2X4 = "a4-2x4"
    A4_2X7 = "a4-2x7"
    A4_3X8 = "a4-3x8"


class Form(StrEnum):
    """What is written: one PDF, or a picture of each symbol in a folder."""

    PDF = "pdf"
    PNG = "png"
    SVG = "svg"


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    app.command()(label)


def label(
    ctx: typer.Context,
    batch: Annotated[str, typer.Argument(metavar="LOT", help="The lot: its batch of labels.")],
    *,
    keys: Annotated[Path, typer.Option("--keys", help="Folder with the packer's key file.")],
    out: Annotated[Path, typer.Option(help="The PDF to write, or the folder for pictures.")],
    ledger: Folder = HERE,
    first: Annotated[int, typer.Option("--from", min=1, help="First bag.")] = 1,
    last: Annotated[
        int | None, typer.Option("--to", min=1, help="Last bag; all if not given.")
    ] = None,
    form: Annotated[Form, typer.Option(help="What to write.")] = Form.PDF,
    paper: Annotated[Paper, typer.Option(help="Label sheet of the PDF.")] = Paper.A4_2X4,
    skip: Annotated[int, typer.Option(min=0, help="Used labels on the first sheet.")] = 0,
    resolver: Annotated[
        str, typer.Option(help="What the links begin with; the ledger's own if not given.")
    ] = "",
    private: Annotated[
        bool, typer.Option("--private", help="Links without a GTIN: no GS1 company prefix.")
    ] = False,
    passphrase_file: PassphraseFile = None,
) -> None:
    """Print the labels of a lot.

    Nothing is written unless every symbol was read back and says what it must.
    """
    from ledger.keyring import Keyring

    speech: Speech = ctx.obj
    with opened(ledger) as book:
        issued = _issued(book, batch)
        keyring = Keyring(keys, book.origin, Passphrases(speech, passphrase_file).ask)
        secret = keyring.secret(issued.issuer, f"labels/{issued.id}")
        _disclose(speech, book, issued, secret)
        bags = (first, min(last or issued.count, issued.count))
        if bags[0] > bags[1]:
            raise MalformedError("sheet_empty")
        links = (resolver or book.config.resolver, private)
        labels = list(_labels(book, issued, secret, bags, links))
    _check(speech, labels)
    if form is Form.PDF:
        _write_pdf(speech, labels, paper.value, skip, out)
    else:
        _write_pictures(labels, form, out)
    speech.tell(speech.phrase("labels_written", count=len(labels), lot=issued.id, file=str(out)))


def _issued(book: Ledger, batch: str) -> Issued:
    from ledger.rice.facts import LabelBatch as Issued
    from ledger.rice.facts import find

    with book.reading() as view:
        issued = find(view, Issued, f"labels:{batch}")
    if issued is None:
        raise NotFoundError("labels_unknown", batch=batch)
    return issued


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


def _labels(
    book: Ledger, issued: Issued, secret: bytes, bags: tuple[int, int], links: tuple[str, bool]
) -> Iterator[BagLabel]:
    """Yield everything printed on the labels of some bags, read from the ledger's facts."""
    from ledger.labels.sheets import BagLabel
    from ledger.rice.facts import Actor, Lot, Product, find
    from ledger.rice.labels import LabelBatch, labels_between

    with book.reading() as view:
        lot = find(view, Lot, f"lot:{issued.lot}")
        product = find(view, Product, f"product:{lot.gtin}") if lot else None
        packer = find(view, Actor, f"actor:{issued.issuer}")
    assert lot is not None, "labels are issued for a lot that is known"
    assert product is not None, "a packed lot is of a known product"
    assert packer is not None, "labels are issued by somebody known"
    batch = LabelBatch(lot.gtin, issued.lot.rpartition("/")[2], issued.count)
    resolver, is_private = links
    link = batch.private_link if is_private else batch.link
    for number, one in enumerate(labels_between(batch, secret, *bags), start=bags[0]):
        yield BagLabel(
            payload=link(one.serial, resolver),
            serial=one.serial,
            number=number,
            count=issued.count,
            goods=product.name.vi,
            net_mass_g=lot.bag_g,
            lot=batch.lot,
            packer=packer.name.vi,
            packed=date.fromisoformat(lot.born_on),
            best_before=date.fromisoformat(lot.best_before_on or lot.born_on),
            is_demo=book.origin.startswith("demo."),
        )


def _check(speech: Speech, labels: list[BagLabel]) -> None:
    """Read every symbol back; one that does not say its payload stops the job."""
    from ledger.labels.gate import check_job
    from ledger.labels.symbols import draw_symbol

    with speech.progress("printing") as move:
        check_job(
            (draw_symbol(one.payload) for one in labels),
            progress=lambda done: move(done, len(labels)),
        )


def _write_pdf(speech: Speech, labels: list[BagLabel], paper: str, skip: int, out: Path) -> None:
    from ledger.labels.sheets import SHEETS, render_sheets

    pages = BytesIO()
    with speech.progress("rendering") as move:
        render_sheets(labels, SHEETS[paper], pages, skip, lambda done: move(done, len(labels)))
    write_bytes(out, pages.getvalue())


def _write_pictures(labels: list[BagLabel], form: Form, out: Path) -> None:
    from ledger.labels.symbols import draw_symbol, render_png, render_svg

    for one in labels:
        symbol = draw_symbol(one.payload)
        data = render_png(symbol) if form is Form.PNG else render_svg(symbol).encode()
        write_bytes(out / f"{one.number:07}-{one.serial}.{form.value}", data)
