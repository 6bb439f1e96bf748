from __future__ import annotations

import json
import socket
import stat
from pathlib import Path

import pytest
import uvicorn

from ledger.cli.exits import Exit
from ledger.cli.opening import opened
from ledger.demo import SEASON_FOLDER
from ledger.keyring import SAMPLE_KEYS
from tests.cli.talk import Rice, Told, Words
from tests.small_season import registration

PASSPHRASE = "một hai ba bốn năm"


def test_an_office_founds_a_ledger_with_keys_of_its_own(rice: Rice, tmp_path: Path) -> None:
    words = tmp_path / "words"
    words.write_text(PASSPHRASE + "\n", encoding="utf-8")
    key = tmp_path / "an.age"
    made = rice("key", "new", key, "--holder", "an", "--alg", "ES256", "--passphrase-file", words)
    assert made.exit_code == Exit.DONE, made.output
    public = json.loads(made.stdout.splitlines()[-1])
    assert public["jwk"]["alg"] == "ES256"
    assert "d" not in public["jwk"]
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    found = (
        *("init", tmp_path / "book", "--origin", "rice.example/2026", "--name", "Sổ gạo"),
        *("--host", "rice.example", "--root-key", key),
    )
    wrong = rice(*found, RICE_LEDGER_PASSPHRASE="something else")
    assert (wrong.exit_code, "[passphrase_wrong]" in wrong.stderr) == (Exit.NO, True)
    founded = rice(*found, "--json", RICE_LEDGER_PASSPHRASE=PASSPHRASE)
    assert founded.exit_code == Exit.DONE, founded.output
    told = json.loads(founded.stdout)
    assert told["log_key"].startswith("rice.example/2026+")
    assert (tmp_path / "book" / "log.age").read_bytes().startswith(b"age-encryption.org/v1\n")
    audited = rice("audit", tmp_path / "book", "--json")
    said = {"findings": [], "judged": 1, "ok": True, "size": 1, "withheld": 0}
    assert json.loads(audited.stdout) == said
    again = rice(*found, RICE_LEDGER_PASSPHRASE=PASSPHRASE)
    assert (again.exit_code, "[folder_taken]" in again.stderr) == (Exit.TAKEN, True)


def test_keys_that_are_not_made(rice: Rice, tmp_path: Path) -> None:
    out = tmp_path / "a.age"
    short = rice("key", "new", out, "--holder", "an", RICE_LEDGER_PASSPHRASE="short")
    assert (short.exit_code, "[passphrase_short]" in short.stderr) == (Exit.NO, True)
    odd = rice("key", "new", out, "--holder", "An Nam", RICE_LEDGER_PASSPHRASE=PASSPHRASE)
    assert (odd.exit_code, "[holder_name]" in odd.stderr) == (Exit.UNREADABLE, True)
    unasked = rice("key", "new", out, "--holder", "an")
    assert (unasked.exit_code, "[passphrase_wanted]" in unasked.stderr) == (Exit.NO, True)
    assert not out.exists()
    out.write_bytes(b"mine")
    taken = rice("key", "new", out, "--holder", "an", RICE_LEDGER_PASSPHRASE=PASSPHRASE)
    assert (taken.exit_code, "[key_file_taken]" in taken.stderr) == (Exit.TAKEN, True)


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"--origin": "rice.example/2026"}, "sample_key_refused"),
        ({"--origin": "https://demo.rice.example"}, "sample_key_refused"),
        ({"--database": "nonsense://user:secret@host/x"}, "database_unknown"),
        ({"--database": "postgresql+nothing://host/x"}, "database_unknown"),
        ({"--resolver": "not an address"}, "link_unreadable"),
        ({"--host": "Not A Host"}, "malformed_act"),
        ({"--threshold": "2"}, ""),
        ({"--root-key": "nowhere.age"}, "key_file_missing"),
    ],
)
def test_a_ledger_that_cannot_be_founded(
    rice: Rice, tmp_path: Path, changed: dict[str, str], code: str
) -> None:
    options = {
        "--origin": "demo.rice.example/x",
        "--name": "Sổ",
        "--host": "demo.rice.example",
        "--root-key": str(SAMPLE_KEYS / "root-1.json"),
        "--log-key": str(SAMPLE_KEYS / "log.json"),
        **changed,
    }
    words = [word for pair in options.items() for word in pair]
    result = rice("init", tmp_path / "book", *words)
    assert result.exit_code not in {Exit.DONE, Exit.USAGE}
    assert f"[{code}" in result.stderr
    assert "secret" not in result.output
    assert not (tmp_path / "book").exists()


