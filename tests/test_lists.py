from __future__ import annotations

import csv
from decimal import Decimal
from io import BytesIO, StringIO
from pathlib import Path

import pytest
from msgspec import structs
from openpyxl import load_workbook

from ledger.affected import Affected
from ledger.lists import COLUMNS, Cell, table, write_csv, write_xlsx
from ledger.rice.acts import LocalText
from ledger.rice.scopes import read_scope
from tests.kept import kept
from tests.tables import play
from tests.test_tracing import STORY
from tests.world import season


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Affected:
    world = season()
    play(world, STORY)
    ledger = kept(world, tmp_path_factory.mktemp("listed") / "book")
    affected = ledger.affected(read_scope("area:A001"))
    ledger.close()
    return affected


def as_csv(found: Affected) -> list[list[str]]:
    data = write_csv(found, "en")
    assert data.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(StringIO(data.decode("utf-8-sig"), newline="")))


def as_xlsx(found: Affected) -> list[list[object]]:
    sheet = load_workbook(BytesIO(write_xlsx(found, "vi"))).active
    assert sheet is not None
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


def named(found: Affected, name: str) -> Affected:
    """Return the list with the goods under another name."""
    product = LocalText(vi=name, en=name)
    return structs.replace(
        found, lots=tuple(structs.replace(row, product=product) for row in found.lots)
    )


def test_every_row_has_every_column(found: Affected) -> None:
    rows = list(table(found, "vi"))
    assert {len(row) for row in rows} == {len(COLUMNS)}
    assert len(rows) == 1 + sum(
        len(part) for part in (found.containers, found.labels, found.pallets, found.lots)
    )


def test_the_two_files_say_the_same(found: Affected) -> None:
    def shown(cell: Cell | object) -> str:
        return "" if cell is None else str(cell)

    sheet = load_workbook(BytesIO(write_xlsx(found, "en"))).active
    assert sheet is not None
    assert [[shown(cell.value) for cell in row] for row in sheet.iter_rows()] == as_csv(found)
    assert as_xlsx(found)[0][:2] == ["Loại", "Tên"]


def test_masses_are_numbers_and_exact(found: Affected) -> None:
    lots = [row for row in table(found, "en") if row[0] == "lot"]
    kilograms = {row[1]: row[7] for row in lots}
    assert kilograms["09521234000105/L1"] == 100
    odd = structs.replace(found.lots[0], brought_g=100_001, meant_g=100_001)
    rows = list(table(structs.replace(found, lots=(odd,)), "en"))
    assert rows[-1][7] == Decimal("100.001")
    value = as_xlsx(structs.replace(found, lots=(odd,)))[-1][7]
    assert isinstance(value, int | float)


@pytest.mark.parametrize(
    "name", ['=HYPERLINK("https://x.example")', "+1", "-1", "@SUM(A1)", "\uff1d1", "\tx", "\r=1"]
)
def test_no_word_is_taken_for_a_formula(found: Affected, name: str) -> None:
    told = named(found, name)
    cells = {cell for row in as_csv(told) for cell in row}
    printable = "".join(sign for sign in name if sign.isprintable())
    assert name not in cells
    assert not any(cell.startswith(("=", "+", "-", "@", "\uff1d", "\t", "\r")) for cell in cells)
    sheet = load_workbook(BytesIO(write_xlsx(told, "vi"))).active
    assert sheet is not None
    goods = [cell for cell in sheet["D"] if cell.value == printable]
    assert goods
    assert all(cell.data_type == "s" for cell in goods)


def test_signs_that_no_workbook_may_hold_are_left_out(found: Affected) -> None:
    assert any(row[3] == "Gạo" for row in as_xlsx(named(found, "G\x07ạo\x00")))


def test_an_sscc_stays_whole_in_a_spreadsheet(found: Affected) -> None:
    """Eighteen digits would be read as a number, and rounded."""
    pallets = [row[1] for row in as_csv(found) if row[0] == "pallet"]
    assert pallets
    assert all(name.startswith("(00)") for name in pallets)


def test_areas_are_listed_with_their_diaries(tmp_path: Path) -> None:
    world = season()
    play(world, STORY)
    ledger = kept(world, tmp_path / "book")
    rows = as_csv(ledger.affected(read_scope("labels:N1"), "back"))
    ledger.close()
    assert ["area", "A001/DX-2026"] in [row[:2] for row in rows]
    assert "spraying Tilt Super® 300EC" in [row[3] for row in rows if row[0] == "diary line"]
