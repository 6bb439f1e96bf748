/**
 * The page of what this device signed: what the ledger refused and why, and what can be done about
 * it; what waits, and for what; what was recorded. Nothing leaves it that the ledger has not.
 */

import { EVENT } from "../verifier/log/statement.js";
import { KINDS } from "../writer/rice/plain.js";
import { goodsTold, planned } from "./order.js";
import { statementsOf, takeIn, writeParcel } from "./parcels.js";
import * as queue from "./queue.js";
import { choose, element, icon, moment, reasonOf, say } from "./say.js";
import { notice, signAndSend } from "./signing.js";

const DRAWN = { waiting: "offline", held: "warning", refused: "cross", recorded: "check", aside: "paper", replaced: "pencil" };
const TONES = { waiting: "grey", held: "amber", refused: "red", recorded: "green", aside: "grey", replaced: "grey" };
/** What needs a person comes first, then what is on its way, in the order it goes out. */
const ORDER = ["refused", "held", "waiting", "recorded", "replaced", "aside"];
const TICK_MS = 1_000;

export async function startQueue(list) {
  const show = async () => {
    const items = await queue.everything();
    const { held } = planned(items);
    const stateOf = (item) => (held.has(item.number) ? "held" : item.state);
    const rank = (item) => ORDER.indexOf(stateOf(item));
    const isOver = (item) => rank(item) >= ORDER.indexOf("recorded");
    const sorted = items.sort((one, other) =>
      rank(one) - rank(other) || (isOver(one) ? other.number - one.number : one.number - other.number));
    list.replaceChildren(...sorted.map((item) => row(item, stateOf(item), held.get(item.number))));
    document.getElementById("queue-empty").hidden = items.length > 0;
    document.getElementById("export").disabled = !items.some(({ state }) => isUnsent(state));
    tellPause(items);
  };
  queue.onChange(show);
  setInterval(async () => tellPause(await queue.everything()), TICK_MS);
  startExport(document.getElementById("export"));
  startImport(document.getElementById("import"));
  document.getElementById("send-now").addEventListener("click", () => void queue.send());
  await Promise.all([show(), tellWhetherKept()]);
}

const isUnsent = (state) => state === "waiting" || state === "refused" || state === "aside";

function row(item, state, by) {
  const { number, goods, kind, signedAt, receipt, problem, isCarried } = item;
  const about = element("p", "", [choose(KINDS[kind] ?? { vi: kind, en: kind }), goodsTold(goods)].filter(Boolean).join(" · "));
  const when = element("p", "quiet", say(isCarried ? "carried_at" : "signed_at", { when: moment(signedAt) }), ` · ${say("queue.number", { n: number })}`);
  const body = element("div", "", about, when, element("p", "", outcomeOf(state, { receipt, problem, by })));
  const made = element("li", `chip ${TONES[state]}`, icon(DRAWN[state]), body);
  made.dataset.state = state;
  if (state === "refused") body.append(...waysOut(item));
  return made;
}

function outcomeOf(state, { receipt, problem, by }) {
  if (state === "recorded") return say("recorded", { index: receipt.index });
  if (state === "refused" || state === "aside") return [state === "aside" && say("state.aside"), reasonOf(problem)].filter(Boolean).join(" ");
  return say(`state.${state}`, { by });
}

/** What a person can do about a refusal: mend it, let the ledger judge again, or put it aside. */
function waysOut(item) {
  const { actor, kind, number, problem, typ, payload, isCarried } = item;
  const accepted = problem?.accepted && element("p", "quiet", choose(problem.accepted));
  const ways = element("div", "actions");
  if (typ === EVENT && payload && actor && !isCarried) {
    const mend = element("a", "button", say("queue.mend"));
    mend.href = `/workplace/${actor}/do/${kind}?mend=${number}`;
    ways.append(mend);
  }
  const isAboutKey = problem?.code?.startsWith("key_") && payload && actor;
  if (isAboutKey) ways.append(way("queue.other_key", () => signAgain(item)));
  ways.append(way("queue.again", () => queue.sendAgain(number)), way("queue.aside", () => queue.putAside(number)));
  return [accepted, ways].filter(Boolean);
}

function way(key, act) {
  const button = element("button", "button", say(key));
  button.type = "button";
  button.addEventListener("click", () => void act(), { once: true });
  return button;
}

/** The same words with another key of this device, in the place of what was refused. */
async function signAgain({ actor, kind, number, payload, typ }) {
  const { origin } = document.body.dataset;
  try {
    await signAndSend({ origin, actor, kind, typ, payload, replaces: number });
  } catch (error) {
    tell(notice("red", "cross", reasonOf(error)));
  }
}

function tellPause(items) {
  const place = document.getElementById("queue-pause");
  const seconds = queue.pausedFor();
  const isWaiting = items.some(({ state }) => state === "waiting");
  place.hidden = !isWaiting || seconds === null;
  place.textContent = seconds === null ? "" : say("queue.pause", { n: seconds });
}

async function tellWhetherKept() {
  const isSafe = await navigator.storage?.persisted?.().catch(() => false);
  document.getElementById("queue-unsafe").hidden = Boolean(isSafe) || !(await queue.tally()).waiting;
}

function startExport(button) {
  button.addEventListener("click", async () => {
    const unsent = (await queue.everything()).filter(({ state }) => isUnsent(state));
    const parcel = writeParcel(document.body.dataset.origin, unsent.flatMap(statementsOf));
    const link = element("a", "");
    link.href = URL.createObjectURL(new Blob([parcel], { type: "application/json" }));
    link.download = `rice-ledger-${new Date().toISOString().slice(0, 10)}.json`;
    link.click();
    URL.revokeObjectURL(link.href);
  });
}

function startImport(input) {
  input.addEventListener("change", async () => {
    const [file] = input.files;
    if (!file) return;
    try {
      const count = await takeIn(document.body.dataset.origin, new Uint8Array(await file.arrayBuffer()));
      tell(notice("green", "check", say("parcel.taken", { n: count })));
    } catch (error) {
      tell(notice("red", "cross", reasonOf(error)));
    }
    input.value = "";
  });
}

function tell(said) {
  document.getElementById("queue-told").replaceChildren(said);
}
