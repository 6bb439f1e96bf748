"""What a partner's system says: receivings at the mill, spelled as such systems spell them."""

from __future__ import annotations

import time
from typing import Any

import httpx

from ledger.epcis.prefixes import OWN
from tests.small_season import PADDY

CONTEXT = ["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld", dict(OWN)]
Event = dict[str, Any]


def receiving(number: int, **members: Any) -> Event:  # noqa: ANN401
    """Return the mill's weighing of a lot, without a name of its own."""
    event: Event = {
        "type": "ObjectEvent",
        "eventTime": f"2026-03-01T02:{number % 60:02}:00.000Z",
        "eventTimeZoneOffset": "+07:00",
        "action": "OBSERVE",
        "bizStep": "https://ref.gs1.org/cbv/BizStep-receiving",
        "disposition": "in_progress",
        "quantityList": [
            {
                "epcClass": f"urn:epc:class:lgtin:{PADDY[1:8]}.{PADDY[0]}{PADDY[8:13]}.L{number}",
                "quantity": 1000,
                "uom": "KGM",
            }
        ],
        "sourceList": [
            {"type": "possessing_party", "source": "did:web:demo.rice.example:actors:htx"}
        ],
        "bizTransactionList": [{"type": "recadv", "bizTransaction": f"urn:ticket:{number}"}],
        "sensorElementList": [
            {
                "sensorReport": [
                    {
                        "type": "Dimensionless",
                        "value": 25.0,
                        "uom": "P1",
                        "rice:property": "rice:grainMoisture",
                    }
                ]
            }
        ],
        "rice:cte": "rice:receiving",
    }
    return {**event, **members}


def document(*events: Event) -> dict[str, Any]:
    """Return events as a document."""
    return {
        "@context": CONTEXT,
        "type": "EPCISDocument",
        "schemaVersion": "2.0",
        "creationDate": "2026-03-22T15:00:00+07:00",
        "epcisBody": {"eventList": list(events)},
    }


def alone(event: Event) -> Event:
    """Return an event that stands by itself."""
    return {"@context": CONTEXT, **event}


def outcome(client: httpx.Client, location: str) -> dict[str, Any]:
    """Return a capture job once it has ended."""
    deadline = time.monotonic() + 20
    while True:
        job: dict[str, Any] = client.get(location).json()
        if not job["running"]:
            return job
        assert time.monotonic() < deadline, job
        time.sleep(0.02)


def events_of(answer: httpx.Response) -> list[Event]:
    """Return the events of a query document."""
    assert answer.status_code == 200, answer.text
    body = answer.json()["epcisBody"]["queryResults"]["resultsBody"]
    return list(body["eventList"])
