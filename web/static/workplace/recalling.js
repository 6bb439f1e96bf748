/**
 * The recall room: what is asked for by each scope, and the acts that stop what was found. A list of
 * more lots than one act may name is signed as several acts of one scope.
 */

import { writeAct } from "../writer/rice/acts.js";
import { mark } from "./fields.js";
import { element, reasonOf, say } from "./say.js";
import { notice, outcome, signAndSend } from "./signing.js";

const ACT = "rice-act+jws";
const TEXT_MAX = 200;

/** Show only what a scope is asked by. */
export function startScope(form) {
  const show = () => {
    for (const part of form.querySelectorAll("[data-for]")) {
      part.hidden = !part.dataset.for.split(" ").includes(form.elements.kind.value);
    }
  };
  form.elements.kind.addEventListener("change", show);
  show();
}

/** The form that holds or recalls what was found. */
export function startStopping(form) {
  const found = JSON.parse(document.getElementById("stopping").textContent);
  const show = () => {
    form.querySelector("[data-recall]").hidden = form.elements.act.value !== "recall";
  };
  for (const input of form.querySelectorAll("[name=act]")) input.addEventListener("change", show);
  show();
  onSubmit(form, async () => {
    const said = read(form, form.elements.act.value === "recall" ? ["vi", "contact"] : ["vi"]);
    if (!said) return null;
    return actsOf(form.elements.act.value, found, said);
  });
}

/** A form that clears one hold. */
export function startClearing(form) {
  const lots = JSON.parse(form.querySelector("script").textContent);
  onSubmit(form, async () => {
    const said = read(form, ["vi"]);
    if (!said) return null;
    return [{ act: "clear_hold", lots, hold_index: Number(form.dataset.hold), reason: reasonIn(said) }];
  });
}

function actsOf(act, { scope, parts, ranges }, said) {
  return parts.map((lots) => {
    const fields = { act, lots, reason: reasonIn(said), scope };
    if (act === "hold") return fields;
    const named = ranges.filter(({ lot }) => lots.includes(lot)).map(({ batch, first, last }) => ({ batch, first, last }));
    return { ...fields, contact: said.contact, ...(named.length && { bag_ranges: named }) };
  });
}

const reasonIn = ({ vi, en }) => ({ vi, en: en || vi });

/** What was typed; marks what is missing, and is then null. */
function read(form, needed) {
  const said = {};
  let first = null;
  for (const field of form.querySelectorAll("[data-field]")) {
    const { field: name } = field.dataset;
    const value = field.querySelector("input, textarea").value.trim().replace(/\s+/g, " ").normalize("NFC");
    const wrong = !value && needed.includes(name) ? say("needed") : [...value].length > TEXT_MAX ? say("text.plain", { n: TEXT_MAX }) : "";
    mark(field, wrong);
    if (wrong) first ??= field;
    said[name] = value;
  }
  first?.querySelector("input, textarea").focus();
  return first ? null : said;
}

function onSubmit(form, actsToSign) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = form.querySelector("button[type=submit]");
    if (button.disabled) return;
    button.disabled = true;
    try {
      await signAll(form, (await actsToSign()) ?? []);
    } catch (error) {
      tell(form, notice("red", "cross", reasonOf(error)));
    } finally {
      button.disabled = false;
    }
  });
}

/** Sign act by act; what was signed stays signed where somebody stops half-way. */
async function signAll(form, acts) {
  const { actor, origin } = document.body.dataset;
  const told = [];
  for (const [place, fields] of acts.entries()) {
    const heading = acts.length > 1 ? say("sign_parts", { n: place + 1, of: acts.length }) : "";
    const item = await signAndSend({ origin, actor, kind: fields.act, typ: ACT, payload: writeAct(fields), heading });
    if (!item) break;
    told.push(outcome(item));
    tell(form, ...told);
    if (item.state === "refused") break;
  }
}

function tell(form, ...said) {
  form.querySelector(".outcome")?.remove();
  const place = element("div", "outcome", ...said);
  place.setAttribute("role", "alert");
  form.prepend(place);
  place.scrollIntoView({ block: "center" });
}
