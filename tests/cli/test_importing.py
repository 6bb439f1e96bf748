"""Office files at the command line: reports, templates, erasing, and what a season adds up to."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import openpyxl
import pytest

from ledger.cli.closing import AREA_COLUMNS, TOTALS
from ledger.cli.dossier import FIGURES, ranges
from ledger.cli.exits import Exit
from ledger.cli.opening import opened
from ledger.demo import SEASON_FOLDER
from ledger.dossier import BEHIND
from ledger.keyring import SAMPLE_KEYS
from ledger.rice.figures import AreaFigures, Totals
from tests.cli.talk import Rice, Told


@pytest.fixture(scope="module")
def own(rice: Rice, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ledger of the demo's origin that was only founded, for tests that write."""
    folder = tmp_path_factory.mktemp("own") / "book"
    roots = [SAMPLE_KEYS / f"root-{number}.json" for number in (1, 2, 3)]
    made = rice(
        *("init", folder, "--origin", "demo.rice.example/dx-2026", "--name", "Sổ thử"),
        *("--host", "demo.rice.example", "--log-key", SAMPLE_KEYS / "log.json"),
        *(word for root in roots for word in ("--root-key", root)),
    )
    assert made.exit_code == Exit.DONE, made.output
    return folder


REGISTER = ("organisations.csv", "products.csv", "planting_areas.geojson", "area_events.csv")


def test_files_are_taken_one_by_one_and_told_in_a_report(
    rice: Rice, own: Path, tmp_path: Path
) -> None:
    keys = ("--keys", SAMPLE_KEYS, "--ledger", own)
    register = [SEASON_FOLDER / name for name in REGISTER]
    report = tmp_path / "report.csv"
    first = rice("--lang", "en", "import", *register, *keys, "--report", report)
    assert first.exit_code == Exit.NO, first.output  # one area is another's land
    with report.open(encoding="utf-8-sig", newline="") as file:
        heading, line = csv.reader(file)
    assert heading[:4] == ["Level", "File", "Sheet", "Line"]
    assert (line[0], line[4], line[5]) == ("not taken", "code", "VN-CTOR-0115")
    assert line[-1] == "overlapping_area"
    assert all(line[6:8])
    again = rice("import", *register, *keys, "--json", "--report", tmp_path / "report.xlsx")
    told = json.loads(again.stdout)
    assert (told["added"], told["waiting_rows"], told["refused_rows"]) == (0, 0, 1)
    assert told["outcomes"][0]["accepted"]["vi"]
    book = openpyxl.load_workbook(tmp_path / "report.xlsx")
    assert book.active.max_row == 2


def test_rows_of_other_offices_wait(rice: Rice, own: Path, tmp_path: Path) -> None:
    keys = tmp_path / "keys"
    keys.mkdir()
    name = "htx-bo-tre.json"
    (keys / name).write_bytes((SAMPLE_KEYS / name).read_bytes())
    diary = SEASON_FOLDER / "field_diary.csv"
    rice("import", *(SEASON_FOLDER / each for each in REGISTER), "--keys", SAMPLE_KEYS, "-l", own)
    result = rice("--lang", "en", "import", diary, "--keys", keys, "--ledger", own)
    assert result.exit_code == Exit.DONE, result.output
    waiting = [line for line in result.stdout.splitlines() if "waiting_for_office" in line]
    assert len(waiting) == 4
    assert any("htx-kenh-xang" in line and "rows" in line for line in waiting)


def test_what_is_no_office_file_is_refused(rice: Rice, own: Path, tmp_path: Path) -> None:
    letter = tmp_path / "letter.csv"
    letter.write_text("Kính gửi,ông bà\n", encoding="utf-8")
    result = rice("import", letter, "--keys", SAMPLE_KEYS, "--ledger", own)
    assert (result.exit_code, "[import_kind_unknown]" in result.stderr) == (Exit.UNREADABLE, True)


def test_a_template_is_written_with_its_help(rice: Rice, tmp_path: Path) -> None:
    slips = tmp_path / "slips.csv"
    made = rice("--lang", "en", "template", "weigh_tickets", "--out", slips, "--lang", "en")
    assert made.exit_code == Exit.DONE, made.output
    assert slips.read_text(encoding="utf-8-sig").startswith("Slip number,Weighed at")
    assert (tmp_path / "slips-help.csv").exists()
    rice("template", "weigh_tickets", "--out", tmp_path / "slips.xlsx")
    book = openpyxl.load_workbook(tmp_path / "slips.xlsx")
    assert book.sheetnames == ["weigh_tickets", "help"]
    assert book["weigh_tickets"]["A1"].value == "Số phiếu"
    odd = rice("template", "weights", "--out", tmp_path / "x.csv")
    assert (odd.exit_code, "[import_kind_unknown]" in odd.stderr) == (Exit.UNREADABLE, True)


