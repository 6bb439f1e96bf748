"""The rulebook over a bundle: what is known once its entries have been taken in order.

A bundle holds everything about the lots that became this bag, and of other lots only what they drew
from these. Entries that make or move a lot of ours are judged whole, by the same rulebook as at
append; of an entry that only draws from ours, everything that can be told without its other lots.

An entry that breaks a rule changes nothing: what the log should have refused is not believed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from msgspec import structs

from ledger.errors import Detail
from ledger.rice import acts, attestations, sayings
from ledger.rice.case import Body, Case, Meaning, Outcome, Place, open_case
from ledger.rice.corrections import touched
from ledger.rice.credentials import Attested
from ledger.rice.events import (
    Arrival,
    Correction,
    Dispatch,
    Draw,
    Event,
    Loading,
    Packing,
    Return,
)
from ledger.rice.facts import F, Fact, Lot, Promised, Said, find
from ledger.rice.judge import RuleError, fold, judge
from ledger.rice.lots import Filling, Transformation, births_of, draw, grams_of
from ledger.rice.members import container
from ledger.rice.refolding import Refolding
from ledger.rice.rulebook import RULES

_FINDING_OF = {
    "key_unknown": "keys_in_force",
    "key_not_proved": "keys_in_force",
    "key_ended": "keys_in_force",
    "one_speaker": "keys_in_force",
    "root_quorum": "keys_in_force",
    "key_not_revocable": "keys_in_force",
    "key_overlap_unfit": "keys_in_force",
    "key_not_recoverable": "keys_in_force",
    "entry_undisputed": "keys_in_force",
    "key_suspect": "keys_in_force",
    "founding_comes_first": "founded_as_trusted",
    "other_ledger": "founded_as_trusted",
    "root_threshold": "founded_as_trusted",
    "area_unknown": "areas_in_force",
    "area_not_active": "areas_in_force",
    "area_not_managed": "areas_in_force",
    "area_revoked": "areas_in_force",
    "season_unfit": "areas_in_force",
    "parties_unsigned": "keys_in_force",
    "contract_unknown": "lots_connected",
    "contract_unfit": "lots_connected",
    "inspection_overdue": "issuers_accredited",
    "yield_above_limit": "mass_balances",
    "exceeds_lot": "mass_balances",
    "mass_too_small": "mass_balances",
    "mass_gained": "mass_balances",
    "recovery_above_limit": "mass_balances",
    "container_overloaded": "mass_balances",
    "counted_above_books": "mass_balances",
    "lot_unknown": "lots_connected",
    "unit_unknown": "lots_connected",
    "bags_unknown": "labels_fit_lot",
    "unit_taken": "lots_connected",
    "unit_not_held": "lots_connected",
    "event_unknown": "lots_connected",
    "event_not_own": "lots_connected",
    "correction_taken": "lots_connected",
    "mark_unbalanced": "mark_granted",
    "load_held": "lots_connected",
    "mark_of_other_bags": "mark_granted",
    "lot_taken": "lots_connected",
    "lot_unfit": "lots_connected",
    "event_before_lot": "lots_connected",
    "bag_differs": "lots_connected",
    "product_unfit": "lots_connected",
    "not_holder": "lots_connected",
    "not_consigned": "lots_connected",
    "custody_strengthened": "custody_kept",
    "mark_custody_refused": "custody_kept",
    "scheme_unknown": "issuers_accredited",
    "issuer_not_signer": "issuers_accredited",
    "issuer_not_accredited": "issuers_accredited",
    "issuer_not_independent": "issuers_accredited",
    "keys_not_apart": "issuers_accredited",
    "accredited_body_unknown": "issuers_accredited",
    "accreditor_not_entitled": "issuers_accredited",
    "accreditation_outside_jurisdiction": "issuers_accredited",
    "accreditation_outside_dates": "issuers_accredited",
    "accreditation_not_independent": "issuers_accredited",
    "accreditation_unknown": "issuers_accredited",
    "scope_unknown": "issuers_accredited",
    "hectares_granted_twice": "issuers_accredited",
    "profile_unknown": "issuers_accredited",
    "attestation_unfit": "issuers_accredited",
    "validity_too_long": "issuers_accredited",
    "second_person_missing": "issuers_accredited",
    "second_person_same": "issuers_accredited",
    "auditor_decides": "issuers_accredited",
    "criterion_not_met": "criteria_met",
    "quota_above_scheme": "quota_kept",
    "quota_taken_before": "quota_kept",
    "licence_overdrawn": "quota_kept",
    "licence_not_in_force": "quota_kept",
    "status_place_unfit": "issuers_accredited",
    "status_place_taken": "issuers_accredited",
    "application_unanswerable": "issuers_accredited",
    "attestation_unknown": "changes_follow",
    "decider_unknown": "changes_follow",
    "change_before_start": "changes_follow",
    "attestation_over": "changes_follow",
    "change_unfit": "changes_follow",
    "reduction_unfit": "changes_follow",
    "successor_unfit": "changes_follow",
    "grant_not_confirmed": "origins_covered",
    "mark_not_covered": "origins_covered",
    "grant_not_in_force": "mark_granted",
    "quota_exceeded": "quota_kept",
    "labels_not_own": "labels_fit_lot",
    "labels_outnumber_bags": "labels_fit_lot",
    "labels_voided": "labels_fit_lot",
    "bag_not_own": "labels_fit_lot",
    "unit_overmarked": "labels_fit_lot",
    "bag_mark_unfit": "labels_fit_lot",
    "lot_held": "lots_connected",
}
"""Which check of a verdict a broken rule counts under; all others: who may say what."""

_DRAW_CODES = frozenset(
    {
        *("other_ledger", "key_unknown", "key_ended", "one_speaker", "said_before"),
        *("event_office_not_held", "event_in_future"),
        *("lot_unknown", "event_before_lot", "lot_unfit", "not_holder", "lot_held", "exceeds_lot"),
    }
)
_MARK_CODES = frozenset({"grant_not_in_force", "mark_custody_refused", "quota_exceeded"})
_SALE_CODES = frozenset({"sale_not_covered", "lot_sold_with_mark", "lot_sold_twice"})
_SALE_RULES = tuple(
    rule for rule in RULES if Attested in rule.about and rule.code not in _SALE_CODES
)
"""Rules about an attestation that need to know nothing of the lot it speaks of."""
_DRAW_RULES = tuple(rule for rule in RULES if rule.code in _DRAW_CODES)
_MARK_RULES = tuple(rule for rule in RULES if rule.code in _MARK_CODES)
"""Rules that need to know nothing of the lots an event makes, nor of its other inputs."""


@dataclass(frozen=True, slots=True)
class Broken:
    """A rule that an entry of the log breaks: its code, and the check it counts under."""

    rule: str
    code: str
    details: Mapping[str, Detail]


class Replay:
    """Facts known from the entries taken so far; reads like any other source of facts."""

    def __init__(self, subjects: frozenset[str]) -> None:
        self.subjects = subjects
        self._sources: dict[str, set[tuple[str, int]]] = {}
        self._facts: dict[str, Fact] = {}
        self._told: dict[str, list[int]] = {}
        self._entries: dict[int, tuple[Place, Meaning]] = {}

    def get(self, key: str, /) -> Fact | None:
        """Return the fact under a key, or nothing."""
        return self._facts.get(key)

    def find(self, kind: type[F], key: str) -> F | None:
        """Return the fact under a key if it is of this kind."""
        return find(self, kind, key)

    def pallets(self) -> list[str]:
        """Return the pallets that bags of this bundle were stacked on."""
        return [key.partition(":")[2] for key in self._facts if key.startswith("pallet:")]

    def told(self, key: str, /) -> Sequence[int]:
        """Return the entries taken that changed a fact."""
        return self._told.get(key, ())

    def entry(self, index: int, /) -> tuple[Place, Meaning]:
        """Return an entry as far as it speaks of subjects of this bundle."""
        return self._entries[index]

    def taken(self) -> Iterator[tuple[int, Body]]:
        """Yield what the entries taken say, as far as they speak of subjects of this bundle."""
        for index, (_, meaning) in self._entries.items():
            yield index, meaning.body

    def take(self, meaning: Meaning, place: Place) -> Broken | None:
        """Add what an entry changes; return the first rule it breaks, if any."""
        meaning = structs.replace(meaning, body=self._narrowed(meaning.body))
        body = meaning.body
        if isinstance(body, Transformation) and not self._is_made_for_us(body):
            return self._take_draw(open_case(meaning, place, self, self), body)
        if isinstance(body, Attested) and body.licence and f"lot:{body.lot}" not in self.subjects:
            return self._take_sale(open_case(meaning, place, self, self))
        try:
            decision = judge(meaning, place, self, self)
        except RuleError as refusal:
            return _broken(refusal.code, open_case(meaning, place, self), refusal.reason)
        for link in decision.links:
            self._sources.setdefault(link.target, set()).add((link.source, place.index))
        for sources in self._sources.values():
            sources.difference_update(decision.unlinked)
        self._keep(decision.puts, meaning, place)
        return None

    def sources(self, lot: str) -> list[str]:
        """Return the lots that went into one."""
        return sorted({source for source, _ in self._sources.get(lot, ())})

    def is_declared_wrong(self, event: Event) -> bool:
        """Tell whether whoever stated an event has declared it wrong since."""
        return self.find(Said, f"said:{event.event_id}/declared") is not None

    def _keep(self, puts: Mapping[str, Fact], meaning: Meaning, place: Place) -> None:
        self._facts |= puts
        self._entries[place.index] = place, meaning
        for key in puts:
            self._told.setdefault(key, []).append(place.index)

    def _is_made_for_us(self, body: Transformation) -> bool:
        """Tell whether an event makes a lot that the bundle must speak of."""
        return any(f"lot:{lot}" in self.subjects for lot, _ in births_of(body))

    def _narrowed(self, body: Body) -> Body:
        """Return what a statement says of subjects of this bundle, and of nothing else.

        A container, a recall, a neighbour's bags: their other lots have evidence of their own.
        """
        match body:
            case Correction(wrong=wrong):
                return structs.replace(body, wrong=self._narrowed(wrong))
            case acts.Recall(bag_ranges=ranges):
                known = tuple(one for one in ranges if f"labels:{one.batch}" in self.subjects)
                return structs.replace(body, lots=self._lots(body.lots), bag_ranges=known)
            case acts.ActivateLabels(bag_ranges=ranges) | acts.VoidLabels(bag_ranges=ranges):
                known = tuple(one for one in ranges if f"labels:{one.batch}" in self.subjects)
                return structs.replace(body, bag_ranges=known)
            case acts.MarkBags(batch=batch, numbers=numbers):
                marked = tuple(each for each in numbers if f"bag:{batch}/{each}" in self.subjects)
                return structs.replace(body, numbers=marked)
            case acts.Hold(lots=lots) | acts.ClearHold(lots=lots):
                return structs.replace(body, lots=self._lots(lots))
            case Loading(pallets=pallets):
                ours = self._pallets(pallets)
                return structs.replace(body, pallets=ours, bags=self._ours(body.bags))
            case Dispatch(pallets=pallets):
                return structs.replace(body, pallets=self._pallets(pallets))
            case Return(pallets=pallets):
                ours = self._pallets(pallets)
                return structs.replace(body, pallets=ours, lots=self._ours(body.lots))
            case Arrival(units=units):
                return structs.replace(body, units=tuple(filter(self._is_our_unit, units)))
        if isinstance(body, Transformation) and not self._is_made_for_us(body):
            body = structs.replace(body, inputs=self._ours(body.inputs))
            if isinstance(body, Filling) and f"attestation:{body.grant}" not in self.subjects:
                return structs.replace(body, grant="")
        return body

    def _is_our_unit(self, name: str) -> bool:
        if name.startswith("urn:"):
            return f"container:{container(name)}" in self.subjects
        return f"pallet:{name}" in self.subjects

    def _lots(self, lots: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(lot for lot in lots if f"lot:{lot}" in self.subjects)

    def _pallets(self, pallets: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(each for each in pallets if f"pallet:{each}" in self.subjects)

    def _ours(self, draws: tuple[Draw, ...]) -> tuple[Draw, ...]:
        return tuple(draw for draw in draws if f"lot:{draw[0]}" in self.subjects)

    def _take_draw(self, case: Case, body: Transformation) -> Broken | None:
        """Take an event that made other lots, in its own place or that of a wrong one."""
        promised = self.find(Promised, f"said:{body.event_id}")
        if promised is None:
            return self._draw(case, body)
        wrong = self.entry(promised.stands_for)[1].body
        assert isinstance(wrong, Event)
        found: list[Broken | None] = []
        refolding = Refolding(case, "", touched(wrong) | touched(body))

        def amend() -> None:
            there = structs.replace(case, facts=refolding)
            found.append(self._objection(there, body))
            refolding.fold(there)

        facts = list(refolding.run(promised.stands_for, amend))
        if found[0] is None:
            outcome = Outcome()
            sayings.fold(case, outcome)
            self._keep(outcome.puts | {fact.key: fact for fact in facts}, case.meaning, case.place)
        return found[0]

    def _take_sale(self, case: Case) -> Broken | None:
        """Take what a sale of other rice took: of a licence of ours, and any place or answer."""
        for rule in _SALE_RULES:
            reason = rule.check(case)
            if reason is not None and not rule.warns:
                return _broken(rule.code, case, reason)
        self._keep(fold(case).puts, case.meaning, case.place)
        return None

    def _objection(self, case: Case, body: Transformation) -> Broken | None:
        for rule in (*_DRAW_RULES, *(_MARK_RULES if isinstance(body, Filling) else ())):
            reason = rule.check(case) if type(body) in rule.about else None
            if reason is not None:
                return _broken(rule.code, case, reason)
        return None

    def _draw(self, case: Case, body: Transformation) -> Broken | None:
        """Take who says so, and what the event took from our lots."""
        objection = self._objection(case, body)
        if objection is not None:
            return objection
        outcome = Outcome()
        sayings.fold(case, outcome)
        if isinstance(body, Packing) and body.grant:
            attestations.draw(case, body.grant, body.bags * body.bag_g, outcome)
        for each in body.inputs:
            lot = case.know(Lot, f"lot:{each[0]}")
            _, left = draw(lot, grams_of(case, each))
            if lot.form == "packed":
                left = structs.replace(left, bags_left=lot.bags_left - each[1])
            outcome.put(left)
        self._keep(outcome.puts, case.meaning, case.place)
        return None


def _broken(code: str, case: Case, details: Mapping[str, Detail]) -> Broken:
    """Return a refusal with whatever the words of its check may name."""
    body = case.body
    named = {name: getattr(body, name, "") for name in ("lot", "area")}
    return Broken(
        rule=_FINDING_OF.get(code, "offices_held"),
        code=code,
        details={
            "actor": case.speaker,
            "issuer": case.speaker,
            "number": details.get("grant", ""),
            **{name: value for name, value in named.items() if isinstance(value, str)},
            **details,
        },
    )
