"""The whole published log in one file: what is in it, how it is written, what is wrong with one.

Beside the files of `store.export` an archive holds views (`rice.register`): keys, actors, schemes,
settings and the digests of attachments, each spelled as it follows from the statements; the log's
public key; a text for people; and a manifest of all. Files stand in the order of their names'
bytes, the manifest last. The same log at the same checkpoint gives the same bytes.

Nothing here is believed for being here: the checkpoint is signed, the rest follows from what it
covers, and the manifest only helps to name a file that was damaged. Whoever writes an archive can
leave out checkpoints before the last, and withhold statements; nothing else.

Never in an archive: what is kept in private beside the log.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from importlib import resources
from itertools import pairwise
from pathlib import Path

from msgspec import MsgspecError, Struct, json

from ledger.errors import (
    CODES,
    ConflictError,
    CorruptedError,
    LedgerError,
    MalformedError,
    NotFoundError,
    Words,
)
from ledger.log import encoding
from ledger.log.checkpoint import Checkpoint, open_checkpoint
from ledger.log.entry import parse_entry
from ledger.log.note import NOTE_LENGTH_MAX, format_vkey, parse_vkey
from ledger.log.tiles import WIDTH
from ledger.rice.register import VIEWS, Register
from ledger.store import export
from ledger.store.checkpoints import Signed
from ledger.store.source import Files, FolderFiles
from ledger.store.store import Reading
from ledger.store.zip_file import ZipReader, ZipWriter

CODES |= {
    "export_file_missing": Words(
        "The file {file} is missing.",
        "Thiếu tệp {file}.",
    ),
    "export_file_added": Words(
        "The file {file} does not belong here.",
        "Tệp {file} không thuộc về đây.",
    ),
    "export_file_differs": Words(
        "The file {file} is not the one in the manifest.",
        "Tệp {file} không phải tệp ghi trong bảng kê manifest.json.",
    ),
    "export_view_differs": Words(
        "What {file} says does not follow from the entries.",
        "Nội dung {file} không suy ra được từ các mục.",
    ),
}

ARCHIVE = "rice-ledger/archive@v1"
README, MANIFEST, VKEY = "README.txt", "manifest.json", "log.vkey"
MANIFEST_LENGTH_MAX = 1 << 25
"""A manifest that is right is never read, only hashed. A longer one that is wrong names no file."""
VKEY_LENGTH_MAX = 1_000

Progress = Callable[[int, int], object]
"""Told how much of how much is done."""
Fault = tuple[str, str]
"""The code of what is wrong, and the file it is wrong with."""


class Manifest(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What an archive is, and the SHA-256 of every other file in it, in hexadecimal."""

    archive: str
    files: dict[str, str]
    origin: str
    size: int


_encoder = json.Encoder(order="sorted")


@dataclass(frozen=True, slots=True)
class Archived:
    """An archive that was written: entries in it, its length in bytes, its SHA-256."""

    size: int
    length: int
    digest: bytes


def save_archive(
    view: Reading, signed: Sequence[Signed], vkey: str, path: Path, progress: Progress
) -> Archived:
    """Write the log as far as it is published to a new file; nobody finds half of it.

    ``vkey`` is the log's own public key. A log whose statements do not give a register is refused:
    an archive of it could not be audited.
    """
    if path.exists():
        raise ConflictError("folder_taken", folder=str(path))
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.part")
    try:
        with part.open("wb") as out:
            archived = _write_archive(view, signed, vkey, ZipWriter(out), progress)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    return archived


