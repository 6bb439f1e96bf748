"""A ledger at an address, over HTTP: statements go in, answers to questions come out.

Nothing it answers is believed beyond what this gateway passes on; readers who want proof ask the
ledger itself. A ledger that does not answer is one trouble, `UnreachableError`; what it says
against a statement or a question is passed on in its own words.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from hashlib import sha256
from typing import Any, TypeVar
from urllib.parse import quote

import httpx
from msgspec import MsgspecError, Raw, Struct, field, json

from ledger.epcis.ports import About, Answered, format_name_token
from ledger.epcis.query import Query
from ledger.epcis.refusals import RelayedError, UnreachableError
from ledger.errors import NotFoundError, Words
from ledger.log.checkpoint import Checkpoint, parse_checkpoint
from ledger.log.encoding import encode_base64
from ledger.log.note import parse_note
from ledger.log.statement import parse_statement
from ledger.rice.acts import Found, read_act
from ledger.rice.case import ROOT, admitted
from ledger.rice.certificate_facts import (
    Scheme,
)
from ledger.rice.comparison import Metric
from ledger.rice.facts import (
    Actor,
    Key,
)

T = TypeVar("T", bound=Struct)

SECONDS_MAX = 60.0
_TRANSIENT = frozenset({429, 502, 503, 504})
"""Answers after which the same may be sent again later."""
_TOKEN = re.compile(r"[?&]nextPageToken=([A-Za-z0-9_-]+)", re.ASCII)
_EXCEPTION = "epcisException:"
_ODD = "not as a ledger"


class _Words(Struct, frozen=True):
    en: str
    vi: str


class _Problem(Struct, frozen=True):
    type: str
    status: int
    code: str
    words: _Words
    items: list[_Item] = []

    def error(self) -> RelayedError:
        """Return what the ledger said as a refusal."""
        kind = self.type.removeprefix(_EXCEPTION) if self.type.startswith(_EXCEPTION) else ""
        return RelayedError(self.code, Words(self.words.en, self.words.vi), self.status, kind)


class _Item(Struct, frozen=True):
    number: int
    problem: _Problem


class _Warned(Struct, frozen=True):
    code: str
    words: _Words


class Delivered(Struct, frozen=True):
    """The receipt of a statement, as a ledger at an address gives it."""

    index: int
    statement: str
    leaf_hash: str
    recorded_at: str
    warnings: list[_Warned] = []

    def record(self) -> dict[str, object]:
        """Return the receipt as a program reads it, in the form of one from a database."""
        return {
            "index": self.index,
            "leaf_hash": self.leaf_hash,
            "recorded_at": self.recorded_at,
            "statement": self.statement,
            "warnings": [one.code for one in self.warnings],
        }

    @property
    def cautions(self) -> list[tuple[str, Words]]:
        """Return what is worth telling, by code."""
        return [(one.code, Words(one.words.en, one.words.vi)) for one in self.warnings]


class _Line(Struct, frozen=True):
    status: int
    problem: _Problem | None = None
    receipt: Delivered | None = None


class _Schemes(Struct, frozen=True):
    schemes: list[Scheme]


class _Dossier(Struct, frozen=True):
    metrics: list[Metric]


class _Shown(Struct, frozen=True):
    actor: Actor
    keys: list[Key]


class _Entry(Struct, frozen=True):
    data: str


class _Results(Struct, frozen=True, rename="camel"):
    event_list: list[Raw]


class _Query(Struct, frozen=True, rename="camel"):
    results_body: _Results


class _Body(Struct, frozen=True, rename="camel"):
    query_results: _Query


class _Document(Struct, frozen=True):
    body: _Body = field(name="epcisBody")


class _Collection(Struct, frozen=True):
    member: list[str]


class _Health(Struct, frozen=True):
    ledger: str


Taken = bool | RelayedError
"""Of one statement: whether it is in the ledger since now, or why it is not."""


class RemoteLedger:
    """A ledger at an address."""

    def __init__(self, url: str) -> None:
        self.url = url.rstrip("/")
        self._http = httpx.Client(
            base_url=self.url,
            timeout=SECONDS_MAX,
            headers={"Accept": "application/json", "Accept-Language": "en"},
        )

    def close(self) -> None:
        """Let go of the connections."""
        self._http.close()

    def origin(self) -> str:
        """Return the origin the ledger says it has."""
        return self._read(self._ask("GET", "/health/live"), _Health).ledger

    def send(self, statements: Sequence[bytes], *, together: bool) -> list[Taken]:
        """Send statements; return what became of each, in order."""
        return [
            line if isinstance(line, RelayedError) else line.status == httpx.codes.CREATED
            for line in self._sent(statements, together=together)
        ]

    def deliver(
        self, statements: Sequence[bytes], *, together: bool
    ) -> list[Delivered | RelayedError]:
        """Send statements; return the receipt or refusal of each, in order.

        A receipt for anything but the statement that was sent is no receipt.
        """
        delivered: list[Delivered | RelayedError] = []
        lines = self._sent(statements, together=together)
        for line, statement in zip(lines, statements, strict=True):
            if isinstance(line, RelayedError):
                delivered.append(line)
                continue
            digest = encode_base64(sha256(statement).digest())
            if line.receipt is None or line.receipt.statement != digest:
                raise self._unreachable(_ODD)
            delivered.append(line.receipt)
        return delivered

    def checkpoint(self) -> Checkpoint:
        """Return what the ledger says its last checkpoint is; its signature is not looked at."""
        answer = self._ask("GET", "/checkpoint")
        self._check(answer)
        return parse_checkpoint(parse_note(answer.text).text)

    def host(self) -> str:
        """Return the host that names the ledger's organisations."""
        return self._founding().host

    def actor(self, actor: str) -> Actor:
        """Return an organisation, or refuse."""
        return self._shown(actor).actor

    def keys(self, actor: str) -> list[Key]:
        """Return every key that an organisation has held; of the root, those it began with."""
        if actor != ROOT:
            return self._shown(actor).keys
        return [
            Key(
                kid=admitted(new).kid,
                actor=ROOT,
                jwk=new.jwk,
                admin=new.admin,
                token=new.token,
                enrolled_index=0,
                enrolled_at="",  # the statement does not say when it was recorded
                not_after=new.not_after,
            )
            for new in self._founding().keys
        ]

    def scheme(self, scheme: str) -> Scheme:
        """Return a scheme with all its versions, or refuse."""
        answer = self._ask("GET", "/schemes", params={"after": scheme[:-1], "limit": "1000"})
        self._check(answer)
        for found in self._read(answer, _Schemes).schemes:
            if found.id == scheme:
                return found
        raise NotFoundError("name_unknown", name=scheme)

    def metrics(self, area: str, season: str) -> Sequence[Metric]:
        """Return what the ledger says it computed of an area's season, or refuse."""
        path = f"/areas/{quote(area, safe='')}/dossier/{quote(season, safe='')}"
        answer = self._ask("GET", path)
        self._check(answer)
        return self._read(answer, _Dossier).metrics

    def _founding(self) -> Found:
        answer = self._ask("GET", "/entries/0")
        self._check(answer)
        act = read_act(parse_statement(self._read(answer, _Entry).data.encode()).payload)
        if not isinstance(act, Found):
            raise self._unreachable(_ODD)
        return act

    def _shown(self, actor: str) -> _Shown:
        answer = self._ask("GET", f"/actors/{quote(actor, safe='')}")
        self._check(answer)
        return self._read(answer, _Shown)

    def _sent(self, statements: Sequence[bytes], *, together: bool) -> list[_Line | RelayedError]:
        answer = self._ask(
            "POST",
            "/entries",
            params={"together": "true" if together else "false"},
            content=b"".join(map(_line, statements)),
            headers={"Content-Type": "application/jsonl"},
        )
        if answer.status_code == httpx.codes.OK:
            lines = [self._decode(line, _Line) for line in answer.content.splitlines()]
            if len(lines) != len(statements):
                raise self._unreachable(_ODD)
            return [line.problem.error() if line.problem else line for line in lines]
        problem = self._read(answer, _Problem)
        of = {item.number: item.problem.error() for item in problem.items}
        return [of.get(number, problem.error()) for number in range(1, len(statements) + 1)]

    def find(self, query: Query, about: About | None = None) -> Answered:
        """Return a page of the events that answer a question."""
        path = f"{_path(about)}/events" if about else "/events"
        asked = dict(query.parameters)
        if query.after is not None:
            asked = {"nextPageToken": query.token(query.after)}
        answer = self._ask("GET", path, params={**asked, "perPage": str(query.page)})
        self._check(answer)
        events = self._read(answer, _Document).body.query_results.results_body.event_list
        token = _TOKEN.search(answer.headers.get("link", ""))
        return Answered(tuple(bytes(one) for one in events), token[1] if token else "")

    def listed(self, resource: str, after: str, limit: int) -> list[str]:
        """Return the members of a resource, in order."""
        asked = {"perPage": str(limit)}
        if after:
            asked["nextPageToken"] = format_name_token(after)
        answer = self._ask("GET", f"/{resource}", params=asked)
        self._check(answer)
        return self._read(answer, _Collection).member

    def check_known(self, about: About) -> None:
        """Refuse a name under which no event is found."""
        self._check(self._ask("GET", _path(about)))

    def _ask(self, method: str, path: str, **request: Any) -> httpx.Response:  # noqa: ANN401
        try:
            answer = self._http.request(method, path, **request)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise self._unreachable(type(error).__name__) from error
        if answer.status_code in _TRANSIENT:
            raise self._unreachable(str(answer.status_code))
        return answer

    def _check(self, answer: httpx.Response) -> None:
        if answer.status_code != httpx.codes.OK:
            raise self._read(answer, _Problem).error()

    def _read(self, answer: httpx.Response, kind: type[T]) -> T:
        return self._decode(answer.content, kind)

    def _decode(self, data: bytes, kind: type[T]) -> T:
        try:
            return json.decode(data, type=kind)
        except (MsgspecError, UnicodeError) as error:
            raise self._unreachable(_ODD) from error

    def _unreachable(self, what: str) -> UnreachableError:
        return UnreachableError("ledger_unreachable", url=self.url, what=what)


def _line(statement: bytes) -> bytes:
    """Return a statement as a line: what is JSON already as it is, else as a JSON string."""
    return statement + b"\n" if statement.startswith(b"{") else b'"%s"\n' % statement


def _path(about: About) -> str:
    resource, name = about
    return f"/{resource}/{quote(name, safe='')}"
