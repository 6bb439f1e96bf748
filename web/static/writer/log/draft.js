/** A draft: what is to be signed, by which keys, and the signatures gathered so far. */

import { Refused } from "../../verifier/errors.js";
import {
  decodeBase64,
  decodeBase64url,
  encodeBase64,
  encodeBase64url,
  utf8,
} from "../../verifier/log/encoding.js";
import { checkCanonical, isMembers, writeJson } from "../../verifier/log/json.js";
import { admitKey } from "../../verifier/log/keys.js";
import { CREDENTIAL, parseStatement } from "../../verifier/log/statement.js";
import { sign } from "./keys.js";
import { formatHeader, join, kidOver } from "./statement.js";

const FORMAT = "rice-ledger/draft@v1";
const STATEMENT_LENGTH_MAX = 60_000;
const DRAFT_LENGTH_MAX = 2 * STATEMENT_LENGTH_MAX;
const ROOT_LENGTH = 32;
const SIGNATURE_LENGTH_MAX = 1_024;
/** Stands where a signature is missing, so that a draft is read as the statement it will be. */
const NO_SIGNATURE = new Uint8Array(64);
const MEMBERS = "checkpoint,format,origin,payload,purpose,signatures";
const ED25519 = ["EdDSA", "Ed25519"];

/**
 * The draft that bytes spell, or a refusal: `{origin, size, root, purpose, unsigned, slots}`, where
 * `unsigned` is the statement it will be, and a slot `{key, kid, alg, header, text, signature}` is
 * one signer's place, its signature null until it is there. A signature that is there is good.
 */
export async function parseDraft(data) {
  if (data.length > DRAFT_LENGTH_MAX) oversized(data.length, DRAFT_LENGTH_MAX);
  const written = checkCanonical(data);
  checkShape(written);
  const { payload, signatures, origin, purpose, checkpoint } = written;
  const given = signatures.map(({ signature }) => decodeBase64url(signature));
  const filled = signatures.map((one, at) => [
    one.protected,
    given[at].length ? given[at] : NO_SIGNATURE,
  ]);
  const unsigned = parseStatement(utf8(join(payload, filled)));
  checkLength(payload, filled);
  const slots = [];
  for (const [at, { jwk, protected: header }] of signatures.entries()) {
    const { kid, alg, signing_input: text } = unsigned.signatures[at];
    if (header !== formatHeader(unsigned.typ, alg, kid, unsigned.ledger)) {
      refuse("a header that is spelled otherwise");
    }
    const key = keyOf(jwk, unsigned.typ, kid, alg);
    const signature = given[at].length ? given[at] : null;
    if (signature) await key.verify(text, signature, alg);
    slots.push({ key, kid, alg, header, text, signature });
  }
  if (unsigned.ledger !== null && unsigned.ledger !== origin) {
    refuse("its origin is not the ledger in its headers");
  }
  const root = decodeBase64(checkpoint.root);
  if (root.length !== ROOT_LENGTH) refuse("a root that is no SHA-256");
  return { origin, size: checkpoint.size, root, purpose, unsigned, slots };
}

/**
 * A draft that nobody has signed, of a payload as text, for keys as JWKs; `checkpoint` is the
 * `{origin, size, root}` of the ledger it is for.
 */
export function makeDraft({ typ, payload, jwks, checkpoint, purpose }) {
  const body = utf8(payload);
  const signatures = jwks.map((jwk) => {
    const key = admitKey(jwk);
    const kid = kidOver(typ, body, key.kid);
    const header = formatHeader(typ, key.algorithms[0], kid, checkpoint.origin);
    return { jwk: { ...key.jwk }, protected: header, signature: "" };
  });
  return parseDraft(utf8(spelled(checkpoint, purpose, body, signatures)));
}

/** A draft as it is kept in a file. */
export function formatDraft({ origin, size, root, purpose, unsigned, slots }) {
  const signatures = slots.map(({ key, header, signature }) => ({
    jwk: { ...key.jwk },
    protected: header,
    signature: encodeBase64url(signature ?? []),
  }));
  return spelled({ origin, size, root }, purpose, unsigned.payload, signatures);
}

