"""Backups are whole or not there; one takes the place of a lost database if it holds all signed."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import time
import zipfile
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ledger.audit import audit
from ledger.errors import LedgerError
from ledger.intake import take_in
from ledger.keyring import SampleKeyring
from ledger.operation.backup import back_up
from ledger.operation.restore import restore
from ledger.service import Ledger
from tests.operation.served import RUN, SECONDS_MAX, environment, served
from tests.postgres import fresh_database
from tests.small_season import ORIGIN, founding, harvest, opening
from tests.test_disclosures import KEYRING, season

NOW = datetime(2026, 6, 1, tzinfo=UTC)
LOG = SampleKeyring(ORIGIN).key("log")


def vkey_of(book: Path) -> str:
    return (book / "log.vkey").read_text().strip()


def saved(book: Path, name: str = "copy.zip") -> Path:
    """Return a backup beside the ledger."""
    file = book.parent / name
    back_up(book, file, vkey_of(book), NOW)
    return file


def grown(book: Path, *numbers: int) -> int:
    """Append harvests and publish; return the size."""
    ledger = Ledger.open(book, LOG)
    answers = ledger.append([harvest(number) for number in numbers])
    assert not [one for one in answers if isinstance(one, LedgerError)]
    ledger.publish()
    size = ledger.size
    ledger.close()
    return size


def refusal(do: Callable[[], object]) -> LedgerError:
    with pytest.raises(LedgerError) as refused:
        do()
    return refused.value


def is_sound(book: Path) -> bool:
    return audit(book, vkey_of(book)).ok


def test_a_lost_database_is_restored_beside_the_checkpoints(book: Path) -> None:
    file = saved(book)
    assert (file.stat().st_mode & 0o777) == 0o600
    for lost in book.glob("ledger.db*"):
        lost.unlink()
    done = restore(file, book)
    assert done.kept is None
    assert is_sound(book)
    ledger = Ledger.open(book, LOG)
    assert ledger.size == done.size
    with ledger.reading() as view:
        assert view.disclosure("labels", "P1")
    ledger.close()
    assert sorted(one.name for one in book.iterdir() if one.is_dir()) == []


def test_a_damaged_database_gives_way_and_is_kept(book: Path) -> None:
    file = saved(book)
    database = book / "ledger.db"
    database.write_bytes(b"\0" * 5000)
    done = restore(file, book)
    assert done.kept is not None
    assert done.kept.read_bytes() == b"\0" * 5000
    assert is_sound(book)


def test_what_is_not_to_live_on_is_left_out(book: Path) -> None:
    for name in ("scans.db", "log.age", "prints.db"):
        sqlite3.connect(book / name).execute("CREATE TABLE record (id)").connection.close()
    with zipfile.ZipFile(saved(book)) as packed:
        assert sorted(packed.namelist()) == [
            *("ledger.db", "ledger.json", "log.vkey", "manifest.json", "prints.db"),
        ]
        assert packed.testzip() is None


def test_a_backup_older_than_what_was_signed_takes_no_place(book: Path) -> None:
    file = saved(book)
    before = grown(book, 1)
    refused = refusal(lambda: restore(file, book))
    assert refused.code == "past_differs"
    assert refused.details["signed"] == before
    assert "checkpoints.db" in refused.words.en
    assert "checkpoints.db" in refused.words.vi
    assert Ledger.open(book, LOG).size == before


def test_an_old_database_put_back_by_hand_does_not_start(book: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(saved(book)) as packed:
        packed.extract("ledger.db", tmp_path / "old")
    grown(book, 1)
    for name in book.glob("ledger.db*"):
        name.unlink()
    shutil.copy(tmp_path / "old" / "ledger.db", book / "ledger.db")
    run = subprocess.run(
        [*RUN, "serve", "--ledger", str(book), "--port", "0"],
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
        timeout=SECONDS_MAX,
    )
    assert run.returncode == 7
    assert "[past_differs]" in run.stderr
    assert "leave checkpoints.db" in run.stderr


def test_what_was_not_signed_yet_may_be_missing(book: Path) -> None:
    file = saved(book)
    ledger = Ledger.open(book, LOG)
    ledger.append([harvest(1)])
    ledger.close()
    restore(file, book)
    assert is_sound(book)


def test_on_a_new_machine_somebody_elses_checkpoint_is_needed(book: Path, tmp_path: Path) -> None:
    grown(book, 1)
    ledger = Ledger.open(book, LOG)
    note, size = ledger.checkpoint(), ledger.size
    ledger.close()
    file = saved(book)
    new = tmp_path / "new"
    assert refusal(lambda: restore(file, new)).code == "checkpoints_gone"
    assert not new.exists()
    other = note.replace("\n", "\n1", 1)
    assert refusal(lambda: restore(file, new, checkpoint=other)).code != "checkpoints_gone"
    assert not (new / "ledger.json").exists()
    restore(file, new, checkpoint=note)
    assert Ledger.open(new, LOG).published().size == size
    assert is_sound(new)
    assert refusal(lambda: restore(file, new, checkpoint=note)).code in {
        *("folder_taken", "ledger_in_use"),
    }


def test_a_checkpoint_beyond_the_backup_is_not_signed_over(book: Path, tmp_path: Path) -> None:
    file = saved(book)
    grown(book, 1)
    ledger = Ledger.open(book, LOG)
    note = ledger.checkpoint()
    ledger.close()
    assert refusal(lambda: restore(file, tmp_path / "new", checkpoint=note)).code == "past_differs"


def test_what_was_erased_since_is_erased_again(tmp_path: Path) -> None:
    told, folder = season(), tmp_path / "season"
    ledger = Ledger.create(folder, KEYRING.key("log"), founding=told.founding())
    take_in(ledger, told)
    ledger.publish()
    (folder / "log.vkey").write_text(ledger.log_key)
    with ledger.reading() as view:
        household, body = view.disclosures("household")[0]
    file = saved(folder)
    count = ledger.erase("household", household.rpartition("/")[0])
    ledger.close()
    with zipfile.ZipFile(file) as packed:
        assert body in packed.read("ledger.db")
    done = restore(file, folder)
    assert done.erased == count > 0
    assert body not in (folder / "ledger.db").read_bytes()
    assert is_sound(folder)
    # A copy that somebody put there by hand is erased when a server starts.
    with zipfile.ZipFile(file) as packed:
        packed.extract("ledger.db", folder)
    with served(folder) as here:
        here.stop()
        assert here.events("erased_again")[0]["fields"] == count
    assert body not in (folder / "ledger.db").read_bytes()


@pytest.mark.parametrize("bend", ["cut", "byte", "manifest", "member", "stranger", "text"])
def test_a_backup_that_was_bent_changes_nothing(book: Path, bend: str) -> None:
    file = saved(book)
    _bend(file, bend)
    before = _rows(book)
    code = refusal(lambda: restore(file, book)).code
    assert code == "backup_unreadable"
    assert _rows(book) == before
    assert not (book / "restoring").exists()


def _rows(book: Path) -> list[str]:
    with closing(sqlite3.connect(book / "ledger.db")) as database:
        return list(database.iterdump())


def _bend(file: Path, how: str) -> None:
    data = file.read_bytes()
    if how == "cut":
        file.write_bytes(data[: len(data) // 2])
    elif how == "byte":
        at = len(data) // 2
        file.write_bytes(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :])
    elif how == "text":
        file.write_text("no zip")
    else:
        with zipfile.ZipFile(file) as packed:
            parts = {name: packed.read(name) for name in packed.namelist()}
        if how == "manifest":
            parts["manifest.json"] = parts["manifest.json"].replace(b'"size"', b'"sizes"')
        elif how == "member":
            del parts["log.vkey"]
        else:
            parts["../../stranger"] = b"x"
        with zipfile.ZipFile(file, "w") as packed:
            for name, part in parts.items():
                packed.writestr(name, part)


def test_a_changed_entry_in_a_backup_is_found(book: Path, tmp_path: Path) -> None:
    with sqlite3.connect(book / "ledger.db") as other:
        other.execute("UPDATE statement SET data = CAST(data || ' ' AS BLOB) WHERE \"index\" = 3")
    other.close()
    refused = refusal(lambda: saved(book))
    assert (refused.code, refused.details["finding"]) == ("copy_unsound", "statement_differs")
    assert not (tmp_path / "copy.zip").exists()


def test_a_file_that_is_there_is_not_replaced(book: Path) -> None:
    file = saved(book)
    data = file.read_bytes()
    assert refusal(lambda: saved(book)).code == "folder_taken"
    assert file.read_bytes() == data


def test_a_served_ledger_is_backed_up_and_not_restored(book: Path) -> None:
    with served(book) as here:
        run = subprocess.run(
            [*RUN, "backup", str(book.parent / "copy.zip"), "--ledger", str(book), "--json"],
            env=environment(),
            capture_output=True,
            text=True,
            check=True,
        )
        assert json.loads(run.stdout)["size"] == here.get("/health/ready").json()["size"]
        refused = refusal(lambda: restore(book.parent / "copy.zip", book))
        assert refused.code == "ledger_in_use"
        assert here.get("/health/ready").status_code == 200
    restore(book.parent / "copy.zip", book)
    assert is_sound(book)


KILLS = 6


def test_a_backup_that_is_killed_leaves_no_file(book: Path) -> None:
    grown(book, *range(1, 300))
    draw = random.Random(4)
    killed = 0
    whole = timed(["backup", str(book.parent / "whole.zip"), "--ledger", str(book)])
    for number in range(KILLS):
        file = book.parent / f"copy-{number}.zip"
        code = killed_after(["backup", str(file), "--ledger", str(book)], whole * draw.random())
        killed += code == -signal.SIGKILL
        if file.exists():
            restore(file, book)
        assert file.exists() or code != 0
    assert killed
    left = next(iter(book.parent.glob("*.part")), None)
    if left is not None:  # the same command again clears what the one before has left
        saved(book, left.name.removesuffix(".part"))
        assert not left.exists()


def test_a_restoring_that_is_killed_leaves_the_old_ledger_or_the_new(book: Path) -> None:
    size = grown(book, *range(1, 300))
    file = saved(book)
    draw = random.Random(5)
    killed = 0
    whole = timed(["restore", str(file), "--into", str(book)])
    for _ in range(KILLS):
        code = killed_after(["restore", str(file), "--into", str(book)], whole * draw.random())
        killed += code == -signal.SIGKILL
        ledger = Ledger.open(book, LOG)
        assert ledger.size == size
        ledger.close()
    assert killed
    restore(file, book)
    assert is_sound(book)
    assert not (book / "restoring").exists()


def timed(words: list[str]) -> float:
    """Run a command to its end; return how many seconds it takes here and now."""
    begun = time.monotonic()
    subprocess.run([*RUN, *words], env=environment(), stdout=subprocess.DEVNULL, check=True)
    return time.monotonic() - begun


def killed_after(words: list[str], seconds: float) -> int:
    """Run a command and kill it after a while; return its exit status."""
    with subprocess.Popen(
        [*RUN, *words], env=environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        try:
            return process.wait(seconds)
        except subprocess.TimeoutExpired:
            time.sleep(0)
            os.kill(process.pid, signal.SIGKILL)
            return process.wait(SECONDS_MAX)


def test_postgresql_is_dumped_and_restored_with_its_own_tools(
    postgres_server: Path, tmp_path: Path
) -> None:
    programs = sorted(Path("/usr/lib/postgresql").glob("*/bin/pg_dump"))
    program = programs[-1].parent if programs else Path("/usr/bin")
    book, dump = tmp_path / "book", tmp_path / "book.dump"
    with fresh_database(postgres_server) as old, fresh_database(postgres_server) as new:
        ledger = Ledger.create(book, LOG, founding=founding(), database=old)
        ledger.append(opening())
        ledger.publish()
        (book / "log.vkey").write_text(ledger.log_key)
        assert refusal(lambda: saved(book)).code == "backup_elsewhere"
        names = [one.partition("?")[0].rpartition("/")[2] for one in (old, new)]
        connect = ["-h", str(postgres_server), "-U", "ledger", "-d"]
        subprocess.run(
            [str(program / "pg_dump"), "-Fc", "--no-owner", "-f", str(dump), *connect, names[0]],
            check=True,
        )
        ledger.append([harvest(1)])
        late = dump.with_suffix(".late")
        ledger.publish()
        ledger.close()
        subprocess.run(
            [str(program / "pg_dump"), "-Fc", "--no-owner", "-f", str(late), *connect, names[0]],
            check=True,
        )
        config = json.loads((book / "ledger.json").read_text())
        (book / "ledger.json").write_text(json.dumps({**config, "database": new}))
        put = [str(program / "pg_restore"), "--no-owner", "--exit-on-error", "--single-transaction"]
        subprocess.run([*put, *connect, names[1], str(dump)], check=True)
        assert refusal(lambda: Ledger.open(book, LOG)).code == "past_differs"
        subprocess.run([*put, "--clean", *connect, names[1], str(late)], check=True)
        assert is_sound(book)
        Ledger.open(book, LOG).close()
