// An event as far as what it speaks of is there, for when less is there than when it was stated.

import { EVENTS } from "./events.js";
import { find } from "./facts.js";
import { drawsOf, TRANSFORMATIONS } from "./lots.js";
import { container } from "./members.js";

export function asFarAsThere(body, facts) {
  if (!EVENTS.has(body.type)) return act(body, facts);
  if (TRANSFORMATIONS.has(body.type)) return { ...body, inputs: draws(body.inputs, facts) };
  switch (body.type) {
    case "Sampling":
    case "Destruction":
    case "Palletising":
    case "StockCount":
      return amount(body, facts);
    case "Harvest":
      return body;
    case "Receiving":
    case "Handover":
    case "Transporting":
    case "Testing":
      return lotOf(facts, body.lot) ? body : null;
    default:
      return movement(body, facts);
  }
}

function act(body, facts) {
  switch (body.type) {
    case "Hold":
    case "ClearHold":
    case "Recall":
      return { ...body, lots: body.lots.filter((lot) => lotOf(facts, lot)) };
    case "IssueLabels":
      return lotOf(facts, body.lot) ? body : null;
    default:
      return null;
  }
}

function amount(body, facts) {
  const lot = lotOf(facts, body.lot);
  if (!lot) return null;
  if (body.type === "StockCount") {
    return body.bags ? { ...body, bags: Math.min(body.bags, lot.bags_left) } : body;
  }
  const [[, wanted]] = drawsOf(body);
  const fitted = Math.min(wanted, left(facts, body.lot));
  if (!fitted) return null;
  const inBags = body.type === "Palletising" || (body.type === "Destruction" && body.bags);
  return inBags ? { ...body, bags: fitted } : { ...body, mass_g: fitted };
}

function movement(body, facts) {
  switch (body.type) {
    case "Unpalletising":
      return isPallet(facts, body.pallet) ? body : null;
    case "Shipping":
      return find(facts, "container", `container:${body.container}`) ? body : null;
    case "Loading":
      return { ...body, pallets: pallets(facts, body.pallets), bags: draws(body.bags, facts) };
    case "Return":
      return { ...body, pallets: pallets(facts, body.pallets), lots: draws(body.lots, facts) };
    case "Dispatch":
      return { ...body, pallets: pallets(facts, body.pallets) };
    case "Arrival":
      return { ...body, units: body.units.filter((name) => isUnit(facts, name)) };
    default:
      return null;
  }
}

function draws(wanted, facts) {
  return wanted
    .map(([lot, each]) => [lot, Math.min(each, left(facts, lot))])
    .filter(([, each]) => each > 0);
}

const lotOf = (facts, lotId) => find(facts, "lot", `lot:${lotId}`);

function left(facts, lotId) {
  const lot = lotOf(facts, lotId);
  if (!lot) return 0;
  return lot.form === "packed" ? lot.bags_left : lot.left_g;
}

function isPallet(facts, name) {
  const pallet = find(facts, "pallet", `pallet:${name}`);
  return Boolean(pallet && lotOf(facts, pallet.lot));
}

const pallets = (facts, names) => names.filter((name) => isPallet(facts, name));

function isUnit(facts, name) {
  if (!name.startsWith("urn:")) return isPallet(facts, name);
  return Boolean(find(facts, "container", `container:${container(name)}`));
}
