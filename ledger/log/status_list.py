"""Lists of who is revoked or suspended, one bit each, as W3C Bitstring Status List 1.0.

`check_status` reads the bit of one credential, in this order, and every step has its own code:

1. The list is there, and it is the one that the credential names.
2. Its signature is good, by a key the reader believes (`check`, which is the caller's), and it is
   by whoever issued the credential, or by the ``did:web`` of the host that the credential names.
3. It holds at the moment of judging: validFrom and validUntil.
4. It is a list, and for the purpose that the credential names.
5. It inflates to a bitstring that is long enough, and no longer than a list may be.
6. The place is in it.

What cannot be read is unknown, neither set nor fine: each of these raises, none answers no.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime

from msgspec import Struct

from ledger.errors import CODES, MalformedError, NotFoundError, RefusedError, Words
from ledger.log import encoding
from ledger.log.secured import Secured, read_validity
from ledger.log.statement import issuer_of

CODES |= {
    "status_missing": Words(
        "The status list {list} is not here, so it is not known whether this still stands.",
        "Không có danh sách trạng thái {list}, nên chưa rõ chứng nhận còn hiệu lực hay không.",
    ),
    "status_stale": Words(
        "The status list {list} does not hold at {at}: get a newer one.",
        "Danh sách trạng thái {list} không có hiệu lực lúc {at}: hãy lấy bản mới.",
    ),
    "status_other_purpose": Words(
        "The status list is for {there}, the certificate asks for {asked}.",
        "Danh sách trạng thái dùng cho {there}, còn chứng nhận hỏi {asked}.",
    ),
    "status_other_issuer": Words(
        "The status list is by {issuer}, to whom the certificate does not point.",
        "Danh sách trạng thái do {issuer} phát hành, không phải nơi chứng nhận chỉ tới.",
    ),
    "status_unreadable": Words(
        "The status list cannot be read: {what}.",
        "Không đọc được danh sách trạng thái: {what}.",
    ),
    "status_too_short": Words(
        "The status list has {bits} places; it needs {least}.",
        "Danh sách trạng thái có {bits} chỗ; cần {least}.",
    ),
    "status_too_long": Words(
        "The status list inflates to more than {most} bytes.",
        "Danh sách trạng thái giải nén ra hơn {most} byte.",
    ),
    "status_beyond": Words(
        "The status list has no place {place}; it has {bits}.",
        "Danh sách trạng thái không có chỗ {place}; chỉ có {bits}.",
    ),
}

ENTRY, LIST = "BitstringStatusListEntry", "BitstringStatusList"
LIST_CREDENTIAL = "BitstringStatusListCredential"
BITS_MIN = 131_072
"""A list is never shorter, so that one bit says little about whose it is (section 3.4)."""
BYTES_MAX = 1 << 24
INDEX_MAX = BYTES_MAX * 8 - 1

_MARK = "u"
"""Multibase for base64url without padding."""
_GZIP_HEAD = b"\x1f\x8b\x08" + bytes(5) + b"\x02\xff"
"""RFC 1952 section 2.3: deflate, no time, no name, of no particular system."""
_GZIP = 16 + zlib.MAX_WBITS


class StatusEntry(Struct, frozen=True):
    """Where a credential's state can be read: list, place in it, and what a set bit says."""

    list: str
    index: int
    purpose: str


def write_entry(entry: StatusEntry) -> dict[str, str | int]:
    """Return ``credentialStatus`` as UNTP 0.7.0 has it: one object, its index a number."""
    return {
        "type": ENTRY,
        "statusPurpose": entry.purpose,
        "statusListIndex": entry.index,
        "statusListCredential": entry.list,
    }


def read_entries(value: object) -> tuple[StatusEntry, ...]:
    """Return the status lists that ``credentialStatus`` names: none, one object, or several.

    Entries of another type are other people's ways of saying it, and left alone.
    """
    named = value if isinstance(value, list) else [] if value is None else [value]
    found = [one for one in named if isinstance(one, dict)]
    if len(found) != len(named):
        raise MalformedError("status_unreadable", what="credentialStatus")
    return tuple(_entry(one) for one in found if one.get("type") == ENTRY)


