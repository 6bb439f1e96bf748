/** The form of a step: rows that can be added, sensible beginnings, a look at everything, a signature. */

import { eventNamed, writeEvent } from "../writer/rice/profile.js";
import { utf8 } from "../verifier/log/encoding.js";
import { readEvent } from "../verifier/rice/profile.js";
import { showBalance } from "./balance.js";
import { now, onHeard } from "./clock.js";
import { mark, readForm } from "./fields.js";
import { freshen } from "./known_lots.js";
import * as queue from "./queue.js";
import { refill } from "./refill.js";
import { element, reasonOf, say, thousandths } from "./say.js";
import { notice, outcome, signAndSend } from "./signing.js";

const EVENT = "epcis-event+jws";
const VIET_NAM_MS = 7 * 3_600_000;

/** Bring the form of a step to life. */
export async function startStating(form) {
  const { kind } = form.dataset;
  for (const field of form.querySelectorAll("[data-rows]")) startRows(field.closest(".field"));
  begin(form);
  // Until a person has written something, the form goes by the ledger's clock as soon as it is heard.
  onHeard(() => form.dataset.touched || suggest(form));
  form.addEventListener("input", () => {
    form.dataset.touched = "yes";
    tellLeft(form);
    showBalance(form);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void look(form, kind);
  });
  await freshen(form);
  await fill(form, new URLSearchParams(location.search));
  tellLeft(form);
  queue.onChange(() => freshen(form));
}

/** What the address asks for: a lot, or what was refused and is to be mended. */
async function fill(form, asked) {
  const lot = form.querySelector('[data-asked="lot"] select');
  if (lot && !lot.value) lot.value = [...lot.options].find(({ value }) => value === asked.get("lot"))?.value ?? "";
  const item = await queue.itemOf(Number(asked.get("mend")));
  if (item?.state !== "refused" || item.actor !== document.body.dataset.actor) return;
  refill(form, readEvent(utf8(item.payload)), addRow);
  form.dataset.touched = "yes";
  form.dataset.replaces = item.number;
  tell(form, notice("red", "cross", reasonOf(item.problem)));
  showBalance(form);
}

function startRows(field) {
  field.querySelector("[data-add]").addEventListener("click", () => addRow(field).querySelector("select").focus());
  addRow(field);
}

function addRow(field) {
  const row = field.querySelector("template").content.firstElementChild.cloneNode(true);
  row.querySelector("[data-remove]").addEventListener("click", () => {
    row.remove();
    field.dispatchEvent(new Event("input", { bubbles: true }));
  });
  field.querySelector("[data-rows]").append(row);
  return row;
}

function begin(form) {
  delete form.dataset.touched;
  suggest(form);
  beginAnew(form);
}

/** Fill in what is likely: now, today, a lot number of the day. */
function suggest(form) {
  const time = new Date(now() + VIET_NAM_MS).toISOString();
  for (const input of form.querySelectorAll("input[type=datetime-local]")) input.value = time.slice(0, 16);
  for (const input of form.querySelectorAll("input[type=date]")) input.value = time.slice(0, 10);
  const code = form.querySelector('[data-asked="new_lot"] [name=code]');
  if (code) code.value = `L${time.slice(2, 10).replaceAll("-", "")}-${time.slice(11, 16).replace(":", "")}`;
}

/** What is signed next is another event than what was signed before. */
function beginAnew(form, replaces = "") {
  form.dataset.event = `urn:uuid:${crypto.randomUUID()}`;
  form.dataset.replaces = replaces;
}

/** Under a chosen lot, how much of it is left. */
function tellLeft(form) {
  for (const place of form.querySelectorAll("[data-left]")) {
    const chosen = place.parentElement.querySelector("select").selectedOptions[0];
    const { leftG, leftBags } = chosen?.dataset ?? {};
    const left = Number(leftBags) ? say("left_bags", { n: leftBags }) : leftG && `${thousandths(Number(leftG))} kg`;
    place.textContent = left ? say("left", { amount: left }) : "";
  }
}

async function look(form, kind) {
  const button = form.querySelector("button[type=submit]");
  if (button.disabled) return;
  button.disabled = true;
  try {
    const fields = await readForm(form);
    if (!fields) return;
    const { actor, origin, place } = document.body.dataset;
    const said = { event_id: form.dataset.event, place, ...fields };
    const payload = writeEvent(eventNamed(kind, said));
    const replaces = Number(form.dataset.replaces) || null;
    const item = await signAndSend({ origin, actor, kind, typ: EVENT, payload, replaces });
    if (item) told(form, item);
  } catch (error) {
    tell(form, notice("red", "cross", reasonOf(error)));
  } finally {
    button.disabled = false;
  }
}

/** What became of a statement; the form is ready for the next one, unless this one was refused. */
function told(form, item) {
  tell(form, outcome(item));
  if (item.state === "refused") return beginAnew(form, item.number);
  form.reset();
  for (const field of form.querySelectorAll("[data-digest]")) delete field.dataset.digest;
  for (const field of form.querySelectorAll(".field")) mark(field, "");
  begin(form);
  showBalance(form);
}

function tell(form, said) {
  form.querySelector(".outcome")?.remove();
  const place = element("div", "outcome", said);
  place.setAttribute("role", "alert");
  form.prepend(place);
  place.scrollIntoView({ block: "center" });
}