@pytest.mark.parametrize(
    "words",
    [
        ("demo", "--no-serve", "--dir"),
        ("export",),
        ("key", "new", "--holder", "an"),
        ("trust",),
        ("bundle", "00CVVWZJPJSSN1N0", "--out"),
    ],
)
def test_a_place_where_nothing_can_be_written(
    rice: Rice, demo: Told, tmp_path: Path, words: Words
) -> None:
    (tmp_path / "file").write_bytes(b"")
    environment = {"RICE_LEDGER_FOLDER": str(demo["folder"]), "RICE_LEDGER_PASSPHRASE": PASSPHRASE}
    result = rice(*words, tmp_path / "file" / "below", **environment)
    assert (result.exit_code, "[file_closed]" in result.stderr) == (Exit.ABSENT, True)


def test_statements_are_recorded_or_refused_line_by_line(
    rice: Rice, book: Path, tmp_path: Path
) -> None:
    stranger = registration("so", ("registrar",), "root 1", "root 2")
    file = tmp_path / "statements"
    file.write_bytes(stranger + b"\r\n\n" + b'"not.a.statement"\nnonsense\n')
    result = rice("append", file, "--ledger", book, "--json")
    answers = [json.loads(line) for line in result.stdout.splitlines()]
    assert [answer["line"].rpartition(":")[2] for answer in answers] == ["1", "3", "4"]
    assert all(answer["refused"]["words"]["vi"] for answer in answers)
    assert result.exit_code == Exit.NO
    spoken = rice("append", "-", "--ledger", book, given=b"nonsense")
    assert "0 recorded, 1 refused." in spoken.stderr
    assert rice("append", tmp_path / "nowhere", "--ledger", book).exit_code == Exit.ABSENT
    broken = rice("append", "-", "--ledger", book, given=b'"unclosed')
    assert broken.exit_code == Exit.UNREADABLE


def test_the_founding_sent_again_gets_its_receipt(rice: Rice, book: Path) -> None:
    with opened(book) as ledger:
        founding = ledger.statement(0)
    for _ in range(2):
        result = rice("append", "-", "--ledger", book, "--json", given=founding + b"\n")
        assert result.exit_code == Exit.DONE, result.output
        assert json.loads(result.stdout)["receipt"]["index"] == 0
    published = rice("publish", "--ledger", book)
    assert published.stdout.startswith("demo.rice.example/cli\n1\n")
    assert "at 1 entries" in published.stderr


def test_a_season_is_tried_then_taken_in(rice: Rice, demo: Told, tmp_path: Path) -> None:
    words = ("import", SEASON_FOLDER, "--keys", SAMPLE_KEYS, "--ledger", demo["folder"])
    before = rice("trace", "L260411A", "--back", "--ledger", demo["folder"], "--json").stdout
    tried = rice(*words, "--dry-run")
    assert "Nothing was written" in tried.stderr
    taken = rice(*words, "--json")
    told = json.loads(taken.stdout)
    assert told["refused_rows"] == demo["intake"]["refused_rows"] > 0
    assert told["accepted"] == demo["intake"]["accepted"]
    assert taken.exit_code == tried.exit_code == Exit.NO
    assert rice("trace", "L260411A", "--back", "-l", demo["folder"], "--json").stdout == before
    nobody = rice("import", SEASON_FOLDER, "--keys", tmp_path, "--ledger", demo["folder"])
    assert nobody.exit_code in {Exit.NO, Exit.ABSENT}


def test_a_season_without_its_programme(rice: Rice, book: Path, tmp_path: Path) -> None:
    words = ("import", tmp_path, "--keys", SAMPLE_KEYS, "--ledger", book)
    missing = rice(*words)
    assert (missing.exit_code, "[file_closed]" in missing.stderr) == (Exit.ABSENT, True)
    (tmp_path / "programme.json").write_text('{"scheme": 5}', encoding="utf-8")
    result = rice(*words, "--dry-run")
    assert (result.exit_code, "[programme_unreadable]" in result.stderr) == (Exit.UNREADABLE, True)