def _entry(value: Mapping[str, object]) -> StatusEntry:
    url, purpose = value.get("statusListCredential"), value.get("statusPurpose")
    index = value.get("statusListIndex")
    # W3C writes the index as text, UNTP 0.7.0 as a number; each has one spelling.
    if isinstance(index, str):
        index = encoding.parse_count(index)
    if not isinstance(url, str) or not isinstance(purpose, str) or type(index) is not int:
        raise MalformedError("status_unreadable", what="credentialStatus")
    if not 0 <= index <= INDEX_MAX:
        raise MalformedError("status_beyond", place=str(index), bits=INDEX_MAX + 1)
    return StatusEntry(list=url, index=index, purpose=purpose)


def check_status(
    entry: StatusEntry,
    issuer: str,
    lists: Mapping[str, Secured],
    check: Callable[[Secured], object],
    at: datetime,
) -> bool:
    """Return whether the bit of a credential by ``issuer`` is set in the list that it names.

    ``lists`` are those at hand, by their ids. ``check`` raises unless one is signed by a key that
    the reader believes, and its own issuer's.
    """
    found = lists.get(entry.list)
    if found is None:
        raise NotFoundError("status_missing", list=entry.list)
    check(found)
    claims = found.claims
    signer = issuer_of(claims)
    if signer not in {issuer, _did_of_host(entry.list)}:
        raise RefusedError("status_other_issuer", issuer=signer)
    if not read_validity(claims).holds(at):
        raise RefusedError("status_stale", list=entry.list, at=encoding.format_time(at))
    types, subject = claims.get("type"), claims.get("credentialSubject")
    if not isinstance(types, list) or LIST_CREDENTIAL not in types:
        raise MalformedError("status_unreadable", what=f"no {LIST_CREDENTIAL}")
    return read_bit(entry, subject)


def _did_of_host(url: str) -> str:
    """Return the DID of the host that an address names (did:web, section 3.1)."""
    host = url.removeprefix("https://").partition("/")[0]
    return f"did:web:{host.replace(':', '%3A')}"


def read_bit(entry: StatusEntry, subject: object) -> bool:
    """Return whether a bit is set in the subject of a list's credential."""
    if not isinstance(subject, dict) or subject.get("type") not in (LIST, [LIST]):
        raise MalformedError("status_unreadable", what=f"no {LIST}")
    if subject.get("statusPurpose") != entry.purpose:
        there = str(subject.get("statusPurpose"))[:40]
        raise RefusedError("status_other_purpose", there=there, asked=entry.purpose)
    encoded = subject.get("encodedList")
    if not isinstance(encoded, str):
        raise MalformedError("status_unreadable", what="encodedList")
    return is_set(decode_status_list(encoded), entry.index)


def encode_status_list(bits: bytes) -> str:
    """Return the ``encodedList`` of a bitstring: one member, the same bytes for the same bits."""
    assert BITS_MIN // 8 <= len(bits) <= BYTES_MAX
    deflater = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    body = deflater.compress(bits) + deflater.flush()
    tail = struct.pack("<II", zlib.crc32(bits), len(bits))
    return _MARK + encoding.encode_base64url(_GZIP_HEAD + body + tail)


def decode_status_list(text: str) -> bytes:
    """Return the bitstring of an ``encodedList``; a small one that inflates without end stops."""
    if not text.startswith(_MARK):
        raise MalformedError("status_unreadable", what="multibase")
    inflater = zlib.decompressobj(_GZIP)
    try:
        bits = inflater.decompress(encoding.decode_base64url(text[1:]), BYTES_MAX + 1)
    except zlib.error as error:
        raise MalformedError("status_unreadable", what="gzip") from error
    if len(bits) > BYTES_MAX:
        raise MalformedError("status_too_long", most=BYTES_MAX)
    # One whole gzip member, with nothing after it.
    if not inflater.eof or inflater.unused_data:
        raise MalformedError("status_unreadable", what="gzip")
    if len(bits) * 8 < BITS_MIN:
        raise MalformedError("status_too_short", bits=len(bits) * 8, least=BITS_MIN)
    return bits


def is_set(bits: bytes, index: int) -> bool:
    """Whether the bit at an index is set. Index 0 is the first byte's highest bit."""
    if not 0 <= index < len(bits) * 8:
        raise MalformedError("status_beyond", place=str(index), bits=len(bits) * 8)
    return bool(bits[index >> 3] >> (7 - (index & 7)) & 1)


def set_bits(bits: bytes, indexes: Iterable[int]) -> bytes:
    """Return the list with the bits at these indexes set."""
    changed = bytearray(bits)
    for index in indexes:
        changed[index >> 3] |= 1 << (7 - (index & 7))
    return bytes(changed)
