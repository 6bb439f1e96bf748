"""Serving a ledger, and the demo season."""

from __future__ import annotations

import socket
import sys
import threading
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ledger.cli.opening import Passphrases, log_key, opened
from ledger.cli.options import HERE, AsJson, Folder, LogKeyFile, PassphraseFile
from ledger.cli.speech import Speech
from ledger.errors import LedgerError, RefusedError, Words

if TYPE_CHECKING:
    from ledger.demo import Demo
    from ledger.service import Ledger

PORT = 8000
PUBLISH_SECONDS = 2.0
_LOCAL = "127.0.0.1"
_STEPS = {step: step for step in ("reading", "appending", "publishing", "exporting", "printing")}

Host = Annotated[str, typer.Option(help="Address to listen at; 0.0.0.0 for everybody.")]


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    app.command()(serve)
    app.command()(demo)


def serve(
    ctx: typer.Context,
    ledger: Folder = HERE,
    host: Host = _LOCAL,
    port: Annotated[int, typer.Option(min=0, max=65_535, help="Port; 0 for a free one.")] = PORT,
    log_key_file: LogKeyFile = None,
    passphrase_file: PassphraseFile = None,
) -> None:
    """Serve the pages and the JSON face.

    A checkpoint is signed whenever the log has grown.
    """
    speech: Speech = ctx.obj
    key = log_key(ledger, log_key_file, Passphrases(speech, passphrase_file))
    with listen(host, port) as listening, opened(ledger, key) as book:
        _run(speech, book, listening)


def demo(
    ctx: typer.Context,
    folder: Annotated[Path, typer.Option("--dir", help="Folder of the demo.")] = Path(
        "demo-ledger"
    ),
    *,
    no_serve: Annotated[bool, typer.Option("--no-serve", help="Only make it.")] = False,
    tamper: Annotated[
        bool, typer.Option("--tamper", help="Then change a weight behind the ledger's back.")
    ] = False,
    host: Host = _LOCAL,
    port: Annotated[
        int | None, typer.Option(min=0, max=65_535, help="Port; a free one if 8000 is taken.")
    ] = None,
    resolver: Annotated[
        str, typer.Option(help="What links on labels begin with; the served address if not given.")
    ] = "",
    no_browser: Annotated[bool, typer.Option("--no-browser", help="Open no browser.")] = False,
    as_json: AsJson = False,
) -> None:
    """Make a season of rice, and show a bag.

    Its keys are published ones, so that everybody gets the same season. Doing it again goes on
    with the folder that is there.
    """
    from ledger.demo import prepare

    speech: Speech = ctx.obj
    speech.to_program = as_json
    with ExitStack() as stack:
        listening = None if no_serve else stack.enter_context(listen(host, port))
        served = told_address(listening) if listening else _address(host, port or PORT)
        with speech.steps(_STEPS) as move:
            ledger, made = prepare(
                folder, resolver=resolver or served, progress=move, tamper=tamper
            )
        stack.callback(ledger.close)
        _tell_demo(speech, folder, made)
        if tamper:
            speech.note(speech.phrase("demo_tampered"))
        if listening is not None:
            if not no_browser and sys.stdout.isatty():
                _open_browser_soon(made.bag_url)
            _run(speech, ledger, listening)


def listen(host: str, port: int | None) -> socket.socket:
    """Return a socket that listens; a port that nobody chose may be another one."""
    try:
        return socket.create_server((host, PORT if port is None else port))
    except OSError as error:
        if port is None:
            return listen(host, 0)
        what = error.strerror or type(error).__name__
        raise RefusedError("port_taken", host=host, port=port, what=what) from error
    except UnicodeError as error:
        raise RefusedError("port_taken", host=host, port=port or 0, what="host") from error


def told_address(listening: socket.socket) -> str:
    """Return the address at which a socket is reached."""
    return _address(*listening.getsockname()[:2])


def _address(host: str, port: int) -> str:
    """Return the address for a host and port: nobody can open that of all hosts."""
    return f"http://{_LOCAL if host == '0.0.0.0' else host}:{port}"  # noqa: S104  (compared)


def _run(speech: Speech, ledger: Ledger, listening: socket.socket) -> None:
    """Serve until told to stop; a log that cannot be signed any more stops the server."""
    import uvicorn

    from api.main import create_app
    from ledger.scans.scans import Scans
    from ledger.service import utc_now
    from ledger.targets import read_targets
    from web.scan_watch import watched
    from web.site import make_site

    targets = read_targets(ledger.folder)
    scans = Scans.open(ledger.folder, utc_now)
    made = make_site(ledger, resolver=ledger.config.resolver, targets=targets)
    pages = watched(made, scans)
    app = create_app(ledger, pages=pages, scans=scans)
    # Headers of proxies are read where `scans.json` names them and their senders, nowhere else.
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", proxy_headers=False))
    stop, refusals = threading.Event(), list[LedgerError]()

    def publish() -> None:
        try:
            ledger.publish_every(PUBLISH_SECONDS, stop)
        except LedgerError as refusal:
            refusals.append(refusal)
            server.should_exit = True

    publishing = threading.Thread(target=publish, name="publishing")
    publishing.start()
    speech.note(speech.phrase("serving", origin=ledger.origin, url=told_address(listening)))
    try:
        server.run(sockets=[listening])
    finally:
        stop.set()
        publishing.join()
        scans.close()
    if refusals:
        raise refusals[0]


def _open_browser_soon(url: str) -> None:
    """Open a browser once the server has had a moment to begin."""
    import webbrowser

    opening = threading.Timer(1.0, webbrowser.open, [url])
    opening.daemon = True
    opening.start()


def _tell_demo(speech: Speech, folder: Path, made: Demo) -> None:
    from ledger.proof.rules import HEADLINES

    if speech.to_program:
        speech.answer(made)
        return
    speech.tell(speech.phrase("demo_bag"))
    speech.tell(f"  {made.bag_url}")
    speech.tell(f"  {speech.phrase('demo_code', code=made.typed_code)}")
    speech.tell(speech.phrase("demo_others"))
    for one in made.samples[1:]:
        words = HEADLINES[one.shows]
        speech.tell(f"  {speech.text(Words(words.en, words.vi))}:\n    {one.url}")
    speech.tell(speech.phrase("demo_labels", file=made.labels))
    speech.tell(speech.phrase("demo_offline"))
    speech.tell(f"  rice-ledger verify {made.bundle} --trust {made.trust}")
    speech.tell(speech.phrase("demo_audit"))
    speech.tell(f"  rice-ledger audit {folder}")
