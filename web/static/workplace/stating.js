/** The form of a step: rows that can be added, sensible beginnings, a look at everything, a signature. */

import { eventNamed, writeEvent } from "../writer/rice/profile.js";
import { showBalance } from "./balance.js";
import { mark, readForm } from "./fields.js";
import { element, reasonOf, say } from "./say.js";
import { notice, outcome, signAndSend } from "./signing.js";

const EVENT = "epcis-event+jws";
const VIET_NAM_MS = 7 * 3_600_000;

/** Bring the form of a step to life. */
export function startStating(form) {
  const { kind } = form.dataset;
  for (const field of form.querySelectorAll("[data-rows]")) startRows(field.closest(".field"));
  begin(form);
  form.addEventListener("input", () => {
    tellLeft(form);
    showBalance(form);
  });
  tellLeft(form);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void look(form, kind);
  });
}

function startRows(field) {
  const rows = field.querySelector("[data-rows]");
  const add = () => {
    const row = field.querySelector("template").content.firstElementChild.cloneNode(true);
    row.querySelector("[data-remove]").addEventListener("click", () => {
      row.remove();
      field.dispatchEvent(new Event("input", { bubbles: true }));
    });
    rows.append(row);
    return row;
  };
  field.querySelector("[data-add]").addEventListener("click", () => add().querySelector("select").focus());
  add();
}

/** Fill in what is likely: now, today, a lot number of the day. */
function begin(form) {
  const now = new Date(Date.now() + VIET_NAM_MS).toISOString();
  for (const input of form.querySelectorAll("input[type=datetime-local]")) input.value = now.slice(0, 16);
  for (const input of form.querySelectorAll("input[type=date]")) input.value = now.slice(0, 10);
  const code = form.querySelector('[data-asked="new_lot"] [name=code]');
  if (code) code.value = `L${now.slice(2, 10).replaceAll("-", "")}-${now.slice(11, 16).replace(":", "")}`;
  form.dataset.event = `urn:uuid:${crypto.randomUUID()}`;
}

/** Under a chosen lot, how much of it is left. */
function tellLeft(form) {
  for (const place of form.querySelectorAll("[data-left]")) {
    const chosen = place.parentElement.querySelector("select").selectedOptions[0];
    const { leftG, leftBags } = chosen?.dataset ?? {};
    const left = Number(leftBags) ? say("left_bags", { n: leftBags }) : leftG && chosen.text.split(" · ").at(-1);
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
    const item = await signAndSend({ origin, actor, kind, typ: EVENT, payload });
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
  if (item.state === "refused") return;
  form.reset();
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
