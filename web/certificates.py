"""A certificate's own page: who vouched for what, how it stands, and what rests on it.

Its address is what the symbol on a printed certificate leads to. ``/attestations/…`` beside it is
the same for programs.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime
from hashlib import sha256
from typing import Protocol
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ledger.labels.symbols import QUIET_ZONE, Symbol
from ledger.log.encoding import local_day
from ledger.rice.certificate_facts import Scheme
from ledger.rice.facts import Area, find
from ledger.standing import impact_of
from ledger.store.store import Reading
from ledger.tracing import attestation_named, find_all
from web.frame import Frame

PATH = "/certificates"
_LINKS_MAX = 10_000


def certificate_url(number: str, resolver: str, host: str) -> str:
    """Return the address of a certificate's page: at the host of labels, else at the ledger's."""
    return f"{resolver.rstrip('/') or f'https://{host}'}{PATH}/{quote(number)}"


def symbol_path(symbol: Symbol) -> str:
    """Return the dark modules of a symbol as the path of a drawing, a module to a unit."""
    rows = ("".join("1" if dark else "0" for dark in row) for row in symbol.matrix)
    return "".join(
        f"M{run.start() + QUIET_ZONE} {y + QUIET_ZONE}h{len(run[0])}v1h-{len(run[0])}z"
        for y, row in enumerate(rows)
        for run in re.finditer("1+", row)
    )


class Certificates(Protocol):
    """What this page asks of the ledger."""

    def reading(self) -> AbstractContextManager[Reading]:
        """Give one snapshot of everything stored."""


class CertificatePages:
    """The public pages of certificates."""

    def __init__(self, book: Certificates, frame: Frame, clock: Callable[[], datetime]) -> None:
        self._book = book
        self._frame = frame
        self._clock = clock
        self.routes = [Route(f"{PATH}/{{number:path}}", self.show)]

    def show(self, request: Request) -> Response:
        """Return the page of a certificate, by the number on its paper."""
        today = local_day(self._clock())
        with self._book.reading() as view:
            known = attestation_named(view, request.path_params["number"])
            impact = impact_of(view, known.id, today, _LINKS_MAX)
            scheme = find(view, Scheme, f"scheme:{known.scheme}")
            assert scheme is not None, "it was attested under a scheme"
            areas = find_all(view, Area, (f"area:{code}" for code in known.areas))
            digest = sha256(view.statement(known.index)).hexdigest()
        return self._frame.show(
            request,
            "certificate.html",
            known=known,
            impact=impact,
            standing=impact.standing,
            scheme=scheme,
            profile=scheme.profile_of(known),
            areas=list(areas.values()),
            digest=digest,
            scope=f"attestation:{known.id}",
        )
