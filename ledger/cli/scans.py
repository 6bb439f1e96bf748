"""What was counted of scans, for the packer: on the ledger's own machine and nowhere else."""

from __future__ import annotations

import csv as csv_files
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ledger.cli.opening import check_new, write_new
from ledger.cli.options import HERE, AsJson, Folder
from ledger.cli.speech import Speech
from ledger.errors import Words

if TYPE_CHECKING:
    from ledger.scans.scans import HotBag

_HEADINGS = (
    Words("Lot", "Lô"),
    Words("Bag", "Bao"),
    Words("Devices", "Số thiết bị"),
    Words("Places", "Số nơi"),
    Words("Where", "Nơi"),
    Words("First day", "Ngày đầu"),
    Words("Last day", "Ngày cuối"),
)


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    app.command()(scans)


def scans(
    ctx: typer.Context,
    ledger: Folder = HERE,
    hot: Annotated[
        bool, typer.Option("--hot", help="List the bags whose pages warn, the most seen first.")
    ] = False,
    csv: Annotated[
        Path | None, typer.Option("--csv", help="With --hot: write it as CSV; - for output.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Show how many bags were scanned, or which were seen on too many devices in too many places.

    Counting proves no copy: look at the bags, and at who sells them.
    """
    from ledger.scans.scan_log import SCANS, read_all, read_dropped, viet_nam_day
    from ledger.scans.scans import hot_bags
    from ledger.scans.settings import read_settings
    from ledger.service import utc_now

    speech: Speech = ctx.obj
    speech.to_program = as_json
    check_new(csv)
    file, settings = ledger / SCANS, read_settings(ledger)
    bags = list(read_all(file)) if file.exists() else []
    if not (hot or csv):
        told = {"bags": len(bags), "not_written": read_dropped(file) if file.exists() else 0}
        if as_json:
            speech.answer(told | {"kept_days": settings.keep_days, "counting": settings.counting})
            return
        speech.tell(speech.phrase("scans_told", days=settings.keep_days, **told))
        return
    found = hot_bags(bags, viet_nam_day(utc_now()), settings)
    if csv is not None:
        write_new(csv, _csv(found, speech))
    if as_json:
        for one in found:
            speech.answer(one)
    elif csv is None and not found:
        speech.tell(speech.phrase("scans_quiet"))
    elif csv is None:
        speech.table([speech.text(one) for one in _HEADINGS], [_row(one) for one in found])


def _csv(found: list[HotBag], speech: Speech) -> bytes:
    """Return the list for a spreadsheet; nothing in it is anybody's free text."""
    file = StringIO()
    writer = csv_files.writer(file)
    language = speech.languages[0]
    writer.writerow([one.vi if language == "vi" else one.en for one in _HEADINGS])
    writer.writerows(_row(one) for one in found)
    return ("\ufeff" + file.getvalue()).encode()


def _row(one: HotBag) -> tuple[str, ...]:
    from ledger.rice.digital_link import parse_digital_link

    named = parse_digital_link(one.lot)
    seen = one.seen
    return (
        f"{named.value}/{named.qualifiers[0][1]}",
        str(one.bag),
        str(seen.devices),
        str(len(seen.places)),
        " ".join(seen.places),
        seen.first_on.isoformat(),
        seen.last_on.isoformat(),
    )
