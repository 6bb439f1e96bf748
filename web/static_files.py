"""The files that pages load: read once, packed once, and named by what is in them.

Under its version a file may be kept for good. Scripts are joined (`joining`): ``bag.js`` is that of
a bag's page and ``judge.js`` what judges a bag; ``reader.js`` and ``reader_judge.js`` belong to the
page that stands alone, which reads lot files too. What a bag's page says is in ``words``, a file
for each language, so scripts carry no words. ``workplace.js`` is that of the workplaces, with the
words in which a device tells what it signs (`writer_words`). The modules they are made of are
served too, word for word, with the rules the server judges by, for whoever wants to read what a
phone runs.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import resources
from importlib.resources.abc import Traversable

from msgspec import json
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from ledger.coding import Coding, coding_for, encode_to_keep
from ledger.proof.rules import HEADLINES, LIMITS, OFFLINE_HEADLINES, HeadlineWords
from ledger.proof.rules import RULES as CHECKS
from web.catalogs import LANGUAGES
from web.joining import join
from web.phone import spoken
from web.writer_words import plain_words

RULES = "ledger/proof/rules.json"
PLAIN_WORDS = "web/static/writer/rice/plain_words.json"
STYLE = "style.css"
BAG_SCRIPT, JUDGE, WORK_SCRIPT = "bag.js", "judge.js", "workplace.js"
READER_SCRIPT, READER_JUDGE = "reader.js", "reader_judge.js"

_MEDIA_TYPES = {
    "css": "text/css; charset=utf-8",
    "html": "text/html; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "json": "application/json",
    "svg": "image/svg+xml",
}
_ENTRIES = {
    BAG_SCRIPT: "web/static/page/bag.js",
    JUDGE: "web/static/page/worker.js",
    READER_SCRIPT: "web/static/page/reader.js",
    WORK_SCRIPT: "web/static/workplace/workplace.js",
    READER_JUDGE: "web/static/page/reader_worker.js",
}


@dataclass(frozen=True, slots=True)
class StaticFile:
    """A file as it is served; its version is the beginning of its SHA-256."""

    content: bytes
    packed: Mapping[Coding, bytes]
    media_type: str
    version: str

    def answer(self, request: Request) -> Response:
        """Return the file, packed for who can unpack; nothing new to who has this version."""
        tag = f'"{self.version}"'
        kept = request.query_params.get("v") == self.version
        headers = {
            "Cache-Control": "public, max-age=31536000, immutable" if kept else "no-cache",
            "ETag": tag,
            "Vary": "Accept-Encoding",
        }
        if tag in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=headers)
        coding = coding_for(request.headers.get("accept-encoding", ""))
        if coding in self.packed:
            headers["Content-Encoding"] = coding
        content = self.packed.get(coding, self.content)
        return Response(content, media_type=self.media_type, headers=headers)


def _walk(folder: Traversable, path: str) -> Iterator[tuple[str, Traversable]]:
    for each in sorted(folder.iterdir(), key=lambda each: each.name):
        below = f"{path}/{each.name}"
        if each.is_dir():
            yield from _walk(each, below)
        else:
            yield below, each


def static_file(name: str, content: bytes) -> StaticFile:
    """Return a file ready to be sent; its ending says what it is."""
    codings: tuple[Coding, ...] = ("br", "gzip")
    packed = {coding: encode_to_keep(coding, content) for coding in codings}
    return StaticFile(
        content=content,
        packed={coding: data for coding, data in packed.items() if len(data) < len(content)},
        media_type=_MEDIA_TYPES[name.rpartition(".")[2]],
        version=hashlib.sha256(content).hexdigest()[:12],
    )


def _read_sources() -> dict[str, bytes]:
    """Return all files below ``static``, the rules and the words, by their paths from the root."""
    below = {
        path: file.read_bytes()
        for path, file in _walk(resources.files("web").joinpath("static"), "web/static")
        if path.rpartition(".")[2] in _MEDIA_TYPES
    }
    rules = resources.files("ledger.proof").joinpath("rules.json").read_bytes()
    return below | {RULES: rules, PLAIN_WORDS: plain_words()}


_SOURCES = _read_sources()
MODULES = {
    path: content.decode() for path, content in _SOURCES.items() if path.endswith((".js", ".json"))
}


def _name_files() -> dict[str, StaticFile]:
    """Return every file by its path below ``/static/``."""
    files = {
        path.removeprefix("web/static/"): static_file(path, content)
        for path, content in _SOURCES.items()
        if path != RULES
    }
    files["verifier/proof/rules.json"] = static_file(RULES, _SOURCES[RULES])
    modules = MODULES | {RULES: _rules_without_words()}
    files |= {
        name: static_file(name, join(modules, path).encode()) for name, path in _ENTRIES.items()
    }
    words = {words_of(language): json.encode(spoken(language)) for language in LANGUAGES}
    return files | {name: static_file(name, content) for name, content in words.items()}


def words_of(language: str) -> str:
    """Return the file that holds what a bag's page says in a language."""
    return f"words/{language}.json"


def _rules_without_words() -> str:
    """Return of the rules what judging takes: their order, and which blanks their words have."""
    offline = {"headlines": _tones(OFFLINE_HEADLINES), "limits": {code: {} for code in LIMITS}}
    rules = [
        {
            "rule": each.rule,
            "axis": each.axis,
            "severity": each.severity,
            "fail": {"en": "".join(f"{{{name}}}" for name in each.blanks)},
        }
        for each in CHECKS.values()
    ]
    return json.encode(
        {"rules": rules, "headlines": _tones(HEADLINES), "offline": offline}
    ).decode()


def _tones(headlines: Mapping[str, HeadlineWords]) -> list[dict[str, object]]:
    return [
        {"headline": code, "tone": words.tone}
        | ({"about_shipped": {}} if words.about_shipped else {})
        for code, words in headlines.items()
    ]


STATIC = _name_files()


def send_static(request: Request) -> Response:
    """Return a file by its name."""
    file = STATIC.get(request.path_params["name"])
    if file is None:
        raise HTTPException(404)
    return file.answer(request)


def address(name: str) -> str:
    """Return where a file is, with its version."""
    return f"/static/{name}?v={STATIC[name].version}"
