"""An audit passes a log as it was written, and names whatever was changed afterwards."""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Executable, Table, delete, insert, update

from ledger.audit import audit, audit_store
from ledger.errors import LedgerError, RefusedError
from ledger.findings import Report
from ledger.log.checkpoint import sign_checkpoint
from ledger.rice.case import Meaning, Past, Place
from ledger.rice.facts import Facts
from ledger.rice.judge import Decision, judge
from ledger.service import Ledger
from ledger.store.checkpoints import Signed
from ledger.store.store import (
    DISCLOSURE,
    ENTRY,
    FACT,
    HEAD,
    LINK,
    MENTION,
    STATEMENT,
    TILE,
    VERSION,
    Store,
)
from tests.api import one_bag
from tests.small_season import (
    ORIGIN,
    Clock,
    drying,
    founding,
    harvest,
    key_of,
    lot,
    opening,
    receiving,
)

SEED = 20260301
BITS_PER_VALUE = 4


@pytest.fixture
def ledger(tmp_path: Path, database_url: str) -> Iterator[Ledger]:
    made = season(tmp_path / "ledger", database_url)
    yield made
    made.close()


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Ledger]:
    made = season(tmp_path / "ledger", "ledger.db")
    yield made
    made.close()


def season(folder: Path, database: str) -> Ledger:
    """Return a ledger of a few lots, published twice, with a warning and links in it."""
    made = Ledger.create(
        folder, key_of("log"), founding=founding(), database=database, clock=Clock()
    )
    made.append(opening())
    made.append([harvest(1), harvest(2), receiving(1, mass_g=990_000), receiving(2)])
    made.publish()
    made.append([harvest(3), receiving(3), drying((2, 3), 4)])
    made.publish()
    return made


def check(ledger: Ledger, *, hashes_only: bool = False) -> Report:
    return audit_store(
        ledger.store, ledger.checkpoints.all(), ledger.log_key, hashes_only=hashes_only
    )


def change(ledger: Ledger, statement: Executable) -> None:
    with ledger.store.engine.begin() as connection:
        connection.execute(statement)


def rows(ledger: Ledger, table: Table) -> list[Any]:
    with ledger.store.reading() as view:
        return list(view.table(table))


def codes(report: Report) -> set[str]:
    return {finding.code for finding in report.findings}


@pytest.mark.parametrize("hashes_only", [False, True])
def test_a_log_as_it_was_written_passes(ledger: Ledger, *, hashes_only: bool) -> None:
    told: list[tuple[int, int]] = []
    report = audit_store(
        ledger.store,
        ledger.checkpoints.all(),
        ledger.log_key,
        hashes_only=hashes_only,
        progress=lambda done, of: told.append((done, of)),
    )
    assert (report.ok, report.findings) == (True, [])
    assert report.size == ledger.size == 14
    assert told[-1] == (14, 14)


