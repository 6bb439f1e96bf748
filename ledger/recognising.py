"""From what was scanned or typed to the thing it names: a lot, a pallet, a container, a bag.

Taken are a Digital Link of any host, GS1 element strings as readers type them, an SSCC, a container
number, a bag's code, ``GTIN/LOT``, and the lot number alone: of one's own lots if one is called so,
else of any goods that are registered.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from ledger.errors import LedgerError, NotFoundError
from ledger.rice.digital_link import format_identity, parse_digital_link
from ledger.rice.facts import Container, Lot, Pallet, Product, find
from ledger.rice.gs1 import is_container, is_gtin, is_sscc, normalise_gtin14
from ledger.rice.labels import read_code
from ledger.store.store import Reading

Thing = Lot | Pallet | Container
TEXT_LENGTH_MAX = 2_048

_GROUP = "\x1d"
_SYMBOLOGY = re.compile(r"\A\][CdeQJ][0-9]")
_ELEMENTS = re.compile(r"\A\(?01\)?([0-9]{14})(?:.*?)\(?10\)?([\x21-\x7e]{1,20})")
_BRACKETED = re.compile(r"\(([0-9]{2,4})\)([^(]+)")
_UNIT = re.compile(r"\A(?:\(?00\)?)?([0-9]{18})\Z")
_NAMED = re.compile(r"\A([0-9]{8,14})[/ ](.+)\Z")


@dataclass(frozen=True, slots=True)
class Recognised:
    """The thing a text names, and the serial of the bag where it was one."""

    thing: Thing
    serial: str = ""


def recognise(
    view: Reading, text: str, own: Iterable[Lot], find_bag: Callable[[str], tuple[str, str]]
) -> Recognised:
    """Return what a text names; raise a refusal that says that nothing here is called so."""
    typed = _SYMBOLOGY.sub("", text.strip())[:TEXT_LENGTH_MAX]
    for name, serial in _names(typed, find_bag):
        for key in (f"lot:{name}", f"pallet:{name}", f"container:{name}"):
            thing = view.get(key)
            if isinstance(thing, Thing):
                return Recognised(thing, serial)
    lot = _called(view, typed, own)
    if lot is None:
        raise NotFoundError("name_unknown", name=typed[:64])
    return Recognised(lot)


def _names(typed: str, find_bag: Callable[[str], tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Yield what a text may name, and the serial of the bag it is on."""
    if "://" in typed:
        link = parse_digital_link(typed)
        elements = dict(link.named)
        yield from _of_elements(elements)
        return
    compact = re.sub(r"[\s-]", "", typed)
    if (unit := _UNIT.match(compact)) and is_sscc(unit[1]):
        yield format_identity(("00", unit[1])), ""
    if is_container(compact.upper()):
        yield compact.upper(), ""
    if typed.startswith("("):
        yield from _of_elements(dict(_BRACKETED.findall(typed)))
    elif found := _ELEMENTS.match(typed.replace(_GROUP, "")):
        yield from _of_elements({"01": found[1], "10": found[2]})
    if (named := _NAMED.match(typed)) and is_gtin(named[1]):
        yield from _of_elements({"01": normalise_gtin14(named[1]), "10": named[2]})
    try:
        serial = read_code(typed)
        gtin, lot = find_bag(serial)
    except LedgerError:
        return
    yield format_identity(("01", gtin), ("10", lot)), serial


def _of_elements(elements: dict[str, str]) -> Iterator[tuple[str, str]]:
    try:
        if "00" in elements:
            yield format_identity(("00", elements["00"])), ""
        elif {"01", "10"} <= elements.keys():
            named = format_identity(("01", elements["01"]), ("10", elements["10"]))
            yield named, elements.get("21", "")
    except LedgerError:
        return


def _called(view: Reading, number: str, own: Iterable[Lot]) -> Lot | None:
    """Return the lot with a number: one of one's own before one of somebody else's goods."""
    for lot in own:
        if lot.id.rpartition("/")[2].casefold() == number.casefold():
            return lot
    try:
        names = [format_identity(("01", gtin), ("10", number)) for gtin in _goods(view)]
    except LedgerError:
        return None
    found = view.facts([f"lot:{name}" for name in names])
    lots = (find(view, Lot, key) for key in found)
    return next((lot for lot in lots if lot is not None), None)


def _goods(view: Reading) -> Iterator[str]:
    return (goods.gtin for goods in view.every(Product, "product"))
