"""From the terminal: how attestations stand, what rests on them, and changing them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ledger.cli.exits import Exit
from ledger.keyring import SAMPLE_KEYS
from tests.certified_season import GRANT, Season
from tests.cli.talk import Rice
from tests.vectors import small_harvest as season


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = Season(tmp_path / "book")
    made.ledger.close()
    return tmp_path / "book"


def key(holder: str) -> str:
    return str(SAMPLE_KEYS / f"{holder}.json")


def change(rice: Rice, folder: Path, to: str, *more: str, by: str = season.ASSOCIATION) -> str:
    result = rice(
        *("change-attestation", "CN-01", "--to", to, "--reason", "complaint", "--paper", "7"),
        *("--from", "2026-04-20", "--key", key(by), "--ledger", str(folder), "--yes", "--json"),
        *more,
    )
    answered = json.loads(result.stdout.splitlines()[-1])
    return str(answered.get("refused", {}).get("code", "ok"))


def test_a_suspension_from_the_terminal_to_what_rests_on_it(rice: Rice, folder: Path) -> None:
    there = ("--ledger", str(folder), "--json")
    assert json.loads(rice("status", "CN-01", *there).stdout)["state"] in {"granted", "expired"}
    assert change(rice, folder, "suspended") == "ok"
    told = json.loads(rice("status", GRANT, "--on", "2026-04-21", *there).stdout)
    assert (told["state"], told["turns"][1]["reason"]) == ("suspended", "complaint")
    assert told["turns"][1]["decided_by"] == season.ASSOCIATION
    before = json.loads(rice("status", "CN-01", "--on", "2026-04-19", *there).stdout)
    assert before["state"] == "granted"
    size = told["turns"][1]["index"]
    earlier = rice("status", "CN-01", "--on", "2026-04-21", "--at-size", str(size), *there)
    assert json.loads(earlier.stdout)["state"] == "granted"
    found = json.loads(rice("impact", "CN-01", "--on", "2026-04-21", *there).stdout)
    assert [one["valid_when"] for one in found["lots"]] == ["packed"]
    assert change(rice, folder, "reinstated") == "ok"
    assert change(rice, folder, "reduced", "--ha", "15", "--tonnes", "0.6") == "ok"
    assert change(rice, folder, "reduced", "--ha", "15", "--tonnes", "0.7") == "reduction_unfit"
    assert change(rice, folder, "suspended", by=season.CONFIRMER) == "issuer_only"
    assert change(rice, folder, "withdrawn") == "ok"
    assert change(rice, folder, "withdrawn") == "ok", "the same words again change nothing"
    assert change(rice, folder, "withdrawn", "--paper", "8") == "attestation_over"


def test_it_is_said_in_words(rice: Rice, folder: Path, tmp_path: Path) -> None:
    assert change(rice, folder, "suspended", "--remark", "bao bì") == "ok"
    there = ("--ledger", str(folder))
    told = rice("--lang", "vi", "status", "CN-01", "--on", "2026-04-21", *there).stdout
    assert "CN-01: tạm đình chỉ, 2026-04-20" in told
    assert "2026-04-20 tạm đình chỉ: đang làm rõ khiếu nại (bao bì); văn bản 7; " in told
    assert " -" not in told, "nothing is said of what is not there"
    both = rice("status", "CN-01", "--on", "2026-04-21", *there, LC_ALL="C.UTF-8").stdout
    (line,) = (line for line in both.splitlines() if "2026-04-20" in line and "7" in line)
    assert line.count(" / ") == 1
    assert line.count("tạm đình chỉ") == 1
    assert "đang làm rõ khiếu nại (bao bì)" in told
    assert "Cần quyết định trước ngày 2026-10-20" in told
    late = rice("--lang", "en", "status", "CN-01", "--on", "2026-12-01", *there).stdout
    assert "Should have been decided by 2026-10-20" in late
    file = tmp_path / "impact.csv"
    shown = rice("--lang", "en", "impact", "CN-01", "--on", "2026-04-21", "--csv", file, *there)
    assert "valid when packed, now suspended" in shown.stdout
    assert "valid when packed, now suspended" in file.read_text("utf-8-sig")


@pytest.mark.parametrize(
    ("words", "status"),
    [
        (("--to", "cancelled"), Exit.UNREADABLE),
        (("--to", "suspended", "--reason", "because"), Exit.UNREADABLE),
        (("--to", "reduced", "--ha", "1.00001"), Exit.UNREADABLE),
        (("--to", "reduced", "--ha", "many"), Exit.UNREADABLE),
        (("--to", "reduced", "--ha", "-1"), Exit.UNREADABLE),
        (("--to", "reduced", "--ha", "Infinity"), Exit.UNREADABLE),
        (("--to", "suspended", "--from", "soon"), Exit.UNREADABLE),
        (("--to", "superseded", "--successor", "CN-99"), Exit.ABSENT),
        (("--to", "suspended", "--paper", ""), Exit.UNREADABLE),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_recorded(
    rice: Rice, folder: Path, words: tuple[str, ...], status: Exit
) -> None:
    result = rice(
        *("change-attestation", "CN-01", "--reason", "other", "--paper", "7", "--yes"),
        *("--key", key(season.ASSOCIATION), "--ledger", str(folder)),
        *words,
    )
    assert result.exit_code == status, result.output
    told = rice("status", "CN-01", "--on", "2026-04-21", "--ledger", str(folder), "--json")
    assert json.loads(told.stdout)["state"] == "granted"


def test_an_application_is_queued_at_its_certifier(rice: Rice, folder: Path) -> None:
    there = ("--ledger", str(folder))
    assert "No application" in rice("--lang", "en", "applications", *there).stdout
    asked = rice(
        *("apply", "--certifier", season.CONFIRMER, "--profile", "conformity"),
        *("--scheme", season.SCHEME, "--area", season.AREA_1, "--season", "HT-2026", "--ha", "10"),
        *("--key", key(season.GROWER_1), *there),
    )
    assert asked.exit_code == Exit.DONE, asked.output
    again = rice(
        *("apply", "--certifier", season.CONFIRMER, "--profile", "conformity"),
        *("--scheme", season.SCHEME, "--area", season.AREA_1, "--season", "HT-2026", "--ha", "9,5"),
        *("--key", key(season.GROWER_1), *there),
    )
    assert (again.exit_code, "[asked_already]" in again.stderr) == (Exit.TAKEN, True), again.output
    name = asked.stdout.splitlines()[-1]
    (waiting,) = json.loads(rice("applications", *there, "--json").stdout)
    assert (waiting["id"], waiting["applicant"]) == (name, season.GROWER_1)
    assert name in rice("applications", "--certifier", season.CONFIRMER, *there).stdout
    assert rice("applications", "--certifier", season.MILL, "--json", *there).stdout == "[]\n"
    assert json.loads(rice("status", name, *there, "--json").stdout)["state"] == "applied"


def test_what_ends_soon(rice: Rice, folder: Path) -> None:
    there = ("--ledger", str(folder))
    far = rice("--lang", "en", "expiring", "--before", "31/12/2099", *there)
    assert "area code" in far.stdout
    soon = rice("--lang", "en", "expiring", "--before", "2027-12-31", *there, "--json").stdout
    kinds = {one["what"] for one in json.loads(soon) if one["kind"] == "attestation"}
    assert kinds
    assert not [kind for kind in kinds if f" {kind}\t" in far.stdout], "schemes name their kinds"
    assert "key" in far.stdout
    none = rice("--lang", "en", "expiring", "--before", "2020-01-01", *there)
    assert "Nothing ends" in none.stdout
    assert rice("expiring", "--before", "soon", *there).exit_code == Exit.UNREADABLE
