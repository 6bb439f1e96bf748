"""What became of the rows of an import as a table that an office can open: CSV or workbook."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from pathlib import PurePath

import openpyxl

from ledger.errors import MalformedError

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_BELOW_ZERO = re.compile(r"-[0-9]+(?:[.,][0-9]+)?")
_WIDTH_MAX = 80


def write_table(name: str, sheets: Iterable[tuple[str, Sequence[Sequence[str]]]]) -> bytes:
    """Return tables as a file of the kind its name says; a CSV holds the first of them.

    A CSV begins with a byte order mark: without it, Excel reads no Vietnamese.
    """
    suffix = PurePath(name).suffix.lower()
    tables = [(title, [[_plain(cell) for cell in row] for row in rows]) for title, rows in sheets]
    if suffix == ".xlsx":
        return _workbook(tables)
    if suffix != ".csv":
        raise MalformedError("import_kind_unknown", kind=suffix or name[:40], known=".csv, .xlsx")
    out = io.StringIO(newline="")
    csv.writer(out).writerows(tables[0][1])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def _workbook(tables: Sequence[tuple[str, Sequence[Sequence[str]]]]) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in tables:
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(list(row))
        sheet.freeze_panes = "A2"
        for column in sheet.columns:
            longest = max(len(str(cell.value or "")) for cell in column)
            letter = column[0].column_letter
            sheet.column_dimensions[letter].width = min(longest + 2, _WIDTH_MAX)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _plain(cell: str) -> str:
    """Return a cell that no office program takes for a formula; a number below zero is none."""
    is_formula = cell.startswith(_FORMULA) and not _BELOW_ZERO.fullmatch(cell)
    return f"'{cell}" if is_formula else cell
