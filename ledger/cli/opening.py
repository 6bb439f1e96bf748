"""Opening what a command works on: files, key files with their passphrases, a ledger's folder."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from ledger.cli.speech import Speech
from ledger.errors import CODES, ConflictError, NotFoundError, RefusedError, Words

if TYPE_CHECKING:
    from ledger.log.keys import SigningKey
    from ledger.service import Ledger

CODES |= {
    "file_taken": Words(
        "{file} is there already and is not replaced. Choose another name, or remove it first.",
        "{file} đã có và không bị ghi đè. Hãy chọn tên khác, hoặc xóa tệp đó trước.",
    ),
    "pin_wanted": Words(
        "The token {token} needs its PIN. Run this in a terminal, or set RICE_LEDGER_PIN.",
        "Cần mã PIN của thiết bị {token}. Hãy chạy trong cửa sổ lệnh, hoặc đặt RICE_LEDGER_PIN.",
    ),
    "passphrase_wanted": Words(
        "{file} needs a passphrase. Run this in a terminal, or set RICE_LEDGER_PASSPHRASE.",
        "Cần mật khẩu của {file}. Hãy chạy trong cửa sổ lệnh, hoặc đặt RICE_LEDGER_PASSPHRASE.",
    ),
    "passphrases_differ": Words(
        "The two passphrases differ. Nothing was written; start again.",
        "Hai lần gõ mật khẩu khác nhau. Chưa ghi gì; hãy làm lại.",
    ),
    "folder_wanted": Words(
        "{address} is an address, and this command works on a ledger's folder. Those that take an"
        " address are attest prepare and attest submit.",
        "{address} là địa chỉ, còn lệnh này làm việc với thư mục của sổ. Các lệnh nhận địa chỉ là"
        " attest prepare và attest submit.",
    ),
    "folder_missing": Words(
        "There is no folder {folder}. Make it first, or choose another.",
        "Không có thư mục {folder}. Hãy tạo thư mục trước, hoặc chọn chỗ khác.",
    ),
}

PASSPHRASE = "RICE_LEDGER_PASSPHRASE"  # noqa: S105  (the name of a variable)
PIN = "RICE_LEDGER_PIN"
"""Apart from the other: a token is locked by a few wrong PINs."""
LOG_KEY = "log.age"
"""The log's key file, unless another is named; locked, it may lie beside the data."""
VKEY = "log.vkey"
"""The log's public key, for those who audit the folder on the spot."""


class Passphrases:
    """Where passphrases and PINs come from: a file, the environment, or the person at the terminal.

    Never from the command line, which other people on the machine can see.
    """

    def __init__(self, speech: Speech, file: Path | None) -> None:
        self._speech = speech
        self._file = file

    def ask(self, path: Path) -> str:
        """Return the passphrase that opens a key file."""
        return self._given(PASSPHRASE) or self._typed("passphrase", str(path))

    def ask_pin(self, token: str) -> str:
        """Return the PIN that opens a token."""
        return self._given(PIN) or self._typed("pin", token)

    def choose(self, path: Path) -> str:
        """Return the passphrase for a new key file; a person types it twice."""
        given = self._given(PASSPHRASE)
        if given:
            return given
        first = self._typed("passphrase_new", str(path))
        if self._typed("passphrase_again", str(path)) != first:
            raise RefusedError("passphrases_differ")
        return first

    def _given(self, variable: str) -> str:
        if self._file is not None:
            text = read_bytes(self._file).decode(errors="replace")
            return text.removesuffix("\n").removesuffix("\r")
        return os.environ.get(variable, "")

    def _typed(self, phrase: str, of: str) -> str:
        import getpass

        if not sys.stdin.isatty():
            raise self._unasked(phrase, of)
        try:
            return getpass.getpass(f"{self._speech.phrase(phrase, file=of)}: ")
        except EOFError as error:
            raise self._unasked(phrase, of) from error

    def _unasked(self, phrase: str, of: str) -> RefusedError:
        if phrase == "pin":
            return RefusedError("pin_wanted", token=of)
        return RefusedError("passphrase_wanted", file=of)


