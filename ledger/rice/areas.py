"""Where: coded planting areas, the life of their codes, and how much each has yielded."""

from __future__ import annotations

from calendar import monthrange
from typing import TypeVar

from msgspec import structs

from ledger.rice import acts
from ledger.rice.actors import Reason
from ledger.rice.case import Case, CaseOf, Outcome
from ledger.rice.credentials import Attested
from ledger.rice.editions import profile_of
from ledger.rice.events import AnyFieldWork, Harvest
from ledger.rice.facts import Area, Harvested, Spell
from ledger.rice.mass import mass14_g
from ledger.rice.paper_facts import Inspection

S = TypeVar("S", bound=Spell)

FINAL_STATES = frozenset({"revoked", "withdrawn", "superseded"})
"""What is over stays over from its day on, in whatever order the papers arrived."""

_CUT = {"DX": ("12-01", "05-31"), "HT": ("05-01", "09-30"), "TD": ("08-15", "01-31")}
"""When each season's rice is cut, first and last day, with weeks to spare on both sides."""


def state_on(spells: tuple[S, ...], on: str) -> S | None:
    """Return the spell in force on a day: the first final one, else the latest to begin."""
    begun = [spell for spell in spells if spell.from_on <= on]
    final = [spell for spell in begun if spell.state in FINAL_STATES]
    if final:
        return min(final, key=lambda spell: (spell.from_on, spell.index))
    return max(begun, key=lambda spell: (spell.from_on, spell.index)) if begun else None


def unknown_area(
    case: CaseOf[
        AnyFieldWork
        | Harvest
        | acts.ChangeArea
        | acts.InspectArea
        | acts.SignContract
        | acts.SignBaseline
        | acts.EnrolHousehold
        | acts.ClaimReduction
    ],
) -> Reason:
    """An event or act about an area whose code is not registered."""
    body = case.body
    for code in body.areas if isinstance(body, acts.SignContract) else (body.area,):
        if case.find(Area, f"area:{code}") is None:
            return {"area": code}
    return None


def taken_code(case: CaseOf[acts.RegisterArea]) -> Reason:
    """A planting-area code is registered a second time."""
    known = case.find(Area, f"area:{case.body.area}")
    return {"area": case.body.area} if known else None


def revoked_area(case: CaseOf[acts.ChangeArea]) -> Reason:
    """A code that was revoked is to change again."""
    area = case.know(Area, f"area:{case.body.area}")
    final = [spell for spell in area.spells if spell.state in FINAL_STATES]
    return {"area": area.code, "from_on": final[0].from_on} if final else None


def inactive_area(case: CaseOf[Harvest]) -> Reason:
    """Paddy was cut while its area's code was not in force."""
    event = case.body
    area = case.know(Area, f"area:{event.area}")
    spell = state_on(area.spells, event.harvested_on)
    if spell is None:
        return {"area": event.area, "state": "pending", "from_on": area.issued_on}
    if event.harvested_on > area.expires_on:
        return {"area": event.area, "state": "expired", "from_on": area.expires_on}
    if spell.state != "active":
        return {"area": event.area, "state": spell.state, "from_on": spell.from_on}
    return None


def foreign_area(
    case: CaseOf[
        AnyFieldWork | Harvest | acts.SignContract | acts.SignBaseline | acts.EnrolHousehold
    ],
) -> Reason:
    """What only its manager may say of an area, or promise from it, by somebody else."""
    body = case.body
    codes: tuple[str, ...]
    match body:
        case acts.SignContract(seller=actor, areas=codes):
            pass
        case acts.SignBaseline(cooperative=actor, area=code):
            codes = (code,)
        case _:
            actor, codes = case.speaker, (body.area,)
    for code in codes:
        area = case.know(Area, f"area:{code}")
        if area.manager != actor:
            return {"area": area.code, "manager": area.manager, "actor": actor}
    return None


def unfit_season(case: CaseOf[Harvest]) -> Reason:
    """Paddy is put under a season in which nothing was cut that day, to spare another's limit."""
    name, year = case.body.season.split("-")
    first, last = _CUT[name]
    # DX-2026 is cut from December 2025 on, TD-2026 until January 2027.
    first_on = f"{int(year) - (name == 'DX')}-{first}"
    last_on = f"{int(year) + (name == 'TD')}-{last}"
    if first_on <= case.body.harvested_on <= last_on:
        return None
    return {"season": case.body.season, "harvested_on": case.body.harvested_on}


