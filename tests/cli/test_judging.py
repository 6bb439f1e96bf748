from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from ledger.cli.exits import Exit
from tests.cli.talk import Rice, Told, Words


def test_a_sound_bag(rice: Rice, demo: Told) -> None:
    result = rice("verify", demo["bundle"], "--trust", demo["trust"])
    assert result.exit_code == Exit.DONE
    assert result.stdout.startswith("Record verified [verified]\n")
    assert "Compare with the bag in your hand" in result.stdout
    assert "Bag 412 of 6,000" in result.stdout
    assert result.stdout.count("\n  + ") >= 20
    assert "a printed code can be copied" in result.stdout
    vietnamese = rice("--lang", "vi", "verify", demo["bundle"], "--trust", demo["trust"])
    assert vietnamese.stdout.startswith("Hồ sơ hợp lệ [verified]\n")
    both = rice("verify", demo["bundle"], "--trust", demo["trust"], LC_ALL="C.UTF-8")
    assert "Record verified" in both.stdout
    assert "Hồ sơ hợp lệ" in both.stdout


def test_a_program_gets_the_whole_verdict(rice: Rice, demo: Told) -> None:
    result = rice("verify", demo["bundle"], "--trust", demo["trust"], "--json")
    verdict = json.loads(result.stdout)
    assert verdict["headline"] == "verified"
    assert set(verdict["axes"].values()) == {"pass"}
    assert verdict["bag"]["number"] == 412
    assert result.stderr == ""


def test_a_bag_is_judged_as_of_any_moment(rice: Rice, demo: Told) -> None:
    words = ("verify", demo["bundle"], "--trust", demo["trust"], "--json", "--at")
    old = json.loads(rice(*words, "2099-01-01T00:00:00Z").stdout)
    assert old["axes"]["freshness"] == "unknown"
    refused = rice(*words, "tomorrow")
    assert refused.exit_code == Exit.UNREADABLE
    assert json.loads(refused.stdout)["refused"]["code"] == "moment_unreadable"


@pytest.mark.parametrize("position", [0.1, 0.5, 0.9])
def test_a_bent_bundle_is_not_sound(
    rice: Rice, demo: Told, tmp_path: Path, position: float
) -> None:
    data = bytearray(Path(demo["bundle"]).read_bytes())
    data[int(len(data) * position)] ^= 1
    (tmp_path / "bent.json").write_bytes(data)
    result = rice("verify", tmp_path / "bent.json", "--trust", demo["trust"])
    assert result.exit_code == Exit.NO
    assert "[damaged]" in result.stdout


@pytest.mark.parametrize("data", [b"", b"{}", b"\xff\xfe", b"[" * 100_000, b"no bundle"])
def test_what_is_no_bundle_is_not_sound(rice: Rice, demo: Told, data: bytes) -> None:
    result = rice("verify", "-", "--trust", demo["trust"], given=data)
    assert result.exit_code == Exit.UNREADABLE
    assert "  ! " in result.stdout


def test_the_bundle_of_a_ledger_that_is_not_trusted(
    rice: Rice, demo: Told, book: Path, tmp_path: Path
) -> None:
    assert rice("trust", tmp_path / "other.json", "--ledger", book).exit_code == Exit.DONE
    result = rice("verify", demo["bundle"], "--trust", tmp_path / "other.json")
    assert result.exit_code == Exit.NO


def test_trust_that_cannot_be_read(rice: Rice, demo: Told, tmp_path: Path) -> None:
    (tmp_path / "trust.json").write_bytes(Path(demo["bundle"]).read_bytes()[:100])
    result = rice("verify", demo["bundle"], "--trust", tmp_path / "trust.json")
    assert result.exit_code == Exit.UNREADABLE
    missing = rice("verify", demo["bundle"], "--trust", tmp_path / "nowhere.json")
    assert missing.exit_code == Exit.ABSENT
    assert "[file_closed]" in missing.stderr
    assert missing.stdout == ""


def test_every_sample_bag_shows_what_the_demo_says(rice: Rice, demo: Told, tmp_path: Path) -> None:
    sound = {"verified", "not_certified"}
    for sample in demo["samples"]:
        out = tmp_path / f"{sample['shows']}.json"
        assert rice("bundle", sample["url"], "-l", demo["folder"], "--out", out).exit_code == 0
        result = rice("verify", out, "--trust", demo["trust"], "--json")
        assert json.loads(result.stdout)["headline"] == sample["shows"]
        assert result.exit_code == (Exit.DONE if sample["shows"] in sound else Exit.NO)


def test_a_bag_is_named_in_three_ways(rice: Rice, demo: Told, tmp_path: Path) -> None:
    link = demo["bag_url"].split("/")
    named = (
        (link[4], link[6], link[8]),
        (demo["bag_url"],),
        (f"{link[8][:4]}-{link[8][4:8]}-{link[8][8:12]}-{link[8][12:]}".lower(),),
    )
    bundles = set()
    for number, words in enumerate(named):
        out = tmp_path / f"{number}.json"
        result = rice("bundle", *words, "--ledger", demo["folder"], "--out", out)
        assert result.exit_code == 0, result.output
        written = json.loads(out.read_bytes())
        bundles.add((written["gtin"], written["lot"], written["serial"]))
    assert bundles == {(link[4], link[6], link[8])}


