from __future__ import annotations

import json
import shutil
from hashlib import sha256
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from ledger.cli.exits import Exit
from ledger.demo import SEASON_FOLDER
from tests.archives import Files, changed, refitted, unpacked, withheld
from tests.cli.talk import Rice, Told


@pytest.fixture
def archive(rice: Rice, demo: Told, tmp_path: Path) -> Path:
    """An archive of the demo; tests may change it."""
    made = rice("export", tmp_path / "season.zip", "--ledger", demo["folder"])
    assert made.exit_code == Exit.DONE, made.output
    return tmp_path / "season.zip"


def test_the_published_log_is_written_to_one_file(rice: Rice, demo: Told, tmp_path: Path) -> None:
    out, again = tmp_path / "season.zip", tmp_path / "again.ZIP"
    spoken = rice("export", out, "--ledger", demo["folder"])
    assert spoken.exit_code == Exit.DONE, spoken.output
    digest = sha256(out.read_bytes()).hexdigest()
    assert f"SHA-256 {digest}" in spoken.stderr
    told = json.loads(rice("export", again, "--ledger", demo["folder"], "--json").stdout)
    assert told["sha256"] == digest
    assert told["length"] == out.stat().st_size
    assert again.read_bytes() == out.read_bytes()
    taken = rice("export", out, "--ledger", demo["folder"])
    assert (taken.exit_code, "[file_taken]" in taken.stderr) == (Exit.TAKEN, True)
    folder = json.loads(rice("export", tmp_path / "log", "-l", demo["folder"], "--json").stdout)
    assert folder == {"export": str(tmp_path / "log"), "size": told["size"]}
    nowhere = rice("export", out / "below.zip", "--ledger", demo["folder"])
    assert (nowhere.exit_code, "[file_closed]" in nowhere.stderr) == (Exit.ABSENT, True)


def test_an_archive_is_audited_without_the_ledger(rice: Rice, demo: Told, archive: Path) -> None:
    for trusted in (("--log-key", demo["log_key"]), ("--trust", demo["trust"])):
        result = rice("audit", archive, *trusted)
        assert result.exit_code == Exit.DONE, result.output
        assert "entries are as they must be" in result.stdout
        assert result.stderr == ""
    told = json.loads(rice("audit", archive, "--log-key", demo["log_key"], "--json").stdout)
    assert told == json.loads(rice("audit", demo["folder"], "--json").stdout)
    hashes = json.loads(rice("audit", archive, "--hashes-only", "--json").stdout)
    assert (hashes["ok"], hashes["judged"]) == (True, 0)


def test_an_archive_audited_by_the_key_in_it_says_so(rice: Rice, archive: Path) -> None:
    result = rice("audit", archive)
    assert result.exit_code == Exit.DONE
    assert "not a log made anew" in result.stderr
    both = rice("audit", archive, LC_ALL="C.UTF-8")
    assert "làm lại" in both.stderr
    assert "not a log made anew" in both.stderr


def test_an_archive_that_was_changed_is_refused_by_name(
    rice: Rice, demo: Told, archive: Path, tmp_path: Path
) -> None:
    def lie(files: Files) -> Files:
        return refitted(files | {"keys.json": files["keys.json"].replace(b"true", b"false", 1)})

    copy = changed(archive, lie, tmp_path / "lie.zip")
    result = rice("audit", copy, "--log-key", demo["log_key"])
    assert result.exit_code == Exit.NO
    assert "What keys.json says does not follow from the entries. [export_view_differs]" in (
        result.stdout
    )
    vietnamese = rice("--lang", "vi", "audit", copy, "--json")
    (finding,) = json.loads(vietnamese.stdout)["findings"]
    assert finding["details"] == {"file": "keys.json"}
    assert "keys.json" in finding["words"]["vi"]


