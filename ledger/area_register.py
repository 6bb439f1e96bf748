"""The register of planting areas as an office reads it: states, inspections, and what is overdue.

An area is inspected once a year. The code is issued upon an inspection, so a new one is good for as
long; what is no longer in use is not inspected any more.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from msgspec import Struct

from ledger.closing import settings_of
from ledger.rice.areas import FINAL_STATES, months_after, state_on
from ledger.rice.certificate_facts import Covered, Granted
from ledger.rice.facts import Area, Harvested
from ledger.rice.limits import Settings
from ledger.store.store import Reading
from ledger.tracing import find_all

Due = Literal["overdue", "soon", "later", "never"]
STATES = ("active", "suspended", "revoked", "expired", "pending")


class AreaStanding(Struct, frozen=True, kw_only=True):
    """One area on a day: the state of its code, and when it has to be inspected.

    ``last_on`` is the last inspection, or the day of issue before the first one. ``due`` is
    ``never`` for a code that is over.
    """

    area: Area
    state: str
    last_on: str
    due_on: str
    due: Due


def area_register(view: Reading, on: str, season: str = "") -> list[AreaStanding]:
    """Return every area as it stands on a day, those overdue first and the longest overdue of them.

    With a season only those of which rice was cut, or a decision taken, in it.
    """
    settings = settings_of(view)
    areas = list(view.every(Area, "area"))
    if season:
        known = _in_season(view, areas, season)
        areas = [area for area in areas if area.code in known]
    return sorted((standing_of(area, on, settings) for area in areas), key=_most_urgent)


def standing_of(area: Area, on: str, settings: Settings) -> AreaStanding:
    """Return how one area stands on a day."""
    state = state_of_code(area, on)
    last_on = max([area.issued_on, *(each.on for each in area.inspections if each.on <= on)])
    due_on = months_after(last_on, settings.inspection_months)
    due: Due = "later"
    if state in FINAL_STATES or state == "expired":
        due = "never"
    elif on > due_on:
        due = "overdue"
    elif on > months_after(last_on, settings.inspection_warn_months):
        due = "soon"
    return AreaStanding(area=area, state=state, last_on=last_on, due_on=due_on, due=due)


def state_of_code(area: Area, on: str) -> str:
    """Return the state of an area's code on a day: ``pending`` before it is issued, ``expired``."""
    spell = state_on(area.spells, on)
    if spell is None:
        return "pending"
    if spell.state not in FINAL_STATES and on > area.expires_on:
        return "expired"
    return spell.state


_URGENCY: dict[Due, int] = {"overdue": 0, "soon": 1, "later": 2, "never": 3}


def _most_urgent(one: AreaStanding) -> tuple[int, str, str]:
    return _URGENCY[one.due], one.due_on, one.area.code


def _in_season(view: Reading, areas: Iterable[Area], season: str) -> set[str]:
    origins = [f"{area.code}/{season}" for area in areas]
    cut = find_all(view, Harvested, (f"harvested:{each}" for each in origins))
    covered = find_all(view, Covered, (f"covered:{each}" for each in origins))
    granted = find_all(view, Granted, (f"granted:{each}" for each in origins))
    return {each.area for found in (cut, covered, granted) for each in found.values()}
