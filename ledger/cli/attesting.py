"""Signing away from the ledger: a draft is prepared, shown, signed and submitted, each anywhere.

The file in between holds the very bytes to be signed. Whoever signs needs no ledger and no network,
and is shown all that their signature binds, worked out from those bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from msgspec import Struct

from ledger.cli.acting import confirm
from ledger.cli.exits import Exit
from ledger.cli.opening import check_new, opened, read_bytes, write_bytes, write_new
from ledger.cli.options import AsJson, PassphraseFile
from ledger.cli.signers import KeyName, check_there, opened_holder
from ledger.cli.speech import Speech, json_line, printable, words_record
from ledger.cli.stating import checkpoint_of, fields_of, missing_of
from ledger.cli.writing import answer_record, tell_answer
from ledger.errors import CODES, LedgerError, MalformedError, RefusedError, Words

if TYPE_CHECKING:
    from ledger.drafting import Known
    from ledger.gateway.remote import Delivered
    from ledger.log.draft import Draft
    from ledger.sequencer import Receipt

CODES |= {
    "draft_wanted": Words(
        "{file} is no draft. `rice-ledger attest prepare KIND FIELDS --out DRAFT` makes one of"
        " fields.",
        "{file} không phải bản thảo. `rice-ledger attest prepare LOẠI TỆP --out BẢN-THẢO` soạn bản"
        " thảo từ các trường.",
    ),
    "draft_of_other_ledger": Words(
        "The draft was prepared for the ledger {meant}; this is {origin}.",
        "Bản thảo soạn cho sổ {meant}; đây là sổ {origin}.",
    ),
}

Place = Annotated[
    str,
    typer.Option(
        "--ledger",
        "-l",
        envvar="RICE_LEDGER_FOLDER",
        help="Folder of the ledger, or its address, such as https://rice.example.",
    ),
]
DraftFile = Annotated[Path, typer.Argument(help="The draft; - for input.")]


class _Kind(Struct):
    """What every draft says of itself."""

    format: str


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    group = typer.Typer(
        no_args_is_help=True,
        help="Prepare, show, sign and submit a statement: each on another machine, if need be.",
    )
    group.command()(prepare)
    group.command()(show)
    group.command()(sign)
    group.command()(submit)
    app.add_typer(group, name="attest")


def prepare(
    ctx: typer.Context,
    kind: Annotated[
        str,
        typer.Argument(help="The act or event, such as change_attestation; or attestation."),
    ],
    fields: Annotated[Path, typer.Argument(help="JSON with its fields; - for input.")],
    out: Annotated[Path, typer.Option(help="The draft to write; - for the screen.")],
    by: Annotated[
        list[str] | None,
        typer.Option(
            help="Who signs: an id in the ledger, with /KEY if it has several keys. May be given"
            " again. The parties of a contract or baseline need not be named, nor the certifier."
        ),
    ] = None,
    ledger: Place = ".",
    rs256: Annotated[
        bool, typer.Option("--rs256", help="Let keys on old tokens sign RS256.")
    ] = False,
) -> None:
    """Write a draft: the exact bytes that are to be signed, and by which keys.

    Keys that the statement enrols sign it too. Fields of events and acts are those of
    docs/events.md. At a ledger's folder it is also said what would be refused as things stand.
    """
    from ledger.drafting import Register, draft_content, signers_of, write_content
    from ledger.log import encoding
    from ledger.log.draft import format_draft
    from ledger.service import utc_now

    speech: Speech = ctx.obj
    check_new(out)
    said = fields_of(fields)
    with _known(ledger) as known:
        content = write_content(kind, said, missing_of(), known)
        now = encoding.format_time(utc_now())
        signers = signers_of(content, by or (), known, now, rs256=rs256)
        draft = draft_content(content, signers, known.checkpoint())
        doubts = known.foresee(draft, utc_now()) if isinstance(known, Register) else ()
    write_new(out, format_draft(draft))
    speech.note(speech.phrase("draft_written", kids=", ".join(draft.missing), file=str(out)))
    for doubt in doubts:
        speech.note(speech.phrase(_level(doubt)))
        speech.refuse(doubt)


def show(ctx: typer.Context, file: DraftFile, as_json: AsJson = False) -> None:
    """Say in plain words exactly what a draft is for its signers to sign.

    All of it follows from the bytes that are signed; what no signature binds comes last.
    """
    speech: Speech = ctx.obj
    speech.to_program = as_json
    _show(speech, _read(file), speech.tell)


def sign(
    ctx: typer.Context,
    file: DraftFile,
    key: KeyName,
    out: Annotated[
        Path | None, typer.Option(help="Where the signed draft goes; the same file if not given.")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Sign without asking once more.")] = False,
    passphrase_file: PassphraseFile = None,
    as_json: AsJson = False,
) -> None:
    """Show what a draft says, ask, and add one signature to it. No ledger is needed."""
    from ledger.log.draft import format_draft

    speech: Speech = ctx.obj
    speech.to_program = as_json
    check_there(key)
    draft, place = _read(file), out or file
    if place != file:
        check_new(place)
    # What goes to standard output is then the draft alone.
    _show(speech, draft, speech.note if str(place) == "-" else speech.tell)
    confirm(speech, "draft_sure", yes=yes)
    with opened_holder(speech, key, passphrase_file, draft.checkpoint.origin) as holder:
        slot = draft.slot_of(holder.key.public)
        signed = draft.sign(holder.using(slot.signer.alg))
    write_bytes(place, format_draft(signed))
    if signed.missing:
        speech.note(speech.phrase("draft_signed_part", kids=", ".join(signed.missing)))
    else:
        speech.note(speech.phrase("draft_signed_whole"))


def submit(
    ctx: typer.Context,
    files: Annotated[list[Path], typer.Argument(help="Drafts that everybody has signed.")],
    ledger: Annotated[
        str,
        typer.Option("--to", help="Folder of the ledger, or its address."),
    ],
    together: Annotated[
        bool, typer.Option("--together", help="Record all of them or none.")
    ] = False,
    receipt: Annotated[
        Path | None, typer.Option(help="File to write the receipts to, one JSON on each line.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Send signed drafts to their ledger. The same again gets the same receipt."""
    speech: Speech = ctx.obj
    speech.to_program = as_json
    check_new(receipt)
    drafts = [_read(file) for file in files]
    statements = [draft.statement() for draft in drafts]
    taken = _sent(ledger, drafts, statements, together=together)
    for file, one in zip(files, taken, strict=True):
        if as_json:
            speech.answer({"file": str(file), **answer_record(one)})
        else:
            tell_answer(speech, str(file), one)
    receipts = [answer_record(one) for one in taken if not isinstance(one, LedgerError)]
    if receipt is not None and receipts:
        write_bytes(receipt, b"".join(json_line(one) for one in receipts))
    if len(receipts) < len(taken):
        raise typer.Exit(Exit.NO)


