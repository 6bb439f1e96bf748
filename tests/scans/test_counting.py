from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.scans.counting import Seen, Sighting, count, is_due
from ledger.scans.notes import note_of
from ledger.scans.settings import ScanSettings
from tests.house import UNKIND

TODAY = date(2026, 6, 10)
SIGHTINGS = st.lists(
    st.builds(
        Sighting,
        period=st.integers(0, 3),
        token=st.integers(0, 40),
        day=st.dates(TODAY - timedelta(days=120), TODAY + timedelta(days=3)),
        place=st.sampled_from(["", "VN-CT", "VN-SG", "VN-HN", "JP"]),
    ),
    max_size=60,
)


@given(SIGHTINGS, st.randoms(use_true_random=False))
def test_order_and_repetition_change_no_count(sightings: list[Sighting], random: object) -> None:
    again = sightings * 2
    random.shuffle(again)  # type: ignore[attr-defined]
    assert count(again, TODAY, 30) == count(sightings, TODAY, 30)


@given(SIGHTINGS, st.integers(1, 120))
def test_a_count_holds_exactly_what_lies_within_its_days(
    sightings: list[Sighting], days: int
) -> None:
    within = [one for one in sightings if 0 <= (TODAY - one.day).days < days]
    seen = count(sightings, TODAY, days)
    if seen is None:
        assert not within
        return
    assert seen.devices == len({(one.period, one.token) for one in within})
    assert set(seen.places) == {one.place for one in within} - {""}
    assert (seen.first_on, seen.last_on) == (
        min(one.day for one in within),
        max(one.day for one in within),
    )


@given(SIGHTINGS, SIGHTINGS)
def test_more_sightings_never_quiet_a_warning(some: list[Sighting], more: list[Sighting]) -> None:
    settings = ScanSettings(devices=5, places=2)
    before, after = count(some, TODAY, 30), count(some + more, TODAY, 30)
    if before and is_due(before, settings):
        assert after
        assert is_due(after, settings)


def seen(devices: int, *places: str, first_on: date = date(2026, 5, 3)) -> Seen:
    return Seen(devices=devices, places=places, first_on=first_on, last_on=TODAY)


@pytest.mark.parametrize(
    ("devices", "places", "due"),
    [
        (9, ("VN-CT", "VN-SG", "VN-HN"), False),
        (10, ("VN-CT", "VN-SG"), False),
        (10, ("VN-CT", "VN-SG", "VN-HN"), True),
        (39, (), False),
        (40, (), True),
        (40, ("VN-CT",), True),
    ],
)
def test_a_line_takes_devices_and_places_or_very_many_devices(
    devices: int, places: tuple[str, ...], *, due: bool
) -> None:
    assert is_due(seen(devices, *places), ScanSettings()) is due


@pytest.mark.parametrize(
    ("what", "en", "vi"),
    [
        (
            seen(19, "VN-CT", "VN-DN", "VN-HN", "VN-SG"),
            "Seen on 19 devices in 4 provinces since 3 May",
            "Đã quét trên 19 thiết bị ở 4 tỉnh, thành từ 03/05",
        ),
        (
            seen(1200, "JP", "VN"),
            "Seen on 1,200 devices in 2 countries since 3 May",
            "Đã quét trên 1.200 thiết bị ở 2 nước từ 03/05",
        ),
        (
            seen(12, "JP", "VN-CT"),
            "Seen on 12 devices in 2 provinces or countries since 3 May",
            "Đã quét trên 12 thiết bị ở 2 tỉnh, thành hoặc nước từ 03/05",
        ),
        (
            seen(41, "VN-CT", first_on=date(2025, 12, 30)),
            "Seen on 41 devices since 30 Dec 2025",
            "Đã quét trên 41 thiết bị từ 30/12/2025",
        ),
    ],
)
def test_a_note_says_devices_places_and_since_when(what: Seen, en: str, vi: str) -> None:
    note = note_of(what, TODAY)
    assert note.text == (en, vi)


def test_a_note_accuses_nobody() -> None:
    note = note_of(seen(19, "VN-CT", "VN-SG"), TODAY)
    for words in (note.title, note.text, note.about):
        assert not UNKIND.search(words.en)
        for accusing in ("fake", "counterfeit", "giả", "gian"):
            assert accusing not in f"{words.en} {words.vi}".lower().split()
