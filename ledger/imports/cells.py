"""How one cell of an office file is read, form by form.

A cell arrives as text (NFC, trimmed) or, from a workbook, as a number, date or truth value. A form
gives back one exact value, never a float, or says by code why it cannot. Both decimal marks are
read here; whether a mark is odd in its file is the table's to notice.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from ledger.rice.gs1 import is_container, is_gln, is_gtin, is_sscc, normalise_gtin14

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

Cell = str | Decimal | bool | date | datetime | None
Value = str | int | bool | Decimal | date | datetime | tuple[object, ...] | None

LOCAL_TIME = timezone(timedelta(hours=7))
TEXT_LENGTH_MAX = 1000
PADDY_MOISTURE_MAX_PCT = 40

_DECIMAL = re.compile(r"-?[0-9]{1,12}(?:[.,][0-9]{1,9})?")
_WHOLE = re.compile(r"(-?[0-9]{1,15})(?:[.,]0{1,2})?")
_GROUPED = re.compile(r"-?[0-9]{1,3}(?:\.[0-9]{3}){1,4}")
_DAY_FIRST = re.compile(r"([0-9]{1,2})([/.-])([0-9]{1,2})\2([0-9]{4})")
_YEAR_FIRST = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_IN_WORDS = re.compile(r"ngay ([0-9]{1,2}) thang ([0-9]{1,2}) nam ([0-9]{4})")
_CLOCK = re.compile(r"([0-9]{1,2})[:h]([0-9]{2})(?::([0-9]{2}))?(?:\+07:00)?")
_SEPARATORS = re.compile(r"[|,;+\s]+")
_YES = frozenset({"co", "x", "yes"})
_SHA256 = re.compile(r"[0-9a-f]{64}")


class CellError(Exception):
    """This cell cannot be read; the code is one of ``notices.NOTICES``. Stays inside the reader."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


class Form(NamedTuple):
    """One way to read a cell, what an empty cell means, and whether a decimal mark may occur."""

    read: Callable[[Cell], Value]
    empty: Value = None
    decimal: bool = False
    by_people: bool = False  # free text: tone marks and capitals do not make it another text
    closed: Mapping[str, Sequence[str]] | None = None  # the only words that may stand there
    scale: int = 1  # how many of what is kept make one of what is written


@lru_cache(maxsize=4096)
def fold(text: str) -> str:
    """Return the text as a key: no tone marks, capitals, spaces or signs (Hoà, Hòa, HOA: hoa).

    Both places of the tone mark vanish together with the mark; ``đ`` has no decomposition.
    """
    plain = unicodedata.normalize("NFKD", text.casefold().replace("đ", "d"))
    return "".join(letter for letter in plain if letter.isalnum())


def written(cell: Cell) -> str:
    """Return the cell as a person would write it."""
    if cell is None:
        return ""
    if isinstance(cell, Decimal):
        return format(cell, "f")
    return str(cell)


# Text and codes.


def _text(cell: Cell) -> str:
    text = written(cell)
    if len(text) > TEXT_LENGTH_MAX:
        raise CellError("text_too_long")
    return text


def _name(cell: Cell) -> str:
    return " ".join(_text(cell).split())


def _checked(is_right: Callable[[str], bool], code: str) -> Callable[[Cell], str]:
    def read(cell: Cell) -> str:
        text = _text(cell)
        if not is_right(text):
            raise CellError(code)
        return text

    return read


def _gtin(cell: Cell) -> str:
    text = _text(cell)
    if not is_gtin(text):
        raise CellError("bad_gtin")
    return normalise_gtin14(text)


def _container(cell: Cell) -> str:
    text = re.sub(r"[\s-]", "", _text(cell)).upper()
    if not is_container(text):
        raise CellError("bad_container")
    return text


def _digest(cell: Cell) -> str:
    text = _text(cell).lower()
    if not _SHA256.fullmatch(text):
        raise CellError("bad_digest")
    return text


