from __future__ import annotations

import io
import re
import xml.etree.ElementTree as ET

import pytest
from PIL import Image

from ledger.errors import MalformedError, RefusedError
from ledger.labels.gate import check_bitmap, check_job, read_symbols
from ledger.labels.symbols import (
    QUIET_ZONE,
    Symbol,
    dark_runs,
    dots_per_module,
    draw_bitmap,
    draw_symbol,
    render_png,
    render_svg,
)
from ledger.rice.labels import LabelBatch, labels_between

BATCH = LabelBatch("09521234000303", "DX26-0001", 1_000)
PAYLOADS = [
    BATCH.link(label.serial, "https://gao.example.vn")
    for label in labels_between(BATCH, bytes(32), 1, 40)
]


@pytest.mark.parametrize(("dpi", "dots"), [(203, 6), (300, 9), (600, 18), (1200, 36)])
def test_a_module_is_whole_dots_and_never_smaller_than_asked(dpi: int, dots: int) -> None:
    assert dots_per_module(dpi) == dots


def test_symbols_of_a_batch_have_one_version_and_read_back() -> None:
    symbols = [draw_symbol(payload) for payload in PAYLOADS]
    assert {len(symbol.matrix) for symbol in symbols} == {37}
    assert len({symbol.matrix for symbol in symbols}) == len(PAYLOADS)
    told: list[int] = []
    assert check_job(symbols, progress=told.append) == len(PAYLOADS)
    assert told == list(range(1, len(PAYLOADS) + 1))


@pytest.mark.parametrize(
    "payload", ["https://a.example/01/09521234000303/10/a-%2Fb/21/x", "Gạo", "0", "HTTPS://A/00"]
)
def test_any_text_reads_back(payload: str) -> None:
    assert check_job([draw_symbol(payload)]) == 1


def test_what_no_symbol_can_hold_is_refused() -> None:
    with pytest.raises(MalformedError) as refusal:
        draw_symbol("x" * 3_000)
    assert refusal.value.code == "symbol_too_long"


def test_the_gate_stops_at_a_symbol_that_does_not_read() -> None:
    good, other = draw_symbol(PAYLOADS[0]), draw_symbol(PAYLOADS[1])
    wiped = tuple((False,) * len(row) if 8 < y < 30 else row for y, row in enumerate(good.matrix))
    for bad in (
        Symbol(good.payload, other.matrix),
        Symbol(good.payload + "0", good.matrix),
        Symbol(good.payload, wiped),
    ):
        with pytest.raises(RefusedError) as refusal:
            check_job([other, bad])
        assert refusal.value.code == "symbol_unread"
        assert refusal.value.details["payload"] == bad.payload


def test_the_gate_wants_one_symbol_and_no_more() -> None:
    one = draw_bitmap(draw_symbol(PAYLOADS[0]), 6)
    two = Image.new("1", (one.width * 2, one.height), 1)
    two.paste(one, (0, 0))
    two.paste(one, (one.width, 0))
    check_bitmap(one, PAYLOADS[0])
    for picture in (two, Image.new("1", one.size, 1)):
        with pytest.raises(RefusedError):
            check_bitmap(picture, PAYLOADS[0])


def test_png_prints_at_whole_dots() -> None:
    symbol = draw_symbol(PAYLOADS[0])
    picture = Image.open(io.BytesIO(render_png(symbol, dpi=203)))
    assert picture.size == (45 * 6, 45 * 6)
    assert [round(value) for value in picture.info["dpi"]] == [203, 203]
    assert read_symbols(picture) == [PAYLOADS[0].encode()]


def test_svg_draws_exactly_the_matrix_in_millimetres() -> None:
    symbol = draw_symbol(PAYLOADS[0])
    drawing = ET.fromstring(render_svg(symbol))  # noqa: S314 our own drawing
    assert drawing.attrib["width"] == drawing.attrib["height"] == "33.75mm"
    drawn = [[False] * symbol.width_modules for _ in range(symbol.width_modules)]
    for x, y, length in re.findall(r"M(\d+) (\d+)h(\d+)v1", drawing[1].attrib["d"]):
        for place in range(int(x), int(x) + int(length)):
            drawn[int(y)][place] = True
    inside = slice(QUIET_ZONE, -QUIET_ZONE)
    assert tuple(tuple(row[inside]) for row in drawn[inside]) == symbol.matrix
    assert sum(map(sum, drawn)) == sum(map(sum, symbol.matrix))
    assert sum(length for _, _, length in dark_runs(symbol)) == sum(map(sum, symbol.matrix))
