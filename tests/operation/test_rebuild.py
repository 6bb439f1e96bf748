"""A database made anew from the log is the old one again, whatever became of its projections."""

from __future__ import annotations

import random
import signal
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from ledger.audit import audit
from ledger.errors import LedgerError
from ledger.keyring import SampleKeyring
from ledger.operation.rebuild import rebuild
from ledger.service import Ledger
from tests.operation.served import served
from tests.operation.test_backup import grown, is_sound, killed_after, timed, vkey_of
from tests.postgres import fresh_database
from tests.small_season import ORIGIN, founding, harvest, opening

LOG = SampleKeyring(ORIGIN).key("log")
TABLES = (
    "version",
    "entry",
    "statement",
    "disclosure",
    "fact",
    "mention",
    "link",
    "tile",
    "head",
    "event",
    "event_key",
)


def rows(book: Path) -> dict[str, set[tuple[object, ...]]]:
    with closing(sqlite3.connect(book / "ledger.db")) as database:
        return {name: set(database.execute(f"SELECT * FROM {name}")) for name in TABLES}  # noqa: S608


def change(book: Path, *statements: str) -> None:
    with closing(sqlite3.connect(book / "ledger.db")) as database:
        for statement in statements:
            database.execute(statement)
        database.commit()


def refusal(book: Path) -> LedgerError:
    with pytest.raises(LedgerError) as refused:
        rebuild(book, vkey_of(book))
    return refused.value


def caught_up(book: Path) -> dict[str, set[tuple[object, ...]]]:
    ledger = Ledger.open(book, LOG)
    ledger.events.catch_up()
    ledger.close()
    return rows(book)


def test_a_sound_database_comes_out_the_same(book: Path) -> None:
    grown(book, *range(1, 20))
    before = caught_up(book)
    done = rebuild(book, vkey_of(book))
    assert done.differing == ()
    assert rows(book) == before
    assert Path(done.kept).is_file()
    assert is_sound(book)
    assert grown(book, 99) == done.size + 1


def test_damaged_projections_are_mended_and_named(book: Path) -> None:
    before = caught_up(book)
    change(
        book,
        "DELETE FROM mention",
        "UPDATE tile SET hashes = zeroblob(32)",
        "UPDATE head SET size = 3",
        "UPDATE fact SET body = x'00' WHERE key LIKE 'lot:%'",
        "UPDATE entry SET warnings = CAST('[]' AS BLOB)",
        "DELETE FROM event",
    )
    assert not is_sound(book)
    done = rebuild(book, vkey_of(book))
    assert set(done.differing) == {"fact", "mention", "tile"}
    assert rows(book) == before
    assert is_sound(book)


def test_an_older_version_says_which_command_brings_it_up(book: Path) -> None:
    change(
        book,
        "UPDATE version SET version = 1",
        "DROP TABLE event",
        "DROP TABLE event_key",
        "DROP TABLE event_head",
    )
    with pytest.raises(LedgerError) as refused:
        Ledger.open(book, LOG)
    assert refused.value.code == "store_version"
    assert "rice-ledger rebuild" in refused.value.words.en
    rebuild(book, vkey_of(book))
    assert is_sound(book)
    Ledger.open(book, LOG).close()


@pytest.mark.parametrize(
    ("damage", "finding"),
    [
        ('DELETE FROM statement WHERE "index" = 4', "statement_missing"),
        ('DELETE FROM entry WHERE "index" = 4', "entry_missing"),
        (
            "UPDATE statement SET data = CAST(data || ' ' AS BLOB) WHERE \"index\" = 4",
            "statement_differs",
        ),
        ('DELETE FROM entry WHERE "index" > 15', "past_differs"),
    ],
)
def test_a_damaged_log_is_not_rebuilt(book: Path, damage: str, finding: str) -> None:
    change(book, damage)
    before = rows(book)
    refused = refusal(book)
    assert (refused.code, refused.details["finding"]) == ("rebuild_unsound", finding)
    assert rows(book) == before
    assert not (book / "rebuilding").exists()


def test_a_served_ledger_is_not_rebuilt(book: Path) -> None:
    with served(book) as here:
        assert refusal(book).code == "ledger_in_use"
        assert here.get("/health/ready").status_code == 200
    rebuild(book, vkey_of(book))


def test_a_rebuilding_that_is_killed_leaves_the_old_database_or_the_new(book: Path) -> None:
    grown(book, *range(1, 300))
    before, draw, killed = caught_up(book), random.Random(6), 0
    words = ["rebuild", "--ledger", str(book)]
    whole = timed(words)
    assert rows(book) == before
    for _ in range(5):
        code = killed_after(words, whole * draw.random())
        killed += code == -signal.SIGKILL
        assert rows(book) == before
    assert killed
    rebuild(book, vkey_of(book))
    assert rows(book) == before
    assert not (book / "rebuilding").exists()


def test_postgresql_is_rebuilt_into_another_database(postgres_server: Path, tmp_path: Path) -> None:
    book = tmp_path / "book"
    with fresh_database(postgres_server) as old, fresh_database(postgres_server) as new:
        ledger = Ledger.create(book, LOG, founding=founding(), database=old)
        ledger.append([*opening(), harvest(1)])
        ledger.publish()
        vkey = ledger.log_key
        with pytest.raises(LedgerError) as refused:
            rebuild(book, vkey)
        assert refused.value.code == "rebuild_where"
        with pytest.raises(LedgerError) as refused:
            rebuild(book, vkey, database=new)
        assert refused.value.code == "ledger_in_use"
        ledger.close()
    with fresh_database(postgres_server) as old, fresh_database(postgres_server) as new:
        book = tmp_path / "other"
        ledger = Ledger.create(book, LOG, founding=founding(), database=old)
        ledger.append([*opening(), harvest(1)])
        ledger.publish()
        ledger.close()
        assert rebuild(book, vkey, database=new).differing == ()
        assert Ledger.open(book, LOG).config.database == new
        assert audit(book, vkey).ok