# Numbers.


def _exact(cell: Cell) -> Decimal:
    if isinstance(cell, Decimal):
        return cell
    text = written(cell).replace("\N{MINUS SIGN}", "-")
    if isinstance(cell, bool) or not _DECIMAL.fullmatch(text):
        raise CellError("number_unreadable")
    return Decimal(text.replace(",", "."))


def _integer(cell: Cell) -> int:
    if isinstance(cell, Decimal):
        if cell != cell.to_integral_value():
            raise CellError("number_unreadable")
        return int(cell)
    text = "" if isinstance(cell, bool) else written(cell)
    if _GROUPED.fullmatch(text):
        return int(text.replace(".", ""))
    plain = _WHOLE.fullmatch(text)
    if plain is None:
        raise CellError("number_unreadable")
    return int(plain[1])


def _scaled(cell: Cell, factor: int) -> int:
    return _positive(_whole_scaled(cell, factor))


def _whole_scaled(cell: Cell, factor: int) -> int:
    scaled = _exact(cell) * factor
    if scaled != scaled.to_integral_value():
        raise CellError("number_too_fine")
    return int(scaled)


def _positive(number: int) -> int:
    if number < 0:
        raise CellError("number_out_of_range")
    return number


def _unsigned(cell: Cell) -> Decimal:
    number = _exact(cell)
    if number < 0:
        raise CellError("number_out_of_range")
    return number


def _percent_ppt(cell: Cell) -> int:
    return _at_most(_scaled(cell, 10), 1000)


def _moisture_ppt(cell: Cell) -> int:
    """Return moisture in parts per thousand; paddy above 40 % is a lost decimal mark."""
    return _at_most(_scaled(cell, 10), PADDY_MOISTURE_MAX_PCT * 10)


def _moisture_pct(cell: Cell) -> Decimal:
    number = _unsigned(cell)
    if number > PADDY_MOISTURE_MAX_PCT:
        raise CellError("number_out_of_range")
    return number


def _at_most(number: int, most: int) -> int:
    if number > most:
        raise CellError("number_out_of_range")
    return number


# Dates and times; the day always comes before the month.


def _date(cell: Cell) -> date:
    if isinstance(cell, datetime):
        if cell.time() != time():
            raise CellError("date_unreadable")
        return cell.date()
    if isinstance(cell, date):
        return cell
    day = _day(written(cell))
    if day is None:
        raise CellError("date_unreadable")
    return day


@lru_cache(maxsize=4096)
def _day(text: str) -> date | None:
    if match := _YEAR_FIRST.fullmatch(text):
        year, month, day = match[1], match[2], match[3]
    elif match := _DAY_FIRST.fullmatch(text):
        day, month, year = match[1], match[3], match[4]
    elif match := _IN_WORDS.fullmatch(_unmarked(text)):
        day, month, year = match[1], match[2], match[3]
    else:
        return None
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def _unmarked(text: str) -> str:
    """Return lower-case words without tone marks, single spaces kept."""
    plain = unicodedata.normalize("NFKD", " ".join(text.casefold().split()))
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


def _moment(cell: Cell) -> datetime:
    if isinstance(cell, datetime):
        return cell.replace(tzinfo=LOCAL_TIME, microsecond=0)
    day_text, _, clock_text = written(cell).replace("T", " ").partition(" ")
    day, clock = _day(day_text), _CLOCK.fullmatch(clock_text.strip())
    if day is None or clock is None:
        raise CellError("time_unreadable")
    try:
        at = time(int(clock[1]), int(clock[2]), int(clock[3] or 0))
    except ValueError:
        raise CellError("time_unreadable") from None
    return datetime.combine(day, at, tzinfo=LOCAL_TIME)


# Words and lists.


