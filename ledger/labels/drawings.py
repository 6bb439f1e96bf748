"""Labels as SVG in millimetres, for whoever sets them into artwork of their own.

Words are outlines: the drawing needs no font and looks alike everywhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ledger.labels.design import Design, Text
from ledger.labels.prints import Print
from ledger.labels.series import Bits, unpack


class Draughtsman:
    """Draws the labels of a design."""

    def __init__(self, design: Design) -> None:
        self._design = design
        self._fixed = "".join(_words(text) for text in design.fixed)

    def render(self, one: Print) -> str:
        """Return one label: the symbol as one path, and the words."""
        design = self._design
        width = _mm(design.layout.label_width_um)
        height = _mm(design.layout.label_height_um)
        runs = "".join(f"M{x} {y}h{length}v1h-{length}z" for x, y, length in dark_runs(one.bits))
        place = f"{_mm(design.symbol_left_um)} {_mm(design.symbol_top_um)}"
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}mm" height="{height}mm" '
            f'viewBox="0 0 {width} {height}"><title>{one.bag.serial}</title>'
            f'<path fill="#fff" d="M0 0h{width}v{height}h-{width}z"/>'
            f'<path shape-rendering="crispEdges" d="{runs}" '
            f'transform="translate({place}) scale({_mm(design.module_um)})"/>'
            f"{self._fixed}{''.join(_words(text) for text in design.varying(one.bag))}</svg>"
        )


def dark_runs(bits: Bits) -> Iterator[tuple[int, int, int]]:
    """Yield the dark stretches of every row as x, y, length, counted with the quiet zone."""
    for y, row in enumerate(unpack(bits, 8 * bits.shape[1])):
        for run in re.finditer(b"\x01+", row.tobytes()):
            yield run.start(), y, run.end() - run.start()


def _words(text: Text) -> str:
    scale = f"{text.size_um / 1000 / text.font.units:.6f}"
    place = f"{_mm(text.left_um)} {_mm(text.baseline_um)}"
    outline = text.font.outline(text.words)
    return f'<path transform="translate({place}) scale({scale} -{scale})" d="{outline}"/>'


def _mm(um: float) -> str:
    return f"{um / 1000:.5f}".rstrip("0").rstrip(".")
