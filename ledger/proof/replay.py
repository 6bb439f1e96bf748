"""The rulebook over a bundle: what is known once its entries have been taken in order.

A bundle holds everything about the lots that became this bag, and of other lots only what they drew
from these. Entries that make a lot of ours are judged whole, by the same rulebook as at append; of
an entry that only draws from ours, its signer and its draw are checked.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from msgspec import structs

from ledger.errors import Detail
from ledger.rice import actors
from ledger.rice.actors import Reason
from ledger.rice.case import Case, Meaning, Outcome, Place, open_case
from ledger.rice.events import Drying, Event, Milling, Packing, Palletising, Shipping
from ledger.rice.facts import Attestation, F, Fact, Lot, Pallet, find
from ledger.rice.judge import RuleError, judge
from ledger.rice.mass import subtract, take

_FINDING_OF = {
    "key_unknown": "keys_in_force",
    "key_not_proved": "keys_in_force",
    "key_ended": "keys_in_force",
    "one_speaker": "keys_in_force",
    "root_quorum": "keys_in_force",
    "founding_comes_first": "founded_as_trusted",
    "other_ledger": "founded_as_trusted",
    "root_threshold": "founded_as_trusted",
    "area_unknown": "areas_in_force",
    "area_not_active": "areas_in_force",
    "area_not_managed": "areas_in_force",
    "yield_above_limit": "mass_balances",
    "exceeds_lot": "mass_balances",
    "mass_gained": "mass_balances",
    "recovery_above_limit": "mass_balances",
    "container_overloaded": "mass_balances",
    "lot_unknown": "lots_connected",
    "lot_taken": "lots_connected",
    "lot_unfit": "lots_connected",
    "product_unfit": "lots_connected",
    "not_holder": "lots_connected",
    "not_consigned": "lots_connected",
    "custody_strengthened": "custody_kept",
    "mark_custody_refused": "custody_kept",
    "scheme_unknown": "issuers_accredited",
    "issuer_not_signer": "issuers_accredited",
    "issuer_not_accredited": "issuers_accredited",
    "issuer_not_independent": "issuers_accredited",
    "scope_unknown": "issuers_accredited",
    "grant_not_confirmed": "origins_covered",
    "mark_not_covered": "origins_covered",
    "grant_not_in_force": "mark_granted",
    "quota_exceeded": "quota_kept",
    "labels_not_own": "labels_fit_lot",
    "labels_outnumber_bags": "labels_fit_lot",
    "lot_held": "not_held",
}
"""Which check of a verdict a broken rule counts under; all others: who may say what."""


@dataclass(frozen=True, slots=True)
class Broken:
    """A rule that an entry of the log breaks, as the check it counts under."""

    rule: str
    details: Mapping[str, Detail]


class Replay:
    """Facts known from the entries taken so far; reads like any other source of facts."""

    def __init__(self, subjects: frozenset[str]) -> None:
        self.subjects = subjects
        self.sources: dict[str, set[str]] = {}
        self._facts: dict[str, Fact] = {}

    def get(self, key: str, /) -> Fact | None:
        """Return the fact under a key, or nothing."""
        return self._facts.get(key)

    def find(self, kind: type[F], key: str) -> F | None:
        """Return the fact under a key if it is of this kind."""
        return find(self, kind, key)

    def take(self, meaning: Meaning, place: Place) -> Broken | None:
        """Add what an entry changes; return the first rule it breaks, if any."""
        if isinstance(meaning.body, Event) and not self._is_ours(meaning.body):
            return self._draw(open_case(meaning, place, self))
        try:
            decision = judge(meaning, place, self)
        except RuleError as refusal:
            rule = _FINDING_OF.get(refusal.code, "offices_held")
            actor = open_case(meaning, place, self).speaker
            return Broken(rule, {"actor": actor, **refusal.details})
        self._facts |= decision.puts
        for link in decision.links:
            self.sources.setdefault(link.target, set()).add(link.source)
        return None

    def _is_ours(self, body: Event) -> bool:
        """Tell whether an event makes, moves or stacks something the bundle must speak of."""
        match body:
            case Milling(outputs=outputs):
                return any(f"lot:{lot}" in self.subjects for lot, _ in outputs)
            case Packing(lot=lot) | Drying(lot=lot):
                return f"lot:{lot}" in self.subjects
            case Shipping(pallets=pallets, bags=bags):
                lots = {f"lot:{lot}" for lot, _ in bags}
                return lots | {f"pallet:{pallet}" for pallet in pallets} <= self.subjects
        return True

    def _draw(self, case: Case) -> Broken | None:
        """Take an event that made other lots: its signer, and what it took from ours."""
        for rule, check in _SIGNER_RULES:
            reason: Reason = check(case)
            if reason is not None:
                return Broken(rule, {"actor": case.speaker, **reason})
        outcome = Outcome()
        body = case.body
        if isinstance(body, Milling | Packing | Drying):
            for lot_id, draw_g in body.inputs:
                lot = self.find(Lot, f"lot:{lot_id}")
                if lot is None:
                    continue
                if draw_g > lot.left_g or lot.holder != case.speaker:
                    return Broken("mass_balances", {"lot": lot_id})
                part = take(lot.origin, draw_g, lot.left_g)
                left_g = lot.left_g - draw_g
                outcome.put(structs.replace(lot, left_g=left_g, origin=subtract(lot.origin, part)))
        if isinstance(body, Packing) and body.grant:
            grant = self.find(Attestation, f"attestation:{body.grant}")
            if grant is not None:
                drawn_g = grant.drawn_g + body.bags * body.bag_g
                outcome.put(structs.replace(grant, drawn_g=drawn_g))
        if isinstance(body, Shipping):
            self._ship(case, body, outcome)
        assert not isinstance(body, Palletising)
        self._facts |= outcome.puts
        return None

    def _ship(self, case: Case, body: Shipping, outcome: Outcome) -> None:
        for lot_id, bags in body.bags:
            lot = self.find(Lot, f"lot:{lot_id}")
            if lot is not None:
                outcome.put(structs.replace(lot, bags_left=lot.bags_left - bags))
        for pallet_id in body.pallets:
            pallet = self.find(Pallet, f"pallet:{pallet_id}")
            if pallet is not None:
                outcome.put(structs.replace(pallet, shipped_index=case.place.index))


_SIGNER_RULES = (
    ("keys_in_force", actors.unknown_key),
    ("keys_in_force", actors.ended_key),
    ("keys_in_force", actors.mixed_speakers),
)
