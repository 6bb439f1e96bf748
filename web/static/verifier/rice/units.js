// Pallets and containers: who has them, what is in them, and what events do to them.

import { actorOf, find, know } from "./case.js";
import { onOf } from "./events.js";
import { make } from "./facts.js";
import { knowLot } from "./lots.js";
import { sum } from "./mass.js";
import { container, containerUri } from "./members.js";
import { isStopped } from "./possession.js";

const HOME = "VN"; // where rice has to leave for its shipping to be an export

const knowPallet = (it, name) => know(it, "pallet", `pallet:${name}`);
const knowContainer = (it, number) => know(it, "container", `container:${number}`);

export function unknownUnit(it) {
  for (const name of palletsOf(it.body)) {
    const pallet = find(it, "pallet", `pallet:${name}`);
    if (!pallet || pallet.ended_index !== null) return { lot: name };
  }
  for (const number of containersOf(it.body)) {
    const found = find(it, "container", `container:${number}`);
    if (!found || found.is_empty) return { lot: containerUri(number) };
  }
  return null;
}

export function takenUnit(it) {
  if (it.body.type === "Palletising") {
    const { pallet } = it.body;
    return find(it, "pallet", `pallet:${pallet}`) ? { lot: pallet } : null;
  }
  const found = find(it, "container", `container:${it.body.container}`);
  return !found || found.is_empty ? null : { lot: containerUri(found.number) };
}

export function foreignUnit(it) {
  const body = it.body;
  if (body.type === "Arrival") return notSentHere(it, body);
  for (const name of palletsOf(body)) {
    const pallet = knowPallet(it, name);
    const inside = pallet.container ? containerUri(pallet.container) : "";
    const elsewhere = inside || pallet.consigned_to;
    if (pallet.holder !== it.speaker || elsewhere) {
      return { lot: name, holder: elsewhere || pallet.holder, actor: it.speaker };
    }
  }
  for (const number of containersOf(body)) {
    const found = knowContainer(it, number);
    if (found.holder !== it.speaker || found.consigned_to) {
      return misplaced(it, containerUri(number), found);
    }
  }
  return null;
}

const misplaced = (it, lot, found) => ({
  lot,
  holder: found.consigned_to || found.holder,
  actor: it.speaker,
});

function notSentHere(it, body) {
  const giver = actorOf(it, body.handed_over_by);
  const units = [
    ...palletsOf(body).map((name) => [name, knowPallet(it, name)]),
    ...containersOf(body).map((number) => [containerUri(number), knowContainer(it, number)]),
  ];
  for (const [name, found] of units) {
    if (found.consigned_to !== it.speaker || found.holder !== giver) {
      return misplaced(it, name, found);
    }
  }
  return null;
}

export function unlicensedExport(it) {
  const actor = know(it, "actor", `actor:${it.speaker}`);
  const on = onOf(it.body);
  if (it.body.country === HOME) return null;
  if (actor.licence_number && actor.licence_from_on <= on && on <= actor.licence_to_on) return null;
  return { actor: actor.id };
}

export function overloadedContainer(it) {
  const limitG = it.founding ? it.founding.settings.container_reject_g : 0;
  const loads = bagsIn(it, it.body.pallets, it.body.bags);
  const totalG = sum(loads.map(([lotId, bags]) => bags * knowLot(it, lotId).bag_g));
  if (totalG <= limitG) return null;
  return { net_kg: Math.floor(totalG / 1000), limit_kg: Math.floor(limitG / 1000) };
}

export function recalledLoad(it) {
  const found = knowContainer(it, it.body.container);
  for (const [lotId] of bagsIn(it, found.pallets, found.bags)) {
    if (isStopped(knowLot(it, lotId))) return { lot: lotId };
  }
  return null;
}

// The lots and bags on pallets, and loose beside them.
export function bagsIn(it, pallets, loose) {
  const stacked = pallets.map((name) => knowPallet(it, name));
  return [...loose, ...stacked.map((pallet) => [pallet.lot, pallet.bags])];
}

function palletsOf(body) {
  switch (body.type) {
    case "Unpalletising":
      return [body.pallet];
    case "Loading":
    case "Dispatch":
    case "Return":
      return body.pallets;
    case "Arrival":
      return body.units.filter((name) => !name.startsWith("urn:"));
    default:
      return [];
  }
}

function containersOf(body) {
  if (body.type === "Shipping") return [body.container];
  if (body.type !== "Arrival") return [];
  return body.units.filter((name) => name.startsWith("urn:")).map((name) => container(name));
}

export function palletise(it, outcome) {
  const { pallet, bags } = it.body;
  const lot = knowLot(it, it.body.lot);
  outcome.put({ ...lot, bags_left: lot.bags_left - bags });
  const stacked = make("pallet", pallet, {
    sscc: pallet,
    lot: lot.id,
    bags,
    holder: it.speaker,
    consigned_to: "",
    container: "",
    shipped_index: null,
    ended_index: null,
  });
  outcome.put(stacked);
  outcome.links.push({ source: lot.id, target: pallet, mass_g: bags * lot.bag_g });
}

export function unpalletise(it, outcome) {
  const pallet = knowPallet(it, it.body.pallet);
  const lot = knowLot(it, pallet.lot);
  // The bags go back to their lot where its holder has them.
  const bags = lot.holder === it.speaker ? pallet.bags : 0;
  outcome.put({ ...lot, bags_left: lot.bags_left + bags });
  outcome.put({ ...pallet, ended_index: it.place.index });
}

export function load(it, outcome) {
  const event = it.body;
  const target = containerUri(event.container);
  for (const [lotId, bags] of event.bags) {
    const lot = knowLot(it, lotId);
    outcome.put({ ...lot, bags_left: lot.bags_left - bags });
    outcome.links.push({ source: lotId, target, mass_g: bags * lot.bag_g });
  }
  for (const name of event.pallets) {
    const pallet = knowPallet(it, name);
    outcome.put({ ...pallet, container: event.container });
    const { bag_g } = knowLot(it, pallet.lot);
    outcome.links.push({ source: name, target, mass_g: pallet.bags * bag_g });
  }
  const loaded = make("container", event.container, {
    number: event.container,
    seal: event.seal,
    holder: it.speaker,
    consigned_to: "",
    pallets: event.pallets,
    bags: event.bags,
    loaded_index: it.place.index,
    shipped_index: null,
    is_empty: false,
  });
  outcome.put(loaded);
}

export function ship(it, outcome) {
  const found = knowContainer(it, it.body.container);
  const consigned_to = actorOf(it, it.body.consigned_to);
  const shipped_index = it.place.index;
  outcome.put({ ...found, consigned_to, shipped_index });
  for (const name of found.pallets) outcome.put({ ...knowPallet(it, name), shipped_index });
  for (const [lotId] of found.bags) outcome.put(knowLot(it, lotId)); // its journey goes on
}

export function dispatch(it, outcome) {
  const consigned_to = actorOf(it, it.body.consigned_to);
  for (const name of it.body.pallets) {
    outcome.put({ ...knowPallet(it, name), consigned_to, shipped_index: it.place.index });
  }
}

export function arrive(it, outcome) {
  const pallets = [...palletsOf(it.body)];
  for (const number of containersOf(it.body)) {
    const found = knowContainer(it, number);
    outcome.put({ ...found, holder: it.speaker, consigned_to: "", is_empty: true });
    pallets.push(...found.pallets);
    for (const [lotId] of found.bags) outcome.put(knowLot(it, lotId));
  }
  for (const name of pallets) {
    outcome.put({ ...knowPallet(it, name), holder: it.speaker, consigned_to: "", container: "" });
  }
}
