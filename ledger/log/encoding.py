"""One spelling per value: base64, counts, times, JSON. What would be written otherwise is refused.

Every reader here accepts exactly what its writer produces, so that two people who hold the same
value hold the same bytes, and a hash says the same to both.
"""

from __future__ import annotations

import json
import re
import unicodedata
from base64 import b64decode, b64encode, urlsafe_b64encode
from binascii import Error as Base64Error
from binascii import a2b_base64, b2a_base64
from collections.abc import Mapping, Sequence
from datetime import MAXYEAR, MINYEAR, UTC, datetime, timedelta, timezone
from decimal import Decimal
from functools import lru_cache
from typing import Any

import msgspec
import rfc8785

from ledger.errors import MalformedError

JSON = dict[str, "JSON"] | list["JSON"] | str | int | Decimal | bool | None

COUNT_MAX = 2**63 - 1
INTEGER_MAX = 2**53 - 1
"""The largest integer that every JSON reader keeps exactly (RFC 8785 section 3.2.2.3)."""
DEPTH_MAX = 32
BASE58_LENGTH_MAX = 256

_LOCAL = timezone(timedelta(hours=7))
_BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_COUNT = re.compile(r"0|[1-9][0-9]{0,18}", re.ASCII)
_TIME = re.compile(
    r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{3}Z", re.ASCII
)
_INSTANT = re.compile(
    r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,6})?"
    r"(Z|[+-]([01]\d|2[0-3]):[0-5]\d)",
    re.ASCII,
)
_DECIMAL = re.compile(r"-?(0|[1-9][0-9]{0,17})\.[0-9]{1,12}", re.ASCII)

_CANONICAL_DECIMAL = re.compile(r"-?(0|[1-9][0-9]{0,11})\.[0-9]{0,2}[1-9]", re.ASCII)
_ALIKE = bytes.maketrans(b"-123456789,[", b"0000000000::")
_LONG_NUMBER = b":" + b"0" * 16
"""What a number of sixteen digits or more becomes when ``_ALIKE`` is applied. Looking for it this
way takes a tenth of the time of a pattern."""
_PLAIN = bytes.maketrans(b"-_+/", b"+/--")
_WIDE_NAME = re.compile(rb'"[^"\x80-\xff]*[\x80-\xff][^"]*":')
"""What looks like a member name that is not ASCII. It begins at a quote so that no byte is looked
at more than twice, however long a text is."""


def _canonical_decimal(text: str) -> Decimal:
    """Return a number with a fraction, or with an exponent, if it is spelled canonically."""
    if not _CANONICAL_DECIMAL.fullmatch(text):
        raise MalformedError("malformed", what="a number with more than three decimals")
    return Decimal(text)


_decoder = msgspec.json.Decoder(float_hook=_canonical_decimal)
_encoder = msgspec.json.Encoder(order="sorted", decimal_format="number")


def encode_base64(data: bytes) -> str:
    """Return RFC 4648 section 4 base64, padded."""
    return b64encode(data).decode("ascii")


def decode_base64(text: str) -> bytes:
    """Return the bytes of padded base64; stray low bits, blanks and missing padding are refused."""
    raw = _ascii(text, "base64")
    try:
        data = b64decode(raw)
    except Base64Error as error:
        raise MalformedError("malformed", what="base64") from error
    # The decoder skips junk and ignores stray bits; only the comparison makes it strict.
    if b64encode(data) != raw:
        raise MalformedError("malformed", what="base64")
    return data


def encode_base64url(data: bytes) -> str:
    """Return RFC 4648 section 5 base64url without padding (RFC 7515 section 2)."""
    return urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def decode_base64url(text: str | bytes) -> bytes:
    """Return the bytes of unpadded base64url; any other spelling is refused."""
    raw = text if isinstance(text, bytes) else _ascii(text, "base64url")
    # With the letters of plain base64 and its padding one comparison makes it strict. What is
    # foreign to base64url becomes foreign to base64, so it is skipped and then missed.
    plain = raw.translate(_PLAIN) + b"=" * (-len(raw) % 4)
    try:
        data = a2b_base64(plain)
    except Base64Error as error:
        raise MalformedError("malformed", what="base64url") from error
    if b2a_base64(data, newline=False) != plain or b"=" in raw:
        raise MalformedError("malformed", what="base64url")
    return data


