"""GS1 Digital Link URIs: what a QR symbol says, and how lots, bags and places are named.

Reads and writes the uncompressed URI syntax of GS1 Digital Link (URI Syntax 1.6, sections 4.2 to
4.11) for the application identifiers in ``FORMATS``. The canonical form names things in events: a
lot is ``https://id.gs1.org/01/<gtin14>/10/<lot>``. Any other host may carry the same path.

Refused although other readers take them: names instead of numbers (``/gtin/``), GTINs of fewer than
14 digits, identifiers missing from the table. Compressed URIs are not read. Country codes and
company prefixes are not looked up, and identifiers that ask for company are not asked for it,
except 427, which means nothing without 422.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import quote_from_bytes, unquote_to_bytes

from ledger.errors import MalformedError
from ledger.rice.gs1 import check_digit, is_digits

Element = tuple[str, str]
"""An application identifier and its value."""

CANONICAL_HOST = "https://id.gs1.org"

KEYS: dict[str, tuple[tuple[str, ...], ...]] = {
    "00": (),  # logistic unit: a pallet
    "01": (("22", "10", "21"), ("235",)),  # trade item: a kind of bag
    "253": (),  # document type
    "255": (),  # coupon
    "401": (),  # consignment
    "402": (),  # shipment
    "414": (("254",), ("7040",)),  # place
    "417": (("7040",),),  # party
    "8003": (),  # returnable asset
    "8004": (("7040",),),  # individual asset: a sensor, a scale
    "8006": (("22", "10", "21"),),  # piece of a trade item
    "8010": (("8011",),),  # component
    "8013": (),  # product model
    "8017": (("8019",),),  # provider of a service
    "8018": (("8019",),),  # recipient of a service
}
"""Primary keys, each with its chains of qualifiers; a path follows one chain and may skip links."""

_MEASURES = ("N6", [f"{310 + kind}{places}" for kind in range(7) for places in range(6)])
_LOGISTIC_MEASURES = ("N6", [f"{330 + kind}{places}" for kind in range(8) for places in range(6)])
_AMOUNTS = ("N..15", [f"{kind}{places}" for kind in (390, 392) for places in range(10)])
_AMOUNTS_ISO = ("N3+N..15", [f"{kind}{places}" for kind in (391, 393) for places in range(10)])
_PROCESSORS = ("N3+X..27", [f"703{place}" for place in range(10)])
_CERTIFICATIONS = ("X2+X..28", [f"723{place}" for place in range(10)])
_INTERNAL = ("X..90", [str(number) for number in range(91, 100)])
_DAYS = ("N6:month", ["11", "12", "13", "15", "16", "17"])
_PLACES = ("N13:check", ["410", "411", "412", "413", "414", "415", "416", "417"])
_RANGES = (
    _MEASURES,
    _LOGISTIC_MEASURES,
    _AMOUNTS,
    _AMOUNTS_ISO,
    _PROCESSORS,
    _CERTIFICATIONS,
    _INTERNAL,
    _DAYS,
    _PLACES,
)

FORMATS: dict[str, str] = {
    "00": "N18:check",
    "01": "N14:check",
    "02": "N14:check",  # trade items inside a logistic unit
    "10": "X..20",
    "20": "N2",
    "21": "X..20",
    "22": "X..20",
    "235": "X..28",
    "240": "X..30",
    "241": "X..30",
    "250": "X..30",
    "251": "X..30",
    "253": "N13:check+[X..17]",
    "254": "X..20",
    "255": "N13:check+[N..12]",
    "30": "N..8",
    "37": "N..8",
    "400": "X..30",
    "401": "X..30",
    "402": "N17:check",
    "403": "X..30",
    "420": "X..20",
    "421": "N3+X..9",
    "422": "N3",
    "423": "N3+[N3]+[N3]+[N3]+[N3]",
    "424": "N3",
    "425": "N3+[N3]+[N3]+[N3]+[N3]",
    "426": "N3",
    "427": "X..3",
    "7003": "N6:day+N4",
    "7007": "N6:day+[N6:day]",
    "7040": "N1+X1+X1+X1",
    "8003": "N1:zero+N13:check+[X..16]",
    "8004": "X..30",
    "8006": "N14:check+N4:piece",
    "8010": "Y..30",
    "8011": "N..12:plain",
    "8013": "X..25:pair",
    "8017": "N18:check",
    "8018": "N18:check",
    "8019": "N..10",
    "8030": "Z..90",
    "90": "X..30",
} | {identifier: form for form, identifiers in _RANGES for identifier in identifiers}
"""The form of each value, part by part: character set, length (``..`` is up to), and a check."""

_NEVER_IN_QUERY = frozenset({"21", "22", "235", "254", "410", "411", "412", "413", "415", "416"})
_CHARACTERS = {
    "N": frozenset("0123456789"),
    # The 82 characters of ISO/IEC 646 in General Specifications figure 7.11-1.
    "X": frozenset(
        "!\"%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"
    ),
    "Y": frozenset("#-/0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"),
    "Z": frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_="),
}
_PART = re.compile(r"(\[?)([NXYZ])(\.\.)?([0-9]+)(?::([a-z]+))?\]?")
_URI = re.compile(
    r"(?:https?|HTTPS?)://(?P<host>[A-Za-z0-9.-]+(?::[0-9]{1,5})?)"
    r"(?P<path>/[^?#]*)(?:\?(?P<query>[^#]*))?(?:#.*)?"
)
_URI_CHARACTERS = frozenset(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~:/?#[]@!$&'()*+,;=%"
)
_LONGEST_URI = 2048
_HOST = re.compile(r"[A-Za-z0-9.-]{1,253}(?::[0-9]{1,5})?")


@dataclass(frozen=True, slots=True)
class DigitalLink:
    """What a Digital Link URI names: a key, its qualifiers, and statements about them."""

    identifier: str
    value: str
    qualifiers: tuple[Element, ...] = ()
    attributes: tuple[Element, ...] = ()

    @property
    def named(self) -> tuple[Element, ...]:
        """The elements of the path: the key and its qualifiers."""
        return ((self.identifier, self.value), *self.qualifiers)

    @property
    def path(self) -> str:
        """The path in its one spelling, to follow any host."""
        return "".join(f"/{identifier}/{_escape(value)}" for identifier, value in self.named)

    @property
    def identity(self) -> str:
        """The canonical name of the thing itself, without what is said about it."""
        return CANONICAL_HOST + self.path

    @property
    def canonical(self) -> str:
        """The canonical form (URI Syntax 4.12), attributes sorted by identifier."""
        query = "&".join(f"{name}={_escape(value)}" for name, value in sorted(self.attributes))
        return f"{self.identity}?{query}" if query else self.identity

    def get(self, identifier: str) -> str | None:
        """Return the value of an identifier in the path, or None."""
        return dict(self.named).get(identifier)


def parse_digital_link(uri: str) -> DigitalLink:
    """Return what a Digital Link URI on any host says."""
    if len(uri) > _LONGEST_URI or not _URI_CHARACTERS.issuperset(uri):
        raise MalformedError("link_unreadable", read=uri[:80])
    parts = _URI.fullmatch(uri)
    if parts is None:
        raise MalformedError("link_unreadable", read=uri[:80])
    named = _parse_path(parts["path"])
    attributes = tuple(_parse_query(parts["query"] or ""))
    _check_attributes(named, attributes)
    return DigitalLink(*named[0], qualifiers=tuple(named[1:]), attributes=attributes)


def parse_identity(uri: str) -> DigitalLink:
    """Return what a canonical URI names; any other spelling of the same name is refused."""
    link = parse_digital_link(uri)
    if link.identity != uri:
        raise MalformedError("link_not_canonical", read=uri[:80], expected=link.identity)
    return link


def parse_raw_path(raw_path: bytes) -> DigitalLink:
    """Return what the path of a request names, before any server has decoded it.

    Decoding first and splitting after would cut a lot ``A/B`` in two.
    """
    try:
        path = raw_path.decode("ascii")
    except UnicodeDecodeError as error:
        raise MalformedError("link_unreadable", read=repr(raw_path[:80])) from error
    if len(path) > _LONGEST_URI or not _URI_CHARACTERS.issuperset(path) or "?" in path:
        raise MalformedError("link_unreadable", read=path[:80])
    named = _parse_path(path)
    return DigitalLink(*named[0], qualifiers=tuple(named[1:]))


def resolver_root(told: str, scheme: str, host: str) -> str:
    """Return the address a resolver was asked at; empty where what was sent names no host.

    The one it was told is taken where the host is the same: it knows the scheme outside.
    """
    if told.partition("://")[2] == host:
        return told
    return f"{scheme}://{host}" if _HOST.fullmatch(host) else ""


def format_path(*named: Element) -> str:
    """Return the path for a key and its qualifiers, every value checked."""
    _check_chain(named)
    for identifier, value in named:
        _check_value(identifier, value)
    return DigitalLink(*named[0], qualifiers=named[1:]).path


def format_identity(*named: Element) -> str:
    """Return the canonical URI that names a thing in events and statements."""
    return CANONICAL_HOST + format_path(*named)


def _parse_path(path: str) -> list[Element]:
    """Return the elements of a path, key first. What stands before them is the host's own."""
    segments = path.split("/")[1:]
    named: list[Element] = []
    # The rightmost key wins (URI Syntax 4.5), so pairs are read from the end.
    while len(segments) >= 2:  # noqa: PLR2004  (a pair)
        value, identifier = _unescape(segments.pop()), segments.pop()
        if identifier not in FORMATS:
            break
        named.insert(0, (identifier, value))
        if identifier in KEYS:
            _check_chain(named)
            for element in named:
                _check_value(*element)
            return named
    raise MalformedError("link_no_key", read=path[:80])


