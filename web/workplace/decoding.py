"""A photo of a symbol, read by the server where a browser cannot: QR, Data Matrix, bar codes.

A photo is somebody's file: how long it may be, of which formats and how many pixels is bounded
before anything is unpacked, and nothing of it is kept.
"""

from __future__ import annotations

import warnings
from io import BytesIO

import zxingcpp
from PIL import Image
from PIL.Image import DecompressionBombError, DecompressionBombWarning

from ledger.errors import CODES, MalformedError, NotFoundError, Words

PHOTO_LENGTH_MAX = 12_000_000
PIXELS_MAX = 50_000_000
FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF")
_SIDE = 2_000
"""Pixels of the longer side that a symbol is looked for in: enough for a label in a hand."""

CODES |= {
    "photo_unreadable": Words(
        "This is not a photo that can be read here. Take another, as JPEG or PNG.",
        "Không đọc được ảnh này. Hãy chụp lại, dạng JPEG hoặc PNG.",
    ),
    "photo_too_large": Words(
        "This photo has too many pixels. Take a smaller one, closer to the symbol.",
        "Ảnh có quá nhiều điểm ảnh. Hãy chụp ảnh nhỏ hơn, gần mã hơn.",
    ),
    "photo_without_symbol": Words(
        "No symbol was found in the photo. Hold still, closer, without glare; or type the number.",
        "Không thấy mã nào trong ảnh. Hãy chụp gần, giữ yên, tránh chói; hoặc gõ số.",
    ),
}


def decode(photo: bytes) -> list[str]:
    """Return what the symbols in a photo say; those that say most first."""
    found = zxingcpp.read_barcodes(_pixels(photo))
    texts = {symbol.text for symbol in found if symbol.valid and symbol.text}
    if not texts:
        raise NotFoundError("photo_without_symbol")
    return sorted(texts, key=lambda text: (-len(text), text))


def _pixels(photo: bytes) -> Image.Image:
    """Return a photo in grey and no larger than it takes; symbols are found whichever way up."""
    if len(photo) > PHOTO_LENGTH_MAX:
        raise MalformedError("oversized", length=len(photo), limit=PHOTO_LENGTH_MAX)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", DecompressionBombWarning)
            image = Image.open(BytesIO(photo), formats=FORMATS)
            if image.width * image.height > PIXELS_MAX:
                raise MalformedError("photo_too_large")
            image.draft("L", (_SIDE, _SIDE))  # a JPEG is unpacked no larger than it is needed
            grey = image.convert("L")
    except (DecompressionBombError, DecompressionBombWarning) as bomb:
        raise MalformedError("photo_too_large") from bomb
    except MalformedError:
        raise
    except Exception as odd:  # a bent photo raises whatever the decoders below happen to meet
        raise MalformedError("photo_unreadable") from odd
    grey.thumbnail((_SIDE, _SIDE))
    return grey
