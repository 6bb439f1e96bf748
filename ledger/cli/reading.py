"""Reading a ledger: what a lot came from and became, and the published log as files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ledger.cli.listing import kilograms, scope_of
from ledger.cli.opening import check_new, log_vkey, opened, write_new
from ledger.cli.options import HERE, AsJson, Folder
from ledger.cli.speech import Speech
from ledger.errors import ConflictError

if TYPE_CHECKING:
    from ledger.affected import Moved

_ARCHIVE = ".zip"


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    app.command()(trace)
    app.command()(export)
    app.command()(epcis)


def trace(
    ctx: typer.Context,
    what: Annotated[
        str,
        typer.Argument(
            help="A lot's URI, a packed lot's number, a planting-area code, or a scope as --scope"
            " of recall takes it."
        ),
    ],
    ledger: Folder = HERE,
    back: Annotated[
        bool, typer.Option("--back/--forward", help="Towards the field, or towards the buyer.")
    ] = False,
    season: Annotated[str, typer.Option(help="Season of a planting area; all if not given.")] = "",
    as_json: AsJson = False,
) -> None:
    """Show step by step where a lot came from, or what became of it."""
    speech: Speech = ctx.obj
    speech.to_program = as_json
    with opened(ledger) as book:
        links = book.affected(scope_of(book, what, season), "back" if back else "forward").links
    if as_json:
        speech.answer(links)
    elif not links:
        speech.tell(speech.phrase("trace_empty"))
    else:
        headings = [speech.phrase(name) for name in ("from_lot", "to_lot", "entry", "mass")]
        speech.table(headings, [_link_row(link) for link in links], right=2)


def export(
    ctx: typer.Context,
    out: Annotated[
        Path, typer.Argument(help="An empty folder; or a new file that ends in .zip: an archive.")
    ],
    ledger: Folder = HERE,
    as_json: AsJson = False,
) -> None:
    """Write the published log as static C2SP files.

    An archive also holds keys, actors, schemes, settings and the digests of attachments, and is
    all that an audit needs. The same log gives the same bytes.
    """
    speech: Speech = ctx.obj
    speech.to_program = as_json
    if out.suffix.lower() == _ARCHIVE:
        _archive(speech, out, ledger)
        return
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise ConflictError("folder_taken", folder=str(out))
    with opened(ledger) as book, speech.progress("exporting") as move:
        book.export(out, move)
        size = book.published().size
    if as_json:
        speech.answer({"export": str(out), "size": size})
    else:
        speech.note(speech.phrase("exported", folder=str(out)))


def _archive(speech: Speech, out: Path, ledger: Path) -> None:
    """Write the published log as one file, and say what somebody else would get."""
    check_new(out)
    vkey = log_vkey(ledger)
    with opened(ledger) as book, speech.progress("archiving") as move:
        made = book.archive(out, vkey, move)
    file, digest = str(out), made.digest.hex()
    if speech.to_program:
        record = {"export": file, "length": made.length, "sha256": digest, "size": made.size}
        speech.answer(record)
    else:
        told = speech.phrase(
            "archived", file=file, size=made.size, length=made.length, digest=digest
        )
        speech.note(told)


def epcis(
    ctx: typer.Context,
    lot: Annotated[str, typer.Argument(help="A lot's URI, or a packed lot's number.")],
    out: Annotated[Path, typer.Option("--out", help="File to write; - for the screen.")],
    ledger: Folder = HERE,
) -> None:
    """Write a lot's history as an EPCIS document.

    It has every event behind the lot and of the lot itself, and what the names in them mean.
    """
    from msgspec import json

    from ledger.tracing import start_lots

    speech: Speech = ctx.obj
    with opened(ledger) as book:
        with book.reading() as view:
            (uri,) = start_lots(view, scope_of(book, lot))[:1] or [lot]
        data = book.epcis_history(uri)
    write_new(out, data)
    count = len(json.decode(data)["epcisBody"]["eventList"])
    speech.note(speech.phrase("epcis_written", count=count, lot=uri, file=str(out)))


def _link_row(link: Moved) -> tuple[str, str, str, str]:
    mass = kilograms(link.mass_g)
    return _short(link.source), _short(link.target), str(link.index), mass


def _short(uri: str) -> str:
    """Return a lot's name without the host that all share."""
    return uri.removeprefix("https://id.gs1.org/")
