"""Statements from screen to camera: drawn as symbols, read in any order, the same bytes after."""

from __future__ import annotations

import json
import random
import zlib
from base64 import urlsafe_b64encode
from hashlib import sha256
from typing import Any

import pytest

from tests import small_season
from tests.small_season import ORIGIN
from tests.web.workplace.device import asked_of_device, tried_on_device
from tests.web.workplace.test_symbols import read_symbol

STATEMENTS = [
    small_season.harvest(1).decode(),
    small_season.receiving(1).decode(),
    small_season.drying((1,), 2).decode(),
    small_season.registration("may", ("mill",), "so").decode(),
]
SYMBOL_SIDE_MAX = 73
"""Modules along a symbol that a phone reads off another's screen."""


@pytest.fixture(scope="module")
def parcel() -> str:
    (written,) = asked_of_device([["parcel", ORIGIN, STATEMENTS]])
    return str(written)


@pytest.fixture(scope="module")
def frames(parcel: str) -> list[str]:
    (made,) = asked_of_device([["frames", parcel]])
    return list(made)


def gathered(frames: list[str]) -> dict[str, Any]:
    (answer,) = asked_of_device([["gather", frames]])
    return dict(answer)


def test_a_parcel_holds_what_was_signed_and_says_what_it_is(parcel: str) -> None:
    (opened,) = asked_of_device([["opened", ORIGIN, parcel]])
    assert [statement for _, statement, _ in opened] == STATEMENTS
    assert [kind for kind, _, _ in opened] == ["harvest", "receiving", "drying", "register_actor"]
    assert len(opened[-1][2]) == 2


def test_frames_are_read_off_the_symbols_in_any_order(parcel: str, frames: list[str]) -> None:
    drawn = asked_of_device([["symbol", frame, None] for frame in frames])
    assert {len(rows) for rows in drawn[:-1]} == {SYMBOL_SIDE_MAX}
    read = [read_symbol(rows) for rows in drawn]
    assert read == frames
    random.Random(3).shuffle(read)
    answer = gathered([*read[:2], read[0], *read])
    assert answer["whole"] == parcel
    assert answer["taken"] == ["new", "new", *["known"] * 3, *["new"] * (len(read) - 2)]


def test_it_is_told_which_frames_are_missing(frames: list[str]) -> None:
    answer = gathered(frames[1:-1])
    assert answer["missing"] == [1, len(frames)]
    assert answer["whole"] is None


def test_a_misread_frame_is_told_and_not_taken(frames: list[str]) -> None:
    first = frames[0]
    bent = [
        *(first[:-1] + ("A" if first[-1] != "A" else "B"), first[:-1], first + "A"),
        *(first.replace("/1/", "/2/", 1), first.lower(), "", "RICE1", "https://id.gs1.org/01/1"),
        "RICE1/0123456789abcdef/0/0/00000000/A",
        "RICE1/0123456789abcdef/999/999/00000000/A",
    ]
    assert set(gathered(bent)["taken"]) == {"odd"}


def test_a_frame_of_another_hand_over_begins_that_one(frames: list[str], parcel: str) -> None:
    (other,) = asked_of_device([["frames", '{"other":1}']])
    answer = gathered([frames[0], *other])
    assert answer["whole"] == '{"other":1}'
    assert gathered([*other, *frames])["whole"] == parcel


def made_up(data: bytes, name: str = "0" * 16) -> list[str]:
    """Return frames that are right one by one, around whatever bytes."""
    packed = urlsafe_b64encode(data).decode().rstrip("=")
    parts = [packed[at : at + 400] for at in range(0, len(packed), 400)]
    made = []
    for number, part in enumerate(parts, 1):
        said = f"{name}/{number}/{len(parts)}"
        made.append(f"RICE1/{said}/{sha256(f'{said}/{part}'.encode()).hexdigest()[:8]}/{part}")
    return made


def test_frames_that_were_made_up_give_nothing() -> None:
    packing = zlib.compressobj(wbits=-15)
    other = packing.compress(b"another parcel") + packing.flush()
    swelling = zlib.compressobj(wbits=-15)
    huge = swelling.compress(bytes(4_000_000)) + swelling.flush()
    asked = [["gather", made_up(data)] for data in (other, b"no deflate", huge, other[:-3])]
    assert tried_on_device(asked) == [{"refused": "parcel_unreadable"}] * len(asked)


def bent(parcel: str, **members: Any) -> str:  # noqa: ANN401
    said = json.loads(parcel) | members
    return json.dumps(said, separators=(",", ":"), sort_keys=True, ensure_ascii=False)


def test_what_is_no_parcel_of_this_ledger_is_refused_whole(parcel: str) -> None:
    unreadable = [
        *("", "{}", "[]", "null", "\u0000", parcel[:-1], parcel + " ", parcel.replace('"', "'")),
        bent(parcel, type="rice-ledger-statements/2"),
        bent(parcel, more=1),
        bent(parcel, statements="x"),
        bent(parcel, statements=[1]),
        bent(parcel, statements=[STATEMENTS[0], "a.b.c"]),
        bent(parcel, statements=[STATEMENTS[0][:-1]]),
        bent(parcel, statements=["x"] * 3_000),
    ]
    answers = tried_on_device([["opened", ORIGIN, text] for text in unreadable])
    assert answers == [{"refused": "parcel_unreadable"}] * len(unreadable)
    elsewhere = [bent(parcel, origin="other.example/x"), parcel]
    answers = tried_on_device(
        [["opened", ORIGIN, elsewhere[0]], ["opened", "other.example/x", elsewhere[0]]]
    )
    assert answers == [{"refused": "parcel_elsewhere"}] * 2
