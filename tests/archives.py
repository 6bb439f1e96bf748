"""Archives taken apart and put together again, as somebody with the file could."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from zipfile import ZipFile

from msgspec import json

from ledger.archive import ARCHIVE, MANIFEST, Manifest
from ledger.audit import audit
from ledger.errors import LedgerError
from ledger.findings import Report
from ledger.log.tiles import format_bundle, parse_bundle
from ledger.rice import acts
from ledger.service import Ledger
from ledger.store.zip_file import ZipWriter
from tests.profiles import PROFILES
from tests.small_season import (
    Clock,
    founding,
    harvest,
    key_of,
    offered,
    opening,
    receiving,
    sealed,
    words,
)

SCHEME = "https://demo.rice.example/schemes/green"
DOCUMENT = "RBNvo1WzZ4oRRq0W9+hknpT7T8If536DEMBg9hyq/4o="
LIMITS = acts.Settings(white_reject_ppt=710)
DISPOSED = "2026-03-01T07:30:00Z"

Files = dict[str, bytes]


def season(folder: Path, database: str) -> Ledger:
    """Return a ledger with a scheme, a phone that came and went, and an office that was ended."""
    made = Ledger.create(
        folder,
        key_of("log"),
        founding=founding(),
        database=database,
        clock=Clock(datetime(2026, 3, 10, 8, tzinfo=UTC)),
    )
    made.append([*opening(), harvest(1), receiving(1)])
    made.publish()
    ended = acts.EndRole(
        actor="nha-may", role="packer", scheme="", ended_on="2026-03-09", reason="thôi đóng gói"
    )
    said = [
        sealed(
            acts.EnrolKey(actor="htx", key=offered(key_of("phone"), admin=False)), "htx", "phone"
        ),
        sealed(
            acts.RevokeKey(
                kid=key_of("phone").public.kid, reason="compromised", invalid_from=DISPOSED
            ),
            "htx",
        ),
        sealed(
            acts.GrantRole(
                actor="chi-cuc", grant=acts.RoleGrant(role="scheme_owner", from_on="2026-01-01")
            ),
            "so",
        ),
        sealed(
            acts.PublishScheme(
                scheme=SCHEME,
                version="1.0.0",
                name=words("Gạo xanh"),
                custody=("segregated",),
                profiles=PROFILES,
                document=DOCUMENT,
                from_on="2026-01-01",
            ),
            "chi-cuc",
        ),
        sealed(ended, "so"),
        sealed(acts.ChangeSettings(settings=LIMITS), "root 1", "root 2"),
    ]
    answers = made.append(said)
    assert not [answer for answer in answers if isinstance(answer, LedgerError)]
    made.publish()
    return made


def codes(report: Report) -> set[tuple[str, str | int]]:
    """Return what was found, and about which file or entry."""
    return {
        (one.code, one.details.get("file", one.details.get("index", one.details.get("size", ""))))
        for one in report.findings
    }


def look(path: Path, vkey: str) -> set[tuple[str, str | int]]:
    """Return what is wrong with an archive, whether it is told as findings or as a refusal."""
    try:
        return codes(audit(path, vkey))
    except LedgerError as refusal:
        return {(refusal.code, str(refusal.details.get("file", refusal.details.get("what", ""))))}


def unpacked(archive: Path) -> Files:
    """Return what is in each file of an archive, read with other people's software."""
    with ZipFile(archive) as packed:
        return {name: packed.read(name) for name in packed.namelist()}


def packed(files: Mapping[str, bytes], archive: Path) -> Path:
    """Write files as an archive is written; return where it is."""
    with archive.open("wb") as out:
        writer = ZipWriter(out)
        for name in sorted(files, key=lambda name: (name == MANIFEST, name)):
            writer.add(name, files[name])
        writer.close()
    return archive


def refitted(files: Files) -> Files:
    """Return the files with a manifest that fits them: nobody has signed it."""
    said = json.decode(files[MANIFEST], type=Manifest)
    digests = {name: sha256(data).hexdigest() for name, data in files.items() if name != MANIFEST}
    manifest = Manifest(archive=ARCHIVE, files=digests, origin=said.origin, size=said.size)
    return files | {MANIFEST: json.encode(manifest, order="sorted")}


def withheld(files: Files, *indexes: int) -> Files:
    """Return the files of a short log with the statements of those entries left out."""
    name = next(name for name in files if name.startswith("statements/000"))
    statements = parse_bundle(files[name])
    for index in indexes:
        statements[index] = b""
    return refitted(files | {name: format_bundle(statements)})


def changed(archive: Path, change: Callable[[Files], Files], copy: Path) -> Path:
    """Return a copy of an archive with changed files in it."""
    return packed(change(unpacked(archive)), copy)
