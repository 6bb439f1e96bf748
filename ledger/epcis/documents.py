"""Reading EPCIS 2.0.1 JSON: a document, a query document, one event, or the body of a query.

Text is brought to NFC before it is read, as it has to be before it is signed. Beyond the shapes
(`shapes`), only what strict JSON refuses is refused: a member given twice, an inexact number.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import jsonschema_rs

from ledger.epcis import shapes
from ledger.epcis.refusals import EpcisError
from ledger.errors import MalformedError
from ledger.log import encoding

CONTEXT_URL = "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"

_WHAT_LENGTH_MAX = 160
_READ_LENGTH_MAX = 60

Event = dict[str, Any]
"""An event's members; numbers with a fraction are `Decimal`."""


@dataclass(frozen=True, slots=True)
class Document:
    """Events that came together, with the contexts in which their prefixes are explained."""

    type: str
    context: tuple[Any, ...]
    events: tuple[Event, ...]


_documents = jsonschema_rs.Draft7Validator(shapes.DOCUMENTS, validate_formats=True)
_queries = jsonschema_rs.Draft7Validator(shapes.QUERY, validate_formats=True)


def read_document(data: bytes) -> Document:
    """Return the events of a document of any kind; one event alone is a document of one."""
    value = read_json(data)
    check_document(value)
    context = contexts(value)
    if value["type"] == "EPCISDocument":
        events = value["epcisBody"]["eventList"]
    elif value["type"] == "EPCISQueryDocument":
        events = value["epcisBody"]["queryResults"]["resultsBody"]["eventList"]
    else:
        return Document(value["type"], (), (value,))
    return Document(value["type"], context, tuple(events))


def read_event(data: bytes) -> Event:
    """Return one event that stands by itself."""
    document = read_document(data)
    if document.type.startswith("EPCIS"):
        raise EpcisError("epcis_malformed", where="/type", what=document.type)
    return document.events[0]


def read_query(data: bytes) -> dict[str, Any]:
    """Return the parameters of a query as its body spells them."""
    value = read_json(data)
    check_query(value)
    members: dict[str, Any] = value
    return members


def read_json(data: bytes) -> Any:  # noqa: ANN401  (any JSON value)
    """Return strict JSON of text in any normal form."""
    try:
        text = unicodedata.normalize("NFC", data.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise MalformedError("malformed", what="UTF-8") from error
    return encoding.parse_json(text.encode(), decimals=True)


def check_document(value: object) -> None:
    """Refuse what is no document, query document or event."""
    _check(_documents, shapes.DOCUMENTS, value)


def check_query(value: object) -> None:
    """Refuse what is no body of a query."""
    _check(_queries, shapes.QUERY, value)


def contexts(value: dict[str, Any]) -> tuple[Any, ...]:
    """Return what a document or event gives as its context, in order."""
    context = value.get("@context", ())
    return tuple(context) if isinstance(context, list | tuple) else (context,)


def _check(validator: jsonschema_rs.Draft7Validator, shape: shapes.Shape, value: object) -> None:
    if validator.is_valid(value):
        return
    # What stands deepest says most exactly what is wrong.
    found = max(validator.iter_errors(value), key=lambda one: len(one.instance_path))
    raise EpcisError(
        "epcis_malformed", where=_pointer(found.instance_path), what=_told(found, shape)
    )


def _told(found: jsonschema_rs.ValidationError, shape: shapes.Shape) -> str:
    """Return what is wrong in words: the shape's own where it has them."""
    read, _, choice = found.message.partition(" is not valid under any")
    if not choice:
        return found.message[:_WHAT_LENGTH_MAX]
    part: Any = shape
    for step in list(found.schema_path)[:-1]:
        part = part[step]
    title = part.get("title", "fits none of the forms it may have")
    return f"{read} {title}" if len(read) <= _READ_LENGTH_MAX else title


def _pointer(path: Sequence[str | int]) -> str:
    """Return a place in a document as a JSON Pointer (RFC 6901)."""
    parts = (str(part).replace("~", "~0").replace("/", "~1") for part in path)
    return "".join(f"/{part}" for part in parts) or "/"
