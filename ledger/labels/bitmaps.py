"""Labels as dots of a printer: black or white, every module a whole number of dots."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from ledger.labels.design import UM_PER_INCH, Design, Text
from ledger.labels.fonts import Font
from ledger.labels.prints import Picture, Print, symbol_picture
from ledger.labels.symbols import dots_per_module

_WHITE, _BLACK = 255, 0
_STEPS_PER_DOT = 4  # Sizes of letters, so that a job needs few of them.


@dataclass(frozen=True, slots=True)
class Patch:
    """A part of a label in its place, in dots from the top left corner."""

    left: int
    top: int
    picture: Picture


class Painter:
    """Paints the labels of a design, which was arranged for the resolution of the same printer.

    ``fixed`` is what all labels have in common, ``dpi`` the dots to an inch.
    """

    def __init__(self, design: Design, dpi: int) -> None:
        self._design = design
        self.dpi = dpi
        self._module_dots = dots_per_module(dpi, design.module_um)
        layout = design.layout
        height, width = self._dots(layout.label_height_um), self._dots(layout.label_width_um)
        blank = np.full((height, width), _WHITE, np.uint8)
        self.fixed = _laid(blank, chain.from_iterable(map(self._letters, design.fixed)))

    def paint(self, one: Print) -> Picture:
        """Return one label."""
        return _laid(self.fixed, self.patches(one))

    def patches(self, one: Print) -> Iterator[Patch]:
        """Yield what only this label has: its symbol, then its words."""
        design = self._design
        symbol = symbol_picture(one.bits, design.width_modules, self._module_dots)
        yield Patch(self._dots(design.symbol_left_um), self._dots(design.symbol_top_um), symbol)
        for text in design.varying(one.bag):
            yield _joined(list(self._letters(text)))

    def _letters(self, text: Text) -> Iterator[Patch]:
        """Yield words letter by letter, each as near to its place as dots allow."""
        steps = max(_STEPS_PER_DOT, round(self._exact(text.size_um) * _STEPS_PER_DOT))
        baseline = self._dots(text.baseline_um)
        pen_um = text.left_um
        for letter in text.words:
            drawn = _drawn_letter(text.font, steps, letter)
            yield Patch(self._dots(pen_um) + drawn.left, baseline + drawn.top, drawn.picture)
            pen_um += text.font.width(letter, text.size_um)

    def _dots(self, um: float) -> int:
        return round(self._exact(um))

    def _exact(self, um: float) -> float:
        return um * self.dpi / UM_PER_INCH


def render_png(picture: Picture, dpi: int) -> bytes:
    """Return a label as PNG, one bit to a dot, that says how large it is to be printed."""
    file = io.BytesIO()
    image = Image.fromarray(picture).convert("1", dither=Image.Dither.NONE)
    image.save(file, "PNG", dpi=(dpi, dpi))
    return file.getvalue()


def _laid(ground: Picture, patches: Iterable[Patch]) -> Picture:
    """Return a picture with others laid on it: what is black in one of them is black."""
    picture = ground.copy()
    for patch in patches:
        height, width = patch.picture.shape
        under = picture[patch.top : patch.top + height, patch.left : patch.left + width]
        np.minimum(under, patch.picture, out=under)
    return picture


def _joined(patches: Sequence[Patch]) -> Patch:
    """Return patches as one, as large as it must be."""
    left = min(patch.left for patch in patches)
    top = min(patch.top for patch in patches)
    right = max(patch.left + patch.picture.shape[1] for patch in patches)
    bottom = max(patch.top + patch.picture.shape[0] for patch in patches)
    blank = np.full((bottom - top, right - left), _WHITE, np.uint8)
    moved = [Patch(patch.left - left, patch.top - top, patch.picture) for patch in patches]
    return Patch(left, top, _laid(blank, moved))


@lru_cache(maxsize=4_096)
def _drawn_letter(font: Font, steps: int, letter: str) -> Patch:
    """Return a letter in dots from the pen on the baseline."""
    sized = _sized(font, steps)
    left, top, right, bottom = (int(edge) for edge in sized.getbbox(letter, anchor="ls"))
    image = Image.new("L", (right - left, bottom - top), _WHITE)
    draw = ImageDraw.Draw(image)
    draw.fontmode = "1"  # No greys: a thermal head has none.
    draw.text((-left, -top), letter, fill=_BLACK, font=sized, anchor="ls")
    return Patch(left, top, np.asarray(image))


@lru_cache(maxsize=64)
def _sized(font: Font, steps: int) -> ImageFont.FreeTypeFont:
    file = io.BytesIO(font.data)
    return ImageFont.truetype(file, steps / _STEPS_PER_DOT, layout_engine=ImageFont.Layout.BASIC)
