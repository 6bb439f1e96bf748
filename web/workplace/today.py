"""The first page of whoever handles rice: what waits, what stands in the way, what is there."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from ledger.holdings import Held, Holdings
from ledger.log.encoding import local_day
from ledger.recent import Line, Recent
from ledger.rice.attestations import uncovered
from ledger.rice.facts import Actor, Container, Founding, Lot, Pallet, find
from ledger.store.store import Reading
from web.workplace.steps import Step, groups_of
from web.workplace.stock import bags_of

FIRST_MAX = 6
LISTED_MAX = 20

_USUAL: Sequence[str] = (
    *("receiving", "drying", "milling", "packing", "palletising", "loading", "shipping"),
    *("arrival", "harvest", "water_reading", "testing", "storing"),
)
"""What is done most, until a device of the organisation has shown otherwise."""


@dataclass(frozen=True, slots=True)
class Sum:
    """All lots of one form: how much is left that may say how it was grown, and that may not."""

    form: str
    lots: int
    covered_g: int
    bare_g: int


@dataclass(frozen=True, slots=True)
class Loaded:
    """A container that is being prepared, and what is in it against what it may hold."""

    container: Container
    load_g: int
    bags: int
    warn_g: int
    reject_g: int


@dataclass(frozen=True, slots=True)
class Today:
    """What an organisation's first page tells."""

    awaited: list[Lot]
    units: list[Pallet | Container]
    stopped: list[Lot]
    unbalanced: list[Lot]
    stock: list[Sum]
    loaded: list[Loaded]
    lines: list[Line]
    first: list[Step]
    more: list[tuple[str, list[Step]]]
    is_empty: bool


def today_of(
    view: Reading, actor: Actor, holdings: Holdings, recent: Recent, now: datetime
) -> Today:
    """Return what there is to do now, and with what."""
    held = holdings.of(view, actor.id)
    said = recent.of(view, actor.id)
    on = local_day(now)
    groups = groups_of(tuple(role.role for role in actor.roles))
    first = first_steps(groups, said)
    more = [(group, [step for step in steps if step not in first]) for group, steps in groups]
    return Today(
        awaited=held.awaited_lots,
        units=[*held.awaited_pallets, *held.awaited_containers],
        stopped=[lot for lot in held.lots if lot.held or lot.recalled],
        unbalanced=[lot for lot in held.lots if lot.unbalanced],
        stock=stock_of(view, held, on),
        loaded=loaded_of(view, held),
        lines=[line for line in said if line.on == on][:LISTED_MAX],
        first=first,
        more=[(group, steps) for group, steps in more if steps],
        is_empty=not (held.lots or held.awaited_lots or held.pallets or held.awaited_pallets),
    )


def first_steps(groups: list[tuple[str, list[Step]]], said: Sequence[Line]) -> list[Step]:
    """Return the steps an organisation has stated most of late, filled up with the usual ones."""
    counted = Counter(line.kind for line in said)

    def rank(step: Step) -> tuple[int, int]:
        usual = _USUAL.index(step.kind) if step.kind in _USUAL else len(_USUAL)
        return -counted[step.kind], usual

    return sorted((step for _, steps in groups for step in steps), key=rank)[:FIRST_MAX]


def stock_of(view: Reading, held: Held, on: str) -> list[Sum]:
    """Return what is left by form, from the paddy to the bags."""
    origins = {origin for lot in held.lots for origin in lot.origin}
    bare = set(uncovered(view, sorted(origins), on))
    sums: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    for lot in held.lots:
        is_packed = lot.form == "packed"
        left_g = lot.bags_left * lot.bag_g if is_packed else lot.left_g
        if left_g:
            is_covered = bool(lot.grant) if is_packed else bare.isdisjoint(lot.origin)
            sums[lot.form][0] += 1
            sums[lot.form][1 if is_covered and lot.origin else 2] += left_g
    return [Sum(form, *sums[form]) for form in _FORMS if form in sums]


_FORMS = ("paddy", "head_rice", "broken", "bran", "husk", "packed")


def loaded_of(view: Reading, held: Held) -> list[Loaded]:
    """Return the containers that are loaded and not gone, with what is in them."""
    founding = find(view, Founding, "ledger:")
    assert founding is not None, "a ledger begins with its founding"
    limits = founding.settings
    found = []
    for one in held.containers:
        if one.shipped_index is not None:
            continue
        bags = bags_of(view, one)
        lots = view.facts({f"lot:{lot}" for lot, _ in bags})
        load_g = 0
        for name, count in bags:
            lot = lots.get(f"lot:{name}")
            load_g += count * lot.bag_g if isinstance(lot, Lot) else 0
        total = sum(count for _, count in bags)
        found.append(Loaded(one, load_g, total, limits.container_warn_g, limits.container_reject_g))
    return found
