// What the scheme that an attestation names says of attestations of its kind.

import { know } from "./case.js";
import { find as findFact } from "./facts.js";
import { editionOn, profileOf as profileNamed } from "./schemes.js";

export function editionOf(it) {
  return editionOn(know(it, "scheme", `scheme:${it.body.scheme}`).editions, it.body.from_on);
}

export function profileOf(it) {
  return profileIn(it.facts, it.body);
}

export function profileIn(facts, { scheme, profile: id, from_on }) {
  const known = findFact(facts, "scheme", `scheme:${scheme}`);
  const profile = known && profileNamed(editionOn(known.editions, from_on), id);
  if (!profile) throw new Error(`no profile ${id}`);
  return profile;
}

// An attestation's profile in the version it was accepted under; later ones change nothing.
export function profileAccepted({ editions }, { version, profile }) {
  const edition = editions.find((each) => each.version === version);
  return edition ? profileNamed(edition, profile) : null;
}
