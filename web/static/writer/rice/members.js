/** How one thing an event says is spelled in EPCIS: the other half of the verifier's `members.js`. */

import { Decimal } from "../../verifier/log/json.js";
import * as m from "../../verifier/rice/members.js";

/** A kind of field: what it has to be, and what stands for it where it may be left out. */
const field = (is, absent) => ({ is, absent });
const isText = (value) => typeof value === "string";
const isWhole = (value) => Number.isSafeInteger(value) && !Object.is(value, -0);
const isPairOf = (second) => (value) =>
  Array.isArray(value) && value.length === 2 && isText(value[0]) && second(value[1]);
const listOf = (is) => (value) => Array.isArray(value) && value.every(is);

export const text = field(isText);
export const textOrNone = field(isText, "");
export const flag = field((value) => typeof value === "boolean");
const whole = field(isWhole);
const wholeOrNone = field(isWhole, 0);
const draws = field(listOf(isPairOf(isWhole)));
const texts = field(listOf(isText));
const pairs = field(listOf(isPairOf(isText)));

/** A whole number by ten to the power of `places`, in its one spelling. */
function shifted(value, places) {
  const digits = String(Math.abs(value)).padStart(places + 1, "0");
  const fraction = digits.slice(-places).replace(/0+$/, "");
  const sign = value < 0 ? "-" : "";
  const spelled = `${sign}${digits.slice(0, -places)}`;
  return fraction ? new Decimal(`${spelled}.${fraction}`) : Number(spelled);
}

const kilograms = (mass_g) => shifted(mass_g, 3);
const massOf = ([epcClass, mass_g]) => ({ epcClass, quantity: kilograms(mass_g), uom: "KGM" });
const countOf = ([epcClass, quantity]) => ({ epcClass, quantity });
const measure = (unit, places) => (value) => ({
  "rice:unitCode": unit,
  "rice:value": shifted(value, places),
});
const papersOf = (listed) => listed.map(([type, bizTransaction]) => ({ type, bizTransaction }));
const possessing = (name) => (did) => [{ type: "possessing_party", [name]: did }];

const report = (type, uom, property, value) => [
  { type, uom, "rice:property": property, value: shifted(value, 1) },
];

/** A member that is given some fields and writes them; nothing, where it returns nothing. */
const member = (fields, write) => ({ fields, write });
const one = (name, quantity) =>
  member({ lot: text, [name]: whole }, ({ lot, [name]: amount }) => [quantity([lot, amount])]);
const all = (name, quantity) => member({ [name]: draws }, ({ [name]: each }) => each.map(quantity));
/** A text or list that is left out where it is empty. */
const perhaps = ({ fields, write }) => {
  const [name] = Object.keys(fields);
  return member(fields, (event) => (event[name].length ? write(event) : undefined));
};
const said = (name, kind, write = (value) => value) =>
  member({ [name]: kind }, ({ [name]: value }) => write(value));

const WRITTEN = new Map([
  [m.LOT, one("mass_g", massOf)],
  [
    m.AMOUNT,
    member({ lot: text, mass_g: wholeOrNone, bags: wholeOrNone }, ({ lot, mass_g, bags }) =>
      // Both are more than there is room for, and the reader says so of what is read.
      mass_g ? [massOf([lot, mass_g])] : [countOf([lot, bags])],
    ),
  ],
  [m.LOTS, perhaps(all("lots", massOf))],
  [m.INPUTS, all("inputs", massOf)],
  [m.OPENED, all("inputs", countOf)],
  [m.OUTPUTS, all("outputs", massOf)],
  [m.MADE, one("mass_g", massOf)],
  [m.FILLED, one("bags", countOf)],
  [m.STACKED, one("bags", countOf)],
  [m.LOOSE, perhaps(all("bags", countOf))],
  [m.PALLET_CODE, said("pallet", text)],
  [m.PALLETS_IN, perhaps(said("pallets", texts))],
  [m.PALLETS, perhaps(said("pallets", texts))],
  [m.PALLETS_SENT, said("pallets", texts)],
  [m.UNITS, said("units", texts)],
  [m.LOADED, said("container", text, m.containerUri)],
  [m.SENT, said("container", text, (number) => [m.containerUri(number)])],
  [m.NOTHING, member({}, () => [])],
  [
    m.MOISTURE,
    said("moisture_ppt", whole, (ppt) => [
      { sensorReport: report("Dimensionless", "P1", "rice:grainMoisture", ppt) },
    ]),
  ],
  [
    m.LEVEL,
    member({ tube: text, level_mm: whole, source: text }, ({ tube, level_mm, source }) => [
      {
        sensorMetadata: { deviceID: tube, "rice:readBy": source },
        sensorReport: report("Length", "CMT", "rice:waterLevel", level_mm),
      },
    ]),
  ],
  [m.CONSIGNED, said("consigned_to", text, possessing("destination"))],
  [m.PERHAPS_CONSIGNED, perhaps(said("consigned_to", textOrNone, possessing("destination")))],
  [m.FROM, said("handed_over_by", text, possessing("source"))],
  [m.PAPERS, perhaps(said("papers", pairs, papersOf))],
  [m.CONTRACT, perhaps(said("contract", textOrNone, (uri) => papersOf([["po", uri]])))],
  [m.GRANT, perhaps(said("grant", textOrNone, (uri) => [uri]))],
  [
    m.LOSS,
    said("loss_g", whole, (loss_g) => ({
      "rice:quantity": kilograms(loss_g),
      "rice:uom": "KGM",
    })),
  ],
]);

const MEASURED = new Map([
  [m.inGrams, measure("KGM", 3)],
  [m.inSquareMetres, measure("HAR", 4)],
  [m.inLitres, measure("MTQ", 3)],
]);
const KINDS = { by_machine: flag, wait_days: whole, bags: whole };

/** The fields a member of an event is given, and how it writes them. */
export function written(spelled) {
  const found = WRITTEN.get(spelled);
  if (found) return found;
  const { field: name, as } = spelled;
  if (MEASURED.has(as)) return said(name, whole, MEASURED.get(as));
  if (typeof as === "string") return said(name, text, (uri) => papersOf([[as, uri]]));
  return said(name, KINDS[name] ?? text);
}
