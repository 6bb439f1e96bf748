/**
 * From a payload to a statement: a person is shown every word of it, what the ledger thinks of it,
 * and with which key; only then is it signed, on this device, and put in the queue.
 */

import { kidOver, seal } from "../writer/log/statement.js";
import { KINDS, tell } from "../writer/rice/plain.js";
import { encodeBase64url, utf8 } from "../verifier/log/encoding.js";
import { standingOf } from "./device.js";
import { whyNot } from "./key_words.js";
import * as queue from "./queue.js";
import { choose, dayOf, element, icon, moment, reasonOf, say, thousandths, whole } from "./say.js";

const TRIALS = "/trials";
const WAIT_MS = 6_000;
/** Steps whose lots are counted in bags. */
const BAGS_IN = new Set(["repacking", "loading"]);

/**
 * Show a payload and let a person sign it; resolves to the item of the queue as it stands after a
 * first attempt to send it, or to nothing if the person would rather not. It may be said in place
 * of a statement that was refused, by its number in the queue (`replaces`). Payloads that only count
 * together with it (`before`) are shown, signed and sent with it: all are recorded, or none.
 */
export async function signAndSend(said) {
  const { origin, actor, kind, typ, payload, replaces = null, before = [], heading } = said;
  const held = await standingOf(origin, actor, kind);
  const signers = held.filter(({ stands }) => stands === "good").map(({ key }) => key);
  const key = await agree({ kind, typ, payload, signers, before, heading, why: whyNot(held) });
  if (!key) return null;
  const sealed = (one) => seal({ typ, payload: one, ledger: origin, keys: [key] });
  const statement = await sealed(payload);
  const first = await Promise.all(before.map((one) => sealed(one.payload)));
  return sendSigned({ statement, before: first, kind, actor, typ, payload }, replaces);
}

/**
 * Show every word of a payload and ask; resolves to the key to sign with, the first of `signers`,
 * or to nothing. `kids` are all that will have signed, where there are more; `note` is told first,
 * `why` where there is no key; `before` is signed with it, `heading` says what both are.
 */
export async function agree({ kind, typ, payload, signers, kids, note, why, before = [], heading = "" }) {
  const others = before.map((one) => ({ ...one, lines: tell(typ, one.payload) }));
  const dialog = layOut(kind, tell(typ, payload), signers, others, heading);
  if (note) dialog.advice.before(notice("amber", "warning", note));
  document.body.append(dialog.box);
  dialog.box.showModal();
  const [key] = signers;
  const first = before[0]?.payload ?? payload;
  if (key) void advise(dialog, typ, first, kids ?? [kidOver(typ, utf8(first), key.kid)]);
  else if (why) dialog.advice.append(notice("red", "cross", why));
  const isSure = await dialog.answer;
  dialog.box.remove();
  return isSure ? key : null;
}

/**
 * Put a signed statement in the queue, in the place of one that was refused if it `replaces` one;
 * resolves to its item after a first attempt to send it.
 */
export async function sendSigned({ statement, before = [], kind, actor, typ, payload }, replaces = null) {
  const title = tell(typ, payload).find((line) => line.value)?.value ?? "";
  const number = await queue.add({ statement, before, kind, title, actor, typ, payload }, replaces);
  await Promise.race([queue.send(), new Promise((done) => setTimeout(done, WAIT_MS))]);
  return queue.itemOf(number);
}

function layOut(kind, lines, signers, before, heading) {
  const box = element("dialog", "signing");
  box.setAttribute("aria-labelledby", "signing-title");
  const title = element("h2", "", heading || choose(KINDS[before[0]?.kind ?? kind]));
  title.id = "signing-title";
  // Reading begins at the top, however long it is; the button to sign stands at the end.
  Object.assign(title, { tabIndex: -1, autofocus: true });
  const advice = element("div", "advice");
  advice.setAttribute("role", "status");
  const sign = element("button", "", icon("pencil"), say(signers.length ? "sign" : "no_key"));
  sign.type = "button";
  sign.disabled = !signers.length;
  const back = element("button", "button", say("back"));
  back.type = "button";
  const answer = new Promise((resolve) => {
    // A second click finds the button gone.
    sign.addEventListener("click", () => resolve(true), { once: true });
    back.addEventListener("click", () => resolve(false), { once: true });
    box.addEventListener("cancel", () => resolve(false), { once: true });
  });
  const [key] = signers;
  const exact = element("details", "", element("summary", "", say("every_word")), ...before.map((one) => told(one.lines)), told(lines));
  const who = key && element("p", "quiet", say(key.sample ? "with_sample" : "with_key", { kid: key.kid }));
  const old = before.map((one) => element("details", "", element("summary", "", say("was")), summary(kind, one.lines)));
  const together = before.length && element("p", "quiet", say("together"));
  const then = before.length && element("h3", "", `${say("then")}: ${choose(KINDS[kind])}`);
  box.append(...[title, together, ...old, then, summary(kind, lines), advice, exact, who].filter(Boolean));
  box.append(element("div", "actions", sign, back));
  return { box, advice, answer };
}

