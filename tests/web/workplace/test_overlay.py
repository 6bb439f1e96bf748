"""Lots as a device knows them before the ledger has answered."""

from __future__ import annotations

from msgspec import structs

from ledger.rice import events, profile
from tests.small_season import AREA, PADDY, SEASON
from tests.web.workplace.device import asked_of_device

HERE = "did:web:demo.rice.example:actors:nha-may"
THERE = "did:web:demo.rice.example:actors:htx"
AT = "2026-03-01T09:00:00+07:00"


def lot(name: str) -> str:
    return f"https://id.gs1.org/01/{PADDY}/10/{name}"


def event_id(number: int) -> str:
    return f"urn:uuid:6fa6fe5c-6ee1-4a5c-9b9f-{number:012d}"


HARVEST = events.Harvest(
    event_id=event_id(1),
    at=AT,
    lot=lot("A"),
    mass_g=9_000,
    moisture_ppt=250,
    area=AREA,
    season=SEASON,
    variety="OM 5451",
    harvested_on="2026-03-01",
    consigned_to=HERE,
)
RECEIVING = events.Receiving(
    event_id=event_id(2),
    at=AT,
    lot=lot("A"),
    mass_g=8_900,
    moisture_ppt=250,
    handed_over_by=THERE,
    ticket="urn:rice:ticket:1",
)
DRYING = events.Drying(
    event_id=event_id(3),
    at=AT,
    inputs=((lot("A"), 8_000), (lot("B"), 1_000)),
    lot=lot("C"),
    mass_g=7_500,
    moisture_ppt=140,
)
SAMPLING = events.Sampling(
    event_id=event_id(4), at=AT, lot=lot("C"), mass_g=500, sample="urn:rice:sample:1"
)
HANDOVER = events.Handover(
    event_id=event_id(5), at=AT, lot=lot("C"), mass_g=7_000, consigned_to=THERE
)


def overlaid(*said: tuple[events.AnyEvent, bool], listed: dict[str, int] | None = None) -> object:
    known = {name: {"left_g": left, "left_bags": 0} for name, left in (listed or {}).items()}
    payloads = [[profile.write_event(event).decode(), is_own] for event, is_own in said]
    (answer,) = asked_of_device([["overlay", payloads, HERE, known]])
    return {name: (left["left_g"], goes) for name, left, goes in answer}


def test_a_day_without_a_network_adds_up() -> None:
    """Sent by others, weighed in, dried with a lot of the page, sampled, sent on."""
    day: list[tuple[events.AnyEvent, bool]] = [
        (HARVEST, False),
        (RECEIVING, True),
        (DRYING, True),
        (SAMPLING, True),
        (HANDOVER, True),
    ]
    assert overlaid(*day, listed={lot("B"): 5_000}) == {
        lot("A"): (900, False),
        lot("B"): (4_000, False),
        lot("C"): (7_000, True),
    }


def test_what_others_do_with_their_own_lots_is_not_counted() -> None:
    assert overlaid((DRYING, False), (RECEIVING, False)) == {}
    elsewhere = structs.replace(HARVEST, consigned_to=THERE)
    assert overlaid((elsewhere, False)) == {}


def test_the_scale_is_believed_before_what_was_announced() -> None:
    assert overlaid((RECEIVING, True), listed={lot("A"): 9_000}) == {lot("A"): (8_900, False)}


def test_more_than_there_is_leaves_nothing() -> None:
    assert overlaid((DRYING, True), listed={lot("A"): 10, lot("B"): 10}) == {
        lot("A"): (0, False),
        lot("B"): (0, False),
        lot("C"): (7_500, False),
    }


def test_bags_are_counted() -> None:
    bags = events.Repacking(
        event_id=event_id(6),
        at=AT,
        inputs=((lot("P"), 4),),
        lot=lot("Q"),
        bags=20,
        bag_g=1_000,
        packed_on="2026-03-01",
        best_before_on="2027-03-01",
        custody="segregated",
    )
    payload = profile.write_event(bags).decode()
    known = {lot("P"): {"left_g": 50_000, "left_bags": 10}}
    (answer,) = asked_of_device([["overlay", [[payload, True]], HERE, known]])
    assert [(name, left["left_bags"]) for name, left, _ in answer] == [
        (lot("P"), 6),
        (lot("Q"), 20),
    ]


def test_a_label_is_found_among_known_lots() -> None:
    names = [lot("L1"), lot("L%2F2"), lot("XAY"), lot("XAY").replace(PADDY, "08936000000028")]
    asked = {
        "L1": [names[0]],
        " l1 ": [names[0]],
        "L/2": [names[1]],
        f"https://id.gs1.org/01/{PADDY}/10/L1": [names[0]],
        f"https://gao.example/01/{PADDY}/10/L%2F2/21/abc?x=1": [names[1]],
        f"(01){PADDY}(10)L1": [names[0]],
        f"(01){PADDY}(13)260301(10)L/2(21)7": [names[1]],
        f"01{PADDY}10L1": [names[0]],
        f"]d201{PADDY}1326030110L/2\u001d217": [names[1]],
        "XAY": names[2:],
        "(01)08936000000028(10)XAY": [names[3]],
        "L2": [],
        "https://id.gs1.org/01/09999999999994/10/L1": [],
        "https://id.gs1.org/01/%%/10/%E0%A4%A": [],
        "": [],
    }
    found = asked_of_device([["meant", text, names] for text in asked])
    assert dict(zip(asked, found, strict=True)) == asked
