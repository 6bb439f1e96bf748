"""Office files read as typed rows, with what was odd about each row said by code.

A file whose headings are not those of its kind is refused whole (``MalformedError``). A row that
cannot be believed is left out of ``rows`` and a notice of level ``refuse`` says why; the rest of
the file still counts. What rows mean together, and whether the rice is plausible, is not decided
here.
"""

from __future__ import annotations

import hashlib
import json
import unicodedata
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from ledger.errors import MalformedError
from ledger.imports import lands, sheets
from ledger.imports.cells import Cell, CellError, Value, fold, written, written_value
from ledger.imports.kinds import IGNORED_HEADINGS, KINDS, Column, Kind, kind_named
from ledger.imports.notices import NOTICES, Notice
from ledger.imports.rows import Document, PlantingArea, Polygon, Row

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

SEPARATORS = (",", ";", "\t")
HEADING_LINES_MAX = 30  # title lines stand above the headings, but not a page of them
HEADINGS_MIN = 2  # one word in a title may be a heading by chance
READ_LENGTH_MAX = 80
TOTALS = frozenset({"cong", "tong", "tongcong", "total", "grandtotal"})
EXAMPLES = ("Ví dụ:", "Example:")
"""What the example line of a template begins with, so that it is no row if it is left there."""

_CONTENT = json.JSONEncoder(ensure_ascii=False, sort_keys=True)

AnyRow = TypeVar("AnyRow", bound=Row)


Mended = dict[tuple[str, int, str], str]
"""What somebody wrote over cells, by sheet, line, and the heading as this house writes it."""


class Table(NamedTuple):
    """What one file says: its rows in file order, without the refused ones, and the notices.

    ``cells`` are the lines as they were written, heading by heading, if they were asked for.
    """

    kind: str
    file: str
    rows: tuple[Row, ...]
    notices: tuple[Notice, ...]
    cells: Mapping[tuple[str, int], tuple[tuple[str, str], ...]] = MappingProxyType({})

    def of(self, row: type[AnyRow]) -> tuple[AnyRow, ...]:
        """Return the rows as rows of that type."""
        typed = tuple(each for each in self.rows if isinstance(each, row))
        assert len(typed) == len(self.rows), "a table holds rows of one kind"
        return typed


def read_table(
    source: Path | bytes, kind: str, *, file: str = "", mended: Mended | None = None
) -> Table:
    """Return the rows of one file of a known kind; ``file`` names bytes that have no path.

    ``mended`` goes before what stands in the file; whoever mends is also given the cells.
    """
    known = kind_named(kind)
    content, name = _content(source, file or kind)
    if known.name == "planting_areas":
        return _read_lands(content, known, name)
    return read_rows(content, known, name, mended)


def read_rows(content: bytes, kind: Kind, file: str, mended: Mended | None = None) -> Table:
    """Return the rows of a file of tables, whatever kind it is of."""
    reader = _Reader(kind, file, mended)
    for sheet in _sheets_of(content, kind, file):
        reader.read_sheet(sheet, only=not sheet.title)
    return reader.table()


def read_season(folder: Path) -> dict[str, Table]:
    """Return every table of a folder by kind, the papers of ``documents/`` checked.

    A file is known by its name; failing that, a CSV or workbook is known by its headings. Where
    a kind lies there both as text and as a workbook, the text is read.
    """
    try:
        paths = sorted(path for path in folder.iterdir() if path.is_file())
    except OSError as error:
        raise MalformedError("import_unreadable", file=folder.name, what="folder") from error
    chosen: dict[str, Path] = {}
    for path in sorted(paths, key=lambda path: (path.suffix.lower() == ".xlsx", path.name)):
        kind = recognise(path)
        if kind is not None:
            chosen.setdefault(kind, path)
    tables = {kind: read_table(chosen[kind], kind) for kind in KINDS if kind in chosen}
    if "documents" in tables:
        tables["documents"] = check_documents(tables["documents"], folder / "documents")
    return tables


def read_files(paths: Sequence[Path]) -> list[dict[str, Table]]:
    """Return the tables of files and folders, by kind; several of one kind come one after another.

    A file that is of no known kind is refused: whoever names it wants it read.
    """
    groups: list[dict[str, Table]] = []
    for path in paths:
        if path.is_dir():
            found = read_season(path)
        else:
            kind = recognise(path)
            if kind is None:
                known = ", ".join(KINDS)
                raise MalformedError("import_kind_unknown", kind=path.name[:40], known=known)
            found = {kind: read_table(path, kind)}
            if kind == "documents":
                found[kind] = check_documents(found[kind], path.parent / "documents")
        for kind, table in found.items():
            group = next((each for each in groups if kind not in each), None)
            if group is None:
                groups.append(group := {})
            group[kind] = table
    return groups


