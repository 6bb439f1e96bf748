"""What the pages say, by language and key: six catalogs with the same keys and the same blanks.

``i18n/*.json`` holds the sentences of the pages. What checks, headlines, axes, reasons and refusals
are called is written once in Vietnamese and English, where the judging reads it (rules.json,
`ledger.rice.reasons`, the codes of refusals), and comes in from there; the files of the further
languages hold it beside their sentences, under the same codes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import resources
from typing import Literal, get_args

from msgspec import json

import ledger.catalogue
import ledger.rice.labels
import ledger.scans.refusals
import ledger.tracing  # noqa: F401  (the codes of these four and of their parts join `errors`)
from ledger.errors import CODES, Words
from ledger.proof.rules import (
    AXIS_WORDS,
    HEADLINES,
    LIMITS,
    OFFLINE_HEADLINES,
    RULES,
    VOIDED,
    WHYS,
    HeadlineWords,
)
from ledger.proof.verdict import Result
from ledger.rice.reasons import REASONS
from ledger.scans import notes

Language = Literal["vi", "en", "zh", "ja", "fr", "id"]
LANGUAGES: tuple[Language, ...] = get_args(Language)
FOLDER = resources.files("web").joinpath("i18n")

REFUSALS_SHOWN = (
    "code_length",
    "code_mistyped",
    "code_sign",
    "gtin_malformed",
    "link_belongs_in_path",
    "link_no_key",
    "link_qualifiers",
    "link_twice",
    "link_type_unlisted",
    "link_unknown_identifier",
    "link_unlisted",
    "link_unreadable",
    "link_value",
    "nothing_named",
    "scope_unreadable",
    "too_many_scans",
)
"""Refusals that a reader of the pages can bring about by what is typed or scanned."""

_RESULTS: tuple[Result, ...] = get_args(Result)


def _coded() -> Iterator[tuple[str, Words]]:
    """Yield what is written elsewhere in the house's two languages, under the keys of the pages."""
    for axis, named in AXIS_WORDS.items():
        yield f"axis.{axis}", Words(named.en, named.vi)
    for code, rule in RULES.items():
        for result in _RESULTS:
            yield f"rule.{code}.{result}", rule.say(result)
    yield from _of_headlines("headline", HEADLINES)
    yield from _of_headlines("offline.headline", OFFLINE_HEADLINES)
    for group, said in (("why", WHYS), ("voided", VOIDED), ("limit", LIMITS)):
        for code, words in said.items():
            yield f"offline.{group}.{code}", words
    for code, words in REASONS.items():
        yield f"reason.{code}", words
    for code, words in notes.SAID.items():
        yield f"seen.{code}", words
    for code in REFUSALS_SHOWN:
        yield f"refusal.{code}", CODES[code]


def _of_headlines(kind: str, headlines: Mapping[str, HeadlineWords]) -> Iterator[tuple[str, Words]]:
    for code, headline in headlines.items():
        yield f"{kind}.{code}", headline.words()
        yield f"{kind}.{code}.about", headline.about.words()
        if headline.about_shipped:
            yield f"{kind}.{code}.about_shipped", headline.about_shipped.words()


def _read(language: Language) -> dict[str, str]:
    return json.decode(FOLDER.joinpath(f"{language}.json").read_bytes(), type=dict[str, str])


def judged_words(language: Language) -> dict[str, str]:
    """Return what a script needs to say a verdict in a language."""
    return {
        key: text
        for key, text in CATALOGS[language].items()
        if key.startswith(("axis.", "rule.", "headline."))
    }


_CODED = dict(_coded())
CATALOGS: Mapping[Language, Mapping[str, str]] = {
    "vi": _read("vi") | {key: words.vi for key, words in _CODED.items()},
    "en": _read("en") | {key: words.en for key, words in _CODED.items()},
    **{language: _read(language) for language in LANGUAGES if language not in {"vi", "en"}},
}
