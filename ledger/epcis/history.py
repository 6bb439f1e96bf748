"""The history of a lot as an EPCIS document with master data, for partners who keep their own.

The header explains every name the events use, as far as this ledger knows it: goods, parties,
places, planting areas (CBV 2.0 sections 9 and 10).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from msgspec import Raw, json

from ledger.epcis.facets import GROWN, WORKED, facets_of
from ledger.epcis.ports import shown
from ledger.errors import LedgerError
from ledger.rice.digital_link import format_identity, parse_digital_link
from ledger.rice.epcis import CONTEXT
from ledger.rice.facts import Actor, Area, Did, Facts, Product, find

_VOCABULARY = "urn:epcglobal:epcis:vtype:"
GOODS, PARTY, LOCATION = (f"{_VOCABULARY}{name}" for name in ("EPCClass", "Party", "Location"))
AREA = "rice:PlantingArea"

Element = dict[str, Any]


class Recorded(NamedTuple):
    """An event as it was signed, and when the log recorded it."""

    payload: bytes
    recorded: str


def history_document(events: Sequence[Recorded], facts: Facts, at: str) -> bytes:
    """Return events, oldest first, as a document, with what is known of the names in them."""
    header = {"epcisMasterData": {"vocabularyList": _vocabularies(events, facts)}}
    return json.encode(
        {
            "@context": CONTEXT,
            "type": "EPCISDocument",
            "schemaVersion": "2.0",
            "creationDate": at,
            "epcisHeader": header,
            "epcisBody": {"eventList": [Raw(shown(*one)) for one in events]},
        }
    )


def _vocabularies(events: Sequence[Recorded], facts: Facts) -> list[dict[str, Any]]:
    lots: set[str] = set()
    parties: set[str] = set()
    places: set[str] = set()
    areas: set[str] = set()
    for event in events:
        facets = facets_of(event.payload)
        lots |= {name for kind, name in facets.keys if kind.lower().endswith("quantitylist")}
        parties |= {
            name for kind, name in facets.keys if kind.startswith(("source_", "destination_"))
        }
        places |= {facets.read_point, facets.location} - {""}
        areas |= {name.partition("/")[0] for kind, name in facets.keys if kind in {GROWN, WORKED}}
    return [
        {"type": kind, "vocabularyElementList": elements}
        for kind, elements in (
            (GOODS, _goods(lots, facts)),
            (PARTY, [_party(name, facts) for name in sorted(parties)]),
            (LOCATION, [_element(name) for name in sorted(places)]),
            (AREA, [_area(code, facts) for code in sorted(areas)]),
        )
        if elements
    ]


def _goods(lots: Iterable[str], facts: Facts) -> list[Element]:
    """Return the goods that lots are of, each with its lots below it."""
    of: dict[str, list[str]] = {}
    for lot in sorted(lots):
        of.setdefault(_gtin(lot), []).append(lot)
    elements = []
    for gtin, children in sorted(of.items()):
        known = find(facts, Product, f"product:{gtin}")
        attributes: dict[str, str | Decimal] = {}
        if known is not None:
            attributes = {
                "cbvmda:descriptionShort": known.name.en,
                "rice:nameVi": known.name.vi,
                "rice:form": known.form,
                "rice:variety": known.variety,
                "rice:grade": known.grade,
            }
            if known.bag_g:
                attributes["rice:netWeightKilograms"] = Decimal(known.bag_g) / 1000
        name = format_identity(("01", gtin)) if gtin else children[0]
        elements.append({**_element(name, **attributes), "children": children})
    return elements


def _gtin(lot: str) -> str:
    try:
        return parse_digital_link(lot).get("01") or ""
    except LedgerError:
        return ""


def _party(did: str, facts: Facts) -> Element:
    known = find(facts, Did, f"did:{did}")
    actor = find(facts, Actor, f"actor:{known.actor}") if known else None
    if actor is None:
        return _element(did)
    attributes = {
        "cbvmda:name": actor.name.en,
        "rice:nameVi": actor.name.vi,
        "rice:gln": actor.gln,
        "rice:roles": " ".join(sorted({one.role for one in actor.roles if not one.ended_on})),
    }
    return _element(did, **attributes)


def _area(code: str, facts: Facts) -> Element:
    known = find(facts, Area, f"area:{code}")
    attributes: dict[str, str | Decimal] = {"rice:plantingAreaCode": code}
    if known is not None:
        attributes |= {
            "rice:commune": known.commune,
            "rice:hectares": Decimal(known.area_m2) / 10_000,
        }
    return _element(f"rice:area/{code}", **attributes)


def _element(name: str, **attributes: str | Decimal) -> Element:
    told = [
        {"id": key, "attribute": str(value) if isinstance(value, str) else float(value)}
        for key, value in attributes.items()
        if value != ""
    ]
    return {"id": name, "attributes": told} if told else {"id": name}
