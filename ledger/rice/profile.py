"""Our profile of EPCIS 2.0.1: which members each event of `events` has, and what they must say.

One row for each event is all there is to an event's spelling; `write_event` and `read_event` are
two readings of it. The second refuses whatever the profile does not allow, and is used for every
statement; the first by every place that makes events.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from msgspec import UNSET, UnsetType, ValidationError, convert, structs

from ledger.errors import MalformedError
from ledger.rice import epcis, events
from ledger.rice import members as m
from ledger.rice.epcis import (
    AggregationEvent,
    AnyEpcisEvent,
    EpcisEvent,
    ObjectEvent,
    TransformationEvent,
)
from ledger.rice.events import AnyEvent, Correction, Event
from ledger.rice.members import Member
from ledger.rice.misspelling import explain, misnamed

_NO_ROOM = "it says more than its profile has room for"
_DIARY = (m.plain("area", "diary.area"), m.plain("season", "diary.season"), m.NOTHING)
_WORKED = m.measured_m2("worked_m2", "diary.worked")
_BY_MACHINE = m.plain("by_machine", "diary.by_machine")
_PRODUCT = m.plain("product", "diary.product")
_BAGS = (
    m.FILLED,
    m.measured_g("bag_g", "ilmd.net_weight"),
    m.plain("packed_on", "ilmd.packed_on"),
    m.plain("best_before_on", "ilmd.best_before_on"),
    m.plain("custody", "custody"),
    m.GRANT,
)


class Spelling(NamedTuple):
    """How one event is spelled: its type and fixed words, then its members."""

    record: type[Event]
    cte: str
    shape: type[EpcisEvent]
    action: str
    step: str
    disposition: str
    members: tuple[Member, ...]


def _work(record: type[Event], cte: str, step: str, *members: Member) -> Spelling:
    return Spelling(record, cte, ObjectEvent, "OBSERVE", step, "in_progress", (*_DIARY, *members))


def _seen(
    record: type[Event], cte: str, action: str, step: str, disposition: str, *members: Member
) -> Spelling:
    return Spelling(record, cte, ObjectEvent, action, step, disposition, members)


def _made(record: type[Event], cte: str, step: str, disposition: str, *members: Member) -> Spelling:
    return Spelling(record, cte, TransformationEvent, "", step, disposition, members)


def _joined(
    record: type[Event], cte: str, action: str, step: str, disposition: str, *members: Member
) -> Spelling:
    return Spelling(record, cte, AggregationEvent, action, step, disposition, members)


_HARVEST = (
    m.LOT,
    m.MOISTURE,
    m.plain("area", "ilmd.area"),
    m.plain("season", "ilmd.season"),
    m.plain("variety", "ilmd.variety"),
    m.plain("harvested_on", "ilmd.harvested_on"),
    m.PERHAPS_CONSIGNED,
    m.CONTRACT,
)
_SAMPLE = m.paper("sample", "testres")

SPELLINGS: tuple[Spelling, ...] = (
    _work(events.LandPreparation, "land_preparation", "rice:field_work", _WORKED, _BY_MACHINE),
    _work(
        events.Sowing,
        "sowing",
        "rice:field_work",
        *(_WORKED, _BY_MACHINE),
        m.plain("variety", "diary.variety"),
        m.plain("seed_class", "diary.seed_class"),
        m.measured_g("seed_g", "diary.mass"),
    ),
    _work(
        events.Fertilising,
        "fertilising",
        "rice:field_application",
        *(_BY_MACHINE, _PRODUCT),
        m.plain("composition", "diary.composition"),
        m.measured_g("mass_g", "diary.mass"),
        m.measured_g("n_g", "diary.nitrogen"),
        m.measured_g("p2o5_g", "diary.phosphate"),
        m.measured_g("k2o_g", "diary.potash"),
    ),
    _work(
        events.Spraying,
        "spraying",
        "rice:field_application",
        *(_WORKED, _BY_MACHINE, _PRODUCT),
        m.plain("ingredient", "diary.ingredient"),
        m.plain("dose", "diary.dose"),
        m.plain("wait_days", "diary.wait_days"),
    ),
    _work(
        events.Irrigation,
        "irrigation",
        "rice:field_work",
        *(_WORKED, _BY_MACHINE),
        m.measured_l("water_l", "diary.water"),
    ),
    _work(events.Drainage, "drainage", "rice:field_work", _WORKED, _BY_MACHINE),
    _work(events.WaterReading, "water_reading", "sensor_reporting", m.LEVEL),
    _work(
        events.StrawHandling,
        "straw_handling",
        "rice:straw_practice",
        m.plain("straw_of", "diary.straw_of"),
        _BY_MACHINE,
        m.measured_g("collected_g", "diary.collected"),
        m.measured_g("buried_lt_30_g", "diary.buried_lt_30"),
        m.measured_g("buried_gt_30_g", "diary.buried_gt_30"),
        m.measured_g("burned_g", "diary.burned"),
    ),
    _work(
        events.PackagingReturn,
        "packaging_return",
        "collecting",
        m.measured_g("bought_g", "diary.bought"),
        m.measured_g("returned_g", "diary.returned"),
    ),
    _work(
        events.Reaping,
        "reaping",
        "rice:field_work",
        *(_WORKED, _BY_MACHINE),
        m.plain("variety", "diary.variety"),
        m.measured_g("mass_g", "diary.mass"),
        m.MOISTURE,
    ),
    _seen(events.Harvest, "harvest", "ADD", "commissioning", "active", *_HARVEST),
    _seen(events.Harvest, "harvest_again", "ADD", "creating_class_instance", "active", *_HARVEST),
    _seen(
        events.Receiving,
        "receiving",
        "OBSERVE",
        "receiving",
        "in_progress",
        *(m.LOT, m.MOISTURE, m.FROM),
        m.paper("ticket", "recadv"),
    ),
    _seen(events.Handover, "handover", "OBSERVE", "shipping", "in_transit", m.LOT, m.CONSIGNED),
    _seen(
        events.Transporting,
        "transporting",
        "OBSERVE",
        "transporting",
        "in_transit",
        m.LOT,
        m.plain("carried_by", "carrier"),
        m.plain("vehicle", "vehicle"),
    ),
    _made(events.Dividing, "dividing", "commissioning", "in_progress", m.INPUTS, m.OUTPUTS),
    _made(events.Drying, "drying", "commissioning", "in_progress", m.INPUTS, m.MADE, m.MOISTURE),
    _made(
        events.Storing,
        "storing",
        "storing",
        "in_progress",
        *(m.INPUTS, m.MADE),
        m.plain("order", "order"),
    ),
    _seen(events.Sampling, "sampling", "DELETE", "sampling", "in_progress", m.LOT, _SAMPLE),
    _seen(
        events.Testing,
        "testing",
        "OBSERVE",
        "inspecting",
        "conformant",
        *(m.LOT, _SAMPLE),
        m.plain("report", "report"),
    ),
    _seen(
        events.Testing,
        "testing_failed",
        "OBSERVE",
        "inspecting",
        "non_conformant",
        *(m.LOT, _SAMPLE),
        m.plain("report", "report"),
    ),
    _made(
        events.Milling,
        "milling",
        "commissioning",
        "in_progress",
        *(m.INPUTS, m.OUTPUTS, m.MOISTURE, m.LOSS),
        m.plain("custody", "custody"),
    ),
    _made(
        events.Blending,
        "blending",
        "commissioning",
        "in_progress",
        *(m.INPUTS, m.MADE, m.LOSS),
        m.plain("custody", "custody"),
    ),
    _made(
        events.Reworking,
        "reworking",
        "commissioning",
        "in_progress",
        *(m.INPUTS, m.OUTPUTS, m.LOSS),
        m.plain("custody", "custody"),
    ),
    _made(events.Packing, "packing", "commissioning", "active", m.INPUTS, *_BAGS),
    _made(events.Repacking, "repacking", "commissioning", "active", m.OPENED, *_BAGS),
    _joined(
        events.Palletising, "palletising", "ADD", "packing", "in_progress", m.PALLET, m.STACKED
    ),
    _joined(events.Unpalletising, "unpalletising", "DELETE", "unpacking", "in_progress", m.PALLET),
    _joined(
        events.Loading,
        "loading",
        "ADD",
        "loading",
        "container_closed",
        *(m.LOADED, m.PALLETS_IN, m.LOOSE),
        m.plain("seal", "seal"),
    ),
    _seen(
        events.Shipping,
        "shipping",
        "OBSERVE",
        "shipping",
        "in_transit",
        *(m.SENT, m.CONSIGNED),
        m.plain("country", "country"),
        m.PAPERS,
    ),
    _seen(
        events.Dispatch,
        "dispatch",
        "OBSERVE",
        "shipping",
        "in_transit",
        m.PALLETS_SENT,
        m.CONSIGNED,
    ),
    _seen(
        events.Arrival,
        "arrival",
        "OBSERVE",
        "receiving",
        "sellable_not_accessible",
        *(m.UNITS, m.FROM),
        m.plain("bags", "counted"),
        m.paper("ticket", "recadv"),
    ),
    _seen(
        events.Return,
        "return",
        "OBSERVE",
        "shipping",
        "returned",
        *(m.LOTS, m.PALLETS, m.CONSIGNED),
        m.plain("reason", "reason"),
    ),
    _seen(
        events.Destruction,
        "destruction",
        "DELETE",
        "destroying",
        "destroyed",
        m.AMOUNT,
        m.plain("reason", "reason"),
        m.plain("evidence", "report"),
    ),
    _seen(events.StockCount, "stock_count", "OBSERVE", "stock_taking", "in_progress", m.AMOUNT),
)
"""Every event there is. A spelling is public: it is what partners send and get."""

_SAID_BY_CTE: dict[str, dict[str, object]] = {
    "harvest": {"continues": False},
    "harvest_again": {"continues": True},
    "testing": {"conforms": True},
    "testing_failed": {"conforms": False},
}
"""What an event's kind alone says of a field."""