def _parse_query(query: str) -> Iterator[Element]:
    """Yield the attributes of a query in their order; words that are no numbers are the host's."""
    for pair in query.split("&"):
        identifier, equals, escaped = pair.partition("=")
        if not equals or not is_digits(identifier):
            continue
        if identifier not in FORMATS:
            raise MalformedError("link_unknown_identifier", identifier=identifier[:8])
        value = _unescape(escaped.replace("+", " "))
        _check_value(identifier, value)
        yield identifier, value


def _check_chain(named: Sequence[Element]) -> None:
    """Refuse qualifiers that the key does not have, or in another order (URI Syntax 4.6)."""
    key, *qualifiers = (identifier for identifier, _ in named)
    for chain in KEYS.get(key, ()) or ((),):
        rest = iter(chain)
        if key in KEYS and all(qualifier in rest for qualifier in qualifiers):
            return
    raise MalformedError("link_qualifiers", key=key, qualifiers=", ".join(qualifiers))


def _check_attributes(named: Sequence[Element], attributes: Sequence[Element]) -> None:
    """Refuse attributes said twice, or that belong in the path (URI Syntax 4.10)."""
    key = named[0][0]
    seen = {identifier for identifier, _ in named}
    own = {qualifier for chain in KEYS[key] for qualifier in chain}
    for identifier, _ in attributes:
        if identifier in seen:
            raise MalformedError("link_twice", identifier=identifier)
        if identifier in own | _NEVER_IN_QUERY:
            raise MalformedError("link_belongs_in_path", identifier=identifier)
        seen.add(identifier)
    if "427" in seen and "422" not in seen:
        raise MalformedError("link_value", identifier="427", read="422")


