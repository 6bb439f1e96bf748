"""What a season's figures are: fields, harvest, mill, losses, bags, marks, containers.

How they are worked out is `sums`'.
"""

from __future__ import annotations

from decimal import Decimal

from msgspec import Struct

from ledger.rice.emission import Emission
from ledger.rice.water import WaterRegime


class Figures(Struct, frozen=True, kw_only=True):
    """A part of a season's figures. Decimals are exact as rounded; nothing is a float."""


class AreaFigures(Figures, frozen=True, kw_only=True):
    """One area in one season. Per hectare means of the area's code, not of what was worked.

    Straw is of this crop, dry matter. Losses in drying and milling are those of what the area's
    paddy was mixed with. Emission needs a signed baseline, and a kilogram of rice to divide by
    needs a milling.
    """

    code: str
    cooperative: str
    commune: str
    in_scheme: bool
    ha: Decimal
    tickets: int
    harvested_wet_g: int
    harvested_14_kg: int
    field_14_kg: int
    field_to_mill_14_kg: int
    field_to_mill_pct: Decimal | None
    drying_loss_pct: Decimal | None
    milling_loss_pct: Decimal | None
    post_harvest_loss_pct: Decimal | None
    yield_t_ha: Decimal
    seed_kg_per_ha: Decimal
    n_kg_per_ha: Decimal
    p2o5_kg_per_ha: Decimal
    k2o_kg_per_ha: Decimal
    pesticide_applications: int
    water_m3_per_ha: Decimal
    straw_collected_g: int
    straw_incorporated_g: int
    straw_burned_g: int
    straw_collected_pct: Decimal | None
    packaging_returned_pct: Decimal | None
    n_reduction_pct: Decimal | None
    pesticide_reduction_pct: Decimal | None
    water_reduction_pct: Decimal | None
    mechanised_pct: Decimal | None
    fully_mechanised: bool
    water: WaterRegime
    sf_w: Decimal
    emission: Emission | None
    co2e_kg_per_kg_rice: Decimal | None


class MillFigures(Figures, frozen=True, kw_only=True):
    """What one mill took in, dried and milled, and what went missing on the way."""

    mill: str
    dried_in_14_kg: int
    dried_out_14_kg: int
    drying_loss_14_kg: int
    milled_in_14_kg: int
    milled_out_kg: int
    milling_loss_14_kg: int


class SiloFigures(Figures, frozen=True, kw_only=True):
    """What a silo took in, gave to the mill, and has left."""

    lot: str
    in_g: int
    milled_g: int
    closing_g: int


class BatchFigures(Figures, frozen=True, kw_only=True):
    """One milling: its paddy, the share of white rice, and where it grew."""

    lot: str
    silos: tuple[str, ...]
    paddy_14_kg: int
    white_recovery_pct: Decimal
    head_g: int
    areas: tuple[str, ...]
    all_areas_certified: bool


class PackedFigures(Figures, frozen=True, kw_only=True):
    """One packed lot; it carries the claim exactly if it was filled under a grant."""

    lot: str
    net_g: int
    bags: int
    grant: str
    areas: tuple[str, ...]


class GrantFigures(Figures, frozen=True, kw_only=True):
    """How much of a grant is used."""

    number: str
    quota_g: int
    used_g: int
    left_g: int


class ContainerFigures(Figures, frozen=True, kw_only=True):
    """One container that left."""

    container: str
    net_g: int
    marked_g: int
    country: str


class Totals(Figures, frozen=True, kw_only=True):
    """The season as a whole."""

    coded_ha: Decimal
    scheme_ha: Decimal
    certified_ha: Decimal
    certified_areas: tuple[str, ...]
    certified_ha_on: Decimal
    on: str
    tickets: int
    harvested_wet_g: int
    harvested_14_kg: int
    mean_yield_t_ha: Decimal
    granted_g: int
    bags_packed: int
    packed_g: int
    certified_g: int
    exported_g: int
    certified_exported_g: int
    export_share_pct: Decimal | None
    field_14_kg: int
    wet_stock_14_kg: int
    silo_stock_14_kg: int
    milled_outputs_kg: int
    post_harvest_loss_pct: Decimal | None
    field_to_mill_14_kg: int
    drying_loss_14_kg: int
    milling_loss_14_kg: int
    straw_collected_pct: Decimal | None
    packaging_returned_pct: Decimal | None
    mechanised_full_pct: Decimal | None
    linked_pct: Decimal | None
    certified_baseline_t_co2e: Decimal
    certified_project_t_co2e: Decimal


class SeasonFigures(Figures, frozen=True, kw_only=True):
    """Everything a season adds up to."""

    season: str
    areas: tuple[AreaFigures, ...]
    totals: Totals
    mills: tuple[MillFigures, ...]
    silos: tuple[SiloFigures, ...]
    milling: tuple[BatchFigures, ...]
    packed_lots: tuple[PackedFigures, ...]
    grants: tuple[GrantFigures, ...]
    containers: tuple[ContainerFigures, ...]
