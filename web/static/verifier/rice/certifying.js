// May this be vouched for, by this body, under this scheme? And what an accepted one adds.

import { formatTime } from "../log/encoding.js";
import { isAccredited } from "./accreditation.js";
import { settingsOf } from "./actors.js";
import { knowArea, monthsAfter, spellOf } from "./areas.js";
import { beyond, draw, overdrawn, uncovered, unusable } from "./attestations.js";
import { actorOf, find, know, recordedOn } from "./case.js";
import { figure } from "./credentials.js";
import { editionOf, profileAccepted, profileIn, profileOf } from "./editions.js";
import { find as findFact, make } from "./facts.js";
import { findLot, knowLot } from "./lots.js";
import { apportion, sum } from "./mass.js";
import { isSamePerson } from "./offices.js";
import { criteriaOn, isMetBy, profileOf as profileNamed } from "./schemes.js";

const DAY_MS = 86_400_000;
// What an attestation must state, and what it may, by the effect of its profile.
const AREA = "certified-area";
const CERTIFICATE = "conformityCertificate";
const STATED = {
  covers: [AREA],
  states: [AREA],
  licenses: [AREA, "certified-white-rice"],
  transacts: ["sold-rice", "assessedProduct", "evidence"],
  refers: [CERTIFICATE],
};
const MAY_STATE = {
  covers: [CERTIFICATE],
  states: ["assessedProduct", CERTIFICATE],
  licenses: [CERTIFICATE],
  transacts: [AREA, CERTIFICATE],
  refers: [AREA],
};

const kilograms = (massG) => Math.floor(massG / 1000);
const knowGrant = (it, id) => know(it, "attestation", `attestation:${id}`);

export function unknownScheme(it) {
  const { scheme } = it.body;
  return find(it, "scheme", `scheme:${scheme}`) ? null : { scheme };
}

export function takenVersion(it) {
  const { scheme, version } = it.body;
  const editions = find(it, "scheme", `scheme:${scheme}`)?.editions ?? [];
  return editions.some((each) => each.version === version) ? { scheme, version } : null;
}

export function unknownProfile(it) {
  const { profile, version: named } = it.body;
  const edition = editionOf(it);
  const { version, profiles } = edition;
  if (named === version && profileNamed(edition, profile)) return null;
  const known = profiles.map(({ id }) => id).join(", ");
  return { profile: `${profile}/${named}`, known, version };
}

export function unfitAttestation(it) {
  const { body } = it;
  const { effect } = profileOf(it);
  const stated = {
    [AREA]: body.area_m2,
    "certified-white-rice": body.quota_g,
    "sold-rice": body.sold_g,
    assessedProduct: body.lot,
    evidence: body.licence,
    [CERTIFICATE]: body.certificate,
  };
  for (const [member, isThere] of Object.entries(stated)) {
    const isWanted = STATED[effect].includes(member);
    if (isWanted ? isThere : !isThere || MAY_STATE[effect].includes(member)) continue;
    return { profile: body.profile, member, is_there: isWanted ? "-" : "+" };
  }
  return null;
}

export function foreignIssuer({ body: { issuer_did }, meaning, speaker, ...it }) {
  const { kid } = meaning.statement.signatures[0];
  const controller = kid.slice(0, Math.max(kid.lastIndexOf("#"), 0));
  const issuer = actorOf(it, issuer_did);
  if (controller === issuer_did && issuer && issuer === speaker) return null;
  return { issuer: issuer_did, actor: speaker };
}

export function unaccredited(it) {
  const { body, facts, speaker } = it;
  const [actor, roles, codes] =
    body.type === "SignBaseline"
      ? [body.verifier, ["verifier"], [body.area]]
      : [speaker, profileIn(facts, body).signers, body.areas];
  if (mayVouch(facts, actor, roles, body.scheme, codes, recordedOn(it))) return null;
  return { actor, role: roles.join("|") };
}

export function wasAccredited(facts, attestation, on) {
  const { scheme: id, issuer, areas } = attestation;
  const scheme = findFact(facts, "scheme", `scheme:${id}`);
  if (!scheme) return false;
  const roles = profileAccepted(scheme, attestation)?.signers ?? [];
  return mayVouch(facts, issuer, roles, id, areas, on);
}

