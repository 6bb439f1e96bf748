/** DID documents as did:web finds them: where they stand, and which keys a snapshot names. */

import { Refused } from "../errors.js";
import { decodeBase64 } from "../log/encoding.js";
import { isMembers, parseJson } from "../log/json.js";
import { readMethods } from "../log/methods.js";
import { isNumber } from "./decimals.js";
import { unquote } from "./terms.js";

const SNAPSHOT_BYTES_MAX = 16_384;
const METHOD = "did:web:";
const HOST = /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:[0-9]{1,5})?$/;
const KID = /^[A-Za-z0-9_-]{43}$/;
const SEGMENT = /^[A-Za-z0-9_~-][A-Za-z0-9._~-]*$/;

function refuse(what) {
  throw new Refused("malformed", { what });
}

/** The DID of a ledger at a host; a port is spelled `%3A8443`. */
export const ledgerDid = (host) => METHOD + host;

/** The DID that an actor has at a ledger's host, unless it brings its own. */
export const actorDid = (host, actor) => `${ledgerDid(host)}:actors:${actor}`;

/** Where a did:web DID has its document (did:web section 3.2). */
export function documentUrl(did) {
  const [host, ...path] = did.replace(METHOD, "").split(":").map(unquote);
  const isPlain = HOST.test(host) && path.every((part) => SEGMENT.test(part));
  if (!did.startsWith(METHOD) || !isPlain) refuse(`the DID ${did}`);
  return `https://${host}/${(path.length ? path : [".well-known"]).join("/")}/did.json`;
}

/** The ids of the keys with which a document lets its subject assert, or refuse it. */
export function readSnapshot(data, did, at) {
  const limit = SNAPSHOT_BYTES_MAX;
  if (data.length > limit) throw new Refused("oversized", { length: data.length, limit });
  const document = parseJson(data, { decimals: true });
  if (!isMembers(document) || document.id !== did) {
    refuse(`the document of ${did}: its id is another`);
  }
  const asserting = document.assertionMethod;
  if (!Array.isArray(asserting) || !asserting.length) {
    refuse(`the document of ${did}: no assertionMethod`);
  }
  const methods = readMethods(data, at);
  for (const one of asserting) {
    const name = named(isMembers(one) ? one.id : one);
    if (!methods.has(name.startsWith("#") ? did + name : name)) {
      throw new Refused("key_refused", { why: `${name} is not in force, or not of our kinds` });
    }
  }
  const kids = new Set([...methods.values()].map(({ key }) => key.kid));
  for (const kid of [...kids].sort()) {
    if (methods.get(`${did}#${kid}`)?.key.kid !== kid) {
      throw new Refused("key_refused", { why: `it does not stand under ${did}#${kid}` });
    }
  }
  return kids;
}

/** What Python calls what should have been text: a name that a key may have all the same. */
function named(value = null) {
  if (typeof value === "string" || isNumber(value)) return String(value);
  return { true: "True", false: "False", null: "None" }[JSON.stringify(value)] ?? "[]";
}

/** The ids of keys that a document in base64 names in its assertions, unchecked. */
export function namedKids(document) {
  const names = assertions(document).map((one) => (isMembers(one) ? one.id : one));
  const kids = names
    .filter((name) => typeof name === "string")
    .map((name) => name.slice(name.lastIndexOf("#") + 1));
  return new Set(kids.filter((kid) => KID.test(kid)));
}

function assertions(document) {
  try {
    const parsed = parseJson(decodeBase64(document), { decimals: true });
    const named = isMembers(parsed) ? parsed.assertionMethod : [];
    return Array.isArray(named) ? named : [];
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return [];
  }
}
