from __future__ import annotations

import pytest

from ledger.scans import limits as of_scans
from ledger.scans.limits import Bucket, ScanLimits
from ledger.scans.refusals import TooManyError
from ledger.scans.settings import ScanSettings
from ledger.scans.visitor import Visitor


class Seconds:
    now = 1_000.0

    def __call__(self) -> float:
        return self.now


def visitor(address: str = "203.0.113.9", *, is_staff: bool = False) -> Visitor:
    return Visitor(address, "Mozilla/5.0", "", is_staff=is_staff, is_counted=not is_staff)


def test_a_warehouse_behind_one_address_scans_hundreds_of_bags_a_minute() -> None:
    clock = Seconds()
    limits = ScanLimits(ScanSettings(), clock)
    for minute in range(3):
        for bag in range(500):
            limits.admit(visitor(), f"{minute}-{bag}")
            limits.answered(visitor(), is_known=True)
            clock.now += 60 / 500


def test_one_address_is_told_how_long_to_wait_and_others_are_not_held_up() -> None:
    clock = Seconds()
    limits = ScanLimits(ScanSettings(address_per_minute=30), clock)
    for bag in range(30):
        limits.admit(visitor(), str(bag))
        limits.answered(visitor(), is_known=True)
    with pytest.raises(TooManyError) as refused:
        limits.admit(visitor(), "next")
    assert refused.value.seconds == 2
    limits.admit(visitor("198.51.100.1"), "next")
    clock.now += 2
    limits.admit(visitor(), "next")


def test_nobody_can_keep_a_bag_from_others() -> None:
    limits = ScanLimits(ScanSettings(), Seconds())
    for _ in range(60):
        limits.admit(visitor(), "bag")
        limits.answered(visitor(), is_known=True)
    with pytest.raises(TooManyError):
        limits.admit(visitor(), "bag")
    limits.admit(visitor(), "another")
    limits.admit(visitor("198.51.100.1"), "bag")


def test_guesses_are_twenty_a_minute_also_many_at_once() -> None:
    clock = Seconds()
    limits = ScanLimits(ScanSettings(), clock)
    guesses = 0
    waits: set[int] = set()
    for _ in range(600):
        asked = 0
        try:
            while True:
                limits.admit(visitor(), "")
                asked += 1
        except TooManyError as refused:
            waits.add(refused.seconds)
        for _ in range(asked):
            limits.answered(visitor(), is_known=False)
        guesses += asked
        clock.now += 1
    assert guesses == 20 + 10 * 20 - 1
    assert max(waits) <= 3


def test_who_has_guessed_waits_seconds_and_staff_do_not() -> None:
    clock = Seconds()
    limits = ScanLimits(ScanSettings(), clock)
    for _ in range(20):
        limits.admit(visitor(), "")
        limits.answered(visitor(), is_known=False)
    with pytest.raises(TooManyError):
        limits.admit(visitor(), "real")
    limits.admit(visitor(is_staff=True), "real")
    clock.now += 3
    for bag in range(100):
        limits.admit(visitor(), f"real {bag}")
        limits.answered(visitor(), is_known=True)


def test_a_site_with_as_many_lines_as_it_likes_is_held_back() -> None:
    clock = Seconds()
    limits = ScanLimits(ScanSettings(), clock)
    guesses = 0
    waits = []
    for minute in range(2):
        clock.now += 60 * minute
        for line in range(65_536):
            try:
                limits.admit(visitor(f"2001:db8:7:{line:x}::/64"), "")
            except TooManyError as refused:
                waits.append(refused.seconds)
                break
            guesses += 1
    assert guesses == 2 * 200
    assert waits == [1, 1]
    limits.admit(visitor("2001:db8:8:1::/64"), "")
    limits.admit(visitor("203.0.113.9"), "")
    limits.admit(visitor("2001:db8:7:ffff::/64", is_staff=True), "")


def test_who_shares_a_site_scans_as_anybody_does() -> None:
    limits = ScanLimits(ScanSettings(), Seconds())
    for line in range(9):
        for bag in range(600):
            limits.admit(visitor(f"2001:db8:7:{line}::/64"), f"{line}-{bag}")
            limits.answered(visitor(f"2001:db8:7:{line}::/64"), is_known=True)


def test_addresses_beyond_number_set_nobody_else_free(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(of_scans, "_KEPT_MAX", 100)
    clock = Seconds()
    bucket = Bucket(10, clock)
    for number in range(1_000):
        if number % 50 == 0 and bucket.wait("203.0.113.9") == 0:
            bucket.take("203.0.113.9")
        bucket.take(str(number))
        assert bucket._even["203.0.113.9"] > clock.now
    assert bucket.wait("203.0.113.9") > 0


def test_addresses_beyond_number_fill_no_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(of_scans, "_KEPT_MAX", 100)
    clock = Seconds()
    bucket = Bucket(10, clock)
    for number in range(1_000):
        bucket.take(str(number))
        assert len(bucket._even) <= 100
    clock.now += 60
    bucket.take("another")
    assert len(bucket._even) <= 100


def test_what_is_asked_for_fills_no_memory_however_long_it_is() -> None:
    limits = ScanLimits(ScanSettings(), Seconds())
    for number in range(100):
        limits.admit(visitor(), f"{number:03}" + "Z" * 60_000)
        limits.answered(visitor(), is_known=True)
    assert sum(map(len, limits._bags._even)) < 100 * 100


def test_who_asks_for_nothing_more_is_forgotten() -> None:
    clock = Seconds()
    bucket = Bucket(10, clock)
    bucket.take("203.0.113.9")
    clock.now += 60
    bucket.take("198.51.100.1")
    assert list(bucket._even) == ["198.51.100.1"]