/** The same lines as people speak of it: short names, kilograms; what names only the record is left to the exact ones. */
function summary(kind, lines) {
  const list = element("dl", "told");
  for (const { depth, label, value, meaning } of lines.slice(1)) {
    const [name, unit] = unitIn(choose(label));
    const said = meaning ? choose(meaning) : inUnit(unit, value) ?? friendly(kind, value);
    if (said === null) continue;
    list.append(element("div", `depth-${Math.min(depth, 5)}`, element("dt", "", name), element("dd", "", said)));
  }
  return list;
}

/** What a person writes a unit of the record as. */
const UNITS = {
  gam: (units) => `${thousandths(units)} kg`,
  "phần nghìn": (units) => `${thousandths(units * 100)} %`,
  "mét vuông": (units) => `${thousandths(units / 10)} ha`,
};
Object.assign(UNITS, { grams: UNITS.gam, "per thousand": UNITS["phần nghìn"], "square metres": UNITS["mét vuông"] });

/** A member's name, and the unit of the record behind it where there is one. */
function unitIn(label) {
  const [, name, unit] = /^(.*?) \(([^)]*)\)$/.exec(label) ?? [];
  return unit in UNITS ? [name, unit] : [label, null];
}

const inUnit = (unit, value) => (unit && /^\d+$/.test(value) ? UNITS[unit](Number(value)) : null);

/** A value in short; null for what says nothing to a person. */
function friendly(kind, value) {
  const pair = /^"([^"]*)", (\d+)$/.exec(value);
  if (pair) {
    const amount = BAGS_IN.has(kind) ? say("left_bags", { n: whole(Number(pair[2])) }) : `${thousandths(Number(pair[2]))} kg`;
    return `${shortName(pair[1])} · ${amount}`;
  }
  const text = /^".*"$/.test(value) ? value.slice(1, -1) : value;
  // The heading says what kind of statement it is.
  if (/^(urn:uuid:|rice:)/.test(text) || text === kind) return null;
  if (/^\d+$/.test(value)) return whole(Number(value));
  if (/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/.test(text)) return moment(Date.parse(text));
  if (/^\d{4}-\d\d-\d\d$/.test(text)) return dayOf(text);
  return shortName(text);
}

/** The part of a name that people use: a lot's number and its goods, a slip's number, what was chosen by it. */
function shortName(name) {
  const lot = /^https:\/\/id\.gs1\.org\/01\/(\d{14})\/10\/([^/]+)$/.exec(name);
  if (lot) return [decodeURIComponent(lot[2]), chosenAs("select[name=product]", lot[1])].filter(Boolean).join(" · ");
  const found = /^https:\/\/id\.gs1\.org\/.*\/([^/]+)$/.exec(name) ?? /^https:\/\/.*\/attestations\/([^/]+)$/.exec(name);
  if (found) return decodeURIComponent(found[1]);
  return chosenAs("select", name) ?? decodeURIComponent(/^(?:did|urn):.*:([^:]+)$/.exec(name)?.[1] ?? name);
}

/** What a list of the page calls a choice by its value. */
function chosenAs(lists, value) {
  const option = value && document.querySelector(`:is(${lists}) option[value="${CSS.escape(value)}"]`);
  return option ? option.textContent.trim() : null;
}

/** Lines as a list of what and how much; what stands deeper is set in. */
export function told(lines) {
  const list = element("dl", "told");
  for (const { depth, label, value, meaning } of lines) {
    const said = meaning ? `${choose(meaning)}` : value;
    const row = element("div", `depth-${Math.min(depth, 5)}`, element("dt", "", choose(label)));
    row.append(element("dd", "", said, meaning && value !== said && element("span", "quiet", ` (${value})`)));
    list.append(row);
  }
  return list;
}

/** Ask the ledger what would become of it; without a network that is said, and nothing is lost. */
async function advise({ advice }, typ, payload, kids) {
  const body = JSON.stringify({ typ, payload: encodeBase64url(utf8(payload)), kids });
  let told;
  try {
    const answer = await fetch(TRIALS, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body,
      credentials: "omit",
      signal: AbortSignal.timeout(WAIT_MS),
    });
    told = await answer.json();
    if (!answer.ok) told = { accepted: false, refusal: told, cautions: [], slips: [] };
  } catch {
    advice.replaceChildren(notice("amber", "offline", say("unchecked")));
    return;
  }
  const { accepted, refusal, cautions = [], slips = [] } = told;
  const said = [...cautions, ...slips].map((one) => notice("amber", "warning", reasonOf(one)));
  if (refusal) said.unshift(notice("red", "cross", reasonOf(refusal)));
  else if (accepted && !said.length) said.push(notice("green", "check", say("would_be_taken")));
  advice.replaceChildren(...said);
}

/** What became of an item of the queue, in one line. */
export function outcome({ state, receipt, problem }) {
  if (state === "recorded") return notice("green", "check", say("recorded", { index: receipt.index }));
  if (state === "refused") return notice("red", "cross", reasonOf(problem));
  return notice("grey", "offline", say("waiting"));
}

export function notice(tone, drawn, text) {
  return element("p", `chip ${tone}`, icon(drawn), element("span", "", text));
}
