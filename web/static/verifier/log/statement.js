/** A statement: signed bytes around an act, an event or an attestation (JWS, RFC 7515). */

import { Refused } from "../errors.js";
import { byCodePoint, decodeBase64url, decodeUtf8, utf8 } from "./encoding.js";
import { checkCanonical, isMembers, parseJson } from "./json.js";
import { sha256 } from "./sha256.js";

export const ACT = "rice-act+jws";
export const EVENT = "epcis-event+jws";
export const CREDENTIAL = "vc+jwt";
const KINDS = new Map([
  [ACT, "act"],
  [EVENT, "event"],
  [CREDENTIAL, "attestation"],
]);

const STATEMENT_LENGTH_MAX = 60_000;
const HEADER_LENGTH_MAX = 1_024;
const HEADERS_MAX = 4_096;
const SIGNERS_MAX = 32;
const DOT = 46;
const BRACE = 123;

const ALGORITHMS = new Set(["EdDSA", "Ed25519", "ES256", "PS256", "RS256"]);
/** Text of up to 512 letters that no two readers can take for something else. */
const SIMPLE = /^[!-~]{1,512}$/;

/**
 * The statement that bytes spell, or a refusal:
 * `{data, digest, typ, kind, ledger, payload, signatures: [{kid, alg, signing_input, signature}]}`,
 * all bytes but `typ`, `kind`, `ledger` (null in a credential), `kid` and `alg`.
 */
export function parseStatement(data) {
  if (data.length > STATEMENT_LENGTH_MAX) {
    throw new Refused("oversized", { length: data.length, limit: STATEMENT_LENGTH_MAX });
  }
  return data[0] === BRACE ? parseGeneral(data) : parseCompact(data);
}

function parseCompact(data) {
  const first = data.indexOf(DOT);
  const second = data.indexOf(DOT, first + 1);
  const payload = data.subarray(first + 1, second);
  const tail = data.subarray(second + 1);
  if (first < 1 || second < first + 2 || !tail.length || tail.includes(DOT)) {
    malformed("not three segments");
  }
  const header = readHeader(data.subarray(0, first));
  const signature = decodeBase64url(tail);
  const signed = { kid: header.kid, alg: header.alg, signing_input: data.subarray(0, second) };
  return statement(data, header, decodeBase64url(payload), [{ ...signed, signature }]);
}

/** A statement of several signers (RFC 7515 section 7.2.1), in canonical JSON. */
function parseGeneral(data) {
  const parsed = checkCanonical(data);
  const signed = parsed.signatures;
  if (!isShaped(parsed, "payload", "signatures") || typeof parsed.payload !== "string") general();
  if (!Array.isArray(signed) || !signed.every(isSignature)) general();
  if (!parsed.payload || signed.length < 1 || signed.length > SIGNERS_MAX) {
    malformed("no payload, or number of signatures");
  }
  const headers = signed.map((one) => readHeader(utf8(one.protected)));
  const [first] = headers;
  if (first.typ !== ACT) malformed("only acts have several signers");
  if (headers.some(({ typ, ledger }) => typ !== first.typ || ledger !== first.ledger)) {
    malformed("signers disagree on what they sign");
  }
  const kids = new Set(headers.map(({ kid }) => kid));
  if (kids.size !== headers.length) malformed("a key signs twice");
  const payload = decodeBase64url(parsed.payload);
  const signatures = signed.map((one, at) => ({
    kid: headers[at].kid,
    alg: headers[at].alg,
    signing_input: utf8(`${one.protected}.${parsed.payload}`),
    signature: one.signature ? decodeBase64url(one.signature) : malformed("an empty signature"),
  }));
  return statement(data, first, payload, signatures);
}

function statement(data, { typ, ledger }, payload, signatures) {
  return { data, digest: sha256(data), typ, kind: KINDS.get(typ), ledger, payload, signatures };
}

/** SHA-256 of each text that was signed, the same whichever signatures say so. */
export function signedDigests({ signatures }) {
  return signatures.map((one) => sha256(one.signing_input));
}

/** Rejects unless every signature is good under the key it names in `keys`, a Map by `kid`. */
export async function verifySignatures({ signatures }, keys) {
  const checks = signatures.map(async ({ kid, alg, signing_input, signature }) => {
    const key = keys.get(kid);
    if (!key) throw new Refused("key_not_known", { kid });
    await key.verify(signing_input, signature, alg);
  });
  const bad = (await Promise.allSettled(checks)).find(({ status }) => status === "rejected");
  if (bad) throw bad.reason;
}

/** The credential in a `vc+jwt` statement (VC-JOSE-COSE section 3.1); its issuer's key speaks. */
export function checkCredentialClaims({ typ, payload, signatures }) {
  if (typ !== CREDENTIAL) odd(`typ is ${typ}`);
  const claims = parseJson(payload, { decimals: true });
  if (!isMembers(claims) || "vc" in claims || "vp" in claims) {
    odd("the payload is not a credential");
  }
  const issuer = isMembers(claims.issuer) ? claims.issuer.id : claims.issuer;
  if (typeof issuer !== "string" || ("iss" in claims && claims.iss !== issuer)) odd("issuer");
  const [subject, fragment] = signatures[0].kid.split("#");
  if (!subject.startsWith("did:") || fragment === undefined || subject !== issuer) {
    odd("the key is not the issuer's");
  }
  return claims;
}

const headers = new Map();

/** A header that obeys the profile. A signer's headers are all alike, so each is kept. */
function readHeader(encoded) {
  const name = decodeUtf8(encoded);
  if (headers.size > HEADERS_MAX) headers.clear();
  if (!headers.has(name)) headers.set(name, parseHeader(encoded));
  return headers.get(name);
}

function parseHeader(encoded) {
  const raw = decodeBase64url(encoded);
  if (raw.length > HEADER_LENGTH_MAX) {
    throw new Refused("oversized", { length: raw.length, limit: HEADER_LENGTH_MAX });
  }
  const members = parseJson(raw);
  if (!isMembers(members)) refuse("anything but members");
  const { typ, alg, kid, cty, ledger = null } = members;
  if (!KINDS.has(typ)) refuse("typ");
  const needed = ["alg", typ === CREDENTIAL ? "cty" : "ledger", "kid", "typ"];
  const odd = Object.keys(members).filter((name) => !needed.includes(name));
  if (odd.length) refuse(odd.sort(byCodePoint)[0]);
  for (const name of needed) {
    if (typeof members[name] !== "string" || !SIMPLE.test(members[name])) {
      refuse(`nothing, or anything odd, as ${name}`);
    }
  }
  if (typ === CREDENTIAL && cty !== "vc") refuse("cty");
  if (!ALGORITHMS.has(alg)) refuse(`alg ${alg}`);
  return { alg, typ, kid, ledger };
}

function isSignature(value) {
  return (
    isShaped(value, "protected", "signature") &&
    typeof value.protected === "string" &&
    typeof value.signature === "string"
  );
}

function isShaped(value, ...names) {
  return isMembers(value) && Object.keys(value).join() === names.join();
}

function general() {
  malformed("general serialisation");
}

function malformed(what) {
  throw new Refused("malformed_statement", { what });
}

function odd(what) {
  throw new Refused("malformed_credential", { what });
}

function refuse(what) {
  throw new Refused("header_refused", { what });
}
