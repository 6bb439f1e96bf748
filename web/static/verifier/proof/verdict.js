/** What judging a bag comes to, and its one spelling. */

import { utf8 } from "../log/encoding.js";
import { writeJson } from "../log/json.js";

export const AXES = ["integrity", "authority", "certification", "custody", "freshness"];

/** The bytes of a verdict: members in order, one blank for each step inwards. */
export function writeVerdict(verdict) {
  return utf8(writeJson(verdict, 1) + "\n");
}
