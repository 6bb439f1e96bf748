"""A PDF file written from beginning to end: no more of it is in memory than the object at hand.

Only what sheets of labels need of ISO 32000-1: pages of text and filled shapes, forms drawn many
times, and TrueType fonts by glyph (section 9.7.4.2). The same calls give the same bytes: the file
carries no time.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from typing import BinaryIO

from ledger.labels.fonts import Font, Subset

_CATALOG, _PAGES = 1, 2
_SYMBOLIC = 4
"""Font descriptor flag: glyphs are named by number, not by a standard encoding (table 123)."""


class PdfFile:
    """A PDF that is being written. Measures are points from the lower left corner of the page."""

    def __init__(self, out: BinaryIO, title: str, page_size: tuple[float, float]) -> None:
        self._out = out
        self._at = 0
        self._offsets: dict[int, int] = {}
        self._next = _PAGES + 1
        self._pages: list[int] = []
        self._resources = b""
        self._title = title
        self._size = page_size
        self._write(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")

    def add_font(self, font: Font, subset: Subset) -> int:
        """Embed a font and return its object."""
        scale = 1000 / font.units
        left, bottom, right, top = (round(value * scale) for value in font.box)
        name = f"RICELE+{font.name}"
        widths = " ".join(
            f"{glyph} [{round(font.advances[letter] * scale)}]"
            for letter, glyph in sorted(subset.glyphs.items(), key=lambda item: item[1])
        )
        file = self.add_stream(f"/Length1 {len(subset.data)}", subset.data)
        descriptor = self._add(
            f"<</Type/FontDescriptor/FontName/{name}/Flags {_SYMBOLIC}"
            f"/FontBBox[{left} {bottom} {right} {top}]/ItalicAngle 0/Ascent {top}/Descent {bottom}"
            f"/CapHeight {top}/StemV 80/FontFile2 {file} 0 R>>"
        )
        descendant = self._add(
            f"<</Type/Font/Subtype/CIDFontType2/BaseFont/{name}/CIDSystemInfo<</Registry(Adobe)"
            f"/Ordering(Identity)/Supplement 0>>/FontDescriptor {descriptor} 0 R/W[{widths}]"
            "/CIDToGIDMap/Identity>>"
        )
        letters = self.add_stream("", _to_unicode(subset.glyphs).encode())
        return self._add(
            f"<</Type/Font/Subtype/Type0/BaseFont/{name}/Encoding/Identity-H"
            f"/DescendantFonts[{descendant} 0 R]/ToUnicode {letters} 0 R>>"
        )

    def add_form(self, box: tuple[float, float, float, float], fonts: str, content: bytes) -> int:
        """Write something to be drawn many times and return its object (section 8.10)."""
        corners = " ".join(number(value) for value in box)
        return self.add_stream(
            f"/Type/XObject/Subtype/Form/BBox[{corners}]/Resources<</Font<<{fonts}>>>>", content
        )

    def set_resources(self, fonts: str, forms: Mapping[str, int]) -> None:
        """Say what all pages may use."""
        named = "".join(f"/{name} {one} 0 R" for name, one in forms.items())
        made = self._add(f"<</Font<<{fonts}>>/XObject<<{named}>>>>")
        self._resources = f"/Resources {made} 0 R".encode()

    def add_page(self, content: bytes) -> None:
        """Write a page."""
        stream = self.add_stream("", content)
        page = self._add(f"<</Type/Page/Parent {_PAGES} 0 R/Contents {stream} 0 R>>")
        self._pages.append(page)

    def add_stream(self, entries: str, data: bytes) -> int:
        """Write a compressed stream and return its object."""
        packed = zlib.compress(data)
        made = self._begin()
        self._write(f"<<{entries}/Filter/FlateDecode/Length {len(packed)}>>\nstream\n".encode())
        self._write(packed + b"\nendstream\nendobj\n")
        return made

    def close(self) -> None:
        """Write the list of pages, and where every object begins."""
        width, height = (number(side) for side in self._size)
        kids = " ".join(f"{page} 0 R" for page in self._pages)
        pages = (
            f"<</Type/Pages/Count {len(self._pages)}/Kids[{kids}]/MediaBox[0 0 {width} {height}]"
        )
        self._add_as(_PAGES, pages.encode() + self._resources + b">>")
        # A dialogue that scales to fit would change the module (section 12.2, table 150).
        catalog = f"<</Type/Catalog/Pages {_PAGES} 0 R/ViewerPreferences<</PrintScaling/None>>>>"
        self._add_as(_CATALOG, catalog.encode())
        title = self._title.encode("utf-16-be").hex()
        info = self._add(f"<</Title<feff{title}>>>")
        start = self._at
        lines = [b"%010d 00000 n \n" % self._offsets[one] for one in range(1, self._next)]
        self._write(b"xref\n0 %d\n0000000000 65535 f \n" % self._next + b"".join(lines))
        self._write(
            f"trailer\n<</Size {self._next}/Root {_CATALOG} 0 R/Info {info} 0 R>>\n"
            f"startxref\n{start}\n%%EOF\n".encode()
        )

    def _add(self, body: str) -> int:
        made = self._begin()
        self._write(body.encode() + b"\nendobj\n")
        return made

    def _add_as(self, made: int, body: bytes) -> None:
        self._offsets[made] = self._at
        self._write(b"%d 0 obj\n" % made + body + b"\nendobj\n")

    def _begin(self) -> int:
        made = self._next
        self._next += 1
        self._offsets[made] = self._at
        self._write(b"%d 0 obj\n" % made)
        return made

    def _write(self, data: bytes) -> None:
        self._out.write(data)
        self._at += len(data)


def number(value: float) -> str:
    """Return a measure as PDF writes it, to a ten-thousandth of a point."""
    return f"{value:.4f}".rstrip("0").rstrip(".")


def _to_unicode(glyphs: Mapping[str, int]) -> str:
    """Return the map by which a reader finds and copies the words (section 9.10.3)."""
    lines = [
        f"<{glyph:04x}> <{letter.encode('utf-16-be').hex()}>" for letter, glyph in glyphs.items()
    ]
    # A block may have no more than a hundred lines.
    blocks = [lines[at : at + 100] for at in range(0, len(lines), 100)]
    said = "".join(
        f"{len(block)} beginbfchar\n" + "\n".join(block) + "\nendbfchar\n" for block in blocks
    )
    return (
        "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
        "/CIDSystemInfo <</Registry (Adobe) /Ordering (UCS) /Supplement 0>> def\n"
        "/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n"
        "1 begincodespacerange\n<0000> <ffff>\nendcodespacerange\n"
        f"{said}endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n"
    )
