"""One run of a printer: labels of one batch on one kind of paper, read back, in one format."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

from ledger.labels.bitmaps import Painter, render_png
from ledger.labels.design import Design, arrange
from ledger.labels.drawings import Draughtsman
from ledger.labels.gate import LOWEST_DPI, Chosen, check_picture, every, read_back
from ledger.labels.layouts import SYMBOL, layout_named
from ledger.labels.prints import Print, draw_prints
from ledger.labels.refusals import MalformedError
from ledger.labels.series import SymbolSeries
from ledger.labels.sheets import render_sheets
from ledger.labels.symbols import dots_per_module
from ledger.labels.wording import Bag, BatchWords
from ledger.labels.zpl import ZplWriter
from ledger.rice.labels import SERIAL_LENGTH


@dataclass(frozen=True, slots=True)
class Job:
    """What is printed, where, and how much of it is read back.

    ``dpi`` is the printer's; nothing where it is not known, as of a PDF. Symbols are then read back
    as the coarsest printer would print them.
    """

    series: SymbolSeries
    design: Design
    bags: Iterable[Bag]
    dpi: int | None = None
    copies: int = 1
    skip: int = 0
    used: Collection[int] = ()
    chosen: Chosen = every
    progress: Callable[[int], object] = int

    def write_pdf(self, out: BinaryIO) -> None:
        """Write sheets, or a roll with a label a page."""
        render_sheets(self._read_back(), self.design, out, self.skip, self.used, self.copies)

    def write_zpl(self, out: BinaryIO) -> None:
        """Write the commands of a thermal printer; what is read back is the whole label."""
        painter = self._painter()
        writer = ZplWriter(painter)
        out.writelines(writer.render(one, self.copies) for one in self._painted(painter))

    def pictures_png(self) -> Iterator[tuple[Bag, bytes]]:
        """Yield each label in dots; what is read back is the whole label."""
        painter = self._painter()
        for one in self._painted(painter):
            yield one.bag, render_png(painter.paint(one), painter.dpi)

    def pictures_svg(self) -> Iterator[tuple[Bag, bytes]]:
        """Yield each label as a drawing."""
        draughtsman = Draughtsman(self.design)
        for one in self._read_back():
            yield one.bag, draughtsman.render(one).encode()

    def _painter(self) -> Painter:
        assert self.dpi is not None, "dots are those of a printer"
        return Painter(self.design, self.dpi)

    def _painted(self, painter: Painter) -> Iterator[Print]:
        """Yield labels, each after its whole picture was read back if it was chosen."""
        for place, one in enumerate(self._counted(draw_prints(self.series, self.bags))):
            if self.chosen(place):
                check_picture(painter.paint(one), one, self.series.start)
            yield one

    def _read_back(self) -> Iterator[Print]:
        """Yield labels, each after its symbol was read back if it was chosen."""
        dots = dots_per_module(self.dpi or LOWEST_DPI, self.design.module_um)
        prints = draw_prints(self.series, self.bags)
        return self._counted(read_back(prints, self.series, dots, self.chosen))

    def _counted(self, prints: Iterable[Print]) -> Iterator[Print]:
        """Pass labels on and tell how many; there must be one."""
        count = 0
        for count, one in enumerate(prints, start=1):
            yield one
            self.progress(count)
        if count == 0:
            raise MalformedError("sheet_empty")


def set_up(
    words: BatchWords, layout: str, module_um: int | None = None, dpi: int | None = None
) -> tuple[SymbolSeries, Design]:
    """Return the symbols of a batch and its labels on the paper of that name, or grid."""
    paper = layout if layout == SYMBOL else layout_named(layout)
    series = SymbolSeries(words.link_start, SERIAL_LENGTH)
    return series, arrange(words, paper, series.width_modules, module_um, dpi)
