"""Key files: where a holder keeps the key it signs with, and the keyring a program signs from.

A key file is JSON, ``{"holder","jwk","kid"}``, encrypted with a passphrase as an age file
(age-encryption.org/v1), so that ``age -d`` opens it without this program. Whoever has the file and
its passphrase can sign in the holder's name; whoever has only the file can guess passphrases, a
second or so each.

A sample key is the same JSON in the open, marked ``"sample":true``. Everybody has it, so it signs
only for ledgers whose origin begins with "demo.".
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import pyrage
from msgspec import MsgspecError, Struct, convert, to_builtins

from ledger.errors import ConflictError, LedgerError, MalformedError, NotFoundError, RefusedError
from ledger.log import encoding
from ledger.log.keys import EcdsaSigningKey, SigningKey, key_from_secret
from ledger.programme import derive

SAMPLE_KEYS = Path(__file__).parent.parent / "keys" / "sample"
PASSPHRASE_MIN = 12
SECRET_LENGTH = 32

Algorithm = Literal["EdDSA", "ES256"]
AskPassphrase = Callable[[Path], str]
"""Takes a key file and returns the passphrase that opens it."""

_HOLDER = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*", re.ASCII)
_MAGIC = b"age-encryption.org/v1\n"
_PEM = b"-----BEGIN "
_PEM_LOCKED = b"ENCRYPTED"
_SIZE_MAX = 10_000


class _SecretJwk(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A private key as RFC 7517 members (RFC 8037 section 2, RFC 7518 section 6.2)."""

    crv: Literal["Ed25519", "P-256"]
    d: str
    kty: Literal["EC", "OKP"]
    x: str
    y: str = ""


