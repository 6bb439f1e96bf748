/** Labels of one lot: issued by a signature of this device, printed by the server, used, cancelled. */

import { ACT } from "../verifier/log/statement.js";
import { writeAct } from "../writer/rice/acts.js";
import { asked, finished, stateOf } from "./asking.js";
import { element, moment, reasonOf, say } from "./say.js";
import { notice, signAndSend } from "./signing.js";

const MARKED_AT_ONCE = 500;
const RANGES_MAX = 500;

export function startLabels(place) {
  const { to } = place.dataset;
  on(place, "#issue-labels", (form, told) => issue(to, place.dataset.lot, form, told));
  on(place, "#print-labels", (form, told) => print(to, form, told));
  on(place, "#spoil-labels", (form, told) => spoil(to, form, told));
  for (const form of place.querySelectorAll(".label-act")) on(place, `#${idOf(form)}`, act);
  const batch = place.querySelector("#p-batch");
  batch?.addEventListener("change", () => {
    place.querySelector("#p-last").value = batch.selectedOptions[0].dataset.count;
  });
  place.querySelector("#show-jobs")?.addEventListener("click", () => void showJobs(to, place));
}

function idOf(form) {
  form.id ||= form.dataset.act;
  return form.id;
}

/** Do something when a form is sent, once at a time, and tell what is refused. */
function on(place, selector, work) {
  const form = place.querySelector(selector);
  form?.addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = form.querySelector("button[type=submit]");
    if (button.disabled) return;
    button.disabled = true;
    const told = (...shown) => form.nextElementSibling.replaceChildren(...shown);
    try {
      await work(form, told);
    } catch (problem) {
      told(notice("red", "cross", reasonOf(problem)));
    }
    button.disabled = false;
  });
}

/** The server draws the codes, this device signs for them, and the codes are kept once that is recorded. */
async function issue(to, lot, form, told) {
  const { actor, origin } = document.body.dataset;
  const body = { lot, count: Number(form.elements.count.value), waiting: form.elements.waiting.checked };
  const watched = (job) => told(element("p", "quiet", stateOf(job)));
  const { facts } = await finished(await asked(`${to}/prepared`, body), watched);
  told();
  const item = await signAndSend({ origin, actor, kind: "issue_labels", typ: ACT, payload: facts.payload });
  if (!item) return told(notice("grey", "offline", say("labels.unsigned")));
  if (item.state === "refused") throw item.problem;
  if (item.state === "waiting") return told(notice("grey", "offline", say("labels.on_way")));
  await fetch(`${to}/settled`, { method: "POST" });
  location.reload();
}

async function print(to, form, told) {
  const { batch, first, last, spoiled, form: kind, layout, copies, skip } = form.elements;
  const body = {
    batch: batch.value,
    first: Number(first.value),
    last: Number(last.value),
    spoiled: spoiled.checked,
    form: kind.value,
    layout: layout.value,
    copies: Number(copies.value),
    skip: Number(skip.value),
  };
  const watched = (job) => told(element("p", "quiet", stateOf(job)));
  const job = await finished(await asked(`${to}/printed`, body), watched);
  told(notice("green", "check", say("labels.ready", { n: job.facts.count, read: job.facts.read_back })), fileOf(job));
}

function fileOf({ file, name }) {
  const link = element("a", "button", say("labels.download", { name }));
  link.href = file;
  link.download = name;
  return link;
}

async function spoil(to, form, told) {
  const body = { batch: form.elements.batch.value, ranges: rangesOf(form), why: form.elements.why.value.trim() };
  await asked(`${to}/spoiled`, body);
  told(notice("green", "check", say("labels.spoiled")));
}

