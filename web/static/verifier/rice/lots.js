// What came from what: the lots an event names, and what it does to them.

import { actorOf, find, know } from "./case.js";
import { onOf } from "./events.js";
import { make } from "./facts.js";
import { add, apportion, mass14G, shareOf, subtract, sum, take, totalOf } from "./mass.js";

export const CUSTODY = [
  "identity_preserved",
  "segregated",
  "controlled_blending",
  "mass_balance",
  "book_and_claim",
];
export const FILLINGS = new Set(["Packing", "Repacking"]);
export const TRANSFORMATIONS = new Set([
  ...["Dividing", "Drying", "Storing", "Milling", "Blending", "Reworking"],
  ...FILLINGS,
]);

const FAILED = { vi: "Mẫu thử không đạt", en: "A sample did not conform" };
const PREFIX = "https://id.gs1.org/01/";

export function drawsOf(body) {
  if (TRANSFORMATIONS.has(body.type)) return body.inputs;
  switch (body.type) {
    case "Loading":
      return body.bags;
    case "Return":
      return body.lots;
    case "Palletising":
      return [[body.lot, body.bags]];
    case "Handover":
    case "Sampling":
      return [[body.lot, body.mass_g]];
    case "Destruction":
      return [[body.lot, body.mass_g || body.bags]];
    default:
      return [];
  }
}

export function birthsOf(body) {
  switch (body.type) {
    case "Harvest":
    case "Drying":
    case "Storing":
    case "Blending":
      return [[body.lot, body.mass_g]];
    case "Dividing":
    case "Milling":
    case "Reworking":
      return body.outputs;
    case "Packing":
    case "Repacking":
      return [[body.lot, body.bags * body.bag_g]];
    default:
      return [];
  }
}

export function gtinOf(lotId) {
  return (lotId.startsWith(PREFIX) ? lotId.slice(PREFIX.length) : lotId).slice(0, 14);
}

export const knowLot = (it, lotId) => know(it, "lot", `lot:${lotId}`);
export const findLot = (it, lotId) => find(it, "lot", `lot:${lotId}`);

export const inputG = (it, body) => sum(body.inputs.map((each) => gramsOf(it, each)));

export function gramsOf(it, [lotId, amount]) {
  const lot = knowLot(it, lotId);
  return lot.form === "packed" ? amount * lot.bag_g : amount;
}

export function countedG(form, massG, moisturePpt) {
  return form === "paddy" ? mass14G(massG, moisturePpt) : massG;
}

// What goes with so many grams out of a lot by origin, and the lot as it is then.
export function draw(lot, drawG) {
  if (!lot.layers.length) {
    const part = take(lot.origin, drawG, lot.left_g);
    const origin = subtract(lot.origin, part);
    return [part, { ...lot, left_g: lot.left_g - drawG, origin }];
  }
  const layers = [...lot.layers];
  const parts = [];
  let wantedG = drawG;
  while (wantedG) {
    const at = lot.order === "first_in" ? 0 : layers.length - 1;
    const layer = layers[at];
    const takenG = Math.min(wantedG, layer.left_g);
    const part = take(layer.origin, takenG, layer.left_g);
    parts.push(part);
    wantedG -= takenG;
    layers[at] = { left_g: layer.left_g - takenG, origin: subtract(layer.origin, part) };
    if (!layers[at].left_g) layers.splice(at, 1);
  }
  const drawn = add(parts);
  const origin = subtract(lot.origin, drawn);
  return [drawn, { ...lot, left_g: lot.left_g - drawG, origin, layers }];
}

function newLot(it, id, members) {
  return make("lot", id, {
    id,
    gtin: gtinOf(id),
    maker: it.speaker,
    holder: it.speaker,
    consigned_to: "",
    born_index: it.place.index,
    bag_g: 0,
    bags: 0,
    bags_left: 0,
    best_before_on: "",
    grant: "",
    held: [],
    recalled: [],
    bags_labelled: 0,
    order: "",
    layers: [],
    unbalanced: [],
    ...members,
  });
}

