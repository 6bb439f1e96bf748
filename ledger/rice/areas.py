"""Where: coded planting areas, the life of their codes, and how much each has yielded."""

from __future__ import annotations

from msgspec import structs

from ledger.rice import acts
from ledger.rice.actors import Reason
from ledger.rice.case import Case, Outcome
from ledger.rice.events import Harvest
from ledger.rice.facts import Area, Harvested, Spell
from ledger.rice.mass import mass14_g


def state_on(spells: tuple[Spell, ...], on: str) -> Spell | None:
    """Return the spell in force on a day: the latest to begin, then the latest recorded."""
    begun = [spell for spell in spells if spell.from_on <= on]
    return max(begun, key=lambda spell: (spell.from_on, spell.index)) if begun else None


def unknown_area(case: Case) -> Reason:
    """An event or act about an area whose code is not registered."""
    if isinstance(case.body, Harvest | acts.ChangeArea):
        known = case.find(Area, f"area:{case.body.area}")
        return None if known else {"area": case.body.area}
    return None


def taken_code(case: Case) -> Reason:
    """A planting-area code is registered a second time."""
    if isinstance(case.body, acts.RegisterArea) and case.find(Area, f"area:{case.body.area}"):
        return {"area": case.body.area}
    return None


def inactive_area(case: Case) -> Reason:
    """Paddy was cut while its area's code was not in force."""
    if not isinstance(case.body, Harvest):
        return None
    event = case.body
    area = case.know(Area, f"area:{event.area}")
    spell = state_on(area.spells, event.harvested_on)
    if spell is None or event.harvested_on > area.expires_on:
        return {"area": event.area, "state": "expired", "from_on": area.expires_on}
    if spell.state != "active":
        return {"area": event.area, "state": spell.state, "from_on": spell.from_on}
    return None


def foreign_area(case: Case) -> Reason:
    """A harvest is stated by somebody who does not manage the area."""
    if not isinstance(case.body, Harvest):
        return None
    area = case.know(Area, f"area:{case.body.area}")
    if area.manager == case.speaker:
        return None
    return {"area": area.code, "manager": area.manager, "actor": case.speaker}


def excessive_yield(case: Case) -> Reason:
    """With this harvest the area would have yielded more than it can, or than was approved."""
    if not isinstance(case.body, Harvest) or case.founding is None:
        return None
    area = case.know(Area, f"area:{case.body.area}")
    total_g = _total14_g(case, case.body)
    limit_g = min(area.area_m2 * case.founding.settings.yield_reject_g_m2, area.approved_output_g)
    if total_g <= limit_g:
        return None
    return {"area": area.code, "total_t": _tonnes(total_g), "limit_t": _tonnes(limit_g)}


def high_yield(case: Case) -> Reason:
    """The area's yield is above what is usual for a season."""
    if not isinstance(case.body, Harvest) or case.founding is None:
        return None
    area = case.know(Area, f"area:{case.body.area}")
    total_g = _total14_g(case, case.body)
    if total_g <= area.area_m2 * case.founding.settings.yield_warn_g_m2:
        return None
    return {"area": area.code, "total_t": _tonnes(total_g)}


def fold(case: Case, outcome: Outcome) -> None:
    """Add what an accepted statement changes about areas."""
    index = case.place.index
    match case.body:
        case acts.RegisterArea() as act:
            begun = Spell(from_on=act.issued_on, state="active", reason=act.paper, index=index)
            outcome.put(
                Area(
                    code=act.area,
                    manager=act.manager,
                    commune=act.commune,
                    area_m2=act.area_m2,
                    households=act.households,
                    issued_on=act.issued_on,
                    expires_on=act.expires_on,
                    approved_output_g=act.approved_output_g,
                    in_scheme=act.in_scheme,
                    issuer=case.speaker,
                    spells=(begun,),
                )
            )
        case acts.ChangeArea() as act:
            area = case.know(Area, f"area:{act.area}")
            spell = Spell(from_on=act.from_on, state=act.state, reason=act.reason, index=index)
            outcome.put(structs.replace(area, spells=(*area.spells, spell)))
        case Harvest() as event:
            total_g = _total14_g(case, event)
            outcome.put(Harvested(area=event.area, season=event.season, mass14_g=total_g))


def _total14_g(case: Case, event: Harvest) -> int:
    so_far = case.find(Harvested, f"harvested:{event.area}/{event.season}")
    return (so_far.mass14_g if so_far else 0) + mass14_g(event.mass_g, event.moisture_ppt)


def _tonnes(mass_g: int) -> str:
    """Return grams as tonnes with three decimals, for words only."""
    return f"{mass_g // 1_000_000}.{mass_g // 1000 % 1000:03d}"
