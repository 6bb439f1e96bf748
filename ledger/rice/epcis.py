"""The shapes of EPCIS 2.0.1 JSON that this ledger reads and writes (GS1 EPCIS 2.0.1, section 10).

Closed records for the three event types the chain of custody uses. Quantities are kilograms with
at most three decimals, so that they are whole grams; counts carry no unit. Nothing here knows what
an event means for a lot: that is `events`'.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal

from msgspec import UNSET, Meta, Struct, UnsetType, ValidationError, field, json

from ledger.errors import MalformedError
from ledger.log import encoding
from ledger.rice.acts import (
    CALENDAR_DAY,
    CLOCK_TIME,
    AreaCode,
    Custody,
    Day,
    LotUri,
    Season,
    ShortText,
    Uri,
)

CONTEXT = (
    "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",
    {"rice": "https://ns.rice.example/rice/v1/"},
)

EventId = Annotated[
    str,
    Meta(pattern=r"\Aurn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\Z"),
]
EventTime = Annotated[str, Meta(pattern=rf"\A{CALENDAR_DAY}T{CLOCK_TIME}\+07:00\Z")]
Sscc = Annotated[str, Meta(pattern=r"\Ahttps://id\.gs1\.org/00/[0-9]{18}\Z")]


class Closed(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, rename="camel"):
    """A record with no room for anything else; members are spelled as in EPCIS."""


class Quantity(Closed, frozen=True, kw_only=True):
    """How much of a lot: kilograms, or a count where there is no unit."""

    epc_class: LotUri
    quantity: Decimal
    uom: Literal["KGM"] | UnsetType = UNSET


class At(Closed, frozen=True, kw_only=True):
    """A place."""

    id: Uri


class Source(Closed, frozen=True, kw_only=True):
    """Who had it before."""

    type: Literal["owning_party", "possessing_party"]
    source: Uri


class Destination(Closed, frozen=True, kw_only=True):
    """Who is to have it next."""

    type: Literal["owning_party", "possessing_party"]
    destination: Uri


class Paper(Closed, frozen=True, kw_only=True):
    """A business document the event belongs to."""

    type: Literal["po", "inv", "bol", "cert", "recadv", "desadv", "testres"]
    biz_transaction: Uri


class SensorReport(Closed, frozen=True, kw_only=True):
    """One reading; here always the moisture of the grain, per cent of mass, wet basis."""

    type: Literal["Dimensionless"]
    value: Decimal
    uom: Literal["P1"]
    property: Literal["rice:grainMoisture"] = field(name="rice:property")


class SensorElement(Closed, frozen=True, kw_only=True):
    """Readings taken together."""

    sensor_report: tuple[SensorReport, ...]


class NetWeight(Closed, frozen=True, kw_only=True):
    """Net mass of one bag."""

    value: Decimal = field(name="rice:value")
    unit: Literal["KGM"] = field(name="rice:unitCode")


class Ilmd(Closed, frozen=True, kw_only=True, omit_defaults=True):
    """Instance and lot master data: what is true of a lot from its birth."""

    variety: ShortText | UnsetType = field(name="rice:variety", default=UNSET)
    season: Season | UnsetType = field(name="rice:season", default=UNSET)
    area: AreaCode | UnsetType = field(name="rice:plantingAreaCode", default=UNSET)
    harvested_on: Day | UnsetType = field(name="rice:harvestEndDate", default=UNSET)
    packed_on: Day | UnsetType = field(name="rice:packDate", default=UNSET)
    best_before_on: Day | UnsetType = field(name="cbvmda:bestBeforeDate", default=UNSET)
    net_weight: NetWeight | UnsetType = field(name="rice:netWeight", default=UNSET)


class Loss(Closed, frozen=True, kw_only=True):
    """What a process lost, as stated."""

    quantity: Decimal = field(name="rice:quantity")
    uom: Literal["KGM"] = field(name="rice:uom")


class EpcisEvent(Closed, frozen=True, kw_only=True, tag_field="type"):
    """What all events have."""

    context: tuple[str, dict[str, str]] = field(name="@context", default=CONTEXT)
    event_id: EventId = field(name="eventID")
    event_time: EventTime
    event_time_zone_offset: Literal["+07:00"] = "+07:00"
    biz_step: ShortText
    disposition: ShortText | UnsetType = UNSET
    cte: ShortText = field(name="rice:cte")
    read_point: At | UnsetType = UNSET
    source_list: Annotated[tuple[Source, ...], Meta(max_length=4)] | UnsetType = UNSET
    destination_list: Annotated[tuple[Destination, ...], Meta(max_length=4)] | UnsetType = UNSET
    biz_transaction_list: Annotated[tuple[Paper, ...], Meta(max_length=16)] | UnsetType = UNSET
    sensor_element_list: (
        Annotated[tuple[SensorElement, ...], Meta(min_length=1, max_length=1)] | UnsetType
    ) = UNSET


class ObjectEvent(EpcisEvent, frozen=True, kw_only=True, tag="ObjectEvent"):
    """Something happened to lots or pallets as they are (EPCIS 7.4.2)."""

    action: Literal["ADD", "OBSERVE"]
    epc_list: Annotated[tuple[Sscc, ...], Meta(max_length=200)] | UnsetType = UNSET
    quantity_list: Annotated[tuple[Quantity, ...], Meta(max_length=200)] | UnsetType = UNSET
    ilmd: Ilmd | UnsetType = UNSET
    container: ShortText | UnsetType = field(name="rice:container", default=UNSET)
    seal: ShortText | UnsetType = field(name="rice:seal", default=UNSET)
    country: Annotated[str, Meta(pattern=r"\A[A-Z]{2}\Z")] | UnsetType = field(
        name="rice:destinationCountry", default=UNSET
    )


class TransformationEvent(EpcisEvent, frozen=True, kw_only=True, tag="TransformationEvent"):
    """Lots become other lots (EPCIS 7.4.6); there is no action."""

    input_quantity_list: Annotated[tuple[Quantity, ...], Meta(min_length=1, max_length=400)]
    output_quantity_list: Annotated[tuple[Quantity, ...], Meta(min_length=1, max_length=16)]
    ilmd: Ilmd | UnsetType = UNSET
    certification_info: Annotated[tuple[Uri, ...], Meta(max_length=4)] | UnsetType = UNSET
    custody: Custody | UnsetType = field(name="rice:custodyModel", default=UNSET)
    loss: Loss | UnsetType = field(name="rice:processLoss", default=UNSET)


class AggregationEvent(EpcisEvent, frozen=True, kw_only=True, tag="AggregationEvent"):
    """Bags go onto a pallet (EPCIS 7.4.3)."""

    action: Literal["ADD"]
    parent_id: Sscc = field(name="parentID")
    child_quantity_list: Annotated[tuple[Quantity, ...], Meta(min_length=1, max_length=1)]


AnyEpcisEvent = ObjectEvent | TransformationEvent | AggregationEvent

_decoder: json.Decoder[AnyEpcisEvent] = json.Decoder(AnyEpcisEvent)
_encoder = json.Encoder(order="sorted", decimal_format="number")


def read_epcis(payload: bytes) -> AnyEpcisEvent:
    """Return the EPCIS event a payload spells, or refuse it."""
    encoding.check_canonical(payload)
    try:
        event = _decoder.decode(payload)
    except ValidationError as error:
        raise MalformedError("malformed_event", what=str(error)) from error
    if event.context != CONTEXT:
        raise MalformedError("malformed_event", what="@context is not the one of this profile")
    return event


def write_epcis(event: EpcisEvent) -> bytes:
    """Return the canonical payload of an event."""
    return _encoder.encode(event)


def kilograms(mass_g: int) -> Decimal:
    """Return grams as the kilograms an event spells."""
    return Decimal(mass_g) / 1000  # a quotient has no zeros at its end and no exponent


def grams(quantity: Decimal) -> int:
    """Return kilograms as whole grams; finer than a gram is refused."""
    mass_g = quantity * 1000
    if mass_g != mass_g.to_integral_value() or not 0 <= mass_g <= 10**15:
        raise MalformedError("malformed_event", what=f"not a whole number of grams: {quantity} kg")
    return int(mass_g)


MOISTURE_MAX_PPT = 400


def tenths(value: Decimal) -> int:
    """Return a percentage as parts per thousand; finer than 0.1 % is refused."""
    share_ppt = value * 10
    if share_ppt != share_ppt.to_integral_value() or not 0 <= share_ppt <= MOISTURE_MAX_PPT:
        raise MalformedError("malformed_event", what=f"not a moisture: {value} %")
    return int(share_ppt)
