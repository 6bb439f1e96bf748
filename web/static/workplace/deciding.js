/**
 * Deciding: the server writes what is to be signed as a draft, this device reads it, shows every
 * word, signs those very bytes, and sends them; or hands the draft on to a second person's device,
 * in a box or as a file.
 */

import { formatDraft, missingOf, parseDraft, signDraft, statementOf } from "../writer/log/draft.js";
import { purposeOf } from "../writer/rice/plain.js";
import { decodeUtf8, utf8 } from "../verifier/log/encoding.js";
import { boxOf, leave, newSecret, openedWith, sealedFor, taken } from "./box.js";
import { signersOf } from "./device.js";
import { readAmount } from "./numbers.js";
import { element, isVietnamese, reasonOf, say } from "./say.js";
import { agree, notice, outcome, sendSigned } from "./signing.js";
import { drawSymbol } from "./symbol.js";

const SECRET = /^#[0-9a-f]{32}$/;
const BOX_MAX = 16_000;
/** Units of a unit that people write: square metres of a hectare, grams of a kilogram. */
const SCALES = { hectares: 10_000, kg: 1_000 };

/** A form on which somebody decides. */
export function startDeciding(form, us) {
  const told = form.querySelector(".outcome");
  const state = form.querySelector("[data-name=state] select");
  state?.addEventListener("change", () => showFields(form, state.value));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = form.querySelector("[type=submit]");
    button.disabled = true;
    try {
      await decide(form, told, us);
    } catch (error) {
      told.replaceChildren(notice("red", "cross", reasonOf(error)));
    }
    button.disabled = false;
  });
}

/** What only some changes say is asked for with them alone. */
function showFields(form, state) {
  for (const part of form.querySelectorAll("[data-when]")) part.hidden = part.dataset.when !== state;
}

async function decide(form, told, us) {
  const { kind, impact } = form.dataset;
  const fields = readFields(form);
  if (!fields) return;
  const signers = await signersOf(us.origin, us.actor, kind);
  if (!signers.length) throw new Error(say("no_key"));
  const second = form.elements.second?.value;
  const by = [signers[0].kid, ...(second && second !== signers[0].kid ? [second] : [])];
  const answer = await fetch(`/workplace/${us.actor}/certify/draft`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ kind, fields, by: by.map((kid) => `${us.actor}/${kid}`) }),
  });
  if (!answer.ok) throw await answer.json();
  await signing(told, await parseDraft(utf8(await answer.text())), us, { note: impact });
}

/** The fields of a form by name; nothing where one of them cannot be read, which is marked. */
function readFields(form) {
  const fields = JSON.parse(form.elements.fixed.value);
  const measures = {};
  let isWhole = true;
  for (const field of form.querySelectorAll("[data-name]")) {
    if (field.closest("[hidden]")) continue;
    const { name, as, unit } = field.dataset;
    const { value, wrong } = readField(field, as);
    mark(field, wrong);
    isWhole &&= !wrong;
    if (as === "measure" && value !== undefined) measures[name] = { value, unit };
    else if (value !== undefined) fields[name] = value;
  }
  const isTwo = form.querySelector("[data-name=state] select")?.selectedOptions[0]?.hasAttribute("data-two");
  if (isTwo && !form.elements.second.value) {
    form.querySelector(".outcome").replaceChildren(notice("amber", "warning", say("decide.two")));
    return null;
  }
  if (Object.keys(measures).length) fields.measures = measures;
  form.querySelector("[aria-invalid]")?.focus();
  return isWhole ? fields : null;
}

function readField(field, as) {
  if (as === "several") {
    const value = [...field.querySelectorAll(":checked")].map((box) => box.value);
    return value.length ? { value } : { wrong: say("decide.none") };
  }
  const text = field.querySelector("[name=value]").value.trim();
  if (as === "measure") return readMeasure(text, "needed" in field.dataset);
  if (as in SCALES) {
    const value = readAmount(text, SCALES[as], isVietnamese());
    return value > 0 ? { value } : { wrong: say("decide.amount") };
  }
  if (as === "perhaps") return text ? { value: text } : {};
  if (!text) return { wrong: say("needed") };
  const isNumber = field.dataset.name !== "number" || /^\S{1,80}$/.test(text);
  return isNumber ? { value: text } : { wrong: say("decide.number") };
}

