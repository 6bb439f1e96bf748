"""The files that pages load: read once, packed once, and named by what is in them.

Under its version a file may be kept for good. Scripts are joined (`joining`): ``bag.js`` is that of
a bag's page, ``reader.js`` that of the page that stands alone, ``judge.js`` all that judges. The
modules they are made of are served too, word for word, with the rules the server judges by, for
whoever wants to read what a phone runs. The words in which a device tells what it signs are made
of the ledger's own (`writer_words`), and are a module like any other.
"""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import resources
from importlib.resources.abc import Traversable

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from web.joining import join
from web.writer_words import plain_words

RULES = "ledger/proof/rules.json"
PLAIN_WORDS = "web/static/writer/rice/plain_words.json"
STYLE = "style.css"
BAG_SCRIPT, JUDGE, READER_SCRIPT, WORK_SCRIPT = "bag.js", "judge.js", "reader.js", "workplace.js"

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
}


@dataclass(frozen=True, slots=True)
class StaticFile:
    """A file as it is served; its version is the beginning of its SHA-256."""

    content: bytes
    packed: bytes
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
        content = self.content
        if "gzip" in request.headers.get("accept-encoding", "") and self.packed:
            content = self.packed
            headers["Content-Encoding"] = "gzip"
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
    packed = gzip.compress(content, mtime=0)
    return StaticFile(
        content=content,
        packed=packed if len(packed) < len(content) else b"",
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
    return files | {
        name: static_file(name, join(MODULES, path).encode()) for name, path in _ENTRIES.items()
    }


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
