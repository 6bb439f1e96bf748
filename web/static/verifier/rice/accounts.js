// How far a grant was drawn on, lot by lot: which lots were within it, and which are beyond.

import { byCodePoint } from "../log/encoding.js";
import { sum } from "./mass.js";

export function drawOf(place, body) {
  const { lot } = body;
  return { place, lot, mass_g: body.type === "Packing" ? body.bags * body.bag_g : body.sold_g };
}

// For each lot, how many grams were drawn once it was drawn for the last time.
export function accumulateDraws(draws) {
  const order = (a, b) =>
    a.place - b.place || byCodePoint(a.lot, b.lot) || a.mass_g - b.mass_g;
  let drawnG = 0;
  const reached = new Map();
  for (const { lot, mass_g } of [...draws].sort(order)) {
    drawnG = sum([drawnG, mass_g]);
    reached.set(lot, drawnG);
  }
  return reached;
}
