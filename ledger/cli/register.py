"""Who and what is registered: the names that other commands and drafts take."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from ledger.cli.opening import opened
from ledger.cli.options import HERE, AsJson, Folder
from ledger.cli.speech import Speech
from ledger.errors import Words

if TYPE_CHECKING:
    from ledger.rice.facts import Role

ACTOR_COLUMNS = (Words("Id", "Mã"), Words("Name", "Tên"), Words("Offices", "Vai trò"))
SCHEME_COLUMNS = (
    Words("Kind of certificate", "Loại chứng nhận"),
    Words("Name", "Tên"),
    Words("Signed by", "Bên ký"),
)


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    app.command()(actors)
    app.command()(schemes)


def actors(ctx: typer.Context, ledger: Folder = HERE, as_json: AsJson = False) -> None:
    """List the organisations: the ids that --by, --certifier and drafts take."""
    from ledger.rice.facts import Actor

    speech: Speech = ctx.obj
    speech.to_program = as_json
    with opened(ledger) as book, book.reading() as view:
        found = list(view.every(Actor, "actor"))
    if as_json:
        speech.answer(found)
        return
    rows = [
        [one.id, speech.text(Words(one.name.en, one.name.vi)), ", ".join(map(_office, one.roles))]
        for one in found
    ]
    speech.table([speech.text(words) for words in ACTOR_COLUMNS], rows)


def schemes(ctx: typer.Context, ledger: Folder = HERE, as_json: AsJson = False) -> None:
    """List the schemes by address, each with the kinds of certificate that it has now."""
    from ledger.rice.certificate_facts import Scheme

    speech: Speech = ctx.obj
    speech.to_program = as_json
    with opened(ledger) as book, book.reading() as view:
        found = list(view.every(Scheme, "scheme"))
    if as_json:
        speech.answer(found)
        return
    for scheme in found:
        edition = scheme.editions[-1]
        name = speech.text(Words(scheme.name.en, scheme.name.vi))
        speech.tell(f"{scheme.id} {edition.version}: {name}")
        rows = [
            [one.id, speech.text(Words(one.name.en, one.name.vi)), ", ".join(one.signers)]
            for one in edition.profiles
        ]
        speech.table([speech.text(words) for words in SCHEME_COLUMNS], rows)


def _office(role: Role) -> str:
    where = f" {'+'.join(role.communes)}" if role.communes else ""
    return f"({role.role}{where})" if role.ended_on else f"{role.role}{where}"