/** How the keys are called that have not signed yet. */
export function missingOf({ slots }) {
  return slots.filter(({ signature }) => !signature).map(({ kid }) => kid);
}

/** The draft with one signature more: the key's, over the text of its slot. */
export async function signDraft(draft, key) {
  const slot = draft.slots.find((each) => each.key.kid === key.kid);
  if (!slot) {
    const kids = draft.slots.map((each) => each.key.kid).join(", ");
    throw new Refused("draft_of_other_key", { kid: key.kid, kids });
  }
  if (slot.signature) throw new Refused("draft_signed", { kid: key.kid });
  const isAlike = [key.alg, slot.alg].every((alg) => ED25519.includes(alg));
  if (key.alg !== slot.alg && !isAlike) {
    throw new Refused("algorithm_refused", { alg: slot.alg, kid: key.kid });
  }
  const { header, text } = slot;
  const signature = await sign(key, `${header}.${encodeBase64url(draft.unsigned.payload)}`);
  await slot.key.verify(text, signature, slot.alg);
  const slots = draft.slots.map((each) => (each === slot ? { ...slot, signature } : each));
  return { ...draft, slots };
}

/** The statement, once everybody has signed. */
export function statementOf(draft) {
  const missing = missingOf(draft);
  if (missing.length) throw new Refused("draft_unsigned", { kids: missing.join(", ") });
  const signatures = draft.slots.map(({ header, signature }) => [header, signature]);
  return join(encodeBase64url(draft.unsigned.payload), signatures);
}

function spelled({ origin, size, root }, purpose, payload, signatures) {
  return writeJson({
    checkpoint: { root: encodeBase64(root), size },
    format: FORMAT,
    origin,
    payload: encodeBase64url(payload),
    purpose,
    signatures,
  });
}

const isText = (value) => typeof value === "string";
const has = (value, names) => isMembers(value) && Object.keys(value).join() === names;

function checkShape(written) {
  if (!has(written, MEMBERS) || written.format !== FORMAT) refuse("no draft");
  const { checkpoint, origin, payload, purpose, signatures } = written;
  if (![origin, payload, purpose].every(isText)) refuse("no draft");
  if (!has(checkpoint, "root,size") || !isText(checkpoint.root)) refuse("no checkpoint");
  if (!Number.isSafeInteger(checkpoint.size) || checkpoint.size < 0) refuse("no size");
  if (!Array.isArray(signatures) || !signatures.length) refuse("nobody to sign");
  for (const one of signatures) {
    if (!has(one, "jwk,protected,signature") || !isMembers(one.jwk)) refuse("no place to sign");
    const texts = [one.protected, one.signature, ...Object.values(one.jwk)];
    if (!texts.every(isText)) refuse("no place to sign");
  }
}

/** Refuse what could not be sent once everybody has signed, however long signatures get. */
function checkLength(payload, filled) {
  const longest = new Uint8Array(SIGNATURE_LENGTH_MAX);
  const { length } = join(payload, filled.map(([header]) => [header, longest]));
  if (length > STATEMENT_LENGTH_MAX) oversized(length, STATEMENT_LENGTH_MAX);
}

/** The key of a slot. Only the ledger knows whether it may sign RS256 there. */
function keyOf(jwk, typ, kid, alg) {
  const key = admitKey(jwk, { legacyRs256: alg === "RS256" });
  const at = kid.lastIndexOf("#");
  // Only a credential's key stands behind a DID.
  const isNamed = kid.slice(at + 1) === key.kid && at > 0 === (typ === CREDENTIAL);
  if (!isNamed || writeJson({ ...jwk }) !== writeJson({ ...key.jwk })) {
    refuse("a key that its header does not name");
  }
  if (!key.algorithms.includes(alg)) throw new Refused("algorithm_refused", { alg, kid: key.kid });
  return key;
}

function oversized(length, limit) {
  throw new Refused("oversized", { length, limit });
}

function refuse(what) {
  throw new Refused("malformed_draft", { what });
}
