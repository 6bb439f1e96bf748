/** What to compare with the bag in hand, read from statements that were just judged. */

import { byCodePoint, localDay } from "../log/encoding.js";
import { stage, uncovered } from "../rice/attestations.js";
import { profileAccepted } from "../rice/editions.js";
import { EVENTS } from "../rice/events.js";
import * as life from "../rice/life.js";
import { TRANSFORMATIONS, birthsOf } from "../rice/lots.js";
import { apportion } from "../rice/mass.js";

/** The steps of a journey that a buyer is shown, in the order rice takes them. */
const STEPS = (
  "harvest handover transporting receiving dividing drying storing testing milling blending" +
  " reworking packing repacking palletising loading shipping dispatch"
).split(" ");
const BAGGED = ["Packing", "Repacking", "Palletising", "Loading", "Shipping", "Dispatch"];
const WEIGHED = ["Harvest", "Receiving", "Handover", "Transporting", "Testing"];

// A scene is where the picture is taken from: facts, meanings and recorded by index, today.

function party(scene, actorId) {
  const actor = scene.facts.find("actor", `actor:${actorId}`);
  return actor
    ? { actor: actorId, name: actor.name, commune: actor.commune }
    : { actor: actorId, name: { vi: actorId, en: actorId }, commune: "" };
}

/** What a buyer compares with the bag in hand. */
export function bag(scene, bundle, lot, number, count, lots, stops) {
  const product = scene.facts.find("product", `product:${lot.gtin}`);
  if (!product) throw new Error("judging a lot needs its product");
  return {
    gtin: bundle.gtin,
    lot: bundle.lot,
    serial: bundle.serial,
    number,
    count,
    product: product.name,
    variety: lot.variety,
    grade: product.grade,
    net_g: lot.bag_g,
    packed_on: lot.born_on,
    best_before_on: lot.best_before_on,
    shipped_on: shippedOn(scene, lot),
    packer: party(scene, lot.maker),
    custody: lot.custody,
    marked: Boolean(lot.grant),
    origins: origins(scene, lot),
    vouchings: vouchings(scene, lot),
    journey: journey(scene, lot, new Set(lots.map((known) => known.id))),
    notices: stops.map((stop) => notice(scene, bundle.batch, stop)),
  };
}

/** The events that stand, with their indexes, in order. */
function events(scene) {
  return [...scene.meanings].filter(
    ([, { body }]) => EVENTS.has(body.type) && !scene.facts.isDeclaredWrong(body),
  );
}

const dayOf = (event) => event.at.slice(0, 10);
const latest = (days) => days.reduce((one, other) => (other > one ? other : one));
const earliest = (days) => days.reduce((one, other) => (other < one ? other : one));
const sum = (numbers) => numbers.reduce((one, other) => one + other, 0);

/** The day on which the last bag of a lot had left its packer; empty if not all have. */
export function shippedOn(scene, lot) {
  let bags = 0;
  let last = "";
  for (const [index, { body }] of events(scene)) {
    if (body.type === "Return") return "";
    if (body.type !== "Shipping" && body.type !== "Dispatch") continue;
    const moved = bagsOf(scene, index, body, lot);
    if (!moved) continue;
    bags += moved;
    last = latest([last, dayOf(body)]);
  }
  return bags >= lot.bags ? last : "";
}

/** The confirmations that stood behind a lot's mark on the packing day, each once. */
export function confirmations(facts, lot, grant) {
  return spokenOf(facts, lot).filter(
    (found) =>
      found.scheme === grant.scheme &&
      grant.needs.includes(found.profile) &&
      life.stateOf(found, lot.born_on) === "granted",
  );
}

/** The attestations that speak of a lot's origins, each once, in order of entry. */
function spokenOf(facts, lot) {
  const named = Object.keys(lot.origin).map((origin) => facts.find("covered", `covered:${origin}`));
  const ids = new Set(named.flatMap((covered) => covered?.attestations ?? []));
  const found = [...ids].map((each) => facts.find("attestation", `attestation:${each}`));
  return found.filter(Boolean).sort((one, other) => one.index - other.index);
}

function origins(scene, lot) {
  const shares = apportion(1000, lot.origin);
  const grant = scene.facts.find("attestation", `attestation:${lot.grant}`);
  const names = Object.keys(lot.origin).sort(
    (one, other) => lot.origin[other] - lot.origin[one] || byCodePoint(one, other),
  );
  return names.flatMap((name) => {
    const [code, season] = cut(name, "/");
    const area = scene.facts.find("area", `area:${code}`);
    if (!area) return [];
    return {
      area: code,
      season,
      commune: area.commune,
      area_m2: area.area_m2,
      households: area.households,
      manager: party(scene, area.manager),
      share_ppt: shares[name] ?? 0,
      covered: !uncovered(scene.facts, [name], lot.born_on, grant).length,
    };
  });
}