def words(spellings: Mapping[str, Sequence[str]]) -> Form:
    """Return a form that reads one of the closed words, in any of its spellings."""
    return Form(_word_of(spellings), empty="", closed=spellings)


def words_list(spellings: Mapping[str, Sequence[str]]) -> Form:
    """Return a form that reads several of the closed words."""
    word = _word_of(spellings)
    return Form(lambda cell: tuple(word(item) for item in _items(cell)), empty=(), closed=spellings)


def _word_of(spellings: Mapping[str, Sequence[str]]) -> Callable[[Cell], str]:
    meant = {fold(word): word for word in spellings}  # in English as the word itself
    meant |= {fold(text): word for word, texts in spellings.items() for text in texts}

    def read(cell: Cell) -> str:
        word = meant.get(fold(written(cell)))
        if word is None:
            raise CellError("word_unknown")
        return word

    return read


def _yes_no(cell: Cell) -> bool:
    if isinstance(cell, bool):
        return cell
    key = fold(written(cell))
    if key not in {*_YES, "khong", "no", ""}:
        raise CellError("word_unknown")
    return key in _YES


def _items(cell: Cell) -> list[str]:
    return [item for item in _SEPARATORS.split(written(cell)) if item]


def _codes(cell: Cell) -> tuple[str, ...]:
    return tuple(_items(cell))


def _ssccs(cell: Cell) -> tuple[str, ...]:
    codes = tuple(_items(cell))
    if not all(is_sscc(code) for code in codes):
        raise CellError("bad_sscc")
    return codes


def _counts(cell: Cell) -> tuple[tuple[str, int], ...]:
    """Return pairs of lot and bags from ``lot:bags``, in the order written."""
    pairs = []
    for item in _items(re.sub(r"\s*:\s*", ":", written(cell))):
        lot, colon, bags = item.rpartition(":")
        try:
            pairs.append((lot, _integer(bags)))
        except CellError:
            raise CellError("counts_unreadable") from None
        if not colon or not lot or pairs[-1][1] <= 0:
            raise CellError("counts_unreadable")
    return tuple(pairs)


CODE = Form(_text, empty="")
NAME = Form(_name, empty="", by_people=True)
GTIN = Form(_gtin, empty="")
SSCC = Form(_checked(is_sscc, "bad_sscc"), empty="")
GLN = Form(_checked(is_gln, "bad_gln"), empty="")
CONTAINER = Form(_container, empty="")
SHA256 = Form(_digest, empty="")
DATE = Form(_date)
MOMENT = Form(_moment)
WHOLE = Form(lambda cell: _positive(_integer(cell)))
WHOLE_KG = Form(lambda cell: _positive(_integer(cell)) * 1000, scale=1000)
KG = Form(lambda cell: _scaled(cell, 1000), decimal=True, scale=1000)
TONNES = Form(lambda cell: _scaled(cell, 1_000_000), decimal=True, scale=1_000_000)
HECTARES = Form(lambda cell: _scaled(cell, 10_000), decimal=True, scale=10_000)
PERCENT_PPT = Form(_percent_ppt, decimal=True, scale=10)
MOISTURE_PPT = Form(_moisture_ppt, decimal=True, scale=10)
MOISTURE_PCT = Form(_moisture_pct, decimal=True)
FIGURE = Form(_unsigned, decimal=True)
SIGNED = Form(_exact, decimal=True)
LITRES = KG  # a thousand to the unit, here too: cubic metres
LEVEL_MM = Form(lambda cell: _whole_scaled(cell, 10), decimal=True, scale=10)
YES_NO = Form(_yes_no, empty=False)
CODES = Form(_codes, empty=())
SSCCS = Form(_ssccs, empty=())
COUNTS = Form(_counts, empty=())


def written_value(value: object) -> str:
    """Return a value in one spelling."""
    if isinstance(value, str):
        return value
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    if isinstance(value, tuple):
        return "[" + " ".join(written_value(item) for item in value) + "]"
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value)
