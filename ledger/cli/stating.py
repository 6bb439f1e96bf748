"""Stating events one at a time: what happened, and that what was said of it was wrong."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from uuid import uuid4

import typer

from ledger.cli.exits import Exit
from ledger.cli.opening import Passphrases, opened, read_bytes, read_origin
from ledger.cli.options import HERE, AsJson, Folder, PassphraseFile
from ledger.cli.speech import Speech
from ledger.cli.writing import answer_record, tell_answer
from ledger.errors import LedgerError, MalformedError

if TYPE_CHECKING:
    from ledger.log.keys import SigningKey
    from ledger.rice.events import AnyEvent
    from ledger.service import Ledger

KeyPath = Annotated[Path, typer.Option("--key", help="Key file of whoever states it.")]


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    app.command()(state)
    app.command()(correct)


def state(
    ctx: typer.Context,
    kind: Annotated[str, typer.Argument(help="The event, such as harvest or milling.")],
    fields: Annotated[Path, typer.Argument(help="JSON with its fields; - for input.")],
    key: KeyPath,
    ledger: Folder = HERE,
    passphrase_file: PassphraseFile = None,
    as_json: AsJson = False,
) -> None:
    """State one event: sign it and record it.

    Fields are those of docs/events.md, in grams, square metres and litres. Without event_id it gets
    a new one, without at it happened now.
    """
    from ledger.rice.profile import event_named
    from ledger.service import utc_now
    from ledger.stating import local_time

    speech: Speech = ctx.obj
    speech.to_program = as_json
    said = {"at": local_time(utc_now()), "event_id": _new_id(), **_fields(fields)}
    event = event_named(kind, said)
    signer = _signer(speech, ledger, key, passphrase_file)
    with opened(ledger) as book:
        _record(speech, book, [event], signer)


def correct(
    ctx: typer.Context,
    event_id: Annotated[str, typer.Argument(help="The event that is wrong, as urn:uuid:….")],
    key: KeyPath,
    fields: Annotated[
        Path | None,
        typer.Option("--with", help="JSON with the fields that were otherwise; - for input."),
    ] = None,
    ledger: Folder = HERE,
    passphrase_file: PassphraseFile = None,
    as_json: AsJson = False,
) -> None:
    """Declare an event wrong, and say how it was.

    Without --with it did not occur at all. Both are recorded or neither; the old record stays
    readable, and what was derived from it is worked out again.
    """
    from ledger.service import utc_now
    from ledger.stating import correction

    speech: Speech = ctx.obj
    speech.to_program = as_json
    others = None if fields is None else {"event_id": _new_id(), **_fields(fields)}
    signer = _signer(speech, ledger, key, passphrase_file)
    with opened(ledger) as book:
        with book.reading() as view:
            events = correction(view, event_id, utc_now(), others)
        _record(speech, book, events, signer)


def _fields(file: Path) -> dict[str, Any]:
    from msgspec import MsgspecError, json

    try:
        return json.decode(read_bytes(file), type=dict[str, Any])
    except MsgspecError as error:
        raise MalformedError("malformed_event", what=str(error)) from error


def _new_id() -> str:
    return f"urn:uuid:{uuid4()}"


def _signer(speech: Speech, ledger: Path, file: Path, passphrase_file: Path | None) -> SigningKey:
    from ledger.keyring import check_usable, load_key

    found = load_key(file, Passphrases(speech, passphrase_file).ask)
    return check_usable(found, read_origin(ledger)).key


def _record(speech: Speech, book: Ledger, events: list[AnyEvent], key: SigningKey) -> None:
    """Sign events and record all of them or none."""
    from ledger.log.statement import EVENT, seal
    from ledger.rice.profile import write_event

    statements = [
        seal(write_event(event), typ=EVENT, key=key, ledger=book.origin) for event in events
    ]
    answers = book.append(statements, together=True)
    for event, answer in zip(events, answers, strict=True):
        if speech.to_program:
            speech.answer(answer_record(answer) | {"event": event.event_id})
        else:
            tell_answer(speech, event.event_id, answer)
    if any(isinstance(answer, LedgerError) for answer in answers):
        raise typer.Exit(Exit.NO)