_BY_CTE = {f"rice:{spelling.cte}": spelling for spelling in SPELLINGS}
_PLACED: dict[str, tuple[tuple[str, str, Member], ...]] = {
    spelling.cte: tuple(
        (member.of.rpartition(".")[0], member.of.rpartition(".")[2], member)
        for member in spelling.members
    )
    for spelling in SPELLINGS
}
"""The members of each event with the part they stand in, taken apart once."""


def read_event(payload: bytes) -> AnyEvent:
    """Return what the event says happened; refuse what is not of the profile."""
    shape = epcis.read_epcis(payload)
    declared = shape.error_declaration
    try:
        if isinstance(declared, UnsetType):
            event: AnyEvent = _read(shape)
        else:
            wrong = _read(structs.replace(shape, error_declaration=UNSET))
            event = _correction(wrong, declared)
    except ArithmeticError as error:  # a figure written as text, such as "NaN"
        raise MalformedError("malformed_event", what="a figure that is no number") from error
    # Written again it has to be the same: no member this event does not have, no mass as text.
    if write_event(event) != payload:
        raise MalformedError("malformed_event", what=_NO_ROOM)
    return event


def write_event(event: AnyEvent) -> bytes:
    """Return the canonical EPCIS payload that says the same."""
    if not isinstance(event, Correction):
        return epcis.write_epcis(_write(event))
    declared = epcis.ErrorDeclaration(
        declaration_time=event.declared_at,
        reason=event.reason,  # type: ignore[arg-type]  # the reader checks the word
        corrective_event_ids=event.corrected_by,
    )
    return epcis.write_epcis(structs.replace(_write(event.wrong), error_declaration=declared))


