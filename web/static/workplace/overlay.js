/**
 * What statements that a page cannot know of yet do to the lots it lists: lots that came to be, and
 * how much was drawn. It helps whoever works without a network; the ledger's rules decide.
 */

const MAKES_ONE = new Set(["Drying", "Storing", "Blending", "Packing", "Repacking"]);
const USES_UP = new Set(["Sampling", "Destruction", "Palletising"]);
const SENDS_ON = new Set(["Handover", "Return"]);

/**
 * What events do, as a Map from a lot to `{made_g, made_bags, drawn_g, drawn_bags, comes, goes,
 * variety}`. Events are records in order, each with whether this organisation states it (`isOwn`);
 * of others' events only what they send to `did` counts.
 */
export function effectsOf(events, did) {
  const effects = new Map();
  const on = (lot) => {
    if (!effects.has(lot)) {
      effects.set(lot, { made_g: 0, made_bags: 0, drawn_g: 0, drawn_bags: 0, comes: false, goes: false, variety: "" });
    }
    return effects.get(lot);
  };
  for (const { event, isOwn } of events) {
    if (isOwn) stateOwn(event, did, on);
    else if (event.consigned_to === did && event.lot) arrive(on(event.lot), event);
  }
  return effects;
}

function arrive(effect, { mass_g = 0, variety = "" }) {
  Object.assign(effect, { comes: true, goes: false, made_g: mass_g, drawn_g: 0, variety });
}

function stateOwn(event, did, on) {
  const { type, lot, inputs = [], outputs = [], bags = 0, bag_g = 0, mass_g = 0 } = event;
  for (const [from, amount] of inputs) {
    if (type === "Repacking") on(from).drawn_bags += amount;
    else on(from).drawn_g += amount;
  }
  for (const [made, amount] of outputs) on(made).made_g += amount;
  if (MAKES_ONE.has(type)) {
    const effect = on(lot);
    effect.made_g += bag_g ? bags * bag_g : mass_g;
    effect.made_bags += bag_g ? bags : 0;
  } else if (type === "Receiving") arrive(on(lot), event);
  else if (type === "Harvest") {
    const effect = on(lot);
    effect.made_g += mass_g;
    effect.variety = event.variety;
    effect.goes = Boolean(event.consigned_to) && event.consigned_to !== did;
  } else if (USES_UP.has(type)) {
    on(lot).drawn_g += mass_g;
    on(lot).drawn_bags += bags;
  }
  if (SENDS_ON.has(type)) for (const name of lot ? [lot] : event.lots.map(([one]) => one)) on(name).goes = true;
}

/**
 * A lot as it stands after that: `{left_g, left_bags}`. `listed` is what the page says of it, or
 * nothing where the page does not know it.
 */
export function standing(listed, effect) {
  // Weighed in: what the scale said is what is there.
  const before = effect.comes ? { left_g: 0, left_bags: 0 } : (listed ?? { left_g: 0, left_bags: 0 });
  const { left_g, left_bags } = before;
  return {
    left_g: Math.max(0, left_g + effect.made_g - effect.drawn_g),
    left_bags: Math.max(0, left_bags + effect.made_bags - effect.drawn_bags),
  };
}

/** A lot's number by its name. */
export function numberOfLot(name) {
  return decodeURIComponent(name.slice(name.lastIndexOf("/") + 1));
}

/**
 * Which of the lots named a text means that was scanned or typed: a Digital Link, an element string
 * with or without brackets, or a number. All that fit are given: one number may be of two goods.
 */
export function lotsMeant(text, names) {
  const said = text.trim();
  const link = /\/01\/(\d{8,14})(?:\/22\/[^/?#]+)?\/10\/([^/?#]+)/.exec(said);
  const brackets = /^\(01\)(\d{14}).*?\(10\)([^(]+)/.exec(said);
  const plain = /^(?:\]\w\d)?\u001d?01(\d{14})(?:1[1-7]\d{6})*10([^\u001d]+)/.exec(said);
  const [, gtin, lot] = link ?? brackets ?? plain ?? [];
  if (gtin) {
    const number = link ? decoded(lot) : lot.trim();
    const goods = `/01/${gtin.padStart(14, "0")}/`;
    return names.filter((name) => name.includes(goods) && numberOfLot(name) === number);
  }
  const exact = names.filter((name) => numberOfLot(name) === said);
  const folded = said.toUpperCase();
  return exact.length ? exact : names.filter((name) => numberOfLot(name).toUpperCase() === folded);
}

function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
