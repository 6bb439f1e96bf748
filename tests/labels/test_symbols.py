from __future__ import annotations

import pytest

from ledger.errors import MalformedError
from ledger.labels.gate import read_symbols
from ledger.labels.prints import symbol_picture
from ledger.labels.series import pack
from ledger.labels.symbols import Drawing, Symbol, dots_per_module, draw_symbol
from tests.label_samples import START, bags

PAYLOADS = [START + bag.serial for bag in bags(1, 40)]


def read(symbol: Symbol) -> list[bytes]:
    return read_symbols(symbol_picture(pack(symbol.matrix), symbol.width_modules, 6))


@pytest.mark.parametrize(("dpi", "dots"), [(203, 6), (300, 9), (600, 18), (1200, 36)])
def test_a_module_is_whole_dots_and_never_smaller_than_asked(dpi: int, dots: int) -> None:
    assert dots_per_module(dpi) == dots
    assert dots_per_module(dpi, dots * 25_400 / dpi) == dots, "whole dots stay whole"


def test_symbols_of_a_batch_have_one_version_and_read_back() -> None:
    symbols = [draw_symbol(payload) for payload in PAYLOADS]
    assert {(len(symbol.matrix), symbol.drawing.version) for symbol in symbols} == {(37, 5)}
    assert len({symbol.matrix for symbol in symbols}) == len(PAYLOADS)
    assert [read(symbol) for symbol in symbols] == [[payload.encode()] for payload in PAYLOADS]


@pytest.mark.parametrize(
    "payload", ["https://a.example/01/09521234000303/10/a-%2Fb/21/x", "Gạo", "0", "HTTPS://A/00"]
)
def test_any_text_reads_back(payload: str) -> None:
    assert read(draw_symbol(payload)) == [payload.encode()]


@pytest.mark.parametrize("mask", range(8))
def test_any_mask_reads_back(mask: int) -> None:
    symbol = draw_symbol(PAYLOADS[0], Drawing(6, mask))
    assert symbol.width_modules == 49
    assert read(symbol) == [PAYLOADS[0].encode()]


def test_what_no_symbol_can_hold_is_refused() -> None:
    with pytest.raises(MalformedError) as refusal:
        draw_symbol("x" * 3_000)
    assert refusal.value.code == "symbol_too_long"
