"""``programme.json``: what neither the office files of a season nor the founding act say."""

from __future__ import annotations

from pathlib import Path

from msgspec import MsgspecError, Struct, json

from ledger.cli.opening import read_bytes
from ledger.errors import MalformedError
from ledger.programme import Programme
from ledger.rice.acts import LocalText
from ledger.rice.facts import Founding

PROGRAMME = "programme.json"


class Added(Struct, frozen=True, forbid_unknown_fields=True):
    """The members of the file. Holders are named as their key files are.

    ``scheme_document`` is a file beside it: the text of the scheme, which the ledger commits to.
    """

    scheme: str
    scheme_name: LocalText
    season: str
    root_keys: tuple[str, ...]
    registrar: str
    scheme_owner: str
    scheme_document: str


def read_programme(path: Path, founding: Founding) -> Programme:
    """Return the programme of a ledger: its founding, and what the file adds."""
    try:
        added = json.decode(read_bytes(path), type=Added)
    except MsgspecError as error:
        raise MalformedError("programme_unreadable", file=str(path), what=str(error)) from error
    return Programme(
        origin=founding.origin,
        host=founding.host,
        name=founding.name,
        scheme=added.scheme,
        scheme_name=added.scheme_name,
        season=added.season,
        root_keys=added.root_keys,
        threshold=founding.threshold,
        registrar=added.registrar,
        scheme_owner=added.scheme_owner,
        scheme_document=read_bytes(path.parent / added.scheme_document),
    )
