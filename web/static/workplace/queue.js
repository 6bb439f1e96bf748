/**
 * Statements on their way to the ledger. What was signed waits here until the ledger has answered
 * for it, in the order of signing (`order.js`); what it refuses stays until a person has dealt with
 * it. Sending the same bytes twice gives the same receipt, so a lost answer costs nothing.
 */

import { encodeBase64, utf8 } from "../verifier/log/encoding.js";
import { parseJson } from "../verifier/log/json.js";
import { sha256 } from "../verifier/log/sha256.js";
import { parseStatement } from "../verifier/log/statement.js";
import { hear } from "./clock.js";
import * as kept from "./kept.js";
import { goodsIn, planned } from "./order.js";

const SEND = "/entries";
const TICK_MS = 5_000;
const ANSWER_MS = 45_000;
const [PAUSE_MS, PAUSE_MAX_MS] = [15_000, 600_000];
export const LOCK = "rice-ledger-queue";
const RECORDED_MAX = 200;
/** Answers in which the ledger has judged a statement; any other is somebody else's, or for later. */
const JUDGED = new Set([400, 403, 409, 413, 422]);

const listeners = new Set();
const otherPages = new BroadcastChannel(LOCK);
const pause = { tries: 0, until: 0, isAsked: false };
let sending = null;
let isWanted = false;

otherPages.onmessage = () => tell();

/** Call back whenever something in the queue has changed, here or on another page. */
export function onChange(listener) {
  listeners.add(listener);
}

/** Everything there is: `{number, statement, kind, title, actor, signedAt, state, receipt, problem}`. */
export const everything = () => kept.all("queue");

/** How many statements wait, and how many were refused and not yet dealt with. */
export async function tally() {
  const items = await everything();
  const count = (state) => items.filter((item) => item.state === state).length;
  return { waiting: count("waiting"), refused: count("refused") };
}

/**
 * Put a signed statement in the queue; return its number. It is on the disk when this returns. One
 * that `replaces` a refused statement goes out in its place.
 */
export async function add(item, replaces = null) {
  const { typ, payload } = parseStatement(utf8(item.statement));
  const goods = goodsIn(parseJson(payload, { decimals: true }));
  const described = { typ, goods, digest: digestOf(item.statement), signedAt: Date.now() };
  const number = await kept.enqueue({ ...described, ...item, state: "waiting" }, replaces);
  changed();
  return number;
}

const digestOf = (statement) => encodeBase64(sha256(utf8(statement)));

/** What became of one statement so far. */
export const itemOf = (number) => kept.get("queue", number);

/** Put aside what was refused: it stays on this device, and nothing waits for it any more. */
export const putAside = (number) => become(number, "refused", "aside");

/** Let the ledger judge what it refused once more: what was missing may have come since. */
export async function sendAgain(number) {
  await become(number, "refused", "waiting");
  return send();
}

async function become(number, before, after) {
  await kept.change("queue", number, (item) => item.state === before && { ...item, state: after });
  changed();
}

/** Let go of what the ledger has recorded. */
export async function forgetRecorded(keep = 0) {
  const recorded = (await everything()).filter(({ state }) => state === "recorded");
  for (const { number } of recorded.slice(0, Math.max(0, recorded.length - keep))) {
    await kept.remove("queue", number);
  }
  changed();
}

/** Send what waits; resolves when nothing more can be sent now. One page of the device sends at a time. */
export function send() {
  isWanted = true;
  sending ??= untilUnwanted().finally(() => {
    sending = null;
  });
  return sending;
}

async function untilUnwanted() {
  while (isWanted) {
    isWanted = false;
    await navigator.locks.request(LOCK, sendAll);
  }
}

async function sendAll() {
  if (pause.isAsked && performance.now() < pause.until) return;
  for (;;) {
    // Read anew each time: a statement may have come, or been dealt with, while one was on its way.
    const { next } = planned(await everything());
    if (!next) break;
    const answered = await sent(next);
    if (!answered) return changed();
    Object.assign(pause, { tries: 0, until: 0, isAsked: false });
    await kept.change("queue", next.number, (item) => item.state === "waiting" && { ...item, ...answered });
    changed();
  }
  const recorded = (await everything()).filter(({ state }) => state === "recorded");
  if (recorded.length > RECORDED_MAX) await forgetRecorded(RECORDED_MAX);
}

/** What the ledger said of a statement; nothing where it could not be asked, or cannot tell. */
async function sent(item) {
  let answer;
  const { before = [], statement } = item;
  const many = [...before, statement].map((one) => JSON.stringify(one)).join("\n");
  const [where, type, body] = before.length
    ? [`${SEND}?together=true`, "application/jsonl", many]
    : [SEND, "application/jose", statement];
  try {
    answer = await fetch(where, {
      method: "POST",
      headers: { "Content-Type": type },
      body,
      credentials: "omit",
      signal: AbortSignal.timeout(ANSWER_MS),
    });
  } catch {
    return waitLonger();
  }
  // Whatever stands between may answer as well: a hotel's login page is no receipt.
  const said = await saidBy(answer, before.length > 0).catch(() => null);
  if (answer.ok && Number.isSafeInteger(said?.index) && said.statement === digestOf(item.statement)) {
    hear(answer);
    return { state: "recorded", receipt: said, problem: null };
  }
  if (JUDGED.has(answer.status) && typeof said?.code === "string") {
    hear(answer);
    return { state: "refused", problem: said };
  }
  return waitLonger(Number(answer.headers.get("retry-after")));
}

/** A receipt or a problem: of several sent together the last one's receipt, or the first problem. */
async function saidBy(answer, isMany) {
  if (!isMany) return answer.json();
  const text = await answer.text();
  if (answer.ok) return JSON.parse(text.trim().split("\n").at(-1)).receipt;
  const problem = JSON.parse(text);
  return problem.items?.[0]?.problem ?? problem;
}

/** Pause, each time for longer; where the server said how long, not before that. */
function waitLonger(askedSeconds = 0) {
  const own = Math.min(PAUSE_MS * 2 ** pause.tries, PAUSE_MAX_MS) * (0.75 + Math.random() / 2);
  const asked = askedSeconds > 0 ? Math.min(askedSeconds * 1_000, 6 * PAUSE_MAX_MS) : 0;
  pause.tries += 1;
  pause.until = performance.now() + Math.max(own, asked);
  pause.isAsked = asked > 0;
  return null;
}

/** In how many seconds it is tried again; nothing where nothing was in the way. */
export function pausedFor() {
  return pause.tries ? Math.max(0, Math.ceil((pause.until - performance.now()) / 1_000)) : null;
}

function changed() {
  otherPages.postMessage("changed");
  tell();
}

function tell() {
  for (const listener of listeners) void listener();
}

/** Send now, whenever the network or the person comes back, and after each pause. */
export function keepSending() {
  const again = () => void send();
  addEventListener("online", again);
  document.addEventListener("visibilitychange", () => document.hidden || again());
  setInterval(() => performance.now() >= pause.until && again(), TICK_MS);
  again();
}
