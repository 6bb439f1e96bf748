/**
 * The running balance of a form: what goes in, what comes out, what is not accounted for, and what
 * the limits in force will say of it. It helps whoever types; the ledger's rules decide.
 */

import { drawsOf } from "./defaults.js";
import { amountOf } from "./fields.js";
import { element, icon, isVietnamese, say, thousandths, whole } from "./say.js";

const WHITE = new Set(["head_rice", "broken"]);

/** Show the sums of a form as they stand; nothing where there is nothing to add up. */
export function showBalance(form) {
  const place = form.querySelector("[data-sums]");
  const { rows, cautions } = form.dataset.kind === "loading" ? loadOf(form) : sumsOf(form);
  place.hidden = !rows.length && !cautions.length;
  if (place.hidden) return;
  const list = element("dl", "facts");
  for (const [key, told] of rows) {
    list.append(element("div", "", element("dt", "", say(key)), element("dd", "amount", told)));
  }
  const said = cautions.map(([tone, text]) => element("p", `chip ${tone}`, icon("warning"), element("span", "", text)));
  place.className = "sums chip grey";
  place.replaceChildren(element("div", "", rows.length && list, ...said));
}

function sumsOf(form) {
  const rows = [];
  const cautions = [...ofLots(form)];
  const drawn = takenOf(form);
  const out = outOf(form);
  if (drawn === null || out === null || !(drawn || out)) return { rows, cautions: [...cautions, ...ofReceipt(form)] };
  const loss = massOf(form, "loss_g") ?? 0;
  const made = out + loss;
  const dry = form.dataset.kind === "milling" ? dryOf(form, drawn) : drawn;
  const open = dry - made;
  rows.push(["sum.in", kg(drawn)]);
  if (dry !== drawn) rows.push(["sum.paddy14", kg(dry)]);
  rows.push(["sum.out", kg(out)]);
  if (loss) rows.push(["sum.loss", kg(loss)]);
  rows.push([open < 0 ? "sum.too_much" : "sum.open", kg(Math.abs(open))]);
  if (form.dataset.kind === "milling") {
    cautions.push(...ofRecovery(form, dry, rows));
  } else if (drawn > 0) {
    rows.push(["sum.share", percent(Math.round((out * 1000) / drawn))]);
  }
  const tolerance = Number(form.dataset.tolerancePpt ?? 0);
  const isExact = ["packing", "repacking", "dividing"].includes(form.dataset.kind);
  if (drawn && form.dataset.kind !== "drying" && made > dry + (isExact ? 0 : Math.floor((dry * tolerance) / 1000))) {
    cautions.push(["red", say("sum.gained", { tolerance: isExact ? "0" : tenths(tolerance) })]);
  }
  return { rows, cautions: [...cautions, ...ofGrant(form, out)] };
}

/**
 * Lots that give more than they have, or may not be used at all. Of a lot that is put right nothing
 * is said: what the old slip took of it is free again.
 */
function* ofLots(form) {
  const isCorrection = "corrects" in form.dataset;
  for (const { row, option, input } of drawsOf(form)) {
    const inBags = "inBags" in row.closest(".field").dataset || option.dataset.form === "packed";
    const name = option.text.split(" · ")[0];
    const wanted = typed(input.value, inBags ? "bags" : "kg");
    const left = Number(inBags ? option.dataset.leftBags : option.dataset.leftG);
    const told = inBags ? say("left_bags", { n: whole(left) }) : kg(left);
    if (wanted > left && !isCorrection) yield ["red", say("sum.over_lot", { name, left: told })];
    if ("stopped" in option.dataset) yield ["red", say("sum.stopped", { name })];
  }
}

/** A weighing that differs from the sender's. */
function* ofReceipt(form) {
  if (form.dataset.kind !== "receiving" || "corrects" in form.dataset) return;
  const lot = form.querySelector('[data-field="lot"] select').selectedOptions[0];
  const mass = massOf(form, "mass_g");
  if (lot?.value && mass && mass !== Number(lot.dataset.leftG)) {
    yield ["amber", say("sum.differs", { sent: thousandths(Number(lot.dataset.leftG)) })];
  }
}