function cut(text, mark) {
  const at = text.indexOf(mark);
  return at < 0 ? [text, ""] : [text.slice(0, at), text.slice(at + 1)];
}

function vouchings(scene, lot) {
  const grant = lot.grant && scene.facts.find("attestation", `attestation:${lot.grant}`);
  const shipped = shippedOn(scene, lot);
  return [...(grant ? [grant] : []), ...spokenOf(scene.facts, lot)].map((attestation) => {
    const scheme = scene.facts.find("scheme", `scheme:${attestation.scheme}`);
    const profile = profileAccepted(scheme, attestation);
    const turn = life.turnOn(attestation, scene.today);
    const [area_m2, quota_g] = life.figuresOn(attestation, scene.today);
    return {
      number: attestation.number,
      profile: attestation.profile,
      kind: profile.name,
      effect: attestation.effect,
      scheme: scheme.editions.at(-1).name,
      issuer: party(scene, attestation.issuer),
      areas: attestation.areas,
      season: attestation.season,
      from_on: attestation.from_on,
      until_on: attestation.until_on,
      state_when_packed: life.stageOf(attestation, lot.born_on),
      state_when_shipped: shipped ? life.stageOf(attestation, shipped) : "",
      state_now: stage(scene.facts, attestation, scene.today),
      state_since: life.since(attestation, scene.today),
      reason: turn?.reason ?? "",
      remark: turn?.remark ?? "",
      area_m2,
      quota_g,
      figures: attestation.figures,
      entry: attestation.index,
    };
  });
}

/** The way of the rice: one step for each kind and actor, in the order it is made. */
function journey(scene, lot, lots) {
  const grouped = new Map();
  for (const [index, { body, kids }] of events(scene)) {
    const amount = amountOf(scene, index, body, lot, lots);
    if (!amount) continue;
    const order = STEPS.indexOf(body.type.toLowerCase());
    const actor = scene.facts.find("key", `key:${kids[0]}`)?.actor ?? "";
    const place = `${order} ${actor}`;
    if (!grouped.has(place)) grouped.set(place, { order, actor, happened: [] });
    grouped.get(place).happened.push({ index, on: dayOf(body), grams: amount[0], bags: amount[1] });
  }
  const steps = [...grouped.values()].sort(
    (one, other) => one.order - other.order || byCodePoint(one.actor, other.actor),
  );
  return steps.map(({ order, actor, happened }) => ({
    kind: STEPS[order],
    from_on: earliest(happened.map((each) => each.on)),
    until_on: latest(happened.map((each) => each.on)),
    actor: party(scene, actor),
    lots: happened.length,
    mass_g: sum(happened.map((each) => each.grams)),
    bags: sum(happened.map((each) => each.bags)),
    entries: happened.map((each) => each.index),
  }));
}

/** How many bags of a lot an event moves on pallets, in containers, or loose. */
function bagsOf({ facts }, index, event, lot) {
  let { pallets = [], bags: loose = [] } = event;
  switch (event.type) {
    case "Packing":
    case "Repacking":
    case "Palletising":
      return event.lot === lot.id ? event.bags : 0;
    case "Loading":
    case "Dispatch":
      break;
    case "Shipping": {
      const found = facts.find("container", `container:${event.container}`);
      loose = found?.shipped_index === index ? found.bags : [];
      pallets = facts
        .pallets()
        .filter((name) => facts.find("pallet", `pallet:${name}`)?.shipped_index === index);
      break;
    }
    default:
      return 0;
  }
  const stacked = pallets
    .map((name) => facts.find("pallet", `pallet:${name}`))
    .filter((found) => found?.lot === lot.id);
  const counts = loose.filter(([name]) => name === lot.id).map(([, count]) => count);
  return sum([...counts, ...stacked.map((found) => found.bags)]);
}

/** The grams and bags of a step that concern this lot's own way; null if none do. */
function amountOf(scene, index, event, lot, lots) {
  if (BAGGED.includes(event.type)) {
    const bags = bagsOf(scene, index, event, lot);
    return bags ? [bags * lot.bag_g, bags] : null;
  }
  if (TRANSFORMATIONS.has(event.type)) {
    const made = birthsOf(event).filter(([name]) => lots.has(name));
    return made.length ? [sum(made.map(([, grams]) => grams)), 0] : null;
  }
  return WEIGHED.includes(event.type) && lots.has(event.lot) ? [event.mass_g, 0] : null;
}

function notice(scene, batch, { kind, flag }) {
  const { body } = scene.meanings.get(flag.index);
  return {
    kind,
    by: party(scene, flag.actor),
    reason: flag.reason,
    contact: body.type === "Recall" ? body.contact : "",
    bags: flag.bag_ranges
      .filter((one) => one.batch === batch)
      .map((one) => [one.first, one.last]),
    on: localDay(scene.recorded.get(flag.index)),
    entry: flag.index,
  };
}
