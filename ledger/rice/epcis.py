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
from ledger.rice.terms import (
    CALENDAR_DAY,
    CLOCK_TIME,
    AreaCode,
    Count,
    Custody,
    Day,
    Digest,
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
Unit = Annotated[
    str,
    Meta(pattern=r"\A(?:https://id\.gs1\.org/00/[0-9]{18}|urn:epc:id:bic:[A-Z]{3}[UJZ][0-9]{7})\Z"),
]
"""A pallet by its SSCC, or a freight container by its BIC code (EPC Tag Data Standard 6.3.14)."""


class Closed(
    Struct, frozen=True, gc=False, forbid_unknown_fields=True, kw_only=True, rename="camel"
):
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


class SensorMetadata(Closed, frozen=True, kw_only=True):
    """Which instrument was read, and whether by a person."""

    device_id: Uri = field(name="deviceID")
    read_by: Literal["manual", "sensor"] = field(name="rice:readBy")


class SensorReport(Closed, frozen=True, kw_only=True, omit_defaults=True):
    """One reading: moisture of grain in per cent of mass, or water in cm from the soil surface."""

    type: Literal["Dimensionless", "Length"]
    value: Decimal
    uom: Literal["P1", "CMT"]
    property: Literal["rice:grainMoisture", "rice:waterLevel"] = field(name="rice:property")


class SensorElement(Closed, frozen=True, kw_only=True):
    """Readings taken together."""

    sensor_metadata: SensorMetadata | UnsetType = UNSET
    sensor_report: Annotated[tuple[SensorReport, ...], Meta(min_length=1, max_length=1)]


class Measure(Closed, frozen=True, kw_only=True):
    """A figure with its unit (UN/CEFACT Recommendation 20): kilograms, hectares, cubic metres."""

    value: Decimal = field(name="rice:value")
    unit: Literal["KGM", "HAR", "MTQ"] = field(name="rice:unitCode")


class ErrorDeclaration(Closed, frozen=True, kw_only=True):
    """That the event it stands in is wrong, and which events say how it was (EPCIS 7.4.1.2)."""

    declaration_time: EventTime
    reason: Literal["did_not_occur", "incorrect_data"]
    corrective_event_ids: Annotated[tuple[EventId, ...], Meta(max_length=16)] = field(
        name="correctiveEventIDs"
    )


class Ilmd(Closed, frozen=True, kw_only=True, omit_defaults=True):
    """Instance and lot master data: what is true of a lot from its birth."""

    variety: ShortText | UnsetType = field(name="rice:variety", default=UNSET)
    season: Season | UnsetType = field(name="rice:season", default=UNSET)
    area: AreaCode | UnsetType = field(name="rice:plantingAreaCode", default=UNSET)
    harvested_on: Day | UnsetType = field(name="rice:harvestEndDate", default=UNSET)
    packed_on: Day | UnsetType = field(name="rice:packDate", default=UNSET)
    best_before_on: Day | UnsetType = field(name="cbvmda:bestBeforeDate", default=UNSET)
    net_weight: Measure | UnsetType = field(name="rice:netWeight", default=UNSET)


class Loss(Closed, frozen=True, kw_only=True):
    """What a process lost, as stated."""

    quantity: Decimal = field(name="rice:quantity")
    uom: Literal["KGM"] = field(name="rice:uom")


class Diary(Closed, frozen=True, kw_only=True, omit_defaults=True):
    """A line of the farm diary: which area and season, and what was done there with what."""

    area: AreaCode = field(name="rice:plantingAreaCode")
    season: Season = field(name="rice:season")
    worked: Measure | UnsetType = field(name="rice:workedArea", default=UNSET)
    by_machine: bool | UnsetType = field(name="rice:byMachine", default=UNSET)
    variety: ShortText | UnsetType = field(name="rice:variety", default=UNSET)
    seed_class: ShortText | UnsetType = field(name="rice:seedClass", default=UNSET)
    product: ShortText | UnsetType = field(name="rice:inputName", default=UNSET)
    ingredient: ShortText | UnsetType = field(name="rice:activeIngredient", default=UNSET)
    composition: ShortText | UnsetType = field(name="rice:composition", default=UNSET)
    dose: ShortText | UnsetType = field(name="rice:dose", default=UNSET)
    wait_days: Annotated[int, Meta(ge=0, le=400)] | UnsetType = field(
        name="rice:preHarvestDays", default=UNSET
    )
    mass: Measure | UnsetType = field(name="rice:mass", default=UNSET)
    nitrogen: Measure | UnsetType = field(name="rice:nitrogen", default=UNSET)
    phosphate: Measure | UnsetType = field(name="rice:phosphate", default=UNSET)
    potash: Measure | UnsetType = field(name="rice:potash", default=UNSET)
    water: Measure | UnsetType = field(name="rice:water", default=UNSET)
    straw_of: Literal["crop_before", "this_crop"] | UnsetType = field(
        name="rice:strawOf", default=UNSET
    )
    collected: Measure | UnsetType = field(name="rice:collected", default=UNSET)
    buried_lt_30: Measure | UnsetType = field(name="rice:buriedUnder30Days", default=UNSET)
    buried_gt_30: Measure | UnsetType = field(name="rice:buriedOver30Days", default=UNSET)
    burned: Measure | UnsetType = field(name="rice:burned", default=UNSET)
    bought: Measure | UnsetType = field(name="rice:bought", default=UNSET)
    returned: Measure | UnsetType = field(name="rice:returned", default=UNSET)


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
    error_declaration: ErrorDeclaration | UnsetType = UNSET


class ObjectEvent(EpcisEvent, frozen=True, kw_only=True, tag="ObjectEvent"):
    """Something happened to lots, pallets or land as they are (EPCIS 7.4.2)."""

    action: Literal["ADD", "OBSERVE", "DELETE"]
    epc_list: Annotated[tuple[Unit, ...], Meta(max_length=200)] | UnsetType = UNSET
    quantity_list: Annotated[tuple[Quantity, ...], Meta(max_length=200)] | UnsetType = UNSET
    ilmd: Ilmd | UnsetType = UNSET
    diary: Diary | UnsetType = field(name="rice:diary", default=UNSET)
    country: Annotated[str, Meta(pattern=r"\A[A-Z]{2}\Z")] | UnsetType = field(
        name="rice:destinationCountry", default=UNSET
    )
    carrier: Uri | UnsetType = field(name="rice:carriedBy", default=UNSET)
    vehicle: Literal["truck", "boat"] | UnsetType = field(name="rice:vehicle", default=UNSET)
    report: Digest | UnsetType = field(name="rice:report", default=UNSET)
    reason: (
        Literal["damaged", "refused", "unsold", "recalled", "spoiled", "contaminated"] | UnsetType
    ) = field(name="rice:reason", default=UNSET)
    counted: Count | UnsetType = field(name="rice:countedBags", default=UNSET)


class TransformationEvent(EpcisEvent, frozen=True, kw_only=True, tag="TransformationEvent"):
    """Lots become other lots (EPCIS 7.4.6); there is no action."""

    input_quantity_list: Annotated[tuple[Quantity, ...], Meta(min_length=1, max_length=400)]
    output_quantity_list: Annotated[tuple[Quantity, ...], Meta(min_length=1, max_length=16)]
    ilmd: Ilmd | UnsetType = UNSET
    certification_info: Annotated[tuple[Uri, ...], Meta(max_length=4)] | UnsetType = UNSET
    custody: Custody | UnsetType = field(name="rice:custodyModel", default=UNSET)
    loss: Loss | UnsetType = field(name="rice:processLoss", default=UNSET)
    order: Literal["mixed", "first_in", "last_in"] | UnsetType = field(
        name="rice:drawingOrder", default=UNSET
    )


class AggregationEvent(EpcisEvent, frozen=True, kw_only=True, tag="AggregationEvent"):
    """Bags go onto a pallet, pallets and bags into a container, or out again (EPCIS 7.4.3)."""

    action: Literal["ADD", "DELETE"]
    parent_id: Unit = field(name="parentID")
    child_epcs: Annotated[tuple[Unit, ...], Meta(max_length=200)] | UnsetType = field(
        name="childEPCs", default=UNSET
    )
    child_quantity_list: Annotated[tuple[Quantity, ...], Meta(max_length=200)] | UnsetType = UNSET
    seal: ShortText | UnsetType = field(name="rice:seal", default=UNSET)


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
    return whole(quantity * 1000, 0, 10**15, f"a whole number of grams: {quantity} kg")


def tenths(value: Decimal, highest: int = 400) -> int:
    """Return a percentage as parts per thousand; finer than 0.1 % is refused."""
    return whole(value * 10, 0, highest, f"a moisture: {value} %")


def whole(value: Decimal, lowest: int, highest: int, what: str) -> int:
    """Return a figure that is a whole number within bounds, or refuse it."""
    if value != value.to_integral_value() or not lowest <= value <= highest:
        raise MalformedError("malformed_event", what=f"not {what}")
    return int(value)
