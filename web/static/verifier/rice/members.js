/** How one thing an event says is read from EPCIS: the parts `profile.js` is made of. */

import { Refused } from "../errors.js";
import { scaled } from "./decimals.js";
import { isContainer, isSscc } from "./gs1.js";
import { isDistinct } from "./terms.js";

const CONTAINER = "urn:epc:id:bic:";
const PALLET = "https://id.gs1.org/00/";

export function refuse(what) {
  throw new Refused("malformed_event", { what });
}

/**
 * A member: the part of an event it stands in, its name there, and what fields it gives. One that
 * gives a field of any name says which, and `as` says how it is spelled, for whoever writes events.
 */
const member = (of, read, part = "", field, as) => ({ part, of, read, field, as });

export const given = (value, name) => (value === undefined ? refuse(`${name} is missing`) : value);
const only = (values, name) => (values?.length === 1 ? values[0] : refuse(`one ${name} is needed`));
const listed = (values = []) => values;
const filled = (values) => (values?.length === 0 ? refuse("an empty list") : listed(values));
const distinct = (names) => (isDistinct(names) ? names : refuse("something stands twice"));

/** A field of the event itself, of its farm diary or its master data, which has to be there. */
export const plain = (field, of, read = given, part = "") =>
  member(of, (value) => ({ [field]: read(given(value, of)) }), part, field, read);
export const diary = (field, of, read) => plain(field, `rice:${of}`, read, "rice:diary");
export const ilmd = (field, of, read) => plain(field, of, read, "ilmd");

/** A number times ten to the power of `places`: an integer within bounds. */
function whole(value, places, least, most) {
  const found = scaled(value, places);
  const fits = found !== null && found >= least && found <= most;
  return fits ? Number(found) : refuse("not a whole number within bounds");
}

const measured = (unit, places, least, most) => (measure) =>
  measure["rice:unitCode"] === unit
    ? whole(measure["rice:value"], places, least, most)
    : refuse(`not in ${unit}`);
const grams = (kilograms) => whole(kilograms, 3, 0, 1e15);
export const inGrams = measured("KGM", 3, 0, 1e15);
export const inLitres = measured("MTQ", 3, 0, 1e15);
export const inSquareMetres = measured("HAR", 4, 1, 1e11);

function mass({ epcClass, quantity, uom }) {
  return [epcClass, uom === "KGM" ? whole(quantity, 3, 1, 1e15) : refuse("a mass is needed")];
}

function count({ epcClass, quantity, uom }) {
  return [epcClass, uom ? refuse("bags have no unit") : whole(quantity, 0, 1, 1e9)];
}

function draws(quantities, each) {
  const read = quantities.map(each);
  distinct(read.map(([lot]) => lot));
  return read;
}

/** One lot of a list and how much of it; or all of a list. */
const one = (of, each, field) =>
  member(of, (values) => {
    const [lot, amount] = each(only(values, "lot"));
    return { lot, [field]: amount };
  });
const all = (field, of, each, among = listed) =>
  member(of, (values) => ({ [field]: draws(among(values), each) }));

export const LOT = one("quantityList", mass, "mass_g");
export const AMOUNT = member("quantityList", (values) => {
  const quantity = only(values, "lot");
  const [lot, amount] = (quantity.uom ? mass : count)(quantity);
  return { lot, mass_g: quantity.uom ? amount : 0, bags: quantity.uom ? 0 : amount };
});
export const LOTS = all("lots", "quantityList", mass, filled);
export const INPUTS = all("inputs", "inputQuantityList", mass);
export const OPENED = all("inputs", "inputQuantityList", count);
export const OUTPUTS = all("outputs", "outputQuantityList", mass);
export const MADE = one("outputQuantityList", mass, "mass_g");
export const FILLED = one("outputQuantityList", count, "bags");
export const STACKED = one("childQuantityList", count, "bags");
export const LOOSE = all("bags", "childQuantityList", count, filled);

