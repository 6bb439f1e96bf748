/**
 * The keys of this device and what each may sign. A key is made here and never leaves; a demo
 * ledger's sample keys, which everybody has, are the exception and marked as such.
 */

import { newKey } from "../writer/log/keys.js";
import { now } from "./clock.js";
import * as kept from "./kept.js";

const ED25519 = { name: "Ed25519" };
const P_256 = { name: "ECDSA", namedCurve: "P-256" };

/** Every key of this device for a ledger: `{kid, actor, alg, jwk, privateKey, origin, state, …}`. */
export async function keysOf(origin) {
  return (await kept.all("keys")).filter((key) => key.origin === origin);
}

/** The keys with which this device may sign a kind of statement for an organisation, best first. */
export async function signersOf(origin, actor, kind) {
  const held = await standingOf(origin, actor, kind);
  return held.filter(({ stands }) => stands === "good").map(({ key }) => key);
}

/**
 * The keys that this device has for an organisation, and how each stands for a kind of statement (null: for any):
 * `good`, or why not: `bounded` to other work, `expired`, `revoked`, `waiting`; best first.
 */
export async function standingOf(origin, actor, kind) {
  const today = new Date(now()).toISOString();
  const stands = (key) => {
    if (key.state !== "enrolled") return key.state;
    if (key.not_after && key.not_after < today) return "expired";
    return !key.only || kind === null || key.only.includes(kind) ? "good" : "bounded";
  };
  const held = (await keysOf(origin)).filter((key) => key.actor === actor);
  const order = ["good", "bounded", "waiting", "expired", "revoked"];
  return held
    .map((key) => ({ key, stands: stands(key) }))
    .sort((one, other) => order.indexOf(one.stands) - order.indexOf(other.stands) || one.key.admin - other.key.admin);
}

/** Make a key of this device for an organisation; it counts once the ledger knows it. */
export async function makeKey(origin, actor, bounds) {
  // Browsers clear what nobody said to keep; a key that is cleared cannot be had back.
  await navigator.storage?.persist?.();
  const key = { ...(await newKey()), origin, actor, ...bounds, state: "waiting" };
  await kept.put("keys", key);
  return key;
}

/** Say of a key what became of it, `enrolled` or `revoked`, and until when it counts. */
export function noteState(kid, state, until) {
  return kept.change("keys", kid, (key) => ({ ...key, state, ...(until && { not_after: until }) }));
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