/** A figure as a number with a point, exact to six places. */
function readMeasure(text, isNeeded) {
  if (!text) return isNeeded ? { wrong: say("needed") } : {};
  const millionths = readAmount(text, 1_000_000, isVietnamese());
  return millionths === null ? { wrong: say("decide.amount") } : { value: millionths / 1_000_000 };
}

function mark(field, wrong) {
  const told = field.querySelector("[data-wrong]");
  if (told) Object.assign(told, { textContent: wrong ?? "", hidden: !wrong });
  field.querySelector("[name=value]").toggleAttribute("aria-invalid", Boolean(wrong));
}

/** Show a draft and sign it; then send it, or hand it on. `from` is the box it was taken from. */
async function signing(told, draft, us, { note, from } = {}) {
  const { typ } = draft.unsigned;
  const payload = decodeUtf8(draft.unsigned.payload);
  const kind = purposeOf(typ, payload);
  if (draft.origin !== us.origin || draft.purpose !== kind) throw new Error(say("decide.other"));
  const open = draft.slots.filter(({ signature }) => !signature).map(({ key }) => key.kid);
  const own = await signersOf(us.origin, us.actor, kind);
  const signers = own.filter(({ kid }) => open.includes(kid));
  if (!signers.length) throw new Error(say("decide.not_yours"));
  const kids = draft.slots.map(({ kid }) => kid);
  const key = await agree({ kind, typ, payload, signers, kids, note });
  if (!key) return;
  const signed = await signDraft(draft, key);
  if (missingOf(signed).length) {
    await handOn(told, signed, us);
    return;
  }
  const item = await sendSigned({ statement: statementOf(signed), kind, actor: us.actor, typ, payload });
  told.replaceChildren(outcome(item));
  if (from && item.state === "recorded") await leave(from.box, await sealedFor(from.secret, JSON.stringify(item.receipt)));
}

/** A link, a symbol and a file for the second person; then what became of it. */
async function handOn(told, draft, us) {
  const text = formatDraft(draft);
  const file = element("a", "button", say("decide.file"));
  file.href = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  file.download = `${draft.purpose}.draft`;
  const signed = notice("green", "check", say("decide.signed"));
  const secret = newSecret();
  const sealed = await sealedFor(secret, text);
  if (sealed.length > BOX_MAX) {
    told.replaceChildren(signed, element("p", "", say("decide.large")), file);
    return;
  }
  const box = boxOf(secret);
  await leave(box, sealed);
  const address = `${location.origin}/workplace/${us.actor}/certify/second#${secret}`;
  const link = element("input", "");
  Object.assign(link, { readOnly: true, value: address });
  link.setAttribute("aria-label", say("decide.link_label"));
  const waiting = element("p", "quiet", say("decide.waiting"));
  told.replaceChildren(
    signed,
    element("p", "", say("decide.link")),
    drawSymbol(address, say("decide.symbol")),
    link,
    file,
    waiting,
  );
  const receipt = JSON.parse(await openedWith(secret, await taken(box, 2)));
  told.replaceChildren(outcome({ state: "recorded", receipt }));
}

/** The second person's page: a draft from the link that was opened, or from a file. */
export function startSecond(place, us) {
  const told = place.querySelector(".outcome");
  const tried = async (read, from) => {
    told.replaceChildren(element("p", "quiet", say("decide.reading")));
    try {
      const draft = await parseDraft(utf8(await read()));
      told.replaceChildren();
      await signing(told, draft, us, { from });
    } catch (error) {
      told.replaceChildren(notice("red", "cross", reasonOf(error)));
    }
  };
  const input = place.querySelector("input[type=file]");
  input.addEventListener("change", () => {
    if (input.files.length) void tried(() => input.files[0].text());
  });
  if (!SECRET.test(location.hash)) return;
  const secret = location.hash.slice(1);
  const box = boxOf(secret);
  const again = element("button", "", say("decide.open"));
  again.type = "button";
  const open = () => void tried(async () => openedWith(secret, await taken(box, 1)), { box, secret });
  again.addEventListener("click", open);
  told.before(again);
  open();
}

/** A button that prints; without a script the browser's own does. */
export function startPrinting(button) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}
