// A statement before the rulebook: what it says, who signed, where it would stand.

import { localDay } from "../log/encoding.js";
import { thumbprint } from "../log/keys.js";
import { offeredKeys, readAct } from "./acts.js";
import { readAnchor } from "./anchors.js";
import { readAttestation } from "./credentials.js";
import { find as findFact } from "./facts.js";
import { readEvent } from "./profile.js";

export const ROOT = "root";

export const NO_PAST = {
  told: () => [],
  entry(index) {
    throw new Error(`no entry ${index}`);
  },
};

export class Outcome {
  puts = new Map();
  links = [];
  unlinked = [];

  put(fact) {
    this.puts.set(fact.key, fact);
  }
}

export function openMeaning(statement) {
  return { statement, body: readBody(statement), kids: namedKeys(statement) };
}

function readBody(statement) {
  if (statement.kind === "act") return readAct(statement.payload);
  if (statement.kind === "event") return readEvent(statement.payload);
  return readAnchor(statement) ?? readAttestation(statement);
}

function namedKeys({ kind, signatures }) {
  const kids = signatures.map((one) => one.kid);
  return kind === "attestation" ? kids.map((kid) => kid.slice(kid.lastIndexOf("#") + 1)) : kids;
}

export function openCase(meaning, place, facts, past = NO_PAST) {
  const offered = new Set(offeredKeys(meaning.body).map(kidOf));
  const keys = meaning.kids
    .map((kid) => (offered.has(kid) ? null : findFact(facts, "key", `key:${kid}`)))
    .filter((key) => key);
  const speakers = new Set(keys.map((key) => key.actor));
  return {
    meaning,
    body: meaning.body,
    place,
    facts,
    founding: findFact(facts, "ledger", "ledger:"),
    keys,
    offered,
    speakers,
    speaker: speakers.size === 1 ? [...speakers][0] : "",
    past,
  };
}

export function find(it, tag, key) {
  return findFact(it.facts, tag, key);
}

export function know(it, tag, key) {
  const fact = find(it, tag, key);
  if (!fact) throw new Error(`${key} is not known`);
  return fact;
}

export function actor(it, id) {
  return find(it, "actor", `actor:${id}`);
}

export function actorOf(it, did) {
  return find(it, "did", `did:${did}`)?.actor ?? "";
}

export function recordedOn(it) {
  return localDay(it.place.recorded_at);
}

export function kidOf(offer) {
  return thumbprint(jwkMembers(offer.jwk));
}

export function jwkMembers(jwk) {
  return Object.fromEntries(
    ["kty", "crv", "x", "y", "n", "e"].filter((name) => jwk[name]).map((name) => [name, jwk[name]]),
  );
}
