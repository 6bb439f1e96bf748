"""Symbols a device draws: module by module as the reference has them, and as they are read."""

from __future__ import annotations

import random

import pytest
import qrcode
import zxingcpp
from PIL import Image
from qrcode.constants import ERROR_CORRECT_L
from qrcode.util import MODE_8BIT_BYTE, QRData

from tests.web.workplace.device import asked_of_device

VERSIONS = range(1, 41)
MASKS = range(8)


def longest_of(version: int) -> int:
    """Return how many bytes a version holds at level L, as the reference knows it."""
    bits: int = qrcode.util.BIT_LIMIT_TABLE[ERROR_CORRECT_L][version]
    return (bits - 4 - (8 if version < 10 else 16)) // 8


def drawn_by_reference(text: str, version: int, mask: int) -> list[str]:
    made = qrcode.QRCode(version, ERROR_CORRECT_L, border=0, mask_pattern=mask)
    made.add_data(QRData(text.encode(), mode=MODE_8BIT_BYTE))
    made.make(fit=False)
    return ["".join(str(int(module)) for module in row) for row in made.get_matrix()]


def text_of(length: int, seed: int) -> str:
    return "".join(random.Random(seed).choices("abcXYZ0189-_/", k=length))


def test_every_version_and_mask_is_as_the_reference_has_it() -> None:
    """The masks take turns over the versions, and each version is filled to the last byte."""
    asked = [(text_of(longest_of(version), version), version, version % 8) for version in VERSIONS]
    asked += [(text_of(40, 50 + mask), 3, mask) for mask in MASKS]
    asked += [
        (text_of(longest_of(version - 1) + 1, version), version, 1) for version in (2, 10, 27)
    ]
    drawn = asked_of_device([["symbol", text, mask] for text, _, mask in asked])
    for (text, version, mask), rows in zip(asked, drawn, strict=True):
        assert len(rows) == 17 + 4 * version
        assert rows == drawn_by_reference(text, version, mask), f"version {version}, mask {mask}"


@pytest.mark.parametrize("text", ["1", "Sổ lúa gạo · Đông Xuân", text_of(400, 1)])
def test_a_symbol_is_read_back(text: str) -> None:
    (rows,) = asked_of_device([["symbol", text, None]])
    assert read_symbol(rows) == text


def read_symbol(rows: list[str], scale: int = 4) -> str:
    """Return what a reader sees in a symbol with its quiet zone."""
    side = len(rows) + 8
    image = Image.new("L", (side, side), 255)
    for down, row in enumerate(rows):
        for across, module in enumerate(row):
            image.putpixel((across + 4, down + 4), 0 if module == "1" else 255)
    found = zxingcpp.read_barcodes(
        image.resize((side * scale, side * scale), Image.Resampling.NEAREST)
    )
    assert len(found) == 1
    return str(found[0].text)
