/**
 * Numbers as people write them, read to whole units without a float: 12.480,5 and 12 480,5 are the
 * same twelve thousand in Vietnamese, 12,480.5 in English.
 */

/** Thousands are parted by one sign throughout, and no number of thousands begins with a nought. */
const GROUPED = /^[1-9]\d{0,2}([., \u00a0\u202f])\d{3}(?:\1\d{3})*$/;

/**
 * The number of units a text names, `scale` of which make one of what was asked; null for what is
 * no number, or has a part of a unit.
 */
export function readAmount(text, scale, vietnamese) {
  const plain = plainNumber(text.trim(), vietnamese);
  if (plain === null) return null;
  const [, sign, whole, part = ""] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(plain);
  const places = String(scale).length - 1;
  const kept = part.replace(/0+$/, "");
  if (kept.length > places) return null;
  const units = Number(whole + kept.padEnd(places, "0"));
  if (!Number.isSafeInteger(units)) return null;
  return sign && units ? -units : units;
}

/** The same number with a point and no groups; null for what could be read in two ways, or none. */
function plainNumber(text, vietnamese) {
  const sign = /^[-−]/.test(text) ? "-" : "";
  const digits = text.replace(/^[-−]\s*/, "");
  const [point, group] = vietnamese ? [",", "."] : [".", ","];
  const [whole, part, ...more] = digits.split(point);
  if (more.length || part === "" || !/^\d*$/.test(part ?? "")) return null;
  if (/^\d+$/.test(whole)) return joined(sign, whole, part);
  if (GROUPED.test(whole) && !whole.includes(point)) {
    return joined(sign, whole.replace(/\D/g, ""), part);
  }
  // One foreign point that cannot part thousands, as on a keypad that has no other: 25.5, 0.125.
  const foreign = part === undefined && new RegExp(`^(\\d+)\\${group}(\\d{1,2}|\\d{4,}|(?<=^0+.)\\d+)$`).exec(whole);
  return foreign ? joined(sign, foreign[1], foreign[2]) : null;
}

function joined(sign, whole, part) {
  return sign + whole + (part ? `.${part}` : "");
}