def _check_value(identifier: str, value: str) -> None:
    """Refuse a value that does not have the form of its identifier."""
    rest = value
    for optional, characters, up_to, length, check in _PART.findall(FORMATS[identifier]):
        if optional and not rest:
            break
        part, rest = rest[: int(length)], rest[int(length) :]
        is_whole = bool(part) if up_to else len(part) == int(length)
        if (
            not is_whole
            or not _CHARACTERS[characters].issuperset(part)
            or (check and not _CHECKS[check](part))
        ):
            raise MalformedError("link_value", identifier=identifier, read=value[:40])
    if rest:
        raise MalformedError("link_value", identifier=identifier, read=value[:40])


def _has_check_digit(part: str) -> bool:
    return check_digit(part[:-1]) == part[-1]


def _has_check_pair(part: str) -> bool:
    """Whether the last two characters of a model number fit (General Specifications 7.9.5)."""
    if len(part) <= 2:  # noqa: PLR2004  (the check pair itself)
        return False
    primes = (
        2,
        3,
        5,
        7,
        11,
        13,
        17,
        19,
        23,
        29,
        31,
        37,
        41,
        43,
        47,
        53,
        59,
        61,
        67,
        71,
        73,
        79,
        83,
    )
    total = sum(
        _MODEL_CHARACTERS.index(character) * prime
        for character, prime in zip(reversed(part[:-2]), primes, strict=False)
    )
    high, low = divmod(total % 1021, 32)
    signs = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
    return part[-2:] == signs[high] + signs[low]


def _is_month(part: str) -> bool:
    """Whether the part is YYMMDD; day 00 leaves the day open (General Specifications 3.4)."""
    return (part[4:] == "00" and _is_day(part[:4] + "01")) or _is_day(part)


def _is_day(part: str) -> bool:
    """Whether the part is YYMMDD and in the calendar."""
    year, month, day = int(part[:2]), int(part[2:4]), int(part[4:])
    # Two digits mean a year between 1926 and 2125 or so; only 2100 has a wrong leap day here.
    days = (31, 29 if year % 4 == 0 else 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
    return 1 <= month <= 12 and 1 <= day <= days[month - 1]  # noqa: PLR2004


def _is_piece(part: str) -> bool:
    """Whether the part is a piece number and a total that holds it."""
    return 1 <= int(part[:2]) <= int(part[2:])


_MODEL_CHARACTERS = sorted(_CHARACTERS["X"])
_CHECKS: dict[str, Callable[[str], bool]] = {
    "check": _has_check_digit,
    "pair": _has_check_pair,
    "month": _is_month,
    "day": _is_day,
    "piece": _is_piece,
    "zero": lambda part: part == "0",
    "plain": lambda part: part[0] != "0",
}


def _escape(value: str) -> str:
    """Percent-encode all but the unreserved characters (RFC 3986 section 2.3)."""
    return quote_from_bytes(value.encode(), safe="")


def _unescape(escaped: str) -> str:
    """Percent-decode once; a percent sign before anything but two hex digits stands for itself."""
    try:
        value = unquote_to_bytes(escaped).decode()
    except UnicodeDecodeError as error:
        raise MalformedError("link_unreadable", read=escaped[:80]) from error
    if "\0" in value:
        raise MalformedError("link_unreadable", read=escaped[:80])
    return value
