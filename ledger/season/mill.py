"""What a weigh slip, a dryer run and a milling batch say: paddy cut, taken in, dried, milled."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from urllib.parse import quote

from ledger.imports.rows import DryingRun, MillingBatch, WeighTicket
from ledger.rice import events
from ledger.rice.acts import Settings
from ledger.rice.mass import mass14_g
from ledger.rice.terms import contract_uri
from ledger.season.books import Books, Saying, at, event_id


def sayings(books: Books) -> Iterator[Saying]:
    """Yield what the mill's books say up to head rice, and what its slips say of the harvest."""
    for row in books.slips:
        yield from _slip(books, row)
    for run in books.rows("drying", DryingRun):
        ended = run.ended_at.isoformat(timespec="seconds")
        yield Saying(ended, (books.mill,), partial(_drying, books, run), run)
    for batch in books.rows("milling", MillingBatch):
        milled = batch.milled_at.isoformat(timespec="seconds")
        yield Saying(milled, (books.mill,), partial(_milling, books, batch), batch)


def _slip(books: Books, row: WeighTicket) -> Iterator[Saying]:
    """Yield, for one slip, the harvest it proves and how the paddy came to the mill."""
    grower = books.manager(row.area) or row.delivered_by
    via = row.delivered_by if row.delivered_by != grower else ""
    cut = at(row.harvested_on, "05:00:00")
    yield Saying(cut, (grower,), partial(_harvest, books, row, via or books.mill), row)
    if via:
        taken, sent = at(row.harvested_on, "05:30:00"), at(row.harvested_on, "06:00:00")
        yield Saying(taken, (via,), partial(_receipt, books, row, via, grower, taken), row)
        yield Saying(sent, (via,), partial(_handover, books, row, sent), row)
    weighed = row.weighed_at.isoformat(timespec="seconds")
    receipt = partial(_receipt, books, row, books.mill, via or grower, weighed)
    yield Saying(weighed, (books.mill,), receipt, row)


def _harvest(books: Books, row: WeighTicket, taker: str) -> events.Harvest:
    return events.Harvest(
        event_id=event_id(row, "harvest"),
        at=at(row.harvested_on, "05:00:00"),
        lot=books.lot("paddy", row.number),
        mass_g=row.wet_g,
        moisture_ppt=row.moisture_ppt,
        area=row.area,
        season=books.programme.season,
        variety=row.variety,
        harvested_on=row.harvested_on.isoformat(),
        consigned_to=books.programme.did(taker),
        contract=contract_uri(row.contract) if row.contract else "",
    )


def _handover(books: Books, row: WeighTicket, sent: str) -> events.Handover:
    return events.Handover(
        event_id=event_id(row, "handover"),
        at=sent,
        lot=books.lot("paddy", row.number),
        mass_g=row.wet_g,
        consigned_to=books.programme.did(books.mill),
    )


def _receipt(
    books: Books, row: WeighTicket, taker: str, giver: str, taken: str
) -> events.Receiving:
    return events.Receiving(
        event_id=event_id(row, f"receiving {taker}"),
        at=taken,
        place=books.site(taker),
        lot=books.lot("paddy", row.number),
        mass_g=row.wet_g,
        moisture_ppt=row.moisture_ppt,
        handed_over_by=books.programme.did(giver),
        ticket=f"urn:rice:ticket:{quote(row.number, safe='')}",
    )


def _drying(books: Books, row: DryingRun) -> events.Drying:
    return events.Drying(
        event_id=event_id(row, "drying"),
        at=row.ended_at.isoformat(timespec="seconds"),
        place=books.site(books.mill),
        inputs=tuple((books.lot("paddy", slip), books.weighed_g(slip)) for slip in row.tickets),
        lot=books.silo(row.silo),
        mass_g=row.paddy_out_g,
        moisture_ppt=row.moisture_out_ppt,
    )


def _milling(books: Books, row: MillingBatch) -> events.Milling:
    made = (
        ("head_rice", row.head_g),
        ("broken", row.broken_g),
        ("bran", row.bran_g),
        ("husk", row.husk_g),
    )
    paddy14_g = mass14_g(sum(mass_g for _, mass_g in row.draws), row.moisture_ppt)
    missing_g = paddy14_g - sum(mass_g for _, mass_g in made)
    # The book has no column for it. What two scales may differ by is not said to be lost.
    loss_g = max(0, missing_g - paddy14_g * Settings().tolerance_ppt // 1000)
    return events.Milling(
        event_id=event_id(row, "milling"),
        at=row.milled_at.isoformat(timespec="seconds"),
        place=books.site(books.mill),
        inputs=tuple((books.silo(silo), mass_g) for silo, mass_g in row.draws),
        outputs=tuple((books.lot(form, row.number), mass_g) for form, mass_g in made),
        moisture_ppt=row.moisture_ppt,
        loss_g=loss_g,
        custody="segregated",
    )
