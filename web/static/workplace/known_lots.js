/**
 * The lots of a page as this device knows them: what it signed and the ledger has not answered for
 * yet is in the forms that come after, marked as not yet in the ledger.
 */

import { utf8 } from "../verifier/log/encoding.js";
import { readEvent } from "../verifier/rice/profile.js";
import { EVENT } from "../verifier/log/statement.js";
import { effectsOf, lotsMeant, numberOfLot, standing } from "./overlay.js";
import * as queue from "./queue.js";
import { element, icon, say, thousandths, whole } from "./say.js";
import { scan } from "./scanning.js";

/** The effects of what a page made when the ledger had `size` entries cannot know. */
async function effects() {
  const { actor, did, size } = document.body.dataset;
  const unknown = ({ state, receipt }) => state === "waiting" || (state === "recorded" && receipt.index >= Number(size));
  const events = (await queue.everything())
    // What stands in place of another event is worked out by the ledger, with all that came of both.
    .filter((item) => item.typ === EVENT && item.payload && unknown(item) && !item.before?.length)
    .map((item) => ({ event: readEvent(utf8(item.payload)), isOwn: item.actor === actor }));
  return effectsOf(events, did);
}

/** What a page says of goods: `{gtin: {form, said}}`. */
function goods() {
  const given = document.getElementById("goods");
  return given ? JSON.parse(given.textContent) : {};
}

const goodsOf = (lot) => goods()[/\/01\/(\d{14})\//.exec(lot)?.[1]];

function labelOf(lot, { left_g, left_bags }) {
  const left = left_bags ? say("left_bags", { n: whole(left_bags) }) : `${thousandths(left_g)} kg`;
  return [numberOfLot(lot), goodsOf(lot)?.said, left, say("lots.not_yet")].filter(Boolean).join(" · ");
}

/** Bring the lots that can be chosen in a form up to date, now and whenever something was signed. */
export async function freshen(form) {
  const found = await effects();
  const selects = [...form.querySelectorAll("select[data-forms]")];
  for (const template of form.querySelectorAll("template")) {
    selects.push(...template.content.querySelectorAll("select[data-forms]"));
  }
  for (const select of selects) freshenOne(select, found);
}

function freshenOne(select, found) {
  const forms = select.dataset.forms.split(" ").filter(Boolean);
  for (const [lot, effect] of found) {
    const known = [...select.options].find((option) => option.value === lot);
    const fits = !forms.length || forms.includes(goodsOf(lot)?.form);
    if (!known && !(fits && (effect.comes || effect.made_g))) continue;
    const option = known ?? select.appendChild(new Option("", lot));
    option.dataset.listed ??= known ? `${option.dataset.leftG} ${option.dataset.leftBags}` : "";
    const [left_g, left_bags] = option.dataset.listed.split(" ").map(Number);
    const now = standing(option.dataset.listed ? { left_g, left_bags } : null, effect);
    Object.assign(option.dataset, { leftG: now.left_g, leftBags: now.left_bags });
    option.textContent = labelOf(lot, now);
  }
}

/** On the first page: what this device made or took in that the ledger has not answered for. */
export async function startFresh(section) {
  const show = async () => {
    const found = [...(await effects())].filter(([, effect]) => effect.comes || effect.made_g);
    section.hidden = !found.length;
    const rows = found.map(([lot, effect]) => element("li", "chip grey", icon("offline"), element("span", "", labelOf(lot, standing(null, effect)))));
    section.querySelector("ul").replaceChildren(...rows);
  };
  queue.onChange(show);
  await show();
}

/** The button that finds a lot by its label: among the lots that are known, with or without a network. */
export function startScan(button) {
  const select = button.parentElement.querySelector("select");
  button.addEventListener("click", async () => {
    const text = await scan(say("scan.lot"), (said) => {
      const names = [...select.options].map(({ value }) => value).filter(Boolean);
      const meant = lotsMeant(said, names);
      if (meant.length === 1) return "";
      return say(meant.length ? "scan.several" : "scan.unknown", { text: said.slice(0, 60) });
    });
    if (text === null) return;
    const names = [...select.options].map(({ value }) => value).filter(Boolean);
    [select.value] = lotsMeant(text, names);
    select.dispatchEvent(new Event("input", { bubbles: true }));
  });
}
