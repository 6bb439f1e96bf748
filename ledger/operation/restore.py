"""Putting a backup where a ledger was, or where none is yet: only if it holds all that was signed.

What tells an old database from a new one is ``checkpoints.db`` of the folder, which no backup
holds. Where that is lost, the last checkpoint anybody was shown has to come from somebody else:
from witnesses, an archive, or a reader. Whoever gives an older one has the log sign two pasts.
"""

from __future__ import annotations

import os
import shutil
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import file_digest
from pathlib import Path
from zipfile import BadZipFile, ZipFile, ZipInfo

from msgspec import MsgspecError, json

from ledger.erasures import erase_again, remembered
from ledger.errors import (
    CODES,
    ConflictError,
    CorruptedError,
    MalformedError,
    NotFoundError,
    Words,
)
from ledger.folder import CHECKPOINTS, CONFIG, DATABASE, read_config
from ledger.log.checkpoint import open_checkpoint
from ledger.log.note import NOTE_LENGTH_MAX, parse_vkey
from ledger.operation.backup import (
    BACKUP,
    FILES,
    MANIFEST,
    VKEY,
    Manifest,
    checked,
    database_file,
    read_checkpoints,
)
from ledger.operation.workplace import check_unused, put_in_place, settle, workplace
from ledger.replay import Progress
from ledger.store.checkpoints import Checkpoints, Signed
from ledger.store.store import Store
from ledger.store.tables import SCHEMA_VERSION

CODES |= {
    "backup_unreadable": Words(
        "{file} is no whole backup of a ledger: {what}. Nothing was changed.",
        "{file} không phải bản sao lưu đầy đủ của sổ: {what}. Chưa thay đổi gì.",
    ),
    "backup_of_other": Words(
        "{file} is a backup of {found}; the ledger in the folder is {origin}.",
        "{file} là bản sao lưu của sổ {found}; sổ trong thư mục là {origin}.",
    ),
    "checkpoints_gone": Words(
        "{folder} has no checkpoints.db, the file of all that this log has signed; backups do not"
        " hold it. Bring it from the old machine. If it is lost, get the newest checkpoint that"
        " anybody was shown (from witnesses, readers, an archive) and give it with --checkpoint.",
        "{folder} không có checkpoints.db, tệp ghi mọi điều sổ đã ký; bản sao lưu không chứa tệp"
        " này. Hãy chép từ máy cũ. Nếu đã mất, hãy xin mốc kiểm mới nhất từng công bố (từ người"
        " làm chứng, người đọc, bản lưu) rồi đưa vào bằng --checkpoint.",
    ),
}

_MANIFEST_LENGTH_MAX = 1 << 16
_PIECE = 1 << 20


@dataclass(frozen=True, slots=True)
class Restored:
    """What became of a backup: entries, fields erased again, where the old database is kept."""

    size: int
    erased: int
    kept: Path | None
    is_older_version: bool


def restore(
    file: Path,
    folder: Path,
    *,
    vkey: str = "",
    checkpoint: str = "",
    progress: Progress | None = None,
) -> Restored:
    """Put a backup into a folder. Nothing there changes before all is found to be good.

    1. Nobody has the database open, and what the log has signed is known.
    2. Every file is unpacked and is the one the manifest names.
    3. What was erased since is erased from the copy, and the copy audited by its hashes: it reaches
       everything signed.
    4. The files take their places, the database last but for ``ledger.json``, which makes a new
       folder a ledger. A crash before leaves the old database where it was; the same command again
       goes on.
    """
    is_ledger = (folder / CONFIG).exists()
    # 1.
    place = database_file(folder) if is_ledger else folder / DATABASE
    check_unused(place)
    if (folder / CHECKPOINTS).exists() and checkpoint:
        raise ConflictError("folder_taken", folder=str(folder / CHECKPOINTS))
    if not (folder / CHECKPOINTS).exists() and not checkpoint:
        raise NotFoundError("checkpoints_gone", folder=str(folder))
    is_new = not folder.exists()
    try:
        with _reading(file) as packed, workplace(folder / "restoring") as work:
            # 2.
            manifest = _unpack(file, packed, work)
            if is_ledger and (origin := read_config(folder).origin) != manifest.origin:
                raise ConflictError(
                    "backup_of_other", file=str(file), found=manifest.origin, origin=origin
                )
            # 3.
            key = vkey or _own_key(folder, work)
            if checkpoint:
                _keep_checkpoint(work / CHECKPOINTS, checkpoint, key)
            signed = read_checkpoints(work if checkpoint else folder)
            erased = _prepare(work / DATABASE, folder, signed)
            size, version, _ = checked(work / DATABASE, signed, key, progress)
            # 4.
            check_unused(place)
            kept = _put(work, folder, place)
    except BaseException:
        if is_new and folder.exists() and not any(folder.iterdir()):
            folder.rmdir()
        raise
    return Restored(size, erased, kept, version < SCHEMA_VERSION)


