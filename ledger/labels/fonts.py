"""The font of the labels: drawn for Vietnamese, so that every marked vowel is in it.

Sizes are those of the em square. A letter the font lacks is refused, never printed as a box.
"""

from __future__ import annotations

import io
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, cached_property
from importlib import resources
from typing import Any

from fontTools.pens.svgPathPen import SVGPathPen
from fontTools.pens.transformPen import TransformPen
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

from ledger.labels.refusals import MalformedError


@dataclass(frozen=True, slots=True)
class Subset:
    """A font with only some letters, as a document embeds it; ``glyphs`` leads from each letter."""

    data: bytes
    glyphs: dict[str, int]


@dataclass(frozen=True)
class Font:
    """A TrueType file of one weight."""

    name: str
    data: bytes

    @cached_property
    def units(self) -> int:
        """Font units to the em."""
        return int(self._opened["head"].unitsPerEm)

    @cached_property
    def advances(self) -> dict[str, int]:
        """How far each letter moves the pen, in font units."""
        widths = self._opened["hmtx"].metrics
        return {chr(code): widths[name][0] for code, name in self._opened.getBestCmap().items()}

    @property
    def box(self) -> tuple[int, int, int, int]:
        """The box around all letters, in font units: left, bottom, right, top."""
        head = self._opened["head"]
        return (head.xMin, head.yMin, head.xMax, head.yMax)

    def width(self, words: str, size: float) -> float:
        """Return how wide words are, in the unit of ``size``."""
        return sum(self.advances[letter] for letter in words) * size / self.units

    def check_letters(self, words: str) -> None:
        """Refuse words with a letter that is not in the font."""
        for letter in words:
            if letter not in self.advances:
                shown = letter if letter.isprintable() else f"U+{ord(letter):04X}"
                raise MalformedError("font_letter_missing", letter=shown, words=words)

    def outline(self, words: str) -> str:
        """Return words as one SVG path in font units, ``y`` upwards from the baseline."""
        glyphs = self._opened.getGlyphSet()
        names = self._opened.getBestCmap()
        pen = SVGPathPen(glyphs, ntos=lambda number: str(round(number)))
        left = 0
        for letter in words:
            glyphs[names[ord(letter)]].draw(TransformPen(pen, (1, 0, 0, 1, left, 0)))
            left += self.advances[letter]
        return str(pen.getCommands())

    def subset(self, letters: Iterable[str]) -> Subset:
        """Return the font with these letters only. The same letters give the same bytes."""
        options = Options(hinting=False, layout_features=[], notdef_outline=True, name_IDs=[])
        font = self._open()
        subsetter = Subsetter(options)
        subsetter.populate(unicodes=[ord(letter) for letter in letters])
        subsetter.subset(font)
        out = io.BytesIO()
        font.save(out)
        order = font.getReverseGlyphMap()
        glyphs = {chr(code): order[name] for code, name in font.getBestCmap().items()}
        return Subset(out.getvalue(), glyphs)

    @cached_property
    def _opened(self) -> Any:  # noqa: ANN401  (fontTools has no types)
        return self._open()

    def _open(self) -> Any:  # noqa: ANN401
        return TTFont(io.BytesIO(self.data), recalcTimestamp=False)


@cache
def plain() -> Font:
    """Return the font of most words."""
    return _load("Regular")


@cache
def strong() -> Font:
    """Return the font of what stands out."""
    return _load("SemiBold")


def _load(weight: str) -> Font:
    name = f"BeVietnamPro-{weight}"
    file = resources.files("fontpkg_be_vietnam_pro") / "files" / f"{name}.ttf"
    return Font(name, file.read_bytes())