def is_event_kind(kind: str) -> bool:
    """Tell whether there are events of a kind (a ``rice:cte`` without its prefix)."""
    return f"rice:{kind}" in _BY_CTE


def event_named(kind: str, fields: Mapping[str, object]) -> AnyEvent:
    """Return the event of a kind (its ``rice:cte``, as in the table above) with these fields.

    Fields are those of the record, in its units; what the profile would not read is refused.
    """
    spelling = _BY_CTE.get(f"rice:{kind}")
    if spelling is None:
        raise MalformedError("malformed_event", what=f"{kind} is not an event of this profile")
    said = _SAID_BY_CTE.get(kind, {})
    if any(fields.get(name, value) != value for name, value in said.items()):
        raise MalformedError("malformed_event", what=f"{kind} is not said of such an event")
    return _built(spelling.record, {**fields, **said})


def corrected(wrong: Event, fields: Mapping[str, object]) -> AnyEvent:
    """Return an event like another but for these fields."""
    return _built(type(wrong), {**structs.asdict(wrong), **fields})


def _built(record: type[Event], fields: Mapping[str, object]) -> AnyEvent:
    if wrong := misnamed(record, fields):
        raise MalformedError("malformed_event", what=wrong)
    try:
        event: Any = convert(fields, record)
    except ValidationError as error:
        raise MalformedError("malformed_event", what=explain(error, record, fields)) from error
    if (
        read_event(write_event(event)) != event
    ):  # grams and bags of one lot: one of the two would be lost
        raise MalformedError("malformed_event", what=_NO_ROOM)
    return event  # type: ignore[no-any-return]


