/**
 * Keys that sign, made on this device and never to leave it: WebCrypto keeps what is secret, and
 * gives it to nobody, this page included. A key may be kept in IndexedDB as it is.
 */

import { Unable } from "../../verifier/errors.js";
import { utf8 } from "../../verifier/log/encoding.js";
import { admitKey } from "../../verifier/log/keys.js";

const ED25519 = { alg: "EdDSA", made: { name: "Ed25519" }, use: { name: "Ed25519" } };
const P_256 = {
  alg: "ES256",
  made: { name: "ECDSA", namedCurve: "P-256" },
  use: { name: "ECDSA", hash: "SHA-256" },
};
const BY_ALG = new Map([ED25519, P_256].map((kind) => [kind.alg, kind]));

/** A key's name: the RFC 7638 thumbprint of a key that may count. */
export function kidOf(jwk) {
  return admitKey(jwk).kid;
}

/**
 * A new key of this device: `{kid, alg, jwk, privateKey}`. It is Ed25519, or P-256 in a browser
 * that has no Ed25519.
 */
export async function newKey() {
  if (!globalThis.crypto?.subtle) unable("no keys outside a secure page");
  return (await made(ED25519)) ?? (await made(P_256)) ?? unable("no key can be made here");
}

async function made({ alg, made: kind }) {
  let pair;
  try {
    pair = await crypto.subtle.generateKey(kind, false, ["sign", "verify"]);
  } catch (error) {
    if (error.name === "NotSupportedError") return null;
    throw error;
  }
  const { kid, jwk } = admitKey(await publicMembers(pair.publicKey));
  return { kid, alg, jwk: { ...jwk }, privateKey: pair.privateKey };
}

async function publicMembers(key) {
  const { kty, crv, x, y } = await crypto.subtle.exportKey("jwk", key);
  return y ? { kty, crv, x, y } : { kty, crv, x };
}

/** The signature of a key over a text, as JWS has it: of ES256 the two numbers, one after the other. */
export async function sign(key, text) {
  const { use } = BY_ALG.get(key.alg) ?? unable(`no ${key.alg} here`);
  const signature = new Uint8Array(await crypto.subtle.sign(use, key.privateKey, utf8(text)));
  // A key that was kept under another's name would be found out only when it is too late.
  await admitKey(key.jwk).verify(utf8(text), signature, key.alg);
  return signature;
}

function unable(what) {
  throw new Unable(what);
}