def _write_archive(
    view: Reading, signed: Sequence[Signed], vkey: str, out: ZipWriter, progress: Progress
) -> Archived:
    if not signed:
        raise NotFoundError("checkpoint_unknown", size=0)
    checkpoint = open_checkpoint(signed[-1].cosigned, [parse_vkey(vkey)])
    size = checkpoint.size
    files = dict(export.log_files(view, signed))
    register = _read_register(view, size, lambda done: progress(done, size + len(files)))
    for name, data in _made(checkpoint, vkey, register.views()).items():
        files[name] = data.__bytes__
    digests: dict[str, str] = {}
    for done, name in enumerate(sorted(files), 1):
        digests[name] = out.add(name, files[name]()).hex()
        progress(size + done, size + len(files))
    out.add(MANIFEST, _manifest(checkpoint, digests))
    return Archived(size, *out.close())


@contextmanager
def open_export(place: Path, progress: Progress) -> Iterator[Exported]:
    """Give what was exported: a folder, or an archive, every byte of which is looked at first."""
    if place.is_file():
        with place.open("rb") as file:
            files = ZipReader(file, progress)
            _check_order(list(files.names()))
            yield Exported(place, files)
    else:
        yield Exported(place, FolderFiles(place))


class Exported:
    """Exported files, packed or not. With a manifest they are an archive and wholly accounted for.

    Without one they are a log as any C2SP tool might have mirrored it.
    """

    def __init__(self, place: Path, files: Files) -> None:
        self.files = files
        self._place = place
        self._names = frozenset(files.names())
        self._is_archive = MANIFEST in self._names or not isinstance(files, FolderFiles)

    def own_key(self) -> str:
        """Return the log's key as the files themselves have it."""
        data = self.files.read(VKEY, VKEY_LENGTH_MAX)
        if data is None:
            raise NotFoundError("log_key_unknown")
        return data.decode(errors="replace").strip()

    def published(self, vkey: str) -> tuple[str, Checkpoint]:
        """Return the last checkpoint as a note, and what it says under the log's key."""
        data = self.files.read(export.CHECKPOINT, NOTE_LENGTH_MAX)
        if data is None:
            raise NotFoundError("folder_empty", folder=str(self._place))
        key = parse_vkey(vkey)
        try:
            note = _text(data)
            checkpoint = open_checkpoint(note, [key])
        except LedgerError:
            named = (self._named or {}).get(export.CHECKPOINT)
            if named not in {None, sha256(data).hexdigest()}:
                raise MalformedError("export_file_differs", file=export.CHECKPOINT) from None
            raise
        if checkpoint.size > WIDTH * len(self._names):
            # Only whoever has the log's key can promise so much; no time is lost on looking for it.
            raise MalformedError("export_file_missing", file=f"{export.STATEMENTS}/…")
        return note, checkpoint

    def notes(self) -> Iterator[tuple[str, str]]:
        """Yield every checkpoint that is kept: under which name, and the note, if it is text."""
        for path in sorted(self._names):
            folder, _, name = path.partition("/")
            if folder == export.CHECKPOINTS:
                data = self.files.read(path, NOTE_LENGTH_MAX) or b""
                try:
                    yield name, _text(data)
                except MalformedError:
                    yield name, ""

    def faults(
        self, checkpoint: Checkpoint, vkey: str, views: Mapping[str, bytes]
    ) -> Iterator[Fault]:
        """Yield what is wrong with the files of an archive as files, each fault once.

        1. The manifest names every other file, and each is the one it names.
        2. There is every file that an archive of that size has, and no other.
        3. The text for people, the key and the views are those that follow. No views are given
           where the statements were not worked out.
        """
        if self._is_archive:
            yield from dict.fromkeys(self._faults(checkpoint, vkey, views))

    def _faults(
        self, checkpoint: Checkpoint, vkey: str, views: Mapping[str, bytes]
    ) -> Iterator[Fault]:
        # 1.
        digests = {
            name: (self.files.digest(name) or b"").hex() for name in self._names - {MANIFEST}
        }
        if self.files.digest(MANIFEST) != sha256(_manifest(checkpoint, digests)).digest():
            yield from self._against_manifest(digests)
        # 2.
        wanted = self._wanted(checkpoint.size)
        yield from (("export_file_missing", name) for name in sorted(wanted - self._names))
        yield from (("export_file_added", name) for name in sorted(self._names - wanted))
        # 3.
        made = _made(checkpoint, vkey, views)
        for name in sorted(made.keys() & self._names):
            if digests[name] != sha256(made[name]).hexdigest():
                yield "export_view_differs", name
        last = export.checkpoint_path(checkpoint.size)
        if digests.get(last, "") != digests[export.CHECKPOINT]:
            yield "export_view_differs", last

    def _against_manifest(self, digests: Mapping[str, str]) -> Iterator[Fault]:
        """Yield the files that are not those of the manifest; itself, if it is none."""
        named = self._named
        if named is None:
            yield "export_file_differs", MANIFEST
            return
        differing = {name for name in digests.keys() & named if digests[name] != named[name]}
        yield from (("export_file_differs", name) for name in sorted(differing))
        yield from (("export_file_missing", name) for name in sorted(named.keys() - digests))
        yield from (("export_file_added", name) for name in sorted(digests.keys() - named))
        if not differing and named.keys() == digests.keys():
            yield "export_file_differs", MANIFEST

    @cached_property
    def _named(self) -> dict[str, str] | None:
        """Return what the manifest says of each file, if it can be read."""
        data = self.files.read(MANIFEST, MANIFEST_LENGTH_MAX)
        try:
            return json.decode(data or b"", type=Manifest).files
        except (MsgspecError, UnicodeDecodeError):
            return None

    def _wanted(self, size: int) -> set[str]:
        """Return the files that belong here; which checkpoints were signed nobody can tell."""
        sizes = {size}
        for path in self._names:
            folder, _, name = path.partition("/")
            if folder == export.CHECKPOINTS and _is_size(name, size):
                sizes.add(int(name))
        return {README, MANIFEST, VKEY, *VIEWS, *export.log_paths(size, sizes)}


