"""Links from identified things to what is known of them, as GS1-Conformant Resolver 1.2 has them.

A level is a thing or what it is one of: a bag, its lot, its product. `write` sets the levels down
as one linkset (RFC 9264), which is how the links of the levels above are handed down; `choose`
picks those of one type by media type and language, from the lowest level that has any.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from msgspec import json

from ledger.rice.acts import LocalText
from ledger.rice.digital_link import CANONICAL_HOST
from web.accepted import HTML, Accepted
from web.catalogs import LANGUAGES, Language
from web.words import Voice

VOCABULARY = "https://ref.gs1.org/voc/"
CONTEXT = "https://ref.gs1.org/standards/resolver/linkset-context"
DEFAULT = "defaultLink"

_PREFIXES = ("gs1:", VOCABULARY, "https://gs1.org/voc/", "https://www.gs1.org/voc/")


@dataclass(frozen=True, slots=True)
class Link:
    """Where something is: its type without ``gs1:``, its path, its media type and language."""

    kind: str
    path: str
    media_type: str = HTML
    language: Language | None = None

    def title(self, voice: Voice) -> str:
        """Return what is found there, in the language it is in."""
        spoken = Voice(self.language) if self.language else voice
        said = spoken.say(f"link.{'page' if self.kind == DEFAULT else self.kind}")
        return said if self.media_type == HTML else spoken.say("link.data", title=said)


@dataclass(frozen=True, slots=True)
class Level:
    """A thing: the path of its Digital Link, what it is called, and the links of its own."""

    path: str
    name: LocalText
    links: tuple[Link, ...]

    @property
    def qualifier(self) -> str:
        """Return the application identifier that names the thing among those it is one of."""
        return self.path.split("/")[-2]

    @property
    def value(self) -> str:
        """Return what the thing is called under that identifier."""
        return unquote(self.path.rpartition("/")[2])


def page_links(kind: str, path: str) -> tuple[Link, ...]:
    """Return the links to one page in each language that it speaks."""
    joint = "&" if "?" in path else "?"
    return tuple(
        Link(kind, f"{path}{joint}lang={language}", HTML, language) for language in LANGUAGES
    )


def read_kind(asked: str) -> str:
    """Return a link type without its vocabulary; one of another vocabulary stays as it is."""
    for prefix in _PREFIXES:
        if asked.startswith(prefix):
            return asked[len(prefix) :]
    return asked


def choose(
    levels: Sequence[Level], kind: str, accepted: Accepted, language: Language
) -> list[Link]:
    """Return the links of a type that suit best: one, or several between which nothing decides.

    The media type decides before the language, and a page before data that is as welcome.
    """
    for level in levels:
        found = [link for link in level.links if link.kind == kind]
        if not found:
            continue
        best = max(accepted.weigh(link.media_type) for link in found)
        # Nothing that is there is welcome: better something than nothing (RFC 9110 12.4.1).
        welcome = [link for link in found if accepted.weigh(link.media_type) == best]
        pages = [link for link in welcome if link.media_type == HTML] or welcome
        first = pages[0].media_type
        alike = [link for link in pages if link.media_type == first]
        return [link for link in alike if link.language in {None, language}] or alike
    return []


def write(levels: Sequence[Level], base: str, voice: Voice) -> bytes:
    """Return levels as a linkset in JSON (RFC 9264 section 4.2)."""
    return json.encode({"linkset": [_context(level, base, voice) for level in levels]})


def _context(level: Level, base: str, voice: Voice) -> dict[str, Any]:
    context: dict[str, Any] = {
        "anchor": (base or CANONICAL_HOST) + level.path,
        "itemDescription": voice.choose(level.name),
    }
    for link in level.links:
        target: dict[str, Any] = {"href": base + link.path, "title": link.title(voice)}
        if link.kind != DEFAULT:  # which has these two members and no other
            target["type"] = link.media_type
            if link.language:
                target["hreflang"] = [link.language]
        context.setdefault(VOCABULARY + link.kind, []).append(target)
    return context
