from __future__ import annotations

import io
from dataclasses import replace
from datetime import date

import pypdfium2  # type: ignore[import-untyped]
import pytest
from reportlab.pdfbase import pdfmetrics

from ledger.errors import MalformedError
from ledger.labels.gate import LOWEST_DPI, read_symbols
from ledger.labels.sheets import (
    A4_2X4,
    A4_3X8,
    SHEETS,
    BagLabel,
    Sheet,
    format_mass,
    render_sheets,
)
from ledger.rice.labels import LabelBatch, format_code, labels_between

BATCH = LabelBatch("09521234000303", "DX26-0001", 1_000)
LABELS = [
    BagLabel(
        payload=BATCH.link(label.serial, "https://gao.example.vn"),
        serial=label.serial,
        number=number,
        count=BATCH.count,
        goods="Gạo thơm OM18 phát thải thấp",
        net_mass_g=5_000,
        lot=BATCH.lot,
        packer="HTX Nông nghiệp Kênh Xáng",
        packed=date(2026, 3, 22),
        best_before=date(2027, 3, 22),
        is_demo=True,
    )
    for number, label in enumerate(labels_between(BATCH, bytes(32), 1, 26), start=1)
]
VOWELS = "aàáảãạăằắẳẵặâầấẩẫậeèéẻẽẹêềếểễệiìíỉĩịoòóỏõọôồốổỗộơờớởỡợuùúủũụưừứửữựyỳýỷỹỵđ"


def printed(labels: list[BagLabel], sheet: Sheet, skip: int = 0) -> pypdfium2.PdfDocument:
    file = io.BytesIO()
    pages = render_sheets(labels, sheet, file, skip)
    document = pypdfium2.PdfDocument(file.getvalue())
    assert len(document) == pages
    return document


@pytest.mark.parametrize("sheet", SHEETS.values(), ids=SHEETS)
@pytest.mark.parametrize("skip", [0, 3])
def test_every_symbol_reads_back_from_the_page_itself(sheet: Sheet, skip: int) -> None:
    document = printed(LABELS, sheet, skip)
    assert len(document) == -(-(len(LABELS) + skip) // sheet.capacity)
    read = [read_symbols(page.render(scale=LOWEST_DPI / 72).to_pil()) for page in document]
    expected = [label.payload.encode() for label in LABELS]
    assert sorted(payload for page in read for payload in page) == sorted(expected)
    assert sorted(read[0]) == sorted(expected[: sheet.capacity - skip])


def test_a_label_says_what_a_buyer_compares() -> None:
    for sheet in SHEETS.values():
        words = printed(LABELS[:1], sheet)[0].get_textpage().get_text_range().replace("\r\n", " ")
        for expected in (
            "Mẫu / demo",
            "Gạo thơm OM18 phát thải thấp",
            "Khối lượng tịnh 5 kg",
            "Lô DX26-0001",
            "Đóng gói 22/03/2026",
            "HSD 22/03/2027",
            "Bao 1 / 1.000",
            "HTX Nông nghiệp Kênh Xáng",
            format_code(LABELS[0].serial),
            "gao.example.vn",
        ):
            assert expected in words, f"{sheet.name}: {expected}"


def test_only_a_demo_says_demo() -> None:
    words = printed([replace(LABELS[0], is_demo=False)], A4_3X8)[0].get_textpage()
    assert "demo" not in words.get_text_range()


def test_every_vietnamese_letter_is_in_the_font() -> None:
    printed(LABELS[:1], A4_3X8)
    for name in ("BagLabel", "BagLabelStrong"):
        glyphs = pdfmetrics.getFont(name).face.charToGlyph
        assert [letter for letter in VOWELS + VOWELS.upper() if ord(letter) not in glyphs] == []


def test_skipped_labels_stay_white() -> None:
    picture = printed(LABELS[:1], A4_2X4, skip=3)[0].render(scale=1).to_pil().convert("L")
    width, height = picture.size
    for place, is_white in ((0, True), (1, True), (2, True), (3, False), (4, True)):
        row, column = divmod(place, 2)
        box = (column * width // 2, row * height // 4, (column + 1) * width // 2)
        extrema = picture.crop((*box, (row + 1) * height // 4)).getextrema()
        assert (extrema == (255, 255)) is is_white, place


def test_the_same_job_gives_the_same_bytes() -> None:
    first, second = io.BytesIO(), io.BytesIO()
    render_sheets(LABELS, A4_3X8, first)
    render_sheets(LABELS, A4_3X8, second)
    assert first.getvalue() == second.getvalue()


def test_progress_counts_labels() -> None:
    told: list[int] = []
    render_sheets(LABELS, A4_3X8, io.BytesIO(), skip=5, progress=told.append)
    assert told == list(range(1, len(LABELS) + 1))


@pytest.mark.parametrize(
    ("labels", "sheet", "skip", "code"),
    [
        (
            [replace(LABELS[0], payload="https://a.example/" + "x" * 90)],
            A4_3X8,
            0,
            "symbol_too_large",
        ),
        ([replace(LABELS[0], goods="Gạo thơm " * 20)], A4_3X8, 0, "label_words_too_long"),
        ([replace(LABELS[0], packer="W" * 80)], A4_3X8, 0, "label_words_too_long"),
        (LABELS, A4_3X8, 24, "sheet_skip"),
        (LABELS, A4_3X8, -1, "sheet_skip"),
        ([], A4_3X8, 0, "sheet_empty"),
    ],
)
def test_what_does_not_fit_is_refused(
    labels: list[BagLabel], sheet: Sheet, skip: int, code: str
) -> None:
    with pytest.raises(MalformedError) as refusal:
        render_sheets(labels, sheet, io.BytesIO(), skip)
    assert refusal.value.code == code


def test_labels_do_not_leave_the_page() -> None:
    for sheet in SHEETS.values():
        right = sheet.margin_left_um + (sheet.columns - 1) * sheet.pitch_x_um + sheet.label_width_um
        bottom = sheet.margin_top_um + (sheet.rows - 1) * sheet.pitch_y_um + sheet.label_height_um
        assert right <= sheet.page_width_um
        assert bottom <= sheet.page_height_um
        assert sheet.pitch_x_um >= sheet.label_width_um
        assert sheet.pitch_y_um >= sheet.label_height_um


@pytest.mark.parametrize(
    ("grams", "text"),
    [
        (5_000, "5 kg"),
        (2_500, "2,5 kg"),
        (12_480_000, "12.480 kg"),
        (50, "0,05 kg"),
        (1_005, "1,005 kg"),
    ],
)
def test_mass_is_written_as_in_viet_nam(grams: int, text: str) -> None:
    assert format_mass(grams) == text
