/**
 * The running balance of a form: what goes in, what comes out, what is not accounted for. It helps
 * whoever types; the ledger's rules decide.
 */

import { amountOf } from "./fields.js";
import { element, say, thousandths } from "./say.js";

/** Show the sums of a form as they stand; nothing where it has no two sides. */
export function showBalance(form) {
  const place = form.querySelector("[data-sums]");
  const into = massOf(form, "inputs");
  const out = outOf(form);
  place.hidden = into === null || out === null || !(into || out);
  if (place.hidden) return;
  const loss = massOf(form, "loss_g") ?? 0;
  const open = into - out - loss;
  const rows = [["sum.in", into], ["sum.out", out]];
  if (loss) rows.push(["sum.loss", loss]);
  rows.push([open < 0 ? "sum.too_much" : "sum.open", Math.abs(open)]);
  const list = element("dl", "facts");
  for (const [key, mass] of rows) {
    list.append(element("div", "", element("dt", "", say(key)), element("dd", "amount", `${thousandths(mass)} kg`)));
  }
  if (into > 0) {
    const share = Math.round((out * 1000) / into);
    list.append(element("div", "", element("dt", "", say("sum.share")), element("dd", "amount", `${thousandths(share * 100)} %`)));
  }
  place.className = open < 0 ? "sums chip red" : "sums chip grey";
  place.replaceChildren(list);
}

/** Grams of a field that may be there, whatever of it can be read; null where there is none. */
function massOf(form, name) {
  const field = form.querySelector(`[data-field="${name}"]`);
  if (!field || "inBags" in field.dataset) return null;
  let sum = 0;
  for (const input of field.querySelectorAll("[name=amount], .measured [name=value]")) {
    sum += typed(input.value, "kg");
  }
  return sum;
}

function outOf(form) {
  const bags = form.querySelector('[data-field="bags"] [name=value]');
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
