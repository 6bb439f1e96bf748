"""An affected list as a table in a file: CSV or XLSX, one row for each thing, in one language.

Names in a ledger are other people's words, and a spreadsheet takes a word that begins like a
formula for one. In CSV such a cell gets an apostrophe in front, as spreadsheets themselves write
it; in XLSX every word is typed as text. Masses are exact kilograms.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from io import BytesIO, StringIO
from typing import Literal

from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from ledger.affected import Affected, AreaRow, ContainerRow, LabelRow, LotRow, PalletRow
from ledger.errors import Words
from ledger.proof.verdict import Party

Language = Literal["vi", "en"]
Cell = str | int | Decimal
Row = tuple[Cell, ...]

COLUMNS: tuple[Words, ...] = (
    Words("What", "Loại"),
    Words("Name", "Tên"),
    Words("Of lot", "Thuộc lô"),
    Words("Goods", "Hàng"),
    Words("Bags", "Số bao"),
    Words("First bag", "Từ bao"),
    Words("Last bag", "Đến bao"),
    Words("kg", "kg"),
    Words("Now with", "Đang ở"),
    Words("On its way to", "Đang gửi tới"),
    Words("In container", "Trong container"),
    Words("Buyer", "Bên mua"),
    Words("Country", "Nước"),
    Words("Since", "Từ ngày"),
    Words("Shipped", "Ngày gửi"),
    Words("Arrived", "Ngày đến"),
    Words("State", "Tình trạng"),
)
KINDS: dict[str, Words] = {
    "lot": Words("lot", "lô"),
    "pallet": Words("pallet", "pallet"),
    "container": Words("container", "container"),
    "labels": Words("labels", "tem"),
    "area": Words("area", "vùng trồng"),
    "diary": Words("diary line", "dòng nhật ký"),
}
WORKS: dict[str, Words] = {
    "landpreparation": Words("preparing land", "làm đất"),
    "sowing": Words("sowing", "gieo sạ"),
    "fertilising": Words("fertilising", "bón phân"),
    "spraying": Words("spraying", "phun thuốc"),
    "irrigation": Words("irrigation", "bơm nước"),
    "drainage": Words("drainage", "rút nước"),
    "waterreading": Words("water level", "đo mực nước"),
    "strawhandling": Words("straw", "xử lý rơm"),
    "packagingreturn": Words("packaging returned", "trả bao bì"),
    "reaping": Words("cutting", "gặt"),
}
"""Work in the field, as lines of a diary call it."""
STATES: dict[str, Words] = {
    "recalled": Words("recalled", "bị thu hồi"),
    "held": Words("on hold", "tạm giữ"),
    "apart": Words("taken apart", "đã dỡ"),
}

# Some spreadsheets take the wide signs of East Asian keyboards for the narrow ones.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\uff1d", "\uff0b", "\uff0d", "\uff20")
_WIDTH_MAX = 60


def write_csv(
    affected: Affected, language: Language, marks: Mapping[str, Words] | None = None
) -> bytes:
    """Return the list as CSV, marked as UTF-8 so that spreadsheets read Vietnamese."""
    out = StringIO(newline="")
    writer = csv.writer(out)
    for row in table(affected, language, marks):
        writer.writerow([_guarded(cell) if isinstance(cell, str) else cell for cell in row])
    return out.getvalue().encode("utf-8-sig")


def write_xlsx(
    affected: Affected, language: Language, marks: Mapping[str, Words] | None = None
) -> bytes:
    """Return the list as a workbook of one sheet, its headings fixed and its columns filtered."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None, "a new workbook has a sheet"
    sheet.title = Words("Affected", "Liên quan")[language == "vi"]
    widths = [0] * len(COLUMNS)
    for number, row in enumerate(table(affected, language, marks), 1):
        for place, value in enumerate(row, 1):
            cell = sheet.cell(number, place, value)
            if isinstance(value, str):
                cell.data_type = "s"  # a word that begins with = is a word
            widths[place - 1] = min(max(widths[place - 1], len(str(value))), _WIDTH_MAX)
    for place, width in enumerate(widths, 1):
        sheet.cell(1, place).font = Font(bold=True)
        sheet.column_dimensions[get_column_letter(place)].width = width + 2
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = sheet.dimensions
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def table(
    affected: Affected, language: Language, marks: Mapping[str, Words] | None = None
) -> Iterator[Row]:
    """Yield the headings, then the rows: containers and bags first, which must be found fast.

    ``marks`` is what to say of a lot beside whether it is held or recalled.
    """
    yield tuple(_say(words, language) for words in COLUMNS)
    yield from map(_printable, _rows(affected, language, marks or {}))


