"""Office files: read, tried, signed and recorded; templates of them; private rows erased."""

from __future__ import annotations

import errno
import os
import shutil
import sqlite3
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated

import typer

from ledger.cli.exits import Exit
from ledger.cli.opening import Passphrases, check_new, opened, read_origin, write_new
from ledger.cli.options import HERE, AsJson, Folder, PassphraseFile
from ledger.cli.speech import Speech, words_record
from ledger.errors import NotFoundError, RefusedError

if TYPE_CHECKING:
    from ledger.intake import Intake
    from ledger.keyring import Keyring
    from ledger.programme import Programme
    from ledger.row_outcomes import RowOutcome
    from ledger.service import Ledger

_REPORT = (
    *("report_level", "report_file", "report_sheet", "report_line", "report_field"),
    *("report_read", "report_what", "report_accepted", "report_code"),
)


class Private(StrEnum):
    """What has private fields that can be erased."""

    HOUSEHOLD = "household"
    CONTRACT = "contract"


class Why(StrEnum):
    """Why private fields are erased."""

    WITHDRAWN = "withdrawn"
    ASKED = "asked"
    EXPIRED = "expired"


class TemplateLanguage(StrEnum):
    """The languages that templates are written in."""

    VI = "vi"
    EN = "en"


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    app.command("import")(import_files)
    app.command()(template)
    app.command()(erase)


def import_files(
    ctx: typer.Context,
    files: Annotated[
        list[Path], typer.Argument(help="Office files, or folders of them.", metavar="{files}")
    ],
    keys: Annotated[
        Path, typer.Option("--keys", help="Folder with the key file of every office that speaks.")
    ],
    *,
    ledger: Folder = HERE,
    programme: Annotated[
        Path | None,
        typer.Option(help="What the files do not say; programme.json beside them if not given."),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Try it on a copy of the ledger; write nothing.")
    ] = False,
    report: Annotated[
        Path | None,
        typer.Option(help="Write what became of each row to a file, .csv or .xlsx."),
    ] = None,
    passphrase_file: PassphraseFile = None,
    as_json: AsJson = False,
) -> None:
    """Read office files, sign what they say, record it.

    Rows of offices whose key is not there wait, and are told. The same files again add nothing.
    """
    from ledger.imports.tables import read_files
    from ledger.intake import Register, take_in
    from ledger.keyring import Keyring
    from ledger.season import Season

    speech: Speech = ctx.obj
    speech.to_program = as_json
    check_new(report)
    origin = read_origin(ledger)
    for path in (*files, keys):
        if not path.exists():
            raise NotFoundError("file_closed", file=str(path), what=os.strerror(errno.ENOENT))
    keyring = Keyring(keys, origin, Passphrases(speech, passphrase_file).ask)
    groups = read_files(files)
    intakes = []
    with ExitStack() as stack:
        place = stack.enter_context(_copy(ledger)) if dry_run else ledger
        book = stack.enter_context(opened(Path(place)))
        known = _programme(book, programme, files[0])
        for tables in groups:
            season = Season(tables, known, keyring, Register(book))
            with speech.progress("appending") as move:
                intakes.append(take_in(book, season, move))
    outcomes = [outcome for intake in intakes for outcome in intake.outcomes]
    if report is not None:
        write_new(report, _report(speech, report.name, outcomes))
    _tell_intake(speech, intakes, outcomes)
    if dry_run and not as_json:
        speech.note(speech.phrase("import_tried"))
    if any(intake.refused_rows for intake in intakes):
        raise typer.Exit(Exit.NO)


def template(
    ctx: typer.Context,
    kind: Annotated[str, typer.Argument(help="A kind of office file, such as weigh_tickets.")],
    out: Annotated[Path, typer.Option("--out", help="Where to: .csv, .xlsx or .geojson.")],
    lang: Annotated[
        TemplateLanguage, typer.Option("--lang", help="Language of its headings.")
    ] = TemplateLanguage.VI,
) -> None:
    """Write an empty office file: headings, an example line, and help on each column.

    The help is a second sheet of a workbook; of a CSV it is a second file beside it.
    """
    from ledger.imports.kinds import kind_named
    from ledger.imports.reports import write_table
    from ledger.imports.templates import help_rows
    from ledger.imports.templates import template as written

    speech: Speech = ctx.obj
    guide = out.with_name(f"{out.stem}-help.csv") if out.suffix.lower() == ".csv" else None
    check_new(out, guide)
    write_new(out, written(kind, out.name, lang.value))
    if guide is not None:
        rows = help_rows(kind_named(kind), lang.value)
        write_new(guide, write_table(guide.name, [("help", rows)]))
    speech.note(speech.phrase("template_written", file=str(out)))


