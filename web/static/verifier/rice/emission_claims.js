// Emission statements: whose keys measured, reported and verified, and who claims what was saved.

import { knowArea } from "./areas.js";
import { standing } from "./attestations.js";
import { find, know, recordedOn } from "./case.js";
import { figure, statesEmissions } from "./credentials.js";
import { scaled } from "./decimals.js";
import { make } from "./facts.js";
import { figuresOn } from "./life.js";
import { sum } from "./mass.js";

const EMISSIONS = ["baseline-co2e-per-ha", "project-co2e-per-ha"];
const PLACES = 12;
const LIMIT = 10n ** 28n;

export function keysNotApart(it) {
  const { areas, season } = it.body;
  if (!statesEmissions(it.body)) return null;
  const signers = areas.map((code) => find(it, "signers", `signers:${code}/${season}`));
  const [measured, reported] = ["measured", "reported"].map((kind) =>
    signers.flatMap((each) => Object.keys(each?.[kind] ?? {})),
  );
  const verified = it.keys.map((key) => key.kid);
  for (const [one, other] of [
    [measured, reported],
    [measured, verified],
    [reported, verified],
  ]) {
    const [kid] = one.filter((each) => other.includes(each)).sort();
    if (kid !== undefined) return { kid, area: areas.join(", ") };
  }
  return null;
}

export function unverifiedClaim(it) {
  const { area, season, statement } = it.body;
  const known = find(it, "attestation", `attestation:${statement}`);
  const fits = known?.areas.includes(area) && known.season === season;
  return fits && isInForce(it, known) ? null : { statement, origin: `${area}/${season}` };
}

export function claimedTwice(it) {
  const origin = `${it.body.area}/${it.body.season}`;
  const before = find(it, "claimed", `claimed:${origin}`);
  return before ? { origin, registry: before.registry, by: before.by } : null;
}

// What was claimed for the areas of any statement in force here is taken off what that verified.
export function excessiveClaim(it) {
  const { area, season, statement, reduction_kg: claimed_kg } = it.body;
  const named = know(it, "attestation", `attestation:${statement}`);
  const statements = know(it, "covered", `covered:${area}/${season}`)
    .attestations.map((id) => know(it, "attestation", `attestation:${id}`))
    .filter((each) => isInForce(it, each));
  const bounds = [
    [verifiedKg(it, named, knowArea(it, area).area_m2), 0n],
    ...statements.map((each) => [verifiedKg(it, each), claimedKg(it, each)]),
  ];
  const [verified, before] = bounds.reduce((a, b) => (b[0] - b[1] < a[0] - a[1] ? b : a));
  if (before + BigInt(claimed_kg) <= verified) return null;
  return { claimed_kg, before_kg: Number(before), verified_kg: Number(verified) };
}

function isInForce(it, known) {
  const isStatement = known.effect === "states" && reductionPerHa(known) !== null;
  return isStatement && standing(it.facts, known, recordedOn(it)) === "granted";
}

function verifiedKg(it, known, mostM2 = Infinity) {
  const areaM2 = BigInt(Math.min(figuresOn(known, recordedOn(it))[0], mostM2));
  return asDecimal(reductionPerHa(known) * areaM2) / 10n ** BigInt(PLACES) / 10_000n;
}

function claimedKg(it, { areas, season }) {
  const claims = areas.map((code) => find(it, "claimed", `claimed:${code}/${season}`));
  return BigInt(sum(claims.map((each) => each?.reduction_kg ?? 0)));
}

// Baseline less project in kg CO2e per hectare, scaled; null where no emissions are stated.
function reductionPerHa(known) {
  const [baseline, project] = EMISSIONS.map((name) => figure(known, name, "KGM"));
  if (baseline === null || project === null) return null;
  return scaled(baseline, PLACES) - scaled(project, PLACES);
}

// Python's decimals have 28 digits; what has more is rounded half to even.
function asDecimal(number) {
  let unit = 1n;
  while (number / unit >= LIMIT || number / unit <= -LIMIT) unit *= 10n;
  const [kept, rest] = [number / unit, number % unit];
  const twice = 2n * (rest < 0n ? -rest : rest);
  const isUp = twice > unit || (twice === unit && kept % 2n !== 0n);
  return (isUp ? kept + (number < 0n ? -1n : 1n) : kept) * unit;
}

export function claim(it, outcome) {
  const { body, place, speaker: by } = it;
  outcome.put(make("claimed", `${body.area}/${body.season}`, { ...body, by, index: place.index }));
}
