"""How people of each language write numbers and days: small tables, checked against Unicode CLDR.

Of a locale library the pages would need these few marks and three lists of months.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from web.catalogs import Language

_NO_BREAK = "\u00a0"
_NARROW = "\u202f"
_EAST = "{0.year}年{0.month}月{0.day}日"
# fmt: off
_ENGLISH = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_FRENCH = (
    "janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.",
    "déc.",
)
_INDONESIAN = ("Jan", "Feb", "Mar", "Apr", "Mei", "Jun", "Jul", "Agu", "Sep", "Okt", "Nov", "Des")
# fmt: on


@dataclass(frozen=True, slots=True)
class Manner:
    """The marks of a language: between thousands, before decimals, before the sign of per cent.

    ``day`` is filled with a date and the name of its month. ``single`` are the numbers that take
    the singular of a noun.
    """

    thousands: str
    point: str
    percent: str
    day: str
    months: tuple[str, ...] = ("",) * 12
    single: frozenset[int] = frozenset({1})

    def write_number(self, plain: str) -> str:
        """Return a number, grouped by commas with a point, with the marks of this language."""
        return plain.translate({ord(","): self.thousands, ord("."): self.point})

    def write_day(self, day: date) -> str:
        """Return a day."""
        return self.day.format(day, month=self.months[day.month - 1])


MANNERS: Mapping[Language, Manner] = {
    "vi": Manner(".", ",", _NO_BREAK, "{0:%d/%m/%Y}"),
    "en": Manner(",", ".", "", "{0.day} {month} {0.year}", _ENGLISH),
    "zh": Manner(",", ".", "", _EAST),
    "ja": Manner(",", ".", "", _EAST),
    "fr": Manner(
        _NARROW, ",", _NARROW, "{0.day} {month} {0.year}", _FRENCH, single=frozenset({0, 1})
    ),
    "id": Manner(".", ",", "", "{0.day} {month} {0.year}", _INDONESIAN),
}
