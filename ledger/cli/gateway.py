"""The signing gateway an organisation runs for partners who cannot sign."""

from __future__ import annotations

import socket
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ledger.cli.opening import Passphrases, read_bytes
from ledger.cli.options import PassphraseFile
from ledger.cli.serving import Host, listen, told_address
from ledger.cli.speech import Speech
from ledger.errors import RefusedError

if TYPE_CHECKING:
    from fastapi import FastAPI

PORT = 8080
FILE = Path("gateway.db")
_LOCAL = "127.0.0.1"


def add_to(app: typer.Typer) -> None:
    """Add this command."""
    app.command()(gateway)


def gateway(
    ctx: typer.Context,
    *,
    ledger_url: Annotated[
        str,
        typer.Option("--ledger-url", help="Address of the ledger, such as https://rice.example."),
    ],
    key_file: Annotated[Path, typer.Option("--key", help="Key file of the organisation.")],
    file: Annotated[
        Path, typer.Option("--file", help="Where capture jobs and named queries are kept.")
    ] = FILE,
    token_file: Annotated[
        Path | None,
        typer.Option(help="File with the token callers must show; needed beyond this machine."),
    ] = None,
    page_token_in_body: Annotated[
        bool,
        typer.Option("--page-token-in-body", help="Also for clients that page by nothing else."),
    ] = False,
    host: Host = _LOCAL,
    port: Annotated[int, typer.Option(min=0, max=65_535, help="Port; 0 for a free one.")] = PORT,
    passphrase_file: PassphraseFile = None,
) -> None:
    """Take EPCIS events of partners, sign them, send them on.

    Whoever can call it speaks in the organisation's name.
    """
    from api.epcis_face import Epcis
    from api.gateway import create_gateway_app
    from ledger.gateway.office import Office
    from ledger.gateway.remote import RemoteLedger
    from ledger.gateway.shelf import Shelf
    from ledger.keyring import check_usable, load_key
    from ledger.service import utc_now

    speech: Speech = ctx.obj
    token = read_bytes(token_file).decode(errors="replace").strip() if token_file else ""
    if not token and host != _LOCAL:
        raise RefusedError("gateway_open", host=host)
    loaded = load_key(key_file, Passphrases(speech, passphrase_file).ask)
    with ExitStack() as stack:
        ledger = RemoteLedger(ledger_url)
        stack.callback(ledger.close)
        origin = ledger.origin()
        key = check_usable(loaded, origin).key
        shelf = Shelf(file)
        stack.callback(shelf.close)
        listening = stack.enter_context(listen(host, port))
        office = Office(ledger, shelf, key, origin=origin, clock=utc_now)
        stack.callback(office.close)
        epcis = Epcis(ledger, utc_now, office, token_in_body=page_token_in_body)
        told = {"holder": loaded.holder, "origin": origin, "url": told_address(listening)}
        speech.note(speech.phrase("gateway_serving", **told))
        _run(create_gateway_app(epcis, token=token), listening)


def _run(app: FastAPI, listening: socket.socket) -> None:
    import uvicorn

    server = uvicorn.Server(uvicorn.Config(app, log_level="warning"))
    server.run(sockets=[listening])