def erase(
    ctx: typer.Context,
    what: Annotated[Private, typer.Argument(help="Of what the private fields are.")],
    which: Annotated[str, typer.Argument(help="A household's reference, or a contract's number.")],
    *,
    ledger: Folder = HERE,
    keys: Annotated[
        Path | None,
        typer.Option("--keys", help="Folder with the key of the office that asks for it."),
    ] = None,
    by: Annotated[str, typer.Option("--by", help="The office that asks for it.")] = "",
    reason: Annotated[Why, typer.Option("--reason", help="Why.")] = Why.ASKED,
    passphrase_file: PassphraseFile = None,
    as_json: AsJson = False,
) -> None:
    """Delete names, phones and land of a household, or prices of a contract.

    The log keeps its hashes and audits as before; nobody can tell any more what they stood for.
    With an office's key an entry says that so many fields were erased, and never whose.
    """
    from ledger.keyring import Keyring

    speech: Speech = ctx.obj
    speech.to_program = as_json
    if bool(by) != bool(keys):
        raise typer.BadParameter("--by and --keys go together")  # noqa: TRY003
    with opened(ledger) as book:
        fields = book.erase(what.value, _private_name(what, which))
        if not fields:
            raise NotFoundError("nothing_named", name=which)
        if keys is not None:
            keyring = Keyring(keys, book.origin, Passphrases(speech, passphrase_file).ask)
            _record_erasure(book, keyring, by, what, fields, reason)
    if as_json:
        speech.answer({"erased": fields})
    else:
        speech.tell(speech.phrase("erased", count=fields))


def _private_name(what: Private, which: str) -> str:
    from ledger.rice.terms import contract_uri

    return contract_uri(which) if what is Private.CONTRACT else which


def _record_erasure(
    book: Ledger, keyring: Keyring, by: str, what: Private, fields: int, reason: Why
) -> None:
    """Have an office say that private fields were erased. They are gone by now, come what may."""
    from ledger.errors import LedgerError
    from ledger.log import encoding, statement
    from ledger.rice import acts

    act = acts.RecordErasure(
        kind=what.value,
        fields=fields,
        erased_on=encoding.local_day(datetime.now(UTC)),
        reason=reason.value,
    )
    key = keyring.key(by)
    data = statement.seal(acts.write_act(act), typ="rice-act+jws", key=key, ledger=book.origin)
    (answer,) = book.append([data])
    if isinstance(answer, LedgerError):
        raise answer


def _tell_intake(speech: Speech, intakes: Sequence[Intake], outcomes: Sequence[RowOutcome]) -> None:
    counts = {
        name: sum(getattr(intake, name) for intake in intakes)
        for name in ("statements", "accepted", "added", "refused_rows", "waiting_rows")
    }
    if speech.to_program:
        speech.answer({**counts, "outcomes": [_record(one) for one in outcomes]})
        return
    rows = [
        (
            f"{one.file}:{one.sheet and one.sheet + ':'}{one.line}",
            f"{speech.phrase(f'level_{one.level}')}: {speech.text(one.words)}",
            one.code,
        )
        for one in outcomes
        if one.level != "wait"
    ]
    rows += _waiting(speech, outcomes)
    if rows:
        speech.table([speech.phrase(name) for name in ("where", "what", "code")], rows)
    done = speech.phrase(
        "import_done",
        accepted=counts["accepted"],
        statements=counts["statements"],
        added=counts["added"],
        refused=counts["refused_rows"],
        waiting=counts["waiting_rows"],
    )
    speech.tell(done)


def _waiting(speech: Speech, outcomes: Sequence[RowOutcome]) -> Iterator[tuple[str, str, str]]:
    """Yield a line for all rows of a file that wait for one office: nobody reads a thousand."""
    waiting = Counter(
        (one.file, speech.text(one.words), one.code) for one in outcomes if one.level == "wait"
    )
    for (file, words, code), count in waiting.items():
        rows = speech.phrase("rows", count=count)
        yield f"{file}: {rows}", f"{speech.phrase('level_wait')}: {words}", code


def _record(one: RowOutcome) -> dict[str, object]:
    return {
        "accepted": words_record(one.accepted) if one.accepted else None,
        "code": one.code,
        "field": one.field,
        "file": one.file,
        "level": one.level,
        "line": one.line,
        "read": one.read,
        "sheet": one.sheet,
        "words": words_record(one.words),
    }


def _report(speech: Speech, name: str, outcomes: Sequence[RowOutcome]) -> bytes:
    """Return what became of the rows as a file that an office can open."""
    from ledger.imports.reports import write_table

    rows = [[speech.phrase(name) for name in _REPORT]]
    rows += [
        [
            speech.phrase(f"level_{one.level}"),
            one.file,
            one.sheet,
            str(one.line),
            one.field,
            one.read,
            speech.text(one.words),
            speech.text(one.accepted) if one.accepted else "",
            one.code,
        ]
        for one in outcomes
    ]
    return write_table(name, [(speech.phrase("report_title"), rows)])


def _programme(book: Ledger, file: Path | None, beside: Path) -> Programme:
    """Return the ledger's programme; the demo's needs no file."""
    from ledger import demo
    from ledger.cli.programme_file import PROGRAMME, read_programme
    from ledger.rice.facts import Founding, find

    path = file or (beside if beside.is_dir() else beside.parent) / PROGRAMME
    if file is None and not path.exists() and book.origin == demo.PROGRAMME.origin:
        return demo.PROGRAMME
    with book.reading() as view:
        founding = find(view, Founding, "ledger:")
    assert founding is not None, "every ledger begins with its founding"
    return read_programme(path, founding)


def _copy(folder: Path) -> TemporaryDirectory[str]:
    """Return a folder with a copy of the ledger in another, to try things on."""
    from ledger.folder import CHECKPOINTS, CONFIG, DATABASE

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
