"""Lists of who is revoked or suspended, one bit each, as W3C Bitstring Status List 1.0.

Order of a check: the list's own signature, which is the caller's; then that entry and list speak of
the same purpose; then size; then range. What cannot be read is unknown, neither revoked nor fine.
"""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterable, Mapping

from ledger.errors import MalformedError
from ledger.log import encoding

BITS_MIN = 131_072
"""A list is never shorter, so that one bit says little about whose it is (section 3.4)."""
BYTES_MAX = 1 << 24

_MARK = "u"
"""Multibase for base64url without padding."""
_GZIP = 16 + zlib.MAX_WBITS


def encode_status_list(bits: bytes) -> str:
    """Return the ``encodedList`` of a bitstring."""
    assert BITS_MIN // 8 <= len(bits) <= BYTES_MAX
    return _MARK + encoding.encode_base64url(gzip.compress(bits, mtime=0))


def decode_status_list(text: str) -> bytes:
    """Return the bitstring of an ``encodedList``."""
    if not text.startswith(_MARK):
        raise MalformedError("malformed", what="status list")
    inflater = zlib.decompressobj(_GZIP)
    try:
        bits = inflater.decompress(encoding.decode_base64url(text[1:]), BYTES_MAX + 1)
    except zlib.error as error:
        raise MalformedError("malformed", what="status list") from error
    # One whole gzip member with nothing after it; a small file that inflates without end stops.
    if not inflater.eof or inflater.unused_data or not BITS_MIN // 8 <= len(bits) <= BYTES_MAX:
        raise MalformedError("malformed", what="status list")
    return bits


def is_set(bits: bytes, index: int) -> bool:
    """Whether the bit at an index is set. Index 0 is the first byte's highest bit."""
    if not 0 <= index < len(bits) * 8:
        raise MalformedError("malformed", what=f"status list without place {index}")
    return bool(bits[index >> 3] >> (7 - (index & 7)) & 1)


def set_bits(bits: bytes, indexes: Iterable[int]) -> bytes:
    """Return the list with the bits at these indexes set."""
    changed = bytearray(bits)
    for index in indexes:
        changed[index >> 3] |= 1 << (7 - (index & 7))
    return bytes(changed)


def check_status(entry: Mapping[str, object], subject: Mapping[str, object]) -> bool:
    """Return whether a credential's ``credentialStatus`` entry is set in a list's subject."""
    if (entry.get("type"), subject.get("type")) != (
        "BitstringStatusListEntry",
        "BitstringStatusList",
    ):
        raise MalformedError("malformed", what="status of another type")
    if entry.get("statusPurpose") != subject.get("statusPurpose"):
        raise MalformedError("malformed", what="status list for another purpose")
    index, encoded = entry.get("statusListIndex"), subject.get("encodedList")
    # W3C writes the index as text, UNTP 0.7.0 as a number; each has one spelling.
    if isinstance(index, str):
        index = encoding.parse_count(index)
    if type(index) is not int or not isinstance(encoded, str):
        raise MalformedError("malformed", what="status without index or list")
    return is_set(decode_status_list(encoded), index)