def test_private_rows_are_erased_and_an_entry_says_so(rice: Rice, own: Path) -> None:
    private = [f"{name}.csv" for name in ("farmers_private", "contracts", "contracts_private")]
    files = [SEASON_FOLDER / name for name in (*REGISTER, *private)]
    rice("import", *files, "--keys", SAMPLE_KEYS, "--ledger", own)
    with opened(own) as book:
        before = book.size
    words = ("erase", "household", "H17bd0058", "--ledger", own)
    alone = rice(*words, "--by", "htx-kenh-xang")
    assert alone.exit_code == Exit.USAGE
    erased = rice(*words, "--by", "htx-kenh-xang", "--keys", SAMPLE_KEYS, "--json")
    assert json.loads(erased.stdout) == {"erased": 3}
    gone = rice(*words)
    assert (gone.exit_code, "[nothing_named]" in gone.stderr) == (Exit.ABSENT, True)
    prices = rice("--lang", "en", "erase", "contract", "HĐLK-DX26-001", "--ledger", own)
    assert "3 private fields" in prices.stdout
    with opened(own) as book:
        assert book.size == before + 1, "one was said, one was not"
        assert b"H17bd0058" not in book.statement(before)
    audited = json.loads(rice("audit", own, "--json").stdout)
    assert audited["ok"]


def test_a_season_adds_up(rice: Rice, demo: Told) -> None:
    words = ("figures", "DX-2026", "--ledger", demo["folder"])
    told = json.loads(rice(*words, "--on", "2026-06-30", "--json").stdout)
    assert told["totals"]["certified_ha_on"] == "470.4500"
    assert told["totals"]["export_share_pct"] == "74.11"
    assert len(told["areas"]) == 14
    shown = rice("--lang", "en", *words).stdout
    assert "Lost after harvest, %\t2.38" in shown
    assert "Harvested, at 14 %, t\t6342.255" in shown
    for odd in (("figures", "spring"), ("figures", "DX-2026", "--on", "30.06.2026")):
        result = rice(*odd, "--ledger", demo["folder"])
        assert (result.exit_code, "_unreadable]" in result.stderr) == (Exit.UNREADABLE, True)


def test_every_figure_shown_is_one_and_is_called_something() -> None:
    assert set(TOTALS) <= set(Totals.__struct_fields__)
    assert set(AREA_COLUMNS) <= set(AreaFigures.__struct_fields__)
    assert all(words.vi and words.en for words in (*TOTALS.values(), *AREA_COLUMNS.values()))


def test_a_dossier_shows_every_figure_with_its_entries(rice: Rice, demo: Told) -> None:
    words = ("dossier", "VN-CTOR-0005", "DX-2026", "--ledger", demo["folder"])
    told = json.loads(rice(*words, "--json").stdout)
    assert {one["name"] for one in told["figures"]} == set(FIGURES) == set(BEHIND)
    assert told["emission"]["project"]["kg_co2e_per_ha"] == "3296.40"
    english, vietnamese = (rice("--lang", one, *words, "--entries").stdout for one in ("en", "vi"))
    assert "Reduction\t49.62\t%\n" in rice("--lang", "en", *words).stdout, "entries on request"
    assert english.startswith("VN-CTOR-0005, DX-2026: htx-lua-vang-co-do, Co Do Commune, 46.59 ha")
    assert "Water regime\tone drainage\tevidence tier 1: 0005-A 2x, 0005-B 1x\t" in english
    assert "IPCC 2019 Tier 1; IPCC-2019-SEA; GWP AR5" in english
    assert "Reduction\t49.62\t%\t" in english
    assert "Chế độ nước\trút một lần\tbậc bằng chứng 1" in vietnamese
    assert "Thẩm định\tmrv-phu-sa\t" in vietnamese
    unread = rice("--lang", "en", "dossier", "VN-CTOR-0014", *words[2:]).stdout
    assert "continuous\tno readings: taken as flooded" in unread
    assert "Measured by\tnobody" in unread
    for odd, code in (
        (("VN-0", "DX-2026"), "name_unknown"),
        ((words[1], "dx"), "season_unreadable"),
    ):
        assert f"[{code}]" in rice("dossier", *odd, *words[3:]).stderr


@pytest.mark.parametrize(
    ("entries", "written"), [((), ""), ((7,), "7"), ((7, 9, 10, 11, 13, 14), "7, 9-11, 13-14")]
)
def test_entries_are_written_as_ranges(entries: tuple[int, ...], written: str) -> None:
    assert ranges(entries) == written
