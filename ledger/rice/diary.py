"""The farm diary: who may write a line of it, and where to find its lines again.

What the lines add up to is worked out when it is asked for, from the lines themselves.
"""

from __future__ import annotations

import unicodedata

from ledger.rice import acts
from ledger.rice.actors import Reason
from ledger.rice.case import CaseOf, Outcome
from ledger.rice.events import AnyFieldWork, Fertilising, Spraying
from ledger.rice.facts import Applied, Area, Diary


def larger_than_area(case: CaseOf[AnyFieldWork | acts.SignContract]) -> Reason:
    """More land is worked, or contracted, than there is."""
    body = case.body
    if isinstance(body, acts.SignContract):
        codes, worked_m2 = body.areas, body.area_m2
    else:
        codes, worked_m2 = (body.area,), getattr(body, "worked_m2", 0)
    area_m2 = sum(case.know(Area, f"area:{code}").area_m2 for code in codes)
    if worked_m2 <= area_m2:
        return None
    return {"area": ", ".join(codes), "worked_m2": worked_m2, "area_m2": area_m2}


def folded(name: str) -> str:
    """Return the name of a product as it is searched for: no tone marks, capitals or signs."""
    plain = unicodedata.normalize("NFKD", name.casefold().replace("đ", "d"))
    return "".join(letter for letter in plain if letter.isalnum())


def write(case: CaseOf[AnyFieldWork], outcome: Outcome) -> None:
    """Count a line of the diary."""
    event = case.body
    before = case.find(Diary, f"diary:{event.area}/{event.season}")
    outcome.put(
        Diary(
            area=event.area,
            season=event.season,
            lines=1 + (before.lines if before else 0),
            last_on=max(event.on, before.last_on) if before else event.on,
        )
    )


def apply(case: CaseOf[Fertilising | Spraying], outcome: Outcome) -> None:
    """Remember where a product was used, so that whatever grew there can be found."""
    event = case.body
    product = folded(event.product)
    before = case.find(Applied, f"applied:{product}/{event.season}")
    areas = {event.area, *(before.areas if before else ())}
    outcome.put(Applied(product=product, season=event.season, areas=tuple(sorted(areas))))
