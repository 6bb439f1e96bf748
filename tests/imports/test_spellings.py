"""One slip, many offices: whatever their habits, the same row comes out."""

from __future__ import annotations

import io
import unicodedata
import zipfile
from collections.abc import Callable
from datetime import datetime
from typing import cast

import openpyxl
import pytest

from ledger.imports import cells, words
from ledger.imports.cells import fold
from ledger.imports.kinds import IGNORED_HEADINGS, KINDS
from ledger.imports.rows import Row, WeighTicket
from ledger.imports.tables import Table, read_table
from ledger.rice.gs1 import is_container

HEADINGS = [column.heading for column in KINDS["weigh_tickets"].columns]
CELLS = (
    "P-1,02/03/2026 08:05,02/03/2026,VN-CTOR-0001,HTX Thuận Hòa,htx,HĐ-1,Đài Thơm 8,"
    "31390,150,31240,24.5,1,CT-1,S1"
)
SLIP = CELLS.split(",")
OTHER = ["P-2", *SLIP[1:11], "24.3", *SLIP[12:]]


def csv(*lines: list[str], separator: str = ",") -> bytes:
    return "\r\n".join(separator.join(line) for line in lines).encode() + b"\r\n"


def slips(content: bytes) -> Table:
    return read_table(content, "weigh_tickets", file="slips.csv")


def values(row: Row) -> dict[str, object]:
    return {name: getattr(row, name) for name in row.__struct_fields__ if name != "line"}


def with_cells(**changes: str) -> list[str]:
    """Return the slip with some cells written otherwise, by field."""
    fields = [column.field for column in KINDS["weigh_tickets"].columns]
    return [changes.get(field, cell) for field, cell in zip(fields, SLIP, strict=True)]


USUAL = slips(csv(HEADINGS, SLIP))


def heads(change: Callable[[str], str]) -> bytes:
    return csv([change(heading) for heading in HEADINGS], SLIP)


ALSO = [(column.also or (column.heading,))[-1] for column in KINDS["weigh_tickets"].columns]
PLAIN = str.maketrans("đĐ", "dD")

HABITS = {
    "byte order mark": b"\xef\xbb\xbf" + csv(HEADINGS, SLIP),
    "decomposed letters": unicodedata.normalize("NFD", csv(HEADINGS, SLIP).decode()).encode(),
    "semicolons": csv(HEADINGS, SLIP, separator=";"),
    "semicolons and decimal commas": csv(HEADINGS, with_cells(moisture_ppt="24,5"), separator=";"),
    "tabs": csv(HEADINGS, SLIP, separator="\t"),
    "every cell quoted": csv(*[[f'"{cell}"' for cell in line] for line in (HEADINGS, SLIP)]),
    "unix line ends": csv(HEADINGS, SLIP).replace(b"\r\n", b"\n"),
    "no last line end": csv(HEADINGS, SLIP).rstrip(),
    "other headings": csv(ALSO, SLIP),
    "capitals": heads(str.upper),
    "no tone marks": heads(
        lambda text: (
            unicodedata.normalize("NFD", text.translate(PLAIN)).encode("ascii", "ignore").decode()
        )
    ),
    "underscores": heads(lambda text: text.replace(" ", "_")),
    "no units": heads(lambda text: text.partition(" (")[0]),
    "spaces around": heads(lambda text: f"  {text} "),
    "another order": csv(HEADINGS[::-1], SLIP[::-1]),
    "running number and remark": csv(["STT", *HEADINGS, "Ghi chú"], ["1", *SLIP, ""]),
    "title lines": csv(["PHIẾU CÂN LÚA"], [""], HEADINGS, SLIP),
    "empty lines": csv(HEADINGS, [], [""] * 15, SLIP, []),
    "total": csv(HEADINGS, SLIP, ["Cộng", *[""] * 9, "31240"]),
    "another total": csv(HEADINGS, SLIP, ["", "TỔNG CỘNG:", *[""] * 8, "31.240"]),
    "headings on every page": csv(HEADINGS, SLIP, HEADINGS),
    "grouped thousands": csv(HEADINGS, with_cells(gross_g="31.390", wet_g="31.240")),
    "short dates": csv(HEADINGS, with_cells(weighed_at="2/3/2026 8:05", harvested_on="2/3/2026")),
    "year first": csv(
        HEADINGS, with_cells(weighed_at="2026-03-02 08:05", harvested_on="2026-03-02")
    ),
    "machine time": csv(HEADINGS, with_cells(weighed_at="2026-03-02T08:05:00+07:00")),
    "date in words": csv(HEADINGS, with_cells(harvested_on="Ngày 02 tháng 3 năm 2026")),
    "clock in words": csv(HEADINGS, with_cells(weighed_at="02/03/2026 8h05")),
    "trailing zero": csv(HEADINGS, with_cells(moisture_ppt="24.50", impurities_ppt="1.0")),
}


