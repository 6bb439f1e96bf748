/**
 * What a person typed, as the members of a record: each way of asking (`data-asked`, see
 * web/workplace/steps.py) has one reader. A reader returns the member, `undefined` for what was left
 * empty, or throws a `Wrong` that says what would be accepted.
 */

import { encodeBase64 } from "../verifier/log/encoding.js";
import { isContainer, isSscc } from "../verifier/rice/gs1.js";
import { quote } from "../verifier/rice/terms.js";
import { AHEAD_MS, now } from "./clock.js";
import { readAmount } from "./numbers.js";
import { isVietnamese, moment, say } from "./say.js";

const GS1 = "https://id.gs1.org";
const FILE_MAX = 50_000_000;
/** How many units of the record make one of what is asked for. */
export const SCALES = { kg: 1000, percent: 10, hectares: 10_000, litres: 1, cm: 10, bags: 1, number: 1 };

/** The least and the most that the record takes, in its units. */
const BOUNDS = {
  ...{ kg: [0, 1e15], percent: [0, 1000], hectares: [10, 1e11], litres: [0, 1e15] },
  ...{ cm: [-5000, 5000], bags: [1, 33_554_432], number: [0, 400] },
};
/** What of one member is less than of others asked for in the same way. */
const OWN_BOUNDS = { moisture_ppt: [0, 400], mass_g: [1, 1e15], bag_g: [1, 1e15] };
const TEXT_MAX = 80;
const NAME_MAX = 200;
const DAY = /^(?:19|20)\d\d-\d\d-\d\d$/;

/** Something typed that is not what was asked for. */
export class Wrong extends Error {}

/** The members of all fields of a form; marks what is wrong, and is then null. */
export async function readForm(form) {
  const members = {};
  let first = null;
  for (const field of form.querySelectorAll("[data-field]")) {
    try {
      mark(field, "");
      const value = await read(field);
      if (value === undefined && "needed" in field.dataset) throw new Wrong(say("needed"));
      if (value !== undefined) members[field.dataset.field] = value;
    } catch (error) {
      if (!(error instanceof Wrong)) throw error;
      mark(field, error.message);
      first ??= field;
    }
  }
  first?.querySelector("input, select, textarea, button")?.focus();
  if (first) return null;
  // A silo takes in what is put into it, to the gram: nobody is asked to add that up.
  if (form.dataset?.kind === "storing") members.mass_g = members.inputs.reduce((sum, [, mass]) => sum + mass, 0);
  return members;
}

/** Say at a field what is wrong with it, or that nothing is. */
export function mark(field, text) {
  const told = field.querySelector("[data-wrong]");
  told.textContent = text;
  told.hidden = !text;
  for (const input of field.querySelectorAll("input, select, textarea")) {
    if (text) input.setAttribute("aria-invalid", "true");
    else input.removeAttribute("aria-invalid");
  }
}

function read(field) {
  const { asked } = field.dataset;
  if (asked in SCALES) return within(amountOf(field.querySelector("input").value, asked), asked, field.dataset.field);
  return READERS[asked](field);
}

function within(amount, asked, name) {
  if (amount === undefined) return undefined;
  // The record writes numbers with three decimals, and hectares are a fourth finer than that.
  if (asked === "hectares" && amount % 10) throw new Wrong(say("number.hectares"));
  const [least, most] = OWN_BOUNDS[name] ?? BOUNDS[asked];
  if (amount >= least && amount <= most) return amount;
  const form = new Intl.NumberFormat(isVietnamese() ? "vi" : "en", { maximumFractionDigits: 4 });
  throw new Wrong(say("number.between", { least: form.format(least / SCALES[asked]), most: form.format(most / SCALES[asked]) }));
}

/** An amount of one row: more than nothing. */
function drawn(text, asked) {
  const amount = amountOf(text, asked);
  if (amount === 0) throw new Wrong(say("number.none"));
  return within(amount, asked);
}

/** An amount in units of the record. */
export function amountOf(text, asked) {
  if (!text.trim()) return undefined;
  const amount = readAmount(text, SCALES[asked], isVietnamese());
  if (amount === null) throw new Wrong(say(`number.${asked}`));
  if (amount < 0 && asked !== "cm") throw new Wrong(say("negative"));
  return amount;
}

const valueOf = (field) => field.querySelector("[name=value]").value.trim().normalize("NFC") || undefined;

/** A text that shows all it says: nothing hidden, half, or of many lines. */
function textOf(field) {
  const text = valueOf(field);
  if (text && ([...text].length > TEXT_MAX || /[\p{C}\p{Zl}\p{Zp}]/u.test(text))) throw new Wrong(say("text.plain", { n: TEXT_MAX }));
  return text;
}

/** A number on a paper as it stands in a name. */
function quoted(text) {
  if (/[\p{C}\p{Zl}\p{Zp}]/u.test(text)) throw new Wrong(say("text.plain", { n: TEXT_MAX }));
  const name = quote(text);
  // As the record writes it, where a letter with marks takes nine signs.
  if (name.length > NAME_MAX) throw new Wrong(say("text.short"));
  return name;
}

