// How much rice of how much land may carry the mark, and what other grants over it have taken.

import { recordedOn } from "./case.js";
import { profileAccepted, profileOf } from "./editions.js";
import { find } from "./facts.js";
import { figuresOn, stateOf } from "./life.js";
import { sum } from "./mass.js";
import { mostG } from "./schemes.js";

const kilograms = (massG) => Math.floor(massG / 1000);
const hectares = (m2) => Math.floor(m2 / 10_000);

export function grantedTwice(it) {
  const { scheme, season, areas, from_on, area_m2 } = it.body;
  if (profileOf(it).effect !== "licenses") return null;
  const shared = grantsOver(it.facts, scheme, season, areas).filter((one) => isOpen(one, from_on));
  const landM2 = areaM2(it.facts, [...areas, ...shared.flatMap((grant) => grant.areas)]);
  const takenM2 = sum(shared.map((grant) => figuresOn(grant, from_on)[0]));
  if (!shared.length || takenM2 + area_m2 <= landM2) return null;
  const first = shared.reduce((a, b) => (b.index < a.index ? b : a));
  return { grant: first.number, taken_ha: hectares(takenM2), land_ha: hectares(landM2) };
}

export function excessiveQuota(it) {
  const { quota_g, area_m2 } = it.body;
  const { quota } = profileOf(it);
  const most = quota ? mostG(quota, area_m2) : quota_g;
  if (quota_g <= most) return null;
  return { stated_kg: kilograms(quota_g), most_kg: kilograms(most) };
}

export function takenBefore(it) {
  const { scheme, season, areas, from_on, quota_g } = it.body;
  const { quota } = profileOf(it);
  if (!quota) return null;
  const land = landOf(it.facts, scheme, season, areas, [recordedOn(it), from_on]);
  const most = mostG(quota, land.area_m2);
  if (land.takenG + quota_g <= most) return null;
  return {
    stated_kg: kilograms(quota_g),
    taken_kg: kilograms(land.takenG),
    most_kg: kilograms(most),
    land_ha: hectares(land.area_m2),
  };
}

// What can be drawn on a grant on a day by what is recorded on another, in grams. What is recorded
// once the grant is over is held to what others over its land have left.
export function leftG(facts, grant, drawnOn, recorded) {
  const given = [drawnOn, recorded].map((on) => figuresOn(grant, on)[1]);
  const left = Math.min(...given) - grant.drawn_g;
  if (isOpen(grant, recorded)) return left;
  const land = landOf(facts, grant.scheme, grant.season, grant.areas, [recorded]);
  const { quota } = profileAccepted(find(facts, "scheme", `scheme:${grant.scheme}`), grant);
  return Math.min(left, mostG(quota, land.area_m2) - land.takenG);
}

// The land that is linked to areas by grants of a scheme, and what these take of it.
function landOf(facts, scheme, season, areas, days) {
  const codes = new Set(areas);
  const grants = new Map();
  let waiting = areas;
  while (waiting.length) {
    const found = grantsOver(facts, scheme, season, waiting);
    for (const grant of found) grants.set(grant.id, grant);
    waiting = found.flatMap((grant) => grant.areas).filter((code) => !codes.has(code));
    for (const code of waiting) codes.add(code);
  }
  const takenG = sum([...grants.values()].map((grant) => takenOf(grant, days)));
  return { area_m2: areaM2(facts, codes), takenG };
}

// What a grant that is open on one of the days can come to; of others, what was drawn.
function takenOf(grant, days) {
  const open = days.filter((on) => isOpen(grant, on)).map((on) => figuresOn(grant, on)[1]);
  return Math.max(grant.drawn_g, ...open, 0);
}

function grantsOver(facts, scheme, season, areas) {
  const ids = areas.flatMap(
    (code) => find(facts, "granted", `granted:${code}/${season}`)?.attestations ?? [],
  );
  return [...new Set(ids)]
    .map((id) => find(facts, "attestation", `attestation:${id}`))
    .filter((grant) => grant?.scheme === scheme);
}

// Suspended it still holds its hectares: it may be reinstated.
const isOpen = (grant, on) => !["withdrawn", "superseded", "expired"].includes(stateOf(grant, on));

function areaM2(facts, codes) {
  return sum([...new Set(codes)].map((code) => find(facts, "area", `area:${code}`)?.area_m2 ?? 0));
}
