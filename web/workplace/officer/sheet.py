"""A commune's year as rows of a table, and that table as a workbook and as a PDF.

The page, the workbook and the PDF say the same, row by row, because all three are written from
here. Beside every figure stand the entries it follows from: on paper as ranges where they are few,
in the workbook all of them on a sheet of their own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from importlib import resources
from io import BytesIO

from fpdf import FPDF
from fpdf.enums import TableCellFillMode
from fpdf.fonts import FontFace
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from ledger.commune_report import ALL, UNITS, Figure, SeasonReport
from web.workplace.words import WorkVoice

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PDF = "application/pdf"
_ADDS_UP = frozenset({"marked_t", "sold_t", "harvested_14_t"})
"""Figures of which a year has the sum of its seasons; hectares are the same land each time."""
_NONE = _TO = "\u2013"
"""A dash: for what nobody said anything of, and between the ends of a range."""
_RANGES_MAX = 4
_PLACES = 3
"""Tonnes are told to the kilogram; the exact number is in the workbook."""
_FAMILY = "Be Vietnam Pro"
_GREY = (240, 242, 240)


@dataclass(frozen=True, slots=True)
class Line:
    """One figure of a commune's year: its name, unit, a figure for each season, and the year's."""

    name: str
    label: str
    unit: str
    figures: tuple[Figure | None, ...]
    year: Decimal | None


@dataclass(frozen=True, slots=True)
class Sheet:
    """One commune's year; ``commune`` is empty for all of them."""

    commune: str
    title: str
    year: int
    seasons: tuple[str, ...]
    size: int
    on: str
    lines: tuple[Line, ...]


def year_sheet(voice: WorkVoice, year: int, reports: Sequence[SeasonReport], commune: str) -> Sheet:
    """Return one commune's year as a table."""
    rows = [report.row(commune) for report in reports]
    lines = []
    for name, unit in UNITS.items():
        figures = tuple(row.figures[name] if row else None for row in rows)
        values = [each.value for each in figures if each and each.value is not None]
        year_value = sum(values, Decimal(0)) if name in _ADDS_UP and values else None
        lines.append(Line(name, voice.say(f"figure.{name}"), unit, figures, year_value))
    whose = voice.say("programme.all") if commune == ALL else voice.commune(commune)
    return Sheet(
        commune=commune,
        title=voice.say("sheet.title", commune=whose, year=str(year)),
        year=year,
        seasons=tuple(report.season for report in reports),
        size=max(report.size for report in reports),
        on=max(report.on for report in reports),
        lines=tuple(lines),
    )


def spell(voice: WorkVoice, figure: Figure | Decimal | None) -> str:
    """Return a figure as people write it, to a thousandth; a dash where nothing was said of it."""
    value = figure.value if isinstance(figure, Figure) else figure
    if value is None:
        return _NONE
    rounded = round(value, _PLACES)
    whole = rounded.to_integral_value()
    return voice.number(whole if whole == rounded else rounded.normalize())


def ranges(entries: Sequence[int]) -> Iterator[str]:
    """Yield entries as people list them: 3, 5-9."""
    first = last = None
    for entry in [*entries, None]:
        if last is not None and entry == last + 1:
            last = entry
            continue
        if first is not None:
            yield str(first) if first == last else f"{first}{_TO}{last}"
        first = last = entry


def behind(voice: WorkVoice, line: Line) -> str:
    """Return how many entries a line follows from, and which where they are few enough to list."""
    entries = sorted({index for each in line.figures if each for index in each.entries})
    listed = list(ranges(entries))
    if not listed:
        return _NONE
    counted = voice.say("sheet.entries", n=len(entries))
    return f"{counted}: {', '.join(listed)}" if len(listed) <= _RANGES_MAX else counted


def heads(voice: WorkVoice, sheet: Sheet) -> tuple[str, ...]:
    """Return what stands above the columns."""
    return (
        voice.say("sheet.figure"),
        voice.say("sheet.unit"),
        *(voice.season(season) for season in sheet.seasons),
        voice.say("sheet.year"),
        voice.say("sheet.behind"),
    )


def _cells(voice: WorkVoice, sheet: Sheet) -> Iterator[tuple[str, ...]]:
    for line in sheet.lines:
        yield (
            line.label,
            line.unit,
            *(spell(voice, each) for each in line.figures),
            spell(voice, line.year),
            behind(voice, line),
        )


def _notes(voice: WorkVoice, sheet: Sheet, ledger: str) -> tuple[str, ...]:
    as_of = voice.say("sheet.as_of", day=voice.day(sheet.on), size=sheet.size, ledger=ledger)
    return (as_of, voice.say("sheet.note"))


