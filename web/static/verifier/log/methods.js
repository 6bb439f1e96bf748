/** Whose key it is: verification methods, as issuers publish them (Controlled Identifiers 1.0). */

import { Refused } from "../errors.js";
import { hex, parseInstant } from "./encoding.js";
import { isMembers, parseJson } from "./json.js";
import { admitKey, ed25519Jwk, p256Jwk } from "./keys.js";

const BASE58 = /^[1-9A-HJ-NP-Za-km-z]{0,256}$/;
const BASE58_LETTERS = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
const UNKNOWN = "not the members of a known key type";

/** The keys in a file that count at a moment: a Map by name of `{key, controller}`. */
export function readMethods(data, at) {
  const document = parseJson(data, { decimals: true });
  if (!isMembers(document)) refuse("not a key, nor a document with keys");
  if ("verificationMethod" in document || "assertionMethod" in document) {
    return ofDocument(document, at);
  }
  if ("publicKeyJwk" in document || "publicKeyMultibase" in document) return ofMethod(document, at);
  return ofJwk(document, null);
}

/** The Ed25519 or P-256 key of a Multikey. */
export function parseMultikey(text) {
  const data = decodeMultibase(text);
  const body = data.subarray(2);
  const codec = hex(data.subarray(0, 2));
  if (codec === "ed01") return admitKey(ed25519Jwk(body));
  if (codec === "8024") return admitKey(p256Jwk(body));
  return refuse("neither Ed25519 nor P-256 among Multikeys");
}

/** The keys that a document lets make assertions, and that are its subject's; odd ones left out. */
function ofDocument({ id: subject, verificationMethod = [], assertionMethod = [] }, at) {
  const arrays = Array.isArray(verificationMethod) && Array.isArray(assertionMethod);
  if (typeof subject !== "string" || !arrays) refuse("not a document with keys");
  const methods = new Map();
  for (const method of [...verificationMethod, ...assertionMethod].filter(isMembers)) {
    methods.set(absolute(method.id, subject), method);
  }
  const found = new Map();
  for (const one of assertionMethod) {
    const id = absolute(isMembers(one) ? one.id : one, subject);
    const method = methods.get(id);
    if (method?.controller === subject) {
      for (const [name, known] of admissible({ ...method, id }, at)) found.set(name, known);
    }
  }
  return found;
}

function admissible(method, at) {
  try {
    return ofMethod(method, at);
  } catch (error) {
    if (error instanceof Refused) return [];
    throw error;
  }
}

function ofMethod(method, at) {
  const { id, controller, publicKeyJwk: jwk, publicKeyMultibase: multibase } = method;
  if (typeof id !== "string" || typeof controller !== "string") {
    refuse("a verification method without id or controller");
  }
  for (const end of [method.expires, method.revoked]) {
    const over = (end ?? null) !== null && (typeof end !== "string" || parseInstant(end) <= at);
    if (over) refuse("expired or revoked");
  }
  if (isMembers(jwk)) {
    const found = ofJwk(jwk, controller);
    const [known] = found.values();
    return new Map([[id, known], ...found]);
  }
  if (typeof multibase !== "string") refuse(UNKNOWN);
  const key = parseMultikey(multibase);
  const known = { key, controller };
  return new Map([
    [id, known],
    [key.kid, known],
  ]);
}

/** A key under its thumbprint, and under the name that its issuer gave it. */
function ofJwk({ kid, ...members }, controller) {
  const key = admitKey(members, { wideCurves: true });
  const known = { key, controller };
  const names = typeof kid === "string" ? [kid, key.kid] : [key.kid];
  return new Map(names.map((name) => [name, known]));
}

function absolute(name, subject) {
  const text = typeof name === "string" ? name : "";
  return text.startsWith("#") ? subject + text : text;
}

function decodeMultibase(text) {
  const digits = text.slice(1);
  if (text[0] !== "z" || !BASE58.test(digits)) throw new Refused("malformed", { what: "base58" });
  let number = 0n;
  for (const letter of digits) number = number * 58n + BigInt(BASE58_LETTERS.indexOf(letter));
  const pairs = number ? evenly(number.toString(16)).match(/../g) : [];
  const zeros = digits.length - digits.replace(/^1+/, "").length;
  const bytes = pairs.map((pair) => parseInt(pair, 16));
  return Uint8Array.from([...new Uint8Array(zeros), ...bytes]);
}

function evenly(digits) {
  return digits.padStart(digits.length + (digits.length % 2), "0");
}

function refuse(why) {
  throw new Refused("key_refused", { why });
}
