"""Where everything stands on a label: worked out once for a batch, drawn for every bag.

Measures are micrometres from the top left corner of the label. The symbol comes first, at its
module; the words take what is left, as large as they fit, and are refused below a legible size.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from ledger.labels import fonts
from ledger.labels.fonts import Font
from ledger.labels.layouts import SYMBOL, Layout, format_mm, symbol_alone
from ledger.labels.refusals import MalformedError
from ledger.labels.symbols import LEAST_MODULE_UM, MODULE_UM, dots_per_module
from ledger.labels.wording import Bag, BatchWords, Line, code_line
from ledger.rice.labels import ALPHABET, SERIAL_LENGTH

UM_PER_INCH = 25_400
UM_PER_POINT = UM_PER_INCH / 72
LEAST_SIZE_PT = 4.5

_INSET_UM = 2_000
"""With the quiet zone, dark modules stay 5 mm clear of an edge that no printer reaches."""
_SIDE_INSET_UM = 6_000
_LEAST_WORDS_UM = 20_000
_LEADING = 1.28  # Vietnamese stacks two marks on a vowel, and the font is drawn for that.
_DESCENT = 0.28  # Of the size, below the baseline.
_APART = 0.3  # Of the size, above a line that is set off.
_NARROWINGS = 6  # Halvings that bring the parts of a line to even lengths.
_PORTRAIT = 1.2  # Higher than this times its width, a label has the words below the symbol.
_SCALES = [step / 20 for step in range(50, 9, -1)]  # 2.5 times as large down to half.


@dataclass(frozen=True, slots=True)
class Text:
    """Words in their place. ``size_um`` is the em; the words reach no further than ``room_um``."""

    words: str
    left_um: float
    baseline_um: float
    size_um: float
    room_um: float
    is_strong: bool

    @property
    def font(self) -> Font:
        """The font of these words."""
        return _font(is_strong=self.is_strong)

    def saying(self, words: str) -> Text:
        """Return other words in the same place, smaller only if they need it."""
        needed = self.font.width(words, self.size_um)
        size_um = self.size_um * min(1.0, self.room_um / needed)
        return replace(self, words=words, size_um=size_um)


@dataclass(frozen=True, slots=True)
class Design:
    """One batch's labels on one kind of paper. ``number`` and ``code`` are filled for each bag."""

    layout: Layout
    words: BatchWords
    module_um: float
    width_modules: int
    symbol_left_um: float
    symbol_top_um: float
    fixed: tuple[Text, ...] = ()
    number: Text | None = None
    code: Text | None = None

    @property
    def symbol_um(self) -> float:
        """The width of the symbol with its quiet zone: the white panel it needs."""
        return self.width_modules * self.module_um

    def varying(self, bag: Bag) -> Iterator[Text]:
        """Yield the words that only this bag's label has."""
        if self.number is not None:
            yield self.number.saying(self.words.number_line(bag.number).words)
        if self.code is not None:
            yield self.code.saying(code_line(bag.serial).words)


def arrange(
    words: BatchWords,
    layout: Layout | str,
    width_modules: int,
    module_um: int | None = None,
    dpi: int | None = None,
) -> Design:
    """Return the design of a batch's labels, or refuse paper that does not hold them.

    ``layout`` is paper, or `SYMBOL` for the symbol alone. ``module_um`` is the module to draw, if
    not the paper's; with ``dpi`` it becomes whole dots of that printer, never fewer than asked.
    """
    if module_um is not None and module_um < LEAST_MODULE_UM:
        raise MalformedError(
            "module_too_small", module=format_mm(module_um), least=format_mm(LEAST_MODULE_UM)
        )
    if not isinstance(layout, Layout):
        assert layout == SYMBOL, "paper is looked up before"
        module = _whole_dots(module_um or MODULE_UM, dpi)
        return Design(
            symbol_alone(round(module * width_modules)), words, module, width_modules, 0, 0
        )
    modules = [module_um] if module_um else sorted({layout.module_um, MODULE_UM}, reverse=True)
    for asked in modules:
        module = _whole_dots(asked, dpi)
        try:
            return _arrange(words, layout, width_modules, module)
        except MalformedError:
            if asked == modules[-1]:
                raise
    raise AssertionError("there is a module to try")  # noqa: TRY003


def _arrange(words: BatchWords, layout: Layout, width_modules: int, module_um: float) -> Design:
    side = width_modules * module_um
    is_portrait = layout.label_height_um > _PORTRAIT * layout.label_width_um
    if is_portrait:
        left = (layout.label_width_um - side) / 2
        top = float(_INSET_UM)
        box = _Box(
            _SIDE_INSET_UM,
            top + side,
            layout.label_width_um - 2 * _SIDE_INSET_UM,
            layout.label_height_um - 2 * _INSET_UM - side,
        )
    else:
        left = float(_INSET_UM)
        top = (layout.label_height_um - side) / 2
        box = _Box(
            left + side,
            _INSET_UM / 2,
            layout.label_width_um - 2 * _INSET_UM - side,
            layout.label_height_um - _INSET_UM,
        )
    if side > layout.label_height_um or side > layout.label_width_um:
        height = min(layout.label_height_um, layout.label_width_um)
        raise MalformedError("symbol_too_large", width=format_mm(side), height=format_mm(height))
    if box.width < _LEAST_WORDS_UM or box.height <= 0:
        raise MalformedError("symbol_leaves_no_words", width=format_mm(side))
    placed = _place(words, box)
    return Design(
        *(layout, words, module_um, width_modules, left, top, placed.fixed),
        number=placed.number,
        code=placed.code,
    )


