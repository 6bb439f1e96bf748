"""The demo season as its offices keep it: every row is read, and what is wrong is said by code."""

from __future__ import annotations

import json
import re
import shutil
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from ledger.imports import rows
from ledger.imports.cells import LOCAL_TIME
from ledger.imports.kinds import KINDS
from ledger.imports.notices import Notice
from ledger.imports.tables import Table, read_season, read_table, recognise

SEASON = Path(__file__).parents[2] / "ledger" / "demo_data" / "season-dx-2026"
EXPECTED = json.loads((SEASON / "expected.json").read_text(encoding="utf-8"))

IN_ONE_FILE = {  # anomalies that the file itself shows; the others need the rules of rice
    "duplicate_number",
    "moisture_missing",
    "decimal_comma",
    "bad_sscc",
    "overlapping_area",
    "printed_twice",
}
LEVELS = {"refuse": "refuse", "warn": "warn", "accept once": "info"}
ODDITIES = [
    anomaly | {"id": anomaly["id"].replace("-", "_")}  # our codes have no hyphens
    for anomaly in EXPECTED["anomalies"] + EXPECTED["harmless"]
]
CASES = [anomaly for anomaly in ODDITIES if anomaly["id"] in IN_ONE_FILE]


@pytest.fixture(scope="module")
def season() -> dict[str, Table]:
    return read_season(SEASON)


@pytest.fixture(scope="module")
def workbook() -> Table:
    return read_table(SEASON / "weigh_tickets.xlsx", "weigh_tickets")


def notice_of(table: Table, code: str) -> Notice:
    (notice,) = [notice for notice in table.notices if notice.code == code]
    return notice


def documented_counts() -> dict[str, int]:
    text = (SEASON / "README.md").read_text(encoding="utf-8")
    found = re.findall(r"^\| (\w+)\.(?:csv|geojson) \| ([\d,]+) \|", text, re.MULTILINE)
    return {kind: int(count.replace(",", "")) for kind, count in found}


def test_every_kind_is_read_and_every_row_is_accounted_for(season: dict[str, Table]) -> None:
    counts = documented_counts()
    assert set(season) == set(counts) == set(KINDS)
    for kind, table in season.items():
        left_out = sum(notice.level in {"refuse", "info"} for notice in table.notices)
        assert len(table.rows) + left_out == counts[kind], kind


def test_all_cases_are_tried() -> None:
    assert {case["id"] for case in CASES} == IN_ONE_FILE


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_each_oddity_is_found_on_its_line(
    case: dict[str, object], season: dict[str, Table]
) -> None:
    kind = Path(str(case["file"])).stem
    notice = notice_of(season[kind], str(case["id"]))
    assert notice.file == case["file"]
    assert notice.line == case.get("line", case.get("feature"))
    assert notice.level == LEVELS[str(case["expected"])]
    assert all("{" not in words for words in notice.words)
    lines = {row.line for row in season[kind].rows}
    assert (notice.line in lines) == (notice.level == "warn")


@pytest.mark.parametrize("case", [c for c in CASES if "also_in" in c], ids=lambda case: case["id"])
def test_the_workbook_shows_the_same_oddities(
    case: dict[str, dict[str, object]], workbook: Table
) -> None:
    notice = notice_of(workbook, str(case["id"]))
    assert [notice.file, notice.sheet, notice.line] == list(case["also_in"].values())


def test_nothing_else_is_odd(season: dict[str, Table], workbook: Table) -> None:
    assert sum(len(table.notices) for table in season.values()) == len(CASES)
    assert len(workbook.notices) == 4


def test_a_slip_has_one_digest_as_text_and_in_the_workbook(
    season: dict[str, Table], workbook: Table
) -> None:
    digests = [row.digest for row in season["weigh_tickets"].rows]
    assert [row.digest for row in workbook.rows] == digests
    assert len(set(digests)) == len(digests)
    assert all(re.fullmatch("[0-9a-f]{64}", digest) for digest in digests)


