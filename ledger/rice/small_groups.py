"""Which cells of a table of private figures may be shown, so that no small group can be told.

A figure is an aggregate over those who contributed to it. It is shown where at least so many did.
That is not enough: where the total is shown too, one hidden cell among shown ones is a subtraction
away. So cells are hidden until those that are hidden together have enough contributors, whoever
subtracts; and where even all of them have not, the total is hidden.

This holds for one table, read once. Who reads it before and after somebody is added learns of the
one who was; and whoever is one of five knows more about the other four than others do.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from msgspec import Struct

GROUP_MIN = 5


class Shown(Struct, frozen=True, kw_only=True):
    """What of a table may be told: the names of cells, and whether the total over all cells."""

    cells: frozenset[str]
    total: bool


def shown(groups: Mapping[str, Collection[str]], least: int = GROUP_MIN) -> Shown:
    """Return what may be told of cells, each with the names of its contributors.

    Somebody who contributed to several cells counts once. A cell of nobody tells nothing.
    """
    cells = {name: frozenset(group) for name, group in groups.items() if group}
    everybody = frozenset().union(*cells.values())
    if len(everybody) < least:
        return Shown(cells=frozenset(), total=False)
    hidden = {name for name, group in cells.items() if len(group) < least}
    # The smallest go first: they take the least from what can be told.
    rest = sorted(cells.keys() - hidden, key=lambda name: (len(cells[name]), name))
    while hidden and rest and len(_together(cells, hidden)) < least:
        hidden.add(rest.pop(0))
    return Shown(cells=frozenset(cells.keys() - hidden), total=True)


def _together(cells: Mapping[str, frozenset[str]], names: Collection[str]) -> frozenset[str]:
    return frozenset().union(*(cells[name] for name in names))
