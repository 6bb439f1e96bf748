"""Making keys."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from ledger.cli.opening import Passphrases
from ledger.cli.options import AsJson, PassphraseFile
from ledger.cli.speech import Speech


class Alg(StrEnum):
    """The algorithms a key file may be for."""

    ED_DSA = "EdDSA"
    ES256 = "ES256"


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    app.command()(keygen)


def keygen(
    ctx: typer.Context,
    out: Annotated[Path, typer.Argument(help="The key file to write, such as my-office.age.")],
    holder: Annotated[str, typer.Option(help="Who will sign with it: the id in the ledger.")],
    alg: Annotated[Alg, typer.Option(help="Its algorithm.")] = Alg.ED_DSA,
    passphrase_file: PassphraseFile = None,
    as_json: AsJson = False,
) -> None:
    """Make a key file, locked with a passphrase."""
    import secrets

    from ledger.keyring import SECRET_LENGTH, make_key, public_members, save_key

    speech: Speech = ctx.obj
    speech.to_program = as_json
    made = make_key(holder, secrets.token_bytes(SECRET_LENGTH), alg.value)
    save_key(out, made, Passphrases(speech, passphrase_file).choose(out))
    public = {"holder": holder, "jwk": public_members(made), "kid": made.key.public.kid}
    if as_json:
        speech.answer({**public, "file": str(out)})
        return
    speech.tell(speech.phrase("key_made", holder=holder, file=str(out)))
    speech.tell(speech.phrase("key_public"))
    speech.answer(public)
