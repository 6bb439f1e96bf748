"""Templates are read as they are written; every column has a name, a form and help."""

from __future__ import annotations

import csv
import io
from typing import cast

import openpyxl
import pytest

from ledger.errors import LedgerError
from ledger.imports.english import ENGLISH
from ledger.imports.kinds import KINDS
from ledger.imports.notices import NOTICES
from ledger.imports.remedies import REMEDIES
from ledger.imports.reports import write_table
from ledger.imports.tables import EXAMPLES, read_table
from ledger.imports.templates import EXAMPLE, Language, help_rows, template

LANGUAGES: tuple[Language, ...] = ("vi", "en")
TABLES = sorted(set(KINDS) - {"planting_areas"})


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", TABLES)
def test_an_empty_template_is_read_and_holds_nothing(
    kind: str, language: Language, suffix: str
) -> None:
    table = read_table(template(kind, f"x.{suffix}", language), kind)
    assert (table.rows, [one for one in table.notices if one.level != "warn"]) == ((), [])
    assert {one.code for one in table.notices} <= {"sheet_skipped"}  # the help of a workbook


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", TABLES)
def test_the_example_line_would_be_taken(kind: str, language: Language) -> None:
    text = template(kind, "x.csv", language).decode("utf-8-sig")
    assert EXAMPLE[language] in text
    (row,) = read_table(text.replace(EXAMPLE[language], "").encode(), kind).rows
    filled = [name for name in row.__struct_fields__ if getattr(row, name) not in (None, "", ())]
    assert {column.field for column in KINDS[kind].columns} <= {*filled}


def test_the_template_of_land_is_land() -> None:
    data = template("planting_areas", "x.geojson", "vi")
    table = read_table(data, "planting_areas")
    assert len(table.rows) == 1
    assert not table.notices
    for name in ("x.csv", "x.xlsx"):
        with pytest.raises(LedgerError):
            template("planting_areas", name, "vi")


def test_a_template_is_of_a_known_kind_in_a_known_form() -> None:
    for kind, name in (("weights", "x.csv"), ("packing", "x.pdf"), ("packing", "x")):
        with pytest.raises(LedgerError) as refusal:
            template(kind, name, "vi")
        assert refusal.value.code == "import_kind_unknown"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.name)
def test_the_help_speaks_of_every_column(kind: object, language: Language) -> None:
    known = KINDS[kind.name]  # type: ignore[attr-defined]
    rows = help_rows(known, language)
    assert len(rows) == len(known.columns) + 1
    for column, (heading, others, needed, form, words) in zip(known.columns, rows[1:], strict=True):
        assert heading in {column.heading, column.english}
        assert {heading, *others.split("; ")} >= {column.heading, column.english}
        assert bool(needed) == column.required
        assert form
        assert bool(words) == bool(column.form.closed)


def test_every_column_is_called_something_in_english() -> None:
    assert {kind: list(names) for kind, names in ENGLISH.items()} == {
        kind.name: [column.field for column in kind.columns] for kind in KINDS.values()
    }
    for names in ENGLISH.values():
        assert len(set(names.values())) == len(names)


def test_every_refusal_of_a_reader_says_what_would_pass() -> None:
    assert set(REMEDIES) == {code for code, said in NOTICES.items() if said.level == "refuse"}
    assert all(words.en != words.vi for words in REMEDIES.values())
    assert set(EXAMPLES) == {text.strip() for text in EXAMPLE.values()}


def test_a_report_holds_no_formula() -> None:
    rows = [["=1+1", "+84", "-5+1", "@x", "-5.5", "Đông Xuân"]]
    safe = ["'=1+1", "'+84", "'-5+1", "'@x", "-5.5", "Đông Xuân"]
    text = write_table("x.csv", [("a", rows)]).decode("utf-8-sig")
    assert next(csv.reader(io.StringIO(text))) == safe
    book = openpyxl.load_workbook(io.BytesIO(write_table("x.xlsx", [("a", rows), ("b", rows)])))
    assert book.sheetnames == ["a", "b"]
    sheet = cast("openpyxl.worksheet.worksheet.Worksheet", book["b"])
    assert [[cell.value for cell in row] for row in sheet.iter_rows()] == [safe]
    with pytest.raises(LedgerError):
        write_table("x.ods", [("a", rows)])
