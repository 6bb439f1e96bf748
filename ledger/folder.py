"""The folder of a ledger: what its files are called, and ``ledger.json``, which says what it is.

- ``ledger.json``: origin, database and resolver. Trusted: whoever edits it points the log key at
  another database, which opening refuses unless every signed checkpoint fits.
- ``ledger.db``: the database, unless ``ledger.json`` names one elsewhere.
- ``checkpoints.db``: every checkpoint ever signed. Never restore it from a backup.
- ``erased.jsonl``: the names of private fields that were erased. Never restore it either.
"""

from __future__ import annotations

from pathlib import Path

from msgspec import MsgspecError, Struct, json

from ledger.errors import CorruptedError, NotFoundError

CONFIG, DATABASE, CHECKPOINTS = "ledger.json", "ledger.db", "checkpoints.db"
ERASED = "erased.jsonl"


class Config(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What ``ledger.json`` says. A database without ``://`` is a file in the same folder."""

    origin: str
    database: str = DATABASE
    resolver: str = ""


def read_config(folder: Path) -> Config:
    """Return what the ledger in a folder is."""
    try:
        return json.decode((folder / CONFIG).read_bytes(), type=Config)
    except (FileNotFoundError, NotADirectoryError) as error:
        raise NotFoundError("folder_empty", folder=str(folder)) from error
    except (OSError, MsgspecError) as error:
        raise CorruptedError("store_failed", what=f"{CONFIG}: {error}") from error


def format_config(config: Config) -> bytes:
    """Return what ``ledger.json`` is written as."""
    return json.format(json.encode(config, order="sorted")) + b"\n"


def database_url(folder: Path, database: str) -> str:
    """Return the URL of a ledger's database."""
    return database if "://" in database else f"sqlite:///{folder.absolute() / database}"
