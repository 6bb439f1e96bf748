"""A container, a pallet or a lot with everything that a buyer should know of it, judged."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from ledger.disclosures import LABELS
from ledger.dossier import dossier
from ledger.errors import CODES, MalformedError, NotFoundError, Words
from ledger.lists import lot_name
from ledger.log.statement import parse_statement
from ledger.proof.trust import read_trust
from ledger.proof.verdict import Verdict
from ledger.proof.verify import verify_bytes
from ledger.rice.case import open_meaning
from ledger.rice.digital_link import parse_identity
from ledger.rice.emission import Emission
from ledger.rice.events import Shipping
from ledger.rice.facts import Actor, Container, Did, Lettering, Lot, Pallet, Product, find
from ledger.rice.facts import LabelBatch as Issued
from ledger.rice.labels import SECRET_LENGTH_BYTES, LabelBatch, label_at
from ledger.rice.terms import LocalText
from ledger.service import Ledger
from ledger.store.store import Reading

CODES |= {
    "consignment_unknown": Words(
        "No container, pallet or lot of that name is recorded here: {name}.",
        "Ở đây chưa ghi container, pallet hay lô nào tên {name}.",
    ),
    "consignment_large": Words(
        "There are {count} lots in it; a dossier holds at most {limit}.",
        "Trong đó có {count} lô; một bộ hồ sơ chứa tối đa {limit} lô.",
    ),
}

LOTS_MAX = 40
_PALLET = "https://id.gs1.org/00/"
_CONTAINER = "urn:epc:id:bic:"


@dataclass(frozen=True, slots=True)
class Grown:
    """What the ledger computed of one area's season: its emission, if there is enough to reckon."""

    area: str
    season: str
    share_ppt: int
    emission: Emission


@dataclass(frozen=True, slots=True)
class ConsignedLot:
    """So many bags of one lot; a sample bag of it with its evidence, where labels are disclosed."""

    lot: Lot
    product: Product
    packer: LocalText
    bags: int
    serial: str
    bundle: bytes
    verdict: Verdict | None
    grown: tuple[Grown, ...]

    @property
    def mass_g(self) -> int:
        """Return the net mass of these bags."""
        return self.bags * self.lot.bag_g

    @property
    def code(self) -> str:
        """Return the number that people know the lot by."""
        return lot_name(self.lot.id).partition("/")[2]


@dataclass(frozen=True, slots=True)
class Consignment:
    """What goes to a buyer together. ``kind`` is ``container``, ``pallet`` or ``lot``."""

    kind: str
    number: str
    seal: str
    sender: LocalText
    receiver: LocalText | None
    country: str
    shipped_on: str
    papers: tuple[tuple[str, str], ...]
    pallets: tuple[Pallet, ...]
    lots: tuple[ConsignedLot, ...]
    at: datetime
    size: int
    origin: str

    @property
    def bags(self) -> int:
        """Return how many bags there are."""
        return sum(one.bags for one in self.lots)

    @property
    def mass_g(self) -> int:
        """Return their net mass."""
        return sum(one.mass_g for one in self.lots)


@dataclass(frozen=True, slots=True)
class _Unit:
    """What a name stands for, before its lots are looked at."""

    kind: str
    number: str
    fact: Container | Pallet | Lot
    pallets: tuple[Pallet, ...]
    bags: dict[str, int]


def is_concerned(view: Reading, name: str, actor: str) -> bool:
    """Tell whether an organisation holds, gets or packed what a name stands for."""
    unit = _unit(view, name)
    lots = (find(view, Lot, f"lot:{lot}") for lot in unit.bags)
    parties = {unit.fact.holder, unit.fact.consigned_to, *(lot.maker for lot in lots if lot)}
    return actor in parties


def gather(ledger: Ledger, name: str, at: datetime) -> Consignment:
    """Return everything about a container, an SSCC, or a lot's URI, as of a moment."""
    ledger.publish()
    with ledger.reading() as view:
        unit = _unit(view, name)
        if len(unit.bags) > LOTS_MAX:
            raise MalformedError("consignment_large", count=len(unit.bags), limit=LOTS_MAX)
        lots = tuple(_lot(ledger, view, lot, bags, at) for lot, bags in sorted(unit.bags.items()))
        shipped = _shipping(view, unit)
        sender = next((one.lot.maker for one in lots), unit.fact.holder)
        on, receiver, country = "", unit.fact.consigned_to, ""
        papers: tuple[tuple[str, str], ...] = ()
        if shipped is not None:
            sender, event = shipped
            on, country, papers = event.at[:10], event.country, event.papers
            did = find(view, Did, f"did:{event.consigned_to}")
            receiver = did.actor if did else receiver
        return Consignment(
            kind=unit.kind,
            number=unit.number,
            seal=unit.fact.seal if isinstance(unit.fact, Container) else "",
            sender=_name(view, sender),
            receiver=_name(view, receiver) if receiver else None,
            country=country,
            shipped_on=on,
            papers=tuple(papers),
            pallets=unit.pallets,
            lots=lots,
            at=at,
            size=ledger.published().size,
            origin=ledger.origin,
        )


