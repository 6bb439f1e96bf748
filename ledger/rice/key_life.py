"""How long a key counts: its last moment, an overlap with its successor, loss, theft and after.

What a stolen key signed since it was stolen is *disputed*: it stays in the log, counts as not in
force, and counts again once its actor has reaffirmed it with a good key.
"""

from __future__ import annotations

from msgspec import structs

from ledger.log import encoding
from ledger.rice import acts
from ledger.rice.actors import Reason, enrol
from ledger.rice.case import CaseOf, Outcome
from ledger.rice.facts import Facts, Key, Reaffirmed, find
from ledger.rice.known import Spell
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
    facts: Facts,
    kid: str,
    index: int,
    recorded_at: str,
    size: int | None = None,
    asked: frozenset[tuple[str, int]] = frozenset(),
) -> bool:
    """Tell whether a key that signed an entry was later said to be stolen by then.

    So is a key that a stolen one had brought in. Reaffirmed by its actor, an entry counts as if
    nothing had happened, unless what reaffirmed it is disputed in turn; nothing stands by itself,
    so what was ``asked`` before is in dispute. With ``size`` a theft counts only if the first so
    many entries revoked the key; since when is as known now.
    """
    key = find(facts, Key, f"key:{kid}")
    if key is None:
        return False
    if (kid, index) in asked:
        return True
    asked |= {(kid, index)}
    if _is_stolen(key, recorded_at, size):
        return all(
            _is_any_disputed(facts, one.kids, one.index, one.recorded_at, size, asked)
            for one in key.reaffirmed
            if index in one.entries
        )
    return _is_any_disputed(
        facts, key.enrolled_by, key.enrolled_index, key.enrolled_at, size, asked
    )


def is_spell_disputed(facts: Facts, spell: Spell, size: int | None = None) -> bool:
    """Tell whether a key that signed a change of state was later said to be stolen by then."""
    kids = spell.kids
    return bool(kids) and _is_any_disputed(
        facts, kids, spell.index, spell.recorded_at, size, frozenset()
    )


def _is_any_disputed(
    facts: Facts,
    kids: tuple[str, ...],
    index: int,
    recorded_at: str,
    size: int | None,
    asked: frozenset[tuple[str, int]],
) -> bool:
    return any(is_disputed(facts, kid, index, recorded_at, size, asked) for kid in kids)


def _is_stolen(key: Key, recorded_at: str, size: int | None) -> bool:
    """Tell whether a key was stolen by a moment, as far as so many entries tell."""
    if key.invalid_from is None or key.revoked_index is None:  # nearly always
        return False
    if size is not None and key.revoked_index >= size:
        return False
    return encoding.parse_instant(key.invalid_from) <= encoding.parse_time(recorded_at)


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
