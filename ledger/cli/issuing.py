"""Issuing certificates and presentations that others read with software of their own."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ledger.cli.opening import Passphrases, read_bytes, write_bytes
from ledger.cli.options import PassphraseFile
from ledger.cli.speech import Speech
from ledger.errors import MalformedError

if TYPE_CHECKING:
    from ledger.log.contexts import Contexts


class FormName(StrEnum):
    """The forms of W3C VC-JOSE-COSE."""

    JOSE = "jose"
    SD_JWT = "sd-jwt"
    COSE = "cose"


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    app.command()(issue)


def issue(
    ctx: typer.Context,
    file: Annotated[
        Path, typer.Argument(help="The W3C credential or presentation, as JSON; - for input.")
    ],
    key: Annotated[
        Path, typer.Option(help="Key file of whoever signs, or a locked PEM of P-256 to P-521.")
    ],
    kid: Annotated[
        str,
        typer.Option(
            help="URL under which the public key is published, such as did:web:lab.example#key-1."
            " What stands before # is the issuer, or the holder of a presentation."
        ),
    ],
    context: Annotated[
        list[str] | None,
        typer.Option(
            help="A context that the document names, as <URL>=<file>: nothing is fetched."
            " May be given again."
        ),
    ] = None,
    form: Annotated[FormName, typer.Option(help="The form to sign in.")] = FormName.JOSE,
    hide: Annotated[
        list[str] | None,
        typer.Option(
            help="What the holder may keep back, such as /credentialSubject/tonnes (sd-jwt only)."
            " May be given again."
        ),
    ] = None,
    passphrase_file: PassphraseFile = None,
) -> None:
    """Sign a certificate for others to read, offline.

    Or a presentation of certificates. It goes to standard output. Refused is what no context of the
    document defines; what was signed is read back first. Nothing is recorded.
    """
    import secrets

    from ledger.keyring import load_signer
    from ledger.log import issuing
    from ledger.log.selective import SALT_LENGTH

    speech: Speech = ctx.obj
    signer = load_signer(
        key, kid.removeprefix("did:web:"), Passphrases(speech, passphrase_file).ask
    )
    issued = issuing.issue(
        read_bytes(file),
        form=form.value,
        key=signer,
        kid=kid,
        contexts=_contexts(context or []),
        hidden=hide or (),
        draw_salt=lambda: secrets.token_bytes(SALT_LENGTH),
    )
    write_bytes(Path("-"), issued + b"\n")


def _contexts(given: list[str]) -> Contexts:
    from ledger.log.contexts import read_context

    contexts = {}
    for one in given:
        url, mark, file = one.rpartition("=")
        if not mark:
            raise MalformedError("malformed", what="a --context that is no <URL>=<file>")
        contexts[url] = read_context(url, read_bytes(Path(file)))
    return contexts
