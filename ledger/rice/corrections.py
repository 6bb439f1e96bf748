"""May this event be declared wrong? By whom it was stated, once, as it was stated.

What becomes of everything derived from it is `refolding`'s.
"""

from __future__ import annotations

from msgspec import structs

from ledger.rice import diary
from ledger.rice.actors import Reason
from ledger.rice.case import Case, CaseOf, Meaning, Outcome, Place, open_case
from ledger.rice.certificate_facts import (
    Attestation,
)
from ledger.rice.diary_facts import Diary
from ledger.rice.events import (
    AnyEvent,
    Arrival,
    Correction,
    Dispatch,
    Event,
    FieldWork,
    Harvest,
    Loading,
    Packing,
    Palletising,
    Return,
    Shipping,
    Unpalletising,
)
from ledger.rice.facts import (
    Harvested,
    Lot,
    Pallet,
    Promised,
    Said,
)
from ledger.rice.lots import births_of, draws_of
from ledger.rice.mass import mass14_g
from ledger.rice.members import container
from ledger.rice.possession import STOPPED_MOVES, named_lots


def unknown_event(case: CaseOf[Correction]) -> Reason:
    """An event is declared wrong that nobody stated, or in other words than it was stated."""
    said = case.find(Said, f"said:{case.body.event_id}")
    if said is not None and case.past.entry(said.index)[1].body == case.body.wrong:
        return None
    return {"event": case.body.event_id}


def foreign_event(case: CaseOf[Correction]) -> Reason:
    """An event is declared wrong by somebody who did not state it."""
    place, meaning = said_at(case, case.body.event_id)
    speaker = open_case(meaning, place, case.facts).speaker
    return None if speaker == case.speaker else {"actor": case.speaker, "speaker": speaker}


def taken_correction(case: CaseOf[Correction]) -> Reason:
    """An event is to stand in place of the wrong one that was said, or promised, already."""
    for name in case.body.corrected_by:
        if case.facts.get(f"said:{name}") is not None:
            return {"event": name}
    return None


def foreign_promise(case: CaseOf[AnyEvent]) -> Reason:
    """An event is stated under a name that is kept for another: by whom, or of another kind."""
    promised = case.find(Promised, f"said:{case.body.event_id}")
    if promised is None or isinstance(case.body, Correction):
        return None
    wrong = case.past.entry(promised.stands_for)[1].body
    if promised.actor == case.speaker and type(wrong) is type(case.body):
        return None
    return {"event": case.body.event_id, "actor": promised.actor, "kind": type(wrong).__name__}


def evaded_stop(case: Case, wrong: Event) -> Reason:
    """An event in place of a wrong one gets rice out from under a hold or a recall.

    What the wrong event made and is stopped now must be made by the right one too, and no more may
    be taken of what is stopped now than the wrong one took. Facts are those of now, not of then.
    """
    body = case.body
    assert isinstance(body, Event)
    made = {lot for lot, _ in births_of(body)}
    for lot_id, _ in births_of(wrong):
        if lot_id not in made and _is_stopped(case, lot_id):
            return {"lot": lot_id}
    if isinstance(body, STOPPED_MOVES):
        return None
    taken = dict(draws_of(wrong))
    for lot_id, amount in draws_of(body):
        if amount > taken.get(lot_id, 0) and _is_stopped(case, lot_id):
            return {"lot": lot_id}
    loaded = wrong.pallets if isinstance(wrong, Loading | Dispatch) else ()
    for name in body.pallets if isinstance(body, Loading | Dispatch) else ():
        pallet = case.find(Pallet, f"pallet:{name}")
        if name not in loaded and pallet is not None and _is_stopped(case, pallet.lot):
            return {"lot": pallet.lot}
    return None


def _is_stopped(case: Case, lot_id: str) -> bool:
    lot = case.find(Lot, f"lot:{lot_id}")
    return lot is not None and bool(lot.held or lot.recalled)


def said_at(case: Case, event_id: str) -> tuple[Place, Meaning]:
    """Return the entry of an event that was said."""
    return case.past.entry(case.know(Said, f"said:{event_id}").index)


def touched(event: Event) -> set[str]:
    """Return the keys of the lots, pallets and containers that an event speaks of."""
    keys = {f"lot:{name}" for name in (*named_lots(event), *(lot for lot, _ in births_of(event)))}
    match event:
        case Palletising(pallet=name) | Unpalletising(pallet=name):
            keys.add(f"pallet:{name}")
        case Loading(container=number) | Shipping(container=number):
            keys.add(f"container:{number}")
        case Arrival(units=units):
            keys.update(
                f"container:{container(name)}" if name.startswith("urn:") else f"pallet:{name}"
                for name in units
            )
    if isinstance(event, Loading | Dispatch | Return):
        keys.update(f"pallet:{name}" for name in event.pallets)
    return keys


def take_back(case: CaseOf[Correction], outcome: Outcome) -> None:
    """Take back what the wrong event added to totals, and promise the events to come for it."""
    wrong = case.body.wrong
    said = case.know(Said, f"said:{case.body.event_id}")
    stands_for = said.index if said.stands_for is None else said.stands_for
    for name in case.body.corrected_by:
        outcome.put(Promised(id=name, actor=case.speaker, stands_for=stands_for))
    match wrong:
        case Harvest(area=area, season=season):
            total = case.know(Harvested, f"harvested:{area}/{season}")
            less_g = mass14_g(wrong.mass_g, wrong.moisture_ppt)
            outcome.put(structs.replace(total, mass14_g=total.mass14_g - less_g))
        case Packing(grant=grant_id) if grant_id:
            grant = case.find(Attestation, f"attestation:{grant_id}")
            if grant is not None:  # evidence for one bag may not speak of a neighbour's grant
                drawn_g = grant.drawn_g - wrong.bags * wrong.bag_g
                outcome.put(structs.replace(grant, drawn_g=drawn_g))
        case FieldWork(area=area, season=season):
            outcome.put(case.know(Diary, f"diary:{area}/{season}"))
            diary.unsign(case, wrong, said.index, outcome)
    names = (key.partition(":")[2] for key in touched(wrong))
    outcome.unlinked += [(name, said.index) for name in sorted(names)]
