"""Whatever bytes come in, a table or one of our own refusals comes out."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import openpyxl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ledger.errors import CODES, LedgerError, MalformedError
from ledger.imports import sheets
from ledger.imports.kinds import KINDS
from ledger.imports.notices import NOTICES
from ledger.imports.tables import read_season, read_table
from ledger.rice.gs1 import is_digits

CONTRACTS = (
    "Số hợp đồng,Bên bán,Bên mua,Các mã vùng trồng,Vụ,Diện tích,Ngày HTX ký,Ngày doanh nghiệp ký\n"
)


def refusal_of(content: bytes, kind: str = "contracts") -> LedgerError:
    with pytest.raises(MalformedError) as refusal:
        read_table(content, kind, file="tep.csv")
    assert refusal.value.code in CODES
    assert "…" not in refusal.value.words.vi
    return refusal.value


def test_a_missing_heading_is_named_in_both_languages() -> None:
    refusal = refusal_of(CONTRACTS.replace(",Bên mua", "").encode())
    assert refusal.code == "import_heading_missing"
    assert "tep.csv" in refusal.words.en
    assert all("“Bên mua”" in words for words in refusal.words)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "import_heading_missing"),
        (b"\xff\xfe\x00", "import_unreadable"),
        (CONTRACTS.encode("utf-16"), "import_unreadable"),
        (CONTRACTS.encode() + b'"a"b,c', "import_unreadable"),
        (CONTRACTS.encode() + b'"open,', "import_unreadable"),
        (CONTRACTS.encode() + b"a" * 200_000, "import_unreadable"),
        (b"B\xc3\xaan mua," + CONTRACTS.encode(), "import_heading_twice"),
        ("bên b,".encode() + CONTRACTS.encode(), "import_heading_twice"),
        (b"PK\x03\x04", "import_unreadable"),
    ],
)
def test_a_malformed_file_is_refused_whole(content: bytes, code: str) -> None:
    assert refusal_of(content).code == code


@pytest.mark.parametrize(
    "content",
    [
        b"{}",
        b"[]",
        b'{"type":"Feature","features":[]}',
        b'{"type":"FeatureCollection","features":[{"properties":{"a":NaN}}]}',
        b'{"type":"FeatureCollection","features":[' + b"[" * 100_000,
        b'{"type":"FeatureCollection","features":[{"properties":{"a":' + b"9" * 5000 + b"}}]}",
        b'{"type":"FeatureCollection","features":[{"properties":{"a":1e999999999}}]}',
    ],
)
def test_a_malformed_geojson_is_refused_whole(content: bytes) -> None:
    refusal_of(content, "planting_areas")


def test_square_metres_are_not_read_as_hectares() -> None:
    content = "Mã hộ,Họ và tên,Mã vùng trồng,Diện tích (m2)\n".encode()
    refusal = refusal_of(content, "farmers_private")
    assert refusal.details["heading"] == "Diện tích (ha)"


def test_a_kind_nobody_knows_is_refused() -> None:
    assert refusal_of(b"", "harvest").code == "import_kind_unknown"


def test_a_file_or_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(MalformedError):
        read_table(tmp_path / "none.csv", "contracts")
    with pytest.raises(MalformedError):
        read_season(tmp_path / "none")


def test_sizes_are_bounded(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    line = "H{},a,b,X,DX-2026,1,2025-10-01,2025-10-01\n"
    content = (CONTRACTS + "".join(line.format(number) for number in range(9))).encode()
    (tmp_path / "contracts.csv").write_bytes(content)
    assert len(read_table(content, "contracts").rows) == 9
    with monkeypatch.context() as patch:
        patch.setattr(sheets, "ROWS_MAX", 9)
        assert refusal_of(content).code == "import_too_large"
    monkeypatch.setattr(sheets, "FILE_BYTES_MAX", len(content) - 1)
    assert refusal_of(content).code == "import_too_large"
    with pytest.raises(MalformedError):
        read_table(tmp_path / "contracts.csv", "contracts")


def workbook(cell: str) -> bytes:
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active[cell] = "Số hợp đồng"
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


def rewritten(content: bytes, old: bytes, new: bytes) -> bytes:
    kept = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(kept, "w") as target:
        for name in source.namelist():
            target.writestr(name, source.read(name).replace(old, new))
    return kept.getvalue()


def test_a_cell_at_the_end_of_the_world_is_refused() -> None:
    far_down = rewritten(workbook("A1"), b'<row r="1"', b'<row r="99999999999"')
    for content in (workbook("XFD1"), far_down):
        assert refusal_of(content).code == "import_too_large"


def test_a_workbook_that_unpacks_without_end_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "UNPACKED_BYTES_MAX", 100)
    assert refusal_of(workbook("A1")).code == "import_too_large"


HEADS = {kind.name: ",".join(column.heading for column in kind.columns) for kind in KINDS.values()}


ARABIC_DIGITS = "".join(chr(0x660 + int(digit)) for digit in "095212340000000013")


@settings(max_examples=150, deadline=None)
@given(
    kind=st.sampled_from(sorted(KINDS)),
    content=st.binary(max_size=200) | st.text(max_size=200).map(str.encode),
    is_headed=st.booleans(),
)
@example(kind="pallets", content=f"{ARABIC_DIGITS},L,1,2026-04-26".encode(), is_headed=True)
def test_no_bytes_raise_anything_foreign(kind: str, content: bytes, *, is_headed: bool) -> None:
    head = HEADS[kind].encode() + b"\n" if is_headed else b""
    try:
        table = read_table(head + content, kind)
    except LedgerError as refusal:
        assert refusal.code in CODES  # noqa: PT017 -- a table is as good an answer
    else:
        assert all(notice.words for notice in table.notices)


CELLS = st.sampled_from(
    ["", "1", "-1", "1,5", "1.000", "31/02/2026", "có", "L:0", "1e5", "\uff19", "²"]
)


@settings(max_examples=150, deadline=None)
@given(kind=st.sampled_from(sorted(set(KINDS) - {"planting_areas"})), data=st.data())
def test_any_cells_are_read_or_refused_by_row(kind: str, data: st.DataObject) -> None:
    width = len(KINDS[kind].columns)
    lines = data.draw(st.lists(st.lists(CELLS, min_size=width, max_size=width), max_size=3))
    body = "\n".join(";".join(line) for line in lines)
    table = read_table(f"{HEADS[kind].replace(',', ';')}\n{body}\n".encode(), kind)
    refused = {notice.line for notice in table.notices if notice.level == "refuse"}
    assert not refused & {row.line for row in table.rows}


@settings(max_examples=100, deadline=None)
@given(data=st.data())
def test_a_bent_workbook_raises_nothing_foreign(data: st.DataObject) -> None:
    content = bytearray(SOUND)
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    try:
        read_table(bytes(content), "contracts")
    except LedgerError as refusal:
        assert refusal.code in CODES  # noqa: PT017 -- a table is as good an answer


SOUND = workbook("A1")


def test_every_notice_speaks_both_languages() -> None:
    for code, (level, said) in NOTICES.items():
        assert not is_digits(code)
        assert level in {"refuse", "warn", "info"}
        assert said.en != said.vi
        assert {blank for blank in ("{field}", "{read}", "{other}") if blank in said.en} == {
            blank for blank in ("{field}", "{read}", "{other}") if blank in said.vi
        }
    levels = [meaning.level for meaning in NOTICES.values()]
    assert levels == sorted(levels, key=["refuse", "warn", "info"].index)
