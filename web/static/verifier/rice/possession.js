// May this lot be moved or changed by this actor? Offices, possession, kinds of rice, custody.

import { parseInstant } from "../log/encoding.js";
import { actor, actorOf, find, know, recordedOn } from "./case.js";
import { FIELD_WORK, onOf } from "./events.js";
import { birthsOf, CUSTODY, drawsOf, findLot, gtinOf, knowLot, weakest } from "./lots.js";
import { holds } from "./offices.js";

const SKEW_MS = 5 * 60 * 1000;
const KEEPERS = ["cooperative", "trader", "mill", "packer", "exporter", "buyer"];
const SHIPPERS = ["packer", "exporter"];
const DEALERS = ["packer", "exporter", "trader", "buyer"];
const ROLES = {
  Harvest: ["cooperative"],
  Receiving: ["trader", "mill", "packer", "exporter", "buyer", "cooperative"],
  Handover: ["cooperative", "trader", "mill", "packer", "exporter"],
  Transporting: [...KEEPERS, "carrier"],
  Dividing: KEEPERS,
  Drying: ["mill", "trader", "cooperative"],
  Storing: KEEPERS,
  Sampling: KEEPERS,
  Testing: ["laboratory"],
  Milling: ["mill"],
  Blending: ["mill", "packer", "exporter"],
  Reworking: ["mill", "packer"],
  Packing: ["packer"],
  Repacking: ["packer"],
  Palletising: SHIPPERS,
  Unpalletising: DEALERS,
  Loading: SHIPPERS,
  Shipping: ["exporter"],
  Dispatch: DEALERS,
  Arrival: DEALERS,
  Return: KEEPERS,
  Destruction: KEEPERS,
  StockCount: KEEPERS,
};
const RICE = ["head_rice", "broken"];
const BULK = ["paddy", ...RICE, "bran", "husk"];
const FORMS_IN = {
  Handover: BULK,
  Transporting: BULK,
  Dividing: BULK,
  Drying: ["paddy"],
  Storing: BULK,
  Sampling: BULK,
  Milling: ["paddy"],
  Blending: RICE,
  Reworking: RICE,
  Packing: RICE,
  Repacking: ["packed"],
  Palletising: ["packed"],
  Loading: ["packed"],
  Return: BULK,
};
const FORMS_OUT = {
  Harvest: ["paddy"],
  Dividing: BULK,
  Drying: ["paddy"],
  Storing: BULK,
  Milling: [...RICE, "bran", "husk"],
  Blending: RICE,
  Reworking: [...RICE, "bran"],
  Packing: ["packed"],
  Repacking: ["packed"],
};

// What may be done to a lot on hold, or recalled: testing it and getting it out of the way.
export const STOPPED_MOVES = new Set(["Return", "Destruction", "Sampling"]);

export function outsideRole(it) {
  const body = it.body.type === "Correction" ? it.body.wrong : it.body;
  const roles = rolesFor(body.type);
  if (holds(actor(it, it.speaker), { roles }, recordedOn(it))) return null;
  return { actor: it.speaker, office: roles.join("|") };
}

export const rolesFor = (type) => (FIELD_WORK.has(type) ? ["cooperative"] : ROLES[type]);

export function eventInFuture(it) {
  const at = it.body.type === "Correction" ? it.body.declared_at : it.body.at;
  return parseInstant(at) - it.place.recorded_at > SKEW_MS ? { at } : null;
}

export function unknownLot(it) {
  const lot = namedLots(it.body).find((lotId) => !findLot(it, lotId));
  return lot === undefined ? null : { lot };
}

// The lots that must exist already for something to be said of them.
export function namedLots(body) {
  switch (body.type) {
    case "Hold":
    case "ClearHold":
    case "Recall":
      return body.lots;
    case "IssueLabels":
    case "Receiving":
    case "Transporting":
    case "Testing":
    case "StockCount":
      return [body.lot];
    case "Harvest":
      return body.continues ? [body.lot] : [];
    default:
      return drawsOf(body).map(([lotId]) => lotId);
  }
}

export function unknownHold(it) {
  const index = it.body.hold_index;
  for (const lotId of it.body.lots) {
    const isHeld = knowLot(it, lotId).held.some((flag) => flag.index === index);
    if (!isHeld) return { lot: lotId, index };
  }
  return null;
}

export function beforeBirth(it) {
  if (it.body.type === "Harvest") return null; // a co-operative's own days come in any order
  const on = onOf(it.body);
  for (const lotId of namedLots(it.body)) {
    const { born_on } = knowLot(it, lotId);
    if (on < born_on) return { lot: lotId, born_on, on };
  }
  return null;
}

export function unknownProduct(it) {
  const allowed = FORMS_OUT[it.body.type];
  const gtins = birthsOf(it.body).map(([lotId]) => gtinOf(lotId));
  const forms = [];
  for (const gtin of gtins) {
    const product = find(it, "product", `product:${gtin}`);
    const form = product ? product.form : "-";
    if (!allowed.includes(form)) return { gtin, form };
    forms.push(form);
  }
  const isOnce = it.body.type === "Dividing" || new Set(forms).size === forms.length;
  return isOnce ? null : { gtin: gtins.at(-1), form: forms[0] };
}

