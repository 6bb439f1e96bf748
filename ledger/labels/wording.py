"""The words of a label, in the order in which a buyer compares them with the bag."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date

from ledger.rice.labels import ALPHABET, SERIAL_LENGTH, Label, LabelBatch, format_code

_GRAMS_PER_KILOGRAM = 1_000


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a label: words, and their size in points on a small label.

    What is strong stands out; a little room sets what is apart off from the line above.
    """

    words: str
    size_pt: float
    is_strong: bool = False
    is_apart: bool = False


@dataclass(frozen=True, slots=True)
class Bag:
    """What differs from one label of a batch to the next."""

    number: int
    serial: str


@dataclass(frozen=True, slots=True)
class BatchWords:
    """What all labels of a batch say. ``link_start`` is the link of a bag up to its serial."""

    link_start: str
    count: int
    goods: str
    net_mass_g: int
    lot: str
    packer: str
    packed: date
    best_before: date
    mark: str = ""
    is_demo: bool = False

    @property
    def host(self) -> str:
        """Where the link leads, for those who type."""
        return self.link_start.split("/")[2]

    def lines_above(self) -> list[Line]:
        """Return the lines before the bag number."""
        lines = [
            Line(self.goods, 9, is_strong=True),
            Line(f"Khối lượng tịnh {format_mass(self.net_mass_g)}", 8, is_strong=True),
            Line(f"Lô {self.lot}", 7, is_apart=True),
            Line(f"Đóng gói {self.packed:%d/%m/%Y}", 7),
            Line(f"HSD {self.best_before:%d/%m/%Y}", 7),
        ]
        if self.is_demo:
            lines.insert(0, Line("Mẫu / demo", 7.5, is_strong=True))
        return [_composed(line) for line in lines]

    def lines_between(self) -> list[Line]:
        """Return the lines between the bag number and the typed code."""
        lines = [Line(f"Cơ sở đóng gói: {self.packer}", 7, is_apart=True)]
        if self.mark:
            lines.append(Line(self.mark, 7))
        lines.append(Line(f"Kiểm tra: {self.host}", 6.5, is_apart=True))
        return [_composed(line) for line in lines]

    def number_line(self, number: int) -> Line:
        """Return which bag of how many this is."""
        return Line(f"Bao {_grouped(number)} / {_grouped(self.count)}", 7)

    @property
    def letters_of_varying_lines(self) -> str:
        """Every letter that a bag's number or typed code can bring."""
        return self.number_line(1_234_567_890).words + "." + code_line(ALPHABET).words


def code_line(serial: str) -> Line:
    """Return the typed code, in groups of four."""
    return Line(format_code(serial), 9, is_strong=True)


def link_start(batch: LabelBatch, resolver: str, *, is_private: bool = False) -> str:
    """Return what the links of a batch have in common; a resolver that is none is refused.

    Private links are for packers without a GS1 company prefix (`LabelBatch.private_link`).
    """
    one = "0" * SERIAL_LENGTH
    link = batch.private_link if is_private else batch.link
    return link(one, resolver).removesuffix(one)


def mark_words(scheme: str, number: str) -> str:
    """Return by which scheme's mark a bag is sold, and under which grant."""
    return f"Nhãn {scheme}, số\u00a0{number}"


def bags_of(numbers: Iterable[int], labels: Iterable[Label]) -> Iterator[Bag]:
    """Yield numbers and serials together."""
    for number, label in zip(numbers, labels, strict=True):
        yield Bag(number, label.serial)


def format_mass(net_mass_g: int) -> str:
    """Return a net mass as Vietnamese labels write it: ``5 kg``, ``2,5 kg``, ``12.480 kg``."""
    kilograms, grams = divmod(net_mass_g, _GRAMS_PER_KILOGRAM)
    part = f",{grams:03}".rstrip("0") if grams else ""
    return f"{_grouped(kilograms)}{part} kg"


def _grouped(count: int) -> str:
    return f"{count:,}".replace(",", ".")


def _composed(line: Line) -> Line:
    """Return a line with its marked vowels as single letters, as the font has them (NFC)."""
    return replace(line, words=unicodedata.normalize("NFC", line.words))