def encode_base58(data: bytes) -> str:
    """Return base58btc, as multibase and did:key write it."""
    number = int.from_bytes(data, "big")
    letters = []
    while number:
        number, rest = divmod(number, 58)
        letters.append(_BASE58[rest])
    zeros = len(data) - len(data.lstrip(b"\x00"))
    return _BASE58[0] * zeros + "".join(reversed(letters))


def decode_base58(text: str) -> bytes:
    """Return the bytes of base58btc. Long text is refused: reading it takes quadratic time."""
    if len(text) > BASE58_LENGTH_MAX or not set(text) <= set(_BASE58):
        raise MalformedError("malformed", what="base58")
    number = 0
    for letter in text:
        number = number * 58 + _BASE58.index(letter)
    zeros = len(text) - len(text.lstrip(_BASE58[0]))
    return bytes(zeros) + number.to_bytes(-(-number.bit_length() // 8), "big")


def parse_count(text: str) -> int:
    """Return a number from 0 to 2^63 - 1 written in ASCII digits without a leading zero."""
    if not _COUNT.fullmatch(text) or int(text) > COUNT_MAX:
        raise MalformedError("malformed", what=f"number {text[:24]!r}")
    return int(text)


@lru_cache(maxsize=64)
def format_time(moment: datetime) -> str:
    """Return an instant as RFC 3339 in UTC with milliseconds, cut off, never rounded up.

    Every statement of a batch asks for the same one; so it is with the three below.
    """
    assert moment.tzinfo is not None
    return moment.astimezone(UTC).isoformat(timespec="milliseconds")[:-6] + "Z"


@lru_cache(maxsize=64)
def parse_time(text: str) -> datetime:
    """Return the instant that ``format_time`` spells."""
    if not _TIME.fullmatch(text):
        raise MalformedError("malformed", what=f"time {text[:40]!r}")
    return _instant(text)


@lru_cache(maxsize=4_096)
def parse_instant(text: str) -> datetime:
    """Return any RFC 3339 instant with seconds and an offset, as other people write them."""
    if not _INSTANT.fullmatch(text):
        raise MalformedError("malformed", what=f"time {text[:40]!r}")
    return _instant(text)


@lru_cache(maxsize=64)
def local_day(moment: datetime) -> str:
    """Return the ISO day of an instant in Viet Nam (UTC+07:00)."""
    return moment.astimezone(_LOCAL).date().isoformat()


def parse_json(data: bytes, *, decimals: bool = False) -> Any:  # noqa: ANN401  (any JSON value)
    """Return strict JSON: UTF-8 without mark, no member twice, NFC text, exact numbers.

    Numbers with a fraction become `Decimal`, and only where ``decimals`` allows them at all.
    """
    try:
        value = json.loads(
            _text(data),
            object_pairs_hook=_members,
            parse_constant=_refuse_number,
            parse_float=_decimal if decimals else _refuse_number,
            parse_int=_integer,
        )
    except (ValueError, RecursionError) as error:
        raise MalformedError("malformed", what="JSON") from error
    _check_strings(value, 0)
    return value


def canonical_json(value: JSON | Mapping[str, object] | Sequence[object]) -> bytes:
    """Return RFC 8785 canonical JSON. A `Decimal` is written as the nearest double, as JCS says."""
    try:
        return rfc8785.dumps(_plain(value))
    except (rfc8785.CanonicalizationError, UnicodeError, RecursionError) as error:
        raise MalformedError("malformed", what="a value without a canonical form") from error


def exact_json(value: JSON | Mapping[str, object] | Sequence[object]) -> bytes:
    """Return compact JSON in which a `Decimal` keeps every digit, as ``parse_json`` reads it."""
    return _encoder.encode(value)


def check_canonical(data: bytes) -> Any:  # noqa: ANN401  (any JSON value)
    """Return the value of canonical JSON with ASCII member names; refuse any other spelling.

    Reading and writing again must give the same bytes, which at one stroke refuses members given
    twice or out of order, blanks, needless escapes, and numbers spelled oddly.

    A number may have a fraction of one to three decimals that does not end in 0, after at most
    twelve digits: of these RFC 8785, msgspec and every JavaScript engine have the same one
    spelling. They are returned as `Decimal`.
    """
    try:
        value = _decoder.decode(data)
        again = _encoder.encode(value)
    except (msgspec.MsgspecError, RecursionError, UnicodeError) as error:
        raise MalformedError("malformed", what="JSON") from error
    if again != data:
        raise MalformedError("malformed", what="JSON that is not canonical")
    # Nearly every payload passes this glance; only one that does not is walked value by value.
    if (
        not (data.isascii() or _is_plain_unicode(data))
        or _LONG_NUMBER in data.translate(_ALIKE)
        or data.count(b"{") + data.count(b"[") > DEPTH_MAX
        or data[:1] not in b"{["
    ):
        _check_canonical(value, 0)
    return value


def _check_canonical(value: Any, depth: int) -> None:  # noqa: ANN401  (any JSON value)
    """Refuse what has another spelling elsewhere, or what another reader would not keep exactly."""
    kind = type(value)
    if kind is str:
        if not value.isascii() and not unicodedata.is_normalized("NFC", value):
            raise MalformedError("malformed", what="text that is not NFC")
    elif kind is dict or kind is list:
        if depth == DEPTH_MAX:
            raise MalformedError("malformed", what="JSON nested too deep")
        if kind is dict and not "".join(value).isascii():
            raise MalformedError("malformed", what="a member name that is not ASCII")
        for member in value.values() if kind is dict else value:
            _check_canonical(member, depth + 1)
    elif kind is int and not -INTEGER_MAX <= value <= INTEGER_MAX:
        raise MalformedError("malformed", what="an integer beyond 2^53")


def _is_plain_unicode(data: bytes) -> bool:
    return (
        b'\\"' not in data
        and not _WIDE_NAME.search(data)
        and unicodedata.is_normalized("NFC", data.decode())
    )


def _plain(value: Any) -> Any:  # noqa: ANN401  (any JSON value)
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, Mapping):
        return {name: _plain(member) for name, member in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(member) for member in value]
    return value


def _ascii(text: str, what: str) -> bytes:
    try:
        return text.encode("ascii")
    except UnicodeEncodeError as error:
        raise MalformedError("malformed", what=what) from error


def _instant(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise MalformedError("malformed", what=f"time {text[:40]!r}") from error
    # At the ends of the calendar a moment has no day in another time zone.
    if moment.year in {MINYEAR, MAXYEAR}:
        raise MalformedError("malformed", what=f"time {text[:40]!r}")
    return moment


def _text(data: bytes) -> str:
    text = data.decode("utf-8", "strict")
    if text.startswith("\ufeff"):
        raise ValueError(text[:1])
    return text


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError(pairs)
    return members


def _integer(text: str) -> int:
    if len(text) > 17 or abs(int(text)) > INTEGER_MAX:  # noqa: PLR2004
        raise ValueError(text[:24])
    return int(text)


def _decimal(text: str) -> Decimal:
    if not _DECIMAL.fullmatch(text):
        raise ValueError(text[:24])
    return Decimal(text)


def _refuse_number(text: str) -> None:
    raise ValueError(text[:24])


def _check_strings(value: Any, depth: int) -> None:  # noqa: ANN401  (any JSON value)
    if depth > DEPTH_MAX:
        raise MalformedError("malformed", what="JSON nested too deep")
    if isinstance(value, str):
        if not value.isascii() and (
            not unicodedata.is_normalized("NFC", value)
            or any("\ud800" <= character <= "\udfff" for character in value)
        ):
            raise MalformedError("malformed", what="text that is not NFC")
    elif isinstance(value, dict):
        for name, member in value.items():
            _check_strings(name, depth)
            _check_strings(member, depth + 1)
    elif isinstance(value, list):
        for member in value:
            _check_strings(member, depth + 1)
