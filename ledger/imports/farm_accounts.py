"""What households spent and earned, as an office asks some of them: read, added up, not kept.

The file names households by the reference they have in the ledger, never by name. It is no kind of
the season's files: nothing of it is ever stated or stored.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal
from fractions import Fraction

from msgspec import Struct

from ledger.imports import cells
from ledger.imports.kinds import Column, Kind
from ledger.imports.rows import Row
from ledger.imports.tables import Table, read_rows
from ledger.rice.rounding import near, percent
from ledger.rice.small_groups import GROUP_MIN, shown

_M2_PER_HECTARE = 10_000
FIGURES: Mapping[str, str] = {
    "income_per_ha": "đ/ha",
    "cost_per_ha": "đ/ha",
    "value_added_per_ha": "đ/ha",
    "profit_per_ha": "đ/ha",
    "profit_of_cost_pct": "%",
    "profit_of_income_pct": "%",
}
"""What is told of a group, and its unit. Offices mean either share by a rate of profit."""


class FarmAccount(Row, frozen=True, kw_only=True):
    """One household's season on one area, in dong.

    ``bought`` is what was paid to others for goods and services, and part of ``cost``.
    """

    household: str
    area: str
    season: str
    area_m2: int
    bought: int
    cost: int
    income: int


def _column(heading: str, field: str, form: cells.Form, *also: str) -> Column:
    return Column(heading, field, form, also, required=True)


KIND = Kind(
    "farm_accounts",
    FarmAccount,
    ("household", "area", "season"),
    (
        _column("Mã hộ", "household", cells.CODE, "Household reference"),
        _column("Mã vùng trồng", "area", cells.CODE, "Mã vùng", "Area code"),
        _column("Vụ", "season", cells.CODE, "Mùa vụ", "Season"),
        _column("Diện tích (ha)", "area_m2", cells.HECTARES, "Area (ha)"),
        _column("Vật tư, dịch vụ mua ngoài (đồng)", "bought", cells.WHOLE, "Bought (dong)"),
        _column("Tổng chi phí (đồng)", "cost", cells.WHOLE, "Cost (dong)"),
        _column("Thu từ lúa (đồng)", "income", cells.WHOLE, "Income from rice (dong)"),
    ),
    private=True,
)


class Accounts(Struct, frozen=True, kw_only=True):
    """What one group of households comes to; all figures are None where they may not be told.

    ``group`` is a commune, or empty for all together.
    """

    group: str
    households: int
    figures: Mapping[str, Decimal | None]


def read_accounts(content: bytes) -> Table:
    """Return the rows of a file of accounts, or refuse it; rows that cannot be are left out."""
    return read_rows(content, KIND, KIND.name)


def sum_accounts(
    rows: Iterable[FarmAccount], commune_of: Mapping[str, str], least: int = GROUP_MIN
) -> list[Accounts]:
    """Return what households of each commune come to, and all together, in order.

    ``commune_of`` says where an area is; rows about others, or about no land, are left out.
    """
    known = [row for row in rows if row.area in commune_of and row.area_m2]
    cells_of: defaultdict[str, list[FarmAccount]] = defaultdict(list)
    for row in known:
        cells_of[commune_of[row.area]].append(row)
    groups = {name: {row.household for row in cell} for name, cell in cells_of.items()}
    may = shown(groups, least)
    found = [_told(name, cells_of[name], is_told=name in may.cells) for name in sorted(cells_of)]
    return [*found, _told("", known, is_told=may.total)] if known else []


def _told(group: str, rows: list[FarmAccount], *, is_told: bool) -> Accounts:
    if not is_told:
        return Accounts(group=group, households=0, figures=dict.fromkeys(FIGURES))
    households = len({row.household for row in rows})
    return Accounts(group=group, households=households, figures=dict(_figures(rows)))


def _figures(rows: list[FarmAccount]) -> Iterator[tuple[str, Decimal | None]]:
    m2 = sum(row.area_m2 for row in rows)
    income, cost = sum(row.income for row in rows), sum(row.cost for row in rows)
    bought = sum(row.bought for row in rows)
    per_ha: Callable[[int], Decimal] = lambda amount: near(  # noqa: E731  (one line of arithmetic)
        Fraction(amount * _M2_PER_HECTARE, m2), 0
    )
    yield "income_per_ha", per_ha(income)
    yield "cost_per_ha", per_ha(cost)
    yield "value_added_per_ha", per_ha(income - bought)
    yield "profit_per_ha", per_ha(income - cost)
    yield "profit_of_cost_pct", percent(income - cost, cost)
    yield "profit_of_income_pct", percent(income - cost, income)