def excessive_yield(case: CaseOf[Harvest]) -> Reason:
    """With this harvest the area would have yielded more than it can, or than was approved."""
    if case.founding is None:
        return None
    area = case.know(Area, f"area:{case.body.area}")
    total_g = _total14_g(case, case.body)
    limit_g = min(area.area_m2 * case.founding.settings.yield_reject_g_m2, area.approved_output_g)
    if total_g <= limit_g:
        return None
    return {"area": area.code, "total_t": _tonnes(total_g), "limit_t": _tonnes(limit_g)}


def high_yield(case: CaseOf[Harvest]) -> Reason:
    """The area's yield is above what is usual for a season."""
    if case.founding is None:
        return None
    area = case.know(Area, f"area:{case.body.area}")
    total_g = _total14_g(case, case.body)
    settings = case.founding.settings
    usual_g_m2 = {
        "DX": settings.yield_warn_dx_g_m2,
        "HT": settings.yield_warn_ht_g_m2,
        "TD": settings.yield_warn_td_g_m2,
    }
    if total_g <= area.area_m2 * usual_g_m2[case.body.season[:2]]:
        return None
    return {"area": area.code, "total_t": _tonnes(total_g)}


def register(case: CaseOf[acts.RegisterArea], outcome: Outcome) -> None:
    """Keep a planting area; its code is active from the day of issue."""
    act = case.body
    index = case.place.index
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
            spells=(Spell(from_on=act.issued_on, state="active", reason=act.paper, index=index),),
        )
    )


def overdue_inspection(case: CaseOf[Attested]) -> Reason:
    """A season is confirmed, or a mark granted, for an area nobody has inspected for too long."""
    settings = case.founding.settings if case.founding else acts.Settings()
    return _uninspected(case, settings.inspection_months)


def due_inspection(case: CaseOf[Attested]) -> Reason:
    """The yearly inspection of an area that a decision speaks of falls due."""
    settings = case.founding.settings if case.founding else acts.Settings()
    return _uninspected(case, settings.inspection_warn_months)


def _uninspected(case: CaseOf[Attested], months: int) -> Reason:
    """Return the first area not inspected for so many months when a decision takes effect.

    A code is issued upon an inspection, so a new one is good for as long.
    """
    body = case.body
    if profile_of(case).effect not in {"covers", "licenses"}:
        return None
    for code in body.areas:
        area = case.know(Area, f"area:{code}")
        days = [each.on for each in area.inspections if each.on <= body.from_on]
        last_on = max([area.issued_on, *days])
        if body.from_on > months_after(last_on, months):
            return {"area": code, "last_on": last_on, "months": months}
    return None


def months_after(day: str, months: int) -> str:
    """Return the day so many months later; the last of its month where there is no such day."""
    year, month, of_month = (int(part) for part in day.split("-"))
    year, month = year + (month - 1 + months) // 12, (month - 1 + months) % 12 + 1
    return f"{year}-{month:02d}-{min(of_month, monthrange(year, month)[1]):02d}"


def inspect(case: CaseOf[acts.InspectArea], outcome: Outcome) -> None:
    """Keep what was found at an area."""
    act = case.body
    area = case.know(Area, f"area:{act.area}")
    found = Inspection(
        on=act.inspected_on,
        result=act.result,
        report=act.report,
        diary_kept=act.diary_kept,
        packaging_collected=act.packaging_collected,
        kids=case.meaning.kids,
        index=case.place.index,
    )
    outcome.put(structs.replace(area, inspections=(*area.inspections, found)))


def change(case: CaseOf[acts.ChangeArea], outcome: Outcome) -> None:
    """Add a spell to the life of a code."""
    act = case.body
    area = case.know(Area, f"area:{act.area}")
    spell = Spell(from_on=act.from_on, state=act.state, reason=act.reason, index=case.place.index)
    outcome.put(structs.replace(area, spells=(*area.spells, spell)))


def count(case: CaseOf[Harvest], outcome: Outcome) -> None:
    """Add a harvest to what its area has yielded this season."""
    event = case.body
    total_g = _total14_g(case, event)
    outcome.put(Harvested(area=event.area, season=event.season, mass14_g=total_g))


def _total14_g(case: Case, event: Harvest) -> int:
    so_far = case.find(Harvested, f"harvested:{event.area}/{event.season}")
    return (so_far.mass14_g if so_far else 0) + mass14_g(event.mass_g, event.moisture_ppt)


def _tonnes(mass_g: int) -> str:
    """Return grams as tonnes with three decimals, for words only."""
    return f"{mass_g // 1_000_000}.{mass_g // 1000 % 1000:03d}"
