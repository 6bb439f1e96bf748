/** Our profile of EPCIS 2.0.1: which members each event has, and what they must say. */

import { checkCanonical } from "../log/json.js";
import * as m from "./members.js";
import { reader, tagged } from "./shape_check.js";
import { isDistinct } from "./terms.js";

export const CONTEXT = JSON.stringify([
  "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",
  { rice: "https://ns.rice.example/rice/v1/" },
]);
const BY_TYPE = tagged("type");
const shaped = reader("malformed_event");

const { diary, ilmd, inGrams, plain } = m;
const DIARY = [diary("area", "plantingAreaCode"), diary("season", "season"), m.NOTHING];
const WORKED = diary("worked_m2", "workedArea", m.inSquareMetres);
const BY_MACHINE = diary("by_machine", "byMachine");
const PRODUCT = diary("product", "inputName");
const VARIETY = diary("variety", "variety");
const CUSTODY = plain("custody", "rice:custodyModel");
const REPORT = plain("report", "rice:report");
const REASON = plain("reason", "rice:reason");
const SAMPLE = m.paper("sample", "testres");
const TICKET = m.paper("ticket", "recadv");
const HARVEST = [
  m.LOT,
  m.MOISTURE,
  ilmd("area", "rice:plantingAreaCode"),
  ilmd("season", "rice:season"),
  ilmd("variety", "rice:variety"),
  ilmd("harvested_on", "rice:harvestEndDate"),
  m.PERHAPS_CONSIGNED,
  m.CONTRACT,
];
const BAGS = [
  m.FILLED,
  ilmd("bag_g", "rice:netWeight", inGrams),
  ilmd("packed_on", "rice:packDate"),
  ilmd("best_before_on", "cbvmda:bestBeforeDate"),
  CUSTODY,
  m.GRANT,
];

/** How one event is spelled: its type and fixed words, then its members. */
const spelling = (record, type, action, step, disposition, members) => ({
  record,
  cte: record.replace(/(?<=.)[A-Z]/g, "_$&").toLowerCase(),
  said: {},
  type,
  words: [step, disposition, action],
  members,
});
const work = (record, step, ...members) => ({
  ...spelling(record, "ObjectEvent", "OBSERVE", step, "in_progress", [...DIARY, ...members]),
  isWork: true,
});
const seen = (record, action, step, disposition, ...members) =>
  spelling(record, "ObjectEvent", action, step, disposition, members);
const made = (record, step, disposition, ...members) =>
  spelling(record, "TransformationEvent", undefined, step, disposition, members);
const joined = (record, action, step, disposition, ...members) =>
  spelling(record, "AggregationEvent", action, step, disposition, members);