def test_an_archive_with_withheld_statements_cannot_be_told(
    rice: Rice, demo: Told, archive: Path, tmp_path: Path
) -> None:
    copy = changed(archive, lambda files: withheld(files, 100, 102), tmp_path / "copy.zip")
    result = rice("audit", copy, "--log-key", demo["log_key"])
    assert result.exit_code == Exit.CANNOT_TELL
    assert result.stdout.startswith("Cannot tell: 2 of ")
    assert "looked at for 100 entries" in result.stdout
    vietnamese = rice("--lang", "vi", "audit", copy, "--log-key", demo["log_key"])
    assert vietnamese.stdout.startswith("Chưa thể kết luận: 2 trên ")
    told = json.loads(rice("audit", copy, "--log-key", demo["log_key"], "--json").stdout)
    assert (told["ok"], told["withheld"], told["judged"], told["findings"]) == (False, 2, 100, [])


@pytest.mark.parametrize("data", [b"", b"PK", b"no archive", b"PK\x03\x04" + bytes(100)])
def test_what_is_no_archive_is_not_read(
    rice: Rice, demo: Told, tmp_path: Path, data: bytes
) -> None:
    (tmp_path / "season.zip").write_bytes(data)
    result = rice("audit", tmp_path / "season.zip", "--log-key", demo["log_key"])
    assert (result.exit_code, "[archive_unreadable]" in result.stderr) == (Exit.UNREADABLE, True)


def test_an_archive_that_others_packed_anew_is_audited_unpacked(
    rice: Rice, demo: Told, archive: Path, tmp_path: Path
) -> None:
    anew = tmp_path / "anew.zip"
    with ZipFile(anew, "w", ZIP_DEFLATED) as packed:
        for name, data in unpacked(archive).items():
            packed.writestr(name, data)
    refused = rice("audit", anew, "--log-key", demo["log_key"])
    assert (refused.exit_code, "audit the folder" in refused.stderr) == (Exit.UNREADABLE, True)
    with ZipFile(anew) as packed:
        packed.extractall(tmp_path / "unpacked")
    result = rice("audit", tmp_path / "unpacked", "--log-key", demo["log_key"])
    assert result.exit_code == Exit.DONE, result.output


def test_papers_are_held_against_the_entries(
    rice: Rice, demo: Told, archive: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "papers"
    (folder / "schemes").mkdir(parents=True)
    document = folder / "schemes" / "green.txt"
    words = ("audit", archive, "--log-key", demo["log_key"], "--papers", folder)
    missing = rice(*words)
    assert missing.exit_code == Exit.CANNOT_TELL
    assert "? Missing: document of https://demo.rice.example/schemes/" in missing.stdout
    assert "Of 44 papers 0 are here; 1994 more have a salt" in missing.stdout
    shutil.copytree(SEASON_FOLDER / "documents", folder / "documents")
    schemes = SEASON_FOLDER.parent / "schemes"
    shutil.copy(schemes / "srp-reference.md", folder / "schemes" / "srp.txt")
    scheme = (schemes / "low-emission-rice.md").read_bytes()
    document.write_bytes(scheme)
    matched = rice(*words)
    assert matched.exit_code == Exit.DONE, matched.output
    assert "+ schemes/green.txt: document of https://demo.rice.example/schemes/" in matched.stdout
    document.write_bytes(scheme.replace(b"1.0.0", b"1.0.1"))
    told = json.loads(rice(*words, "--json").stdout)
    assert told["ok"] is True
    assert told["papers"]["unknown"] == ["schemes/green.txt"]
    assert [one["kind"] for one in told["papers"]["missing"]] == ["document"]
    assert "no entry commits to this file" in rice(*words).stdout
    by_ledger = rice("audit", demo["folder"], "--papers", folder, "--json")
    assert json.loads(by_ledger.stdout)["papers"] == told["papers"]
    unjudged = rice(*words, "--hashes-only")
    assert (unjudged.exit_code, "were not compared" in unjudged.stdout) == (Exit.CANNOT_TELL, True)
    nowhere = rice("audit", archive, "--log-key", demo["log_key"], "--papers", tmp_path / "none")
    assert (nowhere.exit_code, "[file_closed]" in nowhere.stderr) == (Exit.ABSENT, True)