@pytest.mark.parametrize("habit", HABITS)
def test_the_same_slip_whatever_the_habit(habit: str) -> None:
    table = slips(HABITS[habit])
    assert not table.notices
    assert [values(row) for row in table.rows] == [values(row) for row in USUAL.rows]


def test_the_older_place_of_the_tone_mark_is_the_same_slip() -> None:
    twice = csv(HEADINGS, SLIP, with_cells(cooperative_name="HTX THUẬN HOÀ"))
    table = slips(twice)
    assert [notice.code for notice in table.notices] == ["printed_twice"]
    assert len(table.rows) == 1


def test_a_quoted_line_break_does_not_shift_the_line_numbers() -> None:
    table = slips(csv(HEADINGS, with_cells(cooperative_name='"HTX\nThuận Hòa"'), OTHER))
    assert [row.line for row in table.rows] == [2, 4]


def workbook(sheets: dict[str, list[list[object]]]) -> bytes:
    book = openpyxl.Workbook()
    book.remove(cast("object", book.active))
    for title, lines in sheets.items():
        sheet = book.create_sheet(title)
        for line in lines:
            sheet.append(line)
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


def test_a_workbook_of_one_sheet_per_month() -> None:
    at = datetime(2026, 3, 2, 8, 5)  # noqa: DTZ001 -- workbooks know no zones
    native: list[object] = [*SLIP[:1], at, at.replace(hour=0, minute=0), *SLIP[3:8]]
    native += [31390, 150, 31240.0, 24.5, 1, *SLIP[13:]]
    table = slips(
        workbook(
            {
                "Tháng 3": [["PHIẾU CÂN"], [], ["STT", *HEADINGS], [1, *native], ["", "Cộng"]],
                "Tháng 4": [[*HEADINGS[::-1]], [*OTHER[::-1]], [*SLIP[::-1]]],
                "Ghi chú": [["Số phiếu", "Silo", "lời nhắn"]],
            }
        )
    )
    assert [(notice.code, notice.sheet, notice.line, notice.other) for notice in table.notices] == [
        ("printed_twice", "Tháng 4", 3, "Tháng 3 4"),
        ("sheet_skipped", "Ghi chú", 1, ""),
    ]
    assert [(row.sheet, row.line) for row in table.rows] == [("Tháng 3", 4), ("Tháng 4", 2)]
    assert table.rows[0].digest == USUAL.rows[0].digest


def test_a_workbook_that_understates_its_size_is_read_whole() -> None:
    content = workbook({"Tháng 3": [[*HEADINGS], [*SLIP], [*OTHER]]})
    kept = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(kept, "w") as target:
        for name in source.namelist():
            target.writestr(name, source.read(name).replace(b'ref="A1:O3"', b'ref="A1:A2"'))
    assert kept.getvalue() != content
    assert len(slips(kept.getvalue()).rows) == 2


def test_a_lone_decimal_mark_is_read_and_said() -> None:
    point_file = csv(HEADINGS, SLIP, [*OTHER[:11], '"25,3"', *OTHER[12:]])
    comma_file = csv(
        HEADINGS,
        [*OTHER[:11], "25.3", *OTHER[12:]],
        with_cells(moisture_ppt="24,5", impurities_ppt="1,1"),
        separator=";",
    )
    for content, code in ((point_file, "decimal_comma"), (comma_file, "decimal_point")):
        table = slips(content)
        assert [notice.code for notice in table.notices] == [code]
        assert 253 in {row.moisture_ppt for row in table.of(WeighTicket)}
        assert len(table.rows) == 2


REFUSED = {
    "moisture_missing": {"moisture_ppt": ""},
    "value_missing": {"number": ""},
    "number_unreadable": {"wet_g": "31,240 kg"},
    "number_too_fine": {"moisture_ppt": "24.55"},
    "number_out_of_range": {"moisture_ppt": "245"},
    "date_unreadable": {"harvested_on": "30/02/2026"},
    "time_unreadable": {"weighed_at": "02/03/2026"},
    "text_too_long": {"plate": "C" * 1001},
    "net_differs": {"wet_g": "31250"},
    "order_reversed": {"harvested_on": "03/03/2026"},
    "row_too_wide": {"silo": "S1,1"},
}


