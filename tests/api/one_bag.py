"""One lot from the field to labelled bags, as statements: what the HTTP tests ask about."""

from __future__ import annotations

from hashlib import sha256
from uuid import UUID

from ledger.log import encoding
from ledger.log.statement import seal
from ledger.rice import acts, events, profile
from ledger.rice.labels import LabelBatch, commit, label_at
from tests.small_season import AREA, ORIGIN, PADDY, SEASON, key_of, sealed, words

HEAD, BROKEN, BRAN, HUSK = "09521234000204", "09521234000402", "09521234000501", "09521234000600"
PACKED = "09521234000303"
SLIP, SILO = f"https://id.gs1.org/01/{PADDY}/10/T1", f"https://id.gs1.org/01/{PADDY}/10/S1"
MILLED = f"https://id.gs1.org/01/{HEAD}/10/M1"
LOT = f"https://id.gs1.org/01/{PACKED}/10/P1"
BAGS, BAG_G = 100, 5_000
BATCH = LabelBatch(PACKED, "P1", BAGS)
SECRET = sha256(b"labels of P1").digest()
SERIAL = label_at(BATCH, SECRET, 42).serial
MILL = "nha-may"


def story() -> list[bytes]:
    """Return what is said about the bag, in order, after the opening of the small season."""
    made = ((HEAD, "head_rice"), (BROKEN, "broken"), (BRAN, "bran"), (HUSK, "husk"))
    goods = [
        acts.RegisterProduct(gtin=gtin, form=form, name=words(form))  # type: ignore[arg-type]
        for gtin, form in made
    ]
    bag = acts.RegisterProduct(gtin=PACKED, form="packed", name=words("Gạo"), bag_g=BAG_G)
    labels = acts.IssueLabels(
        batch="P1",
        lot=LOT,
        count=BAGS,
        number_digits=BATCH.number_length,
        root=encoding.encode_base64(commit(BATCH, SECRET).root),
    )
    return [
        *(sealed(act, MILL) for act in (*goods, bag)),
        *_journey(),
        sealed(labels, MILL),
    ]


def _journey() -> list[bytes]:
    did = "did:web:demo.rice.example:actors"
    harvest = events.Harvest(
        event_id=_event_id(1),
        at="2026-03-01T05:00:00+07:00",
        lot=SLIP,
        mass_g=2_000_000,
        moisture_ppt=250,
        area=AREA,
        season=SEASON,
        variety="OM 5451",
        harvested_on="2026-03-01",
        consigned_to=f"{did}:{MILL}",
    )
    receiving = events.Receiving(
        event_id=_event_id(2),
        at="2026-03-01T09:00:00+07:00",
        lot=SLIP,
        mass_g=2_000_000,
        moisture_ppt=250,
        handed_over_by=f"{did}:htx",
        ticket="https://demo.rice.example/bt/1",
    )
    drying = events.Drying(
        event_id=_event_id(3),
        at="2026-03-02T09:00:00+07:00",
        inputs=((SLIP, 2_000_000),),
        lot=SILO,
        mass_g=1_700_000,
        moisture_ppt=140,
    )
    milling = events.Milling(
        event_id=_event_id(4),
        at="2026-03-03T09:00:00+07:00",
        inputs=((SILO, 1_000_000),),
        outputs=(
            (MILLED, 500_000),
            (f"https://id.gs1.org/01/{BROKEN}/10/M1", 150_000),
            (f"https://id.gs1.org/01/{BRAN}/10/M1", 100_000),
            (f"https://id.gs1.org/01/{HUSK}/10/M1", 200_000),
        ),
        moisture_ppt=140,
        loss_g=50_000,
        custody="segregated",
    )
    said = [(harvest, "htx"), *((one, MILL) for one in (receiving, drying, milling, _packing()))]
    return [
        seal(profile.write_event(event), typ="epcis-event+jws", key=key_of(who), ledger=ORIGIN)
        for event, who in said
    ]


def _packing() -> events.Packing:
    return events.Packing(
        event_id=_event_id(5),
        at="2026-03-04T09:00:00+07:00",
        inputs=((MILLED, BAGS * BAG_G),),
        lot=LOT,
        bags=BAGS,
        bag_g=BAG_G,
        packed_on="2026-03-04",
        best_before_on="2027-03-04",
        custody="segregated",
    )


def _event_id(number: int) -> str:
    return f"urn:uuid:{UUID(int=number + (1 << 96) + (4 << 76) + (8 << 60))}"
