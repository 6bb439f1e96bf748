/** What judging a bag comes to, and its one spelling. */

import { byCodePoint } from "../log/encoding.js";

export const AXES = ["integrity", "authority", "certification", "custody", "freshness"];

/** The bytes of a verdict: members in order, one blank for each step inwards. */
export function writeVerdict(verdict) {
  return new TextEncoder().encode(spell(verdict, "\n") + "\n");
}

function spell(value, gap) {
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const inner = `${gap} `;
  const isList = Array.isArray(value);
  const parts = isList
    ? value.map((each) => spell(each, inner))
    : Object.keys(value)
        .sort(byCodePoint)
        .map((name) => `${JSON.stringify(name)}: ${spell(value[name], inner)}`);
  const [open, close] = isList ? "[]" : "{}";
  return parts.length ? open + inner + parts.join(`,${inner}`) + gap + close : open + close;
}