export function harvest(it, outcome) {
  const event = it.body;
  const massG = event.mass_g;
  const origin = { [`${event.area}/${event.season}`]: mass14G(massG, event.moisture_ppt) };
  const consignee = actorOf(it, event.consigned_to);
  const before = event.continues ? findLot(it, event.lot) : null;
  if (before) {
    outcome.put({
      ...before,
      consigned_to: consignee,
      left_g: sum([before.left_g, massG]),
      brought_g: sum([before.brought_g, massG]),
      origin: add([before.origin, origin]),
    });
    return;
  }
  outcome.put(
    newLot(it, event.lot, {
      form: "paddy",
      consigned_to: consignee,
      variety: event.variety,
      left_g: massG,
      brought_g: massG,
      origin,
      custody: "identity_preserved",
      born_on: event.harvested_on,
    }),
  );
}

export function receive(it, outcome) {
  const event = it.body;
  const lot = knowLot(it, event.lot);
  const nowG = countedG(lot.form, event.mass_g, event.moisture_ppt);
  const totalG = totalOf(lot.origin);
  outcome.put({
    ...lot,
    holder: it.speaker,
    consigned_to: "",
    left_g: event.mass_g,
    brought_g: event.mass_g,
    origin: totalG ? apportion(Math.min(nowG, totalG), lot.origin) : {},
    order: "",
    layers: [],
  });
}

export function handOver(it, outcome) {
  const lot = knowLot(it, it.body.lot);
  outcome.put({ ...lot, consigned_to: actorOf(it, it.body.consigned_to) });
}

export function note(it, outcome) {
  const lot = knowLot(it, it.body.lot);
  const failed = it.body.type === "Testing" && !it.body.conforms;
  outcome.put(failed ? { ...lot, held: [...lot.held, flagOf(it, FAILED)] } : lot);
}

export function lose(it, outcome) {
  const [[lotId, amount]] = drawsOf(it.body);
  const lot = knowLot(it, lotId);
  const [, left] = draw(lot, gramsOf(it, [lotId, amount]));
  outcome.put(lot.form === "packed" ? { ...left, bags_left: lot.bags_left - amount } : left);
}

export function count(it, outcome) {
  const event = it.body;
  let lot = knowLot(it, event.lot);
  if (lot.form === "packed") {
    const missing = lot.bags_left - event.bags;
    if (missing > 0) [, lot] = draw(lot, missing * lot.bag_g);
    outcome.put({ ...lot, bags_left: event.bags });
    return;
  }
  if (event.mass_g < lot.left_g) {
    [, lot] = draw(lot, lot.left_g - event.mass_g);
  } else if (lot.layers.length) {
    const newest = lot.layers.at(-1);
    const moreG = newest.left_g + event.mass_g - lot.left_g;
    lot = { ...lot, layers: [...lot.layers.slice(0, -1), { ...newest, left_g: moreG }] };
  }
  outcome.put({ ...lot, left_g: event.mass_g });
}

export function giveBack(it, outcome) {
  for (const [lotId] of it.body.lots) {
    const consignee = actorOf(it, it.body.consigned_to);
    outcome.put({ ...knowLot(it, lotId), consigned_to: consignee });
  }
}

export function hold(it, outcome) {
  const flag = flagOf(it, it.body.reason);
  for (const lotId of it.body.lots) {
    const lot = knowLot(it, lotId);
    outcome.put({ ...lot, held: [...lot.held, flag] });
  }
}

export function clearHold(it, outcome) {
  for (const lotId of it.body.lots) {
    const lot = knowLot(it, lotId);
    const held = lot.held.filter((flag) => flag.index !== it.body.hold_index);
    outcome.put({ ...lot, held });
  }
}

export function recall(it, outcome) {
  const flag = flagOf(it, it.body.reason);
  const ranges = new Map();
  for (const one of it.body.bag_ranges) {
    const { lot } = know(it, "labels", `labels:${one.batch}`);
    ranges.set(lot, [...(ranges.get(lot) ?? []), one]);
  }
  for (const lotId of it.body.lots) {
    const lot = knowLot(it, lotId);
    const named = { ...flag, bag_ranges: ranges.get(lotId) ?? [] };
    outcome.put({ ...lot, recalled: [...lot.recalled, named] });
  }
}

