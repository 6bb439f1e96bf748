"""Putting signed statements into a ledger, as they are."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ledger.cli.exits import Exit
from ledger.cli.opening import opened, read_bytes
from ledger.cli.options import HERE, AsJson, Folder
from ledger.cli.speech import Speech, printable, refusal_record
from ledger.errors import LedgerError, MalformedError, Words

if TYPE_CHECKING:
    from ledger.gateway.remote import Delivered
    from ledger.sequencer import Answer, Receipt


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    app.command()(append)


def append(
    ctx: typer.Context,
    files: Annotated[
        list[Path], typer.Argument(help="Files with one statement on each line; - for input.")
    ],
    ledger: Folder = HERE,
    together: Annotated[
        bool, typer.Option("--together", help="Record all of them or none.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Record signed statements.

    Each gets a receipt or a refusal, in order. A line is a compact JWS, the same as a JSON string,
    or a general JWS as the JSON object that was signed. The same again gets the same receipt.
    """
    speech: Speech = ctx.obj
    speech.to_program = as_json
    lines = [line for file in files for line in _lines(file)]
    with opened(ledger) as book:
        answers = book.append([data for _, data in lines], together=together)
    for (place, _), answer in zip(lines, answers, strict=True):
        if as_json:
            speech.answer({"line": place, **answer_record(answer)})
        else:
            tell_answer(speech, place, answer)
    refused = sum(isinstance(answer, LedgerError) for answer in answers)
    if not as_json:
        speech.note(speech.phrase("recorded_count", count=len(lines) - refused, refused=refused))
    if refused:
        raise typer.Exit(Exit.NO)


def _lines(file: Path) -> Iterator[tuple[str, bytes]]:
    """Yield every statement of a file, with where it stood."""
    from msgspec import MsgspecError, json

    for number, line in enumerate(read_bytes(file).split(b"\n"), 1):
        data = line.removesuffix(b"\r")
        if data.startswith(b'"'):
            try:
                data = json.decode(data, type=str).encode()
            except MsgspecError as error:
                raise MalformedError("malformed_statement", what=f"{file}:{number}") from error
        if data:
            yield f"{file}:{number}", data


def answer_record(answer: Answer | Delivered) -> dict[str, object]:
    """Return what became of a statement, as a program reads it."""
    from ledger.log import encoding
    from ledger.sequencer import Receipt

    if isinstance(answer, LedgerError):
        return {"refused": refusal_record(answer)}
    if not isinstance(answer, Receipt):
        return {"receipt": answer.record()}
    return {
        "receipt": {
            "index": answer.index,
            "leaf_hash": encoding.encode_base64(answer.leaf_hash),
            "recorded_at": encoding.format_time(answer.recorded_at),
            "statement": encoding.encode_base64(answer.digest),
            "warnings": [caution.code for caution in answer.warnings],
        }
    }


def tell_answer(speech: Speech, place: str, answer: Answer | Delivered) -> None:
    """Say what became of the statement that stood at a place."""
    if isinstance(answer, LedgerError):
        speech.note(f"{place}:")
        speech.refuse(answer)
        return
    speech.tell(f"{place}: {speech.phrase('recorded', index=answer.index)}")
    for code, words in _cautions(answer):
        speech.tell(f"  {printable(speech.text(words))} [{printable(code)}]")


def _cautions(receipt: Receipt | Delivered) -> list[tuple[str, Words]]:
    """Return what whoever relies on a statement should know, by code."""
    from ledger.rice.rulebook import RULES
    from ledger.sequencer import Receipt

    if not isinstance(receipt, Receipt):
        return receipt.cautions
    words = {rule.code: rule.refused for rule in RULES}
    return [(one.code, words[one.code].fill(dict(one.details))) for one in receipt.warnings]
