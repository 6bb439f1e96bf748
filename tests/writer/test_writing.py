"""What JavaScript writes is what Python writes, byte for byte, and it refuses the same."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from typing import Any

import pytest
from msgspec import to_builtins

from ledger.errors import LedgerError
from ledger.log import encoding
from ledger.rice import acts, profile
from ledger.rice.events import AnyEvent, Correction
from tests.rice.sample_acts import ACTS
from tests.rice.sample_events import DESTRUCTION, EVENTS, HARVEST
from tests.verifier.bent_statements import ODD, Bender, Said, samples
from tests.writer.written import asked_of_node

BENT = 2_000


def said_in_vectors(kind: str) -> list[bytes]:
    """Return the payloads of the vectors that can be read, with the samples."""
    read = acts.read_act if kind == "act" else profile.read_event
    return [one.payload for one in samples() if one.kind == kind and _is_read(read, one.payload)]


def _is_read(read: Callable[[bytes], object], payload: bytes) -> bool:
    try:
        read(payload)
    except LedgerError:
        return False
    return True


def kind_of(event: AnyEvent) -> str:
    return str(encoding.check_canonical(profile.write_event(event))["rice:cte"])[len("rice:") :]


def fields_of(event: AnyEvent) -> dict[str, Any]:
    fields = to_builtins(event)
    assert isinstance(fields, dict)
    return fields


def in_python(kind: str, fields: dict[str, Any]) -> dict[str, str]:
    try:
        return {"answer": profile.write_event(profile.event_named(kind, fields)).decode()}
    except LedgerError as refusal:
        return {"refused": refusal.code}


def act_in_python(fields: Any) -> dict[str, str]:  # noqa: ANN401  (any JSON value)
    """Return an act written from its members: what is not as it would be written is refused."""
    try:
        return {"answer": acts.write_act(acts.read_act(encoding.exact_json(fields))).decode()}
    except LedgerError as refusal:
        return {"refused": refusal.code}


def test_every_event_is_written_from_its_fields() -> None:
    plain = [event for event in EVENTS if not isinstance(event, Correction)]
    told = asked_of_node([["event", kind_of(event), fields_of(event)] for event in plain])
    assert [one.get("answer") for one in told] == [
        profile.write_event(event).decode() for event in plain
    ]
    assert {kind_of(event) for event in plain} == {one.cte for one in profile.SPELLINGS}


def test_every_event_that_was_read_is_written_again() -> None:
    payloads = [payload.decode() for payload in said_in_vectors("event")]
    assert len(payloads) > 100
    told = asked_of_node([["again", payload] for payload in payloads])
    assert [one.get("answer") for one in told] == payloads


def test_every_act_is_written_from_its_members() -> None:
    payloads = [payload.decode() for payload in said_in_vectors("act")]
    assert len(payloads) > len(ACTS)
    told = asked_of_node([["act", json.loads(payload)] for payload in payloads])
    assert [one.get("answer") for one in told] == payloads


def test_an_event_is_declared_wrong_and_corrected() -> None:
    payload = profile.write_event(HARVEST).decode()
    said = {
        "declared_at": "2026-03-02T08:00:00+07:00",
        "reason": "incorrect_data",
        "corrected_by": [HARVEST.event_id.replace("1", "2")],
    }
    again = {"event_id": HARVEST.event_id.replace("1", "2"), "mass_g": 9_000_000}
    bad = [{**said, "corrected_by": []}, {**said, "reason": "forgotten"}, {"reason": "x"}]
    told = asked_of_node(
        [
            ["declared", payload, said],
            ["corrected", payload, again],
            ["corrected", payload, {"mass": 1}],
            *(["declared", payload, one] for one in bad),
        ]
    )
    declared = Correction(
        event_id=HARVEST.event_id,
        at=HARVEST.at,
        wrong=HARVEST,
        declared_at=said["declared_at"],  # type: ignore[arg-type]
        reason="incorrect_data",
        corrected_by=tuple(said["corrected_by"]),
    )
    assert told[0] == {"answer": profile.write_event(declared).decode()}
    assert told[1] == {"answer": profile.write_event(profile.corrected(HARVEST, again)).decode()}
    assert told[2:] == [{"refused": "malformed_event"}] * 4


def test_bent_fields_of_events_are_refused_alike() -> None:
    chance = random.Random(20260411)
    plain = [event for event in EVENTS if not isinstance(event, Correction)]
    every = [value for event in plain for value in fields_of(event).values()]
    odd = [one for one in ODD if type(one).__name__ != "Decimal"]
    cases: list[tuple[str, dict[str, Any]]] = [("correction", {}), ("", {}), ("harvest", {})]
    for _ in range(BENT):
        event = chance.choice(plain)
        fields = fields_of(event)
        for _ in range(chance.choice((1, 1, 2))):
            name = chance.choice([*fields, "x", "type", "constructor"])
            match chance.randrange(4):
                case 0:
                    fields.pop(name, None)
                case 1:
                    fields[name] = chance.choice(odd)
                case 2:
                    fields[name] = chance.choice(every)
                case _ if isinstance(fields.get(name), int):
                    fields[name] = chance.choice((-1, 0, 1, 1_001, 10**12, 10**15, 10**15 + 1))
                case _:
                    fields[name] = [chance.choice(every), chance.choice(odd)]
        cases.append((kind_of(event), fields))
    told = [_less(one) for one in asked_of_node([["event", *case] for case in cases])]
    expected = [_less(in_python(kind, fields)) for kind, fields in cases]
    differing = [
        (case, here, there)
        for case, here, there in zip(cases, told, expected, strict=True)
        if here != there
    ]
    assert not differing, (len(differing), differing[:3])
    assert BENT // 20 < sum("answer" in one for one in told) < BENT * 3 // 4


def _less(told: dict[str, str]) -> dict[str, str]:
    """Return an answer, if refused without whether a number or its record was looked at first."""
    is_malformed = told.get("refused") in {"malformed", "malformed_event"}
    return {"refused": "malformed"} if is_malformed else told


def test_bent_members_of_acts_are_refused_alike() -> None:
    bent = [
        value
        for said in Bender([one for one in samples() if one.kind == "act"], 20260412).bent(BENT)
        if _is_without_fractions(value := _parsed(said))
    ]
    told = asked_of_node([["act", value] for value in bent])
    expected = [act_in_python(value) for value in bent]
    differing = [
        (case, here, there)
        for case, here, there in zip(bent, told, expected, strict=True)
        if here != there
    ]
    assert not differing, (len(differing), differing[:3])
    assert BENT // 50 < sum("answer" in one for one in told) < BENT * 3 // 4


def _parsed(said: Said) -> Any:  # noqa: ANN401  (any JSON value)
    try:
        return json.loads(said.payload)
    except ValueError:
        return {}


def _is_without_fractions(value: object) -> bool:
    if isinstance(value, dict):
        return all(map(_is_without_fractions, value.values()))
    if isinstance(value, list):
        return all(map(_is_without_fractions, value))
    return not isinstance(value, float)


def test_an_event_that_says_more_than_is_written_is_refused() -> None:
    """Grams and bags of one lot: one of the two would be lost."""
    fields = {**fields_of(DESTRUCTION), "bags": 3}
    assert in_python("destruction", fields) == {"refused": "malformed_event"}
    assert asked_of_node([["event", "destruction", fields]]) == [{"refused": "malformed_event"}]


@pytest.mark.parametrize("name", ["event_id", "at", "lot", "season"])
def test_a_field_that_is_missing_is_refused(name: str) -> None:
    fields = fields_of(HARVEST)
    del fields[name]
    assert asked_of_node([["event", "harvest", fields]]) == [{"refused": "malformed_event"}]
