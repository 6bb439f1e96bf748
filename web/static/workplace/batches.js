/**
 * Many statements at once: signed one after the other on this device, put in the queue, and sent in
 * order, some hundred to a request. What could not be sent stays in the queue, which goes on with it.
 */

import { seal } from "../writer/log/statement.js";
import { signersOf } from "./device.js";
import * as kept from "./kept.js";
import { LOCK, everything } from "./queue.js";

const SEND = "/entries";
const AT_ONCE = 200;

/** The key for each kind among payloads; nothing for kinds that this device may not sign. */
export async function keysFor(payloads, origin, actor) {
  const keys = new Map();
  for (const { kind } of payloads) {
    if (!keys.has(kind)) keys.set(kind, (await signersOf(origin, actor, kind))[0] ?? null);
  }
  return keys;
}

/** Those of the payloads that are not signed and on their way already. */
export async function unsent(payloads) {
  const waiting = (await everything()).filter(({ state }) => state === "waiting");
  const known = new Set(waiting.map(({ payload }) => payload));
  return payloads.filter(({ payload }) => !known.has(payload));
}

/**
 * Sign payloads and send them. `told(done, of, step)` hears of every one; resolves to what became
 * of each: the items of the queue, in order.
 */
export async function signAll(payloads, { origin, actor, keys, told }) {
  // Nothing else sends meanwhile, so that what was signed first arrives first.
  return navigator.locks.request(LOCK, async () => {
    const numbers = [];
    for (const { kind, typ, payload, title } of payloads) {
      const statement = await seal({ typ, payload, ledger: origin, keys: [keys.get(kind)] });
      const item = { statement, kind, title, actor, typ, payload, signedAt: Date.now(), state: "waiting" };
      numbers.push(await kept.put("queue", item));
      told(numbers.length, payloads.length, "signing");
    }
    for (let at = 0; at < numbers.length; at += AT_ONCE) {
      const some = numbers.slice(at, at + AT_ONCE);
      if (!(await sendSome(some))) break;
      told(at + some.length, numbers.length, "sending");
    }
    return Promise.all(numbers.map((number) => kept.get("queue", number)));
  });
}

/** Send some of the queue in one request; false where the ledger could not be asked. */
async function sendSome(numbers) {
  const items = await Promise.all(numbers.map((number) => kept.get("queue", number)));
  const body = items.map(({ statement }) => JSON.stringify(statement)).join("\n");
  let answers;
  try {
    const answer = await fetch(`${SEND}?together=false`, {
      method: "POST",
      headers: { "Content-Type": "application/jsonl" },
      body,
      credentials: "omit",
    });
    if (!answer.ok) return false;
    answers = (await answer.text()).trim().split("\n").map((line) => JSON.parse(line));
  } catch {
    return false;
  }
  for (const [at, { receipt, problem = null }] of answers.entries()) {
    const state = receipt ? "recorded" : "refused";
    await kept.put("queue", { ...items[at], state, receipt, problem });
  }
  return true;
}
