"""What private fields beside the log add up to, for an office that may know the sums alone.

Prices of contracts are known to their parties; the log has digests. An office learns what they come
to over all sellers of a commune in a season, where there are enough of them (`rice.small_groups`).
Means are weighted by the hectares of the codes that a contract names. What was erased, or is not
what was signed, does not count.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from decimal import Decimal
from fractions import Fraction

from msgspec import Struct

from ledger.rice.disclosed import FIELDS, is_committed, parse_private
from ledger.rice.facts import Area
from ledger.rice.paper_facts import Contract
from ledger.rice.rounding import near
from ledger.rice.small_groups import GROUP_MIN, shown
from ledger.store.store import Reading
from ledger.tracing import find_all

_WHOLE = re.compile(r"[0-9]{1,12}")
KIND = "contract"


class Mean(Struct, frozen=True, kw_only=True):
    """What sellers were promised on the mean, in dong; ``value`` is None where it may not be told.

    ``sellers`` is how many there are, or 0 where they are too few to be told from each other.
    ``commune`` is empty in the row for all communes.
    """

    field: str
    commune: str
    sellers: int
    value: Decimal | None


class _Share(Struct, frozen=True):
    commune: str
    seller: str
    area_m2: int
    amount: int


def contract_means(view: Reading, season: str, least: int = GROUP_MIN) -> list[Mean]:
    """Return the means of each private field of a season's contracts, by commune and for all."""
    areas = {area.code: area for area in view.every(Area, "area")}
    contracts = {each.id: each for each in view.every(Contract, KIND) if each.season == season}
    told = dict(_amounts(view, contracts))
    found: list[Mean] = []
    for field in FIELDS[KIND]:
        shares = [
            _Share(areas[code].commune, contract.seller, areas[code].area_m2, told[name, field])
            for name, contract in contracts.items()
            if (name, field) in told
            for code in contract.areas
        ]
        found += _means(field, shares, least)
    return found


def _means(field: str, shares: list[_Share], least: int) -> Iterator[Mean]:
    cells: defaultdict[str, list[_Share]] = defaultdict(list)
    for each in shares:
        cells[each.commune].append(each)
    groups = {name: {each.seller for each in cell} for name, cell in cells.items()}
    may = shown(groups, least)
    for name in sorted(cells):
        yield _mean(field, name, cells[name], told=name in may.cells)
    if cells:
        yield _mean(field, "", shares, told=may.total)


def _mean(field: str, commune: str, shares: list[_Share], *, told: bool) -> Mean:
    if not told:
        return Mean(field=field, commune=commune, sellers=0, value=None)
    weighed = Fraction(
        sum(each.amount * each.area_m2 for each in shares), sum(each.area_m2 for each in shares)
    )
    sellers = len({each.seller for each in shares})
    return Mean(field=field, commune=commune, sellers=sellers, value=near(weighed, 0))


def _amounts(
    view: Reading, contracts: Mapping[str, Contract]
) -> Iterator[tuple[tuple[str, str], int]]:
    """Yield the fields that are kept, are what was signed, and are a number of dong."""
    kept = [parse_private(KIND, name, body) for name, body in view.disclosures(KIND)]
    facts = find_all(view, Contract, {f"{KIND}:{one.of}" for one in kept})
    for one in kept:
        if one.of in contracts and is_committed(facts, one) and _WHOLE.fullmatch(one.value):
            yield (one.of, one.field), int(one.value)
