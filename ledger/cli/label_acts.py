"""What is said of labels after they were printed: in use, cancelled, issued anew; bags marked."""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ledger.cli.acting import record_acts
from ledger.cli.listing import LotName, lot_named, ranges_of
from ledger.cli.opening import Passphrases, opened
from ledger.cli.options import HERE, AsJson, Folder, PassphraseFile
from ledger.cli.signers import KeyName, opened_holder
from ledger.cli.speech import Speech
from ledger.errors import RefusedError

if TYPE_CHECKING:
    from ledger.label_states import BatchState
    from ledger.rice.acts import BagRange, MarkBags

Batch = Annotated[str, typer.Argument(help="The batch of labels; most are named like their lot.")]
Bags = Annotated[
    list[str],
    typer.Option("--bags", help="Bag numbers, such as 7,9,12-20; may be repeated."),
]

_HEADINGS = (
    *("labels_batch", "labels_issued", "labels_waiting", "labels_in_use"),
    *("labels_voided", "bags_sold", "bags_opened"),
)
_MARKED_AT_ONCE = 500
_SSCC = re.compile(r"[0-9]{18}", re.ASCII)


class VoidReason(StrEnum):
    """Why labels are cancelled."""

    MISPRINTED = "misprinted"
    DAMAGED = "damaged"
    LOST = "lost"
    STOLEN = "stolen"


class Mark(StrEnum):
    """What became of a bag."""

    SOLD = "sold"
    OPENED = "opened"
    UNSOLD = "unsold"


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    app.command()(labels)
    app.command("issue-labels")(issue_labels)
    app.command("activate-labels")(activate_labels)
    app.command("void-labels")(void_labels)
    app.command("mark-bags")(mark_bags)


def labels(
    ctx: typer.Context, lot: LotName, ledger: Folder = HERE, as_json: AsJson = False
) -> None:
    """List the batches of labels of a lot: how many wait, are in use, cancelled, marked."""
    from ledger.label_states import batches_of, left_to_issue

    speech: Speech = ctx.obj
    speech.to_program = as_json
    with opened(ledger) as book:
        name = lot_named(book, lot)
        with book.reading() as view:
            batches, left = batches_of(view, name), left_to_issue(view, name)
    records = [_record(batch) for batch in batches]
    if as_json:
        speech.answer({"batches": records, "left": left, "lot": name})
        return
    headings = [speech.phrase(name) for name in _HEADINGS]
    speech.table(headings, [_row(speech, batch) for batch in batches], right=6)
    if left:
        _tell_left(speech, name, left)


def issue_labels(
    ctx: typer.Context,
    lot: LotName,
    *,
    keys: Annotated[Path, typer.Option("--keys", help="Folder with the packer's key file.")],
    ledger: Folder = HERE,
    batch: Annotated[
        str, typer.Option(help="Name of the new batch; the lot's and a number if not given.")
    ] = "",
    count: Annotated[
        int, typer.Option(min=0, help="How many labels; as many as bags are without one if 0.")
    ] = 0,
    waiting: Annotated[
        bool, typer.Option("--waiting", help="They count on no bag until activate-labels.")
    ] = False,
    passphrase_file: PassphraseFile = None,
    as_json: AsJson = False,
) -> None:
    """Issue labels for the bags of a lot that have none, such as in place of cancelled ones.

    The codes follow from the packer's key and the batch's name. Print them with: rice-ledger label.
    """
    from ledger.disclosures import keep_labels
    from ledger.keyring import Keyring
    from ledger.label_states import left_to_issue, next_batch_name
    from ledger.log.encoding import encode_base64
    from ledger.rice.acts import IssueLabels
    from ledger.rice.facts import Lot, find
    from ledger.rice.labels import LabelBatch, commit

    speech: Speech = ctx.obj
    speech.to_program = as_json
    with opened(ledger) as book:
        name = lot_named(book, lot)
        with book.reading() as view:
            left = left_to_issue(view, name)
            known = find(view, Lot, f"lot:{name}")
            batch = batch or next_batch_name(view, name)
        assert known is not None, "labels are only left for a lot that is known"
        if not left:
            raise RefusedError("labels_all_issued", lot=name)
        keyring = Keyring(keys, book.origin, Passphrases(speech, passphrase_file).ask)
        secret = keyring.secret(known.maker, f"labels/{batch}")
        rice = LabelBatch.of_lot(name, count or left)
        with speech.progress("committing") as move:
            made = commit(rice, secret, lambda done: move(done, rice.count))
        act = IssueLabels(
            batch=batch,
            lot=name,
            count=rice.count,
            number_digits=rice.number_length,
            root=encode_base64(made.root),
            waiting=waiting,
        )
        record_acts(speech, book, [act], keyring.key(known.maker))
        keep_labels(book.store, batch, secret, made.shelf)
    if not as_json:
        speech.tell(speech.phrase("labels_made", count=rice.count, batch=batch))


