"""One example of every event, with every member it can have."""

from __future__ import annotations

from typing import Any

from msgspec import structs

from ledger.rice import events
from ledger.rice.events import AnyEvent
from tests.tables import sscc
from tests.world import SEASON, did, lot

EVENT_ID = "urn:uuid:00000000-0000-4000-8000-000000000001"
AT = "2026-03-01T08:00:00+07:00"
SITE = "https://id.gs1.org/414/9521235000012"
GRANT = "https://demo.rice.example/attestations/1"

HARVEST = events.Harvest(
    event_id=EVENT_ID,
    at=AT,
    lot=lot("L1"),
    mass_g=10_000_001,
    moisture_ppt=253,
    area="VN-CTOR-0001",
    season=SEASON,
    variety="Đài Thơm 8",
    harvested_on="2026-02-28",
    consigned_to=did("may"),
)
RECEIVING = events.Receiving(
    event_id=EVENT_ID,
    at=AT,
    place=SITE,
    lot=lot("L1"),
    mass_g=9_999_990,
    moisture_ppt=250,
    handed_over_by=did("htx"),
    ticket="urn:rice:ticket:PC26-0001",
)
HANDOVER = events.Handover(
    event_id=EVENT_ID, at=AT, lot=lot("L1"), mass_g=1, consigned_to=did("may")
)
DRYING = events.Drying(
    event_id=EVENT_ID,
    at=AT,
    inputs=((lot("L2"), 5), (lot("L1"), 10**15)),
    lot=lot("S1"),
    mass_g=12_300,
    moisture_ppt=140,
)
MILLING = events.Milling(
    event_id=EVENT_ID,
    at=AT,
    inputs=((lot("S1"), 1_000),),
    outputs=((lot("H1"), 500), (lot("B1"), 100)),
    moisture_ppt=139,
    loss_g=0,
    custody="segregated",
)
PACKING = events.Packing(
    event_id=EVENT_ID,
    at=AT,
    inputs=((lot("H1"), 5_000),),
    lot=lot("P1"),
    bags=1,
    bag_g=5_000,
    packed_on="2026-03-01",
    best_before_on="2028-02-29",
    custody="identity_preserved",
    grant=GRANT,
)
PALLETISING = events.Palletising(event_id=EVENT_ID, at=AT, pallet=sscc("1"), lot=lot("P1"), bags=40)
LOADING = events.Loading(
    event_id=EVENT_ID,
    at=AT,
    container="ZZDU2632040",
    pallets=(sscc("2"), sscc("1")),
    bags=((lot("P1"), 3),),
    seal="VN1338711",
)
SHIPPING = events.Shipping(
    event_id=EVENT_ID,
    at=AT,
    container="ZZDU2632040",
    consigned_to=did("mua"),
    country="JP",
    papers=(("inv", "urn:rice:paper:1"), ("bol", "urn:rice:paper:2")),
)
WHERE: dict[str, Any] = {"event_id": EVENT_ID, "at": AT, "area": "VN-CTOR-0001", "season": SEASON}
WORKED: dict[str, Any] = {**WHERE, "worked_m2": 497_300, "by_machine": True}
SOWING = events.Sowing(**WORKED, variety="OM18", seed_class="xác nhận 1", seed_g=4_188_500)
READING = events.WaterReading(**WHERE, tube="urn:rice:tube:0001-A", level_mm=-155, source="manual")
STORING = events.Storing(
    event_id=EVENT_ID,
    at=AT,
    inputs=((lot("L2"), 5), (lot("L1"), 10)),
    lot=lot("S1"),
    mass_g=15,
    order="first_in",
)
DESTRUCTION = events.Destruction(
    event_id=EVENT_ID,
    at=AT,
    lot=lot("L1"),
    mass_g=1_000,
    reason="spoiled",
    evidence="A" * 43 + "=",
)
TESTING = events.Testing(
    event_id=EVENT_ID,
    at=AT,
    lot=lot("L1"),
    mass_g=2_000,
    sample="urn:rice:sample:1",
    report="A" * 43 + "=",
    conforms=True,
)
REPACKING = events.Repacking(
    event_id=EVENT_ID,
    at=AT,
    inputs=((lot("P1"), 40),),
    lot=lot("P2"),
    bags=200,
    bag_g=5_000,
    packed_on="2026-03-01",
    best_before_on="2027-03-01",
    custody="segregated",
)
RETURN = events.Return(
    event_id=EVENT_ID,
    at=AT,
    lots=((lot("L1"), 1),),
    pallets=(sscc("1"),),
    consigned_to=did("may"),
    reason="refused",
)
ARRIVAL = events.Arrival(
    event_id=EVENT_ID,
    at=AT,
    units=("urn:epc:id:bic:ZZDU2632040", sscc("1")),
    handed_over_by=did("may"),
    bags=1_000,
    ticket="urn:rice:ticket:1",
)
CORRECTION = events.Correction(
    event_id=EVENT_ID,
    at=AT,
    wrong=HARVEST,
    declared_at="2026-03-02T08:00:00+07:00",
    reason="incorrect_data",
    corrected_by=(EVENT_ID.replace("1", "2"),),
)
EVENTS: tuple[AnyEvent, ...] = (
    events.LandPreparation(**WORKED),
    SOWING,
    events.Fertilising(
        **WHERE,
        by_machine=False,
        product="DAP 18-46-0",
        composition="18-46-0",
        mass_g=4_804_000,
        n_g=864_700,
        p2o5_g=2_209_800,
        k2o_g=0,
    ),
    events.Spraying(
        **WORKED,
        product="Cỏ Sạch Demo 300EC",
        ingredient="Pretilachlor 300 g/L",
        dose="1,0 L/ha",
        wait_days=60,
    ),
    events.Irrigation(**WORKED, water_l=69_530_000),
    events.Drainage(**WORKED),
    READING,
    structs.replace(READING, level_mm=20, source="sensor"),
    events.StrawHandling(
        **WHERE,
        straw_of="crop_before",
        by_machine=True,
        collected_g=376_900_000,
        buried_lt_30_g=0,
        buried_gt_30_g=69_200_000,
        burned_g=0,
    ),
    events.PackagingReturn(**WHERE, bought_g=53_100, returned_g=46_200),
    events.Reaping(**WORKED, variety="OM18", mass_g=145_070_000, moisture_ppt=204),
    structs.replace(HARVEST, consigned_to="", contract="urn:rice:contract:1", continues=True),
    events.Transporting(
        event_id=EVENT_ID,
        at=AT,
        lot=lot("L1"),
        mass_g=1,
        carried_by=did("xe"),
        vehicle="boat",
    ),
    events.Dividing(
        event_id=EVENT_ID,
        at=AT,
        inputs=((lot("L1"), 3),),
        outputs=((lot("L2"), 1), (lot("L3"), 2)),
    ),
    STORING,
    events.Sampling(
        event_id=EVENT_ID, at=AT, lot=lot("L1"), mass_g=2_000, sample="urn:rice:sample:1"
    ),
    TESTING,
    structs.replace(TESTING, conforms=False),
    events.Blending(
        event_id=EVENT_ID,
        at=AT,
        inputs=((lot("H1"), 5), (lot("H2"), 5)),
        lot=lot("H3"),
        mass_g=9,
        loss_g=1,
        custody="controlled_blending",
    ),
    events.Reworking(
        event_id=EVENT_ID,
        at=AT,
        inputs=((lot("H1"), 1_000),),
        outputs=((lot("H2"), 900), (lot("B1"), 100)),
        loss_g=0,
        custody="segregated",
    ),
    REPACKING,
    events.Unpalletising(event_id=EVENT_ID, at=AT, pallet=sscc("1")),
    LOADING,
    structs.replace(LOADING, pallets=()),
    structs.replace(LOADING, bags=()),
    events.Dispatch(event_id=EVENT_ID, at=AT, pallets=(sscc("1"),), consigned_to=did("mua")),
    ARRIVAL,
    RETURN,
    structs.replace(RETURN, lots=()),
    structs.replace(RETURN, pallets=()),
    DESTRUCTION,
    structs.replace(DESTRUCTION, mass_g=0, bags=3),
    events.StockCount(event_id=EVENT_ID, at=AT, lot=lot("P1"), bags=99),
    CORRECTION,
    structs.replace(CORRECTION, reason="did_not_occur", corrected_by=()),
    HARVEST,
    RECEIVING,
    HANDOVER,
    DRYING,
    MILLING,
    PACKING,
    structs.replace(PACKING, grant=""),
    PALLETISING,
    SHIPPING,
    structs.replace(SHIPPING, papers=()),
)