@pytest.mark.parametrize("hashes_only", [False, True])
def test_any_bit_of_an_entry_or_statement_names_the_entry(
    ledger: Ledger, *, hashes_only: bool
) -> None:
    chance = random.Random(SEED)
    for table in (ENTRY, STATEMENT):
        for row in rows(ledger, table):
            for column, value in zip(table.c, row, strict=True):
                if column.name == "index" or (column.name == "warnings" and hashes_only):
                    continue
                for bit in chance.sample(range(8 * len(value)), BITS_PER_VALUE):
                    bent = bytearray(value)
                    bent[bit // 8] ^= 1 << bit % 8
                    here = table.c.index == row.index
                    change(ledger, update(table).where(here).values({column: bytes(bent)}))
                    report = check(ledger, hashes_only=hashes_only)
                    named = report.findings[0].index if report.findings else None
                    assert named == row.index, f"bit {bit} of {column} of {row.index}"
                    change(ledger, update(table).where(here).values({column: value}))
    assert check(ledger, hashes_only=hashes_only).ok


@pytest.mark.parametrize("table", [ENTRY, STATEMENT], ids=str)
def test_a_moved_or_missing_row_names_its_entry(ledger: Ledger, table: Table) -> None:
    for row in rows(ledger, table):
        here = table.c.index == row.index
        change(ledger, update(table).where(here).values(index=row.index + 64))
        report = check(ledger, hashes_only=True)
        assert report.findings[0].index == row.index
        assert {("row_left_over", row.index + 64)} <= {
            (finding.code, finding.index) for finding in report.findings
        }
        change(ledger, delete(table).where(table.c.index == row.index + 64))
        assert check(ledger).findings[0].index == row.index
        change(ledger, insert(table).values(row._asdict()))
    assert check(ledger).ok


@pytest.mark.parametrize("table", [FACT, MENTION, LINK, TILE, HEAD], ids=str)
def test_any_changed_projection_is_found(ledger: Ledger, table: Table) -> None:
    for row in rows(ledger, table):
        was = row._asdict()
        here = [table.c[column.name] == was[column.name] for column in table.primary_key]
        for column in table.c:
            value = was[column.name]
            if column.name == "id" or (table is HEAD and column.name == "size"):
                continue
            if isinstance(value, bytes):
                bent: Any = bytes([value[0] ^ 1]) + value[1:]
            else:
                bent = value + ("x" if isinstance(value, str) else 1000)
            change(ledger, update(table).where(*here).values({column: bent}))
            assert not check(ledger).ok, f"{column} of {was}"
            there = [
                table.c[name.name] == (bent if name is column else was[name.name])
                for name in table.primary_key
            ]
            change(ledger, update(table).where(*there).values({column: value}))
        if table is not HEAD:
            change(ledger, delete(table).where(*here))
            assert not check(ledger).ok, f"missing {was}"
            change(ledger, insert(table).values(was))
    assert check(ledger).ok


def test_damaged_secrets_of_labels_are_found_and_deleted_ones_are_not_missed(
    tmp_path: Path,
) -> None:
    made = Ledger.create(
        tmp_path / "bags",
        key_of("log"),
        founding=founding(),
        clock=Clock(datetime(2026, 3, 10, 8, tzinfo=UTC)),
    )
    made.append([*opening(), *one_bag.story()])
    made.disclose_labels("P1", one_bag.SECRET)
    made.publish()
    assert check(made).ok
    (row,) = rows(made, DISCLOSURE)
    was = row._asdict()
    body = was["body"]
    bent = [bytes([*body[:at], body[at] ^ 1, *body[at + 1 :]]) for at in range(len(body))]
    changes = [{"body": one} for one in (*bent, b"", body + bytes(32), body[:-32])]
    for changed in ({"kind": "x"}, {"id": "P2"}, *changes):
        change(made, update(DISCLOSURE).values(changed))
        assert codes(check(made)) == {"row_differs"}, changed
        change(made, update(DISCLOSURE).values(was))
    change(made, delete(DISCLOSURE))
    assert check(made).ok
    made.close()


def test_another_name_on_the_database_and_lost_checkpoints_are_found(small: Ledger) -> None:
    assert codes(audit_store(small.store, [], small.log_key)) == {"checkpoint_unknown"}
    change(small, update(VERSION).values(origin="demo.rice.example/other"))
    renamed = Store.open(str(small.store.engine.url))
    assert "row_differs" in codes(audit_store(renamed, small.checkpoints.all(), small.log_key))
    renamed.close()


def test_a_row_that_nothing_explains_is_found(ledger: Ledger) -> None:
    extra: dict[Table, dict[str, Any]] = {
        FACT: {"key": "actor:ghost", "body": b"{}", "entry_index": 1},
        MENTION: {"fact_key": "actor:ghost", "entry_index": 1},
        LINK: {"source": lot(1), "target": lot(3), "entry_index": 12, "mass_g": 1},
        TILE: {"level": 1, "index": 0, "hashes": bytes(32)},
    }
    for table, values in extra.items():
        change(ledger, insert(table).values(values))
        assert codes(check(ledger)) & {"row_differs", "tile_differs"}
        here = [table.c[column.name] == values[column.name] for column in table.primary_key]
        change(ledger, delete(table).where(*here))
    assert check(ledger).ok


def test_a_log_that_signed_another_past_is_found(small: Ledger) -> None:
    def report(*signed: Signed) -> Report:
        return audit_store(small.store, signed, small.log_key)

    def signed(size: int, root: bytes, signer: str = "log") -> Signed:
        note = sign_checkpoint(ORIGIN, size, root, key_of(signer))
        return Signed(size, root, note, note)

    good = small.published()
    assert report(good).ok
    assert codes(report(signed(5, bytes(32)))) == {"root_differs"}
    assert codes(report(signed(good.size, good.root, "another log"))) == {"checkpoint_unsigned"}
    assert codes(report(signed(good.size + 1, bytes(32)))) == {"past_differs"}
    lie = Signed(5, bytes(32), good.note, good.note)
    assert codes(report(lie)) == {"root_differs"}


def test_a_statement_no_rule_allows_is_found_even_in_a_whole_tree(
    small: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An operator with the log key can put in what he likes; whoever replays the log sees it."""
    monkeypatch.setattr("ledger.sequencer.judge", _lenient_judge)
    small.append([receiving(9)])
    monkeypatch.undo()
    small.publish()
    report = check(small)
    assert codes(report) == {"rule_broken"}
    assert report.findings[0].index == small.size - 1
    assert "lot_unknown" in report.findings[0].words.en
    assert check(small, hashes_only=True).ok


def _lenient_judge(meaning: Meaning, place: Place, facts: Facts, past: Past) -> Decision:
    try:
        return judge(meaning, place, facts, past)
    except RefusedError:
        return Decision({}, (), (), ())


def test_exported_files_are_audited_without_the_database(tmp_path: Path, ledger: Ledger) -> None:
    told: list[tuple[int, int]] = []
    folder = tmp_path / "export"
    ledger.export(folder, lambda done, of: told.append((done, of)))
    assert told[-1][0] == told[-1][1]
    for hashes_only in (False, True):
        report = audit(folder, ledger.log_key, hashes_only=hashes_only)
        assert (report.ok, report.size) == (True, 14)


def test_any_changed_file_of_an_export_is_found(tmp_path: Path, small: Ledger) -> None:
    folder = tmp_path / "export"
    small.export(folder)
    chance = random.Random(SEED)
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    assert len(files) == 7
    for file in files:
        data = file.read_bytes()
        for at in chance.sample(range(len(data)), 12):
            file.write_bytes(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :])
            assert not _is_clean(folder, small.log_key), f"byte {at} of {file.name}"
        file.unlink()
        if file.parent.name != "checkpoints":
            assert not _is_clean(folder, small.log_key), f"{file.name} is missing"
        file.write_bytes(data)
    assert _is_clean(folder, small.log_key)


def _is_clean(folder: Path, vkey: str) -> bool:
    try:
        return audit(folder, vkey).ok
    except LedgerError:
        return False  # a checkpoint that the log has not signed: nothing to audit by


def test_a_folder_of_either_kind_is_audited_by_name(tmp_path: Path, small: Ledger) -> None:
    small.export(tmp_path / "export")
    copy = tmp_path / "copy"
    shutil.copytree(small.folder, copy)
    for folder in (small.folder, copy, tmp_path / "export"):
        assert audit(folder, small.log_key).ok


def test_findings_are_worded_and_few(small: Ledger) -> None:
    with small.store.engine.begin() as connection:
        connection.execute(delete(FACT))
    report = check(small)
    assert codes(report) == {"row_differs"}
    assert 10 < len(report.findings) <= 100
    words = report.findings[0].words
    assert "fact" in words.en
    assert words.en != words.vi
