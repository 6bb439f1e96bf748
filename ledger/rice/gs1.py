"""The digits of GS1 identification keys (GTIN, SSCC, GLN) and of freight containers.

Follows the GS1 General Specifications, section 7.9 (check digit calculations) and section 3 (data
fields of fixed length). Company prefixes are not looked up: a number with the right digits need not
have been issued by anybody.
"""

from __future__ import annotations

import re

from ledger.errors import MalformedError

GTIN_LENGTHS = (8, 12, 13, 14)
SSCC_LENGTH = 18
GLN_LENGTH = 13
_CONTAINER = re.compile(r"[A-Z]{3}[UJZ][0-9]{7}")


def check_digit(data_digits: str) -> str:
    """Return the digit that completes a key, given its digits without it.

    General Specifications 7.9.1: from the right, digits weigh 3, 1, 3, 1...; the check digit lifts
    the sum to the next multiple of ten.
    """
    assert is_digits(data_digits), "a key is made of digits only"
    total = sum(
        int(digit) * (1 if place % 2 else 3) for place, digit in enumerate(reversed(data_digits))
    )
    return str(-total % 10)


def is_digits(text: str) -> bool:
    """Whether the text is one or more of the ten ASCII digits; ``isdigit`` alone takes more."""
    return text.isascii() and text.isdigit()


def is_gtin(text: str) -> bool:
    """Whether the text is a GTIN-8, -12, -13 or -14 with the right check digit."""
    return len(text) in GTIN_LENGTHS and _is_checked(text)


def normalise_gtin14(text: str) -> str:
    """Return the GTIN as the 14 digits of AI (01), or refuse it (General Specifications 3.3.2)."""
    if not is_gtin(text):
        raise MalformedError("gtin_malformed", read=text[:40])
    return text.zfill(14)


def is_sscc(text: str) -> bool:
    """Whether the text is an 18-digit SSCC with the right check digit (AI 00)."""
    return len(text) == SSCC_LENGTH and _is_checked(text)


def is_gln(text: str) -> bool:
    """Whether the text is a 13-digit GLN with the right check digit (AI 414)."""
    return len(text) == GLN_LENGTH and _is_checked(text)


def is_container(text: str) -> bool:
    """Whether the text is a container number with the right check digit (ISO 6346, annex A)."""
    if not _CONTAINER.fullmatch(text):
        return False
    total = sum(_container_value(sign) << place for place, sign in enumerate(text[:-1]))
    return total % 11 % 10 == int(text[-1])


def _container_value(sign: str) -> int:
    """Letters count from 10 and leave out the multiples of 11 (ISO 6346, table A.1)."""
    if sign.isdigit():
        return int(sign)
    value = ord(sign) - ord("A") + 10
    return value + (value - 1) // 10


def _is_checked(text: str) -> bool:
    return is_digits(text) and check_digit(text[:-1]) == text[-1]
