"""May this actor say this now? One ordered list of rules, each with a permanent public code.

The list is the precedence, the documentation and the test plan: the first rule that objects names
the refusal. It is applied to every statement when it is appended and again, unchanged, by an audit
(`judge`). Codes are never renamed or reused; a new rule stands where its precedence belongs. A rule
either refuses or warns; a warning is recorded with the entry and shown to those who rely on it.
What is said when a rule refuses stands in `refusals`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ledger.errors import Words
from ledger.rice import (
    accreditation,
    actors,
    applications,
    areas,
    attestations,
    balance,
    certifying,
    corrections,
    diary,
    did_snapshots,
    emission_claims,
    key_bounds,
    key_life,
    lettering,
    life,
    offices,
    papers,
    possession,
    quotas,
    sayings,
    status_places,
    units,
)
from ledger.rice.actors import Reason
from ledger.rice.case import Body, CaseOf, bodies_of
from ledger.rice.refusals import REFUSALS


@dataclass(frozen=True, slots=True)
class Rule:
    """One question put to a statement: its code, who asks, what is said when the answer is no."""

    code: str
    check: Callable[[CaseOf[Any]], Reason]
    about: frozenset[type[Body]]
    refused: Words
    accepted: Words
    warns: bool = False


def _rule(code: str, check: Callable[[CaseOf[Any]], Reason], *, warns: bool = False) -> Rule:
    """Return a rule about the kinds of statement that its check takes."""
    refused, accepted = REFUSALS[code]
    return Rule(code, check, bodies_of(check), refused, accepted, warns=warns)


RULES: tuple[Rule, ...] = (
    _rule("founding_comes_first", sayings.not_first),
    _rule("other_ledger", sayings.other_ledger),
    _rule("key_unknown", actors.unknown_key),
    _rule("key_not_proved", actors.unproved_key),
    _rule("key_ended", actors.ended_key),
    _rule("key_out_of_bounds", key_bounds.other_kind),
    _rule("key_out_of_place", key_bounds.other_place),
    _rule("one_speaker", actors.mixed_speakers),
    _rule("parties_unsigned", papers.unsigned_party),
    _rule("root_quorum", actors.missing_quorum),
    _rule("root_threshold", actors.few_root_keys),
    _rule("said_before", sayings.said_before),
    _rule("actor_unknown", actors.foreign_subject),
    _rule("name_taken", actors.taken_name),
    _rule("role_not_scoped", offices.unscoped_role),
    _rule("office_not_held", offices.outside_office),
    _rule("office_self_granted", offices.self_granted),
    _rule("role_not_held", offices.role_not_held),
    _rule("admin_key_needed", actors.not_an_admin),
    _rule("did_unfit", did_snapshots.unfit_did),
    _rule("key_not_revocable", actors.unknown_revocation),
    _rule("key_overlap_unfit", key_life.unfit_overlap),
    _rule("key_not_recoverable", key_life.unfit_recovery),
    _rule("entry_undisputed", key_life.undisputed),
    _rule("key_suspect", key_life.suspect_key),
    _rule("area_code_taken", areas.taken_code),
    _rule("area_unknown", areas.unknown_area),
    _rule("area_revoked", areas.revoked_area),
    _rule("gtin_taken", sayings.taken_gtin),
    _rule("event_office_not_held", possession.outside_role),
    _rule("event_in_future", possession.event_in_future),
    _rule("act_in_future", papers.act_in_future),
    _rule("event_unknown", corrections.unknown_event),
    _rule("event_not_own", corrections.foreign_event),
    _rule("correction_taken", corrections.taken_correction),
    _rule("event_promised", corrections.foreign_promise),
    _rule("area_not_active", areas.inactive_area),
    _rule("area_not_managed", areas.foreign_area),
    _rule("season_unfit", areas.unfit_season),
    _rule("yield_above_limit", areas.excessive_yield),
    _rule("worked_above_area", diary.larger_than_area),
    _rule("diary_signers_too_many", diary.too_many_signers),
    _rule("number_taken", papers.taken_number),
    _rule("contract_unknown", papers.unknown_contract),
    _rule("contract_unfit", papers.unfit_contract),
    _rule("lot_unknown", possession.unknown_lot),
    _rule("unit_unknown", units.unknown_unit),
    _rule("hold_unknown", possession.unknown_hold),
    _rule("bags_unknown", lettering.unknown_bags),
    _rule("event_before_lot", possession.before_birth),
    _rule("product_unfit", possession.unknown_product),
    _rule("bag_differs", possession.other_bags),
    _rule("lot_unfit", possession.wrong_form),
    _rule("lot_taken", possession.taken_lot),
    _rule("unit_taken", units.taken_unit),
    _rule("not_holder", possession.not_the_holder),
    _rule("unit_not_held", units.foreign_unit),
    _rule("not_consigned", possession.not_consigned),
    _rule("lot_held", possession.held_lot),
    _rule("load_held", units.recalled_load),
    _rule("exceeds_lot", balance.exceeds_lot),
    _rule("mass_too_small", balance.vanishing_mass),
    _rule("mass_gained", balance.gained_mass),
    _rule("recovery_above_limit", balance.excessive_recovery),
    _rule("counted_above_books", balance.counted_above),
    _rule("custody_strengthened", possession.strengthened_custody),
    _rule("export_not_licensed", units.unlicensed_export),
    _rule("container_overloaded", units.overloaded_container),
    _rule("scheme_version_taken", certifying.taken_version),
    _rule("scheme_unknown", certifying.unknown_scheme),
    _rule("profile_unknown", certifying.unknown_profile),
    _rule("attestation_unfit", certifying.unfit_attestation),
    _rule("issuer_not_signer", certifying.foreign_issuer),
    _rule("accredited_body_unknown", accreditation.unknown_body),
    _rule("accreditor_not_entitled", accreditation.not_entitled),
    _rule("accreditation_outside_jurisdiction", accreditation.outside_jurisdiction),
    _rule("accreditation_outside_dates", accreditation.outside_dates),
    _rule("accreditation_not_independent", accreditation.not_independent),
    _rule("accreditation_unknown", accreditation.unknown_accreditation),
    _rule("scope_unknown", certifying.unknown_scope),
    _rule("issuer_not_accredited", certifying.unaccredited),
    _rule("issuer_not_independent", certifying.not_independent),
    _rule("keys_not_apart", emission_claims.keys_not_apart),
    _rule("inspection_overdue", areas.overdue_inspection),
    _rule("validity_too_long", certifying.too_long),
    _rule("criterion_not_met", certifying.unmet_criterion),
    _rule("grant_not_confirmed", certifying.unconfirmed_grant),
    _rule("hectares_granted_twice", quotas.granted_twice),
    _rule("quota_above_scheme", quotas.excessive_quota),
    _rule("quota_taken_before", quotas.taken_before),
    _rule("licence_not_in_force", certifying.unusable_licence),
    _rule("sale_not_covered", certifying.uncovered_sale),
    _rule("lot_sold_with_mark", certifying.sold_with_mark),
    _rule("lot_sold_twice", certifying.sold_twice),
    _rule("licence_overdrawn", certifying.overdrawn_licence),
    _rule("claim_not_verified", emission_claims.unverified_claim),
    _rule("reduction_claimed_twice", emission_claims.claimed_twice),
    _rule("claim_above_verified", emission_claims.excessive_claim),
    _rule("status_place_unfit", status_places.unfit_place),
    _rule("status_place_taken", status_places.taken_place),
    _rule("application_taken", applications.taken_application),
    _rule("application_unfit", applications.unfit_application),
    _rule("application_unanswerable", applications.unanswerable_application),
    _rule("application_undeclinable", applications.unfit_refusal),
    _rule("attestation_unknown", life.unknown_attestation),
    _rule("decider_unknown", life.unknown_decider),
    _rule("change_before_start", life.premature_change),
    _rule("attestation_over", life.change_after_end),
    _rule("change_unfit", life.unfit_change),
    _rule("reduction_unfit", life.unfit_reduction),
    _rule("successor_unfit", life.unfit_successor),
    _rule("second_person_missing", certifying.lone_withdrawal),
    _rule("second_person_same", certifying.lone_grant),
    _rule("auditor_decides", certifying.auditor_decides),
    _rule("grant_not_in_force", attestations.unusable_grant),
    _rule("mark_not_covered", attestations.uncovered_mark),
    _rule("mark_of_other_bags", possession.other_mark),
    _rule("mark_unbalanced", attestations.unbalanced_mark),
    _rule("mark_custody_refused", attestations.unclaimable_custody),
    _rule("quota_exceeded", attestations.exceeded_quota),
    _rule("labels_not_own", lettering.foreign_bags),
    _rule("labels_outnumber_bags", lettering.too_many_labels),
    _rule("batch_taken", lettering.taken_batch),
    _rule("labels_voided", lettering.voided_labels),
    _rule("bag_not_own", lettering.foreign_mark),
    _rule("unit_overmarked", lettering.excessive_marks),
    _rule("bag_mark_unfit", lettering.unfit_mark),
    _rule("yield_high", areas.high_yield, warns=True),
    _rule("recovery_high", balance.high_recovery, warns=True),
    _rule("recovery_low", balance.low_recovery, warns=True),
    _rule("by_products_odd", balance.odd_by_products, warns=True),
    _rule("count_differs", balance.counted_otherwise, warns=True),
    _rule("container_heavy", units.heavy_container, warns=True),
    _rule("lot_unbalanced", balance.unbalanced_lot, warns=True),
    _rule("receipt_differs", balance.differing_receipt, warns=True),
    _rule("arrival_differs", units.differing_arrival, warns=True),
    _rule("inspection_due", areas.due_inspection, warns=True),
    _rule("suspension_overdue", life.overdue_suspension, warns=True),
    _rule("grant_overdrawn", life.overdrawn_grant, warns=True),
    _rule("water_unmeasured", emission_claims.unmeasured, warns=True),
    _rule("claim_lost", attestations.lost_claim, warns=True),
    _rule("variety_differs", attestations.mixed_variety, warns=True),
)
"""The rules in order of precedence. Append-only as to codes."""