def _rows(affected: Affected, language: Language, marks: Mapping[str, Words]) -> Iterator[Row]:
    yield from (_container(row, language) for row in affected.containers)
    yield from (_labels(row, language) for row in affected.labels)
    yield from (_pallet(row, language) for row in affected.pallets)
    yield from (_lot(row, language, marks.get(row.lot)) for row in affected.lots)
    for area in affected.areas:
        yield from _area(area, language)


def _container(row: ContainerRow, language: Language) -> Row:
    return (
        *(_say(KINDS["container"], language), row.container, "", ""),
        *(row.bags, "", "", _kilograms(row.mass_g), "", "", ""),
        *(_name(row.buyer, language), row.country),
        *(row.loaded_on, row.shipped_on, row.arrived_on, ""),
    )


def _labels(row: LabelRow, language: Language) -> Row:
    bags = row.last - row.first + 1
    return (
        *(_say(KINDS["labels"], language), row.batch, lot_name(row.lot), ""),
        *(bags, row.first, row.last),
        *[""] * 10,
    )


def _pallet(row: PalletRow, language: Language) -> Row:
    return (
        *(_say(KINDS["pallet"], language), pallet_name(row.pallet), lot_name(row.lot), ""),
        *(row.bags, "", "", _kilograms(row.mass_g), _name(row.holder, language)),
        *(_name(row.sent_to, language), row.container, "", "", "", "", ""),
        _say(STATES["apart"], language) if row.is_apart else "",
    )


def _lot(row: LotRow, language: Language, mark: Words | None) -> Row:
    states = [
        name for name, is_so in (("recalled", row.is_recalled), ("held", row.is_held)) if is_so
    ]
    told = [*(STATES[state] for state in states), *([mark] if mark else [])]
    product = row.product.vi if language == "vi" else row.product.en
    return (
        *(_say(KINDS["lot"], language), lot_name(row.lot), "", product),
        *(row.bags_meant or "", "", "", _kilograms(row.meant_g), _name(row.holder, language)),
        *(_name(row.sent_to, language), "", "", "", row.born_on, "", ""),
        ", ".join(_say(words, language) for words in told),
    )


def _area(area: AreaRow, language: Language) -> Iterator[Row]:
    name, manager = f"{area.area}/{area.season}", _name(area.manager, language)
    yield (_say(KINDS["area"], language), name, *[""] * 6, manager, *[""] * 8)
    for line in area.diary:
        goods = " ".join(filter(None, (line.work, line.with_what)))
        yield (_say(KINDS["diary"], language), name, "", goods, *[""] * 9, line.on, "", "", "")


def lot_name(uri: str) -> str:
    """Return a lot's GTIN and number, as ``read_scope`` takes them."""
    return uri.removeprefix("https://id.gs1.org/01/").replace("/10/", "/", 1)


def pallet_name(uri: str) -> str:
    """Return a pallet's SSCC as GS1 prints it: spreadsheets round a number of 18 digits."""
    return uri.replace("https://id.gs1.org/00/", "(00)", 1)


def _say(words: Words, language: Language) -> str:
    return words.vi if language == "vi" else words.en


def _name(party: Party | None, language: Language) -> str:
    if party is None:
        return ""
    return party.name.vi if language == "vi" else party.name.en


def _kilograms(mass_g: int) -> Cell:
    kilograms, grams = divmod(mass_g, 1000)
    return Decimal(mass_g) / 1000 if grams else kilograms


def _guarded(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text


def _printable(row: Sequence[Cell]) -> Row:
    """Return a row without signs that no file of tables may hold."""
    return tuple(
        "".join(sign for sign in cell if sign.isprintable()) if isinstance(cell, str) else cell
        for cell in row
    )
