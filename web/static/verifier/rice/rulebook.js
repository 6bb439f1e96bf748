// May this actor say this now? The ordered list of rules: the first that objects names the refusal.
// Rules that only warn are left out, because no verdict shows a warning.

import * as accreditation from "./accreditation.js";
import { ACTS } from "./acts.js";
import * as actors from "./actors.js";
import * as applications from "./applications.js";
import * as areas from "./areas.js";
import * as attestations from "./attestations.js";
import * as balance from "./balance.js";
import * as certifying from "./certifying.js";
import * as corrections from "./corrections.js";
import * as diary from "./diary.js";
import * as didSnapshots from "./did_snapshots.js";
import * as emissionClaims from "./emission_claims.js";
import { EVENTS, FIELD_WORK } from "./events.js";
import * as keyBounds from "./key_bounds.js";
import * as keyLife from "./key_life.js";
import * as lettering from "./lettering.js";
import * as life from "./life.js";
import * as offices from "./offices.js";
import * as papers from "./papers.js";
import * as possession from "./possession.js";
import * as quotas from "./quotas.js";
import * as sayings from "./sayings.js";
import * as statusPlaces from "./status_places.js";
import * as units from "./units.js";

const ALL = [...ACTS, ...EVENTS, "Attested", "Accredited"];

// About all statements, or those of the types named; `about` has the types.
function rule(code, check, ...about) {
  const types = about.flatMap((part) => (typeof part === "string" ? part.split(" ") : [...part]));
  return { code, check, about: about.length ? types : ALL };
}

