r"""The life of an attestation: in what state it is on a day, and which change may follow which.

```text
applied -> [pending] -> granted -> [suspended <-> reinstated] -> withdrawn | superseded | expired
                \-> reduced (as often as need be, never upwards)
```

Pending is what one person proposed and another has to decide, where the scheme asks for two.

What counts for a mark is whether an attestation is in force: `state_of` says ``granted`` for all
of granted, reinstated and reduced. `stage_of` tells these apart, for people.

Changes count by the day from which they take effect, which may lie before their recording. So a
change is judged where it falls among the others, and those after it must still follow from it.
What is final is so from its day on: a change from an earlier day may still come, except behind a
withdrawal, after which nothing does. `known_at` gives an attestation as an earlier log knew it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from msgspec import structs

from ledger.log import encoding
from ledger.rice import acts
from ledger.rice.actors import Reason
from ledger.rice.areas import FINAL_STATES, months_after, state_on
from ledger.rice.case import CaseOf, Outcome
from ledger.rice.certificate_facts import (
    Attestation,
)
from ledger.rice.life_facts import Turn

IN_FORCE = frozenset({"granted", "reinstated", "reduced"})

FOLLOWS: Mapping[str, frozenset[str]] = {
    "pending": frozenset({"granted", "withdrawn"}),
    "granted": frozenset({"suspended", "reduced", "withdrawn", "superseded"}),
    "reinstated": frozenset({"suspended", "reduced", "withdrawn", "superseded"}),
    "reduced": frozenset({"suspended", "reduced", "withdrawn", "superseded"}),
    "suspended": frozenset({"suspended", "reinstated", "withdrawn", "superseded"}),
    "withdrawn": frozenset(),
    "superseded": frozenset(),
}
"""Which change may follow which. Suspended twice: on another ground, or from an earlier day."""


def stage_of(attestation: Attestation, on: str) -> str:
    """Return the state on a day: the last change, or pending and expired, outside its period."""
    if on < attestation.from_on:
        return "pending"
    turn = state_on(attestation.spells, on)
    state = turn.state if turn else "pending"
    return "expired" if state in IN_FORCE and on > attestation.until_on else state


def state_of(attestation: Attestation, on: str) -> str:
    """Return granted (in force), suspended, withdrawn or superseded; or pending and expired."""
    stage = stage_of(attestation, on)
    return "granted" if stage in IN_FORCE else stage


def since(attestation: Attestation, on: str) -> str:
    """Return the day from which the state of ``stage_of`` holds."""
    if stage_of(attestation, on) == "expired":
        return attestation.until_on
    begun, before = attestation.from_on, ""
    for turn in _until_final(_in_order([one for one in attestation.spells if one.from_on <= on])):
        # On another ground, or from another paper, it is the same suspension that goes on.
        begun = begun if turn.state == before == "suspended" else turn.from_on
        before = turn.state
    return begun


def turn_on(attestation: Attestation, on: str) -> Turn | None:
    """Return the last change that counts on a day; nothing before its first day."""
    return state_on(attestation.spells, on)


def figures_on(attestation: Attestation, on: str) -> tuple[int, int]:
    """Return the square metres and grams it stands for: those granted, or what reductions left."""
    begun = [turn for turn in attestation.spells if turn.area_m2 and turn.from_on <= on]
    if not begun:
        return attestation.area_m2, attestation.quota_g
    last = _in_order(begun)[-1]
    return last.area_m2, last.quota_g


def known_at(attestation: Attestation, size: int) -> Attestation | None:
    """Return an attestation as the first ``size`` entries tell it; nothing if they do not."""
    if attestation.index >= size:
        return None
    spells = tuple(turn for turn in attestation.spells if turn.index < size)
    return structs.replace(attestation, spells=spells)


def suspension_due(attestation: Attestation, on: str, months: int) -> str:
    """Return the day by which a suspension is to end one way or the other; nothing if none is."""
    if stage_of(attestation, on) != "suspended":
        return ""
    return months_after(since(attestation, on), months)


def unknown_attestation(case: CaseOf[acts.ChangeAttestation]) -> Reason:
    """A change to an attestation that is not in the ledger."""
    known = case.find(Attestation, f"attestation:{case.body.attestation}")
    return None if known else {"attestation": case.body.attestation}


def unknown_decider(case: CaseOf[acts.ChangeAttestation | acts.Apply]) -> Reason:
    """A change decided by, or an application to, somebody who is not registered."""
    body = case.body
    named = body.certifier if isinstance(body, acts.Apply) else body.decided_by
    return None if case.actor(named) else {"actor": named}


def premature_change(case: CaseOf[acts.ChangeAttestation]) -> Reason:
    """A change from a day on which the attestation was not in force yet."""
    known = _changing(case)
    if case.body.from_on >= known.from_on:
        return None
    return {"number": known.number, "from_on": known.from_on}


def change_after_end(case: CaseOf[acts.ChangeAttestation]) -> Reason:
    """A change to what is withdrawn, or from a day on which it was over."""
    known, on = _changing(case), case.body.from_on
    final = [turn for turn in known.spells if turn.state in FINAL_STATES]
    for turn in final:
        if turn.state == "withdrawn" or turn.from_on <= on:
            return {"number": known.number, "state": turn.state, "since": turn.from_on}
    if on > known.until_on:
        return {"number": known.number, "state": "expired", "since": known.until_on}
    return None


def unfit_change(case: CaseOf[acts.ChangeAttestation]) -> Reason:
    """A change that does not follow from what was before, or from which what came after does not.

    What falls behind a final change is moot: it was overtaken.
    """
    known = _changing(case)
    for before, after in pairwise(_until_final(_in_order((*known.spells, _turn(case))))):
        if after.state not in FOLLOWS[before.state]:
            return {"number": known.number, "from": before.state, "to": after.state}
    return None


def unfit_reduction(case: CaseOf[acts.ChangeAttestation]) -> Reason:
    """A reduction to more than there was, to just as much, or of tonnes that were never granted."""
    if case.body.state != "reduced":
        return None
    known = _changing(case)
    turns = _in_order((*known.spells, _turn(case)))
    figures = [(known.area_m2, known.quota_g)]
    figures += [(turn.area_m2, turn.quota_g) for turn in turns if turn.area_m2]
    for (area_m2, quota_g), (less_m2, less_g) in pairwise(figures):
        fewer = less_m2 < area_m2 or less_g < quota_g
        if less_m2 > area_m2 or less_g > quota_g or bool(less_g) != bool(quota_g) or not fewer:
            return {"number": known.number, "area_m2": area_m2, "quota_kg": quota_g // 1000}
    return None


def unfit_successor(case: CaseOf[acts.ChangeAttestation]) -> Reason:
    """A successor that is not its issuer's, is for somebody or something else, or not in force."""
    if case.body.state != "superseded":
        return None
    known = _changing(case)
    successor = case.find(Attestation, f"attestation:{case.body.successor}")
    details = {"number": known.number, "successor": case.body.successor}
    if successor is None or successor.id == known.id:
        return details
    of = ("issuer", "issued_to", "profile", "scheme", "season")
    is_like = all(getattr(successor, name) == getattr(known, name) for name in of)
    is_there = state_of(successor, case.body.from_on) == "granted"
    return None if is_like and is_there else details


