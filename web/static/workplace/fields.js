/**
 * What a person typed, as the members of a record: each way of asking (`data-asked`, see
 * web/workplace/steps.py) has one reader. A reader returns the member, `undefined` for what was left
 * empty, or throws a `Wrong` that says what would be accepted.
 */

import { encodeBase64, utf8 } from "../verifier/log/encoding.js";
import { sha256 } from "../verifier/log/sha256.js";
import { readAmount } from "./numbers.js";
import { isVietnamese, say } from "./say.js";

const GS1 = "https://id.gs1.org";
const FILE_MAX = 50_000_000;
/** How many units of the record make one of what is asked for. */
const SCALES = { kg: 1000, percent: 10, hectares: 10_000, litres: 1, cm: 10, bags: 1, number: 1 };

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
  return first ? null : members;
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
  if (asked in SCALES) return amountOf(field.querySelector("input").value, asked);
  return READERS[asked](field);
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

const READERS = {
  actor: valueOf,
  area: valueOf,
  season: valueOf,
  choice: valueOf,
  grant: valueOf,
  lot: valueOf,
  day: valueOf,
  text: valueOf,
  named(field) {
    const number = valueOf(field);
    return number && field.dataset.prefix + quoted(number);
  },
  moment(field) {
    const value = valueOf(field);
    return value && `${value.padEnd(19, ":00")}+07:00`;
  },
  country(field) {
    const code = valueOf(field)?.toUpperCase();
    if (code && !/^[A-Z]{2}$/.test(code)) throw new Wrong(say("country"));
    return code;
  },
  bic(field) {
    return valueOf(field)?.toUpperCase().replace(/[\s-]/g, "");
  },
  sscc: (field) => valueOf(field) && palletOf(valueOf(field)),
  ssccs(field) {
    const names = (valueOf(field) ?? "").split(/[\s,;]+/).filter(Boolean);
    return names.map(unitOf);
  },
  yes_no: (field) => field.querySelector("input:checked").value === "true",
  new_lot(field) {
    const code = field.querySelector("[name=code]").value.trim();
    return code ? lotOf(field.querySelector("[name=product]").value, code) : undefined;
  },
  draws(field) {
    const asked = "inBags" in field.dataset ? "bags" : "kg";
    return rowsOf(field, (row) => {
      const lot = row.querySelector("[name=lot]").value;
      const amount = amountOf(row.querySelector("[name=amount]").value, asked);
      if (!lot && amount === undefined) return null;
      if (!lot || amount === undefined) throw new Wrong(say("row"));
      return [lot, amount];
    });
  },
  made(field) {
    return rowsOf(field, (row) => {
      const code = row.querySelector("[name=code]").value.trim();
      const amount = amountOf(row.querySelector("[name=amount]").value, "kg");
      if (!code && amount === undefined) return null;
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
    if (!file) return undefined;
    if (file.size > FILE_MAX) throw new Wrong(say("file_large"));
    // Only its digest is ever told to anybody.
    return encodeBase64(sha256(new Uint8Array(await file.arrayBuffer())));
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
  return `${GS1}/01/${gtin}/10/${quoted(code).replaceAll("~", "%7E")}`;
}

function quoted(text) {
  const escape = (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`;
  return encodeURIComponent(text).replace(/[!'()*]/g, escape);
}

function palletOf(text) {
  const digits = text.replace(/^\(00\)/, "").replace(/\D/g, "").replace(/^00(?=\d{18}$)/, "");
  if (digits.length !== 18) throw new Wrong(say("sscc"));
  return `${GS1}/00/${digits}`;
}

/** The name of a pallet or a container. */
function unitOf(text) {
  return /^[A-Za-z]{4}\d{7}$/.test(text) ? `urn:epc:id:bic:${text.toUpperCase()}` : palletOf(text);
}
