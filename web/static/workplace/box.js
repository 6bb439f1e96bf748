/**
 * Boxes in which two devices leave each other messages. The secret of a box stands in a symbol and
 * behind the `#` of a link, and is sent to nobody: the server keeps the box, and cannot put
 * another message in it that would be believed.
 */

import { decodeBase64url, encodeBase64url, hex, utf8 } from "../verifier/log/encoding.js";
import { sha256 } from "../verifier/log/sha256.js";
import { say } from "./say.js";

const BOXES = "/workplace/boxes";
const HMAC = { name: "HMAC", hash: "SHA-256" };
const POLL_MS = 2_000;
const POLLS_MAX = 450;

/** A secret for a new box. */
export const newSecret = () => hex(crypto.getRandomValues(new Uint8Array(16)));

/** The name of the box of a secret. */
export function boxOf(secret) {
  return hex(sha256(utf8(`rice-ledger/box/${secret}`)).slice(0, 16));
}

async function macKey(secret) {
  return crypto.subtle.importKey("raw", utf8(secret), HMAC, false, ["sign", "verify"]);
}

/** A message with what proves that whoever left it knew the secret. */
export async function sealedFor(secret, message) {
  const mac = await crypto.subtle.sign(HMAC, await macKey(secret), utf8(message));
  return `${encodeBase64url(new Uint8Array(mac))}.${message}`;
}

/** The message, if it comes from a device that knows the secret. */
export async function openedWith(secret, sealed) {
  const [mac] = sealed.split(".", 1);
  const message = sealed.slice(mac.length + 1);
  const isOurs = await crypto.subtle.verify(HMAC, await macKey(secret), decodeBase64url(mac), utf8(message));
  if (!isOurs) throw new Error(say("keys.other"));
  return message;
}

/** Leave a message in a box. */
export async function leave(box, message) {
  const answer = await fetch(`${BOXES}/${box}`, { method: "POST", body: message });
  if (!answer.ok) throw await answer.json();
}

/** What stands in a box under a number, as soon as it is there. */
export async function taken(box, number) {
  for (let asked = 0; asked < POLLS_MAX; asked += 1) {
    const answer = await fetch(`${BOXES}/${box}/${number}`).catch(() => null);
    if (answer?.status === 200) return answer.text();
    await new Promise((later) => setTimeout(later, POLL_MS));
  }
  throw new Error(say("join.late"));
}
