"""``programme.json``: what neither the office files of a season nor the founding act say."""

from __future__ import annotations

from pathlib import Path

from msgspec import MsgspecError, Struct, json

from ledger.cli.opening import read_bytes
from ledger.errors import MalformedError
from ledger.programme import Programme, read_scheme
from ledger.rice.acts import PublishScheme
from ledger.rice.facts import Founding

PROGRAMME = "programme.json"


class Added(Struct, frozen=True, forbid_unknown_fields=True):
    """The members of the file. Holders are named as their key files are.

    ``scheme`` and ``also`` name files beside it: each a scheme as data (`programme.read_scheme`),
    with its owner's text under the same name and ``.md``, to which the ledger commits.
    """

    scheme: str
    season: str
    root_keys: tuple[str, ...]
    registrar: str
    scheme_owner: str
    also: tuple[str, ...] = ()


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
        season=added.season,
        root_keys=added.root_keys,
        threshold=founding.threshold,
        registrar=added.registrar,
        scheme_owner=added.scheme_owner,
        published=_scheme(path.parent / added.scheme),
        also_published=tuple(_scheme(path.parent / name) for name in added.also),
    )


def _scheme(path: Path) -> PublishScheme:
    return read_scheme(read_bytes(path), read_bytes(path.with_suffix(".md")))
