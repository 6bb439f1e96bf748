"""The frame of the workplaces: two languages, who is at work, and headers of their own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from starlette.convertors import IntegerConvertor, register_url_convertor
from starlette.requests import Request
from starlette.responses import Response

from ledger.errors import LedgerError
from web.catalogs import Language
from web.frame import SECURITY_HEADERS, Frame, problem
from web.words import Voice, choose_language
from web.workplace.words import LANGUAGES, WORK, WorkVoice

HOME = "/workplace"
LANGUAGE_COOKIE = "work-language"
_COOKIE_SECONDS = 400 * 24 * 3_600

CONTENT_POLICY = (
    "default-src 'none'; script-src 'self'; worker-src 'self'; connect-src 'self'; "
    "style-src 'self'; img-src 'self' blob:; media-src 'self' blob:; manifest-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
NO_STORE: Mapping[str, str] = {"Cache-Control": "no-store"}
HEADERS: Mapping[str, str] = {
    **SECURITY_HEADERS,
    "Content-Security-Policy": CONTENT_POLICY,
    "Permissions-Policy": "camera=(self), microphone=(), geolocation=()",
}
"""Here a person signs: no script of another origin reads along, and nothing frames these pages."""


class Count(IntegerConvertor):
    """A number in a path, no longer than a database holds; a longer one is a page nobody has."""

    regex = "[0-9]{1,15}"


register_url_convertor("count", Count())


class WorkFrame(Frame):
    """Fills templates for people at work. A language that was chosen once is kept in a cookie."""

    languages: Sequence[Language] = LANGUAGES

    def voice_of(self, request: Request) -> WorkVoice:
        """Return the voice in which a request is answered."""
        asked = request.query_params.get("lang") or request.cookies.get(LANGUAGE_COOKIE)
        if asked not in LANGUAGES:
            asked = choose_language(None, request.headers.get("accept-language", ""))
        return WorkVoice("vi" if asked == "vi" else "en")

    def refuse(self, request: Request, refusal: LedgerError) -> Response:
        """Return a refusal as the script of a page reads it (RFC 9457)."""
        data = problem(refusal, self.voice_of(request))
        return Response(data, refusal.http_status, NO_STORE, "application/problem+json")

    def show(
        self,
        request: Request,
        template: str,
        status: int = 200,
        headers: Mapping[str, str] | None = None,
        **shown: object,
    ) -> Response:
        """Return a page of a workplace, with the sentences that its script says."""
        voice = self.voice_of(request)
        here = request.url.path
        known = {"actor": None, "here": here, "home": HOME, "script_words": spoken(voice)}
        answer = super().show(request, template, status, headers, **(known | shown))
        if request.query_params.get("lang") in LANGUAGES:
            answer.set_cookie(
                LANGUAGE_COOKIE,
                voice.language,
                max_age=_COOKIE_SECONDS,
                path=HOME,
                httponly=True,
                samesite="strict",
            )
        return answer


def spoken(voice: Voice) -> dict[str, str]:
    """Return the sentences that the script of the workplaces says in a language."""
    catalog = WORK["vi" if voice.language == "vi" else "en"]
    return {key: text for key, text in catalog.items() if key.startswith("js.")}
