"""What a bounded key may sign, where, and how its bounds are spelled."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec import json, structs, to_builtins

from ledger.errors import MalformedError
from ledger.log import encoding
from ledger.rice import acts, events
from ledger.rice.facts import Key
from ledger.rice.plain import KINDS, tell_draft
from tests.rice.test_plain import DRAFTS
from tests.world import (
    World,
    attested,
    did,
    founding,
    kid_of,
    offered,
    registration,
    role,
    season,
)

SCALE = "https://id.gs1.org/414/9521235000012"
AT = "2026-03-01T08:00:00+07:00"
LAND: dict[str, Any] = {"area": "A001", "season": "DX-2026", "worked_m2": 100, "by_machine": True}


def device(*only: str, places: tuple[str, ...] = ()) -> acts.NewKey:
    return structs.replace(offered("phone", admin=False), only=only, places=places)


def world_with(holder: str, key: acts.NewKey) -> World:
    world = season()
    world.must(f"{holder}+phone", acts.EnrolKey(actor=holder, key=key))
    return world


def certified(world: World) -> str:
    """Have the device of the confirmer say that land was worked as the scheme asks."""
    word = attested("conformity", "xa", "htx", "A001")
    return world.say("phone", word, kid=f"{did('xa')}#{kid_of('phone')}")


def draining(number: int = 1, place: str = "") -> events.Drainage:
    name = f"urn:uuid:00000000-0000-4000-8000-{number:012}"
    return events.Drainage(event_id=name, at=AT, place=place, **LAND)


def preparing(number: int = 2) -> events.LandPreparation:
    name = f"urn:uuid:00000000-0000-4000-8000-{number:012}"
    return events.LandPreparation(event_id=name, at=AT, **LAND)


def test_a_key_signs_the_kinds_it_was_enrolled_for() -> None:
    world = world_with("htx", device("drainage", "sowing"))
    assert world.say("phone", draining()) == "ok"
    assert world.say("phone", preparing()) == "key_out_of_bounds"
    assert world.say("htx", preparing()) == "ok"


def test_declaring_an_event_wrong_is_a_kind_of_its_own() -> None:
    world = world_with("htx", device("drainage"))
    world.must("phone", draining())
    wrong = events.Correction(
        event_id=draining().event_id,
        at=AT,
        wrong=draining(),
        declared_at="2026-03-01T09:00:00+07:00",
        reason="did_not_occur",
        corrected_by=(),
    )
    assert world.say("phone", wrong) == "key_out_of_bounds"


def test_a_certifiers_device_signs_certificates_and_nothing_else() -> None:
    word = attested("conformity", "xa", "htx", "A001")
    world = world_with("xa", device("attestation"))
    assert certified(world) == "ok"
    change = acts.ChangeAttestation(
        attestation=word.id,
        state="withdrawn",
        from_on="2026-03-01",
        reason="false_statement",
        paper="1",
        decided_by="xa",
    )
    assert world.say("phone", change) == "key_out_of_bounds"
    assert certified(world_with("xa", device("harvest"))) == "key_out_of_bounds"


def test_a_key_of_a_place_signs_what_happened_there() -> None:
    world = world_with("htx", device(places=(SCALE,)))
    assert world.say("phone", draining()) == "key_out_of_place"
    assert world.say("phone", draining(place=f"{SCALE}1")) == "key_out_of_place"
    assert world.say("phone", draining(place=SCALE)) == "ok"


def test_what_is_no_event_has_no_place() -> None:
    world = world_with("xa", device(places=(SCALE,)))
    assert certified(world) == "ok"


def test_a_key_that_comes_in_proves_itself_whatever_its_bounds() -> None:
    world = season()
    act = registration("x", role("mill", "31249"))
    bounded = structs.replace(act, keys=(*act.keys, device("harvest")))
    assert world.say("so+x+phone", bounded) == "ok"
    key = world.facts.get(f"key:{kid_of('phone')}")
    assert isinstance(key, Key)
    assert (key.only, key.places) == (("harvest",), ())


def test_a_key_without_bounds_is_spelled_as_ever() -> None:
    payload = acts.write_act(acts.EnrolKey(actor="x", key=device()))
    assert b"only" not in payload
    assert b"places" not in payload


def test_every_kind_can_be_named() -> None:
    for kind in KINDS:
        payload = acts.write_act(acts.EnrolKey(actor="x", key=device(kind)))
        assert acts.read_act(payload) == acts.EnrolKey(actor="x", key=device(kind))


@pytest.mark.parametrize(
    "bounds",
    [
        {"only": []},
        {"places": []},
        {"only": ["harvest", "drying"]},
        {"only": ["harvest", "harvest"]},
        {"only": ["Harvest"]},
        {"only": ["rice:harvest"]},
        {"only": ["sleeping"]},
        {"only": "harvest"},
        {"only": None},
        {"places": ["shed"]},
        {"places": [SCALE, SCALE]},
        {"places": ["urn:b", "urn:a"]},
        {"places": [f"urn:{number:03}" for number in range(51)]},
        {"only": ["harvest"], "admin": True},
        {"places": [SCALE], "admin": True},
    ],
    ids=str,
)
def test_bounds_have_one_spelling(bounds: dict[str, object]) -> None:
    act = to_builtins(acts.EnrolKey(actor="x", key=device()))
    act["key"] |= bounds
    with pytest.raises(MalformedError) as refusal:
        acts.read_act(encoding.exact_json(act))
    assert refusal.value.code == "malformed_act"


def test_a_root_key_has_no_bounds() -> None:
    """A ledger whose root could sign less than the root may could not be mended."""
    enrol = json.decode(acts.write_act(acts.EnrolKey(actor="x", key=device("enrol_key"))))
    found = json.decode(acts.write_act(founding()))
    found["keys"][0] |= {"only": ["found"], "admin": False}
    for act in ({**enrol, "actor": "root"}, found):
        with pytest.raises(MalformedError, match="a root key has no bounds"):
            acts.read_act(encoding.exact_json(act))


def test_bounds_are_shown_before_they_are_signed() -> None:
    shown = {line.label.en: line for line in tell_draft(DRAFTS["EnrolKey"])}
    assert shown["May sign only"].depth == shown["Only what happens at"].depth == 3
    values = [line.value for line in tell_draft(DRAFTS["EnrolKey"])]
    assert {'"harvest"', f'"{SCALE}"'} <= set(values)
