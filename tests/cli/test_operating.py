"""What whoever operates a ledger types: a backup, a restore, a database made anew."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path

from ledger.cli.exits import Exit
from ledger.keyring import SAMPLE_KEYS
from tests.cli.talk import Rice


def test_a_backup_is_told_by_its_digest_and_put_back(rice: Rice, book: Path) -> None:
    file = book.parent / "book.zip"
    told = json.loads(rice("backup", file, "--ledger", book, "--json").stdout)
    assert told["sha256"] == sha256(file.read_bytes()).hexdigest()
    assert (told["size"], told["length"]) == (1, file.stat().st_size)
    assert rice("backup", file, "--ledger", book).exit_code == Exit.TAKEN
    done = rice("restore", file, "--into", book, "--json")
    assert done.exit_code == Exit.DONE, done.output
    assert json.loads(done.stdout) == {
        "erased_again": 0,
        "kept": str(book / "ledger.db.before-restore-1"),
        "size": 1,
    }
    assert rice("audit", book).exit_code == Exit.DONE


def test_a_backup_that_is_none_is_refused(rice: Rice, book: Path) -> None:
    file = book.parent / "book.zip"
    file.write_text("none")
    refused = rice("restore", file, "--into", book)
    assert refused.exit_code == Exit.UNREADABLE
    assert "[backup_unreadable]" in refused.stderr


def test_on_another_machine_a_checkpoint_is_asked_for(rice: Rice, book: Path) -> None:
    file, note, other = (book.parent / name for name in ("book.zip", "note", "other"))
    assert rice("backup", file, "--ledger", book).exit_code == Exit.DONE
    asked = rice("restore", file, "--into", other)
    assert asked.exit_code == Exit.ABSENT
    assert "--checkpoint" in asked.stderr
    note.write_text(rice("publish", "--ledger", book, "--log-key", SAMPLE_KEYS / "log.json").stdout)
    done = rice("restore", file, "--into", other, "--checkpoint", note)
    assert done.exit_code == Exit.DONE, done.output
    assert rice("audit", other).exit_code == Exit.DONE


def test_a_database_is_made_anew(rice: Rice, book: Path) -> None:
    done = rice("rebuild", "--ledger", book, "--json")
    assert done.exit_code == Exit.DONE, done.output
    assert json.loads(done.stdout)["size"] == 1
    assert rice("audit", book).exit_code == Exit.DONE
