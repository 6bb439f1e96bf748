"""What became of printed labels: which are out, which were spoiled."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ledger.cli.label_options import Batch
from ledger.cli.labelling import issued_batch
from ledger.cli.listing import ranges_of
from ledger.cli.opening import opened
from ledger.cli.options import HERE, AsJson, Folder
from ledger.cli.speech import Speech
from ledger.errors import MalformedError

if TYPE_CHECKING:
    from ledger.labels.print_book import PrintBook, Range, Stretch
    from ledger.rice.facts import LabelBatch

Bags = Annotated[
    list[str], typer.Option("--bags", help="Which bags, as 5 or 10-20; may be repeated.")
]
_STATES = {
    "printed": "label_state_printed",
    "spoiled": "label_state_spoiled",
}
Why = Annotated[str, typer.Option("--why", help="Why, in a few words.")]


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    group = typer.Typer(
        no_args_is_help=True, help="See what was printed, and report what was spoiled."
    )
    group.command()(show)
    group.command()(spoil)
    app.add_typer(group, name="prints")


def show(
    ctx: typer.Context, batch: Batch, *, ledger: Folder = HERE, as_json: AsJson = False
) -> None:
    """Show which labels of a lot were printed, and which spoiled."""
    speech: Speech = ctx.obj
    speech.to_program = as_json
    issued, prints = _known(ledger, batch)
    stretches = prints.stretches(issued.id)
    left = issued.count - sum(one.last - one.first + 1 for one in stretches)
    if as_json:
        speech.answer({"count": issued.count, "left": left, "labels": [*map(_record, stretches)]})
        return
    if stretches:
        headings = ("label_bags", "label_state", "label_day", "label_why")
        rows = [_row(speech, one) for one in stretches]
        speech.table([speech.phrase(name) for name in headings], rows)
    speech.tell(speech.phrase("labels_unprinted", left=left, count=issued.count, lot=issued.id))


def spoil(
    ctx: typer.Context, batch: Batch, *, bags: Bags, why: Why = "", ledger: Folder = HERE
) -> None:
    """Report labels that came out bad and were destroyed; they may be printed again."""
    from ledger.service import utc_now

    speech: Speech = ctx.obj
    issued, prints = _known(ledger, batch)
    ranges = _ranges(issued, bags)
    prints.record_spoiled(issued.id, ranges, utc_now(), why)
    speech.tell(speech.phrase("labels_spoiled", count=_count(ranges), lot=issued.id))


def _known(ledger: Path, batch: str) -> tuple[LabelBatch, PrintBook]:
    from ledger.labels.print_book import PRINT_BOOK, PrintBook

    with opened(ledger) as book:
        return issued_batch(book, batch), PrintBook(ledger / PRINT_BOOK)


def _ranges(issued: LabelBatch, texts: list[str]) -> list[Range]:
    """Return the bags that were named, which the batch must have."""
    from ledger.rice.acts import Scope

    ranges = ranges_of(Scope(kind="labels", id=issued.id), texts)
    for one in ranges:
        if one.last > issued.count:
            raise MalformedError("code_beyond_batch", number=one.last, count=issued.count)
    return [(one.first, one.last) for one in ranges]


def _count(ranges: list[Range]) -> int:
    return sum(last - first + 1 for first, last in ranges)


def _row(speech: Speech, one: Stretch) -> tuple[str, ...]:
    bags = f"{one.first}-{one.last}" if one.last > one.first else str(one.first)
    return bags, speech.phrase(_STATES[one.state.value]), _day(one), one.why


def _record(one: Stretch) -> dict[str, object]:
    state = one.state.value
    return {"at": one.at, "first": one.first, "last": one.last, "state": state, "why": one.why}


def _day(one: Stretch) -> str:
    from ledger.log.encoding import local_day, parse_time

    return local_day(parse_time(one.at))
