"""Papers in a folder held against the digests that entries commit to.

A digest has no name: a paper that was changed shows as one that is missing and one that nobody has
committed to. Digests over a salt are passed over, for the salt is not in the log.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import file_digest
from pathlib import Path

from ledger.errors import NotFoundError
from ledger.log import encoding
from ledger.rice.attachments import SALTED, Attachment


@dataclass(frozen=True, slots=True)
class Papers:
    """Which attachment is in which file, which are in none, and which files are no attachment."""

    matched: tuple[tuple[str, Attachment], ...]
    missing: tuple[Attachment, ...]
    unknown: tuple[str, ...]
    salted: int


def compare_papers(folder: Path, attachments: Sequence[Attachment]) -> Papers:
    """Return what the files of a folder, and of those in it, are to the entries."""
    if not folder.is_dir():
        raise NotFoundError("file_closed", file=str(folder), what="no folder")
    files: dict[str, str] = {}
    unknown = []
    wanted = [one for one in attachments if one.kind not in SALTED]
    digests = {one.digest for one in wanted}
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        name = path.relative_to(folder).as_posix()
        with path.open("rb") as file:
            digest = encoding.encode_base64(file_digest(file, "sha256").digest())
        if digest in digests:
            files.setdefault(digest, name)
        else:
            unknown.append(name)
    return Papers(
        matched=tuple((files[one.digest], one) for one in wanted if one.digest in files),
        missing=tuple(one for one in wanted if one.digest not in files),
        unknown=tuple(unknown),
        salted=len(attachments) - len(wanted),
    )
