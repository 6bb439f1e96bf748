"""How the workplaces speak: the two languages of the house, in a catalog of their own.

What statements, their members and their values are called stands with the rules (`rice.plain`),
and is taken from there: a form asks for what the person is shown before signing, in the same words.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from msgspec import json

from web.catalogs import CATALOGS, FOLDER
from web.words import Voice

WorkLanguage = Literal["vi", "en"]
LANGUAGES: tuple[WorkLanguage, ...] = ("vi", "en")


def _read(language: WorkLanguage) -> dict[str, str]:
    """Return the sentences of all workplaces: ``work/<which>.<language>.json``."""
    sentences: dict[str, str] = {}
    files = (
        file for file in FOLDER.joinpath("workplace").iterdir() if f".{language}." in file.name
    )
    for file in sorted(files, key=lambda each: each.name):
        read = json.decode(file.read_bytes(), type=dict[str, str])
        assert not sentences.keys() & read.keys(), f"{file.name} says again what another says"
        sentences |= read
    return sentences


WORK: Mapping[WorkLanguage, Mapping[str, str]] = {one: _read(one) for one in LANGUAGES}
_ALL = {language: {**CATALOGS[language], **WORK[language]} for language in LANGUAGES}


@dataclass(frozen=True, slots=True)
class WorkVoice(Voice):
    """One of the two languages, with what is said at work and what the public pages say."""

    @property
    def catalog(self) -> Mapping[str, str]:
        """The sentences of this language."""
        return _ALL[self.nearest]
