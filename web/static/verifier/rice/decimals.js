/** Numbers with a fraction, exactly: integers and `Decimal`s as JSON has them, or their text. */

import { Decimal } from "../log/json.js";

export const isNumber = (value) => typeof value === "number" || value instanceof Decimal;

/** A number times ten to the power of `places` as a BigInt; null where that is not whole. */
export function scaled(value, places) {
  const [whole, fraction = ""] = String(value).split(".");
  const digits = fraction.replace(/0+$/, "");
  return digits.length > places ? null : BigInt(whole + digits.padEnd(places, "0"));
}

/** Below zero, zero or above, as the first is less than, equal to or more than the second. */
export function compare(first, second) {
  const placesOf = (each) => (String(each).split(".")[1] ?? "").length;
  const places = Math.max(placesOf(first), placesOf(second));
  const [left, right] = [first, second].map((each) => scaled(each, places));
  return left < right ? -1 : Number(left > right);
}
