"""Whatever is changed in an archive is found and named, and what is withheld is counted."""

from __future__ import annotations

import os
import random
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from msgspec import json

from ledger.audit import audit
from ledger.errors import MalformedError
from ledger.log.checkpoint import sign_checkpoint
from ledger.log.tiles import format_bundle, parse_bundle
from ledger.service import Ledger
from ledger.store.zip_file import ZipWriter
from tests.archives import (
    DOCUMENT,
    Files,
    changed,
    codes,
    look,
    packed,
    refitted,
    season,
    unpacked,
    withheld,
)
from tests.small_season import ORIGIN, key_of

SEED = 20260301
BITS_PER_FILE = 6


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Ledger]:
    made = season(tmp_path / "book", "ledger.db")
    yield made
    made.close()


@pytest.fixture
def archive(tmp_path: Path, small: Ledger) -> Path:
    path = tmp_path / "book.zip"
    small.archive(path, small.log_key)
    return path


def test_a_bit_of_any_file_names_the_file(tmp_path: Path, small: Ledger, archive: Path) -> None:
    chance = random.Random(SEED)
    files = unpacked(archive)
    for name, data in files.items():
        for bit in chance.sample(range(8 * len(data)), BITS_PER_FILE):
            bent = bytearray(data)
            bent[bit // 8] ^= 1 << bit % 8
            found = look(packed(files | {name: bytes(bent)}, tmp_path / "bent.zip"), small.log_key)
            # Of a file and what the manifest says of it, nobody can tell which one was changed.
            assert found, f"bit {bit} of {name}"
            if name != "manifest.json":
                assert name in {file for _, file in found}, f"bit {bit} of {name}"


def test_a_bit_under_an_old_checksum_names_the_file(
    tmp_path: Path, small: Ledger, archive: Path
) -> None:
    """A disk changes a byte and nothing else: not even the checksum that stands before the file."""
    whole, at = archive.read_bytes(), 0
    for name, data in unpacked(archive).items():
        at = whole.index(data, at)
        bent = tmp_path / "bent.zip"
        bent.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        assert ("export_file_differs", name) in look(bent, small.log_key)


def test_a_file_that_is_taken_out_put_in_or_exchanged_is_named(
    tmp_path: Path, small: Ledger, archive: Path
) -> None:
    files = unpacked(archive)
    names = [name for name in files if name != "manifest.json"]
    copy = tmp_path / "copy.zip"
    for name in names:
        less = {other: data for other, data in files.items() if other != name}
        gone = {("export_file_missing", name), ("folder_empty", "")}
        assert look(packed(less, copy), small.log_key) & gone, name
        if name not in {"checkpoints/1", "checkpoints/9"}:  # nobody can tell that they were
            assert look(packed(refitted(less), copy), small.log_key) & gone, name
    for name in ("zz", "tile/0/001", "statements/001.p/1", "checkpoints/16", "checkpoints/01"):
        for more in (files | {name: b"x"}, refitted(files | {name: b"x"})):
            assert ("export_file_added", name) in look(packed(more, copy), small.log_key)
    for one, another in pairwise(names):
        swapped = files | {one: files[another], another: files[one]}
        for them in (swapped, refitted(swapped)):
            is_same = files[one] == files[another]
            assert bool(look(packed(them, copy), small.log_key)) != is_same, f"{one} and {another}"
        if not is_same:
            named = {("export_file_differs", name) for name in (one, another)}
            assert named & look(packed(swapped, copy), small.log_key)
    assert not look(packed(files, copy), small.log_key)


def _views_without(name: str) -> Callable[[Files], Files]:
    def change(files: Files) -> Files:
        (said,) = json.decode(files[name]).items()
        return refitted(files | {name: json.encode({said[0]: said[1][1:]})})

    return change


LIES: dict[str, tuple[str, bytes, bytes]] = {
    "a key that was never stolen": ("keys.json", b'"reason":"compromised"', b'"reason":"rotated"'),
    "a mill that calls itself otherwise": ("actors.json", b'"en":"nha-may"', b'"en":"another"'),
    "a document that was put in place": ("attachments.json", DOCUMENT.encode(), b"B" * 43 + b"="),
    "a scheme of somebody else": ("schemes.json", b'"owner":"chi-cuc"', b'"owner":"nha-may"'),
    "a limit that was raised": (
        "settings.json",
        b'"white_reject_ppt":710',
        b'"white_reject_ppt":711',
    ),
    "the same spelled otherwise": ("settings.json", b'{"ledger":', b'{ "ledger":'),
    "a text that asks for something else": ("README.txt", b"rice-ledger audit", b"curl x | sh -s"),
    "another key": ("log.vkey", b"+", b"-"),
}


@pytest.mark.parametrize(("name", "said", "lie"), LIES.values(), ids=LIES.keys())
def test_a_lying_view_is_found_though_the_manifest_fits(
    tmp_path: Path, small: Ledger, archive: Path, name: str, said: bytes, lie: bytes
) -> None:
    def change(files: Files) -> Files:
        assert said in files[name]
        return refitted(files | {name: files[name].replace(said, lie)})

    found = look(changed(archive, change, tmp_path / "lie.zip"), small.log_key)
    assert found == {("export_view_differs", name)}


@pytest.mark.parametrize("name", ["keys.json", "actors.json", "attachments.json", "schemes.json"])
def test_a_view_that_leaves_something_out_is_found(
    tmp_path: Path, small: Ledger, archive: Path, name: str
) -> None:
    copy = changed(archive, _views_without(name), tmp_path / "less.zip")
    assert look(copy, small.log_key) == {("export_view_differs", name)}


@pytest.mark.parametrize(
    "manifest",
    [
        b"",
        b"{}",
        b"[" * 100_000,
        b"\xff\xfe",
        b'{"archive":"rice-ledger/archive@v2","files":{},"origin":"x","size":15}',
    ],
)
def test_a_manifest_that_is_none_is_named(
    tmp_path: Path, small: Ledger, archive: Path, manifest: bytes
) -> None:
    files = unpacked(archive) | {"manifest.json": manifest}
    found = look(packed(files, tmp_path / "copy.zip"), small.log_key)
    assert found & {("export_file_differs", "manifest.json"), ("export_file_added", "keys.json")}


@pytest.mark.parametrize(
    ("said", "other"),
    [
        (b'"size":15', b'"size":16'),
        (b'"origin":"demo', b'"origin":"rice'),
        (b"archive@v1", b"archive@v2"),
        (b'{"archive"', b'{ "archive"'),
    ],
)
def test_a_manifest_that_says_another_log_is_named(
    tmp_path: Path, small: Ledger, archive: Path, said: bytes, other: bytes
) -> None:
    def change(files: Files) -> Files:
        assert said in files["manifest.json"]
        return files | {"manifest.json": files["manifest.json"].replace(said, other)}

    copy = changed(archive, change, tmp_path / "copy.zip")
    assert look(copy, small.log_key) == {("export_file_differs", "manifest.json")}


def test_files_in_another_order_are_refused(tmp_path: Path, small: Ledger, archive: Path) -> None:
    files = unpacked(archive)
    orders = (sorted(files), sorted(files, reverse=True), sorted(files)[1:])
    for names in orders:
        copy = tmp_path / "copy.zip"
        with copy.open("wb") as out:
            writer = ZipWriter(out)
            for name in names:
                writer.add(name, files[name])
            writer.close()
        ((code, _),) = look(copy, small.log_key)
        assert code == "archive_unreadable"


def test_an_archive_that_ends_early_is_refused(
    tmp_path: Path, small: Ledger, archive: Path
) -> None:
    whole = archive.read_bytes()
    chance = random.Random(SEED)
    for length in (0, 1, 30, *chance.sample(range(len(whole)), 60), len(whole) - 1):
        archive.write_bytes(whole[:length])
        with pytest.raises(MalformedError) as refusal:
            audit(archive, small.log_key)
        assert refusal.value.code == "archive_unreadable"


def test_an_entry_changed_with_everything_around_it_is_named(
    tmp_path: Path, small: Ledger, archive: Path
) -> None:
    def change(files: Files) -> Files:
        name = "statements/000.p/15"
        statements = parse_bundle(files[name])
        statements[7] = statements[8]
        return refitted(files | {name: format_bundle(statements)})

    copy = changed(archive, change, tmp_path / "copy.zip")
    assert look(copy, small.log_key) == {("statement_differs", 7)}
    assert codes(audit(copy, small.log_key, hashes_only=True)) == {("statement_differs", 7)}


def test_withheld_statements_are_counted_and_nothing_behind_them_is_judged(
    tmp_path: Path, small: Ledger, archive: Path
) -> None:
    def change(files: Files) -> Files:
        return withheld(files, 7, 8)

    copy = changed(archive, change, tmp_path / "copy.zip")
    report = audit(copy, small.log_key)
    assert (report.findings, report.ok) == ([], False)
    assert (report.withheld, report.judged, report.size) == (2, 7, 15)
    hashed = audit(copy, small.log_key, hashes_only=True)
    assert (hashed.findings, hashed.ok, hashed.withheld) == ([], False, 2)


def test_what_is_there_beside_withheld_statements_must_still_fit(
    tmp_path: Path, small: Ledger, archive: Path
) -> None:
    def other_statement(files: Files) -> Files:
        name = "statements/000.p/15"
        statements = parse_bundle(withheld(files, 7)[name])
        statements[10] = statements[9]
        return refitted(files | {name: format_bundle(statements)})

    def other_entry(files: Files) -> Files:
        name = "tile/entries/000.p/15"
        leaves = parse_bundle(files[name])
        leaves[7] = leaves[7].replace(b"kind event", b"kind act")
        return refitted(withheld(files, 7) | {name: format_bundle(leaves)})

    def other_tile(files: Files) -> Files:
        name = "tile/0/000.p/15"
        return refitted(withheld(files, 7) | {name: bytes(32) + files[name][32:]})

    def other_checkpoint(files: Files) -> Files:
        note = sign_checkpoint(ORIGIN, 9, bytes(32), key_of("log")).encode()
        return refitted(withheld(files, 7) | {"checkpoints/9": note})

    cases = (
        (other_statement, ("statement_differs", 10)),
        (other_entry, ("entry_differs", 7)),
        (other_tile, ("entry_differs", 0)),
        (other_checkpoint, ("root_differs", 9)),
    )
    for change, expected in cases:
        found = look(changed(archive, change, tmp_path / "copy.zip"), small.log_key)
        assert expected in found, change.__name__


def test_a_folder_with_a_gap_is_judged_no_further_either(tmp_path: Path, small: Ledger) -> None:
    folder = tmp_path / "export"
    small.export(folder)
    file = folder / "statements" / "000.p" / "15"
    statements = parse_bundle(file.read_bytes())
    file.write_bytes(format_bundle([*statements[:-1], b""]))
    report = audit(folder, small.log_key)
    assert (report.findings, report.withheld, report.judged) == ([], 1, 14)


def test_an_unpacked_archive_is_audited_like_a_packed_one(
    tmp_path: Path, small: Ledger, archive: Path
) -> None:
    folder = tmp_path / "unpacked"
    for name, data in unpacked(archive).items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    assert audit(folder, small.log_key).ok
    assert audit(folder, "").ok
    keys = folder / "keys.json"
    keys.write_bytes(keys.read_bytes() + b"\n")
    assert look(folder, small.log_key) == {
        ("export_file_differs", "keys.json"),
        ("export_view_differs", "keys.json"),
    }
    keys.unlink()
    assert look(folder, small.log_key) == {("export_file_missing", "keys.json")}
    (folder / "elsewhere").symlink_to(tmp_path, target_is_directory=True)
    assert ("export_file_added", "elsewhere") in look(folder, small.log_key)
    os.mkfifo(keys)
    assert ("export_file_differs", "keys.json") in look(folder, small.log_key)


def test_a_log_that_promises_more_than_there_is_costs_no_time(
    tmp_path: Path, small: Ledger, archive: Path
) -> None:
    def change(files: Files) -> Files:
        note = sign_checkpoint(ORIGIN, 1 << 60, bytes(32), key_of("log")).encode()
        return refitted(files | {"checkpoint": note})

    copy = changed(archive, change, tmp_path / "copy.zip")
    assert look(copy, small.log_key) == {("export_file_missing", "statements/…")}
