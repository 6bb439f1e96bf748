"""A PostgreSQL server of our own for the length of a test run.

The server listens on a socket in a private folder and on no network port, so two runs never meet
and nobody else on the machine can reach it. It writes without fsync: these tests ask whether the
ledger is right, not whether the disk is.
"""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from tests.requirements import require

START_SECONDS_MAX = 60
OWNERS = ("postgres", "nobody")
CLUSTER = ("-U", "ledger", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
SETTINGS = (
    "--listen_addresses=",
    "--fsync=off",
    "--full_page_writes=off",
    "--synchronous_commit=off",
    "--max_connections=60",
)


@contextmanager
def running_server() -> Iterator[Path]:
    """Start a server on an empty cluster; give the folder of its socket; stop and remove it."""
    programs = _programs()
    require(programs, "PostgreSQL's initdb and postgres are needed: install postgresql")
    assert programs is not None
    owner = _owner()
    with tempfile.TemporaryDirectory(prefix="rice-pg-") as name:
        folder = Path(name)
        if owner:
            shutil.chown(folder, owner)
        cluster = folder / "cluster"
        subprocess.run(
            [programs / "initdb", "-D", cluster, *CLUSTER],
            check=True,
            cwd=folder,
            user=owner,
            stdout=subprocess.DEVNULL,
        )
        command: list[str | Path] = [programs / "postgres", "-D", cluster, "-k", folder, *SETTINGS]
        with (
            (folder / "server.log").open("wb") as log,
            subprocess.Popen(command, cwd=folder, user=owner, stdout=log, stderr=log) as server,
        ):
            try:
                _wait_until_ready(server, folder)
                yield folder
            finally:
                server.send_signal(signal.SIGINT)  # a fast shutdown: sessions are cut off
                server.wait(START_SECONDS_MAX)


@contextmanager
def fresh_database(folder: Path) -> Iterator[str]:
    """Make an empty database on the running server; give its SQLAlchemy URL; drop it."""
    name = f"ledger_{secrets.token_hex(6)}"
    with psycopg.connect(_conninfo(folder), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
    try:
        yield url(folder, name)
    finally:
        with psycopg.connect(_conninfo(folder), autocommit=True) as connection:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


def url(folder: Path, database: str) -> str:
    """Return the SQLAlchemy URL of one database of the server whose socket is in the folder."""
    return f"postgresql+psycopg://ledger@/{database}?host={folder}"


def _conninfo(folder: Path) -> str:
    return f"host={folder} user=ledger dbname=postgres"


def _programs() -> Path | None:
    """Return the folder of initdb and postgres: Debian keeps the newest outside the search path."""
    kept = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    found = sorted(kept, key=lambda path: int(path.parts[-3]), reverse=True)
    on_path = shutil.which("initdb")
    candidates = [path.parent for path in found]
    if on_path:
        candidates.append(Path(on_path).resolve().parent)
    return next((folder for folder in candidates if (folder / "postgres").is_file()), None)


def _owner() -> str | None:
    """Return whom the server runs as: PostgreSQL refuses root, anybody else runs it as themself."""
    if os.geteuid() != 0:
        return None
    import pwd  # noqa: PLC0415  exists on POSIX only, as root does

    known = {entry.pw_name for entry in pwd.getpwall()}
    return next(name for name in OWNERS if name in known)


def _wait_until_ready(server: subprocess.Popen[bytes], folder: Path) -> None:
    deadline = time.monotonic() + START_SECONDS_MAX
    while True:
        try:
            psycopg.connect(_conninfo(folder)).close()
        except psycopg.OperationalError:
            log = (folder / "server.log").read_text(errors="replace")
            assert server.poll() is None, f"PostgreSQL stopped while starting:\n{log}"
            assert time.monotonic() < deadline, f"PostgreSQL does not start:\n{log}"
            time.sleep(0.05)
        else:
            return
