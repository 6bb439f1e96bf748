"""Photos of symbols: what is on them is read, and nothing that is sent can hurt."""

from __future__ import annotations

import struct
import zlib
from io import BytesIO

import pytest
import qrcode
from PIL import Image

from ledger.errors import LedgerError
from web.workplace.decoding import PHOTO_LENGTH_MAX, decode

LINK = "https://id.gs1.org/01/09521234000105/10/L1"


def photo(form: str = "PNG", text: str = LINK, turned: int = 0) -> bytes:
    symbol = qrcode.make(text).convert("RGB").rotate(turned, expand=True, fillcolor="white")
    paper = Image.new("RGB", (1200, 900), "white")
    paper.paste(symbol, (300, 150))
    out = BytesIO()
    paper.save(out, form)
    return out.getvalue()


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP", "BMP", "GIF", "TIFF"])
def test_a_photo_of_any_usual_format_is_read(form: str) -> None:
    assert decode(photo(form)) == [LINK]


def test_a_photo_that_is_held_askew_is_read() -> None:
    assert decode(photo(turned=31)) == [LINK]


def described(tag: int, kind: int) -> bytes:
    """Return a photo on its side that describes itself: what it says of a tag is of a kind."""
    entries = struct.pack("<HHHII", 2, 0x0112, 3, 1, 6)
    entries += struct.pack("<HHI4sI", tag, kind, 1, b"hi", 0)
    out = BytesIO()
    exif = b"Exif\0\0II*\0\x08\0\0\0" + entries
    Image.open(BytesIO(photo())).transpose(Image.Transpose.ROTATE_90).save(out, "JPEG", exif=exif)
    return out.getvalue()


@pytest.mark.parametrize(("tag", "kind"), [(0x010E, 2), (0x010E, 11), (0x0100, 2), (0x8769, 4)])
def test_a_photo_is_read_whatever_it_says_of_itself(tag: int, kind: int) -> None:
    assert decode(described(tag, kind)) == [LINK]


def bomb() -> bytes:
    """Return a PNG of a few kilobytes that would be unpacked to ten thousand megabytes."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    head = struct.pack(">IIBBBBB", 100_000, 100_000, 8, 0, 0, 0, 0)
    body = zlib.compress(bytes(1_000_000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        (b"", "photo_unreadable"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "photo_unreadable"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n", "photo_unreadable"),
        (photo()[:4000], "photo_unreadable"),
        (photo("JPEG")[:300], "photo_unreadable"),
        (bomb(), "photo_too_large"),
        (bytes(PHOTO_LENGTH_MAX + 1), "oversized"),
    ],
)
def test_what_is_no_photo_is_refused(sent: bytes, code: str) -> None:
    with pytest.raises(LedgerError) as refusal:
        decode(sent)
    assert refusal.value.code == code


def test_a_photo_of_nothing_is_told_as_such() -> None:
    out = BytesIO()
    Image.new("L", (800, 600), 200).save(out, "PNG")
    with pytest.raises(LedgerError) as refusal:
        decode(out.getvalue())
    assert refusal.value.code == "photo_without_symbol"