def _read(file: Path) -> Draft:
    from msgspec import MsgspecError, json

    from ledger.log.draft import parse_draft

    data = read_bytes(file)
    try:
        json.decode(data, type=_Kind)
    except MsgspecError as error:
        raise MalformedError("draft_wanted", file=str(file)) from error
    return parse_draft(data)


def _level(doubt: LedgerError) -> str:
    """Return how a doubt is introduced: what no rule refuses is for people to look at."""
    from ledger.rice.judge import RuleError

    is_refusal = isinstance(doubt, RuleError) and not doubt.rule.warns
    return "foreseen_refusal" if is_refusal else "foreseen_doubt"


def _show(speech: Speech, draft: Draft, tell: Callable[[str], None]) -> None:
    """Show a draft, to a person or a program; refuse one that cannot be shown whole."""
    from ledger.rice.plain import tell_draft

    lines = tell_draft(draft)
    if speech.to_program:
        told = [
            {
                "depth": line.depth,
                "label": words_record(line.label),
                "value": line.value,
                **({"meaning": words_record(line.meaning)} if line.meaning else {}),
            }
            for line in lines
        ]
        speech.answer({"lines": told, "missing": draft.missing, "purpose": draft.purpose})
        return
    for line in lines:
        said = speech.text(line.label) + (f": {line.value}" if line.value else "")
        meaning = f" ({speech.text(line.meaning)})" if line.meaning else ""
        tell(printable(f"{'  ' * line.depth}{said}{meaning}"))


def _is_address(place: str) -> bool:
    return place.startswith(("http://", "https://"))


@contextmanager
def _known(place: str) -> Iterator[Known]:
    """Give what the ledger at a place knows."""
    from ledger.drafting import Register
    from ledger.gateway.remote import RemoteLedger

    if _is_address(place):
        with closing(RemoteLedger(place)) as remote:
            yield remote
        return
    with opened(Path(place)) as book, book.reading() as view:
        yield Register(view, checkpoint_of(book))


def _sent(
    place: str, drafts: Sequence[Draft], statements: Sequence[bytes], *, together: bool
) -> Sequence[Receipt | Delivered | LedgerError]:
    """Send statements to the ledger for which their drafts were prepared."""
    from ledger.gateway.remote import RemoteLedger

    if _is_address(place):
        with closing(RemoteLedger(place)) as remote:
            _check_origin(drafts, remote.origin())
            return remote.deliver(statements, together=together)
    with opened(Path(place)) as book:
        _check_origin(drafts, book.origin)
        return book.append(statements, together=together)


def _check_origin(drafts: Sequence[Draft], origin: str) -> None:
    """Refuse drafts for another ledger; a certificate alone would be taken by any."""
    for draft in drafts:
        if draft.checkpoint.origin != origin:
            meant = draft.checkpoint.origin
            raise RefusedError("draft_of_other_ledger", meant=meant, origin=origin)