def test_private_rows_are_never_hashed(season: dict[str, Table]) -> None:
    for kind, table in season.items():
        assert KINDS[kind].private == kind.endswith("_private")
        assert all(bool(row.digest) != KINDS[kind].private for row in table.rows)


def test_a_slip_is_read_in_whole_units(season: dict[str, Table]) -> None:
    slip = season["weigh_tickets"].of(rows.WeighTicket)[0]
    assert slip == rows.WeighTicket(
        line=2,
        digest=slip.digest,
        number="PC26-0001",
        weighed_at=datetime(2026, 2, 13, 10, 12, tzinfo=LOCAL_TIME),
        harvested_on=date(2026, 2, 13),
        area="VN-CTOR-0003",
        cooperative_name="HTX Nông nghiệp Kênh Xáng (demo)",
        delivered_by="htx-kenh-xang",
        contract="HĐLK-DX26-004",
        variety="OM5451",
        gross_g=42_850_000,
        tare_g=150_000,
        wet_g=42_700_000,
        moisture_ppt=245,
        impurities_ppt=11,
        plate="CT-00001",
        silo="S2",
    )
    comma = next(row for row in season["weigh_tickets"].of(rows.WeighTicket) if row.line == 70)
    assert comma.moisture_ppt == 253


def test_other_kinds_are_read_in_whole_units(season: dict[str, Table]) -> None:
    run = season["drying"].of(rows.DryingRun)[0]
    assert (run.moisture_in_pct, run.moisture_out_ppt) == (Decimal("24.38"), 143)
    assert run.tickets == ("PC26-0001", "PC26-0002", "PC26-0003", "PC26-0004")
    lot = season["packing"].of(rows.PackedLot)[0]
    assert (lot.gtin, lot.net_bag_g, lot.labelled) == ("09521234000327", 25_000, True)
    assert lot.draws == (("XAY-001", 27_167_000), ("XAY-002", 12_879_000))
    assert season["milling"].of(rows.MillingBatch)[0].draws == (("S1", 54_640_000),)
    container = season["shipments"].of(rows.Shipment)[1]
    assert container.loose_bags == (("L260408A", 600), ("L260409A", 400))
    area = season["planting_areas"].of(rows.PlantingArea)[0]
    assert (area.area_m2, area.approved_output_g, area.in_scheme) == (960_800, 865_000_000, True)
    grants = [row for row in season["certifications"].of(rows.Certification) if row.quota_g]
    assert [grant.quota_g for grant in grants] == [1_889_450_000, 102_740_000]
    assert season["water_levels"].of(rows.WaterLevel)[1].level_mm == 55


@pytest.mark.parametrize("kind", sorted(set(KINDS) - {"planting_areas"}))
def test_a_file_of_another_name_is_known_by_its_headings(kind: str, tmp_path: Path) -> None:
    other = shutil.copy(SEASON / f"{kind}.csv", tmp_path / "so-lieu.csv")
    assert recognise(Path(other)) == kind


def test_a_workbook_stands_in_for_the_text(tmp_path: Path) -> None:
    shutil.copy(SEASON / "weigh_tickets.xlsx", tmp_path / "phieu can.xlsx")
    (tmp_path / "~$phieu can.xlsx").write_bytes(b"locked")
    (tmp_path / "README.md").write_text("no table")
    tables = read_season(tmp_path)
    assert {kind: len(table.rows) for kind, table in tables.items()} == {"weigh_tickets": 219}


def test_a_paper_that_was_changed_or_lost_is_noticed(tmp_path: Path) -> None:
    shutil.copytree(SEASON / "documents", tmp_path / "documents")
    shutil.copy(SEASON / "documents.csv", tmp_path)
    (tmp_path / "documents" / "hdlk-dx26-001.txt").write_text("other words")
    (tmp_path / "documents" / "hdlk-dx26-002.txt").unlink()
    table = read_season(tmp_path)["documents"]
    found = [(notice.code, notice.level, notice.line) for notice in table.notices]
    assert found == [("document_differs", "refuse", 2), ("document_missing", "warn", 3)]
    assert [row.line for row in table.rows[:2]] == [3, 4]
