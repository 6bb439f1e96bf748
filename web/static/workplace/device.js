/**
 * The keys of this device and what each may sign. A key is made here and never leaves; a demo
 * ledger's sample keys, which everybody has, are the exception and marked as such.
 */

import { newKey } from "../writer/log/keys.js";
import * as kept from "./kept.js";

const ED25519 = { name: "Ed25519" };
const P_256 = { name: "ECDSA", namedCurve: "P-256" };

/** Every key of this device for a ledger: `{kid, actor, alg, jwk, privateKey, origin, state, …}`. */
export async function keysOf(origin) {
  return (await kept.all("keys")).filter((key) => key.origin === origin);
}

/** The keys with which this device may sign a kind of statement for an organisation, best first. */
export async function signersOf(origin, actor, kind) {
  const now = new Date().toISOString();
  const fitting = (key) =>
    key.actor === actor &&
    key.state === "enrolled" &&
    (!key.not_after || key.not_after >= now) &&
    (!key.only || key.only.includes(kind));
  return (await keysOf(origin)).filter(fitting).sort((one, other) => one.admin - other.admin);
}

/** Make a key of this device for an organisation; it counts once the ledger knows it. */
export async function makeKey(origin, actor, bounds) {
  // Browsers clear what nobody said to keep; a key that is cleared cannot be had back.
  await navigator.storage?.persist?.();
  const key = { ...(await newKey()), origin, actor, ...bounds, state: "waiting" };
  await kept.put("keys", key);
  return key;
}

/** Say of a key what became of it: `enrolled`, `revoked`. */
export async function noteState(kid, state) {
  const key = await kept.get("keys", kid);
  if (key) await kept.put("keys", { ...key, state });
}

/** Keep a key that came to be elsewhere: a backup that was opened. */
export const keepKey = (key) => kept.put("keys", key);

export const forgetKey = (kid) => kept.remove("keys", kid);

/** Take in a sample key of a demo ledger. */
export async function takeSample(origin, { actor, jwk, kid, admin }) {
  const { d: _secret, ...members } = jwk;
  const [alg, kind] = jwk.kty === "OKP" ? ["EdDSA", ED25519] : ["ES256", P_256];
  const privateKey = await crypto.subtle.importKey("jwk", jwk, kind, false, ["sign"]);
  const key = { kid, alg, jwk: members, privateKey, origin, actor, admin };
  await kept.put("keys", { ...key, sample: true, state: "enrolled" });
}
