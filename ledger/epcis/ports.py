"""What stands behind the REST binding of EPCIS: a ledger, or a gateway that signs for one.

Both have a `Repository`, which answers questions. Only a gateway has a `Desk`, which takes events:
a ledger takes nothing that is not signed. The HTTP face knows neither of the two, but this.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from msgspec import Raw, Struct, json

from ledger.epcis.documents import Document, Event
from ledger.epcis.exceptions import Trouble
from ledger.epcis.query import Query
from ledger.epcis.refusals import QueryError
from ledger.errors import LedgerError
from ledger.log import encoding
from ledger.rice.epcis import CONTEXT

SIMPLE_QUERY = "SimpleEventQuery"
"""The name of the query that asks nothing but what a request adds; the standard's own."""
RESOURCES = ("epcs", "bizSteps", "bizLocations", "readPoints", "dispositions", "eventTypes")

About = tuple[str, str]
"""One of the `RESOURCES` and the name of one of its members."""


@dataclass(frozen=True, slots=True)
class Answered:
    """Some events as JSON, without the context they share; ``token`` leads on."""

    events: tuple[bytes, ...]
    token: str = ""


class Job(Struct, frozen=True, kw_only=True):
    """A document on its way into the ledger (EPCIS 2.0.1, section 12.6)."""

    id: str
    created_at: str
    finished_at: str = ""
    together: bool
    troubles: tuple[Trouble, ...] = ()

    @property
    def is_running(self) -> bool:
        """Whether what becomes of it is still open."""
        return not self.finished_at


class Repository(Protocol):
    """Where events are asked for."""

    def find(self, query: Query, about: About | None = None) -> Answered:
        """Return a page of the events that answer a question."""

    def listed(self, resource: str, after: str, limit: int) -> list[str]:
        """Return the members of a resource, in order."""

    def check_known(self, about: About) -> None:
        """Refuse a name under which no event is found."""


class Desk(Protocol):
    """Where events that nobody has signed yet are taken, and queries are kept."""

    def record(self, event: Event) -> str:
        """Take one event; return its name once it is in the ledger."""

    def capture(self, document: Document, *, together: bool) -> str:
        """Take a document; return the name of the job that brings it to the ledger."""

    def jobs(self, after: str, limit: int) -> Sequence[Job]:
        """Return capture jobs, newest first."""

    def job(self, name: str) -> Job:
        """Return one capture job."""

    def queries(self) -> Mapping[str, Mapping[str, Any]]:
        """Return the named queries."""

    def keep_query(self, name: str, query: Mapping[str, Any]) -> None:
        """Keep a query under a name."""

    def drop_query(self, name: str) -> None:
        """Forget a named query."""


def format_name_token(name: str) -> str:
    """Return the token of the page of names behind a name."""
    return encoding.encode_base64url(name.encode())


def parse_name_token(token: str) -> str:
    """Return the name that a token stands behind."""
    try:
        return encoding.decode_base64url(token).decode()
    except (LedgerError, UnicodeDecodeError) as error:
        raise QueryError("epcis_query", name="nextPageToken", what="not one of ours") from error


def shown(payload: bytes, recorded: str) -> bytes:
    """Return an event as it is shown: what was signed, and when the log recorded it."""
    members = _decoder.decode(payload)
    members.pop("@context", None)
    return json.encode({**members, "recordTime": recorded})


def query_document(events: Sequence[bytes], name: str, at: str, token: str = "") -> bytes:
    """Return the answer to a query as a document (EPCIS 2.0.1, section 8.2.10).

    ``token`` is none of the standard's members; it is for clients that page by nothing else.
    """
    results = {"queryName": name, "resultsBody": {"eventList": [Raw(one) for one in events]}}
    document: dict[str, Any] = {
        "@context": CONTEXT,
        "type": "EPCISQueryDocument",
        "schemaVersion": "2.0",
        "creationDate": at,
        "epcisBody": {"queryResults": results},
    }
    return json.encode({**document, "nextPageToken": token} if token else document)


_decoder = json.Decoder(dict[str, Raw])