export const SPELLINGS = [
  work("LandPreparation", "rice:field_work", WORKED, BY_MACHINE),
  work(
    "Sowing",
    "rice:field_work",
    ...[WORKED, BY_MACHINE, VARIETY],
    diary("seed_class", "seedClass"),
    diary("seed_g", "mass", inGrams),
  ),
  work(
    "Fertilising",
    "rice:field_application",
    ...[BY_MACHINE, PRODUCT],
    diary("composition", "composition"),
    diary("mass_g", "mass", inGrams),
    diary("n_g", "nitrogen", inGrams),
    diary("p2o5_g", "phosphate", inGrams),
    diary("k2o_g", "potash", inGrams),
  ),
  work(
    "Spraying",
    "rice:field_application",
    ...[WORKED, BY_MACHINE, PRODUCT],
    diary("ingredient", "activeIngredient"),
    diary("dose", "dose"),
    diary("wait_days", "preHarvestDays"),
  ),
  work(
    "Irrigation",
    "rice:field_work",
    ...[WORKED, BY_MACHINE],
    diary("water_l", "water", m.inLitres),
  ),
  work("Drainage", "rice:field_work", WORKED, BY_MACHINE),
  work("WaterReading", "sensor_reporting", m.LEVEL),
  work(
    "StrawHandling",
    "rice:straw_practice",
    diary("straw_of", "strawOf"),
    BY_MACHINE,
    diary("collected_g", "collected", inGrams),
    diary("buried_lt_30_g", "buriedUnder30Days", inGrams),
    diary("buried_gt_30_g", "buriedOver30Days", inGrams),
    diary("burned_g", "burned", inGrams),
  ),
  work(
    "PackagingReturn",
    "collecting",
    diary("bought_g", "bought", inGrams),
    diary("returned_g", "returned", inGrams),
  ),
  work(
    "Reaping",
    "rice:field_work",
    ...[WORKED, BY_MACHINE, VARIETY],
    diary("mass_g", "mass", inGrams),
    m.MOISTURE,
  ),
  { ...seen("Harvest", "ADD", "commissioning", "active", ...HARVEST), said: { continues: false } },
  {
    ...seen("Harvest", "ADD", "creating_class_instance", "active", ...HARVEST),
    cte: "harvest_again",
    said: { continues: true },
  },
  seen("Receiving", "OBSERVE", "receiving", "in_progress", m.LOT, m.MOISTURE, m.FROM, TICKET),
  seen("Handover", "OBSERVE", "shipping", "in_transit", m.LOT, m.CONSIGNED),
  seen(
    ...["Transporting", "OBSERVE", "transporting", "in_transit", m.LOT],
    plain("carried_by", "rice:carriedBy"),
    plain("vehicle", "rice:vehicle"),
  ),
  made("Dividing", "commissioning", "in_progress", m.INPUTS, m.OUTPUTS),
  made("Drying", "commissioning", "in_progress", m.INPUTS, m.MADE, m.MOISTURE),
  made(
    ...["Storing", "storing", "in_progress", m.INPUTS, m.MADE],
    plain("order", "rice:drawingOrder"),
  ),
  seen("Sampling", "DELETE", "sampling", "in_progress", m.LOT, SAMPLE),
  {
    ...seen("Testing", "OBSERVE", "inspecting", "conformant", m.LOT, SAMPLE, REPORT),
    said: { conforms: true },
  },
  {
    ...seen("Testing", "OBSERVE", "inspecting", "non_conformant", m.LOT, SAMPLE, REPORT),
    cte: "testing_failed",
    said: { conforms: false },
  },
  made(
    ...["Milling", "commissioning", "in_progress", m.INPUTS, m.OUTPUTS],
    ...[m.MOISTURE, m.LOSS, CUSTODY],
  ),
  made("Blending", "commissioning", "in_progress", m.INPUTS, m.MADE, m.LOSS, CUSTODY),
  made("Reworking", "commissioning", "in_progress", m.INPUTS, m.OUTPUTS, m.LOSS, CUSTODY),
  made("Packing", "commissioning", "active", m.INPUTS, ...BAGS),
  made("Repacking", "commissioning", "active", m.OPENED, ...BAGS),
  joined("Palletising", "ADD", "packing", "in_progress", m.PALLET_CODE, m.STACKED),
  joined("Unpalletising", "DELETE", "unpacking", "in_progress", m.PALLET_CODE),
  joined(
    ...["Loading", "ADD", "loading", "container_closed", m.LOADED, m.PALLETS_IN, m.LOOSE],
    plain("seal", "rice:seal"),
  ),
  seen(
    ...["Shipping", "OBSERVE", "shipping", "in_transit", m.SENT, m.CONSIGNED],
    plain("country", "rice:destinationCountry"),
    m.PAPERS,
  ),
  seen("Dispatch", "OBSERVE", "shipping", "in_transit", m.PALLETS_SENT, m.CONSIGNED),
  seen(
    ...["Arrival", "OBSERVE", "receiving", "sellable_not_accessible", m.UNITS, m.FROM],
    plain("bags", "rice:countedBags"),
    TICKET,
  ),
  seen("Return", "OBSERVE", "shipping", "returned", m.LOTS, m.PALLETS, m.CONSIGNED, REASON),
  seen(
    ...["Destruction", "DELETE", "destroying", "destroyed", m.AMOUNT, REASON],
    plain("evidence", "rice:report"),
  ),
  seen("StockCount", "OBSERVE", "stock_taking", "in_progress", m.AMOUNT),
];

