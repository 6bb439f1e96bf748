"""The GS1 resolver: answers programs that follow a Digital Link (GS1-Conformant Resolver 1.2).

A browser that opens a Digital Link is shown the page at once and never comes here, except to ask
for a type of link (docs/decisions/0012). Everybody else is led on: to the default link, to the link
of a type, or is given the linkset. What the ledger does not know falls back to the level above it.
"""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from ledger.errors import LedgerError, NotFoundError
from ledger.rice.digital_link import DigitalLink, parse_digital_link, resolver_root
from ledger.rice.gs1 import is_digits
from web import linkset
from web.accepted import HTML, LINKSET, PROBLEM, Accepted
from web.frame import Frame, problem
from web.levels import NOBODYS, Bags, levels_of
from web.linkset import DEFAULT, Level, Link
from web.words import Voice, choose_language

METHODS = "GET, HEAD, OPTIONS"
_LINKSET_KINDS = frozenset({"linkset", "all"})
_CONTEXT_LINK = (
    f'<{linkset.CONTEXT}>; rel="http://www.w3.org/ns/json-ld#context"; type="application/ld+json"'
)
_QUERY_SIGNS = "-._~!$&'()*+,;=:@/?%"
_OURS = 500
"""From here on a status says that the server is at fault (RFC 9110 section 15.6)."""
_NOT_KEPT = {"Cache-Control": "no-store"}


class Resolver:
    """The resolver of one ledger. ``root`` is its address, where somebody has told it."""

    def __init__(self, bags: Bags, frame: Frame, root: str) -> None:
        self._bags = bags
        self._frame = frame
        self._root = root

    def answer(self, request: Request, link: DigitalLink) -> Response:
        """Return where a link leads, or everything there is about what it names."""
        accepted, kind = Accepted.of(request), asked_kind(request)
        levels = levels_of(self._bags, link)
        if link.get("21") and (not levels or levels[0].path != link.path):
            # The lot is answered for, but who guesses is told by it that the bag is not there.
            request.scope[NOBODYS] = True
        if not levels:
            raise NotFoundError("link_unlisted", link=link.path[:200])
        if kind in _LINKSET_KINDS or (not kind and accepted.linkset):
            return self._linkset(request, levels, accepted)
        language = _voice(request).language
        found = linkset.choose(levels, kind or DEFAULT, accepted, language)
        if not found:
            raise NotFoundError("link_type_unlisted", kind=kind[:80], link=link.path[:200])
        # Nobody who reads pages is sent to data unless they choose it from a list.
        is_for_programs = all(one.media_type != HTML for one in found)
        if len(found) > 1 or (accepted.is_person and is_for_programs):
            return self._choices(request, levels, found, accepted)
        return RedirectResponse(self._target(request, found[0]), 307, _NOT_KEPT)

    def linkset_link(self, request: Request, link: DigitalLink) -> str:
        """Return the value of the header that leads to the linkset (RFC 9264 section 6)."""
        address = f"{self._base(request)}{link.path}?linkType=linkset"
        return f'<{address}>; rel="linkset"; type="{LINKSET}"'

    def _linkset(self, request: Request, levels: Sequence[Level], accepted: Accepted) -> Response:
        if accepted.is_person and not accepted.linkset:
            return self._frame.show(request, "links.html", levels=levels)
        data = linkset.write(levels, self._base(request), _voice(request))
        headers = _NOT_KEPT | {"Link": _CONTEXT_LINK}
        return Response(data, 200, headers, accepted.linkset or LINKSET)

    def _choices(
        self, request: Request, levels: Sequence[Level], found: Sequence[Link], accepted: Accepted
    ) -> Response:
        """Return the links that suit alike, for whoever asks to choose (RFC 9110 15.4.1)."""
        of = next(level for level in levels if found[0] in level.links)
        only = Level(of.path, of.name, tuple(found))
        if accepted.wants_json:
            data = linkset.write([only], self._base(request), _voice(request))
            return Response(data, 300, _NOT_KEPT, LINKSET)
        return self._frame.show(request, "links.html", 300, levels=[only])

    def _target(self, request: Request, link: Link) -> str:
        """Return where a link leads, with what was asked passed on."""
        target = self._base(request) + link.path
        passed = [
            pair
            for pair in request.scope["query_string"].decode("latin-1").split("&")
            if pair and pair.partition("=")[0] != "linkType"
        ]
        if not passed:
            return target
        joint = "&" if "?" in target else "?"
        return target + joint + quote("&".join(passed), safe=_QUERY_SIGNS, encoding="latin-1")

    def _base(self, request: Request) -> str:
        """Return the address that was asked; none, for a path, where that cannot be told."""
        host = request.headers.get("host", "")
        return resolver_root(self._root, request.scope["scheme"], host)


def asked_kind(request: Request) -> str:
    """Return the type of link asked for, without its vocabulary; empty for none."""
    return linkset.read_kind(request.query_params.get("linkType", "").strip())


def check_attributes(request: Request, link: DigitalLink) -> None:
    """Refuse what a Digital Link may not say in its query (URI Syntax 4.10).

    Keys that are no numbers are not of the syntax, and may be anything.
    """
    pairs = request.scope["query_string"].decode("latin-1").split("&")
    said = "&".join(pair for pair in pairs if is_digits(pair.partition("=")[0]))
    if said:
        parse_digital_link(f"{link.identity}?{said}")


def refused(request: Request, error: LedgerError) -> Response | None:
    """Return a refusal as data, for a program that asks for data; None for everybody else.

    What is our own fault is none: it is told in one way, which says nothing about any bag.
    """
    if error.http_status >= _OURS or not Accepted.of(request).wants_json:
        return None
    return Response(problem(error, _voice(request)), error.http_status, _NOT_KEPT, PROBLEM)


def _voice(request: Request) -> Voice:
    asked = request.query_params.get("lang")
    return Voice(choose_language(asked, request.headers.get("accept-language", "")))
