"""Bytes of an office file as rows of cells: CSV, workbook, or the features of a GeoJSON.

Nothing is interpreted yet. Text becomes NFC and trimmed, numbers exact decimals. Every size is
bounded before it is trusted, and whatever a library below makes of bent bytes ends as a
``MalformedError``.
"""

from __future__ import annotations

import csv
import io
import unicodedata
import zipfile
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

import msgspec
import openpyxl

from ledger.errors import MalformedError
from ledger.imports.cells import Cell
from ledger.imports.rows import Point, Polygon, Ring

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

FILE_BYTES_MAX = 64 * 1024 * 1024
UNPACKED_BYTES_MAX = 512 * 1024 * 1024
ROWS_MAX = 500_000
SHEET_ROWS_MAX = 1_048_576  # more no workbook program writes
COLUMNS_MAX = 200
POINTS_MAX = 10_000
DIGITS_MAX = 18
RING_POINTS_MIN = 4
LONGITUDE_MAX, LATITUDE_MAX = 180, 90

_HALF_SECOND = timedelta(milliseconds=500)

Line = tuple[int, tuple[Cell, ...]]  # physical line and its cells


class Sheet(NamedTuple):
    """A table as it stands in a file, title lines and all; a CSV is one sheet without a name."""

    title: str
    lines: list[Line]


class Feature(NamedTuple):
    """One feature: its place (first is 1), its properties, and its outline if that is readable."""

    number: int
    properties: dict[str, Cell]
    polygons: tuple[Polygon, ...] | None


def is_workbook(content: bytes) -> bool:
    """Whether the bytes begin like a ZIP, as every XLSX does."""
    return content.startswith(b"PK")


def check_size(content: bytes, file: str) -> None:
    """Refuse a file too large to be an office's season."""
    if len(content) > FILE_BYTES_MAX:
        raise MalformedError("import_too_large", what=f"{file}, {len(content)} bytes")


def decode(content: bytes, file: str) -> str:
    """Return UTF-8 text without its byte order mark, in NFC."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise MalformedError("import_unreadable", file=file, what="UTF-8") from error
    if "\0" in text:  # no office writes it, and no cell may hold it
        raise MalformedError("import_unreadable", file=file, what="UTF-8, NUL")
    return unicodedata.normalize("NFC", text)


def csv_sheet(text: str, separator: str, file: str) -> Sheet:
    """Return the lines of a CSV as RFC 4180 quotes them, each with the line it starts on."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    lines: list[Line] = []
    start = 1
    try:
        for record in reader:
            lines.append((start, tuple(_trimmed(cell) for cell in record)))
            start = reader.line_num + 1
            _check_rows(len(lines), file)
    except csv.Error as error:
        raise MalformedError("import_unreadable", file=file, what=f"CSV, {start}") from error
    return Sheet("", lines)


