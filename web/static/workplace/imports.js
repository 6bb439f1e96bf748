/**
 * Office files: dropped here, tried by the ledger row by row, mended in the table and tried again;
 * then every statement that would pass is summed up, can be opened in full words, and is signed.
 */

import { KINDS, tell } from "../writer/rice/plain.js";
import { encodeBase64 } from "../verifier/log/encoding.js";
import { keysFor, signAll, unsent } from "./batches.js";
import { signersOf } from "./device.js";
import { choose, element, reasonOf, say, thousandths } from "./say.js";
import { notice, told as toldLines } from "./signing.js";

const FILE_MAX = 8_000_000;
const OPENED_AT_ONCE = 50;

export function startImports(form) {
  const desk = { form, file: null, mended: new Map() };
  const input = form.elements.file;
  const drop = document.getElementById("drop");
  // The same file, chosen again, is a file too.
  input.addEventListener("click", () => (input.value = ""));
  input.addEventListener("change", () => input.files[0] && void take(desk, input.files[0]));
  for (const kind of ["dragenter", "dragover"]) {
    drop.addEventListener(kind, (event) => {
      event.preventDefault();
      drop.classList.add("over");
    });
  }
  for (const kind of ["dragleave", "drop"]) drop.addEventListener(kind, () => drop.classList.remove("over"));
  drop.addEventListener("drop", (event) => {
    event.preventDefault();
    const [file] = event.dataTransfer.files;
    if (file) void take(desk, file);
  });
  form.elements.season.addEventListener("change", () => desk.file && void tryOut(desk));
}

async function take(desk, file) {
  desk.mended.clear();
  if (file.size > FILE_MAX) return told(notice("red", "cross", say("imports.large")));
  desk.file = { name: file.name.slice(-200), file: encodeBase64(new Uint8Array(await file.arrayBuffer())) };
  await tryOut(desk);
}