/** White rice of paddy at 14 %, against what mills usually get. */
function* ofRecovery(form, dry, rows) {
  const white = [...form.querySelectorAll('[data-asked="made"] .row')]
    .filter((row) => WHITE.has(row.querySelector("[name=product]").selectedOptions[0]?.dataset.form))
    .reduce((sum, row) => sum + typed(row.querySelector("[name=amount]").value, "kg"), 0);
  if (!dry || !white) return;
  const { whiteLowPpt: low, whiteWarnPpt: high, whiteRejectPpt: most } = form.dataset;
  const usual = say("sum.usual", { low: tenths(Number(low)), high: tenths(Number(high)) });
  rows.push(["sum.white", `${percent(Math.round((white * 1000) / dry))} · ${usual}`]);
  if (white * 1000 > dry * Number(most)) yield ["red", say("sum.reject", { most: tenths(Number(most)) })];
  else if (white * 1000 > dry * Number(high)) yield ["amber", say("sum.high", { high: tenths(Number(high)) })];
  else if (white * 1000 < dry * Number(low)) yield ["amber", say("sum.low", { low: tenths(Number(low)) })];
}

/** What a mark would draw of its grant. */
function* ofGrant(form, used) {
  const grant = form.querySelector('[data-field="grant"] select');
  const place = form.querySelector("[data-grant-told]");
  if (!grant?.value || !used) return;
  const left = Number(grant.selectedOptions[0].dataset.leftG);
  place.textContent = say("grant.left", { left: thousandths(left), used: thousandths(used) });
  if (form.dataset.kind === "packing" && used > left) yield ["red", say("grant.over", { left: thousandths(left) })];
}

/** What stands in a container once it is loaded, against what it may hold. */
function loadOf(form) {
  const named = new Set(form.querySelector('[data-field="pallets"] textarea').value.split(/[\s,;]+/));
  let load = 0;
  const picked = [...form.querySelectorAll("[data-pick]")].filter(({ dataset }) => named.has(dataset.pick));
  for (const { dataset } of picked) load += Number(dataset.massG);
  for (const { option, input } of drawsOf(form)) load += typed(input.value, "bags") * Number(option.dataset.bagG);
  const { containerWarnG: warn, containerRejectG: most } = form.dataset;
  const cautions = [...ofLots(form)];
  for (const { dataset } of picked) {
    if ("stopped" in dataset) cautions.push(["red", say("sum.stopped_unit", { name: dataset.pick })]);
  }
  if (load > Number(most)) cautions.push(["red", say("sum.overloaded", { most: thousandths(Number(most)) })]);
  else if (load > Number(warn)) cautions.push(["amber", say("sum.heavy", { warn: thousandths(Number(warn)) })]);
  return { rows: load ? [["sum.load", kg(load)]] : [], cautions };
}

/** Paddy that was drawn, at 14 %: by the miller's moisture or the dryer's, whichever is less. */
function dryOf(form, drawn) {
  const moisture = typed(form.querySelector('[data-field="moisture_ppt"] input').value, "percent");
  const counted = drawsOf(form).reduce((sum, { option, input }) => {
    const { leftG, countedG } = option.dataset;
    return sum + (Number(leftG) ? Math.floor((Number(countedG) * typed(input.value, "kg")) / Number(leftG)) : 0);
  }, 0);
  const stated = moisture ? Math.floor((drawn * (1000 - moisture)) / 860) : drawn;
  return Math.min(stated, counted || stated);
}

/** Grams that are drawn, bags counted by their goods; null where the form draws on nothing. */
function takenOf(form) {
  const field = form.querySelector('[data-field="inputs"]');
  if (!field) return null;
  return drawsOf(form).reduce((sum, { option, input }) => {
    const isPacked = "inBags" in field.dataset || option.dataset.form === "packed";
    return sum + (isPacked ? typed(input.value, "bags") * Number(option.dataset.bagG) : typed(input.value, "kg"));
  }, 0);
}

/** Grams of a field that may be there, whatever of it can be read; null where there is none. */
function massOf(form, name) {
  const field = form.querySelector(`[data-field="${name}"]`);
  if (!field) return null;
  let sum = 0;
  for (const input of field.querySelectorAll("[name=amount], .measured [name=value]")) {
    sum += typed(input.value, "kg");
  }
  return sum;
}

function outOf(form) {
  const bags = form.querySelector('[data-field="bags"] .measured [name=value]');
  const bag = form.querySelector('[data-field="bag_g"] [name=value]');
  if (bags && bag) return typed(bags.value, "bags") * typed(bag.value, "kg");
  return massOf(form, "outputs") ?? massOf(form, "mass_g");
}

function typed(text, asked) {
  try {
    return amountOf(text, asked) ?? 0;
  } catch {
    return 0;
  }
}

const kg = (mass) => `${thousandths(mass)} kg`;
const percent = (ppt) => `${tenths(ppt)}${isVietnamese() ? " " : ""}%`;
const tenths = (ppt) => thousandths(ppt * 100);
