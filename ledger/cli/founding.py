"""Founding a ledger, signing its checkpoints, and writing down what readers should pin."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ledger.cli.opening import (
    LOG_KEY,
    VKEY,
    Passphrases,
    check_new,
    log_key,
    opened,
    write_bytes,
    write_new,
)
from ledger.cli.options import HERE, AsJson, Folder, LogKeyFile, PassphraseFile
from ledger.cli.speech import Speech
from ledger.errors import RefusedError

if TYPE_CHECKING:
    from ledger.keyring import KeyFile

LOG_HOLDER = "log"
_ANY_GTIN = "09521234000303"


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    app.command()(init)
    app.command()(publish)
    app.command()(trust)


def init(
    ctx: typer.Context,
    folder: Annotated[Path, typer.Argument(help="A new or empty folder.")],
    *,
    origin: Annotated[str, typer.Option(help="The ledger's name for ever: a URL without scheme.")],
    name: Annotated[str, typer.Option(help="Its name in Vietnamese.")],
    host: Annotated[str, typer.Option(help="The host that names its organisations (did:web).")],
    root_key: Annotated[
        list[Path], typer.Option(help="Key file of a founder; give one for each founder.")
    ],
    name_en: Annotated[str, typer.Option(help="Its name in English.")] = "",
    threshold: Annotated[
        int | None,
        typer.Option(min=1, help="How many founders must agree; most of them if not given."),
    ] = None,
    database: Annotated[
        str, typer.Option(help="A database URL; a file in the folder if not given.")
    ] = "",
    resolver: Annotated[
        str, typer.Option(help="What links on labels begin with, such as https://rice.example.")
    ] = "",
    log_key_file: LogKeyFile = None,
    passphrase_file: PassphraseFile = None,
    as_json: AsJson = False,
) -> None:
    """Found a ledger, signed by its founders.

    The log's key is made unless its file is there. The folder is a ledger once ledger.json is in
    it, which is written last.
    """
    from ledger.folder import DATABASE
    from ledger.keyring import check_usable, load_key
    from ledger.service import Ledger, check_founding, utc_now

    speech: Speech = ctx.obj
    speech.to_program = as_json
    _check_addresses(database, resolver)
    passphrases = Passphrases(speech, passphrase_file)
    founders = [check_usable(load_key(path, passphrases.ask), origin) for path in root_key]
    founding = _founding(
        founders, origin, (name, name_en or name), host, threshold or len(founders) // 2 + 1
    )
    check_founding(founding, utc_now())  # before a key is made in a folder that stays
    key = _log_key(log_key_file or folder / LOG_KEY, origin, passphrases)
    ledger = Ledger.create(
        folder, key.key, founding=founding, database=database or DATABASE, resolver=resolver
    )
    vkey = ledger.log_key
    ledger.close()
    write_bytes(folder / VKEY, f"{vkey}\n".encode())
    if as_json:
        speech.answer({"folder": str(folder), "log_key": vkey, "origin": origin})
        return
    speech.tell(speech.phrase("founded", origin=origin, folder=str(folder)))
    speech.tell(speech.phrase("founded_pin", vkey=vkey))


def publish(
    ctx: typer.Context,
    ledger: Folder = HERE,
    log_key_file: LogKeyFile = None,
    passphrase_file: PassphraseFile = None,
) -> None:
    """Sign the log as it stands; print the checkpoint.

    A ledger that is served does so by itself.
    """
    speech: Speech = ctx.obj
    key = log_key(ledger, log_key_file, Passphrases(speech, passphrase_file))
    with opened(ledger, key) as book:
        speech.tell(book.publish().removesuffix("\n"))
        speech.note(speech.phrase("published", size=book.published().size))


def trust(
    ctx: typer.Context,
    out: Annotated[Path, typer.Argument(help="The trust file to write, or - for the screen.")],
    ledger: Folder = HERE,
    log_key_file: LogKeyFile = None,
    passphrase_file: PassphraseFile = None,
) -> None:
    """Write what pins this ledger for a reader.

    Hand it over by another way than the bundles: whoever can change both can say anything.
    """
    check_new(out)
    key = log_key(ledger, log_key_file, Passphrases(ctx.obj, passphrase_file))
    with opened(ledger, key) as book:
        write_new(out, book.trust())


def _check_addresses(database: str, resolver: str) -> None:
    """Refuse a database that cannot be spoken to, or a resolver that makes no links."""
    from sqlalchemy.engine import make_url
    from sqlalchemy.exc import SQLAlchemyError

    from ledger.rice.digital_link import parse_digital_link

    if resolver:
        parse_digital_link(f"{resolver}/01/{_ANY_GTIN}")
    if "://" in database:
        try:
            make_url(database).get_dialect().import_dbapi()
        except (SQLAlchemyError, ImportError, ValueError) as error:
            kind = database.partition("://")[0]  # What follows may hold a password.
            raise RefusedError("database_unknown", kind=kind) from error


def _founding(
    founders: list[KeyFile], origin: str, names: tuple[str, str], host: str, threshold: int
) -> bytes:
    """Return the founding act, signed by every founder."""
    from msgspec import convert

    from ledger.log.statement import seal_many
    from ledger.rice import acts
    from ledger.season.books import KEYS_END

    keys = [founder.key for founder in founders]
    act = acts.Found(
        origin=origin,
        name=acts.LocalText(vi=names[0], en=names[1]),
        host=host,
        threshold=threshold,
        keys=tuple(
            acts.NewKey(jwk=convert(dict(key.public.jwk), acts.Jwk), admin=True, not_after=KEYS_END)
            for key in keys
        ),
        settings=acts.Settings(),
    )
    return seal_many(acts.write_act(act), keys=keys, ledger=origin)


def _log_key(path: Path, origin: str, passphrases: Passphrases) -> KeyFile:
    """Return the log's key: the one in the file, or a new one put there."""
    import secrets

    from ledger.keyring import SECRET_LENGTH, check_usable, load_key, make_key, save_key

    if path.exists():
        return check_usable(load_key(path, passphrases.ask), origin)
    made = make_key(LOG_HOLDER, secrets.token_bytes(SECRET_LENGTH), "EdDSA")
    save_key(path, made, passphrases.choose(path))
    return made
