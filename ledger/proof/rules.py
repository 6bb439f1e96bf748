"""The checks of a verdict as data: code, order, axis, severity and words, read from rules.json.

The same file is read by the browser's judge and by the documents, so the two cannot disagree on
what is checked or what it is called. The order of the list is the order of checking. A rule of
severity ``stop`` that fails leaves everything after it unknown, never passed; a ``note`` never
makes a bag not valid by itself.
"""

from __future__ import annotations

from importlib import resources
from string import Formatter
from typing import Literal

from msgspec import Struct, json

from ledger.errors import Words
from ledger.proof.verdict import Axis, Result, Verdict


class Phrase(Struct, frozen=True, forbid_unknown_fields=True):
    """Words in two languages."""

    en: str
    vi: str

    def words(self) -> Words:
        """Return them as the words of the house."""
        return Words(self.en, self.vi)


class AxisWords(Struct, frozen=True, forbid_unknown_fields=True):
    """What an axis is called."""

    axis: Axis
    en: str
    vi: str


class RuleWords(Struct, frozen=True, forbid_unknown_fields=True, rename={"passed": "pass"}):
    """A check and what is said of each result."""

    rule: str
    axis: Axis
    severity: Literal["stop", "fail", "note"]
    passed: Phrase
    fail: Phrase
    unknown: Phrase

    def say(self, result: Result) -> Words:
        """Return the words for a result, with blanks still in them."""
        return {"pass": self.passed, "fail": self.fail, "unknown": self.unknown}[result].words()

    @property
    def blanks(self) -> tuple[str, ...]:
        """Return the names of the details that its words for a failure are filled with."""
        return tuple(name for _, name, _, _ in Formatter().parse(self.fail.en) if name)


class HeadlineWords(Struct, frozen=True, forbid_unknown_fields=True):
    """A headline, its tone, and one sentence about it; another of a bag shipped before."""

    headline: str
    tone: Literal["red", "amber", "green", "grey"]
    en: str
    vi: str
    about: Phrase
    about_shipped: Phrase | None = None

    def words(self) -> Words:
        """Return the headline itself."""
        return Words(self.en, self.vi)

    def sentence_for(self, verdict: Verdict) -> Literal["about", "about_shipped"]:
        """Return which of its sentences fits a verdict."""
        found = (one for one in verdict.findings if one.rule == "attestations_still_good")
        shipped = any(one.details.get("valid_when") == "shipped" for one in found)
        return "about_shipped" if shipped and self.about_shipped else "about"


class OfflineWords(Struct, frozen=True, forbid_unknown_fields=True):
    """What is said of a code that was checked against a lot file; ``since`` is filled in."""

    headlines: tuple[HeadlineWords, ...]
    whys: dict[str, Phrase]
    voided: dict[str, Phrase]
    limits: dict[str, Phrase]


class _File(Struct, frozen=True, forbid_unknown_fields=True):
    axes: tuple[AxisWords, ...]
    rules: tuple[RuleWords, ...]
    headlines: tuple[HeadlineWords, ...]
    offline: OfflineWords


_file = json.decode(resources.files("ledger.proof").joinpath("rules.json").read_bytes(), type=_File)

AXIS_WORDS = {words.axis: words for words in _file.axes}
RULES = {words.rule: words for words in _file.rules}
HEADLINES = {words.headline: words for words in _file.headlines}
OFFLINE_HEADLINES = {words.headline: words for words in _file.offline.headlines}
WHYS = {why: phrase.words() for why, phrase in _file.offline.whys.items()}
VOIDED = {reason: phrase.words() for reason, phrase in _file.offline.voided.items()}
"""Why labels are cancelled."""
LIMITS = {limit: phrase.words() for limit, phrase in _file.offline.limits.items()}
"""What no lot file can know."""