function pallet(uri) {
  const isPallet = uri.startsWith(PALLET) && isSscc(uri.slice(PALLET.length));
  return isPallet ? uri : refuse("not an SSCC with its check digit");
}

/** The number of a container by its URI, or refuse it. */
export function container(uri) {
  const number = uri.slice(CONTAINER.length);
  const isBic = uri.startsWith(CONTAINER) && isContainer(number);
  return isBic ? number : refuse("not a BIC code with its check digit");
}

function unit(uri) {
  return uri.startsWith(CONTAINER) ? containerUri(container(uri)) : pallet(uri);
}

export const containerUri = (number) => CONTAINER + number;

const names = (field, of, each, need = (values) => values) =>
  member(of, (values) => ({ [field]: distinct(filled(need(values)).map(each)) }));

export const PALLET_CODE = plain("pallet", "parentID", pallet);
export const PALLETS_IN = names("pallets", "childEPCs", pallet);
export const PALLETS = names("pallets", "epcList", pallet);
export const PALLETS_SENT = names("pallets", "epcList", pallet, given);
export const UNITS = names("units", "epcList", unit, given);
export const LOADED = plain("container", "parentID", container);
export const SENT = member("epcList", (values) => ({
  container: container(only(values, "container")),
}));
/** An event about land speaks of no goods; EPCIS wants the empty list (7.4.2). */
export const NOTHING = member("epcList", (values) =>
  values?.length === 0 ? {} : refuse("no epcList, or goods in it"),
);

const reports = (report, type, uom, property) =>
  report.type === type && report.uom === uom && report["rice:property"] === property;

export const MOISTURE = member("sensorElementList", (elements) => {
  const { sensorReport, sensorMetadata } = only(elements, "rice:grainMoisture");
  const [report] = sensorReport;
  if (sensorMetadata || !reports(report, "Dimensionless", "P1", "rice:grainMoisture")) {
    refuse("the moisture of the grain is needed");
  }
  return { moisture_ppt: whole(report.value, 1, 0, 400) };
});
export const LEVEL = member("sensorElementList", (elements) => {
  const { sensorReport, sensorMetadata } = only(elements, "rice:waterLevel");
  const { deviceID, "rice:readBy": source } = given(sensorMetadata, "sensorMetadata");
  const [report] = sensorReport;
  if (!reports(report, "Length", "CMT", "rice:waterLevel")) refuse("a water level is needed");
  return { tube: deviceID, level_mm: whole(report.value, 1, -5000, 5000), source };
});

const party = (field, of, name) =>
  member(of, (values) => {
    const { type, [name]: did } = only(values, name);
    return type === "possessing_party" ? { [field]: did } : refuse("not a possessing_party");
  });
const perhaps = (field, { of, read }) =>
  member(of, (value) => (value === undefined ? { [field]: "" } : read(value)));

export const CONSIGNED = party("consigned_to", "destinationList", "destination");
export const PERHAPS_CONSIGNED = perhaps("consigned_to", CONSIGNED);
export const FROM = party("handed_over_by", "sourceList", "source");

export const paper = (field, kind) => {
  const read = (papers) => {
    const { type, bizTransaction } = only(papers, kind);
    return type === kind ? { [field]: bizTransaction } : refuse(`not of type ${kind}`);
  };
  return member("bizTransactionList", read, "", field, kind);
};
export const PAPERS = member("bizTransactionList", (papers) => ({
  papers: filled(papers).map(({ type, bizTransaction }) => [type, bizTransaction]),
}));
export const CONTRACT = perhaps("contract", paper("contract", "po"));
export const GRANT = perhaps(
  "grant",
  member("certificationInfo", (uris) => ({ grant: only(uris, "certificationInfo") })),
);
export const LOSS = plain("loss_g", "rice:processLoss", (loss) => grams(loss["rice:quantity"]));
