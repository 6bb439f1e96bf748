"""One frozen type per kind of office file: what a row says, in whole units, and where it stood.

Masses are whole grams, areas whole square metres, moisture and shares parts per thousand; figures
that are none of these stay exact decimals. Empty text is ``""``, an empty figure or date ``None``.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import msgspec

Point = tuple[Decimal, Decimal]  # longitude, latitude in degrees, WGS 84
Ring = tuple[Point, ...]  # first point again at the end
Polygon = tuple[Ring, ...]  # the outline, then its holes


class Row(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """Where a row stood, and the digest that makes reading it twice add nothing."""

    line: int  # physical line, first is 1; row of the sheet; number of the feature
    sheet: str = ""  # of a workbook
    digest: str = ""  # SHA-256 hex of the values as read; empty for private kinds, never hashed


class Organisation(Row, frozen=True, kw_only=True):
    """An organisation named in the other files."""

    id: str
    name: str
    name_en: str = ""
    roles: tuple[str, ...]
    tax_code: str = ""
    commune_code: str = ""
    gln: str = ""
    licence: str = ""
    licence_from: date | None = None
    licence_to: date | None = None


class Product(Row, frozen=True, kw_only=True):
    """Packed goods or a bulk product."""

    gtin: str  # 14 digits
    product: str
    name: str
    name_en: str = ""
    variety: str = ""
    net_g: int | None = None
    grade: str = ""
    broken_max_ppt: int | None = None


class Inspection(Row, frozen=True, kw_only=True):
    """A yearly inspection of a coded area."""

    area: str
    inspected_on: date
    inspector: str
    growth_stage: str = ""
    diary_kept: bool = False
    packaging_collected: bool = False
    result: str
    report: str


class AreaEvent(Row, frozen=True, kw_only=True):
    """A change in the life of a planting-area code."""

    area: str
    effective_on: date  # the new state holds from this day on, this day included
    event: str
    authority: str
    paper: str = ""
    reason: str = ""


class Contract(Row, frozen=True, kw_only=True):
    """A linkage contract, without its prices."""

    number: str
    seller: str
    buyer: str
    season: str
    areas: tuple[str, ...]
    variety: str = ""
    area_m2: int
    seller_signed_on: date
    buyer_signed_on: date


class ContractPrice(Row, frozen=True, kw_only=True):
    """The prices of a contract: private."""

    number: str
    price_vnd_per_kg: int
    bonus_vnd_per_kg: int | None = None
    advance_vnd_per_ha: int | None = None


class FieldWork(Row, frozen=True, kw_only=True):
    """One line of the farm diary; which fields are filled depends on the activity."""

    number: str
    area: str
    worked_on: date
    activity: str
    area_m2: int | None = None
    by_machine: bool = False
    variety: str = ""
    seed_class: str = ""
    seed_g: int | None = None
    input_name: str = ""
    ingredient: str = ""
    dose: str = ""
    fertiliser_g: int | None = None
    n_g: int | None = None
    p2o5_g: int | None = None
    k2o_g: int | None = None
    wait_days: int | None = None
    water_l: int | None = None
    straw_collected_g: int | None = None  # straw is dry matter
    straw_buried_lt_30_g: int | None = None  # less than 30 days before the next cultivation
    straw_buried_gt_30_g: int | None = None
    straw_burned_g: int | None = None
    wet_g: int | None = None
    moisture_ppt: int | None = None
    packaging_bought_g: int | None = None
    packaging_returned_g: int | None = None


class WaterLevel(Row, frozen=True, kw_only=True):
    """One reading of a perforated field tube."""

    area: str
    tube: str
    read_at: datetime
    level_mm: int  # from the soil surface; negative is below
    source: str = ""


class Baseline(Row, frozen=True, kw_only=True):
    """How rice was grown on an area before, signed by both sides."""

    area: str
    season: str
    signed_on: date
    cooperative: str
    verifier: str
    seed_g_per_ha: int
    n_g_per_ha: int
    pesticide_applications: int
    water_l_per_ha: int
    straw_buried_lt_30_g_per_ha: int
    straw_buried_gt_30_g_per_ha: int
    straw_burned_g_per_ha: int
    regime: str
    preseason: str
    days: int


class WeighTicket(Row, frozen=True, kw_only=True):
    """A paddy receipt at the weighbridge."""

    number: str
    weighed_at: datetime
    harvested_on: date
    area: str
    cooperative_name: str = ""
    delivered_by: str
    contract: str = ""
    variety: str = ""
    gross_g: int
    tare_g: int
    wet_g: int
    moisture_ppt: int
    impurities_ppt: int | None = None
    plate: str = ""
    silo: str = ""


class DryingRun(Row, frozen=True, kw_only=True):
    """A dryer run: from weigh slips, each whole, to a silo."""

    number: str
    started_at: datetime
    ended_at: datetime
    dryer: str = ""
    tickets: tuple[str, ...]
    paddy_in_g: int
    moisture_in_pct: Decimal  # a mean of slips: finer than parts per thousand
    paddy_out_g: int
    moisture_out_ppt: int
    silo: str


class MillingBatch(Row, frozen=True, kw_only=True):
    """A milling batch: paddy from one or two silos to rice and by-products."""

    number: str
    milled_at: datetime
    silo_1: str
    from_silo_1_g: int
    silo_2: str = ""
    from_silo_2_g: int | None = None
    moisture_ppt: int
    head_g: int
    broken_g: int
    bran_g: int
    husk_g: int

    @property
    def draws(self) -> tuple[tuple[str, int], ...]:
        """Silos drawn from, with grams."""
        pairs = ((self.silo_1, self.from_silo_1_g), (self.silo_2, self.from_silo_2_g))
        return tuple((silo, mass_g) for silo, mass_g in pairs if silo and mass_g)


class PackedLot(Row, frozen=True, kw_only=True):
    """A packed lot and the batches its head rice came from."""

    lot: str
    gtin: str  # 14 digits
    bags: int
    net_bag_g: int
    packed_on: date
    best_before: date | None = None
    batch_1: str
    from_batch_1_g: int
    batch_2: str = ""
    from_batch_2_g: int | None = None
    batch_3: str = ""
    from_batch_3_g: int | None = None
    labelled: bool = False
    grant: str = ""
    packer: str

    @property
    def draws(self) -> tuple[tuple[str, int], ...]:
        """Batches drawn from, with grams."""
        pairs = (
            (self.batch_1, self.from_batch_1_g),
            (self.batch_2, self.from_batch_2_g),
            (self.batch_3, self.from_batch_3_g),
        )
        return tuple((batch, mass_g) for batch, mass_g in pairs if batch and mass_g)


class Pallet(Row, frozen=True, kw_only=True):
    """A pallet of bags of one lot."""

    sscc: str
    lot: str
    bags: int
    stacked_on: date | None = None


class Shipment(Row, frozen=True, kw_only=True):
    """An export container."""

    number: str
    container: str
    seal: str = ""
    pallets: tuple[str, ...] = ()
    loose_bags: tuple[tuple[str, int], ...] = ()  # lot, bags
    net_g: int
    exporter: str
    buyer: str
    country: str
    carrier: str = ""
    invoice: str = ""
    bill_of_lading: str = ""
    phytosanitary: str = ""
    departed_on: date


class Document(Row, frozen=True, kw_only=True):
    """A paper whose text lies in the folder documents."""

    number: str
    document: str
    issuer: str
    issued_on: date
    concerns: str = ""
    file_name: str
    sha256: str


class Certification(Row, frozen=True, kw_only=True):
    """A decision on areas or on the mark."""

    number: str
    decision: str
    basis: str = ""
    issuer: str
    holder: str
    areas: tuple[str, ...]
    season: str = ""
    decided_on: date
    valid_from: date
    valid_to: date | None = None
    area_m2: int | None = None
    quota_g: int | None = None
    seed_kg_per_ha: Decimal | None = None
    n_reduction_pct: Decimal | None = None
    pesticide_reduction_pct: Decimal | None = None
    water_reduction_pct: Decimal | None = None
    straw_collected_pct: Decimal | None = None
    regime: str = ""
    baseline_kg_co2e_per_ha: Decimal | None = None
    project_kg_co2e_per_ha: Decimal | None = None
    ghg_reduction_pct: Decimal | None = None
    reason: str = ""
    successor: str = ""


class Household(Row, frozen=True, kw_only=True):
    """A household of an area: personal data, private."""

    reference: str
    name: str
    phone: str = ""
    area: str
    area_m2: int


class PlantingArea(Row, frozen=True, kw_only=True):
    """A coded planting area and its outline."""

    code: str
    cooperative: str
    commune_code: str
    area_m2: int
    households: int | None = None
    issued_on: date | None = None
    expires_on: date | None = None
    approved_output_g: int | None = None  # one season, paddy at 14 % moisture
    in_scheme: bool = False
    state: str = "active"
    polygons: tuple[Polygon, ...]
