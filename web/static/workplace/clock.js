/**
 * The ledger's clock, as far as this device has heard it: a phone whose clock is off by days would
 * sign events that have not happened yet. Every answer of the server says what time it is.
 */

import * as kept from "./kept.js";

export const OFF_MS = 120_000;
/** How far ahead of the ledger's clock an event may be said to happen (rule `event_in_future`). */
export const AHEAD_MS = 300_000;

let offset = 0;
const listeners = new Set();

/** Call back when it is known by how much this device's clock is off. */
export function onHeard(listener) {
  listeners.add(listener);
}

/** Take the time from an answer of the server. */
export function hear(answer) {
  const said = Date.parse(answer.headers.get("date") ?? "");
  if (Number.isNaN(said)) return;
  // The header has whole seconds, and is as old as the way it came.
  offset = said - Date.now();
  void kept.put("known", { name: "clock", offset, at: Date.now() });
  for (const listener of listeners) listener(offset);
}

/** Now by the ledger's clock; by this device's own where the ledger was not heard on this page. */
export function now() {
  return Date.now() + (Math.abs(offset) > OFF_MS ? offset : 0);
}

/** By how many milliseconds the ledger's clock was ahead when this device last heard it, or nothing. */
export async function lastHeard() {
  return (await kept.get("known", "clock"))?.offset ?? null;
}
