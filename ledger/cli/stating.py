"""Stating one thing with the ledger and the key in one place; and that an event was wrong.

Whoever keeps the key elsewhere prepares, signs and submits instead (`attesting`).
"""

from __future__ import annotations

import codecs
from collections.abc import Mapping, Sequence
from json import JSONDecodeError
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from uuid import uuid4

import typer

from ledger.cli.acting import confirm
from ledger.cli.exits import Exit
from ledger.cli.opening import opened, read_bytes
from ledger.cli.options import HERE, AsJson, Folder, PassphraseFile
from ledger.cli.signers import KeyName, opened_holder
from ledger.cli.speech import Speech
from ledger.cli.writing import answer_record, tell_answer
from ledger.errors import CODES, LedgerError, MalformedError, Words

if TYPE_CHECKING:
    from ledger.drafting import Content
    from ledger.log.checkpoint import Checkpoint
    from ledger.log.keys import SigningKey
    from ledger.service import Ledger

CODES |= {
    "fields_unreadable": Words(
        "{file} is no JSON that can be read, from line {line}, column {column} on: look for a sign"
        " too many or too few, a member given twice, or an odd number.",
        "{file} không phải JSON đọc được, từ dòng {line}, cột {column}: hãy tìm dấu thừa hoặc"
        " thiếu, mục ghi hai lần, hoặc số viết lạ.",
    ),
}


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    app.command()(state)
    app.command()(correct)


def state(
    ctx: typer.Context,
    kind: Annotated[
        str,
        typer.Argument(help="The event or act, such as harvest or hold; or attestation."),
    ],
    fields: Annotated[Path, typer.Argument(help="JSON with its fields; - for input.")],
    key: KeyName,
    ledger: Folder = HERE,
    yes: Annotated[bool, typer.Option("--yes", help="Sign even what may be a slip.")] = False,
    passphrase_file: PassphraseFile = None,
    as_json: AsJson = False,
) -> None:
    """State one event or act: sign it and record it, where ledger and key are at hand.

    Fields are those of docs/events.md, in grams, square metres and litres. An event without
    event_id gets a new one, without at it happened now. What several sign: attest prepare.
    """
    from ledger.drafting import Register, write_content

    speech: Speech = ctx.obj
    speech.to_program = as_json
    said = fields_of(fields)
    with opened(ledger) as book:
        with book.reading() as view:
            content = write_content(kind, said, missing_of(), Register(view, checkpoint_of(book)))
        with opened_holder(speech, key, passphrase_file, book.origin) as holder:
            _look_again(speech, book, content, holder.key, yes=yes)
            _record(speech, book, [content], holder.key)


def correct(
    ctx: typer.Context,
    event_id: Annotated[str, typer.Argument(help="The event that is wrong, as urn:uuid:….")],
    key: KeyName,
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
    from ledger.drafting import event_content
    from ledger.service import utc_now
    from ledger.stating import correction

    speech: Speech = ctx.obj
    speech.to_program = as_json
    others = None if fields is None else {"event_id": _new_id(), **fields_of(fields)}
    with opened(ledger) as book:
        with book.reading() as view:
            events = correction(view, event_id, utc_now(), others)
        contents = [event_content(event) for event in events]
        with opened_holder(speech, key, passphrase_file, book.origin) as holder:
            _record(speech, book, contents, holder.key)


def fields_of(file: Path) -> dict[str, Any]:
    """Return the fields that a file of JSON holds."""
    from ledger.log import encoding

    data = read_bytes(file).removeprefix(codecs.BOM_UTF8)  # some editors put it there
    try:
        fields = encoding.parse_json(data, decimals=True)
    except MalformedError as error:
        slip = error.__cause__
        line, column = (slip.lineno, slip.colno) if isinstance(slip, JSONDecodeError) else (1, 1)
        raise MalformedError(
            "fields_unreadable", file=str(file), line=line, column=column
        ) from error
    if not isinstance(fields, dict):
        raise MalformedError("malformed_event", what="JSON without fields")
    return fields


def missing_of() -> Mapping[str, str]:
    """Return what an event is given where its fields leave it out: a name, and now."""
    from ledger.service import utc_now
    from ledger.stating import local_time

    return {"at": local_time(utc_now()), "event_id": _new_id()}


def checkpoint_of(book: Ledger) -> Checkpoint:
    """Return the last checkpoint of a ledger."""
    from ledger.log.checkpoint import Checkpoint

    published = book.published()
    return Checkpoint(book.origin, published.size, published.root)


def _new_id() -> str:
    return f"urn:uuid:{uuid4()}"


def _look_again(
    speech: Speech, book: Ledger, content: Content, key: SigningKey, *, yes: bool
) -> None:
    """Have a person look again at what no rule refuses, and is likely to be a slip."""
    from ledger.drafting import draft_content, signer
    from ledger.service import utc_now
    from ledger.trial import slips_in

    draft = draft_content(content, [signer(content, key.public, key.alg)], checkpoint_of(book))
    with book.reading() as view:
        slips = slips_in(view, draft, utc_now())
    for slip in slips:
        speech.note(speech.text(slip.words))
    if slips:
        confirm(speech, "draft_sure", yes=yes)


def _record(speech: Speech, book: Ledger, contents: Sequence[Content], key: SigningKey) -> None:
    """Sign contents and record all of them or none."""
    from ledger.drafting import draft_content, signer

    checkpoint = checkpoint_of(book)
    statements = []
    for content in contents:
        signers = [signer(content, key.public, key.alg)]
        statements.append(draft_content(content, signers, checkpoint).sign(key).statement())
    answers = book.append(statements, together=True)
    for content, answer in zip(contents, answers, strict=True):
        if speech.to_program:
            event = {"event": content.event_id} if content.event_id else {}
            speech.answer(answer_record(answer) | event)
        else:
            tell_answer(speech, content.event_id or content.kind, answer)
    if any(isinstance(answer, LedgerError) for answer in answers):
        raise typer.Exit(Exit.NO)