/** Have the ledger try the file as it stands with what was mended, and show what it says. */
async function tryOut(desk) {
  const { form } = desk;
  const { actor, origin } = document.body.dataset;
  const place = document.getElementById("tried");
  told(element("p", "quiet", say("imports.trying")));
  const mended = [...desk.mended.values()];
  const [key] = await signersOf(origin, actor, "");
  const body = { ...desk.file, season: form.elements.season.value, mended, kid: key?.kid ?? "" };
  try {
    const answer = await fetch(form.dataset.to, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw await answer.json();
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const payloads = JSON.parse(page.getElementById("payloads").textContent);
    place.replaceChildren(page.getElementById("tried-report"), page.getElementById("to-sign"));
    told();
    startMending(desk, place);
    await layOut(payloads);
    document.getElementById("tried-title").focus();
  } catch (problem) {
    place.replaceChildren();
    told(notice("red", "cross", reasonOf(problem)));
  }
}

function told(...shown) {
  document.getElementById("imports-told").replaceChildren(...shown);
}

function startMending(desk, place) {
  for (const input of place.querySelectorAll("[data-mend]")) {
    const { sheet, line, heading, was } = input.dataset;
    const name = JSON.stringify([sheet, line, heading]);
    if (desk.mended.has(name)) input.value = desk.mended.get(name).text;
    input.addEventListener("input", () => {
      if (input.value === was && !desk.mended.has(name)) return;
      desk.mended.set(name, { sheet, line: Number(line), heading, text: input.value });
    });
    input.addEventListener("keydown", (event) => {
      if (event.key === "Enter") void tryOut(desk);
    });
  }
  document.getElementById("try-again")?.addEventListener("click", () => void tryOut(desk));
}

/** Sum up what is to be signed, kind by kind, and offer to sign it. */
async function layOut(every) {
  const place = document.getElementById("sign-place");
  const payloads = await unsent(every);
  if (payloads.length < every.length) place.append(notice("grey", "offline", say("imports.on_way", { n: every.length - payloads.length })));
  if (!payloads.length) return;
  const { actor, origin } = document.body.dataset;
  const keys = await keysFor(payloads, origin, actor);
  for (const kind of keys.keys()) place.append(ofKind(kind, payloads.filter((one) => one.kind === kind)));
  const missing = [...keys].filter(([, key]) => !key).map(([kind]) => choose(KINDS[kind]));
  if (missing.length) {
    place.append(notice("amber", "warning", say("imports.no_key", { kinds: missing.join(", ") })));
    return;
  }
  const [key] = keys.values();
  const sign = element("button", "", say("imports.sign", { n: payloads.length }));
  sign.type = "button";
  const who = element("p", "quiet", say(key.sample ? "with_sample" : "with_key", { kid: key.kid }));
  sign.addEventListener("click", () => void apply(place, payloads, { actor, origin, keys }), { once: true });
  place.append(who, sign);
}

/** One kind of statement: how many, of how much, and every one of them word for word. */
function ofKind(kind, payloads) {
  const mass = payloads.reduce((sum, one) => sum + one.mass_g, 0);
  const counted = say("imports.statements", { n: payloads.length });
  const amount = mass ? ` · ${thousandths(mass)} kg` : "";
  const box = element("details", "of-kind", element("summary", "", `${choose(KINDS[kind])}: ${counted}${amount}`));
  const list = element("ol", "sayings");
  let shown = 0;
  const more = element("button", "button", say("imports.more"));
  more.type = "button";
  const showMore = () => {
    for (const one of payloads.slice(shown, shown + OPENED_AT_ONCE)) list.append(saying(one));
    shown += OPENED_AT_ONCE;
    more.hidden = shown >= payloads.length;
  };
  more.addEventListener("click", showMore);
  box.addEventListener("toggle", () => box.open && !shown && showMore());
  box.append(list, more);
  return box;
}

function saying({ typ, payload, sheet, line }) {
  const row = say("imports.of_row", { row: sheet ? `${sheet} ${line}` : line });
  const box = element("details", "", element("summary", "", row));
  // Words are looked up only for what somebody opens.
  box.addEventListener("toggle", () => box.childElementCount === 1 && box.append(toldLines(tell(typ, payload))), { once: true });
  return element("li", "", box);
}

async function apply(place, payloads, { actor, origin, keys }) {
  const bar = element("progress", "");
  bar.setAttribute("aria-label", say("imports.progress"));
  const line = element("p", "", say("imports.progress"));
  line.setAttribute("role", "status");
  place.replaceChildren(line, bar);
  const step = (done, of, name) => {
    Object.assign(bar, { max: of, value: done });
    line.textContent = say(`imports.${name}`, { n: done, of });
  };
  try {
    const titled = payloads.map((one) => ({ ...one, title: say("imports.of_row", { row: one.line }) }));
    const items = await signAll(titled, { actor, origin, keys, told: step });
    place.replaceChildren(...outcome(items));
  } catch (error) {
    place.replaceChildren(notice("red", "cross", reasonOf(error)));
  }
}

/** What became of every statement: how many are recorded, what was refused and why. */
function outcome(items) {
  const of = (state) => items.filter((item) => item.state === state);
  const shown = [];
  const [recorded, refused, waiting] = [of("recorded"), of("refused"), of("waiting")];
  if (recorded.length) shown.push(notice("green", "check", say("imports.recorded", { n: recorded.length })));
  if (waiting.length) shown.push(notice("grey", "offline", say("imports.waiting", { n: waiting.length })));
  if (refused.length) {
    shown.push(notice("red", "cross", say("imports.refused", { n: refused.length })));
    const rows = refused.map((item) => element("li", "", `${choose(KINDS[item.kind])}, ${item.title}: ${reasonOf(item.problem)}`));
    shown.push(element("ul", "remarks", ...rows));
  }
  return shown;
}