export const RULES = [
  rule("founding_comes_first", sayings.notFirst),
  rule("other_ledger", sayings.otherLedger),
  rule("key_unknown", actors.unknownKey),
  rule("key_not_proved", actors.unprovedKey, "Found RegisterActor EnrolKey RecoverKey"),
  rule("key_ended", actors.endedKey),
  rule("key_out_of_bounds", keyBounds.otherKind),
  rule("key_out_of_place", keyBounds.otherPlace, EVENTS),
  rule("one_speaker", actors.mixedSpeakers),
  rule("parties_unsigned", papers.unsignedParty, "SignContract SignBaseline"),
  rule("root_quorum", actors.missingQuorum),
  rule("root_threshold", actors.fewRootKeys, "Found RevokeKey"),
  rule("said_before", sayings.saidBefore),
  rule(
    "actor_unknown",
    actors.foreignSubject,
    "GrantRole EndRole EnrolKey SnapshotDid RecoverKey RegisterArea PresentPaper DeclareRelation",
  ),
  rule("name_taken", actors.takenName, "Found RegisterActor EnrolKey RecoverKey"),
  rule("role_not_scoped", offices.unscopedRole, "RegisterActor GrantRole"),
  rule("office_not_held", offices.outsideOffice, ACTS),
  rule("office_self_granted", offices.selfGranted, "RegisterActor GrantRole"),
  rule("role_not_held", offices.roleNotHeld, "EndRole"),
  rule(
    "admin_key_needed",
    actors.notAnAdmin,
    "RegisterActor GrantRole EndRole EnrolKey RevokeKey SnapshotDid Reaffirm",
  ),
  rule("did_unfit", didSnapshots.unfitDid, "RegisterActor SnapshotDid"),
  rule("key_not_revocable", actors.unknownRevocation, "RevokeKey"),
  rule("key_overlap_unfit", keyLife.unfitOverlap, "RevokeKey"),
  rule("key_not_recoverable", keyLife.unfitRecovery, "RecoverKey"),
  rule("entry_undisputed", keyLife.undisputed, "Reaffirm"),
  rule("key_suspect", keyLife.suspectKey, "Reaffirm"),
  rule("area_code_taken", areas.takenCode, "RegisterArea"),
  rule(
    "area_unknown",
    areas.unknownArea,
    FIELD_WORK,
    "ChangeArea InspectArea SignContract SignBaseline EnrolHousehold ClaimReduction Harvest",
  ),
  rule("area_revoked", areas.revokedArea, "ChangeArea"),
  rule("gtin_taken", sayings.takenGtin, "RegisterProduct"),
  rule("event_office_not_held", possession.outsideRole, EVENTS),
  rule("event_in_future", possession.eventInFuture, EVENTS),
  rule(
    "act_in_future",
    papers.actInFuture,
    "InspectArea SignContract SignBaseline PresentPaper RecordErasure MarkBags",
  ),
  rule("event_unknown", corrections.unknownEvent, "Correction"),
  rule("event_not_own", corrections.foreignEvent, "Correction"),
  rule("correction_taken", corrections.takenCorrection, "Correction"),
  rule("event_promised", corrections.foreignPromise, EVENTS),
  rule("area_not_active", areas.inactiveArea, "Harvest"),
  rule(
    "area_not_managed",
    areas.foreignArea,
    FIELD_WORK,
    "SignContract SignBaseline EnrolHousehold Harvest",
  ),
  rule("season_unfit", areas.unfitSeason, "Harvest"),
  rule("yield_above_limit", areas.excessiveYield, "Harvest"),
  rule("worked_above_area", diary.largerThanArea, FIELD_WORK, "SignContract"),
  rule("diary_signers_too_many", diary.tooManySigners, FIELD_WORK),
  rule(
    "number_taken",
    papers.takenNumber,
    "InspectArea SignContract SignBaseline PresentPaper EnrolHousehold",
  ),
  rule("contract_unknown", papers.unknownContract, "Harvest"),
  rule("contract_unfit", papers.unfitContract, "Harvest"),
  rule("lot_unknown", possession.unknownLot, EVENTS, "IssueLabels Hold ClearHold Recall"),
  rule("unit_unknown", units.unknownUnit, "Unpalletising Loading Shipping Dispatch Arrival Return"),
  rule("hold_unknown", possession.unknownHold, "ClearHold"),
  rule("bags_unknown", lettering.unknownBags, "Recall ActivateLabels VoidLabels MarkBags"),
  rule("event_before_lot", possession.beforeBirth, EVENTS),
  rule(
    "product_unfit",
    possession.unknownProduct,
    "Harvest Dividing Drying Storing Milling Blending Reworking Packing Repacking",
  ),
  rule("bag_differs", possession.otherBags, "Packing Repacking"),
  rule("lot_unfit", possession.wrongForm, EVENTS),
  rule("lot_taken", possession.takenLot, EVENTS),
  rule("unit_taken", units.takenUnit, "Palletising Loading"),
  rule("not_holder", possession.notTheHolder, EVENTS),
  rule(
    "unit_not_held",
    units.foreignUnit,
    "Unpalletising Loading Shipping Dispatch Arrival Return",
  ),
  rule(
    "not_consigned",
    possession.notConsigned,
    "Harvest Receiving Handover Transporting Shipping Dispatch Arrival Return",
  ),
  rule("lot_held", possession.heldLot, EVENTS),
  rule("load_held", units.recalledLoad, "Shipping"),
  rule("exceeds_lot", balance.exceedsLot, EVENTS),
  rule("mass_too_small", balance.vanishingMass, "Harvest Receiving Drying Milling Packing"),
  rule(
    "mass_gained",
    balance.gainedMass,
    "Receiving Dividing Drying Milling Blending Reworking Packing Repacking",
  ),
  rule("recovery_above_limit", balance.excessiveRecovery, "Milling"),
  rule("counted_above_books", balance.countedAbove, "StockCount"),
  rule(
    "custody_strengthened",
    possession.strengthenedCustody,
    "Milling Blending Reworking Packing Repacking",
  ),
  rule("export_not_licensed", units.unlicensedExport, "Shipping"),
  rule("container_overloaded", units.overloadedContainer, "Loading"),
  rule("scheme_version_taken", certifying.takenVersion, "PublishScheme"),
  rule("scheme_unknown", certifying.unknownScheme, "SignBaseline Apply Attested Accredited"),
  rule("profile_unknown", certifying.unknownProfile, "Attested"),
  rule("attestation_unfit", certifying.unfitAttestation, "Attested"),
  rule("issuer_not_signer", certifying.foreignIssuer, "Attested Accredited"),
  rule("accredited_body_unknown", accreditation.unknownBody, "Accredited"),
  rule("accreditor_not_entitled", accreditation.notEntitled, "Accredited"),
  rule("accreditation_outside_jurisdiction", accreditation.outsideJurisdiction, "Accredited"),
  rule("accreditation_outside_dates", accreditation.outsideDates, "Accredited"),
  rule("accreditation_not_independent", accreditation.notIndependent, "Accredited"),
  rule("accreditation_unknown", accreditation.unknownAccreditation, "ChangeAccreditation"),
  rule("scope_unknown", certifying.unknownScope, "Attested"),
  rule("issuer_not_accredited", certifying.unaccredited, "SignBaseline Attested"),
  rule("issuer_not_independent", certifying.notIndependent, "SignBaseline Attested"),
  rule("keys_not_apart", emissionClaims.keysNotApart, "Attested"),
  rule("inspection_overdue", areas.overdueInspection, "Attested"),
  rule("validity_too_long", certifying.tooLong, "Attested"),
  rule("criterion_not_met", certifying.unmetCriterion, "Attested"),
  rule("grant_not_confirmed", certifying.unconfirmedGrant, "Attested"),
  rule("hectares_granted_twice", quotas.grantedTwice, "Attested"),
  rule("quota_above_scheme", quotas.excessiveQuota, "Attested"),
  rule("quota_taken_before", quotas.takenBefore, "Attested"),
  rule("licence_not_in_force", certifying.unusableLicence, "Attested"),
  rule("sale_not_covered", certifying.uncoveredSale, "Attested"),
  rule("lot_sold_with_mark", certifying.soldWithMark, "Attested"),
  rule("lot_sold_twice", certifying.soldTwice, "Attested"),
  rule("licence_overdrawn", certifying.overdrawnLicence, "Attested"),
  rule("claim_not_verified", emissionClaims.unverifiedClaim, "ClaimReduction"),
  rule("reduction_claimed_twice", emissionClaims.claimedTwice, "ClaimReduction"),
  rule("claim_above_verified", emissionClaims.excessiveClaim, "ClaimReduction"),
  rule("status_place_unfit", statusPlaces.unfitPlace, "Attested"),
  rule("status_place_taken", statusPlaces.takenPlace, "Attested"),
  rule("application_taken", applications.takenApplication, "Apply"),
  rule("application_unfit", applications.unfitApplication, "Apply"),
  rule("application_unanswerable", applications.unanswerableApplication, "Attested"),
  rule("application_undeclinable", applications.unfitRefusal, "DeclineApplication"),
  rule("attestation_unknown", life.unknownAttestation, "ChangeAttestation"),
  rule("decider_unknown", life.unknownDecider, "Apply ChangeAttestation"),
  rule("change_before_start", life.prematureChange, "ChangeAttestation"),
  rule("attestation_over", life.changeAfterEnd, "ChangeAttestation"),
  rule("change_unfit", life.unfitChange, "ChangeAttestation"),
  rule("reduction_unfit", life.unfitReduction, "ChangeAttestation"),
  rule("successor_unfit", life.unfitSuccessor, "ChangeAttestation"),
  rule("second_person_missing", certifying.loneWithdrawal, "ChangeAttestation"),
  rule("second_person_same", certifying.loneGrant, "ChangeAttestation"),
  rule("auditor_decides", certifying.auditorDecides, "ChangeAttestation Attested"),
  rule("grant_not_in_force", attestations.unusableGrant, "Packing Repacking"),
  rule("mark_not_covered", attestations.uncoveredMark, "Packing Repacking"),
  rule("mark_of_other_bags", possession.otherMark, "Repacking"),
  rule("mark_unbalanced", attestations.unbalancedMark, "Packing Repacking"),
  rule("mark_custody_refused", attestations.unclaimableCustody, "Packing Repacking"),
  rule("quota_exceeded", attestations.exceededQuota, "Packing"),
  rule("labels_not_own", lettering.foreignBags, "IssueLabels ActivateLabels VoidLabels"),
  rule("labels_outnumber_bags", lettering.tooManyLabels, "IssueLabels"),
  rule("batch_taken", lettering.takenBatch, "IssueLabels"),
  rule("labels_voided", lettering.voidedLabels, "ActivateLabels VoidLabels MarkBags"),
  rule("bag_not_own", lettering.foreignMark, "MarkBags"),
  rule("unit_overmarked", lettering.excessiveMarks, "MarkBags"),
  rule("bag_mark_unfit", lettering.unfitMark, "MarkBags"),
];
