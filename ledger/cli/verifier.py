"""The checking page as a file for others to host or hand on."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ledger.cli.opening import check_new, read_bytes, write_new
from ledger.cli.speech import Speech


def add_to(app: typer.Typer) -> None:
    """Add this command."""
    app.command()(verifier)


def verifier(
    ctx: typer.Context,
    trust: Annotated[
        Path, typer.Option(help="What readers of the page shall trust; it is built in.")
    ],
    out: Annotated[Path, typer.Option(help="The page to write.")] = Path("verify.html"),
    issuer: Annotated[
        str,
        typer.Option(
            help="Also print what publishes the page's SHA-256 in the log, with this actor as its"
            " issuer: the fields for state present_paper."
        ),
    ] = "",
) -> None:
    """Make the checking page: one file that judges evidence, with a trust file built in.

    It needs no network and no server. The same trust makes the same file, to the byte.
    """
    from datetime import UTC, datetime
    from hashlib import sha256

    from ledger.log.encoding import encode_base64, local_day
    from web.verifier_page import make_verifier, paper_uri

    speech: Speech = ctx.obj
    check_new(out)
    page = make_verifier(read_bytes(trust))
    digest = sha256(page).digest()
    write_new(out, page)
    speech.note(speech.phrase("verifier_written", file=str(out), digest=digest.hex()))
    if issuer:
        speech.answer(
            {
                "paper": paper_uri(digest),
                "kind": "verifier",
                "issuer": issuer,
                "issued_on": local_day(datetime.now(UTC)),
                "digest": encode_base64(digest),
            }
        )
