"""Options that several commands share, worded once."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Folder = Annotated[
    Path,
    typer.Option("--ledger", "-l", envvar="RICE_LEDGER_FOLDER", help="Folder of the ledger."),
]
LogKeyFile = Annotated[
    Path | None,
    typer.Option("--log-key", help="Key file of the log; log.age in the folder if not given."),
]
PassphraseFile = Annotated[
    Path | None,
    typer.Option(
        "--passphrase-file",
        help="File with the passphrase or PIN; else RICE_LEDGER_PASSPHRASE or RICE_LEDGER_PIN,"
        " else you are asked.",
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Answer a program: JSON on one line each.")]
HERE = Path()
