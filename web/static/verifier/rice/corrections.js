// May this event be declared wrong? By whom it was stated, once, as it was stated.

import { byCodePoint } from "../log/encoding.js";
import { find, know, openCase } from "./case.js";
import { unsign } from "./diary.js";
import { FIELD_WORK } from "./events.js";
import { birthsOf, drawsOf, findLot } from "./lots.js";
import { mass14G } from "./mass.js";
import { container } from "./members.js";
import { isStopped, namedLots, STOPPED_MOVES } from "./possession.js";

// Whether two facts, or bodies, say the same; the order of members says nothing.
export function isSame(a, b) {
  if (a === b || typeof a !== "object" || typeof b !== "object" || !a || !b) return a === b;
  const names = Object.keys(a);
  return (
    Array.isArray(a) === Array.isArray(b) &&
    names.length === Object.keys(b).length &&
    names.every((name) => Object.hasOwn(b, name) && isSame(a[name], b[name]))
  );
}

export function unknownEvent(it) {
  const event = it.body.event_id;
  const said = find(it, "said", `said:${event}`);
  return said && isSame(it.past.entry(said.index)[1].body, it.body.wrong) ? null : { event };
}

export function foreignEvent(it) {
  const [place, meaning] = saidAt(it, it.body.event_id);
  const { speaker } = openCase(meaning, place, it.facts);
  return speaker === it.speaker ? null : { actor: it.speaker, speaker };
}

export function takenCorrection(it) {
  const event = it.body.corrected_by.find((name) => it.facts.get(`said:${name}`));
  return event === undefined ? null : { event };
}

export function foreignPromise(it) {
  const event = it.body.event_id;
  const promised = find(it, "promised", `said:${event}`);
  if (!promised || it.body.type === "Correction") return null;
  const { type } = it.past.entry(promised.stands_for)[1].body;
  if (promised.actor === it.speaker && type === it.body.type) return null;
  return { event, actor: promised.actor, kind: type };
}

// An event in place of a wrong one gets rice out from under a hold or a recall, as they are now.
export function evadedStop(it, wrong) {
  const { body } = it;
  const isStoppedNow = (lotId) => {
    const lot = findLot(it, lotId);
    return lot && isStopped(lot);
  };
  const made = new Set(birthsOf(body).map(([lotId]) => lotId));
  for (const [lot] of birthsOf(wrong)) if (!made.has(lot) && isStoppedNow(lot)) return { lot };
  if (STOPPED_MOVES.has(body.type)) return null;
  const taken = new Map(drawsOf(wrong));
  for (const [lot, amount] of drawsOf(body)) {
    if (amount > (taken.get(lot) ?? 0) && isStoppedNow(lot)) return { lot };
  }
  const loadedBy = (event) => (["Loading", "Dispatch"].includes(event.type) ? event.pallets : []);
  const loaded = loadedBy(wrong);
  for (const name of loadedBy(body)) {
    const pallet = find(it, "pallet", `pallet:${name}`);
    if (!loaded.includes(name) && pallet && isStoppedNow(pallet.lot)) return { lot: pallet.lot };
  }
  return null;
}

export function saidAt(it, eventId) {
  return it.past.entry(know(it, "said", `said:${eventId}`).index);
}

// The keys of the lots, pallets and containers that an event speaks of.
export function touched(event) {
  const lots = [...namedLots(event), ...birthsOf(event).map(([lotId]) => lotId)];
  const keys = new Set(lots.map((lotId) => `lot:${lotId}`));
  switch (event.type) {
    case "Palletising":
    case "Unpalletising":
      keys.add(`pallet:${event.pallet}`);
      break;
    case "Loading":
    case "Shipping":
      keys.add(`container:${event.container}`);
      break;
    case "Arrival":
      for (const name of event.units) {
        const isContainer = name.startsWith("urn:");
        keys.add(isContainer ? `container:${container(name)}` : `pallet:${name}`);
      }
  }
  if (["Loading", "Dispatch", "Return"].includes(event.type)) {
    for (const name of event.pallets) keys.add(`pallet:${name}`);
  }
  return keys;
}

// Take back what the wrong event added to totals, and promise the events to come for it.
export function takeBack(it, outcome) {
  const { wrong } = it.body;
  const said = know(it, "said", `said:${it.body.event_id}`);
  const stands_for = said.stands_for ?? said.index;
  for (const id of it.body.corrected_by) {
    outcome.put({ fact: "promised", key: `said:${id}`, id, actor: it.speaker, stands_for });
  }
  if (wrong.type === "Harvest") {
    const total = know(it, "harvested", `harvested:${wrong.area}/${wrong.season}`);
    const lessG = mass14G(wrong.mass_g, wrong.moisture_ppt);
    outcome.put({ ...total, mass14_g: total.mass14_g - lessG });
  } else if (wrong.type === "Packing" && wrong.grant) {
    const grant = find(it, "attestation", `attestation:${wrong.grant}`);
    // Evidence for one bag may not speak of a neighbour's grant.
    if (grant) outcome.put({ ...grant, drawn_g: grant.drawn_g - wrong.bags * wrong.bag_g });
  } else if (FIELD_WORK.has(wrong.type)) {
    outcome.put(know(it, "diary", `diary:${wrong.area}/${wrong.season}`));
    unsign(it, wrong, said.index, outcome);
  }
  const names = [...touched(wrong)].map((key) => key.slice(key.indexOf(":") + 1));
  for (const name of names.sort(byCodePoint)) outcome.unlinked.push([name, said.index]);
}