export function otherBags(it) {
  const product = know(it, "product", `product:${gtinOf(it.body.lot)}`);
  if (product.bag_g === 0 || product.bag_g === it.body.bag_g) return null;
  return { gtin: product.gtin, bag_g: it.body.bag_g, registered_g: product.bag_g };
}

export function wrongForm(it) {
  const body = it.body;
  const isCounted = ["Destruction", "StockCount"].includes(body.type);
  const isAlike = ["Storing", "Dividing"].includes(body.type);
  for (const lotId of namedLots(body)) {
    const lot = knowLot(it, lotId);
    const isPacked = lot.form === "packed";
    const forms = FORMS_IN[body.type] ?? [...BULK, "packed"];
    // Bags are counted and bulk is weighed.
    let fits = isCounted ? isPacked === body.bags > 0 : forms.includes(lot.form);
    if (isAlike) fits &&= birthsOf(body).every(([born]) => gtinOf(born) === lot.gtin);
    if (!fits) return { lot: lotId, form: lot.form };
  }
  return null;
}

export function takenLot(it) {
  for (const [lotId] of birthsOf(it.body)) {
    const lot = findLot(it, lotId);
    if (lot && !isAddedTo(it, lot)) return { lot: lotId };
  }
  return null;
}

// Whether an event adds to a lot that is still where it was, and is not its input.
function isAddedTo(it, lot) {
  const body = it.body;
  if (lot.holder !== it.speaker || lot.consigned_to) return false;
  const isMixed = lot.order === "" || lot.order === "mixed";
  const isOther = () => body.inputs.every(([each]) => each !== lot.id);
  switch (body.type) {
    case "Harvest": {
      const own = `${body.area}/${body.season}`;
      const isOwn = Object.keys(lot.origin).every((name) => name === own);
      return body.continues && isOwn && lot.variety === body.variety && isMixed;
    }
    case "Drying":
      return isMixed && isOther();
    case "Storing":
      return lot.order === body.order && isOther();
    default:
      return false;
  }
}

export function notTheHolder(it) {
  const body = it.body;
  if (["Receiving", "Testing", "Harvest"].includes(body.type)) return null;
  const isCarried = body.type === "Transporting";
  for (const lotId of namedLots(body)) {
    const lot = knowLot(it, lotId);
    const carriers = isCarried ? [lot.consigned_to, actorOf(it, body.carried_by)] : [];
    if (carriers.includes(it.speaker)) continue;
    const isElsewhere = lot.consigned_to && !isCarried;
    if (lot.holder !== it.speaker || isElsewhere) {
      const holder = lot.holder === it.speaker ? lot.consigned_to : lot.holder;
      return { lot: lotId, holder, actor: it.speaker };
    }
  }
  return null;
}

export function notConsigned(it) {
  const body = it.body;
  if (body.type === "Receiving") {
    const lot = knowLot(it, body.lot);
    const isFromGiver = lot.holder === actorOf(it, body.handed_over_by);
    if (lot.consigned_to === it.speaker && isFromGiver) return null;
    return { lot: lot.id, consignee: lot.consigned_to || "-", actor: it.speaker };
  }
  if (body.type === "Harvest" && body.consigned_to === "") return null;
  const members = { Arrival: "handed_over_by", Transporting: "carried_by" };
  const named = body[members[body.type] ?? "consigned_to"];
  return actorOf(it, named) ? null : { lot: "-", consignee: named, actor: "-" };
}

export const isStopped = (lot) => lot.held.length > 0 || lot.recalled.length > 0;

export function heldLot(it) {
  const body = it.body;
  if (STOPPED_MOVES.has(body.type)) return null;
  const pallets = ["Loading", "Dispatch"].includes(body.type) ? body.pallets : [];
  const lots = [
    ...drawsOf(body).map(([lotId]) => lotId),
    ...pallets.map((name) => know(it, "pallet", `pallet:${name}`).lot),
  ];
  const lot = lots.find((lotId) => isStopped(knowLot(it, lotId)));
  return lot === undefined ? null : { lot };
}

export function strengthenedCustody(it) {
  const said = it.body.custody;
  const inputs = it.body.inputs.map(([lotId]) => knowLot(it, lotId));
  const model = weakest(inputs.map((lot) => lot.custody));
  const origins = new Set(inputs.flatMap((lot) => Object.keys(lot.origin)));
  const isMixed = said === "identity_preserved" && origins.size > 1;
  if (CUSTODY.indexOf(said) >= CUSTODY.indexOf(model) && !isMixed) return null;
  return { custody: said, model: isMixed ? "segregated" : model };
}

export function otherMark(it) {
  const { grant, best_before_on } = it.body;
  for (const [lotId] of it.body.inputs) {
    const lot = knowLot(it, lotId);
    if (grant !== "" && grant !== lot.grant) return { lot: lotId, what: "certificationInfo" };
    if (best_before_on > lot.best_before_on) {
      return { lot: lotId, what: "cbvmda:bestBeforeDate" };
    }
  }
  return null;
}
