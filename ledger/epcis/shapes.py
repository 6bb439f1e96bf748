"""The shapes of EPCIS 2.0.1 JSON as JSON Schema, built from tables (EPCIS 2.0.1, section 9).

Every record has a table of its members. In an open record any other member must be a URI, which is
how extensions are told from slips (``rice:cte``, not ``cte``); a closed record has no others.
Formats count: a time without an offset and a name with a blank are refused.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ledger.epcis import words

Shape = dict[str, Any]

URI: Shape = {"type": "string", "format": "uri"}
TIME: Shape = {"type": "string", "format": "date-time"}
NUMBER: Shape = {"type": "number"}
TEXT: Shape = {"type": "string"}
OBJECT: Shape = {"type": "object"}

_OLD_WORDS = "^(?!(urn:epcglobal:cbv|https?://ns\\.gs1\\.org/cbv/))"
_MEASURED_WORDS = "^(?!https?://(www\\.)?gs1\\.org/voc/)"


def _word(known: Iterable[str], refused: str = _OLD_WORDS) -> Shape:
    """Return what is one of the known words, or a URI that does not pretend to be one."""
    return {
        "title": "is no word of CBV 2.0 and no URI",
        "anyOf": [{"type": "string", "enum": list(known)}, {**URI, "pattern": refused}],
    }


def _list(items: Shape, **limits: Any) -> Shape:  # noqa: ANN401  (JSON Schema's own keywords)
    return {"type": "array", "items": items, **limits}


def _closed(members: Mapping[str, Shape], *required: str) -> Shape:
    return {
        "type": "object",
        "properties": dict(members),
        "required": list(required),
        "additionalProperties": False,
    }


def _open(members: Mapping[str, Shape], *required: str) -> Shape:
    """Return a record in which every further member is named by a URI."""
    return {
        "type": "object",
        "properties": dict(members),
        "required": list(required),
        "propertyNames": {
            "title": "is no member here and has no prefix that tells whose it is",
            "anyOf": [URI, {"enum": list(members)}],
        },
    }


def _loose(members: Mapping[str, Shape], *required: str) -> Shape:
    """Return a record in which further members are not looked at."""
    return {"type": "object", "properties": dict(members), "required": list(required)}


def _given(member: str, shape: Shape) -> Shape:
    return {"required": [member], "properties": {member: shape}}


STEP, DISPOSITION = _word(words.STEPS), _word(words.DISPOSITIONS)
ACTION: Shape = {"type": "string", "enum": list(words.ACTIONS)}
REASON = _word(words.REASONS)
MEASUREMENT = _word(words.MEASUREMENTS, _MEASURED_WORDS)
TYPE = _word(words.EVENT_TYPES, refused="")
CONTEXT: Shape = {
    "anyOf": [URI, OBJECT, _list({"anyOf": [URI, OBJECT]}, uniqueItems=True)],
}

_FILLED: Shape = {"type": "array", "minItems": 1}
_QUANTITY = _closed(
    {
        "epcClass": URI,
        "quantity": NUMBER,
        "uom": {"type": "string", "pattern": "^[A-Z0-9]{2,3}$"},
    },
    "epcClass",
)
_PLACE = _loose({"id": URI}, "id")
_PAPER = _closed({"type": _word(words.PAPERS), "bizTransaction": URI}, "bizTransaction")
_SOURCE = _closed({"type": _word(words.PARTIES), "source": URI}, "type", "source")
_DESTINATION = _closed({"type": _word(words.PARTIES), "destination": URI}, "type", "destination")
_DISPOSED = _list(DISPOSITION, minItems=1, uniqueItems=True)
_PERSISTENT: Shape = {
    **_closed({"set": _DISPOSED, "unset": _DISPOSED}),
    "anyOf": [{"required": ["set"]}, {"required": ["unset"]}],
}
_DECLARATION = _open(
    {"declarationTime": TIME, "reason": REASON, "correctiveEventIDs": _list(URI)},
    "declarationTime",
)
_METADATA = _open(
    {
        **dict.fromkeys(("time", "startTime", "endTime"), TIME),
        **dict.fromkeys(
            ("deviceID", "deviceMetadata", "rawData", "dataProcessingMethod", "bizRules"), URI
        ),
    }
)
_FIGURES = ("value", "minValue", "maxValue", "meanValue", "sDev", "percRank", "percValue")
_NAMED = (
    *("deviceID", "deviceMetadata", "rawData", "dataProcessingMethod", "bizRules"),
    *("microorganism", "chemicalSubstance", "coordinateReferenceSystem", "uriValue"),
)
_REPORT = _open(
    {
        "type": MEASUREMENT,
        "exception": _word(words.ALERTS, _MEASURED_WORDS),
        "time": TIME,
        "component": _word(words.COMPONENTS),
        "stringValue": TEXT,
        "booleanValue": {"type": "boolean"},
        "hexBinaryValue": {"type": "string", "pattern": "^[A-Fa-f0-9]+$"},
        "uom": TEXT,
        **dict.fromkeys(_FIGURES, NUMBER),
        **dict.fromkeys(_NAMED, URI),
    },
    "type",
)
_SENSOR = _open(
    {"sensorMetadata": _METADATA, "sensorReport": _list(_REPORT, minItems=1)}, "sensorReport"
)
_ILMD: Shape = {"type": "object", "propertyNames": URI}

_COMMON: dict[str, Shape] = {
    "@context": CONTEXT,
    "eventID": URI,
    "eventTime": TIME,
    "recordTime": TIME,
    "eventTimeZoneOffset": {
        "type": "string",
        "pattern": "^[+-]((0[0-9]|1[0-3]):[0-5][0-9]|14:00)$",
    },
    "certificationInfo": {"title": "is no URI and no list of them", "anyOf": [URI, _list(URI)]},
    "errorDeclaration": _DECLARATION,
}
_ALWAYS = ("type", "eventTime", "eventTimeZoneOffset")
_TAIL: dict[str, Shape] = {
    "bizStep": STEP,
    "disposition": DISPOSITION,
    "readPoint": _PLACE,
    "bizLocation": _PLACE,
    "bizTransactionList": _list(_PAPER),
    "sourceList": _list(_SOURCE),
    "destinationList": _list(_DESTINATION),
    "sensorElementList": _list(_SENSOR),
}
_CHILDREN: dict[str, Shape] = {
    "action": ACTION,
    "parentID": URI,
    "childEPCs": _list(URI),
    "childQuantityList": _list(_QUANTITY),
    "persistentDisposition": {},  # its place since 2.0.1, where the published shape looks no deeper
}
_EPCS = _list(URI, uniqueItems=True)
_DELETES = {"properties": {"action": {"const": "DELETE"}}}


def _event(members: Mapping[str, Shape], *required: str, **more: Any) -> Shape:  # noqa: ANN401
    shape = _open({"type": {}, **_COMMON, **_TAIL, **members}, *_ALWAYS, *required)
    return {**shape, **more}


def _has_children(shape: Shape) -> Shape:
    filled = [_given("childEPCs", _FILLED), _given("childQuantityList", _FILLED)]
    needs = "needs childEPCs or childQuantityList, unless its action is DELETE"
    return {**shape, "title": needs, "anyOf": [*filled, _DELETES]}


def _transformed(side: str) -> Shape:
    return {
        "anyOf": [_given(f"{side}EPCList", _FILLED), _given(f"{side}QuantityList", _FILLED)],
    }


EVENTS: dict[str, Shape] = {
    "ObjectEvent": _event(
        {
            "action": ACTION,
            "epcList": _EPCS,
            "quantityList": _list(_QUANTITY),
            "persistentDisposition": _PERSISTENT,
            "ilmd": _ILMD,
        },
        "action",
        allOf=[
            {
                "title": "needs epcList, quantityList, or sensorElementList with readPoint",
                "anyOf": [
                    {"required": ["epcList"]},
                    _given("quantityList", _FILLED),
                    {
                        **_given("sensorElementList", _FILLED),
                        "required": ["readPoint", "sensorElementList"],
                    },
                ],
            },
            {
                "title": "may have ilmd only where its action is ADD",
                "anyOf": [
                    {"not": {"required": ["ilmd"]}},
                    {"properties": {"action": {"const": "ADD"}}},
                ],
            },
        ],
    ),
    "AggregationEvent": _has_children(_event(_CHILDREN, "action")),
    "AssociationEvent": _has_children(_event(_CHILDREN, "action", "parentID")),
    "TransactionEvent": _event(
        {
            "action": ACTION,
            "bizTransactionList": _list(_PAPER, minItems=1),
            "parentID": URI,
            "epcList": _list(URI),
            "quantityList": _list(_QUANTITY),
            "persistentDisposition": {},
        },
        "action",
        "bizTransactionList",
        title="needs epcList or quantityList, unless its action is DELETE",
        anyOf=[{"required": ["epcList"]}, _given("quantityList", _FILLED), _DELETES],
    ),
    "TransformationEvent": _event(
        {
            "inputEPCList": _EPCS,
            "outputEPCList": _EPCS,
            "inputQuantityList": _list(_QUANTITY),
            "outputQuantityList": _list(_QUANTITY),
            "transformationID": URI,
            "persistentDisposition": _PERSISTENT,
            "ilmd": _ILMD,
        },
        title="needs inputs and outputs, or a transformationID with one of them",
        anyOf=[
            {"allOf": [_transformed("input"), _transformed("output")]},
            {
                "required": ["transformationID"],
                "anyOf": [_transformed("input"), _transformed("output")],
            },
        ],
    ),
}
"""The five kinds of event; what they need besides the members all have is said in each."""

_OTHER_EVENT = _loose({**_COMMON, "type": URI}, *_ALWAYS)
_ATTRIBUTE = _loose(
    {"id": URI, "attribute": {"anyOf": [NUMBER, TEXT, OBJECT]}},
    "id",
)
_ELEMENT = _loose(
    {"id": URI, "attributes": _list(_ATTRIBUTE), "children": _list(URI)},
    "id",
)
_VOCABULARIES = _list(_loose({"type": URI, "vocabularyElementList": _list(_ELEMENT)}, "type"))


def _by_type(shapes: Mapping[str, Shape], other: Shape) -> Shape:
    """Return the choice of a shape by the member ``type``."""
    chosen = [
        {"if": {"properties": {"type": {"const": name}}}, "then": shape}
        for name, shape in shapes.items()
    ]
    known = {"properties": {"type": {"enum": list(shapes)}}}
    return {
        "type": "object",
        "required": ["type"],
        "properties": {"type": TEXT},
        "allOf": [*chosen, {"if": {"not": known}, "then": other}],
    }


_LISTED_EVENT = _by_type(
    {name: {"$ref": f"#/definitions/{name}"} for name in EVENTS},
    {"$ref": "#/definitions/other"},
)
_EVENT_LIST = _list({"$ref": "#/definitions/listed"})
_VERSION: Shape = {"type": "string", "pattern": "^[0-9]+(\\.[0-9]+)*$"}
_ENVELOPE: dict[str, Shape] = {
    "@context": CONTEXT,
    "id": URI,
    "type": {},
    "schemaVersion": _VERSION,
    "creationDate": TIME,
}
_HEADER = _open({"epcisMasterData": _loose({"vocabularyList": _VOCABULARIES})})
_DOCUMENT = _open(
    {
        **_ENVELOPE,
        **dict.fromkeys(("instanceIdentifier", "sender", "receiver"), TEXT),
        "epcisHeader": _HEADER,
        "epcisBody": _loose({"eventList": _EVENT_LIST}, "eventList"),
    },
    *("@context", "type", "schemaVersion", "creationDate", "epcisBody"),
)
_RESULTS = _open(
    {
        "queryName": TEXT,
        "subscriptionID": TEXT,
        "resultsBody": _open(
            {"eventList": _EVENT_LIST, "vocabularyList": _VOCABULARIES}, "eventList"
        ),
    },
    *("queryName", "resultsBody"),
)
_QUERY_DOCUMENT = _open(
    {**_ENVELOPE, "epcisBody": _open({"queryResults": _RESULTS}, "queryResults")},
    *("@context", "type", "epcisBody"),
)


def _alone(name: str) -> Shape:
    """Return an event that stands by itself: it carries the context a document would."""
    return {"allOf": [{"$ref": f"#/definitions/{name}"}, {"required": ["@context"]}]}


DOCUMENTS: Shape = {
    "$schema": "http://json-schema.org/draft-07/schema#",
    "definitions": {**EVENTS, "other": _OTHER_EVENT, "listed": _LISTED_EVENT},
    **_by_type(
        {
            "EPCISDocument": _DOCUMENT,
            "EPCISQueryDocument": _QUERY_DOCUMENT,
            **{name: _alone(name) for name in EVENTS},
        },
        _alone("other"),
    ),
}
"""A document, a query document, or one event with its own context."""

_URIS = (
    *("EQ_readPoint", "WD_readPoint", "EQ_bizLocation", "WD_bizLocation", "EQ_transformationID"),
    *("MATCH_epc", "MATCH_parentID", "MATCH_inputEPC", "MATCH_outputEPC", "MATCH_anyEPC"),
    *("MATCH_epcClass", "MATCH_inputEPCClass", "MATCH_outputEPCClass", "MATCH_anyEPCClass"),
    *("EQ_eventID", "EQ_correctiveEventID", "EQ_deviceID", "EQ_dataProcessingMethod"),
    *("EQ_microorganism", "EQ_chemicalSubstance", "EQ_bizRules", "EQ_uriValue"),
)
_TIMES = ("eventTime", "recordTime", "errorDeclaration_Time", "time", "startTime", "endTime")
_WORD_LISTS = {
    "eventType": TYPE,
    "EQ_action": ACTION,
    "EQ_bizStep": STEP,
    "EQ_disposition": DISPOSITION,
    "EQ_persistentDisposition_set": DISPOSITION,
    "EQ_persistentDisposition_unset": DISPOSITION,
    "EQ_errorReason": REASON,
    "EQ_type": MEASUREMENT,
    "EQ_stringValue": TEXT,
    "EQ_hexBinaryValue": TEXT,
    "EQ_quantity": NUMBER,
}
_COUNTS = (
    "eventCountLimit",
    "maxEventCount",
    "EXISTS_errorDeclaration",
    "EXISTS_sensorElementList",
)
_FIGURE = "value|minValue|maxValue|meanValue|sDev|percValue|quantity"

QUERY: Shape = {
    "$schema": "http://json-schema.org/draft-07/schema#",
    "type": "object",
    "properties": {
        "@context": CONTEXT,
        **{name: _list(words_of) for name, words_of in _WORD_LISTS.items()},
        **{name: _list(URI) for name in _URIS},
        **{f"{bound}_{name}": TIME for name in _TIMES for bound in ("GE", "LT")},
        **{f"{bound}_quantity": NUMBER for bound in ("GT", "GE", "LT", "LE")},
        **{f"{bound}_percRank": NUMBER for bound in ("GT", "GE", "LT", "LE")},
        **{name: {"type": "integer"} for name in _COUNTS},
        "EQ_booleanValue": {"type": "boolean"},
        "orderBy": TEXT,
        "orderDirection": {"type": "string", "enum": ["ASC", "DESC"]},
    },
    "patternProperties": {
        "^EQ_(bizTransaction|source|destination)_[a-z][a-zA-Z0-9_]+$": _list(URI),
        "^EQ_(value|quantity)_[A-Z0-9]{2,4}$": _list(NUMBER),
        f"^(GT|GE|LT|LE)_({_FIGURE})_[A-Z0-9]{{2,4}}$": NUMBER,
    },
    "additionalProperties": False,
}
"""The body of a query: the parameters of the standard. Which of them are served, `query` says."""
