"""Empty office files to fill in: headings, one example line, and a sheet that explains each column.

Read as it is, a template holds no rows: its example line says that it is one.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePath
from typing import Literal

from msgspec import json

from ledger.errors import MalformedError, Words
from ledger.imports import cells
from ledger.imports.kinds import Column, Kind, kind_named
from ledger.imports.reports import write_table

Language = Literal["vi", "en"]

EXAMPLE: Mapping[Language, str] = {"vi": "Ví dụ: ", "en": "Example: "}
"""What the example line begins with; `tables.EXAMPLES` passes such a line over."""

_FORMS: tuple[tuple[cells.Form, str, Words], ...] = (
    (cells.DATE, "02/03/2026", Words("date, day first", "ngày, ngày trước tháng")),
    (cells.MOMENT, "02/03/2026 10:15", Words("date and time", "ngày và giờ")),
    (cells.WHOLE, "12", Words("whole number", "số nguyên")),
    (cells.WHOLE_KG, "31240", Words("whole kilograms", "số kg nguyên")),
    (cells.KG, "12.5", Words("number", "số")),
    (cells.TONNES, "1.25", Words("number", "số")),
    (cells.HECTARES, "18.25", Words("hectares", "số ha")),
    (cells.PERCENT_PPT, "1.5", Words("per cent", "phần trăm")),
    (cells.MOISTURE_PPT, "24.5", Words("moisture, wet basis, %", "độ ẩm, %")),
    (cells.MOISTURE_PCT, "24.5", Words("moisture, wet basis, %", "độ ẩm, %")),
    (cells.FIGURE, "7.5", Words("number", "số")),
    (cells.SIGNED, "25.1", Words("number, may be below zero", "số, có thể âm")),
    (cells.LEVEL_MM, "-5.5", Words("number, below the soil negative", "số, dưới mặt đất là âm")),
    (cells.YES_NO, "có", Words("yes or no (có, không, x)", "có hoặc không (có, không, x)")),
    (cells.GTIN, "9521234000303", Words("13 or 14 digits", "13 hoặc 14 số")),
    (cells.SSCC, "095212340000000013", Words("18 digits", "18 số")),
    (cells.GLN, "9521235000012", Words("13 digits", "13 số")),
    (cells.CONTAINER, "ZZDU2632040", Words("container number", "số container")),
    (cells.SHA256, "0" * 64, Words("64 hexadecimal digits", "64 ký tự thập lục phân")),
    (
        cells.CODES,
        "M-001 M-002",
        Words("codes, spaces between", "các mã, cách nhau dấu cách"),
    ),
    (
        cells.SSCCS,
        "095212340000000013 095212340000000020",
        Words("codes of 18 digits", "các mã 18 số"),
    ),
    (cells.COUNTS, "L260408A:600", Words("lot:bags", "lô:số bao")),
    (cells.CODE, "M-001", Words("code or number", "mã hoặc số")),
    (cells.NAME, "chữ", Words("text", "chữ")),
)
_SAMPLES: Mapping[str, str] = {
    "area": "VN-CTOR-0001",
    "areas": "VN-CTOR-0001 VN-CTOR-0002",
    "code": "VN-CTOR-0001",
    "season": "DX-2026",
    "variety": "OM5451",
    "country": "JP",
    "commune_code": "31231",
    "reference": "H17bd0058",
    "ingredient": "18-46-0",
    "tare_g": "150",
    "wet_g": "31090",
    "ended_at": "02/03/2026 22:15",
    "licence_to": "02/03/2031",
    "valid_to": "01/03/2027",
    "best_before": "02/03/2027",
    "paddy_out_g": "27000",
    "moisture_out_ppt": "14",
    "file_name": "hop-dong-1.txt",
    "roles": "cooperative",
}
"""Where the example of the form would not fit the rest of its line."""


def template(kind: str, name: str, language: Language) -> bytes:
    """Return a template of a kind of file as a file of the kind its name says."""
    known = kind_named(kind)
    if kind == "planting_areas":
        if PurePath(name).suffix.lower() != ".geojson":
            kind = f"{kind}: {name[:30]}"
            raise MalformedError("import_kind_unknown", kind=kind, known=".geojson")
        return _geojson(known)
    headings = [_heading(column, language) for column in known.columns]
    sheets = [(kind, [headings, example(known, language)]), ("help", help_rows(known, language))]
    return write_table(name, sheets)


def example(kind: Kind, language: Language) -> list[str]:
    """Return the example line: one that would be taken but for the words it begins with."""
    first, *rest = (_sample(column) for column in kind.columns)
    return [EXAMPLE[language] + first, *rest]


def help_rows(kind: Kind, language: Language) -> list[list[str]]:
    """Return what each column is: its heading, whether it is needed, how it is written."""
    said = {
        "vi": ("Cột", "Cách gọi khác", "Bắt buộc", "Cách ghi", "Các từ dùng được"),
        "en": (
            "Column",
            "Also called",
            "Needed",
            "How it is written",
            "Words for it",
        ),
    }
    yes = {"vi": "có", "en": "yes"}[language]
    rows = [list(said[language])]
    for column in kind.columns:
        heading = _heading(column, language)
        others = [
            text for text in (column.heading, column.english, *column.also) if text != heading
        ]
        _, form_words = _form(column.form)
        rows.append(
            [
                heading,
                "; ".join(others),
                yes if column.required else "",
                form_words.vi if language == "vi" else form_words.en,
                "; ".join(_closed_words(column.form)),
            ]
        )
    return rows


def _heading(column: Column, language: Language) -> str:
    return column.heading if language == "vi" else column.english


def _sample(column: Column) -> str:
    closed = _closed_words(column.form)
    return _SAMPLES.get(column.field) or (closed[0] if closed else _form(column.form)[0])


def _form(form: cells.Form) -> tuple[str, Words]:
    for known, sample, said in _FORMS:
        if form == known:
            return sample, said
    return "", Words("one of the words", "một trong các từ")


def _closed_words(form: cells.Form) -> list[str]:
    """Return the words that a column may hold, as an office writes them."""
    return [texts[0] for texts in (form.closed or {}).values()]


def _geojson(kind: Kind) -> bytes:
    ring = [[105.25, 10.12], [105.26, 10.12], [105.26, 10.13], [105.25, 10.13], [105.25, 10.12]]
    numbers = {"area_m2": 121.2, "households": 60, "approved_output_g": 900}
    values = {column.heading: numbers.get(column.field, _sample(column)) for column in kind.columns}
    feature = {
        "type": "Feature",
        "properties": values,
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }
    document = {"type": "FeatureCollection", "features": [feature]}
    return json.format(json.encode(document)) + b"\n"