def overdue_suspension(case: CaseOf[acts.ChangeAttestation]) -> Reason:
    """A suspension went on for longer than it should, and is only now ended."""
    if case.body.state == "suspended" or case.founding is None:
        return None
    known, on = _changing(case), case.body.from_on
    due_on = suspension_due(known, on, case.founding.settings.suspension_months)
    if not due_on or on <= due_on:
        return None
    return {"number": known.number, "since": since(known, on), "due_on": due_on}


def overdrawn_grant(case: CaseOf[acts.ChangeAttestation]) -> Reason:
    """A grant is reduced to fewer tonnes than were packed under it."""
    known = _changing(case)
    if case.body.state != "reduced" or known.drawn_g <= case.body.quota_g:
        return None
    drawn_kg, quota_kg = known.drawn_g // 1000, case.body.quota_g // 1000
    return {"grant": known.number, "drawn_kg": drawn_kg, "quota_kg": quota_kg}


def change(case: CaseOf[acts.ChangeAttestation], outcome: Outcome) -> None:
    """Add a change to the life of an attestation."""
    known = _changing(case)
    outcome.put(structs.replace(known, spells=(*known.spells, _turn(case))))


def _changing(case: CaseOf[acts.ChangeAttestation]) -> Attestation:
    return case.know(Attestation, f"attestation:{case.body.attestation}")


def _turn(case: CaseOf[acts.ChangeAttestation]) -> Turn:
    act = case.body
    return Turn(
        from_on=act.from_on,
        state=act.state,
        reason=act.reason,
        kids=case.meaning.kids,
        recorded_at=encoding.format_time(case.place.recorded_at),
        index=case.place.index,
        remark=act.remark,
        paper=act.paper,
        decided_by=act.decided_by,
        area_m2=act.area_m2,
        quota_g=act.quota_g,
        successor=act.successor,
    )


def _in_order(turns: Sequence[Turn]) -> list[Turn]:
    """Return changes by the day they take effect; of one day, as they were recorded."""
    return sorted(turns, key=lambda turn: (turn.from_on, turn.index))


def _until_final(turns: Sequence[Turn]) -> Iterator[Turn]:
    """Yield changes up to the first final one."""
    for turn in turns:
        yield turn
        if turn.state in FINAL_STATES:
            return
