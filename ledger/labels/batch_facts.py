"""What the ledger knows of a batch of labels, as it is printed on all of them."""

from __future__ import annotations

from datetime import date

from ledger.labels.wording import BatchWords, link_start, mark_words
from ledger.rice.certificate_facts import Attestation, Scheme
from ledger.rice.facts import Actor, Facts, Lot, Product, find
from ledger.rice.facts import LabelBatch as Issued
from ledger.rice.labels import LabelBatch


def told_of(
    view: Facts, issued: Issued, resolver: str, *, is_demo: bool, is_private: bool = False
) -> tuple[LabelBatch, BatchWords]:
    """Return a batch and its words. ``resolver`` is what the links of its symbols begin with."""
    lot = find(view, Lot, f"lot:{issued.lot}")
    assert lot is not None, "labels are issued for a lot that is known"
    product = find(view, Product, f"product:{lot.gtin}")
    assert product is not None, "a packed lot is of a known product"
    packer = find(view, Actor, f"actor:{issued.issuer}")
    assert packer is not None, "labels are issued by somebody known"
    batch = LabelBatch(lot.gtin, issued.lot.rpartition("/")[2], issued.count)
    return batch, BatchWords(
        link_start=link_start(batch, resolver, is_private=is_private),
        count=issued.count,
        goods=product.name.vi,
        net_mass_g=lot.bag_g,
        lot=batch.lot,
        packer=packer.name.vi,
        packed=date.fromisoformat(lot.born_on),
        best_before=date.fromisoformat(lot.best_before_on or lot.born_on),
        mark=_mark(view, lot),
        is_demo=is_demo,
    )


def _mark(view: Facts, lot: Lot) -> str:
    """Return the scheme under whose mark a lot was packed, and the number of the grant."""
    grant = find(view, Attestation, f"attestation:{lot.grant}") if lot.grant else None
    scheme = find(view, Scheme, f"scheme:{grant.scheme}") if grant else None
    return mark_words(scheme.on(lot.born_on).name.vi, grant.number) if grant and scheme else ""
