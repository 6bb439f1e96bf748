/**
 * The backup of an administrator's key: a file that a passphrase opens, for a drawer and not for
 * daily use. It is made once, with a key of its own: the key of a device cannot leave it.
 *
 * The passphrase gives a key by PBKDF2 (RFC 8018) with HMAC-SHA-256; AES-256-GCM seals the 32 secret
 * bytes, bound to everything else the file says.
 */

import { decodeBase64url, encodeBase64url, utf8 } from "../verifier/log/encoding.js";
import { writeJson } from "../verifier/log/json.js";
import { kidOf } from "../writer/log/keys.js";
import { say } from "./say.js";

const FORMAT = "rice-ledger/key-backup@v1";
const ITERATIONS = 600_000;
const ITERATIONS_MAX = 10_000_000;
export const PASSPHRASE_MIN = 12;
const ED25519 = { name: "Ed25519" };
const MEMBERS = "actor,format,iterations,iv,jwk,kid,origin,salt,sealed";

/** A new key with its secret, to be written to a file; the key itself is as those that stay here. */
export async function newBackupKey() {
  const pair = await crypto.subtle.generateKey(ED25519, true, ["sign", "verify"]);
  const { d, kty, crv, x } = await crypto.subtle.exportKey("jwk", pair.privateKey);
  const jwk = { kty, crv, x };
  const key = { kid: kidOf(jwk), alg: "EdDSA", jwk, privateKey: await kept(jwk, d) };
  return { key, secret: decodeBase64url(d) };
}

/** A secret key that only signs, and is given to nobody. */
function kept(jwk, d) {
  return crypto.subtle.importKey("jwk", { ...jwk, d }, ED25519, false, ["sign"]);
}

/** The text of the file that keeps a key behind a passphrase. */
export async function writeBackup({ key: { kid, jwk }, secret }, { actor, origin }, passphrase) {
  const [salt, iv] = [16, 12].map((length) => crypto.getRandomValues(new Uint8Array(length)));
  const said = {
    actor,
    format: FORMAT,
    iterations: ITERATIONS,
    iv: encodeBase64url(iv),
    jwk,
    kid,
    origin,
    salt: encodeBase64url(salt),
  };
  const seal = { name: "AES-GCM", iv, additionalData: utf8(writeJson(said)) };
  const sealed = await crypto.subtle.encrypt(seal, await keyFrom(passphrase, salt, ITERATIONS), secret);
  return writeJson({ ...said, sealed: encodeBase64url(new Uint8Array(sealed)) });
}

/** The key of a backup, to be used and not taken out again: as `device.js` keeps keys. */
export async function readBackup(text, passphrase) {
  const { sealed, ...said } = parsed(text);
  const { actor, origin, kid, jwk, salt, iv, iterations } = said;
  const seal = { name: "AES-GCM", iv: decodeBase64url(iv), additionalData: utf8(writeJson(said)) };
  let secret;
  try {
    const key = await keyFrom(passphrase, decodeBase64url(salt), iterations);
    secret = new Uint8Array(await crypto.subtle.decrypt(seal, key, decodeBase64url(sealed)));
  } catch {
    throw new Error(say("backup.passphrase"));
  }
  const privateKey = await kept(jwk, encodeBase64url(secret));
  return { kid, alg: "EdDSA", jwk, privateKey, origin, actor, admin: true };
}

function parsed(text) {
  let said;
  try {
    said = JSON.parse(text);
    const isOurs =
      Object.keys(said).sort().join() === MEMBERS &&
      said.format === FORMAT &&
      said.kid === kidOf(said.jwk) &&
      Number.isInteger(said.iterations) &&
      said.iterations > 0 &&
      said.iterations <= ITERATIONS_MAX;
    if (!isOurs) said = null;
  } catch {
    said = null;
  }
  if (!said) throw new Error(say("backup.other"));
  return said;
}

async function keyFrom(passphrase, salt, iterations) {
  const typed = await crypto.subtle.importKey("raw", utf8(passphrase.normalize("NFC")), "PBKDF2", false, ["deriveKey"]);
  const way = { name: "PBKDF2", hash: "SHA-256", salt, iterations };
  return crypto.subtle.deriveKey(way, typed, { name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
}
