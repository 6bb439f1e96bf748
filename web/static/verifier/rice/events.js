/** The critical tracking events of rice, by name. What each says is read by `profile.js`. */

import { RECORDS } from "./profile.js";

/** Lines of the farm diary: something done to one area in one season. */
export const FIELD_WORK = new Set(
  [...RECORDS].filter(([, isWork]) => isWork).map(([record]) => record),
);
export const EVENTS = new Set([...RECORDS.keys(), "Correction"]);

/** The day it happened, in local time. */
export const onOf = (event) => event.at.slice(0, 10);