class _Written(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What a key file says."""

    holder: str
    jwk: _SecretJwk
    kid: str
    sample: bool = False


@dataclass(frozen=True, slots=True)
class KeyFile:
    """A holder's key, with the 32 secret bytes it follows from; ``sample`` if everybody has it."""

    holder: str
    key: SigningKey
    secret: bytes = field(repr=False)
    sample: bool = False


def make_key(holder: str, secret: bytes, alg: Algorithm, *, sample: bool = False) -> KeyFile:
    """Return the key that 32 secret bytes give a holder; the caller owns the randomness."""
    if not _HOLDER.fullmatch(holder):
        raise MalformedError("holder_name", holder=holder)
    assert len(secret) == SECRET_LENGTH
    # A number of the curve's order or above is no key; of random bytes one in 2^32 gives that.
    return KeyFile(holder, key_from_secret(secret, alg), secret, sample)


def format_key(file: KeyFile) -> bytes:
    """Return a key as canonical JSON, secret and all."""
    jwk = {**file.key.public.jwk, "d": encoding.encode_base64url(file.secret)}
    written = _Written(file.holder, convert(jwk, _SecretJwk), file.key.public.kid, file.sample)
    return encoding.canonical_json(to_builtins(written))


def parse_key(data: bytes) -> KeyFile:
    """Return the key that JSON of `format_key` holds; any other spelling is refused."""
    try:
        written = convert(encoding.check_canonical(data), _Written)
    except MsgspecError as error:
        raise MalformedError("malformed", what=f"a key: {error}") from error
    secret = encoding.decode_base64url(written.jwk.d)
    if len(secret) != SECRET_LENGTH:
        raise MalformedError("key_refused", why=f"a secret has {SECRET_LENGTH} bytes")
    alg: Algorithm = "EdDSA" if written.jwk.crv == "Ed25519" else "ES256"
    file = make_key(written.holder, secret, alg, sample=written.sample)
    # The public half and the name are written for people; they may not say anything else.
    if format_key(file) != data:
        raise MalformedError("key_refused", why="its public part is another key's")
    return file


def save_key(path: Path, file: KeyFile, passphrase: str) -> None:
    """Write a key file that only its owner can read; a file that is there is never replaced.

    1. The name is taken. A crash after this leaves an empty file, and a key nobody was told of.
    2. The key is written beside it, flushed, and moved over the name at once.
    """
    if len(passphrase) < PASSPHRASE_MIN:
        raise RefusedError("passphrase_short", minimum=PASSPHRASE_MIN)
    sealed: bytes = pyrage.passphrase.encrypt(format_key(file), passphrase)
    part = path.with_name(f"{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _take_name(path)
        with open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:  # noqa: PTH123  (a descriptor)
            out.write(sealed)
            out.flush()
            os.fsync(out.fileno())
        part.replace(path)
    except OSError as error:
        raise NotFoundError("file_closed", file=str(path), what=str(error.strerror)) from error


def load_key(path: Path, ask: AskPassphrase) -> KeyFile:
    """Return the key in a file; its passphrase is asked for only if it is locked."""
    data = _read(path)
    if not data.startswith(_MAGIC):
        key = _parse(path, data)
        if not key.sample:
            raise RefusedError("key_file_open", file=str(path))
        return key
    passphrase = ask(path)
    try:
        return _parse(path, pyrage.passphrase.decrypt(data, passphrase))
    except pyrage.DecryptError as error:
        raise RefusedError("passphrase_wrong", file=str(path)) from error


def load_signer(path: Path, origin: str, ask: AskPassphrase) -> SigningKey:
    """Return the key in a key file that may sign for an origin, or in a locked PEM file.

    PEM is how other software keeps keys of P-256, P-384 and P-521; nothing in it says whose it is.
    """
    data = _read(path)
    if not data.startswith(_PEM):
        return check_usable(load_key(path, ask), origin).key
    if _PEM_LOCKED not in data:
        raise RefusedError("key_file_open", file=str(path))
    return EcdsaSigningKey.from_pem(data, ask(path).encode())


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(_SIZE_MAX)
    except FileNotFoundError as error:
        raise NotFoundError("key_file_missing", file=str(path)) from error
    except OSError as error:
        raise NotFoundError("file_closed", file=str(path), what=str(error.strerror)) from error


def _take_name(path: Path) -> None:
    try:
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    except FileExistsError as error:
        raise ConflictError("key_file_taken", file=str(path)) from error


def _parse(path: Path, data: bytes) -> KeyFile:
    try:
        return parse_key(data)
    except LedgerError as error:
        raise MalformedError("key_file_unreadable", file=str(path)) from error


class Keyring:
    """The key files of a folder, ``<holder>.age`` or sample keys ``<holder>.json``.

    A file is opened when its key is first wanted: opening takes a second, and a person's word.
    """

    def __init__(self, folder: Path, origin: str, ask: AskPassphrase) -> None:
        self._folder = folder
        self._origin = origin
        self._ask = ask
        self._opened: dict[str, KeyFile] = {}

    def __contains__(self, holder: str) -> bool:
        """Tell whether this holder's key is here."""
        return self._path(holder) is not None

    def key(self, holder: str) -> SigningKey:
        """Return the key of a holder."""
        return self._open(holder).key

    def secret(self, holder: str, purpose: str) -> bytes:
        """Return 32 bytes that only this holder's key gives, for one purpose."""
        return derive(self._open(holder).secret, purpose)

    def _path(self, holder: str) -> Path | None:
        # A name that is no holder's could lead out of the folder.
        if not _HOLDER.fullmatch(holder):
            return None
        paths = (self._folder / f"{holder}{suffix}" for suffix in (".age", ".json"))
        return next((path for path in paths if path.is_file()), None)

    def _open(self, holder: str) -> KeyFile:
        if holder not in self._opened:
            path = self._path(holder)
            if path is None:
                raise NotFoundError("key_file_missing", file=str(self._folder / f"{holder}.age"))
            file = check_usable(load_key(path, self._ask), self._origin)
            if file.holder != holder:
                raise MalformedError("key_file_unreadable", file=str(path))
            self._opened[holder] = file
        return self._opened[holder]


class SampleKeyring(Keyring):
    """The published keys of the demo; a ledger that is no demo is refused them."""

    def __init__(self, origin: str) -> None:
        super().__init__(SAMPLE_KEYS, origin, _never_ask)


def check_usable(file: KeyFile, origin: str) -> KeyFile:
    """Return the key file if its key may sign for the ledger of this origin."""
    if file.sample and not origin.startswith("demo."):
        raise RefusedError("sample_key_refused", holder=file.holder, origin=origin)
    return file


def public_members(file: KeyFile) -> Mapping[str, str]:
    """Return the public JWK to hand to a registrar: its members, ``alg`` and ``kid``."""
    public = file.key.public
    return {**public.jwk, "alg": file.key.alg, "kid": public.kid}


def _never_ask(path: Path) -> str:
    """Refuse: a sample key is never locked."""
    raise MalformedError("key_file_unreadable", file=str(path))
