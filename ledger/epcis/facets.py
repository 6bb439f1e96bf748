"""What an event can be found by: the members that queries ask for, read from its payload.

Only JSON members are looked at, never what they mean, so every event of every profile has facets.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from msgspec import Struct, field, json

from ledger.log import encoding

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

Key = tuple[str, str]
"""The list a name stands in, and the name."""
GROWN, WORKED = "grownOn", "workedOn"
"""Lists of our own: on which area, in which season, a lot was grown or work was done."""


class Facets(Struct, frozen=True):
    """What is asked for by its value, and under which names the event is found."""

    event_id: str
    is_declaration: bool
    type: str
    action: str
    step: str
    disposition: str
    read_point: str
    location: str
    transformation: str
    happened_ms: int
    keys: frozenset[Key]


class _Place(Struct, frozen=True):
    id: str


class _Quantity(Struct, frozen=True, rename="camel"):
    epc_class: str


class _Paper(Struct, frozen=True, rename="camel"):
    biz_transaction: str
    type: str = ""


class _Party(Struct, frozen=True):
    type: str = ""
    source: str = ""
    destination: str = ""


class _Land(Struct, frozen=True):
    area: str = field(name="rice:plantingAreaCode", default="")
    season: str = field(name="rice:season", default="")


class _Declaration(Struct, frozen=True):
    """That there is one is all that is looked at."""


class _Event(Struct, frozen=True, rename="camel"):
    """The members looked at; all others are passed over."""

    type: str
    event_time: str
    event_id: str = field(name="eventID")
    error_declaration: _Declaration | None = None
    action: str = ""
    biz_step: str = ""
    disposition: str = ""
    read_point: _Place | None = None
    biz_location: _Place | None = None
    transformation_id: str = field(name="transformationID", default="")
    parent_id: str = field(name="parentID", default="")
    epc_list: tuple[str, ...] = ()
    child_epcs: tuple[str, ...] = field(name="childEPCs", default=())
    input_epc_list: tuple[str, ...] = field(name="inputEPCList", default=())
    output_epc_list: tuple[str, ...] = field(name="outputEPCList", default=())
    quantity_list: tuple[_Quantity, ...] = ()
    child_quantity_list: tuple[_Quantity, ...] = ()
    input_quantity_list: tuple[_Quantity, ...] = ()
    output_quantity_list: tuple[_Quantity, ...] = ()
    biz_transaction_list: tuple[_Paper, ...] = ()
    source_list: tuple[_Party, ...] = ()
    destination_list: tuple[_Party, ...] = ()
    ilmd: _Land = _Land()
    diary: _Land = field(name="rice:diary", default=_Land())


_decoder = json.Decoder(_Event)


def facets_of(payload: bytes) -> Facets:
    """Return the facets of an event of this ledger."""
    event = _decoder.decode(payload)
    return Facets(
        event_id=event.event_id,
        is_declaration=event.error_declaration is not None,
        type=event.type,
        action=event.action,
        step=event.biz_step,
        disposition=event.disposition,
        read_point=event.read_point.id if event.read_point else "",
        location=event.biz_location.id if event.biz_location else "",
        transformation=event.transformation_id,
        happened_ms=milliseconds(encoding.parse_instant(event.event_time)),
        keys=frozenset(_keys(event)),
    )


def milliseconds(moment: datetime) -> int:
    """Return a moment as whole milliseconds since 1970, cut off."""
    return (moment - _EPOCH) // timedelta(milliseconds=1)


def _keys(event: _Event) -> Iterator[Key]:
    if event.parent_id:
        yield "parentID", event.parent_id
    for kind, names in (
        ("epcList", event.epc_list),
        ("childEPCs", event.child_epcs),
        ("inputEPCList", event.input_epc_list),
        ("outputEPCList", event.output_epc_list),
    ):
        for name in names:
            yield kind, name
    for kind, quantities in (
        ("quantityList", event.quantity_list),
        ("childQuantityList", event.child_quantity_list),
        ("inputQuantityList", event.input_quantity_list),
        ("outputQuantityList", event.output_quantity_list),
    ):
        for quantity in quantities:
            yield kind, quantity.epc_class
    for paper in event.biz_transaction_list:
        yield f"bizTransaction_{paper.type}", paper.biz_transaction
    for party in event.source_list:
        yield f"source_{party.type}", party.source
    for party in event.destination_list:
        yield f"destination_{party.type}", party.destination
    if event.ilmd.area:
        yield GROWN, f"{event.ilmd.area}/{event.ilmd.season}"
    if event.diary.area:
        yield WORKED, f"{event.diary.area}/{event.diary.season}"