def test_rice_is_followed_both_ways(rice: Rice, demo: Told) -> None:
    lot = "https://id.gs1.org/01/09521234000303/10/L260411A"
    back = rice("trace", lot, "--back", "--ledger", demo["folder"], "--json")
    links = json.loads(back.stdout)
    assert links[0]["target"] == lot
    assert all(link["mass_g"] > 0 for link in links)
    by_number = rice("trace", "L260411A", "--back", "--ledger", demo["folder"], "--json")
    assert by_number.stdout == back.stdout
    rows = rice("trace", lot, "--back", "--ledger", demo["folder"]).stdout.splitlines()
    assert len(rows) == len(links)
    slip = next(link["source"] for link in reversed(links))
    forward = rice("trace", slip, "--forward", "--ledger", demo["folder"], "--json")
    assert lot in {link["target"] for link in json.loads(forward.stdout)}
    unknown = rice("trace", "VN-NOWHERE-1", "--ledger", demo["folder"])
    assert (unknown.exit_code, "[nothing_named]" in unknown.stderr) == (Exit.ABSENT, True)


def test_an_area_is_followed_to_its_bags(rice: Rice, demo: Told) -> None:
    verdict = json.loads(rice("verify", demo["bundle"], "--trust", demo["trust"], "--json").stdout)
    area = verdict["bag"]["origins"][0]["area"]
    links = json.loads(rice("trace", area, "--ledger", demo["folder"], "--json").stdout)
    assert any(link["target"].endswith("/10/L260411A") for link in links)


def test_the_published_log_is_written_to_an_empty_place(
    rice: Rice, demo: Told, tmp_path: Path
) -> None:
    out = tmp_path / "export"
    assert rice("export", out, "--ledger", demo["folder"]).exit_code == Exit.DONE
    files = {path.relative_to(out) for path in out.rglob("*") if path.is_file()}
    kept = Path(demo["export"])
    assert files == {path.relative_to(kept) for path in kept.rglob("*") if path.is_file()}
    again = rice("export", out, "--ledger", demo["folder"])
    assert (again.exit_code, "[folder_taken]" in again.stderr) == (Exit.TAKEN, True)


def test_the_demo_goes_on_with_the_folder_that_is_there(rice: Rice, demo: Told) -> None:
    again = rice("demo", "--dir", demo["folder"], "--no-serve")
    assert again.exit_code == Exit.DONE, again.output
    assert demo["bag_url"] in again.stdout
    assert "rice-ledger verify" in again.stdout
    audited = json.loads(rice("audit", demo["folder"], "--json").stdout)
    first = json.loads(rice("audit", demo["export"], "--log-key", demo["log_key"], "--json").stdout)
    assert audited == first


def test_a_ledger_is_served_until_it_is_stopped(
    rice: Rice, demo: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def run(self: uvicorn.Server, sockets: list[socket.socket]) -> None:
        asked.append(sockets[0].getsockname()[0])

    monkeypatch.setattr(uvicorn.Server, "run", run)
    served = rice("serve", "--ledger", demo["folder"], "--port", 0, "--log-format", "text")
    assert served.exit_code == Exit.DONE, served.output
    assert "Serving demo.rice.example/dx-2026 at http://127.0.0.1:" in served.stderr
    assert asked == ["127.0.0.1"]
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        refused = rice("serve", "--ledger", demo["folder"], "--port", port)
    assert (refused.exit_code, "[port_taken]" in refused.stderr) == (Exit.NO, True)


@pytest.mark.parametrize(
    "words",
    [
        ("append", "-"),
        ("bundle", "0000YSJ78K358AZW"),
        ("epcis", "L1", "--out", "lot.json"),
        ("export", "out"),
        ("import", "season", "--keys", "keys"),
        ("label", "L1", "--keys", "keys", "--out", "labels.pdf"),
        ("publish",),
        ("serve", "--port", "0"),
        ("trace", "L1"),
        ("trust", "trust.json"),
    ],
)
def test_where_there_is_no_ledger(
    rice: Rice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: Words
) -> None:
    monkeypatch.chdir(tmp_path)
    result = rice(*words, given=b"")
    assert (result.exit_code, "[folder_empty]" in result.stderr) == (Exit.ABSENT, True)
    assert "There is no ledger at" in result.stderr
    (tmp_path / "ledger.json").write_text("{", encoding="utf-8")
    damaged = rice(*words, given=b"")
    assert damaged.exit_code in {Exit.UNREADABLE, Exit.DAMAGED}
    assert list(tmp_path.iterdir()) == [tmp_path / "ledger.json"]
