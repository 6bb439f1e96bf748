/** Hearing from the ledger: what time it is, and what became of the keys of this device. */

import { hear } from "./clock.js";
import { keysOf, noteState } from "./device.js";

const ANSWER_MS = 8_000;

const listeners = new Set();

/** Call back whenever the ledger has told how things stand. */
export function onMet(listener) {
  listeners.add(listener);
}

/** Ask now, and whenever the network comes back. */
export function keepContact(origin, actor) {
  const ask = async () => {
    if (await meet(origin, actor)) for (const listener of listeners) void listener();
  };
  addEventListener("online", ask);
  void ask();
}

/**
 * Ask how an organisation's keys stand; false where the ledger could not be asked. What is known of
 * a key of this device is written down, so that it is said before anybody signs without a network.
 */
async function meet(origin, actor) {
  let answer;
  let said;
  try {
    answer = await fetch(`/actors/${actor}`, {
      cache: "no-store",
      credentials: "omit",
      signal: AbortSignal.timeout(ANSWER_MS),
    });
    said = await answer.json();
  } catch {
    return false;
  }
  hear(answer);
  if (!answer.ok || !Array.isArray(said.keys)) return false;
  for (const key of await keysOf(origin)) {
    const known = said.keys.find(({ kid }) => kid === key.kid);
    if (known && key.actor === actor) {
      const isOver = known.revoked_index !== undefined && known.revoked_index !== null;
      await noteState(key.kid, isOver ? "revoked" : "enrolled", known.not_after);
    }
  }
  return true;
}