def _unit(view: Reading, name: str) -> _Unit:
    for number in {name, name.removeprefix(_CONTAINER), f"{_CONTAINER}{name}"}:
        container = find(view, Container, f"container:{number}")
        if container is not None:
            known = [find(view, Pallet, f"pallet:{sscc}") for sscc in container.pallets]
            pallets = tuple(pallet for pallet in known if pallet is not None)
            counted = [(one.lot, one.bags) for one in pallets]
            bags = _summed([*counted, *container.bags])
            shown = container.number.removeprefix(_CONTAINER)
            return _Unit("container", shown, container, pallets, bags)
    sscc = name if name.startswith(_PALLET) else f"{_PALLET}{name}"
    pallet = find(view, Pallet, f"pallet:{sscc}")
    if pallet is not None:
        number = pallet.sscc.removeprefix(_PALLET)
        return _Unit("pallet", number, pallet, (pallet,), {pallet.lot: pallet.bags})
    lot = find(view, Lot, f"lot:{name}")
    if lot is None or lot.form != "packed":
        raise NotFoundError("consignment_unknown", name=name[:120])
    return _Unit("lot", lot_name(lot.id).partition("/")[2], lot, (), {lot.id: lot.bags})


def _summed(counted: list[tuple[str, int]]) -> dict[str, int]:
    bags: dict[str, int] = {}
    for lot, count in counted:
        bags[lot] = bags.get(lot, 0) + count
    return bags


def _lot(ledger: Ledger, view: Reading, name: str, bags: int, at: datetime) -> ConsignedLot:
    lot = find(view, Lot, f"lot:{name}")
    assert lot is not None, "bags are of a known lot"
    product = find(view, Product, f"product:{lot.gtin}")
    assert product is not None, "a lot is of a known product"
    serial = _sample(view, name)
    bundle, verdict = b"", None
    if serial:
        link = parse_identity(name)
        bundle = ledger.bundle(link.value, link.qualifiers[0][1], serial, at)
        verdict = verify_bytes(bundle, read_trust(ledger.trust()), at)
    grown = tuple(_grown(view, verdict)) if verdict else ()
    return ConsignedLot(lot, product, _name(view, lot.maker), bags, serial, bundle, verdict, grown)


def _sample(view: Reading, lot: str) -> str:
    """Return the code of the first bag of a lot whose label counts; nothing where none is known."""
    lettering = find(view, Lettering, f"lettering:{lot}")
    for name in lettering.batches if lettering else ():
        issued = find(view, Issued, f"labels:{name}")
        disclosed = view.disclosure(LABELS, name)
        if issued is None or disclosed is None:
            continue
        void = {n for span in issued.voided for n in (span.first, span.last + 1)}
        spans = [(span.first, span.last) for span in issued.voided]
        for number in sorted({1, *void}):
            is_void = any(first <= number <= last for first, last in spans)
            if number <= issued.count and not is_void:
                batch = LabelBatch.of_lot(lot, issued.count)
                return label_at(batch, disclosed[:SECRET_LENGTH_BYTES], number).serial
    return ""


def _grown(view: Reading, verdict: Verdict) -> Iterator[Grown]:
    """Yield what the ledger computed of the land a bag's rice grew on."""
    for origin in verdict.bag.origins if verdict.bag else ():
        emission = dossier(view, origin.area, origin.season).emission
        if emission is not None:
            yield Grown(origin.area, origin.season, origin.share_ppt, emission)


def _shipping(view: Reading, unit: _Unit) -> tuple[str, Shipping] | None:
    """Return who shipped a container, and what they said; the last time, if it was several."""
    if not isinstance(unit.fact, Container) or unit.fact.shipped_index is None:
        return None
    meaning = open_meaning(parse_statement(view.statement(unit.fact.shipped_index)))
    if not isinstance(meaning.body, Shipping):
        return None
    key = view.get(f"key:{meaning.kids[0]}")
    return (getattr(key, "actor", unit.fact.holder), meaning.body)


def _name(view: Reading, actor: str) -> LocalText:
    found = find(view, Actor, f"actor:{actor}")
    return found.name if found else LocalText(vi=actor, en=actor)
