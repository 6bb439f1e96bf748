"""What of a device's statements goes out next, and what waits for a refused one."""

from __future__ import annotations

from typing import Any

from tests.web.workplace.device import asked_of_device

A, B, C, D = (f"https://id.gs1.org/01/08936000000011/10/{name}" for name in "ABCD")


def item(number: int, state: str, *goods: str, **more: Any) -> dict[str, Any]:  # noqa: ANN401
    return {"number": number, "state": state, "goods": list(goods)} | more


def planned(*items: dict[str, Any]) -> tuple[int | None, dict[int, int]]:
    ((following, held),) = asked_of_device([["plan", list(items)]])
    return following, dict(held)


def test_the_oldest_goes_first() -> None:
    assert planned(item(3, "waiting", A), item(2, "waiting", B), item(1, "recorded", A)) == (2, {})
    assert planned(item(1, "recorded", A), item(2, "aside", B)) == (None, {})


def test_what_speaks_of_goods_of_a_refused_one_waits_and_so_does_what_follows_from_it() -> None:
    items = [
        item(1, "refused", A),
        item(2, "waiting", A, B),
        item(3, "waiting", B, C),
        item(4, "waiting", D),
        item(5, "waiting"),
    ]
    assert planned(*items) == (4, {2: 1, 3: 1})


def test_what_was_said_before_the_refusal_does_not_wait() -> None:
    assert planned(item(1, "waiting", A), item(2, "refused", A)) == (1, {})


def test_what_replaces_a_refused_one_goes_out_in_its_place() -> None:
    items = [
        item(1, "replaced", A),
        item(2, "waiting", A, B),
        item(3, "waiting", A, place=1),
    ]
    assert planned(*items) == (3, {})
    # Refused again, it is waited for as the first was.
    assert planned(*items[:2], item(3, "refused", A, place=1)) == (None, {2: 3})


def test_nothing_waits_for_what_was_put_aside() -> None:
    assert planned(item(1, "aside", A), item(2, "waiting", A)) == (2, {})


def test_goods_are_lots_pallets_and_containers_wherever_they_stand() -> None:
    payload = {
        "inputQuantityList": [{"epcClass": A, "quantity": 1}],
        "readPoint": {"id": "https://id.gs1.org/414/8936000000000"},
        "epcList": ["https://id.gs1.org/00/389360000000000012", "urn:epc:id:bic:MSKU1234565"],
        "rice:diary": {"rice:plantingAreaCode": "VN-CTO-0001"},
        "again": [A, None, 7],
    }
    (found,) = asked_of_device([["goods", payload]])
    assert found == [A, "https://id.gs1.org/00/389360000000000012", "urn:epc:id:bic:MSKU1234565"]
