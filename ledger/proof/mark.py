"""Does what stands behind the mark bear it out: on the packing day, and what became of it since?

9. What the mark needs was there on the packing day: a grant, confirmations for every origin, and
   tonnes that reach as far as this lot.
10. What became of the grant and of the confirmations behind it; the gravest is told, with whether
    the bag had been packed, or even shipped, while it was still in force.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

from ledger.errors import Detail
from ledger.log import encoding
from ledger.proof import show
from ledger.proof.replay import Replay
from ledger.proof.verdict import Result
from ledger.rice import attestations, certifying, life
from ledger.rice.accounts import accumulate_draws, draw_of
from ledger.rice.certificate_facts import (
    Attestation,
    Claimed,
)
from ledger.rice.credentials import Attested
from ledger.rice.events import Packing
from ledger.rice.facts import (
    Lot,
    Said,
)

GRAVEST = ("withdrawn", "suspended", "reduced", "pending", "superseded", "expired")
"""What an attestation can have become, the gravest first. Reduced counts where it leaves out this
lot; to be told of it is not to be told less."""

OF_THE_MARK = (
    *("mark_granted", "origins_covered"),
    *("attestations_still_good", "reduction_unclaimed"),
)
"""Checks that ask nothing of a bag without the mark."""


@dataclass(frozen=True, slots=True)
class Noted:
    """A result of one check, for the verdict to keep."""

    rule: str
    result: Result
    entries: tuple[int, ...] = ()
    details: dict[str, Detail] = field(default_factory=dict)


def check_mark(
    replay: Replay, lot: Lot, upstream: Collection[str], today: str, shipped_on: str
) -> Iterator[Noted]:
    """Yield what there is to say of a lot's mark; of several results of a check the worst counts.

    ``shipped_on`` is the day on which its last bag had left, empty if not all have.
    """
    grant = replay.find(Attestation, f"attestation:{lot.grant}")
    if grant is None:
        for rule in OF_THE_MARK:
            yield Noted(rule, "unknown")
        return
    reached_g = _reached_g(replay, grant, {lot.id, *upstream})
    yield from _when_packed(replay, lot, grant, reached_g)
    yield from _since(replay, lot, grant, reached_g, (today, shipped_on))
    yield from _claims(replay, lot)


def _when_packed(replay: Replay, lot: Lot, grant: Attestation, reached_g: int) -> Iterator[Noted]:
    # 9. Judged on the packing day: what was true then stays true of this bag.
    state = attestations.standing(replay, grant, lot.born_on)
    granted: Result = "pass" if state == "granted" else "fail"
    yield Noted("mark_granted", granted, (grant.index,), {"number": grant.number, "state": state})
    named = {f"{code}/{grant.season}" for code in grant.areas}
    missing = [name for name in lot.origin if name not in named]
    missing += attestations.uncovered(replay, lot.origin, lot.born_on, grant)
    for origin in missing:
        yield Noted("origins_covered", "fail", details={"origin": origin})
    yield Noted("origins_covered", "pass")
    if reached_g > life.figures_on(grant, lot.born_on)[1]:
        yield Noted("quota_kept", "fail", (grant.index,))


def _since(
    replay: Replay, lot: Lot, grant: Attestation, reached_g: int, days: tuple[str, str]
) -> Iterator[Noted]:
    # 10. Packed and shipped before are told apart from packed before.
    today, shipped_on = days
    changed: list[tuple[str, Attestation]] = []
    for each in (grant, *show.confirmations(replay, lot, grant)):
        # An accreditation may since have ended from an earlier day.
        given_on = encoding.local_day(replay.entry(each.index)[0].recorded_at)
        if not certifying.was_accredited(replay, each, given_on):
            yield Noted("issuers_accredited", "fail", (each.index,), {"issuer": each.issuer})
        state = attestations.state_of(each, today)
        if state == "granted" and each is grant and reached_g > life.figures_on(grant, today)[1]:
            state = "reduced"
        if state != "granted":
            changed.append((state, each))
    for state, each in sorted(changed, key=lambda pair: GRAVEST.index(pair[0])):
        since = life.since(each, today)
        was_shipped = bool(shipped_on) and shipped_on < since
        details: dict[str, Detail] = {"number": each.number, "state": state, "since": since}
        details["valid_when"] = "shipped" if was_shipped else "packed"
        yield Noted("attestations_still_good", "fail", (each.index,), details)
    yield Noted("attestations_still_good", "pass")


def _claims(replay: Replay, lot: Lot) -> Iterator[Noted]:
    """Yield whose emission reduction somebody sold or counted as credits."""
    for origin in sorted(lot.origin):
        claimed = replay.find(Claimed, f"claimed:{origin}")
        if claimed is not None:
            details: dict[str, Detail] = {"origin": origin, "by": claimed.by}
            details |= {"registry": claimed.registry, "number": claimed.number}
            yield Noted("reduction_unclaimed", "fail", (claimed.index,), details)
    yield Noted("reduction_unclaimed", "pass")


def _reached_g(replay: Replay, grant: Attestation, lots: Collection[str]) -> int:
    """Return how much of a grant was drawn once the last of these lots had been packed."""
    draws = []
    for index, body in replay.taken():
        if isinstance(body, Attested) and body.licence == grant.id:
            draws.append(draw_of(index, body))
        if not isinstance(body, Packing) or body.grant != grant.id:
            continue
        if not replay.is_declared_wrong(body):
            said = replay.find(Said, f"said:{body.event_id}")
            place = said.stands_for if said and said.stands_for is not None else index
            draws.append(draw_of(place, body))
    reached = accumulate_draws(draws)
    return max((grams for lot, grams in reached.items() if lot in lots), default=0)