def recognise(path: Path, held: bytes | None = None) -> str | None:
    """Return the kind of a file by its name, else by its headings, else ``None``.

    ``held`` are its bytes, where there is no file but a name.
    """
    suffix = path.suffix.lower()
    if suffix not in {".csv", ".xlsx", ".geojson"} or path.name.startswith(("~$", ".")):
        return None  # office programs leave lock files beside open workbooks
    stem = fold(path.stem)
    for kind in KINDS.values():
        if fold(kind.name) == stem:
            return kind.name
    if suffix == ".geojson":
        return "planting_areas"
    content, name = _content(path if held is None else held, path.name)
    book = sheets.workbook_sheets(content, name) if sheets.is_workbook(content) else None
    fits = []
    for kind in KINDS.values():
        for sheet in book or _sheets_of(content, kind, name):
            heading = _heading(sheet, kind)
            if heading is not None and not heading.missing:
                fits.append((heading.known, kind.name))
    return max(fits)[1] if fits else None


def check_documents(table: Table, folder: Path) -> Table:
    """Return the table without the papers whose file is not the one listed.

    An absent file is a warning: the listed digest still commits to it.
    """
    kept: list[Row] = []
    notices = list(table.notices)
    for row in table.of(Document):
        try:
            found = hashlib.sha256((folder / row.file_name).read_bytes()).hexdigest()
        except OSError:
            found = ""
        if found in {row.sha256, ""}:
            kept.append(row)
        if found != row.sha256:
            code = "document_differs" if found else "document_missing"
            notices.append(Notice(code, table.file, row.line, row.sheet, "Tập tin", row.file_name))
    return table._replace(rows=tuple(kept), notices=tuple(notices))


def _content(source: Path | bytes, file: str) -> tuple[bytes, str]:
    if isinstance(source, bytes):
        sheets.check_size(source, file)
        return source, file
    try:
        if source.stat().st_size > sheets.FILE_BYTES_MAX:
            raise MalformedError("import_too_large", what=source.name)
        return source.read_bytes(), source.name
    except OSError as error:
        raise MalformedError("import_unreadable", file=source.name, what="file") from error


def _sheets_of(content: bytes, kind: Kind, file: str) -> list[sheets.Sheet]:
    """Return the sheets of a workbook, or a CSV cut by the separator that fits its headings."""
    if sheets.is_workbook(content):
        return sheets.workbook_sheets(content, file)
    text = sheets.decode(content, file)
    return [sheets.csv_sheet(text, _separator(text, kind), file)]


def _separator(text: str, kind: Kind) -> str:
    index = kind.by_spelling()
    head = text.split("\n", HEADING_LINES_MAX)[:HEADING_LINES_MAX]

    def known(separator: str) -> int:
        return max(
            (sum(fold(cell) in index for cell in line.split(separator)) for line in head),
            default=0,
        )

    return max(SEPARATORS, key=known)


class _Heading(NamedTuple):
    place: int  # of the heading among the lines of the sheet
    columns: tuple[Column | None, ...]  # one for each cell
    known: int
    missing: tuple[str, ...]


def _heading(sheet: sheets.Sheet, kind: Kind) -> _Heading | None:
    """Return the line of the sheet that knows most columns, or ``None`` if none knows two."""
    index = kind.by_spelling()
    best: _Heading | None = None
    for place, (_, cells) in enumerate(sheet.lines[:HEADING_LINES_MAX]):
        width = max((nth for nth, cell in enumerate(cells, 1) if cell is not None), default=0)
        columns = tuple(index.get(fold(written(cell))) for cell in cells[:width])
        found = {column.field for column in columns if column is not None}
        missing = tuple(
            column.heading
            for column in kind.columns
            if column.required and column.field not in found
        )
        if len(found) >= HEADINGS_MIN and (best is None or len(found) > best.known):
            best = _Heading(place, columns, len(found), missing)
    return best


