"""The farm diary: who may write a line of it, who did, and where to find its lines again.

What the lines add up to is worked out when it is asked for, from the lines themselves.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping

from msgspec import structs

from ledger.rice import acts
from ledger.rice.actors import Reason
from ledger.rice.case import Case, CaseOf, Outcome
from ledger.rice.diary_facts import Applied, Diary, Signers
from ledger.rice.events import AnyFieldWork, Fertilising, FieldWork, Spraying, WaterReading
from ledger.rice.facts import Area, Said

SIGNERS_MAX = 50
"""Keys that may sign the readings, or the other lines, of one area in a season."""


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


def too_many_signers(case: CaseOf[AnyFieldWork]) -> Reason:
    """A diary is signed with more keys than anybody could tell apart."""
    event = case.body
    signed = _signed(_signers(case, event), event)
    if signed.keys() >= set(case.meaning.kids) or len(signed) < SIGNERS_MAX:
        return None
    return {"area": event.area, "season": event.season, "keys": SIGNERS_MAX}


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


def sign(case: CaseOf[AnyFieldWork], outcome: Outcome) -> None:
    """Remember a key that has not signed such a line before."""
    event = case.body
    before = _signers(case, event)
    new = dict.fromkeys(case.meaning.kids, case.place.index)
    after = _with_signed(before, event, {**new, **_signed(before, event)})
    if after != before:
        outcome.put(after)


def unsign(case: Case, wrong: FieldWork, index: int, outcome: Outcome) -> None:
    """Forget the keys of a line declared wrong, unless they signed another that still stands.

    ``index`` is the entry of that line. The earliest other one takes its place.
    """
    before = _signers(case, wrong)
    signed = dict(_signed(before, wrong))
    left = [kid for kid, entry in signed.items() if entry == index]
    for kid in left:
        del signed[kid]
        standing = _standing(case, wrong, kid)
        if standing is not None:
            signed[kid] = standing
    if left:
        outcome.put(_with_signed(before, wrong, signed))


def _standing(case: Case, wrong: FieldWork, kid: str) -> int | None:
    """Return the first line of the same kind by a key that nobody declared wrong."""
    is_reading = isinstance(wrong, WaterReading)
    for index in case.past.told(f"diary:{wrong.area}/{wrong.season}"):
        _, meaning = case.past.entry(index)
        line = meaning.body
        if (
            isinstance(line, FieldWork)
            and isinstance(line, WaterReading) == is_reading
            and line.event_id != wrong.event_id
            and kid in meaning.kids
            and case.find(Said, f"said:{line.event_id}/declared") is None
        ):
            return index
    return None


def _signers(case: Case, event: FieldWork) -> Signers:
    known = case.find(Signers, f"signers:{event.area}/{event.season}")
    return known or Signers(area=event.area, season=event.season)


def _signed(signers: Signers, event: FieldWork) -> Mapping[str, int]:
    """Return the keys that signed lines of the same kind: readings, or all others."""
    return signers.measured if isinstance(event, WaterReading) else signers.reported


def _with_signed(signers: Signers, event: FieldWork, signed: Mapping[str, int]) -> Signers:
    kept = dict(sorted(signed.items()))
    if isinstance(event, WaterReading):
        return structs.replace(signers, measured=kept)
    return structs.replace(signers, reported=kept)


def apply(case: CaseOf[Fertilising | Spraying], outcome: Outcome) -> None:
    """Remember where a product was used, so that whatever grew there can be found."""
    event = case.body
    product = folded(event.product)
    before = case.find(Applied, f"applied:{product}/{event.season}")
    areas = {event.area, *(before.areas if before else ())}
    outcome.put(Applied(product=product, season=event.season, areas=tuple(sorted(areas))))