@pytest.mark.parametrize("code", REFUSED)
def test_a_row_that_cannot_be_believed_is_left_out_and_the_rest_counts(code: str) -> None:
    quoted = {field: f'"{text}"' if "kg" in text else text for field, text in REFUSED[code].items()}
    table = slips(csv(HEADINGS, OTHER, with_cells(**quoted)))
    assert [(notice.code, notice.level, notice.line) for notice in table.notices] == [
        (code, "refuse", 3)
    ]
    assert [row.line for row in table.rows] == [2]


def test_every_fault_of_a_row_is_said_at_once() -> None:
    table = slips(csv(HEADINGS, with_cells(weighed_at="soon", moisture_ppt="wet")))
    assert [notice.field for notice in table.notices] == ["Ngày giờ cân", "Độ ẩm (%)"]
    assert "“wet”" in table.notices[1].words.en


def test_a_refused_row_does_not_hold_its_number() -> None:
    table = slips(csv(HEADINGS, with_cells(moisture_ppt=""), SLIP))
    assert [row.line for row in table.rows] == [3]


def test_an_unknown_column_is_left_out_and_said() -> None:
    table = slips(csv([*HEADINGS, "Thời tiết"], [*SLIP, "nắng"]))
    assert [(notice.code, notice.read) for notice in table.notices] == [
        ("heading_unknown", "Thời tiết")
    ]
    assert table.rows[0].digest == USUAL.rows[0].digest


def test_lists_and_counts_in_every_separator() -> None:
    headings = "Số chuyến;Số container;Các pallet (SSCC);Lô và số bao;KL tịnh;Đơn vị xuất khẩu;"
    headings += "Người mua;Nước đến;ETD"
    one, two = "095212340000000013", "095212340000000020"
    for number, sign in enumerate(("|", ",", " + ", " ", " ; ")):
        pallets, loose = f'"{one}{sign}{two}"', f'"A:1.600{sign}B : 2"'
        line = f"X{number};zzdu 263204-0;{pallets};{loose};25.000;a;b;PH;2026-04-24"
        table = read_table(f"{headings}\n{line}\n".encode(), "shipments")
        assert not table.notices
        shipment = values(table.rows[0])
        assert shipment["pallets"] == (one, two)
        assert shipment["loose_bags"] == (("A", 1600), ("B", 2))
        assert shipment["container"] == "ZZDU2632040"


def test_what_is_listed_twice_counts_once() -> None:
    headings = "Mẻ sấy,Bắt đầu,Kết thúc,Các phiếu cân,Lúa vào,Ẩm vào,Lúa ra,Ẩm ra,Silo"
    run = "S1,02/03/2026 8:05,02/03/2026 18:05,X|Y|X,2,20,1,14,S1"
    table = read_table(f"{headings}\n{run}\n".encode(), "drying")
    assert [(notice.code, notice.read) for notice in table.notices] == [("listed_twice", "X")]
    assert values(table.rows[0])["tickets"] == ("X", "Y")


def test_what_a_private_file_says_is_not_repeated() -> None:
    content = "Mã hộ,Họ và tên,Mã vùng trồng,Diện tích (ha)\nH1,Lâm Minh,V,x\n".encode()
    (notice,) = read_table(content, "farmers_private").notices
    assert (notice.code, notice.read) == ("number_unreadable", "")


def test_container_numbers_end_in_their_check_digit() -> None:
    assert is_container("CSQU3054383")  # the standard's own example
    assert not any(is_container(f"CSQU305438{digit}") for digit in "012456789")
    assert not is_container("CSQX3054383")


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.name)
def test_no_heading_means_two_columns(kind: object) -> None:
    columns = cast("type[object]", kind).columns  # type: ignore[attr-defined]
    spelled = [spelling for column in columns for spelling in column.spellings()]
    assert len(spelled) == len(set(spelled))
    assert not IGNORED_HEADINGS & set(spelled)


@pytest.mark.parametrize(
    "closed", [value for name, value in vars(words).items() if name.isupper()], ids=str
)
def test_no_word_means_two_things(closed: dict[str, tuple[str, ...]]) -> None:
    folded = [fold(text) for texts in closed.values() for text in texts]
    assert len(folded) == len(set(folded))


@pytest.mark.parametrize(
    ("written", "read"), [("có", True), ("X", True), ("Không", False), ("khong", False)]
)
def test_yes_and_no(written: str, *, read: bool) -> None:
    assert cells.YES_NO.read(written) is read