function mayVouch(facts, issuer, roles, scheme, codes, on) {
  return codes.every((code) => {
    const commune = findFact(facts, "area", `area:${code}`)?.commune ?? "";
    return roles.some((role) => isAccredited(facts, issuer, role, scheme, commune, on));
  });
}

export function unknownScope(it) {
  const { areas, area_m2, issued_to_did } = it.body;
  const known = areas.map((code) => find(it, "area", `area:${code}`));
  const at = known.indexOf(null);
  if (at >= 0) return { area: areas[at] };
  const landM2 = sum(known.map((area) => area.area_m2));
  if (area_m2 > landM2) return { area: `${area_m2} m2 > ${landM2} m2` };
  return actorOf(it, issued_to_did) ? null : { area: issued_to_did };
}

export function notIndependent(it) {
  const { body } = it;
  const isBaseline = body.type === "SignBaseline";
  const issuer = know(it, "actor", `actor:${isBaseline ? body.verifier : it.speaker}`);
  const subjects = isBaseline
    ? [body.cooperative]
    : [
        actorOf(it, body.issued_to_did),
        ...body.areas.map((code) => knowArea(it, code).manager),
      ];
  const related = find(it, "related", `related:${issuer.did}`)?.others ?? [];
  for (const subject of subjects.sort()) {
    const isSame = isSamePerson(issuer, know(it, "actor", `actor:${subject}`));
    if (isSame || related.includes(subject)) return { issuer: issuer.id, subject };
  }
  return null;
}

export function tooLong(it) {
  const { from_on, until_on } = it.body;
  const { longest_days: most } = profileOf(it);
  const days = (Date.parse(until_on) - Date.parse(from_on)) / DAY_MS + 1;
  return days > most ? { days, most } : null;
}

export function unmetCriterion(it) {
  for (const criterion of criteriaOn(profileOf(it), it.body.from_on)) {
    const { id, unit, relation, threshold, required } = criterion;
    const value = figure(it.body, id, unit);
    if (!required || (value !== null && isMetBy(criterion, value))) continue;
    return {
      criterion: id,
      relation: relation.replaceAll("_", " "),
      threshold: `${threshold} ${unit}`,
      stated: value === null ? "-" : `${value} ${unit}`,
    };
  }
  return null;
}

export function unconfirmedGrant(it) {
  const { areas, season, from_on, scheme } = it.body;
  const { needs } = profileOf(it);
  if (!needs.length) return null;
  const origins = areas.map((code) => `${code}/${season}`);
  const [origin] = uncovered(it.facts, origins, from_on, { needs, scheme });
  return origin === undefined ? null : { origin, needs: needs.join(", ") };
}

export function unusableLicence(it) {
  const { licence, issued_to_did, from_on } = it.body;
  return licence ? unusable(it, licence, actorOf(it, issued_to_did), from_on) : null;
}

export function uncoveredSale(it) {
  const { licence, lot: id, from_on } = it.body;
  if (!licence) return null;
  const lot = findLot(it, id);
  if (!lot) return { origin: id };
  return beyond(it, knowGrant(it, licence), Object.keys(lot.origin).sort(), from_on);
}

export function soldWithMark(it) {
  const { licence, lot } = it.body;
  return licence && knowLot(it, lot).grant === licence ? { lot, grant: licence } : null;
}

export function soldTwice(it) {
  const { licence, lot, sold_g } = it.body;
  if (!licence) return null;
  const leftG = knowLot(it, lot).brought_g - soldOf(it, lot);
  if (sold_g <= leftG) return null;
  return { lot, left_kg: kilograms(leftG), wanted_kg: kilograms(sold_g) };
}

const soldOf = (it, lot) => find(it, "sold", `sold:${lot}`)?.sold_g ?? 0;

export function overdrawnLicence(it) {
  const { licence, from_on, sold_g } = it.body;
  return licence ? overdrawn(it, knowGrant(it, licence), from_on, sold_g) : null;
}

