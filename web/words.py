"""How the pages speak: sentences of the catalogs, and amounts and days as people write them.

Amounts come in whole grams, square metres and parts per thousand, and are shown exactly: nothing is
rounded here except where a caller names the places. Names that people gave to things exist in
Vietnamese and English only; a reader of another language gets the English one, marked as such.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation
from typing import Literal

from markupsafe import Markup, escape

from ledger.errors import Detail, LedgerError, Words
from ledger.rice.terms import LocalText
from web.catalogs import CATALOGS, FOLDER, LANGUAGES, Language
from web.manners import MANNERS

_UNITS = {"KGM": "kg", "TNE": "t", "HAR": "ha", "P1": "%"}  # UN/CEFACT Recommendation 20
_VIET_NAM = timedelta(hours=7)
_NO_BREAK = "\u00a0"
_OLD_NAMES = {"in": "id"}
"""Language tags that ISO 639 replaced and some phones still send."""
_PARTS_MAX = 64
"""Parts of a header that are read, so that a long one costs no more than a short one."""


@dataclass(frozen=True, slots=True)
class Commune:
    """A ward or commune: its names, and its middle in degrees."""

    vi: str
    en: str
    lon: float
    lat: float


def _read_communes() -> dict[str, Commune]:
    lines = FOLDER.joinpath("communes.csv").read_text(encoding="utf-8").splitlines()
    return {
        row["code"]: Commune(row["vi"], row["en"], float(row["lon"]), float(row["lat"]))
        for row in csv.DictReader(lines)
    }


COMMUNES = _read_communes()


class _Told(dict[str, str]):
    """What fills the blanks; one that nobody gave is shown as an ellipsis, never a crash."""

    def __missing__(self, name: str) -> str:
        return "…"


@dataclass(frozen=True, slots=True)
class Voice:
    """One language, and all it has to say."""

    language: Language

    @property
    def catalog(self) -> Mapping[str, str]:
        """The sentences of this language."""
        return CATALOGS[self.language]

    @property
    def other(self) -> Voice:
        """The language of the second line: English, and Vietnamese where English is the first."""
        return type(self)("vi" if self.language == "en" else "en")

    @property
    def nearest(self) -> Literal["vi", "en"]:
        """The language of the house that is nearest to this one."""
        return "vi" if self.language == "vi" else "en"

    def say(self, key: str, **blanks: str | int) -> str:
        """Return a sentence of the catalog; whole numbers in it are written out."""
        filled = self._written(blanks)
        text = self.catalog[key]
        if any(isinstance(value, Markup) for value in filled.values()):
            return escape(text).format_map(filled)
        return text.format_map(filled)

    def tell(self, key: str, details: Mapping[str, Detail]) -> str:
        """Return a sentence about a case; what its details leave open is shown as an ellipsis."""
        return self.catalog[key].format_map(_Told(self._written(details)))

    def refuse(self, refusal: LedgerError) -> str:
        """Return the words of a refusal, in the nearest language if this one has none."""
        key = f"refusal.{refusal.code}"
        if not self.knows(key):
            return self.choose(refusal.words)
        details = {
            name: self.choose(one) if isinstance(one, Words) else one
            for name, one in refusal.details.items()
        }
        return self.tell(key, details)

    def knows(self, key: str) -> bool:
        """Whether the catalog has a sentence of that key."""
        return key in self.catalog

    def count(self, key: str, number: int) -> str:
        """Return a counted noun: 1 lot, 3 lots."""
        form = "one" if number in MANNERS[self.language].single else "many"
        return self.say(f"{key}.{form}", n=number)

    def join(self, parts: Iterable[str]) -> str:
        """Return things in a row, with the comma of this language."""
        comma = self.say("list.comma")
        listed = list(parts)
        if any(isinstance(part, Markup) for part in listed):
            return escape(comma).join(listed)
        return comma.join(listed)

    def choose(self, words: Words | LocalText) -> str:
        """Return the words of the nearest language."""
        return words.vi if self.nearest == "vi" else words.en

    def name(self, words: Words | LocalText) -> str:
        """Return a name for a page, marked with its language where that is not the page's.

        Who gave a name once for both languages gave it in Vietnamese.
        """
        spoken = "vi" if words.vi == words.en else self.nearest
        chosen = self.choose(words)
        if spoken == self.language:
            return chosen
        return Markup('<span lang="{}">{}</span>').format(spoken, chosen)

    def number(self, value: Decimal | int, places: int | None = None) -> str:
        """Return a number with its thousands grouped, rounded only if ``places`` are named."""
        exact = Decimal(value)
        if places is not None:
            exact = exact.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_EVEN)
        return MANNERS[self.language].write_number(f"{exact:,f}")

    def kilograms(self, mass_g: int) -> str:
        """Return a mass in kilograms, to the gram if need be."""
        return f"{self.number(_shortest(Decimal(mass_g) / 1000))}{_NO_BREAK}kg"

    def hectares(self, area_m2: int) -> str:
        """Return an area in hectares."""
        return f"{self.number(_shortest(Decimal(area_m2) / 10_000))}{_NO_BREAK}ha"

    def percent(self, share_ppt: int) -> str:
        """Return parts per thousand as a percentage."""
        written = self.number(_shortest(Decimal(share_ppt) / 10))
        return f"{written}{MANNERS[self.language].percent}%"

    def day(self, on: str) -> str:
        """Return an ISO day as people write it; what is no day is shown as it is."""
        try:
            day = date.fromisoformat(on)
        except ValueError:
            return on
        return MANNERS[self.language].write_day(day)

    def moment(self, at: str) -> str:
        """Return an instant in the time of Viet Nam; what is no instant is shown as it is."""
        try:
            instant = datetime.fromisoformat(at)
        except ValueError:
            return at
        local = instant.astimezone(UTC) + _VIET_NAM
        return self.say("moment", time=f"{local:%H:%M}", day=self.day(local.date().isoformat()))

    def season(self, code: str) -> str:
        """Return the name of a season: DX-2026 is Đông Xuân 2026."""
        kind, _, year = code.partition("-")
        if not self.knows(f"season.{kind}"):
            return code
        return self.say("season", name=self.say(f"season.{kind}"), year=year)

    def commune(self, code: str) -> str:
        """Return the name of a commune, or its code where this list ends."""
        commune = COMMUNES.get(code)
        return self.choose(Words(commune.en, commune.vi)) if commune else code

    def place(self, code: str) -> str:
        """Return the name of a commune for a page, marked with its language."""
        commune = COMMUNES.get(code)
        return self.name(Words(commune.en, commune.vi)) if commune else code

    def figure(self, value: str) -> str:
        """Return a figure of a certificate: an amount with its unit, or a code's name."""
        amount, _, unit = value.partition(" ")
        if unit not in _UNITS:
            return self.term("regime", value)
        try:
            return f"{self.number(Decimal(amount))}{_NO_BREAK}{_UNITS[unit]}"
        except InvalidOperation:
            return value

    def term(self, group: str, code: str) -> str:
        """Return what a code of a closed list is called; one newer than the list shows itself."""
        key = f"{group}.{code}"
        return self.say(key) if self.knows(key) else code.replace("_", " ").replace("-", " ")

    def _written(self, blanks: Mapping[str, Detail]) -> dict[str, str]:
        return {
            name: self.number(value) if isinstance(value, int) else value
            for name, value in blanks.items()
        }


