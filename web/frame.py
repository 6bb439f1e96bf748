"""The frame of every page: templates, static files, languages, and the headers that guard it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

from jinja2 import Environment, PackageLoader, StrictUndefined
from msgspec import json
from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ledger.errors import CODES, LedgerError
from web.bag_page import capitalised, list_entries, state_tone, tell_reason
from web.catalogs import LANGUAGES, Language
from web.scan_line import seen_text
from web.static_files import address
from web.words import Voice, choose_language

CONTENT_POLICY = (
    "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self'; img-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
SECURITY_HEADERS = {
    "Content-Security-Policy": CONTENT_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}

OPEN_HEADERS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "GET, HEAD, OPTIONS",
    "Access-Control-Expose-Headers": "Link, Location",
}
"""Scripts of any origin may read what is here: it is public, and nothing is known by a cookie."""


class SecureHeaders:
    """Puts headers on every answer, whoever made it: those of the public pages if none are named.

    What an answer says itself goes before them.
    """

    def __init__(self, app: ASGIApp, headers: Mapping[str, str] | None = None) -> None:
        self._app = app
        self._headers = SECURITY_HEADERS | OPEN_HEADERS if headers is None else headers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on; add the headers as its answer begins."""

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, send_guarded)


class Frame:
    """Fills templates in the language of a request."""

    languages: Sequence[Language] = LANGUAGES

    def __init__(self) -> None:
        self._templates = Environment(
            loader=PackageLoader("web"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._templates.globals.update(
            static=address,
            capitalised=capitalised,
            list_entries=list_entries,
            seen_text=seen_text,
            state_tone=state_tone,
            tell_reason=tell_reason,
        )

    def voice_of(self, request: Request) -> Voice:
        """Return the voice in which a request is answered."""
        asked = request.query_params.get("lang")
        return Voice(choose_language(asked, request.headers.get("accept-language", "")))

    def show(
        self,
        request: Request,
        template: str,
        status: int = 200,
        headers: Mapping[str, str] | None = None,
        **shown: object,
    ) -> Response:
        """Return a page. Verdicts age, so none is kept by anybody's cache."""
        asked = request.query_params.get("lang")
        voice = self.voice_of(request)
        html = self._templates.get_template(template).render(
            {"refusal": None, "typed": ""} | shown,
            voice=voice,
            languages=[
                (type(voice)(language), in_language(request, language))
                for language in self.languages
            ],
            asked=asked if asked in self.languages else "",
        )
        sent = {
            "Cache-Control": "no-store",
            "Content-Language": voice.language,
            "Vary": "Accept-Language",
        }
        return HTMLResponse(html, status, sent | dict(headers or {}))

    def note(
        self,
        request: Request,
        key: str,
        status: int,
        headers: Mapping[str, str] | None = None,
        refusal: LedgerError | None = None,
    ) -> Response:
        """Return a page that is about no bag: what happened, and what to do now."""
        return self.show(request, "note.html", status, headers, key=key, refusal=refusal)


def is_secure(request: Request) -> bool:
    """Return whether a reader came by TLS, which a proxy before the server may end."""
    return "https" in {request.url.scheme, request.headers.get("x-forwarded-proto")}


def root_of(request: Request) -> str:
    """Return the address of this host as a reader has it, without a slash at its end."""
    scheme = "https" if is_secure(request) else "http"
    return str(request.base_url.replace(scheme=scheme)).rstrip("/")


def problem(error: LedgerError, voice: Voice) -> bytes:
    """Return a refusal as problem details (RFC 9457), with the members of the JSON face."""
    words = error.words
    return json.encode(
        {
            "type": f"/problems/{error.code}",
            "title": voice.choose(CODES[error.code].fill({})),
            "status": error.http_status,
            "detail": voice.choose(words),
            "code": error.code,
            "words": {"en": words.en, "vi": words.vi},
        }
    )


def in_language(request: Request, language: str) -> str:
    """Return this very address in another language."""
    raw_path: bytes = request.scope["raw_path"]
    query = [pair for pair in request.query_params.multi_items() if pair[0] != "lang"]
    # A path may begin with two slashes; a reference that does would name a host (RFC 3986 4.2).
    path = "/" + raw_path.decode("latin-1").lstrip("/")
    return f"{path}?{urlencode([*query, ('lang', language)])}"
