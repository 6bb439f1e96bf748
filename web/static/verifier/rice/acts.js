/** What actors do in office: acts as statements spell them. */

import { Refused } from "../errors.js";
import { checkCanonical } from "../log/json.js";
import { isGln, isGtin } from "./gs1.js";
import { isEventKind } from "./profile.js";
import { fitTogether, isProfile } from "./schemes.js";
import { reader, tagged } from "./shape_check.js";
import { isDistinct, isQuoted } from "./terms.js";

const BY_TAG = tagged("act");
export const ACTS = new Set(BY_TAG.values());

const OTHER_KINDS = ["accreditation", "attestation", "correction"];

const isKind = (name) => BY_TAG.has(name) || isEventKind(name) || OTHER_KINDS.includes(name);
const isBounded = ({ only, places }) => only.length + places.length > 0;
const areRising = (values) => values.every((each, at) => !at || values[at - 1] < each);
const haveOwnKeys = (act) => isDistinct(act.keys.map(({ jwk }) => jwk));
const haveOwnLots = (act) => isDistinct(act.lots);
const areInOrder = (ranges) =>
  ranges.every(({ batch, first }, at) => {
    const before = ranges[at - 1];
    return !at || before.batch < batch || (before.batch === batch && before.last < first);
  });

/** What members of a record must agree about. */
const CHECKS = {
  NewKey: (key) =>
    (!key.token || key.jwk.kty === "RSA") &&
    !(key.admin && isBounded(key)) &&
    [key.only, key.places].every(areRising) &&
    key.only.every(isKind),
  Found: (act) => haveOwnKeys(act) && !act.keys.some(isBounded),
  EnrolKey: ({ actor, key }) => actor !== "root" || !isBounded(key),
  ExportLicence: ({ from_on, to_on }) => from_on <= to_on,
  RegisterActor: (act) => haveOwnKeys(act) && (!act.gln || isGln(act.gln)),
  RevokeKey: (act) => !act.valid_until || (act.reason === "rotated" && !act.invalid_from),
  RecoverKey: ({ lost, key }) => isDistinct(lost) && key.admin,
  Reaffirm: ({ entries }) => areRising(entries),
  RegisterArea: ({ issued_on, expires_on }) => issued_on <= expires_on,
  SignContract: ({ areas, seller, buyer, contract }) =>
    isDistinct(areas) && seller !== buyer && isQuoted(contract),
  PresentPaper: ({ paper }) => isQuoted(paper),
  RegisterProduct: ({ gtin }) => isGtin(gtin),
  Profile: isProfile,
  PublishScheme: ({ custody, profiles }) => isDistinct(custody) && fitTogether(profiles),
  DeclareRelation: ({ actor, other }) => actor !== other,
  Apply: ({ areas }) => isDistinct(areas),
  ChangeAttestation: ({ state, area_m2, quota_g, successor }) =>
    (state === "reduced") === (area_m2 > 0) &&
    (!quota_g || area_m2 > 0) &&
    (state === "superseded") === (successor !== ""),
  Scope: ({ season, kind }) => !season || kind === "area" || kind === "input",
  BagRange: ({ first, last }) => first <= last,
  Hold: haveOwnLots,
  ClearHold: haveOwnLots,
  Recall: (act) => haveOwnLots(act) && areInOrder(act.bag_ranges),
  ActivateLabels: (act) => areInOrder(act.bag_ranges),
  VoidLabels: (act) => areInOrder(act.bag_ranges),
  MarkBags: ({ numbers }) => areRising(numbers),
};
const read = reader("malformed_act", CHECKS);

/** The act that a payload spells, or refuse it. */
export function readAct(payload) {
  const value = checkCanonical(payload);
  const type = BY_TAG.get(value?.act);
  if (!type) throw new Refused("malformed_act", { what: "no act of this name" });
  return { type, ...read(type, value) };
}

/** The keys an act would enrol; each must also have signed it. */
export function offeredKeys(act) {
  if (act.type === "Found" || act.type === "RegisterActor") return act.keys;
  return act.type === "EnrolKey" || act.type === "RecoverKey" ? [act.key] : [];
}
