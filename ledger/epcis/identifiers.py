"""Names of things in any spelling partners use, brought to the one this ledger keeps.

GS1 keys are kept as canonical Digital Link URIs (``https://id.gs1.org/01/…``). They come also as
Digital Links of other hosts, with a shorter GTIN, or as the URNs of EPCIS 1 (GS1 EPC Tag Data
Standard 2.0, section 6.3). A URI of another kind is somebody's own name and stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from hashlib import sha256
from urllib.parse import unquote
from uuid import UUID

from ledger.epcis.refusals import EpcisError
from ledger.errors import MalformedError
from ledger.rice import gs1
from ledger.rice.digital_link import Element, format_identity, parse_digital_link

_URN = re.compile(r"urn:epc:(?:id|class|idpat):(?P<scheme>[a-z]+):(?P<parts>[^:]+)", re.ASCII)
_SHORT_GTIN = re.compile(r"(?<=/01/)(?:[0-9]{8}|[0-9]{12,13})(?=/|\?|$)", re.ASCII)
_UUID = re.compile(r"urn:uuid:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII)
_DIGITS_OF_GTIN, _DIGITS_OF_SSCC, _DIGITS_OF_GLN = 13, 17, 12
_CONTAINER = "urn:epc:id:bic:"
_EVENT_TAG = b"rice-ledger/event-id/v1\n"


def thing(uri: str, member: str) -> str:
    """Return the one name of a thing, a place or a party."""
    try:
        return _urn(uri) if uri.startswith("urn:epc:") else _link(uri)
    except MalformedError as error:
        raise EpcisError("epcis_identifier", member=member, read=uri[:80]) from error


def instance(uri: str, member: str) -> str:
    """Return the one name of a single thing; a serial number needs no lot beside it."""
    name = thing(uri, member)
    if "/10/" not in name or "/21/" not in name:
        return name
    link = parse_digital_link(name)
    kept = [element for element in link.named if element[0] != "10"]
    return format_identity(*kept)


def event(name: str) -> str:
    """Return the name of an event as this ledger spells it: a UUID.

    A name of another kind gives a UUID that follows from it, so that asking by the old name finds
    the event, and a declaration of a slip names the event it is about.
    """
    lowered = name.lower()
    return lowered if _UUID.fullmatch(lowered) else event_of(name.encode())


def event_of(data: bytes) -> str:
    """Return the UUID that bytes give (RFC 9562 section 5.8, version 8)."""
    number = int.from_bytes(sha256(_EVENT_TAG + data).digest()[:16])
    number = number & ~(0xF << 76) & ~(0x3 << 62) | 8 << 76 | 2 << 62
    return f"urn:uuid:{UUID(int=number)}"


def _link(uri: str) -> str:
    """Return a Digital Link of any host in canonical form; any other URI as it is."""
    if not uri.startswith(("https://", "http://", "HTTPS://", "HTTP://")):
        return uri
    padded = _SHORT_GTIN.sub(lambda found: found[0].zfill(14), uri)
    try:
        link = parse_digital_link(padded)
    except MalformedError:
        if uri.startswith("https://id.gs1.org/"):
            raise  # only GS1 keys live there, so this was meant to be one
        return uri
    return link.identity


def _urn(uri: str) -> str:
    if uri.startswith(_CONTAINER):
        return uri  # its number is not one of GS1's, and has this one name
    found = _URN.fullmatch(uri)
    read = _SCHEMES.get(found["scheme"]) if found else None
    if found is None or read is None:
        raise MalformedError("malformed", what=uri[:80])
    parts = [unquote(part) for part in found["parts"].split(".", 2)]
    digits, *rest = parts
    if not gs1.is_digits(digits) or not rest:
        raise MalformedError("malformed", what=uri[:80])
    return format_identity(*read(digits, *rest))


def _goods(prefix: str, reference: str, last: str = "*", *, qualifier: str) -> list[Element]:
    gtin = _checked(reference[:1] + prefix + reference[1:], _DIGITS_OF_GTIN)
    return [("01", gtin)] if last == "*" else [("01", gtin), (qualifier, last)]


def _sgtin(prefix: str, reference: str, serial: str = "*") -> list[Element]:
    return _goods(prefix, reference, serial, qualifier="21")


def _lgtin(prefix: str, reference: str, lot: str) -> list[Element]:
    return _goods(prefix, reference, lot, qualifier="10")


def _sscc(prefix: str, reference: str) -> list[Element]:
    return [("00", _checked(reference[:1] + prefix + reference[1:], _DIGITS_OF_SSCC))]


def _sgln(prefix: str, reference: str, extension: str = "0") -> list[Element]:
    place: list[Element] = [("414", _checked(prefix + reference, _DIGITS_OF_GLN))]
    return place if extension == "0" else [*place, ("254", extension)]


def _pgln(prefix: str, reference: str) -> list[Element]:
    return [("417", _checked(prefix + reference, _DIGITS_OF_GLN))]


def _grai(prefix: str, kind: str, serial: str) -> list[Element]:
    return [("8003", f"0{_checked(prefix + kind, _DIGITS_OF_GLN)}{serial}")]


def _gdti(prefix: str, kind: str, serial: str = "") -> list[Element]:
    return [("253", _checked(prefix + kind, _DIGITS_OF_GLN) + serial)]


def _giai(prefix: str, reference: str) -> list[Element]:
    return [("8004", prefix + reference)]


def _ginc(prefix: str, reference: str) -> list[Element]:
    return [("401", prefix + reference)]


def _relation(key: str) -> Callable[[str, str], list[Element]]:
    def read(prefix: str, reference: str) -> list[Element]:
        return [(key, _checked(prefix + reference, _DIGITS_OF_SSCC))]

    return read


_SCHEMES: dict[str, Callable[..., list[Element]]] = {
    "sgtin": _sgtin,
    "lgtin": _lgtin,
    "sscc": _sscc,
    "sgln": _sgln,
    "pgln": _pgln,
    "grai": _grai,
    "gdti": _gdti,
    "giai": _giai,
    "ginc": _ginc,
    "gsrn": _relation("8018"),
    "gsrnp": _relation("8017"),
}


def _checked(digits: str, length: int) -> str:
    """Return digits with the check digit a URN leaves out."""
    if len(digits) != length or not gs1.is_digits(digits):
        raise MalformedError("malformed", what=digits[:40])
    return digits + gs1.check_digit(digits)
