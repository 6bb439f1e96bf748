"""The forms of the workplaces: for each step of a lot who does it, and how its members are asked.

What a step's members are is the record's (`rice.events`); here stands only how a person is asked
for them. A member that is not listed is not asked: it follows from the page (``event_id``, ``at``,
``place``), or from the kind of event.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NamedTuple

from ledger.rice.terms import ProductForm

Asked = Literal[
    "actor",
    "area",
    "bags",
    "bic",
    "choice",
    "cm",
    "country",
    "day",
    "draws",
    "file",
    "grant",
    "hectares",
    "kg",
    "litres",
    "lot",
    "made",
    "named",
    "new_lot",
    "number",
    "papers",
    "percent",
    "season",
    "ssccs",
    "sscc",
    "text",
    "yes_no",
]
"""How a member is asked for: ``web/static/workplace/fields.js`` reads each of these."""


class Field(NamedTuple):
    """One member of a step. ``forms`` are the goods it may be of, ``among`` the words to choose."""

    name: str
    asked: Asked
    forms: tuple[ProductForm, ...] = ()
    among: tuple[str, ...] = ()
    is_needed: bool = True
    in_bags: bool = False


class Step(NamedTuple):
    """One form. ``of`` is the group of work it belongs to, ``fields`` in the order of asking."""

    kind: str
    of: str
    fields: tuple[Field, ...]


_PADDY: tuple[ProductForm, ...] = ("paddy",)
_RICE: tuple[ProductForm, ...] = ("head_rice", "broken")
_MILLED: tuple[ProductForm, ...] = ("head_rice", "broken", "bran", "husk")
_PACKED: tuple[ProductForm, ...] = ("packed",)
_LOOSE: tuple[ProductForm, ...] = ("paddy", *_MILLED)
_CUSTODY = ("identity_preserved", "segregated", "controlled_blending", "mass_balance")

_AREA = Field("area", "area")
_SEASON = Field("season", "season")
_WORKED = Field("worked_m2", "hectares")
_MACHINE = Field("by_machine", "yes_no")
_MASS = Field("mass_g", "kg")
_MOISTURE = Field("moisture_ppt", "percent")
_LOSS = Field("loss_g", "kg", is_needed=False)
_CONSIGNED = Field("consigned_to", "actor")
_KEPT = Field("custody", "choice", among=_CUSTODY)
_GRANT = Field("grant", "grant", is_needed=False)
_ANY_LOT = Field("lot", "lot")
_TICKET = Field("ticket", "named", among=("urn:rice:ticket:",))
_SAMPLE = Field("sample", "named", among=("urn:rice:sample:",))
_CONTRACT = Field("contract", "named", among=("urn:rice:contract:",), is_needed=False)
_WHY = Field(
    "reason",
    "choice",
    among=("damaged", "refused", "unsold", "recalled", "spoiled", "contaminated"),
)
_LOOSE_LOT = Field("lot", "lot", forms=_LOOSE)


def _field(kind: str, *fields: Field) -> Step:
    return Step(kind, "field", (_AREA, _SEASON, *fields))


STEPS: tuple[Step, ...] = (
    _field("land_preparation", _WORKED, _MACHINE),
    _field(
        "sowing",
        *(_WORKED, _MACHINE, Field("variety", "text")),
        Field("seed_class", "text"),
        Field("seed_g", "kg"),
    ),
    _field(
        "fertilising",
        *(_MACHINE, Field("product", "text"), Field("composition", "text"), _MASS),
        *(Field("n_g", "kg"), Field("p2o5_g", "kg"), Field("k2o_g", "kg")),
    ),
    _field(
        "spraying",
        *(_WORKED, _MACHINE, Field("product", "text"), Field("ingredient", "text")),
        *(Field("dose", "text"), Field("wait_days", "number")),
    ),
    _field("irrigation", _WORKED, _MACHINE, Field("water_l", "litres")),
    _field("drainage", _WORKED, _MACHINE),
    _field(
        "water_reading",
        *(Field("tube", "named", among=("urn:rice:tube:",)), Field("level_mm", "cm")),
        Field("source", "choice", among=("manual", "sensor")),
    ),
    _field(
        "straw_handling",
        Field("straw_of", "choice", among=("crop_before", "this_crop")),
        _MACHINE,
        *(Field("collected_g", "kg"), Field("buried_lt_30_g", "kg")),
        *(Field("buried_gt_30_g", "kg"), Field("burned_g", "kg")),
    ),
    _field("packaging_return", Field("bought_g", "kg"), Field("returned_g", "kg")),
    _field("reaping", _WORKED, _MACHINE, Field("variety", "text"), _MASS, _MOISTURE),
    Step(
        "harvest",
        "field",
        (
            *(_AREA, _SEASON, Field("variety", "text"), _MASS, _MOISTURE),
            Field("harvested_on", "day"),
            Field("lot", "new_lot", forms=_PADDY),
            Field("consigned_to", "actor", is_needed=False),
            _CONTRACT,
        ),
    ),
    Step(
        "harvest_again",
        "field",
        (
            *(Field("lot", "lot", forms=_PADDY), _AREA, _SEASON, Field("variety", "text")),
            *(_MASS, _MOISTURE, Field("harvested_on", "day")),
            Field("consigned_to", "actor", is_needed=False),
            _CONTRACT,
        ),
    ),
    Step(
        "receiving",
        "mill",
        (
            *(_LOOSE_LOT, _MASS, Field("moisture_ppt", "percent")),
            *(Field("handed_over_by", "actor"), _TICKET),
        ),
    ),
    Step("handover", "mill", (_LOOSE_LOT, _MASS, _CONSIGNED)),
    Step(
        "transporting",
        "mill",
        (
            _ANY_LOT,
            _MASS,
            Field("carried_by", "actor"),
            Field("vehicle", "choice", among=("truck", "boat")),
        ),
    ),
    Step(
        "dividing",
        "mill",
        (Field("inputs", "draws", forms=_LOOSE), Field("outputs", "made", forms=_LOOSE)),
    ),
    Step(
        "drying",
        "mill",
        (
            *(Field("inputs", "draws", forms=_PADDY), Field("lot", "new_lot", forms=_PADDY)),
            *(_MASS, _MOISTURE),
        ),
    ),
    Step(
        "storing",
        "mill",
        (
            *(Field("inputs", "draws", forms=_PADDY), Field("lot", "new_lot", forms=_PADDY)),
            Field("order", "choice", among=("mixed", "first_in", "last_in")),
        ),
    ),
    Step(
        "milling",
        "mill",
        (
            Field("inputs", "draws", forms=_PADDY),
            Field("outputs", "made", forms=_MILLED),
            *(_MOISTURE, _LOSS, _KEPT),
        ),
    ),
    Step(
        "blending",
        "mill",
        (
            *(Field("inputs", "draws", forms=_RICE), Field("lot", "new_lot", forms=_RICE)),
            *(_MASS, _LOSS, _KEPT),
        ),
    ),
    Step(
        "reworking",
        "mill",
        (
            *(Field("inputs", "draws", forms=_RICE), Field("outputs", "made", forms=_MILLED)),
            *(_LOSS, _KEPT),
        ),
    ),
    Step("sampling", "mill", (_LOOSE_LOT, _MASS, _SAMPLE)),
    Step(
        "testing",
        "laboratory",
        (_ANY_LOT, _MASS, _SAMPLE, Field("report", "file")),
    ),
    Step(
        "testing_failed",
        "laboratory",
        (_ANY_LOT, _MASS, _SAMPLE, Field("report", "file")),
    ),
    Step(
        "packing",
        "packing",
        (
            *(Field("inputs", "draws", forms=_RICE), Field("lot", "new_lot", forms=_PACKED)),
            *(Field("bags", "bags"), Field("bag_g", "kg")),
            *(Field("packed_on", "day"), Field("best_before_on", "day"), _KEPT, _GRANT),
        ),
    ),
    Step(
        "repacking",
        "packing",
        (
            Field("inputs", "draws", forms=_PACKED, in_bags=True),
            Field("lot", "new_lot", forms=_PACKED),
            *(Field("bags", "bags"), Field("bag_g", "kg")),
            *(Field("packed_on", "day"), Field("best_before_on", "day"), _KEPT, _GRANT),
        ),
    ),
    Step(
        "palletising",
        "packing",
        (Field("lot", "lot", forms=_PACKED), Field("bags", "bags"), Field("pallet", "sscc")),
    ),
    Step("unpalletising", "packing", (Field("pallet", "sscc"),)),
    Step(
        "loading",
        "export",
        (
            *(Field("container", "bic"), Field("pallets", "ssccs", is_needed=False)),
            Field("bags", "draws", forms=_PACKED, in_bags=True, is_needed=False),
            Field("seal", "text"),
        ),
    ),
    Step(
        "shipping",
        "export",
        (
            *(Field("container", "bic"), _CONSIGNED, Field("country", "country")),
            Field("papers", "papers", is_needed=False),
        ),
    ),
    Step("dispatch", "export", (Field("pallets", "ssccs"), _CONSIGNED)),
    Step(
        "arrival",
        "buying",
        (
            *(Field("units", "ssccs"), Field("handed_over_by", "actor")),
            *(Field("bags", "bags"), _TICKET),
        ),
    ),
    Step(
        "return",
        "buying",
        (
            Field("lots", "draws", is_needed=False),
            Field("pallets", "ssccs", is_needed=False),
            _CONSIGNED,
            _WHY,
        ),
    ),
    Step(
        "destruction",
        "mill",
        (
            *(_ANY_LOT, Field("mass_g", "kg", is_needed=False)),
            Field("bags", "bags", is_needed=False),
            *(_WHY, Field("evidence", "file")),
        ),
    ),
    Step(
        "stock_count",
        "mill",
        (
            *(_ANY_LOT, Field("mass_g", "kg", is_needed=False)),
            Field("bags", "bags", is_needed=False),
        ),
    ),
)
BY_KIND: Mapping[str, Step] = {step.kind: step for step in STEPS}

_OF_ROLE: Mapping[str, tuple[str, ...]] = {
    "cooperative": ("field",),
    "trader": ("mill",),
    "mill": ("mill",),
    "packer": ("packing", "mill"),
    "exporter": ("export", "packing"),
    "laboratory": ("laboratory",),
    "carrier": ("mill",),
    "buyer": ("buying",),
}


def groups_of(roles: tuple[str, ...]) -> list[tuple[str, list[Step]]]:
    """Return the groups of steps that offices do, each with its steps, in the order of the rice."""
    wanted = {group for role in roles for group in _OF_ROLE.get(role, ())}
    order = dict.fromkeys(step.of for step in STEPS)
    return [
        (group, [step for step in STEPS if step.of == group]) for group in order if group in wanted
    ]
