"""Pasted nonsense: a field says what it would take, and lets through only what can be recorded."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.web.workplace.device import asked_of_device
from web.workplace.steps import BY_KIND, Field
from web.workplace.words import LANGUAGES, WorkLanguage

LOT = "https://id.gs1.org/01/08936000000011/10/L1"
PADDY = "08936000000011"
AT = "2026-03-01T09:00:00+07:00"
OWN = {
    "event_id": "urn:uuid:6fa6fe5c-6ee1-4a5c-9b9f-0e4d2f3a1b2c",
    "at": AT,
    "place": "https://id.gs1.org/414/8936000000000",
}
DID = "did:web:demo.rice.example:actors:htx"
HOSTILE = (
    *(
        "0",
        "-1",
        "1",
        "1e9",
        "99999999999999999999",
        "\uff19\uff19",
        "\u0663",
        "NaN",
        "12,480.5",
        "1.234.567",
    ),
    *("<script>alert(1)</script>", "' OR 1=1 --", "../../etc/passwd", "%00", "%", "%zz", "{{7*7}}"),
    *(
        "\u0000",
        "a\u0000b",
        "\ud800",
        "a\udfff",
        "\u202eabc",
        "a\u200bb",
        "\ufeffa",
        "a\nb",
        "\u2028",
    ),
    *(
        "é" * 80,
        "e\u0301",
        "\U0001d54f" * 41,
        "x" * 80,
        "x" * 81,
        "Đ" * 27,
        "Đ" * 80,
        "👩‍🌾",
        "   ",
        "\u00a0",
    ),
    *("MSKU1234565", "MSKU1234560", "msku 123456-5", "VN", "vn", "VNM", "V1", "\uff36\uff2e"),
    *("389360000000000012", "(00)389360000000000012", "389360000000000013", "1 " * 40),
    *("2026-02-28", "2026-02-30", "2026-13-01", "20260-01-01", "1850-01-01", "2026-03-01T09:00"),
    *("2026-03-01T25:00", "2026-02-30T09:00", "2999-01-01T00:00", "2026-03-01T09:00:01.123"),
    *("__proto__", "constructor", "L1~", 'L"1', "L/1", "L 1", "Lô1", ".", "..", "L" * 21),
    *(DID, LOT, "javascript:alert(1)", "null", "undefined", "[object Object]"),
)
TYPED = {"kg", "percent", "hectares", "litres", "cm", "bags", "number", "text", "named", "country"}
TYPED |= {"bic", "sscc", "ssccs", "day", "new_lot", "draws", "made", "papers"}
WHOLE: dict[str, dict[str, Any]] = {
    "sowing": {
        "area": "VN-CTO-0001",
        "season": "DX-2026",
        "worked_m2": 10,
        "by_machine": True,
        "variety": "OM",
        "seed_class": "1",
        "seed_g": 1,
    },
    "spraying": {
        "area": "VN-CTO-0001",
        "season": "DX-2026",
        "worked_m2": 10,
        "by_machine": True,
        "product": "a",
        "ingredient": "b",
        "dose": "c",
        "wait_days": 1,
    },
    "irrigation": {
        "area": "VN-CTO-0001",
        "season": "DX-2026",
        "worked_m2": 10,
        "by_machine": True,
        "water_l": 1,
    },
    "water_reading": {
        "area": "VN-CTO-0001",
        "season": "DX-2026",
        "tube": "urn:rice:tube:1",
        "level_mm": 1,
        "source": "manual",
    },
    "harvest": {
        "area": "VN-CTO-0001",
        "season": "DX-2026",
        "variety": "OM",
        "mass_g": 1,
        "lot": LOT,
        "moisture_ppt": 1,
        "harvested_on": "2026-03-01",
        "contract": "",
        "consigned_to": "",
    },
    "receiving": {
        "lot": LOT,
        "mass_g": 1,
        "moisture_ppt": 1,
        "handed_over_by": DID,
        "ticket": "urn:rice:ticket:1",
    },
    "milling": {
        "inputs": [[LOT, 2]],
        "outputs": [[f"{LOT}1", 1]],
        "moisture_ppt": 1,
        "loss_g": 1,
        "custody": "segregated",
    },
    "repacking": {
        "inputs": [[LOT, 2]],
        "lot": f"{LOT}1",
        "bags": 1,
        "bag_g": 1,
        "packed_on": AT[:10],
        "best_before_on": "2027-03-01",
        "custody": "segregated",
        "grant": "",
    },
    "loading": {
        "container": "MSKU1234565",
        "pallets": ["https://id.gs1.org/00/389360000000000012"],
        "bags": [],
        "seal": "1",
    },
    "shipping": {
        "container": "MSKU1234565",
        "consigned_to": DID,
        "country": "PH",
        "papers": [],
    },
    "palletising": {
        "lot": LOT,
        "bags": 1,
        "pallet": "https://id.gs1.org/00/389360000000000012",
    },
}
"""Whole events of several kinds: one member after the other becomes what somebody pasted."""


def described(field: Field, text: str) -> dict[str, Any]:
    """Return a field as a form has it, with a text pasted wherever it takes one."""
    data = {"field": field.name, "asked": field.asked}
    data |= {"prefix": field.among[0]} if field.asked == "named" else {}
    data |= {"inBags": ""} if field.in_bags else {}
    inputs = {"value": text, "code": text, "product": PADDY, "type": "inv"}
    if field.asked in {"draws", "made", "papers"}:
        rows = [
            {**inputs, "lot": LOT, "code": "L2", "amount": text, "number": text},
            {**inputs, "lot": f"{LOT}9", "code": text, "amount": "1", "number": text + "1"},
        ]
        return {"data": data, "rows": rows}
    return {"data": data, "inputs": inputs}


def typed(name: str, text: str) -> dict[str, Any]:
    """Return a field of plain text."""
    return {"data": {"field": name, "asked": "text"}, "inputs": {"value": text}}


def pasted() -> Iterator[tuple[str, Field, str]]:
    for kind in WHOLE:
        for field in BY_KIND[kind].fields:
            if field.asked in TYPED:
                yield from ((kind, field, text) for text in HOSTILE)


def test_the_events_that_are_pasted_into_are_whole() -> None:
    asked = [
        ["stated", kind, name, typed(name, value), OWN | whole]
        for kind, whole in WHOLE.items()
        for name, value in whole.items()
        if isinstance(value, str) and len(value) <= len("2026-03-01") and value
    ]
    assert set(asked_of_device(asked)) == {"taken"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_a_field_takes_can_be_recorded(language: WorkLanguage) -> None:
    """One member at a time: what passes the field makes a statement, or the field says why not."""
    cases = list(pasted())
    asked = [
        ["stated", kind, field.name, described(field, text), OWN | WHOLE[kind]]
        for kind, field, text in cases
    ]
    answers = asked_of_device(asked, language)
    through = {
        (kind, field.name, text): answer
        for (kind, field, text), answer in zip(cases, answers, strict=True)
        if answer.startswith("let through")
    }
    # The event's own check of one member against another is the whole statement's to make.
    assert {each: answer for each, answer in through.items() if "disagree" not in answer} == {}
    assert {"refused", "taken", "nothing"} <= set(answers)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_field_says_what_it_would_take(language: WorkLanguage) -> None:
    cases = [(field, text) for _, field, text in pasted()]
    answers = asked_of_device([["field", described(*case)] for case in cases], language)
    said = {wrong for _, wrong in answers if wrong}
    assert not [wrong for wrong in said if "{" in wrong or "…" in wrong or "." not in wrong]
    assert len(said) > 10


def test_a_time_that_is_still_to_come_is_told_at_the_field() -> None:
    field = {"data": {"field": "at", "asked": "moment"}}
    typed = ["2026-03-01T09:00", "2099-01-01T00:00", "2026-02-30T09:00", "12026-03-01T09:00"]
    answers = asked_of_device([["field", {**field, "inputs": {"value": at}}] for at in typed])
    assert answers[0] == [AT, ""]
    assert "chưa tới" in answers[1][1]
    assert [value for value, _ in answers[1:]] == [None] * 3