@contextmanager
def _reading(file: Path) -> Iterator[ZipFile]:
    try:
        with ZipFile(file) as packed:
            yield packed
    except FileNotFoundError as error:
        if error.filename != str(file):
            raise
        raise NotFoundError("file_closed", file=str(file), what=str(error.strerror)) from error
    except (BadZipFile, zlib.error, EOFError, NotImplementedError) as error:
        raise MalformedError("backup_unreadable", file=str(file), what=str(error)) from error


def _unpack(file: Path, packed: ZipFile, work: Path) -> Manifest:
    """Write the files of a backup into a folder; anything that is not as it was packed is refused.

    Names are those a backup may have, so none leads out of the folder.
    """
    members = {member.filename: member for member in packed.infolist()}
    manifest = _manifest(file, packed, members.get(MANIFEST))
    named = set(manifest.files)
    if len(members) != len(packed.infolist()) or set(members) != named | {MANIFEST}:
        raise _unreadable(file, "its files are not those of its manifest")
    if not named <= set(FILES) or not {CONFIG, DATABASE} <= named:
        raise _unreadable(file, "its files are not those of a backup")
    for name, digest in manifest.files.items():
        descriptor = os.open(work / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with packed.open(members[name]) as source, os.fdopen(descriptor, "wb") as target:
            shutil.copyfileobj(source, target, _PIECE)
        with (work / name).open("rb") as written:
            if file_digest(written, "sha256").hexdigest() != digest:
                raise _unreadable(file, f"{name} is not the file that was packed")
    if read_config(work).origin != manifest.origin:
        raise _unreadable(file, f"{CONFIG} is of another ledger")
    return manifest


def _manifest(file: Path, packed: ZipFile, member: ZipInfo | None) -> Manifest:
    if member is None or member.file_size > _MANIFEST_LENGTH_MAX:
        raise _unreadable(file, MANIFEST)
    try:
        manifest = json.decode(packed.read(member), type=Manifest)
    except MsgspecError as error:
        raise _unreadable(file, f"{MANIFEST}: {error}") from error
    if manifest.backup != BACKUP:
        raise _unreadable(file, f"{MANIFEST}: {manifest.backup}")
    return manifest


def _unreadable(file: Path, what: str) -> MalformedError:
    return MalformedError("backup_unreadable", file=str(file), what=what)


def _own_key(folder: Path, work: Path) -> str:
    """Return the log's public key as the folder has it, else as the backup brings it."""
    for place in (folder / VKEY, work / VKEY):
        if place.is_file():
            return place.read_text(encoding="utf-8", errors="replace").strip()
    raise NotFoundError("log_key_unknown")


def _keep_checkpoint(file: Path, note: str, vkey: str) -> None:
    """Begin a file of signed checkpoints with the newest one that anybody knows of."""
    if len(note) > NOTE_LENGTH_MAX:
        raise MalformedError("oversized", length=len(note), limit=NOTE_LENGTH_MAX)
    said = open_checkpoint(note, [parse_vkey(vkey)])
    checkpoints = Checkpoints.create(file)
    checkpoints.publish(Signed(said.size, said.root, note, note), None)
    checkpoints.close()


def _prepare(database: Path, folder: Path, signed: list[Signed]) -> int:
    """Refuse a copy older than what was signed; erase what was erased since it was made."""
    last = signed[-1].size if signed else 0
    store = Store.open(f"sqlite:///{database}", any_version=True)
    try:
        with store.reading() as view:
            size = view.head().size
        if size < last:
            raise CorruptedError("past_differs", size=size, signed=last)
        return erase_again(store, remembered(folder))
    finally:
        store.close()


def _put(work: Path, folder: Path, place: Path) -> Path | None:
    """Put files where there are none, and the database in its place."""
    for name in (*FILES[1:-1], CHECKPOINTS):
        if (work / name).exists() and not (folder / name).exists():
            settle(work / name)
            (work / name).replace(folder / name)
    kept = put_in_place(work / DATABASE, place, "restore")
    if not (folder / CONFIG).exists():
        settle(work / CONFIG)
        (work / CONFIG).replace(folder / CONFIG)
        settle(folder)
    return kept
