/**
 * A form filled again from a statement that was refused: nobody types twice what only had a slip in
 * it. The other direction of `fields.js`, for each way of asking.
 */

import { unquote } from "../verifier/rice/terms.js";
import { SCALES } from "./fields.js";
import { isVietnamese } from "./say.js";

const VIET_NAM_MS = 7 * 3_600_000;

/** Fill a form with the record of an event; `addRow` makes a new row of a field that has rows. */
export function refill(form, event, addRow) {
  for (const field of form.querySelectorAll("[data-field]")) {
    const value = event[field.dataset.field];
    if (value === undefined || value === "") continue;
    const { asked } = field.dataset;
    if (asked in SCALES) put(field, amountText(value, SCALES[asked]));
    else (FILLERS[asked] ?? put)(field, value, addRow);
  }
}

/** Units of the record as a person would type them. */
export function amountText(units, scale) {
  const places = String(scale).length - 1;
  const digits = String(Math.abs(units)).padStart(places + 1, "0");
  const whole = digits.slice(0, digits.length - places);
  const part = places ? digits.slice(-places).replace(/0+$/, "") : "";
  return (units < 0 ? "-" : "") + whole + (part && (isVietnamese() ? "," : ".") + part);
}

function put(field, value) {
  const input = field.querySelector("[name=value]");
  input.value = value;
  // What the page no longer offers is shown all the same: the ledger will say what is wrong with it.
  if (input.value !== String(value) && input.tagName === "SELECT") choose(input, value);
}

function choose(select, value) {
  if (![...select.options].some((option) => option.value === value)) {
    select.append(new Option(unquote(value.slice(value.lastIndexOf("/") + 1)), value));
  }
  select.value = value;
}

function putLot(holder, name) {
  const [, gtin, code] = /\/01\/(\d{14})\/10\/(.+)$/.exec(name) ?? [];
  if (!gtin) return;
  choose(holder.querySelector("[name=product]"), gtin);
  holder.querySelector("[name=code]").value = unquote(code);
}

const afterLast = (name, sign) => name.slice(name.lastIndexOf(sign) + 1);

const FILLERS = {
  named: (field, value) => put(field, unquote(afterLast(value, ":"))),
  moment: (field, value) => put(field, new Date(Date.parse(value) + VIET_NAM_MS).toISOString().slice(0, 16)),
  sscc: (field, value) => put(field, afterLast(value, "/")),
  ssccs: (field, values) => put(field, values.map((each) => each.split(/[/:]/).at(-1)).join("\n")),
  new_lot(field, name) {
    const into = field.querySelector("[name=into]");
    if ([...(into?.options ?? [])].some(({ value }) => value === name)) into.value = name;
    putLot(field, name);
  },
  yes_no(field, value) {
    field.querySelector(`input[value="${value}"]`).checked = true;
  },
  draws(field, draws, addRow) {
    const scale = "inBags" in field.dataset ? SCALES.bags : SCALES.kg;
    fillRows(field, draws, addRow, (row, [lot, amount]) => {
      choose(row.querySelector("[name=lot]"), lot);
      row.querySelector("[name=amount]").value = amountText(amount, scale);
    });
  },
  made(field, outputs, addRow) {
    fillRows(field, outputs, addRow, (row, [lot, amount]) => {
      putLot(row, lot);
      row.querySelector("[name=amount]").value = amountText(amount, SCALES.kg);
    });
  },
  papers(field, papers, addRow) {
    fillRows(field, papers, addRow, (row, [type, name]) => {
      row.querySelector("[name=type]").value = type;
      row.querySelector("[name=number]").value = unquote(afterLast(name, ":"));
    });
  },
  file(field, digest) {
    // The file itself is not kept here; its digest is what was signed.
    field.dataset.digest = digest;
  },
};

function fillRows(field, values, addRow, fill) {
  field.querySelector("[data-rows]").replaceChildren();
  for (const value of values) fill(addRow(field), value);
}
