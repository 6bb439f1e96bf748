"""Our profile of EPCIS 2.0.1: how each event of `events` is spelled, and read back.

`read_event` refuses whatever the profile does not allow; `write_event` is its inverse, and is used
by every place that makes events.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any, TypeVar

from msgspec import UNSET, UnsetType

from ledger.errors import MalformedError
from ledger.rice import epcis, gs1
from ledger.rice.epcis import (
    AggregationEvent,
    AnyEpcisEvent,
    Destination,
    EpcisEvent,
    Ilmd,
    ObjectEvent,
    Paper,
    Quantity,
    SensorElement,
    SensorReport,
    Source,
    TransformationEvent,
)
from ledger.rice.events import (
    AnyEvent,
    Draw,
    Drying,
    Handover,
    Harvest,
    Milling,
    Packing,
    Palletising,
    Receiving,
    Shipping,
)

T = TypeVar("T")


def read_event(payload: bytes) -> AnyEvent:
    """Return what the event says happened; refuse what is not of the profile."""
    event = _read(epcis.read_epcis(payload))
    # Written again it has to be the same: no member this event does not have, no mass as text.
    if write_event(event) != payload:
        raise MalformedError("malformed_event", what="it says more than its profile has room for")
    return event


def _read(event: AnyEpcisEvent) -> AnyEvent:
    if isinstance(event, ObjectEvent):
        reader = _OBJECT_READERS.get(event.cte)
        if reader is not None:
            return reader(event)
    elif isinstance(event, TransformationEvent):
        turn = _TRANSFORMATION_READERS.get(event.cte)
        if turn is not None:
            return turn(event)
    elif event.cte == "rice:palletising":
        return _read_palletising(event)
    raise MalformedError("malformed_event", what=f"{event.cte} is not an event of this profile")


def write_event(event: AnyEvent) -> bytes:
    """Return the canonical EPCIS payload that says the same."""
    writer: Callable[[Any], EpcisEvent] = _WRITERS[type(event)]
    return epcis.write_epcis(writer(event))


def _read_harvest(event: ObjectEvent) -> Harvest:
    _expect(event, "commissioning", "active", action="ADD")
    lot, mass_g = _mass(_only(event.quantity_list))
    ilmd = _given(event.ilmd, "ilmd")
    harvested_on = _given(ilmd.harvested_on, "rice:harvestEndDate")
    _in_order(harvested_on, event.event_time[:10], "eventTime")
    return Harvest(
        event_id=event.event_id,
        at=event.event_time,
        place=_place(event),
        lot=lot,
        mass_g=mass_g,
        moisture_ppt=_moisture(event),
        area=_given(ilmd.area, "rice:plantingAreaCode"),
        season=_given(ilmd.season, "rice:season"),
        variety=_given(ilmd.variety, "rice:variety"),
        harvested_on=harvested_on,
        consigned_to=_only(event.destination_list).destination,
    )


def _write_harvest(event: Harvest) -> ObjectEvent:
    return ObjectEvent(
        event_id=event.event_id,
        event_time=event.at,
        biz_step="commissioning",
        disposition="active",
        cte="rice:harvest",
        action="ADD",
        read_point=_at(event.place),
        quantity_list=(_kilograms(event.lot, event.mass_g),),
        destination_list=_destination(event.consigned_to),
        sensor_element_list=_readings(moisture_ppt=event.moisture_ppt),
        ilmd=Ilmd(
            variety=event.variety,
            season=event.season,
            area=event.area,
            harvested_on=event.harvested_on,
        ),
    )


def _read_receiving(event: ObjectEvent) -> Receiving:
    _expect(event, "receiving", "in_progress", action="OBSERVE")
    lot, mass_g = _mass(_only(event.quantity_list))
    return Receiving(
        event_id=event.event_id,
        at=event.event_time,
        place=_place(event),
        lot=lot,
        mass_g=mass_g,
        moisture_ppt=_moisture(event),
        handed_over_by=_only(event.source_list).source,
        ticket=_paper(event, "recadv"),
    )


def _write_receiving(event: Receiving) -> ObjectEvent:
    return ObjectEvent(
        event_id=event.event_id,
        event_time=event.at,
        biz_step="receiving",
        disposition="in_progress",
        cte="rice:receiving",
        action="OBSERVE",
        read_point=_at(event.place),
        quantity_list=(_kilograms(event.lot, event.mass_g),),
        source_list=(Source(type="possessing_party", source=event.handed_over_by),),
        biz_transaction_list=(Paper(type="recadv", biz_transaction=event.ticket),),
        sensor_element_list=_readings(moisture_ppt=event.moisture_ppt),
    )


def _read_handover(event: ObjectEvent) -> Handover:
    _expect(event, "shipping", "in_transit", action="OBSERVE")
    lot, mass_g = _mass(_only(event.quantity_list))
    return Handover(
        event_id=event.event_id,
        at=event.event_time,
        place=_place(event),
        lot=lot,
        mass_g=mass_g,
        consigned_to=_only(event.destination_list).destination,
    )


def _write_handover(event: Handover) -> ObjectEvent:
    return ObjectEvent(
        event_id=event.event_id,
        event_time=event.at,
        biz_step="shipping",
        disposition="in_transit",
        cte="rice:handover",
        action="OBSERVE",
        read_point=_at(event.place),
        quantity_list=(_kilograms(event.lot, event.mass_g),),
        destination_list=_destination(event.consigned_to),
    )


def _read_drying(event: TransformationEvent) -> Drying:
    _expect(event, "commissioning", "in_progress")
    lot, mass_g = _mass(_only(event.output_quantity_list))
    return Drying(
        event_id=event.event_id,
        at=event.event_time,
        place=_place(event),
        inputs=_masses(event.input_quantity_list),
        lot=lot,
        mass_g=mass_g,
        moisture_ppt=_moisture(event),
    )


def _write_drying(event: Drying) -> TransformationEvent:
    return TransformationEvent(
        event_id=event.event_id,
        event_time=event.at,
        biz_step="commissioning",
        disposition="in_progress",
        cte="rice:drying",
        read_point=_at(event.place),
        input_quantity_list=tuple(_kilograms(*draw) for draw in event.inputs),
        output_quantity_list=(_kilograms(event.lot, event.mass_g),),
        sensor_element_list=_readings(moisture_ppt=event.moisture_ppt),
    )


def _read_milling(event: TransformationEvent) -> Milling:
    _expect(event, "commissioning", "in_progress")
    return Milling(
        event_id=event.event_id,
        at=event.event_time,
        place=_place(event),
        inputs=_masses(event.input_quantity_list),
        outputs=_masses(event.output_quantity_list),
        moisture_ppt=_moisture(event),
        loss_g=epcis.grams(_given(event.loss, "rice:processLoss").quantity),
        custody=_given(event.custody, "rice:custodyModel"),
    )


def _write_milling(event: Milling) -> TransformationEvent:
    return TransformationEvent(
        event_id=event.event_id,
        event_time=event.at,
        biz_step="commissioning",
        disposition="in_progress",
        cte="rice:milling",
        read_point=_at(event.place),
        input_quantity_list=tuple(_kilograms(*draw) for draw in event.inputs),
        output_quantity_list=tuple(_kilograms(*draw) for draw in event.outputs),
        sensor_element_list=_readings(moisture_ppt=event.moisture_ppt),
        loss=epcis.Loss(quantity=epcis.kilograms(event.loss_g), uom="KGM"),
        custody=event.custody,  # type: ignore[arg-type]  # the rulebook checks the word
    )


def _read_packing(event: TransformationEvent) -> Packing:
    _expect(event, "commissioning", "active")
    lot, bags = _count(_only(event.output_quantity_list))
    ilmd = _given(event.ilmd, "ilmd")
    packed_on = _given(ilmd.packed_on, "rice:packDate")
    best_before_on = _given(ilmd.best_before_on, "cbvmda:bestBeforeDate")
    # The day printed on the bag decides whether its mark was granted: it is the day of the event.
    if packed_on != event.event_time[:10]:
        raise MalformedError("malformed_event", what="rice:packDate is not the day of the event")
    _in_order(packed_on, best_before_on, "cbvmda:bestBeforeDate")
    bag_g = epcis.grams(_given(ilmd.net_weight, "rice:netWeight").value)
    if not bag_g:
        raise MalformedError("malformed_event", what="a bag weighs something")
    marks = event.certification_info
    return Packing(
        event_id=event.event_id,
        at=event.event_time,
        place=_place(event),
        inputs=_masses(event.input_quantity_list),
        lot=lot,
        bags=bags,
        bag_g=bag_g,
        packed_on=packed_on,
        best_before_on=best_before_on,
        custody=_given(event.custody, "rice:custodyModel"),
        grant="" if isinstance(marks, UnsetType) else _only(marks),
    )


def _write_packing(event: Packing) -> TransformationEvent:
    return TransformationEvent(
        event_id=event.event_id,
        event_time=event.at,
        biz_step="commissioning",
        disposition="active",
        cte="rice:packing",
        read_point=_at(event.place),
        input_quantity_list=tuple(_kilograms(*draw) for draw in event.inputs),
        output_quantity_list=(_bags(event.lot, event.bags),),
        ilmd=Ilmd(
            packed_on=event.packed_on,
            best_before_on=event.best_before_on,
            net_weight=epcis.NetWeight(value=epcis.kilograms(event.bag_g), unit="KGM"),
        ),
        custody=event.custody,  # type: ignore[arg-type]  # the rulebook checks the word
        certification_info=(event.grant,) if event.grant else UNSET,
    )


def _read_palletising(event: AggregationEvent) -> Palletising:
    _expect(event, "packing", "in_progress")
    lot, bags = _count(_only(event.child_quantity_list))
    return Palletising(
        event_id=event.event_id,
        at=event.event_time,
        place=_place(event),
        pallet=_sscc(event.parent_id),
        lot=lot,
        bags=bags,
    )


def _write_palletising(event: Palletising) -> AggregationEvent:
    return AggregationEvent(
        event_id=event.event_id,
        event_time=event.at,
        biz_step="packing",
        disposition="in_progress",
        cte="rice:palletising",
        action="ADD",
        read_point=_at(event.place),
        parent_id=event.pallet,
        child_quantity_list=(_bags(event.lot, event.bags),),
    )


def _read_shipping(event: ObjectEvent) -> Shipping:
    _expect(event, "shipping", "in_transit", action="OBSERVE")
    loose = () if isinstance(event.quantity_list, UnsetType) else event.quantity_list
    pallets = () if isinstance(event.epc_list, UnsetType) else event.epc_list
    papers = () if isinstance(event.biz_transaction_list, UnsetType) else event.biz_transaction_list
    if not loose and not pallets:
        raise MalformedError("malformed_event", what="nothing is shipped")
    return Shipping(
        event_id=event.event_id,
        at=event.event_time,
        place=_place(event),
        pallets=_distinct(tuple(_sscc(pallet) for pallet in pallets)),
        bags=_lots_once(tuple(_count(quantity) for quantity in loose)),
        consigned_to=_only(event.destination_list).destination,
        container=_given(event.container, "rice:container"),
        seal=_given(event.seal, "rice:seal"),
        country=_given(event.country, "rice:destinationCountry"),
        papers=tuple((paper.type, paper.biz_transaction) for paper in papers),
    )


def _write_shipping(event: Shipping) -> ObjectEvent:
    return ObjectEvent(
        event_id=event.event_id,
        event_time=event.at,
        biz_step="shipping",
        disposition="in_transit",
        cte="rice:shipping",
        action="OBSERVE",
        read_point=_at(event.place),
        epc_list=event.pallets or UNSET,
        quantity_list=tuple(_bags(*draw) for draw in event.bags) or UNSET,
        destination_list=_destination(event.consigned_to),
        biz_transaction_list=tuple(
            Paper(type=kind, biz_transaction=uri)  # type: ignore[arg-type]
            for kind, uri in event.papers
        )
        or UNSET,
        container=event.container,
        seal=event.seal,
        country=event.country,
    )


_OBJECT_READERS: dict[str, Callable[[ObjectEvent], AnyEvent]] = {
    "rice:harvest": _read_harvest,
    "rice:receiving": _read_receiving,
    "rice:handover": _read_handover,
    "rice:shipping": _read_shipping,
}
_TRANSFORMATION_READERS: dict[str, Callable[[TransformationEvent], AnyEvent]] = {
    "rice:drying": _read_drying,
    "rice:milling": _read_milling,
    "rice:packing": _read_packing,
}
_WRITERS: dict[type[AnyEvent], Callable[[Any], EpcisEvent]] = {
    Harvest: _write_harvest,
    Receiving: _write_receiving,
    Handover: _write_handover,
    Drying: _write_drying,
    Milling: _write_milling,
    Packing: _write_packing,
    Palletising: _write_palletising,
    Shipping: _write_shipping,
}


def _expect(event: AnyEpcisEvent, step: str, disposition: str, action: str | None = None) -> None:
    """Refuse a combination of EPCIS words that the profile does not give to this event."""
    said = (event.biz_step, event.disposition, getattr(event, "action", None))
    if said[:2] != (step, disposition) or (action is not None and said[2] != action):
        raise MalformedError("malformed_event", what=f"{event.cte} cannot be {said}")


def _given(value: T | UnsetType, name: str) -> T:
    if isinstance(value, UnsetType):
        raise MalformedError("malformed_event", what=f"{name} is missing")
    return value


def _only(values: tuple[T, ...] | UnsetType) -> T:
    if isinstance(values, UnsetType) or len(values) != 1:
        raise MalformedError("malformed_event", what="exactly one is needed in each list")
    return values[0]


def _mass(quantity: Quantity) -> Draw:
    if quantity.uom != "KGM" or quantity.quantity <= 0:
        raise MalformedError("malformed_event", what="a mass in KGM above zero is needed")
    return quantity.epc_class, epcis.grams(quantity.quantity)


def _masses(quantities: tuple[Quantity, ...]) -> tuple[Draw, ...]:
    return _lots_once(tuple(_mass(quantity) for quantity in quantities))


def _lots_once(draws: tuple[Draw, ...]) -> tuple[Draw, ...]:
    _distinct(tuple(lot for lot, _ in draws))
    return draws


def _distinct(names: tuple[str, ...]) -> tuple[str, ...]:
    if len(set(names)) != len(names):
        raise MalformedError("malformed_event", what="a lot or pallet stands twice in one list")
    return names


def _sscc(uri: str) -> str:
    if not gs1.is_sscc(uri.rpartition("/")[2]):
        raise MalformedError("malformed_event", what="an SSCC with a wrong check digit")
    return uri


def _in_order(first: str, last: str, name: str) -> None:
    if last < first:
        raise MalformedError("malformed_event", what=f"{name} is before {first}")


def _count(quantity: Quantity) -> Draw:
    whole = quantity.quantity == quantity.quantity.to_integral_value()
    if quantity.uom is not UNSET or not whole or quantity.quantity <= 0:
        raise MalformedError("malformed_event", what="a count of bags above zero is needed")
    return quantity.epc_class, int(quantity.quantity)


def _moisture(event: AnyEpcisEvent) -> int:
    elements = _given(event.sensor_element_list, "rice:grainMoisture")
    return epcis.tenths(_only(elements[0].sensor_report).value)


def _place(event: AnyEpcisEvent) -> str:
    return "" if isinstance(event.read_point, UnsetType) else event.read_point.id


def _paper(event: AnyEpcisEvent, kind: str) -> str:
    papers = () if isinstance(event.biz_transaction_list, UnsetType) else event.biz_transaction_list
    found = [paper.biz_transaction for paper in papers if paper.type == kind]
    if len(found) != 1:
        raise MalformedError("malformed_event", what=f"one document of type {kind} is needed")
    return found[0]


def _at(place: str) -> epcis.At | UnsetType:
    return epcis.At(id=place) if place else UNSET


def _destination(actor_did: str) -> tuple[Destination, ...]:
    return (Destination(type="possessing_party", destination=actor_did),)


def _kilograms(lot: str, mass_g: int) -> Quantity:
    return Quantity(epc_class=lot, quantity=epcis.kilograms(mass_g), uom="KGM")


def _bags(lot: str, bags: int) -> Quantity:
    return Quantity(epc_class=lot, quantity=Decimal(bags))


def _readings(*, moisture_ppt: int) -> tuple[SensorElement]:
    report = SensorReport(
        type="Dimensionless",
        value=Decimal(moisture_ppt) / 10,
        uom="P1",
        property="rice:grainMoisture",
    )
    return (SensorElement(sensor_report=(report,)),)
