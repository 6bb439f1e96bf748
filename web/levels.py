"""What a Digital Link names here, from the thing itself up: bag, lot, product; pallet; place.

A level is there only if the ledger knows the thing, so an invented serial has the links of its lot
and none of its own. Links are of the types that are served truly: a bag has a link on its emissions
only if somebody stated them.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from typing import Protocol
from urllib.parse import quote

from ledger.catalogue import places
from ledger.errors import MalformedError, NotFoundError
from ledger.proof.verdict import Bag, Verdict
from ledger.rice.certificate_facts import Attestation
from ledger.rice.digital_link import DigitalLink, format_path
from ledger.rice.facts import Lot, Pallet, Product, find
from ledger.rice.labels import parse_serial
from ledger.rice.terms import LocalText
from ledger.store.store import Reading
from web.accepted import JSON
from web.bag_page import emission_bars, evidence_path
from web.linkset import DEFAULT, Level, Link, page_links

NOBODYS = "rice-ledger.nobodys"
"""Set in the scope of a request that names a bag nobody issued, however it is answered."""
PAGES = "/page"
"""Before the path of a Digital Link: the page itself, for whoever is redirected to it."""


class Bags(Protocol):
    """What the pages ask of the ledger. Both raise `NotFoundError` for a code nobody issued."""

    def judge(self, gtin: str, lot: str, serial: str) -> Verdict:
        """Return the verdict on a bag, now."""

    def find_bag(self, serial: str) -> tuple[str, str]:
        """Return the GTIN and the lot of the bag with that serial."""

    def reading(self) -> AbstractContextManager[Reading]:
        """Give one snapshot of everything stored."""


def levels_of(bags: Bags, link: DigitalLink) -> list[Level]:
    """Return what is known of a thing and of what it is one of, the thing itself first."""
    if link.identifier == "01":
        return [*_bag(bags, link), *_goods(bags, link)]
    with bags.reading() as view:
        if link.identifier == "00":
            return list(_pallet(view, link))
        if link.identifier in {"414", "417"}:
            return list(_place(view, link))
    return []


def _bag(bags: Bags, link: DigitalLink) -> Iterator[Level]:
    """Yield the bag that a link names, if it was issued here."""
    serial = link.get("21")
    if serial is None:
        return
    try:
        parse_serial(serial)
        gtin, lot = bags.find_bag(serial)
        if (gtin, lot) != (link.value, link.get("10") or lot):
            return
        bag = bags.judge(gtin, lot, serial).bag
    except (MalformedError, NotFoundError):
        return
    if bag is not None:
        yield Level(link.path, bag.product, _bag_links(bag))


def _bag_links(bag: Bag) -> tuple[Link, ...]:
    path = format_path(("01", bag.gtin), ("10", bag.lot), ("21", bag.serial))
    page, evidence = PAGES + path, evidence_path(bag)
    kinds = ["verificationService", "traceability", "recallStatus"]
    if bag.vouchings:
        kinds.append("certificationInfo")
    if emission_bars(bag.vouchings):
        kinds.append("sustainabilityInfo")
    return (
        Link(DEFAULT, page),
        *(link for kind in kinds for link in page_links(kind, page)),
        Link("verificationService", evidence, JSON),
    )


def _goods(bags: Bags, link: DigitalLink) -> Iterator[Level]:
    """Yield the lot and the product that a link names, as far as they are known."""
    gtin, code = link.value, link.get("10")
    if code is None and (serial := link.get("21")):
        code = _lot_of(bags, gtin, serial)
    with bags.reading() as view:
        if code is not None:
            path = format_path(("01", gtin), ("10", code))
            lot = find(view, Lot, f"lot:https://id.gs1.org{path}")
            if lot is not None:
                yield _lot(view, lot, path)
        product = find(view, Product, f"product:{gtin}")
        if product is not None:
            path = format_path(("01", gtin))
            page = PAGES + path
            links = (*page_links("pip", page), *page_links("recallStatus", page))
            yield Level(path, product.name, (Link(DEFAULT, page), *links))


def _lot_of(bags: Bags, gtin: str, serial: str) -> str | None:
    """Return the lot of a bag that is named without it, as events name bags."""
    try:
        found, lot = bags.find_bag(parse_serial(serial))
    except (MalformedError, NotFoundError):
        return None
    return lot if found == gtin else None


def _lot(view: Reading, lot: Lot, path: str) -> Level:
    product = find(view, Product, f"product:{lot.gtin}")
    code = path.rpartition("/")[2]
    page, data = PAGES + path, f"/lots/{lot.gtin}/{code}"
    recalls = [f"/recall/{flag.index}" for flag in lot.recalled]
    links = [
        Link(DEFAULT, page),
        *page_links("traceability", page),
        Link("traceability", f"{data}/trace", JSON),
        Link("epcis", f"{data}/epcis", "application/ld+json"),
        *(one for at in recalls or [page] for one in page_links("recallStatus", at)),
        *_grant(view, lot),
    ]
    name = product.name if product else _plain(code)
    return Level(path, name, tuple(links))


def _grant(view: Reading, lot: Lot) -> Iterator[Link]:
    """Yield the certificate a lot's mark rests on: what became of it, and as it was signed."""
    grant = find(view, Attestation, f"attestation:{lot.grant}") if lot.grant else None
    if grant is None:
        return
    yield Link("certificationInfo", f"/attestations/{quote(grant.id, safe='')}", JSON)
    first = view.mentions([grant.key], view.head().size)[grant.key][0]
    yield Link("jws", f"/entries/{first}/statement", "application/vc+jwt")


def _pallet(view: Reading, link: DigitalLink) -> Iterator[Level]:
    pallet = find(view, Pallet, f"pallet:{link.identity}")
    if pallet is None:
        return
    lot = find(view, Lot, f"lot:{pallet.lot}")
    product = find(view, Product, f"product:{lot.gtin}") if lot else None
    page = PAGES + link.path
    links = (
        Link(DEFAULT, page),
        *page_links("traceability", page),
        Link("traceability", f"/trace?scope=pallet:{link.value}", JSON),
        Link("epcis", f"/events?MATCH_epc={quote(link.identity, safe='')}", JSON),
    )
    yield Level(link.path, product.name if product else _plain(link.value), links)


def _place(view: Reading, link: DigitalLink) -> Iterator[Level]:
    found = places(view, link.value)
    if found:
        path = format_path((link.identifier, link.value))
        page = PAGES + path
        links = (Link(DEFAULT, page), *page_links("locationInfo", page))
        yield Level(path, found[0].actor.name, links)


def _plain(text: str) -> LocalText:
    return LocalText(vi=text, en=text)
