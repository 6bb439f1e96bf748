/** The form of a step: rows that can be added, sensible beginnings, a look at everything, a signature. */

import { eventNamed, writeEvent } from "../writer/rice/profile.js";
import { utf8 } from "../verifier/log/encoding.js";
import { readEvent } from "../verifier/rice/profile.js";
import { showBalance } from "./balance.js";
import { now, onHeard } from "./clock.js";
import { correctionOf, startCorrecting } from "./correcting.js";
import { follow, keepLast, nextPallet, recallLast } from "./defaults.js";
import { mark, readForm } from "./fields.js";
import { freshen, startScan } from "./known_lots.js";
import * as queue from "./queue.js";
import { refill } from "./refill.js";
import { element, reasonOf, say, thousandths } from "./say.js";
import { notice, outcome, signAndSend } from "./signing.js";
import { startUnits } from "./units.js";

const EVENT = "epcis-event+jws";
const VIET_NAM_MS = 7 * 3_600_000;

/** Bring the form of a step to life. */
export async function startStating(form) {
  const { kind } = form.dataset;
  for (const field of form.querySelectorAll("[data-rows]")) startRows(field.closest(".field"));
  begin(form);
  // Until a person has written something, the form goes by the ledger's clock as soon as it is heard;
  // what is put right keeps the time and the lot of the slip.
  onHeard(() => form.dataset.touched || form.dataset.corrects || suggest(form));
  form.addEventListener("input", ({ target, isTrusted }) => {
    form.dataset.touched = "yes";
    // What somebody typed is theirs; what follows from it is filled in around it.
    if (isTrusted) target.dataset.touched = "";
    settle(form);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void look(form, kind);
  });
  startUnits(form);
  await freshen(form);
  await recallLast(form);
  await fill(form, new URLSearchParams(location.search));
  if (form.dataset.corrects) startCorrecting(form, addRow);
  settle(form);
  queue.onChange(() => freshen(form));
}

/** Fill in what follows from what is there, and tell what it comes to. */
function settle(form) {
  if (!form.dataset.corrects && !form.dataset.replaces) follow(form);
  tellLeft(form);
  showBalance(form);
}

/** What the address asks for: a lot, or what was refused and is to be mended. */
async function fill(form, asked) {
  const lot = form.querySelector('[data-asked="lot"] select, [data-asked="draws"] .row [name=lot]');
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
  beginRows(field);
}

/** The rows a form begins with: of a mill's batch one for each kind of goods, else one. */
function beginRows(field) {
  field.querySelector("[data-rows]").replaceChildren();
  const { kind } = field.closest("form").dataset;
  const first = addRow(field);
  const product = first.querySelector("[name=product]");
  if (!product || !["milling", "reworking"].includes(kind)) return;
  const goods = new Map([...product.options].map(({ value, dataset }) => [dataset.form, value]));
  for (const option of product.options) if ("own" in option.dataset) goods.set(option.dataset.form, option.value);
  const rows = [first, ...[...goods].slice(1).map(() => addRow(field))];
  [...goods.values()].forEach((gtin, place) => {
    rows[place].querySelector("[name=product]").value = gtin;
    rows[place].dataset.ready = "";
  });
}

function addRow(field) {
  const row = field.querySelector("template").content.firstElementChild.cloneNode(true);
  row.querySelector("[data-remove]").addEventListener("click", () => {
    row.remove();
    field.dispatchEvent(new Event("input", { bubbles: true }));
  });
  for (const button of row.querySelectorAll("[data-scan]")) startScan(button);
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
  const name = `${time.slice(2, 10).replaceAll("-", "")}-${time.slice(11, 16).replace(":", "")}`;
  for (const code of form.querySelectorAll('[data-asked="new_lot"] [name=code], [data-ready] [name=code]')) code.value = `L${name}`;
  beginAnew(form);
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
    const said = form.dataset.corrects ? await correctionOf(form) : await eventOf(form, kind);
    if (!said) return;
    const { actor, origin } = document.body.dataset;
    const replaces = Number(form.dataset.replaces) || null;
    const item = await signAndSend({ origin, actor, typ: EVENT, replaces, ...said });
    if (item) await told(form, item);
  } catch (error) {
    tell(form, notice("red", "cross", reasonOf(error)));
  } finally {
    button.disabled = false;
  }
}

async function eventOf(form, kind) {
  const fields = await readForm(form);
  if (!fields) return null;
  const { place } = document.body.dataset;
  return { kind, payload: writeEvent(eventNamed(kind, { event_id: form.dataset.event, place, ...blanksOf(form), ...fields })) };
}

/** What the record has where a person left a field empty: nothing lost, nothing on the list. */
function blanksOf(form) {
  const blanks = {};
  for (const { dataset } of form.querySelectorAll("[data-field]:not([data-needed])")) {
    if (["ssccs", "draws", "papers"].includes(dataset.asked)) blanks[dataset.field] = [];
    else if (dataset.field === "loss_g") blanks[dataset.field] = 0;
  }
  return blanks;
}

/** What became of a statement; the form is ready for the next one, unless this one was refused. */
async function told(form, item) {
  tell(form, outcome(item));
  if (item.state === "refused") return beginAnew(form, item.number);
  if (form.dataset.corrects) return form.querySelector("button[type=submit]").remove();
  await keepLast(form);
  const pallet = form.querySelector('[data-field="pallet"] input')?.value;
  form.reset();
  for (const field of form.querySelectorAll("[data-digest]")) delete field.dataset.digest;
  for (const touched of form.querySelectorAll("[data-touched]")) delete touched.dataset.touched;
  for (const field of form.querySelectorAll(".field")) mark(field, "");
  for (const field of form.querySelectorAll("[data-rows]")) beginRows(field.closest(".field"));
  for (const select of form.querySelectorAll('[data-asked="lot"] select')) select.value = "";
  begin(form);
  if (pallet) form.querySelector('[data-field="pallet"] input').value = nextPallet(pallet);
  await freshen(form);
  await recallLast(form);
  settle(form);
}

function tell(form, said) {
  form.querySelector(".outcome")?.remove();
  const place = element("div", "outcome", said);
  place.setAttribute("role", "alert");
  form.prepend(place);
  place.scrollIntoView({ block: "center" });
}
