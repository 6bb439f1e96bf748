"""An inspector with a lot file, a trust file and a bag, and no network."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ledger.cli.exits import Exit
from ledger.cli.opening import opened
from ledger.proof.lot_file import DIGEST_BYTES
from tests.cli.talk import Rice, Told
from tests.house import ROOT

BAGS = 6_000
VECTORS = sorted(path.parent for path in (ROOT / "tests" / "vectors_lotfile").glob("*/file.lot"))
HEAD_BYTES_MAX = 2_500


@pytest.fixture(scope="module")
def lot_file(rice: Rice, demo: Told, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("inspector") / "L260411A.lot"
    told = rice("lotfile", "L260411A", "--ledger", demo["folder"], "--out", out)
    assert told.exit_code == Exit.DONE, told.output
    assert f"checks the {BAGS} labels of lot L260411A without a network" in told.stderr
    assert 0 < out.stat().st_size - BAGS * DIGEST_BYTES < HEAD_BYTES_MAX
    return out


def test_an_issued_code_is_told_with_what_is_not_known(
    rice: Rice, demo: Told, lot_file: Path
) -> None:
    words = ("verify-offline", lot_file, "--trust", demo["trust"])
    for code in (demo["typed_code"], demo["typed_code"].lower(), demo["bag_url"]):
        told = rice(*words, "--code", code)
        assert told.exit_code == Exit.DONE, told.output
        assert told.stdout.startswith(
            "Issued (checked on this phone). Recall status unknown since "
        )
        assert "Bag 412 of 6,000" in told.stdout
        assert "hours ago" in told.stdout
        assert "recorded after" in told.stdout
    both = rice(*words, "--code", demo["typed_code"], LC_ALL="C.UTF-8").stdout
    assert "Đã phát hành (kiểm tra trên máy). Chưa rõ tình trạng thu hồi từ " in both


def test_a_program_gets_the_whole_verdict(rice: Rice, demo: Told, lot_file: Path) -> None:
    words = ("verify-offline", lot_file, "--trust", demo["trust"], "--code", demo["typed_code"])
    verdict = json.loads(rice(*words, "--json").stdout)
    assert (verdict["headline"], verdict["bag"]["number"]) == ("issued", 412)
    assert verdict["limits"] == ["later", "certificates", "copies"]
    with opened(demo["folder"]) as ledger:
        assert verdict["size"] == ledger.size


@pytest.mark.parametrize(
    ("code", "headline"),
    [
        ("0000-0000-0000-0001", "mistyped"),
        ("0000-0000-0000-0000", "not_in_lot"),
        ("hello", "mistyped"),
        ("https://id.gs1.org/01/09521234000303/10/L269999A/21/0000000000000000", "not_in_lot"),
    ],
)
def test_what_is_no_code_of_the_lot(
    rice: Rice, demo: Told, lot_file: Path, code: str, headline: str
) -> None:
    told = rice("verify-offline", lot_file, "--trust", demo["trust"], "--code", code)
    assert told.exit_code == Exit.NO
    assert f"[{headline}]" in told.stdout


def test_a_file_too_old_or_from_a_time_to_come_cannot_tell(
    rice: Rice, demo: Told, lot_file: Path
) -> None:
    words = ("verify-offline", lot_file, "--trust", demo["trust"], "--code", demo["typed_code"])
    old = rice(*words, "--at", "2099-01-01T00:00:00Z")
    assert (old.exit_code, "longer than the 72 hours" in old.stdout) == (Exit.CANNOT_TELL, True)
    early = rice(*words, "--at", "2026-01-01T00:00:00Z")
    assert (early.exit_code, "[cannot_check]" in early.stdout) == (Exit.CANNOT_TELL, True)


@pytest.mark.parametrize("data", [b"", b"\xff\xfe", b"rice-ledger/lot-file@v1\n\n9\n\n", b"PK"])
def test_what_is_no_lot_file(rice: Rice, demo: Told, data: bytes) -> None:
    words = ("verify-offline", "-", "--trust", demo["trust"], "--code", demo["typed_code"])
    told = rice(*words, given=data)
    assert told.exit_code == Exit.NO
    assert told.stdout.startswith("File damaged - do not rely on it [damaged]\n")
    assert "What this cannot know" not in told.stdout


@pytest.mark.parametrize("folder", VECTORS, ids=lambda folder: folder.name)
def test_every_vector_is_told_in_both_languages(rice: Rice, folder: Path) -> None:
    verdict = json.loads((folder / "verdict.json").read_bytes())
    code = (folder / "code.txt").read_text(encoding="utf-8").rstrip("\n")
    at = (folder / "at.txt").read_text().rstrip("\n")
    words = ("verify-offline", folder / "file.lot", "--trust", folder / "trust.json")
    told = rice(*words, "--code", code, "--at", at, LC_ALL="C.UTF-8")
    assert told.stdout.count(f"[{verdict['headline']}]\n") == 2
    assert "{" not in told.stdout
    for notice in verdict["notices"]:
        assert notice["reason"]["en"] in told.stdout
        assert notice["contact"] in told.stdout
    cannot = verdict["headline"] == "cannot_check" or verdict["is_stale"]
    sound = verdict["headline"] == "issued"
    assert told.exit_code == (Exit.CANNOT_TELL if cannot else Exit.DONE if sound else Exit.NO)
    answered = rice(*words, "--code", code, "--at", at, "--json")
    assert answered.stdout_bytes == (folder / "verdict.json").read_bytes()


def test_a_lot_that_has_no_labels_has_no_file(rice: Rice, demo: Told) -> None:
    told = rice("lotfile", "lot:09521234000303/L269999A", "--ledger", demo["folder"])
    assert (told.exit_code, "[name_unknown]" in told.stderr) == (Exit.ABSENT, True)