const READERS = {
  actor: valueOf,
  area: valueOf,
  season: valueOf,
  choice: valueOf,
  grant: valueOf,
  lot: valueOf,
  text: textOf,
  day(field) {
    const day = valueOf(field);
    if (day && !(DAY.test(day) && isDay(day))) throw new Wrong(say("day"));
    return day;
  },
  named(field) {
    const number = textOf(field);
    return number && field.dataset.prefix + quoted(number);
  },
  moment(field) {
    const value = valueOf(field);
    if (!value) return undefined;
    if (!DAY.test(value.slice(0, 10)) || !/^T\d\d:\d\d(:\d\d(\.\d+)?)?$/.test(value.slice(10))) throw new Wrong(say("day"));
    const at = `${value.slice(0, 19).padEnd(19, ":00")}+07:00`;
    if (Number.isNaN(Date.parse(at)) || !isDay(value.slice(0, 10))) throw new Wrong(say("day"));
    if (Date.parse(at) > now() + AHEAD_MS) throw new Wrong(say("moment.ahead", { now: moment(now()) }));
    return at;
  },
  country(field) {
    const code = valueOf(field)?.toUpperCase();
    if (code && !/^[A-Z]{2}$/.test(code)) throw new Wrong(say("country"));
    return code;
  },
  bic(field) {
    const number = valueOf(field)?.toUpperCase().replace(/[\s-]/g, "");
    if (number !== undefined && !isContainer(number)) throw new Wrong(say("bic"));
    return number;
  },
  sscc: (field) => valueOf(field) && palletOf(valueOf(field)),
  ssccs(field) {
    const names = (valueOf(field) ?? "").split(/[\s,;]+/).filter(Boolean);
    const units = names.map(field.dataset.field === "units" ? unitOf : palletOf);
    if (new Set(units).size !== units.length) throw new Wrong(say("twice_unit"));
    return units.length ? units : undefined;
  },
  yes_no: (field) => field.querySelector("input:checked").value === "true",
  new_lot(field) {
    const into = field.querySelector("[name=into]")?.value;
    if (into) return into;
    const code = field.querySelector("[name=code]").value.trim();
    return code ? lotOf(field.querySelector("[name=product]").value, code) : undefined;
  },
  draws(field) {
    const asked = "inBags" in field.dataset ? "bags" : "kg";
    return rowsOf(field, (row) => {
      const lot = row.querySelector("[name=lot]").value;
      const amount = drawn(row.querySelector("[name=amount]").value, asked);
      if (!lot && amount === undefined) return null;
      if (!lot || amount === undefined) throw new Wrong(say("row"));
      return [lot, amount];
    });
  },
  made(field) {
    return rowsOf(field, (row) => {
      const code = row.querySelector("[name=code]").value.trim();
      const amount = drawn(row.querySelector("[name=amount]").value, "kg");
      // A row that lay ready, and was left alone, says nothing.
      if ((!code || row.dataset?.ready !== undefined) && amount === undefined) return null;
      if (!code || amount === undefined) throw new Wrong(say("row"));
      return [lotOf(row.querySelector("[name=product]").value, code), amount];
    });
  },
  papers(field) {
    return rowsOf(field, (row) => {
      const number = row.querySelector("[name=number]").value.trim().normalize("NFC");
      return number ? [row.querySelector("[name=type]").value, `urn:rice:paper:${quoted(number)}`] : null;
    });
  },
  async file(field) {
    const [file] = field.querySelector("input").files;
    // A form that was filled again has the digest, and not the file.
    if (!file) return field.dataset.digest;
    if (file.size > FILE_MAX) throw new Wrong(say("file_large"));
    const content = await file.arrayBuffer().catch(() => {
      throw new Wrong(say("file_gone"));
    });
    // Only its digest is ever told to anybody.
    return encodeBase64(new Uint8Array(await crypto.subtle.digest("SHA-256", content)));
  },
};

/** What the filled rows of a field say; nothing where none is filled. */
function rowsOf(field, readRow) {
  const rows = [...field.querySelectorAll(".row")].map(readRow).filter(Boolean);
  if (new Set(rows.map(([name]) => name)).size !== rows.length) throw new Wrong(say("twice"));
  return rows.length || !("needed" in field.dataset) ? rows : undefined;
}

/** The name of a lot of some goods. */
export function lotOf(gtin, code) {
  if (!/^[\x21-\x7e]{1,20}$/.test(code) || /["#$\\^`{|}~@[\]]/.test(code)) throw new Wrong(say("lot_code"));
  return `${GS1}/01/${gtin}/10/${quote(code)}`;
}

function palletOf(text) {
  const digits = text.replace(/^\(00\)/, "").replace(/\D/g, "").replace(/^00(?=\d{18}$)/, "");
  if (!isSscc(digits)) throw new Wrong(say("sscc"));
  return `${GS1}/00/${digits}`;
}

/** The name of a pallet or a container. */
function unitOf(text) {
  if (!/^[A-Za-z]{4}\d{7}$/.test(text)) return palletOf(text);
  if (!isContainer(text.toUpperCase())) throw new Wrong(say("bic"));
  return `urn:epc:id:bic:${text.toUpperCase()}`;
}

/** Whether the calendar has this day. */
function isDay(iso) {
  const moment = Date.parse(`${iso}T00:00:00Z`);
  return !Number.isNaN(moment) && new Date(moment).toISOString().startsWith(iso);
}
