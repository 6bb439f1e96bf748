"""What households earned is told of groups, never of a few, and nothing odd is read as a number."""

from __future__ import annotations

from decimal import Decimal

import pytest

from ledger.errors import MalformedError
from ledger.imports.farm_accounts import FarmAccount, read_accounts, sum_accounts

HEAD = (
    "Mã hộ,Mã vùng trồng,Vụ,Diện tích (ha),"
    '"Vật tư, dịch vụ mua ngoài (đồng)",Tổng chi phí (đồng),Thu từ lúa (đồng)'
)
COMMUNES = {"A1": "31231", "A2": "31237"}


def line(household: str, area: str = "A1", ha: str = "1.5", money: str = "9000000") -> str:
    return f"{household},{area},DX-2026,{ha},{money},15000000,30000000"


def rows(*lines: str) -> tuple[FarmAccount, ...]:
    return read_accounts("\n".join((HEAD, *lines)).encode()).of(FarmAccount)


def test_a_group_is_told_per_hectare_and_as_shares() -> None:
    own, whole = sum_accounts(rows(*(line(f"H{n}") for n in range(5))), COMMUNES)
    assert (own.group, own.households, whole.households) == ("31231", 5, 5)
    assert own.figures == whole.figures
    assert own.figures == {
        "income_per_ha": Decimal(20_000_000),
        "cost_per_ha": Decimal(10_000_000),
        "value_added_per_ha": Decimal(14_000_000),
        "profit_per_ha": Decimal(10_000_000),
        "profit_of_cost_pct": Decimal("100.00"),
        "profit_of_income_pct": Decimal("50.00"),
    }


def test_few_households_are_not_told_nor_left_over_by_subtraction() -> None:
    few = [line(f"H{n}") for n in range(4)]
    assert all(
        value is None
        for each in sum_accounts(rows(*few), COMMUNES)
        for value in each.figures.values()
    )
    many = [line(f"K{n}", "A2") for n in range(8)]
    first, second, whole = sum_accounts(rows(*few, *many), COMMUNES)
    assert not first.households
    assert not second.households  # it and the total would tell of the four
    assert whole.households == 12


def test_a_household_with_two_areas_counts_once() -> None:
    two = [line(f"H{n}", area) for n in range(4) for area in ("A1", "A2")]
    assert all(not each.households for each in sum_accounts(rows(*two), COMMUNES))


def test_rows_that_cannot_be_are_left_out_and_never_quoted() -> None:
    table = read_accounts("\n".join((HEAD, line("H1"), line("H2", money="bí mật"))).encode())
    assert len(table.rows) == 1
    (notice,) = table.notices
    assert (notice.level, notice.line) == ("refuse", 3)
    assert "bí mật" not in f"{notice.read}{notice.words.vi}"
    assert sum_accounts(rows(line("H1", "Z9")), COMMUNES) == []
    with pytest.raises(MalformedError):
        read_accounts(b"a,b\n1,2\n")