def _read(shape: AnyEpcisEvent) -> Any:  # noqa: ANN401  (the record its spelling names)
    spelling = _BY_CTE.get(shape.cte)
    if spelling is None or type(shape) is not spelling.shape:
        raise MalformedError("malformed_event", what=f"{shape.cte} is not an event of this profile")
    said = (shape.biz_step, shape.disposition, getattr(shape, "action", ""))
    if said != (spelling.step, spelling.disposition, spelling.action):
        raise MalformedError("malformed_event", what=f"{shape.cte} is spelled otherwise")
    values: dict[str, Any] = {"event_id": shape.event_id, "at": shape.event_time}
    if not isinstance(shape.read_point, UnsetType):
        values["place"] = shape.read_point.id
    values |= _SAID_BY_CTE.get(spelling.cte, {})
    for part, name, (fields, _, read, _) in _PLACED[spelling.cte]:
        holder = m.given(getattr(shape, part), part) if part else shape
        values.update(zip(fields, read(getattr(holder, name)), strict=True))
    record = spelling.record(**values)
    check = _CHECKS.get(spelling.record)
    for wrong in check(record) if check else ():
        raise MalformedError("malformed_event", what=wrong)
    return record


def _write(event: Any) -> EpcisEvent:  # noqa: ANN401  (any record that has a spelling)
    spelling = _spelling_of(event)
    values: dict[str, Any] = {}
    parts: dict[str, dict[str, Any]] = {}
    for part, name, (fields, _, _, write) in _PLACED[spelling.cte]:
        value = write(*[getattr(event, each) for each in fields])
        (parts.setdefault(part, {}) if part else values)[name] = value
    for part, shaped in (("ilmd", epcis.Ilmd), ("diary", epcis.Diary)):
        if part in parts:
            values[part] = shaped(**parts[part])
    if spelling.action:
        values["action"] = spelling.action
    return spelling.shape(
        event_id=event.event_id,
        event_time=event.at,
        biz_step=spelling.step,
        disposition=spelling.disposition,
        cte=f"rice:{spelling.cte}",
        read_point=epcis.At(id=event.place) if event.place else UNSET,
        **values,
    )


_SPELLING_OF = {spelling.record: spelling for spelling in SPELLINGS}
_TWO_WAYS: dict[type[Event], Callable[[Any], str]] = {
    events.Harvest: lambda event: "rice:harvest_again" if event.continues else "rice:harvest",
    events.Testing: lambda event: "rice:testing" if event.conforms else "rice:testing_failed",
}


def _spelling_of(event: Event) -> Spelling:
    """Return how an event is spelled; of two ways, the one that says what the event says."""
    two_ways = _TWO_WAYS.get(type(event))
    return _BY_CTE[two_ways(event)] if two_ways else _SPELLING_OF[type(event)]


def _correction(wrong: AnyEvent, declared: epcis.ErrorDeclaration) -> Correction:
    ids = declared.corrective_event_ids
    assert not isinstance(wrong, Correction)  # a declaration holds one declaration
    if (declared.reason == "did_not_occur") == bool(ids):
        what = "what did not occur has no corrective events, and incorrect data has some"
        raise MalformedError("malformed_event", what=what)
    m.distinct((*ids, wrong.event_id))
    return Correction(
        event_id=wrong.event_id,
        at=wrong.at,
        place=wrong.place,
        wrong=wrong,
        declared_at=declared.declaration_time,
        reason=declared.reason,
        corrected_by=ids,
    )


def _check_harvest(event: events.Harvest) -> Iterator[str]:
    if event.on < event.harvested_on:
        yield f"eventTime is before {event.harvested_on}"


def _check_bags(event: events.Packing | events.Repacking) -> Iterator[str]:
    # The day printed on the bag decides whether its mark was granted: it is the day of the event.
    if event.packed_on != event.on:
        yield "rice:packDate is not the day of the event"
    if event.best_before_on < event.packed_on:
        yield f"cbvmda:bestBeforeDate is before {event.packed_on}"
    if not event.bag_g:
        yield "a bag weighs something"


def _check_storing(event: events.Storing) -> Iterator[str]:
    if event.mass_g != sum(mass_g for _, mass_g in event.inputs):
        yield "a silo takes in what is put into it, to the gram"


def _check_moved(event: events.Loading | events.Return) -> Iterator[str]:
    if not event.pallets and not (event.bags if isinstance(event, events.Loading) else event.lots):
        yield "nothing is loaded, or returned"


def _check_dividing(event: events.Dividing) -> Iterator[str]:
    goods = {lot.rpartition("/10/")[0] for lot, _ in (*event.inputs, *event.outputs)}
    if len(event.inputs) != 1 or len(goods) != 1:
        yield "one lot is divided, into lots of the same goods"


_CHECKS: dict[type[Event], Callable[[Any], Iterator[str]]] = {
    events.Harvest: _check_harvest,
    events.Packing: _check_bags,
    events.Repacking: _check_bags,
    events.Storing: _check_storing,
    events.Loading: _check_moved,
    events.Return: _check_moved,
    events.Dividing: _check_dividing,
}
"""What two members of an event must agree about."""
