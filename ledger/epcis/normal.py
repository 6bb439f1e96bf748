"""A partner's event in any spelling the standard allows, as the payload this ledger would sign.

`normal_form` decides nothing about rice: it brings words, names, times and quantities to their one
spelling, and `ledger.rice.profile` then says whether that is an event of this ledger. What the
repository itself knows (``recordTime``) is left out; so is ``bizLocation`` where it only repeats
``readPoint``. A fraction of a second is cut off, never rounded up.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

from ledger.epcis import identifiers, words
from ledger.epcis.documents import Event, contexts
from ledger.epcis.prefixes import Prefixes
from ledger.epcis.refusals import EpcisError
from ledger.errors import MalformedError
from ledger.log import encoding
from ledger.rice import profile
from ledger.rice.epcis import CONTEXT

_LOCAL = timezone(timedelta(hours=7))
_KILOGRAMS = {"KGM": Decimal(1), "TNE": Decimal(1000), "GRM": Decimal("0.001")}
"""Units of mass (UN/CEFACT Recommendation 20), in kilograms."""
_CUSTODY = "rice:custodyModel"

_GOODS = frozenset({"epcList", "quantityList"})
_TIMES = frozenset({"eventTime", "declarationTime", "time", "startTime", "endTime"})
_INSTANCES = frozenset({"epcList", "childEPCs", "inputEPCList", "outputEPCList"})
_NAMES = frozenset(
    {"epcClass", "parentID", "source", "destination", "bizTransaction", "deviceID", "id"}
)
_KINDS_OF_TYPE = {
    "sourceList": words.PARTY,
    "destinationList": words.PARTY,
    "bizTransactionList": words.PAPER,
}
_KINDS = {
    "bizStep": words.STEP,
    "disposition": words.DISPOSITION,
    "set": words.DISPOSITION,
    "unset": words.DISPOSITION,
    "reason": words.REASON,
    "component": words.COMPONENT,
}


def normal_form(event: Event, context: Iterable[Any] = ()) -> bytes:
    """Return the payload that says what the event says; refuse what this ledger cannot say.

    ``context`` is that of the document around it. An event without a name gets one that follows
    from all it says, so that the same event sent again is the same.
    """
    prefixes = Prefixes([*context, *contexts(event)])
    given = _without_repetition(event)
    normal: Event = {
        prefixes.member(name): _value(prefixes, name, value) for name, value in given.items()
    }
    normal = {name: value for name, value in normal.items() if value not in ([], {})}
    if normal.get("type") == "ObjectEvent" and not _GOODS & normal.keys():
        normal["epcList"] = []  # it is about no goods, and says so
    normal["@context"] = list(CONTEXT)
    normal["eventTimeZoneOffset"] = "+07:00"
    if "rice:cte" not in normal:
        raise EpcisError("epcis_step_missing")
    if isinstance(normal.get("certificationInfo"), str):
        normal["certificationInfo"] = [normal["certificationInfo"]]
    declared = normal.pop("errorDeclaration", None)
    if "eventID" not in normal:
        normal["eventID"] = identifiers.event_of(_written(normal))
    if declared is not None:
        normal["errorDeclaration"] = {"correctiveEventIDs": [], **declared}
    payload = _written(normal)
    profile.read_event(payload)
    return payload


def _without_repetition(event: Event) -> Event:
    left_out = {"recordTime", "@context"}
    if event.get("bizLocation") == event.get("readPoint"):
        left_out.add("bizLocation")
    return {name: value for name, value in event.items() if name not in left_out}


def _value(prefixes: Prefixes, name: str, value: Any, within: str = "") -> Any:  # noqa: ANN401
    """Return the value of a member in its one spelling; ``within`` names the list it stands in."""
    if isinstance(value, dict):
        if "epcClass" in value:
            value = _in_kilograms(value)
        return {
            prefixes.member(inner): _value(prefixes, inner, one, within=name)
            for inner, one in value.items()
        }
    if isinstance(value, list):
        return [_value(prefixes, name, one, within=within) for one in value]
    if isinstance(value, str):
        return _text(prefixes, name, value, within)
    if isinstance(value, Decimal):
        return _number(name, value)
    return value


def _text(prefixes: Prefixes, name: str, text: str, within: str) -> str:
    if name in _TIMES:
        return _local(name, text)
    if name in {"eventID", "correctiveEventIDs"}:
        return identifiers.event(text)
    if name in _INSTANCES:
        return identifiers.instance(text, name)
    if name in _NAMES:
        return identifiers.thing(text, name)
    if name == "type" and within == "sensorReport":
        return words.measured(text)
    kind = _KINDS_OF_TYPE.get(within) if name == "type" else _KINDS.get(name)
    if kind is not None:
        return prefixes.word(words.bare(kind, text))
    if prefixes.member(name) == _CUSTODY:
        return prefixes.word(text).removeprefix("rice:").replace("-", "_")
    return prefixes.word(text) if ":" in name else text


def _local(name: str, text: str) -> str:
    """Return a moment in the time of Viet Nam, in whole seconds."""
    try:
        moment = datetime.fromisoformat(text.upper()).astimezone(_LOCAL)
    except (ValueError, OverflowError) as error:
        raise EpcisError("epcis_time", member=name, read=text[:40]) from error
    return moment.replace(microsecond=0).isoformat()


def _in_kilograms(quantity: Event) -> Event:
    """Return a quantity in kilograms, or without a unit where it is a count."""
    unit = quantity.get("uom")
    if "quantity" not in quantity or unit in {None, "KGM"}:
        return quantity
    told = {"quantity": str(quantity["quantity"]), "unit": str(unit)}
    if unit == "EA":  # each: what no unit says as well
        return {name: value for name, value in quantity.items() if name != "uom"}
    if unit not in _KILOGRAMS:
        raise EpcisError("epcis_unit", **told)
    mass = Decimal(quantity["quantity"]) * _KILOGRAMS[unit]
    if mass * 1000 != (mass * 1000).to_integral_value():
        raise EpcisError("epcis_unit", **told)
    return {**quantity, "quantity": mass, "uom": "KGM"}


def _number(name: str, number: Decimal) -> Decimal | int:
    """Return a number as canonical JSON spells it; what has no such spelling is refused."""
    if number == number.to_integral_value():
        return int(number)
    if number * 1000 != (number * 1000).to_integral_value():
        raise EpcisError("epcis_number", member=name)
    return number


def _written(event: Event) -> bytes:
    try:
        payload = encoding.canonical_json(event)
        encoding.check_canonical(payload)
    except MalformedError as error:
        raise EpcisError("epcis_number", member="event") from error
    return payload
