"""Work without a network: what makes the workplaces an app, and the page of a hand-over.

The worker that keeps pages on a device is `web/static/workplace/service.js`. The server tells it
which build it belongs to, so that a browser takes a new one in whenever anything has changed.
"""

from __future__ import annotations

import hashlib

from msgspec import json
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from web.joining import slim
from web.static_files import MODULES, STATIC
from web.workplace.actor_pages import Readable
from web.workplace.frame import HOME, WorkFrame
from web.workplace.icons import icon
from web.workplace.words import LANGUAGES, WORK

_WORKER = "web/static/workplace/service.js"
_ICONS = {"192.png": (192, False), "512.png": (512, False), "512-cut.png": (512, True)}
_KEEP_ICONS = {"Cache-Control": "public, max-age=86400"}
_GREEN, _PAGE = "#17693a", "#f6f8f6"


class Offline:
    """The files of an app, and the pages that only a device fills."""

    def __init__(self, book: Readable, frame: WorkFrame) -> None:
        self._book = book
        self._frame = frame
        self._worker = worker()
        self.routes = [
            Route(f"{HOME}/service.js", self.worker),
            Route(f"{HOME}/manifest.webmanifest", self.manifest),
            Route(f"{HOME}/icons/{{name}}", self.icon),
            Route(f"{HOME}/offline", self.offline),
            Route(f"{HOME}/handover", self.handover),
        ]

    def worker(self, _request: Request) -> Response:
        """Return the worker; it may look after the door itself, which has no slash at its end."""
        headers = {"Cache-Control": "no-cache", "Service-Worker-Allowed": HOME}
        return Response(self._worker, 200, headers, "text/javascript")

    def manifest(self, request: Request) -> Response:
        """Return what a phone needs to put the workplaces on its home screen."""
        voice = self._frame.voice_of(request)
        shown = {
            "id": HOME,
            "start_url": HOME,
            "scope": HOME,
            "lang": voice.language,
            "name": voice.say("work.title"),
            "short_name": voice.say("work.short"),
            "description": voice.say("work.description"),
            "display": "standalone",
            "theme_color": _GREEN,
            "background_color": _PAGE,
            "icons": [
                {
                    "src": f"{HOME}/icons/{name}",
                    "sizes": f"{side}x{side}",
                    "type": "image/png",
                    "purpose": "maskable" if is_cut else "any",
                }
                for name, (side, is_cut) in _ICONS.items()
            ],
        }
        headers = {"Cache-Control": "no-cache", "Vary": "Accept-Language, Cookie"}
        return Response(json.encode(shown), 200, headers, "application/manifest+json")

    def icon(self, request: Request) -> Response:
        """Return the icon in one of its sizes."""
        found = _ICONS.get(request.path_params["name"])
        if found is None:
            raise HTTPException(404)
        side, is_cut = found
        return Response(icon(side, is_cut=is_cut), 200, _KEEP_ICONS, "image/png")

    def offline(self, request: Request) -> Response:
        """Return the page for a page that a device has not kept, which it shows by itself."""
        return self._frame.show(request, "workplace/offline.html", origin=self._book.origin)

    def handover(self, request: Request) -> Response:
        """Return the page on which one device shows another what it signed."""
        return self._frame.show(request, "workplace/handover.html", origin=self._book.origin)


def worker() -> bytes:
    """Return the worker with its build, which any change of a file or a word makes another."""
    files = {name: file.version for name, file in STATIC.items()}
    build = hashlib.sha256(json.encode([files, WORK], order="deterministic")).hexdigest()[:12]
    told = json.encode({"version": build, "languages": LANGUAGES}).decode()
    return f"const BUILD = {told};\n{slim(MODULES[_WORKER])}".encode()
