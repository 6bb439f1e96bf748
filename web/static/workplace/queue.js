/**
 * Statements on their way to the ledger. What was signed waits here until the ledger has answered
 * for it, in the order of signing; what it refuses stays until a person has seen why. Sending the
 * same bytes twice gives the same receipt, so a lost answer costs nothing.
 */

import * as kept from "./kept.js";

const SEND = "/entries";
const AGAIN_MS = 15_000;
export const LOCK = "rice-ledger-queue";
const KEPT_MAX = 200;

const listeners = new Set();

/** Call back whenever something in the queue has changed. */
export function onChange(listener) {
  listeners.add(listener);
}

/** Everything there is: `{number, statement, kind, title, actor, signedAt, state, receipt, problem}`. */
export const everything = () => kept.all("queue");

/** How many statements wait, and how many were refused and not yet looked at. */
export async function tally() {
  const items = await everything();
  const count = (state) => items.filter((item) => item.state === state).length;
  return { waiting: count("waiting"), refused: count("refused") };
}

/** Put a signed statement in the queue; return its number. It is on the disk when this returns. */
export async function add(item) {
  const number = await kept.put("queue", { ...item, signedAt: Date.now(), state: "waiting" });
  changed();
  return number;
}

/** What became of one statement so far. */
export const itemOf = (number) => kept.get("queue", number);

/** Let go of what was refused, once somebody has dealt with it. */
export async function dismiss(number) {
  await kept.remove("queue", number);
  changed();
}

/** Send what waits, oldest first, unless another page of this device is at it; then stop at the first that cannot be sent. */
export async function send() {
  await navigator.locks.request(LOCK, { ifAvailable: true }, async (lock) => {
    if (!lock) return;
    for (const item of await everything()) {
      if (item.state !== "waiting") continue;
      const answered = await sent(item);
      if (!answered) break;
      await kept.put("queue", { ...item, ...answered });
      changed();
    }
    await forgetOld();
  });
}

/** What the ledger said of a statement; nothing where it could not be asked, or cannot tell. */
async function sent({ statement }) {
  let answer;
  try {
    answer = await fetch(SEND, {
      method: "POST",
      headers: { "Content-Type": "application/jose" },
      body: statement,
      credentials: "omit",
    });
  } catch {
    return null;
  }
  if (answer.ok) return { state: "recorded", receipt: await answer.json(), problem: null };
  const isFinal = answer.status >= 400 && answer.status < 500 && answer.status !== 429;
  return isFinal ? { state: "refused", problem: await problemOf(answer) } : null;
}

async function problemOf(answer) {
  try {
    return await answer.json();
  } catch {
    return { code: String(answer.status), words: null };
  }
}

/** Keep the newest of what is recorded: the ledger has it. */
async function forgetOld() {
  const recorded = (await everything()).filter((item) => item.state === "recorded");
  for (const { number } of recorded.slice(0, -KEPT_MAX)) await kept.remove("queue", number);
}

function changed() {
  for (const listener of listeners) listener();
}

/** Send now, whenever the network comes back, and from time to time. */
export function keepSending() {
  const again = () => void send();
  addEventListener("online", again);
  document.addEventListener("visibilitychange", () => document.hidden || again());
  setInterval(again, AGAIN_MS);
  again();
}