const BY_CTE = new Map(SPELLINGS.map((each) => [`rice:${each.cte}`, each]));

export const isEventKind = (kind) => BY_CTE.has(`rice:${kind}`);

/** The names of all events but corrections, and whether each is a line of the farm diary. */
export const RECORDS = new Map(SPELLINGS.map(({ record, isWork }) => [record, Boolean(isWork)]));

/** What every event says of itself, whichever it is. */
const OWN = ["@context", "eventID", "eventTime", "eventTimeZoneOffset", "bizStep", "disposition"];
OWN.push("rice:cte", "readPoint", "action");

/** What the event says happened; what is not of the profile is refused. */
export function readEvent(payload) {
  const value = checkCanonical(payload);
  const type = BY_TYPE.get(value?.type) ?? m.refuse("no event of this type");
  const { errorDeclaration: declared, ...shape } = shaped(type, value);
  if (JSON.stringify(shape["@context"]) !== CONTEXT) m.refuse("@context is not ours");
  const event = read(type, shape);
  return declared ? correction(event, declared) : event;
}

function read(type, shape) {
  const spelled = BY_CTE.get(shape["rice:cte"]);
  if (spelled?.type !== type) m.refuse(`${shape["rice:cte"]} is not an event of this profile`);
  const words = [shape.bizStep, shape.disposition, shape.action];
  if (!words.every((word, at) => word === spelled.words[at])) m.refuse("spelled otherwise");
  const event = { type: spelled.record, event_id: shape.eventID, at: shape.eventTime };
  event.place = shape.readPoint ? shape.readPoint.id : "";
  Object.assign(event, spelled.said);
  const spoken = { "": new Set(OWN) };
  for (const { part, of, read: readMember } of spelled.members) {
    const holder = part ? m.given(shape[part], part) : shape;
    Object.assign(event, readMember(holder[of]));
    (spoken[part] ??= new Set()).add(of);
    if (part) spoken[""].add(part);
  }
  for (const [part, names] of Object.entries(spoken)) {
    const said = Object.keys(part ? shape[part] : shape);
    if (!said.every((name) => names.has(name))) m.refuse("more than its profile has room for");
  }
  if (!(CHECKS[event.type]?.(event) ?? true)) m.refuse("its members disagree");
  return event;
}

/** An earlier event is declared wrong (EPCIS 7.4.1.2). */
function correction(wrong, { declarationTime, reason, correctiveEventIDs: ids }) {
  if ((reason === "did_not_occur") === ids.length > 0) m.refuse("corrective events do not fit");
  if (!isDistinct([...ids, wrong.event_id])) m.refuse("something stands twice in one list");
  const { event_id, at, place } = wrong;
  const said = { wrong, declared_at: declarationTime, reason, corrected_by: ids };
  return { type: "Correction", event_id, at, place, ...said };
}

const areBags = ({ at, bag_g, packed_on, best_before_on }) =>
  packed_on === at.slice(0, 10) && packed_on <= best_before_on && bag_g > 0;
const goodsOf = ([lot]) => lot.slice(0, lot.lastIndexOf("/10/"));

/** What two members of an event must agree about. */
const CHECKS = {
  Harvest: ({ at, harvested_on }) => harvested_on <= at.slice(0, 10),
  Packing: areBags,
  Repacking: areBags,
  Storing: ({ mass_g, inputs }) =>
    BigInt(mass_g) === inputs.reduce((sum, [, mass]) => sum + BigInt(mass), 0n),
  Loading: ({ pallets, bags }) => pallets.length + bags.length > 0,
  Return: ({ lots, pallets }) => lots.length + pallets.length > 0,
  Dividing: ({ inputs, outputs }) =>
    inputs.length === 1 && new Set([...inputs, ...outputs].map(goodsOf)).size === 1,
};
