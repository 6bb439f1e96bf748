from __future__ import annotations

import unicodedata
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.errors import MalformedError
from ledger.log import encoding

NFC_TEXT = st.text(st.characters(exclude_categories=["Cs"])).map(
    lambda text: unicodedata.normalize("NFC", text)
)
DECIMALS = st.builds(
    lambda whole, part: Decimal(f"{whole}.{part}".rstrip("0").rstrip(".")),
    st.integers(-999_999_999_999, 999_999_999_999),
    st.from_regex(r"\A[0-9]{3}\Z"),
).filter(lambda number: number != number.to_integral_value())
NAMES = st.text(st.characters(max_codepoint=127), max_size=8)
VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-encoding.INTEGER_MAX, encoding.INTEGER_MAX)
    | DECIMALS
    | NFC_TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=4),
    max_leaves=12,
)


@given(st.binary())
def test_bytes_read_back(data: bytes) -> None:
    assert encoding.decode_base64(encoding.encode_base64(data)) == data
    assert encoding.decode_base64url(encoding.encode_base64url(data)) == data
    assert encoding.decode_base64url(encoding.encode_base64url(data).encode()) == data
    assert encoding.decode_base58(encoding.encode_base58(data[:64])) == data[:64]


@pytest.mark.parametrize(
    "text", ["A", "AA", "AAA", "AAB=", "AA==\n", " AA==", "AA=", "A===", "AA==AA==", "_-8=", "é"]
)
def test_other_spellings_of_base64_are_refused(text: str) -> None:
    with pytest.raises(MalformedError):
        encoding.decode_base64(text)


@pytest.mark.parametrize("text", ["A", "AAB", "AA==", "AA\n", "+/8", "AA A", "é", "A" * 5])
def test_other_spellings_of_base64url_are_refused(text: str) -> None:
    with pytest.raises(MalformedError):
        encoding.decode_base64url(text)
    with pytest.raises(MalformedError):
        encoding.decode_base64url(text.encode())


@pytest.mark.parametrize("text", ["0", "O", "l", " 2", "é", "2" * 257])
def test_other_spellings_of_base58_are_refused(text: str) -> None:
    with pytest.raises(MalformedError):
        encoding.decode_base58(text)


@given(st.integers(0, encoding.COUNT_MAX))
def test_counts_read_back(count: int) -> None:
    assert encoding.parse_count(str(count)) == count


@pytest.mark.parametrize(
    "text",
    [
        *["", "00", "01", "+5", "-0", " 5", "5\n", "1_000", "5.0", "1e3", str(2**63), "9" * 5_000],
        *["\uff11\uff12", "\u0664\u0662"],
    ],
)
def test_other_spellings_of_counts_are_refused(text: str) -> None:
    with pytest.raises(MalformedError):
        encoding.parse_count(text)


@given(
    # Moments at the ends of the calendar are refused: see below.
    st.datetimes(
        datetime(2, 1, 2),  # noqa: DTZ001  (the zone is drawn, too)
        datetime(9998, 12, 30),  # noqa: DTZ001
        timezones=st.sampled_from([UTC, timezone(timedelta(hours=7))]),
    )
)
def test_times_read_back_to_the_millisecond(moment: datetime) -> None:
    text = encoding.format_time(moment)
    read = encoding.parse_time(text)
    assert encoding.format_time(read) == text
    assert timedelta(0) <= moment - read < timedelta(milliseconds=1)


def test_a_time_is_spelled_in_utc() -> None:
    local = datetime(2026, 3, 2, 15, 40, tzinfo=timezone(timedelta(hours=7)))
    assert encoding.format_time(local) == "2026-03-02T08:40:00.000Z"


@pytest.mark.parametrize(
    "text",
    [
        "2026-03-02T08:40:00Z",
        "2026-03-02T08:40:00.00Z",
        "2026-03-02T08:40:00.0000Z",
        "2026-03-02T08:40:00.000+00:00",
        "2026-03-02t08:40:00.000z",
        "2026-03-02 08:40:00.000Z",
        "2026-02-29T08:40:00.000Z",
        "2026-03-02T24:00:00.000Z",
        "2026-03-02T08:40:60.000Z",
        "0000-03-02T08:40:00.000Z",
        "0001-01-01T00:00:00.000Z",
        "9999-12-31T23:59:59.000Z",
        "2026-W10-1T08:40:00.000Z",
        "\uff12026-03-02T08:40:00.000Z",
        "2026-03-02T08:40:00.000Z\n",
        "",
    ],
)
def test_other_spellings_of_times_are_refused(text: str) -> None:
    with pytest.raises(MalformedError):
        encoding.parse_time(text)


