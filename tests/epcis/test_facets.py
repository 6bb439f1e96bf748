"""An event is found under every name it has, whichever event of the profile it is."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from ledger.epcis.facets import GROWN, WORKED, facets_of
from ledger.epcis.query import KEYS
from ledger.rice import profile
from ledger.rice.events import AnyEvent
from tests.rice.sample_events import CORRECTION, EVENTS, HARVEST, RECEIVING, SOWING

_TYPED = {
    "bizTransactionList": "bizTransaction",
    "sourceList": "source",
    "destinationList": "destination",
}


def names_in(event: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield every list and name of an event, told from its members alone."""
    for member in {kind for kinds in KEYS.values() for kind in kinds} & event.keys():
        value = event[member]
        for one in [value] if isinstance(value, str) else value:
            yield member, one if isinstance(one, str) else one["epcClass"]
    for member, kind in _TYPED.items():
        for one in event.get(member, []):
            yield f"{kind}_{one['type']}", one[kind]


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: type(event).__name__)
def test_facets_are_what_the_members_say(event: AnyEvent) -> None:
    payload = profile.write_event(event)
    members = json.loads(payload)
    facets = facets_of(payload)
    named = {key for key in facets.keys if key[0] not in {GROWN, WORKED}}
    assert named == set(names_in(members))
    assert facets.event_id == members["eventID"]
    assert facets.is_declaration == ("errorDeclaration" in members)
    assert (facets.type, facets.step) == (members["type"], members["bizStep"])
    assert facets.action == members.get("action", "")
    assert facets.disposition == members.get("disposition", "")
    assert facets.read_point == members.get("readPoint", {}).get("id", "")


def test_land_is_named_with_its_season() -> None:
    grown = {name for kind, name in facets_of(profile.write_event(HARVEST)).keys if kind == GROWN}
    assert grown == {f"{HARVEST.area}/{HARVEST.season}"}
    worked = {name for kind, name in facets_of(profile.write_event(SOWING)).keys if kind == WORKED}
    assert worked == {f"{SOWING.area}/{SOWING.season}"}
    assert facets_of(profile.write_event(CORRECTION)).is_declaration
    assert not facets_of(profile.write_event(RECEIVING)).is_declaration


def test_a_moment_before_1970_is_cut_off_and_not_rounded_up() -> None:
    payload = profile.write_event(RECEIVING)
    early = payload.replace(RECEIVING.at.encode(), b"1969-12-31T23:59:59.500Z")
    assert facets_of(early).happened_ms == -500
