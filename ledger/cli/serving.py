"""Serving a ledger, and the demo season."""

from __future__ import annotations

import os
import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ledger.cli.opening import Passphrases, log_key, opened
from ledger.cli.options import AsJson
from ledger.cli.speech import Speech
from ledger.errors import LedgerError, RefusedError, Words

if TYPE_CHECKING:
    import uvicorn
    from starlette.types import ASGIApp

    from ledger.demo import Demo
    from ledger.operation.metrics import Metrics
    from ledger.operation.settings import Settings
    from ledger.service import Ledger

PORT = 8000
CONFIG_VARIABLE = "RICE_LEDGER_CONFIG"
_LOCAL = "127.0.0.1"
_STEPS = {step: step for step in ("reading", "appending", "publishing", "exporting", "printing")}

ConfigFile = Annotated[
    Path | None, typer.Option(help="Configuration file (TOML).", envvar=CONFIG_VARIABLE)
]
ServedFolder = Annotated[
    str | None, typer.Option("--ledger", "--folder", "-l", help="Folder of the ledger.")
]
ListenHost = Annotated[str | None, typer.Option(help="Address to listen at.")]
ListenPort = Annotated[int | None, typer.Option(help="Port; 0 for a free one.")]
LogKey = Annotated[
    str | None, typer.Option("--log-key", "--log-key-file", help="Key file of the log.")
]
LogPassphrase = Annotated[
    str | None, typer.Option(help="File with the passphrase; else RICE_LEDGER_PASSPHRASE.")
]
PublishSeconds = Annotated[
    float | None, typer.Option(help="How long an entry waits for its checkpoint.")
]
LateSeconds = Annotated[int | None, typer.Option(help="Not ready once an entry has waited longer.")]
Resolver = Annotated[str | None, typer.Option(help="What links on labels begin with.")]
LogLevel = Annotated[str | None, typer.Option(help="debug, info, warning or error.")]
LogFormat = Annotated[str | None, typer.Option(help="json or text.")]
MetricsHost = Annotated[str | None, typer.Option(help="Address at which metrics are served.")]
MetricsPort = Annotated[int | None, typer.Option(help="Port of the metrics; 0 for none.")]
PrintConfig = Annotated[
    bool, typer.Option("--print-config", help="Only show what is in force, and why.")
]
Host = Annotated[str, typer.Option(help="Address to listen at; 0.0.0.0 for everybody.")]


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    app.command()(serve)
    app.command()(demo)


def serve(
    ctx: typer.Context,
    *,
    config: ConfigFile = None,
    folder: ServedFolder = None,
    host: ListenHost = None,
    port: ListenPort = None,
    log_key_file: LogKey = None,
    passphrase_file: LogPassphrase = None,
    publish_seconds: PublishSeconds = None,
    late_seconds: LateSeconds = None,
    resolver: Resolver = None,
    log_level: LogLevel = None,
    log_format: LogFormat = None,
    metrics_host: MetricsHost = None,
    metrics_port: MetricsPort = None,
    print_config: PrintConfig = False,
) -> None:
    """Serve the pages and the JSON face, and sign a checkpoint whenever the log has grown.

    Each setting is taken from an option, else from its variable RICE_LEDGER_..., else from the
    configuration file, else as usual; --print-config shows all of them.
    """
    from ledger.operation.settings import read_settings, show

    speech: Speech = ctx.obj
    given = {
        "folder": folder,
        "host": host,
        "port": port,
        "log_key_file": log_key_file,
        "passphrase_file": passphrase_file,
        "publish_seconds": publish_seconds,
        "late_seconds": late_seconds,
        "resolver": resolver,
        "log_level": log_level,
        "log_format": log_format,
        "metrics_host": metrics_host,
        "metrics_port": metrics_port,
    }
    force = read_settings(config, os.environ, given)
    for name in force.unknown:
        speech.note(speech.phrase("variable_unknown", variable=name))
    if print_config:
        for line in show(force):
            speech.tell(line)
        return
    serve_with(speech, force.settings)


