"""What a form begins with: choices, limits in force, the next pallet code, what was said before."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from ledger.holdings import Holdings
from ledger.log.encoding import local_day
from ledger.lot_claims import GrantLeft, claim_of, quota_of
from ledger.rice.facts import Actor, Container, Founding, Lot, Pallet, find
from ledger.rice.gs1 import check_digit
from ledger.rice.possession import roles_for
from ledger.rice.profile import SPELLINGS
from ledger.store.store import Reading
from web.workplace.actor_pages import Shown
from web.workplace.steps import Step
from web.workplace.stock import bags_of, choices_of, season_of, seasons_about, short_name

_SSCC = "https://id.gs1.org/00/"
_TRIES = 1_000
_ADDING = {"drying": ("", "mixed"), "storing": ("", "mixed", "first_in", "last_in")}
"""Steps that may add to a lot that stands already, and in which orders it may be drawn on."""
_OF_ANYBODY = ("testing", "testing_failed")
_MARKING = ("packing", "repacking")
_WARNED = {
    "milling": ("white_warn_ppt", "white_low_ppt", "white_reject_ppt", "tolerance_ppt"),
    "loading": ("container_warn_g", "container_reject_g"),
}
_TOLERANT = "tolerance_ppt"


def form_of(
    view: Reading, actor: Actor, step: Step, holdings: Holdings, now: datetime, named: str = ""
) -> Shown:
    """Return everything that the form of a step shows; a laboratory tests lots of anybody's."""
    choices = choices_of(view, actor, holdings)
    on = local_day(now)
    lots = [*choices.lots, *choices.awaited]
    marked = step.kind in _MARKING
    return {
        "step": step,
        "choices": choices,
        "seasons": seasons_about(now),
        "season": season_of(on),
        "dids": {one.id: one.did for one in [*choices.actors, actor]},
        "limits": _limits(view, step.kind),
        "silos": silos_of(choices.lots, actor.id, step.kind),
        "grants_of": _grants_of(view, lots, holdings, actor, on) if marked else {},
        "grants": [quota_of(view, one, on) for one in choices.grants] if marked else [],
        "next_sscc": next_sscc(view, choices.pallets) if step.kind == "palletising" else "",
        "in_office": may_state(actor, step.kind, on),
        "pallets_of": [_pick(view, one) for one in choices.pallets],
        "units_of": [_pick(view, one) for one in choices.units],
        "said_lots": _foreign(view, step.kind, named),
    }


@dataclass(frozen=True, slots=True)
class Pick:
    """A pallet or container that lies ready to be chosen, with what is on it and whose it is."""

    code: str
    lot: str
    bags: int
    mass_g: int
    holder: str
    is_stopped: bool


def _pick(view: Reading, unit: Pallet | Container) -> Pick:
    holder = find(view, Actor, f"actor:{unit.holder}")
    did = holder.did if holder else ""
    bags = [(unit.lot, unit.bags)] if isinstance(unit, Pallet) else bags_of(view, unit)
    lots = view.facts({f"lot:{name}" for name, _ in bags})
    known = {lot.id: lot for lot in lots.values() if isinstance(lot, Lot)}
    mass_g = sum(count * known[name].bag_g for name, count in bags if name in known)
    is_stopped = any(lot.held or lot.recalled for lot in known.values())
    code = unit.sscc.removeprefix(_SSCC) if isinstance(unit, Pallet) else unit.number
    told = short_name(unit.lot) if isinstance(unit, Pallet) else ""
    return Pick(code, told, sum(count for _, count in bags), mass_g, did, is_stopped)


def _foreign(view: Reading, kind: str, named: str) -> list[Lot]:
    """Return the lot that is asked for by name, where a step may be of anybody's lots."""
    lot = find(view, Lot, f"lot:{named}") if named and kind in _OF_ANYBODY else None
    return [lot] if lot else []


def silos_of(lots: Iterable[Lot], actor_id: str, kind: str) -> list[Lot]:
    """Return the lots of paddy an organisation made itself, and may add to by a step."""
    orders = _ADDING.get(kind, ())
    return [
        lot for lot in lots if lot.form == "paddy" and lot.maker == actor_id and lot.order in orders
    ]


def may_state(actor: Actor, kind: str, on: str) -> bool:
    """Whether an organisation holds an office today that states events of a kind."""
    record = next(one.record for one in SPELLINGS if one.cte == kind)
    return any(
        role.role in roles_for(record)
        and role.from_on <= on
        and (role.ended_on is None or on < role.ended_on)
        for role in actor.roles
    )


def next_sscc(view: Reading, pallets: Iterable[Pallet]) -> str:
    """Return the code after the highest that an organisation has used, if it has used any."""
    used = max((pallet.sscc.removeprefix(_SSCC) for pallet in pallets), default="")
    if not used:
        return ""
    number = int(used[:-1])
    for step in range(1, _TRIES):
        digits = f"{number + step:017d}"
        code = digits + check_digit(digits)
        if find(view, Pallet, f"pallet:{_SSCC}{code}") is None:
            return code
    return ""


def _limits(view: Reading, kind: str) -> Mapping[str, int]:
    founding = find(view, Founding, "ledger:")
    assert founding is not None, "a ledger begins with its founding"
    names = _WARNED.get(kind, (_TOLERANT,))
    return {name: getattr(founding.settings, name) for name in names}


def _grants_of(
    view: Reading, lots: Iterable[Lot], holdings: Holdings, actor: Actor, on: str
) -> dict[str, tuple[GrantLeft, ...]]:
    """Return under which grants each lot of rice could be packed."""
    grants = holdings.of(view, actor.id).grants
    rice = (lot for lot in lots if lot.form in {"head_rice", "broken"})
    return {lot.id: claim_of(view, lot, grants, on).grants for lot in rice}
