"""What a reader may ask of events (EPCIS 2.0.1, section 8.2.7): parameters read into a `Query`.

Parameters come in a request (``EQ_bizStep=shipping|receiving``) or in the body of a named query
(``{"EQ_bizStep": ["shipping", "receiving"]}``). Names and words may be spelled in any way an event
may spell them. A parameter that is not served is refused, never passed over: whoever asks for less
must not be told more.

Reading goes page by page. A page's token carries the whole question and the last event shown, so
that nothing is kept for a reader; it says nothing its sender did not, and whoever changes it asks
another question.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Annotated, Any

from msgspec import Meta, MsgspecError, Struct, json

from ledger.epcis import identifiers, words
from ledger.epcis.documents import check_query
from ledger.epcis.facets import milliseconds
from ledger.epcis.refusals import EpcisError, QueryError
from ledger.errors import LedgerError
from ledger.log import encoding

PAGE, PAGE_MAX = 30, 1_000
VALUES_MAX = 200
"""Values of one parameter."""
COUNT_MAX = 10**9

Parameters = tuple[tuple[str, str], ...]

COLUMNS = {
    "eventType": "type",
    "EQ_action": "action",
    "EQ_bizStep": "step",
    "EQ_disposition": "disposition",
    "EQ_readPoint": "read_point",
    "EQ_bizLocation": "location",
    "EQ_eventID": "event_id",
    "EQ_transformationID": "transformation",
}
"""Parameters that ask for a value, and the facet that has it."""
_CLASSES = ("quantityList", "childQuantityList", "inputQuantityList", "outputQuantityList")
_EPCS = ("parentID", "epcList", "childEPCs", "inputEPCList", "outputEPCList")
KEYS: dict[str, tuple[str, ...]] = {
    "MATCH_anyEPC": _EPCS,
    "MATCH_epc": ("epcList", "childEPCs"),
    "MATCH_parentID": ("parentID",),
    "MATCH_inputEPC": ("inputEPCList",),
    "MATCH_outputEPC": ("outputEPCList",),
    "MATCH_anyEPCClass": _CLASSES,
    "MATCH_epcClass": ("quantityList", "childQuantityList"),
    "MATCH_inputEPCClass": ("inputQuantityList",),
    "MATCH_outputEPCClass": ("outputQuantityList",),
}
"""Parameters that ask for a name, and the lists it may stand in."""
ANYTHING = (*_EPCS, *_CLASSES)
"""The lists in which goods are named, single ones and lots."""
_TYPED = ("EQ_bizTransaction_", "EQ_source_", "EQ_destination_")
_TIMES = ("GE_eventTime", "LT_eventTime", "GE_recordTime", "LT_recordTime")
_COUNTS = ("eventCountLimit", "maxEventCount", "perPage")


Whole = Annotated[int, Meta(ge=-(2**63), le=2**63 - 1)]
"""What a database can compare: tokens come back from anybody."""


class Position(Struct, frozen=True, array_like=True):
    """The last event of a page: what it is ordered by, its entry, and how many came before."""

    at: Whole
    index: Whole
    shown: Whole


@dataclass(frozen=True, slots=True)
class Match:
    """An event must be found under one of these names in one of these lists."""

    kinds: tuple[str, ...]
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Query:
    """A question about events, read and in the spelling of this ledger."""

    parameters: Parameters = ()
    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    matches: tuple[Match, ...] = ()
    bounds: Mapping[str, int] = field(default_factory=dict)
    is_declaration: bool | None = None
    order_by: str = "eventTime"
    descending: bool = True
    page: int = PAGE
    limit: int | None = None
    refused_above: int | None = None
    after: Position | None = None

    def token(self, last: Position) -> str:
        """Return the token of the page behind an event."""
        asked = [pair for pair in self.parameters if pair[0] != "perPage"]
        return encoding.encode_base64url(json.encode(_Token(tuple(asked), last)))

    def about(self, *more: Match, **values: str) -> Query:
        """Return the same question about less."""
        narrowed = {name: (value,) for name, value in values.items()}
        clash = [n for n in narrowed if n in self.values and self.values[n] != narrowed[n]]
        if clash:
            raise QueryError("epcis_query", name=clash[0], what="asked for twice")
        return replace(self, matches=(*self.matches, *more), values={**self.values, **narrowed})


class _Token(Struct, frozen=True, array_like=True):
    asked: Parameters
    last: Position


def read_parameters(pairs: Iterable[tuple[str, str]]) -> Query:
    """Return the query that the parameters of a request spell."""
    given = dict[str, str]()
    for name, value in pairs:
        if name in given:
            raise QueryError("epcis_query", name=name[:80], what="given twice; join values with |")
        given[name] = value
    token = given.pop("nextPageToken", None)
    if token is None:
        return _read(given)
    read = _read_token(token)
    page = {"perPage": given.pop("perPage")} if "perPage" in given else {}
    # A client may repeat its question beside the token, but not change it.
    if given and given != dict(read.asked):
        raise QueryError("epcis_query", name="nextPageToken", what="belongs to another question")
    return replace(_read({**dict(read.asked), **page}), after=read.last)


def read_body(members: Mapping[str, Any]) -> Query:
    """Return the query that the body of a named query spells."""
    check_query(members)
    return _read({name: _joined(name, v) for name, v in members.items() if name != "@context"})


def _joined(name: str, value: object) -> str:
    """Return a member of a body as a request spells it."""
    if not isinstance(value, list):
        return str(value)
    if any("|" in str(one) for one in value):
        raise QueryError("epcis_query", name=name, what="|")
    return "|".join(map(str, value))


def _read(given: Mapping[str, str]) -> Query:
    values: dict[str, tuple[str, ...]] = {}
    matches: list[Match] = []
    bounds: dict[str, int] = {}
    counts: dict[str, int] = {}
    for name, text in given.items():
        if name in COLUMNS:
            values[COLUMNS[name]] = _values(name, text)
        elif name in KEYS:
            matches.append(Match(KEYS[name], _values(name, text)))
        elif name.startswith(_TYPED):
            matches.append(Match((name.removeprefix("EQ_"),), _values(name, text)))
        elif name in _TIMES:
            bounds[name] = _moment(name, text)
        elif name in _COUNTS:
            counts[name] = _count(name, text)
        elif name not in {"EXISTS_errorDeclaration", "orderBy", "orderDirection"}:
            raise QueryError("epcis_query", name=name[:80], what="is no parameter served here")
    if "eventCountLimit" in counts and "maxEventCount" in counts:
        raise QueryError("epcis_query", name="maxEventCount", what="not with eventCountLimit")
    declared = _one_of(given, "EXISTS_errorDeclaration", ("", "true", "false", "1", "0"))
    order = _one_of(given, "orderBy", ("eventTime", "recordTime"))
    direction = _one_of(given, "orderDirection", ("DESC", "ASC"))
    return Query(
        parameters=tuple(sorted(given.items())),
        values=values,
        matches=tuple(matches),
        bounds=bounds,
        is_declaration=declared in {"", "true", "1"} if declared is not None else None,
        order_by=order or "eventTime",
        descending=direction != "ASC",
        page=min(counts.get("perPage", PAGE), PAGE_MAX),
        limit=counts.get("eventCountLimit"),
        refused_above=counts.get("maxEventCount"),
    )


def _values(name: str, text: str) -> tuple[str, ...]:
    read = _readers(name)
    given = text.split("|")
    if len(given) > VALUES_MAX:
        raise QueryError("epcis_query", name=name, what=f"more than {VALUES_MAX} values")
    if not all(given) or "\0" in text:
        raise QueryError("epcis_query", name=name[:80], what="a value is empty")
    try:
        return tuple(dict.fromkeys(map(read, given)))
    except EpcisError as error:
        raise QueryError("epcis_query", name=name[:80], what=str(error)) from error


def _readers(name: str) -> Callable[[str], str]:
    """Return what brings a value of a parameter to the spelling of events."""
    if name == "EQ_bizStep":
        return lambda text: words.bare(words.STEP, text)
    if name == "EQ_disposition":
        return lambda text: words.bare(words.DISPOSITION, text)
    if name == "EQ_eventID":
        return identifiers.event
    if name in {"eventType", "EQ_action"}:
        return str
    if name.startswith("MATCH_") and not name.endswith("Class"):
        return lambda text: identifiers.instance(text, name)
    return lambda text: identifiers.thing(text, name)


def _moment(name: str, text: str) -> int:
    # A plus sign that was not escaped arrives as a blank; no moment has one.
    try:
        return milliseconds(encoding.parse_instant(text.replace(" ", "+")))
    except LedgerError as error:
        raise QueryError("epcis_query", name=name, what=f"{text[:40]} is no moment") from error


def _count(name: str, text: str) -> int:
    try:
        count = encoding.parse_count(text)
    except LedgerError as error:
        raise QueryError("epcis_query", name=name, what=f"{text[:24]} is no count") from error
    if not 1 <= count <= COUNT_MAX:
        raise QueryError("epcis_query", name=name, what=f"1 to {COUNT_MAX}")
    return count


def _one_of(given: Mapping[str, str], name: str, accepted: Sequence[str]) -> str | None:
    value = given.get(name)
    if value is not None and value not in accepted:
        raise QueryError("epcis_query", name=name, what=", ".join(filter(None, accepted)))
    return value


def _read_token(text: str) -> _Token:
    try:
        return json.decode(encoding.decode_base64url(text), type=_Token)
    except (MsgspecError, LedgerError, UnicodeError) as error:
        raise QueryError("epcis_query", name="nextPageToken", what="not one of ours") from error