export function loneWithdrawal(it) {
  const { number, two_persons } = knowGrant(it, it.body.attestation);
  if (it.body.state !== "withdrawn" || !two_persons.includes("withdraw")) return null;
  return it.keys.length > 1 ? null : { number, keys: it.keys.length };
}

export function loneGrant(it) {
  const { number, kid, two_persons } = knowGrant(it, it.body.attestation);
  if (it.body.state !== "granted" || !two_persons.includes("grant")) return null;
  return it.keys.some((key) => key.kid === kid) ? { number, kid } : null;
}

export function auditorDecides(it) {
  const { body, facts } = it;
  const isNew = body.type === "Attested";
  if (!isNew && body.state !== "granted" && body.state !== "reinstated") return null;
  const decided = isNew ? body : knowGrant(it, body.attestation);
  const { two_persons, needs } = isNew ? profileIn(facts, body) : decided;
  if (!two_persons.includes("audit")) return null;
  for (const area of decided.areas) {
    const kid = checked(it, area, decided, needs).find((each) =>
      it.keys.some((key) => key.kid === each),
    );
    if (kid !== undefined) return { kid, area, number: decided.number };
  }
  return null;
}

// The keys that inspected an area, or signed what a decision on it rests on.
function checked(it, code, decided, needs) {
  const months = settingsOf(it).inspection_months;
  const inspected = knowArea(it, code)
    .inspections.filter(({ on }) => monthsAfter(on, months) >= decided.from_on)
    .flatMap(({ kids }) => kids);
  const found = find(it, "covered", `covered:${code}/${decided.season}`)?.attestations ?? [];
  const rested = found
    .map((id) => knowGrant(it, id))
    .filter(({ scheme, profile }) => scheme === decided.scheme && needs.includes(profile));
  return [...inspected, ...rested.map(({ kid }) => kid)];
}

export function publish(it, outcome) {
  const { scheme: id, version, name, custody, profiles, from_on } = it.body;
  const edition = { version, name, custody, profiles, from_on, index: it.place.index };
  const before = find(it, "scheme", `scheme:${id}`)?.editions ?? [];
  outcome.put(make("scheme", id, { id, owner: it.speaker, editions: [...before, edition] }));
}

export function attest(it, outcome) {
  const { id, areas, season, licence, lot, sold_g } = it.body;
  const made = attestationOf(it);
  outcome.put(made);
  if (licence) {
    draw(it, licence, sold_g, outcome);
    outcome.put(make("sold", lot, { lot, sold_g: sum([soldOf(it, lot), sold_g]) }));
  }
  const tag = { licenses: "granted", covers: "covered", states: "covered" }[made.effect];
  if (!tag) return;
  for (const area of areas) {
    const origin = `${area}/${season}`;
    const before = find(it, tag, `${tag}:${origin}`)?.attestations ?? [];
    outcome.put(make(tag, origin, { area, season, attestations: [...before, id] }));
  }
}

function attestationOf(it) {
  const { body, meaning, place } = it;
  const { effect, needs, two_persons } = profileOf(it);
  const { index } = place;
  const state = two_persons.includes("grant") ? "pending" : "granted";
  const origin = (body.licence && findLot(it, body.lot)?.origin) || {};
  const nobody = { remark: "", paper: "", decided_by: "", area_m2: 0, quota_g: 0, successor: "" };
  return make("attestation", body.id, {
    ...body,
    effect,
    needs,
    two_persons,
    kid: meaning.kids[0],
    recorded_at: formatTime(place.recorded_at),
    issuer: it.speaker,
    issued_to: actorOf(it, body.issued_to_did),
    drawn_g: 0,
    sold_from: Object.keys(origin).length ? apportion(body.sold_g, origin) : {},
    spells: [{ ...spellOf(body.from_on, state, "", index), ...nobody }],
    index,
  });
}

export function relate(it, outcome) {
  const { actor, other } = it.body;
  for (const [one, another] of [
    [actor, other],
    [other, actor],
  ]) {
    const { did } = know(it, "actor", `actor:${one}`);
    const before = find(it, "related", `related:${did}`)?.others ?? [];
    const others = [...new Set([another, ...before])].sort();
    outcome.put(make("related", did, { did, others }));
  }
}