def _read_register(view: Reading, size: int, progress: Callable[[int], object]) -> Register:
    """Return what the first entries say of those who speak in them."""
    register = Register()
    for first in range(0, size, WIDTH):
        rows = view.joined(first, min(first + WIDTH, size))
        if len(rows) != min(WIDTH, size - first):
            raise CorruptedError("entry_missing", index=first)
        for index, (leaf, _, _, _, statement) in enumerate(rows, first):
            try:
                register.read(index, parse_entry(leaf).recorded_at, statement)
            except LedgerError as refusal:
                raise CorruptedError("rule_broken", index=index, rule=refusal.code) from refusal
        progress(first + len(rows))
    return register


def _made(checkpoint: Checkpoint, vkey: str, views: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return the files of an archive that are no part of the log itself."""
    text = resources.files("ledger").joinpath("archive_readme.txt").read_text("utf-8")
    readme = text.format(origin=checkpoint.origin, size=checkpoint.size)
    key = format_vkey(parse_vkey(vkey))
    return {README: readme.encode(), VKEY: f"{key}\n".encode(), **views}


def _manifest(checkpoint: Checkpoint, digests: dict[str, str]) -> bytes:
    manifest = Manifest(
        archive=ARCHIVE, files=digests, origin=checkpoint.origin, size=checkpoint.size
    )
    return _encoder.encode(manifest)


def _check_order(names: list[str]) -> None:
    """Refuse an archive whose files stand in another order than they are written in."""
    if names[-1:] != [MANIFEST]:
        raise MalformedError("archive_unreadable", what=f"{MANIFEST} is not its last file")
    for before, after in pairwise(names[:-1]):
        if after < before:
            raise MalformedError("archive_unreadable", what=f"{after} stands behind {before}")


def _text(data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        raise MalformedError("malformed", what=export.CHECKPOINT) from error


def _is_size(text: str, size_max: int) -> bool:
    try:
        return encoding.parse_count(text) <= size_max
    except LedgerError:
        return False