class _Reader:
    """Gathers the rows and notices of one file, sheet after sheet."""

    def __init__(self, kind: Kind, file: str, mended: Mended | None = None) -> None:
        self.mended = mended
        self.cells: dict[tuple[str, int], tuple[tuple[str, str], ...]] = {}
        self.kind = kind
        self.file = file
        self.rows: list[Row] = []
        self.notices: list[Notice] = []
        self.seen: dict[tuple[object, ...], tuple[str, str]] = {}
        self.headings = {column.field: column.heading for column in kind.columns}
        self.by_people = {column.field for column in kind.columns if column.form.by_people}
        self.was_headed = False
        self.sheet = ""

    def table(self) -> Table:
        if not self.was_headed:
            self._refuse_heading(next(c.heading for c in self.kind.columns if c.required))
        rows, notices = tuple(self.rows), tuple(self.notices)
        return Table(self.kind.name, self.file, rows, notices, self.cells)

    def note(self, code: str, line: int, field: str = "", read: str = "", other: str = "") -> None:
        """Keep a notice; what stood in a private file is not repeated."""
        shown = "" if self.kind.private else read[:READ_LENGTH_MAX]
        heading = self.headings.get(field, field)
        self.notices.append(Notice(code, self.file, line, self.sheet, heading, shown, other))

    def read_sheet(self, sheet: sheets.Sheet, *, only: bool) -> None:
        """Read the rows under the headings; a sheet without headings is passed over."""
        self.sheet = sheet.title
        heading = _heading(sheet, self.kind)
        needed = sum(column.required for column in self.kind.columns)
        if heading is None or (not only and len(heading.missing) * 2 > needed):
            if sheet.lines:
                self.note("sheet_skipped", sheet.lines[0][0], read=sheet.title)
            return
        if heading.missing:
            self._refuse_heading(heading.missing[0])
        self.was_headed = True
        line, cells = sheet.lines[heading.place]
        self._check_headings(line, cells, heading.columns)
        body = [
            (line, row)
            for line, row in sheet.lines[heading.place + 1 :]
            if not _is_idle(row) and row != cells  # headings repeated on every printed page
        ]
        odd = _odd_mark(heading.columns, body)
        for line, cells in body:
            self.read_row(line, heading.columns, cells, odd, {})

    def read_row(
        self,
        line: int,
        columns: Sequence[Column | None],
        cells: Sequence[Cell],
        odd_mark: str,
        values: dict[str, Value | tuple[Polygon, ...]],
    ) -> None:
        """Read one row; it joins the rows unless a notice of level refuse was made of it."""
        before = len(self.notices)
        if self.mended is not None:
            cells = self._mend(line, columns, cells, self.mended)
        for cell in cells[len(columns) :]:
            if cell is not None:
                self.note("row_too_wide", line, read=written(cell))
        for place, column in enumerate(columns):
            if column is not None:
                cell = cells[place] if place < len(cells) else None
                values[column.field] = self._read_cell(line, column, cell, odd_mark)
        if self._was_refused(before):
            return
        content = self._content_of(values)
        digest = "" if self.kind.private else _digest(content)
        row = self.kind.row(line=line, sheet=self.sheet, digest=digest, **values)
        if self.kind.check is not None:
            for field, code in self.kind.check(row):
                self.note(code, line, field, written_value(values.get(field)))
        if not self._was_refused(before) and self._is_new(line, values, content):
            self.rows.append(row)

    def _mend(
        self, line: int, columns: Sequence[Column | None], cells: Sequence[Cell], mended: Mended
    ) -> list[Cell]:
        """Return cells with what was written over them, and keep them as they then stand."""
        filled = [*cells, *[None] * (len(columns) - len(cells))]
        for place, column in enumerate(columns):
            text = mended.get((self.sheet, line, column.heading)) if column else None
            if text is not None:
                filled[place] = unicodedata.normalize("NFC", text).strip() or None
        if not self.kind.private:
            named = zip(columns, filled, strict=False)
            self.cells[self.sheet, line] = tuple(
                (column.heading, written(cell)) for column, cell in named if column is not None
            )
        return filled

    def _read_cell(self, line: int, column: Column, cell: Cell, odd_mark: str) -> Value:
        if cell is None:
            if column.required:
                self.note(column.missing, line, column.field)
            return column.form.empty
        try:
            value = column.form.read(cell)
        except CellError as error:
            self.note(error.code, line, column.field, written(cell))
            return None
        if column.form.decimal and isinstance(cell, str) and odd_mark in cell:
            code = "decimal_comma" if odd_mark == "," else "decimal_point"
            self.note(code, line, column.field, cell)
        if isinstance(value, tuple):
            if column.required and not value:
                self.note(column.missing, line, column.field)
            return self._once(line, column, value)
        return value

    def _once(self, line: int, column: Column, items: tuple[object, ...]) -> tuple[object, ...]:
        """Return a list without what it repeats, and say so; counts of one lot still add up."""
        once = tuple(dict.fromkeys(items))
        if len(once) == len(items) or column.field == "loose_bags":
            return items
        twice = next(item for item in items if items.count(item) > 1)
        self.note("listed_twice", line, column.field, str(twice))
        return once

    def _is_new(self, line: int, values: Mapping[str, object], content: str) -> bool:
        """Whether no earlier row has this number; the same row again is said, not refused."""
        key = tuple(values.get(field) for field in self.kind.key)
        if key not in self.seen:
            place = f"{self.sheet} {line}" if self.sheet else str(line)
            self.seen[key] = (place, content)
            return True
        earlier, earlier_content = self.seen[key]
        code = "printed_twice" if content == earlier_content else "duplicate_number"
        shown = " ".join(str(part) for part in key)
        self.note(code, line, self.kind.key[0], shown, earlier)
        return False

    def _content_of(self, values: Mapping[str, object]) -> str:
        """Return the filled values as one text, free of the habits of an office.

        The same slip as text and in a workbook, with other dates, marks or columns left empty, has
        the same content; so has a name whose tone mark sits elsewhere.
        """
        filled = {
            field: fold(str(value)) if field in self.by_people else written_value(value)
            for field, value in values.items()
            if not (value is None or value is False or value in ("", ()))
        }
        return _CONTENT.encode([self.kind.name, filled])

    def _was_refused(self, before: int) -> bool:
        return len(self.notices) > before and any(
            NOTICES[notice.code].level == "refuse" for notice in self.notices[before:]
        )

    def _check_headings(
        self, line: int, cells: Sequence[Cell], columns: Sequence[Column | None]
    ) -> None:
        fields = [column.field for column in columns if column is not None]
        for field in fields:
            if fields.count(field) > 1:
                heading = self.headings[field]
                raise MalformedError("import_heading_twice", file=self.file, heading=heading)
        for cell, column in zip(cells, columns, strict=False):  # no heading, no column
            if column is None and cell is not None and fold(written(cell)) not in IGNORED_HEADINGS:
                self.notices.append(
                    Notice(
                        "heading_unknown",
                        self.file,
                        line,
                        self.sheet,
                        read=written(cell)[:READ_LENGTH_MAX],
                    )
                )

    def _refuse_heading(self, heading: str) -> None:
        raise MalformedError("import_heading_missing", file=self.file, heading=heading)


