"""What packers, exporters and whoever issues papers say: bags, labels, pallets, containers."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from ledger.imports.rows import Document, PackedLot, Pallet, Shipment
from ledger.log import encoding
from ledger.rice import acts, events
from ledger.rice.labels import LabelBatch
from ledger.rice.members import pallet_uri
from ledger.rice.terms import paper_uri
from ledger.season.books import Books, Saying, at, day, event_id
from ledger.unsigned import Labelling


def sayings(books: Books) -> Iterator[Saying]:
    """Yield everything from bags to the ship, and the papers that go with it."""
    for lot in books.packed.values():
        packed = at(lot.packed_on, "08:00:00")
        yield Saying(packed, (lot.packer,), partial(_packing, books, lot), lot)
        labelled = at(lot.packed_on, "09:00:00")
        yield Saying(labelled, (lot.packer,), partial(_labels, books, lot), lot)
    for pallet in books.rows("pallets", Pallet):
        stacked, packer = at(pallet.stacked_on, "10:00:00"), books.packer_of(pallet.lot)
        yield Saying(stacked, (packer,), partial(_palletising, books, pallet, packer), pallet)
    for row in books.rows("shipments", Shipment):
        loaded, left = at(row.departed_on, "20:00:00"), at(row.departed_on, "23:00:00")
        yield Saying(loaded, (row.exporter,), partial(_loading, books, row, loaded), row)
        yield Saying(left, (row.exporter,), partial(_shipping, books, row, left), row)
    for paper in books.rows("documents", Document):
        issued = at(paper.issued_on, "12:00:00")
        yield Saying(issued, (paper.issuer,), partial(_paper, paper), paper)


def label_batch(row: PackedLot) -> LabelBatch:
    """Return the label batch of a packed lot."""
    return LabelBatch(gtin=row.gtin, lot=row.lot, count=row.bags)


def label_secret(books: Books, row: PackedLot) -> bytes:
    """Return the secret that the labels of a packed lot follow from."""
    return books.keyring.secret(row.packer, f"labels/{row.lot}")


def _packing(books: Books, row: PackedLot) -> events.Packing:
    return events.Packing(
        event_id=event_id(row, "packing"),
        at=at(row.packed_on, "08:00:00"),
        place=books.site(row.packer),
        inputs=tuple((books.lot("head_rice", name), mass_g) for name, mass_g in row.draws),
        lot=books.packed_uri(row.lot),
        bags=row.bags,
        bag_g=row.net_bag_g,
        packed_on=row.packed_on.isoformat(),
        best_before_on=day(row.best_before),
        custody="segregated",
        grant=books.attestation_id(row.grant) if row.labelled and row.grant else "",
    )


def _labels(books: Books, row: PackedLot) -> Labelling:
    lot = books.packed_uri(row.lot)
    return Labelling(row.lot, lot, label_batch(row), label_secret(books, row))


def _palletising(books: Books, row: Pallet, packer: str) -> events.Palletising:
    return events.Palletising(
        event_id=event_id(row, "palletising"),
        at=at(row.stacked_on, "10:00:00"),
        place=books.site(packer),
        pallet=pallet_uri(row.sscc),
        lot=books.packed_uri(row.lot),
        bags=row.bags,
    )


def _loading(books: Books, row: Shipment, loaded: str) -> events.Loading:
    return events.Loading(
        event_id=event_id(row, "loading"),
        at=loaded,
        place=books.site(row.exporter),
        container=row.container,
        pallets=tuple(pallet_uri(sscc) for sscc in row.pallets),
        bags=tuple((books.packed_uri(lot), bags) for lot, bags in row.loose_bags),
        seal=row.seal,
    )


def _shipping(books: Books, row: Shipment, left: str) -> events.Shipping:
    papers = (("inv", row.invoice), ("bol", row.bill_of_lading), ("cert", row.phytosanitary))
    return events.Shipping(
        event_id=event_id(row, "shipping"),
        at=left,
        place=books.site(row.exporter),
        container=row.container,
        consigned_to=books.programme.did(row.buyer),
        country=row.country,
        papers=tuple((kind, paper_uri(number)) for kind, number in papers),
    )


def _paper(row: Document) -> acts.PresentPaper:
    return acts.PresentPaper(
        paper=paper_uri(row.number),
        kind=row.document,  # type: ignore[arg-type]  # a closed word of the file kind
        issuer=row.issuer,
        issued_on=row.issued_on.isoformat(),
        concerns=row.concerns,
        digest=encoding.encode_base64(bytes.fromhex(row.sha256)),
    )