def activate_labels(
    ctx: typer.Context,
    batch: Batch,
    bags: Bags,
    key: KeyName,
    ledger: Folder = HERE,
    passphrase_file: PassphraseFile = None,
    as_json: AsJson = False,
) -> None:
    """Put labels to use that were issued as waiting: they stick to bags now."""
    from ledger.rice.acts import ActivateLabels

    speech: Speech = ctx.obj
    speech.to_program = as_json
    act = ActivateLabels(bag_ranges=_ranges(batch, bags))
    with (
        opened(ledger) as book,
        opened_holder(speech, key, passphrase_file, book.origin) as signer,
    ):
        record_acts(speech, book, [act], signer.key)


def void_labels(
    ctx: typer.Context,
    batch: Batch,
    bags: Bags,
    reason: Annotated[VoidReason, typer.Option(help="Why they are cancelled.")],
    key: KeyName,
    ledger: Folder = HERE,
    passphrase_file: PassphraseFile = None,
    as_json: AsJson = False,
) -> None:
    """Cancel labels for good; says how many may be issued anew for the lot."""
    from ledger.label_states import left_to_issue
    from ledger.rice.acts import VoidLabels

    speech: Speech = ctx.obj
    speech.to_program = as_json
    act = VoidLabels(bag_ranges=_ranges(batch, bags), reason=reason.value)
    with (
        opened(ledger) as book,
        opened_holder(speech, key, passphrase_file, book.origin) as signer,
    ):
        record_acts(speech, book, [act], signer.key)
        name = lot_named(book, f"labels:{batch}")
        with book.reading() as view:
            left = left_to_issue(view, name)
    if as_json:
        speech.answer({"left": left, "lot": name})
    else:
        _tell_left(speech, name, left)


def mark_bags(
    ctx: typer.Context,
    batch: Batch,
    bags: Bags,
    *,
    state: Annotated[Mark, typer.Option(help="What became of them; unsold takes a mark back.")],
    key: KeyName,
    ledger: Folder = HERE,
    unit: Annotated[
        str,
        typer.Option(help="Pallet (SSCC) or container they came in, if others packed them."),
    ] = "",
    at: Annotated[
        str, typer.Option(help="When, such as 2026-05-01T09:00:00Z; now if not given.")
    ] = "",
    passphrase_file: PassphraseFile = None,
    as_json: AsJson = False,
) -> None:
    """Say that bags were sold to consumers, or opened; or take that back within ten days."""
    speech: Speech = ctx.obj
    speech.to_program = as_json
    acts = list(_marks(batch, bags, state, at, unit))
    with (
        opened(ledger) as book,
        opened_holder(speech, key, passphrase_file, book.origin) as signer,
    ):
        record_acts(speech, book, acts, signer.key)


def _ranges(batch: str, texts: list[str]) -> tuple[BagRange, ...]:
    from ledger.rice.acts import Scope

    return ranges_of(Scope(kind="labels", id=batch), texts)


def _marks(batch: str, texts: list[str], state: Mark, at: str, unit: str) -> Iterator[MarkBags]:
    """Yield the acts that mark bags, as many as it takes."""
    from datetime import UTC

    from ledger.log.encoding import parse_instant
    from ledger.rice.acts import MarkBags
    from ledger.rice.members import container_uri, pallet_uri
    from ledger.service import utc_now

    moment = (parse_instant(at) if at else utc_now()).astimezone(UTC)
    if unit:
        unit = pallet_uri(unit) if _SSCC.fullmatch(unit) else container_uri(unit)
    ranges = _ranges(batch, texts)
    numbers = sorted({one for each in ranges for one in range(each.first, each.last + 1)})
    for start in range(0, len(numbers), _MARKED_AT_ONCE):
        yield MarkBags(
            batch=batch,
            numbers=tuple(numbers[start : start + _MARKED_AT_ONCE]),
            state=state.value,
            marked_at=f"{moment:%Y-%m-%dT%H:%M:%SZ}",
            unit=unit,
        )


def _tell_left(speech: Speech, lot: str, left: int) -> None:
    from ledger.lists import lot_name

    speech.tell(speech.phrase("labels_left", left=left, lot=lot_name(lot)))


def _record(batch: BatchState) -> dict[str, object]:
    """Return what became of a batch as a program reads it."""
    from ledger.label_states import size_of

    return {
        "batch": batch.issued.id,
        "count": batch.issued.count,
        "entry": batch.issued.index,
        "in_use": batch.in_use,
        "opened": size_of(batch.opened),
        "sold": size_of(batch.sold),
        "voided": _voided(batch),
        "waiting": size_of(batch.waiting),
    }


def _row(speech: Speech, batch: BatchState) -> tuple[str, ...]:
    from ledger.label_states import size_of
    from ledger.proof.rules import VOIDED

    voided = _voided(batch)
    reasons = ", ".join(f"{speech.text(VOIDED[name])} {count}" for name, count in voided.items())
    counts = (batch.issued.count, size_of(batch.waiting), batch.in_use)
    marked = (size_of(batch.sold), size_of(batch.opened))
    return batch.issued.id, *map(str, counts), reasons or "0", *map(str, marked)


def _voided(batch: BatchState) -> dict[str, int]:
    """Return how many labels are cancelled for each reason there was."""
    from ledger.label_states import size_of

    spans: dict[str, list[tuple[int, int]]] = {}
    for span in batch.voided:
        spans.setdefault(span.reason, []).append((span.first, span.last))
    return {reason: size_of(spans[reason]) for reason in sorted(spans)}
