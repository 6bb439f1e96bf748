"""The command ``rice-ledger``: one small function for each thing that people do with a ledger.

Nothing heavy is imported before a command needs it, so that help is there at once.
"""

from __future__ import annotations

import os
from enum import StrEnum
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from ledger.cli import (
    attesting,
    certified,
    closing,
    credentials,
    dids,
    dossier,
    founding,
    gateway,
    importing,
    issuing,
    judging,
    keys,
    label_acts,
    labelling,
    offline,
    operating,
    prints,
    reading,
    recalling,
    register,
    scans,
    serving,
    standing,
    stating,
    verifier,
    writing,
)
from ledger.cli.exits import exit_of
from ledger.cli.speech import Speech, choose_languages
from ledger.errors import LedgerError, NotFoundError


class Language(StrEnum):
    """The languages of the house."""

    VI = "vi"
    EN = "en"


class Refusing(TyperGroup):
    """The commands, each of which may be refused: in words, with a code and an exit status."""

    def invoke(self, ctx: Any) -> Any:  # noqa: ANN401  (as the class it extends)
        """Run the command."""
        try:
            return super().invoke(ctx)
        except LedgerError as error:
            refusal = error
        except BrokenPipeError:
            raise  # whoever read our answer has heard enough
        except OSError as error:
            what = error.strerror or type(error).__name__
            refusal = NotFoundError("file_closed", file=str(error.filename or "-"), what=what)
        ctx.obj.refuse(refusal)
        raise typer.Exit(exit_of(refusal))


app = typer.Typer(
    name="rice-ledger",
    cls=Refusing,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,  # its traceback shows local variables, and keys are among them
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
GROUPS = (
    *(keys, founding, writing, importing, attesting, stating, labelling, prints, label_acts),
    *(judging, offline, credentials, issuing, dids, reading),
    *(register, closing, dossier, certified, recalling, standing),
    *(scans, serving, operating, gateway, verifier),
)
for group in GROUPS:
    group.add_to(app)


def _show_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"rice-ledger {version('rice-ledger')}")
        raise typer.Exit


@app.callback()
def begin(
    ctx: typer.Context,
    lang: Annotated[
        Language | None,
        typer.Option("--lang", help="Language of answers; the machine's if not given, else both."),
    ] = None,
    _version: Annotated[
        bool,
        typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version."),
    ] = False,
) -> None:
    """Keep, check and read a ledger of rice: who grew it, what happened to it, who vouches for it.

    Exit statuses are listed in docs/operations.md.
    """
    ctx.obj = Speech(choose_languages(lang.value if lang else None, os.environ))
