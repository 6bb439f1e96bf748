"""Text set on A4, page after page: headings, and rows of what and how much, broken where needed.

The same text gives the same bytes: the file carries no time, and fonts hold the letters it uses.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from ledger.labels import fonts
from ledger.labels.fonts import Font
from ledger.labels.pdf_file import PdfFile, number

_WIDTH, _HEIGHT = 595.28, 841.89
_MARGIN = 48.0
_LABEL_WIDTH = 170.0
_GAP = 12.0
_LEADING = 1.38
_SIZES = {"title": 20.0, "heading": 13.0, "text": 9.5, "small": 8.0}
_UNKNOWN = "?"
_PLAIN, _STRONG = "F0", "F1"


@dataclass(frozen=True, slots=True)
class Block:
    """A title, heading or text of one line or more; or a row, with a label and its values."""

    kind: str
    words: tuple[str, ...]
    label: tuple[str, ...] = ()
    is_strong: bool = False


def title(*words: str) -> Block:
    """Return the title of the paper, in each language."""
    return Block("title", words, is_strong=True)


def heading(words: str) -> Block:
    """Return what stands over some rows."""
    return Block("heading", (words,), is_strong=True)


def text(*words: str) -> Block:
    """Return paragraphs."""
    return Block("text", words)


def row(label: Sequence[str], *words: str, is_strong: bool = False) -> Block:
    """Return a label in each language beside its values."""
    return Block("text", words or ("-",), tuple(label), is_strong)


@dataclass(frozen=True, slots=True)
class _Line:
    words: str
    left: float
    size: float
    is_strong: bool


def write_paper(name: str, blocks: Iterable[Block], footer: str) -> bytes:
    """Return a PDF of blocks, with a footer and the number of the page on each."""
    pages = list(_pages([_spelled(block) for block in blocks]))
    out = io.BytesIO()
    file = PdfFile(out, name, (_WIDTH, _HEIGHT))
    foot = _known(footer, fonts.plain())
    said = "".join(line.words for page in pages for _, line in page) + foot + "0123456789/ "
    pens = {}
    named = ""
    for key, font, is_strong in ((_PLAIN, fonts.plain(), False), (_STRONG, fonts.strong(), True)):
        subset = font.subset(sorted(set(said)))
        named += f"/{key} {file.add_font(font, subset)} 0 R"
        pens[is_strong] = (key, {letter: f"{glyph:04x}" for letter, glyph in subset.glyphs.items()})
    file.set_resources(named, {})
    for place, page in enumerate(pages, start=1):
        footing = _Line(
            f"{foot}   {place} / {len(pages)}", _MARGIN, _SIZES["small"], is_strong=False
        )
        lines = [*page, (_MARGIN / 2, footing)]
        file.add_page(b"".join(_shown(up, line, pens) for up, line in lines))
    file.close()
    return out.getvalue()


def _shown(up: float, line: _Line, pens: dict[bool, tuple[str, dict[str, str]]]) -> bytes:
    key, codes = pens[line.is_strong]
    glyphs = "".join(codes[letter] for letter in line.words)
    place = f"{number(line.left)} {number(up)}"
    return f"BT/{key} {number(line.size)} Tf {place} Td<{glyphs}>Tj ET\n".encode()


def _pages(blocks: Sequence[Block]) -> Iterator[list[tuple[float, _Line]]]:
    """Yield pages of lines, each with its height above the bottom; a block is not broken apart."""
    page: list[tuple[float, _Line]] = []
    up = _HEIGHT - _MARGIN
    for block in blocks:
        lines = list(_lines(block))
        height = sum(max(line.size for line in side) * _LEADING for side in lines)
        before = _before(block) if page else 0.0
        if page and up - before - height < _MARGIN:
            yield page
            page, up, before = [], _HEIGHT - _MARGIN, 0.0
        up -= before
        for side in lines:
            up -= max(line.size for line in side) * _LEADING
            page += [(up, line) for line in side]
    yield page


def _before(block: Block) -> float:
    return {"title": 0.0, "heading": 16.0}.get(block.kind, 4.0)


def _lines(block: Block) -> Iterator[list[_Line]]:
    """Yield a block's lines; those of a label stand beside those of its values."""
    size = _SIZES[block.kind]
    left = _MARGIN + (_LABEL_WIDTH + _GAP if block.label else 0.0)
    width = _WIDTH - _MARGIN - left
    values = [
        _Line(part, left, size, block.is_strong)
        for words in block.words
        for part in _broken(words, size, width, is_strong=block.is_strong)
    ]
    labels = [
        _Line(part, _MARGIN, size if place == 0 else _SIZES["small"], is_strong=False)
        for place, words in enumerate(block.label)
        for part in _broken(words, size, _LABEL_WIDTH, is_strong=False)
    ]
    for place in range(max(len(values), len(labels))):
        yield [*values[place : place + 1], *labels[place : place + 1]]


def _broken(words: str, size: float, width: float, *, is_strong: bool) -> Iterator[str]:
    """Yield parts of a text that fit a width, broken between words; a longer word anywhere."""
    font = fonts.strong() if is_strong else fonts.plain()
    line = ""
    for word in words.split(" "):
        grown = f"{line} {word}" if line else word
        if font.width(grown, size) <= width:
            line = grown
            continue
        if line:
            yield line
        line = word
        while font.width(line, size) > width:
            cut = next(n for n in range(len(line), 0, -1) if font.width(line[:n], size) <= width)
            yield line[:cut]
            line = line[cut:]
    yield line


def _spelled(block: Block) -> Block:
    font = fonts.strong() if block.is_strong else fonts.plain()
    words = tuple(_known(one, font) for one in block.words)
    label = tuple(_known(one, fonts.plain()) for one in block.label)
    return Block(block.kind, words, label, block.is_strong)


def _known(words: str, font: Font) -> str:
    """Return words with a question mark for each letter that the font lacks."""
    return "".join(letter if letter in font.advances else _UNKNOWN for letter in words)