function flagOf(it, reason) {
  return { index: it.place.index, actor: it.speaker, reason, bag_ranges: [] };
}

export function transform(it, outcome) {
  const [inputs, drawn] = drawInputs(it, outcome);
  bringForth(it, inputs, drawn, outcome);
}

export function drawInputs(it, outcome) {
  const inputs = [];
  const parts = [];
  for (const [lotId, amount] of it.body.inputs) {
    const lot = knowLot(it, lotId);
    const [part, left] = draw(lot, gramsOf(it, [lotId, amount]));
    const opened = it.body.type === "Repacking";
    inputs.push(lot);
    parts.push(part);
    outcome.put(opened ? { ...left, bags_left: lot.bags_left - amount } : left);
  }
  return [inputs, add(parts)];
}

export function bringForth(it, inputs, drawn, outcome) {
  const event = it.body;
  const births = birthsOf(event);
  const drawnG = totalOf(drawn);
  const wholeG = inputG(it, event);
  const counts = births.map(([, massG]) =>
    event.type === "Drying" ? mass14G(massG, event.moisture_ppt) : massG,
  );
  const madeG = sum(counts);
  births.forEach(([lotId, massG], at) => {
    const broughtG = madeG <= drawnG ? counts[at] : shareOf(counts[at], drawnG, madeG);
    const origin = drawnG ? apportion(broughtG, drawn) : {};
    outcome.put(born(it, lotId, inputs, origin, massG));
    for (const source of event.inputs) {
      const mass_g = shareOf(massG, gramsOf(it, source), wholeG);
      outcome.links.push({ source: source[0], target: lotId, mass_g });
    }
  });
}

// The lot an event brings forth, or the silo it adds to.
function born(it, lotId, inputs, share, massG) {
  const event = it.body;
  const before = findLot(it, lotId);
  const all = before ? [before, ...inputs] : inputs;
  const varieties = new Set(all.map((lot) => lot.variety));
  const variety = varieties.size === 1 ? all[0].variety : "mixed";
  const origin = before ? add([before.origin, share]) : share;
  const custody = custodyOf(event, inputs, origin);
  const order = event.type === "Storing" ? event.order : "";
  const isLayered = order === "first_in" || order === "last_in";
  const layer = { left_g: massG, origin: share };
  const upset = all.flatMap((lot) => lot.unbalanced);
  const unbalanced = [...new Map(upset.map((one) => [JSON.stringify(one), one])).values()];
  if (before) {
    return {
      ...before,
      left_g: sum([before.left_g, massG]),
      brought_g: sum([before.brought_g, massG]),
      origin,
      variety,
      custody: weakest([before.custody, custody]),
      layers: isLayered ? [...before.layers, layer] : [],
      unbalanced,
    };
  }
  const { bags, bag_g, best_before_on, grant } = event;
  const filled = FILLINGS.has(event.type);
  return newLot(it, lotId, {
    form: know(it, "product", `product:${gtinOf(lotId)}`).form,
    variety,
    left_g: massG,
    brought_g: massG,
    origin,
    custody,
    born_on: filled ? event.packed_on : onOf(event),
    ...(filled ? { bag_g, bags, bags_left: bags, best_before_on, grant } : {}),
    order,
    layers: isLayered ? [layer] : [],
    unbalanced,
  });
}

export const weakest = (models) =>
  models.reduce((worst, each) => (CUSTODY.indexOf(each) > CUSTODY.indexOf(worst) ? each : worst));

// The model an event states; of a dryer or a silo, what becomes of those it takes in.
function custodyOf(event, inputs, origin) {
  if (!["Dividing", "Drying", "Storing"].includes(event.type)) return event.custody;
  const model = inputs.length ? weakest(inputs.map((lot) => lot.custody)) : "mass_balance";
  return model === CUSTODY[0] && Object.keys(origin).length > 1 ? "segregated" : model;
}
