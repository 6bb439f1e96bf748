"""How long a key counts: its last moment, an overlap with its successor, loss, theft and after.

What a stolen key signed since it was stolen is *disputed*: it stays in the log, counts as not in
force, and counts again once its actor has reaffirmed it with a good key.
"""

from __future__ import annotations

from datetime import datetime

from msgspec import structs

from ledger.log import encoding
from ledger.rice import acts
from ledger.rice.actors import Reason, enrol
from ledger.rice.case import CaseOf, Outcome
from ledger.rice.facts import Facts, Key, Reaffirmed, find
from ledger.rice.trust_acts import Reaffirm, RecoverKey


def unfit_overlap(case: CaseOf[acts.RevokeKey]) -> Reason:
    """A rotated key is to count beyond its own last moment, or until one that has passed."""
    until = case.body.valid_until
    if until is None:
        return None
    key = case.know(Key, f"key:{case.body.kid}")
    if encoding.format_time(case.place.recorded_at) <= until <= key.not_after:
        return None
    return {"kid": key.kid, "valid_until": until, "not_after": key.not_after}


def unfit_recovery(case: CaseOf[RecoverKey]) -> Reason:
    """A key is said to be lost that is not the actor's, or no longer counts."""
    for kid in case.body.lost:
        key = case.find(Key, f"key:{kid}")
        if key is None or key.actor != case.body.actor or key.revoked_index is not None:
            return {"kid": kid, "actor": case.body.actor}
    return None


def undisputed(case: CaseOf[Reaffirm]) -> Reason:
    """Entries are reaffirmed of a key that nobody said was stolen, or that cannot be its own."""
    key = case.find(Key, f"key:{case.body.kid}")
    if key is None or key.revoked_index is None or key.invalid_from is None:
        return {"kid": case.body.kid, "index": "-"}
    for index in case.body.entries:
        if not key.enrolled_index <= index < key.revoked_index:
            return {"kid": key.kid, "index": index}
    return None


def suspect_key(case: CaseOf[Reaffirm]) -> Reason:
    """Entries are reaffirmed with a key that whoever stole theirs may have brought in."""
    stolen = case.know(Key, f"key:{case.body.kid}")
    assert stolen.invalid_from is not None
    assert stolen.dated_index is not None
    since = encoding.parse_instant(stolen.invalid_from)
    for key in case.keys:
        is_later = encoding.parse_time(key.enrolled_at) >= since
        if is_later and key.enrolled_index < stolen.dated_index:
            return {"kid": key.kid, "stolen": stolen.kid, "since": stolen.invalid_from}
    return None


def is_disputed(
    facts: Facts, kid: str, index: int, recorded_at: datetime, size: int | None = None
) -> bool:
    """Tell whether a key that signed an entry was later said to be stolen by then.

    With ``size`` only if the first so many entries revoked it; since when is as known now.
    Reaffirmed by its actor, the entry counts as if nothing had happened; unless what reaffirmed it
    is disputed in turn. That one was recorded later, so the question comes to an end.
    """
    key = find(facts, Key, f"key:{kid}")
    if key is None or key.invalid_from is None or key.revoked_index is None:
        return False
    if size is not None and key.revoked_index >= size:
        return False
    if encoding.parse_instant(key.invalid_from) > recorded_at:
        return False
    return all(
        any(
            is_disputed(facts, by, one.index, encoding.parse_time(one.recorded_at))
            for by in one.kids
        )
        for one in key.reaffirmed
        if index in one.entries
    )


def recover(case: CaseOf[RecoverKey], outcome: Outcome) -> None:
    """Keep the new key of an actor, and that the lost ones no longer count."""
    act = case.body
    enrol(case, outcome, act.actor, (act.key,))
    for kid in act.lost:
        key = case.know(Key, f"key:{kid}")
        outcome.put(structs.replace(key, revoked_index=case.place.index, reason="lost"))


def reaffirm(case: CaseOf[Reaffirm], outcome: Outcome) -> None:
    """Keep which entries of a stolen key its actor stands by."""
    key = case.know(Key, f"key:{case.body.kid}")
    stood_by = Reaffirmed(
        entries=case.body.entries,
        kids=case.meaning.kids,
        recorded_at=encoding.format_time(case.place.recorded_at),
        index=case.place.index,
    )
    outcome.put(structs.replace(key, reaffirmed=(*key.reaffirmed, stood_by)))
