"""How the pages speak: the catalogs of sentences, and numbers and days as people write them.

Vietnamese writes 12.480,5 kg and 22/03/2026; English writes 12,480.5 kg and 22 Mar 2026. Amounts
come in whole grams, square metres and parts per thousand, and are shown exactly: nothing is
rounded here except where a caller names the places.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation
from importlib import resources
from typing import Literal, get_args

from msgspec import json

from ledger.errors import Words
from ledger.rice.acts import LocalText

Language = Literal["vi", "en"]
LANGUAGES: tuple[Language, ...] = get_args(Language)

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_UNITS = {"KGM": "kg", "TNE": "t", "HAR": "ha", "P1": "%"}  # UN/CEFACT Recommendation 20
_VIET_NAM = timedelta(hours=7)
_NO_BREAK = "\u00a0"
_FOLDER = resources.files("web").joinpath("i18n")

CATALOGS: dict[Language, dict[str, str]] = {
    language: json.decode(_FOLDER.joinpath(f"{language}.json").read_bytes(), type=dict[str, str])
    for language in LANGUAGES
}


@dataclass(frozen=True, slots=True)
class Commune:
    """A ward or commune: its names, and its middle in degrees."""

    vi: str
    en: str
    lon: float
    lat: float


def _read_communes() -> dict[str, Commune]:
    lines = _FOLDER.joinpath("communes.csv").read_text(encoding="utf-8").splitlines()
    return {
        row["code"]: Commune(row["vi"], row["en"], float(row["lon"]), float(row["lat"]))
        for row in csv.DictReader(lines)
    }


COMMUNES = _read_communes()


@dataclass(frozen=True, slots=True)
class Voice:
    """One language, and all it has to say."""

    language: Language

    @property
    def other(self) -> Voice:
        """The other language of the house."""
        return Voice("en" if self.language == "vi" else "vi")

    def say(self, key: str, **blanks: str | int) -> str:
        """Return a sentence of the catalog; whole numbers in it are written out."""
        filled = {
            name: self.number(value) if isinstance(value, int) else value
            for name, value in blanks.items()
        }
        return CATALOGS[self.language][key].format_map(filled)

    def knows(self, key: str) -> bool:
        """Whether the catalog has a sentence of that key."""
        return key in CATALOGS[self.language]

    def count(self, key: str, number: int) -> str:
        """Return a counted noun: 1 lot, 3 lots."""
        return self.say(f"{key}.{'one' if number == 1 else 'many'}", n=number)

    def choose(self, words: Words | LocalText) -> str:
        """Return the words of this language."""
        return words.vi if self.language == "vi" else words.en

    def number(self, value: Decimal | int, places: int | None = None) -> str:
        """Return a number with its thousands grouped, rounded only if ``places`` are named."""
        exact = Decimal(value)
        if places is not None:
            exact = exact.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_EVEN)
        written = f"{exact:,f}"
        if self.language == "vi":
            return written.translate({ord(","): ".", ord("."): ","})
        return written

    def kilograms(self, mass_g: int) -> str:
        """Return a mass in kilograms, to the gram if need be."""
        return f"{self.number(_shortest(Decimal(mass_g) / 1000))}{_NO_BREAK}kg"

    def hectares(self, area_m2: int) -> str:
        """Return an area in hectares."""
        return f"{self.number(_shortest(Decimal(area_m2) / 10_000))}{_NO_BREAK}ha"

    def percent(self, share_ppt: int) -> str:
        """Return parts per thousand as a percentage."""
        written = self.number(_shortest(Decimal(share_ppt) / 10))
        return f"{written}{_NO_BREAK}%" if self.language == "vi" else f"{written}%"

    def day(self, on: str) -> str:
        """Return an ISO day as people write it; what is no day is shown as it is."""
        try:
            day = date.fromisoformat(on)
        except ValueError:
            return on
        if self.language == "vi":
            return f"{day:%d/%m/%Y}"
        return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"

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
        return f"{self.say(f'season.{kind}')} {year}" if self.knows(f"season.{kind}") else code

    def commune(self, code: str) -> str:
        """Return the name of a commune, or its code where this list ends."""
        commune = COMMUNES.get(code)
        if commune is None:
            return code
        return commune.vi if self.language == "vi" else commune.en

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


def choose_language(asked: str | None, accept_language: str) -> Language:
    """Return the language asked for, else the one preferred (RFC 9110 12.5.4).

    Who prefers nothing gets Vietnamese; who prefers languages we do not have gets English, which
    a buyer abroad is likelier to read.
    """
    for language in LANGUAGES:
        if asked == language:
            return language
    names = [part.strip().lower()[:2] for part in accept_language.split(",")]
    abroad = accept_language.strip(" *") != "" and not set(names).intersection(LANGUAGES)
    best: Language = "en" if abroad else "vi"
    best_weight = 0.0
    for part in accept_language.split(","):
        name, _, parameters = part.strip().partition(";")
        weight = read_weight(parameters)
        for language in LANGUAGES:
            if name.lower().partition("-")[0] == language and weight > best_weight:
                best, best_weight = language, weight
    return best


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