/** Jobs of this organisation with their states, and which bags have labels. */
async function showJobs(to, place) {
  const list = place.querySelector("#jobs");
  try {
    const { actor } = document.body.dataset;
    const jobs = (await asked(`/workplace/${actor}/jobs`)).filter(({ kind }) => kind === "printing");
    list.replaceChildren(...(jobs.length ? jobs.map(rowOf) : [element("li", "quiet", say("job.none"))]));
    const book = place.querySelector("#print-book");
    const rows = [];
    for (const { value } of place.querySelectorAll("#p-batch option")) {
      const { stretches } = await asked(`${to}/book/${encodeURIComponent(value)}`);
      for (const { first, last, state, at, why } of stretches) {
        const said = { batch: value, first, last, why, when: moment(Date.parse(at)) };
        rows.push(element("li", "", say(`labels.${state}_bags`, said)));
      }
    }
    book.replaceChildren(...rows);
  } catch (problem) {
    list.replaceChildren(element("li", "", notice("red", "cross", reasonOf(problem))));
  }
}

function rowOf(job) {
  const row = element("li", "card stack", element("p", "", `${job.title} · ${stateOf(job.state === "ready" ? { state: "ready" } : job)}`));
  if (job.problem) row.append(element("p", "", reasonOf(job.problem)));
  if (job.file) row.append(fileOf(job));
  return row;
}

/** An act about bags, shown and signed like any other; marks go five hundred to an act. */
async function act(form, told) {
  const { actor, origin } = document.body.dataset;
  const kind = form.dataset.act;
  const batch = form.elements.batch.value;
  let done = null;
  for (const fields of fieldsOf(kind, batch, form)) {
    done = await signAndSend({ origin, actor, kind, typ: ACT, payload: writeAct({ act: kind, ...fields }) });
    if (!done) return;
    if (done.state === "refused") throw done.problem;
  }
  const said = done.state === "recorded" ? say("recorded", { index: done.receipt.index }) : say("waiting");
  told(notice(done.state === "recorded" ? "green" : "grey", "check", said));
}

function fieldsOf(kind, batch, form) {
  const ranges = rangesOf(form);
  const bag_ranges = ranges.map(([first, last]) => ({ batch, first, last }));
  if (kind === "activate_labels") return [{ bag_ranges }];
  if (kind === "void_labels") return [{ bag_ranges, reason: form.elements.reason.value }];
  const numbers = ranges.flatMap(([first, last]) => Array.from({ length: last - first + 1 }, (_, at) => first + at));
  const marked_at = new Date().toISOString().replace(/\.\d+Z$/, "Z");
  const unit = unitOf(form.elements.unit.value.trim());
  const said = { batch, state: form.elements.state.value, marked_at, ...(unit && { unit }) };
  const parts = [];
  for (let at = 0; at < numbers.length; at += MARKED_AT_ONCE) parts.push({ ...said, numbers: numbers.slice(at, at + MARKED_AT_ONCE) });
  return parts;
}

function unitOf(text) {
  if (!text) return "";
  return /^[A-Za-z]{4}\d{7}$/.test(text) ? `urn:epc:id:bic:${text.toUpperCase()}` : `https://id.gs1.org/00/${text.replace(/\D/g, "")}`;
}

/** Bags as somebody wrote them, such as 7, 9, 12-20: in order and apart from each other. */
function rangesOf(form) {
  const field = form.elements.ranges;
  const told = field.parentElement.querySelector("[data-wrong]");
  const parts = field.value.split(/[\s,;]+/).filter(Boolean);
  const ranges = parts.map((part) => /^(\d{1,9})(?:-(\d{1,9}))?$/.exec(part)).map((found) => found && [Number(found[1]), Number(found[2] ?? found[1])]);
  const sorted = ranges.every(Boolean) ? ranges.sort(([one], [other]) => one - other) : [];
  const isSound = sorted.length && sorted.length <= RANGES_MAX && sorted.every(([first, last], at) => first >= 1 && last >= first && (!at || first > sorted[at - 1][1]));
  told.hidden = Boolean(isSound);
  told.textContent = isSound ? "" : say("labels.ranges");
  if (isSound) return sorted;
  field.focus();
  throw new Error(say("labels.ranges"));
}
