"""How one thing an event says is spelled in EPCIS, and read back: the parts `profile` is made of.

A member joins fields of a record of `events` to one attribute of an EPCIS event (`of`; ``ilmd.``
and ``diary.`` before it name an attribute of that part). What a member is not given is refused;
what no member of an event speaks of has to be absent, which `profile.read_event` makes sure of.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any, NamedTuple, TypeVar

from msgspec import UNSET, UnsetType

from ledger.errors import MalformedError
from ledger.rice import epcis, gs1
from ledger.rice.epcis import (
    Destination,
    Measure,
    Paper,
    Quantity,
    SensorElement,
    SensorMetadata,
    SensorReport,
    Source,
)
from ledger.rice.events import Draw

T = TypeVar("T")
_CONTAINER = "urn:epc:id:bic:"
_PALLET = "https://id.gs1.org/00/"
_LEVEL_MAX_CM = 500


class Member(NamedTuple):
    """Fields of a record, the attribute that spells them, and how it is read and written."""

    fields: tuple[str, ...]
    of: str
    read: Callable[[Any], tuple[Any, ...]]
    write: Callable[..., Any]


def plain(name: str, of: str) -> Member:
    """Return a member that stands as it is."""
    return Member((name,), of, lambda value: (given(value, of),), lambda value: value)


def optional(name: str, of: str) -> Member:
    """Return a member whose absence is said by an empty text."""
    return Member(
        (name,),
        of,
        lambda value: ("" if isinstance(value, UnsetType) else value,),
        lambda value: value or UNSET,
    )


def measured_g(name: str, of: str) -> Member:
    """Return grams that stand as kilograms."""
    return Member(
        (name,),
        of,
        lambda value: (epcis.grams(_figure(value, of, "KGM")),),
        lambda mass_g: Measure(value=epcis.kilograms(mass_g), unit="KGM"),
    )


def measured_m2(name: str, of: str) -> Member:
    """Return square metres that stand as hectares."""
    return Member(
        (name,),
        of,
        lambda value: (
            epcis.whole(_figure(value, of, "HAR") * 10_000, 1, 10**11, "whole square metres"),
        ),
        lambda area_m2: Measure(value=Decimal(area_m2) / 10_000, unit="HAR"),
    )


def measured_l(name: str, of: str) -> Member:
    """Return litres that stand as cubic metres."""
    return Member(
        (name,),
        of,
        lambda value: (epcis.whole(_figure(value, of, "MTQ") * 1000, 0, 10**15, "whole litres"),),
        lambda litres: Measure(value=Decimal(litres) / 1000, unit="MTQ"),
    )


def given(value: T | UnsetType, name: str) -> T:
    """Return a value that has to be there."""
    if isinstance(value, UnsetType):
        raise MalformedError("malformed_event", what=f"{name} is missing")
    return value


def only(values: tuple[T, ...] | UnsetType, name: str) -> T:
    """Return the one value of a list."""
    if isinstance(values, UnsetType) or len(values) != 1:
        raise MalformedError("malformed_event", what=f"exactly one {name} is needed")
    return values[0]


def listed(values: tuple[T, ...] | UnsetType) -> tuple[T, ...]:
    """Return the values of a list that may be absent; where it stands it holds something."""
    if isinstance(values, UnsetType):
        return ()
    if not values:
        raise MalformedError("malformed_event", what="an empty list")
    return values


def distinct(names: tuple[str, ...]) -> tuple[str, ...]:
    """Return names none of which stands twice."""
    if len(set(names)) != len(names):
        raise MalformedError("malformed_event", what="something stands twice in one list")
    return names


def _figure(value: Measure | UnsetType, of: str, unit: str) -> Decimal:
    measure = given(value, of)
    if measure.unit != unit:
        raise MalformedError("malformed_event", what=f"{of} is in {measure.unit}, not {unit}")
    return measure.value


def _mass(quantity: Quantity) -> Draw:
    if quantity.uom != "KGM" or quantity.quantity <= 0:
        raise MalformedError("malformed_event", what="a mass in KGM above zero is needed")
    return quantity.epc_class, epcis.grams(quantity.quantity)


def _count(quantity: Quantity) -> Draw:
    if quantity.uom is not UNSET:
        raise MalformedError("malformed_event", what="a count of bags has no unit")
    return quantity.epc_class, epcis.whole(quantity.quantity, 1, 10**9, "a count of bags")


def _draws(quantities: tuple[Quantity, ...], each: Callable[[Quantity], Draw]) -> tuple[Draw, ...]:
    draws = tuple(each(quantity) for quantity in quantities)
    distinct(tuple(lot for lot, _ in draws))
    return draws


def _kilograms(lot: str, mass_g: int) -> Quantity:
    return Quantity(epc_class=lot, quantity=epcis.kilograms(mass_g), uom="KGM")


def _bags(lot: str, bags: int) -> Quantity:
    return Quantity(epc_class=lot, quantity=Decimal(bags))


def _amount(quantity: Quantity) -> tuple[str, int, int]:
    """Return a lot with grams, or with bags where there is no unit."""
    if quantity.uom is UNSET:
        lot, bags = _count(quantity)
        return lot, 0, bags
    return *_mass(quantity), 0


def _write_amount(lot: str, mass_g: int, bags: int) -> tuple[Quantity]:
    return (_kilograms(lot, mass_g) if mass_g else _bags(lot, bags),)


def pallet(uri: str) -> str:
    """Return the URI of a pallet, or refuse it."""
    if not uri.startswith(_PALLET) or not gs1.is_sscc(uri.removeprefix(_PALLET)):
        raise MalformedError("malformed_event", what="a pallet is an SSCC with its check digit")
    return uri


def container(uri: str) -> str:
    """Return the number of a container by its URI, or refuse it."""
    number = uri.removeprefix(_CONTAINER)
    if not uri.startswith(_CONTAINER) or not gs1.is_container(number):
        raise MalformedError(
            "malformed_event", what="a container is a BIC code with its check digit"
        )
    return number


def unit(uri: str) -> str:
    """Return the URI of a pallet or container, or refuse it."""
    if uri.startswith(_CONTAINER):
        container(uri)
        return uri
    return pallet(uri)


def container_uri(number: str) -> str:
    """Return how events name a container."""
    return _CONTAINER + number


def pallet_uri(sscc: str) -> str:
    """Return how events name a pallet."""
    return _PALLET + sscc


def _moisture(elements: tuple[SensorElement, ...] | UnsetType) -> int:
    element = only(elements, "rice:grainMoisture")
    report = element.sensor_report[0]
    spelled = (report.type, report.uom, report.property, element.sensor_metadata)
    if spelled != ("Dimensionless", "P1", "rice:grainMoisture", UNSET):
        raise MalformedError("malformed_event", what="the moisture of the grain is needed")
    return epcis.tenths(report.value)


def _write_moisture(moisture_ppt: int) -> tuple[SensorElement]:
    report = SensorReport(
        type="Dimensionless",
        value=Decimal(moisture_ppt) / 10,
        uom="P1",
        property="rice:grainMoisture",
    )
    return (SensorElement(sensor_report=(report,)),)


def _level(elements: tuple[SensorElement, ...] | UnsetType) -> tuple[str, int, str]:
    element = only(elements, "rice:waterLevel")
    metadata = given(element.sensor_metadata, "sensorMetadata")
    report = element.sensor_report[0]
    if (report.type, report.uom, report.property) != ("Length", "CMT", "rice:waterLevel"):
        raise MalformedError("malformed_event", what="a water level in cm is needed")
    highest = _LEVEL_MAX_CM * 10
    level_mm = epcis.whole(report.value * 10, -highest, highest, "a water level in whole mm")
    return metadata.device_id, level_mm, metadata.read_by


def _write_level(tube: str, level_mm: int, source: str) -> tuple[SensorElement]:
    report = SensorReport(
        type="Length", value=Decimal(level_mm) / 10, uom="CMT", property="rice:waterLevel"
    )
    metadata = SensorMetadata(device_id=tube, read_by=source)  # type: ignore[arg-type]
    return (SensorElement(sensor_metadata=metadata, sensor_report=(report,)),)


def _read_papers(papers: tuple[Paper, ...] | UnsetType) -> tuple[tuple[str, str], ...]:
    return tuple((paper.type, paper.biz_transaction) for paper in listed(papers))


def _write_papers(papers: tuple[tuple[str, str], ...]) -> tuple[Paper, ...] | UnsetType:
    return (
        tuple(Paper(type=kind, biz_transaction=uri) for kind, uri in papers)  # type: ignore[arg-type]
        or UNSET
    )


def paper(name: str, kind: str) -> Member:
    """Return the one document of a kind that an event names."""

    def read(papers: tuple[Paper, ...] | UnsetType) -> tuple[str]:
        found = only(papers, f"document of type {kind}")
        if found.type != kind:
            raise MalformedError("malformed_event", what=f"a document of type {kind} is needed")
        return (found.biz_transaction,)

    return Member((name,), "biz_transaction_list", read, lambda uri: _write_papers(((kind, uri),)))


def inputs(each: Callable[[Quantity], Draw], write: Callable[[str, int], Quantity]) -> Member:
    """Return the lots a transformation takes from."""
    return Member(
        ("inputs",),
        "input_quantity_list",
        lambda value: (_draws(value, each),),
        lambda draws: tuple(write(*draw) for draw in draws),
    )


def _one(of: str, each: Callable[[Quantity], Draw], write: Callable[[str, int], Quantity]) -> Any:  # noqa: ANN401
    """Return how one lot of a list is read and written."""
    return (
        of,
        lambda value: each(only(value, "lot")),
        lambda lot, amount: (write(lot, amount),),
    )


def _consigned(value: tuple[Destination, ...] | UnsetType) -> tuple[str]:
    found = only(value, "destination")
    if found.type != "possessing_party":
        raise MalformedError("malformed_event", what="a possessing_party is needed")
    return (found.destination,)


def _write_consigned(did: str) -> tuple[Destination]:
    return (Destination(type="possessing_party", destination=did),)


def _from(value: tuple[Source, ...] | UnsetType) -> tuple[str]:
    found = only(value, "source")
    if found.type != "possessing_party":
        raise MalformedError("malformed_event", what="a possessing_party is needed")
    return (found.source,)


def _names(each: Callable[[str], str]) -> Callable[[Any], tuple[tuple[str, ...]]]:
    return lambda value: (distinct(tuple(each(uri) for uri in listed(value))),)


LOT = Member(("lot", "mass_g"), *_one("quantity_list", _mass, _kilograms))
AMOUNT = Member(
    ("lot", "mass_g", "bags"),
    "quantity_list",
    lambda value: _amount(only(value, "lot")),
    _write_amount,
)
LOTS = Member(
    ("lots",),
    "quantity_list",
    lambda value: (_draws(listed(value), _mass),),
    lambda draws: tuple(_kilograms(*draw) for draw in draws) or UNSET,
)
INPUTS = inputs(_mass, _kilograms)
OPENED = inputs(_count, _bags)
OUTPUTS = Member(
    ("outputs",),
    "output_quantity_list",
    lambda value: (_draws(value, _mass),),
    lambda draws: tuple(_kilograms(*draw) for draw in draws),
)
MADE = Member(("lot", "mass_g"), *_one("output_quantity_list", _mass, _kilograms))
FILLED = Member(("lot", "bags"), *_one("output_quantity_list", _count, _bags))
STACKED = Member(("lot", "bags"), *_one("child_quantity_list", _count, _bags))
LOOSE = Member(
    ("bags",),
    "child_quantity_list",
    lambda value: (_draws(listed(value), _count),),
    lambda draws: tuple(_bags(*draw) for draw in draws) or UNSET,
)
PALLET = Member(("pallet",), "parent_id", lambda uri: (pallet(uri),), lambda uri: uri)
PALLETS_IN = Member(("pallets",), "child_epcs", _names(pallet), lambda uris: uris or UNSET)
PALLETS = Member(("pallets",), "epc_list", _names(pallet), lambda uris: uris or UNSET)
PALLETS_SENT = Member(
    ("pallets",),
    "epc_list",
    lambda value: _names(pallet)(given(value, "epcList")),
    lambda uris: uris,
)
UNITS = Member(
    ("units",), "epc_list", lambda value: _names(unit)(given(value, "epcList")), lambda uris: uris
)
LOADED = Member(("container",), "parent_id", lambda uri: (container(uri),), container_uri)
SENT = Member(
    ("container",),
    "epc_list",
    lambda value: (container(only(value, "container")),),
    lambda number: (container_uri(number),),
)
NOTHING = Member(
    (), "epc_list", lambda value: () if value == () else (only(UNSET, "epcList"),), lambda: ()
)
"""An event about land speaks of no goods; EPCIS wants the empty list (7.4.2)."""

MOISTURE = Member(
    ("moisture_ppt",),
    "sensor_element_list",
    lambda value: (_moisture(value),),
    _write_moisture,
)
LEVEL = Member(("tube", "level_mm", "source"), "sensor_element_list", _level, _write_level)
CONSIGNED = Member(("consigned_to",), "destination_list", _consigned, _write_consigned)
PERHAPS_CONSIGNED = Member(
    ("consigned_to",),
    "destination_list",
    lambda value: ("",) if isinstance(value, UnsetType) else _consigned(value),
    lambda did: _write_consigned(did) if did else UNSET,
)
FROM = Member(
    ("handed_over_by",),
    "source_list",
    _from,
    lambda did: (Source(type="possessing_party", source=did),),
)
PAPERS = Member(
    ("papers",), "biz_transaction_list", lambda value: (_read_papers(value),), _write_papers
)
CONTRACT = Member(
    ("contract",),
    "biz_transaction_list",
    lambda value: ("",) if isinstance(value, UnsetType) else paper("contract", "po").read(value),
    lambda uri: _write_papers((("po", uri),)) if uri else UNSET,
)
GRANT = Member(
    ("grant",),
    "certification_info",
    lambda value: ("" if isinstance(value, UnsetType) else only(value, "certificationInfo"),),
    lambda uri: (uri,) if uri else UNSET,
)
LOSS = Member(
    ("loss_g",),
    "loss",
    lambda value: (epcis.grams(given(value, "rice:processLoss").quantity),),
    lambda mass_g: epcis.Loss(quantity=epcis.kilograms(mass_g), uom="KGM"),
)
