"""Stopping rice: what is affected, a recall, a hold and its end, and the drill of a mock recall."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ledger.cli.acting import confirm, need, record_acts
from ledger.cli.listing import (
    Bags,
    CsvFile,
    ScopeText,
    XlsxFile,
    ranges_of,
    scope_of,
    tell_list,
    write_lists,
)
from ledger.cli.opening import opened
from ledger.cli.options import HERE, AsJson, Folder, PassphraseFile
from ledger.cli.signers import Holder, opened_holder
from ledger.cli.speech import Speech
from ledger.errors import CODES, RefusedError, Words

if TYPE_CHECKING:
    from ledger.affected import Affected
    from ledger.rice.acts import BagRange, LocalText, Scope
    from ledger.service import Ledger

CODES |= {
    "nothing_to_stop": Words(
        "None of these lots is for {actor} to stop: their makers, their holders and the authority"
        " of the commune may.",
        "Không lô nào trong số này do {actor} được dừng: chỉ bên làm ra, bên đang giữ và cơ quan"
        " quản lý ở xã được.",
    ),
    "no_hold_there": Words(
        "Entry {index} holds no lot (any more). Look for the entry that set the hold.",
        "Mục {index} không (còn) giữ lô nào. Hãy tìm mục đã đặt tạm giữ.",
    ),
}

Reason = Annotated[str, typer.Option("--reason", help="Why, in Vietnamese.")]
ReasonEn = Annotated[
    str, typer.Option("--reason-en", help="Why, in English; the same words if not given.")
]
SignerKey = Annotated[
    str,
    typer.Option("--key", help="Key of whoever makes, holds or oversees the lots: file or pkcs11:"),
]
Yes = Annotated[bool, typer.Option("--yes", help="Sign without asking once more.")]


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    app.command()(affected)
    app.command()(recall)
    app.command()(hold)
    app.command("clear-hold")(clear_hold)


def affected(
    ctx: typer.Context,
    what: Annotated[
        str, typer.Argument(help="A scope as --scope of recall takes it, or a lot, batch or area.")
    ],
    ledger: Folder = HERE,
    back: Annotated[
        bool, typer.Option("--back/--forward", help="Towards the field, or towards the buyer.")
    ] = False,
    bags: Bags = None,
    csv: CsvFile = None,
    xlsx: XlsxFile = None,
    as_json: AsJson = False,
) -> None:
    """List what came of something, and where it is now; or what it came from."""
    speech: Speech = ctx.obj
    speech.to_program = as_json
    with opened(ledger) as book:
        scope = scope_of(book, what)
        ranges = _ranges(book, scope, bags)
        found = book.affected(scope, "back" if back else "forward", ranges=ranges)
    _show(speech, found, csv, xlsx)


def recall(
    ctx: typer.Context,
    *,
    scope: ScopeText,
    ledger: Folder = HERE,
    reason: Reason = "",
    reason_en: ReasonEn = "",
    contact: Annotated[str, typer.Option(help="Where holders of bags may turn to.")] = "",
    key: SignerKey = "",
    bags: Bags = None,
    mock: Annotated[
        bool, typer.Option("--mock", help="Only see how long the list takes; record nothing.")
    ] = False,
    yes: Yes = False,
    csv: CsvFile = None,
    xlsx: XlsxFile = None,
    passphrase_file: PassphraseFile = None,
    as_json: AsJson = False,
) -> None:
    """Call back everything that came of something.

    The list is shown before it is signed. Lots that the signer may not stop are named: whoever
    makes, holds or oversees them must. Bag pages say so once the next checkpoint is signed.
    """
    from ledger.recalling import recalls

    speech: Speech = ctx.obj
    speech.to_program = as_json
    with opened(ledger) as book:
        began = time.perf_counter()
        named = scope_of(book, scope)
        ranges = _ranges(book, named, bags)
        found = book.affected(named, ranges=ranges)
        seconds = time.perf_counter() - began
        if mock:
            _tell_drill(speech, found, seconds, csv, xlsx)
            return
        need(reason=reason, contact=contact, key=key)
        with opened_holder(speech, key, passphrase_file, book.origin) as signer:
            own = _own_lots(speech, book, found, signer)
            if not as_json:
                _show(speech, found, csv, xlsx)
            confirm(speech, "recall_sure", len(own), yes=yes)
            with book.reading() as view:
                acts = list(recalls(view, found, own, _both(reason, reason_en), contact, ranges))
            record_acts(speech, book, acts, signer.key)


def hold(
    ctx: typer.Context,
    *,
    scope: ScopeText,
    reason: Reason,
    key: SignerKey,
    ledger: Folder = HERE,
    reason_en: ReasonEn = "",
    yes: Yes = False,
    csv: CsvFile = None,
    xlsx: XlsxFile = None,
    passphrase_file: PassphraseFile = None,
    as_json: AsJson = False,
) -> None:
    """Put everything that came of something on hold, until it is cleared."""
    from ledger.recalling import holds

    speech: Speech = ctx.obj
    speech.to_program = as_json
    with opened(ledger) as book:
        found = book.affected(scope_of(book, scope))
        with opened_holder(speech, key, passphrase_file, book.origin) as signer:
            own = _own_lots(speech, book, found, signer)
            if not as_json:
                _show(speech, found, csv, xlsx)
            confirm(speech, "hold_sure", len(own), yes=yes)
            record_acts(speech, book, holds(found, own, _both(reason, reason_en)), signer.key)


def clear_hold(
    ctx: typer.Context,
    entry: Annotated[int, typer.Argument(min=0, help="The entry that set the hold.")],
    *,
    reason: Reason,
    key: SignerKey,
    ledger: Folder = HERE,
    reason_en: ReasonEn = "",
    passphrase_file: PassphraseFile = None,
    as_json: AsJson = False,
) -> None:
    """End a hold on all the lots that it still holds. Only who set it may."""
    from ledger.rice import acts

    speech: Speech = ctx.obj
    speech.to_program = as_json
    with opened(ledger) as book:
        lots = _held_by(book, entry)
        act = acts.ClearHold(lots=lots, hold_index=entry, reason=_both(reason, reason_en))
        with opened_holder(speech, key, passphrase_file, book.origin) as signer:
            record_acts(speech, book, [act], signer.key)


def _show(speech: Speech, found: Affected, csv: Path | None, xlsx: Path | None) -> None:
    write_lists(speech, found, csv, xlsx)
    if speech.to_program:
        speech.answer(found)
    elif csv is None or str(csv) != "-":
        tell_list(speech, found)


def _tell_drill(
    speech: Speech, found: Affected, seconds: float, csv: Path | None, xlsx: Path | None
) -> None:
    """Show the list of a mock recall, and how long it took from the question to the list."""
    if speech.to_program:
        speech.answer({"affected": found, "milliseconds": round(seconds * 1000)})
        write_lists(speech, found, csv, xlsx)
        return
    _show(speech, found, csv, xlsx)
    speech.note(speech.phrase("mock_done", seconds=f"{seconds:.3f}"))


def _ranges(book: Ledger, scope: Scope, texts: list[str] | None) -> tuple[BagRange, ...]:
    """Return the bags that were named, once the batch is known to have them."""
    from ledger.tracing import check_ranges

    ranges = ranges_of(scope, texts)
    with book.reading() as view:
        check_ranges(view, scope, ranges)
    return ranges


def _both(vi: str, en: str) -> LocalText:
    from ledger.rice.acts import LocalText

    return LocalText(vi=vi, en=en or vi)


def _own_lots(speech: Speech, book: Ledger, found: Affected, signer: Holder) -> tuple[str, ...]:
    """Return the lots the signer may stop; name the others."""
    from ledger.lists import lot_name
    from ledger.log.encoding import local_day
    from ledger.recalling import stoppable
    from ledger.rice.facts import Key, find
    from ledger.service import utc_now

    with book.reading() as view:
        key = find(view, Key, f"key:{signer.key.public.kid}")
        actor = key.actor if key else signer.name or signer.key.public.kid
        lots = stoppable(view, found, actor, local_day(utc_now()))
    if lots.others and not speech.to_program:
        names = ", ".join(map(lot_name, lots.others))
        speech.note(speech.phrase("others_stop", count=len(lots.others), lots=names))
    if not lots.own:
        raise RefusedError("nothing_to_stop", actor=actor)
    return lots.own


def _held_by(book: Ledger, entry: int) -> tuple[str, ...]:
    """Return the lots that an entry put on hold and that are so still."""
    from ledger.log.statement import parse_statement
    from ledger.rice import acts
    from ledger.rice.case import open_meaning
    from ledger.rice.facts import Lot, find

    body = open_meaning(parse_statement(book.statement(entry))).body
    named = body.lots if isinstance(body, acts.Hold) else ()
    with book.reading() as view:
        found = (find(view, Lot, f"lot:{name}") for name in named)
        held = tuple(lot.id for lot in found if lot and any(f.index == entry for f in lot.held))
    if not held:
        raise RefusedError("no_hold_there", index=entry)
    return held