@dataclass(frozen=True, slots=True)
class _Box:
    left: float
    top: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class _Part:
    """A line or a part of one, as it will be set.

    One that is squeezed is smaller than wanted, because a word is wider than the label.
    """

    words: str
    size_um: float
    is_strong: bool
    is_squeezed: bool
    is_apart: bool

    @property
    def height_um(self) -> float:
        """How much of the label's height it takes."""
        return self.size_um * (_LEADING + (_APART if self.is_apart else 0))


@dataclass(frozen=True, slots=True)
class _Placed:
    fixed: tuple[Text, ...]
    number: Text
    code: Text


def _place(words: BatchWords, box: _Box) -> _Placed:
    """Return the words in their places, as large as they fit."""
    above, between = words.lines_above(), words.lines_between()
    for line in (*above, *between):
        _font(is_strong=line.is_strong).check_letters(line.words)
    for scale in _SCALES:
        groups = (
            [part for line in above for part in _set_broken(line, scale, box.width)],
            [_set_whole(_widest_number(words), scale, box.width)],
            [part for line in between for part in _set_broken(line, scale, box.width)],
            [_set_whole(_usual_code(), scale, box.width)],
        )
        parts = [part for group in groups for part in group]
        height = sum(part.height_um for part in parts)
        is_legible = all(part.size_um > LEAST_SIZE_PT * UM_PER_POINT - 1 for part in parts)
        is_large_for_nothing = scale > 1 and any(part.is_squeezed for part in parts)
        if height <= box.height and is_legible and not is_large_for_nothing:
            texts = tuple(_stacked(parts, box, height))
            number, code = len(groups[0]), len(texts) - 1
            fixed = texts[:number] + texts[number + 1 : code]
            return _Placed(fixed, texts[number], texts[code])
    longest = max((*above, *between), key=lambda line: len(line.words))
    raise MalformedError("label_words_too_long", words=longest.words)


def _stacked(parts: list[_Part], box: _Box, height: float) -> Iterator[Text]:
    """Yield lines below each other, in the middle of the box's height."""
    bottom = box.top + (box.height - height) / 2
    for part in parts:
        bottom += part.height_um
        baseline = bottom - part.size_um * _DESCENT
        yield Text(part.words, box.left, baseline, part.size_um, box.width, part.is_strong)


def _set_broken(line: Line, scale: float, width: float) -> Iterator[_Part]:
    """Yield a line broken between words, into parts about as long as each other."""
    font, size = _font(is_strong=line.is_strong), _size_um(line, scale)
    parts = _broken(line.words, font, size, width)
    too_narrow, wide_enough = width / 2, width
    for _ in range(_NARROWINGS if len(parts) > 1 else 0):
        tried = (too_narrow + wide_enough) / 2
        narrower = _broken(line.words, font, size, tried)
        if len(narrower) == len(parts):
            parts, wide_enough = narrower, tried
        else:
            too_narrow = tried
    for place, words in enumerate(parts):
        is_apart = line.is_apart and place == 0
        yield _set_whole(replace(line, words=words, is_apart=is_apart), scale, width)


def _broken(words: str, font: Font, size: float, width: float) -> list[str]:
    """Return words in as many lines as they need, each as long as the width allows."""
    lines = [""]
    for word in words.split(" "):
        longer = f"{lines[-1]} {word}".lstrip()
        if lines[-1] and font.width(longer, size) > width:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines


def _set_whole(line: Line, scale: float, width: float) -> _Part:
    """Return a line unbroken, squeezed to the width if it must be."""
    size = _size_um(line, scale)
    needed = _font(is_strong=line.is_strong).width(line.words, size)
    share = min(1.0, width / needed) if needed else 1.0
    return _Part(line.words, size * share, line.is_strong, share < 1, line.is_apart)


def _size_um(line: Line, scale: float) -> float:
    """Return the size of a line: small words stop shrinking first."""
    return max(line.size_pt * scale, LEAST_SIZE_PT) * UM_PER_POINT


def _widest_number(words: BatchWords) -> Line:
    """Return the line of a bag number with digits as wide as any."""
    line = words.number_line(words.count)
    widest = max("0123456789", key=lambda digit: _font(is_strong=line.is_strong).advances[digit])
    return replace(line, words="".join(widest if one.isdigit() else one for one in line.words))


def _usual_code() -> Line:
    """Return a typed code about as wide as most: a wider one is set a little smaller."""
    advances = fonts.strong().advances
    by_width = sorted(ALPHABET, key=lambda sign: advances[sign])
    return code_line(by_width[len(ALPHABET) * 5 // 8] * SERIAL_LENGTH)


def _font(*, is_strong: bool) -> Font:
    return fonts.strong() if is_strong else fonts.plain()


def _whole_dots(module_um: int, dpi: int | None) -> float:
    return dots_per_module(dpi, module_um) * UM_PER_INCH / dpi if dpi else module_um