def workbook_sheets(content: bytes, file: str) -> list[Sheet]:
    """Return the sheets of an XLSX with the values last computed in it."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            unpacked = sum(entry.file_size for entry in archive.infolist())
        if unpacked > UNPACKED_BYTES_MAX:
            raise MalformedError("import_too_large", what=f"{file}, {unpacked} bytes")
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        found = []
        for sheet in book.worksheets:
            sheet.reset_dimensions()  # some programs state fewer rows than they write
            lines = list(_bounded(sheet.iter_rows(values_only=True), file))
            found.append(Sheet(unicodedata.normalize("NFC", sheet.title), lines))
        return found
    except MalformedError:
        raise
    except Exception as error:  # a bent workbook raises whatever the parsers below happen to meet
        raise MalformedError("import_unreadable", file=file, what="XLSX") from error


def features(text: str, file: str) -> list[Feature]:
    """Return the features of a GeoJSON FeatureCollection (RFC 7946)."""
    try:
        document = _COLLECTION.decode(text)
    except (msgspec.DecodeError, RecursionError, ArithmeticError) as error:
        raise MalformedError("import_unreadable", file=file, what="GeoJSON") from error
    _check_rows(len(document.features), file)
    return [
        Feature(number, _properties(feature.properties, file), _polygons(feature.geometry))
        for number, feature in enumerate(document.features, start=1)
    ]


class _Feature(msgspec.Struct):
    properties: dict[str, object] | None = None
    geometry: object = None


class _Collection(msgspec.Struct):
    type: str
    features: list[_Feature]

    def __post_init__(self) -> None:
        if self.type != "FeatureCollection":
            raise ValueError(self.type)


_COLLECTION = msgspec.json.Decoder(_Collection, float_hook=Decimal)


def _trimmed(text: str) -> str | None:
    return text.strip() or None


def _check_rows(count: int, file: str) -> None:
    if count > ROWS_MAX:
        raise MalformedError("import_too_large", what=f"{file}, {ROWS_MAX} +")


def _bounded(rows: Iterable[tuple[object, ...]], file: str) -> Iterator[Line]:
    """Yield the filled rows of a sheet; a lone cell far away is not an endless sheet."""
    filled = 0
    for number, row in enumerate(rows, start=1):
        if number > SHEET_ROWS_MAX or len(row) > COLUMNS_MAX:
            raise MalformedError("import_too_large", what=f"{file}, {number}, {len(row)}")
        cells = tuple(_cell(value) for value in row)
        if any(cell is not None for cell in cells):
            filled += 1
            _check_rows(filled, file)
            yield number, cells


def _cell(value: object) -> Cell:
    """Return a native value without floats: 12 digits are more than any scale here prints."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int | Decimal):
        return _decimal(str(value))
    if isinstance(value, float):
        return _decimal(format(value, ".12g"))
    if isinstance(value, datetime):
        # Workbooks keep times as fractions of a day; they come back a few microseconds off.
        return (value + _HALF_SECOND).replace(microsecond=0, tzinfo=None)
    if isinstance(value, date):
        return value
    return unicodedata.normalize("NFC", str(value)).strip() or None


def _decimal(text: str) -> Cell:
    number = Decimal(text)
    return number if number.is_finite() and abs(number.adjusted()) <= DIGITS_MAX else text


def _properties(properties: dict[str, object] | None, file: str) -> dict[str, Cell]:
    if properties is None:
        return {}
    if len(properties) > COLUMNS_MAX:
        raise MalformedError("import_too_large", what=f"{file}, {COLUMNS_MAX} +")
    return {name: _cell(value) for name, value in properties.items()}


def _polygons(geometry: object) -> tuple[Polygon, ...] | None:
    """Return the polygons of a geometry (RFC 7946 sections 3.1.6 and 3.1.7), or ``None``."""
    if not isinstance(geometry, dict) or not isinstance(geometry.get("coordinates"), list):
        return None
    coordinates = geometry["coordinates"]
    kind = geometry.get("type")
    shapes = [coordinates] if kind == "Polygon" else coordinates if kind == "MultiPolygon" else []
    if not shapes:
        return None
    polygons = tuple(_polygon(shape) for shape in shapes)
    if not all(polygons) or sum(len(ring) for shape in polygons for ring in shape) > POINTS_MAX:
        return None
    return polygons


def _polygon(shape: object) -> Polygon:
    rings = tuple(_ring(ring) for ring in shape) if isinstance(shape, list) else ()
    return rings if all(rings) else ()


def _ring(ring: object) -> Ring:
    """Return a closed ring of at least four positions (section 3.1.6), or none."""
    points = tuple(_point(point) for point in ring) if isinstance(ring, list) else ()
    closed = tuple(point for point in points if point is not None)
    if len(closed) < RING_POINTS_MIN or len(closed) != len(points) or closed[0] != closed[-1]:
        return ()
    return closed


def _point(point: object) -> Point | None:
    """Return a position; a height may follow and is left out (section 3.1.1)."""
    match point:
        case [longitude, latitude, *_]:
            lon, lat = _cell(longitude), _cell(latitude)
        case _:
            return None
    if not isinstance(lon, Decimal) or not isinstance(lat, Decimal):
        return None
    if abs(lon) > LONGITUDE_MAX or abs(lat) > LATITUDE_MAX:
        return None
    return lon, lat