def test_other_peoples_instants_may_have_an_offset() -> None:
    instant = encoding.parse_instant("2026-03-02T15:40:00+07:00")
    assert encoding.format_time(instant) == "2026-03-02T08:40:00.000Z"
    for text in (
        *("2026-03-02T15:40:00", "2026-03-02", "2026-03-02T15:40+07:00"),
        *("9999-12-31T23:59:59Z", "0001-01-01T00:00:00+07:00"),  # no day there, or none here
    ):
        with pytest.raises(MalformedError):
            encoding.parse_instant(text)


def test_a_day_is_a_day_in_viet_nam() -> None:
    assert encoding.local_day(datetime(2026, 3, 1, 17, tzinfo=UTC)) == "2026-03-02"


@given(VALUES)
def test_canonical_json_reads_back(value: Any) -> None:  # noqa: ANN401  (any JSON value)
    data = encoding.canonical_json(value)
    assert encoding.check_canonical(data) == value
    assert encoding.parse_json(data, decimals=True) == value


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b" {}",
        b"{}\n",
        b'{"a":1, "b":2}',
        b'{"b":1,"a":2}',
        b'{"a":1,"a":1}',
        b'["\\u0041"]',
        b'["\\u000A"]',
        b'["\\/"]',
        b"[1.0]",
        b"[1.50]",
        b"[0.1234]",
        b"[1234567890123.5]",
        b"[1e3]",
        b"[1E400]",
        b"[1e999999999999999999]",
        b"[-0]",
        b"[-0.0]",
        b"[+1]",
        b"[01]",
        b"[NaN]",
        b"[Infinity]",
        b"[9007199254740992]",
        b"[-9007199254740992]",
        b"[123456789012345678901234567890]",
        b'["\\ud800"]',
        b'["\xed\xa0\x80"]',
        b'["\xff"]',
        b"\xef\xbb\xbf{}",
        "{}".encode("utf-16"),
        '["Ca\u0302n"]'.encode(),
        '{"Cần":1}'.encode(),
        '{"Cần\\"x":1}'.encode(),
        '{"x\\"Cần":1}'.encode(),
        '{"a":"Cần","x":[{"Thơ":1}]}'.encode(),
        b"[" * 33 + b"]" * 33,
        b"[" * 100_000 + b"]" * 100_000,
        b'{"a":' * 33 + b"1" + b"}" * 33,
    ],
)
def test_other_spellings_of_json_are_refused(data: bytes) -> None:
    with pytest.raises(MalformedError):
        encoding.check_canonical(data)


@pytest.mark.parametrize(
    "text",
    [
        '["a:1.50000,2e5"]',
        '["é\\":1"]',
        '["\\n\u0303"]',
        "[25.5,12480.5,0.125,-0.001]",
        "[9007199254740991,-9007199254740991]",
        "[" * 32 + "]" * 32,
        '"x"',
        "null",
    ],
)
def test_what_only_looks_odd_is_read(text: str) -> None:
    encoding.check_canonical(text.encode())


def test_a_long_text_takes_no_longer_than_its_length() -> None:
    # A pattern that begins again at every letter would look at this ten thousand million times.
    encoding.check_canonical(('["' + "ơ" * 100_000 + '"]').encode())


def test_fractions_are_decimals_and_never_doubles() -> None:
    assert encoding.check_canonical(b"[0.1]") == [Decimal("0.1")]
    assert isinstance(encoding.check_canonical(b"[0.1]")[0], Decimal)
    assert encoding.parse_json(b"[0.10]", decimals=True) == [Decimal("0.10")]


@pytest.mark.parametrize(
    "data",
    [
        b'{"a":1,"a":1}',
        b"[NaN]",
        b"[-Infinity]",
        b"[1e400]",
        b"[9007199254740992]",
        b"[" + b"9" * 5_000 + b"]",
        b'["\\ud800"]',
        b'{"\\udfff":1}',
        b"\xef\xbb\xbf{}",
        b"\xff",
        "{}".encode("utf-16"),
        '["Ca\u0302n"]'.encode(),
        '{"Ca\u0302n":1}'.encode(),
        b"[" * 40 + b"]" * 40,
        b"[" * 100_000,
        b"{",
        b"",
    ],
)
def test_json_from_outside_is_strict(data: bytes) -> None:
    with pytest.raises(MalformedError):
        encoding.parse_json(data, decimals=True)


def test_json_from_outside_may_have_any_order_and_blanks() -> None:
    assert encoding.parse_json(b'{ "b": 1,\n"a": "\\u0041" }') == {"b": 1, "a": "A"}
    with pytest.raises(MalformedError):
        encoding.parse_json(b"[0.5]")


@pytest.mark.parametrize("value", [[2**53], [float("nan")], ["\ud800"], [{1: 2}], [object()]])
def test_what_has_no_canonical_form_is_refused(value: list[object]) -> None:
    with pytest.raises(MalformedError):
        encoding.canonical_json(value)
