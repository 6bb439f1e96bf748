"""What whoever operates a ledger does with it: backups, restoring one, rebuilding the database."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ledger.cli.opening import check_new, log_vkey, read_bytes
from ledger.cli.options import HERE, AsJson, Folder
from ledger.cli.speech import Speech


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    app.command()(backup)
    app.command()(restore)
    app.command()(rebuild)


def backup(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(help="The backup to write; a new file.")],
    ledger: Folder = HERE,
    as_json: AsJson = False,
) -> None:
    """Write a checked copy of the ledger to one file, also while it is served.

    It holds what is private beside the log: keep it as you keep the ledger. Signed checkpoints,
    scans and the log's key are not in it.
    """
    from ledger.operation.backup import back_up
    from ledger.service import utc_now

    speech: Speech = ctx.obj
    speech.to_program = as_json
    check_new(file)
    vkey = log_vkey(ledger)
    with speech.progress("auditing") as move:
        made = back_up(ledger, file, vkey, utc_now(), move)
    if as_json:
        told = {"file": str(file), "length": made.length, "sha256": made.digest.hex()}
        speech.answer({**told, "size": made.size})
        return
    speech.tell(speech.phrase("backed_up", file=str(file), size=made.size, length=made.length))
    speech.tell(speech.phrase("sha256", digest=made.digest.hex()))


def restore(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(help="The backup.")],
    *,
    into: Annotated[Path, typer.Option("--into", help="Folder of the ledger; may be new.")],
    checkpoint: Annotated[
        Path | None,
        typer.Option(
            "--checkpoint",
            help="Where checkpoints.db is lost: the newest checkpoint that anybody was shown.",
        ),
    ] = None,
    log_key: Annotated[
        str, typer.Option("--log-key", help="Public key of the log; log.vkey if not given.")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Put a backup in the place of a database that was lost, if it holds all that was signed.

    The server must be stopped. The old database is kept under another name. What was erased since
    the backup was made is erased again.
    """
    from ledger.operation.restore import restore as put_back

    speech: Speech = ctx.obj
    speech.to_program = as_json
    note = read_bytes(checkpoint).decode(errors="replace") if checkpoint else ""
    with speech.progress("auditing") as move:
        done = put_back(file, into, vkey=log_key, checkpoint=note, progress=move)
    if as_json:
        kept = str(done.kept) if done.kept else None
        speech.answer({"erased_again": done.erased, "kept": kept, "size": done.size})
        return
    speech.tell(speech.phrase("restored", folder=str(into), size=done.size))
    if done.erased:
        speech.tell(speech.phrase("erased_again", count=done.erased))
    if done.kept:
        speech.tell(speech.phrase("old_kept", file=str(done.kept)))
    if done.is_older_version:
        speech.tell(speech.phrase("now_rebuild", folder=str(into)))


def rebuild(
    ctx: typer.Context,
    ledger: Folder = HERE,
    database: Annotated[
        str, typer.Option(help="An empty database to write to; needed where it is no file.")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Make the database anew from the log: after an upgrade, or when projections are damaged.

    The server must be stopped. Every statement is judged again; the old database is kept.
    """
    from ledger.operation.rebuild import rebuild as make_anew

    speech: Speech = ctx.obj
    speech.to_program = as_json
    vkey = log_vkey(ledger)
    with speech.progress("auditing") as move:
        done = make_anew(ledger, vkey, database=database, progress=move)
    if as_json:
        kept = None if "://" in done.kept else done.kept  # an address may hold a password
        speech.answer({"differing": list(done.differing), "kept": kept, "size": done.size})
        return
    speech.tell(speech.phrase("rebuilt", size=done.size))
    if done.differing:
        speech.tell(speech.phrase("rebuilt_other", tables=", ".join(done.differing)))
    if "://" not in done.kept:
        speech.tell(speech.phrase("old_kept", file=done.kept))