@pytest.mark.parametrize(
    ("words", "code", "status"),
    [
        (("0000-YSJ7-8K35-8AZV",), "code_mistyped", Exit.UNREADABLE),
        (("09521234000303", "L260411A", "0000YSJ78K358AZW"), "code_unknown", Exit.ABSENT),
        (("09521234000303", "L0", "0000YSJ78K358AZW"), "code_unknown", Exit.ABSENT),
        (("a", "b"), "link_unreadable", Exit.UNREADABLE),
        (("https://rice.example/hello",), "link_no_key", Exit.UNREADABLE),
        (("https://rice.example/00/012345678901234560",), "link_no_key", Exit.UNREADABLE),
        (("https://rice.example/01/09521234000304/21/1",), "link_value", Exit.UNREADABLE),
        (("https://rice.example/01/09521234000303",), "link_no_key", Exit.UNREADABLE),
    ],
)
def test_a_bag_that_is_not_there(
    rice: Rice, demo: Told, tmp_path: Path, words: Words, code: str, status: Exit
) -> None:
    out = tmp_path / "bag.json"
    result = rice("bundle", *words, "--ledger", demo["folder"], "--out", out)
    assert f"[{code}]" in result.stderr
    assert result.exit_code == status
    assert not out.exists()


def test_a_log_is_worked_out_again(rice: Rice, demo: Told) -> None:
    on_the_spot = rice("audit", demo["folder"], "--json")
    assert json.loads(on_the_spot.stdout)["ok"] is True
    assert on_the_spot.exit_code == Exit.DONE
    for trusted in (("--log-key", demo["log_key"]), ("--trust", demo["trust"])):
        result = rice("audit", demo["export"], *trusted)
        assert result.exit_code == Exit.DONE, result.output
        assert "entries are as they must be" in result.stdout


def test_an_audit_wants_to_know_whom_to_believe(rice: Rice, demo: Told, tmp_path: Path) -> None:
    result = rice("audit", demo["export"])
    assert (result.exit_code, "[log_key_unknown]" in result.stderr) == (Exit.ABSENT, True)
    assert rice("audit", demo["export"], "--log-key", "nonsense").exit_code == Exit.UNREADABLE
    nothing = rice("audit", tmp_path, "--log-key", demo["log_key"])
    assert (nothing.exit_code, "[folder_empty]" in nothing.stderr) == (Exit.ABSENT, True)


def test_an_audit_of_a_folder_whose_own_word_cannot_be_read(
    rice: Rice, demo: Told, tmp_path: Path
) -> None:
    (tmp_path / "ledger.json").write_text("{", encoding="utf-8")
    for trusted in ((), ("--log-key", demo["log_key"])):
        result = rice("audit", tmp_path, *trusted)
        assert (result.exit_code, "[store_failed]" in result.stderr) == (Exit.DAMAGED, True)


def test_an_audit_names_what_was_changed(rice: Rice, demo: Told, tmp_path: Path) -> None:
    export = tmp_path / "export"
    shutil.copytree(demo["export"], export)
    statements = export / "statements" / "000"
    data = bytearray(statements.read_bytes())
    data[len(data) // 2] ^= 1
    statements.write_bytes(data)
    result = rice("audit", export, "--log-key", demo["log_key"], "--json")
    assert result.exit_code == Exit.NO
    report = json.loads(result.stdout)
    assert report["findings"]
    assert all(finding["words"]["vi"] for finding in report["findings"])


@pytest.mark.parametrize("name", ["checkpoint", "tile/entries/000", "statements/000", "tile/0/000"])
def test_an_audit_of_files_that_are_missing_or_noise(
    rice: Rice, demo: Told, tmp_path: Path, name: str
) -> None:
    for noise in (None, b"", b"\xff\xfe\x00" * 50):
        export = tmp_path / f"export-{noise is None}-{noise == b''}"
        shutil.copytree(demo["export"], export)
        (export / name).unlink()
        if noise is not None:
            (export / name).write_bytes(noise)
        result = rice("audit", export, "--log-key", demo["log_key"])
        assert result.exit_code in {Exit.NO, Exit.ABSENT, Exit.UNREADABLE, Exit.DAMAGED}
        assert result.output.strip()


def test_a_tampered_weight_shows(rice: Rice, tmp_path: Path) -> None:
    made = rice("demo", "--dir", tmp_path / "book", "--no-serve", "--tamper", "--json")
    assert made.exit_code == Exit.DONE
    audited = rice("audit", tmp_path / "book")
    assert audited.exit_code == Exit.NO
    assert "not as they must be" in audited.stdout