def _read_lands(content: bytes, kind: Kind, file: str) -> Table:
    """Return coded areas; of two that claim the same land, the one issued first stands."""
    reader = _Reader(kind, file)
    found = sheets.features(sheets.decode(content, file), file)
    names = tuple(dict.fromkeys(name for feature in found for name in feature.properties))
    sheet = sheets.Sheet("", [(1, names)])
    heading = _heading(sheet, kind)
    if heading is None or heading.missing:
        missing = heading.missing[0] if heading else kind.columns[0].heading
        raise MalformedError("import_heading_missing", file=file, heading=missing)
    reader.read_sheet(sheet, only=True)
    lines = [
        (feature.number, tuple(feature.properties.get(name) for name in names)) for feature in found
    ]
    odd = _odd_mark(heading.columns, lines)
    for (line, cells), feature in zip(lines, found, strict=True):
        if feature.polygons is None or not lands.is_drawable(feature.polygons):
            reader.note("shape_unreadable", line, "code", _code_of(heading, cells))
            continue
        reader.read_row(line, heading.columns, cells, odd, {"polygons": feature.polygons})
    return _judge_lands(reader.table())


def _code_of(heading: _Heading, cells: Sequence[Cell]) -> str:
    named = zip(heading.columns, cells, strict=True)
    return next(written(cell) for column, cell in named if column and column.field == "code")


def _judge_lands(table: Table) -> Table:
    areas = table.of(PlantingArea)
    lines = {area.code: area.line for area in areas}
    notices = list(table.notices)
    refused = set()
    for code, other, share_ppt in lands.overlaps(areas):
        if other in refused:
            continue
        notice = "overlap_small"
        if share_ppt >= lands.OVERLAP_REFUSE_PPT:
            notice = "overlapping_area"
            refused.add(code)
        notices.append(Notice(notice, table.file, lines[code], "", "code", code, other))
    for area in areas:
        if not lands.is_area_as_drawn(area):
            drawn_ha = format(Decimal(lands.area_m2(area.polygons)) / 10_000, ".2f")
            notices.append(
                Notice("area_differs", table.file, area.line, "", "area_ha", area.code, drawn_ha)
            )
    kept = tuple(area for area in areas if area.code not in refused)
    return table._replace(rows=kept, notices=tuple(notices))


def _is_idle(cells: Sequence[Cell]) -> bool:
    """Whether a line carries no data: empty, a line of totals, or the example of a template."""
    first = next((cell for cell in cells if cell is not None), None)
    if isinstance(first, str):
        return fold(first) in TOTALS or first.startswith(EXAMPLES)
    return first is None


def _odd_mark(columns: Sequence[Column | None], body: Sequence[sheets.Line]) -> str:
    """Return the decimal mark this file does not use, by the majority of its decimal cells."""
    places = [p for p, column in enumerate(columns) if column is not None and column.form.decimal]
    points = commas = 0
    for _, cells in body:
        for place in places:
            cell = cells[place] if place < len(cells) else None
            if isinstance(cell, str):
                points += "." in cell
                commas += "," in cell
            elif isinstance(cell, Decimal):
                points += 1
    return "." if commas > points else ","


def _digest(content: str) -> str:
    return hashlib.sha256(content.encode()).hexdigest()