def serve_with(speech: Speech, settings: Settings) -> None:
    """Serve a ledger as its settings say."""
    from ledger.operation.journal import begin_log

    ledger = Path(settings.folder)
    key_file, passphrase_file = (
        Path(name) if name else None for name in (settings.log_key_file, settings.passphrase_file)
    )
    key = log_key(ledger, key_file, Passphrases(speech, passphrase_file))
    with listen(settings.host, settings.port) as listening, opened(ledger, key) as book:
        begin_log(sys.stderr, settings.log_level, settings.log_format)
        _run(speech, book, listening, settings)


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
    from ledger.operation.journal import begin_log
    from ledger.operation.settings import Settings

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
            begin_log(sys.stderr, "warning", "text")
            _run(speech, ledger, listening, Settings(log_format="text"))


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


def _run(speech: Speech, ledger: Ledger, listening: socket.socket, settings: Settings) -> None:
    """Serve until told to stop; a log that cannot be signed any more stops the server."""
    from api.main import create_app
    from api.watch import Watch
    from ledger.operation.journal import note, note_refusal
    from ledger.operation.metrics import Metrics
    from ledger.scans.scans import Scans
    from ledger.service import utc_now
    from ledger.targets import read_targets
    from web.scan_watch import watched
    from web.site import make_site

    resolver = settings.resolver or ledger.config.resolver
    scans = Scans.open(ledger.folder, utc_now)
    metrics = Metrics(ledger, scans, utc_now)
    ledger.sequencer.answered = metrics.answered
    targets = read_targets(ledger.folder)
    pages = watched(make_site(ledger, resolver=resolver, targets=targets), scans)
    app = create_app(
        ledger,
        pages=pages,
        scans=scans,
        resolver=resolver,
        late_seconds=settings.late_seconds,
    )
    server = _server(Watch(app, metrics))
    stop, refusals = threading.Event(), list[LedgerError]()

    def publish() -> None:
        try:
            ledger.publish_every(
                settings.publish_seconds, stop, lambda size: note("checkpoint", size=size)
            )
        except LedgerError as refusal:
            note_refusal(refusal, "publishing")
            refusals.append(refusal)
            server.should_exit = True

    publishing = threading.Thread(target=publish, name="publishing")
    with _metrics_served(settings, metrics):
        if count := ledger.erase_again():
            note("erased_again", fields=count)
        publishing.start()
        url = told_address(listening)
        if settings.log_format == "text" or sys.stderr.isatty():
            speech.note(speech.phrase("serving", origin=ledger.origin, url=url))
        note("start", ledger=ledger.origin, url=url, size=ledger.size)
        try:
            server.run(sockets=[listening])
        finally:
            stop.set()
            publishing.join()
            scans.close()
            note("stop", size=ledger.size)
    if refusals:
        raise refusals[0]


def _server(app: ASGIApp) -> uvicorn.Server:
    """Return the server of an application; a signal ends it in order and not by halves."""
    import signal

    import uvicorn

    # uvicorn stops in order and then raises the signal once more, for whoever listened before: the
    # ledger is yet to be closed.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: None)
    # Headers of proxies are read where `scans.json` names them and their senders, nowhere else.
    return uvicorn.Server(
        uvicorn.Config(app, log_config=None, access_log=False, proxy_headers=False)
    )


@contextmanager
def _metrics_served(settings: Settings, metrics: Metrics) -> Iterator[None]:
    """Serve metrics at an address of their own meanwhile: no path of the public leads to them."""
    if not settings.metrics_port:
        yield
        return
    from prometheus_client import start_http_server

    host, port = settings.metrics_host, settings.metrics_port
    try:
        server, thread = start_http_server(port, host, metrics.registry)
    except OSError as error:
        what = error.strerror or type(error).__name__
        raise RefusedError("port_taken", host=host, port=port, what=what) from error
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


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
    speech.tell(speech.phrase("demo_work"))
    speech.tell(f"  {made.bag_url.partition('/01/')[0]}/workplace")
    speech.tell(speech.phrase("demo_labels", file=made.labels))
    speech.tell(speech.phrase("demo_offline"))
    speech.tell(f"  rice-ledger verify {made.bundle} --trust {made.trust}")
    speech.tell(speech.phrase("demo_audit"))
    speech.tell(f"  rice-ledger audit {folder}")
