"""What the programme set out to reach by 2025 and 2030, as data that its office keeps.

The plan names targets for the city; those of communes are in an appendix that is not published with
it. So targets are a file: `plan_targets.json` of this package has what the plan says, and a
``targets.json`` in the folder of a ledger stands in its place. They are no part of the log: they
decide nothing that anybody may say in it.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from importlib import resources
from pathlib import Path
from typing import Literal

from msgspec import MsgspecError, Struct, json

from ledger.errors import CODES, MalformedError, Words
from ledger.rice.terms import Commune, LocalText

FILE = "targets.json"
YEARS = ("2025", "2030")

CODES |= {
    "targets_unreadable": Words(
        "The programme's targets in {file} cannot be read: {what}",
        "Không đọc được chỉ tiêu của đề án trong {file}: {what}",
    ),
}


class Target(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One target: which figure it is of, which point of the plan, what it asks for by each year.

    ``asks`` is ``least`` or ``most``, or ``more`` or ``less`` where the number itself will not do;
    ``sure`` is ``stated`` where the plan was read, else ``unverified``. ``scope`` is ``city`` where
    communes are not asked for the same. ``communes`` has what single ones are to reach.
    """

    figure: str
    item: str
    unit: str
    asks: Literal["least", "most", "more", "less"]
    by: Mapping[Literal["2025", "2030"], Decimal]
    sure: Literal["stated", "unverified"]
    scope: Literal["city", "each"] = "each"
    note: LocalText | None = None
    communes: Mapping[Commune, Mapping[Literal["2025", "2030"], Decimal]] = {}


class Targets(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """All targets, and where they stand."""

    source: LocalText
    targets: tuple[Target, ...]


def goals(target: Target, commune: str) -> Mapping[str, Decimal]:
    """Return what is to be reached in a commune, or in all without one; nothing if nobody said.

    A share that the plan asks of the whole programme is asked of each commune too; hectares of the
    city are not.
    """
    if not commune:
        return {str(year): value for year, value in target.by.items()}
    if commune in target.communes:
        return {str(year): value for year, value in target.communes[commune].items()}
    return {} if target.scope == "city" else goals(target, "")


def is_reached(target: Target, value: Decimal, goal: Decimal) -> bool:
    """Tell whether a figure is what was to be reached."""
    match target.asks:
        case "least":
            return value >= goal
        case "more":
            return value > goal
        case "most":
            return value <= goal
        case "less":
            return value < goal


def plan_targets() -> Targets:
    """Return what the plan says."""
    file = resources.files("ledger").joinpath("plan_targets.json")
    return json.decode(file.read_bytes(), type=Targets)


def read_targets(folder: Path) -> Targets:
    """Return the targets of the ledger in a folder: its own, or the plan's."""
    file = folder / FILE
    try:
        return json.decode(file.read_bytes(), type=Targets)
    except FileNotFoundError:
        return plan_targets()
    except (OSError, MsgspecError) as error:
        raise MalformedError("targets_unreadable", file=FILE, what=str(error)) from error