def read_bytes(path: Path) -> bytes:
    """Return what is in a file, or on standard input for ``-``."""
    if str(path) == "-":
        return sys.stdin.buffer.read()
    try:
        return path.read_bytes()
    except OSError as error:
        raise NotFoundError("file_closed", file=str(path), what=_cause(error)) from error


def check_new(*paths: Path | None) -> None:
    """Refuse to write a result where something is, or where no folder is.

    Asked before anything is recorded: what is there may be somebody's only key.
    """
    for path in paths:
        if path is None or str(path) == "-":
            continue
        if os.path.lexists(path):
            raise ConflictError("file_taken", file=str(path))
        if not path.parent.exists():
            raise NotFoundError("folder_missing", folder=str(path.parent))


def write_new(path: Path, data: bytes) -> None:
    """Write a result to a file that is not there yet, or to standard output for ``-``."""
    check_new(path)
    write_bytes(path, data)


def write_bytes(path: Path, data: bytes) -> None:
    """Write a file whole, or standard output for ``-``: nobody finds half of it."""
    if str(path) == "-":
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
        return
    part = path.with_name(f"{path.name}.part")
    try:
        part.write_bytes(data)
        part.replace(path)
    except OSError as error:
        raise NotFoundError("file_closed", file=str(path), what=_cause(error)) from error


@contextmanager
def writing(path: Path) -> Iterator[BinaryIO]:
    """Give a file to write to that has its name only once all is written; ``-`` is output."""
    if str(path) == "-":
        whole = BytesIO()
        yield whole
        write_bytes(path, whole.getvalue())
        return
    part = path.with_name(f"{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with part.open("wb") as file:
                yield file
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)
    except OSError as error:
        raise NotFoundError("file_closed", file=str(path), what=_cause(error)) from error


def read_origin(folder: Path) -> str:
    """Return the origin of the ledger in a folder."""
    from ledger.folder import read_config

    _check_folder(folder)
    return read_config(folder).origin


def _check_folder(folder: Path) -> None:
    """Refuse an address where a folder is meant: as a path it has lost a slash already."""
    if folder.parts[:1] in {("http:",), ("https:",)}:
        raise NotFoundError("folder_wanted", address=str(folder).replace(":/", "://", 1))


def log_key(folder: Path, file: Path | None, passphrases: Passphrases) -> SigningKey:
    """Return the key of the log in a folder; a demo's is the published one."""
    from ledger.keyring import SAMPLE_KEYS, check_usable, load_key

    origin = read_origin(folder)
    path = file or folder / LOG_KEY
    if file is None and not path.exists() and origin.startswith("demo."):
        path = SAMPLE_KEYS / "log.json"
    return check_usable(load_key(path, passphrases.ask), origin).key


@contextmanager
def opened(folder: Path, key: SigningKey | None = None) -> Iterator[Ledger]:
    """Open the ledger in a folder and close it in the end."""
    from ledger.service import Ledger

    _check_folder(folder)
    ledger = Ledger.open(folder, key)
    try:
        yield ledger
    finally:
        ledger.close()


def log_vkey(place: Path, text: str = "", trust: Path | None = None) -> str:
    """Return the public key of the log: as given, as trusted, or as it lies in a ledger's folder.

    What was exported says for itself which key it has, if any: nothing is returned for it.
    """
    from ledger.folder import CONFIG
    from ledger.keyring import SampleKeyring
    from ledger.log.note import format_vkey, note_key
    from ledger.proof.trust import read_trust

    is_ledger = (place / CONFIG).exists()
    origin = read_origin(place) if is_ledger else ""
    if text:
        return text
    if trust is not None:
        return format_vkey(read_trust(read_bytes(trust)).logs().logs[0])
    if not place.exists():
        raise NotFoundError("folder_empty", folder=str(place))
    if not is_ledger:
        return ""
    if (place / VKEY).is_file():
        return read_bytes(place / VKEY).decode(errors="replace").strip()
    if not origin.startswith("demo."):
        raise NotFoundError("log_key_unknown")
    return format_vkey(note_key(origin, SampleKeyring(origin).key("log").public))


def _cause(error: OSError) -> str:
    return error.strerror or type(error).__name__
