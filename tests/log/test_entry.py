from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.errors import CorruptedError, MalformedError
from ledger.log import entry, merkle
from ledger.log.entry import Entry

ORIGIN = "demo.rice.example/dx-2026"
AT = datetime(2026, 3, 2, 8, 40, tzinfo=UTC)
FIRST = entry.follow(None, origin=ORIGIN, recorded_at=AT, kind="act", digest=sha256(b"1").digest())
SECOND = entry.follow(
    FIRST, origin=ORIGIN, recorded_at=AT, kind="event", digest=sha256(b"2").digest()
)
LEAF = b"""\
rice-ledger/entry@v1
origin demo.rice.example/dx-2026
index 0
previous AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=
recorded 2026-03-02T08:40:00.000Z
kind act
statement a4ayc/80/OGda4BO/1o/V0etpOqiLx1JwB5S3beHW0s=
"""


def test_a_leaf_is_spelled_as_written_down() -> None:
    assert entry.format_entry(FIRST) == LEAF
    assert entry.parse_entry(LEAF) == FIRST


def test_the_chain_and_the_tree_share_one_hash() -> None:
    assert SECOND.previous == merkle.leaf_hash(LEAF) == FIRST.leaf_hash


@given(
    index=st.integers(0, 2**63 - 1),
    previous=st.binary(min_size=32, max_size=32),
    digest=st.binary(min_size=32, max_size=32),
    kind=st.sampled_from(sorted(entry.KINDS)),
    milliseconds=st.integers(0, 10**13),
)
def test_entries_read_back(
    index: int, previous: bytes, digest: bytes, kind: str, milliseconds: int
) -> None:
    recorded_at = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=milliseconds)
    written = Entry(ORIGIN, index, previous, recorded_at, kind, digest)
    assert entry.parse_entry(entry.format_entry(written)) == written


def test_no_bit_of_a_leaf_has_two_readings() -> None:
    for position in range(len(LEAF)):
        for bit in range(8):
            bent = bytearray(LEAF)
            bent[position] ^= 1 << bit
            try:
                read = entry.parse_entry(bytes(bent))
            except MalformedError:
                continue
            assert entry.format_entry(read) == bent


@pytest.mark.parametrize(
    "leaf",
    [
        b"",
        LEAF[:-1],
        LEAF + b"\n",
        LEAF + b"note x\n",
        LEAF.replace(b"\n", b"\r\n"),
        LEAF.replace(b"@v1", b"@v2"),
        LEAF.replace(b"index 0", b"index 00"),
        LEAF.replace(b"index 0", b"index  0"),
        LEAF.replace(b"kind act", b"kind grant"),
        LEAF.replace(b"AAA=", b"AAB="),
        LEAF.replace(b"AAAA", b"", 1),
        LEAF.replace(b".000Z", b"Z"),
        LEAF.replace(b"origin demo", b"origin  demo"),
        LEAF.replace(b"demo.rice.example/dx-2026", b""),
        LEAF.replace(b"demo", "đemo".encode()),
        LEAF.replace(b"index 0\nprevious", b"previous 0\nindex"),
    ],
)
def test_other_leaves_are_refused(leaf: bytes) -> None:
    with pytest.raises(MalformedError):
        entry.parse_entry(leaf)


@pytest.mark.parametrize(
    "broken",
    [
        replace(SECOND, index=2),
        replace(SECOND, previous=bytes(32)),
        replace(SECOND, origin="demo.rice.example/dx-2027"),
        replace(SECOND, recorded_at=AT - timedelta(milliseconds=1)),
        FIRST,
    ],
)
def test_an_entry_that_does_not_follow_is_noticed(broken: Entry) -> None:
    entry.check_follows(FIRST, SECOND)
    with pytest.raises(CorruptedError):
        entry.check_follows(FIRST, broken)


def test_only_entry_0_follows_nothing() -> None:
    entry.check_follows(None, FIRST)
    for other in (SECOND, replace(FIRST, index=1), replace(FIRST, previous=SECOND.previous)):
        with pytest.raises(CorruptedError):
            entry.check_follows(None, other)


def test_the_log_s_clock_may_stand_still_but_never_run_back() -> None:
    digest = sha256(b"3").digest()
    late = AT + timedelta(hours=1)
    third = entry.follow(SECOND, origin=ORIGIN, recorded_at=late, kind="event", digest=digest)
    still = entry.follow(third, origin=ORIGIN, recorded_at=late, kind="act", digest=digest)
    assert still.recorded_at == third.recorded_at
    with pytest.raises(CorruptedError):
        entry.follow(third, origin=ORIGIN, recorded_at=AT, kind="act", digest=digest)