def choose_language(asked: str | None, accept_language: str) -> Language:
    """Return the language asked for, else the one preferred (RFC 9110 12.5.4).

    A tag with a region or a script stands for its language: zh-TW for zh. Who prefers nothing gets
    Vietnamese; who prefers languages we do not have gets English, which a buyer abroad is likelier
    to read.
    """
    for language in LANGUAGES:
        if asked == language:
            return language
    best: Language | None = None
    best_weight = 0.0
    names = []
    for part in accept_language.split(",", _PARTS_MAX)[:_PARTS_MAX]:
        tag, _, parameters = part.strip().partition(";")
        name = tag.strip().lower().partition("-")[0]
        name = _OLD_NAMES.get(name, name)
        names.append(name)
        weight = read_weight(parameters)
        for language in LANGUAGES:
            if name == language and weight > best_weight:
                best, best_weight = language, weight
    if best is not None:
        return best
    is_abroad = accept_language.strip(" *") != "" and not set(names).intersection(LANGUAGES)
    return "en" if is_abroad else "vi"


def read_weight(parameters: str) -> float:
    """Return the weight of a choice; one that cannot be read weighs nothing."""
    name, _, value = parameters.strip().partition("=")
    if not name:
        return 1.0
    try:
        weight = float(value)
    except ValueError:
        return 0.0
    return weight if name.strip() == "q" and 0 <= weight <= 1 else 0.0


def _shortest(value: Decimal) -> Decimal:
    """Return the same value without zeros behind the point."""
    whole = value.to_integral_value()
    return whole if whole == value else value.normalize()