def write_xlsx(voice: WorkVoice, sheets: Sequence[Sheet], ledger: str) -> bytes:
    """Return a workbook: a sheet for each commune, and the entries behind every figure."""
    book = Workbook()
    book.remove(book.active)
    for sheet in sheets:
        _fill_sheet(voice, book, sheet, ledger)
    entries = book.create_sheet(voice.say("sheet.behind")[:31])
    entries.append(
        [voice.say(f"sheet.{name}") for name in ("commune", "season", "figure", "entry")]
    )
    for sheet in sheets:
        whose = sheet.commune or voice.say("programme.all")
        for line in sheet.lines:
            for season, figure in zip(sheet.seasons, line.figures, strict=True):
                for index in figure.entries if figure else ():
                    entries.append([whose, season, line.label, index])
    entries.freeze_panes = "A2"
    entries.auto_filter.ref = entries.dimensions
    for place, width in enumerate((12, 12, 48, 10), 1):
        entries.column_dimensions[get_column_letter(place)].width = width
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _fill_sheet(voice: WorkVoice, book: Workbook, sheet: Sheet, ledger: str) -> None:
    name = voice.say("sheet.all") if sheet.commune == ALL else voice.commune(sheet.commune)
    page = book.create_sheet(name[:31])
    for told in (sheet.title, *_notes(voice, sheet, ledger)):
        page.append([told])
        page.cell(page.max_row, 1).data_type = "s"  # a name that begins with = is a name
    page["A1"].font = Font(bold=True, size=14)
    page.append([])
    page.append(list(heads(voice, sheet)))
    for cell in page[page.max_row]:
        cell.font = Font(bold=True)
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    for line in sheet.lines:
        values = [None if each is None else each.value for each in (*line.figures,)]
        page.append([line.label, line.unit, *values, line.year, behind(voice, line)])
    widths = (48, 9, *(16 for _ in sheet.seasons), 14, 30)
    for place, width in enumerate(widths, 1):
        page.column_dimensions[get_column_letter(place)].width = width
    page.page_setup.orientation, page.page_setup.paperSize = "landscape", page.PAPERSIZE_A4
    page.page_setup.fitToHeight, page.sheet_properties.pageSetUpPr.fitToPage = 0, True


class _Paper(FPDF):
    """A4 on its side, with the number of each page at its foot."""

    foot = ""

    def footer(self) -> None:
        """Write the foot of a page."""
        self.set_y(-12)
        self.set_font(_FAMILY, size=8)
        self.cell(0, 5, self.foot)
        self.set_x(self.l_margin)
        self.cell(0, 5, f"{self.page_no()}/{{nb}}", align="R")


def write_pdf(voice: WorkVoice, sheets: Sequence[Sheet], ledger: str) -> bytes:
    """Return the tables as a PDF for the file of a commune, each beginning a page.

    It carries the day of its figures instead of the moment it was made.
    """
    paper = _Paper(orientation="landscape", format="A4")
    paper.set_creation_date(datetime.fromisoformat(f"{sheets[0].on}T00:00:00+07:00"))
    paper.set_title(sheets[0].title)
    paper.set_lang(voice.language)
    fonts = resources.files("fontpkg_be_vietnam_pro") / "files"
    for style, weight in (("", "Regular"), ("B", "SemiBold")):
        paper.add_font(_FAMILY, style, str(fonts / f"BeVietnamPro-{weight}.ttf"))
    paper.set_auto_page_break(True, margin=16)
    paper.foot = ledger
    for sheet in sheets:
        paper.add_page()
        paper.set_font(_FAMILY, "B", 14)
        paper.multi_cell(0, 8, sheet.title, new_x="LMARGIN", new_y="NEXT")
        paper.set_font(_FAMILY, size=8)
        for note in _notes(voice, sheet, ledger):
            paper.multi_cell(0, 4.5, note, new_x="LMARGIN", new_y="NEXT")
        paper.ln(2)
        _lay_table(paper, voice, sheet)
    return bytes(paper.output())


def _lay_table(paper: FPDF, voice: WorkVoice, sheet: Sheet) -> None:
    paper.set_font(_FAMILY, size=8)
    widths = (78, 15, *(28 for _ in sheet.seasons), 24, 66)
    aligned = ("LEFT", "LEFT", *("RIGHT" for _ in sheet.seasons), "RIGHT", "LEFT")
    with paper.table(
        col_widths=widths,
        text_align=aligned,
        line_height=4.6,
        headings_style=FontFace(emphasis="BOLD", fill_color=_GREY),
        cell_fill_mode=TableCellFillMode.NONE,
        borders_layout="HORIZONTAL_LINES",
        padding=(0.6, 1),
    ) as laid:
        for cells in (heads(voice, sheet), *_cells(voice, sheet)):
            row = laid.row()
            for cell in cells:
                row.cell(cell)
