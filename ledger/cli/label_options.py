"""The options of printing, worded once."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

MOST_COPIES = 4


class Format(StrEnum):
    """What is written: one file for a printer, or a picture of each label in a folder."""

    PDF = "pdf"
    ZPL = "zpl"
    SVG = "svg"
    PNG = "png"

    @property
    def is_pictures(self) -> bool:
        """Whether each label is a file of its own."""
        return self in {Format.SVG, Format.PNG}

    @property
    def usual_layout(self) -> str:
        """The paper, unless another is asked for."""
        if self.is_pictures:
            return "symbol"
        return "roll-100x50" if self is Format.ZPL else "a4-2x4"

    @property
    def usual_dpi(self) -> int | None:
        """The dots to an inch of the printer, where the format has dots."""
        return {Format.ZPL: 203, Format.PNG: 300}.get(self)


class Dpi(StrEnum):
    """Dots to an inch of the printers there are."""

    THERMAL = "203"
    FINE = "300"
    FINEST = "600"


class Verify(StrEnum):
    """How many symbols are read back."""

    FULL = "full"
    SAMPLE = "sample"


Batch = Annotated[str, typer.Argument(metavar="LOT", help="The lot: its batch of labels.")]
Keys = Annotated[Path, typer.Option("--keys", help="Folder with the packer's key file.")]
Out = Annotated[Path, typer.Option(help="The file to write, or the folder for pictures.")]
First = Annotated[int, typer.Option("--from", min=1, help="First bag.")]
Last = Annotated[int | None, typer.Option("--to", min=1, help="Last bag; all if not given.")]
Spoiled = Annotated[
    bool, typer.Option("--spoiled", help="Print again what was reported as spoiled, only that.")
]
Form = Annotated[Format, typer.Option("--format", help="What to write.")]
Layout = Annotated[
    str,
    typer.Option(
        help="Label paper: a4-3x8, a4-3x7, a4-2x7, a4-2x4, a6, roll-100x50, roll-100x75,"
        " roll-100x150; symbol for the symbol alone; or a grid in mm, written as"
        " 3x8,label=70x37,at=0x0.5,pitch=70x37,page=210x297. a4-2x4 if not given; roll-100x50 for"
        " ZPL, symbol for pictures."
    ),
]
Skip = Annotated[int, typer.Option(min=0, help="Used labels at the start of the first sheet.")]
Used = Annotated[
    list[str] | None,
    typer.Option(help="Other used labels there, as 5 or 9-11, counted row by row; repeatable."),
]
Copies = Annotated[
    int, typer.Option(min=1, max=MOST_COPIES, help="Labels per bag: 2 for its front and its tag.")
]
Module = Annotated[
    float | None,
    typer.Option(help="Width of a module in mm: 0.75 or what the paper has room for; 1 on cloth."),
]
PrinterDpi = Annotated[
    Dpi | None,
    typer.Option(
        help="The printer's dots per inch, so that a module is whole dots. ZPL 203, PNG 300 if not"
        " given."
    ),
]
HowMany = Annotated[
    Verify | None,
    typer.Option(help="Read back every symbol or a sample; a sample above 10,000 if not given."),
]
Resolver = Annotated[
    str, typer.Option(help="What the links begin with; the ledger's own if not given.")
]
Private = Annotated[
    bool, typer.Option("--private", help="Links without a GTIN: no GS1 company prefix.")
]
