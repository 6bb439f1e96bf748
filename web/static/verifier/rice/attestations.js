// What attestations do: what they cover on a day, what a mark may stand on, what became of them.

import { find, know, recordedOn } from "./case.js";
import { find as findFact } from "./facts.js";
import { isDisputed, isSpellDisputed } from "./key_life.js";
import { stageOf, stateOf, turnOn } from "./life.js";
import { knowLot } from "./lots.js";
import { leftG } from "./quotas.js";
import { editionOn } from "./schemes.js";

export { since, stateOf } from "./life.js";

export function standing(facts, attestation, on) {
  return isInDoubt(facts, attestation, on) ? "disputed" : stateOf(attestation, on);
}

export function stage(facts, attestation, on) {
  return isInDoubt(facts, attestation, on) ? "disputed" : stageOf(attestation, on);
}

// A stolen key signed it, or the change by which alone it is in force.
function isInDoubt(facts, attestation, on) {
  const { kid, index, recorded_at } = attestation;
  if (isDisputed(facts, kid, index, recorded_at)) return true;
  const turn = stateOf(attestation, on) === "granted" && turnOn(attestation, on);
  return Boolean(turn) && isSpellDisputed(facts, turn);
}

export function uncovered(facts, origins, on, grant = null) {
  return origins.filter((origin) => !isCovered(facts, origin, on, grant));
}

function isCovered(facts, origin, on, grant) {
  const valid = (findFact(facts, "covered", `covered:${origin}`)?.attestations ?? [])
    .map((id) => findFact(facts, "attestation", `attestation:${id}`))
    .filter((each) => each && standing(facts, each, on) === "granted");
  if (!grant) return valid.some(({ effect }) => effect === "covers");
  const ours = valid.filter(({ scheme }) => scheme === grant.scheme);
  return grant.needs.every((need) => ours.some(({ profile }) => profile === need));
}

const kilograms = (massG) => Math.floor(massG / 1000);

// A licence that is there, is one, is this actor's, and is in force; or why not.
export function unusable(it, id, holder, on) {
  const grant = find(it, "attestation", `attestation:${id}`);
  if (grant?.effect !== "licenses" || grant.issued_to !== holder) {
    return { grant: id, state: "unknown" };
  }
  const state = standing(it.facts, grant, on);
  return state === "granted" ? null : { grant: grant.number, state };
}

// Grams beyond what can be drawn on a licence on a day; wanted may be a BigInt.
export function overdrawn(it, grant, on, wanted) {
  const left = leftG(it.facts, grant, on, recordedOn(it));
  if (wanted <= left) return null;
  return {
    grant: grant.number,
    left_kg: kilograms(left),
    wanted_kg: Number(BigInt(wanted) / 1000n),
  };
}

// The first origin that a licence does not name, or what it needs does not cover.
export function beyond(it, grant, origins, on) {
  const named = grant.areas.map((code) => `${code}/${grant.season}`);
  const [origin] = [
    ...origins.filter((each) => !named.includes(each)),
    ...uncovered(it.facts, origins, on, grant),
  ];
  return origin === undefined ? null : { origin };
}

const knowGrant = (it, id) => know(it, "attestation", `attestation:${id}`);

export function unusableGrant(it) {
  const { grant, packed_on } = it.body;
  return grant ? unusable(it, grant, it.speaker, packed_on) : null;
}

export function uncoveredMark(it) {
  const { grant, inputs, packed_on } = it.body;
  return grant ? beyond(it, knowGrant(it, grant), originsOf(it, inputs), packed_on) : null;
}

export function unbalancedMark(it) {
  if (!it.body.grant) return null;
  for (const [lot] of it.body.inputs) {
    const [found] = knowLot(it, lot).unbalanced;
    if (found) return { lot, index: found.index };
  }
  return null;
}

export function unclaimableCustody(it) {
  const { grant, packed_on, custody } = it.body;
  if (!grant) return null;
  const { editions } = know(it, "scheme", `scheme:${knowGrant(it, grant).scheme}`);
  return editionOn(editions, packed_on).custody.includes(custody) ? null : { custody };
}

export function exceededQuota(it) {
  const { grant, bags, bag_g, packed_on } = it.body;
  if (!grant) return null;
  return overdrawn(it, knowGrant(it, grant), packed_on, BigInt(bags) * BigInt(bag_g));
}

function originsOf(it, draws) {
  return [...new Set(draws.flatMap(([lot]) => Object.keys(knowLot(it, lot).origin)))].sort();
}

export function fold(it, outcome) {
  const { grant, bags, bag_g } = it.body;
  if (grant) draw(it, grant, bags * bag_g, outcome);
}

export function draw(it, grantId, massG, outcome) {
  const grant = knowGrant(it, grantId);
  outcome.put({ ...grant, drawn_g: grant.drawn_g + massG });
}
