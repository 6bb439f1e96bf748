"""Putting statements into a ledger: signed ones as they are, office files signed on the way."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated

import typer

from ledger.cli.exits import Exit
from ledger.cli.opening import Passphrases, opened, read_bytes, read_origin
from ledger.cli.options import HERE, AsJson, Folder, PassphraseFile
from ledger.cli.speech import Speech, refusal_record, words_record
from ledger.errors import LedgerError, MalformedError, RefusedError

if TYPE_CHECKING:
    from ledger.intake import Intake
    from ledger.programme import Programme
    from ledger.sequencer import Answer
    from ledger.service import Ledger


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    app.command()(append)
    app.command("import")(import_files)


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


def import_files(
    ctx: typer.Context,
    folder: Annotated[Path, typer.Argument(help="Folder with the season's office files.")],
    keys: Annotated[
        Path, typer.Option("--keys", help="Folder with the key file of every office that speaks.")
    ],
    ledger: Folder = HERE,
    programme: Annotated[
        Path | None,
        typer.Option(help="What the files do not say; programme.json beside them if not given."),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Try it on a copy of the ledger; write nothing.")
    ] = False,
    passphrase_file: PassphraseFile = None,
    as_json: AsJson = False,
) -> None:
    """Read office files, sign what they say, record it."""
    from ledger.imports.tables import read_season
    from ledger.intake import take_in
    from ledger.keyring import Keyring
    from ledger.season import Season

    speech: Speech = ctx.obj
    speech.to_program = as_json
    origin = read_origin(ledger)
    keyring = Keyring(keys, origin, Passphrases(speech, passphrase_file).ask)
    with ExitStack() as stack:
        place = stack.enter_context(_copy(ledger)) if dry_run else ledger
        book = stack.enter_context(opened(Path(place)))
        known = _programme(book, programme, folder)
        season = Season(read_season(folder), known, keyring)
        with speech.progress("appending") as move:
            intake = take_in(book, season, move)
    _tell_intake(speech, intake)
    if dry_run and not as_json:
        speech.note(speech.phrase("import_tried"))
    if intake.refused_rows:
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


def answer_record(answer: Answer) -> dict[str, object]:
    """Return what became of a statement, as a program reads it."""
    from ledger.log import encoding

    if isinstance(answer, LedgerError):
        return {"refused": refusal_record(answer)}
    return {
        "receipt": {
            "index": answer.index,
            "leaf_hash": encoding.encode_base64(answer.leaf_hash),
            "recorded_at": encoding.format_time(answer.recorded_at),
            "statement": encoding.encode_base64(answer.digest),
            "warnings": [caution.code for caution in answer.warnings],
        }
    }


def tell_answer(speech: Speech, place: str, answer: Answer) -> None:
    """Say what became of the statement that stood at a place."""
    if isinstance(answer, LedgerError):
        speech.note(f"{place}:")
        speech.refuse(answer)
        return
    from ledger.rice.rulebook import RULES

    speech.tell(f"{place}: {speech.phrase('recorded', index=answer.index)}")
    words = {rule.code: rule.refused for rule in RULES}
    for caution in answer.warnings:
        said = words[caution.code].fill(dict(caution.details))
        speech.tell(f"  {speech.text(said)} [{caution.code}]")


def _tell_intake(speech: Speech, intake: Intake) -> None:
    if speech.to_program:
        speech.answer(
            {
                "accepted": intake.accepted,
                "outcomes": [
                    {
                        "code": one.code,
                        "file": one.file,
                        "level": one.level,
                        "line": one.line,
                        "sheet": one.sheet,
                        "words": words_record(one.words),
                    }
                    for one in intake.outcomes
                ],
                "refused_rows": intake.refused_rows,
                "statements": intake.statements,
            }
        )
        return
    rows = [
        (
            f"{one.file}:{one.sheet and one.sheet + ':'}{one.line}",
            f"{speech.phrase(f'level_{one.level}')}: {speech.text(one.words)}",
            one.code,
        )
        for one in intake.outcomes
    ]
    if rows:
        speech.table([speech.phrase(name) for name in ("where", "what", "code")], rows)
    speech.tell(
        speech.phrase(
            "import_done",
            accepted=intake.accepted,
            statements=intake.statements,
            refused=intake.refused_rows,
        )
    )


def _programme(book: Ledger, file: Path | None, folder: Path) -> Programme:
    """Return the ledger's programme; the demo's needs no file."""
    from ledger import demo
    from ledger.cli.programme_file import PROGRAMME, read_programme
    from ledger.rice.facts import Founding, find

    path = file or folder / PROGRAMME
    if file is None and not path.exists() and book.origin == demo.PROGRAMME.origin:
        return demo.PROGRAMME
    with book.reading() as view:
        founding = find(view, Founding, "ledger:")
    assert founding is not None, "every ledger begins with its founding"
    return read_programme(path, founding)


def _copy(folder: Path) -> TemporaryDirectory[str]:
    """Return a folder with a copy of the ledger in another, to try things on."""
    from ledger.service import CHECKPOINTS, CONFIG, DATABASE

    copies: Sequence[str] = (DATABASE, CHECKPOINTS)
    if not all((folder / name).is_file() for name in copies):
        raise RefusedError("trial_elsewhere", folder=str(folder))
    place = TemporaryDirectory(prefix="rice-ledger-")
    shutil.copy(folder / CONFIG, place.name)
    for name in copies:
        # A server may be writing meanwhile; the database's own copy is whole all the same.
        with (
            closing(sqlite3.connect(folder / name)) as source,
            closing(sqlite3.connect(Path(place.name) / name)) as target,
        ):
            source.backup(target)
    return place
